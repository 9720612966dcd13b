"""One hub with its virtual home for all flow tests that leave it as they found it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.flow.running import RunningHub, running


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHub]:
    """Return a running demo; every device is there."""
    folder: Path = tmp_path_factory.mktemp("demo")
    with running(folder, "--demo") as hub:
        hub.wait_for_home()
        yield hub

"""kill -9 with a delayed command pending: after the restart it happens once, and devices are known at once."""

from pathlib import Path

import pytest

from tests.flow.running import RunningHub, running

pytestmark = pytest.mark.flow


def test_a_delayed_command_survives_a_kill_and_happens_once(tmp_path: Path) -> None:
    with running(tmp_path, "--demo") as hub:
        hub.wait_for_home()
        reply = hub.ask("turn off the TV in five seconds")
        assert reply["outcome"] == "schedule"
        assert len(hub.get("/api/v1/schedule")) == 1
        hub.kill()
    with running(tmp_path, "--demo") as hub:
        assert len(hub.get("/api/v1/devices")) == 29  # known before any of them has spoken again
        hub.wait_for_home()
        hub.wait(lambda: hub.get("/api/v1/schedule") == [])
        hub.wait(lambda: hub.virtual("tv")["state"]["on"] is False)
        assert [command["command"] for command in hub.virtual("tv")["commands"]] == ["turn_off"]


def test_sigterm_ends_it_in_time_with_status_0(tmp_path: Path) -> None:
    hub = RunningHub(tmp_path)
    hub.start()
    assert hub.stop() == 0
    assert not (tmp_path / "run.json").exists()

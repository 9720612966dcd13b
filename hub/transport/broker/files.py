"""The broker's own folder: private, and each file replaced whole or not at all."""

import os
import tempfile
from pathlib import Path

from hub.contracts.errors import BrokerError


def make_private_folder(folder: Path) -> None:
    """Make a folder that only we can enter.

    Raises:
        BrokerError: it cannot be made or belongs to somebody else.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        folder.chmod(0o700)
    except OSError as error:
        raise BrokerError(
            f"The broker's folder {folder} cannot be used: {error.strerror}.", hint="Check owner and permissions."
        ) from error


def replace_file(path: Path, text: str) -> None:
    """Write a file that only we can read, atomically.

    Raises:
        BrokerError: no space or no permission; the old file is still there.
    """
    try:
        number, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(number, "w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(path)
        except OSError:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise BrokerError(
            f"{path} cannot be written: {error.strerror}.", hint="Check free space and permissions."
        ) from error

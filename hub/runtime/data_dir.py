"""The data folder: private to its owner; holds the database, the token, and the address of the running hub."""

import contextlib
import json
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from hub.contracts.errors import ConfigError

TOKEN_FILE = "token"  # noqa: S105  # a file name
RUN_FILE = "run.json"


class DataDir:
    """The folder named by `--data-dir`, or the XDG data folder."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def prepare(self) -> None:
        """Create the folder with mode 0700 where it is missing, and see that it can be written.

        Raises:
            ConfigError: it cannot be created or written; names the path (exit code 78).
        """
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise ConfigError(
                f"The data folder {self.path} cannot be created ({error.strerror}).",
                hint="Name another one with --data-dir, or give this user the right to create it.",
            ) from error
        if not os.access(self.path, os.W_OK | os.X_OK):
            raise ConfigError(
                f"The data folder {self.path} cannot be written by this user.",
                hint=f"Run `sudo chown -R $USER {self.path}`, or name another folder with --data-dir.",
            )

    def token(self) -> str:
        """Return the bearer token of the REST interface, made on the first call (256 bits, mode 0600)."""
        path = self.path / TOKEN_FILE
        with contextlib.suppress(FileNotFoundError):
            found = path.read_text(encoding="ascii").strip()
            if len(found) >= 32:  # an empty or cut file is no token
                return found
        token = secrets.token_urlsafe(32)
        write_private(path, token + "\n")
        return token

    def write_run_file(self, addresses: Mapping[str, object]) -> None:
        """Say where the running hub is reached; its presence means "ready"."""
        write_private(self.path / RUN_FILE, json.dumps(addresses))

    def remove_run_file(self) -> None:
        """Take the address back; one that is not there is no error."""
        (self.path / RUN_FILE).unlink(missing_ok=True)


def write_private(path: Path, text: str) -> None:
    """Replace a file at once, readable by its owner only."""
    temporary = path.with_suffix(path.suffix + ".new")
    temporary.unlink(missing_ok=True)
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)

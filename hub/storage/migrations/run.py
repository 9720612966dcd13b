"""Runs the migrations on an open connection, inside its transaction."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.script.revision import ResolutionError
from alembic.util import CommandError
from sqlalchemy import Connection


class UnknownRevisionError(Exception):
    """The database is at a revision that this code does not have; `revision` names it."""

    def __init__(self, revision: str) -> None:
        super().__init__(f"Revision {revision} is not known.")
        self.revision = revision


def upgrade(connection: Connection) -> None:
    """Bring the schema to the newest revision.

    Raises:
        UnknownRevisionError: it is already beyond that.
    """
    config = _config()
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        cause = error.__cause__
        if isinstance(cause, ResolutionError):
            raise UnknownRevisionError(str(cause.argument)) from error
        raise


def newest_revision() -> str:
    """Return the revision at the head of the scripts."""
    return ScriptDirectory.from_config(_config()).get_current_head() or ""


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config

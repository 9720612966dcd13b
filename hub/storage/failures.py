"""From a driver's exception to a StorageError that says what to do."""

import sqlite3

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from hub.contracts.errors import StorageError

RESTORE = "Stop the hub, move the file aside and put a backup in its place, or start anew without it."

_KNOWN: tuple[tuple[str, str, str, bool], ...] = (
    ("disk is full", "there is no space left on its disk", "Free some space; the hub goes on by itself.", True),
    ("database is locked", "another program holds it locked", "Close the program that has it open.", True),
    ("connection failed", "it does not answer", "Start the database server, or correct database.url.", True),
    ("readonly", "it cannot be written", "Give the hub's user write permission for it and its folder.", False),
    ("unable to open", "it cannot be opened", "Check that the folder exists and belongs to the hub's user.", False),
    ("not a database", "it is damaged or no database", RESTORE, False),
    ("malformed", "it is damaged", RESTORE, False),
    ("disk i/o error", "its disk failed to read or write", "Check the disk and the system's log.", True),
)


def explain(error: SQLAlchemyError | sqlite3.Error, where: str) -> StorageError:
    """Name the cause in words, with what the owner can do."""
    origin = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    text = str(origin)
    for sign, what, hint, retryable in _KNOWN:
        if sign in text.lower():
            failure = StorageError(f"The database {where}: {what} ({text}).", hint=hint)
            failure.retryable = retryable
            return failure
    return StorageError(f"The database {where} failed: {text}.", hint="The hub's log has the details.")

"""Before the database is used: lock the folder, refuse a damaged or foreign file, bring the schema up to date."""

import fcntl
import os
import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text

from hub.contracts.errors import StorageError
from hub.storage.failures import RESTORE
from hub.storage.schema import APPLICATION_ID, REVISION, metadata


class DataLock:
    """An flock on the data folder: the kernel gives it back however the process ends."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def release(self) -> None:
        """Give the lock back."""
        os.close(self._descriptor)


def lock_data_dir(folder: Path) -> DataLock:
    """Take the folder for this process; make it (mode 0700) where it is missing.

    Raises:
        StorageError: another hub uses it, or it cannot be made or written.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise StorageError(
            f"The data folder {folder} cannot be used ({error.strerror}).",
            hint="Make it, give it to the hub's user, or name another one with --data-dir.",
        ) from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        owner = os.pread(descriptor, 20, 0).decode(errors="replace").strip() or "unknown"
        os.close(descriptor)
        raise StorageError(
            f"Another hub (process {owner}) already uses the data folder {folder}.",
            hint="Stop it first, or give this one a folder of its own with --data-dir.",
        ) from error
    os.truncate(descriptor, 0)
    os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
    return DataLock(descriptor)


def lock_server(connection: Connection, where: str) -> None:
    """Take a PostgreSQL database for this process, as long as the connection is open.

    Raises:
        StorageError: another hub uses it.
    """
    is_ours = connection.execute(text("SELECT pg_try_advisory_lock(:id)"), {"id": APPLICATION_ID}).scalar()
    connection.commit()  # the lock belongs to the connection, not to the transaction
    if not is_ours:
        raise StorageError(
            f"Another hub already uses the database {where}.",
            hint="Stop it first, or give this one a database of its own.",
        )


def prepare_sqlite(path: Path) -> None:
    """Check a file that is there; make a new one, whole or not at all, where there is none.

    Raises:
        StorageError: the file is empty, damaged, foreign, or may not be written.
    """
    if path.exists():
        _check_file(path)
        _check_content(path)
        return
    if Path(f"{path}-wal").exists():
        raise StorageError(
            f"{path} is missing, but its journal {path.name}-wal is there.",
            hint="Put the file back beside its journal, or remove the journal too to start anew.",
        )
    _create(path)


def migrate(engine: Engine, where: str) -> None:
    """Bring the schema to REVISION, in one transaction; Alembic is imported only if there is something to do.

    Raises:
        StorageError: the schema comes from a newer hub.
    """
    if _revision(engine) == REVISION:
        return
    from hub.storage.migrations.run import UnknownRevisionError, upgrade

    try:
        with engine.begin() as connection:
            upgrade(connection)
    except UnknownRevisionError as error:
        raise StorageError(
            f"The database {where} was written by a newer hub (schema {error.revision}, this one knows {REVISION}).",
            hint="Install the newer hub again, or put back the backup from before the upgrade.",
        ) from error


def _check_file(path: Path) -> None:
    if not path.is_file():
        raise StorageError(f"{path} is not a file.", hint="Move it aside; the hub makes a new database.")
    if path.stat().st_size == 0:
        raise StorageError(f"The database {path} is empty (0 bytes): its content was lost.", hint=RESTORE)
    if not os.access(path, os.R_OK | os.W_OK, effective_ids=True) or not os.access(
        path.parent, os.W_OK, effective_ids=True
    ):
        raise StorageError(
            f"The database {path} or its folder cannot be written.",
            hint=f"Give both to the hub's user (uid {os.geteuid()}), for example with chown and chmod u+w.",
        )


def _check_content(path: Path) -> None:
    try:
        with closing(sqlite3.connect(path)) as connection:
            found = connection.execute("PRAGMA application_id").fetchone()[0]
            problem = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    except sqlite3.DatabaseError as error:
        raise StorageError(f"The database {path} is damaged ({error}).", hint=RESTORE) from error
    if problem != "ok":
        raise StorageError(f"The database {path} is damaged ({problem}).", hint=RESTORE)
    if found != APPLICATION_ID:
        raise StorageError(
            f"{path} is not a database of the hub (application id {found:#x}).",
            hint="Move it aside, or name another file with database.url in config.toml.",
        )


def _create(path: Path) -> None:
    """Make the file under another name, complete, then rename it: a half-made one is never taken for ours."""
    new = path.with_name(f"{path.name}.new")
    for leftover in (new, Path(f"{new}-journal"), Path(f"{new}-wal"), Path(f"{new}-shm")):
        leftover.unlink(missing_ok=True)
    os.close(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    engine = create_engine(f"sqlite:///{new}")

    @event.listens_for(engine, "connect")
    def configure(connection: sqlite3.Connection, _: object) -> None:
        connection.isolation_level = None
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")

    try:
        with engine.begin() as connection:  # what the migrations come to, without loading Alembic (25 MB) for it
            metadata.create_all(connection)
            connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)"))
            connection.execute(text("INSERT INTO alembic_version VALUES (:revision)"), {"revision": REVISION})
    finally:
        engine.dispose()
    new.rename(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _revision(engine: Engine) -> str | None:
    with engine.begin() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()

"""The database: one writer thread, a few readers, an asyncio face; what `write` returned from is on the disk."""

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError

from hub.contracts.errors import StorageError
from hub.runtime.clock import Clock
from hub.runtime.logs import get_logger
from hub.storage import opening
from hub.storage.failures import explain

T = TypeVar("T")

READERS = 2
BUSY_TIMEOUT_MS = 2000  # another program (a backup, a shell) may hold the file for a moment
SLOW_WRITE_S = 1.0

_log = get_logger(__name__)


def sqlite_url(data_dir: Path) -> str:
    """Return the URL of the database that lies in the data folder."""
    return f"sqlite:///{data_dir / 'aios.db'}"


class Database:
    """A SQLite file (WAL, synchronous=FULL) or a PostgreSQL database, by URL."""

    def __init__(self, url: str, *, clock: Clock) -> None:
        try:
            self._url = make_url(url)
        except ArgumentError as error:
            raise StorageError(
                f"{url!r} is no database URL.", hint="Example: sqlite:////var/lib/aios/aios.db, or leave it empty."
            ) from error
        self._clock = clock
        self._lock: opening.DataLock | None = None
        self._server_lock: Connection | None = None
        self._write_engine: Engine | None = None
        self._read_engine: Engine | None = None
        self._writer: ThreadPoolExecutor | None = None
        self._readers: ThreadPoolExecutor | None = None
        self._is_healthy = False

    async def start(self) -> None:
        """Lock the data folder, check the file, migrate where the revision differs, and open it.

        Raises:
            StorageError: what is wrong with which file, and what to do about it; nothing was changed.
        """
        self._writer = ThreadPoolExecutor(1, "storage-writer")
        self._readers = ThreadPoolExecutor(READERS, "storage-reader")
        try:
            await asyncio.get_running_loop().run_in_executor(self._writer, self._open)
        except BaseException:
            await self.stop()
            raise
        self._is_healthy = True

    async def stop(self) -> None:
        """Finish what is queued, close the file and give the lock back; safe to call twice."""
        writer, readers = self._writer, self._readers
        self._writer = self._readers = None
        self._is_healthy = False
        if writer is None or readers is None:
            return
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(None, readers.shutdown)
        await loop.run_in_executor(writer, self._close)
        writer.shutdown(wait=False)

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Run `work` in a reader thread, on what was last committed.

        Raises:
            StorageError: the database failed or is not open.
        """
        readers, engine = self._readers, self._read_engine
        if readers is None or engine is None:
            raise StorageError("The database is not open.", hint="Start the hub first.")
        return await asyncio.get_running_loop().run_in_executor(readers, self._run_read, engine, work)

    async def write(self, work: Callable[[Connection], T]) -> T:
        """Run `work` in the writer thread, in order and in one transaction; durable when this returns.

        Raises:
            StorageError: nothing of it was stored.
        """
        writer, engine = self._writer, self._write_engine
        if writer is None or engine is None:
            raise StorageError("The database is not open.", hint="Start the hub first.")
        return await asyncio.get_running_loop().run_in_executor(writer, self._run_write, engine, work)

    def is_healthy(self) -> bool:
        """Tell whether it is open and the last write succeeded."""
        return self._is_healthy

    def _run_read(self, engine: Engine, work: Callable[[Connection], T]) -> T:
        try:
            with engine.begin() as connection:
                return work(connection)
        except DBAPIError as error:
            raise explain(error, self._where) from error

    def _run_write(self, engine: Engine, work: Callable[[Connection], T]) -> T:
        began = self._clock.monotonic()
        try:
            with engine.begin() as connection:
                result = work(connection)
        except DBAPIError as error:
            failure = explain(error, self._where)
            self._is_healthy = False
            _log.error("could not write to the database", what=failure.what, hint=failure.hint)
            raise failure from error
        self._is_healthy = True
        took_s = self._clock.monotonic() - began
        if took_s > SLOW_WRITE_S:
            _log.warning("writing to the database was slow", duration_ms=round(took_s * 1000))
        return result

    @property
    def _where(self) -> str:
        return self._url.database or "" if self._is_sqlite else self._url.render_as_string(hide_password=True)

    @property
    def _is_sqlite(self) -> bool:
        return self._url.get_backend_name() == "sqlite"

    def _open(self) -> None:
        try:
            if self._is_sqlite:
                self._open_sqlite()
            else:
                self._open_server()
        except (SQLAlchemyError, sqlite3.Error) as error:
            raise explain(error, self._where) from error

    def _open_sqlite(self) -> None:
        if not self._url.database or self._url.database == ":memory:":
            raise StorageError("The database has to be a file.", hint="Example: sqlite:////var/lib/aios/aios.db.")
        path = Path(self._url.database)
        self._lock = opening.lock_data_dir(path.parent)
        opening.prepare_sqlite(path)
        self._write_engine = _sqlite_engine(path, begin="BEGIN IMMEDIATE", is_reader=False)
        opening.migrate(self._write_engine, self._where)
        self._read_engine = _sqlite_engine(path, begin="BEGIN", is_reader=True)

    def _open_server(self) -> None:
        try:
            self._write_engine = create_engine(self._url, pool_size=2, max_overflow=0, pool_pre_ping=True)
        except ImportError as error:
            raise StorageError(
                "The driver for this database is not installed.", hint="Install aios-hub[postgres]."
            ) from error
        self._server_lock = self._write_engine.connect()
        opening.lock_server(self._server_lock, self._where)
        opening.migrate(self._write_engine, self._where)
        self._read_engine = create_engine(self._url, pool_size=READERS, max_overflow=0, pool_pre_ping=True)

    def _close(self) -> None:
        if self._server_lock is not None:
            self._server_lock.close()
            self._server_lock = None
        for engine in (self._read_engine, self._write_engine):
            if engine is not None:
                engine.dispose()
        self._read_engine = self._write_engine = None
        if self._lock is not None:
            self._lock.release()
            self._lock = None


def _sqlite_engine(path: Path, *, begin: str, is_reader: bool) -> Engine:
    """Build an engine that begins its own transactions, so that DDL is inside them as well."""
    engine = create_engine(f"sqlite:///{path}", pool_size=READERS if is_reader else 1, max_overflow=0)

    @event.listens_for(engine, "connect")
    def configure(connection: sqlite3.Connection, _: Any) -> None:
        connection.isolation_level = None  # the driver would commit before DDL
        connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        if is_reader:
            connection.execute("PRAGMA query_only = ON")

    @event.listens_for(engine, "begin")
    def start_transaction(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine

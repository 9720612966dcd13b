"""The database file: durable, locked, migrated, and refused when it is not what it should be."""

import asyncio
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, text

from hub.contracts.errors import StorageError
from hub.runtime.clock import SystemClock
from hub.storage.database import Database, sqlite_url
from hub.storage.migrations.run import newest_revision, upgrade
from hub.storage.schema import REVISION, metadata
from hub.storage.settings import SettingRepository

T = TypeVar("T")


def run(folder: Path, work: Callable[[Database], Awaitable[T]]) -> T:
    """Open the database of a folder, do the work, close it."""

    async def main() -> T:
        database = Database(sqlite_url(folder), clock=SystemClock())
        await database.start()
        try:
            return await work(database)
        finally:
            await database.stop()

    return asyncio.run(main())


async def nothing(database: Database) -> None:
    """Do nothing: opening is the test."""


def refusal(folder: Path) -> StorageError:
    """Return the error with which opening is refused."""
    with pytest.raises(StorageError) as caught:
        run(folder, nothing)
    assert caught.value.hint
    return caught.value


def filled(folder: Path) -> Path:
    """Make a database of some size and return its file."""

    async def work(database: Database) -> None:
        settings = SettingRepository(database)
        for number in range(40):
            await settings.set(f"key-{number}", "x" * 2000)

    run(folder, work)
    return folder / "aios.db"


def test_what_was_written_is_there_after_a_restart(tmp_path: Path) -> None:
    run(tmp_path, lambda database: SettingRepository(database).set("hub-id", "h1"))
    assert run(tmp_path, lambda database: SettingRepository(database).get("hub-id")) == "h1"


def test_it_runs_with_wal_full_and_foreign_keys(tmp_path: Path) -> None:
    async def work(database: Database) -> list[object]:
        pragmas = ("journal_mode", "synchronous", "foreign_keys", "application_id")
        return await database.write(lambda c: [c.execute(text(f"PRAGMA {name}")).scalar() for name in pragmas])

    assert run(tmp_path, work) == ["wal", 2, 1, 0x41494F53]


def test_the_file_is_for_its_owner_only(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    path = filled(folder)
    assert path.stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o777 == 0o700


def test_a_failed_write_leaves_nothing_and_the_next_one_works(tmp_path: Path) -> None:
    async def work(database: Database) -> tuple[bool, str | None, bool]:
        def half(connection: object) -> None:
            connection.execute(text("INSERT INTO settings VALUES ('a', '1')"))  # type: ignore[attr-defined]  # a Connection
            connection.execute(text("INSERT INTO nowhere VALUES (1)"))  # type: ignore[attr-defined]  # a Connection

        with pytest.raises(StorageError):
            await database.write(half)
        was_healthy = database.is_healthy()
        settings = SettingRepository(database)
        missing = await settings.get("a")
        await settings.set("b", "2")
        return was_healthy, missing, database.is_healthy()

    assert run(tmp_path, work) == (False, None, True)


def test_a_reader_cannot_write(tmp_path: Path) -> None:
    async def work(database: Database) -> None:
        await database.read(lambda c: c.execute(text("INSERT INTO settings VALUES ('a', '1')")))

    with pytest.raises(StorageError, match="readonly"):
        run(tmp_path, work)


def test_writes_happen_in_the_order_in_which_they_were_asked(tmp_path: Path) -> None:
    async def work(database: Database) -> str | None:
        settings = SettingRepository(database)
        await asyncio.gather(*(settings.set("last", str(number)) for number in range(50)))
        return await settings.get("last")

    assert run(tmp_path, work) == "49"


@pytest.mark.parametrize("is_migrated", [True, False], ids=["migrated", "made anew"])
def test_a_schema_is_the_one_in_the_code(tmp_path: Path, is_migrated: bool) -> None:
    if not is_migrated:
        filled(tmp_path)
    engine = create_engine(sqlite_url(tmp_path))
    with engine.begin() as connection:
        if is_migrated:
            upgrade(connection)
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
        assert MigrationContext.configure(connection).get_current_revision() == REVISION
    engine.dispose()
    assert newest_revision() == REVISION


@pytest.mark.parametrize("is_new", [True, False], ids=["a new file", "an up to date file"])
def test_opens_without_alembic(tmp_path: Path, is_new: bool) -> None:
    if not is_new:
        filled(tmp_path)
    code = f"""
        import asyncio, sys
        from pathlib import Path
        from hub.runtime.clock import SystemClock
        from hub.storage.database import Database, sqlite_url
        async def main():
            database = Database(sqlite_url(Path({str(tmp_path)!r})), clock=SystemClock())
            await database.start()
            await database.stop()
        asyncio.run(main())
        print("alembic" in sys.modules)
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_a_newer_schema_is_refused_and_untouched(tmp_path: Path) -> None:
    path = filled(tmp_path)
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    error = refusal(tmp_path)
    assert "9999" in error.what
    assert "newer" in error.what


def test_a_second_hub_on_the_same_folder_is_refused_by_name_of_the_first(tmp_path: Path) -> None:
    async def work(_: Database) -> str:
        second = Database(sqlite_url(tmp_path), clock=SystemClock())
        with pytest.raises(StorageError) as caught:
            await second.start()
        return caught.value.what

    assert f"process {os.getpid()}" in run(tmp_path, work)
    run(tmp_path, nothing)  # and the lock is given back


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    path = filled(tmp_path)
    path.write_bytes(b"")
    assert "empty" in refusal(tmp_path).what
    assert path.stat().st_size == 0


@pytest.mark.parametrize("damage", ["header", "middle", "truncated", "text"])
def test_a_damaged_file_is_refused_and_untouched(tmp_path: Path, damage: str) -> None:
    path = filled(tmp_path)
    content = bytearray(path.read_bytes())
    if damage == "header":
        content[:100] = bytes(100)
    elif damage == "middle":
        middle = len(content) // 2 // 4096 * 4096
        content[middle : middle + 4096] = os.urandom(4096)
    elif damage == "truncated":
        del content[len(content) // 2 :]
    else:
        content = bytearray(b"this is a letter, not a database" * 50)
    path.write_bytes(content)
    assert "damaged" in refusal(tmp_path).what
    assert path.read_bytes() == content


def test_a_foreign_database_is_refused(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "aios.db")
    connection.execute("CREATE TABLE notes (text)")
    connection.commit()
    connection.close()
    assert "not a database of the hub" in refusal(tmp_path).what


def test_a_missing_file_beside_its_journal_is_refused(tmp_path: Path) -> None:
    filled(tmp_path).unlink()
    (tmp_path / "aios.db-wal").write_bytes(b"x" * 100)
    assert "missing" in refusal(tmp_path).what


def test_a_half_made_file_is_made_anew(tmp_path: Path) -> None:
    (tmp_path / "aios.db.new").write_bytes(b"half")
    run(tmp_path, nothing)
    assert not (tmp_path / "aios.db.new").exists()


@pytest.mark.parametrize("url", ["sqlite://", "nonsense"])
def test_a_url_that_is_no_file_is_refused(url: str) -> None:
    with pytest.raises(StorageError):
        asyncio.run(Database(url, clock=SystemClock()).start())


def test_a_full_disk_is_said_and_passes(tmp_path: Path) -> None:
    async def work(database: Database) -> tuple[str, bool, str | None]:
        settings = SettingRepository(database)
        await settings.set("a", "1")
        pages = await database.write(lambda c: c.execute(text("PRAGMA page_count")).scalar())
        await database.write(lambda c: c.execute(text(f"PRAGMA max_page_count = {pages}")))  # SQLITE_FULL from here on
        with pytest.raises(StorageError) as caught:
            await settings.set("big", "x" * 100_000)
        still = await settings.get("a")
        await database.write(lambda c: c.execute(text("PRAGMA max_page_count = 1000000")))
        await settings.set("big", "x" * 100_000)
        return caught.value.what, caught.value.retryable, still

    what, is_retryable, still = run(tmp_path, work)
    assert "no space left" in what
    assert is_retryable
    assert still == "1"


def test_a_file_of_another_user_is_refused() -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can become another user")
    folder = Path(tempfile.mkdtemp(dir="/tmp"))  # pytest's own folders are closed to other users
    try:
        path = filled(folder)
        folder.chmod(0o755)
        path.chmod(0o644)
        (folder / "lock").chmod(0o666)
        code = f"""
            import os
            from pathlib import Path
            from hub.contracts.errors import StorageError
            from hub.storage import opening
            os.setuid(65534)
            try:
                opening.prepare_sqlite(Path({str(path)!r}))
            except StorageError as error:
                print(error)
        """
        done = subprocess.run([sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, check=True)
        assert "cannot be written" in done.stdout
        assert "65534" in done.stdout
    finally:
        shutil.rmtree(folder)


WRITER = """
import asyncio, sys
from pathlib import Path
from hub.runtime.clock import SystemClock
from hub.storage.database import Database, sqlite_url
from hub.storage.settings import SettingRepository
async def main():
    database = Database(sqlite_url(Path(sys.argv[1])), clock=SystemClock())
    await database.start()
    settings = SettingRepository(database)
    for number in range(100_000):
        await settings.set(f"key-{number}", str(number))
        print(number, flush=True)
asyncio.run(main())
"""


def test_kill_9_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    for seed in range(3):
        folder = tmp_path / str(seed)
        child = subprocess.Popen([sys.executable, "-c", WRITER, str(folder)], stdout=subprocess.PIPE, text=True)
        assert child.stdout is not None
        last = 0
        for line in child.stdout:
            last = int(line)
            if last >= random.Random(seed).randrange(5, 60):
                break
        child.send_signal(signal.SIGKILL)
        rest = child.stdout.read().split()
        child.stdout.close()
        child.wait()
        last = int(rest[-1]) if rest and rest[-1].isdigit() else last

        async def missing(database: Database, last: int = last) -> list[int]:
            settings = SettingRepository(database)
            return [number for number in range(last + 1) if await settings.get(f"key-{number}") != str(number)]

        assert run(folder, missing) == []

"""The repositories over a real file: what goes in comes out, typed."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from hub.contracts.capability import Capability
from hub.contracts.device import Area, Availability, Device, DeviceKind, Floor, Source, StateValue
from hub.contracts.frame import When
from hub.contracts.messages import Asker, Channel, Outcome, Receipt, ReceiptStatus, Reply
from hub.contracts.skill import Effect
from hub.runtime.clock import SystemClock
from hub.storage.database import Database, sqlite_url
from hub.storage.home import DeviceRepository
from hub.storage.logins import LoginRepository
from hub.storage.records import Begun, Repeat, Scheduled, ScheduleStatus, StoredLogin, Transaction, TransactionEffect
from hub.storage.requests import RequestRepository
from hub.storage.schedule import ScheduleRepository
from hub.storage.transactions import TransactionRepository

NOW = datetime(2026, 3, 1, 12, 30, 15, 123456, tzinfo=UTC)
ASKER = Asker(id="device:speaker", channel=Channel.MQTT, device="speaker")
LAMP = Device(
    id="lamp",
    name="吊灯",
    kind=DeviceKind.LIGHT,
    aliases=("big light",),
    ids=frozenset({"mac:aa"}),
    sources=(Source(dialect="native", address="lamp"),),
    components={"": {"brightness": Capability(name="brightness", minimum=0, maximum=100)}},
    availability=Availability(is_online=False, last_seen=NOW),
)


def run(folder: Path, work: Callable[[Database], Awaitable[None]]) -> None:
    """Do the work on an open database."""

    async def main() -> None:
        database = Database(sqlite_url(folder), clock=SystemClock())
        await database.start()
        try:
            await work(database)
        finally:
            await database.stop()

    asyncio.run(main())


def test_the_home_comes_back_as_it_was(tmp_path: Path) -> None:
    states = {
        "brightness": StateValue(value=30, ts=NOW, source="native", unit="%"),
        "color": StateValue(value=(10.0, 20.5), ts=NOW, source="native"),
        "on": StateValue(value=True, ts=NOW, source="native", is_retained=True),
    }

    async def fill(database: Database) -> None:
        repository = DeviceRepository(database)
        await repository.save_devices([LAMP])
        await repository.save_areas([Area(id="kitchen", name="Kitchen", floor="ground", aliases=("厨房",))])
        await repository.save_floors([Floor(id="ground", name="Ground floor")])
        await repository.save_states({"lamp": states, "unknown": states})
        await repository.save_override("lamp", "name", "Sunny")
        await repository.save_override("lamp", "aliases", ("sun", "太阳"))
        await repository.save_override("lamp", "area", "attic")
        await repository.save_override("lamp", "area", None)

    async def check(database: Database) -> None:
        repository = DeviceRepository(database)
        home = await repository.load()
        assert home.devices == (LAMP,)
        assert home.areas == (Area(id="kitchen", name="Kitchen", floor="ground", aliases=("厨房",)),)
        assert home.floors == (Floor(id="ground", name="Ground floor"),)
        assert home.states == {"lamp": states}
        assert await repository.overrides() == {"lamp": {"name": "Sunny", "aliases": ("sun", "太阳")}}
        await repository.remove_device("lamp")
        assert (await repository.load()).devices == ()
        assert (await repository.load()).states == {}
        assert "lamp" in await repository.overrides()

    run(tmp_path, fill)
    run(tmp_path, check)


def test_areas_that_are_gone_are_gone(tmp_path: Path) -> None:
    async def work(database: Database) -> None:
        repository = DeviceRepository(database)
        await repository.save_areas([Area(id="a", name="A"), Area(id="b", name="B")])
        await repository.save_areas([Area(id="b", name="B2")])
        assert (await repository.load()).areas == (Area(id="b", name="B2"),)

    run(tmp_path, work)


def test_logins_are_kept_replaced_and_removed(tmp_path: Path) -> None:
    login = StoredLogin(name="phone", role="companion", password_hash="$7$x", grants=("earbuds",), created=NOW)

    async def work(database: Database) -> None:
        repository = LoginRepository(database)
        await repository.save(login)
        await repository.save(StoredLogin(name="a", role="device", password_hash="$7$y", created=NOW))
        assert [found.name for found in await repository.all()] == ["a", "phone"]
        assert (await repository.all())[1] == login
        await repository.remove("a")
        await repository.remove("a")
        assert await repository.all() == [login]

    run(tmp_path, work)


def test_a_request_is_begun_once(tmp_path: Path) -> None:
    reply = Reply(
        request="r1",
        outcome=Outcome.ACT,
        text="好的。",
        session="s",
        receipts=(Receipt(device="lamp", command="turn_on", status=ReceiptStatus.CONFIRMED, state={"on": True}),),
    )

    async def work(database: Database) -> None:
        repository = RequestRepository(database)
        results = await asyncio.gather(*(repository.begin("a", "r1", "on", NOW) for _ in range(10)))
        assert sorted(map(str, results)) == sorted([str(Begun.NEW)] + [str(Repeat(reply=None))] * 9)
        assert await repository.begin("a", "r1", "off", NOW) is Begun.CONFLICT
        assert await repository.begin("b", "r1", "off", NOW + timedelta(seconds=1)) is Begun.NEW
        assert [found.asker_id for found in await repository.unfinished()] == ["a", "b"]
        await repository.finish("a", "r1", reply, b'{"heard":"on"}')
        assert await repository.begin("a", "r1", "on", NOW) == Repeat(reply=reply)
        assert await repository.record("r1") == b'{"heard":"on"}'
        assert await repository.record("r2") is None
        assert await repository.find("r2") is None
        newest = await repository.find("r1")
        assert newest is not None
        assert (newest.asker_id, newest.reply) == ("b", None)
        assert [found.asker_id for found in await repository.recent(5)] == ["b", "a"]
        assert await repository.purge(NOW + timedelta(days=1)) == 1  # the unanswered one stays
        assert await repository.begin("a", "r1", "other", NOW) is Begun.NEW

    run(tmp_path, work)


def scheduled(name: str, due: datetime) -> Scheduled:
    """Make a row."""
    effect = Effect(command="turn_off", device="lamp", params={"transition_s": 2.5}, when=When(delay_s=120))
    return Scheduled(
        id=name, due=due, effects=(effect,), asker=ASKER, language="zh", text="关灯", request_id="r", created=NOW
    )


def test_a_row_of_the_schedule_is_claimed_once(tmp_path: Path) -> None:
    async def work(database: Database) -> None:
        repository = ScheduleRepository(database)
        first, second = scheduled("1", NOW), scheduled("2", NOW - timedelta(seconds=1))
        await repository.add(first)
        await repository.add(second)
        assert await repository.pending() == [second, first]
        assert await repository.pending(until=NOW - timedelta(seconds=1)) == [second]
        claims = await asyncio.gather(*(repository.claim("1") for _ in range(10)))
        assert claims.count(True) == 1
        assert not await repository.cancel("1")
        assert [row.id for row in await repository.running()] == ["1"]
        assert await repository.release("1")
        assert await repository.claim("1")
        await repository.finish("1", ScheduleStatus.DONE, "ok")
        found = await repository.get("1")
        assert found is not None
        assert (found.status, found.note) == (ScheduleStatus.DONE, "ok")
        assert await repository.cancel("2")
        assert not await repository.claim("2")
        assert not await repository.claim("3")
        assert [row.id for row in await repository.recent()] == ["1", "2"]

    run(tmp_path, work)


def test_the_last_transaction_of_an_asker_is_found_until_it_is_undone(tmp_path: Path) -> None:
    def transaction(name: str, asker: str, seconds: int) -> Transaction:
        change = TransactionEffect(
            effect=Effect(command="set_brightness", device="lamp", params={"brightness_pct": 30}),
            before={"on": False, "hs": (1.5, 2.0)},
            aimed={"brightness": 30},
        )
        return Transaction(
            id=name, asker_id=asker, request_id="r", at=NOW + timedelta(seconds=seconds), effects=(change,)
        )

    async def work(database: Database) -> None:
        repository = TransactionRepository(database)
        for made in (transaction("1", "a", 0), transaction("2", "a", 1), transaction("3", "b", 2)):
            await repository.add(made)
        assert await repository.last("a") == transaction("2", "a", 1)
        await repository.mark_undone("2")
        assert await repository.last("a") == transaction("1", "a", 0)
        assert await repository.last("c") is None
        found = await repository.get("2")
        assert found is not None
        assert found.is_undone

    run(tmp_path, work)


def test_times_are_kept_as_utc_and_naive_ones_are_refused(tmp_path: Path) -> None:
    async def work(database: Database) -> None:
        repository = ScheduleRepository(database)
        await repository.add(scheduled("1", NOW.astimezone(timezone(timedelta(hours=8)))))
        found = await repository.get("1")
        assert found is not None
        assert found.due == NOW
        assert found.due.tzinfo is UTC
        with pytest.raises(Exception, match="no time zone"):
            await repository.add(scheduled("2", NOW.replace(tzinfo=None)))

    run(tmp_path, work)

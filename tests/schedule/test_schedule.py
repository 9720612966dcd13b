"""The schedule over a real file: once, late if need be, never twice, whatever is killed or turned back."""

import asyncio
import random
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import apscheduler.schedulers.base
import pytest

import hub.schedule.ticker
from hub.contracts.errors import StorageError
from hub.contracts.messages import Asker, Channel
from hub.contracts.skill import Effect
from hub.runtime.clock import SystemClock
from hub.schedule.schedule import Schedule
from hub.storage.database import Database, sqlite_url
from hub.storage.records import Scheduled, ScheduleStatus
from hub.storage.schedule import ScheduleRepository

ASKER = Asker(id="person:ana", channel=Channel.HTTP)


class ShiftedClock(SystemClock):
    """The machine's clock, set wrong by `shift`."""

    def __init__(self) -> None:
        self.shift = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.shift


class Home:
    """What carries out: counts, and answers as it is told."""

    def __init__(self) -> None:
        self.happened: list[str] = []
        self.result = (ScheduleStatus.DONE, "ok")
        self.gate = asyncio.Event()
        self.gate.set()
        self.both = asyncio.Event()

    async def carry_out(self, scheduled: Scheduled) -> tuple[ScheduleStatus, str]:
        self.happened.append(scheduled.id)
        if len(self.happened) == 2:
            self.both.set()
        await self.gate.wait()
        return self.result


class Bench:
    """A schedule over a file, with its clock and its home."""

    def __init__(self, database: Database) -> None:
        self.repository = ScheduleRepository(database)
        self.clock = ShiftedClock()
        self.home = Home()
        self.schedule = Schedule(self.repository, self.clock, UTC, self.home.carry_out)

    async def add(self, name: str, *, in_s: float, command: str = "turn_off") -> None:
        await self.schedule.add(row(name, self.clock.now() + timedelta(seconds=in_s), command))

    async def ended(self, name: str) -> Scheduled:
        """Wait for the end of a row."""
        async with asyncio.timeout(20):
            while True:
                found = await self.repository.get(name)
                if found is not None and found.status not in (ScheduleStatus.PENDING, ScheduleStatus.RUNNING):
                    return found
                await asyncio.sleep(0.01)


def row(name: str, due: datetime, command: str = "turn_off") -> Scheduled:
    """Make a row of the schedule."""
    return Scheduled(
        id=name,
        due=due,
        effects=(Effect(command=command, device="tv"),),
        asker=ASKER,
        language="en",
        text="turn off the TV in two minutes",
        request_id=name,
        created=due,
    )


def run(folder: Path, work: Callable[[Bench], Awaitable[None]]) -> None:
    """Do the work over an open database; the work starts the schedule itself."""

    async def main() -> None:
        database = Database(sqlite_url(folder), clock=SystemClock())
        await database.start()
        bench = Bench(database)
        try:
            await work(bench)
        finally:
            await bench.schedule.stop()
            await database.stop()

    asyncio.run(main())


def test_what_is_due_happens_once_and_ends_with_its_note(tmp_path: Path) -> None:
    async def work(bench: Bench) -> None:
        await bench.schedule.start()
        await bench.add("a", in_s=0.1)
        await bench.add("later", in_s=3600)
        found = await bench.ended("a")
        assert (found.status, found.note) == (ScheduleStatus.DONE, "ok")
        await bench.schedule.tick()
        assert bench.home.happened == ["a"]
        assert [pending.id for pending in await bench.schedule.pending()] == ["later"]

    run(tmp_path, work)


def test_a_cancelled_row_does_not_happen(tmp_path: Path) -> None:
    async def work(bench: Bench) -> None:
        await bench.schedule.start()
        await bench.add("a", in_s=0.2)
        await bench.add("b", in_s=0.2)
        assert await bench.schedule.cancel("a")
        await bench.ended("b")
        assert bench.home.happened == ["b"]
        assert not await bench.schedule.cancel("b")

    run(tmp_path, work)


def test_a_slow_one_holds_nobody_up(tmp_path: Path) -> None:
    async def work(bench: Bench) -> None:
        bench.home.gate.clear()
        await bench.schedule.start()
        await bench.add("a", in_s=0)
        await bench.add("b", in_s=0)
        await bench.schedule.tick()
        async with asyncio.timeout(10):
            await bench.home.both.wait()
        bench.home.gate.set()
        await bench.ended("a")
        await bench.ended("b")

    run(tmp_path, work)


def test_a_failure_of_carrying_out_is_an_end_too(tmp_path: Path) -> None:
    async def work(bench: Bench) -> None:
        async def fail(_: Scheduled) -> tuple[ScheduleStatus, str]:
            raise RuntimeError("boom")

        schedule = Schedule(bench.repository, bench.clock, UTC, fail)
        await schedule.start()
        await schedule.add(row("a", bench.clock.now()))
        found = await bench.ended("a")
        assert found.status is ScheduleStatus.FAILED
        assert "boom" in found.note
        await schedule.stop()

    run(tmp_path, work)


def test_what_fell_due_while_the_hub_was_off_happens_late_and_says_so(tmp_path: Path) -> None:
    async def work(bench: Bench) -> None:
        await bench.repository.add(row("a", bench.clock.now() - timedelta(hours=2)))
        await bench.schedule.start()
        assert "late" in (await bench.ended("a")).note
        assert bench.home.happened == ["a"]

    run(tmp_path, work)


@pytest.mark.parametrize("command", ["turn_off", "set_brightness", "lock", "open"])
def test_an_interrupted_absolute_effect_runs_again_under_its_id(tmp_path: Path, command: str) -> None:
    async def work(bench: Bench) -> None:
        await bench.repository.add(row("a", bench.clock.now(), command))
        assert await bench.repository.claim("a")
        await bench.schedule.start()
        assert (await bench.ended("a")).status is ScheduleStatus.DONE
        assert bench.home.happened == ["a"]

    run(tmp_path, work)


@pytest.mark.parametrize("command", ["toggle", "change_brightness", "next", "previous", "press"])
def test_an_interrupted_relative_effect_is_missed_with_a_note(tmp_path: Path, command: str) -> None:
    async def work(bench: Bench) -> None:
        await bench.repository.add(row("a", bench.clock.now(), command))
        assert await bench.repository.claim("a")
        await bench.schedule.start()
        found = await bench.ended("a")
        assert found.status is ScheduleStatus.MISSED
        assert "not repeated" in found.note
        assert bench.home.happened == []

    run(tmp_path, work)


def test_a_forward_step_of_the_clock_is_noticed_by_the_heartbeat(tmp_path: Path) -> None:
    async def work(bench: Bench) -> None:
        await bench.schedule.start()
        await bench.add("a", in_s=3600)
        bench.clock.shift = timedelta(hours=1, seconds=1)
        await bench.ended("a")
        assert bench.home.happened == ["a"]

    run(tmp_path, work)


def test_a_backward_step_repeats_nothing(tmp_path: Path) -> None:
    async def work(bench: Bench) -> None:
        await bench.schedule.start()
        await bench.add("a", in_s=0)
        await bench.ended("a")
        bench.clock.shift = timedelta(hours=-1)
        await bench.schedule.tick()
        bench.clock.shift = timedelta()
        await bench.add("b", in_s=0)
        await bench.ended("b")
        assert bench.home.happened == ["a", "b"]

    run(tmp_path, work)


def test_the_heartbeat_does_not_sleep_through_a_backward_step(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The library's own clock is set back by an hour; without care its heartbeat is silent for that hour."""
    shift = timedelta()

    class Stepped(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:  # type: ignore[override]  # same use, wider type
            return datetime.now(tz) + shift  # type: ignore[arg-type]  # a tzinfo, as in the base

    monkeypatch.setattr(apscheduler.schedulers.base, "datetime", Stepped)
    monkeypatch.setattr(hub.schedule.ticker, "datetime", Stepped)

    async def work(bench: Bench) -> None:
        nonlocal shift
        await bench.schedule.start()
        shift = timedelta(hours=-1)
        bench.clock.shift = timedelta(hours=-1)
        await bench.add("a", in_s=3600)  # the alarm is an hour away; only the heartbeat can see the next step
        await asyncio.sleep(hub.schedule.ticker.HEARTBEAT_S * 1.5)
        bench.clock.shift = timedelta(seconds=1)
        await bench.ended("a")

    run(tmp_path, work)


def test_a_result_that_could_not_be_stored_is_stored_later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def work(bench: Bench) -> None:
        finish = bench.repository.finish
        failures = iter([StorageError("The disk is full.")])

        async def fail_once(scheduled_id: str, status: ScheduleStatus, note: str) -> None:
            for error in failures:
                raise error
            await finish(scheduled_id, status, note)

        monkeypatch.setattr(bench.repository, "finish", fail_once)
        await bench.schedule.start()
        await bench.add("a", in_s=0)
        assert (await bench.ended("a")).status is ScheduleStatus.DONE
        assert bench.home.happened == ["a"]

    run(tmp_path, work)


CHILD = """
import asyncio, sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from hub.contracts.messages import Asker, Channel
from hub.contracts.skill import Effect
from hub.runtime.clock import SystemClock
from hub.schedule.schedule import Schedule
from hub.storage.database import Database, sqlite_url
from hub.storage.records import ScheduleStatus, Scheduled
from hub.storage.schedule import ScheduleRepository

folder = Path(sys.argv[1])

async def on_due(scheduled):
    print("began", scheduled.id, flush=True)
    await asyncio.sleep(0.02)
    print("happened", scheduled.id, flush=True)
    return ScheduleStatus.DONE, ""

async def main():
    database = Database(sqlite_url(folder), clock=SystemClock())
    await database.start()
    schedule = Schedule(ScheduleRepository(database), SystemClock(), UTC, on_due)
    await schedule.start()
    for number in range(int(sys.argv[2])):
        command = "toggle" if number % 2 else "turn_off"
        now = datetime.now(UTC)
        await schedule.add(Scheduled(
            id=f"{number:03}", due=now + timedelta(seconds=0.3 + number * 0.02), created=now, language="en",
            effects=(Effect(command=command, device="tv"),), text="", request_id="",
            asker=Asker(id="person:ana", channel=Channel.HTTP),
        ))
        print("promised", f"{number:03}", flush=True)
    async with asyncio.timeout(30):
        while await schedule.pending() or await ScheduleRepository(database).running():
            await asyncio.sleep(0.05)
    await schedule.stop()
    await database.stop()

asyncio.run(main())
"""


def lives(folder: Path, rows: int, kill_after: int | None) -> list[list[str]]:
    """Run a hub's schedule in a process of its own; kill it after that many lines, else let it end."""
    child = subprocess.Popen([sys.executable, "-c", CHILD, str(folder), str(rows)], stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    with child.stdout:
        lines = []
        for line in child.stdout:
            lines.append(line.split())
            if kill_after is not None and len(lines) == kill_after:
                child.send_signal(signal.SIGKILL)
    code = child.wait()
    assert code == (0 if kill_after is None else -signal.SIGKILL)
    return [line for line in lines if len(line) == 2]


@pytest.mark.parametrize("seed", range(4))
def test_kill_9_at_any_moment_loses_no_promise_and_doubles_no_relative_effect(tmp_path: Path, seed: int) -> None:
    kill_after = random.Random(seed).randrange(10, 55)
    first = lives(tmp_path, 20, kill_after)
    second = lives(tmp_path, 0, None)
    promised = {name for word, name in first if word == "promised"}
    began = Counter(name for word, name in first + second if word == "began")
    happened = Counter(name for word, name in first + second if word == "happened")

    async def work(bench: Bench) -> None:
        for name in promised:
            found = await bench.repository.get(name)
            assert found is not None
            if found.status is ScheduleStatus.MISSED:
                assert found.effects[0].command == "toggle"
            else:
                assert found.status is ScheduleStatus.DONE
                assert happened[name] >= 1
            if found.effects[0].command == "toggle":
                assert began[name] <= 1

    run(tmp_path, work)

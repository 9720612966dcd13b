"""Whole conversations over a real database: replies from receipts, once only, later, undone, and explained."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from hub.config import ControlSettings
from hub.contracts.frame import When
from hub.contracts.messages import Asker, Outcome, ReceiptStatus, Reply, Request
from hub.contracts.skill import Effect
from hub.control.conversation import Conversation
from hub.control.decision import Policy
from hub.control.dispatcher import Dispatcher
from hub.runtime.bus import Bus
from hub.storage.database import Database, sqlite_url
from hub.storage.records import Scheduled, ScheduleStatus
from hub.storage.requests import RequestRepository
from hub.storage.schedule import ScheduleRepository
from hub.storage.transactions import TransactionRepository
from hub.understanding.index import HomeIndex
from skills.home.skill import HomeSkill
from tests.control import gateways
from tests.control.gateways import FakeGateway
from tests.control.homes import ANA, NOW, OWNER, STRANGER, FakeHome, request
from tests.control.scripts import INDEX, Script, frame, missing, value

SCRIPT = Script(
    {
        "kitchen off": frame("home.turn_off", "ceiling", "counter", "island", kind="light"),
        "ceiling on": frame("home.turn_on", "ceiling"),
        "attic": (frame("home.turn_on", "ceiling"), frame("home.turn_on", "plug")),
        "attic alone": frame("home.turn_on", "plug"),
        "close blind": frame("home.close", "blind"),
        "unlock": frame("home.unlock", "front"),
        "unlock later": frame("home.unlock", "front", when=When(delay_s=600)),
        "garage and light": (frame("home.turn_on", "ceiling"), frame("home.open", "garage")),
        "light and sauna": (frame("home.turn_on", "ceiling"), missing("home.turn_on", "sauna")),
        "tv off in ten": frame("home.turn_off", "tv", when=When(delay_s=600)),
        "on for ten": frame("home.turn_on", "ceiling", when=When(duration_s=600)),
        "dim": frame("home.set_brightness", "ceiling", slots=(value(30, "%"),)),
        "undo": frame("dialog.undo"),
        "下": frame("home.turn_off", "ceiling", "counter", "island", kind="light"),
    }
)


class TestClock:
    """Real monotonic time, and a wall clock that a test can move."""

    __test__ = False

    def __init__(self) -> None:
        self.offset = timedelta()

    def now(self) -> datetime:
        return NOW + self.offset

    def monotonic(self) -> float:
        return time.monotonic()


class IndexedFakeHome(FakeHome):
    def index(self) -> HomeIndex:
        return INDEX


class RowSchedule:
    """The schedule's repository without its ticker."""

    def __init__(self, repository: ScheduleRepository) -> None:
        self.repository = repository

    async def add(self, scheduled: Scheduled) -> None:
        await self.repository.add(scheduled)

    async def cancel(self, scheduled_id: str) -> bool:
        return await self.repository.cancel(scheduled_id)

    async def pending(self) -> list[Scheduled]:
        return await self.repository.pending()


class House:
    """Everything that a conversation stands on, with devices that a test can make misbehave."""

    def __init__(self, database: Database, **behaviours: gateways.Behaviour) -> None:
        self.home = IndexedFakeHome()
        self.gateway = FakeGateway(self.home, **behaviours)
        self.clock = TestClock()
        self.bus = Bus()
        self.requests = RequestRepository(database)
        self.schedule = RowSchedule(ScheduleRepository(database))
        self.replies: list[Reply] = []
        self.is_done = asyncio.Event()
        self.conversation = self.build(database)

    def build(self, database: Database) -> Conversation:
        limits = ControlSettings(reply_within_s=0.15, confirm_within_s=2.0)
        return Conversation(
            understander=SCRIPT,
            skills={"home": HomeSkill()},
            home=self.home,
            dispatcher=Dispatcher(self.gateway, self.home, self.clock, limits),
            schedule=self.schedule,
            requests=self.requests,
            transactions=TransactionRepository(database),
            bus=self.bus,
            clock=self.clock,
            zone=ZoneInfo("Europe/Berlin"),
            policy=Policy(),
        )

    async def say(self, text: str, asker: Asker = OWNER, session: str | None = None) -> Reply:
        return await self.ask(request(text, asker, at=self.clock.now(), session=session))

    async def ask(self, asked: Request) -> Reply:
        return await self.conversation.handle(asked, self._take)

    async def _take(self, reply: Reply) -> None:
        self.replies.append(reply)
        if reply.is_final:
            self.is_done.set()

    async def final(self) -> Reply:
        async with asyncio.timeout(10):
            await self.is_done.wait()
        return self.replies[-1]


def in_house(tmp_path: Path, talk: Callable[[House], Awaitable[None]], **behaviours: gateways.Behaviour) -> None:
    async def run() -> None:
        database = Database(sqlite_url(tmp_path), clock=TestClock())
        await database.start()
        house = House(database, **behaviours)
        try:
            await talk(house)
        finally:
            await house.conversation.stop()
            await database.stop()

    asyncio.run(run())


def test_done_is_said_only_of_what_the_devices_confirmed(tmp_path: Path) -> None:
    async def talk(house: House) -> None:
        reply = await house.say("kitchen off")
        assert (reply.outcome, reply.text) == (Outcome.ACT, "Turned off the three kitchen lights.")
        assert [item.status for item in reply.receipts] == [ReceiptStatus.CONFIRMED] * 3
        assert (await house.say("下")).text == "厨房的全部三盏灯已关闭。"
        assert house.replies[0] == reply and reply.is_final

    in_house(tmp_path, talk)


def test_a_silent_device_is_named_as_not_confirmed(tmp_path: Path) -> None:
    async def talk(house: House) -> None:
        reply = await house.say("kitchen off")
        assert reply.text == (
            "Turned off the kitchen ceiling light and the counter light. Sent, but the island light has not confirmed."
        )

    in_house(tmp_path, talk, island=gateways.silent)


def test_an_offline_device_is_named_and_the_rest_is_done(tmp_path: Path) -> None:
    async def talk(house: House) -> None:
        reply = await house.say("attic")
        assert reply.text == "Turned on the kitchen ceiling light. The attic plug is unavailable."
        assert [item.status for item in reply.receipts] == [ReceiptStatus.CONFIRMED, ReceiptStatus.FAILED]
        assert house.gateway.commands == [("turn_on", "ceiling")]
        alone = await house.say("attic alone")
        assert (alone.outcome, alone.reason, alone.receipts[0].reason) == (
            Outcome.REFUSE,
            "unavailable",
            "unavailable",
        )

    in_house(tmp_path, talk)


def test_a_device_that_goes_offline_meanwhile_is_unavailable(tmp_path: Path) -> None:
    async def talk(house: House) -> None:
        reply = await house.say("ceiling on")
        assert (reply.outcome, reply.reason) == (Outcome.REFUSE, "unavailable")
        assert reply.text == "The kitchen ceiling light is unavailable."

    in_house(tmp_path, talk, ceiling=gateways.offline)


def test_a_slow_blind_is_closing_and_a_final_reply_follows(tmp_path: Path) -> None:
    async def talk(house: House) -> None:
        first = await house.say("close blind")
        assert (first.text, first.is_final) == ("The bedroom blind is closing.", False)
        final = await house.final()
        assert (final.text, final.receipts[0].status) == ("Closed the bedroom blind.", ReceiptStatus.CONFIRMED)
        assert final.request == first.request

    in_house(tmp_path, talk, blind=gateways.slowly)


def test_a_yes_unlocks_once(tmp_path: Path) -> None:
    async def talk(house: House) -> None:
        asked = await house.say("unlock")
        assert (asked.outcome, asked.question, asked.receipts) == (
            Outcome.ASK,
            "Shall I unlock the front door?",
            (),
        )
        assert house.gateway.sent == []
        assert (await house.say("yes", ANA)).outcome is Outcome.REFUSE
        assert (await house.say("yes", session="another")).outcome is Outcome.REFUSE
        assert house.gateway.sent == []
        assert (await house.say("yes", session=asked.session)).text == "Unlocked the front door."
        await house.say("yes", session=asked.session)
        assert house.gateway.commands == [("unlock", "front")]

    in_house(tmp_path, talk)


def test_a_late_yes_unlocks_nothing(tmp_path: Path) -> None:
    async def talk(house: House) -> None:
        await house.say("unlock")
        house.clock.offset = timedelta(seconds=61)
        assert (await house.say("yes")).reason == "expired"
        assert house.gateway.sent == []

    in_house(tmp_path, talk)


def test_the_harmless_half_is_done_while_the_dangerous_one_is_asked(tmp_path: Path) -> None:
    async def talk(house: House) -> None:
        reply = await house.say("garage and light")
        assert reply.text == "Turned on the kitchen ceiling light. Shall I open the garage door?"
        assert house.gateway.commands == [("turn_on", "ceiling")]

    in_house(tmp_path, talk)


def test_what_is_missing_is_said_after_what_was_done(tmp_path: Path) -> None:
    async def talk(house: House) -> None:
        reply = await house.say("light and sauna")
        assert reply.text == "Turned on the kitchen ceiling light. There is no “sauna” here."

    in_house(tmp_path, talk)


def test_a_repeated_request_gets_the_first_answer_and_acts_once(tmp_path: Path) -> None:
    async def talk(house: House) -> None:
        asked = request("ceiling on")
        first, twin = await asyncio.gather(house.ask(asked), house.ask(asked))
        house.conversation = house.build(house.requests._database)  # a hub that was restarted
        again = await house.ask(asked)
        assert first == twin == again
        assert house.gateway.commands == [("turn_on", "ceiling")]
        other = await house.ask(replace(asked, text="kitchen off"))
        assert (other.outcome, other.reason) == (Outcome.REFUSE, "conflict")
        assert len(house.gateway.sent) == 1
        assert (await house.ask(replace(asked, asker=ANA))).outcome is Outcome.ACT

    in_house(tmp_path, talk)


def test_what_a_killed_hub_left_is_answered_as_interrupted_and_not_done(tmp_path: Path) -> None:
    async def talk(house: House) -> None:
        asked = request("ceiling on")
        await house.requests.begin(asked.asker.id, asked.id, asked.text, NOW)
        await house.conversation.start()
        assert (await house.ask(asked)).reason == "interrupted"
        assert house.gateway.sent == []

    in_house(tmp_path, talk)


def test_a_delayed_effect_is_a_row_and_happens_through_the_guard(tmp_path: Path) -> None:
    async def talk(house: House) -> None:
        reply = await house.say("tv off in ten")
        assert (reply.outcome, reply.text) == (Outcome.SCHEDULE, "I will turn off the TV at 10:10.")
        assert house.gateway.sent == []
        (row,) = await house.schedule.pending()
        assert row.due == datetime(2026, 11, 24, 9, 10, tzinfo=UTC)
        assert await house.conversation.run_scheduled(row) == (ScheduleStatus.DONE, "Turned off the TV.")
        assert house.gateway.commands == [("turn_off", "tv")]

    in_house(tmp_path, talk)


def test_a_delayed_unlocking_is_confirmed_when_it_is_asked_for(tmp_path: Path) -> None:
    async def talk(house: House) -> None:
        asked = await house.say("unlock later")
        assert asked.text == "Shall I unlock the front door at 10:10?"
        assert (await house.say("yes")).outcome is Outcome.SCHEDULE
        (row,) = await house.schedule.pending()
        assert row.is_confirmed
        assert (await house.conversation.run_scheduled(row))[0] is ScheduleStatus.DONE
        forged = replace(row, id="forged", is_confirmed=False)
        assert (await house.conversation.run_scheduled(forged))[0] is ScheduleStatus.FAILED
        gone = replace(row, id="gone", asker=replace(row.asker, device="speaker-that-was-removed"))
        assert (await house.conversation.run_scheduled(gone))[0] is ScheduleStatus.FAILED
        assert house.gateway.commands == [("unlock", "front")]

    in_house(tmp_path, talk)


def test_a_timed_effect_schedules_its_way_back(tmp_path: Path) -> None:
    async def talk(house: House) -> None:
        reply = await house.say("on for ten")
        assert reply.text == (
            "Turned on the kitchen ceiling light. I will turn off the kitchen ceiling light again at 10:10."
        )
        (row,) = await house.schedule.pending()
        assert row.effects == (Effect(command="turn_off", device="ceiling"),)
        assert (await house.conversation.run_scheduled(row))[0] is ScheduleStatus.DONE
        assert house.gateway.commands == [("turn_on", "ceiling"), ("turn_off", "ceiling")]

    in_house(tmp_path, talk)


def test_a_timed_effect_that_failed_has_no_way_back(tmp_path: Path) -> None:
    async def talk(house: House) -> None:
        assert (await house.say("on for ten")).text == "The kitchen ceiling light is unavailable."
        assert await house.schedule.pending() == []

    in_house(tmp_path, talk, ceiling=gateways.offline)


def test_undo_restores_the_state_before(tmp_path: Path) -> None:
    async def talk(house: House) -> None:
        house.home.report("ceiling", on=True, brightness=80)
        await house.say("dim")
        reply = await house.say("undo")
        assert reply.outcome is Outcome.ACT
        assert house.gateway.sent[-1][1] == Effect(
            command="set_brightness", device="ceiling", params={"brightness_pct": 80}
        )
        assert (await house.say("undo")).reason == "nothing_to_undo"

    in_house(tmp_path, talk)


def test_undo_leaves_what_somebody_else_changed_and_says_who(tmp_path: Path) -> None:
    async def talk(house: House) -> None:
        for name in ("ceiling", "counter", "island"):
            house.home.report(name, on=True)
        await house.say("kitchen off")
        house.clock.offset += timedelta(seconds=5)
        await house.say("ceiling on", ANA)
        house.gateway.say("counter", on=True)
        reply = await house.say("undo")
        assert "I leave the kitchen ceiling light: ana changed it since." in reply.text
        assert "I leave the counter light: someone at the device itself changed it since." in reply.text
        assert house.gateway.commands[-1] == ("turn_on", "island")
        assert reply.text.startswith("Turned on the island light.")

    in_house(tmp_path, talk)


def test_undoing_a_locking_asks_before_it_unlocks(tmp_path: Path) -> None:
    async def talk(house: House) -> None:
        SCRIPT.sentences["lock"] = frame("home.lock", "front")
        house.home.report("front", lock="unlocked")
        await house.say("lock")
        asked = await house.say("undo")
        assert (asked.outcome, asked.text) == (Outcome.ASK, "Shall I unlock the front door?")
        assert house.gateway.commands == [("lock", "front")]
        await house.say("yes")
        assert house.gateway.commands == [("lock", "front"), ("unlock", "front")]

    in_house(tmp_path, talk)


def test_undo_calls_off_what_is_still_to_come(tmp_path: Path) -> None:
    async def talk(house: House) -> None:
        await house.say("ceiling on")
        house.clock.offset += timedelta(seconds=5)
        await house.say("tv off in ten")
        reply = await house.say("undo")
        assert (reply.outcome, reply.text) == (Outcome.ANSWER, "Cancelled: I will not turn off the TV.")
        assert await house.schedule.pending() == []
        house.home.report("ceiling", on=True)
        assert house.gateway.commands == [("turn_on", "ceiling")]

    in_house(tmp_path, talk)


def test_undoing_a_timed_effect_calls_off_its_way_back(tmp_path: Path) -> None:
    async def talk(house: House) -> None:
        house.home.report("ceiling", on=False)
        await house.say("on for ten")
        house.clock.offset += timedelta(seconds=5)
        await house.say("undo")
        assert house.gateway.commands == [("turn_on", "ceiling"), ("turn_off", "ceiling")]
        assert await house.schedule.pending() == []

    in_house(tmp_path, talk)


def test_a_dry_run_changes_nothing(tmp_path: Path) -> None:
    async def talk(house: House) -> None:
        found = await house.conversation.dry_run(request("unlock"))
        assert found.outcome is Outcome.ASK
        assert (await house.say("yes")).outcome is Outcome.REFUSE
        assert house.gateway.sent == [] and len(await house.requests.recent(10)) == 1

    in_house(tmp_path, talk)


def test_the_record_explains_what_was_heard_judged_and_received(tmp_path: Path) -> None:
    async def talk(house: House) -> None:
        asked = request("kitchen off", STRANGER)
        await house.ask(asked)
        record = json.loads(await house.requests.record(asked.id) or b"")
        assert record["text"] == "kitchen off" and record["frames"][0]["intent"] == "home.turn_off"
        assert [verdict["kind"] for verdict in record["verdicts"]] == ["allow"] * 3
        assert [item["status"] for item in record["receipts"]] == ["confirmed"] * 3
        assert record["replies"][0]["text"] == "Turned off the three kitchen lights."

    in_house(tmp_path, talk)


def test_a_failing_store_keeps_nobody_from_switching_the_light_and_repeats_still_act_once(tmp_path: Path) -> None:
    async def run() -> None:
        database = Database(sqlite_url(tmp_path), clock=TestClock())
        await database.start()
        house = House(database)
        await database.stop()  # from here on every read and write fails
        asked = request("ceiling on")
        assert (await house.ask(asked)).text == "Turned on the kitchen ceiling light."
        await house.ask(asked)
        assert house.gateway.commands == [("turn_on", "ceiling")]
        later = await house.say("tv off in ten")
        assert (later.outcome, later.reason) == (Outcome.REFUSE, "not_stored")

    asyncio.run(run())


def test_a_broken_understander_is_an_answer_and_no_crash(tmp_path: Path) -> None:
    class Broken:
        def understand(self, text: str, index: object, context: object) -> object:
            raise ZeroDivisionError

    async def talk(house: House) -> None:
        house.conversation.understander = Broken()  # type: ignore[assignment]
        assert (await house.say("ceiling on")).reason == "error"

    in_house(tmp_path, talk)


def test_what_happens_is_told_on_the_bus(tmp_path: Path) -> None:
    async def talk(house: House) -> None:
        with house.bus.subscribe() as subscription:
            await house.say("ceiling on")
            events = subscription.events()
            kinds = [(await anext(events)).kind for _ in range(3)]
        assert kinds == ["request", "reply", "receipt"]

    in_house(tmp_path, talk)

"""Dispatch over the real home model: what drivers observe confirms, what was replayed or restored never does."""

import asyncio
from collections.abc import Callable
from contextlib import aclosing
from datetime import UTC, datetime

from hub.config import ControlSettings
from hub.contracts.capability import Capability
from hub.contracts.device import Description, DeviceKind, Source, StateScalar, StateValue
from hub.contracts.driver import Changed, Found, Observation, Resulted
from hub.contracts.messages import Receipt, ReceiptStatus, Trace
from hub.contracts.skill import Effect, Plan
from hub.control.decision import Verdict, VerdictKind
from hub.control.dispatcher import Dispatcher
from hub.home.home import Home
from hub.runtime.clock import SystemClock

LAMP = Source(dialect="native", address="lamp")
ON = Effect(command="turn_on", device="lamp")


class Wire:
    """A gateway that answers each command with the observations of a test, applied to a real home."""

    def __init__(self, home: Home, *answers: Callable[[str], Observation]) -> None:
        self.home = home
        self.answers = answers
        self.asked: list[Observation] = []
        self.listeners: list[Callable[[object], None]] = []

    async def send(self, command_id: str, effect: Effect) -> None:
        for answer in self.answers:
            self.observe(answer(command_id))

    async def query(self, device_id: str) -> None:
        for observation in self.asked:
            self.observe(observation)

    def add_listener(self, listener: Callable[[object], None]) -> None:
        self.listeners.append(listener)

    def observe(self, observation: Observation) -> None:
        for change in self.home.apply(observation, datetime.now(UTC)):
            for listener in self.listeners:
                listener(change)


def lamp(*, is_on: bool | None = None) -> Home:
    home = Home()
    components = {"": {"on_off": Capability(name="on_off")}}
    found = Found(description=Description(source=LAMP, name="Lamp", kind=DeviceKind.LIGHT, components=components))
    home.apply(found, datetime.now(UTC))
    if is_on is not None:
        home.apply(Changed(source=LAMP, states={"on": is_on}), datetime.now(UTC))
    return home


def says(value: StateScalar, *, is_retained: bool = False, is_assumed: bool = False) -> Callable[[str], Observation]:
    changed = Changed(
        source=LAMP, states={"on": value}, is_complete=True, is_retained=is_retained, is_assumed=is_assumed
    )
    return lambda _: changed


def receipt(wire: Wire) -> Receipt:
    async def run() -> Receipt:
        dispatcher = Dispatcher(wire, wire.home, SystemClock(), ControlSettings(reply_within_s=0.1))
        verdict = Verdict(effect=ON, skill="home", kind=VerdictKind.ALLOW)
        async with aclosing(dispatcher.carry_out(Plan(effects=(ON,)), Trace(), [verdict])) as stages:
            return [progress async for progress in stages][-1].receipts[0]

    return asyncio.run(run())


def test_the_devices_own_report_confirms() -> None:
    assert receipt(Wire(lamp(is_on=False), says(True))).status is ReceiptStatus.CONFIRMED


def test_an_equal_value_reported_anew_confirms() -> None:
    assert receipt(Wire(lamp(is_on=True), says(True))).status is ReceiptStatus.CONFIRMED


def test_an_earlier_state_does_not() -> None:
    assert receipt(Wire(lamp(is_on=True))).status is ReceiptStatus.SENT


def test_a_replayed_state_does_not() -> None:
    assert receipt(Wire(lamp(), says(True, is_retained=True))).status is ReceiptStatus.SENT


def test_an_assumed_state_does_not() -> None:
    assert receipt(Wire(lamp(), says(True, is_assumed=True))).status is ReceiptStatus.SENT


def test_what_an_earlier_process_knew_does_not() -> None:
    before = lamp(is_on=True)
    kept = StateValue(value=True, ts=datetime.now(UTC), source="native")
    home = Home(devices=before.devices(), states={"lamp": {"on": kept}})
    assert receipt(Wire(home)).status is ReceiptStatus.SENT


def test_a_result_alone_does_not_but_a_no_is_taken() -> None:
    def result(is_ok: bool) -> Callable[[str], Observation]:
        return lambda command_id: Resulted(source=LAMP, command=command_id, is_ok=is_ok, reason="" if is_ok else "busy")

    assert receipt(Wire(lamp(), result(True))).status is ReceiptStatus.SENT
    refused = receipt(Wire(lamp(), result(False)))
    assert (refused.status, refused.reason) == (ReceiptStatus.FAILED, "busy")


def test_the_answer_to_a_query_confirms_what_was_already_so() -> None:
    wire = Wire(lamp(is_on=True))
    wire.asked = [Changed(source=LAMP, states={"on": True}, is_complete=True)]
    assert receipt(wire).status is ReceiptStatus.CONFIRMED

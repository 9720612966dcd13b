"""A gateway whose devices answer as a test says: at once, late, wrongly, by a replay, or not at all."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

from hub.contracts.errors import HubError
from hub.contracts.skill import Effect
from hub.home.changes import CommandResulted
from tests.control.homes import FakeHome

Behaviour = Callable[["FakeGateway", Effect], Awaitable[None]]


class Unreachable(HubError):  # noqa: N818
    """What the gateway raises when a device is offline."""

    reason = "unavailable"


class FakeGateway:
    """Records what is sent, and lets `behaviours` (by device id) decide what the device then reports."""

    def __init__(self, home: FakeHome, **behaviours: Behaviour) -> None:
        self.home = home
        self.behaviours = behaviours
        self.sent: list[tuple[str, Effect]] = []
        self.queried: list[str] = []
        self.in_flight = self.most_in_flight = 0
        self._listeners: list[Callable[[object], None]] = []
        self._tasks: set[asyncio.Task[None]] = set()

    async def send(self, command_id: str, effect: Effect) -> None:
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        await asyncio.sleep(0)
        self.in_flight -= 1
        behaviour = self.behaviours.get(effect.device or "", obey)
        if behaviour is offline:
            raise Unreachable(f"{effect.device} is offline.")
        self.sent.append((command_id, effect))
        self._later(behaviour, effect)

    async def query(self, device_id: str) -> None:
        self.queried.append(device_id)
        if self.behaviours.get(device_id) is quiet_but_queryable:
            states: dict[str, Any] = {name: value.value for name, value in self.home.states(device_id).items()}
            self.say(device_id, **states)

    def add_listener(self, listener: Callable[[object], None]) -> None:
        self._listeners.append(listener)

    def say(self, device_id: str, *, is_retained: bool = False, is_assumed: bool = False, **states: Any) -> None:
        """Let a device report states now."""
        at = datetime.now(UTC)
        self.home.report(device_id, at, is_retained=is_retained, is_assumed=is_assumed, **states)
        self.tell(device_id)

    def tell(self, change: object) -> None:
        for listener in self._listeners:
            listener(change)

    @property
    def commands(self) -> list[tuple[str, str | None]]:
        return [(effect.command, effect.device) for _, effect in self.sent]

    def _later(self, behaviour: Behaviour, effect: Effect) -> None:
        async def run() -> None:
            await asyncio.sleep(0.005)
            await behaviour(self, effect)

        task = asyncio.create_task(run())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


ENDS: dict[str, dict[str, Any]] = {
    "turn_on": {"on": True},
    "turn_off": {"on": False},
    "open": {"cover_state": "open", "position": 100},
    "close": {"cover_state": "closed", "position": 0},
    "lock": {"lock": "locked"},
    "unlock": {"lock": "unlocked"},
}
MOVING = {"close": ("cover_state", "closing"), "open": ("cover_state", "opening"), "lock": ("lock", "locking")}
PARAMS = {"brightness_pct": "brightness", "temperature": "target_temperature", "position": "position",
          "volume_pct": "volume"}  # fmt: skip


def end_of(effect: Effect) -> dict[str, Any]:
    """Return the state in which an obedient device ends."""
    found = dict(ENDS.get(effect.command, {}))
    return found | {PARAMS[name]: value for name, value in effect.params.items() if name in PARAMS}


async def obey(gateway: FakeGateway, effect: Effect) -> None:
    gateway.say(effect.device or "", **end_of(effect))


async def silent(gateway: FakeGateway, effect: Effect) -> None:
    """Say nothing."""


async def quiet_but_queryable(gateway: FakeGateway, effect: Effect) -> None:
    """Say nothing unless asked."""


async def offline(gateway: FakeGateway, effect: Effect) -> None:
    """Be out of reach (the gateway raises)."""


async def replay(gateway: FakeGateway, effect: Effect) -> None:
    """Have the broker replay the wanted state."""
    gateway.say(effect.device or "", is_retained=True, **end_of(effect))


async def assume(gateway: FakeGateway, effect: Effect) -> None:
    """Have the driver assume the wanted state."""
    gateway.say(effect.device or "", is_assumed=True, **end_of(effect))


async def contrary(gateway: FakeGateway, effect: Effect) -> None:
    """Report another state than the wanted one."""
    gateway.say(effect.device or "", on=effect.command != "turn_on")


async def refuse(gateway: FakeGateway, effect: Effect) -> None:
    """Say no."""
    command_id = next(found for found, sent in gateway.sent if sent is effect)
    gateway.tell(CommandResulted(device=effect.device or "", command=command_id, is_ok=False, reason="child_lock"))


async def slowly(gateway: FakeGateway, effect: Effect) -> None:
    """Be on the way first, and get there later."""
    word, moving = MOVING[effect.command]
    state: dict[str, Any] = {word: moving}
    gateway.say(effect.device or "", **state)
    await asyncio.sleep(0.25)
    await obey(gateway, effect)


async def jam(gateway: FakeGateway, effect: Effect) -> None:
    """Get stuck."""
    gateway.say(effect.device or "", lock="jammed")

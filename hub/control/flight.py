"""One plan under way: its commands, the states that came back, and the receipts that follow from them."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from hub.contracts.device import StateScalar, StateValue
from hub.contracts.errors import HubError
from hub.contracts.ids import new_id
from hub.contracts.messages import Receipt, ReceiptStatus
from hub.contracts.skill import Effect, HomeView
from hub.control.expect import Expectation
from hub.runtime.clock import Clock
from hub.runtime.logs import get_logger
from hub.storage.records import TransactionEffect

IN_FLIGHT_LIMIT = 8  # commands being handed to the broker at once
POLL_S = 0.25  # how often state is looked at even if nobody said that it changed

log = get_logger(__name__)


class Sends(Protocol):
    """What the dispatcher needs of the gateway."""

    async def send(self, command_id: str, effect: Effect) -> object:
        """Hand one command to the device's driver; raises HubError with a `reason` where that is not possible."""
        ...

    async def query(self, device_id: str) -> object:
        """Ask the device for its state, where its dialect can."""
        ...

    def add_listener(self, listener: Callable[[object], None]) -> object:
        """Have every change of the home told."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Where a plan stands: one receipt for each effect, and what undo needs to know."""

    receipts: tuple[Receipt, ...]
    effects: tuple[TransactionEffect, ...]
    is_final: bool


@dataclass(slots=True, kw_only=True)
class Job:
    """One command on its way."""

    effect: Effect
    expected: Expectation | None
    before: Mapping[str, StateScalar]
    baseline: Mapping[str, StateValue] = field(default_factory=dict)
    command_id: str = field(default_factory=new_id)
    status: ReceiptStatus | None = None
    reason: str | None = None
    fresh: Mapping[str, StateScalar] = field(default_factory=dict)
    sent_at: float | None = None
    latency_ms: float | None = None

    @property
    def is_settled(self) -> bool:
        """Tell whether its receipt will not change any more."""
        return self.status is not None

    @property
    def is_slow(self) -> bool:
        """Tell whether it may take long."""
        return self.expected is not None and self.expected.is_slow

    @property
    def is_going(self) -> bool:
        """Tell whether the device says that it is at it."""
        return self.expected is not None and self.expected.is_going(self.fresh)


class Run:
    """One plan under way."""

    def __init__(self, gateway: Sends, home: HomeView, clock: Clock, jobs: list[Job]) -> None:
        self.wake = asyncio.Event()
        self._gateway = gateway
        self._home = home
        self._clock = clock
        self._jobs = jobs
        self._started = clock.monotonic()
        self._slots = asyncio.Semaphore(IN_FLIGHT_LIMIT)
        self._tasks = [
            asyncio.create_task(self._send_in_order(device), name=f"dispatch {device}")
            for device in dict.fromkeys(job.effect.device or "" for job in jobs)
        ]

    @property
    def is_open(self) -> bool:
        """Tell whether some receipt may still change."""
        return any(not job.is_settled for job in self._jobs)

    async def until(self, limit_s: float, *, is_first: bool) -> None:
        """Wait until every command is settled (or, for the first reply, on its way), at most until the limit."""
        while True:
            self.wake.clear()
            for job in self._jobs:
                self._look(job)
            if all(job.is_settled or (is_first and job.is_going) for job in self._jobs):
                return
            left = self._started + limit_s - self._clock.monotonic()
            if left <= 0:
                return
            try:
                async with asyncio.timeout(min(left, POLL_S)):
                    await self.wake.wait()
            except TimeoutError:
                continue

    def refuse(self, command_id: str, reason: str) -> None:
        """Take a device's own no."""
        for job in self._jobs:
            if job.command_id == command_id and not job.is_settled:
                job.status, job.reason = ReceiptStatus.FAILED, reason or "said_no"

    def close_immediate(self) -> None:
        """Settle what has had its time: everything but slow devices that were reached."""
        for job in self._jobs:
            if not job.is_settled and not (job.is_slow and job.sent_at is not None):
                self._give_up(job)

    def close(self) -> None:
        """Settle what is left."""
        for job in self._jobs:
            if not job.is_settled:
                self._give_up(job)

    def progress(self) -> Progress:
        """Return the receipts as they are now."""
        return Progress(
            receipts=tuple(map(_receipt, self._jobs)),
            effects=tuple(_transaction_effect(job) for job in self._jobs if job.sent_at is not None),
            is_final=not self.is_open,
        )

    async def stop(self) -> None:
        """End the tasks."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _send_in_order(self, device: str) -> None:
        for job in self._jobs:
            if job.effect.device == device:
                async with self._slots:
                    await self._send(job)

    async def _send(self, job: Job) -> None:
        job.baseline = component_states(self._home, job.effect)
        started = self._clock.monotonic()
        try:
            job.sent_at = started  # the state that confirms may come before the broker's acknowledgement
            await self._gateway.send(job.command_id, job.effect)
        except HubError as error:
            if not job.is_settled:
                job.sent_at = None
                job.status, job.reason = ReceiptStatus.FAILED, str(getattr(error, "reason", "") or "not_sent")
            return
        finally:
            self.wake.set()
        if job.expected is None:
            self._settle(job, ReceiptStatus.SENT, "no_state")
        elif job.expected.is_met(job.before):
            await self._ask_state(job)

    async def _ask_state(self, job: Job) -> None:
        """Ask a device that is already as wanted: it may see no reason to report."""
        try:
            await self._gateway.query(job.effect.device or "")
        except HubError as error:
            log.debug("device not queried", device_id=job.effect.device, what=error.what)

    def _look(self, job: Job) -> None:
        if job.is_settled or job.sent_at is None or job.expected is None:
            return
        job.fresh = {
            name: value.value
            for name, value in component_states(self._home, job.effect).items()
            if not value.is_retained and not value.is_assumed and value != job.baseline.get(name)
        }
        if job.expected.is_met(job.fresh):
            self._settle(job, ReceiptStatus.CONFIRMED, None)
        else:
            failure = job.expected.failure(job.fresh)
            if failure is not None:
                self._settle(job, ReceiptStatus.FAILED, failure)

    def _settle(self, job: Job, status: ReceiptStatus, reason: str | None) -> None:
        if job.is_settled:
            return
        job.status, job.reason = status, reason
        job.latency_ms = (self._clock.monotonic() - (job.sent_at or self._started)) * 1000

    def _give_up(self, job: Job) -> None:
        if job.sent_at is None:
            job.status, job.reason = ReceiptStatus.FAILED, "not_sent"
        else:
            job.status, job.reason = ReceiptStatus.SENT, "not_confirmed"


def _receipt(job: Job) -> Receipt:
    return Receipt(
        device=job.effect.device or "",
        command=job.effect.command,
        params=job.effect.params,
        component=job.effect.component,
        status=job.status or ReceiptStatus.SENT,
        state={name: value for name, value in job.fresh.items() if _is_told(name, job)},
        latency_ms=None if job.latency_ms is None else round(job.latency_ms, 1),
        reason=job.reason if job.is_settled else "going" if job.is_going else "not_confirmed",
        is_open=not job.is_settled,
    )


def _transaction_effect(job: Job) -> TransactionEffect:
    aimed = {name: value for name, value in job.fresh.items() if _is_told(name, job)}
    is_confirmed = job.status is ReceiptStatus.CONFIRMED  # else nobody knows what the device made of it
    return TransactionEffect(effect=job.effect, before=job.before, aimed=aimed if is_confirmed else {})


def _is_told(name: str, job: Job) -> bool:
    return name in CHANGED_BY_COMMANDS or (job.expected is not None and name in job.expected.aims)


CHANGED_BY_COMMANDS = frozenset(
    """on brightness color_temp color_mode color_hs color_rgb color_xy position tilt cover_state valve_state lock
    target_temperature target_temperature_low target_temperature_high hvac_mode preset fan_mode fan_speed fan_preset
    oscillating direction target_humidity mode volume muted source playback vacuum_state alarm siren""".split()
)
"""State fields that commands change; the rest (battery, power, temperatures) changes by itself."""


def component_states(home: HomeView, effect: Effect) -> dict[str, StateValue]:
    """Return the states of the effect's component, without the component's name."""
    states = home.states(effect.device or "")
    if not effect.component:
        return dict(states)
    prefix = f"{effect.component}."
    return {name.removeprefix(prefix): value for name, value in states.items() if name.startswith(prefix)}

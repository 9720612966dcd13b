"""Feeds drivers with what the network brings, applies what they observe to the home, sends commands through them."""

import asyncio
import hashlib
from collections.abc import Callable, Coroutine, Iterator, Sequence
from functools import partial
from typing import TypeVar

from hub.contracts.device import Device, Source
from hub.contracts.driver import (
    Browse,
    Call,
    Command,
    Driver,
    DriverOutput,
    Forgets,
    Inbound,
    Message,
    Problem,
    ProblemKind,
    Publish,
    Service,
    Subscribe,
)
from hub.contracts.errors import HubError
from hub.contracts.messages import Event, Trace
from hub.contracts.skill import Effect
from hub.gateway.flood import Pacer
from hub.gateway.keeping import Keeper
from hub.home.changes import (
    AvailabilityChanged,
    DeviceAdded,
    DeviceRemoved,
    DeviceUpdated,
    EventFired,
    HomeChange,
    ProblemSeen,
)
from hub.home.home import Home
from hub.runtime.bus import Bus
from hub.runtime.clock import Clock
from hub.runtime.logs import get_logger
from hub.storage.home import DeviceRepository
from hub.transport.mdns import Mdns
from hub.transport.mqtt import Delivery, MqttClient

PAYLOAD_LIMIT = 4 * 1024 * 1024  # bytes; each dialect has its own, smaller limits
POISON_LIMIT = 3  # times that one message may make a driver raise before it is no longer shown to it
POISONS_KEPT = 1000
SETTLE_AFTER_S = 1.0  # comings and goings that the home held back are told after this

Listener = Callable[[HomeChange], None]
Output = TypeVar("Output")

log = get_logger(__name__)


class GatewayError(HubError):
    """A command could not be handed to its device; `reason` is a word for the receipt."""

    def __init__(self, what: str, *, reason: str, hint: str = "") -> None:
        super().__init__(what, hint=hint)
        self.reason = reason


class Gateway:
    """Between the drivers and everything else."""

    def __init__(
        self,
        *,
        drivers: Sequence[Driver],
        home: Home,
        mqtt: MqttClient,
        mdns: Mdns,
        bus: Bus,
        clock: Clock,
        repository: DeviceRepository,
    ) -> None:
        self._drivers = {driver.dialect: driver for driver in drivers}
        self._home = home
        self._mqtt = mqtt
        self._mdns = mdns
        self._bus = bus
        self._clock = clock
        self._keeper = Keeper(repository, home)
        self._listeners: list[Listener] = []
        self._poison: dict[tuple[str, str], int] = {}
        self._pacers: list[Pacer] = []
        self._settling: asyncio.TimerHandle | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    def add_listener(self, listener: Listener) -> Callable[[], None]:
        """Call the listener with every change of the home; return how to end that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    @property
    def dropped(self) -> int:
        """Return how many reports were dropped because newer ones of the same device came too fast."""
        return sum(pacer.dropped for pacer in self._pacers)

    async def start(self) -> None:
        """Subscribe and browse what the drivers want, and keep what they find."""
        self._keeper.start()
        for driver in self._drivers.values():
            for wish in self._ask(driver, "start", driver.start) or ():
                await self._grant(driver, wish)

    async def stop(self) -> None:
        """Write what is not written yet."""
        for pacer in self._pacers:
            pacer.stop()
        if self._settling is not None:
            self._settling.cancel()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._keeper.stop()

    async def send(self, command_id: str, effect: Effect) -> None:
        """Hand one command to its device over the best route that takes it.

        Raises:
            GatewayError: unknown or unavailable device, or no driver can express the command.
            BrokerError: the broker did not take it.
        """
        device = self._reachable(effect.device or "")
        for source, driver in self._routes(device):
            command = Command(
                id=command_id,
                source=source,
                command=effect.command,
                params=effect.params,
                component=effect.component,
            )
            outputs = self._ask(driver, "encode", partial(driver.encode, command))
            if outputs:
                await self._send_all(outputs)
                return
        raise GatewayError(f"{device.name} cannot be told to {effect.command}.", reason="unsupported")

    async def query(self, device_id: str) -> bool:
        """Ask the device for its state where its dialect can; return whether anything was asked.

        Raises:
            GatewayError: unknown or unavailable device.
            BrokerError: the broker did not take it.
        """
        device = self._reachable(device_id)
        for source, driver in self._routes(device):
            outputs = self._ask(driver, "query", partial(driver.query, source))
            if outputs:
                await self._send_all(outputs)
                return True
        return False

    def owner_changed(self, changes: Sequence[HomeChange]) -> None:
        """Tell listeners what the owner's word changed, and keep it; what the owner removed does not come back."""
        self._tell(changes)
        for change in changes:
            if isinstance(change, DeviceRemoved):
                for source in change.device.sources:
                    self._withdraw(source)

    def _withdraw(self, source: Source) -> None:
        driver = self._drivers.get(source.dialect)
        if isinstance(driver, Forgets):
            for output in self._ask(driver, "forget", partial(driver.forget, source)) or ():
                self._start_task(self._mqtt.publish(output), f"forget {source.address}")

    def _routes(self, device: Device) -> Iterator[tuple[Source, Driver]]:
        for source in self._home.routes(device.id):
            driver = self._drivers.get(source.dialect)
            if driver is not None:
                yield source, driver

    def _reachable(self, device_id: str) -> Device:
        device = self._home.device(device_id)
        if device is None:
            raise GatewayError(f"There is no device {device_id!r}.", reason="no_such_device")
        if not device.is_adopted:
            raise GatewayError(f"{device.name} is not adopted.", reason="not_adopted", hint="`aios devices adopt ID`.")
        if not device.availability.is_online:
            raise GatewayError(f"{device.name} is unavailable.", reason="unavailable")
        return device

    def _ask(self, driver: "Driver | Forgets", what: str, ask: Callable[[], Sequence[Output]]) -> Sequence[Output]:
        """Return what a driver answers; a driver that raises answers nothing, and the owner is told."""
        try:
            return tuple(ask())
        except Exception:
            dialect = getattr(driver, "dialect", "")
            log.exception("a driver failed", dialect=dialect, on=what)
            problem = Problem(where=f"{dialect} driver", kind=ProblemKind.CONFLICT, what=f"It failed on {what}.")
            self._tell(self._home.apply(problem, self._clock.now()))
            return ()

    async def _send_all(self, outputs: Sequence[Publish | Call]) -> None:
        for output in outputs:
            if isinstance(output, Call):
                raise GatewayError(f"No link is there for {output.name}.", reason="unsupported")
            await self._mqtt.publish(output)

    async def _grant(self, driver: Driver, wish: Subscribe | Browse | Publish) -> None:
        match wish:
            case Subscribe():
                pacer = Pacer(self._clock, lambda message: self._feed(driver, message))
                self._pacers.append(pacer)
                await self._mqtt.subscribe(
                    wish.filter, wish.qos, lambda delivery: self._take(pacer, delivery), payload_limit=PAYLOAD_LIMIT
                )
            case Browse():
                await self._mdns.browse(wish.type, lambda service: self._take_service(driver, service))
            case Publish():
                await self._mqtt.publish(wish)

    def _take(self, pacer: Pacer, delivery: Delivery) -> None:
        message = delivery.message
        if message.qos > 0 or message.is_retained:
            pacer.pass_on(message)
        elif not pacer.take(message):
            self._tell(self._home.apply(_flood(message), self._clock.now()))

    def _take_service(self, driver: Driver, service: Service) -> None:
        self._feed(driver, service)

    def _feed(self, driver: Driver, inbound: Inbound) -> None:
        poison = self._poison_key(inbound)
        if self._poison.get(poison, 0) >= POISON_LIMIT:
            return
        try:
            for output in driver.feed(inbound):
                self._handle(driver, output)
        except Exception:  # noqa: BLE001  # a plug-in border; logged with its traceback below
            self._count_poison(driver, poison)

    def _handle(self, driver: Driver, output: DriverOutput) -> None:
        if isinstance(output, Subscribe | Browse | Publish):
            self._start_task(self._grant(driver, output), f"{driver.dialect} asks")
            return
        self._tell(self._home.apply(output, self._clock.now()))

    def _start_task(self, work: Coroutine[None, None, None], name: str) -> None:
        task = asyncio.get_running_loop().create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: "asyncio.Task[None]") -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.warning("what a driver asked for failed", task=task.get_name(), what=str(error))

    def _count_poison(self, driver: Driver, key: tuple[str, str]) -> None:
        if len(self._poison) >= POISONS_KEPT:
            self._poison.clear()
        self._poison[key] = self._poison.get(key, 0) + 1
        log.exception("a driver failed on a message", dialect=driver.dialect, topic=key[0], times=self._poison[key])
        if self._poison[key] == POISON_LIMIT:
            what = f"The {driver.dialect} driver failed on it {POISON_LIMIT} times; it is no longer read."
            problem = Problem(where=key[0], kind=ProblemKind.MALFORMED, what=what)
            self._tell(self._home.apply(problem, self._clock.now()))

    @staticmethod
    def _poison_key(inbound: Inbound) -> tuple[str, str]:
        if isinstance(inbound, Message):
            return inbound.topic, hashlib.blake2b(inbound.payload, digest_size=8).hexdigest()
        return inbound.name, hashlib.blake2b(repr(inbound.txt).encode(), digest_size=8).hexdigest()

    def _tell(self, changes: Sequence[HomeChange]) -> None:
        for change in changes:
            self._keeper.note(change)
            self._log(change)
            for listener in tuple(self._listeners):
                try:
                    listener(change)
                except Exception:
                    log.exception("a listener to the home failed")
        if self._home.has_unsettled() and self._settling is None:
            self._settling = asyncio.get_running_loop().call_later(SETTLE_AFTER_S, self._settle)

    def _settle(self) -> None:
        self._settling = None
        self._tell(self._home.settle(self._clock.now()))

    def _log(self, change: HomeChange) -> None:
        match change:
            case DeviceAdded(device=device):
                log.info("device added", device_id=device.id, name=device.name, kind=device.kind.value)
                self._publish_event("device_added", device.id)
            case DeviceUpdated(device=device):
                log.debug("device updated", device_id=device.id)
                self._publish_event("device_updated", device.id)
            case DeviceRemoved(device=device, reason=reason):
                log.info("device gone", device_id=device.id, name=device.name, reason=reason)
                self._publish_event("device_gone", device.id)
            case AvailabilityChanged(device=device_id, is_online=is_online):
                log.info("device is back" if is_online else "device is unavailable", device_id=device_id)
                self._publish_event("availability", device_id, is_online=is_online)
            case EventFired(device=device_id, type=kind):
                self._publish_event("device_event", device_id, type=kind)
            case ProblemSeen(problem=problem):
                log.warning("announcement not taken", where=problem.where, kind=problem.kind.value, what=problem.what)
            case _:
                pass

    def _publish_event(self, kind: str, device_id: str, **data: object) -> None:
        self._bus.publish(Event(kind=kind, at=self._clock.now(), trace=Trace(), data={"device": device_id, **data}))


def _flood(message: Message) -> Problem:
    return Problem(
        where=message.topic, kind=ProblemKind.CONFLICT, what="It reports too often; only the newest is read."
    )

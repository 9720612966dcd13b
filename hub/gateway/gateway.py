"""Feeds drivers with what the network brings, applies what they observe to the home, sends commands through them."""

import asyncio
import hashlib
from collections.abc import Callable, Sequence

from hub.contracts.device import Device
from hub.contracts.driver import (
    Browse,
    Call,
    Command,
    Driver,
    DriverOutput,
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
from hub.gateway.flood import Bucket
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

Listener = Callable[[HomeChange], None]

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
        self._bucket = Bucket(clock)
        self._publishing: set[asyncio.Task[None]] = set()

    def add_listener(self, listener: Listener) -> Callable[[], None]:
        """Call the listener with every change of the home; return how to end that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    async def start(self) -> None:
        """Subscribe and browse what the drivers want, and keep what they find."""
        self._keeper.start()
        for driver in self._drivers.values():
            for wish in driver.start():
                await self._grant(driver, wish)

    async def stop(self) -> None:
        """Write what is not written yet."""
        for task in self._publishing:
            task.cancel()
        await asyncio.gather(*self._publishing, return_exceptions=True)
        await self._keeper.stop()

    async def send(self, command_id: str, effect: Effect) -> None:
        """Hand one command to its device over the best route that takes it.

        Raises:
            GatewayError: unknown or unavailable device, or no driver can express the command.
            BrokerError: the broker did not take it.
        """
        device = self._reachable(effect.device or "")
        for source in device.sources:
            driver = self._drivers.get(source.dialect)
            if driver is None:
                continue
            command = Command(
                id=command_id,
                source=source,
                command=effect.command,
                params=effect.params,
                component=effect.component,
            )
            outputs = driver.encode(command)
            if outputs:
                await self._send_all(outputs)
                return
        raise GatewayError(f"{device.name} cannot be told to {effect.command}.", reason="unsupported")

    async def query(self, device_id: str) -> bool:
        """Ask the device for its state where its dialect can; return whether anything was asked."""
        device = self._reachable(device_id)
        for source in device.sources:
            driver = self._drivers.get(source.dialect)
            outputs = driver.query(source) if driver is not None else ()
            if outputs:
                await self._send_all(outputs)
                return True
        return False

    def owner_changed(self, changes: Sequence[HomeChange]) -> None:
        """Tell listeners what the owner's word changed, and keep it."""
        self._tell(changes)

    def _reachable(self, device_id: str) -> Device:
        device = self._home.device(device_id)
        if device is None:
            raise GatewayError(f"There is no device {device_id!r}.", reason="no_such_device")
        if not device.availability.is_online:
            raise GatewayError(f"{device.name} is unavailable.", reason="unavailable")
        return device

    async def _send_all(self, outputs: Sequence[Publish | Call]) -> None:
        for output in outputs:
            if isinstance(output, Call):
                raise GatewayError(f"No link is there for {output.name}.", reason="unsupported")
            await self._mqtt.publish(output)

    async def _grant(self, driver: Driver, wish: Subscribe | Browse | Publish) -> None:
        match wish:
            case Subscribe():
                await self._mqtt.subscribe(
                    wish.filter, wish.qos, lambda delivery: self._take(driver, delivery), payload_limit=PAYLOAD_LIMIT
                )
            case Browse():
                await self._mdns.browse(wish.type, lambda service: self._take_service(driver, service))
            case Publish():
                await self._mqtt.publish(wish)

    def _take(self, driver: Driver, delivery: Delivery) -> None:
        message = delivery.message
        if message.qos == 0 and not message.is_retained and not self._bucket.allows(message.topic):
            self._tell(self._home.apply(_flood(message), self._clock.now()))
            return
        self._feed(driver, message)

    def _take_service(self, driver: Driver, service: Service) -> None:
        self._feed(driver, service)

    def _feed(self, driver: Driver, inbound: Inbound) -> None:
        poison = self._poison_key(inbound)
        if self._poison.get(poison, 0) >= POISON_LIMIT:
            return
        try:
            outputs = driver.feed(inbound)
        except Exception:  # noqa: BLE001  # a plug-in border; logged with its traceback below
            self._count_poison(driver, poison)
            return
        for output in outputs:
            self._handle(driver, output)

    def _handle(self, driver: Driver, output: DriverOutput) -> None:
        if isinstance(output, Subscribe | Browse | Publish):
            task = asyncio.get_running_loop().create_task(self._grant(driver, output), name=f"{driver.dialect} asks")
            self._publishing.add(task)
            task.add_done_callback(self._granted)
            return
        self._tell(self._home.apply(output, self._clock.now()))

    def _granted(self, task: "asyncio.Task[None]") -> None:
        self._publishing.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.warning("a driver's wish failed", task=task.get_name(), what=str(error))

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
        where=message.topic, kind=ProblemKind.CONFLICT, what="It reports too often; what is too much is dropped."
    )

"""The gateway: drivers are fed and contained, commands take a route that is there, floods and poison are held back."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from hub.contracts.capability import Capability
from hub.contracts.device import Description, DeviceKind, Source
from hub.contracts.driver import (
    Changed,
    Command,
    Driver,
    DriverOutput,
    Found,
    Inbound,
    Message,
    Publish,
    Reachable,
    Subscribe,
)
from hub.contracts.skill import Effect
from hub.gateway.flood import Bucket
from hub.gateway.gateway import POISON_LIMIT, Gateway, GatewayError
from hub.gateway.keeping import DEVICES_EVERY_S, Keeper
from hub.home.changes import AvailabilityChanged, DeviceAdded, HomeChange, StateChanged
from hub.home.home import Home
from hub.runtime.bus import Bus
from hub.transport.delivery import Delivery

NOW = datetime(2026, 5, 1, tzinfo=UTC)
LAMP = Source(dialect="toy", address="lamp")


class Clock:
    seconds = 0.0
    wall = NOW

    def now(self) -> datetime:
        return self.wall

    def monotonic(self) -> float:
        return self.seconds


class Toy:
    """A dialect of one lamp: `announce`, `on`, `gone`, and `boom`, on which it fails."""

    dialect = "toy"

    def start(self) -> Sequence[Subscribe]:
        return [Subscribe(filter="toy/#")]

    def feed(self, inbound: Inbound) -> Sequence[DriverOutput]:
        assert isinstance(inbound, Message)
        if inbound.payload == b"boom":
            raise RuntimeError("a bug in a driver")
        if inbound.payload == b"announce":
            components = {"": {"on_off": Capability(name="on_off")}}
            return [
                Found(description=Description(source=LAMP, name="Lamp", kind=DeviceKind.LIGHT, components=components))
            ]
        if inbound.payload == b"gone":
            return [Reachable(source=LAMP, is_online=False)]
        return [Changed(source=LAMP, states={"on": inbound.payload == b"on"}, is_retained=inbound.is_retained)]

    def encode(self, command: Command) -> Sequence[Publish]:
        if command.command != "turn_on":
            return ()
        return [Publish(topic="toy/set", payload=command.id.encode())]

    def query(self, source: Source) -> Sequence[Publish]:
        return [Publish(topic="toy/get", payload=b"")]


class Mqtt:
    """Stands for the MQTT client."""

    def __init__(self) -> None:
        self.handler: Callable[[Delivery], Awaitable[None] | None]
        self.published: list[Publish] = []

    async def subscribe(
        self, _: str, __: int, handler: Callable[[Delivery], Awaitable[None] | None], **___: Any
    ) -> None:
        self.handler = handler

    async def publish(self, message: Publish) -> None:
        self.published.append(message)


class Repository:
    """Stands for the database: keeps what was saved."""

    def __init__(self) -> None:
        self.devices: list[str] = []
        self.states: dict[str, Any] = {}

    async def save_devices(self, devices: Sequence[Any]) -> None:
        self.devices += [device.id for device in devices]

    async def save_states(self, states: dict[str, Any]) -> None:
        self.states.update(states)

    async def save_areas(self, areas: Sequence[Any]) -> None: ...

    async def save_floors(self, floors: Sequence[Any]) -> None: ...

    async def remove_device(self, device_id: str) -> None: ...


def announcement(source: Source = LAMP) -> Found:
    components = {"": {"on_off": Capability(name="on_off")}}
    ids = frozenset({"mac:1"})
    return Found(
        description=Description(source=source, name="Lamp", kind=DeviceKind.LIGHT, components=components, ids=ids)
    )


class Bench:
    def __init__(self, driver: Driver | None = None) -> None:
        self.home, self.mqtt, self.repository, self.clock = Home(), Mqtt(), Repository(), Clock()
        self.changes: list[HomeChange] = []
        self.gateway = Gateway(
            drivers=[driver or Toy()],
            home=self.home,
            mqtt=self.mqtt,  # type: ignore[arg-type]  # stands for the real one
            mdns=None,  # type: ignore[arg-type]  # this dialect does not browse
            bus=Bus(),
            clock=self.clock,
            repository=self.repository,  # type: ignore[arg-type]  # stands for the real one
        )
        self.gateway.add_listener(self.changes.append)

    def deliver(self, payload: bytes, *, is_retained: bool = False) -> None:
        message = Message(topic="toy/lamp", payload=payload, received_at=NOW, is_retained=is_retained)
        self.mqtt.handler(Delivery(message=message))


def run(steps: Callable[[Bench], Awaitable[None]], driver: Driver | None = None) -> Bench:
    async def main() -> Bench:
        bench = Bench(driver)
        await bench.gateway.start()
        async with asyncio.timeout(20):  # a test that waits in vain fails
            await steps(bench)
        await bench.gateway.stop()
        return bench

    return asyncio.run(main())


def test_what_a_driver_observes_reaches_home_listeners_and_database() -> None:
    async def steps(bench: Bench) -> None:
        bench.deliver(b"announce")
        bench.deliver(b"on", is_retained=True)

    bench = run(steps)
    assert [type(change) for change in bench.changes] == [DeviceAdded, StateChanged]
    assert bench.home.states("lamp")["on"].is_retained
    assert bench.repository.devices == ["lamp"]
    assert set(bench.repository.states) == {"lamp"}


def test_a_command_goes_out_and_what_cannot_be_said_is_an_error_with_its_reason() -> None:
    async def steps(bench: Bench) -> None:
        with pytest.raises(GatewayError) as nobody:
            await bench.gateway.send("c", Effect(command="turn_on", device="lamp"))
        assert nobody.value.reason == "no_such_device"
        bench.deliver(b"announce")
        await bench.gateway.send("c1", Effect(command="turn_on", device="lamp"))
        assert await bench.gateway.query("lamp")
        with pytest.raises(GatewayError) as unsupported:
            await bench.gateway.send("c2", Effect(command="turn_off", device="lamp"))
        assert unsupported.value.reason == "unsupported"
        bench.deliver(b"gone")
        with pytest.raises(GatewayError) as gone:
            await bench.gateway.send("c3", Effect(command="turn_on", device="lamp"))
        assert gone.value.reason == "unavailable"

    bench = run(steps)
    assert [(message.topic, message.payload) for message in bench.mqtt.published] == [
        ("toy/set", b"c1"), ("toy/get", b""),
    ]  # fmt: skip


def test_a_driver_that_fails_is_contained_and_the_poison_is_put_away() -> None:
    calls = 0

    async def steps(bench: Bench) -> None:
        nonlocal calls
        driver = bench.gateway._drivers["toy"]
        inner = driver.feed

        def counting(inbound: Inbound) -> Sequence[DriverOutput]:
            nonlocal calls
            calls += 1
            return inner(inbound)

        driver.feed = counting  # type: ignore[method-assign]  # counts
        for _ in range(POISON_LIMIT + 5):
            bench.deliver(b"boom")
        bench.deliver(b"announce")

    bench = run(steps)
    assert calls == POISON_LIMIT + 1
    assert [problem.where for problem in bench.home.problems()] == ["toy/lamp"]
    assert bench.home.device("lamp") is not None


def test_a_flood_of_one_device_is_dropped_and_said_once() -> None:
    async def steps(bench: Bench) -> None:
        bench.deliver(b"announce")
        for _ in range(2000):
            bench.deliver(b"on")

    bench = run(steps)
    reports = [change for change in bench.changes if isinstance(change, StateChanged)]
    assert 100 < len(reports) < 300
    assert len(bench.home.problems()) == 1


def test_of_a_flood_the_newest_is_read_and_the_rest_counted() -> None:
    async def steps(bench: Bench) -> None:
        bench.deliver(b"announce")
        for number in range(2000):
            bench.deliver(b"on" if number < 1999 else b"off")
        assert bench.home.states("lamp")["on"].value is True
        bench.clock.seconds = 1.0
        while bench.home.states("lamp")["on"].value is True:
            await asyncio.sleep(0.01)
        assert bench.gateway.dropped > 1700

    run(steps)


def test_what_is_retained_is_not_counted_as_a_flood() -> None:
    async def steps(bench: Bench) -> None:
        bench.deliver(b"announce", is_retained=True)
        for _ in range(1000):
            bench.deliver(b"on", is_retained=True)

    bench = run(steps)
    assert len([change for change in bench.changes if isinstance(change, StateChanged)]) == 1000
    assert bench.home.problems() == ()


class Broken(Toy):
    """A driver with a bug in everything that it is asked."""

    def start(self) -> Sequence[Subscribe]:
        raise RuntimeError("a bug in start")

    def encode(self, command: Command) -> Sequence[Publish]:
        raise RuntimeError("a bug in encode")

    def query(self, source: Source) -> Sequence[Publish]:
        raise RuntimeError("a bug in query")


def test_a_driver_that_fails_on_what_it_is_asked_is_contained() -> None:
    async def steps(bench: Bench) -> None:
        bench.home.apply(announcement(), NOW)
        with pytest.raises(GatewayError) as error:
            await bench.gateway.send("c", Effect(command="turn_on", device="lamp"))
        assert error.value.reason == "unsupported"
        assert not await bench.gateway.query("lamp")

    bench = run(steps, Broken())
    assert [problem.where for problem in bench.home.problems()] == ["toy driver"]
    assert bench.mqtt.published == []


def test_a_device_that_is_not_adopted_is_told_nothing() -> None:
    async def steps(bench: Bench) -> None:
        bench.home.apply(replace(announcement(), needs_adoption=True), NOW)
        with pytest.raises(GatewayError) as error:
            await bench.gateway.send("c", Effect(command="turn_on", device="lamp"))
        assert error.value.reason == "not_adopted"

    assert run(steps).mqtt.published == []


def test_a_command_takes_the_route_that_is_there() -> None:
    """The lamp is seen through two addresses; the first one is gone."""
    used: list[Source] = []

    class Listening(Toy):
        def encode(self, command: Command) -> Sequence[Publish]:
            used.append(command.source)
            return super().encode(command)

    async def steps(bench: Bench) -> None:
        second = Source(dialect="toy", address="lamp-2")
        for source in (LAMP, second):
            bench.home.apply(announcement(source), NOW)
        await bench.gateway.send("c1", Effect(command="turn_on", device="lamp"))
        bench.home.apply(Reachable(source=LAMP, is_online=False), NOW)
        await bench.gateway.send("c2", Effect(command="turn_on", device="lamp"))
        assert used == [LAMP, second]

    run(steps, Listening())


def test_what_the_owner_removes_is_taken_back_from_the_broker() -> None:
    class Tidy(Toy):
        def forget(self, source: Source) -> Sequence[Publish]:
            return [Publish(topic=f"toy/{source.address}", payload=b"", is_retained=True)]

    async def steps(bench: Bench) -> None:
        bench.deliver(b"announce")
        bench.gateway.owner_changed(bench.home.forget("lamp"))
        while not bench.mqtt.published:
            await asyncio.sleep(0)

    (left,) = run(steps, Tidy()).mqtt.published
    assert (left.topic, left.payload, left.is_retained) == ("toy/lamp", b"", True)


def test_a_coming_that_was_held_back_is_told_later() -> None:
    async def steps(bench: Bench) -> None:
        bench.deliver(b"announce")
        bench.deliver(b"gone")
        bench.home.apply(Reachable(source=LAMP, is_online=True), NOW)
        bench.deliver(b"on")  # anything
        bench.clock.wall = NOW + timedelta(seconds=1)
        back = AvailabilityChanged(device="lamp", is_online=True)
        while back not in bench.changes:
            await asyncio.sleep(0.01)

    run(steps)


def test_a_device_that_cannot_be_written_does_not_stop_the_next() -> None:
    class Odd(Repository):
        async def save_devices(self, devices: Sequence[Any]) -> None:
            if any(device.name == "Odd" for device in devices):
                raise TypeError("a value that cannot be written")
            await super().save_devices(devices)

    async def main() -> None:
        home, odd = Home(), Odd()
        keeper = Keeper(odd, home)  # type: ignore[arg-type]  # stands for the real one
        keeper.start()
        for name, source in (("Odd", LAMP), ("Lamp", Source(dialect="toy", address="other"))):
            description = Description(source=source, name=name)
            for change in home.apply(Found(description=description), NOW):
                keeper.note(change)
            await asyncio.sleep(2 * DEVICES_EVERY_S)
        assert odd.devices == ["other"]  # written by the same task, before the end
        await keeper.stop()

    asyncio.run(main())


def test_a_listener_that_fails_disturbs_nobody() -> None:
    async def steps(bench: Bench) -> None:
        def fail(_: HomeChange) -> None:
            raise RuntimeError("a bug in a listener")

        bench.gateway.add_listener(fail)
        bench.deliver(b"announce")

    assert run(steps).home.device("lamp") is not None


def test_the_bucket_fills_again() -> None:
    clock = Clock()
    bucket = Bucket(clock, rate_per_s=2, burst=2)
    assert [bucket.allows("t") for _ in range(3)] == [True, True, False]
    clock.seconds = 0.5
    assert [bucket.allows("t") for _ in range(2)] == [True, False]
    assert bucket.allows("another")

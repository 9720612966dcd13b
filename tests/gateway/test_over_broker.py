"""Gateway, pairing and native driver over the real Mosquitto, real mDNS on loopback and the real database."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from devices.native.driver import NativeDriver
from hub.config import MdnsSettings
from hub.contracts.device import Device
from hub.contracts.errors import BrokerError
from hub.contracts.skill import Effect
from hub.gateway.gateway import Gateway, GatewayError
from hub.gateway.pairings import Credentials, Pairings
from hub.home.home import Home
from hub.runtime.bus import Bus
from hub.runtime.clock import SystemClock
from hub.storage.database import Database
from hub.storage.home import DeviceRepository
from hub.storage.logins import LoginRepository
from hub.transport.broker import Endpoint, MosquittoBroker
from hub.transport.delivery import Delivery
from hub.transport.mdns import Advertisement, Mdns
from hub.transport.mqtt import MqttClient
from tests.transport.brokers import client, message, mosquitto, needs_mosquitto, until

pytestmark = [pytest.mark.flow, needs_mosquitto]

LAMP = {"name": "Lamp", "kind": "light", "area": "Kitchen", "components": {"": {"on_off": {}}}}


class House:
    """A hub without its mind: what lies between the network and the home."""

    def __init__(self, home: Home, gateway: Gateway, pairings: Pairings, endpoint: Endpoint) -> None:
        self.home, self.gateway, self.pairings, self.endpoint = home, gateway, pairings, endpoint

    def device(self, device_id: str) -> Device | None:
        return self.home.device(device_id)

    @asynccontextmanager
    async def login(self, device_id: str, kind: str = "light") -> AsyncIterator[tuple[MqttClient, Credentials]]:
        """Pair a device and connect as it."""
        offer = await self.pairings.ask(device_id, device_id, kind, "127.0.0.1")
        async with client(self.endpoint, device_id, offer.password) as connected:
            yield connected, offer


@asynccontextmanager
async def house(tmp_path: Path, broker: MosquittoBroker, endpoint: Endpoint) -> AsyncIterator[House]:
    clock = SystemClock()
    database = Database(f"sqlite:///{tmp_path / 'home.db'}", clock=clock)
    await database.start()
    mdns = Mdns(MdnsSettings(interfaces=("127.0.0.1",)), clock)
    await mdns.start()
    devices = DeviceRepository(database)
    stored = await devices.load()
    home = Home(devices=stored.devices, areas=stored.areas, floors=stored.floors, states=stored.states)
    async with client(endpoint) as mqtt:
        gateway = Gateway(
            drivers=[NativeDriver()],
            home=home,
            mqtt=mqtt,
            mdns=mdns,
            bus=Bus(),
            clock=clock,
            repository=devices,
        )
        pairings = Pairings(
            broker=broker,
            endpoint=endpoint,
            repository=LoginRepository(database),
            home=home,
            clock=clock,
            hub_id="hub1",
            auto_approve=True,
        )
        await pairings.start()
        await gateway.start()
        try:
            yield House(home, gateway, pairings, endpoint)
        finally:
            await gateway.stop()
            await mdns.stop()
            await database.stop()


@asynccontextmanager
async def house_with_broker(tmp_path: Path) -> AsyncIterator[House]:
    async with mosquitto(tmp_path) as (broker, endpoint), house(tmp_path, broker, endpoint) as it:
        yield it


async def say(device: MqttClient, device_id: str, topic: str, payload: Any, *, is_retained: bool = True) -> None:
    raw = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    await device.publish(message(f"aios/v1/device/{device_id}/{topic}", raw, is_retained=is_retained))


def test_a_device_is_found_told_something_and_known_after_a_restart(tmp_path: Path) -> None:
    async def main() -> None:
        async with mosquitto(tmp_path) as (broker, endpoint):
            async with house(tmp_path, broker, endpoint) as first, first.login("lamp") as (lamp, _):
                told: list[Delivery] = []
                await lamp.subscribe("aios/v1/device/lamp/command", 1, told.append)
                await say(lamp, "lamp", "state", {"on": False})
                await say(lamp, "lamp", "announce", LAMP)
                await say(lamp, "lamp", "availability", b"online")
                await until(lambda: "on" in first.home.states("lamp"), "the lamp is known with its state")
                await first.gateway.send("c1", Effect(command="turn_on", device="lamp", params={"brightness_pct": 40}))
                await until(lambda: told, "the command has arrived")
                assert json.loads(told[0].message.payload) == {
                    "id": "c1", "command": "turn_on", "params": {"brightness_pct": 40},
                }  # fmt: skip
                assert not told[0].message.is_retained
                await say(lamp, "lamp", "availability", b"offline")
                await until(lambda: not first.home.routes("lamp"), "the lamp is gone")
                with pytest.raises(GatewayError) as error:
                    await first.gateway.send("c2", Effect(command="turn_on", device="lamp"))
                assert error.value.reason == "unavailable"
            async with house(tmp_path, broker, endpoint) as second:
                device = second.device("lamp")
                assert device is not None  # at once, from the database
                assert device.area == "kitchen"
                assert second.home.states("lamp")["on"].is_retained

    asyncio.run(main())


def test_nobody_speaks_for_a_device_that_is_not_his(tmp_path: Path) -> None:
    async def main() -> None:
        async with (
            house_with_broker(tmp_path) as it,
            it.login("lamp") as (lamp, _),
            it.login("thief") as (thief, _),
        ):
            await say(lamp, "lamp", "announce", LAMP)
            await until(lambda: it.device("lamp"), "the lamp is known")
            for topic, payload in (("state", {"on": True}), ("announce", {**LAMP, "name": "Mine"})):
                with suppress(BrokerError):  # MQTT 5 says that it was not allowed, 3.1.1 does not
                    await say(thief, "lamp", topic, payload)
            await say(thief, "thief", "announce", LAMP)  # what it may say arrives, after what it may not
            await until(lambda: it.device("thief"), "the thief's own announcement")
            device = it.device("lamp")
            assert device is not None
            assert device.name == "Lamp"
            assert not it.home.states("lamp")

    asyncio.run(main())


def test_a_device_that_was_removed_is_cut_off_and_does_not_come_back(tmp_path: Path) -> None:
    async def main() -> None:
        async with mosquitto(tmp_path) as (broker, endpoint):
            async with house(tmp_path, broker, endpoint) as it, it.login("lamp") as (lamp, _):
                await say(lamp, "lamp", "announce", LAMP)
                await until(lambda: it.device("lamp"), "the lamp is known")
                await it.pairings.revoke("lamp")
                await until(lambda: not lamp.is_connected, "its connection is cut")
                it.gateway.owner_changed(it.home.forget("lamp"))
                async with client(endpoint) as observer:
                    left: list[Delivery] = []
                    for _ in range(100):
                        left.clear()
                        await observer.subscribe("aios/v1/device/lamp/announce", 1, left.append)
                        await asyncio.sleep(0.05)
                        if not left:
                            break
                    assert not left
            async with house(tmp_path, broker, endpoint) as again, again.login("plug") as (plug, _):
                await say(plug, "plug", "announce", LAMP)
                await until(lambda: again.device("plug"), "another one's announcement")
                assert again.device("lamp") is None
                assert {login.name for login in again.pairings.logins()} == {"plug"}

    asyncio.run(main())


def test_a_flood_ends_with_the_newest_state(tmp_path: Path) -> None:
    async def main() -> None:
        async with house_with_broker(tmp_path) as it, it.login("lamp") as (lamp, _):
            await say(lamp, "lamp", "announce", LAMP)
            await until(lambda: it.device("lamp"), "the lamp is known")
            for number in range(1000):
                payload = json.dumps({"on": True, "brightness": number}).encode()
                await lamp.publish(message("aios/v1/device/lamp/state", payload, qos=0))
            await until(
                lambda: "brightness" in it.home.states("lamp") and it.home.states("lamp")["brightness"].value == 999,
                "the newest state",
            )
            assert it.gateway.dropped > 0
            assert len(it.home.problems()) == 1

    asyncio.run(main())


def test_a_service_on_the_network_is_listed_and_never_commanded(tmp_path: Path) -> None:
    async def main() -> None:
        async with mosquitto(tmp_path) as (broker, endpoint), house(tmp_path, broker, endpoint) as it:
            mdns = Mdns(MdnsSettings(interfaces=("127.0.0.1",)), SystemClock())
            await mdns.start()
            txt = {"id": "seen-lamp", "v": "1", "kind": "light", "name": "Seen lamp", "area": "Nowhere"}
            await mdns.advertise(Advertisement(type="_aios._tcp.local.", name="Seen lamp", port=80, txt=txt))
            await until(lambda: it.device("seen-lamp"), "the service is listed")
            device = it.device("seen-lamp")
            assert device is not None
            assert (device.name, device.is_adopted, it.home.areas()) == ("Seen lamp", False, ())
            with pytest.raises(GatewayError) as error:
                await it.gateway.send("c", Effect(command="turn_on", device="seen-lamp"))
            assert error.value.reason == "not_adopted"
            async with it.login("seen-lamp") as (lamp, _):
                await say(lamp, "seen-lamp", "announce", {**LAMP, "area": "Attic"})
                await until(lambda: [area.name for area in it.home.areas()] == ["Attic"], "it has announced itself")
                await it.gateway.send("c", Effect(command="turn_on", device="seen-lamp"))
            await mdns.stop()

    asyncio.run(main())

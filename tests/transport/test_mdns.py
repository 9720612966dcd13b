"""mDNS for real, on the loopback interface only."""

import asyncio
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from zeroconf.asyncio import AsyncServiceInfo, AsyncZeroconf

from hub.config import MdnsSettings
from hub.contracts.driver import Service
from hub.runtime.clock import SystemClock
from hub.transport import mdns as module
from hub.transport.mdns import Advertisement, Mdns, MdnsError
from tests.transport.brokers import until

pytestmark = pytest.mark.flow

LOOPBACK = MdnsSettings(interfaces=("127.0.0.1",))


@asynccontextmanager
async def mdns(settings: MdnsSettings = LOOPBACK) -> AsyncIterator[Mdns]:
    it = Mdns(settings, SystemClock())
    await it.start()
    try:
        yield it
    finally:
        await it.stop()


def advert(name: str, kind: str, **txt: str | bytes) -> Advertisement:
    return Advertisement(type=f"_{kind}._tcp.local.", name=name, port=4711, txt=txt)


def test_a_service_is_found_changed_and_gone() -> None:
    async def scene() -> None:
        async with mdns() as device, mdns() as hub:
            seen: list[Service] = []
            await hub.browse("_aiost1._tcp.local.", seen.append)
            withdraw = await device.advertise(advert("Lamp", "aiost1", id="lamp", raw=b"\xff\x00"))
            await until(lambda: seen, "the lamp")
            assert (seen[0].name, seen[0].port, seen[0].addresses) == ("Lamp._aiost1._tcp.local.", 4711, ("127.0.0.1",))
            assert seen[0].txt == {"id": b"lamp", "raw": b"\xff\x00"}
            await device.advertise(advert("Lamp", "aiost1", id="lamp", paired="hub"))
            await until(lambda: len(seen) == 2, "the change")
            assert seen[1].txt == {"id": b"lamp", "paired": b"hub"}
            await withdraw()
            await until(lambda: len(seen) == 3, "the goodbye")
            assert seen[2].is_gone

    asyncio.run(scene())


def test_who_browses_later_is_told_what_is_known_and_a_failing_handler_harms_nobody() -> None:
    async def scene() -> None:
        async with mdns() as device, mdns() as hub:
            first: list[Service] = []
            second: list[Service] = []

            def fail(service: Service) -> None:
                raise ValueError(service.name)

            await hub.browse("_aiost2._tcp.local.", fail)
            stop_first = await hub.browse("_aiost2._tcp.local.", first.append)
            withdraw = await device.advertise(advert("one", "aiost2"))
            await until(lambda: first, "the service")
            await hub.browse("_aiost2._tcp.local.", second.append)
            assert second == first
            await stop_first()
            await withdraw()
            await until(lambda: len(second) == 2, "the goodbye")
            assert len(first) == 1

    asyncio.run(scene())


def test_a_stop_says_goodbye_and_leaves_no_task() -> None:
    async def scene() -> None:
        before = asyncio.all_tasks()
        async with mdns() as hub:
            seen: list[Service] = []
            await hub.browse("_aiost3._tcp.local.", seen.append)
            async with mdns() as device:
                await device.advertise(advert("one", "aiost3"))
                await until(lambda: seen, "the service")
            await until(lambda: seen[-1].is_gone, "the goodbye")
        await until(lambda: asyncio.all_tasks() == before, "all tasks have ended")

    asyncio.run(scene())


def test_withdrawn_before_it_was_announced_it_is_never_seen() -> None:
    async def scene() -> None:
        async with mdns() as device, mdns() as hub:
            seen: list[Service] = []
            await hub.browse("_aiost4._tcp.local.", seen.append)
            withdraw = await device.advertise(advert("one", "aiost4"))
            await withdraw()
            await device.advertise(advert("two", "aiost4"))
            await until(lambda: seen, "the other one")
            assert [service.name.split(".")[0] for service in seen if not service.is_gone] == ["two"]

    asyncio.run(scene())


def test_two_devices_of_one_name_are_both_found() -> None:
    async def scene() -> None:
        async with mdns() as one, mdns() as two, mdns() as hub:
            seen: list[Service] = []
            await hub.browse("_aiost5._tcp.local.", seen.append)
            await one.advertise(advert("same", "aiost5", id="a"))
            await until(lambda: seen, "the first")
            await two.advertise(advert("same", "aiost5", id="b"))
            await until(lambda: {service.txt["id"] for service in seen} == {b"a", b"b"}, "both")
            assert len({service.name for service in seen}) == 2

    asyncio.run(scene())


def test_services_and_txt_are_capped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SERVICES_LIMIT", 3)
    monkeypatch.setattr(module, "TXT_KEYS_LIMIT", 4)

    async def scene() -> None:
        zeroconf = AsyncZeroconf(interfaces=["127.0.0.1"])
        async with mdns() as hub:
            seen: list[Service] = []
            await hub.browse("_aiost6._tcp.local.", seen.append)
            keys = {f"k{number}": "v" for number in range(30)}
            kind = "_aiost6._tcp.local."
            for number in range(6):
                info = AsyncServiceInfo(
                    kind,
                    f"s{number}.{kind}",
                    port=1,
                    properties=keys,
                    parsed_addresses=["127.0.0.1"],
                    server="s.local.",
                )
                await (await zeroconf.async_register_service(info, cooperating_responders=True))
            await until(lambda: hub._browses[kind].ignored >= 1, "one too many")
            await until(lambda: len(seen) == 3, "those within the limit")
            assert all(len(service.txt) == 4 for service in seen)
        await zeroconf.async_close()

    asyncio.run(scene())


def test_garbage_on_the_wire_stops_nothing() -> None:
    async def scene() -> None:
        async with mdns() as device, mdns() as hub:
            seen: list[Service] = []
            await hub.browse("_aiost7._tcp.local.", seen.append)
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as wire:
                wire.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton("127.0.0.1"))
                for number in range(300):
                    junk = struct.pack("!6H", 0, 0x8400, 0, number % 7, 0, 0) + bytes(range(number % 256)) * 3
                    wire.sendto(junk, ("224.0.0.251", 5353))
            await device.advertise(advert("sound", "aiost7"))
            await until(lambda: seen, "the sound service")

    asyncio.run(scene())


def test_without_multicast_the_hub_goes_on_and_what_was_asked_for_happens_later(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "CHECK_EVERY_S", 0.05)

    def broken(**_: object) -> AsyncZeroconf:
        raise OSError("No such device")

    async def scene() -> None:
        monkeypatch.setattr(module, "AsyncZeroconf", broken)
        async with mdns() as hub:
            seen: list[Service] = []
            assert not hub.is_working
            assert "No such device" in hub.diagnose()
            await hub.browse("_aiost8._tcp.local.", seen.append)
            await hub.advertise(advert("hub", "aiost8"))
            monkeypatch.setattr(module, "AsyncZeroconf", AsyncZeroconf)
            await until(lambda: seen, "it works again")
            assert hub.is_working
            assert hub.diagnose() == ""

    asyncio.run(scene())


def test_changed_interfaces_are_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CHECK_EVERY_S", 0.05)

    async def scene() -> None:
        async with mdns() as hub, mdns() as other:
            seen: list[Service] = []
            await other.browse("_aiost9._tcp.local.", seen.append)
            await hub.advertise(advert("hub", "aiost9"))
            await until(lambda: seen, "before")
            first = hub._zeroconf
            hub._addresses = ("192.0.2.1",)
            await until(lambda: hub._zeroconf not in (None, first), "a new start")
            await until(lambda: not seen[-1].is_gone and seen[-1] is not seen[0], "announced anew")

    asyncio.run(scene())


def test_switched_off_it_does_nothing_and_says_so() -> None:
    async def scene() -> None:
        async with mdns(MdnsSettings(enabled=False)) as hub:
            withdraw = await hub.advertise(advert("hub", "aiost0"))
            stop = await hub.browse("_aiost0._tcp.local.", lambda service: None)
            await withdraw()
            await stop()
            assert not hub.is_working
            assert "mdns.enabled" in hub.diagnose()

    asyncio.run(scene())


@pytest.mark.parametrize(
    "bad",
    [
        advert("", "x"),
        advert("x" * 64, "x"),
        advert("a\nb", "x"),
        advert("灯" * 22, "x"),
        Advertisement(type="_x._tcp.local.", name="a", port=0),
        advert("a", "x", k="v" * 255),
        Advertisement(type="_x._tcp.local.", name="a", port=1, txt={"k=": "v"}),
    ],
)
def test_malformed_advertisements_are_refused(bad: Advertisement) -> None:
    async def scene() -> None:
        with pytest.raises(MdnsError):
            await Mdns(LOOPBACK, SystemClock()).advertise(bad)

    asyncio.run(scene())

"""The WebSocket: token first, everything as it is, then what changes; a slow client harms nobody else."""

import asyncio
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from hub.contracts.device import Description, Source
from hub.contracts.driver import Found
from hub.contracts.messages import Event, Trace

TOKEN = json.dumps({"token": "t" * 43})


async def said(socket: Any) -> Any:
    """Return the next message of the hub."""
    async with asyncio.timeout(10):
        return json.loads(await socket.recv())


def test_a_client_sees_the_home_and_then_its_changes(serve: Any) -> None:
    async def work(bench: Any) -> None:
        async with bench.watch() as socket:
            await socket.send(TOKEN)
            first = await said(socket)
            assert first["kind"] == "home"
            assert {device["id"] for device in first["data"]["devices"]} == {
                device.id for device in bench.home.devices()
            }
            assert first["data"]["areas"][0]["name"] == "Kitchen"
            bench.change("kitchen-ceiling", on=False)
            change = await said(socket)
            assert change["kind"] == "device"
            assert change["data"]["state"]["on"]["value"] is False
            bench.gateway.owner_changed(bench.home.forget("odd"))
            assert (await said(socket))["data"] == {"id": "odd"}

    serve(work)


def test_a_change_by_the_owner_is_seen_too(serve: Any) -> None:
    async def work(bench: Any) -> None:
        async with bench.watch() as socket, bench.client() as client:
            await socket.send(TOKEN)
            await said(socket)
            await client.patch("/api/v1/devices/kitchen-ceiling", json={"name": "Sunny"})
            assert (await said(socket))["data"]["name"] == "Sunny"

    serve(work)


def test_a_new_area_is_told_before_the_device_that_stands_in_it(serve: Any) -> None:
    async def work(bench: Any) -> None:
        async with bench.watch() as socket, bench.client() as client:
            await socket.send(TOKEN)
            await said(socket)
            await client.post("/api/v1/areas", json={"name": "Attic"})
            areas = await said(socket)
            assert areas["kind"] == "areas"
            assert areas["data"][-1]["name"] == "Attic"
            bench.observe(
                Found(description=Description(source=Source(dialect="x", address="y"), name="Y", area="Shed"))
            )
            assert (await said(socket))["data"][-1]["name"] == "Shed"
            assert (await said(socket))["data"]["area"] == "shed"

    serve(work)


def test_events_of_the_bus_are_handed_on(serve: Any) -> None:
    async def work(bench: Any) -> None:
        async with bench.watch() as socket:
            await socket.send(TOKEN)
            await said(socket)
            at = datetime(2026, 3, 1, tzinfo=UTC)
            bench.bus.publish(Event(kind="request", at=at, trace=Trace(), data={"text": "关灯"}))
            assert await said(socket) == {"kind": "request", "at": "2026-03-01T00:00:00Z", "data": {"text": "关灯"}}

    serve(work)


def test_a_thousand_changes_become_a_few_messages_with_the_newest_state(serve: Any) -> None:
    async def work(bench: Any) -> None:
        async with bench.watch() as socket:
            await socket.send(TOKEN)
            await said(socket)
            for number in range(1000):
                bench.change("kitchen-ceiling", brightness=number)
                if number % 100 == 0:
                    await asyncio.sleep(0)
            messages = 0
            while True:
                messages += 1
                if (await said(socket))["data"]["state"]["brightness"]["value"] == 999:
                    break
            assert messages < 20

    serve(work)


@pytest.mark.parametrize("first", ['{"token": "wrong"}', '{"token": ""}', "{}", "t" * 43, "[" * 5000, b"\xff\xfe", b""])
def test_without_the_token_the_connection_is_closed_and_nothing_said(serve: Any, first: str | bytes) -> None:
    async def work(bench: Any) -> None:
        async with bench.watch() as socket:
            await socket.send(first)
            with pytest.raises(ConnectionClosed) as caught:
                await said(socket)
            assert caught.value.rcvd is not None
            assert caught.value.rcvd.code == 4401

    serve(work)


def test_guessing_over_the_socket_is_slowed_down_as_well(serve: Any) -> None:
    async def work(bench: Any) -> None:
        codes = []
        for _ in range(7):
            async with bench.watch() as socket:
                await socket.send('{"token": "wrong"}')
                with pytest.raises(ConnectionClosed) as caught:
                    await said(socket)
                assert caught.value.rcvd is not None
                codes.append(caught.value.rcvd.code)
        assert codes == [4401] * 5 + [4429] * 2

    serve(work)


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:1"])
def test_another_site_cannot_open_it(serve: Any, origin: str) -> None:
    async def work(bench: Any) -> None:
        with pytest.raises(InvalidStatus) as caught:
            async with bench.watch(origin=origin):
                pass
        assert caught.value.response.status_code == 403

    serve(work)


def test_our_own_page_can_open_it(serve: Any) -> None:
    async def work(bench: Any) -> None:
        async with bench.watch(origin=bench.url) as socket:
            await socket.send(TOKEN)
            assert (await said(socket))["kind"] == "home"
            assert socket.response is not None
            assert "Sec-WebSocket-Extensions" not in socket.response.headers  # no compression

    serve(work)


def test_a_large_message_closes_the_connection(serve: Any) -> None:
    async def work(bench: Any) -> None:
        async with bench.watch() as socket:
            await socket.send(TOKEN)
            await said(socket)
            await socket.send("x" * 70_000)
            with pytest.raises(ConnectionClosed) as caught:
                await said(socket)
            assert caught.value.rcvd is not None
            assert caught.value.rcvd.code == 1009

    serve(work)


def test_a_client_that_does_not_read_keeps_nobody_waiting(serve: Any) -> None:
    async def work(bench: Any) -> None:
        deaf_reader, deaf_writer = await asyncio.open_connection("127.0.0.1", bench.intake.port, limit=1024)
        key = b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n"
        deaf_writer.write(
            b"GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + key
            + b"\r\n"
        )
        await deaf_reader.readuntil(b"\r\n\r\n")
        content = TOKEN.encode()
        deaf_writer.write(bytes([0x81, 0x80 | len(content)]) + bytes(4) + content)  # masked with zeros
        async with bench.watch() as socket:
            await socket.send(TOKEN)
            await said(socket)
            big = "x" * 60_000
            for burst in range(10):
                for number in range(10):
                    data = {"n": burst * 10 + number, "text": big}
                    bench.bus.publish(Event(kind="noise", at=datetime.now(UTC), trace=Trace(), data=data))
                for number in range(10):
                    assert (await said(socket))["data"]["n"] == burst * 10 + number
        deaf_writer.close()

    serve(work)

"""The server itself: ports, stopping, and the description that names every route."""

import asyncio
import socket
from typing import Any

import pytest

from hub.config import HttpSettings
from hub.contracts.errors import ConfigError
from hub.intake.http import routes, server


def test_a_taken_port_is_passed_over_for_the_next_one(serve: Any) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        async def work(bench: Any) -> None:
            assert port < bench.intake.port < port + server.PORTS_TRIED
            async with bench.client() as client:
                assert (await client.get("/")).status_code == 200

        serve(work, HttpSettings(port=port))


def test_an_address_that_is_not_ours_is_an_error_of_the_configuration(serve: Any) -> None:
    async def work(_: Any) -> None:
        raise AssertionError("it must not start")

    with pytest.raises(ConfigError, match=r"http\.host"):
        serve(work, HttpSettings(host="192.0.2.1", port=0))


def test_it_stops_while_clients_wait_and_watch(serve: Any) -> None:
    async def work(bench: Any) -> None:
        async with bench.client() as client, bench.watch() as watching:
            await watching.send('{"token": "' + "t" * 43 + '"}')
            await watching.recv()
            body = {"text": "close the blind", "wait": "final"}
            waiting = asyncio.create_task(client.post("/api/v1/requests", json=body))
            await bench.until(lambda: bench.conversation.heard)
            async with asyncio.timeout(5):
                await bench.intake.stop()
            assert (await waiting).status_code == 503
        with pytest.raises(OSError):
            await asyncio.open_connection("127.0.0.1", bench.intake.port)

    serve(work)


def test_every_route_is_in_the_description(serve: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[tuple[str, str]] = []
    original = routes.Route

    def remember(path: str, handler: Any, methods: list[str]) -> Any:
        made.extend((method.lower(), path) for method in methods)
        return original(path, handler, methods=methods)

    monkeypatch.setattr(routes, "Route", remember)

    async def work(bench: Any) -> None:
        async with bench.client() as client:
            document = (await client.get("/api/v1/openapi.json")).json()
        described = {(method, path) for path, operations in document["paths"].items() for method in operations}
        assert described == {(method, path) for method, path in made if path.startswith("/api/")}
        assert len(described) > 15
        assert document["openapi"] == "3.1.0"
        assert {"ReplyDocument", "DeviceDocument", "ErrorDocument"} <= set(document["components"]["schemas"])

    serve(work)


def test_the_description_holds_for_real_answers(serve: Any) -> None:
    """Whatever the hub answers has the fields that the description requires."""

    async def work(bench: Any) -> None:
        async with bench.client() as client:
            document = (await client.get("/api/v1/openapi.json")).json()
            schemas = document["components"]["schemas"]
            reply = (await client.post("/api/v1/requests", json={"text": "hello"})).json()
            device = (await client.get("/api/v1/devices")).json()[0]
            dry = (await client.post("/api/v1/requests", json={"text": "hello", "dry_run": True})).json()
        assert set(schemas["DeviceDocument"]["properties"]) == set(device)
        assert set(schemas["ReplyDocument"]["required"]) <= set(reply)
        assert set(schemas["ReplyDocument"]["required"]) <= set(dry)

    serve(work)

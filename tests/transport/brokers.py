"""Real brokers, real clients and a proxy that breaks the connection between them, for the tests of this folder."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from enum import Enum
from pathlib import Path
from typing import Any

import pytest

from hub.config import BrokerSettings
from hub.contracts.driver import Publish
from hub.runtime.clock import SystemClock
from hub.transport.broker import (
    Access,
    AmqttBroker,
    Endpoint,
    Login,
    MosquittoBroker,
    TopicRule,
    find_mosquitto,
    hash_password,
)
from hub.transport.broker.logins import HUB_LOGIN
from hub.transport.mqtt import MqttClient

PROGRAM = find_mosquitto()
needs_mosquitto = pytest.mark.skipif(PROGRAM is None, reason="Mosquitto is not installed")


def rules(**filters: str) -> tuple[TopicRule, ...]:
    """Build topic rules: `write="a/b a/c"`, `read="a/d"`."""
    return tuple(
        TopicRule(access=Access(access), filter=one) for access, all_ in filters.items() for one in all_.split()
    )


def device_login(name: str, password: str) -> Login:
    """Build the login of a native device, as protocol.md has it (shortened)."""
    base = f"aios/v1/device/{name}"
    return Login(
        name=name,
        password_hash=hash_password(password),
        topics=rules(
            write=f"{base}/announce {base}/state {base}/request {base}/availability",
            read=f"{base}/command {base}/reply",
        ),
    )


OTHER = Login(name="other", password_hash=hash_password("other-pw"), topics=rules(write="#", read="#"))


def message(topic: str, payload: bytes = b"1", *, qos: int = 1, is_retained: bool = False) -> Publish:
    """Build a message."""
    return Publish(topic=topic, payload=payload, qos=qos, is_retained=is_retained)


async def until(condition: Callable[[], object], what: str, timeout_s: float = 15.0) -> None:
    """Wait until a condition holds; fail with what was waited for."""
    try:
        async with asyncio.timeout(timeout_s):
            while not condition():
                await asyncio.sleep(0.01)
    except TimeoutError:
        pytest.fail(f"waited {timeout_s} s in vain: {what}")


@asynccontextmanager
async def mosquitto(
    tmp_path: Path, *logins: Login, settings: BrokerSettings | None = None
) -> AsyncIterator[tuple[MosquittoBroker, Endpoint]]:
    """Run the hub's own Mosquitto."""
    assert PROGRAM is not None
    broker = MosquittoBroker(PROGRAM, tmp_path / "broker", settings or BrokerSettings())
    await broker.set_logins([*logins, OTHER])
    endpoint = await broker.start()
    try:
        yield broker, endpoint
    finally:
        await broker.stop()


@asynccontextmanager
async def amqtt(tmp_path: Path, *logins: Login) -> AsyncIterator[tuple[AmqttBroker, Endpoint]]:
    """Run the hub's own amqtt."""
    broker = AmqttBroker(tmp_path / "broker" / "amqtt", BrokerSettings())
    await broker.set_logins([*logins, OTHER])
    endpoint = await broker.start()
    try:
        yield broker, endpoint
    finally:
        await broker.stop()


@asynccontextmanager
async def client(
    endpoint: Endpoint, name: str = HUB_LOGIN, password: str | None = None, **options: Any
) -> AsyncIterator[MqttClient]:
    """Run a client; with a password it logs in under its own name, else as the hub."""
    if password is not None:
        endpoint = replace(endpoint, username=name, password=password)
    options = {"first_delay_s": 0.1, **options}
    wait_s = options.pop("wait_s", 3.0)
    it = MqttClient(endpoint, name, clock=SystemClock(), **options)
    await it.start(wait_s=wait_s)
    try:
        yield it
    finally:
        await it.stop()


class Mode(Enum):
    """What the proxy does with bytes."""

    PASS = "pass"
    BLACKHOLE = "blackhole"


class FaultProxy:
    """A TCP proxy in front of a broker that can fall silent, cut, or refuse; it counts connections."""

    def __init__(self, target: Endpoint) -> None:
        self.mode = Mode.PASS
        self.connections = 0
        self._target = target
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()

    async def __aenter__(self) -> Endpoint:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return replace(self._target, port=self._server.sockets[0].getsockname()[1])

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        self.cut()
        await self._server.wait_closed()

    def cut(self) -> None:
        """Reset every connection."""
        for writer in tuple(self._writers):
            writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self._writers.add(writer)
        try:
            there, back = await asyncio.open_connection(self._target.host, self._target.port)
        except OSError:
            writer.transport.abort()
            return
        self._writers.add(back)
        await asyncio.gather(self._pump(reader, back), self._pump(there, writer))
        self._writers -= {writer, back}

    async def _pump(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await source.read(65536):
                if self.mode is Mode.PASS:
                    sink.write(data)
                    await sink.drain()
        sink.close()
        with suppress(OSError):
            await sink.wait_closed()

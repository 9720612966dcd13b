"""The hub's own Mosquitto: who gets in, who may say what, and what happens when one of the two dies."""

import asyncio
import os
import signal
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from hub.config import BrokerSettings
from hub.contracts.errors import BrokerError
from hub.transport.broker import MosquittoBroker
from hub.transport.broker.child import is_port_free
from tests.transport.brokers import (
    PROGRAM,
    client,
    device_login,
    message,
    mosquitto,
    needs_mosquitto,
    until,
)

pytestmark = [needs_mosquitto, pytest.mark.flow]

LAMP, LOCK = device_login("lamp", "lamp-pw"), device_login("lock", "lock-pw")


def test_a_device_speaks_on_its_own_topics_only(tmp_path: Path) -> None:
    async def scene() -> None:
        async with mosquitto(tmp_path, LAMP, LOCK) as (_, endpoint), client(endpoint) as hub:
            heard: list[str] = []
            await hub.subscribe("#", 1, lambda d: heard.append(d.message.topic))
            async with client(endpoint, "lamp", "lamp-pw") as lamp:
                for topic in (
                    "aios/v1/device/lock/request",
                    "aios/v1/device/lamp/command",
                    "x",
                    "aios/v1/hub/h/status",
                ):
                    with pytest.raises(BrokerError, match="Not authorized"):
                        await lamp.publish(message(topic))
                await lamp.publish(message("aios/v1/device/lamp/state"))
            await until(lambda: heard, "the lamp's state")
            assert heard == ["aios/v1/device/lamp/state"]

    asyncio.run(scene())


def test_a_device_hears_its_own_commands_only(tmp_path: Path) -> None:
    async def scene() -> None:
        async with (
            mosquitto(tmp_path, LAMP, LOCK) as (_, endpoint),
            client(endpoint) as hub,
            client(endpoint, "lamp", "lamp-pw") as lamp,
        ):
            heard: list[str] = []
            for topic_filter in ("#", "aios/v1/device/+/command", "aios/v1/device/lock/command", "$SYS/#"):
                await lamp.subscribe(topic_filter, 1, lambda d: heard.append(d.message.topic))
            await hub.publish(message("aios/v1/device/lock/command"))
            await hub.publish(message("aios/v1/device/lock/state", is_retained=True))
            await hub.publish(message("aios/v1/device/lamp/command"))
            await until(lambda: heard, "the lamp's command")
            await asyncio.sleep(0.1)
            assert set(heard) == {"aios/v1/device/lamp/command"}

    asyncio.run(scene())


@pytest.mark.parametrize(
    ("name", "password"),
    [("", ""), ("lamp", ""), ("lamp", "lock-pw"), ("#", "x"), ("+", "x"), ("a/b", "x"), ("aios.hub", "guess")],
)
def test_who_has_no_login_stays_out(tmp_path: Path, name: str, password: str) -> None:
    async def scene() -> None:
        async with (
            mosquitto(tmp_path, LAMP) as (_, endpoint),
            client(endpoint, name, password, wait_s=0.3) as stranger,
        ):
            await until(lambda: stranger.problem.startswith("login refused"), "the refusal")
            assert not stranger.is_connected

    asyncio.run(scene())


def test_logins_come_and_go_while_it_runs(tmp_path: Path) -> None:
    async def scene() -> None:
        async with mosquitto(tmp_path, LAMP) as (broker, endpoint), client(endpoint, "lamp", "lamp-pw") as lamp:
            await broker.set_logins([LAMP, LOCK])
            async with client(endpoint, "lock", "lock-pw") as lock:
                assert lock.is_connected
            assert lamp.is_connected
            await broker.set_logins([LOCK])
            await until(lambda: not lamp.is_connected, "the lamp is thrown out")
            await until(lambda: lamp.problem.startswith("login refused"), "the lamp is not let in again")
            with pytest.raises(BrokerError):
                await broker.set_logins([LOCK, device_login("a/b", "x")])
            async with client(endpoint, "lock", "lock-pw") as lock:
                assert lock.is_connected

    asyncio.run(scene())


def test_a_device_cannot_push_out_the_hub_by_its_client_id(tmp_path: Path) -> None:
    async def scene() -> None:
        async with mosquitto(tmp_path, LAMP) as (_, endpoint), client(endpoint) as hub:
            changes: list[bool] = []
            hub.on_connection.append(changes.append)
            other = endpoint.__class__(host=endpoint.host, port=endpoint.port, username="lamp", password="lamp-pw")
            async with client(other, "aios.hub") as lamp:
                assert lamp.is_connected
                assert hub.is_connected
                assert changes == []

    asyncio.run(scene())


def test_its_folder_is_private(tmp_path: Path) -> None:
    async def scene() -> None:
        async with mosquitto(tmp_path, LAMP):
            folder = tmp_path / "broker"
            assert stat.S_IMODE(folder.stat().st_mode) == 0o700
            for name in ("passwords", "acl", "mosquitto.conf"):
                assert stat.S_IMODE((folder / name).stat().st_mode) == 0o600
            assert "lamp-pw" not in (folder / "passwords").read_text()

    asyncio.run(scene())


def test_a_configured_port_that_is_taken_is_an_error_that_names_it(tmp_path: Path) -> None:
    async def scene() -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            with pytest.raises(BrokerError, match=f"Port {port}.*already in use.*broker.url"):
                async with mosquitto(tmp_path, settings=BrokerSettings(port=port)):
                    pass

    asyncio.run(scene())


def test_a_free_port_is_kept_for_the_next_run_unless_it_is_taken(tmp_path: Path) -> None:
    async def scene() -> None:
        async with mosquitto(tmp_path) as (_, first):
            pass
        async with mosquitto(tmp_path) as (_, second):
            assert second.port == first.port
        with socket.create_server(("127.0.0.1", first.port)):
            async with mosquitto(tmp_path) as (_, third), client(third) as hub:
                assert third.port != first.port
                assert hub.is_connected

    asyncio.run(scene())


def test_a_program_that_does_not_start_is_an_error_with_its_words(tmp_path: Path) -> None:
    program = tmp_path / "mosquitto"
    program.write_text("#!/bin/sh\necho 'no such option' >&2\nexit 3\n")
    program.chmod(0o755)
    broker = MosquittoBroker(str(program), tmp_path / "broker", BrokerSettings())
    with pytest.raises(BrokerError, match=r"status 3.*no such option"):
        asyncio.run(broker.start())


def test_killed_it_is_restarted_on_the_same_port_and_its_owner_is_told(tmp_path: Path) -> None:
    async def scene() -> None:
        async with mosquitto(tmp_path, LAMP) as (broker, endpoint):
            failures: list[BrokerError] = []
            broker.on_failure = failures.append
            old = broker.pid
            assert old is not None
            os.kill(old, signal.SIGKILL)
            await until(lambda: broker.pid not in (None, old), "a new process")
            async with client(endpoint, "lamp", "lamp-pw") as lamp:
                await until(lambda: lamp.is_connected, "the lamp logs in")
            assert "ended with status" in failures[0].what

    asyncio.run(scene())


def test_an_interrupt_from_the_terminal_does_not_reach_it(tmp_path: Path) -> None:
    async def scene() -> None:
        async with mosquitto(tmp_path) as (broker, _):
            assert broker.pid is not None
            assert os.getpgid(broker.pid) != os.getpgid(0)

    asyncio.run(scene())


_HUB = """
import asyncio, sys
from pathlib import Path
from hub.config import BrokerSettings
from hub.runtime.logs import setup_logging
from hub.transport.broker import MosquittoBroker

async def main():
    setup_logging(level="error")
    broker = MosquittoBroker(sys.argv[1], Path(sys.argv[2]), BrokerSettings())
    endpoint = await broker.start()
    print(endpoint.port, broker.pid, flush=True)
    await asyncio.sleep(60)

asyncio.run(main())
"""


def _start_hub(tmp_path: Path) -> tuple[subprocess.Popen[str], int, int]:
    assert PROGRAM is not None
    hub = subprocess.Popen(
        [sys.executable, "-c", _HUB, PROGRAM, str(tmp_path / "broker")], stdout=subprocess.PIPE, text=True
    )
    assert hub.stdout is not None
    with hub.stdout:
        port, pid = hub.stdout.readline().split()
    return hub, int(port), int(pid)


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's parent death signal is Linux's")
def test_it_dies_with_a_hub_that_is_killed_and_leaves_its_port_free(tmp_path: Path) -> None:
    hub, port, pid = _start_hub(tmp_path)
    was_free = is_port_free(port)
    hub.kill()
    hub.wait()
    assert not was_free
    asyncio.run(until(lambda: not _is_running(pid), "the broker ends"))
    assert is_port_free(port)


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="a stale child is recognised in /proc")
def test_a_broker_that_an_earlier_run_left_behind_is_ended_but_no_stranger(tmp_path: Path) -> None:
    async def run(port: int | None = None) -> int:
        async with mosquitto(tmp_path) as (_, endpoint), client(endpoint) as hub:
            assert hub.is_connected
            assert port in (None, endpoint.port)
            return endpoint.port

    port = asyncio.run(run())
    assert PROGRAM is not None
    command = [PROGRAM, "-c", str(tmp_path / "broker/mosquitto.conf")]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as stale:
        asyncio.run(until(lambda: not is_port_free(port), "the stale broker runs"))
        (tmp_path / "broker/pid").write_text(str(stale.pid))
        asyncio.run(run(port))
        assert stale.wait() == -signal.SIGKILL
    (tmp_path / "broker/pid").write_text(str(os.getpid()))  # a pid that was given to somebody else since
    asyncio.run(run(port))


def _is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False

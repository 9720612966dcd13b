"""The broker for trying out: it holds the topic rules as far as amqtt can."""

import asyncio
import os
import signal
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from hub.transport.broker import Access, BrokerKind, Login, TopicRule, hash_password
from hub.transport.broker.amqtt_rules import LoginTable
from hub.transport.mqtt import MqttClient
from tests.transport.brokers import amqtt, client, device_login, message, rules, until

pytestmark = pytest.mark.flow

LAMP, LOCK = device_login("lamp", "lamp-pw"), device_login("lock", "lock-pw")


def test_requests_and_replies_go_through_and_others_topics_do_not(tmp_path: Path) -> None:
    async def scene() -> None:
        async with (
            amqtt(tmp_path, LAMP, LOCK) as (_, endpoint),
            client(endpoint) as hub,
            client(endpoint, "lamp", "lamp-pw") as lamp,
        ):
            assert endpoint.kind is BrokerKind.AMQTT
            assert not endpoint.has_own_acl
            heard: list[str] = []
            commands: list[str] = []
            await hub.subscribe("aios/#", 1, lambda d: heard.append(d.message.topic))
            await lamp.subscribe("aios/v1/device/lamp/command", 1, lambda d: commands.append(d.message.topic))
            for topic in ("aios/v1/device/lock/request", "aios/v1/device/lamp/command", "aios/v1/device/lamp/state"):
                await lamp.publish(message(topic))  # MQTT 3.1.1 does not tell that it was refused
            await until(lambda: heard, "the lamp's state")
            assert heard == ["aios/v1/device/lamp/state"]
            await hub.publish(message("aios/v1/device/lamp/command"))
            await until(lambda: commands, "the command")

    asyncio.run(scene())


def test_retained_messages_of_others_are_not_sent_to_whoever_connects(tmp_path: Path) -> None:
    async def scene() -> None:
        async with amqtt(tmp_path, LAMP, LOCK) as (_, endpoint), client(endpoint) as hub:
            await hub.subscribe("aios/#", 0, lambda d: None)
            await hub.publish(message("aios/v1/device/lock/state", b"locked", is_retained=True))
            await hub.publish(message("aios/v1/device/lamp/command", b"mine", is_retained=True))
            async with client(endpoint, "lamp", "lamp-pw") as lamp:
                heard: list[bytes] = []
                raw = _hear_everything(lamp, heard)
                await lamp.subscribe("aios/v1/device/lamp/command", 0, lambda d: None)
                await until(lambda: raw, "its own retained command")
                assert heard == [b"mine"]

    asyncio.run(scene())


@pytest.mark.parametrize(("name", "password"), [("lamp", "lock-pw"), ("lamp", ""), ("#", "x"), ("nobody", "x")])
def test_who_has_no_login_stays_out(tmp_path: Path, name: str, password: str) -> None:
    async def scene() -> None:
        async with (
            amqtt(tmp_path, LAMP) as (_, endpoint),
            client(endpoint, name, password, wait_s=0.2) as stranger,
        ):
            await until(lambda: stranger.problem.startswith("login refused"), "the refusal")

    asyncio.run(scene())


def test_a_will_on_the_topic_of_another_keeps_a_client_out(tmp_path: Path) -> None:
    async def scene() -> None:
        async with amqtt(tmp_path, LAMP) as (_, endpoint):
            own, foreign = message("aios/v1/device/lamp/availability"), message("aios/v1/device/lock/request")
            async with client(endpoint, "lamp", "lamp-pw", will=foreign, wait_s=0.2) as lamp:
                await until(lambda: lamp.problem.startswith("login refused"), "the refusal")
            async with client(endpoint, "lamp", "lamp-pw", will=own) as lamp:
                assert lamp.is_connected

    asyncio.run(scene())


def test_logins_come_and_go_while_it_runs(tmp_path: Path) -> None:
    async def scene() -> None:
        async with amqtt(tmp_path, LAMP) as (broker, endpoint), client(endpoint, "lamp", "lamp-pw") as lamp:
            await broker.set_logins([LAMP, LOCK])
            async with client(endpoint, "lock", "lock-pw") as lock:
                assert lock.is_connected
            await broker.set_logins([LOCK])
            await until(lambda: lamp.problem.startswith("login refused"), "the lamp is thrown out and stays out")

    asyncio.run(scene())


def test_killed_it_is_restarted_and_the_client_finds_it_again(tmp_path: Path) -> None:
    async def scene() -> None:
        async with amqtt(tmp_path, LAMP) as (broker, endpoint), client(endpoint) as hub:
            heard: list[bytes] = []
            await hub.subscribe("t", 1, lambda d: heard.append(d.message.payload))
            changes: list[bool] = []
            hub.on_connection.append(changes.append)
            old = broker.pid
            assert old is not None
            os.kill(old, signal.SIGKILL)
            await until(lambda: changes == [False, True], "gone and back")
            await hub.publish(message("t"))
            await until(lambda: heard, "the message")

    asyncio.run(scene())


def test_the_table_reads_only_what_the_hub_wrote(tmp_path: Path) -> None:
    path = tmp_path / "logins.json"
    table = LoginTable()
    mine = Login(name="lamp", password_hash=hash_password("x"), topics=rules(read="a/+", write="b"))
    path.write_bytes(msgspec.json.encode([mine]))
    assert table.load(path) == frozenset()
    assert table.is_login("lamp", "x")
    assert not table.is_login("lamp", None)
    assert not table.is_login(None, None)
    assert table.may_read("lamp", "a/b")
    assert not table.may_read("lamp", "#")
    assert not table.may_read("lamp", "a/#")
    assert table.may_write("lamp", "b")
    assert not table.may_write("lamp", "a/b")
    assert not table.may_write("nobody", "b")
    other = replace(mine, password_hash=hash_password("y"), topics=(TopicRule(access=Access.READ, filter="a"),))
    path.write_bytes(msgspec.json.encode([other]))
    assert table.load(path) == {"lamp"}
    path.write_bytes(b"not json")
    with pytest.raises(msgspec.DecodeError):
        table.load(path)
    assert table.is_login("lamp", "y")


def _hear_everything(client_: MqttClient, heard: list[bytes]) -> list[bytes]:
    """Note all that reaches a client, also what it has no subscription for."""
    inbound = client_._inbound
    route = inbound._route

    def note(arrival):  # type: ignore[no-untyped-def]
        heard.append(arrival.delivery.message.payload)
        route(arrival)

    inbound._route = note  # type: ignore[method-assign]
    return heard

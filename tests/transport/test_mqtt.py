"""The MQTT client against a real Mosquitto, with the connection broken on purpose."""

import asyncio
import os
import signal
from dataclasses import replace
from pathlib import Path

import pytest

from hub.contracts.errors import BrokerError
from hub.transport.endpoint import BrokerKind, Endpoint
from hub.transport.mqtt import Delivery, Handler
from tests.transport.brokers import (
    FaultProxy,
    Mode,
    amqtt,
    client,
    device_login,
    message,
    mosquitto,
    needs_mosquitto,
    rules,
    until,
)

pytestmark = [needs_mosquitto, pytest.mark.flow]

LAMP = device_login("lamp", "lamp-pw")


def test_after_the_broker_was_killed_it_reconnects_resubscribes_and_publishes_its_retained_state(
    tmp_path: Path,
) -> None:
    async def scene() -> None:
        async with mosquitto(tmp_path, LAMP) as (broker, endpoint), client(endpoint) as hub:
            heard: list[bytes] = []
            changes: list[bool] = []
            hub.on_connection.append(changes.append)
            hub.retained_on_connect.append(message("aios/v1/hub/h/status", b"online", is_retained=True))
            await hub.subscribe("aios/v1/device/+/state", 0, lambda d: heard.append(d.message.payload))
            assert broker.pid is not None
            os.kill(broker.pid, signal.SIGKILL)
            await until(lambda: changes == [False, True], "gone and back")
            async with client(endpoint, "lamp", "lamp-pw") as lamp:
                await lamp.publish(message("aios/v1/device/lamp/state", b"after"))
            await until(lambda: heard == [b"after"], "the state after the restart")
            async with client(endpoint, "other", "other-pw") as reader:
                seen: list[Delivery] = []
                await reader.subscribe("aios/v1/hub/h/status", 0, seen.append)
                await until(lambda: seen, "the retained status")
                assert seen[0].message.is_retained

    asyncio.run(scene())


def test_what_was_not_handled_is_not_acknowledged_and_comes_again(tmp_path: Path) -> None:
    async def scene() -> None:
        async with mosquitto(tmp_path, LAMP) as (_, endpoint), client(endpoint, "lamp", "lamp-pw") as lamp:
            started, handled = asyncio.Event(), list[bytes]()

            async def hang(delivery: Delivery) -> None:
                started.set()
                await asyncio.sleep(3600)

            async def handle(delivery: Delivery) -> None:
                handled.append(delivery.message.payload)

            async with client(endpoint) as hub:
                await hub.subscribe("aios/v1/device/+/request", 1, hang)
                for number in range(3):
                    await lamp.publish(message("aios/v1/device/lamp/request", str(number).encode()))
                await started.wait()
            async with client(endpoint) as hub:
                await hub.subscribe("aios/v1/device/+/request", 1, handle)
                await until(lambda: len(handled) == 3, "all three again")
                assert handled == [b"0", b"1", b"2"]
            async with client(endpoint) as hub:
                await hub.subscribe("aios/v1/device/+/request", 1, handle)
                await lamp.publish(message("aios/v1/device/lamp/request", b"new"))
                await until(lambda: b"new" in handled, "the new one")
            assert handled == [b"0", b"1", b"2", b"new"]

    asyncio.run(scene())


def test_a_subscription_is_handled_in_order_and_a_failing_handler_stops_nothing(tmp_path: Path) -> None:
    async def scene() -> None:
        async with mosquitto(tmp_path) as (_, endpoint), client(endpoint) as hub:
            handled: list[int] = []

            async def handle(delivery: Delivery) -> None:
                number = int(delivery.message.payload)
                await asyncio.sleep(0.003 if number % 2 else 0)
                handled.append(number)
                if number % 3 == 0:
                    raise ValueError(number)

            await hub.subscribe("t", 1, handle)
            await asyncio.gather(*(hub.publish(message("t", str(number).encode())) for number in range(60)))
            await until(lambda: len(handled) == 60, "all sixty")
            assert handled == list(range(60))
            assert hub.is_connected

    asyncio.run(scene())


def test_with_more_concurrency_one_slow_message_does_not_hold_up_others(tmp_path: Path) -> None:
    async def scene() -> None:
        async with mosquitto(tmp_path) as (_, endpoint), client(endpoint) as hub:
            handled: list[bytes] = []
            release = asyncio.Event()

            async def handle(delivery: Delivery) -> None:
                if delivery.message.payload == b"slow":
                    await release.wait()
                handled.append(delivery.message.payload)

            await hub.subscribe("t", 1, handle, concurrency=2)
            for payload in (b"slow", b"quick", b"quicker"):
                await hub.publish(message("t", payload))
            await until(lambda: handled == [b"quick", b"quicker"], "the others")
            release.set()
            await until(lambda: handled[-1] == b"slow", "the slow one")

    asyncio.run(scene())


@pytest.mark.parametrize("is_v5", [True, False])
def test_overlapping_subscriptions_get_a_message_once_each(tmp_path: Path, is_v5: bool) -> None:
    async def scene() -> None:
        async with mosquitto(tmp_path) as (_, endpoint), client(_as(endpoint, is_v5)) as hub:
            assert hub.is_v5 is is_v5
            heard: list[str] = []
            for topic_filter in ("a/#", "a/+", "a/b", "c"):
                await hub.subscribe(topic_filter, 1, note(heard, topic_filter))
            await hub.subscribe("a/b", 1, lambda d: heard.append("second"))
            for number in range(3):
                await hub.publish(message("a/b", str(number).encode()))
            await hub.publish(message("c"))
            await until(lambda: "c" in heard, "the last one")
            await until(lambda: len(heard) >= 13, "all")
            await asyncio.sleep(0.05)
            assert {name: heard.count(name) for name in heard} == {"a/#": 3, "a/+": 3, "a/b": 3, "second": 3, "c": 1}

    asyncio.run(scene())


def test_a_flood_of_states_is_bounded_and_no_request_is_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hub.transport.delivery.BoundedQueue.__init__.__defaults__", (100, 10**6), raising=True)

    async def scene() -> None:
        async with (
            mosquitto(tmp_path) as (_, endpoint),
            client(endpoint, queue_limit=100) as hub,
            client(endpoint, "other", "other-pw") as other,
        ):
            release = asyncio.Event()
            requests: list[bytes] = []
            states: list[bytes] = []

            async def slow(delivery: Delivery) -> None:
                await release.wait()
                (requests if delivery.message.qos else states).append(delivery.message.payload)

            await hub.subscribe("flood", 1, slow)
            for number in range(1000):
                await other.publish(message("flood", str(number).encode(), qos=0))
            for number in range(150):
                await other.publish(message("flood", str(number).encode(), qos=1))
            await until(lambda: hub.dropped >= 800, "what was dropped is counted")
            release.set()
            await until(lambda: len(requests) == 150, "every request")
            assert states[-1] == b"999"
            assert len(states) + hub.dropped == 1000

    asyncio.run(scene())


def test_a_payload_over_the_limit_is_not_handed_on(tmp_path: Path) -> None:
    async def scene() -> None:
        async with mosquitto(tmp_path) as (_, endpoint), client(endpoint) as hub:
            sizes: list[int] = []
            await hub.subscribe("t", 1, lambda d: sizes.append(len(d.message.payload)), payload_limit=1000)
            for size in (1001, 1000, 50_000, 1):
                await hub.publish(message("t", b"x" * size))
            await until(lambda: sizes[-1:] == [1], "the last one")
            assert sizes == [1000, 1]

    asyncio.run(scene())


def test_a_broker_that_falls_silent_is_noticed_and_its_connection_made_anew(tmp_path: Path) -> None:
    async def scene() -> None:
        async with mosquitto(tmp_path) as (_, endpoint):
            proxy = FaultProxy(endpoint)
            async with proxy as through, client(through, keepalive_s=2) as hub:
                heard: list[bytes] = []
                await hub.subscribe("t", 1, lambda d: heard.append(d.message.payload))
                proxy.mode = Mode.BLACKHOLE
                await until(lambda: not hub.is_connected, "the silence is noticed")
                proxy.mode = Mode.PASS
                await until(lambda: hub.is_connected, "a new connection")
                await hub.publish(message("t", b"again"))
                await until(lambda: heard == [b"again"], "it is subscribed")

    asyncio.run(scene())


def test_a_message_without_an_answer_is_sent_again_on_the_next_connection_while_its_sender_waits(
    tmp_path: Path,
) -> None:
    async def scene() -> None:
        async with mosquitto(tmp_path) as (_, endpoint), client(endpoint) as hub:
            heard: list[bytes] = []
            await hub.subscribe("t", 1, lambda d: heard.append(d.message.payload))
            proxy = FaultProxy(endpoint)
            async with proxy as through, client(through, "other", "other-pw", publish_timeout_s=20) as other:
                proxy.mode = Mode.BLACKHOLE
                sending = asyncio.create_task(other.publish(message("t", b"kept")))
                await asyncio.sleep(0.05)
                assert not sending.done()
                proxy.mode = Mode.PASS
                proxy.cut()
                await sending
                await until(lambda: heard, "the message")

    asyncio.run(scene())


def test_a_message_that_nobody_takes_in_time_is_withdrawn(tmp_path: Path) -> None:
    async def scene() -> None:
        async with mosquitto(tmp_path) as (_, endpoint), client(endpoint) as hub:
            heard: list[bytes] = []
            await hub.subscribe("t", 1, lambda d: heard.append(d.message.payload))
            proxy = FaultProxy(endpoint)
            async with proxy as through, client(through, "other", "other-pw", publish_timeout_s=0.2) as other:
                proxy.mode = Mode.BLACKHOLE
                with pytest.raises(BrokerError, match="did not acknowledge"):
                    await other.publish(message("t", b"late"))
                proxy.mode = Mode.PASS
                proxy.cut()
                await until(lambda: not other.is_connected, "the cut")
                await until(lambda: other.is_connected, "the next connection")
                await other.publish(message("t", b"fresh"))
                await until(lambda: heard, "the fresh one")
                assert heard == [b"fresh"]

    asyncio.run(scene())


def test_without_a_connection_an_unsafe_message_is_an_error_at_once(tmp_path: Path) -> None:
    async def scene() -> None:
        async with mosquitto(tmp_path) as (_, endpoint):
            pass
        async with client(endpoint, wait_s=0.2) as hub:
            assert not hub.is_connected
            assert hub.problem.startswith("unreachable")
            with pytest.raises(BrokerError, match="no connection"):
                await hub.publish(message("t", qos=0))
            for topic in ("a/+", "#", "a\x00b", ""):
                with pytest.raises(BrokerError, match="no topic"):
                    await hub.publish(message(topic))
            with pytest.raises(BrokerError, match="no topic filter"):
                await hub.subscribe("a#", 0, lambda d: None)

    asyncio.run(scene())


def test_a_broker_that_comes_later_is_found(tmp_path: Path) -> None:
    async def scene() -> None:
        async with mosquitto(tmp_path) as (broker, endpoint):
            await broker.stop()
            async with client(endpoint, wait_s=0.1) as hub:
                heard: list[bytes] = []
                await hub.subscribe("t", 1, lambda d: heard.append(d.message.payload))
                assert not hub.is_connected
                await broker.start()
                await hub.publish(message("t", b"kept until it is there"))
                await until(lambda: heard, "the message")

    asyncio.run(scene())


def test_a_refused_login_is_not_tried_again_at_once(tmp_path: Path) -> None:
    async def scene() -> None:
        async with mosquitto(tmp_path, LAMP) as (_, endpoint):
            proxy = FaultProxy(endpoint)
            async with proxy as through, client(through, "lamp", "wrong", first_delay_s=0.01, wait_s=0.1) as lamp:
                await until(lambda: lamp.problem.startswith("login refused"), "the refusal")
                await asyncio.sleep(0.5)
                assert proxy.connections == 1

    asyncio.run(scene())


def test_connections_that_are_reset_again_and_again_are_tried_less_and_less(tmp_path: Path) -> None:
    async def scene() -> None:
        async with mosquitto(tmp_path) as (_, endpoint):
            proxy = FaultProxy(endpoint)
            async with proxy as through, client(through, first_delay_s=0.05):
                for _ in range(100):
                    proxy.cut()
                    await asyncio.sleep(0.01)
                assert 2 <= proxy.connections <= 8  # with equal pauses it would be twenty or more

    asyncio.run(scene())


def test_two_clients_with_one_id_do_not_fight(tmp_path: Path) -> None:
    async def scene() -> None:
        async with (
            mosquitto(tmp_path) as (_, endpoint),
            client(replace(endpoint, kind=BrokerKind.EXTERNAL), first_delay_s=0.01) as first,
            client(replace(endpoint, kind=BrokerKind.EXTERNAL), first_delay_s=0.01) as second,
        ):
            both = {first, second}
            await until(lambda: any(one.problem.startswith("taken over") for one in both), "one is out and knows why")
            await until(lambda: any(one.is_connected for one in both), "the other one stays")
            await asyncio.sleep(0.3)
            assert [one.is_connected for one in both].count(True) == 1

    asyncio.run(scene())


def test_response_topic_and_correlation_come_through(tmp_path: Path) -> None:
    async def scene() -> None:
        async with mosquitto(tmp_path) as (_, endpoint), client(endpoint) as hub:
            seen: list[Delivery] = []
            await hub.subscribe("t", 1, seen.append)
            await hub.publish(message("t"), correlation=b"\x00\xff", response_topic="aios/v1/device/lamp/reply")
            await until(lambda: seen, "the message")
            assert (seen[0].response_topic, seen[0].correlation) == ("aios/v1/device/lamp/reply", b"\x00\xff")

    asyncio.run(scene())


def test_a_retained_request_is_seen_as_such_even_live_but_a_retained_state_only_as_a_replay(tmp_path: Path) -> None:
    async def scene() -> None:
        async with mosquitto(tmp_path) as (_, endpoint), client(endpoint) as hub:
            seen: dict[str, list[bool]] = {"request": [], "state": [], "later": []}
            await hub.subscribe(
                "+/request", 1, lambda d: seen["request"].append(d.message.is_retained), is_retain_as_published=True
            )
            await hub.subscribe("+/state", 0, lambda d: seen["state"].append(d.message.is_retained))
            await hub.publish(message("lamp/request", is_retained=True))
            await hub.publish(message("lamp/state", is_retained=True))
            await until(lambda: seen["request"] and seen["state"], "both live")
            await hub.subscribe("lamp/state", 0, lambda d: seen["later"].append(d.message.is_retained))
            await until(lambda: seen["later"], "the replay")
            assert seen == {"request": [True], "state": [False], "later": [True]}

    asyncio.run(scene())


def test_the_last_word_is_spoken_on_a_stop_and_by_the_broker_after_a_cut(tmp_path: Path) -> None:
    async def scene() -> None:
        will = message("aios/v1/hub/h/status", b"offline", is_retained=True)
        async with mosquitto(tmp_path) as (_, endpoint), client(endpoint, "other", "other-pw") as observer:
            heard: list[bytes] = []
            await observer.subscribe(will.topic, 1, lambda d: heard.append(d.message.payload))
            async with client(endpoint, will=will):
                pass
            await until(lambda: heard == [b"offline"], "the word on a stop")
            proxy = FaultProxy(endpoint)
            async with proxy as through, client(through, will=will, first_delay_s=30):
                proxy.cut()
                await until(lambda: heard == [b"offline", b"offline"], "the broker's word")

    asyncio.run(scene())


def test_a_broker_without_mqtt_5_gets_mqtt_3_1_1(tmp_path: Path) -> None:
    async def scene() -> None:
        async with amqtt(tmp_path) as (_, endpoint), client(replace(endpoint, kind=BrokerKind.EXTERNAL)) as hub:
            await until(lambda: hub.is_connected, "a connection")
            assert not hub.is_v5
            heard: list[bytes] = []
            await hub.subscribe("t", 1, lambda d: heard.append(d.message.payload))
            await hub.publish(message("t"))
            await until(lambda: heard, "the message")

    asyncio.run(scene())


def test_no_task_and_no_connection_is_left_after_a_stop(tmp_path: Path) -> None:
    async def scene() -> None:
        async with mosquitto(tmp_path) as (_, endpoint):
            before = asyncio.all_tasks()
            async with client(endpoint) as hub:
                await hub.subscribe("t", 1, lambda d: None, concurrency=3)
                names = {task.get_name() for task in asyncio.all_tasks() - before}
                assert len(names) == 2
                assert all(name.startswith("mqtt aios.hub: ") for name in names)
            assert asyncio.all_tasks() == before
            await hub.unsubscribe("t")

    asyncio.run(scene())


def test_an_unsubscribed_filter_is_heard_no_more(tmp_path: Path) -> None:
    async def scene() -> None:
        async with mosquitto(tmp_path, replace(LAMP, topics=rules(read="t"))) as (_, endpoint), client(endpoint) as hub:
            heard: list[str] = []
            await hub.subscribe("t", 1, lambda d: heard.append("t"))
            await hub.subscribe("u", 1, lambda d: heard.append("u"))
            await hub.unsubscribe("t")
            await hub.publish(message("t"))
            await hub.publish(message("u"))
            await until(lambda: heard, "the other one")
            assert heard == ["u"]

    asyncio.run(scene())


def note(heard: list[str], name: str) -> Handler:
    """Make a handler that notes its name."""
    return lambda _: heard.append(name)


def _as(endpoint: Endpoint, is_v5: bool) -> Endpoint:
    """Make a client speak MQTT 3.1.1 by telling it that amqtt is there."""
    return endpoint if is_v5 else replace(endpoint, kind=BrokerKind.AMQTT)

"""Requests over MQTT: what is refused before it is understood, and who is held to have asked."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest

from hub.contracts.device import Device
from hub.contracts.driver import Message, Publish
from hub.contracts.messages import Outcome, Reply, Request
from hub.intake.mqtt import MqttIntake
from hub.transport.delivery import Delivery

NOW = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)
TOPIC = "aios/v1/device/speaker/request"


class Clock:
    def now(self) -> datetime:
        return NOW

    def monotonic(self) -> float:
        return 0.0


class Client:
    """Stands for the MQTT client: hands deliveries in, keeps what is published."""

    def __init__(self) -> None:
        self.published: list[tuple[Publish, bytes | None]] = []
        self.handler: Callable[[Delivery], Awaitable[None]]

    async def subscribe(
        self, _filter: str, _qos: int, handler: Callable[[Delivery], Awaitable[None]], **_: object
    ) -> None:
        self.handler = handler

    async def publish(self, message: Publish, *, correlation: bytes | None = None) -> None:
        self.published.append((message, correlation))


class Conversation:
    def __init__(self) -> None:
        self.requests: list[Request] = []

    async def handle(self, request: Request, on_reply: Callable[[Reply], Awaitable[None]]) -> Reply:
        self.requests.append(request)
        reply = Reply(request=request.id, outcome=Outcome.ANSWER, text="yes", session="s")
        await on_reply(reply)
        return reply


class Home:
    def device(self, device_id: str) -> Device | None:
        return (
            Device(id="speaker", name="Speaker", owner="Ana", is_owner_confirmed=True)
            if device_id == "speaker"
            else None
        )


def deliver(
    payload: bytes,
    *,
    topic: str = TOPIC,
    is_retained: bool = False,
    is_verified: bool = True,
    response_topic: str | None = None,
    correlation: bytes | None = None,
) -> tuple[list[Request], list[tuple[Publish, bytes | None]]]:
    client, conversation = Client(), Conversation()

    async def run() -> None:
        intake = MqttIntake(
            client=client,  # type: ignore[arg-type]  # stands for the real one
            conversation=conversation,  # type: ignore[arg-type]  # stands for the real one
            home=Home(),  # type: ignore[arg-type]  # stands for the real one
            clock=Clock(),
            is_verified=is_verified,
            max_age_s=30,
        )
        await intake.start()
        message = Message(topic=topic, payload=payload, received_at=NOW, is_retained=is_retained, qos=1)
        await client.handler(Delivery(message=message, response_topic=response_topic, correlation=correlation))

    asyncio.run(run())
    return conversation.requests, client.published


def request(**fields: object) -> bytes:
    return json.dumps({"id": "r1", "text": "hello", "at": NOW.isoformat(), **fields}).encode()


def test_a_good_request_is_answered_on_the_askers_own_topic() -> None:
    requests, published = deliver(request(extra=1), correlation=b"\x00c")
    assert [r.asker.id for r in requests] == ["device:speaker"]
    assert (requests[0].asker.person, requests[0].asker.is_verified) == ("Ana", True)
    message, correlation = published[0]
    assert (message.topic, correlation, message.is_retained) == ("aios/v1/device/speaker/reply", b"\x00c", False)
    document = json.loads(message.payload)
    assert document == {"request": "r1", "outcome": "answer", "text": "yes", "language": "en", "receipts": [],
                        "session": "s", "final": True}  # fmt: skip


def test_on_a_broker_that_is_not_ours_the_asker_is_unverified() -> None:
    requests, _ = deliver(request(), is_verified=False)
    assert not requests[0].asker.is_verified


def test_a_device_without_a_clock_may_ask() -> None:
    requests, _ = deliver(request(at=None))
    assert requests[0].at is None


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (b"", "malformed"),
        (b"\xff\xfe", "malformed"),
        (b"[]", "malformed"),
        (b'"text"', "malformed"),
        (request(id=""), "malformed"),
        (request(id="x" * 65), "malformed"),
        (request(text=5), "malformed"),
        (b'{"id":"r1","text":"hello"}', "malformed"),
        (b'{"id":"r1","text":NaN,"at":null}', "malformed"),
        (b'{"id":"r1","text":"x","at":null,"y":' + b"[" * 30_000 + b"]" * 30_000 + b"}", "malformed"),
        (b'{"id":"r1","text":"' + b"x" * 70_000 + b'","at":null}', "too_large"),
        (request(at="2026-05-01T12:00:00"), "bad_time"),
        (request(at=(NOW - timedelta(seconds=31)).isoformat()), "stale"),
        (request(at=(NOW + timedelta(minutes=5)).isoformat()), "stale"),
    ],
)
def test_a_bad_request_is_refused_with_the_reason(payload: bytes, reason: str) -> None:
    requests, published = deliver(payload)
    assert requests == []
    document = json.loads(published[0][0].payload)
    assert (document["outcome"], document["reason"]) == ("refuse", reason)
    assert document["text"]


def test_a_retained_request_is_dropped_without_an_answer() -> None:
    assert deliver(request(), is_retained=True) == ([], [])


def test_an_unknown_device_is_told_to_announce_itself() -> None:
    requests, published = deliver(request(), topic="aios/v1/device/stranger/request")
    assert requests == []
    assert published[0][0].topic == "aios/v1/device/stranger/reply"
    assert "announce" in json.loads(published[0][0].payload)["text"]


def test_a_device_id_that_is_no_id_gets_no_topic_of_ours() -> None:
    assert deliver(request(), topic="aios/v1/device/A B/request") == ([], [])


def test_an_answer_goes_to_nobody_elses_topic() -> None:
    requests, published = deliver(request(), response_topic="aios/v1/device/lock/command")
    assert requests == []
    assert published[0][0].topic == "aios/v1/device/speaker/reply"
    assert json.loads(published[0][0].payload)["reason"] == "response_topic"

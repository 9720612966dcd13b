"""The queues between network and handlers."""

from datetime import UTC, datetime

from hub.contracts.driver import Message
from hub.transport.delivery import Arrival, BoundedQueue, CopyFilter, Delivery

NOW = datetime(2026, 5, 1, tzinfo=UTC)


def arrival(number: int, qos: int = 0, size: int = 1) -> Arrival:
    message = Message(topic=str(number), payload=b"x" * size, received_at=NOW, qos=qos)
    return Arrival(delivery=Delivery(message=message), link=1, mid=number if qos else 0)


def drain(queue: BoundedQueue[Arrival]) -> list[str]:
    items = []
    while (item := queue.get()) is not None:
        items.append(item.delivery.message.topic)
    return items


def test_a_flood_at_qos_0_drops_the_oldest_and_counts() -> None:
    queue: BoundedQueue[Arrival] = BoundedQueue(limit=3)
    for number in range(10):
        queue.put(arrival(number))
    assert queue.dropped == 7
    assert drain(queue) == ["7", "8", "9"]


def test_qos_1_is_never_dropped_and_keeps_its_place() -> None:
    queue: BoundedQueue[Arrival] = BoundedQueue(limit=2)
    for number in range(8):
        queue.put(arrival(number, qos=number % 2))
    assert drain(queue) == ["1", "3", "4", "5", "6", "7"]
    assert queue.dropped == 2


def test_large_payloads_are_bounded_by_bytes() -> None:
    queue: BoundedQueue[Arrival] = BoundedQueue(limit_bytes=250)
    for number in range(5):
        queue.put(arrival(number, size=100))
    assert drain(queue) == ["3", "4"]
    queue.put(arrival(9, size=100))
    assert drain(queue) == ["9"]  # the count of bytes went back to nothing


def test_a_single_payload_over_the_bound_is_kept() -> None:
    queue: BoundedQueue[Arrival] = BoundedQueue(limit_bytes=10)
    queue.put(arrival(1, size=100))
    assert drain(queue) == ["1"]


def test_copies_for_overlapping_subscriptions_are_found_and_new_values_are_not_taken_for_copies() -> None:
    def state(payload: bytes) -> Message:
        return Message(topic="t", payload=payload, received_at=NOW)

    copies = CopyFilter()
    seen = [copies.is_copy(state(payload), 2, 0.0) for payload in (b"on", b"on", b"off", b"on", b"on", b"on")]
    assert seen == [False, True, False, False, True, False]
    assert not copies.is_copy(state(b"on"), 2, 10.0)  # much later: the same value anew

"""Inbound messages on their way from the network to their handlers: bounded queues and acknowledgements."""

import asyncio
import threading
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar
from zlib import crc32

from hub.contracts.driver import Message

QUEUE_LIMIT = 20_000  # QoS 0 messages that may wait: more than the retained states of 10,000 devices
QUEUE_LIMIT_BYTES = 32 * 1024 * 1024

_SUBSCRIPTION_ID_MAX = 0xFFF_FFFF  # MQTT 5.0, 3.8.2.1.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A message as it came in, and where its sender wants the answer (MQTT 5, or None)."""

    message: Message
    response_topic: str | None = None
    correlation: bytes | None = None


Handler = Callable[[Delivery], Awaitable[None] | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A delivery with what the client needs to route and acknowledge it.

    Attributes:
        link: which connection it came over; it can be acknowledged on that one only.
        mid: its packet id, 0 at QoS 0.
        subscriptions: MQTT 5 subscription identifiers, empty where the broker gives none.
    """

    delivery: Delivery
    link: int
    mid: int
    subscriptions: tuple[int, ...] = ()

    @property
    def is_droppable(self) -> bool:
        """QoS 0 only: what was sent at QoS 1 is never dropped."""
        return self.delivery.message.qos == 0

    @property
    def size(self) -> int:
        """Return the length of the payload in bytes."""
        return len(self.delivery.message.payload)


class Ticket:
    """Acknowledges an arrival once all its handlers are done with it."""

    def __init__(self, arrival: Arrival, handlers: int, acknowledge: Callable[[Arrival], None]) -> None:
        self.arrival = arrival
        self._open = handlers
        self._acknowledge = acknowledge

    @property
    def is_droppable(self) -> bool:
        """QoS 0 only."""
        return self.arrival.is_droppable

    @property
    def size(self) -> int:
        """Return the length of the payload in bytes."""
        return self.arrival.size

    def settle(self) -> None:
        """One handler is done; the last one acknowledges."""
        self._open -= 1
        if self._open <= 0:
            self._acknowledge(self.arrival)


Item = TypeVar("Item", Arrival, Ticket)


class BoundedQueue(Generic[Item]):
    """A queue between threads: QoS 0 drops its oldest when there is too much, QoS 1 is always kept.

    QoS 1 needs no bound here: the broker stops at the receive maximum of what is not acknowledged.
    """

    def __init__(self, limit: int = QUEUE_LIMIT, limit_bytes: int = QUEUE_LIMIT_BYTES) -> None:
        self._items: deque[Item] = deque()
        self._lock = threading.Lock()
        self._limit = limit
        self._limit_bytes = limit_bytes
        self._droppable = 0
        self._bytes = 0
        self.dropped = 0

    def put(self, item: Item) -> bool:
        """Add an item; return whether the queue was empty before."""
        with self._lock:
            was_empty = not self._items
            self._items.append(item)
            self._count(item, +1)
            while self._droppable > 1 and (self._droppable > self._limit or self._bytes > self._limit_bytes):
                self._drop_oldest()
            return was_empty

    def get(self) -> Item | None:
        """Take the oldest item, or None."""
        with self._lock:
            if not self._items:
                return None
            item = self._items.popleft()
            self._count(item, -1)
            return item

    def __len__(self) -> int:
        return len(self._items)

    def _count(self, item: Item, sign: int) -> None:
        if item.is_droppable:
            self._droppable += sign
            self._bytes += sign * item.size

    def _drop_oldest(self) -> None:
        at = next(at for at, item in enumerate(self._items) if item.is_droppable)
        self._count(self._items[at], -1)
        del self._items[at]
        self.dropped += 1


@dataclass(slots=True, kw_only=True, eq=False)
class Subscription:
    """A topic filter with its handlers and what waits for them.

    Attributes:
        is_retain_as_published: keep the publisher's retain flag on live messages (MQTT 5), to refuse retained requests.
        is_ordered: one message at a time; else `slots` bounds how many are in `serving` at once.
    """

    filter: str
    qos: int
    is_retain_as_published: bool = False
    payload_limit: int
    handlers: list[Handler] = field(default_factory=list)
    queue: BoundedQueue[Ticket] = field(default_factory=BoundedQueue)
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    is_ordered: bool = True
    slots: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(1))
    serving: set[asyncio.Task[None]] = field(default_factory=set)

    def finish(self, task: asyncio.Task[None]) -> None:
        """A message that was served beside others is done."""
        self.serving.discard(task)
        self.slots.release()

    @property
    def id(self) -> int:
        """Return its MQTT 5 subscription identifier: the same in every run, since a session outlives the process."""
        return crc32(self.filter.encode()) % _SUBSCRIPTION_ID_MAX + 1


class CopyFilter:
    """Finds the further copies of a message that MQTT 3.1.1 brokers send for each subscription that matches.

    A copy is the same payload directly after the first one on the same topic, within `window_s`, as many times
    as there are subscriptions; with MQTT 5 subscription identifiers tell instead.
    """

    def __init__(self, *, window_s: float = 0.5, limit: int = 10_000) -> None:
        self._window_s = window_s
        self._limit = limit
        self._last: dict[str, tuple[Message, int, float]] = {}

    def is_copy(self, message: Message, copies: int, now_s: float) -> bool:
        """Tell whether `message` is a further one of `copies` that were sent of the same message."""
        last = self._last.get(message.topic)
        if last is not None:
            first, seen, at_s = last
            is_same = first.payload == message.payload and first.is_retained == message.is_retained
            if is_same and seen < copies and now_s - at_s <= self._window_s:
                self._last[message.topic] = (first, seen + 1, at_s)
                return True
        if len(self._last) >= self._limit:
            self._last.clear()
        self._last[message.topic] = (message, 1, now_s)
        return False

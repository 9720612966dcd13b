"""The bus for observers (memory, metrics, the page): bounded, lossy for the slow, never waited for."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

from hub.contracts.messages import Event

QUEUE_LIMIT = 1000  # events an observer may lag behind before the oldest are dropped


class Subscription:
    """One observer's queue; `dropped` counts what it was too slow for."""

    def __init__(self, limit: int = QUEUE_LIMIT) -> None:
        self._queue: asyncio.Queue[Event] = asyncio.Queue(limit)
        self.dropped = 0

    def offer(self, event: Event) -> None:
        """Queue an event, dropping the oldest when full."""
        if self._queue.full():
            self._queue.get_nowait()
            self.dropped += 1
        self._queue.put_nowait(event)

    async def events(self) -> AsyncIterator[Event]:
        """Yield events as they come, for ever."""
        while True:
            yield await self._queue.get()


class Bus:
    """Hands events to every observer; publishing never blocks and never fails."""

    def __init__(self) -> None:
        self._subscriptions: set[Subscription] = set()

    def publish(self, event: Event) -> None:
        """Offer the event to all observers."""
        for subscription in self._subscriptions:
            subscription.offer(event)

    @contextmanager
    def subscribe(self, limit: int = QUEUE_LIMIT) -> Iterator[Subscription]:
        """Observe for the length of the block."""
        subscription = Subscription(limit)
        self._subscriptions.add(subscription)
        try:
            yield subscription
        finally:
            self._subscriptions.discard(subscription)

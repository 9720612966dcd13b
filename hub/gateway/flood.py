"""Pacing: one chattering device does not crowd out the others, and the newest that it said is never lost."""

import asyncio
from collections.abc import Callable

from hub.contracts.driver import Message
from hub.runtime.clock import Clock

RATE_PER_S = 50.0  # reports on one topic, sustained
BURST = 200.0
TOPICS_LIMIT = 20_000
RELEASE_EVERY_S = 0.1  # a held report waits at most this long once its topic has a token again


class Bucket:
    """Counts by topic; a topic that was quiet is forgotten when there are too many."""

    def __init__(self, clock: Clock, *, rate_per_s: float = RATE_PER_S, burst: float = BURST) -> None:
        self._clock = clock
        self._rate_per_s = rate_per_s
        self._burst = burst
        self._levels: dict[str, tuple[float, float]] = {}

    def allows(self, topic: str) -> bool:
        """Take a token for the topic; False when it has none left."""
        now_s = self._clock.monotonic()
        level, at_s = self._levels.get(topic, (self._burst, now_s))
        level = min(self._burst, level + (now_s - at_s) * self._rate_per_s)
        if len(self._levels) >= TOPICS_LIMIT and topic not in self._levels:
            self._levels.clear()
        self._levels[topic] = (level - 1 if level >= 1 else level, now_s)
        return level >= 1


class Pacer:
    """Hands messages on as long as their topic has tokens; of what is too much the newest waits, the rest is dropped.

    Attributes:
        pass_on: hands a message on at once, past the pacing.
        dropped: how many messages were dropped since the start.
    """

    def __init__(self, clock: Clock, pass_on: Callable[[Message], None]) -> None:
        self.dropped = 0
        self._bucket = Bucket(clock)
        self.pass_on = pass_on
        self._held: dict[str, Message] = {}
        self._timer: asyncio.TimerHandle | None = None

    def take(self, message: Message) -> bool:
        """Hand the message on, now or when its topic has a token again; False when it has to wait."""
        topic = message.topic
        if topic not in self._held and self._bucket.allows(topic):
            self.pass_on(message)
            return True
        if topic in self._held:
            self.dropped += 1
        self._held[topic] = message
        self._arm()
        return False

    def stop(self) -> None:
        """Hand on nothing more."""
        self._held.clear()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _arm(self) -> None:
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(RELEASE_EVERY_S, self._release)

    def _release(self) -> None:
        self._timer = None
        for topic in [topic for topic in self._held if self._bucket.allows(topic)]:
            self.pass_on(self._held.pop(topic))
        if self._held:
            self._arm()

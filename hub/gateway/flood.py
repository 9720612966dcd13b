"""A token bucket for each topic, so that one chattering device does not crowd out the others."""

from hub.runtime.clock import Clock

RATE_PER_S = 50.0  # state reports of one device, sustained
BURST = 200.0
TOPICS_LIMIT = 20_000


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

"""Bus, back-off and logs."""

import asyncio
import itertools
from datetime import UTC, datetime

from hub.contracts.messages import Event, Trace
from hub.runtime.bus import Bus
from hub.runtime.logs import escape
from hub.runtime.retry import backoff_delays


def event(number: int) -> Event:
    return Event(kind=f"e{number}", at=datetime(2026, 1, 1, tzinfo=UTC), trace=Trace())


def test_a_slow_observer_loses_the_oldest_and_the_count_is_kept() -> None:
    async def run() -> tuple[list[str], int]:
        bus = Bus()
        with bus.subscribe(limit=2) as slow:
            for number in range(5):
                bus.publish(event(number))
            found = [one.kind async for one in _take(slow.events(), 2)]
            return found, slow.dropped

    assert asyncio.run(run()) == (["e3", "e4"], 3)


def test_nobody_observes_after_the_block() -> None:
    async def run() -> int:
        bus = Bus()
        with bus.subscribe(limit=1) as gone:
            pass
        bus.publish(event(1))
        bus.publish(event(2))
        return gone.dropped

    assert asyncio.run(run()) == 0


def test_back_off_grows_with_jitter_and_is_capped() -> None:
    delays = list(itertools.islice(backoff_delays(first_s=1, cap_s=8), 8))
    for delay, full in zip(delays, [1, 2, 4, 8, 8, 8, 8, 8], strict=True):
        assert full / 2 <= delay <= full


def test_control_and_bidi_characters_are_escaped() -> None:
    assert escape("a\x1b]0;x\x07\r\nb\u202e") == "a\\x1b]0;x\\x07\\x0d\\x0ab\\x202e"


async def _take(events, count):  # type: ignore[no-untyped-def]  # a test's loop
    async for one in events:
        yield one
        count -= 1
        if count == 0:
            return

"""Time, handed in rather than read, so that a test can travel."""

import time
from datetime import UTC, datetime, tzinfo
from typing import Protocol
from zoneinfo import ZoneInfo

from tzlocal import get_localzone


class Clock(Protocol):
    """Wall time (for people and deadlines on paper) and monotonic time (for time-outs)."""

    def now(self) -> datetime:
        """Return the aware wall time in UTC."""
        ...

    def monotonic(self) -> float:
        """Return seconds that never step back."""
        ...


class SystemClock:
    """The clock of the machine."""

    def now(self) -> datetime:
        """Return the aware wall time in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Return seconds that never step back."""
        return time.monotonic()


def local_zone(name: str) -> tzinfo:
    """Return the time zone of that IANA name; "" means the machine's own."""
    return ZoneInfo(name) if name else get_localzone()

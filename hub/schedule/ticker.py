"""APScheduler as a ticker: a heartbeat and one alarm, both of which survive steps of the wall clock."""

import asyncio
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler

HEARTBEAT_S = 2  # after a forward step of the clock nothing is later than this
_HEARTBEAT = "heartbeat"
_ALARM = "alarm"


class Ticker:
    """Ticks every HEARTBEAT_S seconds, and at the time that was set; a tick that nobody waits for is kept."""

    def __init__(self) -> None:
        self._ticked = asyncio.Event()
        self._scheduler = _SteadyScheduler(
            timezone=UTC, job_defaults={"coalesce": True, "misfire_grace_time": None, "max_instances": 1}
        )

    def start(self) -> None:
        """Begin to tick; needs a running loop."""
        self._scheduler.add_job(self._tick, "interval", seconds=HEARTBEAT_S, id=_HEARTBEAT)
        self._scheduler.start()

    async def wait(self) -> None:
        """Return at the next tick, at once if there was one since the last call."""
        await self._ticked.wait()
        self._ticked.clear()

    def stop(self) -> None:
        """Tick no more."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    def set_alarm(self, at: datetime | None) -> None:
        """Tick once at that time as well, instead of the one set before; None: the heartbeat is enough."""
        if at is not None:
            self._scheduler.add_job(self._tick, "date", run_date=at, id=_ALARM, replace_existing=True)
        elif self._scheduler.get_job(_ALARM) is not None:
            self._scheduler.remove_job(_ALARM)

    async def _tick(self) -> None:
        self._ticked.set()


class _SteadyScheduler(AsyncIOScheduler):  # type: ignore[misc]  # the library publishes no types
    """Does not sleep through a backward step.

    The library sleeps until the next run time of its jobs by the wall clock: when the clock is set back by an hour, the
    heartbeat would be silent for that hour.
    """

    def wakeup(self) -> None:
        """Bring a heartbeat that a backward step has put far ahead back to now, then go on as usual."""
        heartbeat = self.get_job(_HEARTBEAT) if self.running else None
        if heartbeat is not None and heartbeat.next_run_time - self._now() > timedelta(seconds=2 * HEARTBEAT_S):
            heartbeat.modify(next_run_time=self._now())
            return  # `modify` has woken us again
        super().wakeup()

    def _now(self) -> datetime:
        return datetime.now(UTC)

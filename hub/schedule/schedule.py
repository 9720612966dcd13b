"""Claims what is due, has it carried out, writes down the result; a kill at any moment loses and doubles nothing."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta, tzinfo

from hub.contracts.errors import HubError
from hub.runtime.clock import Clock
from hub.runtime.logs import get_logger
from hub.schedule.ticker import Ticker
from hub.storage.records import Scheduled, ScheduleStatus
from hub.storage.schedule import ScheduleRepository

DUE_LIMIT_S = 180.0  # carrying out waits for slow devices; beyond this something hangs
STOP_LIMIT_S = 3.0  # of the 5 s that the whole hub has
LATE = timedelta(seconds=30)  # what is later than this says so

NOT_REPEATABLE = frozenset({"toggle", "next", "previous", "press", "trigger", "start", "reboot"})
"""Commands of which two are not the same as one, beside all `change_*`."""

OnDue = Callable[[Scheduled], Awaitable[tuple[ScheduleStatus, str]]]

_log = get_logger(__name__)


def is_repeatable(scheduled: Scheduled) -> bool:
    """Tell whether carrying it out twice ends where carrying it out once does."""
    return not any(
        effect.command in NOT_REPEATABLE or effect.command.startswith("change_") for effect in scheduled.effects
    )


class Schedule:
    """The running schedule.

    A row is claimed (pending -> running) in the database before `on_due` sees it, and finished after. What was claimed
    when the process died runs again under the same id where that is harmless, and is marked missed where it is not.
    A row is due by the wall clock; since it is claimed once, no step of the clock makes it run twice.
    """

    def __init__(self, repository: ScheduleRepository, clock: Clock, zone: tzinfo, on_due: OnDue) -> None:
        self._repository = repository
        self._clock = clock
        self._zone = zone
        self._on_due = on_due
        self._ticker = Ticker()
        self._ticking = asyncio.Lock()
        self._loop: asyncio.Task[None] | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._unwritten: dict[str, tuple[ScheduleStatus, str]] = {}
        self._is_stopping = False

    async def start(self) -> None:
        """Settle what an earlier process left running, then tick."""
        for scheduled in await self._repository.running():
            await self._settle(scheduled)
        self._ticker.start()
        await self.tick()
        self._loop = asyncio.create_task(self._keep_ticking(), name="schedule")

    async def stop(self) -> None:
        """Start nothing more, and give what runs a moment; the rest is settled at the next start."""
        self._is_stopping = True
        self._ticker.stop()
        if self._loop is not None:
            async with self._ticking:  # never between a claim and its task
                self._loop.cancel()
            await asyncio.gather(self._loop, return_exceptions=True)
        if not self._tasks:
            return
        _, unfinished = await asyncio.wait(self._tasks, timeout=STOP_LIMIT_S)
        for task in unfinished:
            task.cancel()
        await asyncio.gather(*unfinished, return_exceptions=True)

    async def add(self, scheduled: Scheduled) -> None:
        """Take a row; it will happen once this returned.

        Raises:
            StorageError: it could not be stored, and will not happen.
        """
        await self._repository.add(scheduled)
        _log.info("scheduled", scheduled_id=scheduled.id, due=scheduled.due.astimezone(self._zone).isoformat())
        await self._set_alarm()

    async def cancel(self, scheduled_id: str) -> bool:
        """Cancel a row; False when it has already begun or is not known."""
        return await self._repository.cancel(scheduled_id)

    async def pending(self) -> Sequence[Scheduled]:
        """Return what is still to come, in order."""
        return await self._repository.pending()

    async def tick(self) -> None:
        """Begin everything that is due; a failing database is tried again at the next tick."""
        async with self._ticking:
            try:
                await self._write_results()
                for scheduled in await self._repository.pending(until=self._clock.now()):
                    if self._is_stopping or not await self._repository.claim(scheduled.id):
                        continue
                    task = asyncio.create_task(self._run(scheduled), name=f"scheduled {scheduled.id}")
                    self._tasks.add(task)
                    task.add_done_callback(self._tasks.discard)
                await self._set_alarm()
            except HubError as error:
                _log.error("the schedule could not be read", what=error.what, hint=error.hint)

    async def _keep_ticking(self) -> None:
        while True:
            await self._ticker.wait()
            await self.tick()

    async def _set_alarm(self) -> None:
        upcoming = await self._repository.pending()
        if not self._is_stopping:
            self._ticker.set_alarm(upcoming[0].due if upcoming else None)

    async def _run(self, scheduled: Scheduled) -> None:
        late = self._clock.now() - scheduled.due
        try:
            async with asyncio.timeout(DUE_LIMIT_S):
                status, note = await self._on_due(scheduled)
        except TimeoutError:
            status, note = ScheduleStatus.FAILED, f"It was not finished within {DUE_LIMIT_S:.0f} s."
        except Exception as error:  # noqa: BLE001  # a task border: whatever it is, the row gets an end
            _log.exception("a scheduled request failed", scheduled_id=scheduled.id)
            status, note = ScheduleStatus.FAILED, f"It failed: {error}"
        if late > LATE:
            note = f"{note} It was {late.total_seconds():.0f} s late.".strip()
        await self._finish(scheduled, status, note)

    async def _settle(self, scheduled: Scheduled) -> None:
        if is_repeatable(scheduled):
            await self._repository.release(scheduled.id)
            _log.info("an interrupted scheduled request runs again", scheduled_id=scheduled.id)
            return
        note = "The hub was stopped while this was carried out; it may have happened, so it was not repeated."
        await self._finish(scheduled, ScheduleStatus.MISSED, note)

    async def _finish(self, scheduled: Scheduled, status: ScheduleStatus, note: str) -> None:
        _log.info("scheduled request ended", scheduled_id=scheduled.id, status=status, note=note)
        self._unwritten[scheduled.id] = (status, note)
        try:
            await self._write_results()
        except HubError as error:  # the next tick tries again
            _log.error("a result could not be stored", scheduled_id=scheduled.id, what=error.what)

    async def _write_results(self) -> None:
        for scheduled_id, (status, note) in list(self._unwritten.items()):
            await self._repository.finish(scheduled_id, status, note)
            self._unwritten.pop(scheduled_id, None)

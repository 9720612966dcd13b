"""Delayed and timed effects: rows that are claimed before they run, so that none runs twice."""

from dataclasses import fields
from datetime import datetime

from sqlalchemy import Connection, Select, select, update

from hub.storage import schema
from hub.storage.database import Database
from hub.storage.records import Scheduled, ScheduleStatus

_TABLE = schema.schedule


class ScheduleRepository:
    """The stored schedule."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, scheduled: Scheduled) -> None:
        """Keep a row; it is promised once this returned."""
        row = {field.name: getattr(scheduled, field.name) for field in fields(scheduled)}
        await self._database.write(lambda connection: connection.execute(_TABLE.insert().values(row)))

    async def get(self, scheduled_id: str) -> Scheduled | None:
        """Return the row of that id."""
        return next(iter(await self._select(select(_TABLE).where(_TABLE.c.id == scheduled_id))), None)

    async def pending(self, until: datetime | None = None) -> list[Scheduled]:
        """Return what is still to come (due by `until`, where given), in order."""
        query = select(_TABLE).where(_TABLE.c.status == ScheduleStatus.PENDING)
        if until is not None:
            query = query.where(_TABLE.c.due <= until)
        return await self._select(query.order_by(_TABLE.c.due, _TABLE.c.id))

    async def running(self) -> list[Scheduled]:
        """Return what was claimed and not finished."""
        query = select(_TABLE).where(_TABLE.c.status == ScheduleStatus.RUNNING)
        return await self._select(query.order_by(_TABLE.c.due, _TABLE.c.id))

    async def recent(self, limit: int = 50) -> list[Scheduled]:
        """Return the rows with the latest due time first, whatever became of them."""
        return await self._select(select(_TABLE).order_by(_TABLE.c.due.desc(), _TABLE.c.id.desc()).limit(limit))

    async def claim(self, scheduled_id: str) -> bool:
        """Take a pending row for running; False when somebody else has, or it was cancelled."""
        return await self._move(scheduled_id, ScheduleStatus.PENDING, ScheduleStatus.RUNNING)

    async def release(self, scheduled_id: str) -> bool:
        """Give a running row back, so that it runs again under the same id."""
        return await self._move(scheduled_id, ScheduleStatus.RUNNING, ScheduleStatus.PENDING)

    async def cancel(self, scheduled_id: str) -> bool:
        """Cancel a pending row; False when it is not (or no longer) pending."""
        return await self._move(scheduled_id, ScheduleStatus.PENDING, ScheduleStatus.CANCELLED)

    async def finish(self, scheduled_id: str, status: ScheduleStatus, note: str) -> None:
        """Write down what became of a row."""
        query = update(_TABLE).where(_TABLE.c.id == scheduled_id).values(status=status, note=note)
        await self._database.write(lambda connection: connection.execute(query))

    async def _move(self, scheduled_id: str, old: ScheduleStatus, new: ScheduleStatus) -> bool:
        query = update(_TABLE).where(_TABLE.c.id == scheduled_id, _TABLE.c.status == old).values(status=new)
        return await self._database.write(lambda connection: connection.execute(query).rowcount == 1)

    async def _select(self, query: Select[tuple[object, ...]]) -> list[Scheduled]:
        def work(connection: Connection) -> list[Scheduled]:
            return [
                Scheduled(**{**row, "status": ScheduleStatus(row["status"])})
                for row in connection.execute(query).mappings()
            ]

        return await self._database.read(work)

"""Requests: each (asker, id) is begun once, and its answer and record are kept."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, delete, select, update

from hub.contracts.messages import Reply
from hub.storage import schema
from hub.storage.database import Database
from hub.storage.records import Begun, Repeat, StoredRequest

_TABLE = schema.requests
_SUMMARY = (_TABLE.c.asker_id, _TABLE.c.request_id, _TABLE.c.text, _TABLE.c.at, _TABLE.c.reply)


class RequestRepository:
    """What makes requests idempotent and explainable."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def begin(self, asker_id: str, request_id: str, text: str, at: datetime) -> Begun | Repeat:
        """Take a request if it is new; once this returned NEW, no later call for it does.

        Returns:
            NEW; Repeat for a known id with the same text; CONFLICT for a known id with another text.
        """

        def work(connection: Connection) -> Begun | Repeat:
            found = connection.execute(select(_TABLE.c.text, _TABLE.c.reply).where(_is(asker_id, request_id))).first()
            if found is not None:
                return Repeat(reply=found.reply) if found.text == text else Begun.CONFLICT
            row = {"asker_id": asker_id, "request_id": request_id, "text": text, "at": at}
            connection.execute(_TABLE.insert().values(row))
            return Begun.NEW

        return await self._database.write(work)

    async def finish(self, asker_id: str, request_id: str, reply: Reply, record: bytes) -> None:
        """Keep the answer and the record; a later, final answer replaces the first one."""
        query = update(_TABLE).where(_is(asker_id, request_id)).values(reply=reply, record=record)
        await self._database.write(lambda connection: connection.execute(query))

    async def record(self, request_id: str) -> bytes | None:
        """Return the record (JSON) of a request, the newest where several askers used the id."""
        query = (
            select(_TABLE.c.record)
            .where(_TABLE.c.request_id == request_id, _TABLE.c.record.is_not(None))
            .order_by(_TABLE.c.at.desc())
            .limit(1)
        )
        return await self._database.read(lambda connection: connection.execute(query).scalar())

    async def find(self, request_id: str) -> StoredRequest | None:
        """Return a request with its latest reply, the newest where several askers used the id."""
        query = select(*_SUMMARY).where(_TABLE.c.request_id == request_id).order_by(_TABLE.c.at.desc()).limit(1)
        found = await self._database.read(lambda connection: _summaries(connection, query))
        return found[0] if found else None

    async def recent(self, limit: int) -> list[StoredRequest]:
        """Return the newest requests first."""
        query = select(*_SUMMARY).order_by(_TABLE.c.at.desc(), _TABLE.c.request_id.desc()).limit(limit)
        return await self._database.read(lambda connection: _summaries(connection, query))

    async def unfinished(self) -> list[StoredRequest]:
        """Return requests that were taken and never answered (the hub was killed), oldest first."""
        query = select(*_SUMMARY).where(_TABLE.c.reply.is_(None)).order_by(_TABLE.c.at)
        return await self._database.read(lambda connection: _summaries(connection, query))

    async def purge(self, older_than: datetime) -> int:
        """Remove answered requests from before that time; return how many."""
        query = delete(_TABLE).where(_TABLE.c.at < older_than, _TABLE.c.reply.is_not(None))
        return await self._database.write(lambda connection: connection.execute(query).rowcount)


def _is(asker_id: str, request_id: str) -> ColumnElement[bool]:
    return (_TABLE.c.asker_id == asker_id) & (_TABLE.c.request_id == request_id)


def _summaries(connection: Connection, query: Select[*tuple[Any, ...]]) -> list[StoredRequest]:
    return [StoredRequest(**row) for row in connection.execute(query).mappings()]

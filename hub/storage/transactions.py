"""What each request changed, with the state before it: the ground for undo."""

from dataclasses import fields
from datetime import datetime

from sqlalchemy import Connection, Select, select, update

from hub.storage import schema
from hub.storage.database import Database
from hub.storage.records import Transaction

_TABLE = schema.transactions


class TransactionRepository:
    """The stored transactions."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, transaction: Transaction) -> None:
        """Keep a transaction."""
        row = {field.name: getattr(transaction, field.name) for field in fields(transaction)}
        await self._database.write(lambda connection: connection.execute(_TABLE.insert().values(row)))

    async def last(self, asker_id: str) -> Transaction | None:
        """Return the asker's newest transaction that was not undone."""
        return await self._first(
            select(_TABLE)
            .where(_TABLE.c.asker_id == asker_id, _TABLE.c.is_undone.is_(False))
            .order_by(_TABLE.c.at.desc(), _TABLE.c.id.desc())
            .limit(1)
        )

    async def get(self, transaction_id: str) -> Transaction | None:
        """Return the transaction of that id."""
        return await self._first(select(_TABLE).where(_TABLE.c.id == transaction_id))

    async def since(self, at: datetime) -> list[Transaction]:
        """Return everybody's transactions from that time on, oldest first."""
        query = select(_TABLE).where(_TABLE.c.at >= at).order_by(_TABLE.c.at, _TABLE.c.id)
        return await self._database.read(
            lambda connection: [Transaction(**row) for row in connection.execute(query).mappings()]
        )

    async def update(self, transaction: Transaction) -> None:
        """Replace what is kept of a transaction's effects (a slow device has confirmed meanwhile)."""
        query = update(_TABLE).where(_TABLE.c.id == transaction.id).values(effects=transaction.effects)
        await self._database.write(lambda connection: connection.execute(query))

    async def mark_undone(self, transaction_id: str) -> None:
        """Note that it was undone, so that it is not undone again."""
        query = update(_TABLE).where(_TABLE.c.id == transaction_id).values(is_undone=True)
        await self._database.write(lambda connection: connection.execute(query))

    async def _first(self, query: Select[tuple[object, ...]]) -> Transaction | None:
        def work(connection: Connection) -> Transaction | None:
            row = connection.execute(query).mappings().first()
            return None if row is None else Transaction(**row)

        return await self._database.read(work)

"""Logins of the broker, as hashes only."""

from sqlalchemy import Connection, delete, select

from hub.storage import schema
from hub.storage.database import Database
from hub.storage.records import StoredLogin
from hub.storage.upserts import upsert


class LoginRepository:
    """The stored logins."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self) -> list[StoredLogin]:
        """Return every login, by name."""

        def work(connection: Connection) -> list[StoredLogin]:
            rows = connection.execute(select(schema.logins).order_by(schema.logins.c.name))
            return [StoredLogin(**row) for row in rows.mappings()]

        return await self._database.read(work)

    async def save(self, login: StoredLogin) -> None:
        """Insert or replace a login."""
        row = {
            "name": login.name,
            "role": login.role,
            "password_hash": login.password_hash,
            "grants": login.grants,
            "created": login.created,
        }
        await self._database.write(lambda connection: upsert(connection, schema.logins, [row]))

    async def remove(self, name: str) -> None:
        """Remove a login; one that is not there is no error."""
        await self._database.write(
            lambda connection: connection.execute(delete(schema.logins).where(schema.logins.c.name == name))
        )

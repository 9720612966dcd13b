"""Small facts of the hub itself: its id, the hash of its token."""

from sqlalchemy import select

from hub.storage import schema
from hub.storage.database import Database
from hub.storage.upserts import upsert


class SettingRepository:
    """Text by key."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, key: str) -> str | None:
        """Return the text of the key, None where there is none."""
        query = select(schema.settings.c.value).where(schema.settings.c.key == key)
        return await self._database.read(lambda connection: connection.execute(query).scalar())

    async def set(self, key: str, value: str) -> None:
        """Keep the text under the key."""
        row = {"key": key, "value": value}
        await self._database.write(lambda connection: upsert(connection, schema.settings, [row]))

"""Devices, areas, floors, last states and what the owner set: the home over a restart."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table, delete, select

from hub.contracts.device import Area, Device, Floor, StateValue
from hub.storage import schema
from hub.storage.database import Database
from hub.storage.records import OverrideValue, StoredHome
from hub.storage.upserts import upsert


class DeviceRepository:
    """The stored home."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def load(self) -> StoredHome:
        """Return everything that was known when the hub last ran."""
        return await self._database.read(_load)

    async def save_devices(self, devices: Sequence[Device]) -> None:
        """Insert or replace the devices."""
        rows = [{"id": device.id, "body": device} for device in devices]
        await self._database.write(lambda connection: upsert(connection, schema.devices, rows))

    async def remove_device(self, device_id: str) -> None:
        """Remove a device with its states; what the owner set for it stays, for when it comes back."""
        await self._database.write(
            lambda connection: connection.execute(delete(schema.devices).where(schema.devices.c.id == device_id))
        )

    async def save_areas(self, areas: Sequence[Area]) -> None:
        """Make these the areas of the home."""
        await self._database.write(lambda connection: _replace_all(connection, schema.areas, areas))

    async def save_floors(self, floors: Sequence[Floor]) -> None:
        """Make these the floors of the home."""
        await self._database.write(lambda connection: _replace_all(connection, schema.floors, floors))

    async def save_states(self, states: Mapping[str, Mapping[str, StateValue]]) -> None:
        """Insert or replace state values, by device and field; those of a device that is not stored are left out."""

        def work(connection: Connection) -> None:
            known = set(connection.execute(select(schema.devices.c.id)).scalars())
            rows = [
                {"device_id": device_id, "field": field, "body": value}
                for device_id, fields in states.items()
                if device_id in known
                for field, value in fields.items()
            ]
            upsert(connection, schema.states, rows)

        await self._database.write(work)

    async def save_override(self, device_id: str, field: str, value: OverrideValue | None) -> None:
        """Keep what the owner set for a field of a device; None takes it back."""
        table = schema.overrides

        def work(connection: Connection) -> None:
            if value is None:
                connection.execute(delete(table).where(table.c.device_id == device_id, table.c.field == field))
            else:
                upsert(connection, table, [{"device_id": device_id, "field": field, "body": value}])

        await self._database.write(work)

    async def overrides(self) -> Mapping[str, Mapping[str, OverrideValue]]:
        """Return what the owner set, by device and field."""

        def work(connection: Connection) -> dict[str, dict[str, OverrideValue]]:
            found: dict[str, dict[str, OverrideValue]] = {}
            for row in connection.execute(select(schema.overrides)):
                found.setdefault(row.device_id, {})[row.field] = row.body
            return found

        return await self._database.read(work)


def _load(connection: Connection) -> StoredHome:
    states: dict[str, dict[str, StateValue]] = {}
    for row in connection.execute(select(schema.states)):
        states.setdefault(row.device_id, {})[row.field] = row.body
    return StoredHome(
        devices=_bodies(connection, schema.devices),
        areas=_bodies(connection, schema.areas),
        floors=_bodies(connection, schema.floors),
        states=states,
    )


def _bodies(connection: Connection, table: Table) -> tuple[Any, ...]:
    return tuple(connection.execute(select(table.c.body).order_by(table.c.id)).scalars())


def _replace_all(connection: Connection, table: Table, things: Sequence[Area] | Sequence[Floor]) -> None:
    connection.execute(delete(table))
    upsert(connection, table, [{"id": thing.id, "body": thing} for thing in things])

"""The tables, as the newest migration leaves them; a test holds the two together."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, LargeBinary, MetaData, String, Table, Text

from hub.contracts.device import Area, Device, Floor, StateValue
from hub.contracts.messages import Asker, Reply
from hub.contracts.skill import Effect
from hub.storage.columns import Json, UtcTime
from hub.storage.records import OverrideValue, TransactionEffect

REVISION = "0001"  # the newest migration; anything else in the file makes `Database.start` migrate
APPLICATION_ID = 0x41494F53  # "AIOS", in the header of the SQLite file: tells our file from any other

metadata = MetaData()

devices = Table(
    "devices",
    metadata,
    Column("id", String, primary_key=True),
    Column("body", Json(Device), nullable=False),
)

areas = Table(
    "areas",
    metadata,
    Column("id", String, primary_key=True),
    Column("body", Json(Area), nullable=False),
)

floors = Table(
    "floors",
    metadata,
    Column("id", String, primary_key=True),
    Column("body", Json(Floor), nullable=False),
)

states = Table(
    "states",
    metadata,
    Column("device_id", String, ForeignKey("devices.id", ondelete="CASCADE"), primary_key=True),
    Column("field", String, primary_key=True),
    Column("body", Json(StateValue), nullable=False),
)

overrides = Table(
    "overrides",
    metadata,
    Column("device_id", String, primary_key=True),  # no foreign key: a name outlives the device's absence
    Column("field", String, primary_key=True),
    Column("body", Json(OverrideValue), nullable=False),
)

logins = Table(
    "logins",
    metadata,
    Column("name", String, primary_key=True),
    Column("role", String, nullable=False),
    Column("password_hash", Text, nullable=False),
    Column("grants", Json(tuple[str, ...]), nullable=False),
    Column("created", UtcTime, nullable=False),
)

requests = Table(
    "requests",
    metadata,
    Column("asker_id", String, primary_key=True),
    Column("request_id", String, primary_key=True),
    Column("text", Text, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("reply", Json(Reply)),  # NULL until it was answered
    Column("record", LargeBinary),
    Index("ix_requests_request_id", "request_id"),
    Index("ix_requests_at", "at"),
)

schedule = Table(
    "schedule",
    metadata,
    Column("id", String, primary_key=True),
    Column("due", UtcTime, nullable=False),
    Column("status", String, nullable=False),
    Column("effects", Json(tuple[Effect, ...]), nullable=False),
    Column("asker", Json(Asker), nullable=False),
    Column("language", String, nullable=False),
    Column("text", Text, nullable=False),
    Column("request_id", String, nullable=False),
    Column("created", UtcTime, nullable=False),
    Column("note", Text, nullable=False),
    Column("skills", Json(tuple[str, ...]), nullable=False),
    Column("is_confirmed", Boolean, nullable=False),
    Index("ix_schedule_status_due", "status", "due"),
)

transactions = Table(
    "transactions",
    metadata,
    Column("id", String, primary_key=True),
    Column("asker_id", String, nullable=False),
    Column("request_id", String, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("effects", Json(tuple[TransactionEffect, ...]), nullable=False),
    Column("is_undone", Boolean, nullable=False),
    Index("ix_transactions_asker_at", "asker_id", "at"),
)

settings = Table(
    "settings",
    metadata,
    Column("key", String, primary_key=True),
    Column("value", Text, nullable=False),
)

"""What matters, kept in SQLite or PostgreSQL: durable before it is acknowledged."""

from hub.storage.database import Database, sqlite_url
from hub.storage.home import DeviceRepository
from hub.storage.logins import LoginRepository
from hub.storage.records import (
    Begun,
    OverrideValue,
    Repeat,
    Scheduled,
    ScheduleStatus,
    StoredHome,
    StoredLogin,
    StoredRequest,
    Transaction,
    TransactionEffect,
)
from hub.storage.requests import RequestRepository
from hub.storage.schedule import ScheduleRepository
from hub.storage.settings import SettingRepository
from hub.storage.transactions import TransactionRepository

__all__ = [
    "Begun",
    "Database",
    "DeviceRepository",
    "LoginRepository",
    "OverrideValue",
    "Repeat",
    "RequestRepository",
    "ScheduleRepository",
    "ScheduleStatus",
    "Scheduled",
    "SettingRepository",
    "StoredHome",
    "StoredLogin",
    "StoredRequest",
    "Transaction",
    "TransactionEffect",
    "TransactionRepository",
    "sqlite_url",
]

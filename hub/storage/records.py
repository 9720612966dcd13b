"""What the repositories take and give: frozen records, and the typed answers to `begin`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from hub.contracts.device import Area, Device, Floor, StateScalar, StateValue
from hub.contracts.messages import Asker, Reply
from hub.contracts.skill import Effect

OverrideValue = str | bool | tuple[str, ...]
"""What the owner set for a device instead of what it announces: a name, an area, aliases, an owner."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredHome:
    """The home as it was last known, for a start before any device has spoken."""

    devices: tuple[Device, ...] = ()
    areas: tuple[Area, ...] = ()
    floors: tuple[Floor, ...] = ()
    states: Mapping[str, Mapping[str, StateValue]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredLogin:
    """A login of the broker; `grants` are ids that it may also speak for (a phone for its earbuds)."""

    name: str
    role: str
    password_hash: str
    created: datetime
    grants: tuple[str, ...] = ()


class Begun(StrEnum):
    """What `begin` found, when there is no earlier answer to give."""

    NEW = "new"
    CONFLICT = "conflict"  # the same id with another text: an error of the sender


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeat:
    """The request is known; `reply` is its answer, None while the first one is still at work."""

    reply: Reply | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRequest:
    """A request that was taken, with its latest reply."""

    asker_id: str
    request_id: str
    text: str
    at: datetime
    reply: Reply | None = None


class ScheduleStatus(StrEnum):
    """The life of a row: pending, running, then one of the ends."""

    PENDING = "pending"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    MISSED = "missed"  # not carried out, or nobody can say whether: the note tells
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheduled:
    """Effects that are to happen at `due` (UTC), with the rights of `asker`.

    Attributes:
        skills: for each effect, the skill that made it; the guard holds it to what that skill declared.
        is_confirmed: whether the asker said yes to exactly these effects.
    """

    id: str
    due: datetime
    effects: tuple[Effect, ...]
    asker: Asker
    language: str
    text: str
    request_id: str
    created: datetime
    status: ScheduleStatus = ScheduleStatus.PENDING
    note: str = ""
    skills: tuple[str, ...] = ()
    is_confirmed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TransactionEffect:
    """One effect that was carried out.

    Attributes:
        before: the state fields as they were, for undo.
        aimed: the state fields that the effect was to bring about.
    """

    effect: Effect
    before: Mapping[str, StateScalar] = field(default_factory=dict)
    aimed: Mapping[str, StateScalar] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Transaction:
    """What one request changed, so that it can be undone."""

    id: str
    asker_id: str
    request_id: str
    at: datetime
    effects: tuple[TransactionEffect, ...]
    is_undone: bool = False

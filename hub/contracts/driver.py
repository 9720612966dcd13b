"""The driver contract: a dialect as a pure state machine, fed with messages, never doing I/O itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol, runtime_checkable

from hub.contracts.device import Description, Source, StateScalar
from hub.contracts.messages import Params


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """An MQTT message as it came in; `is_retained` is the broker's flag, a replay of something older."""

    topic: str
    payload: bytes
    received_at: datetime
    is_retained: bool = False
    qos: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """An mDNS service seen or gone; TXT values are bytes, since the network does not promise UTF-8."""

    type: str
    name: str
    received_at: datetime
    host: str = ""
    port: int = 0
    addresses: tuple[str, ...] = ()
    txt: Mapping[str, bytes | None] = field(default_factory=dict)
    is_gone: bool = False


Inbound = Message | Service


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One command to one device, in the hub's vocabulary; the driver translates it."""

    id: str
    source: Source
    command: str
    params: Params = field(default_factory=dict)
    component: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A device was announced or announced anew.

    `needs_adoption`: it was only seen on the network and has to be given a login before it can be used.
    """

    description: Description
    needs_adoption: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """A device reported state; `is_complete` when fields that are not named are to be forgotten."""

    source: Source
    states: Mapping[str, StateScalar]
    is_retained: bool = False
    is_complete: bool = False
    is_assumed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reachable:
    """A device came or went; `is_hint` when the sign is weak (an mDNS goodbye)."""

    source: Source
    is_online: bool
    is_hint: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """A device was withdrawn by whoever announced it."""

    source: Source
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fired:
    """A device reported something that is no state: a button was pressed."""

    source: Source
    type: str
    component: str = ""
    data: Mapping[str, StateScalar] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Resulted:
    """A device acknowledged or refused a command by its id; state, not this, is what confirms."""

    source: Source
    command: str
    is_ok: bool
    reason: str = ""


class ProblemKind(StrEnum):
    """Why an inbound message was not taken."""

    MALFORMED = "malformed"
    TOO_LARGE = "too_large"
    BAD_ID = "bad_id"
    NOT_OWNER = "not_owner"
    CONFLICT = "conflict"
    UNKNOWN_CAPABILITY = "unknown_capability"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something an announcement or state got wrong: one log line, visible in `aios devices problems`."""

    where: str
    kind: ProblemKind
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Publish:
    """A message to hand to the broker."""

    topic: str
    payload: bytes
    qos: int = 0
    is_retained: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscribe:
    """A topic filter that the driver needs (discovery and state at QoS 0, the rest at QoS 1)."""

    filter: str
    qos: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Browse:
    """An mDNS service type that the driver wants to see."""

    type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A call for the dialect's own link (a library that owns a socket) instead of a publication."""

    name: str
    arguments: Mapping[str, StateScalar] = field(default_factory=dict)


Observation = Found | Changed | Reachable | Gone | Fired | Resulted | Problem
DriverOutput = Observation | Publish | Subscribe | Browse


class Driver(Protocol):
    """A dialect. `feed` and `encode` are pure but for the driver's own memory; they never raise on bad input."""

    dialect: str

    def start(self) -> Sequence[Subscribe | Browse | Publish]:
        """Return what to subscribe to, browse and ask once when the hub starts."""
        ...

    def feed(self, inbound: Inbound) -> Sequence[DriverOutput]:
        """Take one message or service and say what follows from it; what is not for this dialect gives nothing."""
        ...

    def encode(self, command: Command) -> Sequence[Publish | Call]:
        """Translate a command; an empty result means that the dialect cannot express it."""
        ...

    def query(self, source: Source) -> Sequence[Publish | Call]:
        """Ask the device for its state, where the dialect can; else nothing."""
        ...


@runtime_checkable
class Forgets(Protocol):
    """What a driver has beside where its devices leave something on the broker that would bring them back."""

    def forget(self, source: Source) -> Sequence[Publish]:
        """Return what takes a device's retained announcement back, once the owner has removed it."""
        ...

"""What crosses the intake: requests, replies, receipts; every one carries its trace."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from hub.contracts.device import StateScalar
from hub.contracts.ids import new_id

ParamValue = bool | int | float | str | tuple[float, ...]
Params = Mapping[str, ParamValue]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """The causal context of an event or command: its own id, what caused it, and where it came in."""

    id: str = field(default_factory=new_id)
    parent: str | None = None
    source: str = ""


class Channel(StrEnum):
    """The way by which a request came in."""

    MQTT = "mqtt"
    HTTP = "http"
    CONSOLE = "console"
    SCHEDULE = "schedule"
    EVALUATION = "evaluation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """Who asks, as far as the channel itself proves it; nothing in a payload can change it.

    Attributes:
        id: who a session and a yes are bound to: "device:<id>" or "person:<name>" or "owner".
        device: the device through which was asked (its area is "here").
        is_verified: the login proved it; an unverified asker gets nothing that needs a confirmation.
    """

    id: str
    channel: Channel
    device: str | None = None
    person: str | None = None
    is_verified: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A plain-language request.

    Attributes:
        at: when it was said; None for a device without a clock (answers, but nothing that needs a confirmation).
        area: overrides the area of the asking device ("here").
    """

    text: str
    asker: Asker
    id: str = field(default_factory=new_id)
    at: datetime | None = None
    language: str | None = None
    session: str | None = None
    area: str | None = None
    trace: Trace = field(default_factory=Trace)


class Outcome(StrEnum):
    """What became of a request (protocol, "Outcomes")."""

    ACT = "act"
    ANSWER = "answer"
    ASK = "ask"
    SCHEDULE = "schedule"
    REFUSE = "refuse"


class ReceiptStatus(StrEnum):
    """The only three ends of a command."""

    CONFIRMED = "confirmed"  # the device's own fresh state said so
    SENT = "sent"  # handed to the broker, nothing confirmed it in time
    FAILED = "failed"  # not sent, or the device said no


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """The evidence of one command; every sentence about an action is made from these.

    `is_open` is True while the confirmation may still come (a slow blind): a final receipt follows.
    """

    device: str
    command: str
    params: Params = field(default_factory=dict)
    component: str = ""
    status: ReceiptStatus = ReceiptStatus.SENT
    state: Mapping[str, StateScalar] = field(default_factory=dict)
    latency_ms: float | None = None
    reason: str | None = None
    is_open: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """The answer to a request; when a receipt is still open a second one with `is_final` True follows."""

    request: str
    outcome: Outcome
    text: str
    session: str
    speech: str | None = None
    receipts: tuple[Receipt, ...] = ()
    question: str | None = None
    reason: str | None = None
    language: str = "en"
    is_final: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that observers (memory, metrics, the page) may see; nothing on the main flows depends on it."""

    kind: str
    at: datetime
    trace: Trace
    data: Mapping[str, object] = field(default_factory=dict)

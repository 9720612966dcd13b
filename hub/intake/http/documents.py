"""The documents of the REST interface; the OpenAPI description is made from these types."""

from collections.abc import Mapping
from typing import Annotated

import msgspec

from hub.contracts.device import Area, Availability, Components, Device, Source, StateScalar, StateValue
from hub.contracts.driver import Problem
from hub.contracts.skill import Effect
from hub.control.decision import Decision
from hub.intake.wire import JsonObject
from hub.storage.records import Scheduled, StoredRequest

Id = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
Name = Annotated[
    str, msgspec.Meta(min_length=1, max_length=80, pattern=r"^[^\x00-\x1f\x7f-\x9f]*\S[^\x00-\x1f\x7f-\x9f]*$")
]
Language = Annotated[str, msgspec.Meta(max_length=16)]


class RequestBody(msgspec.Struct, frozen=True, rename={"source": "from"}):
    """A plain-language request; a repeat under the same id gets the same answer and acts no second time."""

    text: Annotated[str, msgspec.Meta(max_length=16_384)]
    id: Id | None = None
    language: Language | None = None
    session: Id | None = None
    source: Id | None = None
    person: Name | None = None
    dry_run: bool = False
    wait: Annotated[str, msgspec.Meta(pattern="^(first|final)$")] = "first"


class DevicePatch(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the owner says about a device; null takes it back, what is left out stays."""

    name: Name | msgspec.UnsetType | None = msgspec.UNSET
    aliases: Annotated[tuple[Name, ...], msgspec.Meta(max_length=32)] | msgspec.UnsetType | None = msgspec.UNSET
    area: Name | msgspec.UnsetType | None = msgspec.UNSET
    owner: Name | msgspec.UnsetType | None = msgspec.UNSET


class AdoptBody(msgspec.Struct, frozen=True):
    """The owner lets a device in; `code` is the six digits that it shows."""

    code: Annotated[str, msgspec.Meta(max_length=16)] | None = None


class AreaBody(msgspec.Struct, frozen=True):
    """A new area."""

    name: Name
    floor: Name | None = None


DeviceId = Annotated[str, msgspec.Meta(pattern="^[a-z0-9][a-z0-9_-]{0,63}$")]


class PairingBody(msgspec.Struct, frozen=True):
    """A device asks for a login; `speaks_for` names devices without an address of their own (a phone's earbuds)."""

    id: DeviceId
    name: Name
    kind: Annotated[str, msgspec.Meta(max_length=32)] = "unknown"
    speaks_for: Annotated[tuple[DeviceId, ...], msgspec.Meta(max_length=8)] = ()


class WaitingDocument(msgspec.Struct, frozen=True):
    """A device that asks to be let in, and the six digits that it should show."""

    id: str
    name: str
    kind: str
    code: str
    speaks_for: tuple[str, ...]


class MqttAddress(msgspec.Struct, frozen=True):
    """Where the broker is."""

    host: str
    port: int


class PairingAnswer(msgspec.Struct, frozen=True):
    """The login, released once."""

    login: str
    password: str
    mqtt: MqttAddress
    hub: str


class StateDocument(msgspec.Struct, frozen=True):
    """A state value with its evidence."""

    value: StateScalar
    unit: str | None
    ts: str
    source: str
    is_assumed: bool = False
    is_retained: bool = False


class DeviceDocument(msgspec.Struct, frozen=True):
    """A device as the registry has it."""

    id: str
    name: str
    aliases: tuple[str, ...]
    kind: str
    area: str | None
    owner: str | None
    manufacturer: str | None
    model: str | None
    ids: tuple[str, ...]
    sources: tuple[Source, ...]
    via: str | None
    availability: Availability
    components: Components
    state: Mapping[str, StateDocument]
    is_adopted: bool


class AreaDocument(msgspec.Struct, frozen=True):
    """A room or outdoor part of the home."""

    id: str
    name: str
    floor: str | None
    aliases: tuple[str, ...]


class ProblemDocument(msgspec.Struct, frozen=True):
    """Something that an announcement got wrong."""

    where: str
    kind: str
    what: str


class ReceiptDocument(msgspec.Struct, frozen=True):
    """The evidence of one command (protocol); `open` while its confirmation may still come."""

    device: str
    command: str
    params: Mapping[str, StateScalar]
    status: str
    latency_ms: float | None
    component: str = ""
    state: Mapping[str, StateScalar] = {}
    reason: str | None = None
    open: bool = False


class ReplyDocument(msgspec.Struct, frozen=True):
    """The answer to a request (protocol); `record` names what `GET /api/v1/requests/{id}` explains."""

    request: str
    outcome: str
    text: str
    session: str
    receipts: tuple[ReceiptDocument, ...]
    language: str
    final: bool
    record: str = ""
    speech: str | None = None
    question: str | None = None
    reason: str | None = None
    effects: tuple[Effect, ...] = ()
    dry_run: bool = False


class RequestSummary(msgspec.Struct, frozen=True):
    """A past request."""

    id: str
    asker: str
    text: str
    at: str
    outcome: str | None
    reply: str | None


class ScheduledDocument(msgspec.Struct, frozen=True):
    """Something that is still to come."""

    id: str
    due: str
    text: str
    status: str
    asker: str
    request: str
    created: str
    effects: tuple[Effect, ...]
    note: str


class StatusDocument(msgspec.Struct, frozen=True):
    """How the hub is."""

    hub: str
    version: str
    state: str
    since: str


class ErrorDocument(msgspec.Struct, frozen=True):
    """What is wrong, and what to do about it."""

    error: str
    hint: str


def device_document(device: Device, states: Mapping[str, StateValue]) -> DeviceDocument:
    """Return a device with its state."""
    return DeviceDocument(
        id=device.id,
        name=device.name,
        aliases=device.aliases,
        kind=device.kind.value,
        area=device.area,
        owner=device.owner,
        manufacturer=device.manufacturer,
        model=device.model,
        ids=tuple(sorted(device.ids)),
        sources=device.sources,
        via=device.via,
        availability=device.availability,
        components=device.components,
        state={field: _state_document(state) for field, state in sorted(states.items())},
        is_adopted=device.is_adopted,
    )


def _state_document(state: StateValue) -> StateDocument:
    return StateDocument(
        value=state.value,
        unit=state.unit,
        ts=state.ts.isoformat(),
        source=state.source,
        is_assumed=state.is_assumed,
        is_retained=state.is_retained,
    )


def area_document(area: Area) -> AreaDocument:
    """Return an area."""
    return AreaDocument(id=area.id, name=area.name, floor=area.floor, aliases=area.aliases)


def problem_document(problem: Problem) -> ProblemDocument:
    """Return a problem."""
    return ProblemDocument(where=problem.where, kind=problem.kind.value, what=problem.what)


def request_summary(stored: StoredRequest) -> RequestSummary:
    """Return a past request in short."""
    return RequestSummary(
        id=stored.request_id,
        asker=stored.asker_id,
        text=stored.text,
        at=stored.at.isoformat(),
        outcome=None if stored.reply is None else stored.reply.outcome.value,
        reply=None if stored.reply is None else stored.reply.text,
    )


def scheduled_document(scheduled: Scheduled) -> ScheduledDocument:
    """Return a row of the schedule."""
    return ScheduledDocument(
        id=scheduled.id,
        due=scheduled.due.isoformat(),
        text=scheduled.text,
        status=scheduled.status.value,
        asker=scheduled.asker.id,
        request=scheduled.request_id,
        created=scheduled.created.isoformat(),
        effects=scheduled.effects,
        note=scheduled.note,
    )


def dry_run_document(decision: Decision, request_id: str) -> JsonObject:
    """Return what a request would come to, in the form of a reply with `effects` and no receipts."""
    effects = decision.plan.effects if decision.plan is not None else ()
    return {
        "request": request_id,
        "outcome": decision.outcome.value,
        "text": decision.text,
        "language": decision.language,
        "receipts": [],
        "session": decision.session.id,
        "final": True,
        "dry_run": True,
        "question": decision.pending.text if decision.pending is not None else None,
        "reason": decision.reason,
        "effects": msgspec.to_builtins(effects),
        "reads": msgspec.to_builtins(decision.reads),
        "notes": list(decision.notes),
        "verdicts": msgspec.to_builtins(decision.verdicts),
    }

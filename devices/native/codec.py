"""Payloads of the native dialect, checked once: bytes in, typed values or a Problem's words out."""

import unicodedata
from typing import Annotated, TypeVar

import msgspec

from hub.sdk import Capability, DeviceKind, PayloadError, Service, StateScalar, is_topic_id

PAYLOAD_LIMIT = 64 * 1024  # bytes
NAMES_LIMIT = 20
COMPONENTS_LIMIT = 64
CAPABILITIES_LIMIT = 128
STATE_LIMIT = 500  # fields
WILDCARDS = "#+"
BIDI = "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"

Short = Annotated[str, msgspec.Meta(max_length=128)]
Identity = Annotated[str, msgspec.Meta(min_length=1, max_length=128)]
SAFE_INTEGER = 2**53  # beyond it a JSON number is another one at the next reader
Integer = Annotated[int, msgspec.Meta(ge=-SAFE_INTEGER, le=SAFE_INTEGER)]
Number = Integer | float
T = TypeVar("T")


class CapabilityPayload(msgspec.Struct, frozen=True):
    """What a device says of one capability."""

    range: tuple[Number, Number] | None = None
    step: Number | None = None
    options: Annotated[tuple[Short, ...], msgspec.Meta(max_length=200)] = ()
    unit: Annotated[str, msgspec.Meta(max_length=16)] | None = None


class AnnouncePayload(msgspec.Struct, frozen=True):
    """The `announce` payload; unknown fields are ignored, of a repeated key the last one counts."""

    name: Short
    kind: Short = "unknown"
    ids: Annotated[tuple[Identity, ...], msgspec.Meta(max_length=20)] = ()
    components: dict[str, dict[str, CapabilityPayload]] = {}
    aliases: Annotated[tuple[Short, ...], msgspec.Meta(max_length=NAMES_LIMIT)] = ()
    area: Short | None = None
    floor: Short | None = None
    owner: Short | None = None
    language: Annotated[str, msgspec.Meta(max_length=16)] | None = None
    scenario: Short | None = None
    via: Short | None = None
    manufacturer: Short | None = None
    model: Short | None = None


class EventPayload(msgspec.Struct, frozen=True):
    """The `event` payload."""

    id: Short
    type: Short
    component: Short = ""


class ResultPayload(msgspec.Struct, frozen=True):
    """The `result` payload."""

    id: Short
    ok: bool
    reason: Short = ""


Text = Annotated[str, msgspec.Meta(max_length=1024)]
Numbers = Annotated[tuple[float, ...], msgspec.Meta(max_length=16)]
StatePayload = dict[str, bool | Integer | float | Text | Numbers | None]

_announce = msgspec.json.Decoder(AnnouncePayload)
_state = msgspec.json.Decoder(StatePayload)
_event = msgspec.json.Decoder(EventPayload)
_result = msgspec.json.Decoder(ResultPayload)


def decode_announce(payload: bytes) -> AnnouncePayload:
    """Return the announcement; raises PayloadError with what was expected."""
    found = _decode(_announce, payload)
    for label, text in (("name", found.name), *(("alias", alias) for alias in found.aliases)):
        check_name(text, label)
    for label in ("area", "floor", "owner"):
        if (said := getattr(found, label)) is not None:
            check_name(said, label)
    for label in ("language", "scenario", "manufacturer", "model"):
        check_text(getattr(found, label) or "", label)
    for identity in found.ids:
        check_name(identity, "identity", limit=128)
    if found.via is not None and not is_topic_id(found.via):
        raise PayloadError(f'"via" is no device id: {found.via!r}.')
    _check_components(found)
    return found


def decode_state(payload: bytes) -> dict[str, StateScalar]:
    """Return the complete state by field; raises PayloadError with what was expected."""
    found = _decode(_state, payload)
    if len(found) > STATE_LIMIT:
        raise PayloadError(f"It has more than {STATE_LIMIT} fields.")
    for name, value in found.items():
        check_name(name, "field", limit=128)
        if isinstance(value, str):
            check_text(value, f'value of "{name}"')
    return dict(found)


def decode_event(payload: bytes) -> EventPayload:
    """Return the event; raises PayloadError with what was expected."""
    found = _decode(_event, payload)
    for label, text in (("id", found.id), ("type", found.type), ("component", found.component)):
        check_text(text, label)
    return found


def decode_result(payload: bytes) -> ResultPayload:
    """Return the result of a command; raises PayloadError with what was expected."""
    found = _decode(_result, payload)
    check_text(found.reason, "reason")
    return found


def decode_availability(payload: bytes) -> bool:
    """Return whether the device is online; raises PayloadError for any other word."""
    words = {b"online": True, b"offline": False}
    if payload not in words:
        raise PayloadError('Availability has to be the word "online" or "offline".')
    return words[payload]


def components_of(payload: AnnouncePayload) -> dict[str, dict[str, Capability]]:
    """Return the announced components with their capabilities; a range that is none is left out."""
    return {
        component: {name: _capability(name, said) for name, said in capabilities.items()}
        for component, capabilities in payload.components.items()
    }


def kind_of(said: str) -> DeviceKind:
    """Return the device kind; a word that we do not know is `unknown`."""
    return DeviceKind(said.casefold())


def service_text(service: Service, key: str) -> str | None:
    """Return a TXT entry as text, None where it is not there, not UTF-8, or not fit for a name."""
    raw = service.txt.get(key)
    if not raw:
        return None
    try:
        text = raw.decode()
        check_name(text, key)
    except (UnicodeDecodeError, PayloadError):
        return None
    return text


def check_name(text: str, label: str, *, limit: int = 64) -> None:
    """Raise PayloadError for a name with control or bidi characters or MQTT wildcards, or an empty or long one."""
    if not text.strip() or len(text) > limit:
        raise PayloadError(f"The {label} has to have 1 to {limit} characters.")
    if any(unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co") for character in text):
        raise PayloadError(f"The {label} has control characters: {text!r}.")
    if any(character in WILDCARDS for character in text):
        raise PayloadError(f"The {label} has one of the MQTT wildcards {WILDCARDS}: {text!r}.")


def check_text(text: str, label: str) -> None:
    """Raise PayloadError for control and bidi characters; line breaks and joined emoji are fine in a title."""
    if any(_is_control(character) and character not in "\n\t" for character in text):
        raise PayloadError(f"The {label} has control characters: {text[:64]!r}.")


def _is_control(character: str) -> bool:
    return unicodedata.category(character) in ("Cc", "Cs") or character in BIDI


def _check_components(found: AnnouncePayload) -> None:
    if len(found.components) > COMPONENTS_LIMIT:
        raise PayloadError(f"It has more than {COMPONENTS_LIMIT} components.")
    if sum(map(len, found.components.values())) > CAPABILITIES_LIMIT:
        raise PayloadError(f"It has more than {CAPABILITIES_LIMIT} capabilities.")
    for component, capabilities in found.components.items():
        if component:
            check_name(component, "component")
        for name, said in capabilities.items():
            check_name(name, "capability")
            for option in said.options:
                check_text(option, f'option of "{name}"')
            check_text(said.unit or "", f'unit of "{name}"')


def _capability(name: str, said: CapabilityPayload) -> Capability:
    low, high = said.range if said.range is not None and said.range[0] < said.range[1] else (None, None)
    return Capability(name=name, minimum=low, maximum=high, step=said.step, options=said.options, unit=said.unit)


def _decode(decoder: msgspec.json.Decoder[T], payload: bytes) -> T:
    if len(payload) > PAYLOAD_LIMIT:
        raise PayloadError(f"It is larger than {PAYLOAD_LIMIT} bytes.")
    try:
        return decoder.decode(payload)
    except RecursionError as error:
        raise PayloadError("It is nested too deeply.") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise PayloadError(f"It is not as the protocol says: {error}.") from error

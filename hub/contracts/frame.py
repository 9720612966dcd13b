"""What understanding hands on: frames with grounded targets, and the evidence they stand on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A tagged span of the utterance.

    Attributes:
        name: the tag: value, color, mode, media, attribute, state, item, person, ...
        text: as it was said (after normalising).
        number: its number where it has one, already in the unit of `unit`.
        unit: "%", "°C", "°F", "K", "s", "" ...
        canonical: the language-neutral word where there is one ("red", "cool", "temperature"), else "".
    """

    name: str
    text: str
    start: int = 0
    end: int = 0
    number: float | None = None
    unit: str = ""
    canonical: str = ""


class WhenKind(StrEnum):
    """How a time was given."""

    DELAY = "delay"
    AT = "at"
    TRIGGER = "trigger"
    RECUR = "recur"


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """When an effect is due, as it was said; `duration_s` alone means now, and back after that time.

    Attributes:
        delay_s: seconds from now.
        at: local time "HH:MM" (the next one), or "YYYY-MM-DDTHH:MM".
        trigger: "leave_home", "arrive_home", "sunset", "sunrise", "opened:<device>", ...
        recur: "daily", "weekdays", "weekends", "weekly:mo,we"; goes with `at` or `trigger`.
    """

    delay_s: float | None = None
    at: str | None = None
    trigger: str | None = None
    duration_s: float | None = None
    recur: str | None = None
    text: str = ""


class Scope(StrEnum):
    """How wide the target was said; it is never carried out wider than this."""

    NONE = "none"  # no target was said
    NAMED = "named"  # one or more devices by name
    AREA = "area"  # what stands in the areas or floors that were said
    KIND = "kind"  # a kind word without a place ("the lights")
    ALL = "all"  # "everything", "all the lights"
    CONTEXT = "context"  # "it", "that one", "here": from the dialogue or the asker's room


class NoTargetReason(StrEnum):
    """Why nothing in this home matches, so that the answer can be precise."""

    NO_SUCH_NAME = "no_such_name"  # nothing is called that
    NO_SUCH_AREA = "no_such_area"  # the home has no such room or floor
    NONE_IN_AREA = "none_in_area"  # the room is there, nothing of that kind is in it
    NONE_OF_KIND = "none_of_kind"  # nothing of that kind in the whole home
    NOT_CAPABLE = "not_capable"  # it is there, but cannot do that
    NOT_SAID = "not_said"  # the request names no target and the context gives none


@dataclass(frozen=True, slots=True, kw_only=True)
class NoTarget:
    """Nothing matches; `said` is the words that did not, `alternatives` are device or area names that are close."""

    reason: NoTargetReason
    said: str = ""
    area: str | None = None
    alternatives: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ambiguous:
    """Several devices match equally well; the candidates are device ids, best first."""

    said: str
    candidates: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """The grounded target of a frame.

    Attributes:
        devices: ids of the devices that are meant, exclusions already taken out.
        areas: ids of the areas that were said (or implied by "here").
        excluded: ids that were said to be left out, whether or not the rest of the words would have meant them.
        kind: the kind word that was said, canonical ("light", "cover", ...), "" for none.
        problem: set when nothing, or too much, matches; then `devices` is empty.
    """

    scope: Scope = Scope.NONE
    devices: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    kind: str = ""
    is_plural: bool = False
    problem: NoTarget | Ambiguous | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One command or question of an utterance, ready for the skill that owns its intent."""

    intent: str
    text: str
    slots: tuple[Slot, ...] = ()
    target: Target = field(default_factory=Target)
    when: When | None = None
    is_negated: bool = False
    confidence: float = 0.0

    def slot(self, name: str) -> Slot | None:
        """Return the first slot of that name."""
        return next((slot for slot in self.slots if slot.name == name), None)


class Gate(StrEnum):
    """What the calibrated confidence allows."""

    ACT = "act"
    ASK = "ask"
    REJECT = "reject"


class RejectReason(StrEnum):
    """Why an utterance gave no frame."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    OUT_OF_SCOPE = "out_of_scope"
    UNSURE = "unsure"
    LANGUAGE = "language"
    NO_MODEL = "no_model"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What was seen on the way to the frames, plain data for `aios explain` (JSON-ready values only)."""

    heard: str = ""
    normalised: str = ""
    segments: tuple[Mapping[str, object], ...] = ()
    notes: tuple[str, ...] = ()
    model: str = ""
    duration_ms: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Understanding:
    """The result of understanding: frames, or the reason why there are none. Not recognised is a value."""

    frames: tuple[Frame, ...] = ()
    language: str = "en"
    gate: Gate = Gate.ACT
    rejected: RejectReason | None = None
    evidence: Evidence = field(default_factory=Evidence)


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One earlier turn as far as later ones may refer to it."""

    text: str
    frames: tuple[Frame, ...]
    at: datetime

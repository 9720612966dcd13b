"""The skill contract: what a skill declares, what it gets, and the three things that it may return."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from hub.contracts.capability import Risk
from hub.contracts.device import Area, Device, Floor, StateValue
from hub.contracts.frame import Frame, When
from hub.contracts.messages import Asker, Params


@dataclass(frozen=True, slots=True, kw_only=True)
class IntentSpec:
    """An intent that a skill answers.

    Attributes:
        name: "<skill>.<intent>", as the model's labels.
        capabilities: a target must offer at least one of these; empty: the intent has no device target.
        kinds: device kinds that are meant where no name or kind word was said (tried in order).
        needs_target: a request without any target is asked back (or taken from "here" and the dialogue).
        is_single: one device is meant; several that match equally are asked back.
        is_question: reads state only.
        required_slots: asked for by the platform when they are missing.
    """

    name: str
    capabilities: frozenset[str] = frozenset()
    kinds: tuple[str, ...] = ()
    needs_target: bool = True
    is_single: bool = False
    is_question: bool = False
    required_slots: tuple[str, ...] = ()
    risk: Risk = Risk.EVERYDAY


@dataclass(frozen=True, slots=True, kw_only=True)
class SkillManifest:
    """What a skill declares; the guard holds every plan to it.

    Attributes:
        commands: the commands that it may put into a plan.
    """

    id: str
    name: str
    version: str
    languages: tuple[str, ...]
    intents: tuple[IntentSpec, ...]
    commands: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """What the phrases of a skill teach about one intent, in all its languages.

    Attributes:
        intent: "<skill>.<intent>".
        examples: what people say for it, its slots filled with words.
        counters: what only sounds like it.
    """

    intent: str
    examples: tuple[str, ...]
    counters: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """One thing that should happen: a command to a device, a reading, or a hub effect (device None)."""

    command: str
    device: str | None = None
    params: Params = field(default_factory=dict)
    component: str = ""
    when: When | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A sentence that makes no claim about an action; `reads` names the states it was made from."""

    text: str
    speech: str | None = None
    reads: tuple[Effect, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """The skill cannot: with the reason (an Outcome "refuse") and, where it knows, what would work."""

    text: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """The skill needs something first.

    Attributes:
        choices: device ids (or words) that an answer may pick.
        frame: the frame to complete with the answer.
        slot: which slot the answer fills ("target" for the device).
    """

    text: str
    frame: Frame
    slot: str = "target"
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Effects that belong together: carried out as one household transaction.

    Attributes:
        note: a sentence for what of the request is not in the plan ("The plug cannot be dimmed."), else "".
    """

    effects: tuple[Effect, ...]
    skill: str = ""
    note: str = ""


SkillResult = Answer | Refusal | Question | Plan


class HomeView(Protocol):
    """A read-only view of the home, limited to what the skill declared."""

    def devices(self) -> Sequence[Device]:
        """Return the devices in view, in a stable order."""
        ...

    def device(self, device_id: str) -> Device | None:
        """Return the device of that id, or None where it is not in view."""
        ...

    def state(self, device_id: str, field: str) -> StateValue | None:
        """Return the last known value of a state field (`<component>.<field>` for named components)."""
        ...

    def states(self, device_id: str) -> Mapping[str, StateValue]:
        """Return all known state fields of a device."""
        ...

    def areas(self) -> Sequence[Area]:
        """Return the areas of the home."""
        ...

    def floors(self) -> Sequence[Floor]:
        """Return the floors of the home."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SkillContext:
    """What a handler gets beside its frame.

    Attributes:
        language: "en" or "zh": the language to answer in.
        area: id of the asker's area, None where it is not known.
        now: aware local time of the home.
        temperature_unit: the owner's unit, "C" or "F": how a bare number of degrees is meant and shown.
    """

    asker: Asker
    language: str
    area: str | None
    now: datetime
    home: HomeView
    temperature_unit: str = "C"


class Skill(Protocol):
    """A scenario assistant; pure: same frame and context, same result."""

    manifest: SkillManifest

    def handle(self, frame: Frame, context: SkillContext) -> SkillResult:
        """Answer one frame with an answer, a refusal, a question or a plan; never publish."""
        ...

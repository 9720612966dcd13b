"""What a command is grounded in, and the targets that every step of grounding makes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from hub.contracts.frame import Ambiguous, NoTarget, NoTargetReason, Scope, Target
from hub.contracts.skill import IntentSpec
from hub.understanding.index import HomeIndex, IndexedDevice
from hub.understanding.match import can
from hub.understanding.places import close_areas

MAX_CANDIDATES = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What a command's mentions are grounded in.

    Attributes:
        intent: the intent's name, spec its declaration (None: no skill has it).
        here: the asker's area.
        recent: devices that "it" means, latest first by turn.
        before: devices that earlier parts of this utterance took ("the others").
        has_exclusion: something is taken out again ("all but").
        corrected: the command stands in the place of one that was taken back.
        is_trial: only whether something is meant counts, not what else is close to it.
        near: areas that an earlier part of this utterance named: they come before the asker's own.
    """

    index: HomeIndex
    intent: str
    spec: IntentSpec | None
    here: str | None = None
    recent: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
    has_exclusion: bool = False
    corrected: bool = False
    is_trial: bool = False

    @property
    def is_question(self) -> bool:
        """Tell whether the intent reads state only."""
        return self.spec is not None and self.spec.is_question

    def capable(self, devices: Iterable[IndexedDevice]) -> list[IndexedDevice]:
        """Return those of the devices that can do it."""
        return [device for device in devices if can(device, self.spec)]


def no_area(said: str, setting: Setting, kind: str = "") -> Target:
    """Return the target that says that the home has no such place."""
    near = () if setting.is_trial else close_areas(said, setting.index)
    return Target(
        scope=Scope.AREA, kind=kind, problem=NoTarget(reason=NoTargetReason.NO_SUCH_AREA, said=said, alternatives=near)
    )


def none_here(limit: tuple[str, ...] | None) -> NoTarget:
    """Return the problem that nothing there can do it."""
    reason = NoTargetReason.NONE_IN_AREA if limit else NoTargetReason.NONE_OF_KIND
    return NoTarget(reason=reason, area=limit[0] if limit else None)


def ambiguous(said: str, devices: Sequence[IndexedDevice], scope: Scope, kind: str = "") -> Target:
    """Return the target that asks which of the devices is meant."""
    candidates = tuple(device.id for device in devices[:MAX_CANDIDATES])
    return Target(scope=scope, kind=kind, problem=Ambiguous(said=said, candidates=candidates))


def target_of(scope: Scope, devices: Sequence[IndexedDevice], areas: tuple[str, ...] = (), kind: str = "") -> Target:
    """Return a target that is clear."""
    return Target(scope=scope, devices=tuple(device.id for device in devices), areas=areas, kind=kind)


MANY_PLAYERS = frozenset(
    """home.pause home.play home.next home.previous home.mute home.unmute home.set_volume home.change_volume.up
    home.change_volume.down""".split()
)
"""Intents whose skill itself narrows several players by who is playing."""

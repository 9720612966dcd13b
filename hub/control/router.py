"""Which assistant answers a frame, and how much of the home it gets to see."""

from collections.abc import Mapping, Sequence

from hub.contracts.device import Area, Device, Floor, StateValue
from hub.contracts.frame import Frame
from hub.contracts.skill import HomeView, IntentSpec, Skill, SkillManifest

DIALOG = "dialog"
"""Intents of this name are the dialogue's own: yes, no, undo, help; no skill can take them."""


def is_dialog(frame: Frame) -> bool:
    """Tell whether the frame belongs to the dialogue itself."""
    return frame.intent.partition(".")[0] == DIALOG


def route(frame: Frame, skills: Mapping[str, Skill]) -> Skill | None:
    """Return the skill that declared the frame's intent; None where none is installed that did.

    Intent names are owned ("<skill>.<intent>"), so that no skill can take what belongs to another.
    """
    skill = skills.get(frame.intent.partition(".")[0])
    return skill if skill is not None and intent_of(frame, skill) is not None else None


def intent_of(frame: Frame, skill: Skill) -> IntentSpec | None:
    """Return what the skill declared for the frame's intent."""
    return next((spec for spec in skill.manifest.intents if spec.name == frame.intent), None)


def scoped(home: HomeView, manifest: SkillManifest) -> HomeView:
    """Return the home as the skill may see it: the kinds that it declared, all where it declared none."""
    return ScopedHome(home, manifest.kinds) if manifest.kinds else home


class ScopedHome:
    """A view of the home that holds devices of some kinds only."""

    def __init__(self, home: HomeView, kinds: frozenset[str]) -> None:
        self._home = home
        self._kinds = kinds

    def devices(self) -> Sequence[Device]:
        """Return the devices in view, in a stable order."""
        return [device for device in self._home.devices() if device.kind.value in self._kinds]

    def device(self, device_id: str) -> Device | None:
        """Return the device of that id, or None where it is not in view."""
        device = self._home.device(device_id)
        return device if device is not None and device.kind.value in self._kinds else None

    def state(self, device_id: str, field: str) -> StateValue | None:
        """Return the last known value of a state field."""
        return self._home.state(device_id, field) if self.device(device_id) else None

    def states(self, device_id: str) -> Mapping[str, StateValue]:
        """Return all known state fields of a device."""
        return self._home.states(device_id) if self.device(device_id) else {}

    def areas(self) -> Sequence[Area]:
        """Return the areas of the home."""
        return self._home.areas()

    def floors(self) -> Sequence[Floor]:
        """Return the floors of the home."""
        return self._home.floors()

"""What an observation changed in the home, told to whoever listens."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from hub.contracts.device import Device, StateScalar, StateValue
from hub.contracts.driver import Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceAdded:
    """A device that the home did not know."""

    device: Device


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceUpdated:
    """A known device announced something else about itself, or the owner said something about it."""

    device: Device


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceRemoved:
    """The last source of a device withdrew it, or the owner forgot it."""

    device: Device
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StateChanged:
    """A state field was reported; `old` is None for the first time. Reported anew counts, even with an equal value."""

    device: str
    field: str
    old: StateValue | None
    new: StateValue


@dataclass(frozen=True, slots=True, kw_only=True)
class AvailabilityChanged:
    """A device came or went."""

    device: str
    is_online: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class EventFired:
    """A device reported something that is no state: a button was pressed."""

    device: str
    type: str
    component: str = ""
    data: Mapping[str, StateScalar] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandResulted:
    """A device acknowledged or refused a command by its id."""

    device: str
    command: str
    is_ok: bool
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaAdded:
    """An announcement or the owner named a room that the home did not have."""

    area: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemSeen:
    """Something that was announced could not be taken; told once for each place and kind."""

    problem: Problem


HomeChange = (
    DeviceAdded
    | DeviceUpdated
    | DeviceRemoved
    | StateChanged
    | AvailabilityChanged
    | EventFired
    | CommandResulted
    | AreaAdded
    | ProblemSeen
)

"""The device model: what a thing in the home is, can do, and last said about itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Self

from hub.contracts.capability import Capability

StateScalar = bool | int | float | str | tuple[float, ...] | None


class DeviceKind(StrEnum):
    """What a person would call the thing; `unknown` where the announcement does not say."""

    LIGHT = "light"
    SWITCH = "switch"
    PLUG = "plug"
    WALL_SWITCH = "wall_switch"
    NUMBER = "number"
    MULTI = "multi"
    CONTACT_SENSOR = "contact_sensor"
    MOTION_SENSOR = "motion_sensor"
    SMOKE_ALARM = "smoke_alarm"
    INVERTER = "inverter"
    REMOTE = "remote"
    LOCK = "lock"
    COVER = "cover"
    GARAGE_DOOR = "garage_door"
    GATE = "gate"
    VALVE = "valve"
    THERMOSTAT = "thermostat"
    CLIMATE = "climate"
    WATER_HEATER = "water_heater"
    HUMIDIFIER = "humidifier"
    FAN = "fan"
    AIR_PURIFIER = "air_purifier"
    VACUUM = "vacuum"
    LAWN_MOWER = "lawn_mower"
    SIREN = "siren"
    ALARM_PANEL = "alarm_panel"
    DOORBELL = "doorbell"
    CAMERA = "camera"
    SPEAKER = "speaker"
    TV = "tv"
    MEDIA_PLAYER = "media_player"
    EARBUDS = "earbuds"
    HEADPHONES = "headphones"
    WATCH = "watch"
    PHONE = "phone"
    DISPLAY = "display"
    VOICE_SATELLITE = "voice_satellite"
    SENSOR = "sensor"
    BUTTON = "button"
    SCENE = "scene"
    SCRIPT = "script"
    APPLIANCE = "appliance"
    WASHING_MACHINE = "washing_machine"
    DISHWASHER = "dishwasher"
    DRYER = "dryer"
    OVEN = "oven"
    COFFEE_MACHINE = "coffee_machine"
    KETTLE = "kettle"
    REFRIGERATOR = "refrigerator"
    BRIDGE = "bridge"
    HUB = "hub"
    PRINTER = "printer"
    PERSON = "person"
    WEATHER = "weather"
    TODO_LIST = "todo_list"
    UNKNOWN = "unknown"

    @classmethod
    def _missing_(cls, value: object) -> Self:
        """Take a kind of a newer peer as `unknown` rather than refuse the device."""
        return cls("unknown")


@dataclass(frozen=True, slots=True, kw_only=True)
class Availability:
    """Whether the device can be reached; `is_assumed` where its dialect cannot say."""

    is_online: bool = True
    last_seen: datetime | None = None
    is_assumed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One dialect and address through which a device is seen; the address is opaque outside its driver."""

    dialect: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StateValue:
    """A value with its evidence: unit, time, the source that said it, and whether it is only assumed.

    `is_retained` marks a value that the broker replayed: it is shown, and never confirms a command.
    """

    value: StateScalar
    ts: datetime
    source: str
    unit: str | None = None
    is_assumed: bool = False
    is_retained: bool = False


Components = Mapping[str, Mapping[str, Capability]]
"""Component name ("" is the main one) to capability name to capability."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """What an announcement says of a device; area, owner and via are suggestions until the owner confirms."""

    source: Source
    name: str
    kind: DeviceKind = DeviceKind.UNKNOWN
    aliases: tuple[str, ...] = ()
    area: str | None = None
    floor: str | None = None
    owner: str | None = None
    manufacturer: str | None = None
    model: str | None = None
    ids: frozenset[str] = frozenset()
    via: str | None = None
    language: str | None = None
    scenario: str | None = None
    components: Components = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """One physical device of the home, however many dialects it is seen through.

    Attributes:
        id: stable, opaque; for native devices their protocol id.
        area: id of an area of the home, or None while nobody knows.
        ids: "mac:...", "serial:...", "uid:..." by which announcements are merged.
        owner: whose it is; only announced, and without any rights, until `is_owner_confirmed`.
        is_adopted: False while it was only seen (mDNS) and has no login yet: shown, never commanded.
    """

    id: str
    name: str
    kind: DeviceKind = DeviceKind.UNKNOWN
    aliases: tuple[str, ...] = ()
    area: str | None = None
    owner: str | None = None
    manufacturer: str | None = None
    model: str | None = None
    ids: frozenset[str] = frozenset()
    sources: tuple[Source, ...] = ()
    via: str | None = None
    language: str | None = None
    scenario: str | None = None
    components: Components = field(default_factory=dict)
    availability: Availability = field(default_factory=Availability)
    is_adopted: bool = True
    is_owner_confirmed: bool = False

    def has(self, capability: str) -> bool:
        """Tell whether any component offers the capability."""
        return any(capability in capabilities for capabilities in self.components.values())

    def find(self, capability: str) -> tuple[str, Capability] | None:
        """Return (component name, capability), the main component first; None where it is not offered."""
        for name in sorted(self.components):
            found = self.components[name].get(capability)
            if found is not None:
                return name, found
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """A room or outdoor part of the home."""

    id: str
    name: str
    floor: str | None = None
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Floor:
    """A level of the home."""

    id: str
    name: str
    aliases: tuple[str, ...] = ()

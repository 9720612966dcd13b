"""The home's devices as grounding reads them: a value built anew when a name, place or capability changes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from hub.contracts.device import Area, Device, DeviceKind, Floor, StateScalar, StateValue
from hub.understanding.index import HomeIndex, IndexedDevice

States = Mapping[str, StateValue]

ACTIVE: Mapping[str, frozenset[StateScalar]] = {
    "on": frozenset({True}),
    "playback": frozenset({"playing"}),
    "cover_state": frozenset({"open", "opening", "stopped"}),
    "valve_state": frozenset({"open", "opening"}),
    "lock": frozenset({"unlocked", "unlocking"}),
    "vacuum_state": frozenset({"cleaning", "returning"}),
    "action": frozenset({"running"}),
    "hvac_mode": frozenset({"heat", "cool", "auto", "heat_cool", "dry", "fan_only"}),
    "contact_open": frozenset({True}),
    "motion": frozenset({True}),
}
"""State fields that say whether a device is on, open, unlocked, playing or running, with the values that say so."""


def build_index(
    devices: Sequence[Device], areas: Sequence[Area], floors: Sequence[Floor], states: Callable[[str], States]
) -> HomeIndex:
    """Return the index of the adopted devices; what has no login yet is not there to be asked for."""
    indexed = [_indexed(device, states(device.id)) for device in devices if device.is_adopted]
    return HomeIndex.build(indexed, areas, floors)


def refresh_activity(index: HomeIndex, states: Callable[[str], States]) -> HomeIndex:
    """Return the index with what is on, open or running now; its names and places are taken over as they are."""
    devices = tuple(_with_activity(device, is_active(states(device.id))) for device in index.devices)
    return replace(index, devices=devices, by_id={device.id: device for device in devices})


def is_active(states: States) -> bool | None:
    """Tell whether a device is on, open, unlocked, playing or running by its states; None where they do not say."""
    said = [(name.rpartition(".")[2], one.value) for name, one in states.items()]
    if ("on", False) in said and ("on", True) not in said:
        return False
    known = [(name, value) for name, value in said if name in ACTIVE and value is not None]
    telling = [(name, value) for name, value in known if name != "on"] or known  # a TV that is on may be paused
    return any(value in ACTIVE[name] for name, value in telling) if telling else None


def _with_activity(device: IndexedDevice, is_on: bool | None) -> IndexedDevice:
    return device if device.is_on == is_on else replace(device, is_on=is_on)


def _indexed(device: Device, states: States) -> IndexedDevice:
    return IndexedDevice(
        id=device.id,
        names=(device.name, *device.aliases),
        area=device.area,
        kind=device.kind,
        device_class=_class_of(device),
        capabilities=frozenset(name for one in device.components.values() for name in one),
        owner=device.owner,
        is_on=is_active(states),
    )


def _class_of(device: Device) -> str:
    """Return what a sensor measures or detects, "garage" for a garage door, "" for other devices."""
    if device.kind is DeviceKind.GARAGE_DOOR:
        return "garage"
    names = sorted(name for one in device.components.values() for name in one)
    return next((name.partition(".")[2] for name in names if name.startswith(("measure.", "binary."))), "")

"""The home's devices as grounding reads them: a value built anew when a name, place or capability changes."""

from collections.abc import Sequence

from hub.contracts.device import Area, Device, DeviceKind, Floor
from hub.understanding.index import HomeIndex, IndexedDevice


def build_index(devices: Sequence[Device], areas: Sequence[Area], floors: Sequence[Floor]) -> HomeIndex:
    """Return the index of the adopted devices; what has no login yet is not there to be asked for."""
    return HomeIndex.build([_indexed(device) for device in devices if device.is_adopted], areas, floors)


def _indexed(device: Device) -> IndexedDevice:
    return IndexedDevice(
        id=device.id,
        names=(device.name, *device.aliases),
        area=device.area,
        kind=device.kind,
        device_class=_class_of(device),
        capabilities=frozenset(name for one in device.components.values() for name in one),
        owner=device.owner,
    )


def _class_of(device: Device) -> str:
    """Return what a sensor measures or detects, "garage" for a garage door, "" for other devices."""
    if device.kind is DeviceKind.GARAGE_DOOR:
        return "garage"
    names = sorted(name for one in device.components.values() for name in one)
    return next((name.partition(".")[2] for name in names if name.startswith(("measure.", "binary."))), "")

"""From what announcements say of a device, and what the owner says, to the Device: one function, always the same."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from hub.contracts.capability import Capability, is_known_capability
from hub.contracts.device import Availability, Components, Description, Device, DeviceKind, Source

OverrideValue = str | bool | tuple[str, ...]
Overrides = Mapping[str, OverrideValue]


def describe(
    device_id: str,
    descriptions: Sequence[Description],
    overrides: Overrides,
    *,
    area: str | None,
    availability: Availability,
    is_adopted: bool,
) -> Device:
    """Return the device that these announcements, first source first, and the owner's word make.

    The owner's word wins; else the first announcement that says something. An announced owner is only a suggestion.
    """
    first = descriptions[0]
    device = Device(
        id=device_id,
        name=first.name,
        kind=next((d.kind for d in descriptions if d.kind is not DeviceKind.UNKNOWN), DeviceKind.UNKNOWN),
        aliases=_unique([alias for d in descriptions for alias in d.aliases], without=first.name),
        area=area,
        owner=_first([d.owner for d in descriptions]),
        manufacturer=_first([d.manufacturer for d in descriptions]),
        model=_first([d.model for d in descriptions]),
        ids=frozenset().union(*(d.ids for d in descriptions)),
        sources=tuple(d.source for d in descriptions),
        via=_first([d.via for d in descriptions]),
        language=_first([d.language for d in descriptions]),
        scenario=_first([d.scenario for d in descriptions]),
        components=_merged([known_components(d.components) for d in descriptions]),
        availability=availability,
        is_adopted=is_adopted,
    )
    return apply_overrides(device, overrides)


def description_of(device: Device, source: Source) -> Description:
    """Return what a stored device once announced, as far as it is needed until it announces itself again."""
    return Description(
        source=source,
        name=device.name,
        kind=device.kind,
        aliases=device.aliases,
        area=device.area,
        owner=device.owner,
        manufacturer=device.manufacturer,
        model=device.model,
        ids=device.ids,
        via=device.via,
        language=device.language,
        scenario=device.scenario,
        components=device.components,
    )


def apply_overrides(device: Device, overrides: Overrides) -> Device:
    """Return the device with what the owner said about it: name, aliases, area, owner."""
    name, aliases = overrides.get("name"), overrides.get("aliases")
    if isinstance(name, str) and name != device.name:
        device = replace(device, name=name, aliases=_unique([*device.aliases, device.name], without=name))
    if isinstance(aliases, tuple):
        device = replace(device, aliases=_unique(aliases, without=device.name))
    if "area" in overrides:
        area = overrides["area"]
        device = replace(device, area=area if isinstance(area, str) else None)
    if isinstance(overrides.get("owner"), str):
        device = replace(device, owner=str(overrides["owner"]), is_owner_confirmed=True)
    return device


def known_components(components: Components) -> dict[str, dict[str, Capability]]:
    """Return the components without the capabilities that the vocabulary does not have."""
    kept = {
        name: {one: capability for one, capability in capabilities.items() if is_known_capability(one)}
        for name, capabilities in components.items()
    }
    return {name: capabilities for name, capabilities in kept.items() if capabilities or name == ""}


def unknown_capabilities(components: Components) -> tuple[str, ...]:
    """Return the names of capabilities that the vocabulary does not have, sorted."""
    names = {name for capabilities in components.values() for name in capabilities}
    return tuple(sorted(name for name in names if not is_known_capability(name)))


def _merged(several: Sequence[Mapping[str, Mapping[str, Capability]]]) -> dict[str, dict[str, Capability]]:
    merged: dict[str, dict[str, Capability]] = {}
    for components in reversed(several):  # the first source's word stands
        for name, capabilities in components.items():
            merged.setdefault(name, {}).update(capabilities)
    return merged


def _first(values: Sequence[str | None]) -> str | None:
    return next((value for value in values if value), None)


def _unique(names: Sequence[str], *, without: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if name and name != without))

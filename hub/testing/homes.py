"""Reads a home from an evaluation file: floors, areas and entities with a domain, class, state and attributes."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import cast

from hub.contracts.capability import Capability
from hub.contracts.device import Area, Device, Floor, Source, StateScalar, StateValue
from hub.testing.entities import binary_field, capabilities_of, kind_of, measured_field, states_of
from hub.testing.fixture import FixtureHome

_FAHRENHEIT_FROM = 45.0  # no room is that warm in °C: such a household reads °F
_SOURCE = "fixture"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """One device of such a file."""

    id: str
    name: str
    aliases: tuple[str, ...]
    area: str | None
    domain: str
    device_class: str
    state: str
    attributes: Mapping[str, object]


def load_home(path: Path, now: datetime) -> FixtureHome:
    """Return the home of a file; every state counts as reported at `now`.

    Raises:
        OSError, ValueError, KeyError: the file is missing or has another form.
    """
    data = json.loads(path.read_text(encoding="utf-8"))
    entities = [_entity(row) for row in data["devices"]]
    is_fahrenheit = any(_degrees(entity) > _FAHRENHEIT_FROM for entity in entities if entity.domain == "climate")
    unit = "F" if is_fahrenheit else "C"
    return FixtureHome(
        all_devices=tuple(_device(entity) for entity in entities),
        all_areas=tuple(
            Area(id=row["id"], name=row["name"], floor=row.get("floor"), aliases=tuple(row.get("aliases", ())))
            for row in data.get("areas", ())
        ),
        all_floors=tuple(
            Floor(id=row["id"], name=row["name"], aliases=tuple(row.get("aliases", ())))
            for row in data.get("floors", ())
        ),
        states_of={entity.id: _states(entity, unit, now) for entity in entities},
        classes={entity.id: entity.device_class for entity in entities},
        temperature_unit=unit,
    )


def _entity(row: Mapping[str, object]) -> Entity:
    state = row.get("state")
    return Entity(
        id=str(row["id"]),
        name=str(row["name"]),
        aliases=tuple(cast("Sequence[str]", row.get("aliases") or ())),
        area=cast("str | None", row.get("area")),
        domain=str(row["domain"]),
        device_class=str(row.get("device_class") or ""),
        state="" if state is None else str(state),
        attributes=cast("Mapping[str, object]", row.get("attributes") or {}),
    )


def _degrees(entity: Entity) -> float:
    found = (entity.attributes.get(name) for name in ("target_temperature", "current_temperature"))
    return max((float(str(value)) for value in found if value is not None), default=0.0)


def _device(entity: Entity) -> Device:
    offered = capabilities_of(entity.domain, entity.device_class)
    capabilities = {name: Capability(name=name, options=_options(name, entity.attributes)) for name in offered}
    return Device(
        id=entity.id,
        name=entity.name,
        aliases=entity.aliases,
        kind=kind_of(entity.domain, entity.device_class),
        area=entity.area,
        sources=(Source(dialect=_SOURCE, address=entity.id),),
        components={"": capabilities},
    )


_LISTS: Mapping[str, str] = {
    "media_player": "source_list",
    "thermostat": "hvac_modes",
    "thermostat_fan_mode": "fan_modes",
    "thermostat_preset": "preset_modes",
    "fan_preset": "preset_modes",
}
"""Which attribute lists what a capability takes."""


def _options(name: str, attributes: Mapping[str, object]) -> tuple[str, ...]:
    found = attributes.get(_LISTS.get(name, ""))
    return tuple(map(str, found)) if isinstance(found, list) else ()


def _states(entity: Entity, unit: str, now: datetime) -> dict[str, StateValue]:
    values: dict[str, tuple[StateScalar, str | None]] = dict(states_of(entity.domain, entity.state))
    if entity.domain == "binary_sensor":
        field = binary_field(entity.device_class)
        is_on = entity.state == "on"
        values[field] = (is_on if field != "lock" else "unlocked" if is_on else "locked", None)
    elif entity.domain == "sensor" and entity.state:
        measured = cast("str | None", entity.attributes.get("unit_of_measurement"))
        values[measured_field(entity.device_class)] = (_number(entity.state), measured)
    for name, attribute in entity.attributes.items():
        if name in _FIELDS:
            is_heat = name.endswith("temperature")
            values[_FIELDS[name]] = (_number(str(attribute)), f"°{unit}" if is_heat else None)
    return {name: _value(value, said, now) for name, (value, said) in values.items()}


def _value(value: StateScalar, unit: str | None, now: datetime) -> StateValue:
    if unit == "°F" and isinstance(value, int | float):
        value, unit = round((value - 32) / 1.8, 2), "°C"
    return StateValue(value=value, ts=now, source=_SOURCE, unit=unit)


def _number(text: str) -> StateScalar:
    try:
        number = float(text)
    except ValueError:
        return text
    return int(number) if number == int(number) else number


_FIELDS: Mapping[str, str] = {
    "brightness_pct": "brightness",
    "color": "color",
    "speed_pct": "fan_speed",
    "position": "position",
    "volume_pct": "volume",
    "volume_level": "volume",
    "media_title": "title",
    "target_temperature": "target_temperature",
    "current_temperature": "current_temperature",
    "temperature": "temperature",
    "humidity": "current_humidity",
}

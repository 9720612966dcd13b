"""What an entity of an evaluation home is in our model: its kind, capabilities and state fields."""

from collections.abc import Iterable, Mapping

from hub.contracts.device import DeviceKind, StateScalar

_KINDS: Mapping[str, DeviceKind] = {
    "light": DeviceKind.LIGHT,
    "switch": DeviceKind.SWITCH,
    "fan": DeviceKind.FAN,
    "cover": DeviceKind.COVER,
    "valve": DeviceKind.VALVE,
    "lock": DeviceKind.LOCK,
    "climate": DeviceKind.CLIMATE,
    "humidifier": DeviceKind.HUMIDIFIER,
    "water_heater": DeviceKind.WATER_HEATER,
    "media_player": DeviceKind.MEDIA_PLAYER,
    "vacuum": DeviceKind.VACUUM,
    "lawn_mower": DeviceKind.LAWN_MOWER,
    "scene": DeviceKind.SCENE,
    "script": DeviceKind.SCRIPT,
    "button": DeviceKind.BUTTON,
    "siren": DeviceKind.SIREN,
    "camera": DeviceKind.CAMERA,
    "sensor": DeviceKind.SENSOR,
    "person": DeviceKind.PERSON,
    "weather": DeviceKind.WEATHER,
    "todo": DeviceKind.TODO_LIST,
}
_CLASS_KINDS: Mapping[tuple[str, str], DeviceKind] = {
    ("cover", "garage"): DeviceKind.GARAGE_DOOR,
    ("cover", "gate"): DeviceKind.GATE,
    ("media_player", "tv"): DeviceKind.TV,
    ("media_player", "speaker"): DeviceKind.SPEAKER,
    ("switch", "outlet"): DeviceKind.PLUG,
}
_BINARY_KINDS: Mapping[str, DeviceKind] = {
    **dict.fromkeys(("door", "window", "opening", "garage_door"), DeviceKind.CONTACT_SENSOR),
    **dict.fromkeys(("motion", "occupancy"), DeviceKind.MOTION_SENSOR),
    "smoke": DeviceKind.SMOKE_ALARM,
}
_CAPABILITIES: Mapping[str, str] = {
    "light": "on_off brightness color color_temp effect",
    "switch": "on_off",
    "fan": "on_off fan_speed fan_preset fan_oscillation fan_direction",
    "cover": "cover cover_position cover_tilt",
    "valve": "valve valve_position",
    "lock": "lock lock_unlatch",
    "climate": "on_off thermostat thermostat_range thermostat_preset thermostat_fan_mode humidifier",
    "humidifier": "on_off humidifier",
    "water_heater": "on_off water_heater",
    "media_player": "on_off media_player volume",
    "vacuum": "vacuum",
    "lawn_mower": "lawn_mower",
    "scene": "scene",
    "script": "scene",
    "button": "button",
    "siren": "on_off siren",
    "camera": "on_off",
}
_BINARY_FIELDS: Mapping[str, str] = {
    **dict.fromkeys(("door", "window", "opening", "garage_door"), "contact_open"),
    "battery": "battery_low",
    "battery_charging": "charging",
    "carbon_monoxide": "co",
    "moisture": "water_leak",
    "": "input",
}
_MEASURED_FIELDS: Mapping[str, str] = {
    "carbon_dioxide": "co2",
    "carbon_monoxide": "co_level",
    "atmospheric_pressure": "pressure",
    "volatile_organic_compounds": "voc",
    "signal_strength": "signal",
    "precipitation": "rain",
    "precipitation_intensity": "rain_rate",
    "sound_pressure": "sound_level",
    "": "value",
}
_STATE_FIELD: Mapping[str, str] = {
    "lock": "lock",
    "cover": "cover_state",
    "valve": "valve_state",
    "vacuum": "vacuum_state",
    "climate": "hvac_mode",
    "person": "presence",
    "weather": "condition",
    "todo": "items",
}
_ON_OFF = frozenset({"light", "switch", "fan", "humidifier", "siren", "camera"})


def kind_of(domain: str, device_class: str) -> DeviceKind:
    """Return the device kind of a domain and class."""
    if domain == "binary_sensor":
        return _BINARY_KINDS.get(device_class, DeviceKind.SENSOR)
    return _CLASS_KINDS.get((domain, device_class)) or _KINDS.get(domain, DeviceKind.UNKNOWN)


def capabilities_of(domain: str, device_class: str) -> Iterable[str]:
    """Return the capabilities: all that take a command of the domain, or what a sensor measures."""
    if domain == "binary_sensor":
        return (f"binary.{binary_field(device_class)}",)
    if domain == "sensor":
        return (f"measure.{measured_field(device_class)}",)
    return _CAPABILITIES.get(domain, "").split()


def binary_field(device_class: str) -> str:
    """Return the state field of a binary sensor's class."""
    return _BINARY_FIELDS.get(device_class, device_class)


def measured_field(device_class: str) -> str:
    """Return the state field of a sensor's class."""
    return _MEASURED_FIELDS.get(device_class, device_class)


def states_of(domain: str, state: str) -> Mapping[str, tuple[StateScalar, str | None]]:
    """Return the state fields that an entity's state stands for, each with its unit."""
    if not state or state in ("None", "unknown", "unavailable"):
        return {}
    if domain in _ON_OFF:
        return {"on": (state == "on", None)}
    if domain == "media_player":
        return {"on": (state != "off", None), "playback": (state, None)}
    if domain == "climate":
        return {"on": (state != "off", None), "hvac_mode": (state, None)}
    field = _STATE_FIELD.get(domain)
    if field is None:
        return {}
    if domain in ("cover", "valve"):
        state = {"off": "closed", "on": "open"}.get(state, state)
    if domain == "lock":
        state = {"off": "unlocked", "on": "locked"}.get(state, state)
    return {field: (state, None)}

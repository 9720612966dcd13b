"""The one vocabulary of capabilities and commands, with parameters, units and ranges.

The names follow Home Assistant's services and Matter's clusters closely; this is the one place that lists them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Risk(StrEnum):
    """What a wrong execution could cost; the guard and the gate decide by it."""

    NONE = "none"  # reads nothing but state
    EVERYDAY = "everyday"  # lights, media, plugs
    COMFORT = "comfort"  # climate, covers, fans
    SECURITY = "security"  # locks, gates, garage doors, alarms


class ParamKind(StrEnum):
    """How a parameter's value is typed."""

    NUMBER = "number"
    TEXT = "text"
    BOOL = "bool"
    NUMBERS = "numbers"  # a list of numbers: hs, rgb, xy


@dataclass(frozen=True, slots=True, kw_only=True)
class Param:
    """One parameter of a command; `minimum` and `maximum` bound NUMBER (and each of NUMBERS)."""

    kind: ParamKind
    unit: str = ""
    minimum: float | None = None
    maximum: float | None = None
    is_required: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandSpec:
    """A command: its parameters and the capabilities of which a component must have at least one."""

    name: str
    capabilities: frozenset[str]
    params: Mapping[str, Param] = field(default_factory=dict)
    risk: Risk = Risk.EVERYDAY


@dataclass(frozen=True, slots=True, kw_only=True)
class Capability:
    """A capability as one device offers it: its range, options and unit where it states them."""

    name: str
    minimum: float | None = None
    maximum: float | None = None
    step: float | None = None
    options: tuple[str, ...] = ()
    unit: str | None = None


def _number(unit: str, low: float, high: float, *, required: bool = True) -> Param:
    return Param(kind=ParamKind.NUMBER, unit=unit, minimum=low, maximum=high, is_required=required)


def _text(*, required: bool = True) -> Param:
    return Param(kind=ParamKind.TEXT, is_required=required)


def _flag() -> Param:
    return Param(kind=ParamKind.BOOL)


def _numbers(low: float, high: float) -> Param:
    return Param(kind=ParamKind.NUMBERS, minimum=low, maximum=high, is_required=False)


_TRANSITION = {"transition_s": _number("s", 0, 3600, required=False)}
_BRIGHTNESS = _number("%", 0, 100)
_COLOR = {
    "color": _text(required=False),
    "hs": _numbers(0, 360),
    "rgb": _numbers(0, 255),
    "xy": _numbers(0, 1),
}
_DIRECTION = {"direction": _text(), "amount": _number("", 0, 1000, required=False)}
_CODE = {"code": _text(required=False)}
_ON_EXTRAS = {
    "brightness_pct": _number("%", 0, 100, required=False),
    "kelvin": _number("K", 1000, 12000, required=False),
    **_COLOR,
    **_TRANSITION,
}

_TABLE: tuple[tuple[str, str, dict[str, Param], Risk], ...] = (
    ("turn_on", "on_off", _ON_EXTRAS, Risk.EVERYDAY),
    ("turn_off", "on_off", _TRANSITION, Risk.EVERYDAY),
    ("toggle", "on_off", {}, Risk.EVERYDAY),
    ("set_brightness", "brightness", {"brightness_pct": _BRIGHTNESS, **_TRANSITION}, Risk.EVERYDAY),
    ("change_brightness", "brightness", _DIRECTION, Risk.EVERYDAY),
    ("set_color", "color", {**_COLOR, **_TRANSITION}, Risk.EVERYDAY),
    ("set_color_temp", "color_temp", {"kelvin": _number("K", 1000, 12000), **_TRANSITION}, Risk.EVERYDAY),
    ("change_color_temp", "color_temp", _DIRECTION, Risk.EVERYDAY),
    ("set_effect", "effect", {"effect": _text()}, Risk.EVERYDAY),
    ("open", "cover valve", {}, Risk.COMFORT),
    ("close", "cover valve", {}, Risk.COMFORT),
    ("stop", "cover valve vacuum lawn_mower media_player appliance", {}, Risk.COMFORT),
    ("set_position", "cover_position valve_position", {"position": _number("%", 0, 100)}, Risk.COMFORT),
    ("change_position", "cover_position valve_position", _DIRECTION, Risk.COMFORT),
    ("set_tilt", "cover_tilt", {"tilt": _number("%", 0, 100)}, Risk.COMFORT),
    ("lock", "lock", _CODE, Risk.SECURITY),
    ("unlock", "lock", _CODE, Risk.SECURITY),
    ("unlatch", "lock_unlatch", _CODE, Risk.SECURITY),
    (
        "set_temperature",
        "thermostat water_heater oven",
        {"temperature": _number("°C", -30, 300)},
        Risk.COMFORT,
    ),
    ("change_temperature", "thermostat water_heater oven", _DIRECTION, Risk.COMFORT),
    (
        "set_range",
        "thermostat_range",
        {"low": _number("°C", 4, 40), "high": _number("°C", 4, 40)},
        Risk.COMFORT,
    ),
    ("set_mode", "thermostat water_heater humidifier", {"mode": _text()}, Risk.COMFORT),
    ("set_preset", "thermostat_preset", {"preset": _text()}, Risk.COMFORT),
    ("set_fan_mode", "thermostat_fan_mode", {"mode": _text()}, Risk.COMFORT),
    ("set_humidity", "humidifier", {"humidity": _number("%", 0, 100)}, Risk.COMFORT),
    ("change_humidity", "humidifier", _DIRECTION, Risk.COMFORT),
    ("set_speed", "fan_speed", {"speed_pct": _number("%", 0, 100)}, Risk.COMFORT),
    ("change_speed", "fan_speed", _DIRECTION, Risk.COMFORT),
    ("set_fan_preset", "fan_preset", {"preset": _text()}, Risk.COMFORT),
    ("set_oscillating", "fan_oscillation", {"on": _flag()}, Risk.COMFORT),
    ("set_direction", "fan_direction", {"direction": _text()}, Risk.COMFORT),
    ("start", "vacuum lawn_mower appliance voice_satellite", {}, Risk.COMFORT),
    ("pause", "vacuum lawn_mower appliance media_player voice_satellite", {}, Risk.EVERYDAY),
    ("return_to_base", "vacuum lawn_mower", {}, Risk.COMFORT),
    ("locate", "vacuum lawn_mower", {}, Risk.EVERYDAY),
    ("clean_area", "vacuum", {"area": _text()}, Risk.COMFORT),
    ("play", "media_player", {}, Risk.EVERYDAY),
    ("next", "media_player", {}, Risk.EVERYDAY),
    ("previous", "media_player", {}, Risk.EVERYDAY),
    ("play_media", "media_player", {"query": _text()}, Risk.EVERYDAY),
    ("set_source", "media_player", {"source": _text()}, Risk.EVERYDAY),
    ("join", "media_player", {"group": _text()}, Risk.EVERYDAY),
    ("set_volume", "volume media_player", {"volume_pct": _number("%", 0, 100)}, Risk.EVERYDAY),
    ("change_volume", "volume media_player", _DIRECTION, Risk.EVERYDAY),
    ("mute", "volume media_player", {}, Risk.EVERYDAY),
    ("unmute", "volume media_player", {}, Risk.EVERYDAY),
    (
        "announce",
        "announce",
        {"text": _text(), "volume_pct": _number("%", 0, 100, required=False)},
        Risk.EVERYDAY,
    ),
    ("siren_on", "siren", {"tone": _text(required=False)}, Risk.SECURITY),
    ("siren_off", "siren", {}, Risk.SECURITY),
    ("arm_home", "alarm_panel", _CODE, Risk.SECURITY),
    ("arm_away", "alarm_panel", _CODE, Risk.SECURITY),
    ("arm_night", "alarm_panel", _CODE, Risk.SECURITY),
    ("arm_vacation", "alarm_panel", _CODE, Risk.SECURITY),
    ("disarm", "alarm_panel", _CODE, Risk.SECURITY),
    ("trigger", "alarm_panel voice_satellite", {}, Risk.SECURITY),
    ("activate", "scene", {}, Risk.EVERYDAY),
    ("press", "button", {}, Risk.EVERYDAY),
    ("identify", "identify", {}, Risk.EVERYDAY),
    ("reboot", "reboot", {}, Risk.SECURITY),
    ("install", "update", {}, Risk.SECURITY),
    ("set_number", "number", {"name": _text(required=False), "value": _number("", -1e9, 1e9)}, Risk.COMFORT),
    ("select_option", "select", {"name": _text(required=False), "option": _text()}, Risk.COMFORT),
    ("set_toggle", "toggle", {"name": _text(required=False), "on": _flag()}, Risk.COMFORT),
    ("set_text", "text", {"name": _text(required=False), "text": _text()}, Risk.COMFORT),
    ("set_noise_control", "noise_control", {"mode": _text()}, Risk.EVERYDAY),
    ("set_audio_route", "audio_route", {"to": _text()}, Risk.EVERYDAY),
)

COMMANDS: Mapping[str, CommandSpec] = {
    name: CommandSpec(name=name, capabilities=frozenset(caps.split()), params=params, risk=risk)
    for name, caps, params, risk in _TABLE
}
"""Every command that a plan may hold for a device, by name."""

CAPABILITIES: frozenset[str] = frozenset(
    """on_off brightness color_temp color effect cover cover_position cover_tilt lock lock_unlatch thermostat
    thermostat_range thermostat_preset thermostat_fan_mode fan_speed fan_preset fan_oscillation fan_direction
    humidifier water_heater oven vacuum lawn_mower valve valve_position siren alarm_panel media_player volume announce
    voice_satellite wear_detection noise_control audio_route battery button_event number select toggle text scene
    button identify reboot update appliance""".split()
)
"""Capability names without a suffix; `measure.<what>` and `binary.<what>` are open families beside them."""


def is_known_capability(name: str) -> bool:
    """Tell whether the vocabulary has this capability (`measure.*` and `binary.*` are families)."""
    family, _, rest = name.partition(".")
    return name in CAPABILITIES or (
        family in {"measure", "binary", "number", "select", "toggle", "text"} and rest != ""
    )

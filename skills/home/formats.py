"""Reported values as text: numbers with units, degrees in the owner's unit, colours by the nearest name."""

import colorsys
from collections.abc import Mapping, Sequence

from hub.sdk import StateScalar, StateValue

_HUES: tuple[tuple[float, str], ...] = (
    (0, "red"),
    (30, "orange"),
    (58, "yellow"),
    (120, "green"),
    (180, "cyan"),
    (235, "blue"),
    (275, "purple"),
    (320, "pink"),
    (360, "red"),
)
_WHITE_BELOW = 15.0  # per cent of saturation
_UNITS: Mapping[str, str] = {
    **dict.fromkeys(("temperature", "current_temperature", "target_temperature"), "°C"),
    **dict.fromkeys(("humidity", "current_humidity", "target_humidity", "battery"), "%"),
    **dict.fromkeys(("brightness", "volume", "position", "tilt", "fan_speed"), "%"),
    "color_temp": "K",
}
"""Units of the fields that do not say theirs (capabilities, state fields)."""


def field_text(field: str, value: StateValue, shown: str) -> str:
    """Return a field's value with its own unit, or with the one that the vocabulary gives it."""
    unit = (
        value.unit or _UNITS.get(field) or _UNITS.get(field.rpartition(".")[2]) or _UNITS.get(field.partition(".")[0])
    )
    return number_text(value.value, unit, shown)


def number_text(value: StateScalar, unit: str | None, shown: str) -> str:
    """Return a value with its unit; degrees Celsius in the shown unit."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    number: float = value
    if unit == "°C" and shown == "°F":
        number, unit = number * 1.8 + 32, "°F"
    unit = unit or ""
    digits = 0 if unit in ("%", "K", "lx", "°F") else 1 if abs(number) < 100 else 0
    text = f"{round(number, digits):.{digits}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return f"{text}{unit}" if unit in ("", "%") else f"{text} {unit}"


def hue_name(hue: float, saturation: float) -> str:
    """Return the name of the nearest basic colour; hue 0-360, saturation 0-100."""
    if saturation < _WHITE_BELOW:
        return "white"
    return min(_HUES, key=lambda one: abs(one[0] - hue % 360))[1]


def rgb_name(rgb: Sequence[float]) -> str:
    """Return the name of the nearest basic colour; each channel 0-255."""
    hue, saturation, _ = colorsys.rgb_to_hsv(*(channel / 255 for channel in rgb[:3]))
    return hue_name(hue * 360, saturation * 100)


def kelvin_name(kelvin: float) -> str:
    """Return "warm white", "white" or "cool white"."""
    return "warm white" if kelvin < 3300 else "cool white" if kelvin > 5000 else "white"

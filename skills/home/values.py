"""Values as they were said to values as devices take them: per cents, degrees, steps, colours, whites, speeds."""

from collections.abc import Mapping
from dataclasses import dataclass

from hub.sdk import Device, Frame, Slot

from .words import Words

COLORS = frozenset(
    """white red orange yellow green cyan blue purple pink magenta turquoise violet lime indigo teal gold golden
    lavender coral salmon amber beige brown gray grey black maroon navy olive aqua crimson peach mint rose
    aquamarine fuchsia khaki plum orchid chocolate tan silver ivory azure scarlet burgundy lilac""".split()
)

WHITES: Mapping[str, int] = {
    "candle": 2000,
    "candlelight": 2000,
    "very warm": 2200,
    "warm": 2700,
    "warm white": 2700,
    "soft white": 3000,
    "neutral": 4000,
    "neutral white": 4000,
    "natural": 4000,
    "natural white": 4000,
    "white": 4000,
    "cool": 5500,
    "cool white": 5500,
    "cold": 6000,
    "cold white": 6000,
    "daylight": 6500,
    "daylight white": 6500,
}
"""Kelvin of the whites that people name."""

SPEEDS: Mapping[str, float] = {"low": 33, "medium": 66, "high": 100, "max": 100, "min": 10, "off": 0}
HVAC_MODES = frozenset("off heat cool auto heat_cool dry fan_only emergency_heat".split())
PRESETS = frozenset("eco away sleep boost comfort home activity none".split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A relative change: what it changes and by how much ("a bit", normally, "a lot")."""

    set_command: str
    change_command: str
    param: str
    small: float
    normal: float
    large: float


STEPS: Mapping[str, Step] = {
    step.change_command: step
    for step in (
        Step(
            set_command="set_brightness",
            change_command="change_brightness",
            param="brightness_pct",
            small=10,
            normal=20,
            large=40,
        ),
        Step(
            set_command="set_position",
            change_command="change_position",
            param="position",
            small=10,
            normal=25,
            large=50,
        ),
        Step(
            set_command="set_temperature",
            change_command="change_temperature",
            param="temperature",
            small=0.5,
            normal=1,
            large=2,
        ),
        Step(
            set_command="set_humidity",
            change_command="change_humidity",
            param="humidity",
            small=5,
            normal=5,
            large=10,
        ),
        Step(set_command="set_speed", change_command="change_speed", param="speed_pct", small=10, normal=25, large=50),
        Step(
            set_command="set_volume",
            change_command="change_volume",
            param="volume_pct",
            small=5,
            normal=10,
            large=25,
        ),
    )
}


def percent(frame: Frame, words: Words) -> float | None:
    """Return the per cent that was said, as a number or a word ("half", "max"); None where there is none."""
    slot = frame.slot("value")
    if slot is not None and slot.number is not None and slot.unit in ("", "%"):
        return _tidy(slot.number)
    return _extreme(frame, words)


def _extreme(frame: Frame, words: Words) -> float | None:
    said = {slot.canonical for slot in frame.slots if slot.name in ("value", "mode", "state")}
    value = frame.slot("value")
    text = value.text if value is not None else frame.text
    for cue, number in (("max", 100.0), ("min", 1.0), ("half", 50.0)):
        if cue in said or words.has_cue(cue, text):
            return number
    return None


def amount(frame: Frame, step: Step, words: Words) -> float:
    """Return by how much: the number that was said, else the step's own for "a bit" and "a lot"."""
    slot = frame.slot("value")
    if slot is not None and slot.number is not None:
        number = abs(slot.number)
        is_fahrenheit = step.param == "temperature" and slot.unit == "°F"
        return _tidy(number / 1.8 if is_fahrenheit else number)
    said = {slot.canonical for slot in frame.slots if slot.name == "value"}
    if "small" in said or words.has_cue("small", frame.text):
        return step.small
    if "large" in said or words.has_cue("large", frame.text):
        return step.large
    return step.normal


def is_absolute(frame: Frame, words: Words) -> bool:
    """Tell whether the value is where it should end ("dim it to 20 %"), not by how much it should change."""
    slot = frame.slot("value")
    if slot is None:
        return False
    if slot.number is None:
        return slot.canonical in ("max", "min", "half")
    before = frame.text[: slot.start] if slot.start else frame.text.partition(slot.text)[0]
    return words.ends_with_cue("absolute", before)


def temperature_c(slot: Slot | None, device: Device, owners_unit: str) -> float | None:
    """Return degrees Celsius: a bare number is meant in the device's unit, else in the owner's."""
    if slot is None or slot.number is None:
        return None
    unit = slot.unit if slot.unit in ("°C", "°F") else shown_unit(device, owners_unit)
    return _tidy((slot.number - 32) / 1.8 if unit == "°F" else slot.number)


def shown_unit(device: Device, owners_unit: str) -> str:
    """Return the unit in which the people of the house read this device: "°C" or "°F"."""
    for name in ("thermostat", "water_heater", "oven", "measure.temperature"):
        found = device.find(name)
        if found is not None and found[1].unit in ("°C", "°F"):
            return str(found[1].unit)
    return "°F" if owners_unit == "F" else "°C"


def color_name(slot: Slot) -> str:
    """Return the English name of a colour or white that we know, "" for any other."""
    for said in (slot.canonical, slot.text):
        lowered = said.casefold().strip().replace("_", " ")
        if lowered in COLORS or lowered in WHITES:
            return lowered
    return ""


def kelvin(frame: Frame, device: Device) -> float | None:
    """Return the colour temperature that was said, words kept inside what the device can do."""
    slot = frame.slot("value")
    if slot is not None and slot.number is not None and (slot.unit == "K" or slot.number >= 1000):
        return _tidy(slot.number)
    for slot in frame.slots:
        for said in (slot.canonical, slot.text):
            found = WHITES.get(said.casefold().replace("_", " "))
            if found is not None:
                return _inside(found, device)
    return next((_inside(number, device) for word, number in _WHITE_WORDS if word in frame.text.casefold()), None)


def _inside(number: float, device: Device) -> float:
    found = device.find("color_temp")
    low = found[1].minimum if found is not None and found[1].minimum is not None else 1000
    high = found[1].maximum if found is not None and found[1].maximum is not None else 12000
    return min(max(number, low), high)


def speed_pct(frame: Frame, device: Device, words: Words) -> float | None:
    """Return the speed in per cent: a number, a level ("speed 2" of a fan with steps) or a word."""
    slot = frame.slot("value")
    if slot is not None and slot.number is not None and slot.unit in ("", "%"):
        found = device.find("fan_speed")
        step = found[1].step if found is not None else None
        if slot.unit == "" and step is not None and step > 5 and slot.number <= 100 / step + 0.5:
            return _tidy(min(100.0, slot.number * step))
        return _tidy(slot.number)
    for name in ("mode", "value", "state"):
        slot = frame.slot(name)
        if slot is not None and slot.canonical in SPEEDS:
            return SPEEDS[slot.canonical]
    for cue in ("max", "half", "high", "medium", "low"):
        if words.has_cue(cue, frame.text):
            return {"half": 50.0}.get(cue, SPEEDS.get(cue, 100.0))
    return None


def _tidy(number: float) -> float:
    rounded = round(number, 1)
    return int(rounded) if rounded == int(rounded) else rounded


_WHITE_WORDS: tuple[tuple[str, int], ...] = (
    ("warm", 2700),
    ("暖", 2700),
    ("neutral", 4000),
    ("自然", 4000),
    ("daylight", 6500),
    ("日光", 6500),
    ("cool", 5500),
    ("cold", 6000),
    ("冷", 5500),
)

"""Commands with a value: brightness, colour, temperature, position, speed, volume, modes, media."""

from collections.abc import Callable, Mapping

from hub.sdk import Device, Effect

from .asking import Ask, Cannot, Made
from .switching import turn_off
from .values import (
    HVAC_MODES,
    PRESETS,
    SPEEDS,
    STEPS,
    WHITES,
    amount,
    color_name,
    is_absolute,
    kelvin,
    percent,
    speed_pct,
    temperature_c,
)

_PERCENT: tuple[tuple[str, str, str], ...] = (
    ("brightness", "set_brightness", "brightness_pct"),
    ("fan_speed", "set_speed", "speed_pct"),
    ("cover_position", "set_position", "position"),
    ("valve_position", "set_position", "position"),
    ("volume", "set_volume", "volume_pct"),
    ("media_player", "set_volume", "volume_pct"),
    ("humidifier", "set_humidity", "humidity"),
)
"""What a per cent sets, in the order in which a device with several is meant."""

_FIRST = {"set_brightness": "brightness", "set_speed": "fan_speed", "set_position": "cover_position"} | {
    "set_volume": "volume",
    "set_humidity": "humidifier",
}
_CAN_CHANGE = {
    "change_brightness": ("brightness",),
    "change_position": ("cover_position", "valve_position"),
    "change_temperature": ("thermostat", "water_heater", "oven"),
    "change_humidity": ("humidifier",),
    "change_speed": ("fan_speed",),
    "change_volume": ("volume", "media_player"),
}


def set_percent(ask: Ask, device: Device) -> Made:
    """Set the per cent of the intent, or of what the device has instead ("set the fan to 30 %")."""
    first = _FIRST[ask.intent]
    number = speed_pct(ask.frame, device, ask.words) if first == "fan_speed" else percent(ask.frame, ask.words)
    if number is None:
        return ask.question("value", "value")
    for capability, command, param in sorted(_PERCENT, key=lambda row: row[0] != first):
        if device.has(capability):
            return (ask.effect(device, command, capability, **{param: number}),)
    for capability, low, high in (("cover", "close", "open"), ("valve", "close", "open")):
        if device.has(capability) and number in (0, 100):
            return ask.each(device, high if number else low, capability)
    if device.has("on_off") and not device.has("cover") and number in (0, 100):
        return ask.each(device, "turn_on" if number else "turn_off", "on_off")
    return Cannot(device=device, need=first)


def change(ask: Ask, device: Device) -> Made:
    """Change by a step, or set where the request says where to end ("brighten it to 60")."""
    command, _, direction = ask.intent.partition(".")
    capability = next((name for name in _CAN_CHANGE[command] if device.has(name)), None)
    if capability is None:
        return _change_instead(ask, device, command, direction)
    step = STEPS[command]
    if is_absolute(ask.frame, ask.words):
        slot = ask.frame.slot("value")
        is_heat = command == "change_temperature"
        unit = ask.context.temperature_unit
        number = temperature_c(slot, device, unit) if is_heat else percent(ask.frame, ask.words)
        if number is not None:
            return (ask.effect(device, step.set_command, capability, **{step.param: number}),)
    by = amount(ask.frame, step, ask.words)
    return (ask.effect(device, command, capability, direction=direction, amount=by),)


def _change_instead(ask: Ask, device: Device, command: str, direction: str) -> Made:
    if command == "change_position":
        for capability in ("cover", "valve"):
            if device.has(capability):
                return ask.each(device, "open" if direction == "up" else "close", capability)
    others = ("change_brightness", "change_volume", "change_speed")
    for other in others if command in others else ():
        offered = next((name for name in _CAN_CHANGE[other] if device.has(name)), None)
        if offered is not None:
            by = amount(ask.frame, STEPS[other], ask.words)
            return (ask.effect(device, other, offered, direction=direction, amount=by),)
    return Cannot(device=device, need=_CAN_CHANGE[command][0])


def set_color(ask: Ask, device: Device) -> Made:
    """Set a colour by name; a light with white tones only takes the whites."""
    slot = ask.frame.slot("color") or ask.frame.slot("mode")
    if slot is None:
        return ask.question("color", "color")
    name = color_name(slot)
    if not name:
        return ask.refuse("unknown_color", "unknown_color", said=slot.text)
    if name in WHITES and device.has("color_temp") and (name != "white" or not device.has("color")):
        number = kelvin(ask.frame, device)
        return (ask.effect(device, "set_color_temp", "color_temp", kelvin=number or WHITES[name]),)
    if not device.has("color"):
        return Cannot(device=device, need="color")
    return (ask.effect(device, "set_color", "color", color="white" if name in WHITES else name),)


def set_color_temp(ask: Ask, device: Device) -> Made:
    """Set the white tone by kelvin or by a word for it."""
    number = kelvin(ask.frame, device)
    if number is None:
        return set_color(ask, device) if ask.frame.slot("color") else ask.question("value", "value")
    if not device.has("color_temp"):
        return Cannot(device=device, need="color_temp")
    return (ask.effect(device, "set_color_temp", "color_temp", kelvin=number),)


def change_color_temp(ask: Ask, device: Device) -> Made:
    """Make the light warmer or cooler by a step."""
    if not device.has("color_temp"):
        return Cannot(device=device, need="color_temp")
    direction = ask.intent.partition(".")[2]
    return (ask.effect(device, "change_color_temp", "color_temp", direction=direction, amount=500),)


def set_temperature(ask: Ask, device: Device) -> Made:
    """Set the target temperature, together with a mode that was said ("heat to 22")."""
    capability = next((name for name in ("thermostat", "water_heater", "oven") if device.has(name)), None)
    if capability is None:
        return Cannot(device=device, need="thermostat")
    number = temperature_c(ask.frame.slot("value"), device, ask.context.temperature_unit)
    if number is None:
        return ask.question("value", "value")
    target = ask.effect(device, "set_temperature", capability, temperature=number)
    mode = ask.frame.slot("mode")
    if mode is not None and mode.canonical in HVAC_MODES and capability == "thermostat":
        return (ask.effect(device, "set_mode", capability, mode=mode.canonical), target)
    return (target,)


def set_mode(ask: Ask, device: Device) -> Made:
    """Set a mode, preset, fan level or effect, whichever of them the device has under that name."""
    slot = ask.frame.slot("mode") or ask.frame.slot("state") or ask.frame.slot("value")
    if slot is None:
        return ask.question("mode", "mode")
    mode = (slot.canonical or slot.text).casefold()
    if mode == "off":
        return turn_off(ask, device)
    offered = [(name, command, param) for name, command, param in _MODES if device.has(name)]
    for name, command, param in offered:
        found = device.find(name)
        known = found[1].options if found is not None and found[1].options else _USUAL.get(name, frozenset())
        match = next((option for option in known if option.casefold() in (mode, slot.text.casefold())), None)
        if match is not None:
            return (ask.effect(device, command, name, **{param: match}),)
    if device.has("fan_speed") and mode in SPEEDS:
        return (ask.effect(device, "set_speed", "fan_speed", speed_pct=SPEEDS[mode]),)
    if not offered:
        return Cannot(device=device, need="mode")
    return _unknown_mode(ask, device, [name for name, _, _ in offered], slot.text)


def _unknown_mode(ask: Ask, device: Device, names: list[str], said: str) -> Made:
    options = [option for name in names for option in device.find(name)[1].options]  # type: ignore[index]  # each is offered
    if not options:
        return ask.refuse("no_options", "unknown_mode", name=ask.words.name(device), said=said)
    return ask.refuse(
        "unknown_mode", "unknown_mode", name=ask.words.name(device), said=said, options=ask.words.join(options)
    )


_LIKE: Mapping[str, tuple[str, ...]] = {
    "max": ("high", "turbo", "strong"), "high": ("max", "strong", "turbo"), "turbo": ("max", "high", "strong"),
    "min": ("low", "quiet", "silent"), "low": ("min", "quiet"), "quiet": ("silent", "low"), "silent": ("quiet", "low"),
    "medium": ("mid", "middle"), "natural": ("nature",),
}  # fmt: skip
"""What a device may call a fan mode that was said in other words, likest first."""


def set_fan_mode(ask: Ask, device: Device) -> Made:
    """Set the fan of a climate device by name, or of a fan by level."""
    slot = ask.frame.slot("mode") or ask.frame.slot("value") or ask.frame.slot("state")
    if device.has("thermostat_fan_mode"):
        if slot is None:
            return ask.question("mode", "mode")
        said = (slot.canonical or slot.text).casefold()
        found = device.find("thermostat_fan_mode")
        known = found[1].options if found is not None else ()
        match = next(
            (option for like in (said, *_LIKE.get(said, ())) for option in known if option.casefold() == like), None
        )
        if known and match is None:
            return _unknown_mode(ask, device, ["thermostat_fan_mode"], slot.text)
        return (ask.effect(device, "set_fan_mode", "thermostat_fan_mode", mode=match or said),)
    if slot is not None and slot.canonical == "auto" and device.has("fan_preset"):
        return (ask.effect(device, "set_fan_preset", "fan_preset", preset="auto"),)
    number = speed_pct(ask.frame, device, ask.words)
    if not device.has("fan_speed"):
        return Cannot(device=device, need="fan_speed")
    if number is None:
        return ask.question("value", "value")
    return (ask.effect(device, "set_speed", "fan_speed", speed_pct=number),)


def set_oscillating(ask: Ask, device: Device) -> Made:
    """Let the fan swing, or hold it still."""
    if not device.has("fan_oscillation"):
        return Cannot(device=device, need="fan_oscillation")
    state = ask.frame.slot("state")
    known = state.canonical if state is not None and state.canonical in ("on", "off") else ""
    is_off = known == "off" if known else ask.words.has_cue("off", ask.frame.text)
    return (ask.effect(device, "set_oscillating", "fan_oscillation", on=not is_off),)


def play_media(ask: Ask, device: Device) -> Made:
    """Play what was named; without a name, play on."""
    if not device.has("media_player"):
        return Cannot(device=device, need="media_player")
    slot = ask.frame.slot("media") or ask.frame.slot("item")
    if slot is None:
        return ask.each(device, "play", "media_player")
    return (ask.effect(device, "play_media", "media_player", query=slot.text),)


_DIGITS = str.maketrans("一二三四五", "12345")


def set_source(ask: Ask, device: Device) -> Made:
    """Switch the source; a device that lists its sources takes those only."""
    found = device.find("media_player")
    if found is None:
        return Cannot(device=device, need="source")
    slot = ask.frame.slot("mode") or ask.frame.slot("media") or ask.frame.slot("value") or ask.frame.slot("item")
    if slot is None:
        return ask.question("mode", "mode")
    options = found[1].options
    squeezed = slot.text.casefold().replace(" ", "").translate(_DIGITS)
    match = next((option for option in options if option.casefold().replace(" ", "") == squeezed), None)
    if options and match is None:
        return ask.refuse(
            "unknown_source", "unknown_source", name=device.name, said=slot.text, options=ask.words.join(options)
        )
    return (ask.effect(device, "set_source", "media_player", source=match or slot.text),)


def refine(ask: Ask, device: Device, made: Made) -> Made:
    """Add what else the request names beside its command ("turn it on at 30 percent in red", "open it half-way")."""
    if not isinstance(made, tuple) or ask.intent not in _REFINED:
        return made
    commands = {effect.command for effect in made}
    more: tuple[Effect, ...] = ()
    color = ask.frame.slot("color")
    if color is not None and device.has("color") and commands & {"turn_on", "set_brightness"} and color_name(color):
        more = (ask.effect(device, "set_color", "color", color=color_name(color)),)
    slot = ask.frame.slot("value")
    if slot is not None and slot.unit in ("", "%") and not commands & {"set_brightness", "set_temperature"}:
        number = percent(ask.frame, ask.words)
        for capability, command, param in _PERCENT[:4]:
            if number is not None and device.has(capability) and commands & _REPLACED[capability]:
                more = (*more, ask.effect(device, command, capability, **{param: number}))
    if slot is not None and slot.unit in ("°C", "°F") and device.has("thermostat") and "turn_on" in commands:
        number = temperature_c(slot, device, ask.context.temperature_unit)
        more = (*more, ask.effect(device, "set_temperature", "thermostat", temperature=number or 0))
    replaced = bool(more) and commands <= {"turn_on", "open"} and ask.intent != "set_color"
    return more if replaced and not device.has("thermostat") else (*made, *more)


_REFINED = frozenset({"turn_on", "open", "start", "set_color", "set_brightness"})
_REPLACED: Mapping[str, frozenset[str]] = {
    "brightness": frozenset({"turn_on", "set_color"}),
    "fan_speed": frozenset({"turn_on"}),
    "cover_position": frozenset({"open"}),
    "valve_position": frozenset({"open"}),
}
_MODES: tuple[tuple[str, str, str], ...] = (
    ("thermostat", "set_mode", "mode"),
    ("thermostat_preset", "set_preset", "preset"),
    ("water_heater", "set_mode", "mode"),
    ("humidifier", "set_mode", "mode"),
    ("fan_preset", "set_fan_preset", "preset"),
    ("effect", "set_effect", "effect"),
    ("noise_control", "set_noise_control", "mode"),
    ("select", "select_option", "option"),
)
_USUAL: Mapping[str, frozenset[str]] = {
    "thermostat": HVAC_MODES,
    "thermostat_preset": PRESETS,
    "water_heater": frozenset({"eco", "electric", "gas", "heat_pump", "high_demand", "performance"}),
    "humidifier": frozenset({"auto", "normal", "eco", "boost", "sleep", "baby"}),
}
"""Modes that devices usually have, for those that do not list theirs."""

SETTING: Mapping[str, Callable[[Ask, Device], Made]] = {
    **dict.fromkeys(_FIRST, set_percent),
    **{f"{command}.{direction}": change for command in _CAN_CHANGE for direction in ("up", "down")},
    "set_color": set_color,
    "set_color_temp": set_color_temp,
    "change_color_temp.warmer": change_color_temp,
    "change_color_temp.cooler": change_color_temp,
    "set_temperature": set_temperature,
    "set_mode": set_mode,
    "set_fan_mode": set_fan_mode,
    "set_oscillating": set_oscillating,
    "play_media": play_media,
    "set_source": set_source,
}
"""Handlers of the intents that carry a value, by intent."""

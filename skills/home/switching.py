"""Commands without a value: on, off, open, close, lock, start, pause, scenes, media keys."""

from collections.abc import Callable, Mapping

from hub.sdk import Device, DeviceKind

from .asking import Ask, Cannot, Made
from .reading import conditions, is_active

Rule = tuple[str, str]
"""A capability that a device may have, and the command that does it there; the first that fits is taken."""

_TURN_ON: tuple[Rule, ...] = (
    ("scene", "activate"),
    ("lock", "lock"),
    ("cover", "open"),
    ("valve", "open"),
    ("vacuum", "start"),
    ("lawn_mower", "start"),
    ("on_off", "turn_on"),
    ("siren", "siren_on"),
    ("appliance", "start"),
    ("media_player", "play"),
    ("button", "press"),
)
_TURN_OFF: tuple[Rule, ...] = (  # a lock has no off: nothing is unlocked on that word
    ("cover", "close"),
    ("valve", "close"),
    ("vacuum", "stop"),
    ("lawn_mower", "stop"),
    ("on_off", "turn_off"),
    ("siren", "siren_off"),
    ("appliance", "stop"),
    ("media_player", "stop"),
)
_OPEN: tuple[Rule, ...] = (
    ("cover", "open"),
    ("valve", "open"),
    ("lock", "unlock"),
    ("on_off", "turn_on"),
    ("vacuum", "start"),
    ("scene", "activate"),
)
_CLOSE: tuple[Rule, ...] = (
    ("cover", "close"),
    ("valve", "close"),
    ("lock", "lock"),
    ("on_off", "turn_off"),
    ("vacuum", "stop"),
)
_STOP: tuple[Rule, ...] = (
    ("cover", "stop"),
    ("valve", "stop"),
    ("vacuum", "stop"),
    ("lawn_mower", "stop"),
    ("appliance", "stop"),
    ("media_player", "stop"),
    ("on_off", "turn_off"),
)
_START: tuple[Rule, ...] = (
    ("vacuum", "start"),
    ("lawn_mower", "start"),
    ("appliance", "start"),
    ("media_player", "play"),
    ("scene", "activate"),
    ("on_off", "turn_on"),
    ("voice_satellite", "start"),
)
_PAUSE: tuple[Rule, ...] = (
    ("media_player", "pause"),
    ("vacuum", "pause"),
    ("lawn_mower", "pause"),
    ("appliance", "pause"),
    ("voice_satellite", "pause"),
)
_SOUND: tuple[Rule, ...] = (("volume", ""), ("media_player", ""))


def _by(rules: tuple[Rule, ...], need: str) -> Callable[[Ask, Device], Made]:
    def make(ask: Ask, device: Device) -> Made:
        for capability, command in rules:
            if device.has(capability):
                return ask.each(device, command or ask.intent, capability)
        return Cannot(device=device, need=need)

    return make


def turn_on(ask: Ask, device: Device) -> Made:
    """Switch on; heating without a switch goes to a heating mode, a dimmer without one to full."""
    made = _by(_TURN_ON, "on_off")(ask, device)
    if not isinstance(made, Cannot):
        return made
    if device.has("thermostat"):
        if ask.frame.target.kind == "ac" and not _can_cool(device):
            return Cannot(device=device, need="cool")  # who asks for the air conditioner does not want heat
        return (ask.effect(device, "set_mode", "thermostat", mode=_on_mode(device)),)
    if device.has("brightness"):
        return (ask.effect(device, "set_brightness", "brightness", brightness_pct=100),)
    return made


def turn_off(ask: Ask, device: Device) -> Made:
    """Switch off; heating without a switch goes to the mode "off", a dimmer without one to 0."""
    made = _by(_TURN_OFF, "on_off")(ask, device)
    if not isinstance(made, Cannot):
        return made
    for capability in ("thermostat", "water_heater"):
        if device.has(capability) and ask.frame.target.kind == "ac" and not _can_cool(device):
            return Cannot(device=device, need="cool")
        if device.has(capability):
            return (ask.effect(device, "set_mode", capability, mode="off"),)
    if device.has("brightness"):
        return (ask.effect(device, "set_brightness", "brightness", brightness_pct=0),)
    return made


def _can_cool(device: Device) -> bool:
    found = device.find("thermostat")
    options = found[1].options if found is not None else ()
    return not options or "cool" in options or "heat_cool" in options


def _on_mode(device: Device) -> str:
    found = device.find("thermostat")
    options = found[1].options if found is not None else ()
    is_heating = device.kind is DeviceKind.THERMOSTAT
    wanted = ("heat", "auto", "heat_cool", "cool") if is_heating else ("heat_cool", "auto", "cool", "heat")
    return next((mode for mode in wanted if mode in options), "heat")


def toggle(ask: Ask, device: Device) -> Made:
    """Do the opposite of what the device reports; where it has not said, leave it to the device."""
    words = [condition.word for condition in conditions(ask.context.home, device)]
    if device.has("lock"):
        return ask.each(device, "unlock" if "locked" in words else "lock", "lock")
    for capability in ("cover", "valve"):
        if device.has(capability):
            is_open = any(word in ("open", "opening", "stopped") for word in words)
            return ask.each(device, "close" if is_open else "open", capability)
    if device.has("media_player") and device.has("on_off"):
        return ask.each(device, "turn_off" if "playing" in words else "turn_on", "on_off")
    active = is_active(ask.context.home, device)
    if active is None and device.has("on_off"):
        return ask.each(device, "toggle", "on_off")
    return turn_off(ask, device) if active else turn_on(ask, device)


def activate(ask: Ask, device: Device) -> Made:
    """Activate a scene or press a button, whichever it is."""
    for capability, command in (("scene", "activate"), ("button", "press")):
        if device.has(capability):
            return ask.each(device, command, capability)
    if device.kind in (DeviceKind.VACUUM, DeviceKind.SWITCH, DeviceKind.PLUG, DeviceKind.LIGHT):
        return turn_on(ask, device)
    return Cannot(device=device, need="scene")


def resume(ask: Ask, device: Device) -> Made:
    """Play on: media, or a cleaner that was paused."""
    if device.has("media_player"):
        return ask.each(device, "play", "media_player")
    for capability in ("vacuum", "lawn_mower", "appliance"):
        if device.has(capability):
            return ask.each(device, "start", capability)
    return Cannot(device=device, need="media_player")


def locate(ask: Ask, device: Device) -> Made:
    """Let the device make itself heard or seen."""
    for capability in ("vacuum", "lawn_mower"):
        if device.has(capability):
            return ask.each(device, "locate", capability)
    if device.has("identify"):
        return ask.each(device, "identify", "identify")
    return Cannot(device=device, need="locate")


SWITCHING: Mapping[str, Callable[[Ask, Device], Made]] = {
    "turn_on": turn_on,
    "turn_off": turn_off,
    "toggle": toggle,
    "open": _by(_OPEN, "cover"),
    "close": _by(_CLOSE, "cover"),
    "stop": _by(_STOP, "stop"),
    "lock": _by((("lock", "lock"),), "lock"),
    "unlock": _by((("lock", "unlock"),), "lock"),
    "start": _by(_START, "start"),
    "pause": _by(_PAUSE, "pause"),
    "return_to_base": _by((("vacuum", "return_to_base"), ("lawn_mower", "return_to_base")), "base"),
    "locate": locate,
    "play": resume,
    "next": _by((("media_player", "next"),), "media_player"),
    "previous": _by((("media_player", "previous"),), "media_player"),
    "mute": _by(_SOUND, "volume"),
    "unmute": _by(_SOUND, "volume"),
    "activate": activate,
    "press": activate,
}
"""Handlers of the intents that carry no value, by intent."""

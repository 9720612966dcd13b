"""Values of devices and rooms: which field an asked attribute is, which device is believed, and how it is said."""

from collections.abc import Mapping, Sequence

from hub.sdk import Answer, Device, DeviceKind, Effect, Scope, SkillResult, StateScalar, StateValue

from .asking import Ask
from .formats import field_text, hue_name, kelvin_name, number_text, rgb_name
from .reading import find_field
from .telling import STALE_S, age_s, aged, reads, tell_state
from .values import shown_unit

_FIELDS: Mapping[str, tuple[str, ...]] = {
    "temperature": ("temperature", "current_temperature"),
    "target_temperature": ("target_temperature",),
    "humidity": ("humidity", "current_humidity"),
    "target_humidity": ("target_humidity",),
    "speed": ("fan_speed", "speed", "wind_speed"),
    "position": ("position",),
    "mode": ("hvac_mode", "mode", "preset", "fan_mode"),
    "illuminance": ("illuminance",),
    "color": ("color", "color_hs", "color_rgb", "color_temp"),
    "battery": ("battery", "battery.left", "battery.right"),
    "media": ("title",),
}
_KINDS = frozenset("brightness color volume media".split())
_MOST = 4


def answer_value(ask: Ask, devices: Sequence[Device], asked: str) -> SkillResult:
    """Answer "how warm is it in the bedroom", "the battery of the lock"."""
    slot = ask.frame.slot("attribute")
    attribute = (slot.canonical or slot.text.casefold()) if slot is not None else ""
    is_named = ask.frame.target.scope is Scope.NAMED
    if not attribute or attribute == "state":
        if not devices:
            return ask.refuse("no_target", "no_target")
        return Answer(text=_sentences(ask, [tell_state(ask, one, asked) for one in devices]), reads=reads(devices))
    reporting = [device for device in devices if reports(ask, device, attribute)]
    if not reporting and is_named and devices:
        return Answer(text=_sentences(ask, [_lacks(ask, one, attribute) for one in devices]), reads=reads(devices))
    if not reporting:
        reporting = _around(ask, attribute)
    if not reporting:
        return ask.refuse("no_target", "no_target")
    chosen = reporting if is_named else _believed(ask, reporting, attribute)
    texts = [tell_value(ask, device, attribute) for device in chosen]
    return Answer(text=_sentences(ask, texts), reads=_value_reads(chosen, attribute, is_named))


def reports(ask: Ask, device: Device, attribute: str) -> bool:
    """Tell whether a device has such a value, or says that it can."""
    fields = _FIELDS.get(attribute, (attribute,))
    return find_field(ask.context.home, device, *fields) is not None or any(
        device.has(name) for field in fields for name in (field, f"measure.{field}")
    )


def tell_value(ask: Ask, device: Device, attribute: str) -> str:
    """Return a value of a device as a sentence, or why it is not known."""
    words = ask.words
    name = words.word("attribute", attribute) or attribute
    found = find_field(ask.context.home, device, *_FIELDS.get(attribute, (attribute,)))
    if found is None:
        key = "unknown" if reports(ask, device, attribute) else "lacks"
        key = "unavailable_plain" if not device.availability.is_online else key
        return words.say("answer", key, name=words.name(device), attribute=_inside(words.language, name))
    field, value = found
    said = _parts(ask, device, attribute) or format_value(ask, device, field, value)
    age = words.age(age_s(ask, value))
    if age_s(ask, value) > STALE_S and _is_measured(value.value):
        return words.say("answer", "stale_value", name=words.name(device), age=age, value=said)
    if not device.availability.is_online:
        return words.say("answer", "unavailable", name=words.name(device), age=age, state=said)
    return aged(ask, _said(ask, device, name, said), value)


def _parts(ask: Ask, device: Device, attribute: str) -> str:
    """Return the values of the parts of a device that has no value of its own ("left 80%, right 78%")."""
    states = ask.context.home.states(device.id)
    parts = [name for name in sorted(states) if name.startswith(f"{attribute}.") and states[name].value is not None]
    if attribute in states or not parts:
        return ""
    return ask.words.say("list", "comma").join(
        f"{ask.words.word('part', name.partition('.')[2], name.partition('.')[2])} "
        f"{format_value(ask, device, name, states[name])}"
        for name in parts
    )


def _said(ask: Ask, device: Device, attribute: str, value: str) -> str:
    area = next((one.name for one in ask.context.home.areas() if one.id == device.area), "")
    is_room = ask.frame.target.scope is not Scope.NAMED and device.kind in _ROOM_KINDS and area != ""
    if is_room:
        return ask.words.say("answer", "value_area", area=area, name=ask.words.name(device), value=value)
    return ask.words.say("answer", "value", name=ask.words.name(device), attribute=attribute, value=value)


def format_value(ask: Ask, device: Device, field: str, value: StateValue) -> str:
    """Return a field's value as it is read out."""
    base = field.rpartition(".")[2]
    if base == "color_hs" and isinstance(value.value, tuple):
        return _color(ask, hue_name(value.value[0], value.value[1]))
    if base == "color_rgb" and isinstance(value.value, tuple):
        return _color(ask, rgb_name(value.value))
    if base == "color":
        return _color(ask, str(value.value))
    if not isinstance(value.value, int | float):
        return ask.words.word("state", str(value.value)) or str(value.value)
    return field_text(field, value, shown_unit(device, ask.context.temperature_unit))


def tell_color(ask: Ask, device: Device) -> str:
    """Return the colour of a light; in white mode, its white."""
    view = ask.context.home
    mode = find_field(view, device, "color_mode")
    temperature = find_field(view, device, "color_temp")
    if (
        temperature is not None
        and isinstance(temperature[1].value, int | float)
        and (mode is None or mode[1].value == "color_temp")
    ):
        name = ask.words.word("attribute", "color")
        said = f"{_color(ask, kelvin_name(temperature[1].value))} ({number_text(temperature[1].value, 'K', '')})"
        text = ask.words.say("answer", "value", name=ask.words.name(device), attribute=name, value=said)
        return aged(ask, text, temperature[1])
    return tell_value(ask, device, "color")


def _color(ask: Ask, name: str) -> str:
    return ask.words.word("color", name, name)


def _around(ask: Ask, attribute: str) -> list[Device]:
    """Return who reports such a value in the rooms that were named, in the asker's, or anywhere."""
    everywhere = [device for device in ask.context.home.devices() if reports(ask, device, attribute)]
    areas = ask.frame.target.areas
    if areas:
        return [device for device in everywhere if device.area in areas]
    here = [device for device in everywhere if ask.context.area is not None and device.area == ask.context.area]
    return here or everywhere


def _believed(ask: Ask, devices: Sequence[Device], attribute: str) -> list[Device]:
    """Return one device per room, a sensor before a thermostat; for the asker's room where nothing was named."""
    if attribute not in ("temperature", "humidity", "target_temperature"):
        return list(devices)[:_MOST]
    ranked = sorted(devices, key=lambda device: device.kind is not DeviceKind.SENSOR)
    rooms: dict[str | None, Device] = {}
    for device in ranked:
        if device.kind in _ROOM_KINDS:
            rooms.setdefault(device.area, device)
    chosen = list(rooms.values()) or list(devices)
    here = [device for device in chosen if device.area == ask.context.area]
    if here and not ask.frame.target.areas:
        return here[:1]
    return chosen[:_MOST]


def _value_reads(devices: Sequence[Device], attribute: str, is_named: bool) -> tuple[Effect, ...]:
    if attribute in ("temperature", "target_temperature"):
        sensors = [device for device in devices if is_named and not device.has("thermostat")]
        others = [device for device in devices if device not in sensors]
        return (*reads(others, "temperature"), *reads(sensors))
    return reads(devices, attribute if attribute in _KINDS else "state")


def _lacks(ask: Ask, device: Device, attribute: str) -> str:
    name = ask.words.word("attribute", attribute) or attribute
    return ask.words.say("answer", "lacks", name=ask.words.name(device), attribute=_inside(ask.words.language, name))


def _inside(language: str, name: str) -> str:
    """Return an attribute's name as it stands inside a sentence."""
    return name.lower() if language == "en" and not name.isupper() and "." not in name else name


def _is_measured(value: StateScalar) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _sentences(ask: Ask, texts: Sequence[str]) -> str:
    return ask.words.sentence(*texts[:8])


_ROOM_KINDS = frozenset({DeviceKind.SENSOR, DeviceKind.THERMOSTAT, DeviceKind.CLIMATE})
"""Kinds whose temperature and humidity are the room's."""

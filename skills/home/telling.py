"""One device's state as a sentence: with its age, and never more than was reported."""

from collections.abc import Sequence

from hub.sdk import Device, Effect, StateValue

from .asking import Ask
from .formats import field_text
from .reading import Condition, conditions, find_field, holds
from .values import shown_unit

OLD_S = 600.0  # an answer from older state says how old it is
STALE_S = 86_400.0  # a measurement older than a day is not an answer any more


def reads(devices: Sequence[Device], kind: str = "state") -> tuple[Effect, ...]:
    """Return the readings that an answer was made from."""
    return tuple(Effect(command="query", device=device.id, params={"kind": kind}) for device in devices)


def age_s(ask: Ask, value: StateValue) -> float:
    """Return how long ago the value was reported, in seconds."""
    return max(0.0, (ask.context.now - value.ts).total_seconds())


def aged(ask: Ask, text: str, value: StateValue) -> str:
    """Return the sentence, with the age of its value where that matters."""
    age = age_s(ask, value)
    return text if age < OLD_S else ask.words.sentence(text, ask.words.say("answer", "old", age=ask.words.age(age)))


def tell_state(ask: Ask, device: Device, asked: str) -> str:
    """Return what a device is doing; with an asked state, whether it is so."""
    words = ask.words
    found = conditions(ask.context.home, device)
    if not device.availability.is_online:
        return _tell_offline(ask, device, found)
    if not found:
        return _tell_measured(ask, device)
    told = found[0]
    is_so = holds(asked, found) if asked else None
    if is_so is not None:
        told = next(one for one in found if holds(asked, (one,)) is not None)
    state = say_condition(ask, device, told)
    if told.value.is_assumed:
        return words.say("answer", "assumed", name=words.name(device), state=state)
    if asked and is_so is None:
        said = words.say("answer", "cannot_tell", name=words.name(device), state=state, asked=words.say("state", asked))
    else:
        key = {True: "yes", False: "no", None: "is"}[is_so]
        said = words.say("answer", key, name=words.name(device), state=state)
    return aged(ask, said, told.value)


def say_condition(ask: Ask, device: Device, condition: Condition) -> str:
    """Return a condition in words, with the figure that belongs to it ("on at 40 %")."""
    words = ask.words
    state = words.say("state", condition.word)

    def figure(*fields: str) -> str:
        found = find_field(ask.context.home, device, *fields)
        return "" if found is None else field_text(*found, shown_unit(device, unit))

    unit = ask.context.temperature_unit
    if condition.field == "on" and condition.word == "on":
        for key, field in (("on_brightness", "brightness"), ("on_speed", "fan_speed")):
            said = figure(field)
            if said:
                return words.say("state", key, **{key.removeprefix("on_"): said})
    if condition.word in ("open", "stopped"):
        position = find_field(ask.context.home, device, "position")
        if position is not None and position[1].value not in (0, 100):
            return words.say("state", "open_position", position=field_text("position", position[1], ""))
    if condition.field == "hvac_mode" and condition.word != "off" and figure("target_temperature"):
        target, current = figure("target_temperature"), figure("current_temperature")
        key = "hvac_target_current" if current else "hvac_target"
        return words.say("state", key, state=state, target=target, current=current)
    return state


def _tell_offline(ask: Ask, device: Device, found: Sequence[Condition]) -> str:
    if not found:
        return ask.words.say("answer", "unavailable_plain", name=ask.words.name(device))
    age = ask.words.age(age_s(ask, found[0].value))
    state = ask.words.say("state", found[0].word)
    return ask.words.say("answer", "unavailable", name=ask.words.name(device), state=state, age=age)


def _tell_measured(ask: Ask, device: Device) -> str:
    """Return the first value that a device without a condition reports (a sensor)."""
    for field, value in ask.context.home.states(device.id).items():
        if value.value is not None and field not in ("available", "linkquality"):
            said = field_text(field, value, shown_unit(device, ask.context.temperature_unit))
            return aged(ask, ask.words.say("answer", "value_self", name=ask.words.name(device), value=said), value)
    return ask.words.say("answer", "unknown_state", name=ask.words.name(device))

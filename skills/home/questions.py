"""Questions about the home: answered from reported state with its age, or with "I do not know"."""

from collections.abc import Callable, Mapping, Sequence

from hub.sdk import Ambiguous, Answer, Device, Scope, SkillResult

from .asking import Ask
from .measures import answer_value, tell_color, tell_value
from .reading import canonical_state, conditions, find_field, holds
from .telling import aged, reads, say_condition, tell_state

_MOST_NAMES = 8  # a longer list is not read out


def answer(ask: Ask) -> SkillResult:
    """Answer one question."""
    return _QUESTIONS[ask.intent](ask)


def candidates(ask: Ask) -> list[Device]:
    """Return the devices that a question is about; those that share a name are all of them."""
    problem = ask.frame.target.problem
    ids = problem.candidates if isinstance(problem, Ambiguous) else ask.frame.target.devices
    found = (ask.context.home.device(device_id) for device_id in ids)
    return [device for device in found if device is not None]


def asked_state(ask: Ask) -> str:
    """Return the state that was asked for, as a canonical word; "" for none."""
    slots = (slot for name in ("state", "mode") for slot in ask.frame.slots if slot.name == name)
    words = [canonical_state(said) for slot in slots for said in (slot.canonical, slot.text) if said]
    return next((word for word in words if word), "")


def query_state(ask: Ask) -> SkillResult:
    """Answer "is it on", "are all of them closed", "what is it doing"."""
    devices, asked = candidates(ask), asked_state(ask)
    if not devices:
        return _none_found(ask)
    if asked and len(devices) > 1:
        fitting = [d for d in devices if holds(asked, conditions(ask.context.home, d)) is not None]
        devices = fitting or devices
    if len(devices) == 1:
        return Answer(text=tell_state(ask, devices[0], asked), reads=reads(devices))
    return Answer(text=_tell_several(ask, devices, asked), reads=reads(devices))


def _tell_several(ask: Ask, devices: list[Device], asked: str) -> str:
    words = ask.words
    if not asked:
        return words.sentence(*(tell_state(ask, device, "") for device in devices[:_MOST_NAMES]))
    true, false, unknown = _sorted_by(ask, devices, asked)
    state = words.say("state", asked)
    rest = words.say("answer", "not_reporting", names=_names(ask, unknown)) if unknown else ""
    if words.has_cue("all", ask.frame.text):
        if not false:
            return words.sentence(words.say("answer", "all_yes", n=str(len(true)), state=state), rest)
        return words.sentence(
            words.say("answer", "all_no" if len(false) > 1 else "all_no_one", names=_names(ask, false), state=state),
            rest,
        )
    if true:
        return words.sentence(words.say("answer", "any_yes", names=_names(ask, true)), rest)
    things = _things(ask)
    return words.sentence(words.say("answer", "any_none", n=str(len(false)), things=things, state=state), rest)


def query_list(ask: Ask) -> SkillResult:
    """Answer "which windows are open", "what devices are in the kitchen"."""
    devices, asked = _listed(ask)
    words = ask.words
    if not devices:
        return _none_found(ask)
    if not asked:
        return Answer(text=words.say("answer", "devices", names=_names(ask, devices)), reads=reads(devices))
    true, _, unknown = _sorted_by(ask, devices, asked)
    state = words.say("state", asked)
    rest = words.say("answer", "not_reporting", names=_names(ask, unknown)) if unknown else ""
    if not true:
        return Answer(text=words.sentence(words.say("answer", "list_none", state=state), rest), reads=reads(devices))
    said = words.say("answer", "list", State=state[:1].upper() + state[1:], names=_names(ask, true))
    return Answer(text=words.sentence(said, rest), reads=reads(devices))


def query_count(ask: Ask) -> SkillResult:
    """Answer "how many lights are on"."""
    devices, asked = _listed(ask)
    words = ask.words
    if not devices:
        return _none_found(ask)
    if not asked:
        key = "count_all" if len(devices) > 1 else "count_all_one"
        said = words.say("answer", key, n=str(len(devices)), things=_things(ask), names=_names(ask, devices))
        return Answer(text=said, reads=reads(devices))
    true, _, unknown = _sorted_by(ask, devices, asked)
    key = "count_none" if not true else "count_one" if len(true) == 1 else "count"
    said = words.say(
        "answer",
        key,
        n=str(len(true)),
        total=str(len(devices)),
        things=_things(ask),
        state=words.say("state", asked),
        names=_names(ask, true),
    )
    rest = words.say("answer", "not_reporting", names=_names(ask, unknown)) if unknown else ""
    return Answer(text=words.sentence(said, rest), reads=reads(devices))


def query_brightness(ask: Ask) -> SkillResult:
    """Answer how bright lights are; a light that is off is off."""
    return _each(ask, "brightness", _tell_brightness)


def _tell_brightness(ask: Ask, device: Device) -> str:
    found = find_field(ask.context.home, device, "on")
    if found is not None and found[1].value is False:
        return ask.words.say("answer", "off_brightness", name=ask.words.name(device))
    return tell_value(ask, device, "brightness")


def query_volume(ask: Ask) -> SkillResult:
    """Answer how loud players are."""
    return _each(ask, "volume", lambda one, device: tell_value(one, device, "volume"))


def query_media(ask: Ask) -> SkillResult:
    """Answer what is playing; of several players, those that play."""
    devices = candidates(ask)
    view = ask.context.home
    if len(devices) > 1 and ask.frame.target.scope is not Scope.NAMED:
        playing = [device for device in devices if holds("playing", conditions(view, device))]
        devices = playing or devices
    if not devices:
        return _none_found(ask)
    texts = [_tell_media(ask, device) for device in devices[:_MOST_NAMES]]
    return Answer(text=ask.words.sentence(*texts), reads=reads(devices, "media"))


def _tell_media(ask: Ask, device: Device) -> str:
    title = find_field(ask.context.home, device, "title")
    found = conditions(ask.context.home, device)
    if not device.availability.is_online or not found:
        return tell_state(ask, device, "")
    state = say_condition(ask, device, found[0])
    if title is None or not title[1].value:
        return ask.words.say("answer", "nothing_playing", name=ask.words.name(device), state=state)
    key = {"playing": "playing", "paused": "paused_on"}.get(found[0].word, "last_played")
    state = ask.words.say("state", found[0].word)
    said = ask.words.say("answer", key, name=ask.words.name(device), title=str(title[1].value), state=state)
    return aged(ask, said, title[1])


def _each(ask: Ask, kind: str, tell: Callable[[Ask, Device], str]) -> SkillResult:
    devices = candidates(ask)
    if not devices:
        return _none_found(ask)
    texts = [tell(ask, device) for device in devices[:_MOST_NAMES]]
    return Answer(text=ask.words.sentence(*texts), reads=reads(devices, kind))


def _listed(ask: Ask) -> tuple[list[Device], str]:
    """Return the devices that a list is about, and the asked state; without any kind, all that report on it."""
    devices, asked = candidates(ask), asked_state(ask)
    target = ask.frame.target
    if not devices and target.problem is None and target.scope is Scope.NONE:
        devices = [d for d in ask.context.home.devices() if not target.areas or d.area in target.areas]
    if asked:
        devices = [d for d in devices if holds(asked, conditions(ask.context.home, d)) is not None] or devices
    return devices, asked


def _sorted_by(ask: Ask, devices: Sequence[Device], asked: str) -> tuple[list[Device], list[Device], list[Device]]:
    sorted_by: Mapping[bool | None, list[Device]] = {True: [], False: [], None: []}
    for device in devices:
        is_so = holds(asked, conditions(ask.context.home, device)) if device.availability.is_online else None
        sorted_by[is_so].append(device)
    return sorted_by[True], sorted_by[False], sorted_by[None]


def _names(ask: Ask, devices: Sequence[Device]) -> str:
    names = [ask.words.name(device) for device in devices[:_MOST_NAMES]]
    return ask.words.join([*names, "…"] if len(devices) > _MOST_NAMES else names)


def _things(ask: Ask) -> str:
    return ask.words.word("things", ask.frame.target.kind) or ask.words.say("things", "device")


def _none_found(ask: Ask) -> SkillResult:
    key = "no_devices" if ask.frame.target.problem is None else "no_target"
    return ask.refuse("no_target", "no_target") if key == "no_target" else Answer(text=ask.words.say("answer", key))


def query_value(ask: Ask) -> SkillResult:
    """Answer a measured value: of a device, of a room, or of the home."""
    return answer_value(ask, candidates(ask), asked_state(ask))


_QUESTIONS: Mapping[str, Callable[[Ask], SkillResult]] = {
    "query_state": query_state,
    "query_value": query_value,
    "query_brightness": query_brightness,
    "query_color": lambda ask: _each(ask, "color", tell_color),
    "query_volume": query_volume,
    "query_media": query_media,
    "query_count": query_count,
    "query_list": query_list,
}
"""Every question intent, by intent without the skill's name."""

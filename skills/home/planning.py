"""From a command's frame to one plan: which of the devices are meant, what each does, and what cannot be done."""

from collections.abc import Callable, Mapping, Sequence

from hub.sdk import Ambiguous, Device, DeviceKind, Effect, Plan, Question, Refusal, Scope, SkillResult

from .asking import Ask, Cannot, Made
from .reading import conditions
from .setting import SETTING, refine
from .switching import SWITCHING

HANDLERS: Mapping[str, Callable[[Ask, Device], Made]] = {**SWITCHING, **SETTING}
"""Every command intent but clean_area, by intent without the skill's name."""

_EVERYDAY = frozenset(
    """light switch plug wall_switch multi fan tv media_player speaker display climate thermostat air_purifier
    humidifier coffee_machine kettle appliance washing_machine dishwasher dryer""".split()
)
_MOVING = frozenset({"cover"})
_WIDE: Mapping[str, frozenset[str]] = {
    "turn_on": _EVERYDAY,
    "turn_off": _EVERYDAY,
    "toggle": _EVERYDAY,
    "open": _MOVING,
    "close": _MOVING,
    "start": frozenset({"vacuum", "lawn_mower"}),
}
"""Which kinds "everything in the kitchen" means; locks, gates and heaters of water are never swept along."""

_MEDIA = frozenset(
    "pause play next previous play_media set_source mute unmute set_volume change_volume.up change_volume.down".split()
)
_ONE_PLAYER = frozenset("play next previous play_media set_source".split())
_ONE = _ONE_PLAYER | frozenset(
    "unlock set_temperature change_temperature.up change_temperature.down set_mode set_humidity".split()
)


def plan(ask: Ask) -> SkillResult:
    """Return the plan of a command, or why there is none."""
    problem = ask.frame.target.problem
    if ask.intent == "clean_area":
        return clean_area(ask)
    if isinstance(problem, Ambiguous):
        candidates = _known(ask, problem.candidates)
        return ask.which(candidates) if candidates else ask.refuse("no_target", "no_target")
    handler = HANDLERS.get(ask.intent)
    if handler is None:
        return ask.refuse("unknown_intent", "unknown_intent")
    devices = _narrow(ask, _known(ask, ask.frame.target.devices))
    if not devices:
        return ask.refuse("no_target", "no_target")
    if _is_one(ask) and len(devices) > 1:
        return ask.which(devices)
    return _assemble(ask, [refine(ask, device, handler(ask, device)) for device in devices])


def clean_area(ask: Ask) -> SkillResult:
    """Send a vacuum to the rooms that were named, or to the asker's own."""
    areas = ask.frame.target.areas or ((ask.context.area,) if ask.context.area else ())
    named = [device for device in _known(ask, ask.frame.target.devices) if device.has("vacuum")]
    vacuums = named or [device for device in ask.context.home.devices() if device.has("vacuum")]
    if not vacuums:
        return ask.refuse("no_vacuum", "none_of_kind")
    if named and not ask.frame.target.areas:
        return Plan(effects=tuple(ask.effect(device, "start", "vacuum") for device in named))
    if not areas:
        return ask.question("area", "area")
    chosen = _nearest(ask, vacuums, areas[0])
    if len(chosen) > 1:
        return ask.which(chosen)
    return Plan(effects=tuple(ask.effect(chosen[0], "clean_area", "vacuum", area=area) for area in areas))


def _nearest(ask: Ask, vacuums: list[Device], area: str) -> list[Device]:
    """Return the vacuums of that room, else of that floor, else all of them."""
    floors = {one.id: one.floor for one in ask.context.home.areas()}
    there = [device for device in vacuums if device.area == area]
    floor = floors.get(area)
    near = [device for device in vacuums if floor is not None and floors.get(device.area or "") == floor]
    return there or near or vacuums


def _known(ask: Ask, ids: Sequence[str]) -> list[Device]:
    found = (ask.context.home.device(device_id) for device_id in ids)
    return [device for device in found if device is not None]


_DOORS = frozenset({DeviceKind.LOCK, DeviceKind.GARAGE_DOOR, DeviceKind.GATE, DeviceKind.ALARM_PANEL})


def _narrow(ask: Ask, devices: list[Device]) -> list[Device]:
    target = ask.frame.target
    if len(devices) > 1 and ask.intent in ("turn_on", "turn_off"):  # "off" never opens a door on the way
        devices = [device for device in devices if device.kind not in _DOORS] or devices
    if len(devices) < 2 or target.scope is Scope.NAMED:
        return devices
    if target.kind == "":
        kinds = _WIDE.get(ask.intent)
        devices = [device for device in devices if device.kind in kinds] if kinds is not None else devices
    elif target.kind not in ("scene", "script"):
        devices = [d for d in devices if d.kind not in (DeviceKind.SCENE, DeviceKind.SCRIPT)] or devices
    if ask.intent in _MEDIA and not _is_wide(ask):
        return _playing(ask, devices)
    return devices


def _playing(ask: Ask, devices: list[Device]) -> list[Device]:
    """Return the players that the request can be about: those that play, or to go on those that were paused."""
    wanted = ("paused",) if ask.intent == "play" else ("playing",)
    if ask.intent in ("play_media", "set_source"):
        return devices
    fitting = [
        device
        for device in devices
        if any(condition.word in wanted for condition in conditions(ask.context.home, device)[:2])
    ]
    return fitting or devices


def _is_wide(ask: Ask) -> bool:
    return ask.frame.target.scope is Scope.ALL or ask.frame.target.is_plural


def _is_one(ask: Ask) -> bool:
    scope = ask.frame.target.scope
    if scope is Scope.NAMED or _is_wide(ask):
        return False
    return ask.intent in (_ONE_PLAYER if scope is Scope.AREA else _ONE)


def _assemble(ask: Ask, made: list[Made]) -> SkillResult:
    effects: list[Effect] = []
    cannot: list[Cannot] = []
    for one in made:
        if isinstance(one, Question | Refusal):
            if not effects:
                return one
        elif isinstance(one, Cannot):
            cannot.append(one)
        else:
            effects.extend(one)
    if not effects:
        return Refusal(text=_say_cannot(ask, cannot), reason="not_capable")
    is_sweep = ask.frame.target.kind == "" and ask.frame.target.scope is not Scope.NAMED
    return Plan(effects=tuple(effects), note="" if is_sweep or not cannot else _say_cannot(ask, cannot))


def _say_cannot(ask: Ask, cannot: list[Cannot]) -> str:
    need = ask.words.word("need", cannot[0].need) or ask.words.say("need", "on_off")
    if len(cannot) > 1:
        names = ask.words.join([ask.words.name(one.device) for one in cannot])
        return ask.words.say("refusal", "several", names=names, need=need)
    device = cannot[0].device
    words = (ask.words.word("ability", name) for names in device.components.values() for name in names)
    abilities = list(dict.fromkeys(word for word in words if word))
    if not abilities:
        return ask.words.say("refusal", "only_reports", name=ask.words.name(device))
    return ask.words.say(
        "refusal", "need_but", name=ask.words.name(device), need=need, abilities=ask.words.join(abilities)
    )

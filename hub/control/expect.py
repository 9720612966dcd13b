"""What a device's own state has to say before a command counts as confirmed: command -> predicate over fresh state."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from hub.contracts.device import StateScalar
from hub.contracts.messages import Params
from hub.contracts.skill import Effect
from hub.control.colors import is_color

States = Mapping[str, StateScalar]
"""State fields of one component, without its name; only values that were reported after the send."""

_PERCENT = 2.0  # devices round: 30 % of 254 levels comes back as 29.9
_DEGREES = 0.3  # °C; a device that works in °F rounds to half of one
_KELVIN = 0.03  # of the value: mireds are coarse
_SLOW = frozenset(
    """open close set_position change_position set_tilt lock unlock unlatch start pause return_to_base clean_area
    arm_home arm_away arm_night arm_vacation disarm install""".split()
)
_GOING: Mapping[str, frozenset[StateScalar]] = {
    "open": frozenset({"opening"}),
    "close": frozenset({"closing"}),
    "set_position": frozenset({"opening", "closing"}),
    "change_position": frozenset({"opening", "closing"}),
    "lock": frozenset({"locking"}),
    "unlock": frozenset({"unlocking"}),
    "unlatch": frozenset({"unlocking", "unlatching"}),
    "arm_home": frozenset({"arming", "pending"}),
    "arm_away": frozenset({"arming", "pending"}),
    "arm_night": frozenset({"arming", "pending"}),
    "arm_vacation": frozenset({"arming", "pending"}),
}
_MOVING_FIELDS = ("cover_state", "valve_state", "lock", "alarm")


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """What confirms one command.

    Attributes:
        aims: the fields with the value that each is to have, as far as that is known before (for undo).
        is_met: whether the fresh states say that it is done.
        is_slow: whether the device may take long, and says so meanwhile.
    """

    is_met: Callable[[States], bool]
    aims: States = field(default_factory=dict)
    is_slow: bool = False
    going: frozenset[StateScalar] = frozenset()

    def is_going(self, fresh: States) -> bool:
        """Tell whether the device says that it is on its way."""
        return any(fresh.get(name) in self.going for name in _MOVING_FIELDS if name in fresh)

    def failure(self, fresh: States) -> str | None:
        """Return why the device says that it will not get there, None where it does not."""
        return "jammed" if fresh.get("lock") == "jammed" else None


def expectation(effect: Effect, before: States) -> Expectation | None:
    """Return what confirms the effect, given the states before it; None where no state can (a scene, a beep)."""
    made = _by_command(effect.command, effect.params, before)
    if made is None:
        return None
    is_met, aims = made
    return Expectation(
        is_met=is_met,
        aims=aims,
        is_slow=effect.command in _SLOW and "playback" not in before,
        going=_GOING.get(effect.command, frozenset()),
    )


_Made = tuple[Callable[[States], bool], States]


def _by_command(command: str, params: Params, before: States) -> _Made | None:
    if command in _FIXED:
        return _one_of(_FIXED[command])
    if command in _TARGETS:
        param, fields, tolerance = _TARGETS[command]
        return _near(fields, _number(params.get(param)), tolerance)
    if command in _CHANGES:
        fields, tolerance, high = _CHANGES[command]
        return _moved(fields, params, before, tolerance, high)
    if command in _WORDS:
        param, fields = _WORDS[command]
        return _equals(fields, params.get(param))
    return _special(command, params, before)


_FIXED: Mapping[str, Mapping[str, tuple[StateScalar, ...]]] = {
    "turn_off": {"on": (False,), "playback": ("off", "standby"), "hvac_mode": ("off",)},
    "lock": {"lock": ("locked",)},
    "unlock": {"lock": ("unlocked", "unlatched")},
    "unlatch": {"lock": ("unlatched", "unlocked")},
    "start": {
        "vacuum_state": ("cleaning",),
        "mower_state": ("mowing",),
        "state": ("running", "started", "heating", "washing"),
        "action": ("running", "washing", "heating", "brewing"),
        "satellite_state": ("listening",),
        "running": (True,),
    },
    "pause": {"vacuum_state": ("paused", "idle"), "playback": ("paused",), "state": ("paused",), "action": ("paused",)},
    "return_to_base": {"vacuum_state": ("returning", "docked", "charging")},
    "clean_area": {"vacuum_state": ("cleaning",)},
    "stop": {
        "cover_state": ("stopped", "open", "closed"),
        "valve_state": ("stopped", "open", "closed"),
        "vacuum_state": ("idle", "stopped", "paused", "docked"),
        "playback": ("stopped", "idle", "paused"),
        "state": ("idle", "stopped", "off", "ready", "finished"),
        "action": ("idle", "stopped", "off", "ready", "finished"),
        "running": (False,),
    },
    "play": {"playback": ("playing", "buffering")},
    "play_media": {"playback": ("playing", "buffering")},
    "mute": {"muted": (True,)},
    "unmute": {"muted": (False,)},
    "siren_on": {"siren": (True, "on"), "on": (True,)},
    "siren_off": {"siren": (False, "off"), "on": (False,)},
    "arm_home": {"alarm": ("armed_home",)},
    "arm_away": {"alarm": ("armed_away",)},
    "arm_night": {"alarm": ("armed_night",)},
    "arm_vacation": {"alarm": ("armed_vacation",)},
    "disarm": {"alarm": ("disarmed",)},
    "trigger": {"alarm": ("triggered",), "satellite_state": ("listening", "processing")},
}
_TARGETS: Mapping[str, tuple[str, tuple[str, ...], float]] = {
    "set_position": ("position", ("position",), _PERCENT),
    "set_tilt": ("tilt", ("tilt",), _PERCENT),
    "set_temperature": ("temperature", ("target_temperature",), _DEGREES),
    "set_humidity": ("humidity", ("target_humidity",), 1.0),
    "set_speed": ("speed_pct", ("fan_speed",), _PERCENT),
    "set_volume": ("volume_pct", ("volume",), _PERCENT),
}
_CHANGES: Mapping[str, tuple[tuple[str, ...], float, float | None]] = {
    "change_brightness": (("brightness",), _PERCENT, 100),
    "change_color_temp": (("color_temp",), 50, None),
    "change_position": (("position",), _PERCENT, 100),
    "change_temperature": (("target_temperature",), _DEGREES, None),
    "change_humidity": (("target_humidity",), 1, 100),
    "change_speed": (("fan_speed",), _PERCENT, 100),
    "change_volume": (("volume",), _PERCENT, 100),
}
_WORDS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "set_effect": ("effect", ("effect",)),
    "set_mode": ("mode", ("hvac_mode", "mode")),
    "set_preset": ("preset", ("preset",)),
    "set_fan_mode": ("mode", ("fan_mode",)),
    "set_fan_preset": ("preset", ("fan_preset", "preset")),
    "set_oscillating": ("on", ("oscillating",)),
    "set_direction": ("direction", ("direction",)),
    "set_source": ("source", ("source",)),
    "set_noise_control": ("mode", ("noise_control", "select.noise_control", "mode")),
    "set_audio_route": ("to", ("connected_to", "audio_route")),
}


def _one_of(wanted: Mapping[str, tuple[StateScalar, ...]]) -> _Made:
    def is_met(fresh: States) -> bool:
        if "on" in wanted and "on" in fresh:
            return fresh["on"] in wanted["on"]
        return any(fresh[name] in values for name, values in wanted.items() if name in fresh)

    return is_met, {name: values[0] for name, values in wanted.items()}


def _near(fields: tuple[str, ...], wanted: float | None, tolerance: float) -> _Made:
    return (
        lambda fresh: any(_is_near(fresh.get(name), wanted, tolerance) for name in fields),
        dict.fromkeys(fields, wanted),
    )


def _equals(fields: tuple[str, ...], wanted: StateScalar) -> _Made:
    folded = wanted.casefold() if isinstance(wanted, str) else wanted

    def is_met(fresh: States) -> bool:
        values = [fresh[name] for name in fields if name in fresh]
        return any((value.casefold() if isinstance(value, str) else value) == folded for value in values)

    return is_met, {fields[0]: wanted}


def _moved(fields: tuple[str, ...], params: Params, before: States, tolerance: float, high: float | None) -> _Made:
    name = fields[0]
    old, amount = _number(before.get(name)), _number(params.get("amount"))
    sign = 1 if params.get("direction") in ("up", "cooler") else -1
    aim = None if old is None or amount is None else old + sign * amount
    if aim is not None and high is not None:
        aim = min(high, max(0.0, aim))

    def is_met(fresh: States) -> bool:
        new = _number(fresh.get(name))
        if new is None:
            return sign < 0 and name == "brightness" and fresh.get("on") is False
        if aim is not None:
            return abs(new - aim) <= tolerance or (sign < 0 and name == "brightness" and fresh.get("on") is False)
        is_at_end = new >= high if sign > 0 and high is not None else new <= 0
        return old is None or sign * (new - old) > 0 or is_at_end

    return is_met, {name: aim} if aim is not None else {}


def _special(command: str, params: Params, before: States) -> _Made | None:
    match command:
        case "turn_on":
            return _turned_on(params)
        case "toggle":
            return _toggled(before)
        case "set_brightness":
            return _brightness(_number(params.get("brightness_pct")))
        case "set_color":
            return (lambda fresh: is_color(fresh, params)), {"color_mode": "color"}
        case "set_color_temp":
            return _kelvin(_number(params.get("kelvin")))
        case "open":
            return _cover(is_open=True)
        case "close":
            return _cover(is_open=False)
        case "set_range":
            return _range(_number(params.get("low")), _number(params.get("high")))
        case "next" | "previous":
            return (lambda fresh: "title" in fresh and fresh["title"] != before.get("title")), {}
        case "set_number" | "select_option" | "set_toggle" | "set_text":
            return _setting(command, params)
    return None


def _turned_on(params: Params) -> _Made:
    extras: list[Callable[[States], bool]] = []
    aims: dict[str, StateScalar] = {"on": True}
    for name, command in (("brightness_pct", "set_brightness"), ("kelvin", "set_color_temp")):
        made = _special(command, params, {}) if name in params else None
        if made is not None:
            extras.append(made[0])
            aims |= made[1]
    if any(name in params for name in ("color", "hs", "rgb", "xy")):
        extras.append(lambda fresh: is_color(fresh, params))

    def is_on(fresh: States) -> bool:
        if "on" in fresh:
            return fresh["on"] is True
        return fresh.get("playback") in ("on", "idle", "playing", "paused") or fresh.get("hvac_mode", "off") != "off"

    return (lambda fresh: is_on(fresh) and all(extra(fresh) for extra in extras)), aims


def _toggled(before: States) -> _Made:
    old = before.get("on")
    if not isinstance(old, bool):
        return (lambda fresh: "on" in fresh), {}
    return (lambda fresh: fresh.get("on") is (not old)), {"on": not old}


def _brightness(wanted: float | None) -> _Made:
    if wanted == 0:
        return (lambda fresh: fresh.get("on") is False or _is_near(fresh.get("brightness"), 0, 0)), {"on": False}
    return (
        lambda fresh: fresh.get("on", True) is True and _is_near(fresh.get("brightness"), wanted, _PERCENT),
        {"on": True, "brightness": wanted},
    )


def _kelvin(wanted: float | None) -> _Made:
    tolerance = (wanted or 0.0) * _KELVIN
    return (lambda fresh: _is_near(fresh.get("color_temp"), wanted, tolerance)), {"color_temp": wanted}


def _cover(*, is_open: bool) -> _Made:
    word, end = ("open", 100.0) if is_open else ("closed", 0.0)

    def is_met(fresh: States) -> bool:
        states = [fresh[name] for name in ("cover_state", "valve_state") if name in fresh]
        if "position" in fresh:  # "open" alone also means half-open
            return _is_near(fresh["position"], end, _PERCENT) and not {"opening", "closing"} & set(states)
        return word in states

    return is_met, {"cover_state": word, "position": end}


def _range(low: float | None, high: float | None) -> _Made:
    wanted = {"target_temperature_low": low, "target_temperature_high": high}
    return (lambda fresh: all(_is_near(fresh.get(name), value, _DEGREES) for name, value in wanted.items())), wanted


def _setting(command: str, params: Params) -> _Made:
    family, param = {
        "set_number": ("number", "value"),
        "select_option": ("select", "option"),
        "set_toggle": ("toggle", "on"),
        "set_text": ("text", "text"),
    }[command]
    name = params.get("name")
    fields = (f"{family}.{name}", str(name), f"{name}.value") if name else ("value", family)
    number = _number(params.get(param))
    return _near(fields, number, abs(number) * 0.01) if number is not None else _equals(fields, params.get(param))


def _is_near(value: StateScalar, wanted: float | None, tolerance: float) -> bool:
    number = _number(value)
    return number is not None and wanted is not None and abs(number - wanted) <= tolerance


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None

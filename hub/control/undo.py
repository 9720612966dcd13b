"""The way back: what restores the states before a transaction, and what is left since somebody changed it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hub.contracts.device import StateScalar
from hub.contracts.messages import ParamValue
from hub.contracts.skill import Effect, HomeView
from hub.control.flight import component_states
from hub.control.risk import opposite
from hub.storage.records import Transaction, TransactionEffect

_TOLERANCE = 3.0  # of numbers: what devices round is no change by somebody else
_LIGHT = frozenset({"turn_on", "turn_off", "toggle", "set_brightness", "change_brightness", "set_color",
                    "set_color_temp", "change_color_temp", "set_effect"})  # fmt: skip
_COVER = frozenset({"open", "close", "set_position", "change_position", "stop"})
_FIELDS: Mapping[str, tuple[str, str, str]] = {  # command -> (state field, command that restores it, its parameter)
    "set_tilt": ("tilt", "set_tilt", "tilt"),
    "set_temperature": ("target_temperature", "set_temperature", "temperature"),
    "change_temperature": ("target_temperature", "set_temperature", "temperature"),
    "set_preset": ("preset", "set_preset", "preset"),
    "set_fan_mode": ("fan_mode", "set_fan_mode", "mode"),
    "set_humidity": ("target_humidity", "set_humidity", "humidity"),
    "change_humidity": ("target_humidity", "set_humidity", "humidity"),
    "set_speed": ("fan_speed", "set_speed", "speed_pct"),
    "change_speed": ("fan_speed", "set_speed", "speed_pct"),
    "set_fan_preset": ("fan_preset", "set_fan_preset", "preset"),
    "set_oscillating": ("oscillating", "set_oscillating", "on"),
    "set_direction": ("direction", "set_direction", "direction"),
    "set_volume": ("volume", "set_volume", "volume_pct"),
    "change_volume": ("volume", "set_volume", "volume_pct"),
    "set_source": ("source", "set_source", "source"),
}
_STATES: Mapping[str, Mapping[StateScalar, str]] = {  # state field -> value before -> command that brings it back
    "lock": {"locked": "lock", "unlocked": "unlock"},
    "alarm": {"armed_home": "arm_home", "armed_away": "arm_away", "armed_night": "arm_night",
              "armed_vacation": "arm_vacation", "disarmed": "disarm"},
    "playback": {"playing": "play", "paused": "pause", "idle": "pause", "stopped": "pause"},
    "muted": {True: "mute", False: "unmute"},
    "siren": {True: "siren_on", False: "siren_off"},
    "vacuum_state": {"docked": "return_to_base", "charging": "return_to_base", "returning": "return_to_base",
                     "cleaning": "start", "paused": "pause"},
}  # fmt: skip
_STATE_OF = {
    "lock": "lock", "unlock": "lock", "unlatch": "lock", "disarm": "alarm", "arm_home": "alarm", "arm_away": "alarm",
    "arm_night": "alarm", "arm_vacation": "alarm", "play": "playback", "pause": "playback", "play_media": "playback",
    "mute": "muted", "unmute": "muted", "siren_on": "siren", "siren_off": "siren", "start": "vacuum_state",
    "return_to_base": "vacuum_state", "clean_area": "vacuum_state",
}  # fmt: skip
_MOVING = frozenset({"opening", "closing", "locking", "unlocking", "arming"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A device that an undo leaves alone; `who` is the asker that changed it since, "" for the device itself.

    `why` is the key of the sentence: undo_conflict, undo_lost or undo_no_way.
    """

    device: str
    why: str
    who: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Undo:
    """How to take a transaction back: effects in reverse order, and what is left alone."""

    effects: tuple[Effect, ...]
    kept: tuple[Kept, ...]


def plan_undo(transaction: Transaction, later: Sequence[Transaction], home: HomeView) -> Undo:
    """Return the way back of a transaction.

    Args:
        later: transactions since it, of everybody; those of other askers on the same device are conflicts.
    """
    effects: list[Effect] = []
    kept: list[Kept] = []
    for done in reversed(transaction.effects):
        device = done.effect.device or ""
        conflict = _conflict(done, transaction, later, home)
        if conflict is not None:
            kept.append(conflict)
            continue
        back = restore(done.effect, done.before, home)
        if back is None:
            why = "undo_no_way" if not _has_way(done.effect) else "undo_lost"
            kept.append(Kept(device=device, why=why))
        else:
            effects.extend(effect for effect in back if effect not in effects)
    return Undo(effects=tuple(effects), kept=tuple(dict.fromkeys(kept)))


def restore(effect: Effect, before: Mapping[str, StateScalar], home: HomeView) -> tuple[Effect, ...] | None:
    """Return what brings back the states before an effect, None where there is no way or the states are unknown."""
    command = effect.command
    if command in _FIELDS:
        field, back, param = _FIELDS[command]
        value = before.get(field)
        return None if value is None else (_effect(effect, back, {param: value}),)
    if command in _COVER and effect.device is not None:
        return _cover(effect, before, home)
    if command == "set_range":
        low, high = before.get("target_temperature_low"), before.get("target_temperature_high")
        return (_effect(effect, "set_range", {"low": low, "high": high}),) if low is not None and high else None
    if command == "set_mode":
        mode = before.get("hvac_mode", before.get("mode"))
        return None if mode is None else (_effect(effect, "set_mode", {"mode": mode}),)
    if command in _STATE_OF and _STATE_OF[command] in before:
        back_command = _STATES[_STATE_OF[command]].get(before[_STATE_OF[command]])
        return None if back_command is None else (_effect(effect, back_command, {}),)
    if command in _LIGHT:
        return _light(effect, before)
    plain = opposite(effect) if command == "start" else None
    return None if plain is None else (plain,)


def way_back(effect: Effect, before: Mapping[str, StateScalar], home: HomeView) -> tuple[Effect, ...] | None:
    """Return what ends a timed effect ("on for ten minutes"): its opposite where it has one, else the states before."""
    plain = opposite(effect)
    return (plain,) if plain is not None else restore(effect, before, home)


def _conflict(
    done: TransactionEffect, transaction: Transaction, later: Sequence[Transaction], home: HomeView
) -> Kept | None:
    device = done.effect.device or ""
    for other in reversed(later):
        is_other = other.asker_id != transaction.asker_id and other.id != transaction.id
        if is_other and any(_is_same(done, effect) for effect in other.effects):
            return Kept(device=device, why="undo_conflict", who=other.asker_id)
    states = {name: value.value for name, value in component_states(home, done.effect).items()}
    if set(states.values()) & _MOVING:
        return None  # still on its way there
    changed = any(
        name in states and aim is not None and not _is_equal(states[name], aim) for name, aim in done.aimed.items()
    )
    return Kept(device=device, why="undo_conflict") if changed else None


def _is_same(done: TransactionEffect, other: TransactionEffect) -> bool:
    same = (done.effect.device, done.effect.component) == (other.effect.device, other.effect.component)
    return same and _family(done.effect.command) == _family(other.effect.command)


def _family(command: str) -> str:
    """Return what a command changes: commands of one family change the same state."""
    if command in _LIGHT:
        return "light"
    if command in _COVER:
        return "position"
    if command in _FIELDS:
        return _FIELDS[command][0]
    return _STATE_OF.get(command, command)


def _is_equal(value: StateScalar, other: StateScalar) -> bool:
    if isinstance(value, bool) or isinstance(other, bool):
        return value is other
    if isinstance(value, int | float) and isinstance(other, int | float):
        return abs(value - other) <= _TOLERANCE
    if isinstance(value, tuple) and isinstance(other, tuple):
        return len(value) == len(other) and all(map(_is_equal, value, other))
    return value == other


def _has_way(effect: Effect) -> bool:
    return effect.command in _FIELDS or effect.command in _COVER | _LIGHT | {"set_range", "set_mode"} | set(_STATE_OF)


def _effect(effect: Effect, command: str, params: Mapping[str, StateScalar]) -> Effect:
    given: dict[str, ParamValue] = {name: value for name, value in params.items() if value is not None}
    return Effect(command=command, device=effect.device, component=effect.component, params=given)


def _cover(effect: Effect, before: Mapping[str, StateScalar], home: HomeView) -> tuple[Effect, ...] | None:
    device = home.device(effect.device or "")
    offered = device.components.get(effect.component, {}) if device is not None else {}
    position = before.get("position")
    if position is not None and ("cover_position" in offered or "valve_position" in offered):
        return (_effect(effect, "set_position", {"position": position}),)
    state = before.get("cover_state", before.get("valve_state"))
    command = {"open": "open", "closed": "close", "opening": "open", "closing": "close"}.get(str(state))
    return None if command is None else (_effect(effect, command, {}),)


def _light(effect: Effect, before: Mapping[str, StateScalar]) -> tuple[Effect, ...] | None:
    is_on = before.get("on")
    if is_on is None:
        return None
    if not is_on:
        return (_effect(effect, "turn_off", {}),)
    back = [_effect(effect, "turn_on", {})]
    if before.get("brightness") is not None:
        back.append(_effect(effect, "set_brightness", {"brightness_pct": before["brightness"]}))
    if effect.command in ("set_color", "set_color_temp", "change_color_temp", "turn_on"):
        back += _color(effect, before)
    if effect.command == "set_effect" and before.get("effect") is not None:
        back.append(_effect(effect, "set_effect", {"effect": before["effect"]}))
    return tuple(back)


def _color(effect: Effect, before: Mapping[str, StateScalar]) -> list[Effect]:
    if before.get("color_mode") != "color" and before.get("color_temp") is not None:
        return [_effect(effect, "set_color_temp", {"kelvin": before["color_temp"]})]
    for name in ("hs", "rgb", "xy"):
        if before.get(f"color_{name}") is not None:
            return [_effect(effect, "set_color", {name: before[f"color_{name}"]})]
    return []

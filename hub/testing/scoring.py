"""Judges what a request came to against what was wanted: effects on devices, whatever the intents are called.

A case is one request in a home: `{"id", "home", "text" | "turns", "context", "expect"}`; `expect` holds the accepted
outcomes, the effects, and alternatives that are as good, or `no_action`.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

Effect = Mapping[str, Any]

_READS = frozenset("query get_weather get_time get_date timer_status list_query nevermind respond".split())
_SPECIFIC = {
    "cover": {"turn_on": "open", "turn_off": "close"},
    "valve": {"turn_on": "open", "turn_off": "close"},
    "lock": {"turn_on": "lock", "turn_off": "unlock", "open": "unlock", "close": "lock"},
    "scene": {"turn_on": "activate"},
    "script": {"turn_on": "activate"},
    "vacuum": {"turn_on": "start", "turn_off": "return_to_base"},
}
_ZERO = {"set_brightness": "brightness_pct", "set_speed": "speed_pct"}
_IMPLY_ON = ("set_", "change_brightness", "play")
_ON = frozenset("on open opening playing cleaning heat cool auto".split())
_CHANGES = {
    "change_brightness": ("set_brightness", "brightness_pct"),
    "change_temperature": ("set_temperature", "temperature"),
    "change_volume": ("set_volume", "volume_pct"),
    "change_speed": ("set_speed", "speed_pct"),
    "change_humidity": ("set_humidity", "humidity"),
    "change_position": ("set_position", "position"),
}
_TOLERANCE = 0.51  # of a number: brightness and volume are rounded on their way


class Verdict(StrEnum):
    """What a request came to, worst last."""

    EXACT = "exact"
    WRONG_OUTCOME = "wrong_outcome"  # nothing was to be done, and the answer was of another kind
    PARTIAL = "partial"
    MISS = "miss"
    WRONG_ANSWER = "wrong_answer"  # only read, and the wrong thing
    WRONG_ACTION = "wrong_action"  # something was done that nobody asked for


_ORDER = tuple(Verdict)


def judge(case: Mapping[str, Any], answer: Mapping[str, Any], home: Mapping[str, Any]) -> Verdict:
    """Return the best verdict over the alternatives of a case.

    Args:
        home: the fixture home, as its JSON file holds it.
    """
    devices = {device["id"]: device for device in home["devices"]}
    did = _normal(answer.get("effects") or (), devices)
    expect = case["expect"]
    if expect.get("no_action"):
        return Verdict.WRONG_ACTION if any(_acts(effect) for effect in did) else Verdict.EXACT
    wanted = [expect["effects"], *expect.get("alternatives", ())]
    return min((_against(_normal(one, devices), did, expect, answer) for one in wanted), key=_ORDER.index)


def _against(
    wanted: Sequence[Effect], did: Sequence[Effect], expect: Mapping[str, Any], answer: Mapping[str, Any]
) -> Verdict:
    left = list(did)
    missing = 0
    for effect in wanted:
        found = next((one for one in left if _is_met(effect, one)), None)
        if found is None:
            missing += 1
        else:
            left.remove(found)
    if any(_acts(effect) for effect in left):
        return Verdict.WRONG_ACTION
    outcome = answer.get("outcome")
    is_fine = outcome in expect["outcome"] and (not expect["effects"] or outcome in ("ask", "answer", "refuse"))
    if not missing and not left:
        return Verdict.EXACT if wanted or is_fine else Verdict.MISS if expect["effects"] else Verdict.WRONG_OUTCOME
    if wanted and missing < len(wanted):
        return Verdict.PARTIAL
    return Verdict.WRONG_ANSWER if left else Verdict.MISS


def _acts(effect: Effect) -> bool:
    return effect["command"] not in _READS


def _normal(effects: Sequence[Effect], devices: Mapping[str, Mapping[str, Any]]) -> list[Effect]:
    made = [_plain(effect, devices.get(effect.get("device") or "", {})) for effect in effects]
    implied = {effect["device"] for effect in made if effect["command"].startswith(_IMPLY_ON)}
    return [effect for effect in made if effect["command"] != "turn_on" or effect["device"] not in implied]


def _plain(effect: Effect, device: Mapping[str, Any]) -> Effect:
    command, params = effect["command"], dict(effect.get("params") or {})
    if command == "toggle":
        command = "turn_off" if str(device.get("state")).lower() in _ON else "turn_on"
    command = _SPECIFIC.get(str(device.get("domain")), {}).get(command, command)
    if command in _ZERO and params.get(_ZERO[command]) == 0:
        command, params = "turn_off", {}
    if command == "set_position" and params.get("position") in (0, 100):
        command, params = ("open" if params["position"] else "close"), {}
    target = None if command == "clean_area" else effect.get("device")
    return {"device": target, "command": command, "params": params, "when": effect.get("when"), "is": device}


def _is_met(wanted: Effect, did: Effect) -> bool:
    if wanted["device"] != did["device"] or not _same_time(wanted["when"], did["when"]):
        return False
    if wanted["command"] == did["command"]:
        return all(_same(value, did["params"].get(name)) for name, value in wanted["params"].items())
    set_to = _CHANGES.get(wanted["command"])
    if set_to is None or did["command"] != set_to[0]:
        return False
    value, now = did["params"].get(set_to[1]), (wanted["is"].get("attributes") or {}).get(set_to[1])
    if not isinstance(value, int | float) or not isinstance(now, int | float):
        return False
    is_up = wanted["params"].get("direction") == "up"
    amount = wanted["params"].get("amount")
    if isinstance(amount, int | float):
        return _same(now + (amount if is_up else -amount), value)
    return bool((value > now) == is_up)


def _same(wanted: object, got: object) -> bool:
    if isinstance(wanted, int | float) and isinstance(got, int | float):
        return abs(wanted - got) <= _TOLERANCE
    return str(wanted).casefold().replace(" ", "") == str(got).casefold().replace(" ", "")


def _same_time(wanted: Mapping[str, Any] | None, got: Mapping[str, Any] | None) -> bool:
    if not wanted or not got:
        return not wanted and not got
    for name, value in wanted.items():
        other = got.get(name)
        if name == "trigger":
            value, other = str(value).split(":")[0], str(other).split(":")[0]
        if name == "at":
            value, other = str(value)[-5:], str(other)[-5:]
        if not _same(value, other):
            return False
    return True

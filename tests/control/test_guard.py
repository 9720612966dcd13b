"""The guard by table: what is allowed, what has to be confirmed, what is denied, and why."""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.contracts.capability import COMMANDS
from hub.contracts.device import DeviceKind
from hub.contracts.frame import When
from hub.contracts.skill import Effect, SkillManifest
from hub.control.decision import Policy, Verdict, VerdictKind, VerdictReason
from hub.control.guard import Rights, has_mixed_script, judge
from tests.control.homes import DEVICES, FakeHome, device

ALL = SkillManifest(id="all", name="All", version="1", languages=("en",), intents=(), commands=frozenset(COMMANDS))
LIGHTS = SkillManifest(
    id="lights", name="Lights", version="1", languages=("en",), intents=(), commands=frozenset({"turn_on", "open"}),
    kinds=frozenset({"light"}),
)  # fmt: skip
MAY = Rights(may_confirm=True)
MAY_NOT = Rights(may_confirm=False)
SAID_YES = Rights(may_confirm=True, has_confirmed=True)

A, C, D = VerdictKind.ALLOW, VerdictKind.CONFIRM, VerdictKind.DENY
R = VerdictReason


def verdict(
    command: str, device_id: str | None, rights: Rights = MAY, manifest: SkillManifest = ALL, **params: Any
) -> Verdict:
    home = FakeHome()
    home.report("heat", target_temperature=25.5)
    home.report("garage", position=50)
    effect = Effect(command=command, device=device_id, params=params)
    return judge(effect, manifest, home, Policy(heat_limit_c=26.0), rights)


TABLE = [
    ("turn_on", "ceiling", {}, A, R.FINE),
    ("turn_on", "ceiling", {"brightness_pct": 30}, A, R.FINE),
    ("turn_on", "island", {"brightness_pct": 30}, D, R.NOT_CAPABLE),
    ("set_brightness", "ceiling", {"brightness_pct": 30}, A, R.FINE),
    ("set_brightness", "ceiling", {"brightness_pct": -1}, D, R.OUT_OF_RANGE),
    ("set_brightness", "ceiling", {"brightness_pct": 101}, D, R.OUT_OF_RANGE),
    ("set_brightness", "ceiling", {"brightness_pct": 1e9}, D, R.OUT_OF_RANGE),
    ("set_brightness", "ceiling", {"brightness_pct": math.nan}, D, R.WRONG_TYPE),
    ("set_brightness", "ceiling", {"brightness_pct": math.inf}, D, R.WRONG_TYPE),
    ("set_brightness", "ceiling", {"brightness_pct": "50%"}, D, R.WRONG_TYPE),
    ("set_brightness", "ceiling", {"brightness_pct": True}, D, R.WRONG_TYPE),
    ("set_brightness", "ceiling", {}, D, R.MISSING_VALUE),
    ("set_brightness", "ceiling", {"brightness_pct": 3, "volume_pct": 3}, D, R.UNKNOWN_PARAM),
    ("set_brightness", "island", {"brightness_pct": 30}, D, R.NOT_CAPABLE),
    ("change_brightness", "ceiling", {"direction": "up"}, A, R.FINE),
    ("change_brightness", "ceiling", {"direction": "sideways"}, D, R.NOT_AN_OPTION),
    ("set_color", "desk", {"color": "red"}, A, R.FINE),
    ("set_color", "desk", {"rgb": (255.0, 0.0, 0.0)}, A, R.FINE),
    ("set_color", "desk", {"rgb": (255.0, 0.0)}, D, R.WRONG_TYPE),
    ("set_color", "desk", {"hs": (120.0, 101.0)}, D, R.OUT_OF_RANGE),
    ("set_color", "desk", {}, D, R.MISSING_VALUE),
    ("set_color_temp", "desk", {"kelvin": 0}, D, R.OUT_OF_RANGE),
    ("change_color_temp", "desk", {"direction": "warmer"}, A, R.FINE),
    ("change_color_temp", "desk", {"direction": "up"}, D, R.NOT_AN_OPTION),
    ("open", "blind", {}, A, R.FINE),
    ("set_position", "blind", {"position": 50}, A, R.FINE),
    ("lock", "front", {}, A, R.FINE),
    ("unlock", "front", {}, C, R.UNLOCK),
    ("unlatch", "front", {}, D, R.NOT_CAPABLE),
    ("open", "garage", {}, C, R.OPEN),
    ("close", "garage", {}, A, R.FINE),
    ("stop", "garage", {}, A, R.FINE),
    ("set_position", "garage", {"position": 60}, C, R.OPEN),
    ("set_position", "garage", {"position": 40}, A, R.FINE),
    ("change_position", "garage", {"direction": "up"}, C, R.OPEN),
    ("change_position", "garage", {"direction": "down"}, A, R.FINE),
    ("open", "water", {}, C, R.OPEN),
    ("close", "water", {}, A, R.FINE),
    ("set_temperature", "heat", {"temperature": 26}, A, R.FINE),
    ("set_temperature", "heat", {"temperature": 26.5}, C, R.HEAT),
    ("set_temperature", "heat", {"temperature": 31}, D, R.OUT_OF_RANGE),
    ("set_temperature", "heat", {"temperature": 500}, D, R.OUT_OF_RANGE),
    ("change_temperature", "heat", {"direction": "down"}, A, R.FINE),
    ("change_temperature", "heat", {"direction": "up"}, C, R.HEAT),
    ("change_temperature", "heat", {"direction": "up", "amount": 0.5}, A, R.FINE),
    ("set_mode", "heat", {"mode": "heat"}, A, R.FINE),
    ("set_mode", "heat", {"mode": "sauna"}, D, R.NOT_AN_OPTION),
    ("turn_on", "oven", {}, C, R.HEAT),
    ("turn_off", "oven", {}, A, R.FINE),
    ("siren_on", "siren", {}, C, R.SIREN),
    ("turn_on", "siren", {}, C, R.SIREN),
    ("siren_off", "siren", {}, A, R.FINE),
    ("arm_away", "panel", {}, A, R.FINE),
    ("disarm", "panel", {}, C, R.DISARM),
    ("trigger", "panel", {}, C, R.SIREN),
    ("reboot", "bridge", {}, C, R.REBOOT),
    ("install", "bridge", {}, C, R.INSTALL),
    ("turn_on", "plug", {}, D, R.UNAVAILABLE),
    ("turn_on", "new", {}, D, R.NOT_ADOPTED),
    ("turn_on", "sauna", {}, D, R.NO_SUCH_DEVICE),
    ("turn_on", None, {}, D, R.NO_SUCH_DEVICE),
    ("explode", "ceiling", {}, D, R.UNKNOWN_COMMAND),
    ("set_effect", "ceiling", {"effect": "x"}, D, R.NOT_CAPABLE),
]


@pytest.mark.parametrize(("command", "device", "params", "kind", "reason"), TABLE)
def test_the_table(
    command: str, device: str | None, params: dict[str, Any], kind: VerdictKind, reason: VerdictReason
) -> None:
    found = verdict(command, device, **params)
    assert (found.kind, found.reason) == (kind, reason)


@pytest.mark.parametrize(("command", "device", "params"), [row[:3] for row in TABLE if row[3] is C])
def test_a_risky_effect_is_denied_to_the_unverified_and_allowed_after_a_yes(
    command: str, device: str, params: dict[str, Any]
) -> None:
    assert verdict(command, device, MAY_NOT, **params).reason is R.NOT_VERIFIED
    assert verdict(command, device, MAY_NOT, **params).kind is D
    assert verdict(command, device, SAID_YES, **params).kind is A


def test_a_yes_opens_nothing_that_is_denied_for_another_reason() -> None:
    assert verdict("set_temperature", "heat", SAID_YES, temperature=500).kind is D


def test_an_everyday_effect_needs_no_proof_of_the_asker() -> None:
    assert verdict("turn_on", "ceiling", MAY_NOT).kind is A


def test_a_skill_is_held_to_what_it_declared() -> None:
    assert verdict("turn_on", "ceiling", manifest=LIGHTS).kind is A
    assert verdict("turn_off", "ceiling", manifest=LIGHTS).reason is R.NOT_DECLARED
    assert verdict("open", "blind", manifest=LIGHTS).reason is R.NOT_DECLARED


def test_a_range_names_its_bounds() -> None:
    assert verdict("set_temperature", "heat", temperature=31).detail == "5–30 °C"


def test_locking_for_ten_minutes_needs_the_yes_of_the_unlocking_that_follows() -> None:
    effect = Effect(command="lock", device="front", when=When(duration_s=600))
    assert judge(effect, ALL, FakeHome(), Policy(), MAY).reason is R.UNLOCK


def test_a_plug_is_as_risky_as_what_its_name_says_hangs_on_it() -> None:
    home = FakeHome(devices=[device("p", "Space heater plug", DeviceKind.PLUG, "on_off")])
    judged = [
        judge(Effect(command=command, device="p"), ALL, home, Policy(), MAY) for command in ("turn_on", "turn_off")
    ]
    assert [(item.kind, item.reason) for item in judged] == [(C, R.HEAT), (A, R.FINE)]


def test_look_alike_letters_never_reach_a_risky_effect() -> None:
    odd = Rights(may_confirm=True, text="unl\u043eck the front door")
    assert verdict("unlock", "front", odd).reason is R.ODD_SPELLING
    assert verdict("turn_on", "ceiling", odd).kind is A
    assert has_mixed_script("p\u0430y") and not has_mixed_script("把 TV 关掉") and not has_mixed_script("caf\u00e9 дом")


VALUES = st.one_of(
    st.floats(allow_nan=True, allow_infinity=True), st.integers(-(10**6), 10**6), st.booleans(), st.text(max_size=5)
)


@given(
    command=st.sampled_from(sorted(COMMANDS)),
    device=st.sampled_from([item.id for item in DEVICES]),
    params=st.dictionaries(st.sampled_from(["brightness_pct", "temperature", "position", "direction", "mode"]), VALUES),
)
def test_what_is_allowed_is_always_possible_in_range_and_without_risk(
    command: str, device: str, params: dict[str, Any]
) -> None:
    found = verdict(command, device, **params)
    if found.kind is not A:
        return
    spec = COMMANDS[command]
    item = next(item for item in DEVICES if item.id == device)
    names = set(item.components[""]) | ({"button"} if command == "press" else set())
    assert spec.capabilities & names and item.is_adopted and item.availability.is_online
    for name, value in params.items():
        low, high = spec.params[name].minimum, spec.params[name].maximum
        if low is not None and high is not None:
            assert isinstance(value, int | float) and low <= value <= high
    assert command not in {"unlock", "unlatch", "disarm", "siren_on", "reboot", "install"}

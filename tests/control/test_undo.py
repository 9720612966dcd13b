"""Undo by table: what brings back the state before, and what has no way back."""

import pytest

from hub.contracts.messages import Params
from hub.contracts.skill import Effect
from hub.control.undo import plan_undo, restore, way_back
from hub.storage.records import Transaction, TransactionEffect
from tests.control.homes import NOW, FakeHome

TABLE = [
    ("turn_on", "ceiling", {"on": False}, [("turn_off", {})]),
    ("turn_off", "ceiling", {"on": True}, [("turn_on", {})]),
    ("toggle", "ceiling", {"on": True}, [("turn_on", {})]),
    (
        "turn_off",
        "ceiling",
        {"on": True, "brightness": 40},
        [("turn_on", {}), ("set_brightness", {"brightness_pct": 40})],
    ),
    ("set_brightness", "ceiling", {"on": False, "brightness": 40}, [("turn_off", {})]),
    (
        "set_color",
        "desk",
        {"on": True, "color_mode": "color_temp", "color_temp": 2700},
        [("turn_on", {}), ("set_color_temp", {"kelvin": 2700})],
    ),
    (
        "set_color",
        "desk",
        {"on": True, "color_mode": "color", "color_hs": (10.0, 20.0)},
        [("turn_on", {}), ("set_color", {"hs": (10.0, 20.0)})],
    ),
    ("close", "blind", {"position": 70}, [("set_position", {"position": 70})]),
    ("close", "blind", {"cover_state": "open"}, [("open", {})]),
    ("lock", "front", {"lock": "unlocked"}, [("unlock", {})]),
    ("set_temperature", "heat", {"target_temperature": 19}, [("set_temperature", {"temperature": 19})]),
    ("change_temperature", "heat", {"target_temperature": 19}, [("set_temperature", {"temperature": 19})]),
    ("set_mode", "heat", {"hvac_mode": "off"}, [("set_mode", {"mode": "off"})]),
    ("set_volume", "tv", {"volume": 12}, [("set_volume", {"volume_pct": 12})]),
    ("pause", "tv", {"playback": "playing"}, [("play", {})]),
    ("mute", "tv", {"muted": False}, [("unmute", {})]),
    ("disarm", "panel", {"alarm": "armed_away"}, [("arm_away", {})]),
    ("turn_on", "ceiling", {}, None),
    ("set_volume", "tv", {}, None),
    ("identify", "bridge", {}, None),
    ("next", "tv", {"title": "One"}, None),
]


@pytest.mark.parametrize(("command", "device", "before", "back"), TABLE)
def test_the_table(command: str, device: str, before: dict[str, object], back: list[tuple[str, Params]] | None) -> None:
    found = restore(Effect(command=command, device=device), before, FakeHome())  # type: ignore[arg-type]
    assert (None if found is None else [(effect.command, dict(effect.params)) for effect in found]) == back


def test_what_ends_a_timed_effect_is_its_opposite_or_the_state_before() -> None:
    home = FakeHome()
    lit = Effect(command="turn_on", device="ceiling")
    assert way_back(lit, {"on": True}, home) == (Effect(command="turn_off", device="ceiling"),)
    warm = Effect(command="set_temperature", device="heat", params={"temperature": 23})
    assert way_back(warm, {"target_temperature": 19}, home) == (
        Effect(command="set_temperature", device="heat", params={"temperature": 19}),
    )


def transaction(asker: str, *effects: TransactionEffect) -> Transaction:
    return Transaction(id=asker, asker_id=asker, request_id="r", at=NOW, effects=effects)


def lamp(on: bool, before: bool) -> TransactionEffect:
    return TransactionEffect(
        effect=Effect(command="turn_on" if on else "turn_off", device="ceiling"),
        before={"on": before},
        aimed={"on": on},
    )


def test_several_effects_are_taken_back_in_reverse() -> None:
    home = FakeHome()
    home.report("ceiling", on=True)
    home.report("tv", volume=50)
    louder = TransactionEffect(
        effect=Effect(command="set_volume", device="tv", params={"volume_pct": 50}),
        before={"volume": 10},
        aimed={"volume": 50},
    )
    found = plan_undo(transaction("me", lamp(True, False), louder), [], home)
    assert [effect.device for effect in found.effects] == ["tv", "ceiling"] and found.kept == ()


def test_a_change_of_another_kind_on_the_same_device_is_no_conflict() -> None:
    home = FakeHome()
    home.report("tv", volume=50, playback="paused")
    louder = TransactionEffect(
        effect=Effect(command="set_volume", device="tv"), before={"volume": 10}, aimed={"volume": 50}
    )
    paused = TransactionEffect(effect=Effect(command="pause", device="tv"), before={}, aimed={"playback": "paused"})
    assert plan_undo(transaction("me", louder), [transaction("ana", paused)], home).kept == ()
    found = plan_undo(transaction("me", louder), [transaction("ana", louder)], home)
    assert [(kept.device, kept.who) for kept in found.kept] == [("tv", "ana")] and found.effects == ()


def test_what_a_device_was_not_seen_to_do_is_restored_all_the_same() -> None:
    home = FakeHome()
    home.report("ceiling", on=False)
    unconfirmed = TransactionEffect(effect=Effect(command="turn_on", device="ceiling"), before={"on": False})
    assert [item.command for item in plan_undo(transaction("me", unconfirmed), [], home).effects] == ["turn_off"]

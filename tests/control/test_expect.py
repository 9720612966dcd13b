"""Expectations by table: which fresh states confirm a command, and which do not."""

import pytest

from hub.contracts.capability import COMMANDS
from hub.contracts.skill import Effect
from hub.control.expect import expectation

TABLE = [
    # command, params, before, fresh, confirmed
    ("turn_on", {}, {}, {"on": True}, True),
    ("turn_on", {}, {}, {"on": False}, False),
    ("turn_on", {}, {}, {"brightness": 40}, False),
    ("turn_on", {}, {}, {"playback": "idle"}, True),
    ("turn_on", {"brightness_pct": 30}, {}, {"on": True, "brightness": 31}, True),
    ("turn_on", {"brightness_pct": 30}, {}, {"on": True, "brightness": 40}, False),
    ("turn_on", {"color": "red"}, {}, {"on": True}, False),
    ("turn_off", {}, {}, {"on": False}, True),
    ("turn_off", {}, {}, {"on": True, "playback": "off"}, False),
    ("toggle", {}, {"on": True}, {"on": False}, True),
    ("toggle", {}, {"on": True}, {"on": True}, False),
    ("set_brightness", {"brightness_pct": 30}, {}, {"brightness": 28.0}, True),
    ("set_brightness", {"brightness_pct": 30}, {}, {"brightness": 27.9}, False),
    ("set_brightness", {"brightness_pct": 30}, {}, {"on": False, "brightness": 30}, False),
    ("set_brightness", {"brightness_pct": 0}, {}, {"on": False}, True),
    ("change_brightness", {"direction": "up"}, {"brightness": 40}, {"brightness": 50}, True),
    ("change_brightness", {"direction": "up"}, {"brightness": 40}, {"brightness": 40}, False),
    ("change_brightness", {"direction": "up"}, {"brightness": 100}, {"brightness": 100}, True),
    ("change_brightness", {"direction": "up"}, {"brightness": 40}, {"brightness": 30}, False),
    ("change_brightness", {"direction": "up", "amount": 20}, {"brightness": 40}, {"brightness": 50}, False),
    ("change_brightness", {"direction": "up", "amount": 20}, {"brightness": 90}, {"brightness": 100}, True),
    ("change_brightness", {"direction": "down"}, {"brightness": 5}, {"on": False}, True),
    ("change_temperature", {"direction": "up"}, {"target_temperature": 20}, {"target_temperature": 21}, True),
    ("change_temperature", {"direction": "up"}, {"target_temperature": 20}, {"target_temperature": 19}, False),
    ("change_color_temp", {"direction": "warmer"}, {"color_temp": 4000}, {"color_temp": 3500}, True),
    ("change_color_temp", {"direction": "warmer"}, {"color_temp": 4000}, {"color_temp": 4500}, False),
    ("set_color", {"color": "red"}, {}, {"color_hs": (0.0, 100.0)}, True),
    ("set_color", {"color": "red"}, {}, {"color_rgb": (250.0, 5.0, 5.0)}, True),
    ("set_color", {"color": "red"}, {}, {"color_hs": (240.0, 100.0)}, False),
    ("set_color", {"color": "red"}, {}, {"on": True}, False),
    ("set_color", {"hs": (358.0, 90.0)}, {}, {"color_hs": (2.0, 88.0)}, True),
    ("set_color", {"color": "white"}, {}, {"color_hs": (200.0, 1.0)}, True),
    ("set_color_temp", {"kelvin": 2700}, {}, {"color_temp": 2702}, True),
    ("set_color_temp", {"kelvin": 2700}, {}, {"color_temp": 4000}, False),
    ("open", {}, {}, {"cover_state": "open"}, True),
    ("open", {}, {}, {"cover_state": "open", "position": 60}, False),
    ("open", {}, {}, {"cover_state": "opening", "position": 99}, False),
    ("open", {}, {}, {"cover_state": "open", "position": 100}, True),
    ("close", {}, {}, {"cover_state": "closing"}, False),
    ("close", {}, {}, {"cover_state": "closed", "position": 0}, True),
    ("stop", {}, {}, {"cover_state": "stopped"}, True),
    ("stop", {}, {}, {"cover_state": "closing"}, False),
    ("set_position", {"position": 50}, {}, {"position": 51}, True),
    ("set_position", {"position": 50}, {}, {"position": 70}, False),
    ("lock", {}, {}, {"lock": "locked"}, True),
    ("lock", {}, {}, {"lock": "locking"}, False),
    ("unlock", {}, {}, {"lock": "locked"}, False),
    ("set_temperature", {"temperature": 20}, {}, {"target_temperature": 20.0, "current_temperature": 17}, True),
    ("set_temperature", {"temperature": 20}, {}, {"current_temperature": 20}, False),
    ("set_range", {"low": 18, "high": 24}, {}, {"target_temperature_low": 18, "target_temperature_high": 24}, True),
    ("set_range", {"low": 18, "high": 24}, {}, {"target_temperature_low": 18}, False),
    ("set_mode", {"mode": "cool"}, {}, {"hvac_mode": "cool"}, True),
    ("set_mode", {"mode": "cool"}, {}, {"hvac_mode": "heat"}, False),
    ("set_volume", {"volume_pct": 40}, {}, {"volume": 40}, True),
    ("mute", {}, {}, {"muted": True}, True),
    ("play", {}, {}, {"playback": "paused"}, False),
    ("next", {}, {"title": "One"}, {"title": "Two"}, True),
    ("next", {}, {"title": "One"}, {"title": "One"}, False),
    ("return_to_base", {}, {}, {"vacuum_state": "returning"}, True),
    ("arm_away", {}, {}, {"alarm": "arming"}, False),
    ("select_option", {"name": "program", "option": "Eco"}, {}, {"select.program": "eco"}, True),
    ("set_number", {"name": "level", "value": 3}, {}, {"number.level": 4}, False),
]


@pytest.mark.parametrize(("command", "params", "before", "fresh", "is_met"), TABLE)
def test_the_table(
    command: str, params: dict[str, object], before: dict[str, object], fresh: dict[str, object], is_met: bool
) -> None:
    expected = expectation(Effect(command=command, device="x", params=params), before)  # type: ignore[arg-type]
    assert expected is not None and expected.is_met(fresh) is is_met  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("command", "fresh"),
    [("open", {"cover_state": "opening"}), ("close", {"cover_state": "closing"}), ("lock", {"lock": "locking"})],
)
def test_what_moves_is_on_its_way(command: str, fresh: dict[str, object]) -> None:
    expected = expectation(Effect(command=command, device="x"), {})
    assert expected is not None and expected.is_slow
    assert expected.is_going(fresh) and not expected.is_going({})  # type: ignore[arg-type]


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_no_command_is_confirmed_by_silence(command: str) -> None:
    expected = expectation(Effect(command=command, device="x"), {})
    assert expected is None or not expected.is_met({})

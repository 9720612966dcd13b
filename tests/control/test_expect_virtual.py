"""What the virtual devices report, once they have done it, is what the hub takes as confirmation."""

import random

import pytest

from devices.virtual.catalogue import HOME, Model
from hub.contracts.messages import Params
from hub.contracts.skill import Effect
from hub.control.expect import expectation

BY_ID = {model.id: model for model in HOME}
TICK_S, LIMIT_S = 0.5, 30.0

TABLE: list[tuple[str, str, Params]] = [
    ("floor-lamp", "turn_on", {}),
    ("floor-lamp", "turn_on", {"brightness_pct": 30, "color": "red"}),
    ("floor-lamp", "set_brightness", {"brightness_pct": 30}),
    ("floor-lamp", "set_color", {"color": "blue"}),
    ("floor-lamp", "set_color", {"hs": (120.0, 80.0)}),
    ("floor-lamp", "set_color_temp", {"kelvin": 4000}),
    ("kitchen-ceiling", "turn_off", {}),
    ("kitchen-ceiling", "toggle", {}),
    ("kitchen-ceiling", "set_brightness", {"brightness_pct": 0}),
    ("kitchen-ceiling", "change_brightness", {"direction": "down"}),
    ("kitchen-ceiling", "change_brightness", {"direction": "up", "amount": 15}),
    ("kitchen-counter", "change_color_temp", {"direction": "warmer"}),
    ("speaker-living-room", "pause", {}),
    ("speaker-living-room", "stop", {}),
    ("speaker-living-room", "set_volume", {"volume_pct": 55}),
    ("speaker-living-room", "change_volume", {"direction": "down"}),
    ("speaker-living-room", "mute", {}),
    ("speaker-kitchen", "play", {}),
    ("speaker-kitchen", "play_media", {"query": "jazz"}),
    ("tv", "turn_off", {}),
    ("tv", "set_source", {"source": "HDMI 2"}),
    ("earbuds-ana", "set_noise_control", {"mode": "noise_cancelling"}),
    ("bedroom-thermostat", "set_temperature", {"temperature": 21.5}),
    ("bedroom-thermostat", "change_temperature", {"direction": "up"}),
    ("bedroom-thermostat", "set_mode", {"mode": "off"}),
    ("bedroom-fan", "set_speed", {"speed_pct": 70}),
    ("bedroom-fan", "change_speed", {"direction": "up"}),
    ("bedroom-fan", "set_oscillating", {"on": True}),
    ("living-room-blind", "close", {}),
    ("living-room-blind", "set_position", {"position": 40}),
    ("bedroom-blind", "open", {}),
    ("bedroom-blind", "change_position", {"direction": "up"}),
    ("garage-door", "open", {}),
    ("front-door-lock", "unlock", {}),
    ("robot-vacuum", "start", {}),
    ("robot-vacuum", "clean_area", {"area": "kitchen"}),
    ("washing-machine", "start", {}),
    ("coffee-machine", "turn_on", {}),
]


@pytest.mark.parametrize(("device", "command", "params"), TABLE)
def test_done_is_recognised(device: str, command: str, params: Params) -> None:
    model: Model = BY_ID[device]
    behaviour = model.behaviour(dict(model.state), random.Random(1))
    before = dict(behaviour.state)
    expected = expectation(Effect(command=command, device=device, params=params), before)
    assert expected is not None
    is_already = expected.is_met(before)
    wire = {
        name: list(value) if isinstance(value, tuple) else value for name, value in params.items()
    }  # as JSON has it
    behaviour.command(command, wire)
    waited = 0.0
    while not expected.is_met(behaviour.state):
        assert expected.is_going(behaviour.state), behaviour.state
        behaviour.tick(TICK_S)
        waited += TICK_S
        assert waited < LIMIT_S, behaviour.state
    assert not is_already, "the table should hold changes only"

"""How virtual devices behave: they take time, keep to their limits, and say no in words."""

import random

import pytest

from devices.virtual.behaviour import Behaviour, Cover, Light, Lock, Refusal, Thermostat, Vacuum
from devices.virtual.catalogue import HOME, ROOMS, Model
from hub.sdk import COMMANDS, DeviceKind, is_known_capability, is_topic_id

MODELS = {model.id: model for model in HOME}


def make(device_id: str) -> Behaviour:
    model = MODELS[device_id]
    return model.behaviour(model.state, random.Random(1))


def test_the_home_is_the_one_that_the_docs_promise() -> None:
    kinds = [model.kind for model in HOME]
    for kind, number in {"light": 8, "speaker": 2, "plug": 2, "thermostat": 1, "fan": 1, "cover": 2, "lock": 1,
                         "garage_door": 1, "vacuum": 1, "tv": 1, "washing_machine": 1, "coffee_machine": 1,
                         "earbuds": 1, "phone": 1, "motion_sensor": 1, "contact_sensor": 1, "smoke_alarm": 1,
                         "sensor": 2}.items():  # fmt: skip
        assert kinds.count(kind) == number, kind
    assert len(ROOMS) == 5
    assert len({floor for _, floor in ROOMS.values()}) == 2


@pytest.mark.parametrize("model", HOME, ids=lambda model: model.id)
def test_every_device_keeps_to_the_vocabulary(model: Model) -> None:
    assert is_topic_id(model.id)
    assert DeviceKind(model.kind) is not DeviceKind.UNKNOWN
    assert all(is_known_capability(name) for name in model.capabilities)
    assert model.room is None or model.room in ROOMS
    handlers = {name.removeprefix("do_") for name in dir(model.behaviour) if name.startswith("do_")}
    assert handlers <= set(COMMANDS)


def test_a_blind_takes_its_time_and_can_be_stopped() -> None:
    blind = make("living-room-blind")
    assert isinstance(blind, Cover)
    blind.command("close", {})
    assert blind.state["cover_state"] == "closing"
    blind.tick(3)
    assert blind.state["position"] == 50
    blind.command("stop", {})
    assert blind.state["cover_state"] == "stopped"
    blind.command("set_position", {"position": 20})
    for _ in range(20):
        blind.tick(0.2)
    assert (blind.state["position"], blind.state["cover_state"]) == (20, "open")


def test_the_bolt_needs_a_moment() -> None:
    lock = make("front-door-lock")
    assert isinstance(lock, Lock)
    lock.command("unlock", {})
    assert lock.state["lock"] == "unlocking"
    lock.tick(1.1)
    assert lock.state["lock"] == "unlocked"


def test_the_vacuum_goes_home_when_it_has_cleaned() -> None:
    vacuum = make("robot-vacuum")
    assert isinstance(vacuum, Vacuum)
    vacuum.command("start", {})
    vacuum.tick(61)
    assert vacuum.state["vacuum_state"] == "returning"
    vacuum.tick(6)
    assert vacuum.state["vacuum_state"] == "docked"


def test_the_room_drifts_to_its_target() -> None:
    thermostat = make("bedroom-thermostat")
    assert isinstance(thermostat, Thermostat)
    thermostat.command("set_temperature", {"temperature": 21})
    assert thermostat.state["hvac_action"] == "heating"
    for _ in range(200):
        thermostat.tick(1)
    assert thermostat.state["hvac_action"] == "idle"


@pytest.mark.parametrize(
    ("device_id", "command", "params"),
    [
        ("hallway-light", "set_brightness", {"brightness_pct": 50}),
        ("kitchen-counter", "set_color", {"color": "red"}),
        ("floor-lamp", "set_brightness", {"brightness_pct": 500}),
        ("floor-lamp", "set_brightness", {"brightness_pct": "50"}),
        ("bedroom-thermostat", "set_temperature", {"temperature": 60}),
        ("bedroom-thermostat", "set_mode", {"mode": "cool"}),
        ("kitchen-smoke", "turn_off", {}),
        ("tv", "__init__", {}),
    ],
)
def test_what_a_device_cannot_do_it_refuses_in_words(device_id: str, command: str, params: dict[str, object]) -> None:
    device = make(device_id)
    before = dict(device.state)
    with pytest.raises(Refusal):
        device.command(command, params)
    assert device.state == before


def test_dimming_to_nothing_is_off() -> None:
    lamp = make("floor-lamp")
    assert isinstance(lamp, Light)
    lamp.command("set_brightness", {"brightness_pct": 40})
    lamp.command("set_brightness", {"brightness_pct": 0})
    assert (lamp.state["on"], lamp.state["brightness"]) == (False, 40)


def test_a_lamp_has_one_colour() -> None:
    lamp = make("floor-lamp")
    lamp.command("set_color", {"color": "red"})
    lamp.command("set_color", {"hs": [240, 100]})
    assert (lamp.state["color_hs"], lamp.state["color_mode"]) == ((240, 100), "color")
    assert "color" not in lamp.state


def test_a_colour_that_is_none_is_refused() -> None:
    lamp = make("floor-lamp")
    with pytest.raises(Refusal):
        lamp.command("set_color", {})
    assert lamp.state["color_mode"] == "color_temp"

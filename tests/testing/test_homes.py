"""Homes on paper: an entity file becomes devices, state and an index; a dialogue compares what was decided."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hub.contracts.device import DeviceKind
from hub.contracts.frame import Frame, Scope, Target, Understanding
from hub.contracts.messages import Outcome
from hub.plugins import load_plugins
from hub.testing.dialogue import Dialogue
from hub.testing.homes import load_home
from hub.understanding.context import Context
from hub.understanding.index import HomeIndex

NOW = datetime(2026, 5, 1, 9, 0, tzinfo=UTC)
ROWS: list[dict[str, object]] = [
    {"id": "light.reed", "name": "Reed Lamp", "domain": "light", "state": "on", "attributes": {"brightness_pct": 30}},
    {"id": "cover.port", "name": "Port", "domain": "cover", "device_class": "garage", "state": "off"},
    {"id": "lock.oak", "name": "Oak Door", "domain": "lock", "state": "off"},
    {
        "id": "climate.loft",
        "name": "Loft",
        "domain": "climate",
        "state": "heat",
        "attributes": {"target_temperature": 68, "current_temperature": 66},
    },
    {"id": "binary_sensor.hatch", "name": "Hatch", "domain": "binary_sensor", "device_class": "door", "state": "on"},
    {
        "id": "sensor.pond",
        "name": "Pond",
        "domain": "sensor",
        "device_class": "temperature",
        "state": "50",
        "attributes": {"unit_of_measurement": "°F"},
    },
    {"id": "media_player.horn", "name": "Horn", "domain": "media_player", "state": "paused", "area": "loft"},
    {"id": "person.mo", "name": "Mo", "domain": "person", "state": "not_home"},
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    rows = [{"aliases": [], "area": None, "device_class": None, "attributes": {}, **row} for row in ROWS]
    areas = [{"id": "loft", "name": "Loft", "floor": None, "aliases": []}]
    home = {"id": "reeds", "floors": [], "areas": areas, "devices": rows}
    (tmp_path / "home_reeds.json").write_text(json.dumps(home), encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("device", "field", "value"),
    [
        ("light.reed", "on", True),
        ("light.reed", "brightness", 30),
        ("cover.port", "cover_state", "closed"),
        ("lock.oak", "lock", "unlocked"),
        ("climate.loft", "hvac_mode", "heat"),
        ("climate.loft", "target_temperature", 20.0),
        ("binary_sensor.hatch", "contact_open", True),
        ("sensor.pond", "temperature", 10.0),
        ("media_player.horn", "playback", "paused"),
        ("person.mo", "presence", "not_home"),
    ],
)
def test_state_is_read_in_our_fields_and_units(folder: Path, device: str, field: str, value: object) -> None:
    found = load_home(folder / "home_reeds.json", NOW).state(device, field)
    assert found is not None
    assert found.value == value
    assert found.ts == NOW


def test_kinds_and_capabilities_follow_domain_and_class(folder: Path) -> None:
    home = load_home(folder / "home_reeds.json", NOW)
    kinds = {device.id: device.kind for device in home.devices()}
    assert kinds["cover.port"] is DeviceKind.GARAGE_DOOR
    assert kinds["binary_sensor.hatch"] is DeviceKind.CONTACT_SENSOR
    light = home.device("light.reed")
    assert light is not None
    assert all(light.has(name) for name in ("on_off", "brightness", "color", "color_temp"))


def test_a_household_with_warm_numbers_reads_fahrenheit(folder: Path) -> None:
    assert load_home(folder / "home_reeds.json", NOW).temperature_unit == "F"


def test_the_index_knows_names_areas_and_what_is_on(folder: Path) -> None:
    index = load_home(folder / "home_reeds.json", NOW).index()
    horn = index.device("media_player.horn")
    assert horn is not None
    assert (horn.name, horn.area, horn.is_on) == ("Horn", "loft", False)
    lamp = index.device("light.reed")
    assert lamp is not None
    assert lamp.is_on is True


class Heard:
    """An understander that always hears the same."""

    def __init__(self, *frames: Frame) -> None:
        self._frames = frames

    def understand(self, text: str, index: HomeIndex, context: Context) -> Understanding:
        return Understanding(frames=self._frames)


def test_a_dialogue_compares_outcome_and_effects(folder: Path) -> None:
    home = load_home(folder / "home_reeds.json", NOW)
    heard = Heard(Frame(intent="home.turn_off", text="", target=Target(scope=Scope.NAMED, devices=("light.reed",))))
    skills = {plugin.manifest.id: plugin.skill for plugin in load_plugins(kind="skill").skills}
    dialogue = Dialogue(home, home.index(), understander=heard, skills=skills, now=NOW)
    dialogue.expect("reed lamp off", Outcome.ACT, "light.reed.turn_off")
    with pytest.raises(AssertionError, match=r"got act \['light.reed.turn_off'\]"):
        dialogue.expect("reed lamp off", Outcome.ACT, "light.reed.turn_on")

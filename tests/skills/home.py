"""A small house for the tests of the home skill, and one-line frames."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from hub.contracts.capability import Capability
from hub.contracts.device import Area, Availability, Device, DeviceKind, Floor, StateScalar, StateValue
from hub.contracts.frame import Frame, Scope, Slot, Target, When
from hub.contracts.messages import Asker, Channel
from hub.contracts.skill import SkillContext, SkillResult
from hub.plugins import load_plugins
from hub.testing.fixture import FixtureHome

NOW = datetime(2026, 3, 14, 18, 30, tzinfo=UTC)
ASKER = Asker(id="owner", channel=Channel.CONSOLE)
SKILL = next(one.skill for one in load_plugins(kind="skill").skills if one.manifest.id == "home")


def capability(name: str) -> Capability:
    """Return a capability from "name" or "name:option,option" or "name@low..high"."""
    if ":" in name:
        name, _, options = name.partition(":")
        return Capability(name=name, options=tuple(options.split(",")))
    if "@" in name:
        name, _, span = name.partition("@")
        low, _, high = span.partition("..")
        return Capability(name=name, minimum=float(low), maximum=float(high))
    return Capability(name=name)


def device(device_id: str, name: str, kind: str, area: str | None, capabilities: str, *, online: bool = True) -> Device:
    """Return a device whose main component offers the capabilities."""
    offered = [capability(one) for one in capabilities.split()]
    return Device(
        id=device_id,
        name=name,
        kind=DeviceKind(kind),
        area=area,
        components={"": {one.name: one for one in offered}},
        availability=Availability(is_online=online),
    )


DEVICES = (
    device("lamp", "Reading Lamp", "light", "den", "on_off brightness color color_temp@2200..6000"),
    device("spots", "Den Spots", "light", "den", "on_off brightness color_temp"),
    device("bulb", "Cellar Bulb", "light", "cellar", "on_off"),
    device("plug", "Desk Plug", "plug", "den", "on_off"),
    device("stat", "Den Thermostat", "thermostat", "den", "thermostat:heat,cool,off"),
    device("fan", "Tower Fan", "fan", "den", "on_off fan_speed fan_oscillation"),
    device("blind", "Den Blind", "cover", "den", "cover cover_position"),
    device("awning", "Awning", "cover", "yard", "cover"),
    device("garage", "Car Port", "garage_door", "yard", "cover"),
    device("door", "House Door", "lock", "hall", "lock"),
    device("robot", "Dusty", "vacuum", "hall", "vacuum battery"),
    device("tv", "Den TV", "tv", "den", "on_off media_player:HDMI 1,Radio volume".replace("HDMI 1", "HDMI1")),
    device("radio", "Kitchen Radio", "speaker", "kitchen", "media_player volume"),
    device("climate", "Den Sensor", "sensor", "den", "measure.temperature measure.humidity battery"),
    device("window", "Kitchen Window", "contact_sensor", "kitchen", "binary.contact_open"),
    device("movie", "Cinema", "scene", None, "scene"),
    device("heater", "Guest Heater", "thermostat", "guest", "thermostat", online=False),
    device("buds", "Ana's Earbuds", "earbuds", None, "media_player volume battery noise_control:off,transparency"),
)
AREAS = (
    Area(id="den", name="Den", floor="g"),
    Area(id="kitchen", name="Kitchen", floor="g"),
    Area(id="hall", name="Hall", floor="g"),
    Area(id="cellar", name="Cellar"),
    Area(id="yard", name="Yard"),
    Area(id="guest", name="Guest Room"),
)
STATES: Mapping[str, Mapping[str, StateScalar]] = {
    "lamp": {"on": True, "brightness": 40, "color_hs": (2.0, 90.0), "color_mode": "color"},
    "spots": {"on": False, "brightness": 10, "color_temp": 2700},
    "bulb": {"on": True},
    "plug": {"on": False},
    "stat": {"hvac_mode": "heat", "target_temperature": 21, "current_temperature": 19.5},
    "fan": {"on": True, "fan_speed": 30},
    "blind": {"cover_state": "open", "position": 60},
    "awning": {"cover_state": "closed"},
    "garage": {"cover_state": "open"},
    "door": {"lock": "locked"},
    "robot": {"vacuum_state": "docked", "battery": 80},
    "tv": {"on": True, "playback": "playing", "volume": 25, "title": "Night Train"},
    "radio": {"playback": "paused", "volume": 40},
    "climate": {"temperature": 21.4, "humidity": 48},
    "window": {"contact_open": True},
    "heater": {"hvac_mode": "heat"},
    "buds": {"battery.left": 80, "battery.right": 78},
}


def house(now: datetime = NOW, age: timedelta = timedelta(0)) -> FixtureHome:
    """Return the house with all its state reported `age` before `now`."""
    states = {
        device_id: {name: StateValue(value=value, ts=now - age, source="test") for name, value in values.items()}
        for device_id, values in STATES.items()
    }
    return FixtureHome(
        all_devices=DEVICES, all_areas=AREAS, all_floors=(Floor(id="g", name="Ground"),), states_of=states
    )


def value(text: str, number: float | None = None, unit: str = "", canonical: str = "") -> Slot:
    """Return a value slot."""
    return Slot(name="value", text=text, number=number, unit=unit, canonical=canonical)


def word(name: str, canonical: str, text: str = "") -> Slot:
    """Return a slot of a word."""
    return Slot(name=name, text=text or canonical, canonical=canonical)


def frame(
    intent: str,
    *devices: str,
    text: str = "",
    slots: tuple[Slot, ...] = (),
    scope: Scope = Scope.NAMED,
    areas: tuple[str, ...] = (),
    kind: str = "",
    plural: bool = False,
    when: When | None = None,
) -> Frame:
    """Return a frame of the home skill with its target."""
    target = Target(scope=scope, devices=devices, areas=areas, kind=kind, is_plural=plural)
    return Frame(intent=f"home.{intent}", text=text, slots=slots, target=target, when=when, confidence=0.9)


def handle(
    asked: Frame, *, home: FixtureHome | None = None, language: str = "en", area: str | None = None, unit: str = "C"
) -> SkillResult:
    """Return what the skill makes of a frame."""
    context = SkillContext(
        asker=ASKER, language=language, area=area, now=NOW, home=home or house(), temperature_unit=unit
    )
    return SKILL.handle(asked, context)


def done(result: SkillResult) -> list[tuple[str | None, str, dict[str, object]]]:
    """Return the effects of a plan as plain tuples."""
    effects = getattr(result, "effects", ())
    return [(effect.device, effect.command, dict(effect.params)) for effect in effects]

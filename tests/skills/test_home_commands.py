"""Commands of the home skill: which effects a frame becomes, per kind of device."""

import pytest

from hub.contracts.capability import COMMANDS
from hub.contracts.frame import Ambiguous, Frame, Scope, Slot, Target, When
from hub.contracts.skill import Plan, Question, Refusal
from tests.skills.home import DEVICES, SKILL, done, frame, handle, value, word

CASES = [
    ("turn_on", "lamp", (), "turn_on", {}),
    ("turn_on", "lamp", (value("30 %", 30, "%"),), "set_brightness", {"brightness_pct": 30}),
    ("turn_on", "lamp", (word("color", "green"),), "set_color", {"color": "green"}),
    ("turn_on", "stat", (), "set_mode", {"mode": "heat"}),
    ("turn_off", "stat", (), "set_mode", {"mode": "off"}),
    ("turn_on", "door", (), "lock", {}),
    ("turn_on", "awning", (), "open", {}),
    ("turn_off", "awning", (), "close", {}),
    ("turn_on", "movie", (), "activate", {}),
    ("turn_on", "robot", (), "start", {}),
    ("turn_off", "robot", (), "stop", {}),
    ("turn_on", "radio", (), "play", {}),
    ("toggle", "lamp", (), "turn_off", {}),
    ("toggle", "plug", (), "turn_on", {}),
    ("toggle", "awning", (), "open", {}),
    ("toggle", "garage", (), "close", {}),
    ("toggle", "door", (), "unlock", {}),
    ("toggle", "tv", (), "turn_off", {}),
    ("open", "blind", (value("half", None, "", "half"),), "set_position", {"position": 50}),
    ("open", "door", (), "unlock", {}),
    ("open", "plug", (), "turn_on", {}),
    ("close", "plug", (), "turn_off", {}),
    ("stop", "garage", (), "stop", {}),
    ("stop", "plug", (), "turn_off", {}),
    ("set_position", "awning", (value("100 %", 100, "%"),), "open", {}),
    ("change_position.up", "awning", (), "open", {}),
    ("change_position.down", "blind", (), "change_position", {"direction": "down", "amount": 25}),
    ("lock", "door", (), "lock", {}),
    ("unlock", "door", (), "unlock", {}),
    ("set_brightness", "lamp", (value("max", None, "", "max"),), "set_brightness", {"brightness_pct": 100}),
    ("set_brightness", "fan", (value("40 %", 40, "%"),), "set_speed", {"speed_pct": 40}),
    ("set_brightness", "plug", (value("100 %", 100, "%"),), "turn_on", {}),
    ("change_brightness.up", "lamp", (), "change_brightness", {"direction": "up", "amount": 20}),
    ("set_color", "lamp", (word("color", "blue"),), "set_color", {"color": "blue"}),
    ("set_color", "spots", (word("color", "white"),), "set_color_temp", {"kelvin": 4000}),
    ("set_color", "lamp", (word("color", "white"),), "set_color", {"color": "white"}),
    ("set_color_temp", "lamp", (word("color", "daylight"),), "set_color_temp", {"kelvin": 6000}),
    ("set_color_temp", "spots", (value("3100 K", 3100, "K"),), "set_color_temp", {"kelvin": 3100}),
    ("change_color_temp.warmer", "spots", (), "change_color_temp", {"direction": "warmer", "amount": 500}),
    ("set_temperature", "stat", (value("20.5", 20.5),), "set_temperature", {"temperature": 20.5}),
    ("set_temperature", "stat", (value("68 °F", 68, "°F"),), "set_temperature", {"temperature": 20}),
    ("change_temperature.down", "stat", (), "change_temperature", {"direction": "down", "amount": 1}),
    ("set_mode", "stat", (word("mode", "cool"),), "set_mode", {"mode": "cool"}),
    ("set_mode", "buds", (word("mode", "transparency"),), "set_noise_control", {"mode": "transparency"}),
    ("set_fan_mode", "fan", (word("mode", "low"),), "set_speed", {"speed_pct": 33}),
    ("set_speed", "fan", (word("mode", "high"),), "set_speed", {"speed_pct": 100}),
    ("change_speed.up", "fan", (), "change_speed", {"direction": "up", "amount": 25}),
    ("set_oscillating", "fan", (), "set_oscillating", {"on": True}),
    ("set_oscillating", "fan", (word("state", "off"),), "set_oscillating", {"on": False}),
    ("start", "robot", (), "start", {}),
    ("pause", "robot", (), "pause", {}),
    ("return_to_base", "robot", (), "return_to_base", {}),
    ("locate", "robot", (), "locate", {}),
    ("play", "radio", (), "play", {}),
    ("play_media", "radio", (Slot(name="media", text="cello suites"),), "play_media", {"query": "cello suites"}),
    ("set_volume", "radio", (value("15", 15),), "set_volume", {"volume_pct": 15}),
    ("change_volume.up", "tv", (), "change_volume", {"direction": "up", "amount": 10}),
    ("mute", "tv", (), "mute", {}),
    ("set_source", "tv", (Slot(name="mode", text="hdmi 1"),), "set_source", {"source": "HDMI1"}),
    ("activate", "movie", (), "activate", {}),
]


@pytest.mark.parametrize(("intent", "target", "slots", "command", "params"), CASES)
def test_a_frame_becomes_the_effect_of_its_kind_of_device(
    intent: str, target: str, slots: tuple[Slot, ...], command: str, params: dict[str, object]
) -> None:
    assert done(handle(frame(intent, target, slots=slots))) == [(target, command, params)]


@pytest.mark.parametrize(("intent", "target", "slots", "command", "params"), CASES)
def test_every_effect_is_declared_and_fits_the_device(
    intent: str, target: str, slots: tuple[Slot, ...], command: str, params: dict[str, object]
) -> None:
    device = next(one for one in DEVICES if one.id == target)
    assert command in SKILL.manifest.commands
    assert any(device.has(name) for name in COMMANDS[command].capabilities)
    assert set(params) <= set(COMMANDS[command].params)


@pytest.mark.parametrize(
    ("intent", "text", "slot", "command", "params"),
    [
        ("change_brightness.down", "dim the lamp to 15 percent", value("15 percent", 15, "%"), "set_brightness",
         {"brightness_pct": 15}),
        ("change_brightness.up", "the lamp 15 percent brighter", value("15 percent", 15, "%"), "change_brightness",
         {"direction": "up", "amount": 15}),
        ("change_brightness.up", "make the lamp a bit brighter", None, "change_brightness",
         {"direction": "up", "amount": 10}),
        ("change_brightness.up", "make the lamp much brighter", None, "change_brightness",
         {"direction": "up", "amount": 40}),
    ],
)  # fmt: skip
def test_a_change_goes_to_a_value_or_by_an_amount_as_it_was_said(
    intent: str, text: str, slot: Slot | None, command: str, params: dict[str, object]
) -> None:
    slots = (slot,) if slot is not None else ()
    assert done(handle(frame(intent, "lamp", text=text, slots=slots))) == [("lamp", command, params)]


@pytest.mark.parametrize(("text", "amount"), [("阅读灯稍微亮一点", 10), ("阅读灯亮很多", 40), ("阅读灯调亮", 20)])
def test_chinese_says_by_how_much_as_well(text: str, amount: int) -> None:
    made = handle(frame("change_brightness.up", "lamp", text=text), language="zh")
    assert done(made) == [("lamp", "change_brightness", {"direction": "up", "amount": amount})]


def test_chinese_dao_means_where_to_end() -> None:
    asked = frame("change_brightness.down", "lamp", text="把阅读灯调暗到百分之十", slots=(value("百分之十", 10, "%"),))
    assert done(handle(asked, language="zh")) == [("lamp", "set_brightness", {"brightness_pct": 10})]


def test_a_bare_number_of_degrees_is_in_the_owners_unit() -> None:
    asked = frame("set_temperature", "stat", slots=(value("70", 70),))
    assert done(handle(asked, unit="F")) == [("stat", "set_temperature", {"temperature": 21.1})]


def test_a_light_without_colour_is_refused_with_what_it_can() -> None:
    refused = handle(frame("set_color", "spots", slots=(word("color", "red"),)))
    assert isinstance(refused, Refusal)
    assert "Den Spots" in refused.text
    assert "be dimmed" in refused.text


def test_a_plug_cannot_be_dimmed() -> None:
    refused = handle(frame("set_brightness", "plug", slots=(value("50 %", 50, "%"),)), language="zh")
    assert isinstance(refused, Refusal)
    assert refused.reason == "not_capable"
    assert "Desk Plug不能调光" in refused.text


def test_a_sensor_cannot_be_operated() -> None:
    refused = handle(frame("open", "window"))
    assert isinstance(refused, Refusal)
    assert "only reports" in refused.text


def test_those_that_can_do_it_and_the_others_are_named() -> None:
    planned = handle(frame("set_color", "lamp", "spots", slots=(word("color", "red"),), kind="light"))
    assert done(planned) == [("lamp", "set_color", {"color": "red"})]
    assert isinstance(planned, Plan)
    assert "Den Spots" in planned.note


def test_an_unknown_colour_is_refused_by_its_name() -> None:
    refused = handle(frame("set_color", "lamp", slots=(Slot(name="color", text="glorp"),)))
    assert isinstance(refused, Refusal)
    assert "glorp" in refused.text


def test_a_mode_the_device_does_not_have_is_refused_with_those_it_has() -> None:
    refused = handle(frame("set_mode", "stat", slots=(word("mode", "dry"),)))
    assert isinstance(refused, Refusal)
    assert "heat, cool and off" in refused.text


def test_everything_in_a_room_leaves_covers_sensors_and_locks_alone() -> None:
    everything = [one.id for one in DEVICES if one.area in ("den", "hall")]
    made = done(handle(frame("turn_off", *everything, scope=Scope.AREA, areas=("den", "hall"))))
    assert {device for device, _, _ in made} == {"lamp", "spots", "plug", "stat", "fan", "tv"}


def test_everything_that_opens_leaves_the_lock_alone() -> None:
    made = done(handle(frame("open", "blind", "door", scope=Scope.AREA, areas=("den",))))
    assert made == [("blind", "open", {})]


def test_a_pause_goes_to_what_is_playing() -> None:
    asked = frame("pause", "tv", "radio", scope=Scope.KIND, kind="media")
    assert done(handle(asked)) == [("tv", "pause", {})]


def test_going_on_goes_to_what_was_paused() -> None:
    asked = frame("play", "tv", "radio", scope=Scope.KIND, kind="media")
    assert done(handle(asked)) == [("radio", "play", {})]


def test_several_players_for_one_song_are_asked_back() -> None:
    asked = frame("play_media", "tv", "radio", scope=Scope.KIND, slots=(Slot(name="media", text="jazz"),))
    question = handle(asked)
    assert isinstance(question, Question)
    assert question.choices == ("tv", "radio")
    assert "Den TV or Kitchen Radio" in question.text


def test_one_temperature_for_several_thermostats_is_asked_back_unless_all_were_meant() -> None:
    slots = (value("20", 20),)
    assert isinstance(handle(frame("set_temperature", "stat", "heater", scope=Scope.KIND, slots=slots)), Question)
    both = handle(frame("set_temperature", "stat", "heater", scope=Scope.ALL, slots=slots, plural=True))
    assert [device for device, _, _ in done(both)] == ["stat", "heater"]


def test_a_missing_value_is_asked_for() -> None:
    question = handle(frame("set_temperature", "stat"))
    assert isinstance(question, Question)
    assert question.slot == "value"


def test_an_area_is_cleaned_by_the_only_vacuum() -> None:
    asked = frame("clean_area", scope=Scope.AREA, areas=("den", "kitchen"))
    assert done(handle(asked)) == [
        ("robot", "clean_area", {"area": "den"}),
        ("robot", "clean_area", {"area": "kitchen"}),
    ]


def test_without_a_room_the_askers_own_is_cleaned() -> None:
    assert done(handle(frame("clean_area", scope=Scope.NONE), area="den")) == [("robot", "clean_area", {"area": "den"})]


def test_an_ambiguous_target_is_asked_back() -> None:
    target = Target(scope=Scope.NAMED, problem=Ambiguous(said="lamp", candidates=("lamp", "bulb")))
    question = handle(Frame(intent="home.turn_on", text="the lamp", target=target))
    assert isinstance(question, Question)
    assert question.choices == ("lamp", "bulb")


def test_a_negated_command_changes_nothing() -> None:
    asked = Frame(intent="home.turn_on", text="", target=Target(scope=Scope.NAMED, devices=("lamp",)), is_negated=True)
    assert isinstance(handle(asked), Refusal)


def test_a_time_goes_into_every_effect() -> None:
    when = When(delay_s=120)
    planned = handle(frame("turn_off", "lamp", "plug", when=when))
    assert isinstance(planned, Plan)
    assert [effect.when for effect in planned.effects] == [when, when]


def test_every_declared_intent_has_a_handler() -> None:
    for spec in SKILL.manifest.intents:
        result = handle(frame(spec.name.removeprefix("home."), "lamp"))
        assert not (isinstance(result, Refusal) and result.reason == "unknown_intent"), spec.name

"""Questions to the home skill: answered from reported state, with its age, or not at all."""

from datetime import timedelta

import pytest

from hub.contracts.device import StateValue
from hub.contracts.frame import Ambiguous, Frame, Scope, Target
from hub.contracts.skill import Answer, Refusal
from tests.skills.home import NOW, STATES, frame, handle, house, word


def text(result: object) -> str:
    assert isinstance(result, Answer), result
    return result.text


@pytest.mark.parametrize(
    ("target", "asked", "english", "chinese"),
    [
        ("door", "locked", "Yes, House Door is locked.", "是的，House Door锁着。"),
        ("door", "unlocked", "No, House Door is locked.", "没有，House Door锁着。"),
        ("lamp", "on", "Yes, Reading Lamp is on at 40%.", "是的，Reading Lamp开着，亮度40%。"),
        ("lamp", "", "Reading Lamp is on at 40%.", "Reading Lamp开着，亮度40%。"),
        ("blind", "open", "Yes, Den Blind is 60% open.", "是的，Den Blind开了60%。"),
        ("window", "closed", "No, Kitchen Window is open.", "没有，Kitchen Window开着。"),
        ("robot", "", "Dusty is in its dock.", "Dusty在充电座上。"),
        ("tv", "playing", "Yes, Den TV is playing.", "是的，Den TV正在播放。"),
        (
            "stat",
            "",
            "Den Thermostat is heating, set to 21 °C at 19.5 °C.",
            "Den Thermostat在制热，设定21 °C，现在19.5 °C。",
        ),
        ("door", "open", "House Door is locked; whether it is open it does not report.",
         "House Door锁着；是否开着它不报告。"),
    ],
)  # fmt: skip
def test_a_state_is_told_as_it_was_reported(target: str, asked: str, english: str, chinese: str) -> None:
    slots = (word("state", asked),) if asked else ()
    assert text(handle(frame("query_state", target, slots=slots))) == english
    assert text(handle(frame("query_state", target, slots=slots), language="zh")) == chinese


def test_an_answer_names_what_it_was_made_from() -> None:
    answer = handle(frame("query_state", "door", slots=(word("state", "locked"),)))
    assert isinstance(answer, Answer)
    assert [(read.device, read.command, dict(read.params)) for read in answer.reads] == [
        ("door", "query", {"kind": "state"})
    ]


def test_an_old_state_says_how_old_it_is() -> None:
    told = text(handle(frame("query_state", "door"), home=house(age=timedelta(hours=3))))
    assert told == "House Door is locked. Reported 3 hours ago."


def test_a_measurement_of_days_ago_is_no_answer() -> None:
    asked = frame("query_value", "climate", slots=(word("attribute", "temperature"),))
    told = text(handle(asked, home=house(age=timedelta(days=2))))
    assert told.startswith("I do not know")
    assert "2 days ago" in told


def test_what_was_never_reported_is_not_known() -> None:
    home = house().without("buds")
    told = text(handle(frame("query_state", "buds"), home=home))
    assert told == "I do not know: Ana's Earbuds has not reported its state."


def test_the_batteries_of_a_pair_are_told_apart() -> None:
    asked = frame("query_value", "buds", slots=(word("attribute", "battery"),))
    assert text(handle(asked)) == "Battery of Ana's Earbuds: left 80%, right 78%."
    assert text(handle(asked, language="zh")) == "Ana's Earbuds的电量是左 80%、右 78%。"


def test_an_offline_device_is_unavailable() -> None:
    told = text(handle(frame("query_state", "heater"), home=house(age=timedelta(minutes=20))))
    assert told == "Guest Heater is unavailable; 20 minutes ago it was heating."


def test_an_assumed_state_is_only_probable() -> None:
    home = house().with_state("plug", {"on": StateValue(value=True, ts=NOW, source="test", is_assumed=True)})
    assert "probably" in text(handle(frame("query_state", "plug"), home=home))


def test_the_temperature_of_a_room_comes_from_its_sensor() -> None:
    asked = frame("query_value", scope=Scope.AREA, areas=("den",), slots=(word("attribute", "temperature"),))
    answer = handle(asked)
    assert text(answer) == "It is 21.4 °C in Den (Den Sensor)."


def test_the_askers_room_is_meant_where_none_was_said() -> None:
    asked = frame("query_value", scope=Scope.NONE, slots=(word("attribute", "humidity"),))
    assert "48" in text(handle(asked, area="den"))


def test_degrees_are_told_in_the_owners_unit() -> None:
    asked = frame("query_value", "climate", slots=(word("attribute", "temperature"),))
    assert "71 °F" in text(handle(asked, unit="F"))


def test_a_value_that_a_device_does_not_have_is_said_so() -> None:
    told = text(handle(frame("query_value", "door", slots=(word("attribute", "temperature"),))))
    assert told == "House Door does not report temperature."


@pytest.mark.parametrize(
    ("intent", "target", "kind", "expected"),
    [
        ("query_brightness", "lamp", "brightness", "Brightness of Reading Lamp: 40%."),
        ("query_brightness", "spots", "brightness", "Den Spots is off."),
        ("query_color", "lamp", "color", "Colour of Reading Lamp: red."),
        ("query_volume", "radio", "volume", "Volume of Kitchen Radio: 40%."),
        ("query_media", "tv", "media", "Den TV is playing Night Train."),
        ("query_media", "radio", "media", "Kitchen Radio is paused, with no title."),
    ],
)
def test_a_property_is_told_and_read(intent: str, target: str, kind: str, expected: str) -> None:
    answer = handle(frame(intent, target))
    assert text(answer) == expected
    assert isinstance(answer, Answer)
    assert [dict(read.params)["kind"] for read in answer.reads] == [kind]


def test_lights_are_counted_with_their_names() -> None:
    asked = frame("query_count", "lamp", "spots", "bulb", scope=Scope.KIND, kind="light", slots=(word("state", "on"),))
    assert text(handle(asked)) == "2 of 3 lights are on: Reading Lamp and Cellar Bulb."
    assert text(handle(asked, language="zh")) == "3盏灯里有2个开着：Reading Lamp和Cellar Bulb。"


def test_a_list_holds_those_that_are_so() -> None:
    asked = frame("query_list", "window", "door", scope=Scope.KIND, slots=(word("state", "open"),))
    assert text(handle(asked)) == "Open: Kitchen Window."


def test_any_and_all_are_told_apart() -> None:
    lights = ("lamp", "spots", "bulb")
    on = (word("state", "on"),)
    any_on = frame("query_state", *lights, scope=Scope.KIND, kind="light", slots=on, text="are any lights on")
    all_on = frame("query_state", *lights, scope=Scope.KIND, kind="light", slots=on, text="are all lights on")
    assert text(handle(any_on)) == "Yes: Reading Lamp and Cellar Bulb."
    assert text(handle(all_on)) == "No, Den Spots is not on."


def test_devices_of_one_name_are_told_apart_by_what_was_asked() -> None:
    target = Target(scope=Scope.NAMED, problem=Ambiguous(said="den", candidates=("blind", "stat")))
    asked = Frame(intent="home.query_state", text="", target=target, slots=(word("state", "closed"),))
    answer = handle(asked)
    assert isinstance(answer, Answer)
    assert [read.device for read in answer.reads] == ["blind"]


def test_a_question_about_nothing_in_the_home_is_refused() -> None:
    assert isinstance(handle(frame("query_brightness", scope=Scope.NONE)), Refusal | Answer)
    assert STATES["door"]["lock"] == "locked"


def test_a_negated_question_is_still_answered() -> None:
    target = Target(scope=Scope.NAMED, devices=("door",))
    asked = Frame(intent="home.query_state", text="isn't it locked", target=target, is_negated=True)
    assert isinstance(handle(asked), Answer)

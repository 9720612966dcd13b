"""`aios understand`: one answer per line, whatever comes in; a risky plan asks, and shows what a yes would do."""

import io
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from hub.cli.understand import Bench, answer_all, run
from hub.config import Settings
from hub.contracts.errors import ConfigError
from hub.contracts.frame import Frame, Gate, Scope, Slot, Target, Understanding, When
from hub.control.decision import Policy
from hub.plugins import load_plugins
from hub.understanding.context import Context
from hub.understanding.index import HomeIndex

DEVICES = [
    {"id": "light.elm", "name": "Elm Lamp", "domain": "light", "state": "off", "area": "barn"},
    {"id": "lock.elm", "name": "Elm Door", "domain": "lock", "state": "locked", "area": "barn"},
    {
        "id": "climate.elm",
        "name": "Elm Heating",
        "domain": "climate",
        "state": "heat",
        "area": "barn",
        "attributes": {"target_temperature": 66},
    },
]


def heard(intent: str, device: str = "", *slots: Slot, when: When | None = None) -> Frame:
    target = Target(scope=Scope.NAMED, devices=(device,)) if device else Target()
    return Frame(intent=intent, text="", slots=slots, target=target, when=when)


FRAMES: Mapping[str, Frame] = {
    "lamp": heard("home.turn_on", "light.elm"),
    "later": heard("home.turn_on", "light.elm", when=When(delay_s=300.0)),
    "door": heard("home.unlock", "lock.elm"),
    "warm": heard("home.set_temperature", "climate.elm", Slot(name="value", text="72", number=72)),
    "locked": heard("home.query_state", "lock.elm", Slot(name="state", text="locked", canonical="locked")),
    "nevermind": heard("dialog.nevermind"),
    "undo": heard("dialog.undo"),
}


class Scripted:
    """Hears the frame that the text names; "maybe X" is X, but not surely; "fail" breaks."""

    def __init__(self) -> None:
        self.contexts: list[Context] = []

    def understand(self, text: str, index: HomeIndex, context: Context) -> Understanding:
        self.contexts.append(context)
        if text == "fail":
            raise RuntimeError("broken on purpose")
        gate = Gate.ASK if text.startswith("maybe ") else Gate.ACT
        return Understanding(frames=(FRAMES[text.removeprefix("maybe ")],), gate=gate)


@pytest.fixture
def scripted() -> Scripted:
    return Scripted()


@pytest.fixture
def bench(tmp_path: Path, scripted: Scripted) -> Bench:
    rows = [{"aliases": [], "device_class": None, "attributes": {}, **row} for row in DEVICES]
    home = {"floors": [], "areas": [{"id": "barn", "name": "Barn"}], "devices": rows}
    (tmp_path / "home_elm.json").write_text(json.dumps(home), encoding="utf-8")
    skills = {plugin.manifest.id: plugin.skill for plugin in load_plugins(kind="skill").skills}
    return Bench(folder=tmp_path, understander=scripted, skills=skills, policy=Policy(), settings=Settings())


def ask(bench: Bench, *lines: str) -> list[dict[str, object]]:
    answers = io.StringIO()
    answer_all(bench, io.StringIO("".join(f"{line}\n" for line in lines)), answers)
    return [json.loads(line) for line in answers.getvalue().splitlines()]


def case(text: str, **more: object) -> str:
    return json.dumps({"id": text, "home": "elm", "text": text, **more})


def test_a_command_is_answered_with_its_effects(bench: Bench) -> None:
    (answer,) = ask(bench, case("lamp"))
    assert (answer["id"], answer["outcome"]) == ("lamp", "act")
    assert answer["effects"] == [{"device": "light.elm", "command": "turn_on", "params": {}}]
    assert isinstance(answer["latency_ms"], float)


def test_a_time_is_given_in_whole_seconds(bench: Bench) -> None:
    (answer,) = ask(bench, case("later"))
    assert answer["outcome"] == "schedule"
    assert answer["effects"] == [{"device": "light.elm", "command": "turn_on", "params": {}, "when": {"delay_s": 300}}]


def test_a_risky_plan_asks_and_shows_what_a_yes_would_do(bench: Bench) -> None:
    (answer,) = ask(bench, case("door"))
    assert answer["outcome"] == "ask"
    assert answer["effects"] == [{"device": "lock.elm", "command": "unlock", "params": {}}]


def test_an_unsure_reading_asks_and_would_do_nothing(bench: Bench) -> None:
    (answer,) = ask(bench, case("maybe lamp"))
    assert (answer["outcome"], answer["effects"]) == ("ask", [])


def test_degrees_come_back_in_the_units_of_the_household(bench: Bench) -> None:
    (answer,) = ask(bench, case("warm"))
    assert answer["effects"] == [{"device": "climate.elm", "command": "set_temperature", "params": {"temperature": 72}}]


def test_a_question_is_answered_with_what_was_read(bench: Bench) -> None:
    (answer,) = ask(bench, case("locked"))
    assert answer["outcome"] == "answer"
    assert answer["effects"] == [{"device": "lock.elm", "command": "query", "params": {"kind": "state"}}]
    assert answer["text"] == "Yes, Elm Door is locked."


def test_the_dialogues_own_intents_have_their_words(bench: Bench) -> None:
    answers = ask(bench, case("nevermind"), case("undo"))
    commands = [[effect["command"] for effect in answer["effects"]] for answer in answers]  # type: ignore[attr-defined]
    assert commands == [["nevermind"], ["undo"]]


def test_earlier_turns_are_heard_and_the_last_is_answered(bench: Bench, scripted: Scripted) -> None:
    (answer,) = ask(bench, case("locked", turns=[{"text": "lamp"}, {"text": "locked"}], context={"area": "barn"}))
    assert answer["outcome"] == "answer"
    assert [len(context.turns) for context in scripted.contexts] == [0, 1]
    assert scripted.contexts[1].area == "barn"


def test_a_case_that_fails_does_not_end_the_others(bench: Bench) -> None:
    answers = ask(
        bench,
        "{",
        "[]",
        case("fail"),
        json.dumps({"id": "h", "home": "../elm", "text": "lamp"}),
        json.dumps({"id": "n", "home": "nowhere", "text": "lamp"}),
        case("lamp"),
    )
    assert [answer["outcome"] for answer in answers] == ["refuse"] * 5 + ["act"]
    assert all(answer["effects"] == [] and answer["error"] for answer in answers[:5])
    assert answers[2]["id"] == "fail"


def test_homes_are_read_once(bench: Bench) -> None:
    ask(bench, case("lamp"))
    (bench.folder / "home_elm.json").unlink()
    assert ask(bench, case("lamp"))[0]["outcome"] == "act"


def test_the_owners_limit_for_heat_is_the_guards(bench: Bench) -> None:
    bench.policy = replace(bench.policy, heat_limit_c=15.0)
    assert ask(bench, case("warm"))[0]["outcome"] == "ask"


def test_without_a_folder_of_homes_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NLU_HOMES", raising=False)
    with pytest.raises(ConfigError, match="NLU_HOMES"):
        run([])

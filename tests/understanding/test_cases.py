"""The shipped model on our own requests: intent, target, slots and time of each."""

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest

import hub.understanding
from hub.contracts.frame import Ambiguous, Frame, Gate, NoTarget, Turn, Understanding
from hub.understanding.context import Context
from hub.understanding.encoder import load_model
from hub.understanding.index import HomeIndex
from hub.understanding.understand import Understander
from tests.understanding import cases
from tests.understanding.homes import home, intents

MODEL = Path(hub.understanding.__file__).parent / "model"
NOW = datetime(2026, 3, 11, 14, 20, tzinfo=UTC)


@cache
def understander() -> Understander:
    return Understander(load_model(MODEL), intents())


@cache
def index() -> HomeIndex:
    return home()


def rows(table: str) -> Iterator[tuple[str, str, str]]:
    for line in table.strip().splitlines():
        text, area, meaning = (part.strip() for part in line.split("|"))
        yield text, area, meaning


def hear(text: str, area: str = "") -> Understanding:
    turns: tuple[Turn, ...] = ()
    heard = Understanding()
    for part in text.split(" > "):
        heard = understander().understand(part, index(), Context(now=NOW, area=area or None, turns=turns))
        turns = (*turns, Turn(text=part, frames=heard.frames, at=NOW))
    return heard


def check(heard: Understanding, meaning: str) -> None:
    if meaning == "none":
        acts = [frame for frame in heard.frames if frame.intent.startswith("home.") and heard.gate is Gate.ACT]
        assert not acts, acts
        return
    wanted = meaning.split(" + ")
    assert [frame.intent for frame in heard.frames] == [f"home.{part.split()[0].strip('~')}" for part in wanted]
    for frame, part in zip(heard.frames, wanted, strict=True):
        check_frame(frame, part)


def check_frame(frame: Frame, part: str) -> None:
    words = part.split()
    assert frame.is_negated == words[0].startswith("~")
    check_target(frame, words[1])
    for word in words[2:]:
        name, _, value = word.partition("=")
        if name.startswith("@"):
            assert frame.when is not None
            assert f"{getattr(frame.when, name[1:])}".removesuffix(".0") == value
            continue
        slot = frame.slot(name)
        assert slot is not None
        assert value in (slot.canonical, f"{slot.number:g}" if slot.number is not None else None), slot


def check_target(frame: Frame, said: str) -> None:
    problem = frame.target.problem
    if said.startswith("!"):
        assert isinstance(problem, NoTarget) and problem.reason.value == said[1:], frame.target
    elif said.startswith("?"):
        assert isinstance(problem, Ambiguous) and set(problem.candidates) == set(said[1:].split(",")), frame.target
    else:
        assert problem is None, problem
        assert set(frame.target.devices) == (set() if said == "-" else set(said.split(",")))


@pytest.mark.parametrize(("text", "area", "meaning"), list(rows(cases.COMMANDS)))
def test_command(text: str, area: str, meaning: str) -> None:
    check(hear(text, area), meaning)


@pytest.mark.parametrize(("text", "area", "meaning"), list(rows(cases.CHINESE)))
def test_chinese_command(text: str, area: str, meaning: str) -> None:
    check(hear(text, area), meaning)


@pytest.mark.parametrize(("text", "area", "meaning"), list(rows(cases.ABSENT)))
def test_what_is_not_there_is_not_replaced(text: str, area: str, meaning: str) -> None:
    check(hear(text, area), meaning)


@pytest.mark.parametrize(("text", "area", "meaning"), list(rows(cases.UNCLEAR)))
def test_equals_are_asked_about(text: str, area: str, meaning: str) -> None:
    check(hear(text, area), meaning)


@pytest.mark.parametrize(("text", "area", "meaning"), list(rows(cases.QUESTIONS)))
def test_question(text: str, area: str, meaning: str) -> None:
    check(hear(text, area), meaning)


@pytest.mark.parametrize(("text", "area", "meaning"), list(rows(cases.NOTHING)))
def test_what_is_no_request_moves_nothing(text: str, area: str, meaning: str) -> None:
    check(hear(text, area), meaning)


@pytest.mark.parametrize(("text", "area", "meaning"), list(rows(cases.DIALOGUES)))
def test_follow_up(text: str, area: str, meaning: str) -> None:
    check(hear(text, area), meaning)

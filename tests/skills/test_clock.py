"""The clock skill: the home's wall clock in both languages, and nothing that it cannot know."""

from datetime import UTC, datetime

import pytest

from hub.contracts.frame import Frame, When
from hub.contracts.skill import Answer, Refusal, SkillContext
from hub.home.home import Home
from skills.clock.skill import ClockSkill
from tests.control.homes import OWNER

NOW = datetime(2026, 11, 24, 7, 5, tzinfo=UTC)


def told(intent: str, language: str, when: When | None = None) -> Answer | Refusal:
    context = SkillContext(asker=OWNER, language=language, area=None, now=NOW, home=Home())
    result = ClockSkill().handle(Frame(intent=intent, text="", when=when), context)
    assert isinstance(result, Answer | Refusal)
    return result


@pytest.mark.parametrize(
    ("intent", "language", "text"),
    [
        ("clock.time", "en", "It is 07:05."),
        ("clock.time", "zh", "现在是07:05。"),
        ("clock.date", "en", "It is Tuesday, 24 November 2026."),
        ("clock.date", "zh", "今天是2026年11月24日，星期二。"),
    ],
)
def test_the_wall_clock_is_told(intent: str, language: str, text: str) -> None:
    assert told(intent, language).text == text


def test_another_day_is_not_made_up() -> None:
    assert isinstance(told("clock.date", "en", When(text="on friday", at="2026-11-27")), Refusal)

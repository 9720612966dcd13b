"""What words are for: stretches of one role from the model's logits, and what they do to a command."""

import numpy as np
import pytest

from hub.contracts.frame import Frame, Gate, Target, When
from hub.understanding.encoder import Encoded
from hub.understanding.framed import Framed
from hub.understanding.gate import Judgement
from hub.understanding.roles import Role, Stretch, asked, is_shown, start_of_new, stretches, with_unread_time
from hub.understanding.tags import Span
from hub.understanding.tokens import tokenise

NAMES = tuple(role.value for role in Role)


def encoded(text: str, roles: list[Role]) -> Encoded:
    """Return what a model would say whose every token is a word of the text, sure of its role."""
    tokens = tokenise(text)
    logits = np.full((len(tokens), len(NAMES)), -8.0, dtype=np.float32)
    for row, role in enumerate(roles):
        logits[row, NAMES.index(role.value)] = 8.0
    rows = np.zeros((len(tokens), 1), dtype=np.float32)
    return Encoded(
        probabilities={}, energy=0.0, polarity=0.0, spans=tuple((token.start, token.end) for token in tokens),
        tags=rows, segments=rows[:, 0], roles=logits, hidden=rows,
    )  # fmt: skip


def framed(**values: object) -> Framed:
    frame = Frame(intent="home.turn_off", text="", **{"target": Target(devices=("lamp",)), **values})  # type: ignore[arg-type]
    return Framed(frame=frame, judgement=Judgement(gate=Gate.ACT))


@pytest.mark.parametrize(
    ("text", "roles", "found"),
    [
        ("lights off", "cc", [(Role.COMMAND, "lights off")]),
        ("all off but the lamp", "cclll", [(Role.COMMAND, "all off"), (Role.LEFT_OUT, "but the lamp")]),
        ("关灯算了", "ccww", [(Role.COMMAND, "关灯"), (Role.WITHDRAWN, "算了")]),
    ],
)
def test_neighbouring_words_of_one_role_are_one_stretch(text: str, roles: str, found: list[tuple[Role, str]]) -> None:
    letters = {"c": Role.COMMAND, "l": Role.LEFT_OUT, "w": Role.WITHDRAWN}
    made = stretches(encoded(text, [letters[letter] for letter in roles]), NAMES, tokenise(text))
    assert [(one.role, text[one.start : one.end]) for one in made] == found
    assert all(one.score > 0.99 for one in made)


def test_a_model_that_read_nothing_has_no_stretches() -> None:
    assert stretches(encoded("", []), NAMES, ()) == ()


@pytest.mark.parametrize(
    ("role", "made", "is_there"),
    [
        (Role.LEFT_OUT, framed(), False),
        (Role.LEFT_OUT, framed(target=Target(devices=("lamp",), excluded=("fan",))), True),
        (Role.LEFT_OUT, framed(is_negated=True), True),
        (Role.CONDITION, framed(), False),
        (Role.CONDITION, framed(when=When(text="at nine")), True),
        (Role.CORRECTION, framed(), False),
        (Role.WITHDRAWN, framed(is_negated=True), True),
    ],
)
def test_what_a_stretch_does_has_to_show_in_the_plan(role: Role, made: Framed, is_there: bool) -> None:
    stretch = Stretch(role=role, start=4, end=8, score=1.0)
    assert is_shown(stretch, [made], "off, but") is is_there


@pytest.mark.parametrize(
    ("text", "tagged", "new"),
    [
        ("lamp off, no wait, the fan", ["lamp", "fan"], "fan"),
        ("lamp off, lamp? no the fan", ["lamp", "fan"], "fan"),
        ("lamp off, no, turn off the fan", ["lamp", "fan"], "turn off the fan"),
        ("lamp off, no, lamp", ["lamp"], ""),
    ],
)
def test_a_second_thought_begins_at_what_is_new(text: str, tagged: list[str], new: str) -> None:
    cut = text.index(",") + 1
    part = Stretch(role=Role.CORRECTION, start=cut, end=len(text), score=1.0)
    spans = [Span(tag="device", start=text.rindex(word), end=text.rindex(word) + len(word)) for word in tagged]
    start = start_of_new(text, part, spans)
    assert (text[start:] if start >= 0 else "") == new


def test_a_condition_that_nobody_can_read_is_kept_in_its_words() -> None:
    made = with_unread_time(framed(), "if the cat comes in, ")
    assert made.frame.when == When(text="if the cat comes in")
    timed = framed(when=When(text="at nine"))
    assert with_unread_time(timed, "if the cat comes in") is timed


def test_only_a_command_is_asked_about() -> None:
    assert asked(framed()).judgement.gate is Gate.ASK
    aside = Framed(frame=Frame(intent="dialog.thanks", text=""), judgement=Judgement(gate=Gate.ACT), is_aside=True)
    assert asked(aside) is aside

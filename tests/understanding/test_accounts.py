"""What a reading has to account for: cues that turn a command round, and names of the home."""

import pytest

from hub.contracts.frame import Frame, Gate, Target
from hub.understanding.accounts import is_doubtful, passed_over
from hub.understanding.framed import Framed
from hub.understanding.gate import Judgement
from hub.understanding.index import HomeIndex, IndexedDevice
from hub.understanding.reading import Reading
from hub.understanding.tokens import tokenise

INDEX = HomeIndex.build(
    (IndexedDevice(id="lamp", names=("Josh's lamp",)), IndexedDevice(id="other", names=("Megan's lamp",)))
)


def reading(text: str) -> Reading:
    return Reading(
        text=text, match=text, tokens=tokenise(text), spans=(), mentions=(), probabilities={"home.turn_off": 1.0}
    )


def frame(text: str, **values: object) -> Frame:
    return Frame(intent="home.turn_off", text=text, target=Target(devices=("lamp",)), **values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("turn off josh's lamp", ()),
        ("turn off josh's lamp, i meant megan's", ("i meant", "megan's")),
        ("turn off josh's lamp but don't touch it", ("don't",)),
        ("turn off josh's lamp if you don't mind", ()),
        ("关灯，我是说开灯", ("我是说",)),
        ("别的灯关了", ()),
        ("灯关了，窗帘别拉", ("别",)),
    ],
)
def test_what_bears_on_a_command_is_named(text: str, words: tuple[str, ...]) -> None:
    assert passed_over(reading(text), frame(text), INDEX) == words


def test_a_negated_command_and_a_question_account_for_themselves() -> None:
    text = "don't turn off josh's lamp"
    assert passed_over(reading(text), frame(text, is_negated=True), INDEX) == ()
    assert passed_over(reading(text), Frame(intent="home.query_state", text=text), INDEX) == ()


@pytest.mark.parametrize(
    ("text", "is_left"),
    [
        ("turn everything off except megan's lamp", True),
        ("全关了，唯独台灯不关", True),
        ("turn everything off", False),
        ("灯给我留着开", False),
    ],
)
def test_an_exception_that_took_nothing_out_is_noticed(text: str, is_left: bool) -> None:
    made = [Framed(frame=frame(text), judgement=Judgement(gate=Gate.ACT))]
    assert is_doubtful(text, made) is is_left
    taken = Target(devices=("lamp",), excluded=("other",))
    spared = [Framed(frame=Frame(intent="home.turn_off", text=text, target=taken), judgement=Judgement(gate=Gate.ACT))]
    assert not is_doubtful(text, spared)


@pytest.mark.parametrize(
    ("text", "is_told"),
    [
        ("房东说下个月要来换锁", True),
        ("my sister says turn everything off", True),
        ("跟奶奶说一声把灯关了", False),
        ("please turn everything off", False),
    ],
)
def test_what_somebody_else_said_is_asked_about(text: str, is_told: bool) -> None:
    made = [Framed(frame=frame(text), judgement=Judgement(gate=Gate.ACT))]
    assert is_doubtful(text, made) is is_told


def test_two_values_and_both_ways_are_noticed() -> None:
    text = "josh's lamp off megan's on"
    assert set(passed_over(reading(text), frame(text), INDEX)) >= {"on", "off"}

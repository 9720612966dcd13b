"""Deciding, over the real home skill: what is done, what is asked, what is refused, and in which words."""

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.contracts.capability import COMMANDS
from hub.contracts.frame import Ambiguous, Frame, NoTargetReason, Target, When
from hub.contracts.messages import Asker, Outcome
from hub.contracts.skill import Answer, Effect, Plan, SkillContext, SkillManifest
from hub.control.decide import decide
from hub.control.decision import Decision, Policy, Session, UndoRequest, VerdictKind, VerdictReason
from hub.control.guard import Rights, judge
from skills.home.skill import HomeSkill
from tests.control.homes import ANA, NOW, OWNER, STRANGER, FakeHome, request
from tests.control.scripts import INDEX, Script, frame, missing, value

HERE = NOW.astimezone(ZoneInfo("Europe/Berlin"))  # 10:00

SENTENCES: dict[str, Frame | tuple[Frame, ...]] = {
    "kitchen off": frame("home.turn_off", "ceiling", "counter", "island", kind="light"),
    "tv off in ten": frame("home.turn_off", "tv", when=When(delay_s=600)),
    "tv off at seven": frame("home.turn_off", "tv", when=When(at="07:00")),
    "unlock": frame("home.unlock", "front"),
    "garage and light": (frame("home.turn_on", "ceiling"), frame("home.open", "garage")),
    "light and sauna": (frame("home.turn_on", "ceiling"), missing("home.turn_on", "sauna")),
    "sauna": missing("home.turn_on", "sauna"),
    "patio": missing("home.turn_on", "patio", NoTargetReason.NO_SUCH_AREA),
    "fan here": missing("home.turn_on", "fan", NoTargetReason.NONE_IN_AREA, area="kitchen"),
    "do not unlock": frame("home.unlock", "front", is_negated=True),
    "timer": frame("timer.start"),
    "attic": frame("home.turn_on", "plug"),
    "heat 30": frame("home.set_temperature", "heat", slots=(value(30, "°C"),)),
    "hello": frame("dialog.greet"),
    "undo": frame("dialog.undo"),
    "aye": frame("dialog.yes"),
    "lamp": Frame(
        intent="home.turn_on",
        text="lamp",
        target=Target(problem=Ambiguous(said="lamp", candidates=("desk", "counter"))),
    ),
    "every day": frame("home.turn_off", "tv", when=When(at="07:00", recur="daily")),
    "at sunset": frame("home.turn_off", "tv", when=When(trigger="sunset")),
    "yesterday": frame("home.turn_off", "tv", when=When(at="2020-01-01T07:00")),
    "on for ten": frame("home.turn_on", "ceiling", when=When(duration_s=600)),
    "把厨房的灯关了": frame("home.turn_off", "ceiling", "counter", "island", kind="light"),
    "开锁": frame("home.unlock", "front"),
}
UNSURE = {"mumble": frame("home.turn_off", "tv"), "mumble thanks": frame("dialog.yes")}
SCRIPT = Script(SENTENCES, UNSURE)
SKILLS = {"home": HomeSkill()}


def session(asker: Asker = OWNER) -> Session:
    return Session(id="s", asker_id=asker.id, updated=HERE)


def ask(
    text: str,
    before: Session | None = None,
    *,
    asker: Asker = OWNER,
    now: datetime = HERE,
    home: FakeHome | None = None,
    at: datetime | None = NOW,
    skills: dict[str, object] | None = None,
) -> Decision:
    return decide(
        request(text, asker, at=at),
        home or FakeHome(),
        INDEX,
        before or session(asker),
        understander=SCRIPT,
        skills=skills or SKILLS,  # type: ignore[arg-type]
        policy=Policy(),
        now=now,
    )


def commands(decision: Decision) -> list[tuple[str, str | None]]:
    return [(effect.command, effect.device) for effect in (decision.plan.effects if decision.plan else ())]


def test_a_command_becomes_a_plan_and_says_what_it_would_do() -> None:
    found = ask("kitchen off")
    assert found.outcome is Outcome.ACT
    assert commands(found) == [("turn_off", "ceiling"), ("turn_off", "counter"), ("turn_off", "island")]
    assert found.text == "I would turn off the three kitchen lights."


def test_the_answer_is_in_the_language_of_the_request() -> None:
    assert ask("把厨房的灯关了").text == "我会关闭厨房的全部三盏灯。"
    assert ask("开锁").text == "要我打开Front door的锁吗？"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("tv off in ten", "I will turn off the TV at 10:10."),
        ("tv off at seven", "I will turn off the TV tomorrow at 07:00."),
    ],
)
def test_a_delayed_effect_names_its_absolute_local_time(text: str, said: str) -> None:
    found = ask(text)
    assert (found.outcome, found.text) == (Outcome.SCHEDULE, said)
    assert commands(found) == [("turn_off", "tv")]


@pytest.mark.parametrize(("text", "reason"), [("every day", "recur"), ("at sunset", "trigger"), ("yesterday", "past")])
def test_a_time_that_cannot_be_kept_is_refused(text: str, reason: str) -> None:
    found = ask(text)
    assert (found.outcome, found.reason, found.plan) == (Outcome.REFUSE, reason, None)


def test_unlocking_asks_first_and_a_yes_carries_out_exactly_that_plan_once() -> None:
    asked = ask("unlock")
    assert (asked.outcome, asked.text, asked.plan) == (Outcome.ASK, "Shall I unlock the front door?", None)
    said_yes = ask("yes", asked.session)
    assert (said_yes.outcome, commands(said_yes)) == (Outcome.ACT, [("unlock", "front")])
    assert said_yes.is_confirmed and said_yes.verdicts[0].reason is VerdictReason.CONFIRMED
    assert ask("aye", said_yes.session).reason == "nothing_pending"
    assert commands(ask("yes", said_yes.session)) == []


@pytest.mark.parametrize("text", ["yes", "Yes!", "aye", "是的", "go ahead"])
def test_many_ways_of_yes(text: str) -> None:
    assert commands(ask(text, ask("unlock").session)) == [("unlock", "front")]


@pytest.mark.parametrize("text", ["no", "不要", "cancel", "never mind"])
def test_a_no_does_nothing_and_ends_the_question(text: str) -> None:
    found = ask(text, ask("unlock").session)
    assert (found.outcome, found.plan, found.pending) == (Outcome.ANSWER, None, None)
    assert commands(ask("yes", found.session)) == []


def test_a_yes_counts_for_a_minute() -> None:
    asked = ask("unlock")
    assert commands(ask("yes", asked.session, now=HERE + timedelta(seconds=60)))
    late = ask("yes", asked.session, now=HERE + timedelta(seconds=61))
    assert (late.outcome, late.reason, late.plan) == (Outcome.REFUSE, "expired", None)


def test_a_yes_of_another_asker_does_nothing() -> None:
    found = ask("yes", ask("unlock").session, asker=ANA)
    assert (found.outcome, found.reason, found.plan) == (Outcome.REFUSE, "not_yours", None)


def test_a_yes_to_a_plan_that_was_changed_does_nothing() -> None:
    asked = ask("unlock").session
    assert asked.pending is not None
    other = Plan(effects=(Effect(command="open", device="garage"),))
    found = ask("yes", replace(asked, pending=replace(asked.pending, plan=other)))
    assert (found.reason, found.plan) == ("changed", None)


def test_another_request_drops_the_question() -> None:
    other = ask("kitchen off", ask("unlock").session)
    assert commands(other)[0] == ("turn_off", "ceiling")
    assert commands(ask("yes", other.session)) == []


@pytest.mark.parametrize("text", ["yes but not the front door", "mumble thanks", "unheard of"])
def test_what_is_no_clear_yes_opens_nothing(text: str) -> None:
    assert commands(ask(text, ask("unlock").session)) == []


def test_the_guard_looks_again_when_the_yes_comes() -> None:
    asked = ask("unlock")
    gone = FakeHome(devices=[item for item in FakeHome().devices() if item.id != "front"])
    found = ask("yes", asked.session, home=gone)
    assert (found.outcome, found.reason, found.plan) == (Outcome.REFUSE, "no_such_device", None)


@pytest.mark.parametrize(("asker", "at"), [(STRANGER, NOW), (OWNER, None)])
def test_who_cannot_be_checked_gets_no_question_about_a_lock(asker: Asker, at: datetime | None) -> None:
    found = ask("unlock", asker=asker, at=at)
    assert (found.outcome, found.reason, found.pending) == (Outcome.REFUSE, "not_verified", None)
    assert commands(ask("kitchen off", asker=asker, at=at))


def test_a_yes_without_a_clock_does_nothing() -> None:
    assert commands(ask("yes", ask("unlock").session, at=None)) == []


def test_of_a_compound_only_the_dangerous_half_asks() -> None:
    found = ask("garage and light")
    assert (found.outcome, commands(found)) == (Outcome.ASK, [("turn_on", "ceiling")])
    assert found.text.endswith("Shall I open the garage door?")
    assert commands(ask("yes", found.session)) == [("open", "garage")]


def test_of_a_compound_the_half_that_is_not_there_is_named() -> None:
    found = ask("light and sauna")
    assert (found.outcome, commands(found)) == (Outcome.ACT, [("turn_on", "ceiling")])
    assert found.notes == ("There is no “sauna” here.",)


@pytest.mark.parametrize(
    ("text", "said", "reason"),
    [
        ("sauna", "There is no “sauna” here.", "no_such_name"),
        ("patio", "There is no “patio” in this home.", "no_such_area"),
        ("fan here", "There is no fan in the kitchen.", "none_in_area"),
        ("timer", "I cannot set timers yet.", "no_skill"),
        ("attic", "The attic plug is unavailable.", "unavailable"),
        ("gibberish", "I cannot help with that.", "out_of_scope"),
    ],
)
def test_what_cannot_be_done_is_said_precisely(text: str, said: str, reason: str) -> None:
    found = ask(text)
    assert (found.outcome, found.text, found.reason) == (Outcome.REFUSE, said, reason)
    assert found.plan is None


def test_heating_above_the_owners_limit_asks_first() -> None:
    assert ask("heat 30").text == "Shall I set the bedroom thermostat to 30 °C?"


def test_a_negated_command_does_nothing_and_says_so() -> None:
    found = ask("do not unlock")
    assert (found.outcome, found.text, found.plan, found.reason) == (
        Outcome.ANSWER,
        "All right, I do nothing.",
        None,
        "negated",
    )


def test_what_is_only_probable_is_offered_and_moves_nothing_before_the_yes() -> None:
    found = ask("mumble")
    assert (found.outcome, found.text, found.plan) == (Outcome.ASK, "Did you mean: turn off the TV?", None)
    assert commands(ask("yes", found.session)) == [("turn_off", "tv")]


@pytest.mark.parametrize(
    ("answer", "chosen"),
    [("the desk lamp", "desk"), ("desk", "desk"), ("the kitchen one", "counter"), ("the second one", "counter"),
     ("Bedroom", "desk"), ("第一个", "desk")],
)  # fmt: skip
def test_a_choice_completes_the_request(answer: str, chosen: str) -> None:
    asked = ask("lamp")
    assert (asked.outcome, asked.text) == (Outcome.ASK, "Which one do you mean: the desk lamp or the counter light?")
    assert commands(ask(answer, asked.session)) == [("turn_on", chosen)]


def test_both_is_a_choice_too() -> None:
    assert commands(ask("both", ask("lamp").session)) == [("turn_on", "desk"), ("turn_on", "counter")]


def test_undo_is_left_to_the_store() -> None:
    assert ask("undo").undo is UndoRequest.LAST


def test_small_talk_is_answered_and_moves_nothing() -> None:
    found = ask("hello")
    assert (found.outcome, found.text, found.plan) == (Outcome.ANSWER, "Hello.", None)


def test_earlier_turns_reach_understanding_for_five_minutes() -> None:
    first = ask("kitchen off")
    ask("hello", first.session)
    assert [turn.text for turn in SCRIPT.contexts[-1].turns] == ["kitchen off"]
    ask("hello", first.session, now=HERE + timedelta(minutes=6))
    assert SCRIPT.contexts[-1].turns == ()


class Rogue:
    """A skill that wants more than it declared, or breaks."""

    manifest = SkillManifest(
        id="home", name="Rogue", version="1", languages=("en",), intents=HomeSkill.manifest.intents,
        commands=frozenset({"turn_on"}),
    )  # fmt: skip

    def __init__(self, result: object) -> None:
        self.result = result

    def handle(self, frame: Frame, context: SkillContext) -> object:
        if isinstance(self.result, Exception):
            raise self.result
        return self.result


def test_a_skill_that_fails_or_returns_junk_affects_only_its_part() -> None:
    for result in (ValueError("broken"), "junk", None):
        found = ask("kitchen off", skills={"home": Rogue(result)})
        assert (found.outcome, found.reason, found.plan) == (Outcome.REFUSE, "skill_failed", None)


def test_a_skill_cannot_do_what_it_did_not_declare() -> None:
    plan = Plan(effects=(Effect(command="unlock", device="front"), Effect(command="turn_on", device="ceiling")))
    found = ask("kitchen off", skills={"home": Rogue(plan)})
    assert commands(found) == [("turn_on", "ceiling")]
    assert found.notes == ("The skill is not allowed to do that.",)


def test_an_answer_is_handed_on() -> None:
    found = ask("kitchen off", skills={"home": Rogue(Answer(text="Seven."))})
    assert (found.outcome, found.text) == (Outcome.ANSWER, "Seven.")


WANTED = st.lists(
    st.builds(
        Effect,
        command=st.sampled_from(["turn_on", "unlock", "open", "set_brightness", "set_temperature", "reboot", "bogus"]),
        device=st.sampled_from(["ceiling", "front", "garage", "heat", "plug", "new", "nothing", None]),
        params=st.dictionaries(
            st.sampled_from(["brightness_pct", "temperature", "x"]), st.integers(-50, 150), max_size=2
        ),
        when=st.sampled_from([None, When(delay_s=60), When(duration_s=60), When(at="07:00"), When(trigger="sunset")]),
    ),
    max_size=5,
)


@given(wanted=WANTED, asker=st.sampled_from([OWNER, STRANGER, ANA]), has_clock=st.booleans())
def test_whatever_a_skill_wants_only_what_the_guard_allows_is_in_the_plan(
    wanted: list[Effect], asker: Asker, has_clock: bool
) -> None:
    manifest = replace(HomeSkill.manifest, commands=frozenset(COMMANDS))
    rogue = Rogue(Plan(effects=tuple(wanted)))
    rogue.manifest = manifest
    found = ask("kitchen off", asker=asker, at=NOW if has_clock else None, skills={"home": rogue})
    home, rights = FakeHome(), Rights(may_confirm=asker.is_verified and has_clock)
    planned = found.plan.effects if found.plan else ()
    assert all(judge(effect, manifest, home, Policy(), rights).kind is VerdictKind.ALLOW for effect in planned)
    asked = found.pending.plan.effects if found.pending and found.pending.plan else ()
    assert all(judge(effect, manifest, home, Policy(), rights).kind is VerdictKind.CONFIRM for effect in asked)
    assert not asked or rights.may_confirm
    assert set(map(id, planned)) | set(map(id, asked)) <= set(map(id, wanted))

"""What the gathered results and the guard's verdicts come to: one decision, with its sentences; pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from hub.contracts.capability import COMMANDS
from hub.contracts.frame import Gate, Understanding
from hub.contracts.messages import Outcome, Request
from hub.contracts.skill import Effect, Plan, Question, SkillManifest
from hub.control.decision import (
    Decision,
    Pending,
    PendingKind,
    Session,
    Verdict,
    VerdictKind,
    VerdictReason,
    plan_hash,
)
from hub.control.gather import Gathered, Scene, is_delayed
from hub.control.guard import Rights, judge
from hub.schedule.due import resolve_due

CONTROL = SkillManifest(
    id="control", name="Control", version="1", languages=("en", "zh"), intents=(), commands=frozenset(COMMANDS)
)
"""Under whose name control's own effects (undo, the way back of a timed effect) go through the guard."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Everything that the steps of one decision share."""

    scene: Scene
    session: Session
    heard: Understanding

    def say(self, table: str, key: str, **values: str) -> str:
        """Return a sentence in the asker's language."""
        return self.scene.phraser.words.say(table, key, **values)

    def decision(self, outcome: Outcome, text: str, **more: object) -> Decision:
        """Return the decision with the next session in it; an earlier question is over."""
        pending = more.get("pending")
        session = replace(
            self.session,
            pending=pending if isinstance(pending, Pending) else None,
            language=self.scene.language,
            area=self.scene.area,
            updated=self.scene.now,
        )
        return Decision(
            outcome=outcome,
            text=text,
            language=self.scene.language,
            understanding=self.heard,
            session=session,
            asker=self.scene.request.asker,
            **more,  # type: ignore[arg-type]  # the fields of Decision, checked by its constructor
        )


def conclude(desk: Desk, gathered: Gathered, gate: Gate, *, has_confirmed: bool = False) -> Decision:
    rights = rights_of(desk.scene.request, has_confirmed=has_confirmed)
    verdicts = tuple(judged(effect, skill, desk.scene, rights) for effect, skill in gathered.effects)
    allowed = [verdict for verdict in verdicts if verdict.kind is VerdictKind.ALLOW]
    risky = [verdict for verdict in verdicts if verdict.kind is VerdictKind.CONFIRM]
    offline = tuple(verdict.effect for verdict in verdicts if verdict.reason is VerdictReason.UNAVAILABLE)
    denied = _denials(desk, verdicts)
    notes = [*gathered.answers, *gathered.notes, *denied, *(text for text, _ in gathered.refusals)]
    if gate is Gate.ASK and (allowed or risky):
        return _ask(desk, [*allowed, *risky], "meant", [], verdicts)
    if gate is Gate.ASK and not gathered.answers:
        return desk.decision(Outcome.REFUSE, desk.say("refuse", "unsure"), reason="unsure", verdicts=verdicts)
    if risky:
        notes += [question.text for question in gathered.questions]
        return _ask(desk, risky, "shall", notes, verdicts, allowed=allowed, offline=offline)
    if gathered.questions:
        return _ask_choice(desk, gathered.questions[0], notes, verdicts, allowed=allowed, offline=offline)
    common = {"verdicts": verdicts, "reads": tuple(gathered.reads), "unavailable": offline}
    if allowed:
        return _act(desk, allowed, notes, common, is_confirmed=has_confirmed)
    text = desk.scene.phraser.words.text([*_offline_text(desk, offline), *notes])
    if gathered.answers and not offline:
        return desk.decision(Outcome.ANSWER, text, reason="negated" if gathered.is_negated else None, **common)
    return desk.decision(
        Outcome.REFUSE, text or desk.say("refuse", "unsure"), reason=_reason(verdicts, gathered), **common
    )


def judged(effect: Effect, skill_id: str, scene: Scene, rights: Rights) -> Verdict:
    """Return the guard's verdict on an effect of a skill; one that is not installed any more may do nothing."""
    if skill_id == CONTROL.id:
        return judge(effect, CONTROL, scene.home, scene.policy, rights)
    skill = scene.skills.get(skill_id)
    if skill is None:
        return Verdict(effect=effect, skill=skill_id, kind=VerdictKind.DENY, reason=VerdictReason.NOT_DECLARED)
    return judge(effect, skill.manifest, scene.home, scene.policy, rights)


def rights_of(request: Request, *, has_confirmed: bool = False) -> Rights:
    """Return what the asker of a request may, by what its channel proves."""
    may_confirm = request.asker.is_verified and request.at is not None
    return Rights(may_confirm=may_confirm, has_confirmed=has_confirmed, text=request.text)


def _reason(verdicts: Iterable[Verdict], gathered: Gathered) -> str:
    for verdict in verdicts:
        return verdict.reason.value
    return gathered.refusals[0][1] if gathered.refusals else "unsure"


def _plan(verdicts: Iterable[Verdict]) -> tuple[Plan, tuple[str, ...]]:
    listed = list(verdicts)
    names = {verdict.skill for verdict in listed}
    skill = names.pop() if len(names) == 1 else ""
    plan = Plan(effects=tuple(verdict.effect for verdict in listed), skill=skill)
    return plan, tuple(verdict.skill for verdict in listed)


def _act(
    desk: Desk, allowed: list[Verdict], notes: list[str], common: Mapping[str, object], *, is_confirmed: bool
) -> Decision:
    plan, skills = _plan(allowed)
    outcome = Outcome.SCHEDULE if all(is_delayed(effect.when) for effect in plan.effects) else Outcome.ACT
    text = desk.scene.phraser.words.text([*preview(plan, desk.scene), *notes])
    return desk.decision(
        outcome,
        text,
        plan=plan,
        plan_skills=skills,
        notes=tuple(notes),
        is_confirmed=is_confirmed,
        **common,
    )


def preview(plan: Plan, scene: Scene) -> list[str]:
    """Return what the plan would do, in sentences; delayed effects with their absolute local time."""
    phraser = scene.phraser
    now = [effect for effect in plan.effects if not is_delayed(effect.when)]
    said = [phraser.words.say("say", "would", actions=phraser.actions(now))] if now else []
    return said + schedule_sentences([effect for effect in plan.effects if is_delayed(effect.when)], scene)


def schedule_sentences(effects: list[Effect], scene: Scene) -> list[str]:
    """Return "I will turn off the TV at 14:32." for delayed effects, one sentence for each time."""
    by_due: dict[datetime, list[Effect]] = {}
    for effect in effects:
        if effect.when is not None:
            by_due.setdefault(resolve_due(effect.when, scene.now), []).append(effect)
    words = scene.phraser.words
    return [
        words.say(
            "say",
            "will_at",
            actions=scene.phraser.actions(due_effects),
            time=words.time(due.astimezone(scene.now.tzinfo), scene.now),
        )
        for due, due_effects in by_due.items()
    ]


def _ask(
    desk: Desk,
    verdicts_asked: list[Verdict],
    key: str,
    notes: list[str],
    verdicts: tuple[Verdict, ...],
    *,
    allowed: Iterable[Verdict] = (),
    offline: tuple[Effect, ...] = (),
) -> Decision:
    plan, skills = _plan(verdicts_asked)
    actions = desk.scene.phraser.actions(plan.effects)
    delayed = [effect for effect in plan.effects if is_delayed(effect.when)]
    if delayed and len(delayed) == len(plan.effects) and delayed[0].when is not None:
        due = resolve_due(delayed[0].when, desk.scene.now).astimezone(desk.scene.now.tzinfo)
        time = desk.scene.phraser.words.time(due, desk.scene.now)
        actions = desk.say("ask", "timed", actions=actions, time=time)
    question = desk.say("ask", key, actions=actions)
    pending = Pending(
        kind=PendingKind.CONFIRM,
        asker_id=desk.scene.request.asker.id,
        text=question,
        expires_at=_expiry(desk),
        plan=plan,
        plan_hash=plan_hash(plan),
        skills=skills,
    )
    return _asking(desk, pending, notes, verdicts, list(allowed), offline)


def _ask_choice(
    desk: Desk,
    question: Question,
    notes: list[str],
    verdicts: tuple[Verdict, ...],
    *,
    allowed: Iterable[Verdict] = (),
    offline: tuple[Effect, ...] = (),
) -> Decision:
    pending = Pending(
        kind=PendingKind.CHOICE,
        asker_id=desk.scene.request.asker.id,
        text=question.text,
        expires_at=_expiry(desk),
        frame=question.frame,
        slot=question.slot,
        choices=question.choices,
    )
    return _asking(desk, pending, notes, verdicts, list(allowed), offline)


def _asking(
    desk: Desk,
    pending: Pending,
    notes: list[str],
    verdicts: tuple[Verdict, ...],
    allowed: list[Verdict],
    offline: tuple[Effect, ...],
) -> Decision:
    plan, skills = _plan(allowed)
    before = preview(plan, desk.scene) if allowed else []
    said = [*notes, pending.text]
    return desk.decision(
        Outcome.ASK,
        desk.scene.phraser.words.text([*before, *_offline_text(desk, offline), *said]),
        plan=plan if allowed else None,
        plan_skills=skills,
        notes=tuple(said),
        verdicts=verdicts,
        unavailable=offline,
        pending=pending,
    )


def _expiry(desk: Desk) -> datetime:
    return desk.scene.now + timedelta(seconds=desk.scene.policy.question_valid_s)


def _offline_text(desk: Desk, offline: tuple[Effect, ...]) -> list[str]:
    if not offline:
        return []
    return [desk.say("refuse", "unavailable", **desk.scene.phraser.subject([e.device or "" for e in offline]))]


def _denials(desk: Desk, verdicts: Iterable[Verdict]) -> list[str]:
    """Return one sentence for each reason for which effects were denied (offline devices are said elsewhere)."""
    groups: dict[tuple[VerdictReason, str], list[Effect]] = {}
    for verdict in verdicts:
        if verdict.kind is VerdictKind.DENY and verdict.reason is not VerdictReason.UNAVAILABLE:
            groups.setdefault((verdict.reason, verdict.detail), []).append(verdict.effect)
    phraser = desk.scene.phraser
    return [
        desk.say(
            "refuse",
            "not_capable_command" if reason is VerdictReason.NOT_CAPABLE else reason.value,
            detail=detail,
            actions=phraser.actions(effects),
            **phraser.subject([effect.device or "" for effect in effects]),
        )
        for (reason, detail), effects in groups.items()
    ]

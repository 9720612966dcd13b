"""From a request to a decision, pure: understand -> open question -> skills -> guard -> what to do and say.

Choices: of a compound request the good part is done and the other part is named precisely, since people expect that
much and nothing is silent; a dangerous part alone waits for its yes (B37), the harmless part runs at once; an utterance
that is only probably understood moves nothing until the asker has said yes to the reading.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

from hub.contracts.frame import Frame, Gate, Turn, Understanding
from hub.contracts.messages import Outcome, Request
from hub.contracts.skill import HomeView, Plan, Skill
from hub.control.conclude import CONTROL, Desk, conclude, judged
from hub.control.decision import Decision, Pending, Policy, Session, UndoRequest, Verdict
from hub.control.dialogue import AnswerKind, Reaction, react
from hub.control.gather import Gathered, Scene, gather, is_delayed
from hub.control.guard import Rights
from hub.control.phrases import Phraser
from hub.control.router import is_dialog
from hub.control.undo import Kept, Undo
from hub.control.wording import wording
from hub.understanding.context import Context
from hub.understanding.index import HomeIndex

TURNS_KEPT = 5
TURN_LIFE = timedelta(minutes=5)  # later "it" no longer means what was said before


class Understands(Protocol):
    """What decide needs of the understander."""

    def understand(self, text: str, index: HomeIndex, context: Context) -> Understanding:
        """Return what was meant."""
        ...


def decide(
    request: Request,
    home: HomeView,
    index: HomeIndex,
    session: Session,
    *,
    understander: Understands,
    skills: Mapping[str, Skill],
    policy: Policy,
    now: datetime,
) -> Decision:
    """Return what the request comes to; nothing is sent, stored or changed.

    Args:
        now: aware local time of the home.
    """
    area = request.area or _asker_area(request, home) or session.area
    turns = tuple(turn for turn in session.turns if now - turn.at <= TURN_LIFE)
    language = request.language or session.language or policy.language
    heard = understander.understand(request.text, index, Context(area=area, language=language, turns=turns, now=now))
    scene = scene_of(request, home, heard.language, skills=skills, policy=policy, now=now, area=area)
    desk = Desk(scene=scene, session=replace(session, turns=turns), heard=heard)
    if session.pending is not None:
        reaction = react(session.pending, request, heard, home, now)
        if reaction.kind is not AnswerKind.OTHER:
            return _answered(desk, session.pending, reaction)
    return _fresh(desk)


def scene_of(
    request: Request,
    home: HomeView,
    language: str,
    *,
    skills: Mapping[str, Skill],
    policy: Policy,
    now: datetime,
    area: str | None = None,
) -> Scene:
    """Return what is the same for everything that follows from a request."""
    phraser = Phraser(words=wording(language), home=home, temperature_unit=policy.temperature_unit)
    return Scene(
        request=request,
        home=home,
        skills=skills,
        policy=policy,
        phraser=phraser,
        language=phraser.words.language,
        area=area,
        now=now,
    )


def decide_undo(decision: Decision, undo: Undo, scene: Scene) -> Decision:
    """Return what undoing comes to: the way back through the guard, and what is left alone and why."""
    gathered = Gathered(effects=[(effect, CONTROL.id) for effect in undo.effects])
    gathered.refusals.extend((kept_sentence(kept, scene), kept.why) for kept in undo.kept)
    desk = Desk(scene=scene, session=decision.session, heard=decision.understanding)
    return conclude(desk, gathered, Gate.ACT)


def kept_sentence(kept: Kept, scene: Scene) -> str:
    """Return why an undo leaves a device alone, and who changed it."""
    phraser = scene.phraser
    kind, _, name = kept.who.partition(":")
    if kind == "device":
        who = phraser.words.devices([name], scene.home)
    else:
        who = name or phraser.words.say("say", "who_owner" if kind else "who_device")
    return phraser.words.say("say", kept.why, who=who, **phraser.subject([kept.device]))


def redecide(plan: Plan, plan_skills: Iterable[str], scene: Scene, rights: Rights) -> tuple[Verdict, ...]:
    """Return the guard's verdicts on a plan that was made earlier (a yes, a due row of the schedule, an undo)."""
    return tuple(judged(effect, skill, scene, rights) for effect, skill in zip(plan.effects, plan_skills, strict=True))


def _asker_area(request: Request, home: HomeView) -> str | None:
    device = home.device(request.asker.device) if request.asker.device else None
    return device.area if device else None


def _answered(desk: Desk, pending: Pending, reaction: Reaction) -> Decision:
    refusals = {
        AnswerKind.STALE: "expired",
        AnswerKind.FOREIGN: "not_yours",
        AnswerKind.CHANGED: "changed",
    }
    if reaction.kind in refusals:
        key = refusals[reaction.kind]
        return desk.decision(Outcome.REFUSE, desk.say("say", key), reason=key)
    if reaction.kind is AnswerKind.NO:
        return desk.decision(Outcome.ANSWER, desk.say("say", "cancelled"), reason="cancelled")
    if reaction.kind is AnswerKind.CHOICE and reaction.frame is not None:
        return conclude(_heard_turn(desk, (reaction.frame,)), gather((reaction.frame,), desk.scene), Gate.ACT)
    gathered = Gathered()
    if pending.plan is not None:
        gathered.effects.extend(zip(pending.plan.effects, pending.skills, strict=True))
    return conclude(desk, gathered, Gate.ACT, has_confirmed=True)


def _fresh(desk: Desk) -> Decision:
    heard = desk.heard
    if not heard.frames or heard.gate is Gate.REJECT:
        key = heard.rejected.value if heard.rejected else "unsure"
        return desk.decision(Outcome.REFUSE, desk.say("refuse", key), reason=key)
    first = heard.frames[0]
    if is_dialog(first) and len(heard.frames) == 1:
        return _dialog(desk, first)
    frames = tuple(frame for frame in heard.frames if not is_dialog(frame))
    if frames and heard.gate is Gate.ACT and all(_takes_back(frame, desk) for frame in frames):
        return desk.decision(Outcome.ACT, "", undo=UndoRequest.LAST)
    gathered = gather(frames, desk.scene)
    if any(frame.intent == "dialog.undo" for frame in heard.frames):
        gathered.refusals.append((desk.say("say", "undo_alone"), "undo_alone"))
    return conclude(_heard_turn(desk, heard.frames), gathered, heard.gate)


def _heard_turn(desk: Desk, frames: tuple[Frame, ...]) -> Desk:
    turn = Turn(text=desk.scene.request.text, frames=frames, at=desk.scene.now)
    return replace(desk, session=replace(desk.session, turns=(*desk.session.turns, turn)[-TURNS_KEPT:]))


def _has_just_scheduled(desk: Desk) -> bool:
    """Tell whether the turn before was a promise for later: "scrap that" takes it back."""
    last = desk.session.turns[-1] if desk.session.turns else None
    return last is not None and any(is_delayed(frame.when) for frame in last.frames)


def _takes_back(frame: Frame, desk: Desk) -> bool:
    """Tell whether "no, don't turn off the kitchen lights" is about what was promised for later just before."""
    if not frame.is_negated or not _has_just_scheduled(desk):
        return False
    promised = [one for one in desk.session.turns[-1].frames if one.intent == frame.intent]
    devices = {device for one in promised for device in one.target.devices}
    return bool(promised) and set(frame.target.devices) <= devices


def _dialog(desk: Desk, frame: Frame) -> Decision:
    name = frame.intent.partition(".")[2]
    if desk.heard.gate is Gate.ASK or (name == "undo" and frame.is_negated):
        key = "unsure" if desk.heard.gate is Gate.ASK else "negated"
        table = "refuse" if key == "unsure" else "say"
        return desk.decision(Outcome.REFUSE if key == "unsure" else Outcome.ANSWER, desk.say(table, key), reason=key)
    if name == "undo" or (name == "nevermind" and _has_just_scheduled(desk)):
        return desk.decision(Outcome.ACT, "", undo=UndoRequest.LAST)
    if name in ("yes", "no"):
        return desk.decision(Outcome.REFUSE, desk.say("say", "nothing_pending"), reason="nothing_pending")
    key = name if name in ("help", "greet", "thanks", "nevermind") else "nevermind"
    return desk.decision(Outcome.ANSWER, desk.say("say", key))

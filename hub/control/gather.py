"""What the frames of one request come to: each goes to its skill, and the results are put side by side; pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from hub.contracts.frame import Ambiguous, Frame, NoTarget, NoTargetReason, When
from hub.contracts.messages import Request
from hub.contracts.skill import (
    Answer,
    Effect,
    HomeView,
    Plan,
    Question,
    Refusal,
    Skill,
    SkillContext,
    SkillResult,
)
from hub.control.decision import Policy
from hub.control.phrases import Phraser
from hub.control.router import intent_of, route, scoped
from hub.runtime.logs import get_logger
from hub.schedule.due import DueError, resolve_due

_CHOICES_NAMED = 4  # a question names at most this many candidates

log = get_logger(__name__)


@dataclass(slots=True, kw_only=True)
class Gathered:
    """The results of all frames, in the order in which they were said."""

    effects: list[tuple[Effect, str]] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    reads: list[Effect] = field(default_factory=list)
    refusals: list[tuple[str, str]] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    is_negated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What is the same for every frame of a request."""

    request: Request
    home: HomeView
    skills: Mapping[str, Skill]
    policy: Policy
    phraser: Phraser
    language: str
    area: str | None
    now: datetime


def gather(frames: Sequence[Frame], scene: Scene) -> Gathered:
    """Return what the frames come to; a frame that cannot be carried out leaves the others as they are."""
    gathered = Gathered()
    for frame in frames:
        _take(frame, scene, gathered)
    if gathered.is_negated and not (gathered.effects or gathered.answers or gathered.questions or gathered.refusals):
        gathered.answers.append(scene.phraser.words.say("say", "negated"))
    return gathered


def _take(frame: Frame, scene: Scene, gathered: Gathered) -> None:
    say = scene.phraser.words.say
    skill = route(frame, scene.skills)
    if frame.is_negated:
        gathered.is_negated = True
        return
    if skill is None:
        ability = frame.intent.partition(".")[0]
        key = ability if scene.phraser.words.find("ability", ability) else "default"
        gathered.refusals.append((say("refuse", "no_skill", ability=say("ability", key)), "no_skill"))
        return
    problem = _problem(frame, skill, scene)
    result = problem if problem is not None else _handle(skill, frame, scene)
    match result:
        case Answer():
            gathered.answers.append(result.text)
            gathered.reads.extend(result.reads)
        case Refusal():
            gathered.refusals.append((result.text, result.reason))
        case Question():
            gathered.questions.append(result)
        case Plan():
            _take_plan(result, skill, scene, gathered)


def _handle(skill: Skill, frame: Frame, scene: Scene) -> SkillResult:
    context = SkillContext(
        asker=scene.request.asker,
        language=scene.language,
        area=scene.area,
        now=scene.now,
        home=scoped(scene.home, skill.manifest),
        temperature_unit=scene.policy.temperature_unit,
    )
    try:
        result: object = skill.handle(frame, context)
    except Exception:
        log.exception("skill failed", skill=skill.manifest.id, intent=frame.intent)
        result = None
    if isinstance(result, Answer | Refusal | Question | Plan):
        return result
    failed = scene.phraser.words.say("refuse", "skill_failed", skill=skill.manifest.name)
    return Refusal(text=failed, reason="skill_failed")


def _take_plan(plan: Plan, skill: Skill, scene: Scene, gathered: Gathered) -> None:
    kept = 0
    for effect in plan.effects:
        reason = _time_flaw(effect, scene.now)
        if reason is None and (effect, skill.manifest.id) in gathered.effects:
            kept += 1  # said twice ("everything in the kitchen, the coffee machine too")
        elif reason is None:
            gathered.effects.append((effect, skill.manifest.id))
            kept += 1
        else:
            gathered.refusals.append((scene.phraser.words.say("refuse", reason), reason))
    if plan.note and kept:
        gathered.notes.append(plan.note)
    elif plan.note:
        gathered.refusals.append((plan.note, "not_capable"))


def _time_flaw(effect: Effect, now: datetime) -> str | None:
    when = effect.when
    if when is None:
        return None
    if when.recur is not None or when.trigger is not None:
        return "recur" if when.recur is not None else "trigger"
    if is_delayed(when):
        try:
            if resolve_due(when, now) < now:
                return "past"
        except DueError:
            return "time"
    elif when.duration_s is None:
        return "time"
    return None


def is_delayed(when: When | None) -> bool:
    """Tell whether the effect is for later (a duration alone starts now)."""
    return when is not None and (when.delay_s is not None or when.at is not None)


def _problem(frame: Frame, skill: Skill, scene: Scene) -> SkillResult | None:
    """Return the question or refusal for a target that is not clear, or a slot that is missing."""
    say = scene.phraser.words.say
    problem = frame.target.problem
    if isinstance(problem, Ambiguous):
        return Question(text=_which(problem, scene), frame=frame, choices=problem.candidates)
    if isinstance(problem, NoTarget):
        if problem.reason is NoTargetReason.NOT_SAID:
            return Question(text=say("ask", "which_open"), frame=frame)
        return Refusal(text=_missing(frame, problem, scene), reason=problem.reason.value)
    spec = intent_of(frame, skill)
    for name in spec.required_slots if spec else ():
        if frame.slot(name) is None:
            key = "value" if name == "value" else "slot"
            return Question(text=say("ask", key, slot=name), frame=frame, slot=name)
    return None


def _which(problem: Ambiguous, scene: Scene) -> str:
    words = scene.phraser.words
    names = [words.devices([choice], scene.home) for choice in problem.candidates]
    if len(names) > _CHOICES_NAMED:
        listed = words.join(names[:_CHOICES_NAMED])
        return words.say("ask", "which_many", n=words.number(len(names)), names=listed)
    if len(set(names)) < len(names):  # equal names: the room tells them apart
        names = [_with_area(choice, name, scene) for choice, name in zip(problem.candidates, names, strict=True)]
    return words.say("ask", "which", names=words.join(names, last="or"))


def _with_area(device_id: str, name: str, scene: Scene) -> str:
    device = scene.home.device(device_id)
    area = next((area for area in scene.home.areas() if device is not None and area.id == device.area), None)
    return f"{name} ({area.name})" if area else name


def _missing(frame: Frame, problem: NoTarget, scene: Scene) -> str:
    words = scene.phraser.words
    area = next((area for area in scene.home.areas() if area.id == problem.area), None)
    kind = frame.target.kind
    thing = words.kind(kind) if kind and words.words("kind", kind) else problem.said or words.kind("default")
    reason = problem.reason
    if reason is NoTargetReason.NONE_IN_AREA and area is None:
        reason = NoTargetReason.NONE_OF_KIND
    what = {"what": problem.said or words.kind("default")}
    text = words.say(
        "refuse", reason.value, said=problem.said, thing=thing, area=words.area(area) if area else "", **what
    )
    if not problem.alternatives:
        return text
    agreeing = {"is": words.say("word", "is_one" if len(problem.alternatives) == 1 else "is_many")}
    close = words.say("refuse", "close_names", names=words.join(problem.alternatives), **agreeing)
    return words.text((text, close))

"""How the parts of one utterance bear on each other: times that stand apart, stutters, second thoughts, what to leave."""
# ruff: noqa: E501 - patterns and word lists in two scripts are read by the line

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from hub.contracts.frame import Frame, Gate, Scope, Target, When
from hub.contracts.skill import IntentSpec
from hub.understanding.framed import Framed, Scene
from hub.understanding.gate import Judgement
from hub.understanding.ground import ground
from hub.understanding.index import HomeIndex
from hub.understanding.normalise import Normalised
from hub.understanding.reading import Reading
from hub.understanding.segment import Segment
from hub.understanding.setting import Setting
from hub.understanding.times import parse_when
from hub.understanding.timing import read_part
from hub.understanding.tokens import key_of

_COMPLAINT = re.compile(
    r"^(?:oh |well |but )?(?:it'?s|it is|it feels|i'?m|i am|we'?re|we are|that'?s|this is|here it'?s|the \w+(?: \w+)? (?:is|are|feels))\b"
    r"|^[^把调开关设]*(?:有点|太|好|真|很|这么|有些)[^把调开关设]*$",
    re.IGNORECASE,
)
_WAIT = re.compile(r"^(?:please )?(?:wait|hold on|give it|give me)\b|^(?:请)?(?:再)?(?:等|过|稍等)", re.IGNORECASE)
_LEAVE = re.compile(
    r"^(?:but |just )?not\b|^(?:but )?(?:leave|keep|don't touch|except|skip)\b|(?:不用|别动|不要动|别管|不用管|除外|不要|留着|不动)了?$",
    re.IGNORECASE,
)
_CONDITION_ZH = re.compile(
    r"^(.{1,24}?(?:一\S{1,4}?就|的时候|的话就?|时(?=[,，把关开打就将])|以后|之后))[,，\s]*(?=\S)"
)


def is_time_only(reading: Reading, now: datetime) -> bool:
    """Tell whether a part says when, and nothing else ("in ten minutes", "wait five minutes", "每天早上八点")."""
    tags = {span.tag for span in reading.spans}
    if reading.mentions and not _is_condition(reading.match, now):
        return False
    if tags and tags <= {"when", "duration"} and (reading.is_elided or reading.intent == "none"):
        return True
    if _WAIT.match(reading.match):
        when = parse_when(reading.match, now)
        return when is not None and when.delay_s is not None
    return _is_condition(reading.match, now)


def with_condition(text: str, segments: tuple[Segment, ...]) -> tuple[Segment, ...]:
    """Return the segments with a Chinese condition in front ("窗户一打开就...") as a part of its own."""
    first = segments[0]
    found = _CONDITION_ZH.match(text[first.start : first.end])
    if found is None or not found.group(1).endswith("就"):
        return segments
    cut = first.start + found.end()
    return (
        Segment(start=first.start, end=first.start + found.end(1)),
        Segment(start=cut, end=first.end),
        *segments[1:],
    )


def is_stutter(reading: Reading, following: Reading) -> bool:
    """Tell whether a part is a false start that the next one says in full ("turn off, turn off the lamp")."""
    return (
        not reading.mentions
        and not any(span.tag in ("value", "color", "mode", "media") for span in reading.spans)
        and reading.intent == following.intent
        and len(reading.tokens) <= 3
        and following.match.lower().startswith(reading.match.lower())
    )


def is_left_alone(reading: Reading) -> bool:
    """Tell whether a part says what is not meant ("but not the TV", "电视不用")."""
    return bool(reading.mentions) and _LEAVE.search(reading.match) is not None and len(reading.tokens) <= 10


def is_overridden(found: Sequence[Framed], new: Sequence[Framed], reading: Reading) -> bool:
    """Tell whether a part is a second thought about the value of the part before ("dim it to 50, make it 20")."""
    if not found or len(new) != 1:
        return False
    before, after = found[-1].frame, new[0].frame
    if any(span.tag in ("when", "duration") for span in reading.spans):
        return False
    if _COMPLAINT.search(before.text) and before.intent.startswith("home.change_") and new[0].is_command:
        return True  # a reason, then what to do about it ("it's boiling, get the fan going")
    if before.intent != after.intent or before.target.devices != after.target.devices:
        return False
    return after.intent.startswith("home.set_") and (after.target.scope is Scope.CONTEXT or not reading.mentions)


def with_times(framed: list[Framed], pending: Sequence[Reading], index: HomeIndex, now: datetime) -> list[Framed]:
    """Give times that stood apart, or before the first command, to every command without its own."""
    when: When | None = None
    for reading in pending:
        when = read_part(reading, index, now) or when
    first = framed[0].frame if framed else None
    if when is None and first is not None and first.when is not None and len(framed) > 1:
        lead = first.when.text
        when = first.when if lead and first.text.lower().startswith(lead.lower()[:12]) else None
    if when is None:
        return framed
    return [replace(one, frame=replace(one.frame, when=when)) if one.frame.when is None else one for one in framed]


def leaving_out(framed: list[Framed], reading: Reading, scene: Scene) -> list[Framed]:
    """Take out of the commands so far what a later part says to leave alone ("..., not the TV")."""
    setting = Setting(index=scene.index, intent="", spec=None, here=scene.context.area)
    gone = {device for target in ground(reading.mentions, setting) for device in target.devices}
    made = []
    for one in framed:
        target = one.frame.target
        kept = tuple(device for device in target.devices if device not in gone)
        taken = tuple(device for device in target.devices if device in gone)
        if kept or not target.devices:
            target = replace(target, devices=kept, excluded=(*target.excluded, *taken))
            made.append(replace(one, frame=replace(one.frame, target=target)))
    return made


def scene_called(heard: Normalised, index: HomeIndex, intents: Mapping[str, IntentSpec]) -> Framed | None:
    """Return the frame of a scene whose whole name was said ("movie night", "观影模式")."""
    hits = index.names.get(key_of(heard.match), ())
    scenes = [hit.device for hit in hits if hit.level == 0 and "scene" in index.by_id[hit.device].capabilities]
    spec = intents.get("home.activate")
    if len(scenes) != 1 or spec is None:
        return None
    target = Target(scope=Scope.NAMED, devices=(scenes[0],))
    frame = Frame(intent="home.activate", text=heard.text, target=target, confidence=1.0)
    return Framed(frame=frame, judgement=Judgement(gate=Gate.ACT), evidence={"text": heard.text, "rule": "scene"})


def taken_back(text: str) -> Framed:
    """Return the frame of a request that ends with "never mind"."""
    frame = Frame(intent="dialog.nevermind", text=text, confidence=1.0)
    return Framed(frame=frame, judgement=Judgement(gate=Gate.ACT), evidence={"text": text, "rule": "taken back"})


def _is_condition(match: str, now: datetime) -> bool:
    if _CONDITION_ZH.match(match + "x") is None:
        return False
    when = parse_when(match, now)
    return when is not None and when.trigger is not None

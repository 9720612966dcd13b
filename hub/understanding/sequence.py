"""How the parts of one utterance bear on each other: times that stand apart, stutters, second thoughts, what to leave."""

import re
from collections.abc import Sequence
from datetime import datetime

from hub.contracts.frame import Scope
from hub.understanding.framing import Framed
from hub.understanding.reading import Reading
from hub.understanding.segment import Segment
from hub.understanding.times import parse_when

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
    return (
        before.intent == after.intent
        and (after.target.scope is Scope.CONTEXT or not reading.mentions)
        and before.target.devices == after.target.devices
        and not any(span.tag in ("when", "duration") for span in reading.spans)
        and after.intent.startswith("home.set_")
    )


def _is_condition(match: str, now: datetime) -> bool:
    if _CONDITION_ZH.match(match + "x") is None:
        return False
    when = parse_when(match, now)
    return when is not None and when.trigger is not None

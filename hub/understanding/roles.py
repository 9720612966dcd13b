"""What the words of a request are for, as the model hears it: what limits a command, puts it right or takes it back."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from hub.contracts.frame import Gate, When
from hub.understanding.encoder import Encoded
from hub.understanding.framed import Framed
from hub.understanding.learned import Floats
from hub.understanding.tags import Span
from hub.understanding.tokens import Token

CLEAR, SURE = 0.7, 0.9
"""Mean probabilities from which a stretch is asked about, and from which it is taken for what it seems."""
_CHANGE, _LEAST = 2.0, 1e-4  # what a change of role costs, in nats; the least probability
_SWAP = re.compile(r"[,，\s]*(?:换成?|改开|改用)")  # one thing off and another on, both said
_VERB = re.compile(
    r"\b(?:turn|switch|put|set|make|open|close|shut|lock|dim|play|pause|stop|mute|start|raise|lower|pull|draw)\b"
    r"|(?:打开|关[掉上了闭]|把|调[到成高低亮暗]|拉[开上]|播放|锁)",
    re.IGNORECASE,
)


class Role(StrEnum):
    """What a word is for."""

    COMMAND = "command"  # says what is asked
    REMARK = "remark"  # asks for nothing
    LEFT_OUT = "left_out"  # takes something out of the command beside it
    CORRECTION = "correction"  # puts right what was said before it
    WITHDRAWN = "withdrawn"  # takes back what was said before it
    CONDITION = "condition"  # says in which case, or at which event


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Neighbouring words of one role, in characters; `score` is the mean probability of that role over them."""

    role: Role
    start: int
    end: int
    score: float


def stretches(encoded: Encoded, names: tuple[str, ...], tokens: tuple[Token, ...]) -> tuple[Stretch, ...]:
    """Return the stretches of a text in order; every word is in one, but for what the model did not read."""
    if not encoded.spans or not names:
        return ()
    values = np.exp(encoded.roles - encoded.roles.max(axis=1, keepdims=True))
    values /= values.sum(axis=1, keepdims=True)
    heard: list[Token] = []
    means: list[Floats] = []
    for token in tokens:
        pieces = [i for i, (start, end) in enumerate(encoded.spans) if start < token.end and end > token.start]
        if pieces:
            heard.append(token)
            means.append(values[pieces].mean(axis=0))
    made: list[tuple[Role, int, int, list[float]]] = []
    for token, mean, best in zip(heard, means, _path(means), strict=True):
        role = Role(names[best])
        if made and made[-1][0] is role:
            made[-1] = (role, made[-1][1], token.end, [*made[-1][3], float(mean[best])])
        else:
            made.append((role, token.start, token.end, [float(mean[best])]))
    return tuple(
        Stretch(role=role, start=start, end=end, score=float(np.mean(scores))) for role, start, end, scores in made
    )


def _path(means: Sequence[Floats]) -> list[int]:
    """Return the likeliest roles where each change between two words costs something (Viterbi 1967)."""
    if not means:
        return []
    scores = np.log(np.asarray(means) + _LEAST)
    total, back = scores[0], []
    for row in scores[1:]:
        changed = int(total.argmax())
        stays = total >= total[changed] - _CHANGE
        back.append(np.where(stays, np.arange(len(row)), changed))
        total = np.where(stays, total, total[changed] - _CHANGE) + row
    path = [int(total.argmax())]
    for came_from in reversed(back):
        path.append(int(came_from[path[-1]]))
    return path[::-1]


def is_shown(part: Stretch, found: Sequence[Framed], text: str) -> bool:
    """Tell whether the commands already show what a stretch does to them."""
    frames = [one.frame for one in found]
    match part.role:
        case Role.LEFT_OUT:
            return any(frame.target.excluded or frame.is_negated for frame in frames)
        case Role.CONDITION:
            return any(frame.when is not None for frame in frames)
        case Role.CORRECTION if _SWAP.match(text, part.start) and len(frames) > 1:
            return True
        case Role.CORRECTION | Role.WITHDRAWN:
            return not text[: part.start].strip() or any(frame.is_negated or frame.target.excluded for frame in frames)
        case _:
            return True


def start_of_new(text: str, part: Stretch, spans: Sequence[Span]) -> int:
    """Return where a second thought says what holds: its verb, or its first thing, place or value; -1 for nowhere.

    What was said before and is named again ("floor lamp? no, hall lamp") is what does not hold.
    """
    old = text[: part.start].lower()
    new = [
        span
        for span in spans
        if span.start >= part.start
        and span.tag not in ("except", "quantifier")
        and text[span.start : span.end].lower() not in old
    ]
    if not new:
        return -1
    verb = _VERB.search(text, part.start, part.end)
    return min(verb.start(), new[0].start) if verb is not None else new[0].start


def with_unread_time(one: Framed, said: str) -> Framed:
    """Return a command with the condition under which it holds, in the words that were said: it is not for now."""
    if one.frame.when is not None or not one.is_command:
        return one
    return replace(one, frame=replace(one.frame, when=When(text=said.strip(" ,，"))))


def asked(one: Framed) -> Framed:
    """Return a command as one that is asked about first."""
    return replace(one, judgement=replace(one.judgement, gate=Gate.ASK)) if one.is_command else one

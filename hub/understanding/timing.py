"""The time of a command out of its tagged spans; an event names the device that it waits for."""
# ruff: noqa: E501 - patterns and word lists in two scripts are read by the line

import re
from datetime import datetime

from hub.contracts.frame import Slot, When
from hub.understanding.index import MAX_NAME_WORDS, HomeIndex
from hub.understanding.lexicon.words import NOW_WORDS
from hub.understanding.numbers import find_numbers
from hub.understanding.reading import Reading
from hub.understanding.tags import Span
from hub.understanding.times import merge_when, parse_when
from hub.understanding.tokens import join, key_of, tokenise

_WITH_DEVICE = frozenset({"opened", "closed", "motion", "temperature_below", "temperature_above"})
_LATER = re.compile(
    r"\bin (?:a|an|\d+|half|[a-z]+(?:[ -][a-z]+)?) (?:seconds?|minutes?|hours?)\b|(?:分钟|小时|秒钟?|钟头)(?:之后|以后|后)",
    re.IGNORECASE,
)


_CLAUSE = re.compile(
    r"(?<!lovely )(?<!nice )(?<!great )(?<!good )(?<!wonderful )(?<!it )(?<!glad )(?<!mind )\b(?:once|when|whenever|as soon as|if|until|till|unless|only after|but after)\s+(?:the|it|it's|i|i'm|i've|we|we're|he|she|they|my|our|some(?:body|one)|any(?:body|one)|nobody|no one|every(?:body|one)|sun\w*)\b.*"
    r"|(?:等(?![了等一会下])|如果|要是|一旦|只要|假如).{1,14}(?:[了后时]|的话)[，,就再]?|.{1,10}的时候|[^,，]{1,12}的话(?=[,，]?[把就将再关开打拉调])",
    re.IGNORECASE,
)


def read_when(reading: Reading, index: HomeIndex, now: datetime, intent: str) -> tuple[When | None, tuple[Slot, ...]]:
    """Return when the command is due, and the length of time as a slot (for timers).

    A time that was tagged and cannot be read stays as a When without any field: it is said, never dropped.
    """
    spans = [
        (reading.match[_whole_start(reading, span) : _whole_end(reading.match, span)], span.tag == "duration", span)
        for span in reading.spans
        if span.tag in ("when", "duration")
    ]
    spans = [one for one in spans if not any(other is not one and one[0] in other[0] for other in spans)] or spans
    spans = [one for one in spans if key_of(one[0]) not in NOW_WORDS and not _is_told(reading.match, one[2])]
    if not spans:
        late = _LATER.search(reading.match)
        found = parse_when(late.group(), now) if late else None
        if found is not None and found.delay_s is not None:
            return found, ()
        clause = _CLAUSE.search(reading.match)
        if clause is None or not intent.startswith("home.") or ".query_" in intent:
            return None, ()
        whole = parse_when(reading.match, now)
        if whole is not None and whole.trigger is not None:
            return (_on_device(whole, index) if whole.trigger in _WITH_DEVICE else whole), ()
        return When(text=clause.group()), ()  # on a condition that nobody can read: not now, in any case
    when = merge_when([(text, is_duration) for text, is_duration, _ in spans], now)
    slots = tuple(
        Slot(name="duration", text=text, start=span.start, end=span.end, number=length.duration_s, unit="s")
        for text, is_duration, span in spans
        for length in (parse_when(text, now, is_duration=True) if is_duration else None,)
        if length is not None and length.duration_s is not None
    )
    if when is None:  # the tagger may have cut the phrase short ("if it gets [dark]")
        whole = parse_when(reading.match, now)
        when = whole if whole is not None and whole.trigger is not None else None
    if when is None:
        return When(text=" ".join(text for text, _, _ in spans)), slots
    if when.trigger in _WITH_DEVICE:
        when = _on_device(when, index)
    return when, slots


_TAIL_ZH = re.compile(
    r"(?<=[个])[钟小](?:头|时)?|(?<=钟)头|(?<=分)钟?|(?<=小)时|(?<=[点晚])[十\d]?[一二三四五六七八九十\d]*[点半]?"
)


_LATER_ZH = re.compile(r"[之以]?后")
_CLOCK_WORDS = frozenset(
    "at by half quarter past to o'clock one two three four five six seven eight nine ten eleven twelve".split()
)


def _whole_start(reading: Reading, span: Span) -> int:
    """Return where a time begins that the tagger cut short (at half ten | tonight)."""
    if span.tag != "when":
        return span.start
    start = span.start
    for token in reversed([token for token in reading.tokens if token.end <= span.start]):
        over = [other for other in reading.spans if other.overlaps(token.start, token.end)]
        is_free = all(other.tag == "when" or (token.text == "half" and other.tag == "value") for other in over)
        if not is_free or not (token.text in _CLOCK_WORDS or token.text.isdigit()):
            break
        start = token.start
    return start


def _whole_end(match: str, span: Span) -> int:
    """Return where a Chinese time ends that the tagger cut short (过半个钟|头)."""
    end = span.end
    tail = _TAIL_ZH.match(match, end)
    end = tail.end() if tail else end
    later = _LATER_ZH.match(match, end) if end > span.end else None
    return later.end() if later else end


def _is_told(match: str, span: Span) -> bool:
    """Tell whether a clock time is how late it is now ("it's gone nine", "九点啦"), not when to do it."""
    return (
        re.search(
            r"\b(?:it'?s|it is)(?: (?:only|nearly|almost|already|gone|past|after|about))?\s*$",
            match[: span.start],
            re.IGNORECASE,
        )
        is not None
        or re.match(r"(?:钟|半)?[了啦咯喽]", match[span.end :]) is not None
    )


def read_part(reading: Reading, index: HomeIndex, now: datetime) -> When | None:
    """Return the time of a part that says nothing else."""
    when, _ = read_when(reading, index, now, "")
    if when is not None and (when.delay_s, when.at, when.trigger, when.recur) != (None, None, None, None):
        return when
    found = parse_when(reading.match, now)
    return _on_device(found, index) if found is not None and found.trigger in _WITH_DEVICE else found


def _on_device(when: When, index: HomeIndex) -> When:
    tokens = tokenise(when.text)
    device = ""
    for length in range(min(MAX_NAME_WORDS, len(tokens)), 0, -1):
        for first in range(len(tokens) - length + 1):
            hits = index.names.get(join(tokens[first : first + length]), ())
            if len(hits) == 1 and not device:
                device = hits[0].device
    parts = [when.trigger or "", device] if device else [when.trigger or ""]
    number = next((found.value for found in find_numbers(when.text) if found.value is not None), None)
    if device and number is not None and (when.trigger or "").startswith("temperature"):
        parts.append(f"{number:g}")
    return When(
        delay_s=when.delay_s,
        at=when.at,
        trigger=":".join(parts),
        duration_s=when.duration_s,
        recur=when.recur,
        text=when.text,
    )

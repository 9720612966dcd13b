"""Slots of a command: tagged spans and numbers, each with its number, unit and language-neutral word."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from hub.contracts.frame import Slot
from hub.understanding.lexicon.values import ATTRIBUTES, COLORS, MODES, STATES
from hub.understanding.numbers import Number, find_numbers
from hub.understanding.tags import Span
from hub.understanding.tokens import key_of

_TABLES: Mapping[str, Mapping[str, str]] = {"color": COLORS, "mode": MODES, "attribute": ATTRIBUTES, "state": STATES}
_PLAIN = frozenset({"media", "item", "person", "color", "mode", "attribute", "state"})
_TAKES_VALUE = re.compile(r"^home\.(set_|change_|turn_on|turn_off|open|close)")
_NO_VALUE = frozenset({"when", "duration", "device", "area", "media", "item"})
_IS_TIME = re.compile(
    r"\s*(?:o'?clock|am\b|pm\b|a\.m|p\.m|点|分钟?|小时|秒|minutes?|hours?|seconds?|mins?\b)", re.IGNORECASE
)


def read_slots(text: str, match: str, spans: Sequence[Span], intent: str) -> tuple[Slot, ...]:
    """Return the slots in the order of the text; numbers that the grammar finds win over the tagger's edges.

    Args:
        text: the command as it was said, match: the same in Simplified characters.
    """
    slots = [_plain(text, match, _with_title(match, span)) for span in spans if span.tag in _PLAIN]
    numbers = [number for number in find_numbers(match) if _is_value(number, match, spans, intent)]
    tagged = [n for n in numbers if any(s.tag == "value" and s.overlaps(n.start, n.end) for s in spans)]
    numbers = tagged or [n for n in numbers if n.unit or match[n.start : n.end].lower() not in ("one", "一")]
    slots.extend(_number(text, number) for number in numbers)
    for span in spans:
        if span.tag == "value" and not any(span.overlaps(number.start, number.end) for number in numbers):
            slots.append(_words(text, match, span))
    slots = [slot for slot in slots if not _is_doubled(slot, slots)]
    return tuple(sorted(slots, key=lambda slot: (slot.name == "value" and slot.number is None, slot.start)))


_CALLED = re.compile(r"(?:some |the (?=.* album$))?(?=\S)(.+?)(?: album)?", re.IGNORECASE)
_TITLE = re.compile(r"的?\s*《[^》]{1,60}》?")


def _with_title(match: str, span: Span) -> Span:
    """Return what is to play: with the title behind its tag (周杰伦|的《七里香》), without "some", "album"."""
    if span.tag != "media" or key_of(match[span.start : span.end]) in _ANY_MUSIC:
        return span
    found = _TITLE.match(match, span.end)
    span = replace(span, end=found.end()) if found else span
    inner = _CALLED.fullmatch(match[span.start : span.end])
    return replace(span, start=span.start + inner.start(1), end=span.start + inner.end(1)) if inner else span


_ANY_MUSIC = frozenset(
    """music somemusic something song asong somesong tune sometune audio themusic mymusic anything media sound track
    音乐 歌 歌曲 点音乐 首歌 一首歌 点歌 一些音乐 点什么 放音乐 一点音乐""".split()
)


def is_any_music(slots: Sequence[Slot]) -> bool:
    """Tell whether the media that was asked for is just any ("some music")."""
    media = [slot for slot in slots if slot.name == "media"]
    return len(media) == 1 and key_of(media[0].text) in _ANY_MUSIC


def _is_value(number: Number, match: str, spans: Sequence[Span], intent: str) -> bool:
    over = [span for span in spans if span.overlaps(number.start, number.end)]
    if any(span.tag == "value" for span in over):
        return True
    if any(span.tag in _NO_VALUE for span in over) or _IS_TIME.match(match, number.end):
        return False
    if number.canonical and not number.unit:  # "a bit", "full": words for an amount stand where they stand
        return intent.startswith(("home.set_", "home.change_"))
    return (
        bool(_TAKES_VALUE.match(intent))
        and (not over or all(span.tag in ("mode", "color") for span in over))
        and (number.unit != "" or intent.startswith(("home.set_", "home.change_")))
    )


def _number(text: str, number: Number) -> Slot:
    return Slot(
        name="value",
        text=text[number.start : number.end].strip(),
        start=number.start,
        end=number.end,
        number=number.value,
        unit=number.unit,
        canonical=number.canonical,
    )


def _words(text: str, match: str, span: Span) -> Slot:
    key = key_of(match[span.start : span.end])
    canonical = next((table[key] for table in (MODES, COLORS) if key in table), "")
    return Slot(name="value", text=text[span.start : span.end], start=span.start, end=span.end, canonical=canonical)


def _plain(text: str, match: str, span: Span) -> Slot:
    said = match[span.start : span.end]
    table = _TABLES.get(span.tag)
    canonical = "" if table is None else _canonical(said, table)
    return Slot(name=span.tag, text=text[span.start : span.end], start=span.start, end=span.end, canonical=canonical)


_AFFIX = re.compile(
    r"^(?:the|a|to|as|is|are|how|much|some|what|当前|现在|目前)\s*|\s*(?:mode|level|colou?r|setting|light|的?模式|一点|的|了|着|吗|呢|档|挡)$"
)


def _canonical(said: str, table: Mapping[str, str]) -> str:
    for form in (said, _AFFIX.sub("", said), _AFFIX.sub("", _AFFIX.sub("", said))):
        found = table.get(key_of(form))
        if found is not None:
            return found
    return ""


def _is_doubled(slot: Slot, slots: Sequence[Slot]) -> bool:
    """Tell whether the tagger called a word a mode or state that is a number of its own ("max")."""
    if slot.name not in ("mode", "state") or slot.canonical:
        return False
    return any(other.name == "value" and other.start <= slot.start and slot.end <= other.end for other in slots)

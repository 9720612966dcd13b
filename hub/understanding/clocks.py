"""Clock times in both languages: "half past seven", "6:45 pm", "七点一刻", "晚上八点半", "noon"."""
# ruff: noqa: E501 - patterns and word lists in two scripts are read by the line

import re
from dataclasses import dataclass

from hub.understanding.numbers import chinese_number, english_number

_HOUR_WORD = r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
_MINUTE_WORD = (
    r"(?:(?:oh |o )?(?:one|two|three|four|five|six|seven|eight|nine)|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|"
    r"seventeen|eighteen|nineteen|(?:twenty|thirty|forty|fifty)(?:[ -](?:one|two|three|four|five|six|seven|eight|nine))?)"
)
_HALF_DAY = r"(?:\s*(?P<ap>a\.?\s?m\b\.?|p\.?\s?m\b\.?))?"
_PARTS = r"(?P<part>凌晨|清晨|早上|早晨|上午|中午|下午|傍晚|晚上|半夜|夜里|深夜|明早|今早|明晚|今晚|早|晚)?"
_PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?P<h>\b\d{{1,2}})[:.](?P<m>\d{{2}})\b{_HALF_DAY}",
        rf"\b(?P<rel>half past|half(?= (?:\d{{1,2}}|{_HOUR_WORD})\b(?! ?(?:%|percent|degrees|°|minutes?|hours?|seconds?)))|quarter past|a quarter past|quarter to|a quarter to|(?:\d{{1,2}}|{_MINUTE_WORD})(?: minutes)? (?:past|to))\s+(?P<h>\d{{1,2}}|{_HOUR_WORD})\b{_HALF_DAY}",
        rf"\b(?:at|by|around|about|until|till|before|after|@)?\s*(?P<h>\d{{1,2}}|{_HOUR_WORD})(?:\s+(?P<m>{_MINUTE_WORD}|\d{{2}}))?\s*(?P<ap>a\.?\s?m\b\.?|p\.?\s?m\b\.?)",
        rf"\b(?P<h>\d{{1,2}}|{_HOUR_WORD})\s+(?:o'?clock)\b{_HALF_DAY}",
        rf"\b(?:at|by|around|about|until|till|@)\s+(?P<h>\d{{1,2}}|{_HOUR_WORD})(?:\s+(?P<m>{_MINUTE_WORD}|[0-5]\d))?\b(?!\s*(?:%|percent|degrees|°|minutes|hours|seconds))",
        rf"\b(?P<h>\d{{1,2}}|{_HOUR_WORD})(?=\s+(?:tonight|(?:this|in the|tomorrow) (?:morning|afternoon|evening)|at night)\b)",
        rf"{_PARTS}(?:的)?\s*(?P<zh>\d{{1,2}}|[零一二两三四五六七八九十]+)\s*(?:点钟?|时(?!候)|:)(?:整|过)?(?P<zm>半|一刻|三刻|[零一二三四五六七八九十]+分?|\d{{1,2}}分?)?",
        r"(?P<word>\bmidnight\b|\bnoon\b|\bmidday\b|正午|午夜|零点|(?:中午|半夜)(?!\s*[\d一二十]))",
    )
)
_WORDS = {"midnight": 0, "noon": 12, "midday": 12, "正午": 12, "午夜": 0, "零点": 0, "中午": 12, "半夜": 0}
_PART = re.compile(
    r"\b(?:in the |this |tomorrow |every |each |at )?(?P<en>morning|afternoon|evening|night|tonight)\b"
    r"|(?P<zh>凌晨|清晨|早上|早晨|上午|下午|傍晚|晚上|夜里|深夜|明早|今早|明晚|今晚)",
    re.IGNORECASE,
)
DAY_PARTS = ("morning", "afternoon", "evening", "night", "noon", "早上", "早晨", "上午", "下午", "晚上", "中午", "晚")
"""Words for a part of the day that may stand in a recurrence ("every morning")."""

_LATE = frozenset("afternoon evening night tonight 下午 傍晚 晚上 夜里 深夜 明晚 今晚 晚".split())
_EARLY = frozenset("morning 凌晨 清晨 早上 早晨 上午 明早 今早 早 半夜".split())
_DEFAULT_HOURS = {
    "morning": 8, "afternoon": 15, "evening": 19, "night": 21, "tonight": 21, "凌晨": 3, "清晨": 6, "早上": 8, "早晨": 8,
    "上午": 10, "下午": 15, "傍晚": 18, "晚上": 20, "夜里": 22, "深夜": 23, "明早": 8, "今早": 8, "明晚": 20, "今晚": 20,
}  # fmt: skip
_NUMBER = re.compile(rf"\d|\b{_HOUR_WORD}\b", re.IGNORECASE)
_PHRASE = 30  # characters; a longer text is a sentence, whose numbers may be about something else


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """A clock time; `is_open` where nothing says whether morning or evening, `is_after_midnight` for 0 to 4 at night."""

    start: int
    end: int
    hour: int
    minute: int
    is_open: bool = False
    is_after_midnight: bool = False


def find_clock(text: str) -> Clock | None:
    """Return the first clock time of a text; a part of the day alone stands for its usual hour."""
    for pattern in _PATTERNS:
        for found in pattern.finditer(text):
            clock = _read(found, text)
            if clock is not None:
                return clock
    part = _PART.search(text)
    if part is None or (len(text) <= _PHRASE and _NUMBER.search(text) is not None):
        return None  # "tonight at ..." with a number that nobody could read is no time that we know
    name = (part.group("en") or part.group("zh")).lower()
    return Clock(start=part.start(), end=part.end(), hour=_DEFAULT_HOURS[name], minute=0)


def _read(found: re.Match[str], text: str) -> Clock | None:
    groups = found.groupdict()
    if groups.get("word"):
        word = groups["word"].lower()
        return Clock(
            start=found.start(), end=found.end(), hour=_WORDS[word], minute=0, is_after_midnight=word != "noon"
        )
    hour = _number(groups.get("h") or groups.get("zh") or "")
    minute = _minute(groups)
    if hour is None or minute is None or not 0 <= hour <= 24 or not 0 <= minute < 60:
        return None
    if groups.get("rel"):
        hour, minute = _relative(groups["rel"].lower(), hour)
    half = (groups.get("ap") or "").lower().replace(".", "").replace(" ", "")
    part = groups.get("part") or ""
    if not half and not part:
        around = _PART.search(text)
        part = (around.group("en") or around.group("zh")).lower() if around else ""
    is_written = groups.get("h") is not None and groups["h"].startswith("0")
    is_open = not half and not part and 1 <= hour <= 12 and not is_written
    return Clock(
        start=found.start(),
        end=found.end(),
        hour=_of_day(hour, half, part),
        minute=minute,
        is_open=is_open,
        is_after_midnight=_of_day(hour, half, part) < 5 and not is_open,
    )


def _of_day(hour: int, half: str, part: str) -> int:
    if half == "pm" and hour < 12:
        return hour + 12
    if half == "am" and hour == 12:
        return 0
    if (
        part in _LATE
        and hour < 12
        and not (part in ("night", "夜里", "深夜", "晚上") and hour < 5 and part != "tonight" and hour != 0)
    ):
        return hour + 12
    if part == "中午" and hour < 11:
        return hour + 12
    if hour == 12 and (part in ("night", "tonight", "今晚", "明晚", "晚上", "夜里", "深夜", "凌晨", "半夜", "morning")):
        return 0 if part in ("凌晨", "半夜", "morning") else 24
    return hour


def _minute(groups: dict[str, str]) -> int | None:
    said = groups.get("m") or groups.get("zm")
    if not said:
        return 0
    fixed = {"半": 30, "一刻": 15, "三刻": 45}
    return fixed[said] if said in fixed else _number(said.removesuffix("分").replace("oh ", "").removeprefix("o "))


def _relative(said: str, hour: int) -> tuple[int, int]:
    amount = (
        30 if "half" in said else 15 if "quarter" in said else _number(said.split(" minutes")[0].rsplit(" ", 1)[0]) or 0
    )
    if said.endswith("to"):
        return (hour - 1 if hour > 1 else 12), 60 - amount
    return hour, amount


def _number(text: str) -> int | None:
    if text.isdigit() and text.isascii():
        return int(text)
    number = chinese_number(text) if text else None
    if number is None and text:
        number = english_number(text)
    return int(number) if number is not None else None

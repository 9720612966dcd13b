"""When a request is meant for: delays, clock times, days, recurrences, triggers and durations, in both languages."""
# ruff: noqa: E501 - patterns and word lists in two scripts are read by the line

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hub.contracts.frame import When
from hub.understanding.clocks import DAY_PARTS, Clock, find_clock
from hub.understanding.durations import DURATION, seconds_of
from hub.understanding.lexicon.triggers import TRIGGERS

_DELAY = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b(?:in|after|wait(?: for)?|within|give it|give me)\s+(?:about |another |around |the next )?(?P<t>{DURATION})(?:(?:'s)? time)?(?: from now)?",
        rf"(?P<t>{DURATION})\s*(?:from now|later|hence)\b",
        rf"(?:再?过|等(?:上|个|到)?|再等)\s*(?P<t>{DURATION})(?:\s*(?:之后|以后|后|再))?",
        rf"(?P<t>{DURATION})\s*(?:之后|以后|过后|后)",
    )
)
_DURATION = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\bfor\s+(?:about |another |the next |around )?(?P<t>{DURATION})",
        rf"(?:持续|保持|连续|开|亮|响|播放|放|关|运行)\s*(?P<t>{DURATION})(?!\s*(?:之?后|以后))",
        rf"^(?P<t>{DURATION})$",
    )
)
_WEEKDAYS = {
    day: index
    for index, names in enumerate(
        (
            "monday mon 周一 星期一 礼拜一",
            "tuesday tue tues 周二 星期二 礼拜二",
            "wednesday wed 周三 星期三 礼拜三",
            "thursday thu thurs 周四 星期四 礼拜四",
            "friday fri 周五 星期五 礼拜五",
            "saturday sat 周六 星期六 礼拜六",
            "sunday sun 周日 星期日 星期天 周天 礼拜天",
        )
    )
    for day in names.split()
}
_CODES = ("mo", "tu", "we", "th", "fr", "sa", "su")
_DAY_NAME = re.compile(
    r"\b(?P<every>every |each )?(?P<this>on |this |next |coming )?(?P<day>(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?)(?P<s>s)?\b"
    r"|(?P<zevery>每个?|逢)?(?P<zthis>下个?|这个?|本)?(?P<zday>(?:周|星期|礼拜)[一二三四五六日天])",
    re.IGNORECASE,
)
_RECUR: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), recur)
    for pattern, recur in (
        (
            r"\b(?:every|each|on) (?:week ?day|work ?day|working day)s?\b|\b(?:on )?weekdays\b|工作日|周一到周五|周一至周五|上班日",
            "weekdays",
        ),
        (r"\b(?:every|each|on|at) (?:the )?weekends?\b|\bweekends\b|每个?周末|周末", "weekends"),
        (r"\b(?:every ?day|each day|daily|every (?:single )?day)\b|每天|每日|天天", "daily"),
        (
            r"\b(?:every|each) (?:morning|evening|night|afternoon|noon)\b|每(?:天|个)?(?:早上|晚上|早晨|晚|下午|上午|中午)",
            "daily",
        ),
    )
)
_DAYS: tuple[tuple[re.Pattern[str], int], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), days)
    for pattern, days in (
        (r"\b(?:the )?day after tomorrow\b|后天", 2),
        (r"\btomorrow\b|明天|明日|明早|明晚", 1),
        (r"\b(?:today|tonight|this (?:morning|afternoon|evening))\b|今天|今晚|今早|今夜|今日", 0),
    )
)
_DATE = re.compile(r"(\d{1,2})月(\d{1,2})[日号]")


@dataclass(slots=True, kw_only=True)
class _Found:
    """What was found so far, and which characters it took."""

    text: str
    spans: list[tuple[int, int]] = field(default_factory=list)

    def take(self, found: re.Match[str]) -> None:
        self.spans.append(found.span())
        self.text = self.text[: found.start()] + "\x00" * (found.end() - found.start()) + self.text[found.end() :]


def parse_when(text: str, now: datetime, *, is_duration: bool = False) -> When | None:
    """Return the time that a phrase means, None where it holds none.

    Args:
        text: the phrase ("tomorrow at half past seven"), or a whole sentence.
        now: aware local time; a bare "at seven" is the next seven o'clock, morning or evening.
        is_duration: a bare length of time ("ten minutes") is how long, not how far off.
    """
    found = _Found(text=text)
    trigger = _trigger(found)
    delay = _length(found, _DELAY)
    duration = _length(found, _DURATION) if delay is None or is_duration else _length(found, _DURATION[:2])
    if duration is not None and not is_duration and _DURATION[2].search(text.strip()):
        delay, duration = duration, None
    recur, has_weekdays = _recur(found)
    day = _day(found, now) if recur is None or has_weekdays is None else None
    clock = find_clock(found.text)
    if clock is not None:
        found.spans.append((clock.start, clock.end))
    at = _at(clock, day, recur, now, found.text)
    if trigger is None and delay is None and duration is None and at is None and recur is None:
        return None
    first = min(start for start, _ in found.spans) if found.spans else 0
    last = max(end for _, end in found.spans) if found.spans else len(text)
    return When(delay_s=delay, at=at, trigger=trigger, duration_s=duration, recur=recur, text=text[first:last])


def merge_when(spans: list[tuple[str, bool]], now: datetime) -> When | None:
    """Return the one time of several phrases (text, is a duration): "at seven" and "for ten minutes"."""
    parsed = [
        found for text, is_duration in spans for found in (parse_when(text, now, is_duration=is_duration),) if found
    ]
    if not parsed:
        return None

    def first(read: Callable[[When], object]) -> When | None:
        return next((one for one in parsed if read(one) is not None), None)

    delay, at, trigger = first(lambda w: w.delay_s), first(lambda w: w.at), first(lambda w: w.trigger)
    length, recur = first(lambda w: w.duration_s), first(lambda w: w.recur)
    return When(
        delay_s=delay.delay_s if delay else None,
        at=at.at if at else None,
        trigger=trigger.trigger if trigger else None,
        duration_s=length.duration_s if length else None,
        recur=recur.recur if recur else None,
        text=" ".join(text for text, _ in spans),
    )


def _trigger(found: _Found) -> str | None:
    for pattern, trigger in TRIGGERS:
        hit = pattern.search(found.text)
        if hit is not None:
            found.take(hit)
            return trigger
    return None


def _length(found: _Found, patterns: tuple[re.Pattern[str], ...]) -> float | None:
    for pattern in patterns:
        hit = pattern.search(found.text)
        if hit is not None:
            seconds = seconds_of(hit.group("t"))
            if seconds is not None:
                found.take(hit)
                return seconds
    return None


def _recur(found: _Found) -> tuple[str | None, bool | None]:
    days = [
        hit for hit in _DAY_NAME.finditer(found.text) if hit.group("every") or hit.group("zevery") or hit.group("s")
    ]
    if days:
        names = {(hit.group("day") or hit.group("zday")).lower() for hit in _DAY_NAME.finditer(found.text)}
        for day in list(_DAY_NAME.finditer(found.text)):
            found.take(day)
        order = sorted({_weekday(name) for name in names})
        return "weekly:" + ",".join(_CODES[day] for day in order), True
    for pattern, recur in _RECUR:
        hit = pattern.search(found.text)
        if hit is not None:
            part = next((word for word in DAY_PARTS if word in hit.group().lower()), "")
            found.spans.append(hit.span())
            if not part:  # the part of the day still says which seven o'clock is meant
                found.take(hit)
            return recur, True
    return None, None


def _weekday(name: str) -> int:
    short = (
        name if name in _WEEKDAYS else next(day for day in _WEEKDAYS if name.startswith(day) or day.startswith(name))
    )
    return _WEEKDAYS[short]


def _day(found: _Found, now: datetime) -> datetime | None:
    for pattern, days in _DAYS:
        named = pattern.search(found.text)
        if named is not None:
            found.spans.append(named.span())
            return now + timedelta(days=days)
    date = _DATE.search(found.text)
    if date is not None:
        found.take(date)
        return _date(now, int(date.group(1)), int(date.group(2)))
    weekday = _DAY_NAME.search(found.text)
    if weekday is None:
        return None
    found.take(weekday)
    ahead = (_weekday((weekday.group("day") or weekday.group("zday")).lower()) - now.weekday()) % 7
    is_next = (weekday.group("this") or "").strip() == "next" or (weekday.group("zthis") or "").startswith("下")
    if is_next and (weekday.group("zthis") or ahead == 0):
        ahead = ahead + 7 if ahead == 0 or (weekday.group("zthis") and _is_later_this_week(now, ahead)) else ahead
    return now + timedelta(days=ahead)


def _is_later_this_week(now: datetime, ahead: int) -> bool:
    return now.weekday() + ahead < 7


def _date(now: datetime, month: int, day: int) -> datetime | None:
    for year in (now.year, now.year + 1):
        try:
            date = now.replace(year=year, month=month, day=day)
        except ValueError:
            return None
        if date.date() >= now.date():
            return date
    return None


def _at(clock: Clock | None, day: datetime | None, recur: str | None, now: datetime, text: str) -> str | None:
    if clock is None:
        return None
    hour = clock.hour
    if clock.is_open:  # "at seven": which of the two, the words around or the clock on the wall say
        is_free = day is None and recur is None
        is_today = day is not None and day.date() == now.date()
        later = (hour + 12) % 24
        if is_free or is_today:
            hour = min(
                (hour % 24, later), key=lambda h: (h * 60 + clock.minute - now.hour * 60 - now.minute - 1) % 1440
            )
    time = f"{hour % 24:02d}:{clock.minute:02d}"
    if day is None:
        return time
    if hour == 24:
        day = day + timedelta(days=1)
    if (clock.is_after_midnight and "tonight" in text.lower()) or (clock.is_after_midnight and "今晚" in text):
        day = day + timedelta(days=1)
    if day.date() == now.date() and (hour % 24, clock.minute) > (now.hour, now.minute):
        return time
    return f"{day:%Y-%m-%d}T{time}"

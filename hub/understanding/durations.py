"""Lengths of time in both languages: "an hour and a half", "90 seconds", "两个半小时", "一刻钟"."""
# ruff: noqa: E501 - patterns and word lists in two scripts are read by the line

import re

from hub.understanding.numbers import chinese_number, english_number

_EN_NUMBER = (
    r"(?:\d+(?:\.\d+)?|(?:a|an)\b|(?:a )?couple(?: of)?\b|(?:a )?few\b|half an?\b|half\b|"
    r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|"
    r"eighteen|nineteen|twenty|thirty|forty|fifty|sixty|ninety|hundred)"
    r"(?:[ -](?:one|two|three|four|five|six|seven|eight|nine))?(?: hundred)?)"
)
_EN_UNIT = r"(?:seconds?|secs?|minutes?|mins?|hours?|hrs?|days?|weeks?)\b"
_EN_PART = rf"{_EN_NUMBER}(?: and a half)?(?: of an?)?[ -]?{_EN_UNIT}(?: and a (?:half|quarter))?"
_ZH_NUMBER = r"(?:\d+(?:\.\d+)?|[零一二两三四五六七八九十百半几]+)"
_ZH_UNIT = r"(?:秒钟?|分钟?|小时|钟头|天|刻钟?|星期|周)"
_ZH_PART = rf"{_ZH_NUMBER}\s*(?:个半|个|多)?\s*{_ZH_UNIT}半?"

DURATION = rf"(?:(?:three[- ]quarters of an hour|a quarter of an hour|{_EN_PART}(?:(?:,? and |,? ){_EN_PART})*)|{_ZH_PART}(?:零?{_ZH_PART})*)"
"""Pattern of a length of time; without groups."""

_SIZES = (
    (("second", "sec", "秒"), 1),
    (("minute", "min", "分"), 60),
    (("hour", "hr", "小时", "钟头"), 3600),
    (("刻",), 900),
    (("day", "天"), 86400),
    (("week", "星期", "周"), 604800),
)
_EN = re.compile(rf"({_EN_NUMBER})( and a half)?(?: of an?)?[ -]?({_EN_UNIT})( and a (?:half|quarter))?", re.IGNORECASE)
_ZH = re.compile(rf"({_ZH_NUMBER})\s*(个半|个|多)?\s*({_ZH_UNIT})(半)?")
_VAGUE = {"a": 1.0, "an": 1.0, "couple": 2.0, "few": 3.0, "half": 0.5, "half a": 0.5, "half an": 0.5}


def seconds_of(text: str) -> float | None:
    """Return the seconds of a length of time, None where the text is none."""
    lowered = text.lower().strip()
    if "quarters of an hour" in lowered or "quarter of an hour" in lowered:
        return 2700.0 if "three" in lowered else 900.0
    total, is_any = 0.0, False
    for number, half, unit, tail in _EN.findall(lowered):
        value = _english(number)
        if value is not None:
            size = _size(unit)
            extra = 0.5 if half or "half" in tail else 0.25 if tail else 0.0
            total, is_any = total + (value + extra) * size, True
    for number, middle, unit, tail in _ZH.findall(lowered):
        value = _chinese(number)
        if value is not None:
            total, is_any = total + (value + (0.5 if middle == "个半" or tail else 0.0)) * _size(unit), True
    return total if is_any else None


def _size(unit: str) -> int:
    return next(size for names, size in _SIZES if unit.startswith(names))


def _english(number: str) -> float | None:
    if number[0].isdigit():
        return float(number)
    plain = number.removesuffix(" of").removeprefix("a ") or number
    return _VAGUE.get(number, _VAGUE.get(plain, english_number(number)))


def _chinese(number: str) -> float | None:
    if number[0].isdigit():
        return float(number)
    if number == "半":
        return 0.5
    if number == "几":
        return 3.0
    return chinese_number(number)

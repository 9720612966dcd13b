"""Numbers as people write and say them, in both languages."""

import random

_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen"
).split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_DIGITS = "零一二三四五六七八九"


def english(number: int) -> str:
    """Return the words of 0 to 9999."""
    if number < 20:
        return _ONES[number]
    if number < 100:
        tens = _TENS[number // 10 - 2]
        return tens if number % 10 == 0 else f"{tens} {_ONES[number % 10]}"
    if number < 1000:
        rest = f" {english(number % 100)}" if number % 100 else ""
        return f"{_ONES[number // 100]} hundred{rest}"
    rest = f" {english(number % 1000)}" if number % 1000 else ""
    return f"{english(number // 1000)} thousand{rest}"


def chinese(number: int) -> str:
    """Return the characters of 0 to 9999."""
    if number < 10:
        return _DIGITS[number]
    if number < 20:
        return "十" + (_DIGITS[number % 10] if number % 10 else "")
    if number < 100:
        return _DIGITS[number // 10] + "十" + (_DIGITS[number % 10] if number % 10 else "")
    if number < 1000:
        rest = number % 100
        tail = "" if rest == 0 else ("零" + _DIGITS[rest] if rest < 10 else _tens_inside(rest))
        return _DIGITS[number // 100] + "百" + tail
    rest = number % 1000
    tail = "" if rest == 0 else ("零" if rest < 100 else "") + (chinese(rest))
    return _DIGITS[number // 1000] + "千" + tail


def spoken(number: int, lang: str, rng: random.Random, counting: bool = False) -> str:
    """Return the number in digits or words; `counting` turns 二 into 两 (两分钟)."""
    if rng.random() < 0.6:
        return str(number)
    if lang == "en":
        return english(number)
    return "两" if counting and number == 2 else chinese(number)


def _tens_inside(rest: int) -> str:
    return _DIGITS[rest // 10] + "十" + (_DIGITS[rest % 10] if rest % 10 else "")

"""Numbers with their units in digits and words of both languages: "twenty five", "三分之一", "26度半", "half"."""
# ruff: noqa: E501 - patterns and word lists in two scripts are read by the line

import re
from collections.abc import Iterator
from dataclasses import dataclass

_ONES = {
    word: number
    for number, word in enumerate(
        """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
        seventeen eighteen nineteen""".split()
    )
}
_TENS = {
    word: number * 10 for number, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), 2)
}
_TENS["fourty"] = 40
_BIG = {"hundred": 100, "thousand": 1000}
_DIGITS = {char: number for number, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "俩": 2, "壹": 1}
_PLACES = {"十": 10, "百": 100, "千": 1000, "万": 10000}
_CJK = "零〇一二两三四五六七八九十百千万"

_WORD = r"(?:" + "|".join((*_ONES, *_TENS, *_BIG)) + r")"
_ENGLISH = re.compile(
    rf"\b(?:a (?=hundred|thousand))?{_WORD}(?:(?:[ -]|(?<=hundred|ousand) and ){_WORD})*(?: point(?: {_WORD})+)?(?: and a half)?\b".replace(
        "(?<=hundred|ousand)", "(?:(?<=hundred)|(?<=thousand))"
    ),
    re.IGNORECASE,
)
_NUMERAL = re.compile(r"(?<![\w.])[-+−]?\d+(?:[.,]\d+)?|\d+(?:\.\d+)?")
_AND_A_HALF = re.compile(r" and a half\b", re.IGNORECASE)
_FRACTION = re.compile(rf"([{_CJK}]+|\d+)分之([{_CJK}]+|\d+(?:\.\d+)?)(?:点([{_CJK}\d]+))?")
_CHINESE = re.compile(rf"(零下|负)?[{_CJK}]+(?:点[{_CJK}]+)?")
_UNITS: tuple[tuple[str, str], ...] = (
    (r"\s*(?:%|percent\b|per cent\b|pct\b|percentage\b|个?百分点|成(?!为))", "%"),
    (r"\s*(?:°\s*f\b|degrees? f(?:ahrenheit)?\b|fahrenheit\b|华氏度)", "°F"),
    (r"\s*(?:°\s*c\b|℃|degrees? c(?:elsius|entigrade)?\b|celsius\b|摄氏度)", "°C"),
    (r"\s*(?:kelvin\b|k\b|开尔文|开(?![启门灯]))", "K"),
    (r"\s*(?:°|degrees?\b|度)", "°"),
)
_SPECIAL: tuple[tuple[str, float | None, str, str], ...] = (
    (r"\b(?:a )?couple(?: of)? (?:more )?degrees?\b", 2, "°", ""),
    (r"\bthree[- ]quarters?\b|\bthree fourths\b", 75, "%", ""),
    (r"\b(?:a|one)[- ](?:quarter|fourth)\b|\bquarter(?= (?:open|closed|way|volume|brightness))", 25, "%", ""),
    (r"\b(?:a|one)[- ]third\b", 33, "%", ""),
    (r"\btwo[- ]thirds\b", 67, "%", ""),
    (r"\bhalf[ -]?way\b|\bmid[ -]?way\b|\bhalf\b(?! (?:past|an|a|hour))", 50, "%", "half"),
    (r"一大半", 75, "%", ""),
    (r"一小半", 25, "%", ""),
    (r"一半|半开|(?<=[到成])半(?!小时|个|点)", 50, "%", "half"),
    (
        r"\b(?:the )?(?:max(?:imum)?|highest|brightest|loudest|fullest|full blast|all the way up|full)\b",
        None,
        "",
        "max",
    ),
    (r"最大|最高|最亮|最强|最响|满格|最满|最快", None, "", "max"),
    (r"\b(?:the )?(?:min(?:imum)?|lowest|dimmest|quietest)\b", None, "", "min"),
    (r"最小|最低|最暗|最弱|最轻|最慢", None, "", "min"),
    (
        r"\b(?:a (?:little|bit|tad|touch|notch|smidge|hair|tiny bit)(?: bit)?|slightly|somewhat|little bit)\b",
        None,
        "",
        "small",
    ),
    (r"一点点?儿?|一些|稍微|略微|有?点儿|些许|一格|一档", None, "", "small"),
    (r"\b(?:a lot|lots|much|way|considerably|significantly|a great deal|plenty)\b", None, "", "large"),
    (r"很多|好多|许多|大幅度?|不少", None, "", "large"),
)
_SPECIALS = tuple((re.compile(pattern, re.IGNORECASE), number, unit, word) for pattern, number, unit, word in _SPECIAL)
_UNIT_PATTERNS = tuple((re.compile(pattern, re.IGNORECASE), unit) for pattern, unit in _UNITS)
_HALF_AFTER = re.compile(r"半")


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A number in a text: where it stands (unit included), its value, unit, and a word for "half", "max", "a bit"."""

    start: int
    end: int
    value: float | None
    unit: str = ""
    canonical: str = ""


def find_numbers(text: str) -> tuple[Number, ...]:
    """Return the numbers of a text in order; where two readings overlap, the longer one."""
    found = sorted(_all(text), key=lambda n: (n.start - n.end, n.start))
    kept: list[Number] = []
    for number in found:
        if all(number.end <= other.start or number.start >= other.end for other in kept):
            kept.append(number)
    return tuple(sorted(kept, key=lambda n: n.start))


def chinese_number(text: str) -> float | None:
    """Return the value of Chinese numerals ("二十六", "一百零五", "二六"), None where they make none."""
    if not text or any(char not in _DIGITS and char not in _PLACES for char in text):
        return None
    if not any(char in _PLACES for char in text):
        return float("".join(str(_DIGITS[char]) for char in text))
    total = section = 0
    digit: int | None = None
    place = 1
    for char in text:
        if char in _DIGITS:
            digit = _DIGITS[char]
            continue
        place = _PLACES[char]
        if place == 10000:
            total, section, digit = total + (section + (digit or 0)) * place, 0, None
        else:
            section += (1 if digit is None else digit) * place
            digit = None
    if digit is not None and text[-2] in "百千" and place >= 100:
        digit *= place // 10  # 一百二 is 120
    return float(total + section + (digit or 0))


def english_number(text: str) -> float | None:
    """Return the value of English number words ("two hundred and five", "twenty point five"), None for others."""
    words = text.lower().replace("-", " ").split()
    if words[-3:] == ["and", "a", "half"]:
        whole = english_number(" ".join(words[:-3]))
        return None if whole is None else whole + 0.5
    if "point" in words:
        at = words.index("point")
        whole, digits = english_number(" ".join(words[:at])), [_ONES.get(word) for word in words[at + 1 :]]
        return None if whole is None or None in digits else float(f"{whole:.0f}.{''.join(map(str, digits))}")
    total = current = 0
    for word in words:
        if word in ("and", "a"):
            continue
        if word == "hundred":
            current = (current or 1) * 100
        elif word == "thousand":
            total, current = total + (current or 1) * 1000, 0
        elif word in _ONES or word in _TENS:
            small = _ONES.get(word, _TENS.get(word, 0))
            current = current * 100 + small if 0 < current < 100 and (current % 10 or small >= 10) else current + small
        else:
            return None
    return float(total + current)


def _all(text: str) -> Iterator[Number]:
    for found in _FRACTION.finditer(text):
        yield from _fraction(found)
    for pattern, value, unit, canonical in _SPECIALS:
        for found in pattern.finditer(text):
            yield Number(start=found.start(), end=found.end(), value=value, unit=unit, canonical=canonical)
    for found in _NUMERAL.finditer(text):
        value = float(found.group().replace(",", ".").replace("−", "-"))
        half = _AND_A_HALF.match(text, found.end())
        yield _with_unit(text, found.start(), half.end() if half else found.end(), value + (0.5 if half else 0.0))
    for found in _ENGLISH.finditer(text):
        value_or_none = english_number(found.group())
        if value_or_none is not None:
            yield _with_unit(text, found.start(), found.end(), value_or_none)
    for found in _CHINESE.finditer(text):
        value_or_none = _chinese(found)
        is_word = found.group() == "一" and text[found.end() : found.end() + 1] in tuple("并起道块旦般直样律")
        if value_or_none is not None and not is_word:
            yield _with_unit(text, found.start(), found.end(), value_or_none)


def _fraction(found: re.Match[str]) -> Iterator[Number]:
    below, above = (_either(found.group(1)), _either(found.group(2)))
    if below is None or above is None or below == 0:
        return
    if found.group(3):
        above += (_either(found.group(3)) or 0) / 10 ** len(found.group(3))
    yield Number(start=found.start(), end=found.end(), value=round(above / below * 100, 1), unit="%")


def _either(text: str) -> float | None:
    return float(text) if text[0].isdigit() and text.isascii() else chinese_number(text)


def _chinese(found: re.Match[str]) -> float | None:
    text = found.group().removeprefix("零下").removeprefix("负")
    whole, _, part = text.partition("点")
    value = chinese_number(whole)
    if value is None:
        return None
    if part:
        digits = [_DIGITS.get(char) for char in part]
        if None in digits:
            return None
        value = float(f"{value:.0f}.{''.join(map(str, digits))}")
    return -value if found.group(1) else value


def _with_unit(text: str, start: int, end: int, value: float) -> Number:
    for pattern, unit in _UNIT_PATTERNS:
        found = pattern.match(text, end)
        if found is None:
            continue
        if unit == "%" and found.group().strip() == "成":
            value *= 10
        end = found.end()
        if unit in ("°", "°C") and _HALF_AFTER.match(text, end):
            value, end = value + 0.5, end + 1
        return Number(start=start, end=end, value=value, unit=unit)
    return Number(start=start, end=end, value=value)

"""The simplest commands by rule, for a hub whose model is missing; it says that it is degraded and does little."""
# ruff: noqa: E501 - patterns and word lists in two scripts are read by the line

import re
from collections.abc import Mapping

from hub.understanding.forms import concept_runs
from hub.understanding.index import MAX_NAME_WORDS, HomeIndex
from hub.understanding.lexicon.kinds import KIND_WORDS
from hub.understanding.lexicon.rooms import QUALIFIER_KEYS
from hub.understanding.lexicon.words import ALL_WORDS, EVERYTHING, HERE, WIDE
from hub.understanding.numbers import find_numbers
from hub.understanding.tags import Span
from hub.understanding.tokens import Token, join

_ON = r"(?:turn|switch|put)\b.*\bon\b|^(?:turn|switch) on\b|打开|开启|^开(?!着)|把.*开(?:了|一下)?$"
_RULES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), intent)
    for pattern, intent in (
        (r"\b(?:don't|do not|never|if|would|why|said|says)\b|不要|别|如果", "none"),
        (r"^(?:is|are|what|which|how|does|when|who)\b|吗[?？]?$|多少|几度|什么", "none"),
        (r"^(?:please )?unlock\b|解锁|开锁", "home.unlock"),
        (r"^(?:please )?lock\b|锁上|锁好|锁住|上锁|^锁", "home.lock"),
        (
            r"^(?:please )?(?:set|turn|change|put)\b.*\bto\b.*(?:degrees?|°|celsius|fahrenheit)|调到.*度|设(?:为|到|成).*度",
            "home.set_temperature",
        ),
        (
            r"^(?:please )?(?:set|dim|turn|change|put)\b.*\bto\b.*(?:%|percent)|调到.*(?:百分之|%)|百分之.*",
            "home.set_brightness",
        ),
        (r"^(?:please )?(?:open|raise)\b|打开.*(?:窗帘|百叶|卷帘|门)|拉开|升起", "home.open"),
        (r"^(?:please )?(?:close|shut|lower)\b|关上.*(?:窗帘|百叶|卷帘|门)|拉上|放下", "home.close"),
        (
            r"^(?:please )?(?:turn|switch|shut)\b.*\boff\b|关掉|关闭|关上|熄灭|^关|把.*关(?:了|掉|上|一下)?$",
            "home.turn_off",
        ),
        (_ON, "home.turn_on"),
        (r"^(?:please )?(?:stop)\b|^停(?:下|止)?", "home.stop"),
        (r"^(?:please )?pause\b|暂停", "home.pause"),
    )
)


_VERBS = frozenset("lock unlock open close stop pause light vacuum dim 开 关 锁".split())


def read_by_rules(
    match: str, tokens: tuple[Token, ...], index: HomeIndex
) -> tuple[Mapping[str, float], tuple[Span, ...]]:
    """Return the intent (with certainty, or "none") and the spans of known names, rooms, kinds and numbers."""
    intent = next((intent for pattern, intent in _RULES if pattern.search(match)), "none")
    values = [Span(tag="value", start=n.start, end=n.end) for n in find_numbers(match) if n.value is not None]
    spans = tuple(sorted((*values, *_spans(tokens, index, values)), key=lambda span: span.start))
    rest = [token for token in tokens if not any(span.overlaps(token.start, token.end) for span in spans)]
    if any(token.text not in _SPOKEN for token in rest):
        intent = "none"  # a word that no rule knows may change everything
    return {intent: 1.0}, spans


_SPOKEN = frozenset(
    """please can could you the a an my our all to on off up down in at of and set turn switch put change dim make open
    close shut raise lower lock unlock stop pause degree degrees percent celsius fahrenheit light lights
    把 将 请 帮 我 给 的 了 掉 上 下 里 开 关 打 闭 启 熄 灭 锁 解 好 住 调 到 设 为 成 度 百 分 之 停 止 暂 拉 升 降 起 放 一 都 全 吧""".split()
)
"""Every word that may stand beside names, kinds, rooms and numbers."""


def _spans(tokens: tuple[Token, ...], index: HomeIndex, values: list[Span]) -> list[Span]:
    found: list[Span] = []
    free = [i for i, token in enumerate(tokens) if not any(value.overlaps(token.start, token.end) for value in values)]
    taken: set[int] = set()
    for length in range(min(MAX_NAME_WORDS, len(tokens)), 0, -1):
        for first in range(len(tokens) - length + 1):
            run = range(first, first + length)
            if first == 0 and length == 1 and tokens[0].text in _VERBS:
                continue
            if taken & set(run) or not set(run) <= set(free):
                continue
            tag = _tag(join(tokens[first : first + length]), tokens[first : first + length], index)
            if tag:
                taken |= set(run)
                found.append(Span(tag=tag, start=tokens[first].start, end=tokens[first + length - 1].end))
    return _joined(sorted(found, key=lambda span: span.start), tokens)


def _tag(key: str, words: tuple[Token, ...], index: HomeIndex) -> str:
    if key in index.area_names or key in index.floor_names or key in WIDE or key in HERE:
        return "area"
    if key in index.names:
        return "device"
    if key in EVERYTHING or (len(words) == 1 and key in ALL_WORDS):
        return "quantifier"
    runs = list(concept_runs(words))
    if len(runs) != 1:
        return ""
    atoms = runs[0][2]
    if any(atom.startswith("room:") for atom in atoms):
        return "area"
    if any(atom in KIND_WORDS for atom in atoms):
        return "device"
    return "qualifier" if key in QUALIFIER_KEYS else ""


def _joined(spans: list[Span], tokens: tuple[Token, ...]) -> list[Span]:
    """Return the spans with a qualifier joined to the device right behind it, other qualifiers left out."""
    made: list[Span] = []
    for span in spans:
        last = made[-1] if made else None
        is_next = last is not None and not any(last.end <= token.start < span.start for token in tokens)
        if span.tag == "device" and last is not None and last.tag == "qualifier" and is_next:
            made[-1] = Span(tag="device", start=last.start, end=span.end)
        else:
            made.append(span)
    return [span for span in made if span.tag != "qualifier"]

"""How a request is wrapped: politeness, haste, negation, time, and the words that join commands."""

import random
import tomllib

from training.corpus import values
from training.corpus.grammar import Piece
from training.corpus.lexicon import DATA

_WORDS: dict[str, tuple[str, ...]] = {
    name: tuple(text.replace("\n", "").split("|"))
    for name, text in tomllib.loads((DATA / "manners.toml").read_text(encoding="utf-8")).items()
}


def dress(pieces: list[Piece], lang: str, rng: random.Random) -> list[Piece]:
    """Return the imperative, sometimes polite or hurried."""
    if lang == "en":
        if rng.random() < 0.38:
            pieces = [(rng.choice(_WORDS["before_en"]) + " ", ""), *pieces]
        if rng.random() < 0.2:
            pieces = [*pieces, (rng.choice((" ", ", ")) + rng.choice(_WORDS["after_en"]), "")]
        return [(rng.choice(_WORDS["why_en"]), ""), *pieces] if rng.random() < 0.05 else pieces
    if rng.random() < 0.42:
        pieces = [(rng.choice(_WORDS["before_zh"]), ""), *pieces]
    if rng.random() < 0.22:
        pieces = [*pieces, (rng.choice(_WORDS["after_zh"]), "")]
    return [(rng.choice(_WORDS["why_zh"]), ""), *pieces] if rng.random() < 0.05 else pieces


def negate(pieces: list[Piece], lang: str, rng: random.Random) -> list[Piece]:
    """Return the imperative as something that must not be done."""
    word = rng.choice(_WORDS["not_en"]) + " " if lang == "en" else rng.choice(_WORDS["not_zh"])
    tail: list[Piece] = []
    if lang == "en" and rng.random() < 0.25:
        tail = [(rng.choice((" yet", " now", " please", " tonight", " anymore", " again")), "")]
    if lang == "zh" and rng.random() < 0.3:
        tail = [(rng.choice(("了", "啊", "哦", "，谢谢", "好吗")), "")]
    first = next((number for number, (_, tag) in enumerate(pieces) if tag), 0)
    named = next((number for number in range(first, len(pieces)) if not pieces[number][1]), len(pieces))
    lead = "".join(text for text, _ in pieces[:first]).strip()
    # 灯别关: the thing first, then the negated verb
    if lang == "zh" and lead in ("", "把", "将") and 0 < named < len(pieces) and rng.random() < 0.5:
        later = rng.choice(("", "", "先", "就", "，", "千万", "你")) + word.replace("请", "")
        return [
            *pieces[first:named],
            (later, ""),
            *pieces[named:],
            *tail,
        ]
    return [(word, ""), *pieces, *tail]


def timed(pieces: list[Piece], lang: str, rng: random.Random) -> list[Piece]:
    """Return the imperative with a time, or with how long it lasts."""
    if rng.random() < 0.75:
        time: Piece = (values.when(lang, rng), "when")
        if lang == "zh":
            return [time, (rng.choice(("", "", "，", "就", "再", "帮我")), ""), *pieces]
        return [time, (rng.choice((" ", ", ")), ""), *pieces] if rng.random() < 0.25 else [*pieces, (" ", ""), time]
    length: Piece = (values.duration(lang, rng), "duration")
    return [*pieces, (" for " if lang == "en" else rng.choice(("", "，", "，持续")), ""), length]


def joiner(lang: str, rng: random.Random, *, is_contrast: bool) -> str:
    """Return the words between two commands."""
    if is_contrast:
        return rng.choice(_WORDS["but_en"] if lang == "en" else _WORDS["but_zh"])
    return rng.choice(_WORDS["join_en"] if lang == "en" else _WORDS["join_zh"])


def aside_joiner(lang: str, rng: random.Random) -> str:
    """Return what stands between a command and a remark before or behind it."""
    return rng.choice(_WORDS["aside_en"] if lang == "en" else _WORDS["aside_zh"])


def trailing_joiner(pieces: list[Piece], lang: str, rng: random.Random) -> list[Piece]:
    """Return a command as a split leaves it, with a stray joining word at one end."""
    word = joiner(lang, rng, is_contrast=False)
    return [(word.lstrip(" ,.;，。；"), ""), *pieces] if rng.random() < 0.6 else [*pieces, (word.rstrip(), "")]

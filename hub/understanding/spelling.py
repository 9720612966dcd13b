"""Spelling and mishearing: words of a mention that the home does not know, drawn to a word that it knows."""

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from hub.understanding.forms import CONCEPTS
from hub.understanding.index import HomeIndex
from hub.understanding.lexicon.values import ATTRIBUTES, COLORS, MODES, STATES
from hub.understanding.lexicon.words import (
    ALL_WORDS,
    ARTICLES,
    CONNECTORS,
    EVERYTHING,
    HERE,
    PREPOSITIONS,
    PRONOUNS,
    WIDE,
)
from hub.understanding.tags import Span
from hub.understanding.tokens import Token

_SHORTEST = 4  # letters; a shorter word is too near to too many
_LIKE = 0.75  # one slip in four letters, or a swap
_STRICT = 0.8
_FUNCTION = (
    ALL_WORDS
    | ARTICLES
    | CONNECTORS
    | EVERYTHING
    | HERE
    | PREPOSITIONS
    | PRONOUNS
    | WIDE
    | frozenset(
        """turn switch make set please light lights device thing things everything open close shut lock unlock what when
        where which room rooms floor floors side area level entire whole ones both other others rest upstairs downstairs
        first second third ground upper lower outside inside outdoor indoor dock base charger except
        temperature house home here there
        """.split()
    )
)


def correct(
    tokens: tuple[Token, ...], spans: Sequence[Span], index: HomeIndex, *, is_strict: bool = False
) -> tuple[tuple[Token, ...], tuple[str, ...]]:
    """Return the tokens with misspelled ones replaced, and a note ("kichen -> kitchen") for each.

    Args:
        is_strict: only near certain slips, for what opens doors.
    """
    fixed: list[Token] = []
    notes: list[str] = []
    for token in tokens:
        better = _better(token, spans, index, _STRICT if is_strict else _LIKE)
        if better is not None:
            notes.append(f"{token.text} -> {better}")
            plural = token.text.endswith("s") and not better.endswith("s")
            token = replace(token, text=better + "s" if plural else better, stem=better)
        fixed.append(token)
    return tuple(fixed), tuple(notes)


def is_known(word: str) -> bool:
    """Tell whether a stem is a word of the lexicon, and so never a slip for another."""
    return word in _known_words()


@lru_cache(maxsize=1)
def _known_words() -> frozenset[str]:
    return (
        frozenset(CONCEPTS)
        | frozenset(COLORS)
        | frozenset(MODES)
        | frozenset(ATTRIBUTES)
        | frozenset(STATES)
        | _FUNCTION
    )


def _better(token: Token, spans: Sequence[Span], index: HomeIndex, like: float) -> str | None:
    if (
        token.is_cjk
        or len(token.stem) < _SHORTEST
        or token.stem in index.words
        or is_known(token.stem)
        or is_known(token.text)
    ):
        return None
    if not token.stem.isalpha() or token.stem in index.names or token.stem in index.area_names:
        return None
    if spans and not any(span.tag in ("device", "area") and span.overlaps(token.start, token.end) for span in spans):
        return None
    found = process.extractOne(
        token.stem,
        [*index.vocabulary, *_kind_words()],
        scorer=DamerauLevenshtein.normalized_similarity,
        score_cutoff=like if len(token.stem) < 8 else like - 0.05,
    )
    return None if found is None or len(found[0]) < _SHORTEST else str(found[0])


@lru_cache(maxsize=1)
def _kind_words() -> tuple[str, ...]:
    """Return single English kind and room words, which a home may lack but people misspell all the same."""
    return tuple(key for key in CONCEPTS if key.isascii() and 4 <= len(key) <= 10)

"""From tag logits to spans of the text: BIO read leniently, edges set on whole words."""

from dataclasses import dataclass

import numpy as np

from hub.understanding.encoder import Encoded
from hub.understanding.tokens import Token

_MEASURES = frozenset("盏台个只扇条把部")
"""Measure words, which stand for the noun before (走廊那盏) and are no thing by themselves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A tagged stretch of the text; `score` is the mean probability of its tokens' tags."""

    tag: str
    start: int
    end: int
    score: float = 1.0

    def overlaps(self, start: int, end: int) -> bool:
        """Tell whether the span shares a character with [start, end)."""
        return self.start < end and start < self.end


def decode(encoded: Encoded, names: tuple[str, ...], tokens: tuple[Token, ...]) -> tuple[Span, ...]:
    """Return the spans in order; an I without its B begins a span, word pieces follow their word's first piece."""
    if not encoded.spans:
        return ()
    values = np.exp(encoded.tags - encoded.tags.max(axis=1, keepdims=True))
    values /= values.sum(axis=1, keepdims=True)
    best = values.argmax(axis=1)
    found: list[Span] = []
    for token in tokens:
        pieces = [i for i, (start, end) in enumerate(encoded.spans) if start < token.end and end > token.start]
        if not pieces:
            continue
        label, score = names[best[pieces[0]]], float(values[pieces[0], best[pieces[0]]])
        tag = label[2:] if label != "O" else ""
        if not tag or (tag == "device" and token.text in _MEASURES):
            continue
        last = found[-1] if found else None
        is_next = last is not None and last.tag == tag and not _has_word(tokens, last.end, token.start)
        if last is not None and is_next and not label.startswith("B-"):
            found[-1] = Span(tag=tag, start=last.start, end=token.end, score=(last.score + score) / 2)
        else:
            found.append(Span(tag=tag, start=token.start, end=token.end, score=score))
    return tuple(found)


def _has_word(tokens: tuple[Token, ...], start: int, end: int) -> bool:
    return any(start <= token.start < end for token in tokens)

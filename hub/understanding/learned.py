"""Heads for intents that the model was never trained for: ridge regression over its frozen embeddings, in closed form.

Every intent of a lesson gets a linear score against all else (one against the rest). Where it begins is read off
leave-one-out scores, which ridge regression gives without fitting again: a row's score without that row follows from
its leverage (Allen, The relationship between variable selection and data augmentation and a method for prediction,
Technometrics 16, 1974; Hastie, Tibshirani, Friedman, The Elements of Statistical Learning, 2nd edition, 7.10). The
intents differ only in how much their own few rows weigh, so that one inverse serves all of them (Woodbury's identity).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from hub.contracts.skill import Lesson

Floats: TypeAlias = npt.NDArray[np.float32]
Doubles: TypeAlias = npt.NDArray[np.float64]
Places: TypeAlias = npt.NDArray[np.intp]

LEAST = 0.01
"""Probability below which a learned intent is not spoken of."""

_RIDGE = 0.002  # penalty for each row
_COUNTERS = 0.1  # what the counters of an intent weigh together, where its examples weigh 1
_BATCH = 64  # intents that are scored at once
_HARD = 8  # how many of the sentences that sound most like an intent, and are none, bound it
_BEGINS = 0.2  # where p is 0.5, on the way from those to its typical example
_LEAST_GAP = 0.2  # of scores between -1 and 1: an intent whose examples have less in common is not trusted further
_LOGIT = 4.0  # at a typical example, and negative at what is none: p = 0.98 and 0.02
_FAR = 0.45  # cosine to the nearest example below which a sentence is like none of them
_NEAR = 0.60  # cosine from which its distance says nothing against it


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnedHead:
    """The head of all learned intents.

    Attributes:
        intents: names, in the order of the columns.
        weight: float32 [width, intents]; with the bias it gives scores, about -1 (something else) to 1 (an example).
        bias: float32 [intents].
        begin: float32 [intents], the score at which p is 0.5.
        slopes: float32 [2, intents], logit by score below and above `begin`.
        examples: float16 [rows, width], L2-normalised, the examples of one intent after another.
        starts: the first row of each intent, and the count of rows at the end.
    """

    intents: tuple[str, ...]
    weight: Floats
    bias: Floats
    begin: Floats
    slopes: Floats
    examples: npt.NDArray[np.float16]
    starts: tuple[int, ...]

    def probabilities(self, embedding: Floats) -> dict[str, float]:
        """Return how likely the intents are, 0 to 1 and each by itself, highest first; below `LEAST` they are left out.

        Args:
            embedding: float32 [width], L2-normalised.
        """
        # einsum, since the threads of a matrix product cost more here than they save (0.15 ms, 6 ms on busy cores)
        over = np.einsum("i,ij->j", embedding, self.weight) + self.bias - self.begin
        logits = over * np.where(over > 0, self.slopes[1], self.slopes[0])
        found = {}
        for column in np.flatnonzero(logits > np.log(LEAST)):
            probability = self._nearness(int(column), embedding) / (1.0 + float(np.exp(-logits[column])))
            if probability >= LEAST:
                found[self.intents[column]] = probability
        return dict(sorted(found.items(), key=lambda item: -item[1]))

    def _nearness(self, column: int, embedding: Floats) -> float:
        """Return 0 for what is far from every example, 1 for what is near one: a line can be crossed anywhere."""
        rows = self.examples[self.starts[column] : self.starts[column + 1]]
        cosine = float(np.einsum("ij,j->i", rows.astype(np.float32), embedding).max())
        return min(1.0, max(0.0, (cosine - _FAR) / (_NEAR - _FAR)))


def fit(lessons: Iterable[Lesson], background: Iterable[Lesson], embed: Callable[[str], Floats]) -> LearnedHead | None:
    """Return the head that tells the intents of the lessons from each other and from the background.

    Args:
        background: lessons of what the model knows already; all of it stands against every learned intent.
        embed: text to float32 [width], L2-normalised; called once for each text.

    Returns:
        None where there is nothing to learn. The order of the lessons does not matter.
    """
    taught = sorted((lesson for lesson in lessons if lesson.examples), key=lambda lesson: lesson.intent)
    if not taught:
        return None
    others = tuple(background)
    texts = sorted({text for lesson in (*taught, *others) for text in (*lesson.examples, *lesson.counters)})
    rows = {text: row for row, text in enumerate(texts)}
    embeddings = np.stack([embed(text) for text in texts]).astype(np.float32)
    claimed = {text for lesson in taught for text in lesson.examples}
    claimed |= {text for lesson in others for text in (*lesson.examples, *lesson.counters)}
    base = _Base.of(embeddings, np.array([text in claimed for text in texts]))
    own = [_places(lesson.examples, rows) for lesson in taught]
    unlike = [_places(set(lesson.counters) - set(lesson.examples), rows) for lesson in taught]
    columns: list[_Column] = []
    for first in range(0, len(taught), _BATCH):
        batch = slice(first, first + _BATCH)
        lines = [base.line(*places) for places in zip(own[batch], unlike[batch], strict=True)]
        scores = base.data @ np.stack([line.weight for line in lines], axis=1)
        columns += [base.column(line, scores[:, i]) for i, line in enumerate(lines)]
    return LearnedHead(
        intents=tuple(lesson.intent for lesson in taught),
        weight=np.ascontiguousarray(np.stack([column.weight[:-1] for column in columns], axis=1), dtype=np.float32),
        bias=np.array([column.weight[-1] for column in columns], dtype=np.float32),
        begin=np.array([column.begin for column in columns], dtype=np.float32),
        slopes=np.array([column.slopes for column in columns], dtype=np.float32).T.copy(),
        examples=embeddings[np.concatenate(own)].astype(np.float16),
        starts=(0, *(int(end) for end in np.cumsum([len(places) for places in own]))),
    )


def _places(texts: Iterable[str], rows: dict[str, int]) -> Places:
    return np.array(sorted({rows[text] for text in texts}), dtype=np.intp)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """The ridge regression of one intent.

    Attributes:
        examples, counters: its own rows.
        example_weight: what one of its examples weighs, where a row that is not its own weighs 1.
        spread, solved: float64 [width + 1, own rows] and its transpose's shape; the shared inverse less their product
            is the inverse with these weights.
        weight: float64 [width + 1], the bias at its end.
    """

    examples: Places
    example_weight: float
    counters: Places
    spread: Doubles
    solved: Doubles
    weight: Doubles


@dataclass(frozen=True, slots=True, kw_only=True)
class _Column:
    """One intent: its weight with the bias at the end, and how its scores become logits."""

    weight: Doubles
    begin: float
    slopes: tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Base:
    """What all intents share.

    Attributes:
        data: float64 [rows, width + 1], the embeddings and a 1.
        inverse: float64 [width + 1, width + 1] of the penalised sum of squares, every row weighing 1.
        reach: float64 [rows], the leverage of each row in that.
        total: float64 [width + 1], the sum of the rows.
        is_claimed: bool [rows], False for what only some lesson's counter says: it may well be meant for another.
    """

    data: Doubles
    inverse: Doubles
    reach: Doubles
    total: Doubles
    is_claimed: npt.NDArray[np.bool_]

    @classmethod
    def of(cls, embeddings: Floats, is_claimed: npt.NDArray[np.bool_]) -> "_Base":
        """Prepare the rows."""
        count, width = embeddings.shape
        data = np.ones((count, width + 1))
        data[:, :-1] = embeddings
        inverse = np.linalg.inv(data.T @ data + _RIDGE * count * np.eye(width + 1))
        reach = np.einsum("ij,ij->i", data @ inverse, data)
        return cls(data=data, inverse=inverse, reach=reach, total=data.sum(axis=0), is_claimed=is_claimed)

    def line(self, examples: Places, counters: Places) -> _Line:
        """Fit one intent: its examples together weigh as much as all else, its counters a share of that."""
        others = len(self.data) - len(examples)
        of_example = max(1.0, others / len(examples))
        of_counter = max(1.0, _COUNTERS * others / max(1, len(counters)))
        extra = np.concatenate([np.full(len(examples), of_example), np.full(len(counters), of_counter)]) - 1.0
        own = self.data[np.concatenate([examples, counters])]
        spread = self.inverse @ own.T
        solved = np.linalg.solve(
            np.eye(len(own)) + extra[:, np.newaxis] * (own @ spread), extra[:, np.newaxis] * spread.T
        )
        said, unlike = self.data[examples].sum(axis=0), self.data[counters].sum(axis=0)
        aim = (of_example + 1.0) * said - (of_counter - 1.0) * unlike - self.total
        weight = self.inverse @ aim
        return _Line(
            examples=examples,
            example_weight=of_example,
            counters=counters,
            spread=spread,
            solved=solved,
            weight=weight - spread @ (solved @ aim),
        )

    def column(self, line: _Line, scores: Doubles) -> _Column:
        """Find where an intent begins: above what sounds most like it and is none, below its typical example.

        Args:
            scores: float64 [rows], of this intent.
        """
        is_other = self.is_claimed.copy()
        is_other[line.examples] = False
        is_other[line.counters] = False  # what is there to be learned from is no sample of what will be said
        hardest = _highest(scores, np.flatnonzero(is_other))
        unlike = np.concatenate([self._left_out(line, hardest, scores, -1.0, 1.0), scores[line.counters]])
        low = float(np.sort(unlike)[-_HARD:].mean()) if len(unlike) else -1.0
        known = self._left_out(line, line.examples, scores, 1.0, line.example_weight)
        high = max(float(np.median(known)), low + _LEAST_GAP)
        begin = low + _BEGINS * (high - low)
        return _Column(weight=line.weight, begin=begin, slopes=(_LOGIT / (begin - low), _LOGIT / (high - begin)))

    def _left_out(self, line: _Line, places: Places, scores: Doubles, target: float, weight: float) -> Doubles:
        """Return the scores that rows of this target and weight would get from a fit without them, each by itself."""
        part = self.data[places]
        leverage = self.reach[places] - np.einsum("ij,ji->i", part @ line.spread, line.solved @ part.T)
        left = 1.0 - np.minimum(weight * leverage, 1.0 - 1e-6)
        return np.asarray(target - (target - scores[places]) / left, dtype=np.float64)


def _highest(scores: Doubles, places: Places) -> Places:
    """Return the places of the highest scores, some more than are needed: leaving them out changes their order."""
    count = min(len(places), 4 * _HARD)
    if count == 0:
        return places
    return np.asarray(places[np.argpartition(scores[places], -count)[-count:]], dtype=np.intp)

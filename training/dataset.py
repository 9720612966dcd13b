"""Samples to arrays: token ids, labels per token and per sentence, in batches of like length."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from tokenizers import Encoding, Tokenizer
from torch import Tensor

from training.corpus.generate import COMPOUND, UNTAUGHT, Sample
from training.labels import IGNORE, MAX_TOKENS, TAGS, part_tokens, roles_of, token_at

_TAG_INDEX = {tag: index for index, tag in enumerate(TAGS)}


@dataclass(frozen=True, slots=True)
class Row:
    """One sample as numbers.

    Attributes:
        parts: (first token, token behind the last, intent, polarity) of each part, where there are several.
        pair: an English sentence whose base embedding it should have, or "".
    """

    ids: list[int]
    tags: list[int]
    segments: list[float]
    roles: list[int]
    intent: int
    polarity: float
    parts: list[tuple[int, int, int, float]]
    pair: str


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows padded to one length; labels are IGNORE where they do not count.

    Attributes:
        part_rows: int64 [parts], the row of each part; part_mask: float32 [parts, tokens], 1 for its tokens.
    """

    ids: Tensor
    mask: Tensor
    tags: Tensor
    segments: Tensor
    roles: Tensor
    intents: Tensor
    polarity: Tensor
    part_rows: Tensor
    part_mask: Tensor
    part_intents: Tensor
    part_polarity: Tensor
    pairs: tuple[str, ...]


def encode(samples: Sequence[Sample], tokenizer: Tokenizer, intents: Sequence[str]) -> list[Row]:
    """Turn samples into rows; texts longer than MAX_TOKENS are cut."""
    index = {intent: number for number, intent in enumerate(intents)}
    encodings = tokenizer.encode_batch([sample.text for sample in samples])
    return [_row(sample, encoding, index) for sample, encoding in zip(samples, encodings, strict=True)]


def batches(rows: Sequence[Row], size: int, seed: int) -> Iterator[Batch]:
    """Yield batches of similar length in a shuffled, reproducible order."""
    rng = random.Random(seed)
    order = list(range(len(rows)))
    rng.shuffle(order)
    chunk = size * 50
    for start in range(0, len(order), chunk):
        part = sorted(order[start : start + chunk], key=lambda number: len(rows[number].ids))
        groups = [part[at : at + size] for at in range(0, len(part), size)]
        rng.shuffle(groups)
        for group in groups:
            yield collate([rows[number] for number in group])


def collate(rows: Sequence[Row]) -> Batch:
    """Pad rows into one batch."""
    width = max(len(row.ids) for row in rows)

    def padded(values: list[list[int]] | list[list[float]], fill: float, dtype: type) -> Tensor:
        return torch.from_numpy(np.array([list(row) + [fill] * (width - len(row)) for row in values], dtype=dtype))

    parts = [(number, *part) for number, row in enumerate(rows) for part in row.parts]
    part_mask = np.zeros((len(parts), width), dtype=np.float32)
    for number, (_, first, end, _, _) in enumerate(parts):
        part_mask[number, first:end] = 1.0
    return Batch(
        part_rows=torch.tensor([row for row, *_ in parts], dtype=torch.int64),
        part_mask=torch.from_numpy(part_mask),
        part_intents=torch.tensor([intent for *_, intent, _ in parts], dtype=torch.int64),
        part_polarity=torch.tensor([polarity for *_, polarity in parts], dtype=torch.float32),
        ids=padded([row.ids for row in rows], 0, np.int64),
        mask=padded([[1] * len(row.ids) for row in rows], 0, np.int64),
        tags=padded([row.tags for row in rows], IGNORE, np.int64),
        segments=padded([row.segments for row in rows], IGNORE, np.float32),
        roles=padded([row.roles for row in rows], IGNORE, np.int64),
        intents=torch.tensor([row.intent for row in rows]),
        polarity=torch.tensor([row.polarity for row in rows]),
        pairs=tuple(row.pair for row in rows),
    )


def _row(sample: Sample, encoding: Encoding, index: dict[str, int]) -> Row:
    count = len(encoding.ids)
    tags = [IGNORE] + [0] * (count - 2) + [IGNORE]
    segments = [float(IGNORE)] * 2 + [0.0] * (count - 3) + [float(IGNORE)] if count > 2 else [float(IGNORE)] * count
    for start, end, tag in sample.spans:
        part = "B"
        for number in range(1, count - 1):
            left, right = encoding.offsets[number]
            if left < end and right > start:
                tags[number] = IGNORE if tag == UNTAUGHT else _TAG_INDEX[f"{part}-{tag}"]
                part = "I"
    if not sample.segments:
        segments = [float(IGNORE)] * count
    for start in sample.segments[1:]:
        number = token_at(encoding, start)
        if number > 1:
            segments[number] = 1.0
    is_single = sample.intent != COMPOUND
    ids = encoding.ids if count <= MAX_TOKENS else [*encoding.ids[: MAX_TOKENS - 1], encoding.ids[-1]]
    return Row(
        ids=ids,
        tags=tags[: len(ids)],
        segments=segments[: len(ids)],
        roles=roles_of(sample, encoding)[: len(ids)],
        intent=index[sample.intent] if is_single else IGNORE,
        polarity=float(sample.is_negated) if is_single else float(IGNORE),
        parts=[
            (first, end, index[intent], float(is_negated))
            for (first, end), (intent, is_negated) in zip(part_tokens(sample, encoding), sample.parts, strict=False)
            if first < end <= len(ids)
        ],
        pair=sample.pair,
    )

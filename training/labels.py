"""What the network says of a token, and how long a sentence may be; without torch, as reports run without it."""

from itertools import pairwise

from tokenizers import Encoding

from training.corpus.generate import Sample

MAX_TOKENS = 64
IGNORE = -100  # the label of what does not count
_SPAN_TAGS = (
    "device", "area", "value", "color", "mode", "media", "when", "duration", "quantifier", "except", "attribute",
    "state", "item", "person",
)  # fmt: skip
ROLES = ("command", "remark", "left_out", "correction", "withdrawn", "condition")
"""What a word is for: what is asked for, what asks for nothing, what limits a command or puts it right."""
TAGS = ("O", *(f"{part}-{tag}" for tag in _SPAN_TAGS for part in "BI"))


def token_at(encoding: Encoding, char: int) -> int:
    """Return the first token that ends after the character."""
    return next((number for number, (start, end) in enumerate(encoding.offsets) if end > max(char, start)), -1)


def roles_of(sample: Sample, encoding: Encoding) -> list[int]:
    """Return the role of each token; a time by itself may be a condition or not, so that none is taught."""
    roles = [IGNORE] * len(encoding.ids)
    timed = [(start, end) for start, end, tag in sample.spans if tag == "when"]
    for number in range(1, sum(encoding.attention_mask) - 1):
        left, right = encoding.offsets[number]
        role = next((role for start, role in reversed(sample.roles) if start <= left), "")
        if role and (role == "condition" or not any(left < end and right > start for start, end in timed)):
            roles[number] = ROLES.index(role)
    return roles


def part_tokens(sample: Sample, encoding: Encoding) -> list[tuple[int, int]]:
    """Return (first token, token behind the last) of each part of a sentence that has several; none else."""
    if not sample.parts:
        return []
    last = sum(encoding.attention_mask) - 1
    edges = [1, *(token_at(encoding, start) for start in sample.segments[1:]), last]
    edges = [at if at > 0 else last for at in edges]  # what was cut off has no tokens
    return list(pairwise(edges))

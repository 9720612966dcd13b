"""What the network says of a token, and how long a sentence may be; without torch, as reports run without it."""

from tokenizers import Encoding

MAX_TOKENS = 64
_SPAN_TAGS = (
    "device", "area", "value", "color", "mode", "media", "when", "duration", "quantifier", "except", "attribute",
    "state", "item", "person",
)  # fmt: skip
TAGS = ("O", *(f"{part}-{tag}" for tag in _SPAN_TAGS for part in "BI"))


def token_at(encoding: Encoding, char: int) -> int:
    """Return the first token that ends after the character."""
    return next((number for number, (start, end) in enumerate(encoding.offsets) if end > max(char, start)), -1)

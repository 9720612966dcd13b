"""One command as the model, or without it the rules, read it: intents, spans, mentions, and what it leaves open."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from hub.understanding.encoder import Encoded, Model
from hub.understanding.gate import OUT_OF_SCOPE
from hub.understanding.index import HomeIndex
from hub.understanding.lexicon.words import COMPLETING_VERBS, FOLLOW_WORDS, PRONOUNS
from hub.understanding.mentions import Mention, find_mentions
from hub.understanding.naming import encode
from hub.understanding.numbers import find_numbers
from hub.understanding.pieces import Piece, Role
from hub.understanding.rules import read_by_rules
from hub.understanding.script import to_simplified
from hub.understanding.spelling import correct
from hub.understanding.tags import Span, decode
from hub.understanding.tokens import Token, tokenise

_OPEN_TAGS = frozenset(
    {"device", "area", "value", "quantifier", "except", "color", "mode", "when", "duration", "media"}
)
SURE_BY_ITSELF = 0.6  # probability from which a command with a verb of its own does not complete an earlier one
_NOT_ZH = re.compile(
    r"(?:(?<![特区分各性告])别|(?<!要)不要|甭|勿|不必|不用|不准|不许)(?![忘的太])[^,，。;；]{0,4}?(?P<verb>[关灭熄断开亮启拉升放降合锁解扫拖吸播调设变改])"
)
_ONLY_OTHERS = re.compile(r"^[^别不没莫甭勿未]*(?:别的|别处|别人)[^别不没莫甭勿未]*$")
"""别的灯都关上 (the other lights): that 别 forbids nothing."""
_VERBS_ZH = {
    "home.turn_off": "关灭熄断", "home.turn_on": "开亮启", "home.open": "开拉升", "home.close": "关拉放降合",
    "home.lock": "锁", "home.unlock": "开解", "home.start": "开启扫", "home.clean_area": "扫拖吸", "home.play": "放播",
    "home.set_": "调设变改开", "home.change_": "调变改",
}  # fmt: skip
"""The verbs that say a command, by how its intent begins; "别扫了" is a request to stop, not a negated one."""
_COPULA = frozenset("is are was were be am what which when where who why how does did".split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What is known of one command before it is grounded.

    Attributes:
        text: as it was said; match: the same, of the same length, in Simplified characters.
        probabilities: intent to calibrated probability, highest first.
        energy: None where no model read it.
        is_asked: it ends in a question mark.
        is_elided: it names things or values but says no command: it completes an earlier one.
        notes: words that were read as others.
    """

    text: str
    match: str
    tokens: tuple[Token, ...]
    spans: tuple[Span, ...]
    mentions: tuple[Mention, ...]
    probabilities: Mapping[str, float]
    energy: float | None = None
    polarity: float = -1.0
    is_asked: bool = False
    is_elided: bool = False
    notes: tuple[str, ...] = field(default=())

    @property
    def intent(self) -> str:
        """Return the likeliest intent."""
        return next(iter(self.probabilities), "none")

    def said(self, *tags: str) -> list[str]:
        """Return the texts of the spans of these tags."""
        return [self.match[span.start : span.end] for span in self.spans if span.tag in tags]


def read(
    text: str, model: Model | None, index: HomeIndex, encoded: Encoded | None = None, *, is_asked: bool = False
) -> Reading:
    """Read one command; `encoded` spares encoding it again."""
    match = to_simplified(text)
    tokens = tokenise(match)
    if model is None:
        probabilities, spans = read_by_rules(match, tokens, index)
        energy, polarity = None, -1.0
    else:
        encoded = encoded or encode(text, model, index)
        probabilities = encoded.probabilities
        spans = _with_floors(match, decode(encoded, model.manifest.tags, tokens))
        energy, polarity = encoded.energy, encoded.polarity
    tokens, notes = correct(
        tokens, spans, index, is_strict=next(iter(probabilities), "") in ("home.unlock", "home.open")
    )
    mentions = find_mentions(match, tokens, spans, index)
    return Reading(
        text=text,
        match=match,
        tokens=tokens,
        spans=spans,
        mentions=mentions,
        probabilities=probabilities,
        energy=energy,
        polarity=polarity,
        is_asked=is_asked,
        is_elided=not _says_command(tokens, spans, probabilities) and _is_elided(match, tokens, spans, mentions),
        notes=notes,
    )


_FLOOR = re.compile(r"\b(?:up|down)stairs\b|楼[上下]", re.IGNORECASE)


def _with_floors(match: str, spans: tuple[Span, ...]) -> tuple[Span, ...]:
    """Return the spans with every "upstairs", 楼下 without a tag as a place: no place is passed over."""
    found = [Span(tag="area", start=at.start(), end=at.end()) for at in _FLOOR.finditer(match)]
    missing = [one for one in found if not any(span.overlaps(one.start, one.end) for span in spans)]
    return tuple(sorted((*spans, *missing), key=lambda span: span.start)) if missing else spans


def is_negated(reading: Reading, intent: str) -> bool:
    """Tell whether the command must not be done: the model's word, or a Chinese "don't" that governs its own verb."""
    if reading.polarity > 0 and not _ONLY_OTHERS.match(reading.match):
        return True
    verbs = next((verbs for start, verbs in _VERBS_ZH.items() if intent.startswith(start)), "")
    return bool(verbs) and any(found["verb"] in verbs for found in _NOT_ZH.finditer(reading.match))


def pronoun(reading: Reading) -> Mention | None:
    """Return "it", "them", "它" as a mention, where the command has one outside every span."""
    for i, token in enumerate(reading.tokens):
        if token.text in PRONOUNS and not any(span.overlaps(token.start, token.end) for span in reading.spans):
            if (
                token.text in ("this", "that", "这", "那", "one", "他")
                and i + 1 < len(reading.tokens)
                and token.text != "that"
            ):
                continue
            return Mention(device=Piece(role=Role.DEVICE, tokens=(token,), first=i, end=i + 1))
    return None


def _says_command(tokens: tuple[Token, ...], spans: tuple[Span, ...], probabilities: Mapping[str, float]) -> bool:
    """Tell whether words that may complete something ("make it 30", "the lamp blue") are a sure command as they are.

    They hold a verb or a value of their own kind, and the model is sure of them without what was said before.
    """
    intent, probability = next(iter(probabilities.items()), (OUT_OF_SCOPE, 0.0))
    has_own = any(token.text in COMPLETING_VERBS for token in tokens) or any(
        span.tag in ("color", "mode", "media") for span in spans
    )
    has_own = has_own or {"device", "value"} <= {span.tag for span in spans}  # "counter light at 35 percent"
    return intent != OUT_OF_SCOPE and probability >= SURE_BY_ITSELF and has_own


def _is_elided(match: str, tokens: tuple[Token, ...], spans: tuple[Span, ...], mentions: tuple[Mention, ...]) -> bool:
    named = {
        i
        for mention in mentions
        for piece in (mention.device, *mention.areas)
        if piece
        for i in range(piece.first, piece.end)
    }
    numbers = find_numbers(match)
    is_any = bool(mentions)
    for i, token in enumerate(tokens):
        covered = (
            i in named
            or any(n.start <= token.start < n.end for n in numbers)
            or any(span.tag in _OPEN_TAGS and span.overlaps(token.start, token.end) for span in spans)
        )
        is_any = is_any or covered
        if not covered and token.text not in FOLLOW_WORDS:
            return False
    words = [token.text for token in tokens]
    if any(word in _COPULA for word in words) and words[:2] not in (["what", "about"], ["how", "about"]):
        return False
    return is_any

"""What of the home a command mentions: pieces put together to noun phrases with their rooms."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from hub.understanding.forms import CONCEPTS
from hub.understanding.index import HomeIndex
from hub.understanding.lexicon.kinds import KIND_WORDS
from hub.understanding.lexicon.words import ALL_WORDS, ARTICLES, PREPOSITIONS
from hub.understanding.pieces import Piece, Role, content, find_pieces
from hub.understanding.tags import Span
from hub.understanding.tokens import Token, join

_SWEEPING = re.compile(r"\b(?:all|every|both)\b(?! the way)|所有|(?<![安完])全(?!屋)|都|每[个盏一]", re.IGNORECASE)
_EXCEPT_END = ("以外", "之外", "都", "所有", "全部", "其他", "其它", "其余", "把")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A noun phrase: one device or kind (or none), with the areas that go with it.

    Attributes:
        inherited: areas of an earlier phrase that may hold for this one too ("the kitchen light and the fan").
        is_all: "all", "both", "every", or "全部", "都" somewhere.
        is_excluded: the phrase stands under "except".
    """

    device: Piece | None
    areas: tuple[Piece, ...] = ()
    inherited: tuple[Piece, ...] = ()
    is_all: bool = False
    is_excluded: bool = False

    @property
    def is_plural(self) -> bool:
        """Tell whether the last word of the device stands in the plural."""
        return self.device is not None and bool(self.device.tokens) and self.device.tokens[-1].is_plural


def find_mentions(text: str, tokens: tuple[Token, ...], spans: Sequence[Span], index: HomeIndex) -> tuple[Mention, ...]:
    """Return the noun phrases of a command, in the order in which they were said."""
    pieces = find_pieces(tokens, spans, index)
    pieces = _mark_excluded(text, tokens, spans, pieces)
    included = _group(tokens, [piece for piece in pieces if not piece.is_excluded])
    swept = _SWEEPING.search(text)
    if (
        swept
        and not _is_of_these(swept.group(), included)
        and not any(s.tag in ("item", "media") and s.overlaps(swept.start(), swept.end()) for s in spans)
    ):
        included = [replace(mention, is_all=True) for mention in included]
    excluded = _group(tokens, [piece for piece in pieces if piece.is_excluded])
    return _borrowed((*included, *(replace(mention, is_excluded=True) for mention in excluded)))


def _is_of_these(word: str, mentions: Sequence[Mention]) -> bool:
    """Tell whether "both", 都 mean the several things that were named, and nothing more."""
    return word.lower() in ("both", "都") and sum(mention.device is not None for mention in mentions) > 1


def _borrowed(mentions: tuple[Mention, ...]) -> tuple[Mention, ...]:
    """Give "the ones in the hall" the noun of the phrase before."""
    made: list[Mention] = []
    for mention in mentions:
        noun = made[-1].device if made else None
        own = content(mention.device.tokens) if mention.device else ()
        if noun and mention.device and own[-1].text in ONES and (mention.areas or len(own) > 1):
            mention = replace(mention, device=replace(mention.device, tokens=(*own[:-1], *noun.tokens), hits=()))
        made.append(mention)
    return tuple(made)


_STAY = frozenset(
    "on off alone going open closed as is though please running leave keep stay staying 着 着吧 开 关".split()
)
ONES = frozenset({"one", "ones"})
"""Nouns that stand for the noun before."""


def _mark_excluded(text: str, tokens: tuple[Token, ...], spans: Sequence[Span], pieces: list[Piece]) -> list[Piece]:
    behind = next((at for cue in ("以外的", "之外的", "以外", "之外") for at in (text.find(cue),) if at > 0), -1)
    if behind > 0 and "除" not in text[:behind]:
        before = [piece for piece in pieces if piece.tokens[-1].end <= behind]
        is_thing = any(piece.role is Role.DEVICE for piece in before)  # 书房里台灯以外的灯: the study stays
        return [
            replace(piece, is_excluded=piece in before and not (is_thing and piece.role is Role.AREA))
            for piece in pieces
        ]
    cues = [span for span in spans if span.tag == "except"] or _except_cues(text)
    if not cues:
        return pieces
    cue = cues[0]
    said = text[cue.start : cue.end]
    end = len(text)
    if said.startswith("除"):
        stops = [text.find(stop, cue.end) for stop in _EXCEPT_END]
        commas = [text.find(mark, cue.end) for mark in ",，"]
        end = min((at for at in (*stops, *commas) if at > cue.end), default=len(text))
    if not text[: cue.start].strip(" ,") and not said.startswith("除"):
        command = _CLAUSE.search(text, cue.end)
        end = command.start() if command else end
    marked = [replace(piece, is_excluded=cue.end <= piece.tokens[0].start < end) for piece in pieces]
    out = [piece for piece in marked if piece.is_excluded]
    if out and all(piece.role is Role.AREA for piece in out):  # "apart from the bedroom ceiling one"
        after = out[-1].tokens[-1].end
        is_one = any(token.text in ONES and after <= token.start < end for token in tokens)
        rest = untagged_rest(tokens, after, end) if is_one else None
        return [*marked, replace(rest, is_excluded=True)] if rest is not None else marked
    if out:
        return marked
    clause = max(text.rfind(mark, 0, cue.start) for mark in ",，;；")
    if clause > 0 and any(piece.tokens[0].start < clause for piece in pieces):  # "..., 老人房的不许停"
        return [replace(piece, is_excluded=piece.tokens[0].start > clause) for piece in pieces]
    lost = untagged_rest(tokens, cues[-1].end, end)
    return [*pieces, replace(lost, is_excluded=True)] if lost is not None else pieces


def untagged_rest(tokens: tuple[Token, ...], start: int, end: int) -> Piece | None:
    """Return what stands there and was not tagged ("leave the one over the counter"): a thing, never passed over."""
    rest = [i for i, token in enumerate(tokens) if start <= token.start < end]
    named = [i for i in rest if tokens[i].text not in ARTICLES | PREPOSITIONS | ONES | _STAY]
    if not named:
        return None
    words = tuple(tokens[i] for i in named)
    return Piece(role=Role.DEVICE, tokens=words, first=named[0], end=named[-1] + 1)


_CLAUSE = re.compile(
    r",| (?=(?:i|we|you|please|can|could|turn|switch|put|shut|close|open|lock|get|have|make|dim|all|everything)\b)",
    re.IGNORECASE,
)
"""Where the command begins behind an exception that was said first."""
_EXCEPT_CUE = re.compile(
    r"\b(?:except(?:ing)?(?: for)?|apart from|other than|aside from|but not?|all but|everything but|save for|without|"
    r"(?:that|which|who) (?:aren't|are not|isn't|is not)(?! (?:on|off|open|closed|locked|shut)\b))\b"
    r"|\bbar (?=the|my|our)"
    r"|(?<=[,;] )(?:just |but )?(?:not|skip)(?= (?:the|my|our|in|on)\b)"
    r"|除了|除去|除(?![湿尘霜臭夕非])"
)


def _except_cues(text: str) -> list[Span]:
    found = _EXCEPT_CUE.search(text)
    return [Span(tag="except", start=found.start(), end=found.end())] if found else []


def _group(tokens: tuple[Token, ...], pieces: list[Piece]) -> list[Mention]:
    is_all = any(piece.role is Role.QUANTIFIER and _means_all(piece) for piece in pieces)
    devices = [piece for piece in pieces if piece.role is Role.DEVICE]
    areas = [piece for piece in pieces if piece.role is Role.AREA]
    if not devices:
        if areas:
            return [Mention(device=None, areas=tuple(areas), is_all=is_all)]
        quantifiers = [piece for piece in pieces if piece.role is Role.QUANTIFIER and is_all]
        return [Mention(device=replace(quantifiers[0], role=Role.DEVICE), is_all=True)] if quantifiers else []
    owned: dict[int, list[Piece]] = {piece.first: [] for piece in devices}
    loose: list[Piece] = []
    for area in areas:
        owner = _owner(tokens, area, areas, devices)
        (owned[owner.first] if owner is not None else loose).append(area)
    made: list[Mention] = []
    carried: tuple[Piece, ...] = ()
    trailing = _trailing(tokens, devices, owned)
    for piece in devices:
        own = tuple(owned[piece.first])
        all_here = is_all or any(token.text in ALL_WORDS for token in piece.tokens)
        inherited = () if own else carried or trailing.get(piece.first, ())
        made.append(Mention(device=piece, areas=own, inherited=inherited, is_all=all_here))
        carried = own or carried
    if loose:
        made.append(Mention(device=None, areas=tuple(loose), is_all=is_all))
    return made


def _means_all(piece: Piece) -> bool:
    return join(piece.tokens) in ALL_WORDS or any(token.text in ALL_WORDS for token in piece.tokens)


def _owner(tokens: tuple[Token, ...], area: Piece, areas: list[Piece], devices: list[Piece]) -> Piece | None:
    """Return the device that an area belongs to: the one it stands before, or the one it follows with "in"."""
    before = [piece for piece in devices if piece.end <= area.first]
    after = [piece for piece in devices if piece.first >= area.end]
    is_after = _has_preposition(tokens, area, areas)
    if before and (is_after or not after):
        return before[-1]
    if after:
        return after[0]
    return before[-1] if before else None


def _has_preposition(tokens: tuple[Token, ...], area: Piece, areas: list[Piece]) -> bool:
    """Tell whether the area, or the one that it is joined to, follows a preposition."""
    at = area.first - 1
    words = [token.text for token in area.tokens]
    if words and words[0] in PREPOSITIONS:
        return True
    while at >= 0 and (tokens[at].text in ARTICLES or tokens[at].text in ("and", "or")):
        if tokens[at].text in ("and", "or"):
            joined = next((piece for piece in areas if piece.end == at), None)
            nearest = next((i for i in range(area.end, len(tokens)) if tokens[i].text not in ARTICLES), None)
            is_next_noun = (
                nearest == area.end
                and nearest is not None
                and any(atom in KIND_WORDS for atom in CONCEPTS.get(tokens[nearest].stem, ()))
            )
            return joined is not None and not is_next_noun and _has_preposition(tokens, joined, areas)
        at -= 1
    return at >= 0 and tokens[at].text in PREPOSITIONS


def _trailing(
    tokens: tuple[Token, ...], devices: list[Piece], owned: dict[int, list[Piece]]
) -> dict[int, tuple[Piece, ...]]:
    """Return areas said after the last device ("the light and the fan in the bedroom") for those before it."""
    last = devices[-1]
    own = tuple(area for area in owned[last.first] if area.first > last.first)
    return {piece.first: own for piece in devices[:-1]} if own else {}

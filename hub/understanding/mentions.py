"""What of the home an utterance mentions: spans and names put together to noun phrases with their rooms."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from hub.understanding.forms import CONCEPTS, concept_runs
from hub.understanding.index import MAX_NAME_WORDS, HomeIndex, NameHit
from hub.understanding.lexicon.kinds import KIND_WORDS
from hub.understanding.lexicon.words import (
    ALL_WORDS,
    ARTICLES,
    EVERYTHING,
    PREPOSITIONS,
)
from hub.understanding.tags import Span
from hub.understanding.tokens import Token, join

_SOFT_TAGS = frozenset({"device", "area", "media", "mode", "item", "attribute", "person", "color", "state"})
_HARD_TAGS = frozenset({"value", "when", "duration"})
_SWEEPING = re.compile(r"(?:all|every|both)(?! the way)|所有|(?<![安完])全(?!屋)|都|每[个盏一]", re.IGNORECASE)
_EXCEPT_END = ("以外", "之外", "都", "所有", "全部", "其他", "其它", "其余", "把", "的灯都")


class Role(StrEnum):
    """What part of a noun phrase a piece of text is."""

    DEVICE = "device"
    AREA = "area"
    QUANTIFIER = "quantifier"


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A part of a noun phrase: its words, and the devices that are called exactly so."""

    role: Role
    tokens: tuple[Token, ...]
    first: int
    end: int
    hits: tuple[NameHit, ...] = ()
    is_excluded: bool = False


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
    pieces = _pieces(text, tokens, spans, index)
    pieces = _mark_excluded(text, tokens, spans, pieces)
    included = _group(tokens, [piece for piece in pieces if not piece.is_excluded])
    swept = _SWEEPING.search(text)
    if swept and not any(s.tag in ("item", "media") and s.overlaps(swept.start(), swept.end()) for s in spans):
        included = [replace(mention, is_all=True) for mention in included]
    excluded = _group(tokens, [piece for piece in pieces if piece.is_excluded])
    return _borrowed((*included, *(replace(mention, is_excluded=True) for mention in excluded)))


def _borrowed(mentions: tuple[Mention, ...]) -> tuple[Mention, ...]:
    """Give "the ones in the hall" the noun of the phrase before."""
    made: list[Mention] = []
    for mention in mentions:
        if (
            made
            and made[-1].device
            and mention.device
            and join(content(mention.device.tokens)) in ONES
            and mention.areas
        ):
            mention = replace(mention, device=replace(mention.device, tokens=made[-1].device.tokens, hits=()))
        made.append(mention)
    return tuple(made)


ONES = frozenset({"one", "ones"})
"""Nouns that stand for the noun before."""


def content(tokens: Sequence[Token]) -> tuple[Token, ...]:
    """Return the words without articles, quantifiers and the like at their ends and inside."""
    kept = tuple(token for token in tokens if token.text not in ARTICLES and token.text not in ALL_WORDS)
    return kept or tuple(tokens)


def _pieces(text: str, tokens: tuple[Token, ...], spans: Sequence[Span], index: HomeIndex) -> list[Piece]:
    named = _named(tokens, spans, index)
    named.extend(_known_areas(tokens, spans, named, index))
    taken = [(piece.first, piece.end) for piece in named]
    found = list(named)
    for span in spans:
        role = {"device": Role.DEVICE, "area": Role.AREA, "quantifier": Role.QUANTIFIER}.get(span.tag)
        if role is None:
            continue
        inside = [i for i, token in enumerate(tokens) if span.overlaps(token.start, token.end)]
        free = [i for i in inside if not any(first <= i < end for first, end in taken)]
        if not free or (len(free) < len(inside) and not content([tokens[i] for i in free])):
            continue
        if len(free) < len(inside) and all(tokens[i].text in ARTICLES for i in free):
            continue
        words = tuple(tokens[i] for i in free)
        if role is Role.QUANTIFIER and join(words) in EVERYTHING and not _has_kind(words):
            role = Role.DEVICE if join(words) not in ALL_WORDS or join(words) in ("everything", "一切") else role
        found.append(Piece(role=role, tokens=words, first=free[0], end=free[-1] + 1))
    if not any(piece.role is Role.DEVICE for piece in found):
        found.extend(_untagged(tokens, spans, found))
    return sorted(found, key=lambda piece: piece.first)


def _known_areas(
    tokens: tuple[Token, ...], spans: Sequence[Span], named: Sequence[Piece], index: HomeIndex
) -> list[Piece]:
    """Return areas of the home that the tagger cut short, or passed over behind a preposition."""
    taken = {i for piece in named for i in range(piece.first, piece.end)}
    found: list[Piece] = []
    for length in range(min(MAX_NAME_WORDS, len(tokens)), 0, -1):
        for first in range(len(tokens) - length + 1):
            run = set(range(first, first + length))
            words = tokens[first : first + length]
            if run & taken or join(words) not in index.area_names:
                continue
            over = [span for span in spans if any(span.overlaps(token.start, token.end) for token in words)]
            whole = any(span.start <= words[0].start and words[-1].end <= span.end for span in over)
            before = next((tokens[i].text for i in range(first - 1, -1, -1) if tokens[i].text not in ARTICLES), "")
            is_cut = length > 1 and not whole and any(span.tag in ("area", "device") for span in over)
            if is_cut or (not over and before in PREPOSITIONS):
                taken |= run
                found.append(Piece(role=Role.AREA, tokens=words, first=first, end=first + length))
    return found


def _untagged(tokens: tuple[Token, ...], spans: Sequence[Span], found: Sequence[Piece]) -> list[Piece]:
    """Return things that the tagger passed over, where it tagged none: a kind word, or "everything"."""
    taken = {i for piece in found for i in range(piece.first, piece.end)}
    taken |= {i for i, token in enumerate(tokens) if any(span.overlaps(token.start, token.end) for span in spans)}
    made: list[Piece] = []
    for first, end, atoms in concept_runs(tokens):
        words = tokens[first:end]
        if taken & set(range(first, end)):
            continue
        is_kind = any(atom in KIND_WORDS and atom not in _VAGUE for atom in atoms) and not _is_verb(
            words, first, tokens
        )
        if is_kind or join(words) in ("everything", "一切", "所有东西", "所有设备"):
            made.append(Piece(role=Role.DEVICE, tokens=words, first=first, end=end))
    return made


_VAGUE = frozenset(
    {"media", "lock", "heating", "scene", "cover", "display", "phone", "alarm", "switch", "ac", "shade", "gate"}
)
"""Kind words that are too often something else to be taken for a thing unless they were tagged."""


def _is_verb(words: Sequence[Token], first: int, tokens: Sequence[Token]) -> bool:
    """Tell whether the word opens the command, as in "light up" or "vacuum the hall"."""
    return (
        first == 0
        and len(tokens) > 1
        and words[0].text in ("light", "vacuum", "lock", "fan", "plug", "shade", "hoover")
    )


def _has_kind(words: Sequence[Token]) -> bool:
    return any(atom in KIND_WORDS for atom in CONCEPTS.get(join(tuple(words)), ()))


def _named(tokens: tuple[Token, ...], spans: Sequence[Span], index: HomeIndex) -> list[Piece]:
    hard = {
        i
        for i, token in enumerate(tokens)
        if any(s.tag in _HARD_TAGS and s.overlaps(token.start, token.end) for s in spans)
    }
    has_device = any(span.tag == "device" for span in spans)
    found: list[Piece] = []
    for length in range(min(MAX_NAME_WORDS, len(tokens)), 0, -1):
        for first in range(len(tokens) - length + 1):
            end = first + length
            if any(first < piece.end and piece.first < end for piece in found):
                continue
            words = tokens[first:end]
            hits = index.names.get(join(words))
            if hits and _is_name(words, first, hits, tokens, spans, hard, has_device, index):
                found.append(Piece(role=Role.DEVICE, tokens=words, first=first, end=end, hits=hits))
    return found


def _is_name(
    words: tuple[Token, ...],
    first: int,
    hits: tuple[NameHit, ...],
    tokens: tuple[Token, ...],
    spans: Sequence[Span],
    hard: set[int],
    has_device: bool,
    index: HomeIndex,
) -> bool:
    key = join(words)
    end = first + len(words)
    if words[0].text in ARTICLES and len(words) > 1 and join(words[1:]) in index.names:
        return False
    if _is_bare_kind(key) or (words[-1].is_plural and _is_only_singular(words, hits, index)):
        return False
    over = [span for span in spans if any(span.overlaps(token.start, token.end) for token in words)]
    if any(i in hard for i in range(first, end)) and not all(s.tag == "device" or len(words) > 2 for s in over):
        return False
    devices = [span for span in over if span.tag == "device"]
    for span in devices:
        rest = [t for i, t in enumerate(tokens) if span.overlaps(t.start, t.end) and not first <= i < end]
        if any(token.text not in ARTICLES and token.text not in ALL_WORDS for token in rest):
            return False
    if devices:
        return True
    is_area = key in index.area_names
    if any(span.tag in _SOFT_TAGS for span in over):
        return not is_area or not any(span.tag == "area" for span in over)
    return not has_device and not is_area and (len(words) > 1 or len(key) >= 5)


def _is_bare_kind(key: str) -> bool:
    found = CONCEPTS.get(key)
    return found is not None and len(found) == 1 and found[0] in KIND_WORDS


def _is_only_singular(words: tuple[Token, ...], hits: tuple[NameHit, ...], index: HomeIndex) -> bool:
    """Tell whether the plural was said of things that are called so in the singular only."""
    last = words[-1]
    if not any(atom in KIND_WORDS for atom in CONCEPTS.get(last.stem, ())):
        return False
    names = [name.lower() for hit in hits for name in index.by_id[hit.device].names]
    return not any(name.endswith(last.text) for name in names)


def _mark_excluded(text: str, tokens: tuple[Token, ...], spans: Sequence[Span], pieces: list[Piece]) -> list[Piece]:
    behind = next((at for cue in ("以外的", "之外的", "以外", "之外") for at in (text.find(cue),) if at > 0), -1)
    if behind > 0 and "除" not in text[:behind]:
        return [replace(piece, is_excluded=piece.tokens[-1].end <= behind) for piece in pieces]
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
    marked = [replace(piece, is_excluded=cue.end <= piece.tokens[0].start < end) for piece in pieces]
    if any(piece.is_excluded for piece in marked):
        return marked
    return pieces


_EXCEPT_CUE = re.compile(
    r"\b(?:except(?:ing)?(?: for)?|apart from|other than|aside from|but not|all but|everything but|save for|excluding|minus)\b|除了|除去|除"
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

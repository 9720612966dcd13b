"""The pieces of a command that may name something in the home: names, kinds and places, tagged or overlooked."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise

from hub.understanding.forms import CONCEPTS, concept_runs
from hub.understanding.index import MAX_NAME_WORDS, HomeIndex, NameHit
from hub.understanding.lexicon.kinds import KIND_WORDS
from hub.understanding.lexicon.words import ALL_WORDS, ARTICLES, EVERYTHING, PREPOSITIONS
from hub.understanding.tags import Span
from hub.understanding.tokens import Token, join

_SOFT_TAGS = frozenset({"device", "area", "media", "mode", "item", "attribute", "person", "color", "state"})
_HARD_TAGS = frozenset({"value", "when", "duration"})


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


def content(tokens: Sequence[Token]) -> tuple[Token, ...]:
    """Return the words without articles, quantifiers and the like at their ends and inside."""
    pointing = {i for i, token in enumerate(tokens) if i and token.text in "儿边里头" and tokens[i - 1].text in "那这"}
    kept = tuple(
        token
        for i, token in enumerate(tokens)
        if i not in pointing and token.text not in ARTICLES and token.text not in ALL_WORDS
    )
    return kept or tuple(tokens)


def find_pieces(tokens: tuple[Token, ...], spans: Sequence[Span], index: HomeIndex) -> list[Piece]:
    spans = _unparted(tokens, spans)
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
        if role is Role.DEVICE and _is_place(words, free[0], tokens):
            role = Role.AREA  # "the lights in the garage"
        if role is Role.QUANTIFIER and join(words) in EVERYTHING and not _has_kind(words):
            role = Role.DEVICE if join(words) not in ALL_WORDS or join(words) in ("everything", "一切") else role
        found.append(Piece(role=role, tokens=words, first=free[0], end=free[-1] + 1))
    found = [_whole(piece, tokens, spans, found) for piece in found]
    if not any(piece.role is Role.DEVICE for piece in found):
        found.extend(_untagged(tokens, spans, found))
    found.extend(overlooked(tokens, spans, found))
    found = [piece for piece in found if not _is_apposition(piece, found)]
    return sorted(found, key=lambda piece: piece.first)


def _is_place(words: Sequence[Token], first: int, tokens: Sequence[Token]) -> bool:
    """Tell whether a room behind a preposition was taken for a thing."""
    atoms = [atom for _, _, found in concept_runs(content(words)) for atom in found]
    before = next((tokens[i].text for i in range(first - 1, -1, -1) if tokens[i].text not in ARTICLES), "")
    return bool(atoms) and all(atom.startswith("room:") for atom in atoms) and before in PREPOSITIONS


def _unparted(tokens: tuple[Token, ...], spans: Sequence[Span]) -> list[Span]:
    """Return the spans with a noun phrase that was tagged in parts put together ("outdoor" "lights", 床头 两盏 灯)."""
    made: list[Span] = []
    for span in spans:
        last = next((one for one in reversed(made) if one.tag != "quantifier"), None)
        if last is not None and last.tag == span.tag == "device" and _is_modifier(tokens, last, span):
            made[made.index(last)] = replace(last, end=span.end)
        else:
            made.append(span)
    return made


def _is_modifier(tokens: tuple[Token, ...], first: Span, second: Span) -> bool:
    """Tell whether a span only says which one of the kind in the next span is meant."""
    words = [token for token in tokens if first.overlaps(token.start, token.end)]
    between = [token for token in tokens if first.end <= token.start < second.start]
    if not words or any(atom in KIND_WORDS for _, _, atoms in concept_runs(words) for atom in atoms):
        return False
    if words[-1].is_cjk:
        gap = second.start - first.end
        return gap == sum(len(token.text) for token in between) and all(token.text in _LINKS for token in between)
    return not between and second.start - first.end == 1


_LINKS = frozenset("的 那 这 边 上 面 旁 里 两 几 三 盏 个 台 只".split())
"""What may stand between the two in Chinese."""


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


def _whole(piece: Piece, tokens: tuple[Token, ...], spans: Sequence[Span], pieces: Sequence[Piece]) -> Piece:
    """Return the piece with the rest of a word or noun phrase of which the tagger took only a part."""
    if piece.role is Role.QUANTIFIER or piece.hits:
        return piece
    taken = {i for other in pieces if other is not piece for i in range(other.first, other.end)}
    taken |= {
        i
        for i, t in enumerate(tokens)
        if any(s.overlaps(t.start, t.end) for s in spans if s.tag not in ("device", "area"))
    }
    first, end = piece.first, piece.end
    for start, stop, atoms in concept_runs(tokens):
        is_cut = start < end and first < stop and (start < first or end < stop)
        if is_cut and any(_is_of(atom, piece.role) for atom in atoms) and not taken & set(range(start, stop)):
            first, end = min(first, start), max(end, stop)
    first = qualified_from(tokens, first, taken) if piece.role is Role.DEVICE else first
    return (
        replace(piece, tokens=tokens[first:end], first=first, end=end)
        if (first, end) != (piece.first, piece.end)
        else piece
    )


def _is_of(atom: str, role: Role) -> bool:
    return atom in KIND_WORDS if role is Role.DEVICE else atom.startswith("room:")


def _is_apposition(piece: Piece, pieces: Sequence[Piece]) -> bool:
    """Tell whether a bare kind word only repeats what the name right before it is ("the play corner lights")."""
    before = next((other for other in pieces if other.end == piece.first and other.hits), None)
    return before is not None and piece.role is Role.DEVICE and not piece.hits and _is_bare_kind(join(piece.tokens))


def _has_kind(words: Sequence[Token]) -> bool:
    return any(atom in KIND_WORDS for atom in CONCEPTS.get(join(tuple(words)), ()))


def _named(tokens: tuple[Token, ...], spans: Sequence[Span], index: HomeIndex) -> list[Piece]:
    hard = {
        i
        for i, token in enumerate(tokens)
        if any(s.tag in _HARD_TAGS and s.overlaps(token.start, token.end) for s in spans)
    }
    has_device = any(span.tag == "device" for span in spans)
    rows = _in_a_row(tokens, index)
    found: list[Piece] = []
    for length in range(min(MAX_NAME_WORDS, len(tokens)), 0, -1):
        for first in range(len(tokens) - length + 1):
            end = first + length
            if any(first < piece.end and piece.first < end for piece in found):
                continue
            words = tokens[first:end]
            hits = index.names.get(join(words))
            if hits and ((first, end) in rows or _is_name(words, first, hits, tokens, spans, hard, has_device, index)):
                found.append(Piece(role=Role.DEVICE, tokens=words, first=first, end=end, hits=hits))
    return found


def _in_a_row(tokens: tuple[Token, ...], index: HomeIndex) -> set[tuple[int, int]]:
    """Return where Chinese names stand side by side (大黄小黄都回去): each is one, whatever the tagger cut."""
    runs: list[tuple[int, int]] = []
    for first in range(len(tokens)):
        ends = (end for end in range(min(len(tokens), first + MAX_NAME_WORDS), first + 1, -1))
        whole = next((end for end in ends if _is_own_name(tokens[first:end], index)), None)
        if whole is not None and (not runs or runs[-1][1] <= first):
            runs.append((first, whole))
    beside = {run for left, right in pairwise(runs) if left[1] == right[0] for run in (left, right)}
    return {run for run in beside if not _is_bare_kind(join(tokens[run[0] : run[1]]))}


def _is_own_name(words: tuple[Token, ...], index: HomeIndex) -> bool:
    return words[0].is_cjk and any(hit.level == 0 for hit in index.names.get(join(words), ()))


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


_DETERMINERS = frozenset("the my our his her their".split())
_NO_PLACE = frozenset(
    """morning evening afternoon night moment end way middle background dark meantime minute second hour future past
    front same right left top bottom world case time day week list first last next name it them me you that this
    all any general particular order red blue green white color colour""".split()
)
_STOP_ZH = frozenset("把将开关掉打到请帮给我和跟再让")
_MAX_ZH_PLACE = 5


def qualified_from(tokens: tuple[Token, ...], first: int, taken: set[int]) -> int:
    """Return where the noun phrase begins: words between its article and its tagged part belong to it."""
    if first > 2 and tokens[first].is_cjk:
        return _pointed_from(tokens, first, taken)
    for i in range(first - 1, max(-1, first - 4), -1):
        if i in taken or tokens[i].is_cjk or tokens[i].text in PREPOSITIONS:
            return first
        if tokens[i].text in _DETERMINERS:
            return i + 1
    return first


def _pointed_from(tokens: tuple[Token, ...], first: int, taken: set[int]) -> int:
    """Return where 书桌那个插座 begins: what stands before 那个 says which one."""
    if tokens[first - 1].text not in "个盏台只" or tokens[first - 2].text not in "那这":
        return first
    at = first - 2
    while at > 0 and at > first - 7 and tokens[at - 1].is_cjk and at - 1 not in taken:
        if tokens[at - 1].text in "把将给请帮我你他她它了啊哦，" or tokens[at - 1].end != tokens[at].start:
            break
        at -= 1
    return at if at < first - 2 else first


def overlooked(tokens: tuple[Token, ...], spans: Sequence[Span], pieces: Sequence[Piece]) -> list[Piece]:
    """Return places that were said and not tagged ("in the observatory", "锅炉房的灯"), known or unknown."""
    taken = {i for piece in pieces for i in range(piece.first, piece.end)}
    taken |= {i for i, token in enumerate(tokens) if any(span.overlaps(token.start, token.end) for span in spans)}
    found: list[Piece] = []
    for i, token in enumerate(tokens):
        if i in taken:
            continue
        if token.text in ("in", "inside", "at", "from", "of", "on", "for"):
            run = _place_after(tokens, i, taken)
            if token.text == "for" and not any(
                any(atom.startswith("room:") for atom in CONCEPTS.get(tokens[j].stem, ())) for j in run
            ):
                continue  # for whom, not where
        elif token.text == "的" and any(piece.first == i + 1 and piece.role is Role.DEVICE for piece in pieces):
            run = _place_before(tokens, i, taken)
        else:
            continue
        if run:
            found.append(Piece(role=Role.AREA, tokens=tokens[run[0] : run[-1] + 1], first=run[0], end=run[-1] + 1))
    return found


def _place_after(tokens: tuple[Token, ...], at: int, taken: set[int]) -> list[int]:
    run: list[int] = []
    has_article = at + 1 < len(tokens) and tokens[at + 1].text in _DETERMINERS
    for i in range(at + 1, min(len(tokens), at + 5)):
        if i in taken or tokens[i].text in PREPOSITIONS or tokens[i].text in ("and", "to", "then", "please", "with"):
            break
        if tokens[i].text not in ARTICLES:
            run.append(i)
    if not run or not has_article or len(run) > 3 or any(tokens[i].text in _NO_PLACE or tokens[i].is_cjk for i in run):
        return []
    return run


def _place_before(tokens: tuple[Token, ...], at: int, taken: set[int]) -> list[int]:
    run: list[int] = []
    for i in range(at - 1, max(-1, at - 1 - _MAX_ZH_PLACE), -1):
        if i in taken or not tokens[i].is_cjk or tokens[i].text in _STOP_ZH or tokens[i].text in ALL_WORDS:
            break
        run.insert(0, i)
    if {tokens[i].text for i in run} & set("外除"):
        return []
    return run if len(run) > 1 and not {tokens[i].text for i in run} & set("有这那些个亮") else []

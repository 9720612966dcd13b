"""What a name is made of: its words, and the concepts that they stand for in either language."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from hub.understanding.lexicon.kinds import KIND_PHRASES, KIND_WORDS
from hub.understanding.lexicon.rooms import COMPOUND_KEYS, QUALIFIER_KEYS, ROOM_KEYS
from hub.understanding.script import to_simplified
from hub.understanding.tokens import Token, join, tokenise

_LONGEST = 6  # words of the longest phrase of the lexicon
_DIGIT_WORDS = dict(zip("123456789", "one two three four five six seven eight nine".split(), strict=True))
_CJK_DIGITS = dict(zip("123456789", "一二三四五六七八九", strict=True))


def _concepts() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {key: (concept,) for key, concept in QUALIFIER_KEYS.items()}
    found |= {key: (concept,) for key, concept in ROOM_KEYS.items()}
    for key, concept in reversed(KIND_PHRASES):
        found[key] = (concept,)
    return found | dict(COMPOUND_KEYS)


CONCEPTS = _concepts()
"""Match form of every phrase of the lexicon to its concepts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NameForms:
    """A name taken apart: `atoms` are concepts, and the stems of words that are none; `head` is its last kind."""

    key: str
    stems: tuple[str, ...]
    atoms: frozenset[str]
    head: str = ""


@lru_cache(maxsize=16384)
def forms_of(name: str) -> NameForms:
    """Return the forms of a name (a pure function of its text, kept for the next build)."""
    tokens = tokenise(to_simplified(name))
    atoms: list[str] = [atom for _, _, found in concept_runs(tokens) for atom in found]
    head = next((atom for atom in reversed(atoms) if atom in KIND_WORDS), "")
    return NameForms(key=join(tokens), stems=tuple(token.stem for token in tokens), atoms=frozenset(atoms), head=head)


def concept_runs(tokens: Sequence[Token]) -> Iterator[tuple[int, int, tuple[str, ...]]]:
    """Yield (first, end, atoms) over all tokens, taking the longest phrase of the lexicon at each place."""
    first = 0
    while first < len(tokens):
        for end in range(min(len(tokens), first + _LONGEST), first, -1):
            found = CONCEPTS.get("".join(token.stem for token in tokens[first:end]))
            if found is not None:
                break
        else:
            end, found = first + 1, (tokens[first].stem,)
        yield first, end, found
        first = end


def area_forms(names: Sequence[str]) -> tuple[frozenset[str], ...]:
    """Return the concepts of each name of a place."""
    return tuple(dict.fromkeys(forms_of(name).atoms for name in names))


def device_forms(names: Sequence[str], areas: Sequence[str]) -> Iterator[tuple[str, int]]:
    """Yield (match form, level) of all that a device may be called: 0 as it is, 1 with its area, 2 without it."""
    area_keys = [forms_of(area).key for area in areas]
    for name in names:
        key = forms_of(name).key
        if not key:
            continue
        for spelled in _spellings(key):
            yield spelled, 0
        for area in area_keys:
            if area not in key:
                yield area + key, 1
            elif key.startswith(area) and key != area and CONCEPTS.get(key.removeprefix(area)) is None:
                yield key.removeprefix(area), 2


def _spellings(key: str) -> Iterator[str]:
    yield key
    for words in (_DIGIT_WORDS, _CJK_DIGITS):
        spelled = "".join(words.get(char, char) for char in key)
        if spelled != key and not any(char.isdigit() for char in spelled):
            yield spelled

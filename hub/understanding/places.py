"""From the words of a place to areas of the home: names, other words for them, floors, "here", the whole house."""

from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from hub.understanding.forms import CONCEPTS, concept_runs
from hub.understanding.index import HomeIndex
from hub.understanding.lexicon.rooms import OUTDOORS, PARENT_ROOMS, SOFT_ROOMS
from hub.understanding.lexicon.words import FLOOR_CONCEPTS, FLOOR_STANDS_FOR, HERE, PREPOSITIONS, WIDE
from hub.understanding.pieces import content
from hub.understanding.tokens import Token, join

_CLOSE = 60  # per cent of likeness from which an area is offered as "did you mean"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where: area ids; `is_wide` the whole home, `is_here` the asker's area; `is_known` False: no such place."""

    areas: tuple[str, ...] = ()
    is_wide: bool = False
    is_here: bool = False
    is_known: bool = True
    said: str = ""


def find_place(tokens: Sequence[Token], index: HomeIndex, here: str | None) -> Place:
    """Return the place that these words mean in this home."""
    said = (
        " ".join(token.text for token in tokens)
        if not any(t.is_cjk for t in tokens)
        else "".join(t.text for t in tokens)
    )
    full = join(tuple(tokens))
    words = content([token for token in tokens if token.text not in PREPOSITIONS or len(tokens) == 1])
    if len(words) > 1 and words[-1].text in ("里", "边", "面"):
        words = words[:-1]
    key = join(words)
    if full in HERE or key in HERE:
        return Place(areas=(here,) if here else (), is_here=True, said=said)
    for form in dict.fromkeys((full, key, key + "room", key.removesuffix("room"), key.removesuffix("area"))):
        found = index.area_names.get(form)
        if found:
            return Place(areas=found, said=said)
    floors = _floors(key, index) or _floors(full, index)
    if floors:
        return Place(areas=floors, said=said)
    if full in WIDE or key in WIDE:
        return Place(is_wide=True, said=said)
    found = _by_concept(words, index)
    return Place(areas=found, said=said, is_known=bool(found))


def close_areas(said: str, index: HomeIndex) -> tuple[str, ...]:
    """Return the names of the areas that are spelled most alike, at most two."""
    names = [area.name for area in index.areas]
    return tuple(name for name, _, _ in process.extract(said, names, scorer=fuzz.WRatio, limit=2, score_cutoff=_CLOSE))


def room_atoms(tokens: Sequence[Token]) -> tuple[str, ...]:
    """Return the room concepts among these words."""
    return tuple(atom for _, _, atoms in concept_runs(tuple(tokens)) for atom in atoms if atom.startswith("room:"))


def areas_of_room(room: str, index: HomeIndex) -> tuple[str, ...]:
    """Return the areas that a room concept means: of that name, else a finer one, else of a like name."""
    exact = tuple(area for area, forms in index.area_atoms.items() if frozenset({room}) in forms)
    if exact:
        return exact
    finer = tuple(
        area
        for area, forms in index.area_atoms.items()
        if any(PARENT_ROOMS.get(atom) == room for form in forms for atom in form)
    )
    if finer:
        return finer if len(finer) == 1 else ()
    if room == "room:outdoors":
        return tuple(area for area, forms in index.area_atoms.items() if any(form & OUTDOORS for form in forms))
    for other in SOFT_ROOMS.get(room, ()):
        like = tuple(area for area, forms in index.area_atoms.items() if frozenset({other}) in forms)
        if len(like) == 1:
            return like
    return ()


def _by_concept(words: Sequence[Token], index: HomeIndex) -> tuple[str, ...]:
    atoms = frozenset(atom for _, _, found in concept_runs(tuple(words)) for atom in found)
    same = tuple(area for area, forms in index.area_atoms.items() if atoms in forms)
    if same:
        return same
    if len(atoms) == 1:
        found = areas_of_room(next(iter(atoms)), index)
        if found:
            return found
    inside = (
        tuple(area for area, forms in index.area_atoms.items() if any(atoms <= form for form in forms)) if atoms else ()
    )
    return (
        inside
        if len(inside) == 1 and not any(word.stem in ("room", "floor") and len(atoms) == 1 for word in words)
        else ()
    )


def _floors(key: str, index: HomeIndex) -> tuple[str, ...]:
    found = (
        index.floor_names.get(key)
        or index.floor_names.get(key + "floor")
        or index.floor_names.get(key.removesuffix("floor"))
    )
    said = next((concept for concept, forms in FLOOR_CONCEPTS.items() if key in forms), None)
    for concept in (said, *FLOOR_STANDS_FOR.get(said, ())) if not found and said is not None else ():
        found = tuple(
            floor for form, floors in index.floor_names.items() if form in FLOOR_CONCEPTS[concept] for floor in floors
        )
        if found:
            break
    if not found:
        return ()
    return tuple(dict.fromkeys(area for floor in found for area in index.areas_of_floor(floor)))


def is_room_word(key: str) -> bool:
    """Tell whether a match form is a room in the lexicon."""
    return any(atom.startswith("room:") for atom in CONCEPTS.get(key, ()))

"""Areas and floors: found by id, name or alias, made when an announcement names one that is new."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import replace
from typing import TypeVar

from hub.contracts.device import Area, Floor

AREAS_LIMIT = 500  # a hostile announcer does not fill the home with rooms
NAME_LIMIT = 64

Place = TypeVar("Place", Area, Floor)


class Places:
    """The areas and floors of the home."""

    def __init__(self, areas: Iterable[Area], floors: Iterable[Floor]) -> None:
        self.areas: dict[str, Area] = {area.id: area for area in areas}
        self.floors: dict[str, Floor] = {floor.id: floor for floor in floors}

    def find_area(self, said: str) -> Area | None:
        """Return the area of that id, name or alias, whatever the case."""
        return self.areas.get(said) or _called(self.areas.values(), said)

    def place(self, area: str | None, floor: str | None, *, may_add: bool = True) -> tuple[str | None, bool]:
        """Return (id of the announced area, whether areas or floors changed); the area is made where it is new."""
        if not area or len(area) > NAME_LIMIT:
            return None, False
        found = self.find_area(area)
        if not may_add:
            return (found.id if found is not None else None), False
        floor_id, is_new_floor = self._floor(floor)
        if found is None:
            if len(self.areas) >= AREAS_LIMIT:
                return None, False
            made = Area(id=slug(area, self.areas), name=_title(area), floor=floor_id)
            self.areas[made.id] = made
            return made.id, True
        if found.floor is None and floor_id is not None:
            self.areas[found.id] = replace(found, floor=floor_id)
            return found.id, True
        return found.id, is_new_floor

    def _floor(self, said: str | None) -> tuple[str | None, bool]:
        if not said or len(said) > NAME_LIMIT:
            return None, False
        found = self.floors.get(said) or _called(self.floors.values(), said)
        if found is not None:
            return found.id, False
        made = Floor(id=slug(said, self.floors), name=_title(said))
        self.floors[made.id] = made
        return made.id, True


def slug(name: str, taken: Iterable[str]) -> str:
    """Return an id made of a name ("Living Room" -> "living_room"), one that is not taken."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    base = re.sub(r"[^\w]+", "_", folded).strip("_")[:48] or "area"
    known = set(taken)
    candidate, number = base, 2
    while candidate in known:
        candidate, number = f"{base}_{number}", number + 1
    return candidate


def _called(places: Iterable[Place], said: str) -> Place | None:
    wanted = said.casefold().strip()
    return next((place for place in places if wanted in map(str.casefold, _names(place))), None)


def _names(place: Area | Floor) -> tuple[str, ...]:
    return (place.id, place.name, *place.aliases)


def _title(said: str) -> str:
    """Return a name for people: an id like `living_room` becomes "Living room"."""
    return said.replace("_", " ").capitalize() if re.fullmatch(r"[a-z0-9_]+", said) else said.strip()

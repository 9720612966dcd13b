"""The home as grounding needs it: names, areas and kinds in precomputed match forms, a value without I/O."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Self

from hub.contracts.device import Area, DeviceKind, Floor
from hub.understanding.forms import NameForms, area_forms, device_forms, forms_of
from hub.understanding.phonetics import phonetic_keys

MAX_NAME_WORDS = 10  # a longer run of words is never looked up as a name


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexedDevice:
    """A device as far as requests can refer to it.

    Attributes:
        names: the name that the owner sees first, then aliases.
        area: id of its area, None where nobody knows.
        floor: id of the floor of that area.
        device_class: finer than the kind where known ("blind", "garage", "temperature"), "" otherwise.
        capabilities: what any of its components offers.
        owner: the person that it belongs to, None for the household's things.
        is_on: whether it is on, open, unlocked, playing or running now; None where unknown.
    """

    id: str
    names: tuple[str, ...]
    area: str | None = None
    floor: str | None = None
    kind: DeviceKind = DeviceKind.UNKNOWN
    device_class: str = ""
    capabilities: frozenset[str] = frozenset()
    owner: str | None = None
    is_on: bool | None = None

    @property
    def name(self) -> str:
        """Return the name that the owner sees."""
        return self.names[0] if self.names else self.id


@dataclass(frozen=True, slots=True, kw_only=True)
class NameHit:
    """A device that goes by a looked-up name; `level` 0 is its own name, 1 with its area added, 2 without it."""

    device: str
    level: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeIndex:
    """The devices, areas and floors of a home with their match forms; build it with `build`.

    Attributes:
        names: match form of a name to the devices that go by it.
        area_names: match form to area ids (names and aliases).
        floor_names: match form to floor ids.
        forms: device id to what its names are made of.
        area_atoms: area id to the concepts of its names.
        by_kind: kind to the devices of it.
        by_atom: concept or word to the devices that have it in a name.
        by_head: kind concept to the devices whose name ends in it.
        phonetics: sound to the Chinese match form of a name; chinese: these match forms.
        vocabulary: every word that stands in a name of the home; spelling is corrected towards these.
    """

    devices: tuple[IndexedDevice, ...] = ()
    areas: tuple[Area, ...] = ()
    floors: tuple[Floor, ...] = ()
    by_id: Mapping[str, IndexedDevice] = field(default_factory=dict)
    area_by_id: Mapping[str, Area] = field(default_factory=dict)
    names: Mapping[str, tuple[NameHit, ...]] = field(default_factory=dict)
    area_names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    floor_names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    forms: Mapping[str, tuple[NameForms, ...]] = field(default_factory=dict)
    area_atoms: Mapping[str, tuple[frozenset[str], ...]] = field(default_factory=dict)
    floor_atoms: Mapping[str, tuple[frozenset[str], ...]] = field(default_factory=dict)
    by_kind: Mapping[DeviceKind, tuple[str, ...]] = field(default_factory=dict)
    by_atom: Mapping[str, frozenset[str]] = field(default_factory=dict)
    by_head: Mapping[str, frozenset[str]] = field(default_factory=dict)
    vocabulary: tuple[str, ...] = ()
    words: frozenset[str] = frozenset()
    phonetics: Mapping[str, str] = field(default_factory=dict)
    chinese: frozenset[str] = frozenset()

    @classmethod
    def build(cls, devices: Sequence[IndexedDevice], areas: Sequence[Area] = (), floors: Sequence[Floor] = ()) -> Self:
        """Return the index of a home; devices of one name stay apart, an area that is not listed counts as none."""
        area_by_id = {area.id: area for area in areas}
        placed = tuple(_placed(device, area_by_id) for device in devices)
        names: dict[str, dict[str, int]] = {}
        forms: dict[str, tuple[NameForms, ...]] = {}
        words: set[str] = set()
        for device in placed:
            area = area_by_id.get(device.area or "")
            forms[device.id] = tuple(forms_of(name) for name in device.names)
            words.update(word for form in forms[device.id] for word in form.stems)
            for key, level in device_forms(device.names, (area.name, *area.aliases) if area else ()):
                hits = names.setdefault(key, {})
                hits[device.id] = min(level, hits.get(device.id, level))
        called = [(place.name, *place.aliases) for place in areas] + [(place.name, *place.aliases) for place in floors]
        words.update(word for place in called for name in place for word in forms_of(name).stems)
        spoken = [key for key in (*names, *_place_names(areas), *_place_names(floors)) if not key.isascii()]
        return cls(
            devices=placed,
            areas=tuple(areas),
            floors=tuple(floors),
            by_id={device.id: device for device in placed},
            area_by_id=area_by_id,
            names={
                key: tuple(NameHit(device=device, level=level) for device, level in hits.items())
                for key, hits in names.items()
            },
            area_names=_place_names(areas),
            floor_names=_place_names(floors),
            forms=forms,
            area_atoms={area.id: area_forms((area.name, *area.aliases)) for area in areas},
            floor_atoms={floor.id: area_forms((floor.name, *floor.aliases)) for floor in floors},
            by_kind=_by_kind(placed),
            by_atom=_grouped(
                (atom, device_id) for device_id, found in forms.items() for form in found for atom in form.atoms
            ),
            by_head=_grouped(
                (form.head, device_id) for device_id, found in forms.items() for form in found if form.head
            ),
            vocabulary=tuple(sorted(words)),
            words=frozenset(words),
            phonetics=phonetic_keys(spoken),
            chinese=frozenset(spoken),
        )

    def device(self, device_id: str) -> IndexedDevice | None:
        """Return the device of that id, None where the home has none."""
        return self.by_id.get(device_id)

    def in_areas(self, areas: Iterable[str]) -> tuple[IndexedDevice, ...]:
        """Return the devices that stand in these areas, in the order of the home."""
        wanted = set(areas)
        return tuple(device for device in self.devices if device.area in wanted)

    def areas_of_floor(self, floor_id: str) -> tuple[str, ...]:
        """Return the ids of the areas on a floor."""
        return tuple(area.id for area in self.areas if area.floor == floor_id)


def _grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for key, device in pairs:
        found.setdefault(key, set()).add(device)
    return {key: frozenset(devices) for key, devices in found.items()}


def _by_kind(devices: Sequence[IndexedDevice]) -> dict[DeviceKind, tuple[str, ...]]:
    found: dict[DeviceKind, list[str]] = {}
    for device in devices:
        found.setdefault(device.kind, []).append(device.id)
    return {kind: tuple(ids) for kind, ids in found.items()}


def _placed(device: IndexedDevice, areas: Mapping[str, Area]) -> IndexedDevice:
    area = areas.get(device.area or "")
    if area is None:
        return device if device.area is None else replace(device, area=None)
    return device if device.floor == area.floor else replace(device, floor=area.floor)


def _place_names(places: Sequence[Area] | Sequence[Floor]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for place in places:
        for name in dict.fromkeys((place.name, *place.aliases)):
            key = forms_of(name).key
            if key and place.id not in found.get(key, ()):
                found[key] = (*found.get(key, ()), place.id)
    return found

"""From one noun phrase to devices: by name, by the parts of a name, by kind and place; never wider than was said."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from hub.contracts.device import DeviceKind
from hub.contracts.frame import NoTargetReason
from hub.contracts.skill import IntentSpec
from hub.understanding.forms import concept_runs, forms_of
from hub.understanding.index import HomeIndex, IndexedDevice
from hub.understanding.lexicon.kinds import BROAD, FAMILY, KIND_WORDS
from hub.understanding.pieces import content
from hub.understanding.places import areas_of_room
from hub.understanding.script import to_simplified
from hub.understanding.tokens import Token, join

_STRICT = frozenset(
    """door window gate blind curtain shade shutter awning speaker heater sensor motion_sensor smoke_alarm sprinkler
    dehumidifier humidifier""".split()
)
"""Kind words that do not mean a device whose own name says that it is something else."""

_NAMED_FIRST = frozenset({"heater", "thermostat", "ac", "heating"})
"""Kind words that mean the devices which are called so, where there are such."""

_ORNAMENT = frozenset(
    """my our smart the of new old big little nice damn bloody freaking stupid whole called named one room current
    volume brightness level speed sound state status over by near next beside above under behind ones that which
    的 所 有 声 音""".split()
)
"""Words inside a noun phrase that do not tell one thing from another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A noun phrase taken apart: its kind, what qualifies it, and the rooms inside it."""

    said: str
    head: str = ""
    qualifiers: frozenset[str] = frozenset()
    rooms: tuple[str, ...] = ()
    stems: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Devices that fit, best first; `problem` says why there are none; `is_named` where the words name them exactly."""

    devices: tuple[IndexedDevice, ...] = ()
    is_named: bool = False
    problem: NoTargetReason | None = None
    others: tuple[str, ...] = field(default=())


def take_apart(tokens: Sequence[Token]) -> Wanted:
    """Return the kind, qualifiers and rooms of a phrase."""
    words = content(tokens)
    atoms = [atom for _, _, found in concept_runs(words) for atom in found]
    kinds = [atom for atom in atoms if atom in KIND_WORDS]
    head = kinds[-1] if kinds else ""
    rooms = tuple(atom for atom in atoms if atom.startswith("room:"))
    rest = frozenset(atom for atom in atoms if atom != head and atom not in rooms and atom not in _ORNAMENT)
    said = "".join(t.text for t in words) if any(t.is_cjk for t in words) else " ".join(t.text for t in words)
    return Wanted(said=said, head=head, qualifiers=rest, rooms=rooms, stems=frozenset(t.stem for t in words))


def can(device: IndexedDevice, spec: IntentSpec | None) -> bool:
    """Tell whether the device offers what the intent needs."""
    if spec is None or not spec.capabilities or "*" in spec.capabilities:
        return True
    return bool(device.capabilities & spec.capabilities)


def find(wanted: Wanted, areas: tuple[str, ...] | None, spec: IntentSpec | None, index: HomeIndex) -> Found:
    """Return the devices that a phrase means.

    Args:
        areas: only devices that stand there (None: anywhere).
    """
    rooms = wanted.rooms
    if rooms and areas is None:
        inside = tuple(area for room in rooms for area in areas_of_room(room, index))
        if inside:
            found = _find(wanted, frozenset(), inside, spec, index)
            if found.devices or found.problem is NoTargetReason.NOT_CAPABLE:
                return found
        named = _find(wanted, frozenset(rooms), None, spec, index)
        if named.devices or not inside:
            return named if named.devices or inside else Found(problem=NoTargetReason.NO_SUCH_AREA)
        return Found(problem=NoTargetReason.NONE_IN_AREA)
    return _find(wanted, frozenset(rooms) if areas is None else frozenset(), areas, spec, index)


def of_kind(head: str, index: HomeIndex) -> list[IndexedDevice]:
    """Return the devices that a kind word means, those of the kind first, then those that are named so."""
    word = KIND_WORDS[head]
    named = index.by_head.get(head, frozenset())
    by_kind = [device for kind in word.kinds for device in map(index.by_id.__getitem__, index.by_kind.get(kind, ()))]
    fitting = [device for device in by_kind if device.id in named or _is_of(device, head, index)]
    if head in BROAD or head in _NAMED_FIRST:
        own = [device for device in fitting if device.id in named]
        first = [device for device in fitting if device.kind is word.kinds[0]] if head in ("thermostat", "ac") else []
        fitting = own or first or fitting
    known = {device.id for device in fitting}
    extra = [index.by_id[device] for device in sorted(named - known)]
    return fitting + [device for device in extra if _may_be_named_so(device, head)]


def _is_of(device: IndexedDevice, head: str, index: HomeIndex) -> bool:
    word = KIND_WORDS[head]
    heads = {form.head for form in index.forms[device.id]} - {""}
    if head in _STRICT and heads and head not in heads:
        return False
    if head == "ac" and _only_heats(device, index):
        return False
    if word.device_classes and device.kind in (
        DeviceKind.COVER,
        DeviceKind.CONTACT_SENSOR,
        DeviceKind.SENSOR,
        DeviceKind.VALVE,
        DeviceKind.GATE,
        DeviceKind.GARAGE_DOOR,
        DeviceKind.HUMIDIFIER,
    ):
        return (device.device_class in word.device_classes) if device.device_class else head not in _STRICT or not heads
    if device.kind is DeviceKind.MEDIA_PLAYER and head in ("tv", "speaker"):
        return device.device_class in word.device_classes if device.device_class else not heads
    if head in ("plug", "switch") and device.kind in (DeviceKind.PLUG, DeviceKind.SWITCH):
        return True
    return True


def _only_heats(device: IndexedDevice, index: HomeIndex) -> bool:
    """Tell whether its names say that it heats: it is not the air conditioner that a home lacks."""
    heads = {form.head for form in index.forms[device.id]} - {""}
    return bool(heads & {"heating", "heater"}) and "ac" not in heads


def _may_be_named_so(device: IndexedDevice, head: str) -> bool:
    """A light switch is not the light when a real light is meant, but a switch called "Porch Light" is one."""
    return head != "switch" or device.kind in (DeviceKind.SWITCH, DeviceKind.PLUG, DeviceKind.WALL_SWITCH)


def _find(
    wanted: Wanted, more: frozenset[str], areas: tuple[str, ...] | None, spec: IntentSpec | None, index: HomeIndex
) -> Found:
    qualifiers = wanted.qualifiers | more
    pool = of_kind(wanted.head, index) if wanted.head else _with_all(qualifiers, index)
    whole = [device for device in pool if _has(device, qualifiers, index)]
    if not whole and wanted.head and qualifiers:  # "the coffee light": the head may be a part of a name
        whole = [d for d in _with_all(qualifiers | {wanted.head}, index) if _has(d, qualifiers, index)]
    if not wanted.head and wanted.qualifiers <= _TIMES_OF_DAY:  # "night all" is not the scene "movie night"
        whole = [device for device in whole if "scene" not in device.capabilities]
    placed = [device for device in whole if areas is None or _is_in(device, areas, index)]
    placed = _called_so(placed, wanted, index)
    if wanted.head and not [device for device in placed if can(device, spec)] and not _own(placed, wanted.head):
        placed = _family(wanted, qualifiers, areas, spec, index) or placed
    capable = [device for device in placed if can(device, spec)]
    if capable:
        return Found(devices=_ranked(capable, wanted, index), is_named=bool(qualifiers))
    return _nothing(wanted, qualifiers, whole, placed, index)


_TIMES_OF_DAY = frozenset("night morning day evening time mode home away 晚 早 夜 模 式".split())
"""Words that alone name no scene, unless it is called so as a whole."""

_PARTICULAR = frozenset(
    """lamp bulb strip chandelier lantern spotlight spot downlight sconce nightlight pendant soundbar stereo radio
    receiver drape sheer radiator hoover outlet socket""".split()
)
"""Kind words that mean first what is called so: "the lamp" is the reading lamp, not the ceiling light."""


def _called_so(devices: list[IndexedDevice], wanted: Wanted, index: HomeIndex) -> list[IndexedDevice]:
    if wanted.said in _PARTICULAR_ZH:
        called = [device for device in devices if any(wanted.said in to_simplified(name) for name in device.names)]
        return called or devices
    said = wanted.stems & _PARTICULAR
    if not said:
        return devices
    called = [device for device in devices if any(said & set(form.stems) for form in index.forms[device.id])]
    return called or ([] if said & _UNMISTAKABLE else devices)


_PARTICULAR_ZH = frozenset(
    """纱帘 布帘 百叶窗 百叶帘 卷帘 遮光帘 台灯 吊灯 吸顶灯 落地灯 壁灯 灯带 灯条 射灯 筒灯 夜灯 床头灯
    电暖器 暖气片 取暖器 地暖 收音机 音响 音箱 吊扇 回音壁 移门 推拉门""".split()
)
_UNMISTAKABLE = frozenset("chandelier lantern spotlight downlight sconce nightlight soundbar".split())
"""Those of them for which nothing else stands in: a home without a chandelier has none."""


def _own(placed: Sequence[IndexedDevice], head: str) -> bool:
    return any(device.kind is KIND_WORDS[head].kinds[0] and head not in FAMILY for device in placed)


def _family(
    wanted: Wanted, qualifiers: frozenset[str], areas: tuple[str, ...] | None, spec: IntentSpec | None, index: HomeIndex
) -> list[IndexedDevice]:
    for head in FAMILY.get(wanted.head, ()):
        found = [
            device
            for device in of_kind(head, index)
            if can(device, spec)
            and _has(device, qualifiers, index)
            and (areas is None or _is_in(device, areas, index))
            and not (wanted.head == "ac" and _only_heats(device, index))
        ]
        if found:
            return found
    return []


def _nothing(
    wanted: Wanted,
    qualifiers: frozenset[str],
    whole: list[IndexedDevice],
    placed: list[IndexedDevice],
    index: HomeIndex,
) -> Found:
    if placed:
        return Found(problem=NoTargetReason.NOT_CAPABLE, others=tuple(device.name for device in placed[:2]))
    if whole:
        return Found(problem=NoTargetReason.NONE_IN_AREA, others=tuple(device.name for device in whole[:2]))
    if wanted.head and not qualifiers:
        return Found(problem=NoTargetReason.NONE_OF_KIND)
    return Found(problem=NoTargetReason.NO_SUCH_NAME)


def _with_all(atoms: frozenset[str], index: HomeIndex) -> list[IndexedDevice]:
    if not atoms:
        return []
    sets = [index.by_atom.get(atom, frozenset()) for atom in atoms]
    biggest = max(sets, key=len)
    return [device for device in index.devices if device.id in biggest]


def _has(device: IndexedDevice, qualifiers: frozenset[str], index: HomeIndex) -> bool:
    """Tell whether one of its names, with the names of its room, has all the qualifiers."""
    if not qualifiers:
        return True
    around = frozenset(atom for form in index.area_atoms.get(device.area or "", ()) for atom in form)
    owner = frozenset(forms_of(device.owner).stems) if device.owner else frozenset()
    return any(
        qualifiers & form.atoms and qualifiers <= form.atoms | frozenset(form.stems) | around | owner
        for form in index.forms[device.id]
    ) or (bool(qualifiers & owner) and qualifiers <= owner | around)


def _is_in(device: IndexedDevice, areas: Iterable[str], index: HomeIndex) -> bool:
    """Tell whether it stands there, or, where nobody said where it stands, is named after the place."""
    if device.area is not None:
        return device.area in areas
    return any(
        form <= name.atoms
        for area in areas
        for form in index.area_atoms.get(area, ())
        for name in index.forms[device.id]
    )


def _ranked(devices: list[IndexedDevice], wanted: Wanted, index: HomeIndex) -> tuple[IndexedDevice, ...]:
    """Return the devices whose names share most words with what was said first; a clear winner stands alone."""
    if not wanted.qualifiers or len(devices) < 2:
        return tuple(devices)
    key = wanted.stems

    def score(device: IndexedDevice) -> tuple[int, int]:
        return max(
            (len(key & set(form.stems)), -len(form.atoms - wanted.qualifiers)) for form in index.forms[device.id]
        )

    return tuple(sorted(devices, key=score, reverse=True))


def exact_names(tokens: Sequence[Token], devices: Sequence[IndexedDevice]) -> tuple[IndexedDevice, ...]:
    """Return those of the devices that are called exactly so."""
    key = join(content(tokens))
    return tuple(device for device in devices if any(forms_of(name).key == key for name in device.names))

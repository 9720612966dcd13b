"""What a device's reported fields mean: one word for its condition, and whether it is as asked."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from hub.sdk import Device, DeviceKind, HomeView, StateScalar, StateValue


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """A field read as a word of the `[state]` responses ("open"), with the value that it stands on."""

    word: str
    field: str
    value: StateValue


def find_field(view: HomeView, device: Device, *names: str) -> tuple[str, StateValue] | None:
    """Return the first of the fields that has a value, of the main component or else of any other."""
    states = view.states(device.id)
    for name in names:
        for field in (name, *sorted(key for key in states if key.endswith(f".{name}"))):
            found = states.get(field)
            if found is not None and found.value is not None:
                return field, found
    return None


def conditions(view: HomeView, device: Device) -> tuple[Condition, ...]:
    """Return what the fields of a device say of its condition, the most telling first."""
    found: list[Condition] = []
    for name, read in _READERS.items():
        hit = find_field(view, device, name)
        word = "" if hit is None else read(hit[1].value, device)
        if hit is not None and word:
            found.append(Condition(word=word, field=hit[0], value=hit[1]))
    switched_off = [one for one in found if one.field == "on" and one.word == "off"]
    return (*switched_off, *(one for one in found if one not in switched_off))


_OF_DOORS: Mapping[str, str] = {"on": "open", "off": "closed"}
"""In Chinese one word (开, 关) serves lamps and doors."""


def canonical_state(word: str) -> str:
    """Return the word under which an asked state is known ("shut" is "closed"), "" for an unknown one."""
    lowered = word.casefold()
    lowered = _SYNONYMS.get(lowered, lowered)
    return lowered if lowered in _TRUE else ""


def holds(asked: str, found: Iterable[Condition]) -> bool | None:
    """Tell whether a device is as asked (a canonical state); None where none of its fields says so or otherwise."""
    for condition in found:
        for word in (asked, _OF_DOORS.get(asked, asked)):
            if condition.word in _TRUE[word]:
                return True
            if condition.word in _FALSE[word]:
                return False
    return None


def is_active(view: HomeView, device: Device) -> bool | None:
    """Tell whether it is on, playing, open, unlocked or running; None where it has not said."""
    found = conditions(view, device)
    if not found:
        return None
    return found[0].word in _ACTIVE


def _flag(true: str, false: str) -> Callable[[StateScalar, Device], str]:
    def read(value: StateScalar, _: Device) -> str:
        return true if value is True else false if value is False else ""

    return read


def _words(table: Mapping[str, str]) -> Callable[[StateScalar, Device], str]:
    def read(value: StateScalar, _: Device) -> str:
        return table.get(str(value).casefold(), "")

    return read


def _same(words: str, **others: str) -> Callable[[StateScalar, Device], str]:
    return _words({word: word for word in words.split()} | others)


def _position(value: StateScalar, _: Device) -> str:
    return "" if not isinstance(value, int | float) else "closed" if value <= 0 else "open"


def _presence(value: StateScalar, device: Device) -> str:
    if device.kind is DeviceKind.PERSON:
        return "home" if value is True or value == "home" else "away"
    return "home" if value is True else "away" if value is False else ""


def _battery_low(value: StateScalar, _: Device) -> str:
    return "low" if value is True else "normal" if value is False else ""


_READERS: Mapping[str, Callable[[StateScalar, Device], str]] = {
    "lock": _same("locked unlocked locking unlocking jammed"),
    "cover_state": _same("open closed opening closing stopped"),
    "valve_state": _same("open closed opening closing stopped"),
    "position": _position,
    "vacuum_state": _same("cleaning docked returning paused idle error charging off", returning_to_base="returning"),
    "alarm": _same("armed_home armed_away armed_night disarmed triggered"),
    "playback": _same("playing paused idle standby buffering off on", stopped="idle"),
    "hvac_mode": _same("off heat cool auto heat_cool dry fan_only"),
    "contact_open": _flag("open", "closed"),
    "presence": _presence,
    "motion": _flag("motion", "no_motion"),
    "occupancy": _flag("occupied", "clear"),
    "water_leak": _flag("wet", "clear"),
    "smoke": _flag("smoke", "clear"),
    "gas": _flag("gas", "clear"),
    "co": _flag("co", "clear"),
    "vibration": _flag("vibrating", "clear"),
    "tamper": _flag("tampered", "clear"),
    "problem": _flag("problem", "ok"),
    "safety": _flag("unsafe", "safe"),
    "charging": _flag("charging", "not_charging"),
    "battery_low": _battery_low,
    "connectivity": _flag("connected", "disconnected"),
    "plug": _flag("plugged", "unplugged"),
    "running": _flag("running", "not_running"),
    "heat": _flag("hot", "normal"),
    "cold": _flag("cold", "normal"),
    "update": _flag("update", "up_to_date"),
    "sound": _flag("detected", "clear"),
    "light": _flag("detected", "clear"),
    "power": _flag("detected", "clear"),
    "moving": _flag("running", "not_running"),
    "input": _flag("detected", "clear"),
    "action": _same("running paused idle off finished", done="finished"),
    "on": _flag("on", "off"),
}

_HVAC = frozenset("heat cool auto heat_cool dry fan_only".split())
_DETECTED = frozenset(
    "motion occupied wet smoke gas co detected vibrating tampered problem unsafe triggered update hot cold low".split()
)
_QUIET = frozenset("no_motion clear ok safe normal up_to_date".split())
_RUNNING = frozenset("on playing cleaning running returning".split()) | _HVAC
_ON = _RUNNING | _DETECTED | {"paused", "buffering", "charging", "plugged", "connected"}
_OFF = _QUIET | frozenset("off idle standby docked not_running unplugged disconnected finished".split())
_DOOR = frozenset("open closed opening closing stopped".split())
_LOCK = frozenset("locked unlocked locking unlocking jammed".split())
_PLAYER = frozenset("playing paused idle standby buffering off on".split())
_CLEANER = frozenset("cleaning docked returning paused idle error charging off".split())
_ACTIVE = _RUNNING | _DETECTED | frozenset("open opening stopped unlocked unlocking home".split())

_FAMILIES: Mapping[str, tuple[frozenset[str], frozenset[str]]] = {
    "on": (_ON, _OFF),
    "off": (_OFF, _ON),
    "open": (frozenset({"open", "opening", "stopped"}), _DOOR),
    "closed": (frozenset({"closed"}), _DOOR),
    "opening": (frozenset({"opening"}), _DOOR),
    "closing": (frozenset({"closing"}), _DOOR),
    "locked": (frozenset({"locked"}), _LOCK),
    "unlocked": (frozenset({"unlocked"}), _LOCK),
    "locking": (frozenset({"locking"}), _LOCK),
    "unlocking": (frozenset({"unlocking"}), _LOCK),
    "jammed": (frozenset({"jammed"}), _LOCK),
    "playing": (frozenset({"playing"}), _PLAYER),
    "paused": (frozenset({"paused"}), _PLAYER | _CLEANER),
    "finished": (frozenset({"finished", "idle"}), frozenset({"running", "paused", "on"})),
    "idle": (frozenset({"idle", "finished"}), _PLAYER | _CLEANER),
    "standby": (frozenset({"standby", "off"}), _PLAYER),
    "running": (_RUNNING, _OFF | _CLEANER | _PLAYER),
    "cleaning": (frozenset({"cleaning"}), _CLEANER),
    "docked": (frozenset({"docked", "charging"}), _CLEANER),
    "returning": (frozenset({"returning"}), _CLEANER),
    "charging": (frozenset({"charging"}), frozenset({"not_charging", "cleaning", "returning"})),
    "home": (frozenset({"home", "occupied"}), frozenset({"away"})),
    "away": (frozenset({"away"}), frozenset({"home", "occupied"})),
    "occupied": (frozenset({"occupied", "motion", "home"}), frozenset({"clear", "no_motion", "away"})),
    "wet": (frozenset({"wet"}), frozenset({"clear"})),
    "motion": (frozenset({"motion", "occupied"}), frozenset({"no_motion", "clear"})),
    "smoke": (frozenset({"smoke"}), frozenset({"clear"})),
    "gas": (frozenset({"gas"}), frozenset({"clear"})),
    "co": (frozenset({"co"}), frozenset({"clear"})),
    "detected": (_DETECTED, _QUIET),
    "clear": (_QUIET, _DETECTED),
    "low": (frozenset({"low"}), frozenset({"normal"})),
    "normal": (frozenset({"normal", "ok"}), frozenset({"low", "hot", "cold", "problem"})),
    "hot": (frozenset({"hot"}), frozenset({"normal"})),
    "cold": (frozenset({"cold"}), frozenset({"normal"})),
    "heat": (frozenset({"heat"}), _HVAC | {"off"}),
    "cool": (frozenset({"cool"}), _HVAC | {"off"}),
    "connected": (frozenset({"connected"}), frozenset({"disconnected"})),
    "disconnected": (frozenset({"disconnected"}), frozenset({"connected"})),
    "plugged": (frozenset({"plugged"}), frozenset({"unplugged"})),
    "unplugged": (frozenset({"unplugged"}), frozenset({"plugged"})),
    "safe": (frozenset({"safe", "locked", "ok"}), frozenset({"unsafe", "unlocked", "problem"})),
    "unsafe": (frozenset({"unsafe", "problem"}), frozenset({"safe", "ok"})),
    "problem": (frozenset({"problem", "error", "jammed", "unsafe"}), _QUIET | {"locked", "unlocked"}),
    "update": (frozenset({"update"}), frozenset({"up_to_date"})),
    "up_to_date": (frozenset({"up_to_date"}), frozenset({"update"})),
    "vibrating": (frozenset({"vibrating"}), frozenset({"clear"})),
    "tampered": (frozenset({"tampered"}), frozenset({"clear"})),
    "armed": (frozenset({"armed_home", "armed_away", "armed_night"}), frozenset({"disarmed", "triggered"})),
    "disarmed": (frozenset({"disarmed"}), frozenset({"armed_home", "armed_away", "armed_night", "triggered"})),
}
_TRUE: Mapping[str, frozenset[str]] = {asked: true for asked, (true, _) in _FAMILIES.items()}
_FALSE: Mapping[str, frozenset[str]] = {asked: family - true for asked, (true, family) in _FAMILIES.items()}

_SYNONYMS: Mapping[str, str] = {
    "shut": "closed",
    "secure": "locked",
    "secured": "locked",
    "active": "on",
    "activated": "on",
    "lit": "on",
    "deactivated": "off",
    "inactive": "off",
    "dark": "off",
    "stopped": "idle",
    "triggered": "detected",
    "heating": "heat",
    "done": "finished",
    "ready": "finished",
    "cooling": "cool",
    "not_home": "away",
    "moving": "running",
    "working": "running",
    "cleaned": "cleaning",
    "dry": "clear",
}

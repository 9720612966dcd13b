"""Questions about what is sensed ("are any batteries low", "is there motion in the hall")."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from hub.contracts.device import DeviceKind
from hub.contracts.frame import Scope, Slot, Target
from hub.understanding.index import IndexedDevice
from hub.understanding.lexicon.senses import SENSES, senses_in
from hub.understanding.match import take_apart
from hub.understanding.setting import Setting, target_of
from hub.understanding.tokens import Token, tokenise

_SENSOR_HEADS = frozenset({"", "sensor", "motion_sensor", "smoke_alarm"})
_SOMEBODY = frozenset("anyone anybody someone somebody people person".split())
_AT_HOME = frozenset({"home", "house", "in", "家"})
_WITHOUT_THING = frozenset({"home.query_state", "home.query_list", "home.query_count"})


def sensors_named(tokens: Sequence[Token], limit: tuple[str, ...] | None, setting: Setting) -> Target | None:
    """Return the sensors that a phrase means by what they sense; None where it is no such phrase or there are none."""
    if not setting.is_question or take_apart(tokens).head not in _SENSOR_HEADS:
        return None
    return _sensing(senses_in(tokens), limit, setting)


def sensors_asked(
    slots: Iterable[Slot], words: Sequence[Token], areas: tuple[str, ...], setting: Setting
) -> Target | None:
    """Return the sensors of a question that names only a state ("is motion detected in the hall")."""
    if setting.intent not in _WITHOUT_THING:
        return None
    said = [token for slot in slots if slot.name in ("attribute", "state") for token in tokenise(slot.text)]
    people = [token for token in words if token.text in _SOMEBODY]
    is_somebody = bool(people) or any("".join(t.text for t in words[i : i + 2]) == "有人" for i in range(len(words)))
    residents = [device for device in setting.index.devices if device.kind is DeviceKind.PERSON]
    if is_somebody and residents and not areas and any(token.text in _AT_HOME for token in words):
        return replace(target_of(Scope.KIND, residents, (), "person"), is_plural=True)
    somebody = frozenset({"motion", "occupancy", "presence"}) if is_somebody else frozenset()
    senses = senses_in(said) | somebody or senses_in(words)  # else the question would be about everything there is
    return _sensing(senses, areas or None, setting, is_binary=True)


def _sensing(
    senses: frozenset[str], limit: tuple[str, ...] | None, setting: Setting, *, is_binary: bool = False
) -> Target | None:
    offered = frozenset(
        name for sense in senses for name in SENSES[sense] if not is_binary or name.startswith("binary.")
    )
    found: list[IndexedDevice] = [
        device
        for device in setting.index.devices
        if device.capabilities & offered and (limit is None or device.area in limit)
    ]
    if not found:
        return None
    scope = Scope.AREA if limit else Scope.KIND
    return replace(target_of(scope, found, limit or (), "sensor"), is_plural=True)

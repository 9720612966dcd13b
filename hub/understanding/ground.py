"""From mentions to targets: devices that exist, or the precise reason why none is meant; never wider than was said."""

from collections.abc import Sequence
from dataclasses import replace

from hub.contracts.device import DeviceKind
from hub.contracts.frame import NoTarget, NoTargetReason, Scope, Target
from hub.understanding.choosing import choose, missing, named
from hub.understanding.index import IndexedDevice
from hub.understanding.lexicon.words import ALL_WORDS, EVERYTHING, HERE, OTHERS, PRONOUNS
from hub.understanding.match import Found, Wanted, find, of_kind, take_apart
from hub.understanding.mentions import Mention
from hub.understanding.pieces import Piece, content
from hub.understanding.places import Place, find_place
from hub.understanding.sensing import sensors_named
from hub.understanding.setting import Setting, ambiguous, no_area, target_of
from hub.understanding.tokens import Token, join
from hub.understanding.unnamed import area_target, everything, implicit


def ground(mentions: Sequence[Mention], setting: Setting) -> tuple[Target, ...]:
    """Return the targets of the mentions: those alike as one, each problem by itself; exclusions taken out."""
    wanted = [mention for mention in mentions if not mention.is_excluded]
    excluded = [mention for mention in mentions if mention.is_excluded]
    wanted = _without_sound(wanted)
    if excluded:
        setting = replace(setting, has_exclusion=True)
    targets = _merged([_resolve(mention, setting) for mention in wanted])
    if not excluded:
        return targets
    if not wanted:
        targets = (_all_but(excluded, setting),)
    everyone = replace(setting, spec=None)
    out = [_left_out(mention, everyone) for mention in excluded]
    unclear = next((target for target in out if target.problem is not None), None)
    if unclear is not None:
        return (unclear,)
    gone = {device for target in out for device in target.devices}
    return tuple(_without(target, gone) for target in targets)


def _all_but(excluded: Sequence[Mention], setting: Setting) -> Target:
    """Return all of the kind that is left out (除了走廊那盏灯都关掉: the lights), else everything."""
    heads = {take_apart(mention.device.tokens).head for mention in excluded if mention.device is not None}
    whole = everything(None, setting)
    head = heads.pop() if len(heads) == 1 else ""
    like = {device.id for device in of_kind(head, setting.index)} if head else set()
    kept = tuple(device for device in whole.devices if device in like)
    return replace(whole, devices=kept, kind=head) if kept else whole


def _without_sound(mentions: list[Mention]) -> list[Mention]:
    """Leave out "the music", "the volume" beside the player that it is on ("carry on with the music on the Sonos")."""
    heads = [take_apart(mention.device.tokens) if mention.device else None for mention in mentions]
    sounds = [
        head is not None and head.head == "media" and not head.qualifiers and mention.device is not None
        and not mention.device.hits and not mention.areas
        for head, mention in zip(heads, mentions, strict=True)
    ]  # fmt: skip
    others = [mention for mention, is_sound in zip(mentions, sounds, strict=True) if not is_sound]
    return others if any(mention.device is not None for mention in others) else mentions


def _left_out(mention: Mention, setting: Setting) -> Target:
    """Return what an exclusion takes out: of a place alone, all that stands there."""
    if mention.device is not None:
        return _resolve(replace(mention, is_all=True), setting)
    target = _resolve(mention, setting)
    return target if target.problem is not None else everything(target.areas, setting)


def _without(target: Target, gone: set[str]) -> Target:
    kept = tuple(device for device in target.devices if device not in gone)
    taken = tuple(sorted(gone))
    if target.devices and not kept:
        return replace(target, devices=(), excluded=taken, problem=NoTarget(reason=NoTargetReason.NOT_SAID))
    return replace(target, devices=kept, excluded=taken)


def _merged(targets: Sequence[Target]) -> tuple[Target, ...]:
    made: list[Target] = []
    for target in targets:
        same = next((i for i, one in enumerate(made) if target.problem is None and _alike(one, target)), None)
        if same is None:
            made.append(target)
        else:
            one = made[same]
            made[same] = replace(
                one,
                devices=tuple(dict.fromkeys((*one.devices, *target.devices))),
                areas=tuple(dict.fromkeys((*one.areas, *target.areas))),
                is_plural=True,
                kind=one.kind if one.kind == target.kind else "",
            )
    return tuple(made)


def _alike(one: Target, other: Target) -> bool:
    both_named = one.scope is Scope.NAMED and other.scope is Scope.NAMED
    return one.problem is None and one.scope is other.scope and (both_named or one.kind == other.kind)


def _resolve(mention: Mention, setting: Setting) -> Target:
    places = [find_place(piece.tokens, setting.index, setting.here) for piece in mention.areas]
    unknown = [i for i, place in enumerate(places) if not place.is_known]
    if unknown and mention.device is not None:
        return _with_odd_area(mention, places, unknown, setting)
    if unknown:
        return _odd_area_alone(mention, places[unknown[0]], unknown[0], setting)
    is_wide = any(place.is_wide for place in places)
    areas = tuple(dict.fromkeys(area for place in places for area in place.areas))
    limit = areas if areas and not is_wide else None
    if setting.spec is not None and not setting.spec.needs_target and not setting.is_question and mention.device:
        return replace(
            _device(mention.device, mention, None, setting), areas=areas
        )  # the place is what is done ("clean the hall")
    if mention.device is None:
        if mention.is_all and setting.has_exclusion:
            return everything(limit, setting)
        doors = None
        if limit is not None and setting.intent in ("home.open", "home.close", "home.query_state"):
            said = tuple(token for piece in mention.areas for token in piece.tokens)
            doors = _garage_doors(take_apart(said), join(said), setting)
        return doors or area_target(limit, setting, is_all=mention.is_all, is_wide=is_wide)
    target = _device(mention.device, replace(mention, is_all=mention.is_all or is_wide), limit, setting)
    is_here = any(join(piece.tokens) in HERE for piece in mention.areas)
    if is_here and limit is None and len(target.devices) > 1 and not setting.has_exclusion:  # nobody knows where
        return ambiguous("", [setting.index.by_id[device] for device in target.devices], target.scope, target.kind)
    return target


def _with_odd_area(mention: Mention, places: list[Place], unknown: list[int], setting: Setting) -> Target:
    """Take a place that the home does not have as part of the thing's name ("porch light"), else say so."""
    thing = mention.device.tokens if mention.device else ()
    odd = tuple(token for i in unknown for token in mention.areas[i].tokens)
    areas = tuple(dict.fromkeys(area for place in places for area in place.areas)) or None
    wanted = take_apart((*odd, *thing))
    found = _find(replace(wanted, rooms=(), qualifiers=wanted.qualifiers | set(wanted.rooms)), areas, setting)
    if found.devices:
        return choose(found, mention, wanted, areas, setting)
    return no_area(places[unknown[0]].said, setting, kind=take_apart(thing).head)


def _odd_area_alone(mention: Mention, place: Place, at: int, setting: Setting) -> Target:
    """A place that the home does not have may be a thing's name that was taken for one."""
    wanted = take_apart(mention.areas[at].tokens)
    found = _find(replace(wanted, rooms=(), qualifiers=wanted.qualifiers | set(wanted.rooms)), None, setting)
    if found.devices:
        return choose(found, replace(mention, device=mention.areas[at], areas=()), wanted, None, setting)
    doors = _garage_doors(wanted, place.said, setting)
    if doors is not None:
        return doors
    return no_area(place.said, setting)


def _device(piece: Piece, mention: Mention, limit: tuple[str, ...] | None, setting: Setting) -> Target:
    tokens, hits = piece.tokens, piece.hits
    keys = {join(tokens), join(content(tokens))}
    if not hits and (keys & PRONOUNS or _is_all_of_them(tokens)):
        return _it(mention, limit, setting)
    if keys & OTHERS or (any(token.text in _OTHER for token in tokens) and not hits):
        return _others(limit, setting, take_apart([token for token in tokens if token.text not in _OTHER]).head)
    if (keys & EVERYTHING or all(token.text in ALL_WORDS for token in tokens)) and not hits:
        return everything(limit, setting)
    if hits:
        found = named(hits, limit, mention, setting)
        if found is not None:
            return found
    sensors = sensors_named(tokens, limit, setting)
    if sensors is not None:
        return sensors
    wanted = take_apart(tokens)
    if wanted.rooms and not wanted.head and not wanted.qualifiers:
        doors = _garage_doors(wanted, wanted.said, setting)
        if doors is not None:
            return doors
    for areas in _limits(mention, limit, setting):
        found_here = _find(wanted, areas, setting)
        if found_here.devices:
            return choose(found_here, mention, wanted, areas, setting)
    return _garage_doors(wanted, wanted.said, setting) or missing(_find(wanted, limit, setting), wanted, limit, setting)


def _is_garage_door(device: IndexedDevice) -> bool:
    return device.kind is DeviceKind.GARAGE_DOOR or device.device_class in ("garage", "garage_door")


def _garage_doors(wanted: Wanted, said: str, setting: Setting) -> Target | None:
    """Take "open the garage" for its door, in a home that has such a door and no room of that name."""
    is_about_doors = setting.is_question or (setting.spec is not None and "cover" in setting.spec.kinds)
    if (
        "room:garage" not in wanted.rooms
        or wanted.head not in ("", "door", "garage_door", "gate")
        or not is_about_doors
    ):
        return None
    doors = [door for door in setting.capable(setting.index.devices) if _is_garage_door(door)]
    if len(doors) > 1:
        return ambiguous(said, doors, Scope.KIND, "garage_door")
    return target_of(Scope.KIND, doors, kind="garage_door") if doors else None


def _is_all_of_them(tokens: Sequence[Token]) -> bool:
    words = [token.text for token in tokens if token.text not in ALL_WORDS and token.text != "of"]
    return bool(words) and len(words) < len(tokens) and all(word in ("them", "those", "these") for word in words)


def _limits(mention: Mention, limit: tuple[str, ...] | None, setting: Setting) -> list[tuple[str, ...] | None]:
    """Return where to look, in order: a room said for the phrase before counts only as a first try."""
    if limit is not None or not mention.inherited:
        return [limit]
    places = [find_place(piece.tokens, setting.index, setting.here) for piece in mention.inherited]
    shared = tuple(area for place in places for area in place.areas)
    return [shared, None] if shared else [None]


def _find(wanted: Wanted, areas: tuple[str, ...] | None, setting: Setting) -> Found:
    return find(wanted, areas, setting.spec, setting.index)


def _it(mention: Mention, limit: tuple[str, ...] | None, setting: Setting) -> Target:
    devices = [setting.index.by_id[device] for device in setting.recent if device in setting.index.by_id]
    if limit is not None:  # a room that is said bounds "it": "make it brighter in the bedroom" is not about the TV
        devices = [device for device in devices if device.area in limit]
        if not setting.capable(devices):
            return area_target(limit, setting)
    able = setting.capable(devices)
    if able:
        return replace(target_of(Scope.CONTEXT, tuple(able)), is_plural=len(able) > 1)
    if devices:
        problem = NoTarget(reason=NoTargetReason.NOT_CAPABLE, said=devices[0].name, area=devices[0].area)
        return Target(scope=Scope.CONTEXT, problem=problem)
    if mention.areas or setting.spec is None or not setting.spec.kinds:
        return Target(scope=Scope.CONTEXT, problem=NoTarget(reason=NoTargetReason.NOT_SAID))
    return implicit(setting)


_OTHER = frozenset("other others remaining rest 其余 其他".split())


def _others(limit: tuple[str, ...] | None, setting: Setting, head: str = "") -> Target:
    """Return the rest of the kind that was spoken of before."""
    taken = set(setting.before or setting.recent)
    kinds = {setting.index.by_id[device].kind for device in taken if device in setting.index.by_id}
    among = of_kind(head, setting.index) if head and taken else setting.index.devices
    rest = tuple(
        device
        for device in setting.capable(among)
        if device.id not in taken and (head or device.kind in kinds) and (limit is None or device.area in limit)
    )
    if not rest:
        return Target(scope=Scope.CONTEXT, problem=NoTarget(reason=NoTargetReason.NOT_SAID))
    return replace(target_of(Scope.CONTEXT, rest, kind=head or next(iter(kinds)).value), is_plural=True)

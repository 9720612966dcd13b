"""From mentions to targets: devices that exist, or the precise reason why none is meant; never wider than was said."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from rapidfuzz import fuzz, process

from hub.contracts.capability import Risk
from hub.contracts.frame import Ambiguous, NoTarget, NoTargetReason, Scope, Target
from hub.contracts.skill import IntentSpec
from hub.understanding.index import HomeIndex, IndexedDevice, NameHit
from hub.understanding.lexicon.kinds import KIND_WORDS
from hub.understanding.lexicon.words import ALL_WORDS, EVERYTHING, OTHERS, PRONOUNS, SET_KINDS
from hub.understanding.match import Found, Wanted, can, exact_names, find, of_kind, take_apart
from hub.understanding.mentions import Mention
from hub.understanding.pieces import content
from hub.understanding.places import Place, close_areas, find_place
from hub.understanding.tokens import Token, join

MAX_CANDIDATES = 50
_CLOSE_NAME = 70  # per cent of likeness from which a name is offered as "did you mean"
_ENDING = frozenset("home.turn_off home.pause home.stop home.mute home.next home.previous".split())
"""Intents that can only be about what is on: where one of several is, that one is meant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What a command's mentions are grounded in.

    Attributes:
        intent: the intent's name, spec its declaration (None: no skill has it).
        here: the asker's area.
        recent: devices that "it" means, latest first by turn.
        before: devices that earlier parts of this utterance took ("the others").
        has_exclusion: something is taken out again ("all but").
        corrected: the command stands in the place of one that was taken back.
        near: areas that an earlier part of this utterance named: they come before the asker's own.
    """

    index: HomeIndex
    intent: str
    spec: IntentSpec | None
    here: str | None = None
    recent: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
    has_exclusion: bool = False
    corrected: bool = False

    @property
    def is_question(self) -> bool:
        """Tell whether the intent reads state only."""
        return self.spec is not None and self.spec.is_question

    def capable(self, devices: Iterable[IndexedDevice]) -> list[IndexedDevice]:
        """Return those of the devices that can do it."""
        return [device for device in devices if can(device, self.spec)]


def ground(mentions: Sequence[Mention], setting: Setting) -> tuple[Target, ...]:
    """Return the targets of the mentions: those alike as one, each problem by itself; exclusions taken out."""
    wanted = [mention for mention in mentions if not mention.is_excluded]
    excluded = [mention for mention in mentions if mention.is_excluded]
    if excluded:
        setting = replace(setting, has_exclusion=True)
    targets = _merged([_resolve(mention, setting) for mention in wanted])
    if not excluded:
        return targets
    if not wanted:
        targets = (everything(None, setting),)
    everyone = replace(setting, spec=None)
    out = [_left_out(mention, everyone) for mention in excluded]
    unclear = next((target for target in out if target.problem is not None), None)
    if unclear is not None:
        return (unclear,)
    gone = {device for target in out for device in target.devices}
    return tuple(_without(target, gone) for target in targets)


def _left_out(mention: Mention, setting: Setting) -> Target:
    """Return what an exclusion takes out: of a place alone, all that stands there."""
    if mention.device is not None:
        return _resolve(replace(mention, is_all=True), setting)
    target = _resolve(mention, setting)
    return target if target.problem is not None else everything(target.areas, setting)


def _without(target: Target, gone: set[str]) -> Target:
    kept = tuple(device for device in target.devices if device not in gone)
    taken = tuple(device for device in target.devices if device in gone)
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
        return replace(_device(mention, None, setting), areas=areas)  # the place is what is done ("clean the hall")
    if mention.device is None:
        if mention.is_all and setting.has_exclusion:
            return everything(limit, setting)
        return area_target(limit, setting, is_all=mention.is_all, is_wide=is_wide)
    return _device(replace(mention, is_all=mention.is_all or is_wide), limit, setting)


def _with_odd_area(mention: Mention, places: list[Place], unknown: list[int], setting: Setting) -> Target:
    """Take a place that the home does not have as part of the thing's name ("porch light"), else say so."""
    assert mention.device is not None
    odd = tuple(token for i in unknown for token in mention.areas[i].tokens)
    areas = tuple(dict.fromkeys(area for place in places for area in place.areas)) or None
    wanted = take_apart((*odd, *mention.device.tokens))
    found = _find(replace(wanted, rooms=(), qualifiers=wanted.qualifiers | set(wanted.rooms)), areas, setting)
    if found.devices:
        return _choose(found, mention, wanted, areas, setting)
    return no_area(places[unknown[0]].said, setting, kind=take_apart(mention.device.tokens).head)


def _odd_area_alone(mention: Mention, place: Place, at: int, setting: Setting) -> Target:
    """A place that the home does not have may be a thing's name that was taken for one."""
    wanted = take_apart(mention.areas[at].tokens)
    found = _find(replace(wanted, rooms=(), qualifiers=wanted.qualifiers | set(wanted.rooms)), None, setting)
    if found.devices:
        return _choose(found, replace(mention, device=mention.areas[at], areas=()), wanted, None, setting)
    return no_area(place.said, setting)


def no_area(said: str, setting: Setting, kind: str = "") -> Target:
    """Return the target that says that the home has no such place."""
    near = close_areas(said, setting.index)
    return Target(
        scope=Scope.AREA, kind=kind, problem=NoTarget(reason=NoTargetReason.NO_SUCH_AREA, said=said, alternatives=near)
    )


def _device(mention: Mention, limit: tuple[str, ...] | None, setting: Setting) -> Target:
    assert mention.device is not None
    tokens = mention.device.tokens
    keys = {join(tokens), join(content(tokens))}
    if keys & PRONOUNS and not mention.device.hits:
        return _it(mention, setting)
    if keys & OTHERS or any(token.text in _OTHER for token in tokens) and not mention.device.hits:
        return _others(limit, setting, take_apart([token for token in tokens if token.text not in _OTHER]).head)
    if (keys & EVERYTHING or all(token.text in ALL_WORDS for token in tokens)) and not mention.device.hits:
        return everything(limit, setting)
    if mention.device.hits:
        found = _named(mention.device.hits, limit, mention, setting)
        if found is not None:
            return found
    wanted = take_apart(tokens)
    for areas in _limits(mention, limit, setting):
        found_here = _find(wanted, areas, setting)
        if found_here.devices:
            return _choose(found_here, mention, wanted, areas, setting)
    return _missing(_find(wanted, limit, setting), wanted, limit, setting)


def _limits(mention: Mention, limit: tuple[str, ...] | None, setting: Setting) -> list[tuple[str, ...] | None]:
    """Return where to look, in order: a room said for the phrase before counts only as a first try."""
    if limit is not None or not mention.inherited:
        return [limit]
    places = [find_place(piece.tokens, setting.index, setting.here) for piece in mention.inherited]
    shared = tuple(area for place in places for area in place.areas)
    return [shared, None] if shared else [None]


def _find(wanted: Wanted, areas: tuple[str, ...] | None, setting: Setting) -> Found:
    return find(wanted, areas, setting.spec, setting.index)


def _named(
    hits: tuple[NameHit, ...], limit: tuple[str, ...] | None, mention: Mention, setting: Setting
) -> Target | None:
    """Return the target of an exact name; None where the room that was said does not fit, and parts may."""
    index = setting.index
    there = [hit for hit in hits if limit is None or index.by_id[hit.device].area in (*limit, None)]
    if not there:
        return None
    able = [hit for hit in there if can(index.by_id[hit.device], setting.spec)]
    if not able:
        device = index.by_id[there[0].device]
        problem = NoTarget(reason=NoTargetReason.NOT_CAPABLE, said=device.name, area=device.area, alternatives=())
        return Target(scope=Scope.NAMED, problem=problem)
    best = min(hit.level for hit in able)
    devices = tuple(index.by_id[hit.device] for hit in able if hit.level == best)
    if len(devices) > 1 and not (mention.is_all or mention.is_plural):
        here = tuple(device for device in devices if device.area is not None and device.area == setting.here)
        devices = here or devices
        if len(devices) > 1 and not setting.is_question:
            said = " ".join(token.text for token in mention.device.tokens) if mention.device else ""
            return _ambiguous(said, devices, Scope.NAMED)
    return _target(Scope.NAMED, devices, limit or ())


def _choose(found: Found, mention: Mention, wanted: Wanted, areas: tuple[str, ...] | None, setting: Setting) -> Target:
    """Return the target of several that fit, by number, room and what is on; equal ones are asked about."""
    devices = found.devices
    is_many = mention.is_all or mention.is_plural
    scope = Scope.NAMED if found.is_named else Scope.ALL if mention.is_all else Scope.AREA if areas else Scope.KIND
    if mention.device is not None and len(devices) > 1 and not is_many:
        devices = exact_names(mention.device.tokens, devices) or devices
    if mention.device is not None and len(devices) == 1 and exact_names(mention.device.tokens, devices):
        scope = Scope.NAMED
    if found.is_named and len(devices) > 1 and not is_many:
        devices = _best_named(devices, wanted, setting)
    for close in (setting.near, (setting.here,) if setting.here else ()):
        if len(devices) > 1 and areas is None and not mention.is_all and close:
            devices = tuple(device for device in devices if device.area in close) or devices
    if len(devices) > 1 and not is_many and not _is_set(wanted, mention, areas, setting):
        running = tuple(device for device in devices if device.is_on) if setting.intent in _ENDING else ()
        if mention.device is not None and mention.device.first < 0 and not found.is_named:
            running = devices
        elif len(running) != 1:
            return _ambiguous(wanted.said, devices, scope, wanted.head)
        devices = running
    kind = wanted.head if wanted.head in KIND_WORDS else ""
    return replace(_target(scope, devices, areas or (), kind), is_plural=is_many)


def _best_named(devices: tuple[IndexedDevice, ...], wanted: Wanted, setting: Setting) -> tuple[IndexedDevice, ...]:
    """Return the devices whose names say nothing more than what was said, if there are such."""
    said = wanted.qualifiers | {wanted.head} | set(wanted.rooms)
    forms = setting.index.forms
    tight = tuple(device for device in devices if any(form.atoms <= said for form in forms[device.id]))
    if tight:
        return tight
    rooms = setting.index.area_atoms
    placed = tuple(
        device
        for device in devices
        if any(
            form.atoms <= said | {atom for area in rooms.get(device.area or "", ()) for atom in area}
            for form in forms[device.id]
        )
    )
    return placed or devices


def _is_set(wanted: Wanted, mention: Mention, areas: tuple[str, ...] | None, setting: Setting) -> bool:
    """Tell whether a bare noun means all of them: in Chinese, and in English for the lights of a room."""
    if setting.is_question:
        return True
    if wanted.head == "media" or setting.intent in _MANY_PLAYERS:
        return True
    is_chinese = mention.device is not None and any(token.is_cjk for token in mention.device.tokens)
    if setting.spec is not None and setting.spec.risk is Risk.SECURITY:
        return False
    if is_chinese:
        return wanted.head in SET_KINDS and not wanted.qualifiers
    in_room = areas is not None or setting.here is not None or bool(wanted.rooms)
    return wanted.head in ("light", "blind", "curtain", "shade") and in_room and not wanted.qualifiers


_MANY_PLAYERS = frozenset(
    """home.pause home.play home.next home.previous home.mute home.unmute home.set_volume home.change_volume.up
    home.change_volume.down""".split()
)
"""Intents whose skill itself narrows several players by who is playing."""


def _missing(found: Found, wanted: Wanted, limit: tuple[str, ...] | None, setting: Setting) -> Target:
    reason = found.problem or NoTargetReason.NO_SUCH_NAME
    if reason is NoTargetReason.NONE_OF_KIND and limit:
        reason = NoTargetReason.NONE_OF_KIND
    if reason is NoTargetReason.NO_SUCH_AREA:
        return no_area(wanted.said, setting, kind=wanted.head)
    near = found.others
    if reason is NoTargetReason.NO_SUCH_NAME:
        near = _close_names(wanted.said, setting)
    problem = NoTarget(reason=reason, said=wanted.said, area=limit[0] if limit else None, alternatives=near)
    kind = wanted.head if wanted.head in KIND_WORDS and not wanted.qualifiers else ""
    scope = Scope.AREA if limit else Scope.KIND if kind else Scope.NAMED
    return Target(scope=scope, areas=limit or (), kind=kind, problem=problem)


def _close_names(said: str, setting: Setting) -> tuple[str, ...]:
    names = [device.name for device in setting.capable(setting.index.devices)]
    near = process.extract(said, names, scorer=fuzz.ratio, limit=2, score_cutoff=_CLOSE_NAME)
    return tuple(dict.fromkeys(name for name, _, _ in near))


def _it(mention: Mention, setting: Setting) -> Target:
    devices = [setting.index.by_id[device] for device in setting.recent if device in setting.index.by_id]
    able = setting.capable(devices)
    if able:
        return replace(_target(Scope.CONTEXT, tuple(able)), is_plural=len(able) > 1)
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
    return replace(_target(Scope.CONTEXT, rest, kind=head or next(iter(kinds)).value), is_plural=True)


def everything(limit: tuple[str, ...] | None, setting: Setting) -> Target:
    """Return all that can do it, in those areas or in the whole home; the skill leaves out what is never swept."""
    devices = tuple(d for d in setting.capable(setting.index.devices) if limit is None or d.area in limit)
    if not devices:
        return Target(scope=Scope.ALL, problem=_none_here(limit))
    return replace(_target(Scope.ALL, devices, limit or ()), is_plural=True)


def _none_here(limit: tuple[str, ...] | None) -> NoTarget:
    reason = NoTargetReason.NONE_IN_AREA if limit else NoTargetReason.NONE_OF_KIND
    return NoTarget(reason=reason, area=limit[0] if limit else None)


def area_target(
    limit: tuple[str, ...] | None, setting: Setting, *, is_all: bool = False, is_wide: bool = False
) -> Target:
    """Return what an intent means in rooms that were said without a thing: the intent's own kinds there."""
    spec = setting.spec
    if spec is None or not spec.capabilities:
        return Target(scope=Scope.AREA, areas=limit or ())
    if not spec.needs_target:
        return Target(scope=Scope.AREA if setting.intent == "home.query_value" else Scope.NONE, areas=limit or ())
    if limit is None and not is_wide and not is_all:  # "here", and nobody knows where that is
        return implicit(setting)
    there = [device for device in setting.capable(setting.index.devices) if limit is None or device.area in limit]
    for kinds in _kind_groups(spec):
        chosen = tuple(device for device in there if device.kind.value in kinds)
        if chosen:
            return replace(
                _target(Scope.AREA if limit else Scope.ALL, chosen, limit or (), next(iter(spec.kinds))),
                is_plural=is_all,
            )
    if there and (setting.is_question or len(there) == 1 or (not spec.kinds and is_all)):
        return _target(Scope.AREA, tuple(there), limit or ())
    kind = spec.kinds[0] if spec.kinds else ""
    problem = NoTarget(
        reason=NoTargetReason.NONE_IN_AREA if limit else NoTargetReason.NONE_OF_KIND,
        said=kind,
        area=limit[0] if limit else None,
        alternatives=tuple(device.name for device in of_kind(kind, setting.index)[:2]) if kind in KIND_WORDS else (),
    )
    return Target(scope=Scope.AREA, areas=limit or (), kind=kind, problem=problem)


def _kind_groups(spec: IntentSpec) -> list[frozenset[str]]:
    """Return the intent's kinds in the order of preference; the many kinds of players count as one."""
    if len(spec.kinds) > 3 or spec.kinds[:1] in (("thermostat",), ("tv",)):
        return [frozenset(spec.kinds)]
    return [frozenset({kind}) for kind in spec.kinds]


def implicit(setting: Setting) -> Target:
    """Return what an intent means when no thing and no place was said: here, or the only one there is."""
    spec = setting.spec
    if spec is None or not spec.capabilities or not spec.needs_target:
        return Target()
    if setting.here is not None and spec.kinds:
        here = area_target((setting.here,), setting)
        if here.problem is None:
            return replace(here, scope=Scope.CONTEXT)
    able = setting.capable(setting.index.devices)
    if setting.intent in _STOPPING:
        able = [device for device in able if device.is_on is not False]
    for kinds in _kind_groups(spec):
        chosen = tuple(device for device in able if device.kind.value in kinds)
        if len(chosen) == 1 or (chosen and (setting.intent in _MANY_PLAYERS or setting.is_question)):
            return _target(Scope.KIND, chosen, kind=spec.kinds[0])
        if chosen and spec.kinds[0] in ("light", "cover"):
            return Target(problem=NoTarget(reason=NoTargetReason.NOT_SAID))
        if chosen:
            return _ambiguous("", chosen, Scope.NONE, spec.kinds[0])
    if not spec.kinds:
        return Target(problem=NoTarget(reason=NoTargetReason.NOT_SAID))
    return Target(kind=spec.kinds[0], problem=NoTarget(reason=NoTargetReason.NONE_OF_KIND, said=spec.kinds[0]))


_STOPPING = frozenset({"home.stop", "home.pause"})


def _ambiguous(said: str, devices: Sequence[IndexedDevice], scope: Scope, kind: str = "") -> Target:
    candidates = tuple(device.id for device in devices[:MAX_CANDIDATES])
    return Target(scope=scope, kind=kind, problem=Ambiguous(said=said, candidates=candidates))


def _target(scope: Scope, devices: Sequence[IndexedDevice], areas: tuple[str, ...] = (), kind: str = "") -> Target:
    return Target(scope=scope, devices=tuple(device.id for device in devices), areas=areas, kind=kind)


def words_of(tokens: Sequence[Token]) -> str:
    """Return the words as they were said."""
    return "".join(t.text for t in tokens) if any(t.is_cjk for t in tokens) else " ".join(t.text for t in tokens)

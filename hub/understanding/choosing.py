"""Which of the devices that fit a noun phrase are meant: by name, number, room and what is on; equal ones are asked."""

from collections.abc import Sequence
from dataclasses import replace

from rapidfuzz import fuzz, process

from hub.contracts.capability import Risk
from hub.contracts.frame import NoTarget, NoTargetReason, Scope, Target
from hub.understanding.forms import forms_of
from hub.understanding.index import IndexedDevice, NameHit
from hub.understanding.lexicon.kinds import KIND_WORDS
from hub.understanding.lexicon.words import SET_KINDS
from hub.understanding.match import Found, Wanted, can, exact_names
from hub.understanding.mentions import Mention
from hub.understanding.setting import MANY_PLAYERS, Setting, ambiguous, no_area, target_of
from hub.understanding.tokens import Token

_CLOSE_NAME = 70  # per cent of likeness from which a name is offered as "did you mean"


_ENDING = frozenset("home.turn_off home.pause home.stop home.mute home.next home.previous".split())
"""Intents that can only be about what is on: where one of several is, that one is meant."""


def named(
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
    if limit is None and setting.here is not None and mention.device is not None and not setting.is_question:
        nearer = _nearer(able, mention.device.tokens, setting)
        if nearer is not None:
            return target_of(Scope.NAMED, (nearer,))
        if not (mention.is_all or mention.is_plural):
            able = [hit for hit in able if index.by_id[hit.device].area == setting.here] or able
    best = min(hit.level for hit in able)
    devices = tuple(index.by_id[hit.device] for hit in able if hit.level == best)
    if len(devices) > 1 and not (mention.is_all or mention.is_plural):
        close = tuple(device for device in devices if device.area is not None and device.area in setting.near)
        here = tuple(device for device in devices if device.area is not None and device.area == setting.here)
        devices = close or here or devices
        if len(devices) > 1 and not setting.is_question:
            said = " ".join(token.text for token in mention.device.tokens) if mention.device else ""
            return ambiguous(said, devices, Scope.NAMED)
    return target_of(Scope.NAMED, devices, limit or ())


def _nearer(hits: Sequence[NameHit], tokens: Sequence[Token], setting: Setting) -> IndexedDevice | None:
    """Return the one thing in the asker's room that what was said fits as well, where the name's own is elsewhere."""
    index = setting.index
    if any(index.by_id[hit.device].area == setting.here for hit in hits):
        return None
    said = forms_of("".join(t.text if t.is_cjk else f"{t.text} " for t in tokens))
    if not said.head or not said.atoms - {said.head}:
        return None
    close = [
        device
        for device in setting.capable(index.devices)
        if device.area == setting.here
        and any(said.atoms < form.atoms and said.head == form.head for form in index.forms[device.id])
    ]
    return close[0] if len(close) == 1 else None


def choose(found: Found, mention: Mention, wanted: Wanted, areas: tuple[str, ...] | None, setting: Setting) -> Target:
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
    is_silent = wanted.head in ("tv", "speaker") and not any(device.is_on for device in devices)
    is_set = _is_set(wanted, mention, areas, setting) and not (setting.intent in MANY_PLAYERS and is_silent)
    if len(devices) > 1 and not is_many and not is_set:
        running = tuple(device for device in devices if device.is_on) if setting.intent in _ENDING else ()
        if mention.device is not None and mention.device.first < 0 and not found.is_named:
            running = devices
        elif len(running) != 1:
            return ambiguous(wanted.said, devices, scope, wanted.head)
        devices = running
    kind = wanted.head if wanted.head in KIND_WORDS else ""
    return replace(target_of(scope, devices, areas or (), kind), is_plural=is_many)


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
    if wanted.head == "media" or setting.intent in MANY_PLAYERS:
        return True
    is_chinese = mention.device is not None and any(token.is_cjk for token in mention.device.tokens)
    if setting.spec is not None and setting.spec.risk is Risk.SECURITY:
        return False
    if is_chinese:
        return wanted.head in SET_KINDS and not wanted.qualifiers
    in_room = areas is not None or setting.here is not None or bool(wanted.rooms)
    return wanted.head in ("light", "blind", "curtain", "shade") and in_room and not wanted.qualifiers


def missing(found: Found, wanted: Wanted, limit: tuple[str, ...] | None, setting: Setting) -> Target:
    """Return the target that says precisely why nothing is meant."""
    reason = found.problem or NoTargetReason.NO_SUCH_NAME
    if reason is NoTargetReason.NONE_OF_KIND and limit:
        reason = NoTargetReason.NONE_OF_KIND
    if reason is NoTargetReason.NO_SUCH_AREA:
        return no_area(wanted.said, setting, kind=wanted.head)
    near = found.others
    if reason is NoTargetReason.NO_SUCH_NAME and not setting.is_trial:
        near = _close_names(wanted.said, setting)
    problem = NoTarget(reason=reason, said=wanted.said, area=limit[0] if limit else None, alternatives=near)
    kind = wanted.head if wanted.head in KIND_WORDS and not wanted.qualifiers else ""
    scope = Scope.AREA if limit else Scope.KIND if kind else Scope.NAMED
    return Target(scope=scope, areas=limit or (), kind=kind, problem=problem)


def _close_names(said: str, setting: Setting) -> tuple[str, ...]:
    names = [device.name for device in setting.capable(setting.index.devices)]
    near = process.extract(said, names, scorer=fuzz.ratio, limit=2, score_cutoff=_CLOSE_NAME)
    return tuple(dict.fromkeys(name for name, _, _ in near))

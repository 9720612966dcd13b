"""Targets of commands that name no thing: "everything", a room alone, nothing at all."""

from dataclasses import replace

from hub.contracts.frame import NoTarget, NoTargetReason, Scope, Target
from hub.contracts.skill import IntentSpec
from hub.understanding.lexicon.kinds import KIND_WORDS
from hub.understanding.match import of_kind
from hub.understanding.setting import MANY_PLAYERS, Setting, ambiguous, none_here, target_of


def everything(limit: tuple[str, ...] | None, setting: Setting) -> Target:
    """Return all that can do it, in those areas or in the whole home; the skill leaves out what is never swept."""
    devices = tuple(d for d in setting.capable(setting.index.devices) if limit is None or d.area in limit)
    if not devices:
        return Target(scope=Scope.ALL, problem=none_here(limit))
    return replace(target_of(Scope.ALL, devices, limit or ()), is_plural=True)


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
                target_of(Scope.AREA if limit else Scope.ALL, chosen, limit or (), next(iter(spec.kinds))),
                is_plural=is_all,
            )
    if there and (setting.is_question or len(there) == 1 or (not spec.kinds and is_all)):
        return target_of(Scope.AREA, tuple(there), limit or ())
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
    if setting.here is not None and spec.kinds and setting.intent != "home.stop":
        here = area_target((setting.here,), setting)
        if here.problem is None:
            return replace(here, scope=Scope.CONTEXT)
    able = setting.capable(setting.index.devices)
    if setting.intent in _STOPPING:
        running = tuple(device for device in able if device.is_on and "cover" not in device.capabilities)
        if setting.intent == "home.stop":
            if len(running) == 1:
                return target_of(Scope.KIND, running)
            return Target(problem=NoTarget(reason=NoTargetReason.NOT_SAID))
        able = list(running) or able
    for kinds in _kind_groups(spec):
        chosen = tuple(device for device in able if device.kind.value in kinds)
        if len(chosen) == 1 or (chosen and (setting.intent in MANY_PLAYERS or setting.is_question)):
            return target_of(Scope.KIND, chosen, kind=spec.kinds[0])
        if chosen and spec.kinds[0] in ("light", "cover"):
            return Target(problem=NoTarget(reason=NoTargetReason.NOT_SAID))
        if chosen:
            return ambiguous("", chosen, Scope.NONE, spec.kinds[0])
    if not spec.kinds:
        return Target(problem=NoTarget(reason=NoTargetReason.NOT_SAID))
    return Target(kind=spec.kinds[0], problem=NoTarget(reason=NoTargetReason.NONE_OF_KIND, said=spec.kinds[0]))


_STOPPING = frozenset({"home.stop", "home.pause"})

"""The guard: every effect is checked against the real home, the skill's rights, the asker's, and the risk."""

import math
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from hub.contracts.capability import COMMANDS, Capability, CommandSpec, Param, ParamKind
from hub.contracts.device import Device
from hub.contracts.messages import Params, ParamValue
from hub.contracts.skill import Effect, HomeView, SkillManifest
from hub.control.decision import Policy, Verdict, VerdictKind, VerdictReason
from hub.control.risk import risk_of

_RANGES = {
    ("brightness_pct", "brightness"),
    ("kelvin", "color_temp"),
    ("position", "cover_position"),
    ("position", "valve_position"),
    ("tilt", "cover_tilt"),
    ("temperature", "thermostat"),
    ("temperature", "water_heater"),
    ("temperature", "oven"),
    ("low", "thermostat_range"),
    ("high", "thermostat_range"),
    ("humidity", "humidifier"),
    ("speed_pct", "fan_speed"),
    ("volume_pct", "volume"),
    ("value", "number"),
}
_OPTIONS = {
    ("set_mode", "mode"): ("thermostat", "water_heater", "humidifier"),
    ("set_preset", "preset"): ("thermostat_preset",),
    ("set_fan_mode", "mode"): ("thermostat_fan_mode",),
    ("set_effect", "effect"): ("effect",),
    ("set_fan_preset", "preset"): ("fan_preset",),
    ("set_source", "source"): ("media_player",),
    ("select_option", "option"): ("select",),
    ("set_noise_control", "mode"): ("noise_control",),
    ("set_audio_route", "to"): ("audio_route",),
}
_DIRECTIONS = {
    "change_color_temp": ("warmer", "cooler"),
    "set_direction": ("forward", "reverse"),
}
_EXTRAS = {"brightness_pct": "brightness", "kelvin": "color_temp", "color": "color", "hs": "color", "rgb": "color",
           "xy": "color"}  # fmt: skip
_COLORS = ("color", "hs", "rgb", "xy")
_LENGTHS = {"hs": 2, "rgb": 3, "xy": 2}
_OFF_AT_ZERO = frozenset({"brightness_pct", "speed_pct"})  # 0 is off, also where the device dims from 1 % on
_MAX_SATURATION = 100  # % of hs, whose first number is a hue of up to 360
_MAX_TEXT = 1000  # characters of a text parameter


@dataclass(frozen=True, slots=True, kw_only=True)
class Rights:
    """What the asker may: `may_confirm` is False for an unverified asker or a request without a time.

    `has_confirmed` is True only while a plan runs that the asker said yes to.
    """

    may_confirm: bool
    has_confirmed: bool = False
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Flaw:
    reason: VerdictReason
    detail: str = ""


def judge(effect: Effect, manifest: SkillManifest, home: HomeView, policy: Policy, rights: Rights) -> Verdict:
    """Return the verdict on one effect that the skill of `manifest` wants."""
    flaw = _flaw(effect, manifest, home)
    if flaw is not None:
        return _verdict(effect, manifest, VerdictKind.DENY, flaw.reason, flaw.detail)
    device = home.device(effect.device or "")
    risk = risk_of(effect, device, home, policy) if device is not None else None
    if risk is None:
        return _verdict(effect, manifest, VerdictKind.ALLOW, VerdictReason.FINE)
    if not rights.may_confirm:
        return _verdict(effect, manifest, VerdictKind.DENY, VerdictReason.NOT_VERIFIED, risk.value)
    if has_mixed_script(rights.text):
        return _verdict(effect, manifest, VerdictKind.DENY, VerdictReason.ODD_SPELLING, risk.value)
    if rights.has_confirmed:
        return _verdict(effect, manifest, VerdictKind.ALLOW, VerdictReason.CONFIRMED, risk.value)
    return _verdict(effect, manifest, VerdictKind.CONFIRM, risk)


def has_mixed_script(text: str) -> bool:
    """Tell whether some word mixes Latin with Greek or Cyrillic letters, as look-alike spellings do."""
    for word in text.split():
        scripts = {unicodedata.name(letter, "").partition(" ")[0] for letter in word if letter.isalpha()}
        if "LATIN" in scripts and scripts & {"CYRILLIC", "GREEK"}:
            return True
    return False


def _verdict(
    effect: Effect, manifest: SkillManifest, kind: VerdictKind, reason: VerdictReason, detail: str = ""
) -> Verdict:
    return Verdict(effect=effect, skill=manifest.id, kind=kind, reason=reason, detail=detail)


def _flaw(effect: Effect, manifest: SkillManifest, home: HomeView) -> _Flaw | None:
    spec = COMMANDS.get(effect.command)
    if spec is None:
        return _Flaw(reason=VerdictReason.UNKNOWN_COMMAND, detail=effect.command)
    if effect.command not in manifest.commands:
        return _Flaw(reason=VerdictReason.NOT_DECLARED, detail=effect.command)
    device = home.device(effect.device) if effect.device is not None else None
    if device is None:
        return _Flaw(reason=VerdictReason.NO_SUCH_DEVICE, detail=effect.device or "")
    if manifest.kinds and device.kind.value not in manifest.kinds:
        return _Flaw(reason=VerdictReason.NOT_DECLARED, detail=device.kind.value)
    if not device.is_adopted:
        return _Flaw(reason=VerdictReason.NOT_ADOPTED)
    if not _can(spec, effect, device):
        return _Flaw(reason=VerdictReason.NOT_CAPABLE, detail=effect.command)
    flaw = _params_flaw(spec, effect, device.components.get(effect.component, {}))
    if flaw is None and not device.availability.is_online:
        return _Flaw(reason=VerdictReason.UNAVAILABLE)
    return flaw


def _can(spec: CommandSpec, effect: Effect, device: Device) -> bool:
    capabilities = device.components.get(effect.component, {})
    families = {name.partition(".")[0] for name in capabilities}
    if effect.command == "press":  # also accepted for reboot and identify
        families |= {"button"} & {"button" if name in {"reboot", "identify"} else "" for name in families}
    if not spec.capabilities & (set(capabilities) | families):
        return False
    if effect.command != "turn_on":
        return True
    return all(_EXTRAS[name] in capabilities for name in effect.params if name in _EXTRAS)


def _params_flaw(spec: CommandSpec, effect: Effect, capabilities: Mapping[str, Capability]) -> _Flaw | None:
    for name, value in effect.params.items():
        param = spec.params.get(name)
        if param is None:
            return _Flaw(reason=VerdictReason.UNKNOWN_PARAM, detail=name)
        flaw = _type_flaw(name, value, param) or _range_flaw(name, value, param, capabilities)
        flaw = flaw or _option_flaw(effect, name, value, capabilities)
        if flaw is not None:
            return flaw
    return _missing_flaw(spec, effect.params)


def _missing_flaw(spec: CommandSpec, params: Params) -> _Flaw | None:
    for name, param in spec.params.items():
        if param.is_required and name not in params:
            return _Flaw(reason=VerdictReason.MISSING_VALUE, detail=name)
    if spec.name == "set_color" and not any(name in params for name in _COLORS):
        return _Flaw(reason=VerdictReason.MISSING_VALUE, detail="color")
    return None


def _type_flaw(name: str, value: ParamValue, param: Param) -> _Flaw | None:
    good = {
        ParamKind.NUMBER: _is_number(value),
        ParamKind.TEXT: isinstance(value, str) and 0 < len(value) <= _MAX_TEXT,
        ParamKind.BOOL: isinstance(value, bool),
        ParamKind.NUMBERS: isinstance(value, tuple)
        and all(_is_number(item) for item in value)
        and len(value) == _LENGTHS.get(name, len(value)),
    }[param.kind]
    return None if good else _Flaw(reason=VerdictReason.WRONG_TYPE, detail=name)


def _range_flaw(name: str, value: ParamValue, param: Param, capabilities: Mapping[str, Capability]) -> _Flaw | None:
    if param.kind not in (ParamKind.NUMBER, ParamKind.NUMBERS):
        return None
    numbers = [float(number) for number in (value if isinstance(value, tuple) else (value,))]
    low, high = _bounds(name, param, capabilities)
    if name in _OFF_AT_ZERO and numbers == [0]:
        return None
    is_too_saturated = name == "hs" and numbers[-1] > _MAX_SATURATION
    if all(low <= number <= high for number in numbers) and not is_too_saturated:
        return None
    return _Flaw(reason=VerdictReason.OUT_OF_RANGE, detail=f"{low:g}–{high:g} {param.unit}".strip())


def _bounds(name: str, param: Param, capabilities: Mapping[str, Capability]) -> tuple[float, float]:
    low = -math.inf if param.minimum is None else param.minimum
    high = math.inf if param.maximum is None else param.maximum
    for capability in capabilities.values():
        if (name, capability.name.partition(".")[0]) not in _RANGES or not _is_same_unit(capability.unit, param.unit):
            continue
        low = max(low, -math.inf if capability.minimum is None else capability.minimum)
        high = min(high, math.inf if capability.maximum is None else capability.maximum)
    return low, high


def _is_same_unit(stated: str | None, unit: str) -> bool:
    """Tell whether a device's own range is in the parameter's unit; one that is not says nothing about it."""
    return stated is None or stated.strip("° ").casefold() == unit.strip("° ").casefold()


def _option_flaw(effect: Effect, name: str, value: ParamValue, capabilities: Mapping[str, Capability]) -> _Flaw | None:
    if name == "direction":
        allowed: tuple[str, ...] = _DIRECTIONS.get(effect.command, ("up", "down"))
    else:
        owners = _OPTIONS.get((effect.command, name), ())
        allowed = tuple(
            option
            for capability in capabilities.values()
            if capability.name.partition(".")[0] in owners
            for option in capability.options
        )
    if not allowed or value in allowed:
        return None
    return _Flaw(reason=VerdictReason.NOT_AN_OPTION, detail=", ".join(allowed))


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)

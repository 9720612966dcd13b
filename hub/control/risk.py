"""Which effects could cost more than a nuisance, and so need the asker's yes (capabilities, "Confirmation class")."""

from hub.contracts.device import Device, DeviceKind, StateValue
from hub.contracts.skill import Effect, HomeView
from hub.control.decision import Policy, VerdictReason

_BY_COMMAND = {
    "unlock": VerdictReason.UNLOCK,
    "unlatch": VerdictReason.UNLOCK,
    "disarm": VerdictReason.DISARM,
    "siren_on": VerdictReason.SIREN,
    "reboot": VerdictReason.REBOOT,
    "install": VerdictReason.INSTALL,
}
_BARRIERS = frozenset({DeviceKind.GARAGE_DOOR, DeviceKind.GATE, DeviceKind.VALVE})
_OPENING = frozenset({"open", "turn_on", "toggle", "press", "trigger", "activate"})
_HEATING_MODES = frozenset({"heat", "heat_cool", "auto", "emergency_heat"})
_OVEN_STARTS = frozenset({"turn_on", "toggle", "start", "set_temperature", "change_temperature", "set_mode"})
_SWITCHES = frozenset({DeviceKind.PLUG, DeviceKind.SWITCH, DeviceKind.APPLIANCE, DeviceKind.MULTI, DeviceKind.UNKNOWN})
_HOT_WORDS = (
    "heater", "stove", "hob", "fireplace", "boiler", "furnace", "oven", "sauna", "取暖", "电暖", "暖风", "烤箱", "灶",
    "壁炉", "锅炉", "热水器", "桑拿",
)  # fmt: skip
_STEP_C = 1.0  # degrees that a change without an amount is taken to make
_OPPOSITE = {
    "turn_on": "turn_off",
    "turn_off": "turn_on",
    "open": "close",
    "close": "open",
    "lock": "unlock",
    "unlock": "lock",
    "mute": "unmute",
    "unmute": "mute",
    "siren_on": "siren_off",
    "play": "pause",
    "pause": "play",
    "start": "stop",
}


def opposite(effect: Effect) -> Effect | None:
    """Return the plain way back of a command that has one ("on for ten minutes"), without its time."""
    command = _OPPOSITE.get(effect.command)
    return None if command is None else Effect(command=command, device=effect.device, component=effect.component)


def risk_of(effect: Effect, device: Device, home: HomeView, policy: Policy) -> VerdictReason | None:
    """Return why the effect needs a yes, or None where it does not; the way back of a timed effect counts too."""
    found = _risk(effect, device, home, policy)
    if found is None and effect.when is not None and effect.when.duration_s is not None:
        back = opposite(effect)
        found = _risk(back, device, home, policy) if back is not None else None
    return found


def _risk(effect: Effect, device: Device, home: HomeView, policy: Policy) -> VerdictReason | None:
    if effect.command in _BY_COMMAND:
        return _BY_COMMAND[effect.command]
    if effect.command == "trigger" and "alarm_panel" in device.components.get(effect.component, {}):
        return VerdictReason.SIREN
    if effect.command == "press" and effect.component.startswith("reboot"):
        return VerdictReason.REBOOT
    if _is_barrier(device) and _opens(effect, device, home):
        return VerdictReason.OPEN
    if _is_lock_switch(effect, device):
        return VerdictReason.UNLOCK
    if _is_siren_switch(effect, device):
        return VerdictReason.SIREN
    return VerdictReason.HEAT if _heats(effect, device, home, policy) else None


def _is_barrier(device: Device) -> bool:
    return device.kind in _BARRIERS or device.has("valve")


def _opens(effect: Effect, device: Device, home: HomeView) -> bool:
    if effect.command in _OPENING:
        return True
    if effect.command == "change_position":
        return effect.params.get("direction") == "up"
    if effect.command != "set_position":
        return False
    wanted = _number(effect.params.get("position"))
    current = _value(home, device, effect.component, "position")
    return wanted is None or wanted > (current or 0.0)


def _is_lock_switch(effect: Effect, device: Device) -> bool:
    return device.kind is DeviceKind.LOCK and effect.command in {"turn_off", "toggle", "press", "open"}


def _is_siren_switch(effect: Effect, device: Device) -> bool:
    return device.kind is DeviceKind.SIREN and effect.command in {"turn_on", "toggle"}


def _heats(effect: Effect, device: Device, home: HomeView, policy: Policy) -> bool:
    if device.kind is DeviceKind.OVEN or device.has("oven"):
        return effect.command in _OVEN_STARTS
    if device.kind in _SWITCHES and _is_hot(device):  # what hangs on the plug is known by its name alone
        return effect.command in _OVEN_STARTS
    wanted: float | None = None
    current = _value(home, device, effect.component, "target_temperature")
    if effect.command == "set_temperature":
        wanted = _number(effect.params.get("temperature"))
    elif effect.command == "set_range":
        wanted = _number(effect.params.get("low"))
    elif effect.command == "change_temperature" and effect.params.get("direction") == "up":
        amount = _number(effect.params.get("amount"))
        wanted = policy.heat_limit_c + 1 if current is None else current + (_STEP_C if amount is None else amount)
    elif effect.command == "turn_on" or (
        effect.command == "set_mode" and effect.params.get("mode") in _HEATING_MODES and device.has("thermostat")
    ):
        wanted = current if device.has("thermostat") or device.has("water_heater") else None
    return wanted is not None and wanted > policy.heat_limit_c


def _is_hot(device: Device) -> bool:
    names = " ".join((device.name, *device.aliases)).casefold()
    return any(word in names for word in _HOT_WORDS)


def _value(home: HomeView, device: Device, component: str, field: str) -> float | None:
    state: StateValue | None = home.state(device.id, f"{component}.{field}" if component else field)
    return None if state is None else _number(state.value)


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None

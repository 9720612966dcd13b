"""How virtual devices behave: pure state machines, a command or a tick of time in, the changed state out."""

import random
from collections.abc import Mapping

from hub.sdk import StateScalar

State = dict[str, StateScalar]
Params = Mapping[str, object]

COVER_TRAVEL_S = 6.0  # from closed to open
LOCK_TURN_S = 1.0
CLEANING_S = 60.0
PROGRAMME_S = 90.0
RETURN_S = 5.0
COLOR_FIELDS = {"color": "color", "hs": "color_hs", "rgb": "color_rgb", "xy": "color_xy"}


class Refusal(Exception):  # noqa: N818  # what a device says, not a failure of ours
    """The device does not take the command; the words go into its `result`."""


class Behaviour:
    """A device's own logic; `state` is what it would report."""

    def __init__(self, state: State, chance: random.Random) -> None:
        self.state = dict(state)
        self.chance = chance

    def command(self, name: str, params: Params) -> None:
        """Take a command; raises Refusal for one that the device does not know."""
        handler = getattr(self, f"do_{name}", None)
        if handler is None:
            raise Refusal(f"unsupported command {name}")
        handler(params)

    def tick(self, elapsed_s: float) -> None:
        """Let time pass."""


class Switchable(Behaviour):
    """Anything that is on or off."""

    def do_turn_on(self, params: Params) -> None:
        """Switch on."""
        self.state["on"] = True

    def do_turn_off(self, params: Params) -> None:
        """Switch off."""
        self.state["on"] = False

    def do_toggle(self, params: Params) -> None:
        """Switch over."""
        (self.do_turn_off if self.state["on"] else self.do_turn_on)(params)


class Light(Switchable):
    """A light, dimmable, with white or colour where its state has that."""

    def do_turn_on(self, params: Params) -> None:
        """Switch on, with what set_* would carry."""
        super().do_turn_on(params)
        if "brightness_pct" in params:
            self.do_set_brightness(params)
        if "kelvin" in params:
            self.do_set_color_temp(params)
        if any(name in params for name in ("color", "hs", "rgb", "xy")):
            self.do_set_color(params)

    def do_set_brightness(self, params: Params) -> None:
        """Dim; 0 is off."""
        self._need("brightness")
        level = _number(params, "brightness_pct", 0, 100)
        self.state["on"] = level > 0
        if level > 0:
            self.state["brightness"] = level

    def do_change_brightness(self, params: Params) -> None:
        """Dim by steps."""
        self._need("brightness")
        step = _step(params, 10)
        self.do_set_brightness({"brightness_pct": min(100, max(1, _value(self.state["brightness"]) + step))})

    def do_set_color_temp(self, params: Params) -> None:
        """Make it white of a temperature."""
        self._need("color_temp")
        self.state.update(on=True, color_temp=_number(params, "kelvin", 1000, 12000))
        if "color_mode" in self.state:
            self.state["color_mode"] = "color_temp"

    def do_change_color_temp(self, params: Params) -> None:
        """Make the white warmer or cooler."""
        self._need("color_temp")
        step = float(str(params.get("amount", 500))) * (-1 if params.get("direction") == "warmer" else 1)
        self.do_set_color_temp({"kelvin": min(6500, max(2200, _value(self.state["color_temp"]) + step))})

    def do_set_color(self, params: Params) -> None:
        """Make it coloured."""
        self._need("color_mode")
        name = next((name for name in COLOR_FIELDS if name in params), None)
        if name is None:
            raise Refusal("which colour?")
        for field in COLOR_FIELDS.values():
            self.state.pop(field, None)  # it has one colour, in the words in which it was told
        value = params[name]
        self.state[COLOR_FIELDS[name]] = tuple(value) if isinstance(value, list) else str(value)
        self.state.update(on=True, color_mode="color")

    def _need(self, field: str) -> None:
        if field not in self.state:
            raise Refusal(f"this light has no {field}")


class Plug(Switchable):
    """A plug that measures."""

    def tick(self, elapsed_s: float) -> None:
        """Draw power while on."""
        self.state["power"] = round(12 + self.chance.uniform(-1, 1), 1) if self.state["on"] else 0


class Media(Switchable):
    """A speaker or television."""

    def do_turn_on(self, params: Params) -> None:
        """Switch on, where it can be switched."""
        if "on" in self.state:
            self.state["on"] = True
        else:
            self.state["playback"] = "playing"

    def do_turn_off(self, params: Params) -> None:
        """Switch off, where it can be switched."""
        if "on" in self.state:
            self.state["on"] = False
        self.state["playback"] = "idle"

    def do_play(self, params: Params) -> None:
        """Go on."""
        self.state["playback"] = "playing"

    def do_pause(self, params: Params) -> None:
        """Pause."""
        self.state["playback"] = "paused"

    def do_stop(self, params: Params) -> None:
        """Stop."""
        self.state["playback"] = "idle"

    def do_next(self, params: Params) -> None:
        """Play the next title."""
        self.state.update(playback="playing", title=self.chance.choice(("Gymnopédie", "So What", "茉莉花")))

    do_previous = do_next

    def do_play_media(self, params: Params) -> None:
        """Play what was asked for."""
        self.state.update(playback="playing", title=str(params.get("query", "")))

    def do_set_source(self, params: Params) -> None:
        """Change the input."""
        self.state["source"] = str(params.get("source", ""))

    def do_set_volume(self, params: Params) -> None:
        """Set the volume."""
        self.state.update(volume=_number(params, "volume_pct", 0, 100), muted=False)

    def do_change_volume(self, params: Params) -> None:
        """Change the volume by steps."""
        self.state["volume"] = min(100, max(0, _value(self.state["volume"]) + _step(params, 10)))

    def do_mute(self, params: Params) -> None:
        """Be silent."""
        self.state["muted"] = True

    def do_unmute(self, params: Params) -> None:
        """Be heard again."""
        self.state["muted"] = False

    def do_announce(self, params: Params) -> None:
        """Say something; nothing of the state changes."""


class Earbuds(Media):
    """Earbuds, through their phone."""

    def do_set_noise_control(self, params: Params) -> None:
        """Change what is heard of the outside."""
        self.state["mode"] = str(params.get("mode", "off"))


class Phone(Behaviour):
    """A phone: it can be found and can speak."""

    def do_identify(self, params: Params) -> None:
        """Ring."""

    def do_announce(self, params: Params) -> None:
        """Say something."""


class Thermostat(Behaviour):
    """A thermostat; the room drifts to its target."""

    def do_set_temperature(self, params: Params) -> None:
        """Set the target."""
        self.state["target_temperature"] = _number(params, "temperature", 5, 30)
        self._act()

    def do_change_temperature(self, params: Params) -> None:
        """Change the target by steps."""
        target = _value(self.state["target_temperature"]) + _step(params, 1)
        self.do_set_temperature({"temperature": min(30, max(5, target))})

    def do_set_mode(self, params: Params) -> None:
        """Change the mode."""
        mode = str(params.get("mode"))
        if mode not in ("off", "heat", "auto"):
            raise Refusal(f"no mode {mode}")
        self.state["hvac_mode"] = mode
        self._act()

    def do_turn_on(self, params: Params) -> None:
        """Heat."""
        self.do_set_mode({"mode": "heat"})

    def do_turn_off(self, params: Params) -> None:
        """Stop heating."""
        self.do_set_mode({"mode": "off"})

    def tick(self, elapsed_s: float) -> None:
        """Let the room drift."""
        current, target = _value(self.state["current_temperature"]), _value(self.state["target_temperature"])
        rate = 0.02 if self.state["hvac_action"] == "heating" else -0.005
        self.state["current_temperature"] = round(current + rate * elapsed_s * (1 if rate > 0 else current > target), 2)
        self._act()

    def _act(self) -> None:
        is_cold = _value(self.state["current_temperature"]) < _value(self.state["target_temperature"])
        is_on = self.state["hvac_mode"] != "off"
        self.state["hvac_action"] = "heating" if is_cold and is_on else ("idle" if is_on else "off")


class Fan(Switchable):
    """A fan with a speed."""

    def do_set_speed(self, params: Params) -> None:
        """Set the speed; 0 is off."""
        speed = _number(params, "speed_pct", 0, 100)
        self.state["on"] = speed > 0
        if speed > 0:
            self.state["fan_speed"] = speed

    def do_change_speed(self, params: Params) -> None:
        """Change the speed by steps."""
        self.do_set_speed({"speed_pct": min(100, max(0, _value(self.state["fan_speed"]) + _step(params, 20)))})

    def do_set_oscillating(self, params: Params) -> None:
        """Swing, or not."""
        self.state["oscillating"] = bool(params.get("on"))


class Cover(Behaviour):
    """A blind, curtain or garage door: it takes its time."""

    travel_s = COVER_TRAVEL_S

    def __init__(self, state: State, chance: random.Random) -> None:
        super().__init__(state, chance)
        self._target: float | None = None
        self._exact = _value(self.state["position"])

    def do_open(self, params: Params) -> None:
        """Open."""
        self._go(100)

    def do_close(self, params: Params) -> None:
        """Close."""
        self._go(0)

    def do_set_position(self, params: Params) -> None:
        """Go to a position, 100 is open."""
        self._go(_number(params, "position", 0, 100))

    def do_change_position(self, params: Params) -> None:
        """Go a step up or down."""
        self._go(min(100, max(0, self._exact + _step(params, 20))))

    def do_stop(self, params: Params) -> None:
        """Stay where it is."""
        self._target = None
        self.state["cover_state"] = "closed" if self._exact <= 0 else ("open" if self._exact >= 100 else "stopped")

    def tick(self, elapsed_s: float) -> None:
        """Move on."""
        if self._target is None:
            return
        step = 100 / self.travel_s * elapsed_s
        rest = self._target - self._exact
        self._exact = self._target if abs(rest) <= step else self._exact + (step if rest > 0 else -step)
        self.state["position"] = round(self._exact)
        if self._exact == self._target:
            self._target = None
            self.state["cover_state"] = "closed" if self._exact <= 0 else "open"

    def _go(self, target: float) -> None:
        self._target = float(target)
        if self._target != self._exact:
            self.state["cover_state"] = "opening" if self._target > self._exact else "closing"


class Lock(Behaviour):
    """A door lock: the bolt needs a moment."""

    def __init__(self, state: State, chance: random.Random) -> None:
        super().__init__(state, chance)
        self._left_s = 0.0

    def do_lock(self, params: Params) -> None:
        """Lock."""
        self._turn("locked", "locking")

    def do_unlock(self, params: Params) -> None:
        """Unlock."""
        self._turn("unlocked", "unlocking")

    def tick(self, elapsed_s: float) -> None:
        """Let the bolt move on."""
        if self._left_s > 0:
            self._left_s -= elapsed_s
            if self._left_s <= 0:
                self.state["lock"] = self._end

    def _turn(self, end: str, moving: str) -> None:
        if self.state["lock"] != end:
            self._end, self._left_s = end, LOCK_TURN_S
            self.state["lock"] = moving


class Vacuum(Behaviour):
    """A robot vacuum: cleans for a while, goes home, charges."""

    def __init__(self, state: State, chance: random.Random) -> None:
        super().__init__(state, chance)
        self._left_s = 0.0

    def do_start(self, params: Params) -> None:
        """Clean."""
        self.state["vacuum_state"], self._left_s = "cleaning", CLEANING_S

    def do_clean_area(self, params: Params) -> None:
        """Clean a room."""
        self.do_start(params)
        self.state["area"] = str(params.get("area", ""))

    def do_pause(self, params: Params) -> None:
        """Wait."""
        self.state["vacuum_state"] = "paused"

    def do_stop(self, params: Params) -> None:
        """Stand still."""
        self.state["vacuum_state"] = "idle"

    def do_return_to_base(self, params: Params) -> None:
        """Go home."""
        if self.state["vacuum_state"] != "docked":
            self.state["vacuum_state"], self._left_s = "returning", RETURN_S

    def do_locate(self, params: Params) -> None:
        """Chirp."""

    def tick(self, elapsed_s: float) -> None:
        """Clean on, drive on, or charge."""
        state = self.state["vacuum_state"]
        if state in ("cleaning", "returning"):
            self._left_s -= elapsed_s
            if self._left_s <= 0 and state == "cleaning":
                self.do_return_to_base({})
            elif self._left_s <= 0:
                self.state["vacuum_state"] = "docked"


class Appliance(Switchable):
    """A machine that runs a programme."""

    def __init__(self, state: State, chance: random.Random) -> None:
        super().__init__(state, chance)
        self._left_s = 0.0

    def do_start(self, params: Params) -> None:
        """Run the programme."""
        self.state.update(on=True, action="running")
        self._left_s = PROGRAMME_S

    def do_pause(self, params: Params) -> None:
        """Pause the programme."""
        self.state["action"] = "paused"

    def do_stop(self, params: Params) -> None:
        """End the programme."""
        self.state["action"] = "idle"

    def do_turn_off(self, params: Params) -> None:
        """Switch off, whatever it does."""
        self.state.update(on=False, action="idle")

    def tick(self, elapsed_s: float) -> None:
        """Run on."""
        if self.state["action"] == "running":
            self._left_s -= elapsed_s
            if self._left_s <= 0:
                self.state["action"] = "done"
        self.state["remaining_min"] = max(0, round(self._left_s / 60)) if self.state["action"] == "running" else 0


class Sensor(Behaviour):
    """Something that measures: temperature and humidity drift slowly."""

    def tick(self, elapsed_s: float) -> None:
        """Drift."""
        for name, spread in (("temperature", 0.02), ("humidity", 0.1)):
            if name in self.state and self.chance.random() < 0.05:
                self.state[name] = round(_value(self.state[name]) + self.chance.uniform(-spread, spread), 2)


def _number(params: Params, name: str, low: float, high: float) -> float:
    value = params.get(name)
    if not isinstance(value, int | float) or isinstance(value, bool) or not low <= value <= high:
        raise Refusal(f"{name} has to be {low} to {high}")
    return value


def _step(params: Params, default: float) -> float:
    amount = params.get("amount", default)
    size = float(amount) if isinstance(amount, int | float) else default
    return size if params.get("direction") == "up" else -size


def _value(value: StateScalar) -> float:
    return float(value) if isinstance(value, int | float) else 0.0

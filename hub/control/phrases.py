"""Effects and receipts as phrases: grouped by what is done, with the devices' own names."""

from collections.abc import Sequence
from dataclasses import dataclass

from hub.contracts.messages import Params, ParamValue
from hub.contracts.skill import Effect, HomeView
from hub.control.wording import Wording

_UNITS = {
    "brightness_pct": "{} %",
    "position": "{} %",
    "tilt": "{} %",
    "humidity": "{} %",
    "speed_pct": "{} %",
    "volume_pct": "{} %",
    "kelvin": "{} K",
}
_DEGREES = frozenset({"temperature", "low", "high"})
_PLAIN = ("color", "effect", "mode", "preset", "query", "source", "group", "option", "value", "to", "text", "area")


@dataclass(frozen=True, slots=True, kw_only=True)
class Phraser:
    """Puts effects into words for one home, language and unit of temperature."""

    words: Wording
    home: HomeView
    temperature_unit: str = "C"

    def actions(self, effects: Sequence[Effect]) -> str:
        """Return "turn off the TV and set the bedroom thermostat to 20 °C": what would be done."""
        groups = group_by_action(effects)
        return self.words.join([self.phrase("do", group[0], [e.device or "" for e in group]) for group in groups])

    def phrase(self, table: str, effect: Effect, devices: Sequence[str]) -> str:
        """Return the phrase of a table (do, done, going) for one action on several devices."""
        value = self.value(effect.params)
        direction = effect.params.get("direction")
        keys = [f"{effect.command}.{direction}"] if isinstance(direction, str) else []
        keys += [f"{effect.command}.value"] if value and effect.command == "turn_on" else []
        key = next((key for key in (*keys, effect.command) if self.words.find(table, key) is not None), "default")
        command = effect.command.replace("_", " ")
        return self.words.say(table, key, value=value, command=command, **self.subject(devices))

    def subject(self, devices: Sequence[str]) -> dict[str, str]:
        """Return `what` and the words that agree with its number."""
        number = "one" if len(set(devices)) == 1 else "many"
        agreeing = {word: self.words.say("word", f"{word}_{number}") for word in ("is", "has", "was", "it", "does")}
        return {"what": self.words.devices(devices, self.home), **agreeing}

    def value(self, params: Params) -> str:
        """Return the parameter that people would name, in the owner's units; "" for none."""
        parts = [self._named(name, params[name]) for name in (*_UNITS, *sorted(_DEGREES), *_PLAIN) if name in params]
        if "low" in params and "high" in params:
            return "–".join(self._named(name, params[name]) for name in ("low", "high"))
        return parts[0] if parts else ""

    def _named(self, name: str, value: ParamValue) -> str:
        if isinstance(value, int | float) and not isinstance(value, bool):
            if name in _DEGREES:
                return self._degrees(float(value))
            return _UNITS.get(name, "{}").replace("{}", f"{round(value, 1):g}")
        if name == "area":
            area = next((area for area in self.home.areas() if area.id == value), None)
            return self.words.area(area) if area else str(value)
        return (self.words.find("color", str(value)) if name == "color" else None) or str(value)

    def _degrees(self, celsius: float) -> str:
        if self.temperature_unit == "F":
            return f"{celsius * 9 / 5 + 32:.0f} °F"
        return f"{round(celsius, 1):g} °C"


def group_by_action(effects: Sequence[Effect]) -> list[list[Effect]]:
    """Return the effects in groups of the same command, parameters and time, in order of first appearance."""
    groups: list[list[Effect]] = []
    for effect in effects:
        for group in groups:
            first = group[0]
            if (first.command, first.params, first.when) == (effect.command, effect.params, effect.when):
                group.append(effect)
                break
        else:
            groups.append([effect])
    return groups

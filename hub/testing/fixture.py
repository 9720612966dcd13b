"""A home on paper: devices with their state as a value, in the shapes that skills and grounding get."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from hub.contracts.device import Area, Device, Floor, StateScalar, StateValue
from hub.understanding.index import HomeIndex, IndexedDevice

_ACTIVE_FIELDS: Mapping[str, frozenset[StateScalar]] = {
    "on": frozenset({True}),
    "playback": frozenset({"playing"}),
    "cover_state": frozenset({"open", "opening", "stopped"}),
    "valve_state": frozenset({"open", "opening"}),
    "lock": frozenset({"unlocked", "unlocking"}),
    "vacuum_state": frozenset({"cleaning", "returning"}),
    "hvac_mode": frozenset({"heat", "cool", "auto", "heat_cool", "dry", "fan_only"}),
    "contact_open": frozenset({True}),
    "motion": frozenset({True}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FixtureHome:
    """A home on paper; a HomeView by itself.

    Attributes:
        states_of: device id to its state fields.
        classes: device id to a class finer than the kind ("blind", "garage").
        temperature_unit: what the household reads: "C" or "F"; states are always °C.
    """

    all_devices: tuple[Device, ...] = ()
    all_areas: tuple[Area, ...] = ()
    all_floors: tuple[Floor, ...] = ()
    states_of: Mapping[str, Mapping[str, StateValue]] = field(default_factory=dict)
    classes: Mapping[str, str] = field(default_factory=dict)
    temperature_unit: str = "C"

    def devices(self) -> Sequence[Device]:
        """Return the devices in their order."""
        return self.all_devices

    def device(self, device_id: str) -> Device | None:
        """Return the device of that id, None where there is none."""
        return next((device for device in self.all_devices if device.id == device_id), None)

    def state(self, device_id: str, field: str) -> StateValue | None:
        """Return the value of a state field."""
        return self.states(device_id).get(field)

    def states(self, device_id: str) -> Mapping[str, StateValue]:
        """Return all state fields of a device."""
        return self.states_of.get(device_id, {})

    def areas(self) -> Sequence[Area]:
        """Return the areas."""
        return self.all_areas

    def floors(self) -> Sequence[Floor]:
        """Return the floors."""
        return self.all_floors

    def index(self) -> HomeIndex:
        """Return the home as grounding reads it."""
        return HomeIndex.build([self._indexed(device) for device in self.all_devices], self.all_areas, self.all_floors)

    def with_state(self, device_id: str, values: Mapping[str, StateValue]) -> "FixtureHome":
        """Return the home after a device has reported."""
        states = {**self.states_of, device_id: {**self.states(device_id), **values}}
        return replace(self, states_of=states)

    def without(self, device_id: str) -> "FixtureHome":
        """Return the home as if a device had never reported."""
        return replace(self, states_of={name: values for name, values in self.states_of.items() if name != device_id})

    def _indexed(self, device: Device) -> IndexedDevice:
        return IndexedDevice(
            id=device.id,
            names=(device.name, *device.aliases),
            area=device.area,
            kind=device.kind,
            device_class=self.classes.get(device.id, ""),
            capabilities=frozenset(name for names in device.components.values() for name in names),
            owner=device.owner,
            is_on=self._is_on(device.id),
        )

    def _is_on(self, device_id: str) -> bool | None:
        states = self.states(device_id)
        on = states.get("on")
        if on is not None and on.value is False:
            return False
        known = [(name, value.value) for name, value in states.items() if name in _ACTIVE_FIELDS]
        telling = [(name, value) for name, value in known if name != "on"] or known
        return any(value in _ACTIVE_FIELDS[name] for name, value in telling) if telling else None

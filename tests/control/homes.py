"""A small home held in memory, and askers, for the tests of control."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from hub.contracts.capability import Capability
from hub.contracts.device import (
    Area,
    Availability,
    Device,
    DeviceKind,
    Floor,
    Source,
    StateScalar,
    StateValue,
)
from hub.contracts.messages import Asker, Channel, Request

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
OWNER = Asker(id="owner", channel=Channel.CONSOLE)
STRANGER = Asker(id="device:stranger", channel=Channel.MQTT, device="stranger", is_verified=False)
ANA = Asker(id="person:ana", channel=Channel.HTTP, person="Ana")


def device(
    device_id: str,
    name: str,
    kind: DeviceKind,
    capabilities: str | Mapping[str, Capability],
    *,
    area: str | None = None,
    is_online: bool = True,
    is_adopted: bool = True,
    component: str = "",
) -> Device:
    """Return a device with these capabilities ("on_off brightness") on one component."""
    if isinstance(capabilities, str):
        capabilities = {item: Capability(name=item) for item in capabilities.split()}
    return Device(
        id=device_id,
        name=name,
        kind=kind,
        area=area,
        sources=(Source(dialect="native", address=device_id),),
        components={component: capabilities},
        availability=Availability(is_online=is_online),
        is_adopted=is_adopted,
    )


THERMOSTAT = {
    "thermostat": Capability(name="thermostat", minimum=5, maximum=30, options=("off", "heat", "auto"), unit="°C")
}

DEVICES = (
    device("ceiling", "Kitchen ceiling light", DeviceKind.LIGHT, "on_off brightness", area="kitchen"),
    device("counter", "Counter light", DeviceKind.LIGHT, "on_off brightness", area="kitchen"),
    device("island", "Island light", DeviceKind.LIGHT, "on_off", area="kitchen"),
    device("desk", "Desk lamp", DeviceKind.LIGHT, "on_off brightness color color_temp", area="bedroom"),
    device("tv", "TV", DeviceKind.TV, "on_off media_player volume", area="living_room"),
    device("blind", "Bedroom blind", DeviceKind.COVER, "cover cover_position", area="bedroom"),
    device("front", "Front door", DeviceKind.LOCK, "lock", area="hall"),
    device("garage", "Garage door", DeviceKind.GARAGE_DOOR, "cover cover_position", area="hall"),
    device("heat", "Bedroom thermostat", DeviceKind.THERMOSTAT, THERMOSTAT, area="bedroom"),
    device("oven", "Oven", DeviceKind.OVEN, "on_off oven", area="kitchen"),
    device("siren", "Siren", DeviceKind.SIREN, "siren on_off"),
    device("panel", "Alarm", DeviceKind.ALARM_PANEL, "alarm_panel"),
    device("plug", "Attic plug", DeviceKind.PLUG, "on_off", is_online=False),
    device("new", "New lamp", DeviceKind.LIGHT, "on_off", is_adopted=False),
    device("water", "Main valve", DeviceKind.VALVE, "valve valve_position"),
    device("bridge", "Bridge", DeviceKind.BRIDGE, "reboot update identify"),
)
AREAS = (
    Area(id="kitchen", name="Kitchen"),
    Area(id="bedroom", name="Bedroom"),
    Area(id="living_room", name="Living room"),
    Area(id="hall", name="Hall"),
)


class FakeHome:
    """A HomeView over plain values; `report` is what a device says."""

    def __init__(self, devices: Sequence[Device] = DEVICES, areas: Sequence[Area] = AREAS) -> None:
        self._devices = {item.id: item for item in devices}
        self._areas = tuple(areas)
        self._states: dict[str, dict[str, StateValue]] = {item.id: {} for item in devices}

    def devices(self) -> Sequence[Device]:
        return tuple(self._devices.values())

    def device(self, device_id: str) -> Device | None:
        return self._devices.get(device_id)

    def state(self, device_id: str, field: str) -> StateValue | None:
        return self._states.get(device_id, {}).get(field)

    def states(self, device_id: str) -> Mapping[str, StateValue]:
        return self._states.get(device_id, {})

    def areas(self) -> Sequence[Area]:
        return self._areas

    def floors(self) -> Sequence[Floor]:
        return ()

    def report(
        self,
        device_id: str,
        at: datetime = NOW,
        *,
        is_retained: bool = False,
        is_assumed: bool = False,
        **states: StateScalar,
    ) -> None:
        for name, value in states.items():
            self._states[device_id][name] = StateValue(
                value=value, ts=at, source=f"native:{device_id}", is_retained=is_retained, is_assumed=is_assumed
            )


def request(text: str, asker: Asker = OWNER, *, at: datetime | None = NOW, session: str | None = None) -> Request:
    """Return a request of the owner, said now."""
    return Request(text=text, asker=asker, at=at, session=session)

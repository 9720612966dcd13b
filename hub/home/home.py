"""The home: devices, their states and places, changed by what drivers observe and by what the owner says."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from hub.contracts.device import Area, Availability, Description, Device, Floor, Source, StateValue
from hub.contracts.driver import (
    Changed,
    Fired,
    Found,
    Gone,
    Observation,
    Problem,
    ProblemKind,
    Reachable,
    Resulted,
)
from hub.contracts.ids import is_topic_id, new_id
from hub.home.changes import (
    AreaAdded,
    AvailabilityChanged,
    CommandResulted,
    DeviceAdded,
    DeviceRemoved,
    DeviceUpdated,
    EventFired,
    HomeChange,
    ProblemSeen,
    StateChanged,
)
from hub.home.describe import Overrides, OverrideValue, describe, unknown_capabilities
from hub.home.indexing import build_index
from hub.home.places import Places
from hub.understanding.index import HomeIndex

PROBLEMS_LIMIT = 1000
STATE_FIELDS_LIMIT = 500  # of one device; beyond this it is no device but a flood
ONE_SOURCE_KEY = tuple[str, str]


class Home:
    """The registry; every reading is of the moment, and nothing here waits."""

    def __init__(
        self,
        *,
        devices: Iterable[Device] = (),
        areas: Iterable[Area] = (),
        floors: Iterable[Floor] = (),
        states: Mapping[str, Mapping[str, StateValue]] | None = None,
        overrides: Mapping[str, Overrides] | None = None,
    ) -> None:
        self._places = Places(areas, floors)
        self._overrides: dict[str, dict[str, OverrideValue]] = {k: dict(v) for k, v in (overrides or {}).items()}
        self._devices: dict[str, Device] = {}
        self._descriptions: dict[str, dict[ONE_SOURCE_KEY, Description]] = {}
        self._by_source: dict[ONE_SOURCE_KEY, str] = {}
        self._by_ids: dict[str, str] = {}
        self._online: dict[str, dict[ONE_SOURCE_KEY, bool]] = {}
        self._states: dict[str, dict[str, StateValue]] = {}
        self._problems: dict[tuple[str, ProblemKind], Problem] = {}
        self._index: HomeIndex | None = None
        for device in devices:
            self._restore(device)
        for device_id, fields in (states or {}).items():  # what an earlier process knew is shown, and confirms nothing
            self._states[device_id] = {name: replace(value, is_retained=True) for name, value in fields.items()}

    # Reading

    def devices(self) -> Sequence[Device]:
        """Return all devices, in the order in which they were found."""
        return tuple(self._devices.values())

    def device(self, device_id: str) -> Device | None:
        """Return the device of that id."""
        return self._devices.get(device_id)

    def state(self, device_id: str, field: str) -> StateValue | None:
        """Return the last known value of a state field."""
        return self._states.get(device_id, {}).get(field)

    def states(self, device_id: str) -> Mapping[str, StateValue]:
        """Return all known state fields of a device."""
        return self._states.get(device_id, {})

    def areas(self) -> Sequence[Area]:
        """Return the areas."""
        return tuple(self._places.areas.values())

    def floors(self) -> Sequence[Floor]:
        """Return the floors."""
        return tuple(self._places.floors.values())

    def problems(self) -> Sequence[Problem]:
        """Return what announcements got wrong, oldest first."""
        return tuple(self._problems.values())

    def resolve(self, source: Source) -> str | None:
        """Return the id of the device that is seen through the source."""
        return self._by_source.get((source.dialect, source.address))

    def index(self) -> HomeIndex:
        """Return the index that grounding reads, kept until something in it changes."""
        if self._index is None:
            self._index = build_index(self.devices(), self.areas(), self.floors())
        return self._index

    # Observations

    def apply(self, observation: Observation, now: datetime) -> tuple[HomeChange, ...]:
        """Take what a driver observed; return what it changed. What makes no sense changes nothing."""
        match observation:
            case Found():
                return self._found(observation, now)
            case Problem():
                return self._problem(observation)
            case _:
                device_id = self.resolve(observation.source)
                if device_id is None:
                    return ()
        match observation:
            case Changed():
                return self._changed(device_id, observation, now)
            case Reachable():
                return self._reachable(device_id, observation, now)
            case Gone():
                return self._gone(device_id, observation)
            case Fired():
                return (
                    EventFired(
                        device=device_id,
                        type=observation.type,
                        component=observation.component,
                        data=observation.data,
                    ),
                )
            case Resulted():
                return (
                    CommandResulted(
                        device=device_id,
                        command=observation.command,
                        is_ok=observation.is_ok,
                        reason=observation.reason,
                    ),
                )

    def _found(self, found: Found, now: datetime) -> tuple[HomeChange, ...]:
        description = found.description
        key = (description.source.dialect, description.source.address)
        device_id = self._by_source.get(key) or self._by_identity(description) or self._new_device_id(description)
        before = self._devices.get(device_id)
        if found.needs_adoption and before is not None and before.is_adopted:
            return ()  # it has its login already, and says more over the broker
        self._remember(device_id, key, description)
        area, is_new_area = self._places.place(description.area, description.floor)
        online = self._online.setdefault(device_id, {})
        online.setdefault(key, True)
        self._devices[device_id] = self._described(device_id, area, is_adopted=not found.needs_adoption, last_seen=now)
        changes = self._told(before, device_id)
        if is_new_area and area is not None:
            changes = (AreaAdded(area=area), *changes)
        return (*self._unknown(description), *changes)

    def _described(self, device_id: str, area: str | None, *, is_adopted: bool, last_seen: datetime | None) -> Device:
        before = self._devices.get(device_id)
        online = self._is_online(device_id)
        return describe(
            device_id,
            list(self._descriptions[device_id].values()),
            self._overrides.get(device_id, {}),
            area=area or (before.area if before else None),
            availability=Availability(is_online=online, last_seen=last_seen),
            is_adopted=is_adopted,
        )

    def _told(self, before: Device | None, device_id: str) -> tuple[HomeChange, ...]:
        after = self._devices[device_id]
        if before is None:
            self._index = None
            return (DeviceAdded(device=after),)
        if replace(before, availability=after.availability) == after:
            return ()
        self._index = None
        return (DeviceUpdated(device=after),)

    def _changed(self, device_id: str, changed: Changed, now: datetime) -> tuple[HomeChange, ...]:
        fields = self._states.setdefault(device_id, {})
        changes: list[HomeChange] = []
        for name, value in changed.states.items():
            if name not in fields and len(fields) >= STATE_FIELDS_LIMIT:
                continue
            new = StateValue(
                value=value,
                ts=now,
                source=changed.source.dialect,
                is_assumed=changed.is_assumed,
                is_retained=changed.is_retained,
            )
            changes.append(StateChanged(device=device_id, field=name, old=fields.get(name), new=new))
            fields[name] = new
        if changed.is_complete:
            for name in fields.keys() - changed.states.keys():
                del fields[name]
        self._seen(device_id, now)
        return tuple(changes)

    def _reachable(self, device_id: str, reachable: Reachable, now: datetime) -> tuple[HomeChange, ...]:
        if reachable.is_hint and not reachable.is_online and self._devices[device_id].is_adopted:
            return ()  # a goodbye on the network is no last will
        key = (reachable.source.dialect, reachable.source.address)
        self._online.setdefault(device_id, {})[key] = reachable.is_online
        changes: list[HomeChange] = []
        for affected in (device_id, *self._reached_via(device_id)):
            device = self._devices[affected]
            online = self._is_online(affected)
            if online == device.availability.is_online:
                continue
            seen = now if online else device.availability.last_seen
            self._devices[affected] = replace(device, availability=Availability(is_online=online, last_seen=seen))
            changes.append(AvailabilityChanged(device=affected, is_online=online))
        return tuple(changes)

    def _gone(self, device_id: str, gone: Gone) -> tuple[HomeChange, ...]:
        key = (gone.source.dialect, gone.source.address)
        self._by_source.pop(key, None)
        descriptions = self._descriptions.get(device_id, {})
        descriptions.pop(key, None)
        self._online.get(device_id, {}).pop(key, None)
        if not descriptions:
            return self.forget(device_id, reason=gone.reason)
        before = self._devices[device_id]
        self._devices[device_id] = self._described(
            device_id, before.area, is_adopted=before.is_adopted, last_seen=before.availability.last_seen
        )
        return self._told(before, device_id)

    def _problem(self, problem: Problem) -> tuple[HomeChange, ...]:
        key = (problem.where, problem.kind)
        if key in self._problems or len(self._problems) >= PROBLEMS_LIMIT:
            return ()
        self._problems[key] = problem
        return (ProblemSeen(problem=problem),)

    def _unknown(self, description: Description) -> tuple[HomeChange, ...]:
        names = unknown_capabilities(description.components)
        if not names:
            return ()
        what = f"capabilities that this hub does not know were left out: {', '.join(names[:10])}"
        where = f"{description.source.dialect}:{description.source.address}"
        return self._problem(Problem(where=where, kind=ProblemKind.UNKNOWN_CAPABILITY, what=what))

    # The owner's word

    def rename(self, device_id: str, name: str) -> tuple[HomeChange, ...]:
        """Call a device what the owner calls it; its announced name stays an alias."""
        return self._override(device_id, "name", name)

    def set_aliases(self, device_id: str, aliases: tuple[str, ...]) -> tuple[HomeChange, ...]:
        """Set the further names of a device."""
        return self._override(device_id, "aliases", aliases)

    def set_area(self, device_id: str, area: str | None) -> tuple[HomeChange, ...]:
        """Say in which area (by id) a device stands; None takes the owner's word back."""
        return self._override(device_id, "area", area)

    def set_owner(self, device_id: str, owner: str | None) -> tuple[HomeChange, ...]:
        """Say whose a device is; None takes the owner's word back."""
        return self._override(device_id, "owner", owner)

    def set_adopted(self, device_id: str, is_adopted: bool) -> tuple[HomeChange, ...]:
        """Say whether a device has a login, and so may be used."""
        before = self._devices.get(device_id)
        if before is None or before.is_adopted == is_adopted:
            return ()
        self._devices[device_id] = replace(before, is_adopted=is_adopted)
        return self._told(before, device_id)

    def add_area(self, area: Area) -> tuple[HomeChange, ...]:
        """Add an area, or replace the one of that id."""
        self._places.areas[area.id] = area
        self._index = None
        return (AreaAdded(area=area.id),)

    def forget(self, device_id: str, reason: str = "forgotten by the owner") -> tuple[HomeChange, ...]:
        """Remove a device with its state; what the owner set stays for when it comes back."""
        device = self._devices.pop(device_id, None)
        if device is None:
            return ()
        self._by_source = {key: found for key, found in self._by_source.items() if found != device_id}
        self._by_ids = {key: found for key, found in self._by_ids.items() if found != device_id}
        self._descriptions.pop(device_id, None)
        self._online.pop(device_id, None)
        self._states.pop(device_id, None)
        self._index = None
        return (DeviceRemoved(device=device, reason=reason),)

    def _override(self, device_id: str, field: str, value: OverrideValue | None) -> tuple[HomeChange, ...]:
        before = self._devices.get(device_id)
        if before is None:
            return ()
        mine = self._overrides.setdefault(device_id, {})
        if value is None:
            mine.pop(field, None)
        else:
            mine[field] = value
        announced = next(iter(self._descriptions[device_id].values()))
        area, _ = self._places.place(announced.area, announced.floor)
        self._devices[device_id] = describe(
            device_id,
            list(self._descriptions[device_id].values()),
            mine,
            area=area,
            availability=before.availability,
            is_adopted=before.is_adopted,
        )
        return self._told(before, device_id)

    # Bookkeeping

    def _restore(self, device: Device) -> None:
        self._devices[device.id] = replace(device, availability=replace(device.availability, is_online=False))
        for source in device.sources:
            key = (source.dialect, source.address)
            self._remember(device.id, key, _description_of(device, source))

    def _remember(self, device_id: str, key: ONE_SOURCE_KEY, description: Description) -> None:
        self._descriptions.setdefault(device_id, {})[key] = description
        self._by_source[key] = device_id
        for identity in description.ids:
            self._by_ids.setdefault(identity, device_id)

    def _by_identity(self, description: Description) -> str | None:
        return next((self._by_ids[one] for one in sorted(description.ids) if one in self._by_ids), None)

    def _new_device_id(self, description: Description) -> str:
        address = description.source.address
        return address if is_topic_id(address) and address not in self._devices else new_id()

    def _is_online(self, device_id: str) -> bool:
        own = self._online.get(device_id, {})
        via = next((d.via for d in self._descriptions.get(device_id, {}).values() if d.via), None)
        through = self._devices.get(via) if via else None
        return any(own.values()) and (through is None or through.availability.is_online)

    def _reached_via(self, device_id: str) -> list[str]:
        return [device.id for device in self._devices.values() if device.via == device_id and device.id != device_id]

    def _seen(self, device_id: str, now: datetime) -> None:
        device = self._devices[device_id]
        self._devices[device_id] = replace(device, availability=replace(device.availability, last_seen=now))


def _description_of(device: Device, source: Source) -> Description:
    """Return what a stored device once announced, as far as it is needed until it announces itself again."""
    return Description(
        source=source,
        name=device.name,
        kind=device.kind,
        aliases=device.aliases,
        area=device.area,
        owner=device.owner,
        manufacturer=device.manufacturer,
        model=device.model,
        ids=device.ids,
        via=device.via,
        language=device.language,
        scenario=device.scenario,
        components=device.components,
    )

"""The home: devices, their states and places, changed by what drivers observe and by what the owner says."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from hub.contracts.device import Area, Device, Floor, Source, StateValue
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
from hub.contracts.skill import HomeView
from hub.home.changes import (
    AreaAdded,
    CommandResulted,
    DeviceAdded,
    DeviceRemoved,
    DeviceUpdated,
    EventFired,
    HomeChange,
    ProblemSeen,
    StateChanged,
)
from hub.home.describe import Overrides, OverrideValue, describe, description_of, unknown_capabilities
from hub.home.indexing import ACTIVE, build_index, refresh_activity
from hub.home.places import Places
from hub.home.presence import Presence
from hub.home.sources import Sources
from hub.understanding.index import HomeIndex

PROBLEMS_LIMIT = 1000
STATE_FIELDS_LIMIT = 500  # of one device; beyond this it is no device but a flood
NOT_ADOPTED_LIMIT = 200  # devices only seen on the network: anyone in it can announce thousands


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
        self._sources = Sources()
        self._presence = Presence(self._devices, self._sources)
        self._states: dict[str, dict[str, StateValue]] = {}
        self._problems: dict[tuple[str, ProblemKind], Problem] = {}
        self._index: HomeIndex | None = None
        self._has_new_activity = False
        for device in devices:
            self._devices[device.id] = replace(device, availability=replace(device.availability, is_online=False))
            for source in device.sources:
                self._sources.put(device.id, description_of(device, source))
        for device_id, fields in (states or {}).items():  # what an earlier process knew is shown, and confirms nothing
            self._states[device_id] = {name: replace(value, is_retained=True) for name, value in fields.items()}

    # Reading

    def view(self) -> HomeView:
        """Return the whole home to read from; it follows every change."""
        return self

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
        return self._sources.device_of(source)

    def routes(self, device_id: str) -> Sequence[Source]:
        """Return the sources through which the device can be told something now, the best first."""
        return self._sources.routes(device_id)

    def index(self) -> HomeIndex:
        """Return the index that grounding reads, kept until something in it changes."""
        if self._index is None:
            self._index = build_index(self.devices(), self.areas(), self.floors(), self.states)
        elif self._has_new_activity:
            self._index = refresh_activity(self._index, self.states)
        self._has_new_activity = False
        return self._index

    # Observations

    def apply(self, observation: Observation, now: datetime) -> tuple[HomeChange, ...]:
        """Take what a driver observed; return what it changed. What makes no sense changes nothing."""
        match observation:
            case Found():
                return self._found(observation, now)
            case Problem():
                return self._problem(observation)
        device_id = self.resolve(observation.source)
        if device_id is None:
            return ()
        match observation:
            case Changed():
                return self._changed(device_id, observation, now)
            case Reachable():
                return self._reachable(device_id, observation, now)
            case Gone():
                return self._gone(device_id, observation, now)
            case Fired(type=kind, component=component, data=data):
                return (EventFired(device=device_id, type=kind, component=component, data=data),)
            case Resulted(command=command, is_ok=is_ok, reason=reason):
                return (CommandResulted(device=device_id, command=command, is_ok=is_ok, reason=reason),)

    def settle(self, now: datetime) -> tuple[HomeChange, ...]:
        """Return the comings and goings that were held back because a device came and went too often."""
        return self._presence.settle(now)

    def has_unsettled(self) -> bool:
        """Tell whether `settle` will have something to tell."""
        return self._presence.has_unsettled()

    def _found(self, found: Found, now: datetime) -> tuple[HomeChange, ...]:
        description = found.description
        known = self.resolve(description.source)
        others = tuple(one for one in self._sources.devices_with(description.ids) if one != known)
        if found.needs_adoption:
            before = self._devices.get(known or (others[0] if others else ""))
            if before is not None and before.is_adopted:
                return ()  # it has its login already, and says more over the broker
            if before is None and sum(not device.is_adopted for device in self._devices.values()) >= NOT_ADOPTED_LIMIT:
                return self._problem(_too_many(description.source.dialect))
            others = others if known is None else ()
        device_id = known or (others[0] if others else self._new_device_id(description.source.address))
        merged = [change for other in others if other != device_id for change in self._merge(other, device_id)]
        self._sources.put(device_id, description)
        self._sources.see(description.source)
        changes = self._describe(device_id, is_adopted=not found.needs_adoption)
        arrivals = self._presence.update(device_id, now)
        self._presence.see(device_id, now)
        return (*self._unknown(found), *merged, *changes, *arrivals)

    def _merge(self, device_id: str, into: str) -> tuple[HomeChange, ...]:
        """Two devices turned out to be one: the older id stays, the newest state counts."""
        device = self._devices.pop(device_id)
        self._sources.move(device_id, into)
        self._presence.end(device_id)
        mine = self._states.setdefault(into, {})
        for name, value in self._states.pop(device_id, {}).items():
            if name not in mine or mine[name].ts < value.ts:
                mine[name] = value
        self._index = None
        return (DeviceRemoved(device=device, reason=f"is the same device as {into}"),)

    def _describe(self, device_id: str, *, is_adopted: bool) -> tuple[HomeChange, ...]:
        """Make the device anew from what its sources and the owner say; return what that changed."""
        before = self._devices.get(device_id)
        descriptions = self._sources.descriptions(device_id)
        placed = next((one for one in descriptions if one.area), None)
        area, has_new_place = None, False
        if placed is not None:  # who is not adopted does not make rooms
            area, has_new_place = self._places.place(placed.area, placed.floor, may_add=is_adopted)
        availability = self._presence.of(device_id)
        after = describe(
            device_id,
            descriptions,
            self._overrides.get(device_id, {}),
            area=area,
            availability=availability,
            is_adopted=is_adopted,
        )
        self._devices[device_id] = after
        places = (AreaAdded(area=area),) if has_new_place and area is not None else ()
        if before is None:
            self._presence.begin(device_id)
            changes: tuple[HomeChange, ...] = (DeviceAdded(device=after),)
        else:
            same = replace(before, availability=availability) == after
            changes = () if same else (DeviceUpdated(device=after),)
        if changes or places:
            self._index = None
        return (*places, *changes)

    def _changed(self, device_id: str, changed: Changed, now: datetime) -> tuple[HomeChange, ...]:
        fields = self._states.setdefault(device_id, {})
        changes: list[HomeChange] = []
        for name, value in changed.states.items():
            old = fields.get(name)
            if old is None and len(fields) >= STATE_FIELDS_LIMIT:
                continue
            new = StateValue(
                value=value,
                ts=now,
                source=changed.source.dialect,
                is_assumed=changed.is_assumed,
                is_retained=changed.is_retained,
            )
            changes.append(StateChanged(device=device_id, field=name, old=old, new=new))
            fields[name] = new
            if (old is None or old.value != value) and name.rpartition(".")[2] in ACTIVE:
                self._has_new_activity = True
        if changed.is_complete:
            for name in fields.keys() - changed.states.keys():
                del fields[name]
                self._has_new_activity = True
        if not changed.is_retained:  # the broker's memory is no sign of life
            self._presence.see(device_id, now)
        return tuple(changes)

    def _reachable(self, device_id: str, reachable: Reachable, now: datetime) -> tuple[HomeChange, ...]:
        if reachable.is_hint and not reachable.is_online and self._devices[device_id].is_adopted:
            return ()  # a goodbye on the network is no last will
        self._sources.set_online(reachable.source, reachable.is_online)
        return self._presence.update(device_id, now)

    def _gone(self, device_id: str, gone: Gone, now: datetime) -> tuple[HomeChange, ...]:
        if len(self._sources.descriptions(device_id)) == 1:
            return (*self.forget(device_id, reason=gone.reason), *self._presence.settle(now))
        self._sources.remove(gone.source)
        changes = self._describe(device_id, is_adopted=self._devices[device_id].is_adopted)
        return (*changes, *self._presence.update(device_id, now))

    def _problem(self, problem: Problem) -> tuple[HomeChange, ...]:
        key = (problem.where, problem.kind)
        if key in self._problems or len(self._problems) >= PROBLEMS_LIMIT:
            return ()
        self._problems[key] = problem
        return (ProblemSeen(problem=problem),)

    def _unknown(self, found: Found) -> tuple[HomeChange, ...]:
        names = unknown_capabilities(found.description.components)
        if not names:
            return ()
        what = f"capabilities that this hub does not know were left out: {', '.join(names[:10])}"
        where = f"{found.description.source.dialect}:{found.description.source.address}"
        return self._problem(Problem(where=where, kind=ProblemKind.UNKNOWN_CAPABILITY, what=what))

    def _new_device_id(self, address: str) -> str:
        return address if is_topic_id(address) and address not in self._devices else new_id()

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
        after = replace(before, is_adopted=is_adopted)
        self._devices[device_id] = after
        self._index = None
        return (DeviceUpdated(device=after),)

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
        reached = self._presence.reached(device_id)
        self._sources.drop(device_id)
        self._presence.end(device_id, reached)
        self._states.pop(device_id, None)
        self._index = None
        return (DeviceRemoved(device=device, reason=reason),)

    def _override(self, device_id: str, field: str, value: OverrideValue | None) -> tuple[HomeChange, ...]:
        if device_id not in self._devices:
            return ()
        mine = self._overrides.setdefault(device_id, {})
        if value is None:
            mine.pop(field, None)
        else:
            mine[field] = value
        return self._describe(device_id, is_adopted=self._devices[device_id].is_adopted)


def _too_many(dialect: str) -> Problem:
    what = f"{NOT_ADOPTED_LIMIT} devices are shown that are not adopted; further ones are left out"
    return Problem(where=dialect, kind=ProblemKind.CONFLICT, what=what)

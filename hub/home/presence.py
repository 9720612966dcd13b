"""Who is there: a device while one of its sources is, earbuds only with their companion; told at most once a second."""

from collections.abc import Iterator, MutableMapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from hub.contracts.device import Availability, Device, DeviceKind, Source
from hub.home.changes import AvailabilityChanged
from hub.home.sources import Sources

TOLD_EVERY = timedelta(seconds=1)  # a device that flaps a hundred times a second is told of once
_WITH_COMPANION_ONLY = frozenset({DeviceKind.EARBUDS, DeviceKind.HEADPHONES})  # no address of their own


class Presence:
    """Keeps the availability of the devices up to date at once, and says so in measure."""

    def __init__(self, devices: MutableMapping[str, Device], sources: Sources) -> None:
        self._devices = devices
        self._sources = sources
        self._told: dict[str, tuple[bool, datetime | None]] = {}
        self._unsettled: set[str] = set()

    def of(self, device_id: str) -> Availability:
        """Return the availability that a device has now, or had when it was last looked at."""
        device = self._devices.get(device_id)
        last_seen = device.availability.last_seen if device is not None else None
        return Availability(is_online=self._is_online(device_id), last_seen=last_seen)

    def begin(self, device_id: str) -> None:
        """Take note of a device that was just added, and told with its availability."""
        self._told[device_id] = (self._devices[device_id].availability.is_online, None)

    def see(self, device_id: str, now: datetime) -> None:
        """A sign of life."""
        device = self._devices[device_id]
        self._devices[device_id] = replace(device, availability=replace(device.availability, last_seen=now))

    def update(self, device_id: str, now: datetime) -> tuple[AvailabilityChanged, ...]:
        """Look again whether a device, and what is reached through it, is there; return what is to be told."""
        told: list[AvailabilityChanged] = []
        for affected in self._affected(device_id):
            self._look(affected)
            told += self._tell(affected, now)
        return tuple(told)

    def end(self, device_id: str, reached: Sequence[str] = ()) -> None:
        """Forget a device that is no more; what was reached through it is told of when it is settled."""
        self._told.pop(device_id, None)
        self._unsettled.discard(device_id)
        for affected in reached:
            self._look(affected)
            self._unsettled.add(affected)

    def settle(self, now: datetime) -> tuple[AvailabilityChanged, ...]:
        """Tell what was held back, as far as it still holds and its time has come."""
        return tuple(change for device_id in tuple(self._unsettled) for change in self._tell(device_id, now))

    def has_unsettled(self) -> bool:
        """Tell whether something is held back."""
        return bool(self._unsettled)

    def reached(self, device_id: str) -> Sequence[str]:
        """Return the devices that are reached through this one."""
        return self._affected(device_id)[1:]

    def _look(self, device_id: str) -> None:
        device = self._devices[device_id]
        online = self._is_online(device_id)
        if online != device.availability.is_online:
            available = Availability(is_online=online, last_seen=device.availability.last_seen)
            self._devices[device_id] = replace(device, availability=available)

    def _tell(self, device_id: str, now: datetime) -> Iterator[AvailabilityChanged]:
        self._unsettled.discard(device_id)
        if device_id not in self._devices:
            return
        is_online = self._devices[device_id].availability.is_online
        was_online, at = self._told.get(device_id, (False, None))
        if is_online == was_online:
            return
        if at is not None and timedelta() <= now - at < TOLD_EVERY:
            self._unsettled.add(device_id)
            return
        self._told[device_id] = (is_online, now)
        yield AvailabilityChanged(device=device_id, is_online=is_online)

    def _is_online(self, device_id: str) -> bool:
        return self._sources.is_online(device_id) and self._has_companion(device_id)

    def _has_companion(self, device_id: str) -> bool:
        for description in self._sources.descriptions(device_id):
            if description.via is None:
                continue
            source = Source(dialect=description.source.dialect, address=description.via)
            companion = self._devices.get(self._sources.device_of(source) or "")
            if companion is not None and companion.id != device_id:
                return companion.availability.is_online
            return description.kind not in _WITH_COMPANION_ONLY
        return True

    def _affected(self, device_id: str) -> list[str]:
        """Return the device and what is reached through it, also over several steps, each once."""
        affected = [device_id]
        for one in affected:
            affected += [found for found in self._sources.reached_via(one) if found not in affected]
        return affected

"""Through which dialects and addresses each device is seen, what each says of it, and which of them is there."""

from collections.abc import Sequence

from hub.contracts.device import Description, Source


class Sources:
    """The announcements behind the devices; a device is what its sources say, and is there while one of them is."""

    def __init__(self) -> None:
        self._descriptions: dict[str, dict[Source, Description]] = {}
        self._online: dict[str, dict[Source, bool]] = {}
        self._device_of: dict[Source, str] = {}
        self._device_with: dict[str, str] = {}  # identity ("mac:...") to device id
        self._claimed: dict[str, frozenset[str]] = {}  # device id to its identities
        self._bridged: dict[Source, set[str]] = {}  # a companion's source to the devices that are reached through it

    def device_of(self, source: Source) -> str | None:
        """Return the id of the device that is seen through the source."""
        return self._device_of.get(source)

    def devices_with(self, ids: frozenset[str]) -> tuple[str, ...]:
        """Return the devices that announced one of these identities, in a stable order."""
        return tuple(dict.fromkeys(self._device_with[one] for one in sorted(ids) if one in self._device_with))

    def descriptions(self, device_id: str) -> Sequence[Description]:
        """Return what the sources of a device say, the first that was seen first."""
        return tuple(self._descriptions.get(device_id, {}).values())

    def reached_via(self, device_id: str) -> Sequence[str]:
        """Return the devices that are reached through this one, in a stable order."""
        sources = self._descriptions.get(device_id, {})
        return sorted({one for source in sources for one in self._bridged.get(source, ())} - {device_id})

    def put(self, device_id: str, description: Description) -> None:
        """Take what a source says, in place of what it said before."""
        self._unbridge(description.source, device_id)
        self._descriptions.setdefault(device_id, {})[description.source] = description
        self._device_of[description.source] = device_id
        if (companion := _companion(description)) is not None:
            self._bridged.setdefault(companion, set()).add(device_id)
        self._claim(device_id)

    def remove(self, source: Source) -> None:
        """Forget a source and what it said."""
        device_id = self._device_of.pop(source, None)
        if device_id is not None:
            self._unbridge(source, device_id)
            self._descriptions[device_id].pop(source, None)
            self._online.get(device_id, {}).pop(source, None)
            self._claim(device_id)

    def drop(self, device_id: str) -> None:
        """Forget all sources of a device."""
        for source in tuple(self._descriptions.get(device_id, {})):
            self.remove(source)
        self._descriptions.pop(device_id, None)
        self._online.pop(device_id, None)

    def move(self, device_id: str, into: str) -> None:
        """Make the sources of a device those of another one: it turned out to be the same thing."""
        online = self._online.pop(device_id, {})
        moved = self._descriptions.get(device_id, {})
        for source in tuple(moved):
            self._unbridge(source, device_id)
        self._descriptions.pop(device_id, None)
        self._release(device_id, frozenset())
        for description in moved.values():
            self.put(into, description)
        self._online.setdefault(into, {}).update(online)

    def set_online(self, source: Source, is_online: bool) -> None:
        """Say whether the device answers through the source."""
        device_id = self._device_of.get(source)
        if device_id is not None:
            self._online.setdefault(device_id, {})[source] = is_online

    def see(self, source: Source) -> None:
        """An announcement counts as being there, unless the source has said something about that itself."""
        device_id = self._device_of.get(source)
        if device_id is not None:
            self._online.setdefault(device_id, {}).setdefault(source, True)

    def is_online(self, device_id: str) -> bool:
        """Tell whether the device answers through any of its sources."""
        return any(self._online.get(device_id, {}).values())

    def routes(self, device_id: str) -> tuple[Source, ...]:
        """Return the sources through which the device can be told something now, the first that was seen first."""
        online = self._online.get(device_id, {})
        return tuple(source for source in self._descriptions.get(device_id, {}) if online.get(source, False))

    def _claim(self, device_id: str) -> None:
        """Keep the identities that the device's sources claim now; who claimed one first keeps it."""
        said = self._descriptions[device_id].values()
        claimed = frozenset[str]().union(*(description.ids for description in said))
        self._release(device_id, claimed)
        mine = frozenset(one for one in claimed if self._device_with.setdefault(one, device_id) == device_id)
        if mine:
            self._claimed[device_id] = mine

    def _release(self, device_id: str, kept: frozenset[str]) -> None:
        for one in self._claimed.pop(device_id, frozenset()) - kept:
            del self._device_with[one]

    def _unbridge(self, source: Source, device_id: str) -> None:
        said = self._descriptions.get(device_id, {}).get(source)
        companion = _companion(said) if said is not None else None
        if companion is not None:
            self._bridged.get(companion, set()).discard(device_id)
            if not self._bridged.get(companion):
                self._bridged.pop(companion, None)


def _companion(description: Description) -> Source | None:
    """Return the source of the companion that the device is reached through, in the dialect's own addresses."""
    return Source(dialect=description.source.dialect, address=description.via) if description.via else None

"""Keeps the home on disk: devices soon after they change, states in batches; a full disk stops nothing else."""

import asyncio

from hub.contracts.device import StateValue
from hub.contracts.errors import StorageError
from hub.home.changes import (
    AreaAdded,
    AvailabilityChanged,
    DeviceAdded,
    DeviceRemoved,
    DeviceUpdated,
    HomeChange,
    StateChanged,
)
from hub.home.home import Home
from hub.runtime.logs import get_logger
from hub.storage.home import DeviceRepository

DEVICES_EVERY_S = 0.2  # a burst of announcements becomes one commit
STATES_EVERY_S = 10.0  # states come again by themselves; the SD card wears

log = get_logger(__name__)


class Keeper:
    """Collects what changed and writes it from one task."""

    def __init__(self, repository: DeviceRepository, home: Home) -> None:
        self._repository = repository
        self._home = home
        self._devices: set[str] = set()
        self._removed: set[str] = set()
        self._states: dict[str, dict[str, StateValue]] = {}
        self._has_new_places = False
        self._wake = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Begin to write."""
        loop = asyncio.get_running_loop()
        self._tasks = [
            loop.create_task(self._write_devices(), name="keep devices"),
            loop.create_task(self._write_states(), name="keep states"),
        ]

    async def stop(self) -> None:
        """Write what is left, and end."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._flush_devices()
        await self._flush_states()

    def note(self, change: HomeChange) -> None:
        """Remember what has to be written."""
        match change:
            case DeviceAdded(device=device) | DeviceUpdated(device=device):
                self._devices.add(device.id)
                self._removed.discard(device.id)
                self._wake.set()
            case AvailabilityChanged():
                pass  # after a restart every device has to show itself anyway
            case DeviceRemoved(device=device):
                self._devices.discard(device.id)
                self._removed.add(device.id)
                self._states.pop(device.id, None)
                self._wake.set()
            case AreaAdded():
                self._has_new_places = True
                self._wake.set()
            case StateChanged(device=device_id, field=field, new=new):
                self._states.setdefault(device_id, {})[field] = new
            case _:
                pass

    async def _write_devices(self) -> None:
        while True:
            await self._wake.wait()
            await asyncio.sleep(DEVICES_EVERY_S)
            self._wake.clear()
            await self._flush_devices()

    async def _write_states(self) -> None:
        while True:
            await asyncio.sleep(STATES_EVERY_S)
            await self._flush_states()

    async def _flush_devices(self) -> None:
        has_places, self._has_new_places = self._has_new_places, False
        devices, self._devices = self._devices, set()
        removed, self._removed = self._removed, set()
        try:
            if has_places:
                await self._repository.save_floors(self._home.floors())
                await self._repository.save_areas(self._home.areas())
            found = [device for one in devices if (device := self._home.device(one)) is not None]
            if found:
                await self._repository.save_devices(found)
            for device_id in removed:
                await self._repository.remove_device(device_id)
        except StorageError as error:
            log.warning("devices not kept", what=error.what, hint=error.hint)
            self._devices |= devices
            self._removed |= removed
            self._has_new_places |= has_places
        except Exception:  # a device that cannot be written must not keep the next ones from it
            log.exception("devices not kept")

    async def _flush_states(self) -> None:
        states, self._states = self._states, {}
        if not states:
            return
        try:
            await self._repository.save_states(states)
        except StorageError as error:  # the next reports bring them again
            log.warning("states not kept", what=error.what, hint=error.hint)
        except Exception:
            log.exception("states not kept")

"""Advertises the virtual devices over mDNS (`_aios._tcp`), before and after they have a login."""

import asyncio
from collections.abc import Iterable, Sequence

from zeroconf.asyncio import AsyncServiceInfo, AsyncZeroconf

from devices.virtual.catalogue import ROOMS, Model

SERVICE = "_aios._tcp.local."
LOOPBACK = "127.0.0.1"
PORT = 9  # discard: a virtual device listens to the broker only


class Advertising:
    """All advertisements of the home on one responder; on loopback unless other interfaces are named."""

    def __init__(self, interfaces: Sequence[str] = ()) -> None:
        self._network = AsyncZeroconf(interfaces=list(interfaces) or [LOOPBACK])
        self._registering: dict[str, asyncio.Task[None]] = {}
        self._updating: set[asyncio.Task[None]] = set()

    def start(self, models: Iterable[Model]) -> None:
        """Advertise each, without waiting for the probes to end."""
        for model in models:
            self._registering[model.id] = asyncio.create_task(self._register(model), name=f"advertise {model.id}")

    def pair(self, model: Model, hub_id: str) -> None:
        """Say from now on that the device belongs to that hub."""
        task = asyncio.create_task(self._update(model, hub_id), name=f"advertise {model.id} as paired")
        self._updating.add(task)
        task.add_done_callback(self._updating.discard)

    async def stop(self) -> None:
        """Say goodbye for all of them."""
        tasks = [*self._registering.values(), *self._updating]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._network.async_unregister_all_services()
        await self._network.async_close()

    async def _register(self, model: Model) -> None:
        await (await self._network.async_register_service(_service(model)))

    async def _update(self, model: Model, hub_id: str) -> None:
        await asyncio.wait([self._registering[model.id]])
        await (await self._network.async_update_service(_service(model, paired=hub_id)))


def _service(model: Model, **more: str) -> AsyncServiceInfo:
    txt = {"id": model.id, "v": "1", "kind": model.kind, "name": model.name, "caps": ",".join(model.capabilities)}
    if model.room is not None:
        txt["area"] = ROOMS[model.room][0]
    return AsyncServiceInfo(
        SERVICE,
        f"{model.id}.{SERVICE}",
        port=PORT,
        properties={**txt, **more},
        server=f"{model.id}.local.",
        parsed_addresses=[LOOPBACK],
    )

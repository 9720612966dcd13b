"""Devices, areas, problems and adoption over HTTP: what the owner says is stored first, then holds."""

import asyncio
import ipaddress
from collections.abc import Coroutine

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from hub.contracts.device import Area, Device
from hub.contracts.errors import HubError
from hub.gateway.pairings import Credentials
from hub.home.changes import DeviceUpdated
from hub.home.places import slug
from hub.intake.http.answers import HttpError, json_response
from hub.intake.http.bodies import read_body
from hub.intake.http.documents import (
    AdoptBody,
    AreaBody,
    DeviceDocument,
    DevicePatch,
    MqttAddress,
    PairingAnswer,
    PairingBody,
    WaitingDocument,
    area_document,
    device_document,
    problem_document,
)
from hub.intake.services import Services


class Registry:
    """The handlers under /api/v1/devices, areas, problems and pairings."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._home = services.home
        self._tell = services.gateway.owner_changed

    async def devices(self, _: Request) -> Response:
        """Answer with all devices."""
        return json_response([self._document(device) for device in self._home.devices()])

    async def device(self, http: Request) -> Response:
        """Answer with one device."""
        return json_response(self._document(self._find(http)))

    async def change(self, http: Request) -> Response:
        """Set what the owner says about a device: all of it, or nothing where a part is not possible."""
        device = self._find(http)
        patch = await read_body(http, DevicePatch)
        if patch.name is None:
            raise HttpError(422, "A device cannot be without a name.", "Send a name, or leave it out.")
        area = patch.area if patch.area is msgspec.UNSET or patch.area is None else self._area(patch.area).id
        store = self._services.devices
        if patch.name is not msgspec.UNSET:
            await store.save_override(device.id, "name", patch.name)
            self._tell(self._home.rename(device.id, patch.name))
        if patch.aliases is not msgspec.UNSET:
            await store.save_override(device.id, "aliases", patch.aliases)
            self._tell(self._home.set_aliases(device.id, patch.aliases or ()))
        if area is not msgspec.UNSET:
            await store.save_override(device.id, "area", area)
            self._tell(self._home.set_area(device.id, area))
        if patch.owner is not msgspec.UNSET:
            await store.save_override(device.id, "owner", patch.owner)
            self._tell(self._home.set_owner(device.id, patch.owner))
        return json_response(self._document(self._find(http)))

    async def forget(self, http: Request) -> Response:
        """Remove a device and its login."""
        device = self._find(http)
        await self._services.pairings.revoke(device.id)
        await self._services.devices.remove_device(device.id)
        self._tell(self._home.forget(device.id))
        return Response(status_code=204)

    async def adopt(self, http: Request) -> Response:
        """Let a device in."""
        device = self._find(http)
        body = await read_body(http, AdoptBody)
        try:
            await self._services.pairings.adopt(device.id, body.code)
        except HubError as error:
            raise HttpError(409, error.what, error.hint) from error
        return json_response(self._document(self._find(http)))

    async def areas(self, _: Request) -> Response:
        """Answer with the areas."""
        return json_response([area_document(area) for area in self._home.areas()])

    async def add_area(self, http: Request) -> Response:
        """Add an area."""
        body = await read_body(http, AreaBody)
        if any(_is_called(area, body.name) for area in self._home.areas()):
            raise HttpError(409, f"There is an area {body.name!r} already.", "GET /api/v1/areas lists them.")
        floor = next((floor.id for floor in self._home.floors() if body.floor in (floor.id, floor.name)), None)
        if body.floor is not None and floor is None:
            raise HttpError(422, f"There is no floor {body.floor!r}.", "Leave it out, or name one that is there.")
        area = Area(id=slug(body.name, [area.id for area in self._home.areas()]), name=body.name, floor=floor)
        await self._services.devices.save_areas([*self._home.areas(), area])
        self._tell(self._home.add_area(area))
        return json_response(area_document(area), 201)

    async def problems(self, _: Request) -> Response:
        """Answer with what announcements got wrong."""
        return json_response([problem_document(problem) for problem in self._home.problems()])

    async def waiting(self, _: Request) -> Response:
        """Answer with the devices that ask to be let in."""
        return json_response(
            [
                WaitingDocument(
                    id=one.device_id, name=one.name, kind=one.kind, code=one.code, speaks_for=one.speaks_for
                )
                for one in self._services.pairings.pending()
            ]
        )

    async def pair(self, http: Request) -> Response:
        """Let a device of this machine ask for its login; answers when the owner has decided."""
        peer = http.client.host if http.client is not None else ""
        if not _is_loopback(peer):
            raise HttpError(403, "Devices are paired on this machine only.", "Pairing over the network needs TLS.")
        body = await read_body(http, PairingBody)
        try:
            asking = self._services.pairings.ask(body.id, body.name, body.kind, peer, body.speaks_for)
            offer = await _while_connected(http, asking)
        except HubError as error:
            raise HttpError(409, error.what, error.hint) from error
        device = self._home.device(body.id)
        if device is not None:
            self._tell([DeviceUpdated(device=device)])
        address = MqttAddress(host=offer.mqtt_host, port=offer.mqtt_port)
        return json_response(PairingAnswer(login=offer.login, password=offer.password, mqtt=address, hub=offer.hub_id))

    def _document(self, device: Device) -> DeviceDocument:
        return device_document(device, self._home.states(device.id))

    def _find(self, http: Request) -> Device:
        device = self._home.device(http.path_params["id"])
        if device is None:
            raise HttpError(404, "There is no device of that id.", "GET /api/v1/devices lists them.")
        return device

    def _area(self, said: str) -> Area:
        for area in self._home.areas():
            if _is_called(area, said):
                return area
        known = ", ".join(area.name for area in self._home.areas()) or "none"
        raise HttpError(422, f"There is no area {said!r}.", f"Known are: {known}. POST /api/v1/areas adds one.")


async def _while_connected(http: Request, waiting: Coroutine[None, None, Credentials]) -> Credentials:
    """Wait, but not for a connection that has ended: a login is released to whoever asked, or to nobody."""
    waiter = asyncio.create_task(waiting, name="pairing")
    ended = asyncio.create_task(_until_disconnected(http), name="pairing's connection")
    try:
        await asyncio.wait({waiter, ended}, return_when=asyncio.FIRST_COMPLETED)
        if not waiter.done():
            raise HttpError(400, "The connection ended before the owner decided.", "Ask again.")
        return waiter.result()
    finally:
        for task in (waiter, ended):
            task.cancel()
        await asyncio.gather(waiter, ended, return_exceptions=True)


async def _until_disconnected(http: Request) -> None:
    while (await http.receive())["type"] != "http.disconnect":
        pass


def _is_called(area: Area, said: str) -> bool:
    names = (area.id, area.name, *area.aliases)
    return said.casefold() in (name.casefold() for name in names)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False

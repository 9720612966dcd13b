"""The WebSocket: devices as they change and events as they happen; a slow client gets the newest, then is let go."""

import asyncio
from collections import deque
from collections.abc import Mapping
from datetime import datetime

import msgspec
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from hub.contracts.device import Area
from hub.contracts.messages import Event
from hub.home.changes import (
    AreaAdded,
    AvailabilityChanged,
    DeviceAdded,
    DeviceRemoved,
    DeviceUpdated,
    HomeChange,
    StateChanged,
)
from hub.intake.http.access import Access
from hub.intake.http.answers import HttpError
from hub.intake.http.documents import area_document, device_document
from hub.intake.services import Services
from hub.runtime.logs import get_logger

MESSAGE_LIMIT = 64 * 1024  # bytes from a client
TOKEN_WITHIN_S = 5.0
SEND_WITHIN_S = 10.0  # a client that takes no message for this long is let go
PAUSE_S = 0.1  # between two bursts: several changes of a device become one message
EVENT_LIMIT = 256  # events a client may lag behind before the oldest are dropped
CLIENT_LIMIT = 32

_log = get_logger(__name__)


class Hello(msgspec.Struct, frozen=True):
    """The first message of a client."""

    token: str


class _Client:
    """What one client has still to be told: at most one note a device, and a bounded number of events."""

    def __init__(self) -> None:
        self.devices: dict[str, None] = {}  # in order, without repetition
        self.areas: tuple[Area, ...] = ()  # as the client knows them
        self.events: deque[Event] = deque(maxlen=EVENT_LIMIT)
        self.wake = asyncio.Event()


class Live:
    """Everybody who watches."""

    def __init__(self, services: Services, access: Access) -> None:
        self._services = services
        self._home = services.home
        self._access = access
        self._clients: set[_Client] = set()
        self._open = 0
        self._reader: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to watch the home and the bus."""
        self._services.gateway.add_listener(self._on_home_change)
        self._reader = asyncio.create_task(self._read_bus(), name="http events")

    async def stop(self) -> None:
        """Stop watching; the server closes the connections."""
        if self._reader is not None:
            self._reader.cancel()
            await asyncio.gather(self._reader, return_exceptions=True)

    def device_changed(self, device_id: str) -> None:
        """Have every client told about a device, in its newest state."""
        for client in self._clients:
            client.devices[device_id] = None
            client.wake.set()

    def areas_changed(self) -> None:
        """Have every client told about the areas, if they differ from what it knows."""
        for client in self._clients:
            client.wake.set()

    async def serve(self, socket: WebSocket) -> None:
        """Serve one client: token first, then everything as it is, then what changes."""
        if self._open >= CLIENT_LIMIT:
            await socket.close(4429)
            return
        self._open += 1
        try:
            await socket.accept()
            if await self._is_let_in(socket):
                await self._talk(socket)
        except (WebSocketDisconnect, TimeoutError, OSError):
            pass
        finally:
            self._open -= 1
            if socket.application_state is not WebSocketState.DISCONNECTED:
                await _close(socket, 1001)

    async def _is_let_in(self, socket: WebSocket) -> bool:
        address = socket.client.host if socket.client is not None else ""
        try:
            async with asyncio.timeout(TOKEN_WITHIN_S):
                message = await socket.receive()
            if message["type"] != "websocket.receive":
                return False
            hello = msgspec.json.decode(message.get("text") or message.get("bytes") or b"", type=Hello)
            self._access.check(hello.token, address)
        except HttpError as error:
            await _close(socket, 4000 + error.status)
        except (TimeoutError, msgspec.DecodeError, UnicodeError, RecursionError):
            await _close(socket, 4401)
        else:
            return True
        return False

    async def _talk(self, socket: WebSocket) -> None:
        client = _Client()
        self._clients.add(client)
        sender = asyncio.create_task(self._send_all(socket, client), name="http events client")
        listener = asyncio.create_task(_until_closed(socket), name="http events client's end")
        try:
            done, _ = await asyncio.wait({sender, listener}, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            self._clients.discard(client)
            for task in (sender, listener):
                task.cancel()
            await asyncio.gather(sender, listener, return_exceptions=True)

    async def _send_all(self, socket: WebSocket, client: _Client) -> None:
        client.areas = tuple(self._home.areas())
        areas = [area_document(area) for area in client.areas]
        documents = [device_document(device, self._home.states(device.id)) for device in self._home.devices()]
        await self._send(socket, "home", {"areas": areas, "devices": documents})
        while True:
            await client.wake.wait()
            client.wake.clear()
            areas_now = tuple(self._home.areas())
            if areas_now != client.areas:  # before the devices that may stand in a new one
                client.areas = areas_now
                await self._send(socket, "areas", [area_document(area) for area in areas_now])
            while client.devices:
                device_id = next(iter(client.devices))
                del client.devices[device_id]
                await self._send_device(socket, device_id)
            while client.events:
                event = client.events.popleft()
                await self._send(socket, event.kind, event.data, event.at)
            await asyncio.sleep(PAUSE_S)

    async def _send_device(self, socket: WebSocket, device_id: str) -> None:
        device = self._home.device(device_id)
        if device is None:
            await self._send(socket, "device_removed", {"id": device_id})
        else:
            await self._send(socket, "device", device_document(device, self._home.states(device_id)))

    async def _send(self, socket: WebSocket, kind: str, data: object, at: datetime | None = None) -> None:
        document: Mapping[str, object] = {"kind": kind, "at": at or self._services.clock.now(), "data": data}
        async with asyncio.timeout(SEND_WITHIN_S):
            await socket.send_text(msgspec.json.encode(document, enc_hook=str).decode())

    def _on_home_change(self, change: HomeChange) -> None:
        match change:
            case DeviceAdded() | DeviceUpdated() | DeviceRemoved():
                self.device_changed(change.device.id)
            case StateChanged() | AvailabilityChanged():
                self.device_changed(change.device)
            case AreaAdded():
                self.areas_changed()
            case _:
                pass  # events, results and problems are no state

    async def _read_bus(self) -> None:
        with self._services.bus.subscribe() as subscription:
            async for event in subscription.events():
                for client in self._clients:
                    client.events.append(event)
                    client.wake.set()


async def _until_closed(socket: WebSocket) -> None:
    """Take and ignore what the client says, until it goes."""
    while (await socket.receive())["type"] != "websocket.disconnect":
        pass


async def _close(socket: WebSocket, code: int) -> None:
    try:
        async with asyncio.timeout(1):
            await socket.close(code)
    except (WebSocketDisconnect, TimeoutError, RuntimeError, OSError):
        _log.debug("a watcher was already gone")

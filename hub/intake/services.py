"""What the ways in need from the rest of the hub, and nothing more; `app.py` hands it in."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from hub.contracts.device import Area
from hub.contracts.messages import Reply, Request
from hub.control.decision import Decision
from hub.gateway.pairings import Credentials, Waiting
from hub.home.changes import HomeChange
from hub.home.home import Home
from hub.intake.wire import JsonObject
from hub.runtime.bus import Bus
from hub.runtime.clock import Clock
from hub.storage.records import OverrideValue, Scheduled, StoredRequest


class ConversationService(Protocol):
    """Plain language in, replies out."""

    async def handle(self, request: Request, on_reply: Callable[[Reply], Awaitable[None]]) -> Reply:
        """Work on a request; every reply, the first and a later final one, goes to `on_reply`."""
        ...

    async def dry_run(self, request: Request) -> Decision:
        """Say what the request would come to."""
        ...


class GatewayService(Protocol):
    """Where changes of the home are watched and told."""

    def add_listener(self, listener: Callable[[HomeChange], None]) -> object:
        """Call the listener with every change of the home."""
        ...

    def owner_changed(self, changes: Sequence[HomeChange]) -> None:
        """Tell the listeners what the owner's word changed, and keep it."""
        ...


class DeviceStore(Protocol):
    """Where the owner's word on a device is kept."""

    async def save_override(self, device_id: str, field: str, value: OverrideValue | None) -> None:
        """Keep, or with None take back, what the owner set."""
        ...

    async def save_areas(self, areas: Sequence[Area]) -> None:
        """Make these the areas of the home."""
        ...

    async def remove_device(self, device_id: str) -> None:
        """Remove a device."""
        ...


class RequestStore(Protocol):
    """Past requests."""

    async def record(self, request_id: str) -> bytes | None:
        """Return the record (JSON) of a request."""
        ...

    async def find(self, request_id: str) -> StoredRequest | None:
        """Return a request with its latest reply."""
        ...

    async def recent(self, limit: int) -> list[StoredRequest]:
        """Return the newest requests first."""
        ...


class ScheduleService(Protocol):
    """What is still to come."""

    async def pending(self) -> Sequence[Scheduled]:
        """Return it in order."""
        ...

    async def cancel(self, scheduled_id: str) -> bool:
        """Cancel one; False when it has begun or is not known."""
        ...


class PairingService(Protocol):
    """Devices that ask for a login, and the owner who approves."""

    async def ask(
        self, device_id: str, name: str, kind: str, peer: str, speaks_for: tuple[str, ...] = ()
    ) -> Credentials:
        """Wait for the owner; raises HubError when refused or too late."""
        ...

    def pending(self) -> Sequence[Waiting]:
        """Return who waits."""
        ...

    async def adopt(self, device_id: str, code: str | None) -> None:
        """Approve the device's request; raises HubError when there is none or the code is another."""
        ...

    async def revoke(self, device_id: str) -> None:
        """Take the device's login away; one without a login is no error."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """Everything that an intake may call.

    Attributes:
        token: what a caller of the REST interface has to know.
        status: the document of `GET /api/v1/status`.
    """

    conversation: ConversationService
    home: Home
    gateway: GatewayService
    pairings: PairingService
    schedule: ScheduleService
    requests: RequestStore
    devices: DeviceStore
    bus: Bus
    clock: Clock
    token: str
    status: Callable[[], JsonObject]

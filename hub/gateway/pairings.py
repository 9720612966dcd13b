"""The door for native devices: who asks for a login waits for the owner; six digits show that it is the same one."""

import asyncio
import hmac
import ipaddress
import secrets
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from hub.contracts.device import Description, DeviceKind, Source
from hub.contracts.driver import Found
from hub.contracts.errors import HubError
from hub.contracts.ids import is_topic_id
from hub.gateway.rights import COMPANION, role_of, topic_rules
from hub.home.home import Home
from hub.runtime.clock import Clock
from hub.runtime.logs import get_logger
from hub.storage.logins import LoginRepository
from hub.storage.records import StoredLogin
from hub.transport.broker import Broker, Endpoint, Login, hash_password

APPROVE_WITHIN_S = 300.0
RELEASE_WITHIN_S = 5.0
WAITING_LIMIT = 64

log = get_logger(__name__)


class PairingError(HubError):
    """A device is not let in; the words say why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """A login, released once to the connection that asked; without a password where the broker is somebody else's."""

    login: str
    password: str
    mqtt_host: str
    mqtt_port: int
    hub_id: str


@dataclass(slots=True, kw_only=True, eq=False)
class Waiting:
    """A device that asked and waits; `code` is shown on both sides."""

    device_id: str
    name: str
    kind: str
    peer: str
    code: str
    speaks_for: tuple[str, ...] = ()
    approved: asyncio.Future[bool] = field(default_factory=lambda: asyncio.get_running_loop().create_future())
    is_done: asyncio.Event = field(default_factory=asyncio.Event)


class Pairings:
    """Who waits at the door, and who has a login."""

    def __init__(
        self,
        *,
        broker: Broker,
        endpoint: Endpoint,
        repository: LoginRepository,
        home: Home,
        clock: Clock,
        hub_id: str,
        auto_approve: bool = False,
    ) -> None:
        self._broker = broker
        self._endpoint = endpoint
        self._repository = repository
        self._home = home
        self._clock = clock
        self._hub_id = hub_id
        self._auto_approve = auto_approve
        self._logins: dict[str, StoredLogin] = {}
        self._waiting: dict[str, Waiting] = {}
        self._writing = asyncio.Lock()
        self._is_stale = False

    async def start(self) -> None:
        """Give the broker the logins of earlier runs."""
        self._logins = {login.name: login for login in await self._repository.all()}
        await self._write()

    def pending(self) -> Sequence[Waiting]:
        """Return who waits."""
        return tuple(self._waiting.values())

    def logins(self) -> Sequence[StoredLogin]:
        """Return all logins."""
        return tuple(self._logins.values())

    async def ask(
        self, device_id: str, name: str, kind: str, peer: str, speaks_for: tuple[str, ...] = ()
    ) -> Credentials:
        """Wait for the owner's word, at most five minutes; return the login.

        Args:
            speaks_for: ids of devices without an address of their own (a phone's earbuds) that the owner grants too.

        Raises:
            PairingError: bad id, denied, nobody approved in time, or too many wait.
        """
        for one in (device_id, *speaks_for):
            if not is_topic_id(one):
                raise PairingError(f"{one!r} is no device id.", hint="Use [a-z0-9][a-z0-9_-]{0,63}.")
            if one != device_id and one in self._logins:
                raise PairingError(f"{one} has a login of its own.", hint="Revoke it first.")
        speaker = next((login.name for login in self._logins.values() if device_id in login.grants), None)
        if speaker is not None and speaker != device_id:
            raise PairingError(f"{speaker} speaks for {device_id}.", hint=f"Revoke {speaker} first.")
        if len(self._waiting) >= WAITING_LIMIT:
            raise PairingError("Too many devices wait to be let in.", hint="Approve or deny some first.")
        if self._auto_approve and _is_loopback(peer):
            return await self._release(device_id, kind, speaks_for)
        old = self._waiting.pop(device_id, None)
        if old is not None and not old.approved.done():
            old.approved.set_result(False)
        code = f"{secrets.randbelow(10**6):06d}"
        waiting = Waiting(device_id=device_id, name=name, kind=kind, peer=peer, code=code, speaks_for=speaks_for)
        self._waiting[device_id] = waiting
        self._show(waiting)
        log.info("a device asks to be let in", device_id=device_id, name=name, code=waiting.code)
        try:
            async with asyncio.timeout(APPROVE_WITHIN_S):
                is_approved = await waiting.approved
        except TimeoutError:
            raise PairingError("Nobody let the device in within five minutes.", hint="Ask again.") from None
        finally:
            if self._waiting.get(device_id) is waiting:
                del self._waiting[device_id]
        if not is_approved:
            raise PairingError("The device was not let in.", hint="The owner approves it with `aios devices adopt ID`.")
        try:
            return await self._release(device_id, kind, speaks_for)
        finally:
            waiting.is_done.set()

    async def adopt(self, device_id: str, code: str | None = None) -> None:
        """Let a waiting device in.

        Raises:
            PairingError: it does not wait, or the code is another one's.
        """
        waiting = self._waiting.get(device_id)
        if waiting is None:
            raise PairingError(
                f"{device_id} is not asking to be let in right now.",
                hint="Start pairing on the device, then try again.",
            )
        if code is not None and not hmac.compare_digest(code.encode(), waiting.code.encode()):
            raise PairingError("The six digits are others.", hint=f"Look at the device; the hub shows {waiting.code}.")
        if not waiting.approved.done():
            waiting.approved.set_result(True)
        with suppress(TimeoutError):
            await asyncio.wait_for(waiting.is_done.wait(), RELEASE_WITHIN_S)

    def deny(self, device_id: str) -> None:
        """Send a waiting device away."""
        waiting = self._waiting.get(device_id)
        if waiting is not None and not waiting.approved.done():
            waiting.approved.set_result(False)

    async def revoke(self, device_id: str) -> None:
        """Take the device's login away, which disconnects it; one without a login is no error."""
        if self._logins.pop(device_id, None) is not None:
            await self._repository.remove(device_id)
            await self._write()

    async def grant(self, companion: str, device_id: str) -> None:
        """Let a companion (a phone) speak for a device (earbuds) as well.

        Raises:
            PairingError: the companion has no login.
        """
        login = self._logins.get(companion)
        if login is None:
            raise PairingError(f"{companion} has no login.", hint="Adopt it first.")
        await self._save(_with_grants(login, (*login.grants, device_id)))

    async def _release(self, device_id: str, kind: str, speaks_for: tuple[str, ...]) -> Credentials:
        password = ""
        if self._broker.can_set_logins:
            password = secrets.token_urlsafe(32)
            old = self._logins.get(device_id)
            login = StoredLogin(
                name=device_id,
                role=COMPANION if speaks_for else role_of(kind),
                password_hash=hash_password(password),
                created=self._clock.now(),
                grants=tuple(dict.fromkeys((*(old.grants if old is not None else ()), *speaks_for))),
            )
            await self._save(login)
        self._home.set_adopted(device_id, True)
        return Credentials(
            login=device_id,
            password=password,
            mqtt_host=self._endpoint.host,
            mqtt_port=self._endpoint.port,
            hub_id=self._hub_id,
        )

    async def _save(self, login: StoredLogin) -> None:
        self._logins[login.name] = login
        await self._repository.save(login)
        await self._write()

    async def _write(self) -> None:
        """Hand all logins to the broker; calls that come meanwhile are served by one further write."""
        self._is_stale = True
        async with self._writing:
            if not self._is_stale:
                return
            self._is_stale = False
            await self._broker.set_logins(
                [
                    Login(name=login.name, password_hash=login.password_hash, topics=topic_rules(login))
                    for login in self._logins.values()
                ]
            )

    def _show(self, waiting: Waiting) -> None:
        source = Source(dialect="native", address=waiting.device_id)
        description = Description(source=source, name=waiting.name, kind=DeviceKind(waiting.kind))
        if self._home.device(waiting.device_id) is None:
            self._home.apply(Found(description=description, needs_adoption=True), self._clock.now())


def _with_grants(login: StoredLogin, grants: tuple[str, ...]) -> StoredLogin:
    return StoredLogin(
        name=login.name,
        role=login.role,
        password_hash=login.password_hash,
        created=login.created,
        grants=tuple(dict.fromkeys(grants)),
    )


def _is_loopback(peer: str) -> bool:
    try:
        return ipaddress.ip_address(peer).is_loopback
    except ValueError:
        return False

"""Finding and being found over mDNS; without multicast the hub goes on, and tries again."""

import asyncio
import ipaddress
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime

import ifaddr
from zeroconf import (
    BadTypeInNameException,
    Error,
    InterfaceChoice,
    IPVersion,
    NonUniqueNameException,
    ServiceStateChange,
    Zeroconf,
)
from zeroconf.asyncio import AsyncServiceBrowser, AsyncServiceInfo, AsyncZeroconf

from hub.config import MdnsSettings
from hub.contracts.driver import Service
from hub.contracts.errors import HubError
from hub.runtime.clock import Clock
from hub.runtime.logs import get_logger

SERVICES_LIMIT = 2_000  # per type; more than any home has, less than a flood
RESOLVING_LIMIT = 50  # services asked for their addresses at once
RESOLVE_WITHIN_S = 3.0
TXT_KEYS_LIMIT = 64
TXT_VALUE_LIMIT = 255  # bytes (RFC 6763, 6.1)
CHECK_EVERY_S = 15.0  # whether the interfaces are still the same

_log = get_logger(__name__)

ServiceHandler = Callable[[Service], None]
Withdraw = Callable[[], Awaitable[None]]


class MdnsError(HubError):
    """An advertisement is malformed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Advertisement:
    """A service to be found: type `_aios._tcp.local.`, a name, a port, and TXT entries of at most 255 bytes."""

    type: str
    name: str
    port: int
    txt: Mapping[str, str | bytes] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class _Browse:
    type: str
    handlers: list[ServiceHandler] = field(default_factory=list)
    known: dict[str, Service] = field(default_factory=dict)
    ignored: int = 0
    browser: AsyncServiceBrowser | None = None


class Mdns:
    """The mDNS of this machine: what is advertised and browsed survives a network that comes and goes."""

    def __init__(self, settings: MdnsSettings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._zeroconf: AsyncZeroconf | None = None
        self._problem = "not started"
        self._addresses: tuple[str, ...] = ()
        self._adverts: dict[tuple[str, str], Advertisement] = {}
        self._infos: dict[tuple[str, str], AsyncServiceInfo] = {}
        self._announcing: dict[tuple[str, str], asyncio.Task[None]] = {}
        self._browses: dict[str, _Browse] = {}
        self._resolving: dict[tuple[str, str], asyncio.Task[None]] = {}
        self._slots = asyncio.Semaphore(RESOLVING_LIMIT)
        self._keeper: asyncio.Task[None] | None = None

    @property
    def is_working(self) -> bool:
        """Tell whether multicast could be set up."""
        return self._zeroconf is not None

    def diagnose(self) -> str:
        """Return what is wrong, "" when nothing is."""
        return self._problem

    async def start(self) -> None:
        """Join the multicast group; where that fails warn, and go on trying."""
        if not self._settings.enabled:
            self._problem = "switched off (mdns.enabled)"
            return
        await self._open()
        self._keeper = asyncio.create_task(self._keep(), name="mdns keeper")

    async def stop(self) -> None:
        """Say goodbye for everything advertised and leave."""
        if self._keeper is not None:
            self._keeper.cancel()
            await asyncio.gather(self._keeper, return_exceptions=True)
            self._keeper = None
        await self._close()
        self._problem = "stopped"

    async def advertise(self, advertisement: Advertisement) -> Withdraw:
        """Make a service findable, or replace its port and TXT; return how to withdraw it (with a goodbye).

        It is findable after about two seconds, since mDNS first asks whether the name is taken.

        Raises:
            MdnsError: the type, name or TXT is malformed.
        """
        _check(advertisement)
        key = (advertisement.type, advertisement.name)
        self._adverts[key] = advertisement
        self._announce(key)

        async def withdraw() -> None:
            self._adverts.pop(key, None)
            announcing = self._announcing.pop(key, None)
            if announcing is not None:
                announcing.cancel()
                await asyncio.gather(announcing, return_exceptions=True)
            info = self._infos.pop(key, None)
            if info is not None and self._zeroconf is not None:
                await (await self._zeroconf.async_unregister_service(info))

        return withdraw

    async def browse(self, service_type: str, handler: ServiceHandler) -> Withdraw:
        """Call `handler` for each service of a type: those known at once, then each found, changed or gone."""
        browse = self._browses.get(service_type)
        if browse is None:
            browse = self._browses[service_type] = _Browse(service_type)
            self._listen(browse)
        browse.handlers.append(handler)
        for service in tuple(browse.known.values()):
            _call(handler, service)

        async def stop() -> None:
            with suppress(ValueError):
                browse.handlers.remove(handler)
            if not browse.handlers and self._browses.get(service_type) is browse:
                del self._browses[service_type]
                if browse.browser is not None:
                    await browse.browser.async_cancel()

        return stop

    async def _open(self) -> None:
        addresses = _local_addresses(self._settings.interfaces)
        try:
            interfaces = list(self._settings.interfaces) or InterfaceChoice.Default
            self._zeroconf = AsyncZeroconf(interfaces=interfaces, ip_version=IPVersion.V4Only)
            await self._zeroconf.zeroconf.async_wait_for_start()
        except (OSError, Error, RuntimeError) as error:
            self._zeroconf = None
            if not self._problem.startswith("no multicast"):
                _log.warning("mDNS does not work; devices are found over MQTT only", reason=str(error))
            self._problem = f"no multicast: {error}"
            return
        if self._problem.startswith("no multicast"):
            _log.info("mDNS works again")
        self._problem = ""
        self._addresses = addresses
        for key in tuple(self._adverts):
            self._announce(key)
        for browse in self._browses.values():
            self._listen(browse)

    async def _close(self) -> None:
        tasks = [*self._resolving.values(), *self._announcing.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._resolving.clear()
        self._announcing.clear()
        zeroconf, self._zeroconf = self._zeroconf, None
        if zeroconf is None:
            return
        for browse in self._browses.values():
            if browse.browser is not None:
                await browse.browser.async_cancel()
                browse.browser = None
        self._infos.clear()
        await zeroconf.async_close()

    async def _keep(self) -> None:
        """Start anew when interfaces have come or gone."""
        while True:
            await asyncio.sleep(CHECK_EVERY_S)
            addresses = _local_addresses(self._settings.interfaces)
            if self._zeroconf is not None and addresses == self._addresses:
                continue
            if self._zeroconf is not None:
                _log.info("network interfaces have changed, mDNS starts anew", addresses=", ".join(addresses))
            try:
                await self._close()
                await self._open()
            except Exception:  # noqa: BLE001  # task border: it has to go on trying
                _log.exception("mDNS could not be restarted, trying again")

    def _announce(self, key: tuple[str, str]) -> None:
        if self._zeroconf is not None:
            before = self._announcing.get(key)
            work = self._register(self._zeroconf, key, before)
            self._announcing[key] = asyncio.create_task(work, name=f"mdns advertise {key[1]}")

    async def _register(self, zeroconf: AsyncZeroconf, key: tuple[str, str], before: asyncio.Task[None] | None) -> None:
        if before is not None:
            await asyncio.wait([before])
        info = self._info(self._adverts[key])
        known = self._infos.get(key)
        self._infos[key] = info
        try:
            if known is not None:
                info.name = known.name
                await (await zeroconf.async_update_service(info))
            else:
                await (await zeroconf.async_register_service(info, allow_name_change=True))
        except (NonUniqueNameException, BadTypeInNameException, OSError, Error) as error:
            self._infos.pop(key, None)
            _log.warning("a service cannot be advertised", type=key[0], name=key[1], reason=repr(error))

    def _info(self, advertisement: Advertisement) -> AsyncServiceInfo:
        host = "".join(c if c.isascii() and c.isalnum() else "-" for c in advertisement.name.lower())[:50]
        return AsyncServiceInfo(
            advertisement.type,
            f"{advertisement.name}.{advertisement.type}",
            port=advertisement.port,
            properties={key: _bytes(value) for key, value in advertisement.txt.items()},
            server=f"{host}.local.",
            parsed_addresses=list(self._addresses),
        )

    def _listen(self, browse: _Browse) -> None:
        if self._zeroconf is None:
            return

        def changed(zeroconf: Zeroconf, service_type: str, name: str, state_change: ServiceStateChange) -> None:
            self._changed(browse, name, state_change)

        try:
            browse.browser = AsyncServiceBrowser(self._zeroconf.zeroconf, browse.type, handlers=[changed])
        except (BadTypeInNameException, Error) as error:
            _log.warning("a service type cannot be browsed", type=browse.type, reason=repr(error))

    def _changed(self, browse: _Browse, name: str, change: ServiceStateChange) -> None:
        key = (browse.type, name)
        if change is ServiceStateChange.Removed:
            task = self._resolving.pop(key, None)
            if task is not None:
                task.cancel()
            if browse.known.pop(name, None) is not None:
                gone = Service(type=browse.type, name=name, received_at=self._clock.now(), is_gone=True)
                self._tell(browse, gone)
            return
        if name not in browse.known and len(browse.known) + len(self._resolving) >= SERVICES_LIMIT:
            browse.ignored += 1
            if browse.ignored == 1:
                _log.warning("too many services, further ones are ignored", type=browse.type, limit=SERVICES_LIMIT)
            return
        if key not in self._resolving:
            task = asyncio.create_task(self._resolve(browse, name), name=f"mdns resolve {name}")
            self._resolving[key] = task
            task.add_done_callback(lambda done: self._resolved(key, done))

    def _resolved(self, key: tuple[str, str], task: asyncio.Task[None]) -> None:
        if self._resolving.get(key) is task:
            del self._resolving[key]
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.warning("a service could not be resolved", type=key[0], name=key[1], reason=repr(error))

    async def _resolve(self, browse: _Browse, name: str) -> None:
        async with self._slots:
            if self._zeroconf is None:
                return
            info = AsyncServiceInfo(browse.type, name)
            await info.async_request(self._zeroconf.zeroconf, RESOLVE_WITHIN_S * 1000)
        service = _service(info, browse.type, name, self._clock.now())
        before = browse.known.get(name)
        browse.known[name] = service
        if before is None or _facts(before) != _facts(service):
            self._tell(browse, service)

    def _tell(self, browse: _Browse, service: Service) -> None:
        for handler in tuple(browse.handlers):
            _call(handler, service)


def _service(info: AsyncServiceInfo, service_type: str, name: str, now: datetime) -> Service:
    txt: dict[str, bytes | None] = {}
    for raw_key, value in list(info.properties.items())[:TXT_KEYS_LIMIT]:
        if len(raw_key) <= TXT_KEYS_LIMIT and (value is None or len(value) <= TXT_VALUE_LIMIT):
            txt[raw_key.decode("utf-8", "replace")] = value
    return Service(
        type=service_type,
        name=name,
        received_at=now,
        host=(info.server or "").rstrip("."),
        port=info.port or 0,
        addresses=tuple(info.parsed_scoped_addresses()),
        txt=txt,
    )


def _facts(service: Service) -> tuple[object, ...]:
    return service.host, service.port, service.addresses, dict(service.txt)


def _call(handler: ServiceHandler, service: Service) -> None:
    try:
        handler(service)
    except Exception:  # noqa: BLE001  # border to the handler
        _log.exception("a handler of mDNS services failed", type=service.type, service=service.name)


def _bytes(value: str | bytes) -> bytes:
    return value.encode() if isinstance(value, str) else value


def _check(advertisement: Advertisement) -> None:
    name = advertisement.name
    if not name or len(name.encode()) > 63 or not name.isprintable():
        raise MdnsError(f"{name!r} is no name for an mDNS service.", hint="Use 1 to 63 bytes, no control characters.")
    if not 0 < advertisement.port <= 65535:
        raise MdnsError(f"{advertisement.port} is no port.", hint="Use 1 to 65535.")
    for key, value in advertisement.txt.items():
        if not key or "=" in key or not key.isascii() or len(key) + 1 + len(_bytes(value)) > TXT_VALUE_LIMIT:
            raise MdnsError(f"The TXT entry {key!r} of {name!r} is malformed or too long.", hint="At most 255 bytes.")


def _local_addresses(interfaces: tuple[str, ...]) -> tuple[str, ...]:
    """Return the IPv4 addresses under which we can be reached: the configured ones, else all but loopback."""
    if interfaces:
        return tuple(sorted(interfaces))
    found = {ip.ip for adapter in ifaddr.get_adapters() for ip in adapter.ips if isinstance(ip.ip, str)}
    reachable = sorted(ip for ip in found if not ipaddress.ip_address(ip).is_loopback)
    return tuple(reachable) or ("127.0.0.1",)

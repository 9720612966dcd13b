"""The HTTP server inside the hub's own loop: binds, serves, and stops within seconds."""

import asyncio
import contextlib
import errno
import socket
from collections.abc import Iterator

import uvicorn

from hub.config import Settings
from hub.contracts.errors import ConfigError
from hub.intake.http.access import Access
from hub.intake.http.live import MESSAGE_LIMIT, Live
from hub.intake.http.protocol import ImpatientProtocol
from hub.intake.http.registry import Registry
from hub.intake.http.routes import build_app, build_endpoints
from hub.intake.http.talking import Talking
from hub.intake.services import Services
from hub.runtime.logs import get_logger

PORTS_TRIED = 20  # from the configured one on
CONNECTION_LIMIT = 128
HEADER_LIMIT = 16 * 1024  # bytes
STOP_WITHIN_S = 2.0  # of the 5 s that the whole hub has

_log = get_logger(__name__)


class HttpIntake:
    """REST, WebSocket and page.

    Attributes:
        host: the address that is bound.
        port: the port that is bound (after `start`): the configured one, or the next free one after it.
    """

    def __init__(self, services: Services, settings: Settings) -> None:
        self.host = settings.http.host
        self.port = settings.http.port
        access = Access(services.token, services.clock)
        self._live = Live(services, access)
        self._talking = Talking(services)
        registry = Registry(services)
        endpoints = build_endpoints(services, self._talking, registry)
        self._app = build_app(endpoints, access, self._live, settings.http.allowed_hosts)
        self._server: _Server | None = None
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Bind and serve.

        Raises:
            ConfigError: the address cannot be bound at all.
        """
        listening = _bind(self.host, self.port)
        self.port = listening.getsockname()[1]
        self._server = _Server(
            uvicorn.Config(
                self._app,
                http=ImpatientProtocol,
                ws="websockets-sansio",
                ws_max_size=MESSAGE_LIMIT,
                ws_per_message_deflate=False,
                lifespan="off",
                log_config=None,
                access_log=False,
                proxy_headers=False,  # an X-Forwarded-For proves nothing
                server_header=False,
                limit_concurrency=CONNECTION_LIMIT,
                h11_max_incomplete_event_size=HEADER_LIMIT,
                timeout_graceful_shutdown=1,
            )
        )
        self._live.start()
        self._task = asyncio.create_task(self._server.serve(sockets=[listening]), name="http server")

    async def stop(self) -> None:
        """Take nothing more, end what is open, and close."""
        if self._server is None or self._task is None:
            return
        await self._talking.stop()
        await self._live.stop()
        self._server.should_exit = True
        _, late = await asyncio.wait({self._task}, timeout=STOP_WITHIN_S)
        if late:
            self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        self._server = self._task = None


class _Server(uvicorn.Server):
    """Leaves the process's signals to the hub."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Do nothing: SIGINT and SIGTERM are the hub's."""
        yield


def _bind(host: str, port: int) -> socket.socket:
    """Bind the port, or the next free one (0: any)."""
    candidates = [0] if port == 0 else range(port, min(port + PORTS_TRIED, 65536))
    for candidate in candidates:
        try:
            bound = _listen(host, candidate)
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                continue
            raise ConfigError(
                f"http.host = {host!r}, http.port = {candidate} cannot be used ({error.strerror}).",
                hint="Set http.host to an address of this machine and http.port to a port above 1023.",
            ) from error
        if candidate != port:
            _log.warning(
                "the HTTP port is taken, using the next free one",
                wanted=port,
                using=candidate,
                hint="stop the other program, or set http.port in config.toml",
            )
        return bound
    raise ConfigError(
        f"http.port = {port} and the {PORTS_TRIED} after it are taken.", hint="Set http.port to a free one."
    )


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(CONNECTION_LIMIT)
        listening.setblocking(False)
    except OSError:
        listening.close()
        raise
    return listening

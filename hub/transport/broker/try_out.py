"""amqtt in a process of its own, so that a first run needs no broker and no root; loopback only, for trying out.

What it is not good for (measured with 0.12.1, docs/adr/0002-broker.md): MQTT 3.1.1 only, no keepalive, QoS 1
is neither redelivered nor safe when a publisher leaves at once, nothing survives a restart, and a client that is
refused can still push out the one whose id it used. So its topic rules are applied but not relied upon.
"""

import secrets
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from hub.config import BrokerSettings
from hub.contracts.errors import BrokerError
from hub.runtime.logs import get_logger
from hub.transport.broker.child import Child, end_stale
from hub.transport.broker.files import make_private_folder, replace_file
from hub.transport.broker.logins import HUB_LOGIN, Access, Login, TopicRule, check_logins, hash_password
from hub.transport.broker.ports import choose_port
from hub.transport.endpoint import BrokerKind, Endpoint

LOGINS_FILE = "logins.json"
RELOADED = "logins reloaded"

_log = get_logger(__name__)


class AmqttBroker:
    """A child that speaks MQTT 3.1.1 on loopback with the hub's logins and topic rules."""

    can_set_logins = True

    def __init__(self, folder: Path, settings: BrokerSettings) -> None:
        self.on_failure: Callable[[BrokerError], None] | None = None
        self._folder = folder
        self._settings = settings
        self._password = secrets.token_urlsafe(32)
        everything = tuple(TopicRule(access=access, filter="#") for access in Access)
        self._own = Login(name=HUB_LOGIN, password_hash=hash_password(self._password), topics=everything)
        self._logins: tuple[Login, ...] = ()
        self._child: Child | None = None

    @property
    def pid(self) -> int | None:
        """Return its process id while it runs."""
        return self._child.pid if self._child is not None else None

    async def start(self) -> Endpoint:
        """Start it and wait until it answers.

        Raises:
            BrokerError: the port is taken or it does not start.
        """
        _log.warning("using the built-in broker, which is for trying out", hint="Install Mosquitto for daily use.")
        if self._settings.open_to_network:
            _log.warning("the built-in broker stays on this machine", hint="Install Mosquitto to open it.")
        make_private_folder(self._folder)
        await end_stale(self._folder / "pid", self._command(0)[:-1])
        port = choose_port(self._folder, self._settings.port, "127.0.0.1")
        self._write_logins()
        child = Child(
            "amqtt",
            self._command(port),
            port=port,
            pid_file=self._folder / "pid",
            on_failure=self._failed,
            death_signal=signal.SIGKILL,
        )
        await child.start()
        self._child = child
        return Endpoint(
            host="127.0.0.1",
            port=port,
            username=HUB_LOGIN,
            password=self._password,
            kind=BrokerKind.AMQTT,
            has_own_acl=False,
        )

    async def stop(self) -> None:
        """End it; nothing is kept."""
        if self._child is not None:
            await self._child.stop()
            self._child = None

    async def set_logins(self, logins: Sequence[Login]) -> None:
        """Replace all logins (before or after the start); those no longer named are disconnected.

        Raises:
            BrokerError: a name, hash or filter is malformed; nothing is changed.
        """
        check_logins(logins)
        self._logins = tuple(logins)
        if self._child is None:
            return
        self._write_logins()
        if not await self._child.signal(signal.SIGHUP, answer=RELOADED):
            _log.warning("the broker did not confirm new logins; it reads them at its next start")

    def _failed(self, error: BrokerError) -> None:
        if self.on_failure is not None:
            self.on_failure(error)

    def _command(self, port: int) -> tuple[str, ...]:
        return (sys.executable, "-m", "hub.transport.broker.amqtt_server", str(self._folder), str(port))

    def _write_logins(self) -> None:
        replace_file(self._folder / LOGINS_FILE, msgspec.json.encode((self._own, *self._logins)).decode())

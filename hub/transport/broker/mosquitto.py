"""Mosquitto as a child of the hub: configured, supervised, with a login and ACL lines for each client."""

import getpass
import os
import secrets
import shutil
import signal
from collections.abc import Callable, Sequence
from pathlib import Path

from hub.config import BrokerSettings
from hub.contracts.errors import BrokerError
from hub.runtime.logs import get_logger
from hub.transport.broker.child import Child, end_stale
from hub.transport.broker.files import make_private_folder, replace_file
from hub.transport.broker.logins import HUB_LOGIN, Login, check_logins, hash_password
from hub.transport.broker.ports import choose_port
from hub.transport.endpoint import BrokerKind, Endpoint

EXTRA_PATHS = ("/usr/sbin", "/usr/local/sbin", "/opt/homebrew/sbin")  # not on a user's PATH
RELOADED = "Reloading config."  # what Mosquitto logs in the very pass of its loop that reloads

# Values measured on Mosquitto 2.0.11; the reasons stand in the file itself, where its owner will look for them.
_CONFIG = """\
# Written by the hub at every start; changes are lost.
per_listener_settings false
listener {port}{address}
# A client is known by its login alone: nobody can take another's place by its client id.
use_username_as_clientid true
allow_anonymous false
password_file {folder}/passwords
acl_file {folder}/acl
{user}# Zigbee2MQTT's list of devices needs up to about 3 kB a device; without a limit a stranger can take the memory.
max_packet_size 4194304
# The default of 1000 loses acknowledged messages of slow subscribers.
max_queued_messages 0
max_inflight_messages 200
persistence true
persistence_location {folder}/
persistence_file retained.db
# Saving at every change would wear out an SD card, and the hub's promise does not rest on this file.
autosave_on_changes false
autosave_interval 1800
persistent_client_expiration 1d
set_tcp_nodelay true
sys_interval 60
log_dest stderr
log_type error
log_type warning
# "information" says when new logins were read, which the hub waits for.
log_type information
connection_messages false
"""

_log = get_logger(__name__)


def find_mosquitto(configured: str = "") -> str | None:
    """Return the path of the program, also from folders that are not on a user's PATH; None where there is none."""
    path = os.pathsep.join((os.environ.get("PATH", ""), *EXTRA_PATHS))
    return shutil.which(configured or "mosquitto", path=path)


class MosquittoBroker:
    """A private Mosquitto in a folder of its own; it dies with the hub and is restarted when it dies alone."""

    can_set_logins = True

    def __init__(self, program: str, folder: Path, settings: BrokerSettings) -> None:
        self.on_failure: Callable[[BrokerError], None] | None = None
        self._program = str(Path(program).absolute())
        self._folder = folder
        self._settings = settings
        self._password = secrets.token_urlsafe(32)
        self._own = Login(name=HUB_LOGIN, password_hash=hash_password(self._password))
        self._logins: tuple[Login, ...] = ()
        self._child: Child | None = None

    @property
    def pid(self) -> int | None:
        """Return its process id while it runs."""
        return self._child.pid if self._child is not None else None

    async def start(self) -> Endpoint:
        """Write its files, start it and wait until it answers.

        Raises:
            BrokerError: the port is taken, the folder cannot be used, or it does not start.
        """
        make_private_folder(self._folder)
        await end_stale(self._folder / "pid", self._command())
        host = "0.0.0.0" if self._settings.open_to_network else "127.0.0.1"  # noqa: S104  # only if the owner wants it
        port = choose_port(self._folder, self._settings.port, host)
        if self._settings.open_to_network:
            _log.warning("the broker is open to the network without encryption", port=port)
        self._write_logins()
        replace_file(self._folder / "mosquitto.conf", self._config(port))
        child = Child("Mosquitto", self._command(), port=port, pid_file=self._folder / "pid", on_failure=self._failed)
        await child.start()
        self._child = child
        return Endpoint(
            host="127.0.0.1",
            port=port,
            username=HUB_LOGIN,
            password=self._password,
            kind=BrokerKind.MOSQUITTO,
            has_own_acl=True,
        )

    async def stop(self) -> None:
        """End it; it saves its retained messages and sessions."""
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

    def _command(self) -> tuple[str, ...]:
        return (self._program, "-c", str(self._folder / "mosquitto.conf"))

    def _config(self, port: int) -> str:
        # Under root it would drop to a user of its own, who cannot enter our folder.
        user = f"user {getpass.getuser()}\n" if os.geteuid() == 0 else ""
        address = "" if self._settings.open_to_network else " 127.0.0.1"
        return _CONFIG.format(port=port, address=address, folder=self._folder, user=user)

    def _write_logins(self) -> None:
        """Write the ACL before the passwords, so that no login is ever there without its limits."""
        rules = [f"user {HUB_LOGIN}\ntopic readwrite #\ntopic read $SYS/#\n"]
        for login in self._logins:
            lines = [f"topic {rule.access} {rule.filter}" for rule in login.topics]
            rules.append("\n".join((f"user {login.name}", *lines, "")))
        replace_file(self._folder / "acl", "\n".join(rules))
        everyone = (self._own, *self._logins)
        replace_file(self._folder / "passwords", "".join(f"{one.name}:{one.password_hash}\n" for one in everyone))

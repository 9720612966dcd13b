"""Somebody else's broker: the hub is a client of it, and its access rules are not ours."""

from collections.abc import Callable, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from hub.config import BrokerSettings
from hub.contracts.errors import BrokerError
from hub.runtime.logs import get_logger
from hub.transport.broker.logins import Login
from hub.transport.endpoint import BrokerKind, Endpoint

_PORTS = {"mqtt": 1883, "mqtts": 8883}

_log = get_logger(__name__)


class ExternalBroker:
    """A broker at a URL; starting it only says where it is, so that the hub starts while it is down."""

    can_set_logins = False

    def __init__(self, url: str, settings: BrokerSettings) -> None:
        self.on_failure: Callable[[BrokerError], None] | None = None
        self._url = url
        self._settings = settings
        self._has_told = False

    async def start(self) -> Endpoint:
        """Return its endpoint with the login of the config.

        Raises:
            BrokerError: the URL, the password file or the CA file is not usable.
        """
        parts = urlsplit(self._url)
        try:
            port = _PORTS.get(parts.scheme, 0) if parts.port is None else parts.port
        except ValueError:
            port = 0
        if parts.scheme not in _PORTS or not parts.hostname or not port:
            raise BrokerError(
                f"broker.url = {self._redacted()!r} is no address of an MQTT broker.",
                hint="Write mqtt://host:1883 or mqtts://host:8883.",
            )
        if parts.username or parts.password:
            raise BrokerError(
                "broker.url carries a login, which would show up in logs.",
                hint="Use broker.username and broker.password_file.",
            )
        return Endpoint(
            host=parts.hostname,
            port=port,
            username=self._settings.username,
            password=self._password(),
            ca_file=self._ca_file(),
            is_tls=parts.scheme == "mqtts",
            kind=BrokerKind.EXTERNAL,
            has_own_acl=False,
        )

    async def stop(self) -> None:
        """Nothing to end."""

    async def set_logins(self, logins: Sequence[Login]) -> None:
        """Only say that logins are to be added at the broker itself."""
        if logins and not self._has_told:
            self._has_told = True
            _log.info("logins have to be added at the external broker itself", logins=len(logins))

    def _redacted(self) -> str:
        return self._url.rpartition("@")[2]

    def _password(self) -> str:
        name = self._settings.password_file
        if not name:
            return ""
        try:
            return Path(name).expanduser().read_text(encoding="utf-8").strip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            raise BrokerError(
                f"broker.password_file = {name!r} cannot be read: {error}.", hint="Check the path and its permissions."
            ) from error

    def _ca_file(self) -> str:
        name = self._settings.ca_file
        if name and not Path(name).expanduser().is_file():
            raise BrokerError(f"broker.ca_file = {name!r} is not there.", hint="Give the path of a PEM file.")
        return str(Path(name).expanduser()) if name else ""

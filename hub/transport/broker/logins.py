"""Who may log in to the broker and on which topics; and what every broker can do."""

import hashlib
import hmac
import re
import secrets
from base64 import b64decode, b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from hub.contracts.errors import BrokerError
from hub.contracts.ids import is_topic_id
from hub.transport.endpoint import Endpoint
from hub.transport.topics import is_filter

HUB_LOGIN = "aios.hub"  # the dot keeps it apart from every device, skill and bridge (protocol.md, ids)

_ITERATIONS = 10_000  # the broker checks in its only thread; what the hub issues is random, 256 bits
_HASH = re.compile(r"\$7\$([1-9][0-9]{0,6})\$([A-Za-z0-9+/]+={0,2})\$([A-Za-z0-9+/]+={0,2})")


class Access(StrEnum):
    """What a login may do on a topic; the values are Mosquitto's words."""

    READ = "read"
    WRITE = "write"


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicRule:
    """One permission of a login: everything that is not named is denied."""

    access: Access
    filter: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """A login, which is also the client id (protocol.md, "Who may say what")."""

    name: str
    password_hash: str
    topics: tuple[TopicRule, ...] = ()


class Broker(Protocol):
    """A broker that can be started and, where it is ours, told who may log in.

    Attributes:
        can_set_logins: the hub keeps the logins; else `set_logins` does nothing and the owner adds them there.
        on_failure: told when the broker has failed; it is being restarted already.
    """

    can_set_logins: bool
    on_failure: Callable[[BrokerError], None] | None

    async def start(self) -> Endpoint:
        """Start it; return where it is, with the hub's own login.

        Raises:
            BrokerError: it cannot be started; says why and what to do.
        """
        ...

    async def stop(self) -> None:
        """End it, if it is ours."""
        ...

    async def set_logins(self, logins: Sequence[Login]) -> None:
        """Replace all logins; new ones work when this returns, those no longer named are disconnected.

        Raises:
            BrokerError: a name, hash or filter is malformed; nothing is changed.
        """
        ...


def hash_password(password: str) -> str:
    """Return what Mosquitto's password file takes: `$7$iterations$salt$hash`, PBKDF2 with SHA-512."""
    salt = secrets.token_bytes(12)
    return f"$7${_ITERATIONS}${b64encode(salt).decode()}${b64encode(_derive(password, salt, _ITERATIONS)).decode()}"


def is_password(password: str, password_hash: str) -> bool:
    """Tell, in constant time, whether the hash was made of this password; a malformed hash is of none."""
    parts = _HASH.fullmatch(password_hash)
    if parts is None or not password:
        return False
    iterations, salt, expected = int(parts[1]), b64decode(parts[2]), b64decode(parts[3])
    return hmac.compare_digest(_derive(password, salt, iterations), expected)


def check_logins(logins: Sequence[Login]) -> None:
    """Refuse what must not get into the broker's files: wildcards or separators in names, line breaks in filters.

    Raises:
        BrokerError: names the login.
    """
    seen: set[str] = set()
    for login in logins:
        if not is_topic_id(login.name):
            raise BrokerError(
                f"{login.name!r} is no name for a login.",
                hint="Use lower-case letters, digits, _ and -, at most 64, beginning with a letter or digit.",
            )
        if login.name in seen:
            raise BrokerError(f"The login {login.name} is there twice.", hint="Give each client its own.")
        seen.add(login.name)
        if _HASH.fullmatch(login.password_hash) is None:
            raise BrokerError(f"The password of login {login.name} is not hashed.", hint="Use hash_password.")
        for rule in login.topics:
            if not is_filter(rule.filter) or rule.filter.startswith("$") or rule.filter != rule.filter.strip():
                raise BrokerError(f"Login {login.name}: {rule.filter!r} is no topic filter.", hint="Correct the rule.")


def _derive(password: str, salt: bytes, iterations: int) -> bytes:
    return hashlib.pbkdf2_hmac("sha512", password.encode(), salt, iterations)

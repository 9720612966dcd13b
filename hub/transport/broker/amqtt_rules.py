"""The hub's logins and topic rules as amqtt plug-ins; loaded in amqtt's own process only."""

from pathlib import Path

import msgspec
from amqtt.contexts import Action
from amqtt.plugins.base import BaseAuthPlugin, BaseTopicPlugin
from amqtt.session import Session

from hub.transport.broker.logins import Access, Login, is_password
from hub.transport.topics import covers, is_topic, matches


class LoginTable:
    """The logins as the hub wrote them last."""

    def __init__(self) -> None:
        self._logins: dict[str, Login] = {}

    def load(self, path: Path) -> frozenset[str]:
        """Read the file anew; return the names whose login is gone or has another password."""
        before = self._logins
        self._logins = {login.name: login for login in msgspec.json.decode(path.read_bytes(), type=list[Login])}
        return frozenset(
            name
            for name, old in before.items()
            if name not in self._logins or self._logins[name].password_hash != old.password_hash
        )

    def is_login(self, name: str | None, password: str | None) -> bool:
        """Tell whether the password is that of the login."""
        login = self._logins.get(name or "")
        return login is not None and is_password(password or "", login.password_hash)

    def may_write(self, name: str | None, topic: str) -> bool:
        """Tell whether the login may publish on a topic."""
        return is_topic(topic) and any(matches(allowed, topic) for allowed in self._filters(name, Access.WRITE))

    def may_read(self, name: str | None, topic_filter: str) -> bool:
        """Tell whether the login may have everything that a filter (or a topic) can match."""
        return any(covers(allowed, topic_filter) for allowed in self._filters(name, Access.READ))

    def _filters(self, name: str | None, access: Access) -> list[str]:
        login = self._logins.get(name or "")
        return [rule.filter for rule in login.topics if rule.access is access] if login is not None else []


LOGINS = LoginTable()


class LoginPlugin(BaseAuthPlugin):  # type: ignore[misc]  # amqtt publishes no types
    """Lets in whoever has a login, under its own name as client id, with a will on a topic of its own."""

    async def authenticate(self, *, session: Session) -> bool:
        """Tell whether the client is let in."""
        if session.client_id != session.username or not LOGINS.is_login(session.username, session.password):
            return False
        return not session.will_flag or LOGINS.may_write(session.username, session.will_topic or "")


class TopicPlugin(BaseTopicPlugin):  # type: ignore[misc]  # amqtt publishes no types
    """Holds each login to its topic rules."""

    async def topic_filtering(
        self, *, session: Session | None = None, topic: str | None = None, action: Action | None = None
    ) -> bool:
        """Tell whether the client may publish on, subscribe to or receive from a topic."""
        if session is None or not topic:
            return False
        if action == Action.PUBLISH:
            return LOGINS.may_write(session.username, topic)
        return LOGINS.may_read(session.username, topic)

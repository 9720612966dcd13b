"""What each kind of login may write and read on the broker (docs/protocol.md): explicit topics, no patterns."""

from hub.storage.records import StoredLogin
from hub.transport.broker import Access, TopicRule

DEVICE = "device"
COMPANION = "companion"
OBSERVER = "observer"

_COMPANION_KINDS = frozenset({"phone", "watch", "hub", "bridge"})
_DEVICE_WRITES = ("announce", "availability", "state", "event", "result", "request", "transcript")
_DEVICE_READS = ("command", "reply", "notify")


def role_of(kind: str) -> str:
    """Return the role of a device's login; a phone may later be granted its earbuds."""
    return COMPANION if kind in _COMPANION_KINDS else DEVICE


def topic_rules(login: StoredLogin) -> tuple[TopicRule, ...]:
    """Return the rules of a login; everything that is not named is denied."""
    if login.role == OBSERVER:
        return (TopicRule(access=Access.READ, filter="aios/v1/hub/+/event/#"),)
    ids = (login.name, *login.grants) if login.role == COMPANION else (login.name,)
    rules = []
    for device_id in ids:
        base = f"aios/v1/device/{device_id}"
        rules += [TopicRule(access=Access.WRITE, filter=f"{base}/{topic}") for topic in _DEVICE_WRITES]
        rules += [TopicRule(access=Access.READ, filter=f"{base}/{topic}") for topic in _DEVICE_READS]
    return tuple(rules)

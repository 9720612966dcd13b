"""Identifiers: what may stand in a topic, and how new ones are made."""

import re
import secrets
import time

_TOPIC_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")


def is_topic_id(text: str) -> bool:
    """Tell whether `text` may be put into one of our topics (protocol, "Ids in topics")."""
    return _TOPIC_ID.fullmatch(text) is not None


def new_id() -> str:
    """Return a new id that sorts by time: 11 hex digits of milliseconds, then 80 random bits."""
    return f"{time.time_ns() // 1_000_000:011x}{secrets.token_hex(10)}"

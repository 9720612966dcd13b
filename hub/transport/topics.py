"""Topics and topic filters as MQTT defines them (MQTT 5.0, section 4.7)."""

import re

MAX_TOPIC_BYTES = 1024  # MQTT allows 65,535; ours are short, and a filter is matched often

_FORBIDDEN = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


def is_topic(topic: str) -> bool:
    """Tell whether a message may be published on `topic`: no wildcard, no control character, not too long."""
    return _is_sound(topic) and "+" not in topic and "#" not in topic


def is_filter(topic_filter: str) -> bool:
    """Tell whether `topic_filter` may be subscribed to: each wildcard alone in its level, `#` only at the end."""
    if not _is_sound(topic_filter):
        return False
    levels = topic_filter.split("/")
    return all(
        (level == "+" or "+" not in level) and ("#" not in level or (level == "#" and at == len(levels) - 1))
        for at, level in enumerate(levels)
    )


def matches(topic_filter: str, topic: str) -> bool:
    """Tell whether a message on `topic` belongs to `topic_filter`; `$...` topics need a `$...` filter."""
    if topic.startswith("$") and topic_filter[:1] in "+#":
        return False
    wanted, levels = topic_filter.split("/"), topic.split("/")
    for at, level in enumerate(wanted):
        if level == "#":
            return True
        if at >= len(levels) or level not in ("+", levels[at]):
            return False
    return len(wanted) == len(levels)


def covers(allowed: str, wanted: str) -> bool:
    """Tell whether every topic that the filter `wanted` can match is matched by the filter `allowed`."""
    if wanted.startswith("$") and allowed[:1] in "+#":
        return False
    outer, inner = allowed.split("/"), wanted.split("/")
    for at, level in enumerate(outer):
        if level == "#":
            return True
        if at >= len(inner) or inner[at] == "#" or level not in ("+", inner[at]):
            return False
    return len(outer) == len(inner)


def _is_sound(topic: str) -> bool:
    return bool(topic) and _FORBIDDEN.search(topic) is None and len(topic.encode()) <= MAX_TOPIC_BYTES

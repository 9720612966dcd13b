"""What a request stands in; a value that the caller hands in."""

from dataclasses import dataclass
from datetime import datetime

from hub.contracts.frame import Turn


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """The asker's area ("here"), the language asked for, the earlier turns (oldest first), aware local time."""

    now: datetime
    area: str | None = None
    language: str | None = None
    turns: tuple[Turn, ...] = ()

"""The words of the corpus: places, people, devices and values, each the same thing in both languages."""

import hashlib
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

DATA = Path(__file__).parent / "data"
_HELD_OUT_ONE_IN = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing with its names in both languages; a kind word may stand in the plural."""

    en: tuple[str, ...]
    zh: tuple[str, ...]
    is_kind_word: bool = False

    @property
    def is_held_out(self) -> bool:
        """Tell whether only validation homes may use it."""
        return not self.is_kind_word and is_held_out(self.en[0], _HELD_OUT_ONE_IN)


def is_held_out(key: str, one_in: int) -> bool:
    """Return a stable choice of one key in `one_in`."""
    return int.from_bytes(hashlib.blake2s(key.encode(), digest_size=4).digest()) % one_in == 0


def load(name: str) -> dict[str, tuple[Entry, ...]]:
    """Read one word file of the grammar."""
    tables = tomllib.loads((DATA / name).read_text(encoding="utf-8"))
    return {key: tuple(_entries(text)) for key, text in tables.items()}


def _entries(text: str) -> Iterator[Entry]:
    for line in text.strip().splitlines():
        english, _, chinese = line.partition("|")
        yield Entry(
            en=tuple(form.strip() for form in english.lower().strip().lstrip("*").split(",")),
            zh=tuple(form.strip() for form in chinese.lower().split(",")),
            is_kind_word=line.startswith("*"),
        )

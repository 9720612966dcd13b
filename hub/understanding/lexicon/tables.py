"""How the word lists are written down: one concept a line, its phrases in both languages behind a colon."""

from collections.abc import Iterator

from hub.understanding.tokens import key_of


def rows(table: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield (concept, phrases) of the lines "concept: phrase, phrase"."""
    for line in table.strip().splitlines():
        concept, _, phrases = line.partition(":")
        yield concept.strip(), tuple(phrase.strip() for phrase in phrases.split(",") if phrase.strip())


def by_key(table: str) -> dict[str, str]:
    """Return match form of each phrase to its concept; the first line that has a phrase keeps it."""
    found: dict[str, str] = {}
    for concept, phrases in rows(table):
        for phrase in phrases:
            found.setdefault(key_of(phrase), concept)
    return found

"""The template language of the grammar files: parsed once, expanded with a random source.

`(a|b|)` is a choice, `{slot:arg}` a slot that the filler renders, `[tag:text]` text that carries a tag.
A line that starts with `!` is an imperative: it may be made polite, negated, delayed and joined with others.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass

Piece = tuple[str, str]  # text, tag ("" for none)
Fill = Callable[[str, str], list[Piece]]


@dataclass(frozen=True, slots=True)
class Text:
    """Literal text."""

    text: str


@dataclass(frozen=True, slots=True)
class Slot:
    """A slot that the filler renders."""

    name: str
    arg: str


@dataclass(frozen=True, slots=True)
class Tagged:
    """A part that carries one tag as a whole."""

    tag: str
    body: "Node"


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several sequences."""

    options: tuple[tuple["Node", ...], ...]


Node = Text | Slot | Tagged | Choice


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """One phrase family: its intent, language and parsed body."""

    intent: str
    lang: str
    source: str
    is_imperative: bool
    body: Choice
    slots: tuple[str, ...]


def parse(intent: str, lang: str, line: str) -> Template:
    """Parse one line of a grammar file; raises ValueError that names the line."""
    is_imperative = line.startswith("!")
    source = line.lstrip("! ")
    parser = _Parser(source)
    body = parser.choice("")
    return Template(
        intent=intent,
        lang=lang,
        source=source,
        is_imperative=is_imperative,
        body=body,
        slots=tuple(sorted(parser.slots)),
    )


def expand(node: Node, rng: random.Random, fill: Fill) -> list[Piece]:
    """Return the pieces of one random reading of the node."""
    match node:
        case Text(text):
            return [(text, "")]
        case Slot(name, arg):
            return fill(name, arg)
        case Tagged(tag, body):
            return [("".join(text for text, _ in expand(body, rng, fill)), tag)]
        case Choice(options):
            return [piece for part in rng.choice(options) for piece in expand(part, rng, fill)]


class _Parser:
    def __init__(self, source: str) -> None:
        self.source = source
        self.at = 0
        self.slots: set[str] = set()

    def choice(self, closing: str) -> Choice:
        options: list[tuple[Node, ...]] = []
        current: list[Node] = []
        while True:
            char = self.source[self.at] if self.at < len(self.source) else ""
            if char == closing:
                self.at += 1
                options.append(tuple(current))
                return Choice(tuple(options))
            if char == "":
                raise ValueError(f"{closing!r} is missing in {self.source!r}")
            if char == "|":
                self.at += 1
                options.append(tuple(current))
                current = []
            else:
                current.append(self._node(char))

    def _node(self, char: str) -> Node:
        if char == "(":
            self.at += 1
            return self.choice(")")
        if char == "[":
            tag, self.at = self._until(":", self.at + 1)
            return Tagged(tag, self.choice("]"))
        if char == "{":
            inner, self.at = self._until("}", self.at + 1)
            name, _, arg = inner.partition(":")
            self.slots.add(inner)
            return Slot(name, arg)
        if char in ")]}":
            raise ValueError(f"stray {char!r} in {self.source!r}")
        start = self.at
        while self.at < len(self.source) and self.source[self.at] not in "()[]{}|":
            self.at += 1
        return Text(self.source[start : self.at])

    def _until(self, mark: str, start: int) -> tuple[str, int]:
        end = self.source.find(mark, start)
        if end < 0:
            raise ValueError(f"{mark!r} is missing in {self.source!r}")
        return self.source[start:end], end + 1

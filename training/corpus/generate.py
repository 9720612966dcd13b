"""Draws samples from the grammar: deterministic by seed, families and homes held out for validation."""

import random
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, partial

from training.corpus import manners
from training.corpus.filler import Filler
from training.corpus.grammar import Piece, Template, expand, parse
from training.corpus.home import Home
from training.corpus.lexicon import DATA, is_held_out
from training.corpus.noise import disturb
from training.corpus.turns import UNTAUGHT, Turns, frames, is_turned, marked

__all__ = ["COMPOUND", "UNTAUGHT", "Generator", "Sample", "intents", "templates"]

COMPOUND = ""  # the intent of a sample with several commands: each is classified by itself
ASIDE = "aside"  # the key of remarks that ask for nothing: `none` alone, and drawn beside commands
_OPTIONAL = re.compile(r"([\u4e00-\u9fff，“”]|\[\w+:[^\[\]]*\]|\{[^{}]*\})\?")
_REMARK = re.compile(
    r"^[^{}\[\]]*[^{}\[\](|,，][^{}\[\]]*(?:[,，]|[.。!！] ?)(?=.*[{\[])|[\]}][^{}\[\]]*[,，][^{}\[\]]*$"
)
"""A family whose text has a remark of its own beside the command: whether it is a part is not taught."""
_SEGMENT: Piece = ("", "segment")
_ASIDES = 0.2  # share of commands with a remark beside them
_TURNS = 0.75  # sentences that something turns round, for each compound
_HELD_OUT_ONE_IN = 12
_SAMPLES_PER_HOME = 40
_WEIGHTS = {
    "none": 17.0, "home.turn_on": 6.0, "home.turn_off": 6.5, "home.set_brightness": 3.0, "home.query_state": 4.5,
    "home.query_value": 3.5, "home.set_temperature": 3.0, "home.open": 3.0, "home.close": 3.0, "home.lock": 2.0,
    "home.change_brightness.up": 2.0, "home.change_brightness.down": 2.0, "home.set_color": 2.0, "home.activate": 2.0,
    "home.change_temperature.up": 1.8, "home.change_temperature.down": 1.8, "home.query_list": 1.8,
    "home.play_media": 2.0, "home.clean_area": 1.4, "home.set_volume": 1.5, "home.unlock": 1.5, "timer.start": 1.5,
    "reminder.set": 1.5, "list.add": 1.3, "weather.get": 1.3, "home.start": 1.4, "home.stop": 1.2,
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One training sentence with everything that is to be learned from it.

    Attributes:
        intent: COMPOUND for several commands.
        spans: (start, end, tag) in characters.
        segments: where each command or remark starts, in characters; empty where the family does not say.
        roles: (start, role) in characters: from where on the words have it; empty where the family does not say.
        parts: (intent, is negated) of what starts at each of the segments, where there are several.
        is_negated: only meaningful for a single command.
        pair: the same meaning in English, for a Chinese sample that has one; else "".
    """

    text: str
    lang: str
    intent: str
    spans: tuple[tuple[int, int, str], ...]
    segments: tuple[int, ...] = (0,)
    roles: tuple[tuple[int, str], ...] = ()
    parts: tuple[tuple[str, bool], ...] = ()
    is_negated: bool = False
    family: str = ""
    pair: str = ""


@cache
def templates() -> dict[str, dict[str, tuple[Template, ...]]]:
    """Return every phrase family: language -> intent -> templates."""
    found: dict[str, dict[str, list[Template]]] = {"en": defaultdict(list), "zh": defaultdict(list)}
    for path in sorted(DATA.glob("*_*.toml")):
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        lang = table["lang"]
        for intent, lines in table["intents"].items():
            for line in filter(None, lines.strip().splitlines()):
                source = _OPTIONAL.sub(r"(\1|)", line).replace(")?", ")") if lang == "zh" else line
                found[lang]["none" if intent == ASIDE else intent].append(parse(intent, lang, source))
    return {lang: {intent: tuple(rows) for intent, rows in table.items()} for lang, table in found.items()}


def intents() -> tuple[str, ...]:
    """Return the intents in a stable order, `none` last."""
    names = sorted({intent for table in templates().values() for intent in table} - {"none"})
    return (*names, "none")


def is_held_out_family(template: Template) -> bool:
    """Tell whether the family is for validation only."""
    return is_held_out(f"{template.lang}|{template.intent}|{template.source}", _HELD_OUT_ONE_IN)


class Generator:
    """An endless source of samples; `families` is "seen", "held_out" or "all".

    The homes use the words of training homes, those of held-out ones, or all of them.
    """

    def __init__(
        self, seed: int, *, families: str = "seen", has_held_out_homes: bool = False, has_all_words: bool = False
    ) -> None:
        self.rng = random.Random(seed)
        self.has_held_out_homes = has_held_out_homes
        self.has_all_words = has_all_words
        self.pools: dict[str, dict[str, tuple[Template, ...]]] = {"en": {}, "zh": {}}
        for lang, table in templates().items():
            for intent, rows in table.items():
                wanted = families == "held_out"
                kept = tuple(row for row in rows if families == "all" or is_held_out_family(row) == wanted)
                if kept:
                    self.pools[lang][intent] = kept
        self.turns = {
            lang: Turns(self.pools[lang], kept, partial(manners.dress, lang=lang, rng=self.rng), _WEIGHTS)
            for lang, kept in _kept_frames(families).items()
        }
        self.home = self.new_home()

    def samples(self, count: int, *, lang: str | None = None, compounds: float = 0.17) -> Iterator[Sample]:
        """Yield samples, a new home every few of them; with no compounds there are only single commands."""
        for index in range(count):
            if index % _SAMPLES_PER_HOME == 0:
                self.home = self.new_home()
            chosen = lang or self.rng.choice(("en", "zh"))
            share = self.rng.random()
            if share < compounds:
                yield self._compound(chosen)
            elif share < compounds * (1 + _TURNS):
                yield self._turned(chosen)
            else:
                yield self.single(chosen)

    def single(self, lang: str, intent: str | None = None) -> Sample:
        """Return a sample with one command, question or out-of-scope sentence."""
        rng = self.rng
        pool = self.pools[lang]
        name = intent or rng.choices(list(pool), [_WEIGHTS.get(key, 1.0) for key in pool])[0]
        if name == "none" and rng.random() < 0.06:
            return self._fragment(lang)
        template = rng.choice(pool[name])
        filler = Filler(home=self.home, rng=rng, lang=lang, is_mixed=rng.random() < 0.04 and name != "none")
        pieces, is_negated = self._said(template, filler)
        if name != "none" and rng.random() < 0.03:
            pieces = manners.trailing_joiner(pieces, lang, rng)
        share = {"none": _ASIDES / 4, "dialog": 0.0}.get(name.partition(".")[0], _ASIDES)
        parts = [(name, is_negated)]
        has_aside = rng.random() < share
        if has_aside:
            pieces, parts = self._beside(pieces, parts, lang)
        text, spans, starts, roles = _joined(self._finish(pieces, lang))
        is_own = _REMARK.search(template.source) and name != "none"
        if name == "none":
            roles = ((0, "remark"),)
        elif is_own or is_turned(template) or name.startswith("dialog."):
            roles = ()
        is_pair = lang == "zh" and not is_negated and not filler.is_mixed and not has_aside
        return Sample(
            text=text, lang=lang, intent=name, spans=spans, is_negated=is_negated,
            segments=() if is_own else starts, roles=roles, parts=() if is_own else _fitting(parts, starts),
            family=f"{lang}|{template.intent}|{template.source}", pair=self._pair(template, filler) if is_pair else "",
        )  # fmt: skip

    def _beside(
        self, pieces: list[Piece], parts: list[tuple[str, bool]], lang: str
    ) -> tuple[list[Piece], list[tuple[str, bool]]]:
        """Return the pieces with a remark before or behind them, each beginning a part of its own; and all parts."""
        rng = self.rng
        remarks = [row for row in self.pools[lang]["none"] if row.intent == ASIDE]
        place = rng.choices(("before", "behind", "both"), (45, 45, 10))[0]
        if place != "behind":
            parts = [("none", False), *parts]
            pieces = [
                marked("remark"),
                *self._remark(rng.choice(remarks), lang),
                (manners.aside_joiner(lang, rng), ""),
                _SEGMENT,
                marked("command"),
                *pieces,
            ]
        if place != "before":
            parts = [*parts, ("none", False)]
            pieces = [
                *pieces,
                (manners.aside_joiner(lang, rng), ""),
                _SEGMENT,
                marked("remark"),
                *self._remark(rng.choice(remarks), lang),
            ]
        return pieces, parts

    def _remark(self, template: Template, lang: str) -> list[Piece]:
        said = expand(template.body, self.rng, Filler(home=self.home, rng=self.rng, lang=lang).fill)
        return [(text, "") for text, _ in said]

    def _said(self, template: Template, filler: Filler) -> tuple[list[Piece], bool]:
        rng, lang = self.rng, template.lang
        pieces = expand(template.body, rng, filler.fill)
        if lang == "zh" and "onM" in template.slots and rng.random() < 0.3:
            where = filler.fill("D", "media") if rng.random() < 0.6 else [("在", ""), *filler.fill("A", "")]
            pieces = [*where, *pieces]
        if not template.is_imperative:
            return pieces, False
        if template.intent.startswith("home.") and rng.random() < 0.1:
            return manners.negate(pieces, lang, rng), True
        if template.intent.startswith("home.") and rng.random() < 0.11:
            pieces = manners.timed(pieces, lang, rng)
        return manners.dress(pieces, lang, rng), False

    def _pair(self, template: Template, filler: Filler) -> str:
        slots = [slot for slot in template.slots if slot not in ("onM", "inA", "A")]
        rows = self.pools["en"].get(template.intent, ())
        fitting = [row for row in rows if [s for s in row.slots if s not in ("onM", "inA", "A")] == slots]
        if not fitting or template.intent == "none":
            return ""
        return _joined(expand(self.rng.choice(fitting).body, self.rng, filler.again("en").fill))[0]

    def _compound(self, lang: str) -> Sample:
        rng = self.rng
        pool = self.pools[lang]
        names = [name for name in pool if name.startswith("home.") and ".query" not in name]
        others = [name for name in pool if name.startswith(("timer.start", "reminder.set", "list.add", "home.query_v"))]
        pieces: list[Piece] = []
        parts: list[tuple[str, bool]] = []
        count = rng.choices((2, 3), (85, 15))[0]
        last = ""
        for index in range(count):
            name = rng.choices(names, [_WEIGHTS.get(key, 1.0) for key in names])[0]
            if last and rng.random() < 0.3:
                name = last
            elif rng.random() < 0.08 and others:
                name = rng.choice(others)
            template = rng.choice(pool[name])
            part, is_negated = self._said(template, Filler(home=self.home, rng=rng, lang=lang))
            if index:
                pieces.append((manners.joiner(lang, rng, is_contrast=is_negated and rng.random() < 0.6), ""))
            pieces += [_SEGMENT, *part]
            parts.append((name, is_negated))
            last = name
        if rng.random() < _ASIDES / 2:
            pieces, parts = self._beside(pieces[1:], parts, lang)
        text, spans, starts, roles = _joined(self._finish(pieces, lang))
        return Sample(
            text=text, lang=lang, intent=COMPOUND, spans=spans, segments=starts, roles=roles,
            parts=_fitting(parts, starts), family=f"{lang}|compound",
        )  # fmt: skip

    def _turned(self, lang: str) -> Sample:
        turn = self.turns[lang].draw(Filler(home=self.home, rng=self.rng, lang=lang))
        pieces = turn.pieces
        if not turn.is_remark and self.rng.random() < _ASIDES / 2:
            pieces, _ = self._beside(pieces, [], lang)
        text, spans, _, roles = _joined(self._finish(pieces, lang))
        return Sample(
            text=text, lang=lang, intent=turn.intent or COMPOUND, spans=spans, family=turn.family,
            segments=(), roles=((0, "remark"),) if turn.is_remark else roles,
        )  # fmt: skip

    def _fragment(self, lang: str) -> Sample:
        filler = Filler(home=self.home, rng=self.rng, lang=lang)
        pieces = filler.fill(*self.rng.choice((("D", "cover+climate+media+plug+lock"), ("A", ""), ("person", ""))))
        text, spans, *_ = _joined(self._finish(pieces, lang))
        return Sample(text=text, lang=lang, intent="none", spans=spans, family=f"{lang}|none|fragment")

    def _finish(self, pieces: list[Piece], lang: str) -> list[Piece]:
        pieces = disturb(pieces, lang, self.rng)
        if self.rng.random() < 0.25:
            marks = (".", "!", "?", ".") if lang == "en" else ("。", "！", "？", "。")
            pieces = [*pieces, (self.rng.choice(marks), "")]
        return pieces

    def new_home(self) -> Home:
        """Return another random home."""
        return Home(self.rng, is_held_out=self.has_held_out_homes, is_open=self.has_all_words)


def _kept_frames(families: str) -> dict[str, dict[str, tuple[Template, ...]]]:
    """Return what turns commands round: the frames that are learned from, those held out, or all."""
    wanted = families == "held_out"
    return {
        lang: {
            name: tuple(row for row in rows if families == "all" or is_held_out_family(row) == wanted)
            for name, rows in lists.items()
        }
        for lang, lists in frames().items()
    }


def _fitting(parts: list[tuple[str, bool]], starts: tuple[int, ...]) -> tuple[tuple[str, bool], ...]:
    """Return the parts where there are several, each with a start of its own."""
    return tuple(parts) if len(parts) == len(starts) > 1 else ()


def _joined(
    pieces: list[Piece],
) -> tuple[str, tuple[tuple[int, int, str], ...], tuple[int, ...], tuple[tuple[int, str], ...]]:
    """Return the text, its tagged spans, where its parts begin, and from where on which role holds."""
    text = ""
    roles: list[tuple[int, str]] = [(0, "command")]
    spans: list[tuple[int, int, str]] = []
    starts = [0]
    for raw, tag in pieces:
        part = re.sub(r" +", " ", raw)
        if part.startswith(" ") and (not text or text.endswith(" ")):
            part = part[1:]
        if part.startswith((",", "?")) and text.endswith(" "):
            text = text[:-1]
        if tag == "segment":
            starts.append(len(text))
        elif tag.startswith("role:"):
            roles.append((len(text), tag.removeprefix("role:")))
        elif tag and part.strip():
            start = len(text) + len(part) - len(part.lstrip())
            spans.append((start, start + len(part.strip()), tag))
        text += part
    return text.rstrip(), tuple(spans), tuple(sorted(set(starts))), tuple(roles)

"""Fills the slots of a template for one home, the same meaning in whichever language is asked for."""

import random
import tomllib
from dataclasses import dataclass, field
from functools import cache

from training.corpus import phrases, values
from training.corpus.grammar import Piece
from training.corpus.home import DEVICES, PLACES, Home
from training.corpus.lexicon import DATA, Entry

_ENTRY_SLOTS = {
    "color": (values.WORDS["color"], "color"),
    "white": (values.WORDS["white"], "color"),
    "hvac": (values.WORDS["hvac"], "mode"),
    "fanmode": (values.WORDS["fanmode"], "mode"),
    "source": (values.WORDS["source"], "mode"),
    "media": (values.WORDS["media"], "media"),
    "attr": (values.WORDS["attribute"], "attribute"),
    "cattr": (values.WORDS["climate_attribute"], "attribute"),
    "group": (PLACES["groups"], "person"),
    "scene": (DEVICES["scene"], "device"),
    "button": (DEVICES["button"], "device"),
    "item:groceries": (values.WORDS["groceries"], "item"),
    "item:task": (values.WORDS["task"], "item"),
    "item:message": (values.WORDS["message"], "item"),
    "item:timer": (values.WORDS["timer"], "item"),
}
_TARGET_STYLES = {"N": "none", "D0": "none", "kind": "none", "K0": "none"}


@cache
def word_lists(lang: str) -> dict[str, tuple[str, ...]]:
    """Return the word lists that stand in the out-of-scope grammar of one language."""
    tables = tomllib.loads((DATA / f"{lang}_none.toml").read_text(encoding="utf-8"))
    return {name: tuple(text.split("|")) for name, text in tables["words"].items()}


@dataclass(slots=True)
class Filler:
    """Draws one meaning per slot and keeps it, so that a second reading says the same."""

    home: Home
    rng: random.Random
    lang: str
    is_mixed: bool = False
    meanings: dict[str, list[object]] = field(default_factory=dict)
    turn: dict[str, int] = field(default_factory=dict)

    def again(self, lang: str) -> "Filler":
        """Return a filler that says the same meanings in another language."""
        return Filler(home=self.home, rng=self.rng, lang=lang, meanings=self.meanings)

    def fill(self, name: str, arg: str) -> list[Piece]:
        """Render one slot; the signature that the grammar asks for."""
        key = f"{name}:{arg}" if arg else name
        if key in _ENTRY_SLOTS:
            entries, tag = _ENTRY_SLOTS[key]
            entry = self._meaning(key, lambda: self.rng.choice(entries))
            assert isinstance(entry, Entry)
            return [(self.rng.choice(entry.en if self.lang == "en" else entry.zh), tag)]
        if name in ("D", "N", "K", "Q", "D0", "K0", "kind", "kinds"):
            return self._target(key, name, arg.rstrip("0"), is_plain=arg.endswith("0"))
        return self._other(name, arg)

    def _other(self, name: str, arg: str) -> list[Piece]:
        rng, lang = self.rng, self.lang
        match name:
            case "A" | "inA":
                return self._place(name)
            case "onM":
                return self._on_media()
            case "V":
                return [(values.value(arg, lang, rng), "value")]
            case "when":
                return [(values.when(lang, rng), "when")]
            case "clock":
                return [(values.clock(lang, rng), "when")]
            case "dur":
                return [(values.duration(lang, rng), "duration")]
            case "num":
                return [(str(rng.randint(2, 999)), "")]
            case "person":
                person = self._meaning("person", lambda: rng.choice(self.home.people))
                assert isinstance(person, Entry)
                return [(rng.choice(person.en if lang == "en" else person.zh), "person")]
            case "gibberish":
                return [(_gibberish(lang, rng), "")]
            case "routine_act":
                verb = rng.choice(("turn on ", "turn off ") if lang == "en" else ("打开", "关掉"))
                return [(verb, ""), *self.fill("D", "onoff")]
            case _:
                return [(rng.choice(word_lists(lang)[name]), "")]

    def _target(self, key: str, name: str, kinds: str, *, is_plain: bool) -> list[Piece]:
        style = _TARGET_STYLES.get(name, "none" if is_plain else "")
        if name in ("K", "kinds", "Q"):
            style = "kinds"
        target = self._meaning(key, lambda: phrases.draw_target(self.home, kinds, style=style))
        assert isinstance(target, phrases.Target)
        is_english = (self.lang == "en") != self.is_mixed
        rng = self.rng
        if name == "Q":
            return phrases.all_en(target, rng) if is_english else phrases.all_zh(target, rng)
        if name in ("K", "kinds"):
            word = phrases.plural(rng.choice(target.entry.en)) if is_english else rng.choice(target.entry.zh)
            article = "the " if is_english and name == "K" and rng.random() < 0.15 else ""
            return [(article, ""), (word, "device")]
        if name == "N" and is_english:
            return [(rng.choice(("the ", "the ", "")), ""), (rng.choice(target.entry.en), "device")]
        return phrases.target_en(target, rng) if is_english else phrases.target_zh(target, rng)

    def _place(self, name: str) -> list[Piece]:
        if name == "inA" and self.rng.random() < 0.2:
            return []
        place = self._meaning(name, lambda: phrases.draw_place(self.home, is_adverb=name == "inA"))
        assert isinstance(place, phrases.Place)
        if self.lang == "en":
            return phrases.place_en(place, self.rng, is_adverb=name == "inA")
        return phrases.place_zh(place, self.rng, is_adverb=self.rng.random() < 0.4)

    def _on_media(self) -> list[Piece]:
        if self.lang != "en" or self.rng.random() < 0.6:
            return []
        if self.rng.random() < 0.4:
            return [(" ", ""), *self._place("inA")]
        return [(" on ", ""), *self._target("D:media", "D", "media", is_plain=False)]

    def _meaning(self, key: str, draw: "object") -> object:
        kept = self.meanings.setdefault(key, [])
        index = self.turn.get(key, 0)
        self.turn[key] = index + 1
        if index >= len(kept):
            assert callable(draw)
            kept.append(draw())
        return kept[index]


def _gibberish(lang: str, rng: random.Random) -> str:
    if lang == "en":
        lists = word_lists("en")
        words = [rng.choice(rng.choice(list(lists.values()))) for _ in range(rng.randint(1, 3))]
        words += ["".join(rng.choices("abcdefghijklmnopqrstuvwxyz", k=rng.randint(2, 8))) for _ in range(2)]
        rng.shuffle(words)
        return " ".join(words[: rng.randint(1, 4)])
    pool = "".join("".join(words) for words in word_lists("zh").values())
    return "".join(rng.choices(pool, k=rng.randint(2, 8)))

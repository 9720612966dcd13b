"""The skill's words in one language: responses and cue words, read from the files beside it."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from hub.sdk import Device

_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_FOLDER = Path(__file__).parent
FALLBACK = "en"


class Words:
    """Sentences and words of one language; a sentence that is missing falls back to English."""

    def __init__(self, language: str, responses: Mapping[str, Mapping[str, str]], cues: Mapping[str, Sequence[str]]):
        self.language = language
        self._responses = responses
        self._cues = cues

    def say(self, group: str, key: str, **values: str) -> str:
        """Return the sentence `group.key` with its placeholders filled.

        Raises:
            KeyError: neither this language nor English has it.
        """
        text = self._responses.get(group, {}).get(key)
        if text is None:
            text = _responses(FALLBACK)[group][key]
        return text.format(**values) if values else text

    def word(self, group: str, key: str, default: str = "") -> str:
        """Return the word `group.key`, or the default where there is none."""
        return self._responses.get(group, {}).get(key, default)

    def has_cue(self, cue: str, text: str) -> bool:
        """Tell whether `text` holds one of the cue's words (whole words in English)."""
        lowered = text.casefold()
        if self.language == "zh":
            return any(word in lowered for word in self._cues.get(cue, ()))
        padded = f" {' '.join(lowered.split())} "
        return any(f" {word} " in padded for word in self._cues.get(cue, ()))

    def ends_with_cue(self, cue: str, text: str) -> bool:
        """Tell whether `text` ends with one of the cue's words."""
        lowered = text.casefold().rstrip()
        if self.language == "zh":
            return lowered.endswith(tuple(self._cues.get(cue, ())))
        return lowered.rpartition(" ")[2] in self._cues.get(cue, ())

    def name(self, device: Device) -> str:
        """Return what the device is called in this language: its own name, unless only an alias is in the language."""
        is_chinese = self.language == "zh"
        names = (device.name, *device.aliases)
        return next((name for name in names if (_CHINESE.search(name) is not None) == is_chinese), device.name)

    def join(self, items: Sequence[str]) -> str:
        """Return "a, b and c"."""
        if len(items) < 2:
            return "".join(items)
        return self.say("list", "last", head=self.say("list", "comma").join(items[:-1]), tail=items[-1])

    def sentence(self, *parts: str) -> str:
        """Return several sentences as one text."""
        return ("" if self.language == "zh" else " ").join(part for part in parts if part)

    def age(self, seconds: float) -> str:
        """Return "5 minutes ago", in the largest unit that fits."""
        for key, size in (("days", 86400), ("hours", 3600), ("minutes", 60)):
            if seconds >= size:
                count = int(seconds // size)
                return self.say("age", key if count != 1 else f"{key}_one", n=str(count))
        return self.say("age", "now")


@cache
def words_of(language: str) -> Words:
    """Return the words of a language ("zh-CN" counts as "zh"); one that is not there gets English."""
    short = language.partition("-")[0]
    if not (_FOLDER / "responses" / f"{short}.toml").is_file():
        short = FALLBACK
    return Words(short, _responses(short), _cues(short))


@cache
def _responses(language: str) -> Mapping[str, Mapping[str, str]]:
    return tomllib.loads((_FOLDER / "responses" / f"{language}.toml").read_text(encoding="utf-8"))


@cache
def _cues(language: str) -> Mapping[str, Sequence[str]]:
    cues: Mapping[str, Sequence[str]] = tomllib.loads(
        (_FOLDER / "responses" / f"{language}_cues.toml").read_text(encoding="utf-8")
    )
    return cues

"""Words of an utterance or a name: one token per word, one per Chinese character, with offsets."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

_TOKEN = re.compile(
    r"[\u3400-\u4dbf\u4e00-\u9fff\u3007]|[^\W_\u3400-\u4dbf\u4e00-\u9fff\u3007]+(?:['’](?:s|re|m|ll|ve|d|t)\b)?"
)
_CJK = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\u3007]")
_IRREGULAR = {
    "shelves": "shelf",
    "children": "child",
    "men": "man",
    "women": "woman",
    "knives": "knife",
    "halves": "half",
    "stairs": "stair",
    "upstairs": "upstairs",
    "downstairs": "downstairs",
    "televisions": "television",
    "tvs": "tv",
    "gas": "gas",
    "lens": "lens",
    "series": "series",
    "news": "news",
    "this": "this",
    "always": "always",
    "yes": "yes",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A word: as it stands in the text (lower case), its stem, and where it stands."""

    text: str
    stem: str
    start: int
    end: int

    @property
    def is_cjk(self) -> bool:
        """Tell whether this is a Chinese character."""
        return is_cjk(self.text)

    @property
    def is_plural(self) -> bool:
        """Tell whether the word was in the plural."""
        return self.text != self.stem and self.text.endswith("s") and "'" not in self.text


def is_cjk(text: str) -> bool:
    """Tell whether the text holds a Chinese character."""
    return _CJK.search(text) is not None


def tokenise(text: str) -> tuple[Token, ...]:
    """Return the words of `text` in order; punctuation and symbols are left out."""
    return tuple(
        Token(text=word.lower(), stem=stem(word.lower()), start=found.start(), end=found.end())
        for found in _TOKEN.finditer(text)
        for word in (found.group().replace("’", "'"),)
    )


@lru_cache(maxsize=16384)
def stem(word: str) -> str:
    """Return the singular of a lower-case word without possessive and accents; other words as they are."""
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if not word.isascii() and not is_cjk(word):
        word = "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c))
    if word.endswith("'s"):
        return word[:-2]
    if len(word) < 4 or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("ches", "shes", "xes", "sses")):
        return word[:-2]
    return word[:-1]


def key_of(text: str) -> str:
    """Return the match form of a name: its stems joined, so that "Bed Room" and "bedrooms" meet."""
    return join(tokenise(text))


def join(tokens: tuple[Token, ...] | list[Token]) -> str:
    """Return the match form of a run of tokens."""
    return "".join(token.stem for token in tokens)

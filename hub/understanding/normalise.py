"""The first step: one form of Unicode, nothing invisible, a bounded length, and the language."""
# ruff: noqa: E501 - patterns and word lists in two scripts are read by the line

import re
import unicodedata
from dataclasses import dataclass

from hub.contracts.frame import RejectReason
from hub.understanding.script import to_simplified
from hub.understanding.tokens import is_cjk, tokenise

MAX_CHARACTERS = 500  # longer is no spoken request

_SPACES = re.compile(r"\s+")
_APOSTROPHES = re.compile(r"[’‘`´]")
_CHINESE = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
_KANA_HANGUL = re.compile(r"[\u3040-\u30ff\uac00-\ud7af]")
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]")
_OTHER_LETTERS = re.compile(r"[^\W\d_A-Za-z\u00c0-\u024f\u3400-\u4dbf\u4e00-\u9fff]")
_FILLER = re.compile(
    r"^(?:(?:um+|uh+|er+|erm|hmm+|oh|ah|well|so|ok(?:ay)?|right|alright|hey|hi|hello|yo|please|now then)\b[\s,.!…]*)+"
    r"|^(?:(?:嗯+|呃+|额+|啊+|哦+|那个|喂|嗨|你好|您好|哎|诶|欸)[\s,。、!…]*)+",
    re.IGNORECASE,
)
_POLITE = re.compile(
    r"^(?:(?:有空|方便|可以|有时间|不麻烦|如果方便|如果可以|要是方便)(?:的话)[\s,，]*|麻烦你?您?(?:帮我?)?|劳驾)+"
    r"|^(?:(?:when|if|whenever) (?:you(?:'ve| have)? (?:get|got) (?:a )?(?:chance|moment|minute|sec(?:ond)?)|it's not too much trouble|"
    r"you don't mind|you could|you can|possible|that's ok(?:ay)?)[\s,]*)+",
    re.IGNORECASE,
)
_OFF = re.compile(r"\b(turn|switch|shut) of\b(?! (?:course|it all))", re.IGNORECASE)
_TAIL = re.compile(
    r"(?:[\s,]*\b(?:please|thanks|thank you|thx|pls|cheers|ok(?:ay)?)\b|谢谢你?|多谢|拜托)[\s.!。]*$", re.IGNORECASE
)
_FOREIGN = frozenset(
    """der die das den dem ein eine einen und ist nicht mach mache schalte licht bitte im wohnzimmer küche
    le la les des une est allume éteins lumière dans cuisine salon ouvre ferme s'il plaît
    el los las enciende apaga luz luces por favor cocina abre cierra enciéndeme
    accendi spegni luce della nella soggiorno cucina apri chiudi
    ligue desligue luzes cozinha sala zet aan uit lampen keuken woonkamer""".split()
)
_ENGLISH = frozenset(
    """the a an is are turn switch set make on off in to of it and please what how my me lights light up down open
    close lock start stop play put i can you for at all dim""".split()
)
_HOMOGLYPHS = str.maketrans("аеорсухіѕԁ", "aeopcyxisd")


@dataclass(frozen=True, slots=True, kw_only=True)
class Normalised:
    """The text that everything after reads.

    Attributes:
        text: NFKC, without invisible characters, runs of spaces made one, fillers at the ends taken off.
        match: the same, of the same length, in Simplified characters.
        language: "en" or "zh": the language to answer in.
        is_suspicious: a word mixes scripts or digits into letters: nothing risky is done on it.
        rejected: why the text cannot be read, None where it can.
    """

    text: str
    match: str
    language: str
    is_suspicious: bool = False
    rejected: RejectReason | None = None


def normalise(text: str, preferred: str | None = None) -> Normalised:
    """Return the normalised text; rejected where it is empty, too long, or in no language that we speak."""
    fallback = "zh" if (preferred or "").startswith("zh") else "en"
    if len(text) > MAX_CHARACTERS * 4:
        return Normalised(text="", match="", language=fallback, rejected=RejectReason.TOO_LONG)
    clean = unicodedata.normalize("NFKC", text)
    clean = "".join(
        " " if unicodedata.category(c) in _BLANK else c for c in clean if unicodedata.category(c) not in _INVISIBLE
    )
    clean = _APOSTROPHES.sub("'", _SPACES.sub(" ", clean).strip())
    if len(clean) > MAX_CHARACTERS:
        return Normalised(text="", match="", language=fallback, rejected=RejectReason.TOO_LONG)
    is_suspicious = _is_suspicious(clean)
    if is_suspicious:
        clean = clean.translate(_HOMOGLYPHS)
    language = "zh" if is_cjk(clean) else "en" if _LATIN.search(clean) else fallback
    clean = _strip(_OFF.sub(r"\1 off", clean))
    return Normalised(
        text=clean,
        match=to_simplified(clean),
        language=language,
        is_suspicious=is_suspicious,
        rejected=_rejection(clean),
    )


_INVISIBLE = frozenset({"Cf", "Co", "Cn", "Cs"})
_BLANK = frozenset({"Cc", "Zs", "Zl", "Zp"})


def _strip(text: str) -> str:
    for pattern in (_FILLER, _POLITE, _TAIL):
        stripped = pattern.sub("", text).strip()
        if tokenise(stripped):  # "hello" and "thanks" alone are what was said
            text = stripped
    return text


def _is_suspicious(text: str) -> bool:
    for word in re.findall(r"[^\W_]+", text):
        letters = _CHINESE.sub("", word)
        has_latin = _LATIN.search(letters) is not None
        if has_latin and _OTHER_LETTERS.search(letters):
            return True
        if re.search(r"[A-Za-z]\d+[A-Za-z]", letters):
            return True
    return False


def _rejection(text: str) -> RejectReason | None:
    words = [token.text for token in tokenise(text)]
    if not words:
        return RejectReason.EMPTY
    if _KANA_HANGUL.search(text):
        return RejectReason.LANGUAGE
    known = len(_LATIN.findall(text)) + len(_CHINESE.findall(text))
    if len(_OTHER_LETTERS.findall(text)) > known:
        return RejectReason.LANGUAGE
    if not is_cjk(text):
        foreign = sum(word in _FOREIGN for word in words)
        if foreign >= 2 and foreign > sum(word in _ENGLISH for word in words):
            return RejectReason.LANGUAGE
    return None

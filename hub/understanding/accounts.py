"""Whether a reading accounts for all that bears on a command: what it passes over is asked about, never guessed.

The model is often sure of a command and blind to the half-sentence beside it. Whatever may turn a command round (what is
left out, what is not to be done, a second thought) and whatever names something of this home must show in the result.
"""
# ruff: noqa: E501 - patterns in two scripts are read by the line

import re
from collections.abc import Iterable, Sequence
from itertools import combinations

from hub.contracts.frame import Frame, Scope
from hub.understanding.forms import CONCEPTS, forms_of
from hub.understanding.framed import Framed
from hub.understanding.index import HomeIndex
from hub.understanding.lexicon.kinds import KIND_WORDS
from hub.understanding.lexicon.words import ALL_WORDS, ARTICLES, FOLLOW_WORDS, PREPOSITIONS
from hub.understanding.numbers import find_numbers
from hub.understanding.reading import Reading
from hub.understanding.script import to_simplified
from hub.understanding.tokens import Token

_LEFT_OUT = re.compile(
    r"\b(?:except|excluding|apart from|aside from|other than|all but|everything but|save for|but not?|bar (?:the|my|our))\b"
    r"|\b(?:must|should|has to|have to|needs to|can) (?:stay|remain|be left)\b|\b(?:leave|let) (?:\S+ ){1,4}(?:alone|be|as (?:it|they) (?:is|are))\b"
    r"|除了(?!这)|除去|除外|以外|之外|唯独|不要动|别动|留着(?![^,，]{0,3}[打开亮])",
    re.IGNORECASE,
)
"""Cues that something is to be left out."""
_FORBIDS = re.compile(
    r"\b(?:don'?t|do not|never|not the)\b(?! (?:need|want|ask|worry|mind|like|know|forget|have|care|think|hear|see|get))"
    r"|(?<![特区分各性告级])别(?![的人墅处忘]|[^,，]{1,3}[着了]了?$)|(?<![关要])不关(?!紧|心|系)|(?<!要)不要(?!紧)|不许|不准|甭",
    re.IGNORECASE,
)
"""Cues that something is not to be done."""
_SECOND_THOUGHT = re.compile(
    r"\b(?:i mean[t]?|i should say|scratch that|correction|oops|whoops|hang on|hold on|rather than|instead of|don'?t bother|changed my mind)\b"
    r"|说错|讲错|说反|搞反|弄错|我是说|我的意思|口误|搞错|不对",
    re.IGNORECASE,
)
"""Cues that what was said before is put right."""
_ONE = re.compile(
    r"\b(?:(?:just |only )?one|a single one|any one|either) of\b|[开关点灭](?:上|掉)?一[盏个只台扇]", re.IGNORECASE
)
"""Cues that one of several is meant."""
_SAID_BY_NOT = ("home.change_", "home.stop", "home.pause", "home.return_to_base", "home.mute", "home.set_oscillating")
"""Intents that people ask for in the negative ("not so loud", 别扫了)."""
_THERE = re.compile(r"\b(?:in |over |up |down |out )?there\b(?!'s| is| are| was| were)|那边|那里|那儿", re.IGNORECASE)
"""A place that was spoken of; no target of ours stands there unless it was found by that."""
_CONTRARY = (
    frozenset({"home.turn_on", "home.turn_off"}), frozenset({"home.open", "home.close"}),
    frozenset({"home.lock", "home.unlock"}), frozenset({"home.toggle", "home.turn_on"}),
    frozenset({"home.toggle", "home.turn_off"}), frozenset({"home.play", "home.pause"}),
)  # fmt: skip
_BOTH_ZH = re.compile(
    r"(?:打开|拉开|开开|开一下|开了).*(?:关掉|关了|关上|拉上|关一下)|(?:关掉|关了|关上|拉上|关一下).*(?:打开|拉开|开开|开一下)"
)
_REPORTED = re.compile(
    r"^(?!你|您|请|帮|跟|和|我说|是)[\u4e00-\u9fff]{1,4}(?:说|讲过?)(?!一下|话|声|到|说)"
    r"|^(?!你|请|帮)[\u4e00-\u9fff]{1,4}(?:跟|对|告诉|问)[\u4e00-\u9fff]{1,4}(?:说|讲|道)?[,，：:]"
    r"|^(?:my |the |our )?\w+ (?:said|says|told me|reckons|thinks)\b|\b(?:is|are) always on about\b|\bkeeps (?:on )?about\b",
    re.IGNORECASE,
)
"""Somebody else's words: perhaps a message, perhaps only news."""
_THEN = re.compile(r"(?:了|[,，])\s*就(?=自动|把|给|帮|让|开|关|打|拉|锁)")
"""A condition that no time was read from (太阳落山了就...)."""
_SPANS = frozenset({"value", "when", "duration", "mode", "color", "media", "item", "attribute", "state"})
_MIN_LETTERS = 3
_COMMON = ARTICLES | ALL_WORDS | PREPOSITIONS | FOLLOW_WORDS | frozenset(
    "on off up down left right light lights turn switch set open close lock start stop play put get go little bit main "
    "big room mode air small new old back front side top night day time home house good".split()
)  # fmt: skip


def passed_over(reading: Reading, frame: Frame, index: HomeIndex) -> tuple[str, ...]:
    """Return the words of one command that bear on it, or name something of the home, and show nowhere in its frame."""
    if not is_act(frame.intent) or frame.is_negated:
        return ()
    found = [cue.group() for cue in _SECOND_THOUGHT.finditer(reading.match)]
    if not frame.target.excluded and not frame.intent.startswith(_SAID_BY_NOT):
        found += [cue.group() for cue in _FORBIDS.finditer(reading.match)]
    if not any(mention.areas for mention in reading.mentions) and frame.target.scope is not Scope.NAMED:
        found += [cue.group() for cue in _THERE.finditer(reading.match)]
    if frame.intent in ("home.turn_on", "home.turn_off", "home.open", "home.close"):
        found += _both_ways(reading, frame)
    if frame.intent.startswith("home.set_"):
        found += _other_values(reading)
    if len(frame.target.devices) > 1:
        found += [cue.group() for cue in _ONE.finditer(reading.match)]
    if frame.target.devices:
        found += _unheard_names(reading, frame, index)
    return tuple(found)


def is_doubtful(text: str, made: Iterable[Framed]) -> bool:
    """Tell whether something was to be left out of commands that all go ahead, or somebody else's words are told."""
    frames = [one.frame for one in made if not one.is_aside]
    if not any(is_act(frame.intent) for frame in frames):
        return False
    said = to_simplified(text)
    if _REPORTED.search(said) is not None or any(_are_contrary(*pair) for pair in combinations(frames, 2)):
        return True
    if _THEN.search(said) is not None and not any(frame.when is not None for frame in frames):
        return True
    is_taken_out = any(frame.target.excluded or frame.is_negated for frame in frames)
    return not is_taken_out and _LEFT_OUT.search(said) is not None


def _both_ways(reading: Reading, frame: Frame) -> list[str]:
    """Return "on" and "off" where one command says both ("spots off island on")."""
    outside = [t.text for t in reading.tokens if not any(span.overlaps(t.start, t.end) for span in reading.spans)]
    if "on" in outside and "off" in outside and "or" not in outside:
        return ["on", "off"]
    if frame.intent in ("home.turn_off", "home.close") and outside[:1] == ["open"]:
        return ["open"]
    return ["开", "关"] if _BOTH_ZH.search(reading.match) is not None else []


def _other_values(reading: Reading) -> list[str]:
    """Return the numbers of one setting that has several ("22, no, 24"): which one holds is not for us to say."""
    spans = [span for span in reading.spans if span.tag == "value"]
    numbers = [reading.match[n.start : n.end] for n in find_numbers(reading.match)
               if any(span.overlaps(n.start, n.end) for span in spans)]  # fmt: skip
    return numbers if len(set(numbers)) > 1 else []


def _are_contrary(one: Frame, other: Frame) -> bool:
    """Tell whether two commands undo each other on the same thing, neither at a time of its own."""
    is_timed = any(frame.when is not None or frame.is_negated for frame in (one, other))
    is_shared = bool(set(one.target.devices) & set(other.target.devices))
    return {one.intent, other.intent} in _CONTRARY and is_shared and not is_timed


def is_act(intent: str) -> bool:
    """Tell whether an intent moves something."""
    return intent.startswith("home.") and not intent.startswith(("home.query_", "home.locate"))


def _unheard_names(reading: Reading, frame: Frame, index: HomeIndex) -> list[str]:
    """Return words that only stand in names of other things or places than those that were found."""
    known = _words_of((*frame.target.devices, *frame.target.excluded), frame.target.areas, index)
    taken = [span for span in reading.spans if span.tag in _SPANS]
    return [
        token.text
        for token in reading.tokens
        if not token.is_cjk and _is_telling(token, index) and token.stem not in known
        and not any(span.overlaps(token.start, token.end) for span in taken)
    ]  # fmt: skip


def _is_telling(token: Token, index: HomeIndex) -> bool:
    concept = CONCEPTS.get(token.stem, ("",))[0]
    return (
        len(token.stem) >= _MIN_LETTERS
        and token.stem in index.words
        and token.text not in _COMMON
        and concept not in KIND_WORDS
        and not concept
    )


def _words_of(devices: Sequence[str], areas: Sequence[str], index: HomeIndex) -> set[str]:
    known: set[str] = set()
    places = list(areas)
    for device_id in devices:
        device = index.by_id.get(device_id)
        if device is None:
            continue
        known.update(word for form in index.forms[device_id] for word in form.stems)
        known.update(forms_of(device.owner).stems if device.owner else ())
        places += [device.area] if device.area else []
    for place in places:
        area = index.area_by_id.get(place)
        for name in (area.name, *area.aliases) if area else ():
            known.update(forms_of(name).stems)
        floor = next((one for one in index.floors if area is not None and one.id == area.floor), None)
        for name in (floor.name, *floor.aliases) if floor else ():
            known.update(forms_of(name).stems)
    return known

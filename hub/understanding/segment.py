"""Where one command ends and the next begins: the model's segment logits, and what punctuation leaves no doubt about."""
# ruff: noqa: E501 - patterns and word lists in two scripts are read by the line

import re
from dataclasses import dataclass
from itertools import pairwise

from hub.understanding.encoder import Encoded
from hub.understanding.numbers import find_numbers
from hub.understanding.tokens import Token

_EDGE_START = re.compile(
    r"^(?:[\s,.;!?，。；！？、]|\b(?:and|then|also|plus|after that|but)\b|然后|接着(?![放播唱吹扫听看])|并且|并|再(?=把|关|开|打|将|调)|还有|同时|顺便|另外|，)+",
    re.IGNORECASE,
)
_EDGE_END = re.compile(
    r"(?:[\s,.;!?，。；！？、]|\b(?:and|then|also|plus|but)\b|然后|接着|并且|并|还有|同时|顺便|另外|和|再)+$",
    re.IGNORECASE,
)
_HARD = re.compile(r"[.;!?。；！？]+\s*(?=\S)|\s*(?:,|，)?\s*(?:\band then\b|然后|接着(?![放播唱吹扫听看]))")

_BEFORE_VERB = re.compile(
    r"[也都全]$|^(?:please )?(?:pause|stop|mute|unmute|skip|record)\s+$|\b(?:once|when|whenever|if|unless|until|till|after|before|while|because|the|a|an|my|to|in|on|at|of)\s+$",
    re.IGNORECASE,
)
"""What stands between a thing and its verb in Chinese (咖啡机也|关掉), or opens a clause: no command begins behind it."""
_SWAP = re.compile(r"(?<=[\u4e00-\u9fff])(?:换成?|改开|改用)(?=[\u4e00-\u9fff]{0,6}(?:灯|空调|风扇|音箱|电视))")
"""One thing off and another on (吊灯关掉换成阅读灯): two commands."""
_STATED = (
    r"(?:i'?m|i am|i'?ve|i have|i can'?t|we'?re|we are|we'?ve|it'?s|it is|that'?s|he'?s|she'?s|they'?re|there'?s|there are|"
    r"(?:some|no)(?:one|body)(?:'s| is)|\w+'s (?:on the|in the|at the|asleep|sleeping|working|home|here|coming|out)|(?:the|my|our) \w+(?: \w+)?(?:'s| is| are| has| have))\b"
)
_SAID_WHY = re.compile(
    rf"[,;]\s*(?={_STATED})|^(?:{_STATED})[^,;]*[,;]\s*(?:so )?(?=\w+ (?!on\b|off\b)\w)"
    r"|[,，]\s*(?=(?:我们?|咱们?|他们?|她们?|孩子|娃|宝宝|外面|天)(?:[^,，把关开调打锁放播拉停扫]{1,14})$)",
    re.IGNORECASE,
)
"""A clause that says how things are, before or behind a command: a part of its own, in both languages."""
_STAYS = re.compile(
    r"(?:[,;]\s*|\s)(?=but (?:leave|keep|don'?t touch|not|skip)\b)|[,;]\s*(?=(?:just |only )?(?:leave|keep|don'?t touch|skip)\b)"
    r"|^(?:please )?(?:leave|keep|don'?t touch)\b[^,;]*[,;]\s*(?:but |and )?"
    r"|[,，]\s*(?=(?:[只就光单仅]|唯独)(?:要|需|用|准|许|能)?留)"
    r"|[,，]\s*(?=[^,，]{1,10}(?:留着|别动|不动|除外|不用管?|别管|不要|先[亮开]着|不能停|先?不[关拉开停动锁])[了吧啊]?[.。!！]?(?:$|[,，]))",
    re.IGNORECASE,
)
"""What is to stay as it is, before or behind a command: a part of its own, taken out of it."""
_NOT_THAT = re.compile(r"[,，]\s*(?=[^,，]{1,10}(?:别|不要|莫|不用|不许|不准)给?[关开动碰停锁拉管])")
"""What is not to be done, the thing first (..., 灯别关): a part of its own."""
_LEFT_OUT = re.compile(
    r"(?:^|[,，;；。.])\s*(?:除了?(?![湿尘霜臭夕非])|except(?: for)?\b|apart from\b|aside from\b|besides\b|other than\b)[^,，]*[,，]?\s*$",
    re.IGNORECASE,
)
"""What is left out, said first: the command itself follows."""
_INNER = re.compile(
    r"^(?:也|都(?!市)|全(?![屋家部])|[只就](?:要|需|用|准|许|能)?留|[伐吗呢吧啊嘛呀噻哈咯]+\W*$|bar (?:the|my|our)\b|except\b|apart from\b|but not\b|other than\b)",
    re.IGNORECASE,
)
"""What goes on with a command (窗帘|都拉上, "all of it bar the radio"): no command begins so, unless there was a pause."""


_ONLY = re.compile(
    r"(?:[只就光单仅]|唯独)[^,，]{0,12}(?:留|亮着|开着)[^,，]*[,，]\s*$|\b(?:leave|keep) (?:only|just)\b[^,]*,\s*$",
    re.IGNORECASE,
)
_OTHERS = re.compile(
    r"^(?:把|将)?(?:其他|其它|其余|别的|剩下|另外的)|^(?:and |turn off |switch off )?(?:the rest|the others?|everything else|all the (?:others?|rest))",
    re.IGNORECASE,
)
"""Only one thing is to stay, and the rest is said behind it (只留床头灯，其他都关): one command."""


_IN_EXCEPTION = re.compile(
    r"\b(?:except(?: for)?|apart from|aside from|other than|all but|everything but|save for)\b[^,;.]{0,40}$",
    re.IGNORECASE,
)
_JOINED = re.compile(r"(?:[,;.]|\b(?:and|then|plus|also))\s*$", re.IGNORECASE)
"""An exception goes on ("apart from the bedroom | ceiling one") until a pause or a joining word."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A stretch of the text that is one command."""

    start: int
    end: int


def split(text: str, encoded: Encoded | None, tokens: tuple[Token, ...]) -> tuple[Segment, ...]:
    """Return the commands of a text; connectors at their edges are left out."""
    cuts = {0}
    for found in _HARD.finditer(text):
        if not _is_decimal(text, found.start()):
            cuts.add(found.end())
    if encoded is not None:
        for (start, _), logit in list(zip(encoded.spans, encoded.segments, strict=True))[1:]:
            is_inside_word = (
                text[start - 1 : start] in ("-", "'", "’", "/") and not text[start - 2 : start - 1].isspace()
            )
            if is_inside_word:
                continue
            if logit > 0 and any(token.start == start for token in tokens) and not _is_within(text, start):
                cuts.add(start)
    cuts |= {found.start() for found in _SWAP.finditer(text) if "关" in text[: found.start()]}
    cuts |= {found.end() for found in _SAID_WHY.finditer(text)} | {found.end() for found in _STAYS.finditer(text)}
    cuts |= {found.end() for found in _NOT_THAT.finditer(text) if not _is_within(text, found.end())}
    cuts |= {at for at in _between_values(text) if not _is_within(text, at)}
    edges = [*sorted(cuts), len(text)]
    pairs = [_trim(text, start, end) for start, end in pairwise(edges)]
    found_segments = tuple(Segment(start=start, end=end) for start, end in pairs if _has_word(tokens, start, end))
    found_segments = _with_switch(text, found_segments)
    return found_segments or (Segment(start=0, end=len(text)),)


def _with_switch(text: str, segments: tuple[Segment, ...]) -> tuple[Segment, ...]:
    """Return the segments with a bare "on" or "off" joined to what it is about ("coffee machine. on.")."""
    made: list[Segment] = []
    for segment in segments:
        if made and text[segment.start : segment.end].lower() in ("on", "off"):
            made[-1] = Segment(start=made[-1].start, end=segment.end)
        else:
            made.append(segment)
    return tuple(made)


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    piece = text[start:end]
    head = _EDGE_START.match(piece)
    start += head.end() if head else 0
    tail = _EDGE_END.search(text[start:end])
    return start, start + tail.start() if tail else end


def _between_values(text: str) -> set[int]:
    """Return the places behind a comma with a degree or percentage on either side ("客厅二十一度，老人房二十四度")."""
    marks = list(re.finditer(r"[,，、]\s*", text))
    numbers = [number for number in find_numbers(text) if number.unit in ("%", "°", "°C", "°F")]
    if len(numbers) < 2:
        return set()
    edges = [0, *(mark.end() for mark in marks), len(text)]
    held = [any(start <= number.start < end for number in numbers) for start, end in pairwise(edges)]
    return {mark.end() for mark, (left, right) in zip(marks, pairwise(held), strict=True) if left and right}


def _is_within(text: str, at: int) -> bool:
    """Tell whether a cut would part a Chinese thing from its verb."""
    if _LEFT_OUT.search(text[:at]) is not None or _BEFORE_VERB.search(text[:at]) is not None:
        return True
    if _IN_EXCEPTION.search(text[:at]) is not None and _JOINED.search(text[:at]) is None:
        return True
    if _OTHERS.match(text[at:]) is not None and _ONLY.search(text[:at]) is not None:
        return True
    return _INNER.match(text[at:]) is not None and text[at - 1 : at] not in tuple(",，;； 。.")


def _is_decimal(text: str, at: int) -> bool:
    if text[at] != ".":
        return False
    after = text[at + 1 : at + 2]
    before = text[max(0, at - 2) : at].lower()
    return (
        after.isdigit()
        or (len(after) == 1 and after.isalnum())
        or before in (" a", " p", ".m")
        or text[at - 3 : at].lower() in ("a.m", "p.m")
    )


def _has_word(tokens: tuple[Token, ...], start: int, end: int) -> bool:
    return any(start <= token.start < end for token in tokens)

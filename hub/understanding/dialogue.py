"""What an utterance takes over from an earlier one: ellipsis, "it", corrections within a sentence and across turns."""
# ruff: noqa: E501 - patterns and word lists in two scripts are read by the line

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hub.contracts.frame import Frame, Slot, Turn
from hub.contracts.skill import IntentSpec
from hub.understanding.index import HomeIndex
from hub.understanding.intents import siblings, spec_of
from hub.understanding.lexicon.kinds import KIND_WORDS
from hub.understanding.match import can
from hub.understanding.script import to_simplified

_CORRECTION = re.compile(
    r"\s*[,.;…—-]*\s*\b(?:(?:i )?beg your pardon|pardon me|(?:ugh|argh|oh|er|erm|um|uh),? no|oh,? actually|oh,? hang on|hang on(?=,? (?:it'?s|i|the|not))|no,? wait|no,? hang on|no,? hold on|wait,? no|(?:(?:oh|eh|no|wait),? )*(?:actually,? )?(?:don'?t bother|forget (?:that|it)|never ?mind)(?=,? (?:just|do|turn|switch|put|the|my|make|set|open|close)\b)|(?:oh |ah )?(?:shoot|damn|bother|drat|rats)[,.!]? i mean[t]?|oh,? wait|no,? sorry|sorry,?(?: no)?,? i mean[t]?|i mean[t]?|i should say|scratch that|strike that|"
    r"make that|correction|(?:well|okay|ok|or|actually),? (?=(?:just|only) (?:the|my|our|in|on)\b)|or rather|no,? actually|actually,? no|hang on,? no|hold on,? no|oops|my bad|no no|wait(?=,? (?:not|the|my|in)\b)|wait,? i mean[t]?|sorry|actually|no)\b\s*[,.:…-]*\s*"
    r"|\s*[,，。；…—]*\s*(?:[唉哎诶欸]+[,，]?\s*(?:(?:别|不)(?=[,，])|(?=(?:别|不要|不用)[^,，]{1,4}[,，]))|算了算了[,，]?\s*(?:还是)?|不是[^,，。是]{1,6}[,，]\s*而?是|(?:[呃哦]?不对[,，]?)+是?|啊?不是|不不|我是说|我的?意思是|我说的是|算了[,，]?\s*(?:还是)?|[噢哦喔啊哎]?[,，]?\s*(?:说错|讲错|说反|搞错|弄错|搞反|念错)了?(?:[,，]?\s*(?:应该)?是)?|口误|应该是|哦不|等等|等一下|(?<=[,，。])\s*啊?不(?=[,，\s]))\s*[,，。：…]*\s*",
    re.IGNORECASE,
)
_TAKEN_BACK = re.compile(
    r"(?:[,.;…\s]|\b(?:oh|actually|wait|no)\b)*\b(?:never ?mind|forget (?:it|that|about it)|cancel that|don't bother|leave it)\b[\s.!]*$"
    r"|[,，。…\s哎唉]*(?:算了[,，]?\s*别(?:关|开|动|弄|调|管)?了?|算了|当我没说|还是算了吧?)[\s。!]*$"
    r"|[,，。…\s哎唉]+(?:不用了|取消吧)[\s。!]*$",
    re.IGNORECASE,
)
_NOT_BUT = re.compile(r"^我?不是(?:喊|叫|让|要)你?[^,，]{1,14}[,，]\s*(?:而)?是(?:喊你|让你|叫你|要你)?")
"""What was not asked for, said before what was (我不是叫你开灯，是开风扇)."""
_DROPPED = re.compile(
    r"^(?:leave|forget|skip|not|scrap) (?:that|it|this|those|them)(?: one| alone)?\s*[,.;]+\s*|^not (?:the |my |in )?[\w' ]{1,20}[,.;]+\s*(?:but )?|^(?:别|不要|不用)[^,，]{0,4}[,，]\s*",
    re.IGNORECASE,
)
_NEEDS_BEFORE = frozenset({"no", "sorry", "actually", "oops", "不是", "啊不是", "等等", "等一下", "应该是"})
_LEAD = re.compile(
    r"^算了[,，。\s]*(?:还是)?(?=.{2})|^(?:no|nope|nah|naw|not (?:that|this)(?: one)?|wrong one|不对?|不是(?:那个|这个)?|错了)\s*[,，.。!]*\s*(?:i (?:mean[t]?|said|want(?:ed)?)|我(?:是说|说的是|要的是|的意思是))?\s*[,，]?\s*|"
    r"^(?:i (?:meant|mean|said)|我是说|我说的是|我的意思是)\s*",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"^home\.set_(?!source|mode|fan_mode|color$|oscillating)")
_SURE_STEP = 0.9  # probability from which 再降一度 is a step down, not a level of one degree
_VALUE_INTENTS = re.compile(r"^home\.(?:set_|change_)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """A sentence with corrections taken apart: what was said first, and what each correction put in its place."""

    texts: tuple[str, ...]
    is_taken_back: bool = False


def take_corrections(text: str) -> Parts:
    """Return the parts of a sentence that corrects itself ("the lamp, no, the fan"); one part where it does not."""
    text = _NOT_BUT.sub("", text, count=1)
    back = _TAKEN_BACK.search(text)
    if back is not None and back.start() > 0:
        return Parts(texts=(text[: back.start()],), is_taken_back=True)
    texts: list[str] = []
    start = 0
    for found in _CORRECTION.finditer(to_simplified(text)):
        before, after = text[start : found.start()].strip(), _without_dropped(text[found.end() :].strip())
        if not before or not after or _is_inside(found, before, after):
            continue
        texts.append(before)
        start = found.end()
    return Parts(texts=(*texts, _without_dropped(text[start:].strip()) if texts else text[start:].strip()))


def _without_dropped(text: str) -> str:
    """Return a correction without its "not that one," in front."""
    text = re.sub(r"^(?:i mean[t]?|我是说|我的意思是)[\s,，]*", "", text, flags=re.IGNORECASE)
    found = _DROPPED.match(to_simplified(text))
    return re.sub(r"[\s,]*\bi mean[t]?[\s.!]*$", "", text[found.end() :] if found else text, flags=re.IGNORECASE)


def without_lead(text: str) -> str:
    """Return an utterance without the "no, I meant" before its correction of an earlier turn."""
    rest = _LEAD.sub("", text, count=1).strip()
    return rest or text


def is_correction(text: str) -> bool:
    """Tell whether an utterance begins like a correction of what was done before."""
    return without_lead(text) != text


_OWNED = re.compile(
    r"^(?:(?:and )?(?P<en>\w+['’]s)(?: one| too| as well| please)*|(?P<zh>[\u4e00-\u9fff]{1,8})的(?:也(?:是|一样|要|关了?|关掉|关上|打开|开开?)?|一样)[吧了呗]?)[.!。！]?$",
    re.IGNORECASE,
)
"""Somebody's, or somewhere's, without its noun ("I meant Megan's", 车库的也打开)."""
_PARDON = re.compile(r"\b(?:sorry|thanks?|please|bother|trouble)\b|抱歉|不好意思|麻烦|谢谢", re.IGNORECASE)
_NOUNS_ZH: Mapping[str, str] = {
    "light": "灯", "cover": "窗帘", "blind": "百叶窗", "curtain": "窗帘", "climate": "空调", "ac": "空调", "heating": "暖气", "fan": "风扇",
    "media": "音箱", "speaker": "音箱", "tv": "电视", "plug": "插座", "lock": "锁", "vacuum": "扫地机", "humidifier": "加湿器",
}  # fmt: skip


def with_noun(text: str, base: Frame, index: HomeIndex) -> str:
    """Return "Megan's", 车库的也打开 with the noun of the command before; other texts as they are."""
    found = _OWNED.match(text.strip())
    kind = kind_of(base, index)
    if found is None or not kind:
        return text
    if found["en"]:
        return f"{found['en']} {kind.replace('_', ' ')}"
    noun = _NOUNS_ZH.get(kind)
    return f"{found['zh']}的{noun}" if noun else text


def is_pardon(text: str) -> bool:
    """Tell whether what follows "sorry" is no correction, only manners."""
    return _PARDON.search(text) is not None


_OPEN_ENDS = frozenset(
    "is are there's there has have had with say says said i you we can could will would be i'm".split()
)
_RESTARTS = re.compile(
    r"(?:the|my|that|make|set|turn|switch|put|open|close|lock|unlock|dim|play|pause|stop|mute|start|leave|use|do|in|to|i mean)\b|\d",
    re.IGNORECASE,
)


def _is_inside(found: re.Match[str], before: str, after: str) -> bool:
    """Tell whether the cue is a plain word of the sentence ("there is no light", "no lights in the hall")."""
    cue = re.sub(r"[\s,.;:，。；：…-]", "", found.group().lower())
    if cue not in _NEEDS_BEFORE:
        return False
    has_pause = (
        re.match(r"\s*[,.;…，。；-]", found.group()) is not None or re.search(r"[,，…]\s*$", found.group()) is not None
    )
    if cue in ("不是", "啊不是", "应该是"):
        return not has_pause or after.startswith(("吗", "吧"))
    if cue in ("no", "actually", "sorry") and not has_pause:
        words = before.split()
        return len(words) < 3 or words[-1].lower() in _OPEN_ENDS or _RESTARTS.match(after) is None
    if cue == "no":
        return (
            re.search(r"\b(?:is|are|there's|there|has|have|with|say|says)$", before.lower()) is not None
            or not has_pause
        )
    return not has_pause and cue in ("actually", "sorry")


def recent_devices(frames: Sequence[Frame], turns: Sequence[Turn]) -> tuple[str, ...]:
    """Return the devices that "it" means: of this utterance's last command, else of the latest turn that had some."""
    for frame in reversed(frames):
        if frame.target.devices:
            return frame.target.devices
    for turn in reversed(turns):
        devices = tuple(dict.fromkeys(device for frame in turn.frames for device in frame.target.devices))
        if devices:
            return devices
    return ()


def last_frame(frames: Sequence[Frame], turns: Sequence[Turn]) -> Frame | None:
    """Return the command that an elided one completes."""
    if frames:
        return frames[-1]
    for turn in reversed(turns):
        for frame in reversed(turn.frames):
            if not frame.intent.startswith("dialog."):
                return frame
    return None


def kind_of(frame: Frame, index: HomeIndex) -> str:
    """Return the kind that a frame was about, as a kind word, "" where there is none."""
    if frame.target.kind in KIND_WORDS:
        return frame.target.kind
    kinds = {index.by_id[device].kind.value for device in frame.target.devices if device in index.by_id}
    kind = next(iter(kinds)) if len(kinds) == 1 else ""
    return kind if kind in KIND_WORDS else {"climate": "ac", "media_player": "media"}.get(kind, "")


def intent_for(
    devices: Sequence[str],
    intent: str,
    *,
    base: Frame,
    slots: Sequence[Slot],
    intents: Mapping[str, IntentSpec],
    probabilities: Mapping[str, float],
    index: HomeIndex,
) -> str:
    """Return the intent of "make it 30" for what "it" is: the earlier one where it took a value, else what fits."""
    has_value = any(slot.name == "value" and slot.number is not None for slot in slots)
    if not has_value:
        return intent
    is_step = intent.startswith("home.change_") and probabilities.get(intent, 0.0) >= _SURE_STEP
    earlier = base.intent if _NUMBERED.match(base.intent) and not is_step else ""
    candidates = (
        [earlier, intent, *siblings(intent, probabilities)] if earlier else [intent, *siblings(intent, probabilities)]
    )
    for candidate in candidates:
        spec = spec_of(candidate, intents)
        known = [index.by_id[device] for device in devices if device in index.by_id]
        if (
            spec is not None
            and _VALUE_INTENTS.match(candidate)
            and known
            and all(can(device, spec) for device in known)
        ):
            return candidate
    return intent

"""The answer to an open question: a yes, a no, a choice, or something else altogether; pure."""

import re
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from hub.contracts.device import Device
from hub.contracts.frame import Frame, Gate, Scope, Slot, Target, Understanding
from hub.contracts.messages import Request
from hub.contracts.skill import HomeView
from hub.control.decision import Pending, PendingKind, plan_hash

_YES = frozenset(
    """yes|yes please|yeah|yep|yup|sure|sure thing|ok|okay|do it|do that|go ahead|please do|yes do it|confirm|confirmed
    |right|correct|absolutely|是|是的|对|对的|好|好的|好吧|行|可以|可以的|嗯|嗯嗯|确定|确认|没错|要|开吧|做吧
    |要得|要得 开嘛|要得嘛|开嘛|得行|中|行嘛|可以嘛|对头|成|好嘛|好啊|好呀|行啊|开|yes go on|go on|yes dear""".replace(
        "\n    |", "|"
    ).split("|")
)
_NO = frozenset(
    """no|no thanks|no thank you|nope|nah|cancel|stop|don't|do not|leave it|never mind|nevermind|forget it|rather not
    |不|不要|不用|不用了|不是|不对|不行|算了|取消|别|别了|不必|先不""".replace("\n", "").split("|")
)
_AGAINST = re.compile(r"\b(no|not|don't|dont|but|except|only|instead|wait)\b|不|别|但|除了|只|等")
_ALL = frozenset({"all", "both", "all of them", "both of them", "everything", "全部", "都", "两个都", "所有"})
_ORDINALS = (
    ("first", "1st", "one", "第一个", "第一", "前面"),
    ("second", "2nd", "two", "第二个", "第二"),
    ("third", "3rd", "three", "第三个", "第三"),
    ("fourth", "4th", "four", "第四个", "第四"),
)
OWN_REQUEST_FROM = 0.5  # probability of another intent from which an utterance is no answer but a request of its own
_FILLER = re.compile(r"^(the|a|an|in the|in|please|那个|这个)\s*|\s*(one|please|please\.|吧|那个|的)$")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_SPACES = re.compile(r"\s+")


class AnswerKind(StrEnum):
    """What an utterance is to the open question."""

    YES = "yes"
    NO = "no"
    CHOICE = "choice"
    OTHER = "other"  # a new request
    STALE = "stale"  # a yes or a choice, but too late
    FOREIGN = "foreign"  # a yes of somebody who was not asked
    CHANGED = "changed"  # the plan is not the one that was asked about


@dataclass(frozen=True, slots=True, kw_only=True)
class Reaction:
    """How the open question was answered; `frame` is the completed frame of a CHOICE."""

    kind: AnswerKind
    frame: Frame | None = None


def react(pending: Pending, request: Request, heard: Understanding, home: HomeView, now: datetime) -> Reaction:
    """Return what the request is to the open question; what is no clear answer is OTHER and drops the question."""
    spoken = plain(request.text)
    if pending.kind is PendingKind.CONFIRM:
        kind = _yes_or_no(spoken, heard)
    elif _yes_or_no(spoken, heard) is AnswerKind.NO:
        kind = AnswerKind.NO
    else:
        kind = AnswerKind.CHOICE
    frame = _completed(pending, request.text, heard, home) if kind is AnswerKind.CHOICE else None
    if kind is AnswerKind.CHOICE and frame is None:
        return Reaction(kind=AnswerKind.OTHER)
    if kind in (AnswerKind.OTHER, AnswerKind.NO):
        return Reaction(kind=kind)
    return Reaction(kind=_valid(kind, pending, request, now), frame=frame)


def plain(text: str) -> str:
    """Return the text in lower case without punctuation at its ends."""
    return _SPACES.sub(" ", text.replace(",", " ").replace("，", " ").replace("’", "'")).strip(" .!?。！？~").casefold()


def _valid(kind: AnswerKind, pending: Pending, request: Request, now: datetime) -> AnswerKind:
    if pending.asker_id != request.asker.id:
        return AnswerKind.FOREIGN
    if now > pending.expires_at:
        return AnswerKind.STALE
    if pending.plan is not None and plan_hash(pending.plan) != pending.plan_hash:
        return AnswerKind.CHANGED
    return kind


_NO_FIRST = re.compile(
    r"^(?:(?:no|nah|nope|never mind|forget it)\b|(?:算了)+|不用了?|不要了?|不必了?|别了)", re.IGNORECASE
)


_YES_DO = re.compile(r"^(?:对|是|是的|好|好的|嗯|行|可以|要得)[ ，]?(?:开|打开|做|弄)(?:吧|嘛|啊|呀)?$")


def _yes_or_no(spoken: str, heard: Understanding) -> AnswerKind:
    if spoken in _YES or _YES_DO.match(spoken):
        return AnswerKind.YES
    if spoken in _NO:
        return AnswerKind.NO
    is_request = heard.gate is Gate.ACT and any(
        not frame.intent.startswith("dialog.") and not frame.is_negated for frame in heard.frames
    )
    if _NO_FIRST.match(spoken) and not is_request:
        return AnswerKind.NO  # "no, I'll go myself", "不用了，我自己去开"
    if heard.gate is not Gate.ACT or len(heard.frames) != 1:
        return AnswerKind.OTHER
    frame = heard.frames[0]
    if frame.intent in ("dialog.no", "dialog.nevermind"):
        return AnswerKind.NO
    if frame.intent == "dialog.yes" and not frame.is_negated and not _AGAINST.search(spoken):
        return AnswerKind.YES
    return AnswerKind.OTHER


def _completed(pending: Pending, text: str, heard: Understanding, home: HomeView) -> Frame | None:
    frame = pending.frame
    if frame is None:
        return None
    if pending.slot == "target":
        chosen = _chosen(pending.choices, text, heard, home) if not _is_request(heard, frame, text, home) else ()
        if not chosen:
            return None
        target = Target(scope=Scope.NAMED, devices=chosen, kind=frame.target.kind, is_plural=len(chosen) > 1)
        return replace(frame, target=target)
    return _with_slot(frame, pending, text, heard)


def _is_request(heard: Understanding, frame: Frame, text: str, home: HomeView) -> bool:
    """Tell whether this is a request of its own ("turn on the coffee machine"), not a device to choose."""
    is_name = any(plain(text) in _names(device) for device in home.devices())
    return not is_name and any(
        heard_frame.intent != frame.intent
        and not heard_frame.intent.startswith("dialog.")
        and heard_frame.confidence >= OWN_REQUEST_FROM
        for heard_frame in heard.frames
    )


def _with_slot(frame: Frame, pending: Pending, text: str, heard: Understanding) -> Frame | None:
    said = next((f.slot(pending.slot) for f in heard.frames if f.slot(pending.slot) is not None), None)
    if said is None:
        if pending.choices and plain(text) not in {plain(choice) for choice in pending.choices}:
            return None
        number = _NUMBER.search(text)
        if pending.slot == "value" and number is None:
            return None
        said = Slot(name=pending.slot, text=text.strip(), number=float(number.group()) if number else None)
    others = tuple(slot for slot in frame.slots if slot.name != pending.slot)
    return replace(frame, slots=(*others, said))


def _chosen(choices: tuple[str, ...], text: str, heard: Understanding, home: HomeView) -> tuple[str, ...]:
    spoken = plain(text)
    if choices and spoken in _ALL:
        return choices
    candidates = choices or tuple(device.id for device in home.devices())
    known = [device for device in map(home.device, candidates) if device is not None]
    stripped = _FILLER.sub("", _FILLER.sub("", spoken)).strip()
    for match in (_is_named, _is_placed, _is_part):
        found = tuple(device.id for device in known if match(device, stripped, home))
        if len(found) == 1:
            return found
    if choices:
        for index, words in enumerate(_ORDINALS[: len(choices)]):
            if stripped in words or spoken in words:
                return (choices[index],)
        if spoken in ("the last one", "last one", "last", "最后一个"):
            return (choices[-1],)
    grounded = {device for frame in heard.frames for device in frame.target.devices}
    meant = tuple(choice for choice in candidates if choice in grounded)
    return meant if heard.gate is not Gate.REJECT and len(meant) == 1 else ()


def _names(device: Device) -> tuple[str, ...]:
    return tuple(plain(name) for name in (device.name, *device.aliases))


def _is_named(device: Device, spoken: str, home: HomeView) -> bool:
    return spoken in _names(device)


def _is_placed(device: Device, spoken: str, home: HomeView) -> bool:
    area = next((area for area in home.areas() if area.id == device.area), None)
    return area is not None and spoken in {plain(name) for name in (area.name, *area.aliases)}


def _is_part(device: Device, spoken: str, home: HomeView) -> bool:
    if spoken.isascii():  # whole words: "desk" is part of "desk lamp", "la" is not
        return len(spoken) > 1 and any(f" {spoken} " in f" {name} " for name in _names(device))
    return any(spoken in name for name in _names(device))

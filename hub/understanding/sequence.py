"""How the parts of one utterance bear on each other: times that stand apart, stutters, second thoughts, what to leave."""
# ruff: noqa: E501 - patterns and word lists in two scripts are read by the line

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from hub.contracts.frame import Frame, Gate, Scope, Target, When
from hub.contracts.skill import IntentSpec
from hub.understanding.framed import Framed, Scene
from hub.understanding.gate import OUT_OF_SCOPE, UNSURE, Judgement
from hub.understanding.ground import ground
from hub.understanding.index import HomeIndex
from hub.understanding.mentions import Mention, untagged_rest
from hub.understanding.normalise import Normalised
from hub.understanding.reading import Reading
from hub.understanding.script import to_simplified
from hub.understanding.segment import Segment
from hub.understanding.setting import Setting
from hub.understanding.times import parse_when
from hub.understanding.timing import read_part
from hub.understanding.tokens import key_of
from hub.understanding.unnamed import everything

_COMPLAINT = re.compile(
    r"^(?:oh |well |but )?(?:it'?s|it is|it feels|i'?m|i am|we'?re|we are|that'?s|this is|here it'?s|the \w+(?: \w+){0,2}(?:'s| is| are| feels| looks))\b"
    r"|^(?:there'?s|there is|there are|my|his|her|our|i can'?t|i can barely|i can hardly|you can'?t|nobody can|no ?one can|we can'?t)\b"
    r"|^[^把调开关设]*[\u4e00-\u9fff](?P<abb>[\u4e00-\u9fff])(?P=abb)的?了?$"
    r"|^[^把调开关设]*(?:有点|太|好|真|很|这么|有些|死|得很|得慌|刺眼|晃眼|睁不开|看不清|看不见|受不了|冻|闷|黢|凉飕飕|吵)[^把调开关设]*$",
    re.IGNORECASE,
)
_TOO = re.compile(r"(?:'s|'re|\b(?:is|are|sounds?|looks?))\s+(?:\w+\s+){0,2}too\s+\w+", re.IGNORECASE)
"""A thing by its name is too much of something ("JBL's way too loud"); "the lamp too" is no complaint."""
_NEEDS = ("home.change_", "home.turn_on", "home.turn_off", "home.close", "home.open")
_CONDITIONAL = re.compile(
    r"^(?:and |but |only )?(?:(?:if|when)(?! (?:you (?:don't|do not|would|could|can|please|like|have|get|may)|it'?s (?:not|no)))|unless|whenever|once|until|till|"
    r"as soon as|as long as|except|provided|suppose|in case of)\b|^(?:如果|要是|假如|假设|除非|等(?!了)|只要|万一|一旦)|(?:的时候|的话|之前|以前)$|一[\u4e00-\u9fff]{1,4}就$",
    re.IGNORECASE,
)
_WAIT = re.compile(
    r"^(?:please )?(?:wait|hold on|give (?:it|me|them|us|him|her))\b|^(?:请)?(?:再)?(?:等|过|稍等)", re.IGNORECASE
)
_LEAVE = re.compile(
    r"^(?:but |just |only )?(?:not|leave|keep|don't touch|except|skip|bar)\b|\b(?:must|should|can|has to|have to) (?:stay|be left|remain)\b"
    r"|(?:[只就光单仅]|唯独)留|^唯独|(?:不能|别|不要|先)(?:停|关|灭|动|亮着|开着)$"
    r"|(?:不用|别动|不要动|别管|不用管|除外|不要|留着|不动|[莫别][动碰管关开停]|别给?[关开停]|不[许准要][关开动停碰])了?$|(?<![关开停动要])不[关开停动拉锁]了?[啊哈哦呀吧]?$|^(?:只有|唯独|就).{1,8}(?:继续|接着|别停|不停|留)",
    re.IGNORECASE,
)
_CONDITION_ZH = re.compile(
    r"^(.{1,24}?(?:一\S{1,4}?就|的时候|的话就?|时(?=[,，把关开打就将])|以后|之后))[,，\s]*(?=\S)"
)


_IS_NOW = re.compile(
    r"^(?:but |because |as |since )?(?:it'?s|it is|that'?s) (?:(?:only|nearly|almost|already|gone|past|after|about) )?(?:\w+ )?(?:o'?clock|\d{1,2}(?::\d\d)?|midnight|noon|morning|late)\b"
    r"|(?:点钟?|点半|半夜|大晚上|这么晚)[了啦咯喽]$|^(?:都|已经).{0,6}点",
    re.IGNORECASE,
)


_QUOTED = re.compile(
    r"[说喊吼叫写唱念发问讲骂嚷][^，。,“\"「『]{0,6}[：:,，]?\s*[“\"「『]"
    r"|\b(?:said|says|yell(?:ed|s)|texted|shouted|wrote|writes|goes|went|whispered|sang|sings|screamed|asked)\b[^,.\"“‘]{0,24},?\s*[\"“‘]",
    re.IGNORECASE,
)


_TOLD = re.compile(
    r"(?:老爱|总爱|爱|常|总|老是?|一直|以前|生前|俗话|老话|古人|书上|那会儿)[^,，。]{0,3}(?:念叨|说|讲|唠叨)[：:,，]"
    r"|\b(?:always|used to|would always|never stopped) (?:say|saying|tell|telling|go|going)\b[^,;:]{0,20}[,:]",
    re.IGNORECASE,
)
"""What somebody keeps saying, or used to say: no request either."""
_BLAME = re.compile(
    r"^(?:我|他|她)?(?:本来|原本)(?:要|想|打算|准备)|\b(?:was|were) (?:going|about) to\b.*\b(?:but|then)\b"
    r"|^(?:谁|哪个)(?:让|叫|要|准|允许|许)你|^你(?:怎么|干嘛|为什么|凭什么)|^我(?:又)?没(?:让|叫|要)你"
    r"|^(?:who|what) (?:told|asked|made) you\b|^i (?:did not|didn'?t|never) (?:ask|tell|told|asked|want) you\b|^why (?:did|have|do) you\b",
    re.IGNORECASE,
)
"""Somebody is cross about what was done."""
_TO_SOMEBODY = re.compile(
    r"^(?:老公|老婆|妈|爸|妈妈|爸爸|爷爷|奶奶|外婆|外公|儿子|女儿|闺女|宝贝|哥|姐|弟弟|妹妹)[,，]\s*(?=.*你)"
    r"|^(?:mum|mom|mummy|mommy|dad|daddy|grandma|granny|grandpa|son|boys|girls|kids|everyone)\s*,",
    re.IGNORECASE,
)
"""Family is spoken to, not the hub."""


def is_quoted(text: str) -> bool:
    """Tell whether it is what somebody says or said, or is said to somebody else: nobody asks the hub for that now."""
    said = to_simplified(text)
    return any(pattern.search(said) is not None for pattern in (_QUOTED, _TOLD, _TO_SOMEBODY, _BLAME))


def is_time_only(reading: Reading, now: datetime) -> bool:
    """Tell whether a part says when, and nothing else ("in ten minutes", "wait five minutes", "每天早上八点")."""
    if _IS_NOW.search(reading.match):
        return False
    tags = {span.tag for span in reading.spans}
    if reading.mentions and not _is_condition(reading.match, now):
        return False
    if tags and tags <= {"when", "duration"} and (reading.is_elided or reading.intent == "none"):
        beside = [t for t in reading.tokens if not any(span.overlaps(t.start, t.end) for span in reading.spans)]
        return len(beside) <= 2 or reading.is_elided  # "i've got a call in two minutes" is no time to wait for
    if _WAIT.match(reading.match):
        when = parse_when(_some_more(reading.match), now)
        return when is not None and when.delay_s is not None
    return _is_condition(reading.match, now)


def _some_more(text: str) -> str:
    """Return "give them five more minutes" as the wait that it is."""
    return re.sub(r"^((?:please )?give) \w+ (\w+) more (?=second|minute|hour)", r"\1 it \2 ", text, flags=re.IGNORECASE)


def with_condition(text: str, segments: tuple[Segment, ...]) -> tuple[Segment, ...]:
    """Return the segments with a Chinese condition in front ("窗户一打开就...") as a part of its own."""
    first = segments[0]
    found = _CONDITION_ZH.match(text[first.start : first.end])
    if found is None or not found.group(1).endswith("就"):
        return segments
    cut = first.start + found.end()
    return (
        Segment(start=first.start, end=first.start + found.end(1)),
        Segment(start=cut, end=first.end),
        *segments[1:],
    )


def is_dropped(reading: Reading, following: Reading | None) -> bool:
    """Tell whether a part counts for nothing: a false start, or how late it is ("it's gone ten", "九点啦")."""
    if following is not None and _is_stutter(reading, following):
        return True
    if _EMPHASIS.match(reading.match):
        return True
    return _IS_NOW.search(reading.match) is not None and not reading.mentions


_EMPHASIS = re.compile(
    r"^(?:all|both|each|every(?: single)? one)(?: of (?:them|those|these|it))$|^the (?:whole )?lot$|^(?:no,? )?not (?:that|this|those|these)(?: ones?)?$|^不是[那这]个$|^(?:全部|所有|统统|通通)的?$",
    re.IGNORECASE,
)
"""What only underlines the target of the command before, or takes it back ("all of them", "not that one")."""


def _is_stutter(reading: Reading, following: Reading) -> bool:
    """Tell whether a part is a false start that the next one says in full ("turn off, turn off the lamp")."""
    return (
        not reading.mentions
        and not any(span.tag in ("value", "color", "mode", "media") for span in reading.spans)
        and reading.intent == following.intent
        and len(reading.tokens) <= 3
        and following.match.lower().startswith(reading.match.lower())
    )


def is_left_alone(reading: Reading) -> bool:
    """Tell whether a part says what is not meant ("but not the TV", "电视不用")."""
    is_said = bool(reading.mentions) or untagged_rest(reading.tokens, 0, len(reading.match)) is not None
    return is_said and len(reading.tokens) <= 10 and _LEAVE.search(reading.match) is not None


_MUSIC = re.compile(r"\b(?:music|song|tune|radio|playlist|album)\b|音乐|歌|曲", re.IGNORECASE)


def is_overridden(found: Sequence[Framed], new: Sequence[Framed], reading: Reading) -> bool:
    """Tell whether a part is a second thought about the value of the part before ("dim it to 50, make it 20")."""
    if not found or len(new) != 1:
        return False
    before, after = found[-1].frame, new[0].frame
    if any(span.tag in ("when", "duration") for span in reading.spans):
        return False
    is_why = _COMPLAINT.search(to_simplified(before.text)) or _TOO.search(before.text)
    if is_why and before.intent.startswith("home.change_") and new[0].is_command:
        return True  # a reason, then what to do about it ("it's boiling, get the fan going")
    if (
        before.intent == "home.stop"
        and after.intent == "home.return_to_base"
        and (set(before.target.devices) <= set(after.target.devices))
    ):
        return True  # "stop cleaning, go home": the second says it all
    if before.intent == "home.start" and after.intent == "home.clean_area":
        after_all = set(after.target.devices) or set(before.target.devices)
        return set(before.target.devices) <= after_all  # "get it going and do the kitchen"
    if before.intent != after.intent or before.target.devices != after.target.devices:
        return False
    if after.intent.startswith("home.change_") and not any(slot.number for slot in before.slots):
        return True  # "it's a bit fierce, tone it down": the same said twice
    return after.intent.startswith("home.set_") and (after.target.scope is Scope.CONTEXT or not reading.mentions)


def is_repeated(found: Sequence[Framed], new: Sequence[Framed], reading: Reading) -> bool:
    """Tell whether a part only says again what the reason before it said of a thing ("the JBL's too loud, bring it down")."""
    is_vacuum = bool(found) and found[-1].frame.intent == "home.clean_area"
    if not found or len(new) != 1 or (reading.mentions and not is_vacuum) or new[0].frame.slot("value") is not None:
        return False
    before, after = found[-1].frame, new[0].frame
    if before.intent == "home.clean_area" and after.intent == "home.start":
        return True
    is_reason = _COMPLAINT.search(to_simplified(before.text)) is not None or _TOO.search(before.text) is not None
    return before.intent == after.intent and before.target.scope is Scope.NAMED and is_reason


def taking_back(found: list[Framed], new: Sequence[Framed]) -> list[Framed] | None:
    """Return the commands so far without what a later part says not to do ("no don't mute it", 餐厅吊灯不要关).

    None where the part takes nothing back.
    """
    if not new or not all(one.frame.is_negated for one in new):
        return None
    gone = {device for one in new for device in one.frame.target.devices}
    made: list[Framed] = []
    is_taken = False
    for one in found:
        target = one.frame.target
        is_same = one.frame.intent == new[-1].frame.intent and one.is_command and not one.frame.is_negated
        is_it = all(later.frame.target.scope is Scope.CONTEXT or not later.frame.target.devices for later in new)
        left = () if is_it else tuple(device for device in target.devices if device not in gone)
        if not is_same or len(left) == len(target.devices):
            made.append(one)
            continue
        is_taken = True
        if left:
            out = tuple(device for device in target.devices if device in gone)
            target = replace(target, devices=left, excluded=(*target.excluded, *out))
            made.append(replace(one, frame=replace(one.frame, target=target)))
    return made if is_taken else None


def without_remarks(framed: list[Framed]) -> list[Framed]:
    """Return the parts of one utterance, those that only say why or make talk beside a command marked as asides.

    A part that cannot be read and may be a condition is kept: then nothing is done, and the answer says so.
    """
    if any(_is_unread_condition(one) for one in framed) and len(framed) > 1:
        return [replace(one, judgement=UNSURE, is_aside=False) for one in framed]
    explicit = [one for one in framed if one.is_command and not _is_reason(one.frame) and not _is_talk(one)]
    if not explicit:
        needs = [one for one in framed if one.is_command and _is_reason(one.frame)]
        return [
            replace(one, is_aside=True) if needs and one is not needs[0] and _is_beside(one, needs[0]) else one
            for one in framed
        ]
    return [replace(one, is_aside=_is_remark(one)) for one in framed]


def _is_unread_condition(one: Framed) -> bool:
    """Tell whether a part says under what condition, in words that mean no event we know: it must not be done now."""
    return _CONDITIONAL.search(to_simplified(one.frame.text)) is not None and (
        one.frame.when is None or one.frame.when.trigger is None
    )


def _is_beside(one: Framed, need: Framed) -> bool:
    """Tell whether a part adds nothing to the need that another part says ("it's hot, I'm melting")."""
    return _is_reason(one.frame) or one.judgement.gate is Gate.REJECT


_HALF = 0.5  # below it, a rejected part that names nothing of the home is no command


def _is_remark(one: Framed) -> bool:
    if one.judgement.gate is Gate.REJECT and (one.is_named or may_exclude(one.frame.text)):
        return False
    if _is_reason(one.frame) or _is_talk(one) or _is_passing(one):
        return True
    is_read = one.frame.intent != OUT_OF_SCOPE and bool(one.frame.target.devices) and one.frame.confidence >= _HALF
    return one.judgement.gate is Gate.REJECT and not is_read


_EXCLUDES = re.compile(
    r"\bdon'?t\b(?! (?:need|want|ask|worry|mind|like|know|forget|have|care|think))|\bnot the\b|\bexcept\b|\bskip\b|\bleave (?:the|it|that|my)\b"
    r"|(?<![特区分各性告级])别(?![的人墅处忘]|(?:把|让|叫|给|吵|晃|冻|热|晒|影响|打扰|惯)(?:着|到)?(?:孩子|老人|宝宝|娃|客人|邻居|大家|爸|妈|爷|奶|我|他|她|人))|(?<!要)不要(?!紧)|莫|不许|不准|留着|除了",
    re.IGNORECASE,
)
"""What may take something out of the command beside it: such a part is never passed over."""


def may_exclude(text: str) -> bool:
    """Tell whether the words may take something out of a command, or take it back."""
    return _EXCLUDES.search(to_simplified(text)) is not None


def _is_talk(one: Framed) -> bool:
    return one.frame.intent in ("dialog.yes", "dialog.no", "dialog.greet", "dialog.thanks", OUT_OF_SCOPE)


def _is_passing(one: Framed) -> bool:
    """Tell whether a part speaks of the weather beside a command: a reason, not a question ("外面下雨呢")."""
    return one.frame.intent == "weather.get" and not re.search(r"[吗?？]|what|how|will|多少|几", one.frame.text)


def _is_reason(frame: Frame) -> bool:
    said = to_simplified(frame.text)
    if _IMPERATIVE.search(said) is not None:
        return False
    if frame.intent.startswith(_NEEDS) and _COMPLAINT.search(said) is not None:
        return True
    is_query = ".query_" in frame.intent
    if is_query and _ASKS.search(said) is not None:
        return False
    return frame.intent.startswith("home.") and _STATEMENT.match(said) is not None


_IMPERATIVE = re.compile(
    r"(?:^|[,;.!] *(?:so |then |and |please |(?:can|could|would) you )*|\b(?:so|and|please|you) )"
    r"(?:turn|switch|put|set|make|open|close|shut|lock|unlock|dim|brighten|raise|lower|bring|knock|get|kill|stop|start|play|"
    r"pause|mute|draw|pull|leave|keep|bump|crank|take|tone|give|let|send|run)\b|把",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"[?？吗么呢没几]|谁|哪|什么|多少|\b(?:what|which|who|how|where|when|whether|if|right|yes|isn't it|is it|are they|wonder)\b|^(?:is|are)\b",
    re.IGNORECASE,
)
_STATEMENT = re.compile(
    r"^(?:the|my|our|his|her|this|that|it|he|she|they|there|i|we|you|nobody|everybody)\b(?!.*\b(?:on|off|up|down|open|shut|closed|please)$)"
    r".*(?:'s|'re|'m|\b(?:is|are|am|was|were|has|have|had|needs?|looks?|feels?|keeps?|got))\b"
    r"|^(?!.*(?:再|一点|点儿|一些))[^把调开关设弄升降加减打锁放播扫换拉停]*(?:得我|我都?[^要想]|一身|死了|坏了|疼|酸|怎么)[^把调开关设弄升降加减打锁放播扫换拉停]*$",
    re.IGNORECASE,
)
"""A sentence that says how things are: beside a command it is why, whatever it sounds like."""


def with_times(framed: list[Framed], pending: Sequence[Reading], index: HomeIndex, now: datetime) -> list[Framed]:
    """Give times that stood apart, or before the first command, to every command without its own."""
    when: When | None = None
    for reading in pending:
        when = read_part(reading, index, now) or parse_when(_some_more(reading.match), now) or when
    if when is None and pending:
        when = When(text=pending[-1].text)  # a time that nobody can read is said, never dropped
    first = framed[0].frame if framed else None
    if when is None and first is not None and first.when is not None and len(framed) > 1:
        lead = first.when.text
        when = first.when if lead and first.text.lower().startswith(lead.lower()[:12]) else None
    if when is None:
        return framed
    return [replace(one, frame=replace(one.frame, when=when)) if one.frame.when is None else one for one in framed]


def leaving_out(framed: list[Framed], reading: Reading, scene: Scene) -> list[Framed]:
    """Take out of the commands so far what a later part says to leave alone ("..., not the TV")."""
    setting = Setting(index=scene.index, intent="", spec=None, here=scene.context.area)
    rest = None if reading.mentions else untagged_rest(reading.tokens, 0, len(reading.match))
    named = (Mention(device=rest),) if rest is not None else reading.mentions
    gone = {
        device
        for target in ground([replace(mention, is_excluded=False) for mention in named], setting)
        for device in (
            target.devices or everything(target.areas or None, setting).devices if target.problem is None else ()
        )
    }
    if not reading.mentions and _MUSIC.search(reading.match):
        gone = {device.id for device in scene.index.devices if "media_player" in device.capabilities}
    if not gone:  # nobody knows what is to be left alone, so that nothing is touched
        return [replace(one, judgement=UNSURE) for one in framed]
    made = []
    for one in framed:
        target = one.frame.target
        kept = tuple(device for device in target.devices if device not in gone)
        if kept or not target.devices:
            target = replace(target, devices=kept, excluded=(*target.excluded, *sorted(gone)))
            made.append(replace(one, frame=replace(one.frame, target=target)))
    return made


def scene_called(heard: Normalised, index: HomeIndex, intents: Mapping[str, IntentSpec]) -> Framed | None:
    """Return the frame of a scene whose whole name was said ("movie night", "观影模式")."""
    hits = index.names.get(key_of(heard.match), ())
    scenes = [hit.device for hit in hits if hit.level == 0 and "scene" in index.by_id[hit.device].capabilities]
    spec = intents.get("home.activate")
    if len(scenes) != 1 or spec is None:
        return None
    target = Target(scope=Scope.NAMED, devices=(scenes[0],))
    frame = Frame(intent="home.activate", text=heard.text, target=target, confidence=1.0)
    return Framed(frame=frame, judgement=Judgement(gate=Gate.ACT), evidence={"text": heard.text, "rule": "scene"})


def taken_back(text: str) -> Framed:
    """Return the frame of a request that ends with "never mind"."""
    frame = Frame(intent="dialog.nevermind", text=text, confidence=1.0)
    return Framed(frame=frame, judgement=Judgement(gate=Gate.ACT), evidence={"text": text, "rule": "taken back"})


_ONCE_ZH = re.compile(r"一(?:打开|开|关上|关|拉开|回家|出门|到家|进门|离开)$")


def _is_condition(match: str, now: datetime) -> bool:
    if _CONDITION_ZH.match(match + "x") is None and _ONCE_ZH.search(match) is None:
        return False
    when = parse_when(match, now)
    return when is not None and when.trigger is not None

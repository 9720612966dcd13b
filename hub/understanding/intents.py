"""Which intents stand for each other when the thing that was named can only do the other, and how sure that is."""
# ruff: noqa: E501 - patterns and word lists in two scripts are read by the line

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from hub.contracts.frame import Slot
from hub.contracts.skill import IntentSpec

if TYPE_CHECKING:
    from hub.understanding.reading import Reading

_FAMILIES: tuple[tuple[str, ...], ...] = (
    ("set_brightness", "set_position", "set_speed", "set_volume", "set_humidity", "set_temperature"),
    ("change_brightness.up", "change_volume.up", "change_speed.up", "change_position.up", "change_temperature.up", "change_humidity.up"),
    ("change_brightness.down", "change_volume.down", "change_speed.down", "change_position.down", "change_temperature.down", "change_humidity.down"),
    ("set_mode", "set_fan_mode", "set_speed"),
    ("set_color", "set_color_temp"),
    ("query_state", "query_value", "query_brightness", "query_volume", "query_color"),
)  # fmt: skip
_INSTEAD: Mapping[str, tuple[str, ...]] = {
    "open": ("turn_on", "start"),
    "close": ("turn_off", "lock"),
    "lock": ("close",),
    "unlock": ("open",),
    "turn_on": ("start", "play", "activate", "open"),
    "turn_off": ("stop", "pause", "close"),
    "start": ("turn_on", "play"),
    "stop": ("turn_off", "pause"),
    "pause": ("stop", "turn_off"),
    "play": ("turn_on", "start"),
    "activate": ("turn_on", "press"),
    "press": ("activate", "turn_on"),
    "set_brightness": ("set_color_temp",),
    "set_temperature": ("set_mode",),
    "set_color_temp": ("set_brightness",),
    "return_to_base": ("stop", "turn_off"),
    "clean_area": ("start",),
    "mute": ("turn_off",),
    "set_mode": ("set_speed", "turn_on", "set_source"),
    "set_source": ("set_mode",),
    "change_temperature.up": ("turn_on",),
}
_SURE_TOGETHER = (
    frozenset({"home.turn_off", "home.stop", "home.pause"}),
    frozenset({"home.turn_on", "home.start", "home.play"}),
    frozenset({"home.activate", "home.turn_on", "home.press"}),
    frozenset({"home.turn_on", "home.open"}),
    frozenset({"home.turn_off", "home.close"}),
    frozenset({"home.query_state", "home.query_list", "home.query_count", "home.query_value"}),
)


def spec_of(intent: str, intents: Mapping[str, IntentSpec]) -> IntentSpec | None:
    """Return the declaration of an intent; a skill may declare "change_x" for both of its directions."""
    return intents.get(intent) or intents.get(intent.rpartition(".")[0])


def siblings(intent: str, probabilities: Mapping[str, float]) -> tuple[str, ...]:
    """Return the intents that may stand for this one, likeliest first."""
    skill, _, name = intent.partition(".")
    family = next((group for group in _FAMILIES if name in group), ())
    others = [f"{skill}.{other}" for other in family if other != name]
    others.sort(key=lambda other: -probabilities.get(other, 0.0))
    return (*others, *(f"{skill}.{other}" for other in _INSTEAD.get(name, ())))


def by_unit(intent: str, slots: Iterable[Slot]) -> str:
    """Return the intent that fits what was said beside it: degrees, kelvin, a colour."""
    skill, _, name = intent.partition(".")
    found = list(slots)
    units = {slot.unit for slot in found if slot.name == "value" and slot.number is not None}
    if name.startswith("set_") and "K" in units:
        return f"{skill}.set_color_temp"
    if name in ("set_brightness", "set_position", "set_speed", "set_volume", "set_color_temp") and units & {"°C", "°F"}:
        return f"{skill}.set_temperature"
    if (
        name == "set_brightness"
        and not any(slot.name == "value" for slot in found)
        and any(s.name == "color" for s in found)
    ):
        return f"{skill}.set_color"
    return intent


_MORE_ZH = re.compile(
    r"(?:再\s*(?:调|开)?|(?:调|升|降|开)(?=.(?!到|至|成|为)))\s*(?:(?P<up>亮|高|大|响|快)|(?P<down>暗|低|小|轻|慢))"
)


def by_words(intent: str, match: str) -> str:
    """Return the intent of "再亮百分之二十", "调亮百分之二十" (by that much, not to it) and of "toggle it on"."""
    toggled = _TOGGLED.match(match) if intent == "home.toggle" else None
    if toggled is not None and " or " not in match:
        return f"home.turn_{toggled.group('on').lower()}"
    if intent in ("home.unlock", "home.open") and says_lock(match):
        return "home.lock"  # whatever the model took it for, nothing is unlocked on the word "lock"
    if intent == "home.query_state" and is_about_battery(match):
        return "home.query_value"
    if intent == "home.previous" and _SAY_AGAIN.search(match):
        return "none"  # it is the hub that is to repeat itself, not the music
    if intent in ("home.turn_on", "home.turn_off"):
        said = {word.lower() for word in _ON_OFF.findall(match)} if _SWITCHED.match(match) else set()
        return f"home.turn_{said.pop()}" if len(said) == 1 else intent
    if intent == "home.set_humidity" and _FAN.search(match):
        return "home.set_fan_mode"
    if not intent.startswith("home.query_") and says_dock(match):
        return "home.return_to_base"
    if intent in ("home.stop", "home.turn_off") and _STARTS_ZH.search(match):
        return "home.start"
    if intent == "home.query_value" and _UNBEARABLE.search(match) is not None and not _ASKS_ZH.search(match):
        return f"home.change_temperature.{'down' if '热' in match else 'up'}"
    if intent.startswith("home.change_") and intent.endswith(".down") and _OFF.search(match):
        return "home.turn_off"
    if intent == "home.turn_on" and _NOT_LIT.search(match):
        return "home.turn_off"
    if intent in ("home.open", "home.close"):
        closes, opens = _SHUTS_ZH.search(match) is not None, _OPENS_ZH.search(match) is not None
        return intent if closes == opens else f"home.{'close' if closes else 'open'}"
    by = _BY.search(match) if intent == "home.set_brightness" else None
    if by is not None:
        return f"home.change_brightness.{by.group('way').lower()}"
    if intent.endswith((".up", ".down")) and intent.startswith("home.change_"):
        return _turned(intent, match)
    found = _MORE_ZH.search(match)
    if found is None or not intent.startswith("home.set_"):
        return intent
    return f"{intent.replace('set_', 'change_')}.{'up' if found.group('up') else 'down'}"


_STARTS_ZH = re.compile(r"(?:可以|该|去|快)?(?:开工|干活|上班)[了吧]?$")
_UNBEARABLE = re.compile(r"[热冷冻](?:得不行|死了|得要命|得受不了|得慌)")
_ASKS_ZH = re.compile(r"[吗呢没?？几]|多少|不[热冷]")
_FAN = re.compile(r"\bfan\b|风速|风量|风力", re.IGNORECASE)
_DOCK = re.compile(
    r"^(?:please )?(?:go|send (?:it|him|her|them)|head|get|put it|return|bring it)\b.{0,12}\b(?:to|on|in) (?:its|your|the|his|her) (?:dock|charger|charging (?:station|base)|home base)\b"
    r"|回充电?座",
    re.IGNORECASE,
)
_OFF = re.compile(r"\b(?:lights?|lamps?|spots|heating|radiator|fan|tv|telly) (?:off|out)\b", re.IGNORECASE)
_NOT_LIT = re.compile(r"(?:不用|别|不要|甭)再?(?:留|亮|开)着?灯|灯(?:不用|别|不要|甭)再?(?:留|亮|开)着?")
_SHUTS_ZH = re.compile(r"拉上|合上|关上|拉拢|放下")
_OPENS_ZH = re.compile(r"拉开|打开|升起|掀开|卷起|收起")
_BY = re.compile(
    r"\b(?:take|bring|turn|bump|push|knock|move)\b.*\b(?P<way>up|down) (?:by |another )?(?!to\b)(?:\d+|ten|fifteen|twenty|thirty|five) ?(?:%|percent|per cent)",
    re.IGNORECASE,
)
_LOCKED = re.compile(r"^(?:please )?lock\b|锁好|锁上|锁住|上锁|反锁|锁紧", re.IGNORECASE)
_UNLOCKED = re.compile(r"\bunlock|\bopen\b|打开|开锁|解锁|开一?下", re.IGNORECASE)
_BATTERY = re.compile(r"\bbatter(?:y|ies)\b|电量|(?:还有|剩|没|够)[多少点]{0,2}电(?![视灯器脑])", re.IGNORECASE)
_SAY_AGAIN = re.compile(
    r"\b(?:repeat|say|said|tell)\b(?!.*\b(?:song|track|tune|music|album|episode|record)\b)|再说|重复一遍", re.IGNORECASE
)
_SWITCHED = re.compile(r"^(?:please |can you |could you )?(?:turn|switch|power)\b", re.IGNORECASE)
_ON_OFF = re.compile(r"\b(on|off)\b", re.IGNORECASE)


def says_dock(match: str) -> bool:
    """Tell whether the words send something back to where it charges."""
    return _DOCK.search(match) is not None


def says_lock(match: str) -> bool:
    """Tell whether the words say to lock, and nothing of opening."""
    return _LOCKED.search(match) is not None and _UNLOCKED.search(match) is None


def is_about_battery(match: str) -> bool:
    """Tell whether a question is about how much charge is left."""
    return _BATTERY.search(match) is not None


def _turned(intent: str, match: str) -> str:
    """Return the direction that the words leave no doubt about ("not so bright", 暗一点), whatever the model took it for."""
    found = _LESS.match(match) or _DIRECTION_ZH.search(match)
    if found is None:
        return intent
    is_up = found.re is _DIRECTION_ZH and found.group("up") is not None
    return f"{intent.rpartition('.')[0]}.{'up' if is_up else 'down'}"


_LESS = re.compile(
    r"^(?:but )?not (?:so|as|that|quite so|too) (?:bright|loud|hot|warm|strong|fast|harsh)\b|.*(?:别|不要)(?:这么|那么|太)[亮响吵热大快]",
    re.IGNORECASE,
)
_DIRECTION_ZH = re.compile(
    r"(?<![太好很真])(?:(?P<up>亮|大声|响)|(?P<down>暗|小声))(?:那么|上)?(?:一点|一些|点儿?(?!$|了)|些|一丢|一丁|一下)"
)
_TOGGLED = re.compile(r"^(?:please )?(?:toggle|flip|flick)\b.*\b(?P<on>on|off)$", re.IGNORECASE)
_MAY_BE_QUESTION = 0.45


def as_question(intent: str, probability: float, reading: "Reading") -> tuple[str, float]:
    """Return the likeliest question of what is only half taken for out of scope, where it names a thing of the home.

    A question reads state and moves nothing, so that half a chance is enough.
    """
    if intent.startswith("home.") and not intent.startswith("home.query_") and _PLAIN_QUESTION.match(reading.match):
        return ("home.query_media" if intent in _PLAYING else "home.query_state"), probability
    if intent in _ACTS and (_ANY.match(reading.match) or _ASKED_ZH.match(reading.match)):
        return "home.query_state", probability
    is_asked_zh = reading.is_asked and _DONE_ZH.match(reading.match) is not None
    if intent in _ACTS and (is_asked_zh or (reading.is_asked and _ASKED_SHORT.match(reading.match))):
        return "home.query_state", probability
    if intent != "none" or not any(mention.device for mention in reading.mentions):
        return intent, probability
    asked = {name: value for name, value in reading.probabilities.items() if name.startswith("home.query_")}
    total = sum(asked.values())
    if total < _MAY_BE_QUESTION or not _ASKING.match(reading.match):
        return intent, probability
    return "home.query_state" if _IS_STATE.match(reading.match) else max(asked, key=lambda name: asked[name]), total


_PLAIN_QUESTION = re.compile(
    r"^(?:(?:can|could) you tell me |tell me |do you know )?(?:what(?: is|'s| was| are| were| song| show)|which\b|who(?: is|'s)|where(?: is|'s| are)|"
    r"when (?:is|was|did|does)|how (?:much|many|long|far|loud|bright|warm|hot|cold|old|fast))\b",
    re.IGNORECASE,
)
_PLAYING = frozenset("home.play home.pause home.next home.previous home.play_media home.stop home.set_source".split())
_ANY = re.compile(
    r"^(?:are |is )?(?:there )?any(?!thing else| chance| way| possibility| hope)\b|.*(?:有没有|哪些|哪个)",
    re.IGNORECASE,
)
_ASKED_SHORT = re.compile(
    r"^(?!(?:please|can|could|would|will|turn|switch|put|shut|close|open|lock|unlock|flip|get|make|let|start|stop|just|and then)\b)"
    r".*\b(?:on|off|open|opened|shut|closed|locked|unlocked|running|done|finished|up|down)(?: yet| now| then)?$",
    re.IGNORECASE,
)
_ASKED_ZH = re.compile(
    r"^(?!.*[把帮给请能可麻])(?!.*要不要).*(?:[了好着上严紧]|完)(?:没(?:有|得)?|伐|不)$|^(?!.*[把帮给请能可麻]).*[了好着上严紧完](?:吗|么)$"
)
_DONE_ZH = re.compile(r"^(?!.*[把帮给请能可麻]).*(?:[上下好完起]|[来去])了吧$")
_ACTS = frozenset("home.open home.close home.lock home.unlock home.turn_on home.turn_off home.start home.play".split())
_ASKING = re.compile(
    r"^(?:is|are|was|were|has|have|did|does|do|what|which|how|where|when|any|can you tell|tell me)\b|.*[吗?？呢]$|.*(?:什么|多少|几)",
    re.IGNORECASE,
)
_IS_STATE = re.compile(r"^(?:is|are|was|were|has|have|did|does|do)\b|.*[吗]$", re.IGNORECASE)


def stand_together(intent: str, other: str) -> bool:
    """Tell whether two intents come to the same once the thing that was named is known."""
    return other in _together(intent)


def confidence(intent: str, chosen: str, probabilities: Mapping[str, float], *, is_named: bool = True) -> float:
    """Return how sure the model is of an intent or of those that come to the same on this target.

    Args:
        is_named: a thing was named, which decides between brighter, louder and warmer; without one they are not the same.
    """
    return min(1.0, sum(probabilities.get(one, 0.0) for one in _together(intent, is_named=is_named) | {chosen}))


def _together(intent: str, *, is_named: bool = True) -> frozenset[str]:
    name = intent.partition(".")[2]
    together = {intent}
    for group in _FAMILIES if is_named else ():
        if name in group:
            together |= {f"home.{other}" for other in group}
    for names in _SURE_TOGETHER:
        if intent in names:
            together |= names
    return frozenset(together)

"""Names that no model knows ("Rosie", "故事机"): where it is unsure, it reads the sentence with their kinds instead."""

from dataclasses import replace

from hub.contracts.device import DeviceKind
from hub.understanding.encoder import Encoded, Model
from hub.understanding.forms import CONCEPTS
from hub.understanding.gate import OUT_OF_SCOPE
from hub.understanding.index import MAX_NAME_WORDS, HomeIndex
from hub.understanding.lexicon.kinds import KIND_WORDS
from hub.understanding.script import to_simplified
from hub.understanding.tokens import Token, join, tokenise

_SURE = 0.9  # probability from which a sentence needs no second reading
_BETTER = 0.6  # probability that a second reading needs to be believed
_STAND_INS: dict[DeviceKind, tuple[str, str]] = {
    DeviceKind.LIGHT: ("lamp", "灯"), DeviceKind.PLUG: ("plug", "插座"), DeviceKind.SWITCH: ("plug", "插座"),
    DeviceKind.VACUUM: ("robot vacuum", "扫地机器人"), DeviceKind.SPEAKER: ("speaker", "音箱"),
    DeviceKind.MEDIA_PLAYER: ("speaker", "音箱"), DeviceKind.TV: ("tv", "电视"), DeviceKind.FAN: ("fan", "风扇"),
    DeviceKind.CLIMATE: ("air conditioner", "空调"), DeviceKind.THERMOSTAT: ("thermostat", "暖气"),
    DeviceKind.COVER: ("blind", "窗帘"), DeviceKind.LOCK: ("door lock", "门锁"), DeviceKind.VALVE: ("valve", "水阀"),
    DeviceKind.GARAGE_DOOR: ("garage door", "车库门"), DeviceKind.GATE: ("gate", "院门"),
    DeviceKind.HUMIDIFIER: ("humidifier", "加湿器"), DeviceKind.AIR_PURIFIER: ("air purifier", "空气净化器"),
    DeviceKind.COFFEE_MACHINE: ("coffee machine", "咖啡机"), DeviceKind.KETTLE: ("kettle", "热水壶"),
    DeviceKind.WASHING_MACHINE: ("washing machine", "洗衣机"), DeviceKind.DISHWASHER: ("dishwasher", "洗碗机"),
    DeviceKind.LAWN_MOWER: ("lawn mower", "割草机"), DeviceKind.WATER_HEATER: ("water heater", "热水器"),
}  # fmt: skip
"""A word in either language that every model knows, for the kinds of which people give names."""


def encode(text: str, model: Model, index: HomeIndex) -> Encoded:
    """Encode a sentence; where the model is unsure of it, also with the names of this home read as what they are.

    The offsets are those of `text` in both cases.
    """
    plain = model.encode(text)
    if _is_sure(plain, model):
        return plain
    known, offsets = _with_kinds(text, index)
    if known == text:
        return plain
    again = model.encode(known)
    intent, probability = next(iter(again.probabilities.items()))
    if intent == OUT_OF_SCOPE or probability < _BETTER or again.energy < model.manifest.energy_min:
        return plain
    return replace(again, spans=tuple((offsets[start][0], offsets[end - 1][1]) for start, end in again.spans))


def _is_sure(encoded: Encoded, model: Model) -> bool:
    intent, probability = next(iter(encoded.probabilities.items()))
    return intent != OUT_OF_SCOPE and probability >= _SURE and encoded.energy >= model.manifest.energy_min


def _with_kinds(text: str, index: HomeIndex) -> tuple[str, list[tuple[int, int]]]:
    """Return the text with stand-ins, and for each of its characters the stretch of `text` that it stands for."""
    tokens = tokenise(to_simplified(text))
    made, at = "", 0
    offsets: list[tuple[int, int]] = []
    first = 0
    while first < len(tokens):
        end, word = _named(tokens, first, index)
        if word:
            start, stop = tokens[first].start, tokens[end - 1].end
            made += text[at:start] + word
            offsets += [*((place, place + 1) for place in range(at, start)), *((start, stop) for _ in word)]
            at = stop
        first = end
    return made + text[at:], [*offsets, *((place, place + 1) for place in range(at, len(text)))]


def _named(tokens: tuple[Token, ...], first: int, index: HomeIndex) -> tuple[int, str]:
    for end in range(min(len(tokens), first + MAX_NAME_WORDS), first, -1):
        words = tokens[first:end]
        hits = index.names.get(join(words), ())
        if not hits or (len(words) == 1 and len(words[0].text) < 3):
            continue
        if any(atom in KIND_WORDS for word in _phrases(words) for atom in CONCEPTS.get(word, ())):
            return end, ""  # it says itself what it is
        kinds = {index.by_id[hit.device].kind for hit in hits}
        stand_in = _STAND_INS.get(next(iter(kinds))) if len(kinds) == 1 else None
        return (end, stand_in[words[0].is_cjk]) if stand_in else (end, "")
    return first + 1, ""


def _phrases(words: tuple[Token, ...]) -> list[str]:
    count = len(words)
    return ["".join(word.stem for word in words[i:j]) for i in range(count) for j in range(i + 1, count + 1)]

"""What hearing and typing do to a request: typos, lost punctuation, homophones, regional words."""

import random

from training.corpus.grammar import Piece

_HOMOPHONES = (
    ("的", "地"), ("再", "在"), ("空调", "空条"), ("窗帘", "窗连"), ("客厅", "客听"), ("台灯", "抬灯"),
    ("调到", "掉到"), ("亮度", "量度"), ("厨房", "橱房"), ("关掉", "关调"), ("插座", "插坐"), ("卧室", "卧式"),
    ("把", "吧"), ("音量", "音亮"), ("灯", "登"), ("风扇", "风善"), ("百分之", "百分只"), ("打开", "打开开"),
)  # fmt: skip
_REGIONAL = (
    ("空调", "冷气"), ("电视", "电视机"), ("音箱", "喇叭"), ("风扇", "电风扇"), ("卧室", "房间"), ("帮我", "帮忙"),
    ("扫地机器人", "扫地机"), ("计时器", "定时器"), ("关掉", "关闭"), ("调到", "转到"), ("调高", "转高"),
    ("调低", "转低"), ("打开", "开启"), ("大门", "大门口的门"), ("插座", "插头"), ("卫生间", "浴室"),
    ("调大", "转大声"),
)  # fmt: skip


def disturb(pieces: list[Piece], lang: str, rng: random.Random) -> list[Piece]:
    """Return the pieces with, now and then, one light disturbance."""
    if lang == "en":
        if rng.random() < 0.25:
            pieces = [(text.replace("'", ""), tag) for text, tag in pieces]
        if rng.random() < 0.4:
            pieces = [(text.replace(",", ""), tag) for text, tag in pieces]
        return _typo(pieces, rng) if rng.random() < 0.07 else pieces
    if rng.random() < 0.3:
        pieces = [(text.replace("，", rng.choice(("", " "))), tag) for text, tag in pieces]
    if rng.random() < 0.1:
        pieces = _replaced(pieces, *rng.choice(_REGIONAL))
    if rng.random() < 0.06:
        pieces = _replaced(pieces, *rng.choice(_HOMOPHONES))
    return pieces


def _replaced(pieces: list[Piece], old: str, new: str) -> list[Piece]:
    return [(text.replace(old, new, 1), tag) for text, tag in pieces]


def _typo(pieces: list[Piece], rng: random.Random) -> list[Piece]:
    long = [index for index, (text, _) in enumerate(pieces) if len(text.strip()) >= 5]
    if not long:
        return pieces
    index = rng.choice(long)
    text, tag = pieces[index]
    at = rng.randint(1, len(text) - 3)
    if " " in text[at : at + 2]:
        return pieces
    match rng.randint(0, 2):
        case 0:
            text = text[:at] + text[at + 1] + text[at] + text[at + 2 :]
        case 1:
            text = text[:at] + text[at + 1 :]
        case _:
            text = text[:at] + text[at] + text[at:]
    return [*pieces[:index], (text, tag), *pieces[index + 1 :]]

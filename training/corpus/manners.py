"""How a request is wrapped: politeness, haste, negation, time, and the words that join commands."""

import random

from training.corpus import values
from training.corpus.grammar import Piece

_BEFORE_EN = (
    "please", "please", "can you", "could you", "would you", "can you please", "could you please", "will you",
    "i want you to", "i'd like you to", "i need you to", "hey", "hey,", "ok", "okay,", "now", "just", "quickly",
    "quick,", "go", "kindly", "be so kind and", "be a dear and", "would you kindly", "i'd like to", "i want to",
    "let's", "hi,", "so", "um", "uh", "actually", "could you maybe", "can we", "i'd appreciate it if you could",
    "you can", "you should", "try to", "remember to", "help me", "do me a favor and", "i was hoping you could",
    "any chance you could", "is it possible to", "wanna", "gonna need you to", "pls", "plz", "we should", "let me",
    "would it be possible to", "could we", "you need to", "you may", "it's time to", "it'd be nice to", "i think you should",
)  # fmt: skip
_WHY_EN = (
    "i'm going to bed, ", "it's getting late, ", "before i forget, ", "we're leaving, ", "i'm home, ", "my hands are full, ",
    "the baby is asleep so ", "i'm about to leave, so ", "movie's starting, ", "guests are coming, ", "it's late, ",
    "since i'm leaving, ", "i can't sleep, ", "ok i'm done cooking, ", "good morning, ", "it's so late now, ", "we are eating, ",
    "i have a headache, ", "as it is getting dark, ", "i'm working in here, so ",
)  # fmt: skip
_WHY_ZH = (
    "我要睡了，", "我出门了，", "我到家了，", "天黑了，", "孩子睡了，", "客人要来了，", "太晚了，", "我在做饭，", "要看电影了，", "趁我没忘，",
    "我们要走了，", "手上没空，", "头有点疼，", "起床了，", "吃饭了，", "天亮了，", "马上要出门了，", "我在看书，", "家里没人了，", "太阳出来了，",
)  # fmt: skip
_AFTER_EN = (
    "please", "please", "for me", "now", "right now", "thanks", "thank you", "will you", "would you", "asap",
    "immediately", "pls", "ok", "quickly", "if you can", "if you don't mind", "real quick", "already", "for a bit",
    "right away", "could you", "can you", "when you get a chance",
)  # fmt: skip
_NOT_EN = (
    "don't", "don't", "do not", "please don't", "never", "you must not", "dont", "please do not", "you shouldn't",
    "i don't want you to", "make sure you don't", "whatever you do, don't", "under no circumstances", "no, don't",
    "stop, don't", "there's no need to", "you don't have to", "you don't need to", "no need to", "better not",
    "i'd rather you didn't", "please never", "don't you dare", "let's not", "hold on, don't", "refrain from trying to",
)  # fmt: skip
_BEFORE_ZH = (
    "请", "请", "帮我", "帮我", "帮忙", "麻烦", "麻烦你", "麻烦帮我", "请帮我", "给我", "能不能", "可不可以", "能帮我",
    "可以帮我", "你", "你去", "快", "快点", "赶紧", "赶快", "马上", "我想", "我要", "我想要", "我想让你", "我要你", "劳驾", "劳驾帮我",
    "拜托", "拜托你", "现在", "立刻", "那就", "嗯", "那个", "先", "去", "来", "嘿", "喂", "能不能帮我", "可以请你",
    "我需要你", "帮个忙", "顺手", "替我", "你能", "你可以", "是不是可以", "记得", "最好", "需要", "该", "要不", "不如", "还是",
)  # fmt: skip
_AFTER_ZH = (
    "吧", "吧", "一下", "好吗", "行吗", "可以吗", "谢谢", "，谢谢", "呗", "啊", "哦", "好不好", "行不行", "，快点", "呀", "，好吗", "嘛",
    "，麻烦了", "啦", "，拜托", "，可以吗", "就行", "就好", "吗", "，谢啦", "，辛苦了", "好了",
)  # fmt: skip
_NOT_ZH = (
    "别", "别", "不要", "不要", "先别", "千万别", "请不要", "请别", "不用", "不必", "不许", "不能", "先不要", "别给我", "你别",
    "不需要", "无需", "千万不要", "可别", "暂时别", "暂时不要", "我不想", "我不要你", "不准", "绝对不要", "没必要", "甭",
)  # fmt: skip
_JOIN_EN = (
    " and ", " and ", " and ", " and then ", " then ", ", ", ", and ", ", then ", " and also ", ", also ", " plus ",
    ". ", " after that ", "; ", " as well as ", " and please ", ", please also ", ". then ", " and afterwards ", ", plus ",
    " while you're at it ", ". also ", " and next ", ", and then ", ", and after that ",
)  # fmt: skip
_JOIN_ZH = (
    "，", "，", "然后", "，然后", "再", "，再", "并且", "并", "，并", "，顺便", "顺便", "接着", "，接着", "同时", "，同时",
    "，还有", "，也", "，之后", "。", "；", "，另外", "，完了", "，并且", "再帮我", "，然后再", "，顺便再", " ", "以及", "，随后", "，再顺手",
)  # fmt: skip


def dress(pieces: list[Piece], lang: str, rng: random.Random) -> list[Piece]:
    """Return the imperative, sometimes polite or hurried."""
    if lang == "en":
        if rng.random() < 0.38:
            pieces = [(rng.choice(_BEFORE_EN) + " ", ""), *pieces]
        if rng.random() < 0.2:
            pieces = [*pieces, (rng.choice((" ", ", ")) + rng.choice(_AFTER_EN), "")]
        return [(rng.choice(_WHY_EN), ""), *pieces] if rng.random() < 0.05 else pieces
    if rng.random() < 0.42:
        pieces = [(rng.choice(_BEFORE_ZH), ""), *pieces]
    if rng.random() < 0.22:
        pieces = [*pieces, (rng.choice(_AFTER_ZH), "")]
    return [(rng.choice(_WHY_ZH), ""), *pieces] if rng.random() < 0.05 else pieces


def negate(pieces: list[Piece], lang: str, rng: random.Random) -> list[Piece]:
    """Return the imperative as something that must not be done."""
    word = rng.choice(_NOT_EN) + " " if lang == "en" else rng.choice(_NOT_ZH)
    tail: list[Piece] = []
    if lang == "en" and rng.random() < 0.25:
        tail = [(rng.choice((" yet", " now", " please", " tonight", " anymore", " again")), "")]
    if lang == "zh" and rng.random() < 0.3:
        tail = [(rng.choice(("了", "啊", "哦", "，谢谢", "好吗")), "")]
    return [(word, ""), *pieces, *tail]


def timed(pieces: list[Piece], lang: str, rng: random.Random) -> list[Piece]:
    """Return the imperative with a time, or with how long it lasts."""
    if rng.random() < 0.75:
        time: Piece = (values.when(lang, rng), "when")
        if lang == "zh":
            return [time, (rng.choice(("", "", "，", "就", "再", "帮我")), ""), *pieces]
        return [time, (rng.choice((" ", ", ")), ""), *pieces] if rng.random() < 0.25 else [*pieces, (" ", ""), time]
    length: Piece = (values.duration(lang, rng), "duration")
    return [*pieces, (" for " if lang == "en" else rng.choice(("", "，", "，持续")), ""), length]


def joiner(lang: str, rng: random.Random, *, is_contrast: bool) -> str:
    """Return the words between two commands."""
    if is_contrast:
        return rng.choice((" but ", ", but ")) if lang == "en" else rng.choice(("，但是", "但", "，但", "不过", "，可是"))
    return rng.choice(_JOIN_EN if lang == "en" else _JOIN_ZH)


def trailing_joiner(pieces: list[Piece], lang: str, rng: random.Random) -> list[Piece]:
    """Return a command as a split leaves it, with a stray joining word at one end."""
    word = joiner(lang, rng, is_contrast=False)
    return [(word.lstrip(" ,.;，。；"), ""), *pieces] if rng.random() < 0.6 else [*pieces, (word.rstrip(), "")]

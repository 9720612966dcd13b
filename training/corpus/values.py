"""Values, times and lengths as people say them, each tagged by the slot that asks for it."""

import random
from collections.abc import Callable

from training.corpus.lexicon import Entry, load
from training.corpus.numbers import english, spoken

Draw = Callable[[random.Random], str]
WORDS: dict[str, tuple[Entry, ...]] = load("values.toml")


def value(kind: str, lang: str, rng: random.Random) -> str:
    """Return a value of a kind: pct, temp, kelvin, hum, vol, level, dpct, dtemp."""
    return _EN[kind](rng) if lang == "en" else _ZH[kind](rng)


def duration(lang: str, rng: random.Random) -> str:
    """Return a length of time."""
    amount = rng.choice((1, 2, 3, 5, 7, 8, 10, 12, 15, 20, 25, 30, 40, 45, 50, 90))
    said = spoken(amount, lang, rng, counting=True)
    if lang == "zh":
        return rng.choice(
            (f"{said}分钟", f"{said}分钟", f"{said}秒", f"{said}个小时" if amount < 13 else f"{said}分钟",
             f"{said}小时" if amount < 13 else f"{said}秒钟", f"{said}个钟头" if amount < 13 else f"{said}分钟",
             "半小时", "半个钟头", "一个钟头", "半个小时", "一个小时", "一个半小时",
             "一刻钟", "一小时三十分钟", "两个半小时", "1小时20分钟", "一会儿" if rng.random() < 0.2 else "一分钟")
        )  # fmt: skip
    unit = rng.choice(("minute", "minute", "minute", "second", "hour" if amount < 13 else "minute"))
    plain = f"{said} {unit}" + ("" if amount == 1 else "s")
    return rng.choice(
        (plain, plain, plain, plain, plain.replace("minute", "min"), "an hour", "half an hour", "a minute",
         "an hour and a half", "1 hour 30 minutes", "two and a half hours", "a quarter of an hour", "90 seconds",
         "one hour and twenty minutes", "a couple of minutes")
    )  # fmt: skip


def clock(lang: str, rng: random.Random) -> str:
    """Return a time of day without its preposition."""
    hour, minute = rng.randint(1, 12), rng.choice((0, 0, 0, 15, 30, 30, 45, 10, 20))
    if lang == "zh":
        part = rng.choice(("早上", "上午", "下午", "晚上", "凌晨", "", "", "中午"))
        said = spoken(hour, "zh", rng, counting=True)
        tail = {0: rng.choice(("", "", "整", "钟")), 30: "半", 15: rng.choice(("一刻", "十五"))}.get(minute)
        shown = f"{said}点{spoken(minute, 'zh', rng) if tail is None else tail}"
        return rng.choice((part + shown, part + shown, part + shown, f"{part}{hour}:{minute:02d}"))
    suffix = rng.choice((" am", " pm", "am", "pm", " o'clock", "", "", " in the morning", " in the evening"))
    if minute == 0:
        return rng.choice((f"{hour}{suffix}", f"{english(hour)}{suffix}", f"{hour}:00", "noon", "midnight"))
    if "clock" in suffix:
        suffix = ""
    choices = [f"{hour}:{minute:02d}{suffix}", f"{english(hour)} {english(minute)}{suffix}"]
    if minute == 30:
        choices.append(f"half past {english(hour)}")
    if minute == 15:
        choices.append(f"quarter past {english(hour)}")
    return rng.choice(choices)


def when(lang: str, rng: random.Random) -> str:
    """Return a whole time expression: a delay, a time, a day, a repetition or an event."""
    return _when_zh(rng) if lang == "zh" else _when_en(rng)


def _when_en(rng: random.Random) -> str:
    style = rng.random()
    if style < 0.3:
        return rng.choice(("in {}", "in {}", "in {}", "after {}", "{} from now")).format(duration("en", rng))
    if style < 0.55:
        return rng.choice(("at {}", "at {}", "by {}", "at {} tomorrow", "tomorrow at {}", "tonight at {}",
                           "on monday at {}", "today at {}", "{} tonight", "at {} this afternoon",
                           "{} tomorrow morning", "this friday at {}", "at around {}")).format(
            clock("en", rng)
        )  # fmt: skip
    if style < 0.7:
        return rng.choice(("every day at {}", "every morning at {}", "every weekday at {}", "daily at {}",
                           "on weekdays at {}", "every monday at {}", "on weekends at {}", "each night at {}",
                           "every sunday at {}", "weekdays at {}")).format(clock("en", rng))  # fmt: skip
    return rng.choice(_EVENTS_EN)


def _when_zh(rng: random.Random) -> str:
    style = rng.random()
    if style < 0.3:
        return rng.choice(("{}后", "{}后", "{}之后", "{}以后", "过{}", "等{}")).format(duration("zh", rng))
    if style < 0.55:
        return rng.choice(("{}", "{}", "明天{}", "今天{}", "今晚{}", "后天{}", "下周一{}", "周五{}", "{}的时候",
                           "到{}")).format(clock("zh", rng))  # fmt: skip
    if style < 0.7:
        return rng.choice(("每天{}", "每天{}", "以后每天{}", "以后每晚{}", "往后每天{}",
                           "每个工作日{}", "工作日{}", "每周一{}", "周末{}", "每晚{}",
                           "每星期天{}")).format(clock("zh", rng))  # fmt: skip
    return rng.choice(_EVENTS_ZH)


_EVENTS_EN = (
    "tomorrow", "tomorrow morning", "tonight", "this evening", "later", "in the morning", "this afternoon",
    "when i leave", "when i get home", "when i leave home", "when i come home", "when everyone has left",
    "at sunset", "at sunrise", "after sunset", "after dark", "when it gets dark", "when the sun goes down",
    "when i go to bed", "when the movie starts", "before bed", "next week", "on saturday", "at noon",
    "at midnight", "every night", "every morning", "when the front door opens", "half an hour before sunset",
    "when nobody is home", "as soon as i get back", "on friday evening", "tomorrow night", "at bedtime",
    "when the washing machine is done", "if it rains", "when the door is opened", "after dinner",
)  # fmt: skip
_EVENTS_ZH = (
    "明天", "明天早上", "今晚", "今天晚上", "待会", "一会儿", "早上", "下午", "等我出门的时候", "我出门时",
    "我到家的时候", "我回家时", "离家的时候", "到家后", "日落时", "日出时", "太阳下山后", "天黑后", "天黑的时候",
    "睡觉前", "我睡觉的时候", "下周", "周六", "中午", "半夜", "每天晚上", "每天早上", "大门打开的时候",
    "日落前半小时", "家里没人的时候", "我回来之后", "明晚", "等会儿", "洗衣机洗完后", "下雨的时候", "晚饭后",
    "有人开门时", "门打开时",
)  # fmt: skip


def _pct_en(rng: random.Random) -> str:
    number = rng.choice((1, 5, 10, 15, 20, 25, 30, 33, 35, 40, 45, 50, 55, 60, 65, 70, 75, 80, 85, 90, 100))
    said = spoken(number, "en", rng)
    return rng.choice((f"{number}%", f"{number}%", f"{said} percent", f"{said} percent", said, f"{number} %",
                       rng.choice(("half", "max", "full", "maximum", "minimum", "a quarter", "a third")),
                       f"{said} per cent", f"{number} pct"))  # fmt: skip


def _pct_zh(rng: random.Random) -> str:
    number = rng.choice((1, 5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55, 60, 65, 70, 75, 80, 85, 90, 100))
    said = spoken(number, "zh", rng)
    return rng.choice((f"{number}%", f"{number}%", f"百分之{said}", f"百分之{said}", said,
                       rng.choice(("一半", "最大", "最小", "最高", "最低", "三分之一", "四分之一"))))  # fmt: skip


def _temp_en(rng: random.Random) -> str:
    number = rng.choice((*range(15, 31), 65, 68, 70, 72, 74, 180))
    said = spoken(number, "en", rng)
    return rng.choice((said, f"{said} degrees", f"{said} degrees", f"{number}°c", f"{number}c", f"{number}°",
                       f"{number}.5 degrees", f"{number}.5", f"{said} degrees celsius", f"{said} and a half degrees",
                       f"{number} f", f"{said} degrees fahrenheit", f"{said} celsius"))  # fmt: skip


def _temp_zh(rng: random.Random) -> str:
    number = rng.choice((*range(15, 31), 40, 60, 180))
    said = spoken(number, "zh", rng)
    return rng.choice((f"{said}度", f"{said}度", f"{said}度", f"{said}", f"{number}.5度", f"{said}度半",
                       f"{said}摄氏度", f"{number}°c", f"{number} °c", f"{said}点五度"))  # fmt: skip


def _kelvin(rng: random.Random) -> int:
    return rng.choice((2000, 2200, 2700, 3000, 3500, 4000, 4500, 5000, 5500, 6000, 6500))


def _vol_en(rng: random.Random) -> str:
    return rng.choice(
        (_pct_en(rng), str(rng.randint(1, 20)), english(rng.randint(1, 11)), f"level {rng.randint(1, 9)}")
    )


def _level_en(rng: random.Random) -> str:
    return rng.choice(("low", "medium", "high", "max", "maximum", "minimum", "level 2", "speed 3", "2", "three",
                       "level one", "full", "the highest", "the lowest", "turbo", "speed two"))  # fmt: skip


def _level_zh(rng: random.Random) -> str:
    return rng.choice(("一档", "二档", "三档", "两档", "2档", "3挡", "最大档", "最小档", "低档", "中档", "高档",
                       "最大", "最小", "低速", "高速", "中速", "最高档", "四档"))  # fmt: skip


_EN: dict[str, Draw] = {
    "pct": _pct_en,
    "temp": _temp_en,
    "kelvin": lambda rng: rng.choice(("{}k", "{} kelvin", "{} k", "{}")).format(_kelvin(rng)),
    "hum": _pct_en,
    "vol": _vol_en,
    "level": _level_en,
    "dpct": lambda rng: rng.choice(
        ("10%", "ten percent", "20 percent", "5%", "fifteen percent", "30%", "25 percent", "10")
    ),
    "dtemp": lambda rng: rng.choice(
        (
            "two degrees",
            "2 degrees",
            "a degree",
            "one degree",
            "3 degrees",
            "1.5 degrees",
            "five degrees",
            "half a degree",
            "a couple of degrees",
        )
    ),
}
_ZH: dict[str, Draw] = {
    "pct": _pct_zh,
    "temp": _temp_zh,
    "kelvin": lambda rng: rng.choice(("{}k", "{}开", "{}", "{}开尔文")).format(_kelvin(rng)),
    "hum": _pct_zh,
    "vol": lambda rng: rng.choice((_pct_zh(rng), str(rng.randint(1, 30)), spoken(rng.randint(1, 20), "zh", rng))),
    "level": _level_zh,
    "dpct": lambda rng: rng.choice(("10%", "百分之十", "20%", "百分之二十", "百分之五", "30%", "10", "百分之三十")),
    "dtemp": lambda rng: rng.choice(("两度", "2度", "一度", "1度", "三度", "3度", "五度", "半度", "1.5度")),
}

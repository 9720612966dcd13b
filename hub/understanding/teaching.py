"""Teaches a loaded model the intents of skills that it was never trained for, from the phrases in their folders."""

from collections.abc import Iterable

from hub.contracts.skill import Lesson
from hub.runtime.logs import get_logger
from hub.understanding.encoder import Model
from hub.understanding.learned import Floats, fit
from hub.understanding.normalise import normalise

log = get_logger(__name__)


def teach(model: Model, lessons: Iterable[Lesson]) -> Model:
    """Return the model with a head for the intents of the lessons that it does not know; itself where it knows all.

    The lessons of what it knows stand against the new ones. To embed a sentence takes about a millisecond.
    """
    found = tuple(lessons)
    new = [lesson for lesson in found if lesson.intent not in model.manifest.intents]
    if not new:
        return model
    background = [lesson for lesson in found if lesson.intent in model.manifest.intents]

    def embed(text: str) -> Floats:
        return model.embed(normalise(text).text or text)

    head = fit(new, (*background, EVERYDAY), embed)
    log.debug("intents learned", intents=[lesson.intent for lesson in new])
    return model.taught(head)


EVERYDAY = Lesson(
    intent="",
    examples=(),
    counters=(
        "set a timer for ten minutes", "cancel the timer", "how much time is left", "wake me up at seven",
        "cancel tomorrow's alarm", "remind me to call the dentist", "what do I have to do today",
        "put eggs on the shopping list", "add coffee to the list", "take the bread off the list",
        "what is on the shopping list", "write down that the meter says forty", "what time is it",
        "what is the date today", "will it rain tomorrow", "how cold is it outside",
        "tell everyone that we are leaving", "every morning at six open the blinds", "good morning", "thank you",
        "yes please", "no, leave it", "never mind", "undo that", "what can you do", "who are you",
        "when was the back door last opened", "when did the heating last come on", "how long has the window been open",
        "when did somebody last open the gate", "I am tired", "what a day", "she is on the phone",
        "I will do it myself", "we need to talk about school",
        "the neighbours are having a party", "my phone is almost dead", "I forgot my keys again",
        "how was your day", "dinner was great", "he is late again", "did you see that",
        "where did you put my jacket", "the door is squeaking", "there is dust everywhere", "that is not funny",
        "设一个十分钟的倒计时", "取消计时", "还剩多久", "明早七点叫我起床", "把明天的闹钟取消",
        "提醒我给牙医打电话", "我今天有什么事", "购物清单加上鸡蛋", "清单里加点咖啡", "把面包从清单上划掉",
        "购物清单上有什么", "记一下电表是四十", "现在几点", "今天几号", "明天下雨吗", "外面冷不冷",
        "告诉大家我们要走了", "每天早上六点拉开窗帘", "早上好", "谢谢你", "好的", "不用了", "算了", "撤销",
        "你会做什么", "你是谁", "我好困", "今天真忙", "她在打电话", "我自己来", "我们得谈谈学校的事",
        "邻居在开派对", "手机快没电了", "我又忘带钥匙了", "你今天过得怎么样", "晚饭真好吃", "他又迟到了",
        "你看见了吗", "你把我外套放哪了", "门吱吱响", "到处都是灰", "这可不好玩",
    ),
)  # fmt: skip
"""What every house says and no skill's phrases need to say: requests of other kinds, and talk."""

"""Time and date as a person says them; pure: the context brings the clock."""

from datetime import datetime

from hub.sdk import Answer, Effect, Frame, IntentSpec, Refusal, Risk, SkillContext, SkillManifest, SkillResult

_DAYS_ZH = "一二三四五六日"


class ClockSkill:
    """Answers "what time is it" and "what day is it"; another place's or another day's it does not know."""

    manifest = SkillManifest(
        id="clock",
        name="Clock",
        version="0.1.0",
        languages=("en", "zh"),
        intents=tuple(
            IntentSpec(name=name, capabilities=frozenset(), needs_target=False, is_question=True, risk=Risk.NONE)
            for name in ("clock.time", "clock.date")
        ),
        commands=frozenset(),
    )

    def handle(self, frame: Frame, context: SkillContext) -> SkillResult:
        """Answer with the home's wall clock, and refuse what is asked of elsewhere or of another day."""
        is_chinese = context.language == "zh"
        if frame.when is not None or any(slot.name in ("item", "area", "person") for slot in frame.slots):
            text = "我只知道家里现在的时间和日期。" if is_chinese else "I only know the time and the date here and now."
            return Refusal(text=text, reason="elsewhere")
        if frame.intent == "clock.time":
            return Answer(text=_time(context.now, is_chinese), reads=(Effect(command="get_time"),))
        return Answer(text=_date(context.now, is_chinese), reads=(Effect(command="get_date"),))


def _time(now: datetime, is_chinese: bool) -> str:
    return f"现在是{now:%H:%M}。" if is_chinese else f"It is {now:%H:%M}."


def _date(now: datetime, is_chinese: bool) -> str:
    if is_chinese:
        return f"今天是{now.year}年{now.month}月{now.day}日，星期{_DAYS_ZH[now.weekday()]}。"
    return f"It is {now:%A}, {now.day} {now:%B %Y}."

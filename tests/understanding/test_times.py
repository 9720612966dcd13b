"""Times of both languages, on a Wednesday at 14:20."""

from datetime import UTC, datetime

import pytest

from hub.understanding.times import parse_when

NOW = datetime(2026, 3, 11, 14, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("in twenty minutes", {"delay_s": 1200}),
        ("in an hour and a half", {"delay_s": 5400}),
        ("half an hour from now", {"delay_s": 1800}),
        ("in a couple of hours", {"delay_s": 7200}),
        ("for a quarter of an hour", {"duration_s": 900}),
        ("at nine", {"at": "21:00"}),
        ("at two", {"at": "02:00"}),
        ("at half past four", {"at": "16:30"}),
        ("at ten to five pm", {"at": "16:50"}),
        ("at 08:15", {"at": "08:15"}),
        ("at 9:05 in the evening", {"at": "21:05"}),
        ("tomorrow at six", {"at": "2026-03-12T06:00"}),
        ("tomorrow evening", {"at": "2026-03-12T19:00"}),
        ("on friday at noon", {"at": "2026-03-13T12:00"}),
        ("every day at 7 am", {"at": "07:00", "recur": "daily"}),
        ("on weekdays at 6:30 am", {"at": "06:30", "recur": "weekdays"}),
        ("every tuesday and thursday at 8 pm", {"at": "20:00", "recur": "weekly:tu,th"}),
        ("at sunset", {"trigger": "sunset"}),
        ("when i get home", {"trigger": "arrive_home"}),
        ("once everybody has left", {"trigger": "leave_home"}),
        ("when the barn door opens", {"trigger": "opened"}),
        ("at 6pm for two hours", {"at": "18:00", "duration_s": 7200}),
        ("二十分钟后", {"delay_s": 1200}),
        ("过一个半小时", {"delay_s": 5400}),
        ("一刻钟之后", {"delay_s": 900}),
        ("晚上九点一刻", {"at": "21:15"}),
        ("上午十点", {"at": "10:00"}),
        ("下午三点半", {"at": "15:30"}),
        ("明天早上七点", {"at": "2026-03-12T07:00"}),
        ("后天中午", {"at": "2026-03-13T12:00"}),
        ("每天早上六点半", {"at": "06:30", "recur": "daily"}),
        ("工作日晚上八点", {"at": "20:00", "recur": "weekdays"}),
        ("每周三下午五点", {"at": "17:00", "recur": "weekly:we"}),
        ("我回家的时候", {"trigger": "arrive_home"}),
        ("天黑以后", {"trigger": "sunset"}),
    ],
)
def test_time_is_read(text: str, fields: dict[str, object]) -> None:
    when = parse_when(text, NOW)
    assert when is not None
    names = ("delay_s", "at", "trigger", "duration_s", "recur")
    assert {name: getattr(when, name) for name in names if getattr(when, name) is not None} == fields


def test_bare_length_is_a_delay_or_how_long() -> None:
    delay, length = parse_when("ten minutes", NOW), parse_when("ten minutes", NOW, is_duration=True)
    assert delay is not None and delay.delay_s == 600
    assert length is not None and length.duration_s == 600


@pytest.mark.parametrize("text", ["", "the lamp", "to 20 percent", "客厅的灯", "at", "on fire"])
def test_what_is_no_time_is_none(text: str) -> None:
    assert parse_when(text, NOW) is None

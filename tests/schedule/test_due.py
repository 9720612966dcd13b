"""When something said now is due, also on the days on which the clocks change."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from hub.contracts.frame import When
from hub.schedule.due import DueError, resolve_due

BERLIN = ZoneInfo("Europe/Berlin")  # 2026: +1 h on 29 March at 02:00, -1 h on 25 October at 03:00
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")  # 2026: back by half an hour on 5 April at 02:00


def local(day: str, zone: ZoneInfo = BERLIN, fold: int = 0) -> datetime:
    """Read a wall time in a zone."""
    return datetime.fromisoformat(day).replace(tzinfo=zone, fold=fold)


@pytest.mark.parametrize(
    ("said", "now", "due"),
    [
        ("07:00", "2026-06-01T06:59", "2026-06-01T07:00+02:00"),
        ("07:00", "2026-06-01T07:00", "2026-06-02T07:00+02:00"),
        ("7:00", "2026-12-31T23:00", "2027-01-01T07:00+01:00"),
        ("00:00", "2026-06-01T10:00", "2026-06-02T00:00+02:00"),
        ("2026-06-05T18:30", "2026-06-01T10:00", "2026-06-05T18:30+02:00"),
        ("2026-05-05T18:30", "2026-06-01T10:00", "2026-05-05T18:30+02:00"),
        ("02:30", "2026-03-29T00:30", "2026-03-29T03:30+02:00"),  # skipped: moved on
        ("02:30", "2026-03-29T03:15", "2026-03-29T03:30+02:00"),
        ("02:30", "2026-03-29T12:00", "2026-03-30T02:30+02:00"),
        ("08:00", "2026-03-28T22:00", "2026-03-29T08:00+02:00"),
        ("02:30", "2026-10-25T00:30", "2026-10-25T02:30+02:00"),  # twice: the first
        ("2026-10-25T02:30", "2026-10-01T00:30", "2026-10-25T02:30+02:00"),
    ],
)
def test_a_time_of_day_is_the_next_one(said: str, now: str, due: str) -> None:
    found = resolve_due(When(at=said), local(now))
    assert found == datetime.fromisoformat(due)
    assert found.tzinfo is UTC


def test_between_the_two_occurrences_of_an_hour_the_second_is_next() -> None:
    now = local("2026-10-25T02:45")
    assert resolve_due(When(at="02:30"), now) == datetime.fromisoformat("2026-10-25T02:30+01:00")
    later = local("2026-10-25T02:45", fold=1)
    assert resolve_due(When(at="02:30"), later) == datetime.fromisoformat("2026-10-26T02:30+01:00")


def test_half_an_hour_of_change_is_no_special_case() -> None:
    first = resolve_due(When(at="01:45"), local("2026-04-05T01:00", LORD_HOWE))
    second = resolve_due(When(at="01:45"), local("2026-04-05T01:50", LORD_HOWE))
    assert second - first == timedelta(minutes=30)


@pytest.mark.parametrize("now", ["2026-03-28T12:00", "2026-10-24T12:00", "2026-06-01T12:00"])
def test_a_delay_is_elapsed_time_whatever_the_clocks_do(now: str) -> None:
    start = local(now)
    assert resolve_due(When(delay_s=86_400), start) - start.astimezone(UTC) == timedelta(hours=24)


@pytest.mark.parametrize(
    "when",
    [
        When(),
        When(trigger="sunset"),
        When(recur="daily"),
        When(at="25:00"),
        When(at="7"),
        When(at="soon"),
        When(at="2026-02-30T10:00"),
        When(at="2026-02-20T"),
        When(delay_s=-1),
        When(delay_s=float("nan")),
        When(delay_s=float("inf")),
        When(delay_s=1e300),
    ],
)
def test_what_is_no_time_is_an_error(when: When) -> None:
    with pytest.raises(DueError):
        resolve_due(when, local("2026-06-01T10:00"))


def test_a_naive_now_is_an_error() -> None:
    with pytest.raises(DueError):
        resolve_due(When(delay_s=1), datetime(2026, 1, 1))  # noqa: DTZ001  # naive is the point

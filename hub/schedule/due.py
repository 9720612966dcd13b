"""From a time as it was said to the one instant that it means."""

from datetime import UTC, date, datetime, time, timedelta

from hub.contracts.frame import When


class DueError(ValueError):
    """The time cannot be resolved to an instant: it is no delay and no time of day, or is out of range."""


def resolve_due(when: When, now_local: datetime) -> datetime:
    """Return the instant (UTC) at which something said at `now_local` is due.

    The rules:
    - a delay counts elapsed seconds, whatever the clocks on the wall do meanwhile;
    - "HH:MM" is the next moment at which the wall clock reads it: today, else tomorrow. On the day on which an hour
      occurs twice that is the first occurrence that is still to come;
    - "YYYY-MM-DDTHH:MM" is that wall time, the first where it occurs twice; it may lie in the past;
    - a wall time that is skipped in spring is moved on by the skip: 02:30 becomes 03:30.

    Args:
        now_local: aware, in the home's own time zone (a ZoneInfo, so that it knows its changes).

    Raises:
        DueError: `when` has neither a delay nor a time, or not a valid one.
    """
    if now_local.tzinfo is None:
        raise DueError("The local time has to be aware.")
    if when.delay_s is not None:
        return _after(when.delay_s, now_local)
    if when.at is None:
        raise DueError("There is no time in this.")
    try:
        if "T" in when.at:
            day, _, clock = when.at.partition("T")
            return _instant(datetime.combine(date.fromisoformat(day), _wall(clock)), now_local, fold=0)
        wall = _wall(when.at)
    except (ValueError, OverflowError) as error:
        raise DueError(f"{when.at!r} is no time.") from error
    return _next(wall, now_local)


def _wall(clock: str) -> time:
    hour, _, minute = clock.partition(":")
    return time(int(hour), int(minute))


def _after(delay_s: float, now_local: datetime) -> datetime:
    if not delay_s >= 0:
        raise DueError(f"A delay of {delay_s} s is not possible.")
    try:
        return now_local.astimezone(UTC) + timedelta(seconds=delay_s)
    except OverflowError as error:
        raise DueError(f"A delay of {delay_s} s is too long.") from error


def _next(wall: time, now_local: datetime) -> datetime:
    now = now_local.astimezone(UTC)
    today = now_local.date()
    for day in (today, today + timedelta(days=1), today + timedelta(days=2)):
        for found in _occurrences(day, wall, now_local):
            if found > now:
                return found
    raise DueError(f"{wall} does not come.")


def _occurrences(day: date, wall: time, now_local: datetime) -> list[datetime]:
    naive = datetime.combine(day, wall)
    first, second = (_instant(naive, now_local, fold=fold) for fold in (0, 1))
    return [first, second] if second > first else [first]  # later: twice; earlier: it is skipped


def _instant(naive: datetime, now_local: datetime, *, fold: int) -> datetime:
    return naive.replace(tzinfo=now_local.tzinfo, fold=fold).astimezone(UTC)

"""Delayed and timed effects: our table is the truth, APScheduler only ticks."""

from hub.schedule.due import DueError, resolve_due
from hub.schedule.schedule import Schedule

__all__ = ["DueError", "Schedule", "resolve_due"]

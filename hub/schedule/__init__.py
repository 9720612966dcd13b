"""Delayed and timed effects: our table is the truth, APScheduler only ticks."""

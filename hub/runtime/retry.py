"""The one place for back-off: exponential, jittered, capped."""

import random
from collections.abc import Iterator


def backoff_delays(*, first_s: float = 1.0, cap_s: float = 30.0) -> Iterator[float]:
    """Yield delays in seconds, doubling up to the cap, each with "equal jitter" (half fixed, half random).

    Source: M. Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.
    """
    delay = first_s
    while True:
        yield delay / 2 + random.random() * delay / 2
        delay = min(cap_s, delay * 2)

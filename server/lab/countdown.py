"""Seconds left, for methods that know no clock themselves."""

import time
from collections.abc import Callable


def countdown(seconds: float, clock: Callable[[], float] = time.perf_counter) -> Callable[[], float]:
    """A function that says how many seconds of `clock` are left from now on; negative once they are over."""
    until = clock() + seconds
    return lambda: until - clock()

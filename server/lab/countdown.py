"""Seconds left, for methods that know no clock themselves."""

import time
from collections.abc import Callable


def countdown(seconds: float) -> Callable[[], float]:
    """A function that says how many seconds are left from now on; negative once they are over."""
    until = time.perf_counter() + seconds
    return lambda: until - time.perf_counter()

"""Whether an urgent order joins a batch that somebody walks already, or waits for the next one."""

from collections.abc import Sequence
from dataclasses import dataclass

GAIN_A_SECOND = 2.0
"""Each second of detour is waited for by all that lies on the cart: the order has to gain so many by it."""


@dataclass(frozen=True, slots=True)
class Ride:
    """What joining a running batch means, in seconds from now.

    Without the order it is at its station after `rest_s`, with it `detour_s` later; `due_s` is when the first of its
    own orders is due (inf: none is).
    """

    rest_s: float
    detour_s: float
    due_s: float

    @property
    def arrives_s(self) -> float:
        """When it is at the station with the order."""
        return self.rest_s + self.detour_s


@dataclass(frozen=True, slots=True)
class Alone:
    """What waiting means, in seconds: `wait_s` until somebody is free, then a walk of `walk_s` for this order alone.

    `due_s` is when the order is due (inf: it is not).
    """

    wait_s: float
    walk_s: float
    due_s: float

    @property
    def arrives_s(self) -> float:
        """When it is at the station."""
        return self.wait_s + self.walk_s


def best_ride(rides: Sequence[Ride], alone: Alone) -> int | None:
    """The ride to take, by its place in `rides`; None when it is better to wait.

    Rides that bring the order in time come first, then those with the shortest detour.
    """
    worth = [place for place, ride in enumerate(rides) if is_worth(ride, alone)]
    return min(worth, key=lambda place: _dislike(rides[place], alone), default=None)


def is_worth(ride: Ride, alone: Alone) -> bool:
    """Whether the order should join: never when that makes an order on the cart late; always when it is in time by it
    and would be late without; else when it gains GAIN_A_SECOND seconds for each second of detour."""
    if ride.rest_s <= ride.due_s < ride.arrives_s:
        return False
    if ride.arrives_s <= alone.due_s < alone.arrives_s:
        return True
    return alone.arrives_s - ride.arrives_s >= GAIN_A_SECOND * ride.detour_s


def _dislike(ride: Ride, alone: Alone) -> tuple[bool, float, float]:
    return (ride.arrives_s > alone.due_s, ride.detour_s, ride.arrives_s)

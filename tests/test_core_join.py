"""An urgent order joins a running batch when that pays, and never at the cost of another order's cutoff."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.core.batch.join import GAIN_A_SECOND, Alone, Ride, best_ride, is_worth

CALM = Alone(wait_s=600.0, walk_s=300.0, due_s=math.inf)


def test_a_short_detour_is_worth_a_long_wait_and_a_long_one_is_not() -> None:
    """Joined after 400 s in place of 900 s, for a detour of 100 s; a detour of 300 s costs the others too much."""
    assert is_worth(Ride(300.0, 100.0, math.inf), CALM)
    assert not is_worth(Ride(300.0, 300.0, math.inf), CALM)


def test_an_order_that_would_miss_its_cutoff_joins_at_any_detour() -> None:
    """It is due in 700 s, and waiting brings it to the station after 900."""
    late = Alone(600.0, 300.0, due_s=700.0)
    assert is_worth(Ride(300.0, 399.0, math.inf), late)
    assert not is_worth(Ride(300.0, 401.0, math.inf), late)


def test_nobody_who_rides_already_is_made_late() -> None:
    """The cart's own first order is due in 350 s; where it is late anyway, it is no reason any more."""
    assert not is_worth(Ride(300.0, 100.0, due_s=350.0), CALM)
    assert is_worth(Ride(300.0, 100.0, due_s=200.0), CALM)


def test_the_ride_that_is_in_time_goes_before_the_one_with_the_shortest_detour() -> None:
    """Of two that are in time the shorter detour is taken; none when none is worth it."""
    hurried = Alone(600.0, 300.0, due_s=500.0)
    rides = [Ride(520.0, 10.0, math.inf), Ride(300.0, 120.0, math.inf), Ride(300.0, 90.0, math.inf)]
    assert best_ride(rides, hurried) == 2
    assert best_ride(rides[:1], hurried) == 0
    assert best_ride([Ride(890.0, 100.0, math.inf)], CALM) is None
    assert best_ride([], CALM) is None


SECONDS = st.floats(0, 5_000)


@given(SECONDS, SECONDS, SECONDS, SECONDS, SECONDS, SECONDS)
def test_what_joins_arrives_in_time_by_it_or_gains_twice_its_detour(
    rest_s: float, detour_s: float, host_due_s: float, wait_s: float, walk_s: float, due_s: float
) -> None:
    """The rule, said the other way round."""
    ride, alone = Ride(rest_s, detour_s, host_due_s), Alone(wait_s, walk_s, due_s)
    if is_worth(ride, alone):
        saved = ride.arrives_s <= due_s < alone.arrives_s
        assert saved or alone.arrives_s - ride.arrives_s >= GAIN_A_SECOND * detour_s
        assert host_due_s < rest_s or ride.arrives_s <= host_due_s or ride.arrives_s == pytest.approx(host_due_s)

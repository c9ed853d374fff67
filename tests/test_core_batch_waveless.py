"""Without waves: a full cart goes, one that is not full waits, and nothing is overtaken for ever."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, starmap

from hypothesis import given, settings
from hypothesis import strategies as st

from server.core.batch import Batch, Capacity, Hold, Tote, next_batches
from server.core.batch.in_time import Pace, cost
from server.core.batch.waveless import NOT_FULL
from tests.test_core_batch_carts import NODES, SLOW, WALKS, totes

BOUND_S = 7_200.0


def next_up(
    some: Sequence[Tote],
    due_s: Sequence[float],
    capacity: Capacity,
    most: int = 1,
    patience_s: float = math.inf,
    overtaken_s: Sequence[float] = (),
    pace: Pace = SLOW,
) -> tuple[Batch, ...] | Hold:
    """What is to be walked next; without `overtaken_s` everything may be overtaken for ever."""
    may_s = overtaken_s or [math.inf] * len(some)
    return next_batches(some, due_s, may_s, capacity, WALKS, pace, most, patience_s)


def test_without_waves_a_full_cart_goes_and_an_empty_one_waits() -> None:
    """Until what lies on it is due."""
    assert next_up([], [], Capacity(4)) == ()
    full = next_up(totes(9), [math.inf] * 9, Capacity(4))
    assert isinstance(full, tuple)
    assert [len(one) for one in full] == [4]
    assert isinstance(next_up(totes(3), [math.inf] * 3, Capacity(4)), Hold)
    assert next_up(totes(3), [math.inf, 300.0, math.inf], Capacity(4)) == ((1, 0, 2),)


def test_nobody_is_held_back_for_longer_than_patience_and_slack_allow() -> None:
    """It says for how long at most; without patience a cart goes as it is."""
    held = next_up(totes(2), [math.inf] * 2, Capacity(4), patience_s=60.0)
    assert isinstance(held, Hold)
    assert (held.seconds, held.reason != "") == (60.0, True)
    soon = next_up(totes(2), [5_000.0] * 2, Capacity(4), patience_s=60_000.0)
    assert isinstance(soon, Hold)
    assert 0 < soon.seconds < 5_000
    assert next_up(totes(2), [math.inf] * 2, Capacity(4), patience_s=0.0) == ((0, 1),)


def test_several_free_pickers_get_a_batch_each_and_who_came_first_goes_first() -> None:
    """Two carts of four slots for two pickers; a cart that nothing more fits on is full. A large order that
    came first does not wait until no small ones come in any more."""
    found = next_up(totes(9), [math.inf] * 9, Capacity(4), most=2)
    assert isinstance(found, tuple)
    assert [len(one) for one in found] == [4, 4]
    heavy = next_up(totes(2, weight_g=900), [math.inf] * 2, Capacity(4, weight_g=1_000))
    assert isinstance(heavy, tuple)
    assert len(heavy) == 1
    large = [Tote("BIG", (), (NODES[n],)) for n in range(6)]
    whole = [Tote(f"S{n}", (), (NODES[-1 - n],)) for n in range(4)]
    first = next_up([*large, *whole], [math.inf] * 10, Capacity(4))
    assert isinstance(first, tuple)
    assert set(first[0]) < set(range(6))


@dataclass(frozen=True, slots=True)
class Came:
    """A tote of one stop that came in at a second, and when it is due."""

    at_s: float
    node: str
    due_at_s: float = math.inf


Told = list[tuple[list[Came], list[list[Came]]]]
"""For each asking: what waited then, who came first first, and the batches that were given, none when all is held."""


def stream(came: Sequence[Came], asks: Sequence[float], bound_s: float, most: int = 1) -> Told:
    """What becomes of totes that come in while `most` pickers ask for work at each of these seconds."""
    told: Told = []
    gone: set[Came] = set()
    for now in asks:
        waits = {one for one in came if one.at_s <= now} - gone
        here = sorted(waits, key=lambda one: (one.due_at_s, one.at_s, one.node))
        some = [Tote(f"{one.at_s} {one.node}", (), (one.node,)) for one in here]
        due_s = [one.due_at_s - now for one in here]
        may_s = [bound_s + one.at_s - now if one.due_at_s == math.inf else math.inf for one in here]
        found = next_up(some, due_s, Capacity(4), most, 120.0, may_s)
        batches = [] if isinstance(found, Hold) else [[here[i] for i in one] for one in found]
        gone.update(one for batch in batches for one in batch)
        told.append((here, batches))
    return told


LONELY = Came(0.0, NODES[-1])
ASKS = [600.0 * turn for turn in range(1, 25)]
BETTER = [Came(now - second, NODES[3]) for now in ASKS for second in (1, 2, 3, 4)]
"""Four totes of one shelf that come before every asking: a full cart, and a shorter walk than with the lonely one."""


def test_a_lonely_order_is_overtaken_by_full_carts_until_its_time_is_over_and_then_it_goes() -> None:
    """Four hours of a full cart at every asking. Without a bound it waits all the while."""
    for bound_s, taken in ((math.inf, []), (BOUND_S, [ASKS[11]]), (0.0, [ASKS[0]])):
        told = stream([LONELY, *BETTER], ASKS, bound_s)
        assert [len(batches) for _, batches in told] == [1] * len(ASKS)
        assert [now for now, (_, batches) in zip(ASKS, told, strict=True) if LONELY in batches[0]] == taken


ARRIVALS = st.lists(
    st.tuples(st.integers(0, 1200), st.sampled_from(NODES[::9]), st.sampled_from([math.inf, math.inf, 1e6, 2e6])),
    unique=True,
    max_size=12,
)


@given(
    ARRIVALS,
    st.lists(st.integers(60, 600), min_size=1, max_size=4),
    st.sampled_from([0.0, 200.0, 900.0]),
    st.integers(1, 3),
)
@settings(max_examples=60)
def test_in_any_stream_who_waits_longest_beyond_the_bound_is_in_the_next_batch(
    arrivals: list[tuple[float, str, float]], gaps: list[float], bound_s: float, most: int
) -> None:
    """Whatever else comes in, due later or never: an order waits for the bound, and then for those before it alone."""
    asks = list(accumulate(gaps))
    came = list(starmap(Came, arrivals))
    for now, (here, batches) in zip(asks, stream(came, asks, bound_s, most), strict=True):
        over = [one for one in here if one.due_at_s == math.inf and now - one.at_s >= bound_s]
        for batch in batches:
            assert not over or over[0] in batch
            over = [one for one in over if one not in batch]
        assert not over or len(batches) == most


def test_due_times_come_before_what_has_waited_too_long_only_where_they_would_suffer() -> None:
    """A tote that must go now beside one that is due: in time after another walk or not, for one picker and for two."""
    some, over_s = [Tote("DUE", (), (NODES[0],)), Tote("OLD", (), (NODES[-1],))], [math.inf, -60.0]
    walks_s = [cost(some, [0.0, 0.0], [(i,)], WALKS, SLOW).late_s for i in (0, 1)]
    for pickers, most, due_s, first in (
        (1, 1, sum(walks_s) + 1, 1),
        (1, 1, sum(walks_s) - 1, 0),
        (2, 1, sum(walks_s) - 1, 0),  # the other one is back too late, for all that is known
        (2, 2, walks_s[0] + 1, 1),
        (1, 1, -60.0, 0),  # late already, and later for it
    ):
        pace = Pace(pickers, SLOW.speed_m_s, SLOW.stop_s, SLOW.batch_s)
        found = next_up(some, [due_s, math.inf], Capacity(1), most, 120.0, over_s, pace)
        assert isinstance(found, tuple)
        assert (found[0], pickers, most, due_s) == ((first,), pickers, most, due_s)


def test_what_waits_too_long_goes_last_of_a_queue_that_is_only_just_in_time() -> None:
    """Each of five due walks has time for another one before it, but the last one has not."""
    some = [Tote(f"O{n}", (), (NODES[n],)) for n in range(5)] + [Tote("OLD", (), (NODES[0],))]
    over_s = [math.inf] * 5 + [-60.0]
    carts = [(n,) for n in range(5)]
    all_s = 60.0 * 5 + 10.0 * 5 + cost(some, [math.inf] * 6, carts, WALKS, SLOW).length_m / SLOW.speed_m_s
    for due_s, first in ((all_s + 1, (0,)), (all_s + 300, (5,))):
        found = next_up(some, [due_s] * 5 + [math.inf], Capacity(1), 1, 120.0, over_s)
        assert isinstance(found, tuple)
        assert (due_s, found[0]) == (due_s, first)


def test_a_hold_ends_when_something_may_not_be_overtaken_any_more() -> None:
    """Who holds back asks again then."""
    held = next_up(totes(2), [math.inf] * 2, Capacity(4), 1, 120.0, [50.0, 40.0])
    assert held == Hold(NOT_FULL, 40.0)
    assert next_up(totes(2), [math.inf] * 2, Capacity(4), 1, 120.0, [50.0, 0.0]) == ((0, 1),)


def test_where_no_cart_is_held_back_the_bound_changes_nothing_without_due_times() -> None:
    """The oldest goes first anyway, with the carts of the same plan."""
    some = totes(14)
    for over in (0, 5, 14):
        over_s = [float(i - over) for i in range(14)]
        assert next_up(some, [math.inf] * 14, Capacity(4), 3, 0.0, over_s) == next_up(
            some, [math.inf] * 14, Capacity(4), 3, 0.0
        )

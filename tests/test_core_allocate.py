"""Allocation: the oldest lot first, the walk where there is a choice, and short only what is nowhere."""

from collections import Counter, defaultdict

from hypothesis import given
from hypothesis import strategies as st

from server.core.allocate import Pick, Place, Wanted, allocate, good_until, rank

TODAY = "2026-11-23"


def line(line_id: int, qty_each: int, sku: str = "CUP", order_ref: str = "O1") -> Wanted:
    """A line that wants cups."""
    return Wanted(line_id, order_ref, sku, qty_each)


def test_the_lot_that_expires_first_leaves_first() -> None:
    """A later receipt does not matter when the expiry is earlier."""
    places = [
        Place("A-1", "CUP", "OLD", 5, expiry="2027-01-31", received_at="2026-01-01"),
        Place("B-1", "CUP", "SOON", 5, expiry="2026-12-31", received_at="2026-06-01"),
    ]
    assert allocate([line(1, 5)], places, TODAY).picks == (Pick(1, "B-1", "SOON", 5),)


def test_without_an_expiry_the_lot_that_came_first_leaves_first() -> None:
    """FIFO by receipt."""
    places = [
        Place("A-1", "CUP", "L2", 5, received_at="2026-06-01"),
        Place("B-1", "CUP", "L1", 5, received_at="2026-01-01"),
    ]
    assert allocate([line(1, 7)], places, TODAY).picks == (Pick(1, "B-1", "L1", 5), Pick(1, "A-1", "L2", 2))


def test_a_lot_with_an_expiry_leaves_before_one_without() -> None:
    """What can spoil goes first."""
    places = [Place("A-1", "CUP", "", 5), Place("B-1", "CUP", "L1", 5, expiry="2028-01-01")]
    assert allocate([line(1, 3)], places, TODAY).picks == (Pick(1, "B-1", "L1", 3),)


def test_an_expired_lot_is_never_given_out() -> None:
    """It counts as not there; a lot that expires today may still go."""
    expired = Place("A-1", "CUP", "BAD", 5, expiry="2026-11-22")
    last_day = Place("B-1", "CUP", "LAST", 2, expiry="2026-11-23")
    found = allocate([line(1, 5)], [expired, last_day], TODAY)
    assert found.picks == (Pick(1, "B-1", "LAST", 2),)
    assert found.short_each == {1: 3}


def test_one_place_that_has_all_is_better_than_two() -> None:
    """Fewest stops, even when a smaller place is nearer."""
    places = [Place("A-1", "CUP", "L1", 3, detour_m=1.0), Place("B-1", "CUP", "L1", 9, detour_m=50.0)]
    assert allocate([line(1, 5)], places, TODAY).picks == (Pick(1, "B-1", "L1", 5),)


def test_of_two_places_that_have_all_the_one_on_the_way_is_taken() -> None:
    """The shorter detour wins."""
    places = [Place("A-1", "CUP", "L1", 9, detour_m=80.0), Place("B-1", "CUP", "L1", 9, detour_m=50.0)]
    assert allocate([line(1, 5)], places, TODAY).picks == (Pick(1, "B-1", "L1", 5),)


def test_an_aisle_that_the_order_needs_anyway_is_better_than_a_near_one() -> None:
    """The other line can only be had in aisle F, so the cups come from aisle F too."""
    places = [
        Place("A-1", "CUP", "L1", 9, aisle="A", detour_m=10.0),
        Place("F-1", "CUP", "L1", 9, aisle="F", detour_m=90.0),
        Place("F-2", "PAN", "", 9, aisle="F", detour_m=90.0),
    ]
    found = allocate([line(1, 5), line(2, 1, sku="PAN")], places, TODAY)
    assert found.picks == (Pick(1, "F-1", "L1", 5), Pick(2, "F-2", "", 1))


def test_two_equal_lines_of_one_order_count_twice() -> None:
    """The same SKU twice in an order is two lines, each served by itself."""
    found = allocate([line(1, 4), line(2, 4)], [Place("A-1", "CUP", "", 6)], TODAY)
    assert found.picks == (Pick(1, "A-1", "", 4), Pick(2, "A-1", "", 2))
    assert found.short_each == {2: 2}


def test_an_unknown_sku_is_short_by_all_of_it() -> None:
    """Nothing anywhere."""
    assert allocate([line(1, 4, sku="PAN")], [], TODAY).short_each == {1: 4}


SKUS = st.sampled_from(["CUP", "PAN"])
DATES = st.sampled_from(["", "2026-11-22", "2026-11-23", "2027-01-01"])
LINES = st.lists(st.tuples(SKUS, st.integers(1, 9), st.sampled_from(["O1", "O2"])), max_size=8).map(
    lambda rows: [Wanted(i, order, sku, qty) for i, (sku, qty, order) in enumerate(rows)]
)
PLACES = st.lists(
    st.builds(
        Place,
        location_code=st.sampled_from(["A-1", "A-2", "B-1"]),
        sku=SKUS,
        lot=st.sampled_from(["", "L1", "L2"]),
        available_each=st.integers(0, 9),
        expiry=DATES,
        received_at=DATES,
        aisle=st.sampled_from(["A", "B"]),
        detour_m=st.floats(0, 100),
    ),
    max_size=8,
    unique_by=lambda place: (place.location_code, place.sku, place.lot),
)


@given(LINES, PLACES)
def test_every_unit_wanted_is_given_or_short(wanted: list[Wanted], places: list[Place]) -> None:
    """Nothing is left out, nothing is given twice, and a line is short only when its SKU is used up."""
    found = allocate(wanted, places, TODAY)
    given_each = Counter[int]()
    taken: Counter[tuple[str, str, str]] = Counter()
    sku_of = {one.line_id: one.sku for one in wanted}
    for pick in found.picks:
        assert pick.qty_each > 0
        given_each[pick.line_id] += pick.qty_each
        taken[pick.location_code, sku_of[pick.line_id], pick.lot] += pick.qty_each
    for one in wanted:
        assert given_each[one.line_id] + found.short_each.get(one.line_id, 0) == one.qty_each
    good = {(p.location_code, p.sku, p.lot): p for p in places if not p.expiry or p.expiry >= TODAY}
    left: Counter[str] = Counter()
    for key, place in good.items():
        assert taken[key] <= place.available_each
        left[place.sku] += place.available_each - taken[key]
    assert taken.keys() <= good.keys()
    assert all(left[sku_of[line_id]] == 0 for line_id in found.short_each)


@given(LINES, PLACES)
def test_no_lot_is_touched_while_an_older_one_is_left(wanted: list[Wanted], places: list[Place]) -> None:
    """After the wave, the lots of a SKU are used up from the oldest on."""
    found = allocate(wanted, places, TODAY)
    sku_of = {one.line_id: one.sku for one in wanted}
    taken: Counter[tuple[str, str, str]] = Counter()
    for pick in found.picks:
        taken[pick.location_code, sku_of[pick.line_id], pick.lot] += pick.qty_each
    by_sku: dict[str, list[Place]] = defaultdict(list)
    for place in places:
        if place.available_each and (not place.expiry or place.expiry >= TODAY):
            by_sku[place.sku].append(place)
    for sku, mine in by_sku.items():
        touched = [rank(p) for p in mine if taken[p.location_code, sku, p.lot]]
        left = [rank(p) for p in mine if taken[p.location_code, sku, p.lot] < p.available_each]
        assert not touched or not left or max(touched) <= min(left)


def test_an_order_that_wants_fresh_goods_is_given_none_that_end_too_soon() -> None:
    """The older lot is left for others; where nothing lasts long enough, the line is short."""
    places = [
        Place("A", "MILK", "L1", 5, "2026-12-01"),
        Place("B", "MILK", "L2", 2, "2027-03-01"),
    ]
    good = good_until("2026-11-23T10:00:00.000Z", 30)
    assert good == "2026-12-23"
    wanted = [Wanted(1, "O1", "MILK", 3, good), Wanted(2, "O2", "MILK", 1)]
    found = allocate(wanted, places, "2026-11-23")
    assert [(pick.line_id, pick.lot, pick.qty_each) for pick in found.picks] == [(1, "L2", 2), (2, "L1", 1)]
    assert found.short_each == {1: 1}
    assert good_until("2026-11-23", 0) == ""

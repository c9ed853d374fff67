"""Tours choose among equal locations: never a unit twice, never another rank, never a longer tour."""

from collections import Counter
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.core.allocate import Place, Shelf, Wanted, allocate, equals, rank, shelf_of
from server.core.batch import walks_on
from server.core.locate import Part, choose_shelves, spare_of
from server.core.route import Network
from server.lab.floors import Grid, grid_floor

TODAY = "2026-11-23"
FLOOR = grid_floor(Grid(2, 4, bays=3), 1, 0)
NODES = sorted(node for node in FLOOR.graph.nodes if node.startswith("S"))
WALKS = walks_on(Network(FLOOR.graph), NODES, "DEPOT", "DEPOT")
AT = {node: node for node in NODES}


def shelf(node: str, sku: str = "CUP", lot: str = "L1") -> Shelf:
    """A shelf in the location of that node's name."""
    return (node, sku, lot)


def total_m(parts: list[Part], shelves: tuple[Shelf, ...]) -> dict[int, float]:
    """Metres of each tour over these shelves."""
    return {
        tour: float(
            WALKS.lengths(
                WALKS.lengths.stops([{at[0] for part, at in zip(parts, shelves, strict=True) if part.tour == tour}])
            )[0]
        )
        for tour in {part.tour for part in parts}
    }


def chosen(parts: list[Part], spare: dict[Shelf, int]) -> tuple[Shelf, ...]:
    """What the search chooses, without a clock."""
    return choose_shelves(parts, spare, AT, [WALKS] * (1 + max(part.tour for part in parts)))


def test_a_tour_takes_what_lies_on_its_way() -> None:
    """The far shelf is left for the one beside the other stop."""
    far, near, other = shelf("S3_1_2"), shelf("S0_0_1"), shelf("S0_0_0", "PAN")
    parts = [Part(0, far, 2, (near, far)), Part(0, other, 1, (other,))]
    assert chosen(parts, {far: 0, near: 2, other: 0}) == (near, other)
    assert chosen(parts, {far: 0, near: 1, other: 0}) == (far, other)


def test_two_tours_exchange_their_places_when_nothing_is_to_spare() -> None:
    """Each was promised the shelf that lies on the other's way."""
    left, right = shelf("S0_0_1"), shelf("S3_0_1")
    parts = [
        Part(0, right, 2, (left, right)),
        Part(0, shelf("S0_0_2", "PAN"), 1, (shelf("S0_0_2", "PAN"),)),
        Part(1, left, 2, (left, right)),
        Part(1, shelf("S3_0_2", "PAN"), 1, (shelf("S3_0_2", "PAN"),)),
    ]
    found = chosen(parts, {part.shelf: 0 for part in parts})
    assert (found[0], found[2]) == (left, right)


LINES = st.lists(st.tuples(st.sampled_from("AB"), st.integers(1, 4), st.integers(0, 2)), min_size=1, max_size=5)
PLACES = st.lists(
    st.builds(
        Place,
        location_code=st.sampled_from(NODES),
        sku=st.sampled_from("AB"),
        lot=st.sampled_from(["L1", "L2"]),
        available_each=st.integers(1, 6),
        received_at=st.sampled_from(["2026-01-01T06:00", "2026-01-01T09:00", "2026-01-02T06:00"]),
    ),
    min_size=1,
    max_size=6,
    unique_by=lambda place: (place.location_code, place.sku, place.lot),
)


@given(LINES, PLACES)
def test_choosing_keeps_ranks_stock_and_every_tour(rows: list[tuple[str, int, int]], places: list[Place]) -> None:
    """Every line's units keep the rank that allocation gave them, no place gives more than it has, and where one part
    alone moves, none is better than what is found."""
    wanted = [Wanted(number, f"O{tour}", sku, qty) for number, (sku, qty, tour) in enumerate(rows)]
    picks = allocate(wanted, places, TODAY).picks
    if not picks:
        return
    sku_of, equal = {line.line_id: line.sku for line in wanted}, equals(places, TODAY)
    own: Counter[tuple[int, Shelf]] = Counter()
    for pick in picks:
        own[rows[pick.line_id][2], (pick.location_code, sku_of[pick.line_id], pick.lot)] += pick.qty_each
    parts = [Part(tour, at, qty, equal[at]) for (tour, at), qty in own.items()]
    spare = spare_of(places, picks, sku_of)
    found = chosen(parts, spare)
    place_of = {shelf_of(place): place for place in places}
    taken: Counter[Shelf] = Counter()
    for part, at in zip(parts, found, strict=True):
        assert rank(place_of[at]) == rank(place_of[part.shelf])
        taken[at] += part.qty_each
    assert all(units <= place_of[at].available_each for at, units in taken.items())
    before, after = total_m(parts, tuple(part.shelf for part in parts)), total_m(parts, found)
    assert all(after[tour] <= before[tour] + 1e-3 for tour in after)
    for number, part in enumerate(parts):
        for other in part.shelves:
            if taken[other] + part.qty_each <= place_of[other].available_each:
                changed = total_m(parts, (*found[:number], other, *found[number + 1 :]))
                assert sum(changed.values()) >= sum(after.values()) - 0.02


def test_one_tour_finds_what_trying_everything_finds() -> None:
    """Twelve seeded tours of three choices with enough to spare: as short as the best of all choices."""
    for seed in range(12):
        parts = []
        for number in range(3):
            nodes = [NODES[(7 * seed + 5 * number + 11 * turn) % len(NODES)] for turn in range(3)]
            shelves = tuple(sorted(shelf(node, f"SKU-{number}") for node in nodes))
            parts.append(Part(0, shelves[0], 1, shelves))
        best_m = min(total_m(parts, ways)[0] for ways in product(*(part.shelves for part in parts)))
        found = chosen(parts, {one: 5 for part in parts for one in part.shelves})
        assert total_m(parts, found)[0] == pytest.approx(best_m), seed

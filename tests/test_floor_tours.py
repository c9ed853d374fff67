"""A wave's tours choose among equal locations: shorter walks, the same lots, and no unit promised twice."""

from collections import Counter
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from server.core.allocate import Wanted, allocate, rank, shelf_of
from server.core.layout import read_layout
from server.core.tabular import OrderRow, SkuRow, StockRow
from server.floor import audit, wave_plan
from server.floor.release import Means, Snapshot
from server.floor.wave import release_wave
from server.lab.paper_wave import paper_wave
from server.store import building
from server.store.schema import pick_lines
from server.store.transaction import Store
from tests.loaded_floor import DOCUMENT, furnish, lot

PLACES = sorted(read_layout(DOCUMENT).access)
NOW = "2026-11-23T10:00:00.000Z"


@pytest.fixture
def store(migrated_database_url: str) -> Iterator[Store]:
    """A database with every table and no row."""
    store = Store(migrated_database_url)
    yield store
    store.close()


@pytest.mark.parametrize("closed", ["", "A02"])
def test_tours_choose_among_equal_locations_and_tell_what_that_saves(store: Store, closed: str) -> None:
    """Allocation takes the cups beside the start; the order of the same cart that needs a pan leads past other cups.

    So it is where walks are weighed exactly, and where, an aisle being closed, each tour chooses on its own.
    """
    furnish(
        store,
        on_hand=[lot(PLACES[0], "CUP", 5), lot(PLACES[-1], "CUP", 5), lot(PLACES[-1], "PAN", 5)],
        wanted={"O1": [("CUP", 1)], "O2": [("PAN", 1)]},
    )
    if closed:
        store.write(lambda tx: building.close_place(tx.connection, tx.now, closed, "spill"))
    released = release_wave(store)
    found = store.read(lambda c: c.execute(select(pick_lines.c.location_code)).scalars().all())
    assert set(found) == {PLACES[-1]}
    assert released.walk_m < released.first_location_m
    assert store.read(audit.violations) == []


LOTS = st.sampled_from([("L1", ""), ("L2", ""), ("E1", "2030-01-01"), ("E2", "2030-01-01"), ("E3", "2031-01-01")])
STOCK = st.lists(
    st.builds(
        lambda place, sku, of, qty: StockRow(place, sku, of[0], of[1], "2026-01-01", qty),
        st.sampled_from(PLACES),
        st.sampled_from(["CUP", "PAN"]),
        LOTS,
        st.integers(1, 6),
    ),
    min_size=2,
    max_size=10,
    unique_by=lambda row: (row.location_code, row.sku, row.lot),
)
ORDERS = st.lists(st.tuples(st.sampled_from(["CUP", "PAN"]), st.integers(1, 5)), min_size=1, max_size=8)


def wave(stock: list[StockRow], rows: list[tuple[str, int]]) -> Snapshot:
    """Orders of one line each, on carts of two totes."""
    orders = [OrderRow(f"O{n}", 1, sku, qty, ordered_at=NOW) for n, (sku, qty) in enumerate(rows)]
    skus = [SkuRow("CUP", "Cup"), SkuRow("PAN", "Pan")]
    return paper_wave(DOCUMENT, stock, orders, skus, means=Means(2), now=NOW)


@settings(max_examples=12)
@given(STOCK, ORDERS)
def test_a_plan_gives_each_line_the_ranks_that_allocation_gives_it(
    stock: list[StockRow], rows: list[tuple[str, int]]
) -> None:
    """Line by line as many units of each rank, no place gives more than it has, and no tour is longer than at first."""
    taken = wave(stock, rows)
    plan = wave_plan.plan(taken, batching_s=1.0)
    place_of = {shelf_of(place): place for place in taken.places}
    sku_of = {line.line_id: line.sku for line in taken.lines}
    wanted = [Wanted(line.line_id, line.order_ref, line.sku, line.qty_each) for line in taken.lines]
    alone, chosen = Counter[object](), Counter[object]()
    given_out = Counter[object]()
    for pick in allocate(wanted, taken.places, NOW).picks:
        place = place_of[pick.location_code, sku_of[pick.line_id], pick.lot]
        alone[pick.line_id, rank(place)] += pick.qty_each
    for batch in plan.batches:
        assert batch.length_m <= batch.first_location_m + 1e-3
        for line in batch.lines:
            shelf = (line.location_code, line.sku, line.lot)
            chosen[line.order_line_id, rank(place_of[shelf])] += line.qty_each
            given_out[shelf] += line.qty_each
            assert given_out[shelf] <= place_of[shelf].available_each
    assert chosen == alone

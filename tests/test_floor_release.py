"""Waves: everything that waits is picked or short, nothing is promised twice, and the walks are short."""

import pickle
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import select, update

from server.core.batch import TOTE_ML
from server.core.errors import BadInput, Conflict, NotReady
from server.core.layout import read_layout
from server.core.route import Network
from server.floor import audit, closing, load, login, release
from server.floor.release import Plan, Released
from server.floor.wave import cutoff_time, release_wave
from server.store import building, stock
from server.store.rows import AnyRow
from server.store.schema import batch_slots, batches, order_lines, orders, pick_lines, skus, tasks
from server.store.transaction import Store
from tests import loaded_floor as files
from tests.loaded_floor import DOCUMENT, enter, furnish, lot, order
from tests.small_floor import Hand

LAYOUT = read_layout(DOCUMENT)
PLACES = sorted(LAYOUT.access)
NOW = "2026-11-23T10:00:00.000Z"


@pytest.fixture
def store(migrated_database_url: str) -> Iterator[Store]:
    """A database with every table and no row."""
    store = Store(migrated_database_url)
    yield store
    store.close()


def rows(store: Store, statement: object) -> list[AnyRow]:
    """What a SELECT finds."""
    return store.read(lambda c: list(c.execute(statement).all()))  # type: ignore[call-overload]


def states(store: Store) -> dict[str, str]:
    """Each order's state."""
    return {row.order_ref: row.state for row in rows(store, select(orders.c.order_ref, orders.c.state))}


def lines(store: Store) -> list[AnyRow]:
    """All pick lines, batch by batch, in walking order."""
    return rows(store, select(pick_lines).order_by(pick_lines.c.batch_id, pick_lines.c.seq))


def plan_of(store: Store) -> Plan:
    """A plan for all that waits now."""
    return release.plan_wave(store.read(lambda c: release.snapshot(c, NOW)))


def reserved(store: Store) -> int:
    """All units that are promised."""
    return sum(row.reserved_each for row in store.read(stock.everything))


# --- what a wave holds --------------------------------------------------------------------------------------------


def test_every_unit_of_a_wave_is_to_be_picked_or_short(store: Store) -> None:
    """Twelve cups for three orders that want fifteen: the last one is short by three, and says so at once."""
    furnish(
        store,
        on_hand=[lot(PLACES[0], "CUP", 5), lot(PLACES[40], "CUP", 7), lot(PLACES[9], "PAN", 1)],
        wanted={"O1": [("CUP", 5), ("CUP", 5)], "O2": [("CUP", 5), ("PAN", 1)], "O3": [("PAN", 1)]},
    )
    released = release_wave(store)
    assert (released.orders, released.orders_short, released.units, released.units_short) == (3, 1, 13, 4)
    assert states(store) == {"O1": "picking", "O2": "picking", "O3": "short"}
    by_line = {(row.order_ref, row.line_number): row.short_each for row in rows(store, select(order_lines))}
    assert by_line == {("O1", 1): 0, ("O1", 2): 0, ("O2", 1): 3, ("O2", 2): 0, ("O3", 1): 1}
    assert sum(line.qty_each for line in lines(store)) == reserved(store) == 13
    assert store.read(audit.violations) == []


def test_the_lot_that_expires_first_is_promised_first(store: Store) -> None:
    """Though it lies at the far end; and an expired one is not promised at all."""
    furnish(
        store,
        on_hand=[
            lot(PLACES[0], "CUP", 9, "LATE", expiry="2031-01-01"),
            lot(PLACES[-1], "CUP", 4, "SOON", expiry="2030-01-01"),
            lot(PLACES[5], "CUP", 9, "GONE", expiry="2020-01-01"),
        ],
        wanted={"O1": [("CUP", 6)]},
    )
    release_wave(store)
    assert Counter({line.lot: line.qty_each for line in lines(store)}) == {"SOON": 4, "LATE": 2}


def test_lines_are_numbered_as_the_tour_walks(store: Store) -> None:
    """The walk over the stops in that order is as long as the tour, and proven to be the shortest."""
    picked = PLACES[::7]
    furnish(
        store,
        on_hand=[lot(place, f"SKU-{n}", 5) for n, place in enumerate(picked)],
        wanted={"O1": [(f"SKU-{n}", 1) for n in range(len(picked))]},
    )
    release_wave(store)
    (batch,) = rows(store, select(batches))
    network = Network(LAYOUT.graph)
    stops = list(dict.fromkeys(LAYOUT.access[line.location_code] for line in lines(store)))
    station = next(one.node for one in LAYOUT.stations if one.code == batch.station_code)
    path = [LAYOUT.cart_parking[0].node, *stops, station]
    walked = sum(network.metres(network.path(u, v)) for u, v in pairwise(path))
    assert walked == pytest.approx(batch.length_m)
    assert batch.optimal
    assert batch.lower_bound_m == pytest.approx(batch.length_m)
    assert batch.length_m < batch.name_order_m
    assert batch.path[0] == list(LAYOUT.graph.nodes[path[0]])
    assert batch.path[-1] == list(LAYOUT.graph.nodes[station])


def test_an_order_larger_than_a_cart_spreads_over_batches(store: Store) -> None:
    """Ten totes' worth on carts of eight: two batches, each with slots of that order alone."""
    furnish(
        store,
        on_hand=[lot(PLACES[n], f"SKU-{n}", 10) for n in range(10)],
        wanted={"O1": [(f"SKU-{n}", 10) for n in range(10)]},
        volume_ml=TOTE_ML // 10,
    )
    assert release_wave(store).batches == 2
    slots = rows(store, select(batch_slots))
    assert len(slots) == 10
    assert {slot.order_ref for slot in slots} == {"O1"}
    assert sum(line.qty_each for line in lines(store)) == 100
    assert store.read(audit.violations) == []


def test_batches_fit_on_the_smallest_cart(store: Store) -> None:
    """A cart of two slots is there: no batch has three."""
    furnish(store, on_hand=[lot(PLACES[0], "CUP", 50)], wanted={f"O{n}": [("CUP", 1)] for n in range(5)})
    store.write(lambda tx: load.load_equipment(tx, carts=["TROLLEY"], slots=2))
    assert release_wave(store).batches == 3


@pytest.mark.parametrize(
    ("limits", "carts"), [({"cart_ml": 250}, 3), ({"cart_g": 100}, 5), ({"tote_ml": 50}, 2), ({}, 1)]
)
def test_carts_and_totes_hold_what_they_hold(store: Store, limits: dict[str, Any], carts: int) -> None:
    """Five cups of 100 ml and 60 g for five orders: two by volume, one by weight; and totes that a cup fills alone."""
    furnish(
        store,
        on_hand=[lot(PLACES[0], "CUP", 50)],
        wanted={f"O{n}": [("CUP", 2 if limits == {"tote_ml": 50} else 1)] for n in range(5)},
    )
    store.write(lambda tx: tx.connection.execute(update(skus).values(weight_g=60)))
    store.write(lambda tx: load.load_equipment(tx, carts=["TROLLEY"], totes=["SMALL"], **limits))
    assert release_wave(store).batches == carts


def test_pickers_at_work_are_counted(store: Store) -> None:
    """Each once, whatever devices they have; packers and those who left are none."""
    furnish(store, on_hand=[lot(PLACES[0], "CUP", 5)])
    assert store.read(lambda c: release.snapshot(c, NOW)).means.pickers == 0
    store.write(lambda tx: login.log_in(tx, "P-1", "dev-1"))
    assert store.read(lambda c: release.snapshot(c, NOW)).means.pickers == 1


def test_urgent_orders_do_not_share_a_cart_with_others(store: Store) -> None:
    """Their batch is given out first."""
    furnish(store, on_hand=[lot(PLACES[0], "CUP", 50)])
    calm = [row for n in range(3) for row in order(f"O{n}", [("CUP", 1)], due_at="2026-11-23T11:00:00.000Z")]
    urgent = order("NOW", [("CUP", 1)], priority=5)
    store.write(lambda tx: load.take(tx, files.orders(*calm, *urgent)))
    assert release_wave(store).batches == 2
    first = store.write(release.next_batch)
    assert {slot.order_ref for slot in rows(store, select(batch_slots)) if slot.batch_id == first} == {"NOW"}
    assert store.write(release.next_batch) not in (None, first)
    assert store.write(release.next_batch) is None


def test_a_wave_takes_the_most_urgent_orders_then_the_earliest_cutoff(store: Store) -> None:
    """Priority, due, ordered: in this order, with no cutoff last."""
    furnish(store, on_hand=[lot(PLACES[0], "CUP", 50)])
    some = [
        *order("NO-CUTOFF", [("CUP", 1)], ordered_at="2026-11-20T08:00:00.000Z"),
        *order("LATE", [("CUP", 1)], due_at="2026-11-23T18:00:00.000Z"),
        *order("EARLY-2", [("CUP", 1)], due_at="2026-11-23T12:00:00.000Z", ordered_at="2026-11-22T09:00:00.000Z"),
        *order("EARLY-1", [("CUP", 1)], due_at="2026-11-23T12:00:00.000Z", ordered_at="2026-11-22T08:00:00.000Z"),
        *order("URGENT", [("CUP", 1)], priority=1),
    ]
    store.write(lambda tx: load.take(tx, files.orders(*some)))
    taken = store.read(lambda c: release.snapshot(c, NOW))
    assert [one.order_ref for one in taken.orders] == ["URGENT", "EARLY-1", "EARLY-2", "LATE", "NO-CUTOFF"]
    release_wave(store, max_orders=2)
    assert {ref for ref, state in states(store).items() if state == "picking"} == {"URGENT", "EARLY-1"}
    release_wave(store, cutoff="2026-11-23T17:00:00.000Z")
    assert {ref for ref, state in states(store).items() if state == "waiting"} == {"LATE", "NO-CUTOFF"}


def test_nothing_waiting_makes_no_wave(store: Store) -> None:
    """An empty wave would only confuse the board."""
    furnish(store, on_hand=[lot(PLACES[0], "CUP", 1)])
    assert release_wave(store) == Released()


def test_without_a_layout_no_wave_is_released(store: Store) -> None:
    """The message says how to load one."""
    with pytest.raises(NotReady, match="gangway import layout"):
        release_wave(store)


def test_stock_behind_a_closed_aisle_is_not_promised(store: Store) -> None:
    """The same SKU from the other side of the building is; an order of what lies only there waits, and is not short."""
    behind = next(place for place in LAYOUT.locations if place.aisle == "A02")
    here = next(place for place in LAYOUT.locations if place.aisle == "A01")
    furnish(
        store,
        on_hand=[
            lot(behind.location_code, "CUP", 5),
            lot(here.location_code, "CUP", 5),
            lot(behind.location_code, "PAN", 5),
        ],
        wanted={"O1": [("CUP", 5)], "O2": [("CUP", 1), ("PAN", 1)], "O3": [("PAN", 6)]},
    )
    store.write(lambda tx: building.close_place(tx.connection, tx.now, "A02", "spill"))
    released = release_wave(store)
    assert (released.orders, released.units_short, released.orders_held) == (1, 0, 2)
    assert {line.location_code for line in lines(store)} == {here.location_code}


# --- plans --------------------------------------------------------------------------------------------------------


def test_a_plan_travels_to_another_process_and_back(store: Store) -> None:
    """Snapshot and plan survive pickling, and the plan depends on the snapshot alone."""
    furnish(
        store,
        on_hand=[lot(PLACES[n], f"SKU-{n}", 9) for n in range(9)],
        wanted={"O1": [("SKU-3", 2)], "O2": [("SKU-5", 1)]},
    )
    taken = store.read(lambda c: release.snapshot(c, NOW))
    seen: list[tuple[int, int]] = []
    plan = release.plan_wave(pickle.loads(pickle.dumps(taken)), lambda done, of: seen.append((done, of)))
    assert pickle.loads(pickle.dumps(plan)) == release.plan_wave(taken) == plan
    assert seen == [(1, 1)]


def test_a_plan_whose_stock_is_gone_is_refused_and_nothing_of_it_is_kept(store: Store) -> None:
    """Someone wrote the cups off while the plan was made."""
    furnish(
        store, on_hand=[lot(PLACES[0], "CUP", 5), lot(PLACES[9], "PAN", 5)], wanted={"O1": [("CUP", 5), ("PAN", 5)]}
    )
    plan = plan_of(store)
    store.write(lambda tx: load.take(tx, files.stock(lot(PLACES[0], "CUP", 4))))
    with pytest.raises(Conflict, match="plan again"):
        store.write(lambda tx: release.commit_wave(tx, plan))
    assert (reserved(store), states(store), lines(store)) == (0, {"O1": "waiting"}, [])


def test_a_plan_is_taken_once(store: Store) -> None:
    """There is stock enough for the orders twice over, but they wait only once."""
    furnish(store, on_hand=[lot(PLACES[0], "CUP", 50)], wanted={"O1": [("CUP", 5)]})
    plan = plan_of(store)
    store.write(lambda tx: release.commit_wave(tx, plan))
    with pytest.raises(Conflict):
        store.write(lambda tx: release.commit_wave(tx, plan))
    assert reserved(store) == 5


def test_a_release_that_comes_second_plans_again(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between its first snapshot and its commit, another wave takes the cups; it ends with what is left."""
    furnish(store, on_hand=[lot(PLACES[0], "CUP", 5)], wanted={"O1": [("CUP", 4)], "O2": [("CUP", 4)]})
    plan, tries = release.plan_wave, []

    def slow(taken: release.Snapshot, progress: object = None) -> Plan:
        tries.append(len(taken.orders))
        if len(tries) == 1:
            first = replace(taken, orders=taken.orders[:1], lines=taken.lines[:1])
            store.write(lambda tx: release.commit_wave(tx, plan(first)))
        return plan(taken)

    monkeypatch.setattr(release, "plan_wave", slow)
    released = release_wave(store)
    assert (tries, released.units, released.units_short) == ([2, 1], 1, 3)
    assert store.read(audit.violations) == []


def test_waves_released_at_once_never_promise_a_unit_twice(migrated_database_url: str) -> None:
    """Four servers at once, forty orders, stock for twenty-five: 25 promised, 15 short, each order in one wave."""
    first = Store(migrated_database_url)
    furnish(
        first,
        on_hand=[lot(PLACES[n], "CUP", 5) for n in range(5)],
        wanted={f"O{n:02}": [("CUP", 1)] for n in range(40)},
    )
    stores = [first, *(Store(migrated_database_url) for _ in range(3))]
    with ThreadPoolExecutor(len(stores)) as pool:
        waves = list(pool.map(lambda store: release_wave(store, max_orders=15), stores))
    assert sum(wave.orders for wave in waves) == 40
    assert sum(wave.units for wave in waves) == reserved(first) == 25
    assert sum(wave.units_short for wave in waves) == 15
    assert first.read(audit.violations) == []
    for store in stores:
        store.close()


# --- from wave to picker ------------------------------------------------------------------------------------------


def test_a_picker_who_waits_gets_a_batch_with_the_wave(store: Store) -> None:
    """Nobody has to scan again: the batch is theirs when the wave is there, and their page is told."""
    furnish(store, on_hand=[lot(PLACES[0], "CUP", 5)])
    ann = Hand(store)
    ann.begin()
    ann.scan("C-1")
    enter(store, {"O1": [("CUP", 1)]})
    told: list[tuple[str, int]] = []
    store.listen(lambda news: told.extend((one.kind, one.ref) for one in news))
    (batch_id,) = release_wave(store).batch_ids
    (row,) = rows(store, select(tasks))
    assert (row.batch_id, row.state) == (batch_id, "location")
    assert ("task", row.id) in told
    assert [batch.state for batch in rows(store, select(batches))] == ["picking"]


def test_a_cutoff_is_read_as_people_write_it() -> None:
    """Without a zone it is UTC; nonsense is refused."""
    assert cutoff_time("2026-11-23T17:00") == "2026-11-23T17:00:00.000Z"
    assert cutoff_time("2026-11-23T18:00+01:00") == "2026-11-23T17:00:00.000Z"
    assert cutoff_time("") == ""
    with pytest.raises(BadInput, match="write it as"):
        cutoff_time("tomorrow")


def test_a_plan_from_before_a_closing_is_not_taken(store: Store) -> None:
    """Its tours might lead through what is closed now, and nobody would look at them again."""
    furnish(store, on_hand=[lot(PLACES[0], "CUP", 5)], wanted={"O1": [("CUP", 1)]})
    plan = release.plan_wave(store.read(lambda c: release.snapshot(c, NOW)))
    aisle = LAYOUT.ways[0].code
    number = store.write(lambda tx: closing.close(tx, aisle, "spill", ""))
    with pytest.raises(Conflict, match="plan again"):
        store.write(lambda tx: release.commit_wave(tx, plan))
    store.write(lambda tx: closing.reopen(tx, number, ""))
    assert store.write(lambda tx: release.commit_wave(tx, plan)).orders == 1

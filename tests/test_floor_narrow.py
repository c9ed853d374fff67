"""Narrow aisles on the floor: pickers are kept apart, unless urgency or a due time says otherwise."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import count

import pytest
from sqlalchemy import select

from server.core.layout import Shape, generate, read_layout
from server.core.traffic import play
from server.floor import load, narrow
from server.floor.document import task_document
from server.floor.hall import Hall
from server.floor.narrow import next_batch
from server.floor.rest import rest
from server.floor.tour_left import errands_of
from server.floor.turn import take_rest
from server.floor.wave import release_wave
from server.floor.ways import stored_walk
from server.store import lines, tasks, ways
from server.store.rows import AnyRow
from server.store.schema import batch_slots, batch_ways, batches, pick_lines
from server.store.transaction import Store
from tests import loaded_floor as files
from tests.loaded_floor import DOCUMENT, furnish, lot, order

NARROW = generate("loaded", Shape(blocks=2, aisles=4, bays=4, levels=1, stations=2, capacity=1))
NOON = "2026-11-23T12:00:00.000Z"
LATER = "2026-11-23T15:00:00.000Z"
PLACE: Mapping[str, list[str]] = {
    aisle: [place.location_code for place in read_layout(NARROW).locations if place.aisle == aisle]
    for aisle in ("A01", "A02", "A03", "A04")
}
WEST, EAST = "A01", "A04"


@pytest.fixture
def store(migrated_database_url: str) -> Iterator[Store]:
    """A database with every table and no row, at noon for ever."""
    store = Store(migrated_database_url, clock=lambda: NOON)
    yield store
    store.close()


def site(store: Store, orders: Mapping[str, list[str]], document: Mapping[str, object] = NARROW, **heads: str) -> None:
    """Orders of one unit from each of these locations, each order a batch of its own, released; `heads` due times."""
    used = sorted({place for places in orders.values() for place in places})
    furnish(store, on_hand=[lot(place, f"SKU-{place}", 50) for place in used])
    store.write(lambda tx: load.load_layout(tx, dict(document)))
    store.write(lambda tx: load.load_equipment(tx, carts=["SMALL"], slots=1))
    rows = [
        row
        for ref, places in orders.items()
        for row in order(ref, [(f"SKU-{place}", 1) for place in places], due_at=heads.get(ref, LATER))
    ]
    store.write(lambda tx: load.take(tx, files.orders(*rows)))
    release_wave(store)


def rows(store: Store, statement: object) -> list[AnyRow]:
    """What a SELECT finds."""
    return store.read(lambda c: list(c.execute(statement).all()))  # type: ignore[call-overload]


def given(store: Store) -> tuple[str, AnyRow]:
    """The order of the batch that the next picker gets, and the batch."""
    batch_id = store.write(next_batch)
    (batch,) = rows(store, select(batches).where(batches.c.id == batch_id))
    (slot,) = rows(store, select(batch_slots).where(batch_slots.c.batch_id == batch_id))
    return slot.order_ref, batch


def aisles(store: Store, batch_id: int) -> list[str]:
    """The aisles of a batch's lines in walking order."""
    found = rows(store, select(pick_lines).where(pick_lines.c.batch_id == batch_id).order_by(pick_lines.c.seq))
    return [line.location_code[:3] for line in found]


def waiting_s(store: Store) -> float:
    """How long those under way are going to wait before narrow aisles when they walk as told."""
    under_way = store.read(ways.under_way)
    now = datetime.fromisoformat(NOON)
    limits = {section: limit for row in under_way for section, _, limit in row.legs if section}
    return sum(play([narrow.rest(row, now) for row in under_way], limits).waited_s)


def test_two_pickers_are_not_sent_into_the_same_narrow_aisle(store: Store) -> None:
    """The second gets the batch from the other end, though it is the third in turn; and nobody waits."""
    site(store, {"O1": PLACE[WEST][:3], "O2": PLACE[WEST][:3], "O3": PLACE[EAST][:3]})
    assert [given(store)[0], given(store)[0]] == ["O1", "O3"]
    assert waiting_s(store) == 0
    ref, last = given(store)
    assert ref == "O2"
    assert last.start_at > NOON
    task_id = store.write(lambda tx: tasks.add_task(tx.connection, tx.now, "pick", "location", batch_id=last.id))
    assert store.read(lambda c: task_document(c, task_id))["start_at"] == last.start_at


def test_where_no_aisle_has_a_capacity_batches_are_given_in_turn(store: Store) -> None:
    """Nothing is kept of other ways, nothing is told of starts."""
    site(store, {"O1": PLACE[WEST][:3], "O2": PLACE[WEST][:3], "O3": PLACE[EAST][:3]}, DOCUMENT)
    assert [given(store)[0] for _ in range(3)] == ["O1", "O2", "O3"]
    assert rows(store, select(batch_ways)) == []
    assert {batch.start_at for batch in rows(store, select(batches))} == {""}


def test_the_second_of_two_equal_tours_is_walked_the_other_way_round(store: Store) -> None:
    """Both go to both ends of the building: the lines of the second are put in the other order, all of them."""
    both = [*PLACE[WEST][:3], *PLACE[EAST][:3]]
    site(store, {"O1": both, "O2": both})
    (_, first), (_, second) = given(store), given(store)
    there, back = aisles(store, first.id), aisles(store, second.id)
    assert sorted(there) == sorted(back)
    assert there[0] != back[0]
    assert waiting_s(store) == 0
    assert second.path != first.path
    assert second.length_m >= first.length_m - 1e-6


def test_the_earlier_due_time_goes_before_congestion(store: Store) -> None:
    """The second batch in turn is given though it must wait: the picker is told to start later, and waits no more."""
    site(store, {"O1": PLACE[WEST][:3], "O2": PLACE[WEST][:3], "O3": PLACE[EAST][:3]}, O1=NOON, O2=NOON)
    given(store)
    ref, second = given(store)
    assert ref == "O2"
    started_s = (datetime.fromisoformat(second.start_at) - datetime.fromisoformat(NOON)).total_seconds()
    assert started_s >= 10
    assert waiting_s(store) == pytest.approx(0, abs=1e-6)


def test_only_the_way_that_was_taken_is_kept(store: Store) -> None:
    """Of a batch that is walked; one that is ready keeps all of them."""
    both = [*PLACE[WEST][:2], *PLACE[EAST][:2]]
    site(store, {"O1": both, "O2": both})
    _, first = given(store)
    kept = rows(store, select(batch_ways.c.batch_id))
    assert sum(row.batch_id == first.id for row in kept) == 1
    assert sum(row.batch_id != first.id for row in kept) > 1


def test_a_batch_that_has_changed_since_it_was_planned_keeps_its_order(store: Store) -> None:
    """A line from another place has come in: the other way knows nothing of it."""
    both = [*PLACE[WEST][:2], *PLACE[EAST][:2]]
    site(store, {"O1": both, "O2": both})
    _, first = given(store)
    (second,) = rows(store, select(batches).where(batches.c.state == "ready"))
    (line, *_) = rows(store, select(pick_lines).where(pick_lines.c.batch_id == second.id).order_by(pick_lines.c.seq))
    added = {part: getattr(line, part) for part in ("batch_id", "slot", "order_line_id", "sku", "lot", "qty_each")}
    store.write(lambda tx: lines.insert_line(tx.connection, 99, added | {"location_code": PLACE["A02"][0]}))
    before = aisles(store, second.id)
    given(store)
    assert aisles(store, second.id) == before
    assert before[:4] == aisles(store, first.id)


def test_what_is_left_of_a_walk_follows_from_its_lines(store: Store) -> None:
    """With every line done the picker is on the way to the station, and in nobody's way."""
    site(store, {"O1": PLACE[WEST][:3], "O2": PLACE[WEST][:3]})
    _, first = given(store)
    for line, _ in zip(rows(store, select(pick_lines).where(pick_lines.c.batch_id == first.id)), count()):
        store.write(lambda tx, line=line: lines.cancel(tx.connection, line.id))  # type: ignore[misc]
    (row,) = store.read(ways.under_way)
    assert row.open_lines == 0
    walk = stored_walk(row.legs, row.done_s)
    rest = narrow.rest(row, datetime.fromisoformat(NOON))
    assert sum(leg.seconds for leg in rest.legs) == pytest.approx(walk.seconds - walk.done_s[-1])
    _, second = given(store)
    assert second.start_at <= "2026-11-23T12:00:30.000Z"


def test_a_tour_that_is_rerouted_keeps_the_others_informed(store: Store) -> None:
    """Its new walk, from now on, takes the place of the ways it had; of one that is ready it can be given out so."""
    both = [*PLACE[WEST][:3], *PLACE[EAST][:3]]
    site(store, {"O1": both, "O2": both})
    _, first = given(store)
    hall = Hall(json.dumps(NARROW))
    for errand in store.read(lambda c: errands_of(c, [batch.id for batch in rows(store, select(batches))])):
        answer = rest(hall, errand, 1.0)
        assert store.write(lambda tx, one=errand, left=answer: take_rest(tx, one, left))  # type: ignore[misc]
    assert [row.way for row in rows(store, select(batch_ways))] == [0, 0]
    (row,) = store.read(ways.under_way)
    assert (row.id, row.start_at, len(row.done_s)) == (first.id, NOON, 6)
    assert {section for section, _, _ in row.legs} >= {"A01:1", "A04:1"}
    assert given(store)[0] == "O2"

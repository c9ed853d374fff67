"""Urgent orders in running batches: a free slot, stock promised at once, and the picker's page told."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import count

import pytest
from sqlalchemy import select, update

from server.core.errors import Conflict
from server.core.layout import read_layout
from server.floor import audit, closing, join, load, login
from server.floor.join import join_urgent
from server.floor.wave import release_wave
from server.store import stock
from server.store.rows import AnyRow
from server.store.schema import batch_slots, batches, carts, orders, pick_lines, tasks
from server.store.transaction import Store
from tests import loaded_floor as files
from tests.loaded_floor import DOCUMENT, furnish, lot, order
from tests.small_floor import Hand

PLACES = sorted(read_layout(DOCUMENT).access)


@pytest.fixture
def store(migrated_database_url: str) -> Iterator[Store]:
    """Ann walks a batch of one calm order over three locations; cups lie at the first, pans at the last."""
    store = Store(migrated_database_url)
    goods = [(PLACES[0], "CUP"), (PLACES[20], "JUG"), (PLACES[40], "BOX"), (PLACES[1], "PAN"), (PLACES[-1], "PAN")]
    furnish(
        store,
        on_hand=[lot(place, sku, 20) for place, sku in goods] + [lot(PLACES[-2], "LID", 1)],
        wanted={"CALM": [("CUP", 1), ("JUG", 1), ("BOX", 1)]},
    )
    release_wave(store)
    ann = Hand(store)
    ann.begin()
    ann.scan("C-1")
    yield store
    store.close()


def rows(store: Store, statement: object) -> list[AnyRow]:
    """What a SELECT finds."""
    return store.read(lambda c: list(c.execute(statement).all()))  # type: ignore[call-overload]


def enter(store: Store, order_ref: str, sku: str, qty_each: int = 1, *, priority: int = 0, due_at: str = "") -> None:
    """One order of one line comes in."""
    rows_of = order(order_ref, [(sku, qty_each)], priority=priority, due_at=due_at)
    store.write(lambda tx: load.take(tx, files.orders(*rows_of)))


def test_an_urgent_order_joins_the_running_batch_in_a_free_slot(store: Store) -> None:
    """Its units are promised, its slot is the next one, its line is open, and the page gets a new version."""
    enter(store, "NOW", "PAN", 3, priority=5)
    told: list[tuple[str, int]] = []
    store.listen(lambda news: told.extend((one.kind, one.ref) for one in news))
    (before,), (walked,) = rows(store, select(tasks)), rows(store, select(batches))
    assert join_urgent(store) == ("NOW",)
    (task,), (batch,) = rows(store, select(tasks)), rows(store, select(batches))
    assert (batch.priority, task.version) == (5, before.version + 1)
    assert batch.length_m >= walked.length_m
    assert {(row.slot, row.order_ref) for row in rows(store, select(batch_slots))} == {(1, "CALM"), (2, "NOW")}
    (line,) = rows(store, select(pick_lines).where(pick_lines.c.sku == "PAN"))
    assert (line.slot, line.qty_each, line.state) == (2, 3, "open")
    assert rows(store, select(orders.c.state, orders.c.wave_id).where(orders.c.order_ref == "NOW")) == [("picking", 1)]
    assert {("task", task.id), ("reroute", batch.id)} <= set(told)
    assert store.read(audit.violations) == []
    assert join_urgent(store) == ()


def test_a_calm_order_waits_and_one_that_is_due_soon_does_not(store: Store) -> None:
    """A cutoff within the hour is urgent without any priority."""
    enter(store, "LATER", "PAN", due_at="2099-01-01T00:00:00.000Z")
    assert join_urgent(store) == ()
    enter(store, "SOON", "PAN", due_at="2020-01-01T00:00:00.000Z")
    assert join_urgent(store) == ("SOON",)


def test_no_free_slot_no_room_or_no_stock_is_no_ride(store: Store) -> None:
    """The order waits for its wave, which tells what is short."""
    enter(store, "NOW", "PAN", 41, priority=5)
    assert join_urgent(store) == ()
    enter(store, "FITS", "PAN", 1, priority=5)
    store.write(lambda tx: tx.connection.execute(update(carts).values(slots=1)))
    assert join_urgent(store) == ()
    store.write(lambda tx: tx.connection.execute(update(carts).values(slots=8, max_volume_ml=399)))
    assert join_urgent(store) == ()
    store.write(lambda tx: tx.connection.execute(update(carts).values(max_volume_ml=400)))
    assert join_urgent(store) == ("FITS",)


def test_its_units_come_from_the_location_beside_the_way(store: Store) -> None:
    """Pans lie beside Ann's first stop and at the far end; nothing is to be decided while nothing is urgent."""
    assert store.read(join.running_now) is None
    enter(store, "NOW", "PAN", priority=5)
    running = store.read(join.running_now)
    assert running is not None
    plan = join.plan_joining(running)
    assert plan is not None
    assert {line.location_code for line in plan.lines} == {PLACES[1]}


def test_a_detour_is_not_worth_it_while_somebody_waits_for_work(store: Store) -> None:
    """The lid lies at the far end only; whoever is idle walks there sooner than the cart comes by."""
    enter(store, "NOW", "LID", priority=5)
    running = store.read(join.running_now)
    assert running is not None
    assert join.plan_joining(replace(running, idle=1)) is None


def test_the_joined_line_is_picked_into_a_tote_of_its_own(store: Store) -> None:
    """The first tote that is scanned for the new slot is bound to it; then Ann brings all of it to the station."""
    enter(store, "NOW", "PAN", priority=5)
    join_urgent(store)
    ann = Hand(store)
    ann.seq = count(100)  # the same device as before
    ann.begin()
    for _ in range(4):
        (task,) = rows(store, select(tasks))
        ann.version = task.version
        line = rows(store, select(pick_lines).where(pick_lines.c.state == "open").order_by(pick_lines.c.seq))[0]
        ann.scan(line.location_code)
        ann.scan(line.sku)
        ann.scan(f"T-{line.slot}")
    assert {row.state for row in rows(store, select(pick_lines))} == {"done"}
    bound = {row.order_ref: row.tote for row in rows(store, select(batch_slots))}
    assert bound == {"CALM": "T-1", "NOW": "T-2"}
    assert store.read(audit.violations) == []


def test_a_tour_that_has_gone_on_is_planned_again(store: Store) -> None:
    """A scan between plan and commit: nothing is kept of the first plan, the second one is taken."""
    enter(store, "NOW", "PAN", 1, priority=5)
    running = store.read(join.running_now)
    assert running is not None
    plan = join.plan_joining(running)
    assert plan is not None
    (first,) = rows(store, select(pick_lines).order_by(pick_lines.c.seq).limit(1))
    store.write(lambda tx: tx.connection.execute(update(tasks).values(at_location=first.location_code)))
    with pytest.raises(Conflict, match="plan again"):
        store.write(lambda tx: join.take_joining(tx, plan))
    assert sum(row.reserved_each for row in store.read(stock.everything)) == 3
    assert join_urgent(store) == ("NOW",)
    with pytest.raises(Conflict):
        store.write(lambda tx: join.take_joining(tx, plan))


def test_a_release_lets_urgent_orders_join_first(store: Store) -> None:
    """They are no part of the wave; without it they are."""
    enter(store, "NOW", "PAN", priority=5)
    released = release_wave(store, join=True)
    assert (released.joined, released.wave_id) == (("NOW",), None)
    enter(store, "NOW-2", "PAN", priority=5)
    assert release_wave(store).orders == 1


def test_a_picker_who_is_shut_in_takes_nobody_along_and_keeps_nobody_waiting(store: Store) -> None:
    """No way leads from where Ann stands to a station: the order waits for its wave, and planning does not fail."""
    ann = Hand(store)
    ann.seq = count(100)
    ann.begin()
    (first,) = rows(store, select(pick_lines).order_by(pick_lines.c.seq).limit(1))
    ann.scan(first.location_code)
    node = read_layout(DOCUMENT).access[first.location_code]
    for edge in read_layout(DOCUMENT).graph.edges:
        if node in (edge.u, edge.v):
            store.write(lambda tx, way=f"{edge.u}|{edge.v}": closing.close(tx, way, "spill", ""))  # type: ignore[misc]
    enter(store, "NOW", "PAN", priority=5)
    assert join_urgent(store) == ()


def test_nobody_joins_who_has_logged_out(store: Store) -> None:
    """Their cart stands still."""
    enter(store, "NOW", "PAN", priority=5)
    store.write(lambda tx: login.log_out(tx, "P-1", "dev-P-1"))
    assert join_urgent(store) == ()


def test_what_joins_lengthens_every_figure_of_the_walk(store: Store) -> None:
    """As it is walked, and as it would be by location name and in S-shape."""
    enter(store, "NOW", "PAN", priority=5)
    running = store.read(join.running_now)
    assert running is not None
    plan = join.plan_joining(running)
    assert plan is not None
    (before,) = rows(store, select(batches))
    longer = replace(plan, added_m=1.0, added_by_name_m=2.0, added_in_s_shape_m=3.0)
    store.write(lambda tx: join.take_joining(tx, longer))
    (after,) = rows(store, select(batches))
    figures = ("length_m", "first_location_m", "name_order_m", "s_shape_m")
    added = [getattr(after, name) - getattr(before, name) for name in figures]
    assert added == pytest.approx([1.0, 1.0, 2.0, 3.0])

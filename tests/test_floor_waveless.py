"""Continuous release: whoever has a cart and no batch gets one of what waits, and is held back only with a reason."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from server.core.batch import Hold
from server.core.errors import BadInput
from server.core.layout import read_layout
from server.core.tabular import PersonRow
from server.core.tabular.cells import utc_text
from server.core.terms import Role
from server.floor import audit, closing, load, login, supervise
from server.floor.join import join_urgent
from server.floor.planner import Planner
from server.floor.release import Released
from server.floor.releaser import Releaser
from server.floor.wave import hand_out, release_wave
from server.floor.waveless import Mode, ReleaseRule, release_next, release_rule, set_release, waiting_now
from server.store import rules
from server.store.rows import AnyRow
from server.store.schema import batches, carts, orders, pick_lines, tasks
from server.store.transaction import Store, utc_now
from tests import loaded_floor as files
from tests.loaded_floor import DOCUMENT, furnish, lot, order
from tests.small_floor import Hand

PLACES = sorted(read_layout(DOCUMENT).access)


@pytest.fixture
def store(migrated_database_url: str) -> Iterator[Store]:
    """Forty cups in each of ten locations, orders released continuously, and Ann with a cart, waiting."""
    store = Store(migrated_database_url)
    furnish(store, on_hand=[lot(place, f"SKU-{n}", 40) for n, place in enumerate(PLACES[::5][:10])])
    store.write(lambda tx: set_release(tx, "continuous", 60))
    ann = Hand(store)
    ann.begin()
    ann.scan("C-1")
    yield store
    store.close()


def rows(store: Store, statement: object) -> list[AnyRow]:
    """What a SELECT finds."""
    return store.read(lambda c: list(c.execute(statement).all()))  # type: ignore[call-overload]


def enter(store: Store, count: int, *, due_at: str = "", priority: int = 0) -> None:
    """Orders of one line each come in."""
    first = len(rows(store, select(orders)))
    some = [
        row
        for n in range(first, first + count)
        for row in order(f"O{n:02}", [(f"SKU-{n % 10}", 1)], due_at=due_at, priority=priority)
    ]
    store.write(lambda tx: load.take(tx, files.orders(*some)))


def test_who_waits_gets_a_full_cart_of_what_waits_and_the_rest_goes_on_waiting(store: Store) -> None:
    """Twenty orders, eight slots, one picker: eight are released, as a wave of one batch that is hers at once."""
    enter(store, 20)
    released = release_next(store)
    assert isinstance(released, Released)
    assert (released.orders, released.batches, released.units_short) == (8, 1, 0)
    (task,) = rows(store, select(tasks))
    assert (task.batch_id, task.state) == (released.batch_ids[0], "location")
    assert len(rows(store, select(orders).where(orders.c.state == "waiting"))) == 12
    assert release_next(store) is None  # nobody waits any more
    assert store.read(audit.violations) == []


def test_a_cart_that_is_not_full_is_held_back_with_a_reason_and_not_for_long(store: Store) -> None:
    """Sixty seconds at most; an order that is due or urgent goes at once."""
    enter(store, 3)
    held = release_next(store)
    assert isinstance(held, Hold)
    assert 0 < held.seconds <= 60
    store.write(lambda tx: tx.connection.execute(update(tasks).values(raised_at="2020-01-01T00:00:00.000Z")))
    assert isinstance(release_next(store), Released)


def test_a_lonely_order_is_overtaken_by_full_carts_only_until_its_time_is_over(store: Store) -> None:
    """Everybody who asks gets a full cart of one near shelf, until it has waited two hours; then it is next."""
    store.write(lambda tx: load.load_equipment(tx, carts=[f"C-{n}" for n in range(3, 7)]))
    store.write(lambda tx: load.take(tx, files.people(*(PersonRow(f"P-{n}", "Bo", Role.PICKER) for n in range(3, 7)))))
    store.write(lambda tx: load.take(tx, files.orders(*order("FAR", [("SKU-9", 1)]))))
    for turn, (ago_s, state) in enumerate(((0, "waiting"), (7000, "waiting"), (7100, "waiting"), (7201, "picking"))):
        near = [row for n in range(8) for row in order(f"N{turn}-{n}", [("SKU-0", 1)])]
        store.write(lambda tx, near=near: load.take(tx, files.orders(*near)))  # type: ignore[misc]
        ordered = update(orders).where(orders.c.order_ref == "FAR").values(ordered_at=_ago(ago_s))
        store.write(lambda tx, ordered=ordered: tx.connection.execute(ordered))  # type: ignore[misc]
        assert isinstance(release_next(store), Released)
        (far,) = rows(store, select(orders).where(orders.c.order_ref == "FAR"))
        assert (ago_s, far.state) == (ago_s, state)
        hand = Hand(store, f"P-{3 + turn}")
        hand.begin()
        hand.scan(f"C-{3 + turn}")
    assert len(rows(store, select(orders).where(orders.c.state == "waiting"))) == 8
    assert store.read(audit.violations) == []


def _ago(seconds: float) -> str:
    return utc_text(datetime.now(UTC) - timedelta(seconds=seconds))


@pytest.mark.parametrize("urgent", [{"due_at": "2020-01-01T00:00:00.000Z"}, {"priority": 3}])
def test_what_is_urgent_is_never_held_back(store: Store, urgent: dict[str, str | int]) -> None:
    """Overdue, or of a priority: it goes alone on a cart."""
    enter(store, 3)
    enter(store, 1, **urgent)  # type: ignore[arg-type]
    assert isinstance(release_next(store), Released)
    assert {row.order_ref for row in rows(store, select(orders).where(orders.c.state == "picking"))} >= {"O03"}


def test_in_waves_nothing_is_released_by_itself(store: Store) -> None:
    """The mode can be taken back; a wrong one is refused."""
    enter(store, 20)
    store.write(lambda tx: set_release(tx, "waves"))
    assert store.read(release_rule).mode is Mode.WAVES
    assert store.read(lambda c: waiting_now(c, utc_now())) is None
    assert release_next(store) is None
    kept = ReleaseRule(Mode.WAVES, 60, 7200)
    for said in (("sometimes", 1.0), ("waves", -1.0), ("waves", 1e9), ("waves", None, -1.0), ("waves", 0.0, 1e9)):
        with pytest.raises(BadInput):
            store.write(lambda tx, said=said: set_release(tx, *said))  # type: ignore[misc]
        assert store.read(release_rule) == kept


def test_a_rule_of_before_lonely_orders_had_a_bound_is_read(store: Store) -> None:
    """A database whose house chose continuous release before has two hours."""
    store.write(lambda tx: rules.put(tx.connection, tx.now, "release", '{"mode":"continuous","hold_s":45.0}'))
    assert store.read(release_rule) == ReleaseRule(Mode.CONTINUOUS, 45, 7200)


def test_an_order_of_several_totes_is_released_whole(store: Store) -> None:
    """What does not go with the first batch is ready for the next picker, and no unit is forgotten."""
    store.write(
        lambda tx: load.take(tx, files.orders(*order("BIG", [(f"SKU-{n}", 40) for n in range(10)], priority=1)))
    )
    store.write(lambda tx: load.load_equipment(tx, totes=["SMALL"], tote_ml=1_000))
    released = release_next(store)
    assert isinstance(released, Released)
    assert released.batches == 5  # forty totes of ten units on carts of eight
    assert sum(row.qty_each for row in rows(store, select(pick_lines))) == 400
    assert store.read(audit.violations) == []


def test_the_releaser_hears_of_orders_and_of_people_who_wait(store: Store) -> None:
    """Nobody asks for a wave: the batch is there a moment after the orders; the plan is made where it is read."""
    planner = Planner()
    releaser = Releaser(store, planner)
    releaser.start()
    enter(store, 8)
    until = time.monotonic() + 120
    while not rows(store, select(batches)) and time.monotonic() < until:
        time.sleep(0.05)
    releaser.stop()
    assert [row.state for row in rows(store, select(batches))] == ["picking"]
    enter(store, 1)
    assert release_wave(store, planner).orders == 1
    enter(store, 1, priority=5)
    store.write(lambda tx: tx.connection.execute(update(carts).values(slots=9)))
    assert join_urgent(store, planner) == ("O09",)
    planner.close()


def test_who_has_logged_out_gets_no_batch_until_they_are_back(store: Store) -> None:
    """Ann goes home with her cart: nothing is released for her, and what is ready is hers when she returns."""
    enter(store, 8)
    store.write(lambda tx: login.log_out(tx, "P-1", "dev-P-1"))
    assert release_next(store) is None
    assert release_wave(store).batches == 1
    assert [row.state for row in rows(store, select(batches))] == ["ready"]
    Hand(store).begin()
    (task,) = rows(store, select(tasks))
    assert (task.batch_id, task.state) == (1, "location")


def test_a_batch_that_no_way_leads_to_is_not_work_for_who_waits(store: Store) -> None:
    """It is ready, and stays so; Ann gets another one meanwhile."""
    enter(store, 1)
    store.write(lambda tx: login.log_out(tx, "P-1", "dev-P-1"))
    release_wave(store)
    store.write(lambda tx: tx.connection.execute(update(pick_lines).values(cut_off=1)))
    Hand(store).begin()
    enter(store, 8)
    assert isinstance(release_next(store), Released)
    assert [row.state for row in rows(store, select(batches))] == ["ready", "picking"]


def test_what_lies_behind_a_closed_way_waits_and_is_not_short(store: Store) -> None:
    """Nobody walks for it, nobody calls it short, and nothing turns in circles; then the way is open again."""
    ways = {place: read_layout(DOCUMENT).access[place].split("/")[0] for place in PLACES[::5][:10]}
    aisle = ways[PLACES[0]]
    number = store.write(lambda tx: closing.close(tx, aisle, "spill", ""))
    enter(store, 1)
    held = release_next(store)
    assert isinstance(held, Hold)
    assert held.seconds > 60
    found = release_wave(store)
    assert (found.wave_id, found.orders_held, found.orders_short) == (None, 1, 0)
    assert [row.state for row in rows(store, select(orders))] == ["waiting"]
    store.write(lambda tx: closing.reopen(tx, number, ""))
    assert release_wave(store).orders == 1


def test_batches_that_another_process_made_are_given_to_who_waits(store: Store) -> None:
    """The command line leaves them to the server, which can tell the page."""
    enter(store, 8)
    release_wave(store, give=False)
    assert [row.state for row in rows(store, select(batches))] == ["ready"]
    told: list[str] = []
    store.listen(lambda news: told.extend(one.kind for one in news))
    hand_out(store)
    hand_out(store)
    assert [row.state for row in rows(store, select(batches))] == ["picking"]
    assert told == ["task"]


def test_a_batch_whose_orders_are_all_cancelled_is_given_to_nobody(store: Store) -> None:
    """Before somebody takes it, and when it is taken back from somebody: there is nothing to walk for."""
    enter(store, 1)
    release_wave(store)
    (task,) = rows(store, select(tasks))
    store.write(lambda tx: supervise.cancel_order(tx, "O00", "customer"))
    store.write(lambda tx: supervise.cancel_task(tx, task.id, "S-1"))
    assert [row.state for row in rows(store, select(batches))] == ["cancelled"]
    enter(store, 1)
    release_wave(store)
    store.write(lambda tx: supervise.cancel_order(tx, "O01", "customer"))
    assert [row.state for row in rows(store, select(batches))] == ["cancelled", "cancelled"]

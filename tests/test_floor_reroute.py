"""A running tour that changes: from where the picker is, around what is closed, and only if nothing else changed."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select

from server.core.terms import Act
from server.floor import audit, closing, replan, reroute
from server.floor.document import task_document
from server.floor.errand import Errand
from server.floor.hall import Hall
from server.floor.rest import rest
from server.store import building, lines
from server.store import schema as s
from server.store.transaction import Store
from tests.small_floor import DOCUMENT, EAN, FIRST, SECOND, THIRD, Hand, furnish

HALL = Hall(json.dumps(DOCUMENT))
EDGE = "A01/1|A01/2"  # between the first location and the others


@pytest.fixture
def store(migrated_database_url: str) -> Iterator[Store]:
    """The small floor; its invariants hold when the test is over."""
    opened = Store(migrated_database_url)
    furnish(opened)
    yield opened
    assert opened.read(audit.violations) == []
    opened.close()


@pytest.fixture
def picker(store: Store) -> Hand:
    """A picker with the cart and the batch."""
    hand = Hand(store)
    hand.begin()
    hand.scan("CART-1")
    return hand


def tour(store: Store) -> list[str]:
    """The locations still to be visited, in walking order."""
    return [row.location_code for row in store.read(lambda c: lines.open_lines(c, 1))]


def shown(store: Store, task: int = 1) -> dict[str, Any]:
    """The task as a device is shown it."""
    found: dict[str, Any] = store.read(lambda connection: task_document(connection, task))
    return found


def errand_of(store: Store, batch_id: int = 1) -> Errand:
    """What is left of a batch."""
    [errand] = store.read(lambda c: reroute.errands_of(c, [batch_id]))
    return errand


def solve(store: Store, batch_id: int = 1) -> bool:
    """Re-route a batch as the server does, without a process of its own."""
    errand = errand_of(store, batch_id)
    return store.write(lambda tx: reroute.take_rest(tx, errand, rest(HALL, errand, 1.0)))


def close(store: Store, place: str) -> int:
    """Close a place as the supervisor does; the closure's number."""
    shut = HALL.closable(store.read(building.closed_places), place)
    return store.write(lambda tx: closing.close(tx, place, "spill", "", shut))


def test_the_rest_is_walked_from_where_the_picker_is(store: Store, picker: Hand) -> None:
    """Standing at the far end, the way back takes the nearer location first."""
    store.write(lambda tx: lines.reorder(tx.connection, [3, 2, 1], 10))
    picker.version = 0
    assert picker.scan(SECOND, line=3) == "location_ok"
    assert solve(store)
    assert tour(store) == [SECOND, SECOND, FIRST]


def test_a_line_in_hand_stays_first_whatever_is_shorter(store: Store, picker: Hand) -> None:
    """Nobody is sent away from a shelf with a unit in hand."""
    picker.scan(FIRST)
    picker.scan(EAN["PEN"])
    store.write(lambda tx: lines.reorder(tx.connection, [3, 2, 1], 10))
    assert solve(store)
    assert tour(store)[0] == FIRST
    assert picker.scan(EAN["PEN"]) == "item_done"


def test_an_answer_to_a_question_that_has_changed_is_dropped(store: Store, picker: Hand) -> None:
    """The picker went on while the solver thought."""
    errand = errand_of(store)
    picker.scan(FIRST)
    assert store.write(lambda tx: reroute.take_rest(tx, errand, rest(HALL, errand, 1.0))) is False


def test_locations_behind_a_closed_aisle_leave_the_tour_and_come_back_when_it_opens(store: Store, picker: Hand) -> None:
    """Nobody is sent to them, and nothing is forgotten."""
    picker.scan(FIRST)
    picker.scan(EAN["PEN"])
    picker.scan(EAN["PEN"])
    number = close(store, EDGE)
    assert solve(store)
    assert [line["state"] for line in shown(store)["lines"]] == ["open", "cut_off", "cut_off"]
    assert picker.scan("TOTE-1") == "put_ok"
    assert shown(store)["state"] == "station"
    store.write(lambda tx: closing.reopen(tx, number, "S-1"))
    assert solve(store)
    assert (shown(store)["state"], tour(store)) == ("location", [SECOND, SECOND])


def test_a_cancelled_order_leaves_the_tour_and_what_is_in_its_tote_is_put_back(store: Store, picker: Hand) -> None:
    """Its reservations are free again; the other order goes on."""
    for label in (FIRST, EAN["PEN"], EAN["PEN"], "TOTE-1"):
        picker.scan(label)
    store.write(lambda tx: replan.cancel_order(tx, "O1", "customer"))
    assert tour(store) == [SECOND]
    back = store.read(lambda c: c.execute(select(s.tasks).where(s.tasks.c.kind == "put_back")).one())
    assert (back.sku, back.qty_each) == ("PEN", 2)
    mug = store.read(lambda c: c.execute(select(s.stock).where(s.stock.c.sku == "MUG")).one())
    assert mug.reserved_each == 0


def test_the_last_line_cancelled_sends_the_picker_to_the_station(store: Store, picker: Hand) -> None:
    """A batch with nothing left to pick is over, even with a unit of it in hand."""
    picker.scan(FIRST)
    picker.scan(EAN["PEN"])
    store.write(lambda tx: replan.cancel_order(tx, "O1", "customer"))
    store.write(lambda tx: replan.cancel_order(tx, "O2", "customer"))
    assert picker.scan("PACK-1") == "batch_done"


def test_a_damaged_unit_is_quarantined_and_the_missing_one_is_had_elsewhere(store: Store, picker: Hand) -> None:
    """Damage leaves goods behind; they are in the house, and not for sale."""
    picker.scan(FIRST)
    assert picker.tap(Act.SHORT, reason="damaged") == "short_noted"
    held = store.read(lambda c: c.execute(select(s.stock).where(s.stock.c.account.like("quarantine:%"))).one())
    assert (held.account, held.on_hand_each) == (f"quarantine:{FIRST}", 2)
    assert sorted(tour(store)) == sorted([SECOND, SECOND, THIRD])


def test_a_second_short_in_one_place_asks_for_one_count(store: Store, picker: Hand) -> None:
    """One person counts once."""
    store.write(lambda tx: replan.ask_count(tx, FIRST, "PEN"))
    picker.scan(FIRST)
    picker.tap(Act.SHORT, reason="not_there")
    counts = store.read(lambda c: c.execute(select(s.tasks.c.id).where(s.tasks.c.kind == "count")).all())
    assert len(counts) == 1


def test_nothing_is_promised_from_a_place_whose_count_is_awaited(store: Store, picker: Hand) -> None:
    """The third location had pens, but somebody doubts it: the line is short."""
    store.write(lambda tx: replan.ask_count(tx, THIRD, "PEN"))
    picker.scan(FIRST)
    picker.tap(Act.SHORT, reason="not_there")
    pens = store.read(lambda c: c.execute(select(s.order_lines).where(s.order_lines.c.sku == "PEN")).one())
    assert pens.short_each == 2

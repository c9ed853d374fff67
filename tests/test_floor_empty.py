"""The answer to "is the location empty?" (case 71): what the ledger has there is written off, left alone or counted."""

import pytest
from sqlalchemy import select, update

from server.core.terms import Act
from server.store import schema as s
from server.store.transaction import Store
from tests.small_floor import EAN, FIRST, SECOND, Hand, on_hand


@pytest.fixture
def picker(store: Store) -> Hand:
    """A picker who has put order O1's two pens into TOTE-1."""
    hand = Hand(store)
    hand.begin()
    codes = [hand.scan(label) for label in ("CART-1", FIRST, EAN["PEN"], EAN["PEN"], "TOTE-1")]
    assert codes[-1] == "put_ok"
    return hand


def ask_whether_empty(store: Store, picker: Hand, place: str) -> None:
    """The question waits on the picker's task, as a put that should have emptied the place leaves it."""
    asked = update(s.tasks).where(s.tasks.c.id == int(picker.task[1:])).values(asked=f"zero:0:{place}")
    store.write(lambda tx: tx.connection.execute(asked))


def test_a_location_seen_empty_has_no_stock_any_more(store: Store, picker: Hand) -> None:
    """Eight pens of the ledger are not there (case 71); the last put can still be undone."""
    ask_whether_empty(store, picker, FIRST)
    assert picker.tap(Act.ZERO, 1) == "zero_confirmed"
    assert (f"location:{FIRST}", "PEN") not in on_hand(store)
    assert picker.tap(Act.UNDO) == "undone"
    assert on_hand(store)[(f"location:{FIRST}", "PEN")] == 2


def test_units_promised_to_others_in_an_empty_location_are_left_to_a_count(store: Store, picker: Hand) -> None:
    """And once that count is awaited, another answer leaves it alone."""
    before = on_hand(store)
    for _ in range(2):
        ask_whether_empty(store, picker, SECOND)
        assert picker.tap(Act.ZERO, 1) == "zero_confirmed"
    assert on_hand(store) == before
    counts = store.read(lambda c: c.execute(select(s.tasks.c.sku).where(s.tasks.c.kind == "count")).scalars().all())
    assert sorted(counts) == ["CUP", "MUG"]


def test_a_location_that_is_not_empty_is_to_be_counted(store: Store, picker: Hand) -> None:
    """Of the SKU that was put last from there."""
    ask_whether_empty(store, picker, FIRST)
    assert picker.tap(Act.ZERO, 0) == "count_asked"
    count = store.read(lambda c: c.execute(select(s.tasks).where(s.tasks.c.kind == "count")).one())
    assert (count.location_code, count.sku) == (FIRST, "PEN")

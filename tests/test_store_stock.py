"""The ledger: units move, they do not appear or vanish, and nobody promises what is not there."""

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from server.core.errors import Conflict, Short
from server.store import stock, tasks
from server.store.schema import locations, moves
from server.store.stock import Claim
from server.store.transaction import Store, Transaction
from tests.loaded_floor import furnish, lot

PLACE = "A01-01-1"
ACCOUNT = f"location:{PLACE}"


@pytest.fixture
def store(migrated_database_url: str) -> Iterator[Store]:
    """Ten cups in one place."""
    store = Store(migrated_database_url)
    furnish(store, on_hand=[lot(PLACE, "CUP", 10)])
    yield store
    store.close()


def held(store: Store, account: str) -> tuple[int, int]:
    """(on hand, reserved) of the cups in an account."""
    found = {row.account: row for row in store.read(stock.everything)}
    return found[account].on_hand_each, found[account].reserved_each


def move(store: Store, qty_each: int, from_account: str, to_account: str, reserved_each: int = 0) -> None:
    """Move cups in a transaction of their own."""

    def job(tx: Transaction) -> None:
        stock.move(
            tx.connection, tx.now, "CUP", "L1", qty_each, from_account, to_account, "test", reserved_each=reserved_each
        )

    store.write(job)


def claim(store: Store, *units: int) -> None:
    """Promise cups."""
    store.write(lambda tx: stock.claim(tx.connection, [Claim(ACCOUNT, "CUP", "L1", qty) for qty in units]))


def free_each(store: Store) -> int:
    """Cups that may be promised."""
    return sum(row.available_each for row in store.read(lambda c: stock.free(c, "CUP")))


def test_a_move_takes_from_one_account_and_adds_to_the_other(store: Store) -> None:
    """And leaves a row in the ledger that says so."""
    move(store, 4, ACCOUNT, "tote:T-1")
    move(store, 1, "tote:T-1", "tote:T-2")
    assert (held(store, ACCOUNT), held(store, "tote:T-1"), held(store, "tote:T-2")) == ((6, 0), (3, 0), (1, 0))
    told = store.read(lambda c: c.execute(select(moves.c.qty_each).order_by(moves.c.id)).scalars().all())
    assert told == [10, 4, 1]


def test_an_account_never_gives_more_than_it_has(store: Store) -> None:
    """The whole transaction is undone, its first move too."""

    def too_much(tx: Transaction) -> None:
        stock.move(tx.connection, tx.now, "CUP", "L1", 6, ACCOUNT, "tote:T-1")
        stock.move(tx.connection, tx.now, "CUP", "L1", 5, ACCOUNT, "tote:T-1")

    with pytest.raises(Short, match="has not 5 free units of CUP"):
        store.write(too_much)
    assert held(store, ACCOUNT) == (10, 0)


def test_an_account_without_the_lot_is_short(store: Store) -> None:
    """There is no row to take from."""
    with pytest.raises(Short):
        move(store, 1, "tote:T-3", ACCOUNT)


def test_promised_units_stay_for_whom_they_are_promised(store: Store) -> None:
    """Two are free; the third may only go to whoever it was promised to."""
    claim(store, 8)
    with pytest.raises(Short):
        move(store, 3, ACCOUNT, stock.ADJUSTMENT)
    move(store, 3, ACCOUNT, "tote:T-1", reserved_each=3)
    assert held(store, ACCOUNT) == (7, 5)


def test_a_unit_is_promised_once(store: Store) -> None:
    """All or nothing: the first promise of the two is not kept either."""
    with pytest.raises(Conflict, match="plan again"):
        claim(store, 6, 5)
    assert held(store, ACCOUNT) == (10, 0)
    claim(store, 6, 4)
    assert held(store, ACCOUNT) == (10, 10)


def test_a_promise_of_what_never_was_there_is_refused(store: Store) -> None:
    """No row, no promise."""
    with pytest.raises(Conflict):
        store.write(lambda tx: stock.claim(tx.connection, [Claim("location:NOWHERE", "CUP", "L1", 1)]))


def test_what_is_promised_or_blocked_is_not_free(store: Store) -> None:
    """Promises count off; a blocked location gives nothing."""
    claim(store, 4)
    assert free_each(store) == 6
    store.write(lambda tx: tx.connection.execute(locations.update().values(state="blocked")))
    assert free_each(store) == 0


def test_what_waits_for_a_count_is_not_free(store: Store) -> None:
    """Somebody has missed units there: nothing more is promised until they are counted."""
    counting = store.write(
        lambda tx: tasks.add_task(tx.connection, tx.now, "count", "open", location_code=PLACE, sku="CUP")
    )
    assert free_each(store) == 0
    store.write(lambda tx: tasks.end_task(tx.connection, tx.now, counting, "done"))
    assert free_each(store) == 10


def test_what_lies_in_a_tote_is_not_free(store: Store) -> None:
    """Only locations are promised from."""
    move(store, 10, ACCOUNT, "tote:T-1")
    assert free_each(store) == 0

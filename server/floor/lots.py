"""Another lot than the planned one: whether the line can be served from it, and what that does to the ledger."""

from typing import NamedTuple

from server.core.terms import Effect, Outcome, PickTask
from server.store import lines, stock
from server.store.transaction import Transaction

FOUND = "lot found"  # the reason of moves for a lot that nobody knew to be in the location


class Wish(NamedTuple):
    """What is left of a line, `left_each` units of `lot` in `account`, is to be of lot `other` instead.

    `found`: the other lot is not known in that location (case 42): the units there are of it, whatever the ledger says.
    """

    line_id: int
    account: str
    sku: str
    lot: str
    other: str
    left_each: int
    found: bool


def wish(before: PickTask, outcome: Outcome[PickTask]) -> Wish:
    """The wish in a step that changes the lot, or that takes such a change back."""
    line = before.line
    assert line is not None  # the rules change no lot without a line
    account = stock.at_location(line.location_code)
    left = line.qty_each - line.picked_each
    found = outcome.also is Effect.COUNT_TASK
    return Wish(line.line_id, account, line.sku, line.lot, outcome.lot, left, found)


def can_be_had(tx: Transaction, asked: Wish) -> bool:
    """Whether the line can be served from the other lot: it is there and not promised, or it was found there."""
    return asked.found or _free(tx, asked) or _was_found(tx, asked)


def change(tx: Transaction, asked: Wish, event_id: int) -> None:
    """Serve the rest of the line from the other lot. A found lot's units take the place of those that were planned.

    Raises:
        Conflict: the lot cannot be had (see `can_be_had`).

    """
    if asked.found or not _free(tx, asked):
        _relabel(tx, asked, event_id)
    else:
        stock.claim(tx.connection, [_claim(asked, asked.lot, -asked.left_each)])
        stock.claim(tx.connection, [_claim(asked, asked.other, asked.left_each)])
    lines.change_lot(tx.connection, asked.line_id, asked.other)


def _free(tx: Transaction, asked: Wish) -> bool:
    return lines.free_each(tx.connection, asked.account, asked.sku, asked.other) >= asked.left_each


def _was_found(tx: Transaction, asked: Wish) -> bool:
    """Whether the line's lot is one that was found there: then the ledger can take back what it said of it."""
    return lines.was_moved_in(tx.connection, asked.account, asked.sku, asked.lot, FOUND)


def _relabel(tx: Transaction, asked: Wish, event_id: int) -> None:
    """The line's units leave the ledger under one lot and enter it under the other: as many as before."""
    qty, account = asked.left_each, asked.account
    stock.know_lots(tx.connection, [{"sku": asked.sku, "lot": asked.other, "expiry": "", "received_at": tx.now}])
    stock.move(tx.connection, tx.now, asked.sku, asked.lot, qty, account, stock.ADJUSTMENT, FOUND, event_id, qty)
    stock.move(tx.connection, tx.now, asked.sku, asked.other, qty, stock.ADJUSTMENT, account, FOUND, event_id)
    stock.claim(tx.connection, [_claim(asked, asked.other, qty)])


def _claim(asked: Wish, lot: str, qty_each: int) -> stock.Claim:
    return stock.Claim(asked.account, asked.sku, lot, qty_each)

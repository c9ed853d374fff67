"""The last step taken back where it changed more than its task: a put, a short, a tote told full.

Honestly or not at all: what others have built on since stays as it is, and the answer is that nothing can be undone.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

from server.core.terms import Done, Effect, PickLine
from server.floor import memory, replan
from server.floor.pick_task import Duty, pick_line
from server.store import lines, serials, stock, tasks, work
from server.store.rows import AnyRow
from server.store.transaction import Transaction

_UNDER_WAY = ("picking", "picked")  # what orders must be in: before it nothing is put, after it the packer decides


def remembered(tx: Transaction, duty: Duty) -> Duty:
    """The same duty with its last step that had an effect, if that can still be taken back: only UNDO wants to know it.

    Not when its order has been cancelled since: those units are to be put back. Nor when what a short or a full tote
    has changed is not as it left it.
    """
    kept = memory.last(duty.row.memory)
    done = kept.done
    if done is None:
        return duty
    if kept.line_id is None:
        return replace(duty, view=replace(duty.view, last=done))
    row = tasks.line_row(tx.connection, kept.line_id)
    if row is None or row.order_state not in _UNDER_WAY:
        return duty
    stands = _STANDS.get(done.effect)
    if stands is not None and not stands(tx, duty, row, kept):
        return duty
    line = _as_it_was(pick_line(tx, row), done, kept.tote)
    order_lines = {**duty.order_lines, line.line_id: row.order_line_id}
    return Duty(duty.row, replace(duty.view, last=done._replace(line=line)), order_lines)


def _as_it_was(line: PickLine, done: Done, tote: str) -> PickLine:
    """The line of a step as it was before it, from what it is now."""
    if done.effect is Effect.PUT:
        return replace(line, tote=tote, picked_each=line.picked_each - done.qty_each)
    if done.effect is Effect.SHORT:
        return replace(line, qty_each=line.qty_each + done.qty_each)
    return replace(line, tote=tote)


def _short_stands(tx: Transaction, duty: Duty, _row: AnyRow, kept: memory.Remembered) -> bool:
    """Whether nobody has counted the place since, and the lines that were added for the missing units are untouched."""
    trail = kept.trail
    if trail is None:
        return False
    count = tasks.task_row(tx.connection, trail.count_id)
    if count is None or count.ended_at or stock.was_told_since(tx.connection, trail.move_id):
        return False
    return all(
        row.batch_id == duty.row.batch_id and row.state == "open" and row.picked_each == 0
        for row in lines.some(tx.connection, trail.added)
    )


def _full_tote_stands(tx: Transaction, duty: Duty, row: AnyRow, kept: memory.Remembered) -> bool:
    """Whether the slot has no other tote, and the full one is still the batch's."""
    return row.tote == "" and work.is_full_of(tx.connection, kept.tote, duty.row.batch_id, row.slot)


_STANDS: Mapping[Effect, Callable[[Transaction, Duty, AnyRow, memory.Remembered], bool]] = MappingProxyType(
    {Effect.SHORT: _short_stands, Effect.FULL_TOTE: _full_tote_stands}
)


def put(tx: Transaction, duty: Duty, line: PickLine, qty: int, tote: str, event_id: int) -> None:
    """Units go from the tote into the hand; the ledger knows no hands, so they are in their location again, promised.

    A tote that this put had bound to its slot is free again.
    """
    place = stock.at_location(line.location_code)
    source = stock.in_tote(tote)
    stock.move(tx.connection, tx.now, line.sku, line.lot, qty, source, place, "undone", event_id)
    stock.claim(tx.connection, [stock.Claim(place, line.sku, line.lot, qty)])
    work.unpick(tx.connection, line.line_id, duty.order_lines[line.line_id], qty)
    if line.tracks == "serial":
        serials.move_with_line(tx.connection, line.line_id, source, place, "")
    if line.tote != tote:
        work.release_tote(tx.connection, duty.row.batch_id, line.slot, tote)


def short(tx: Transaction, duty: Duty, line: PickLine, event_id: int) -> None:
    """What was missing is there: all that `replan.short_line` did is taken back, and the rest of the tour solved anew.

    The count that it asked for is withdrawn, unless somebody else has asked for it too or has begun it.
    """
    trail = memory.last(duty.row.memory).trail
    assert trail is not None  # `remembered` has seen it
    added = lines.some(tx.connection, trail.added)
    gone = stock.reverse(tx.connection, tx.now, trail.move_id, event_id)
    stock.claim(tx.connection, [stock.Claim(gone.from_account, gone.sku, gone.lot, gone.qty_each)])
    lines.widen(tx.connection, line.line_id, gone.qty_each)
    for row in added:
        replan.cancel_line(tx, row)
    lines.short(tx.connection, duty.order_lines[line.line_id], sum(row.qty_each for row in added) - gone.qty_each)
    replan.withdraw_count(tx, trail.count_id)
    lines.walk_first(tx.connection, duty.row.batch_id, line.line_id)
    replan.changed(tx, duty.row.batch_id)


def full_tote(tx: Transaction, duty: Duty, line: PickLine) -> None:
    """More goes into the tote after all: it is its slot's again."""
    work.bind_tote(tx.connection, duty.row.batch_id, line.slot, line.order_ref, line.tote)

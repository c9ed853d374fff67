"""Scans that come too late: the task, the line or the order is another's or nobody's by now (cases 72, 73).

They are refused with who and why, kept in the log, and what the person has taken off a shelf meanwhile is to be put
back: a put_back task. The ledger has those units in their location all the while, so that nothing of it moves.
"""

from functools import partial
from typing import NamedTuple

from server.core import flow, gs1
from server.core.terms import Act, Intent, PickState, Reply, Scan, ThingKind
from server.floor import errands, meaning
from server.floor.decision import Decision
from server.floor.pick_task import Duty, cursor
from server.store import log, people, put_backs, tasks
from server.store.rows import AnyRow
from server.store.transaction import News, Transaction

COUNTED = frozenset((Act.QUANTITY, Act.COMPLETE))
SCANNED = frozenset((Act.SCAN, Act.TYPED))


class _Goods(NamedTuple):
    """The units that a label stands for."""

    sku: str
    lot: str
    qty_each: int


def not_theirs(tx: Transaction, intent: Intent, badge: str, row: AnyRow) -> Decision:
    """Another's task: refused with who has it now; one that was this person's is told apart from one that never was."""
    who = people.name_of(tx.connection, row.badge) if row.badge else ""
    if not log.worked_on(tx.connection, row.id, badge):
        return Decision(flow.refuse("foreign_task", intent, who=who))
    reply = flow.refuse("task_reassigned", intent, who=who, why="reassigned")
    return Decision(reply, carry_out=partial(_put_back, tx, intent, badge) if row.kind == "pick" else _nothing)


def cancelled(tx: Transaction, intent: Intent, row: AnyRow) -> Decision:
    """A task that was taken back."""
    who = _name(tx, log.who_did(tx.connection, "cancel_task", task_id=row.id))
    reply = flow.refuse("task_cancelled", intent, who=who, why=row.ended_why)
    return Decision(reply, carry_out=partial(_put_back, tx, intent, row.badge) if row.kind == "pick" else _nothing)


def closed_line(tx: Transaction, intent: Intent, duty: Duty) -> Decision | None:
    """The answer to an intent about a line of this tour that is closed by now; None when it is about no such line.

    The device that sends it had not heard of that: the line was cancelled with its order, another device picked it, or
    it was added for a short that has been undone. Nothing earlier is undone from then on: an undo that follows means
    what was refused here.
    """
    if not intent.line or intent.act is Act.UNDO or intent.line in duty.order_lines or duty.row.batch_id is None:
        return None
    line = tasks.line_row(tx.connection, intent.line)
    if line is None or line.batch_id != duty.row.batch_id or line.line_state == "open":
        return None
    if not _is_about(tx, intent, duty, line):
        return None
    reply = _why_closed(tx, intent, duty, line)
    taken = partial(_refuse_late, tx, intent, duty)
    return Decision(reply, about=intent.line, cursor=cursor(duty.view), carry_out=taken)


def _refuse_late(tx: Transaction, intent: Intent, duty: Duty, event_id: int) -> None:
    if duty.row.memory:
        tasks.save_task(tx.connection, duty.row.id, memory=None)
    _put_back(tx, intent, duty.row.badge, event_id)


def _nothing(_event_id: int) -> None:
    """Nothing was taken off a shelf."""


def _name(tx: Transaction, badge: str) -> str:
    return people.name_of(tx.connection, badge) if badge else ""


def _why_closed(tx: Transaction, intent: Intent, duty: Duty, line: AnyRow) -> Reply:
    if line.line_state == "done":
        return _late(tx, intent, duty)
    if line.order_state == "cancelled":
        return _order_cancelled(tx, intent, line)
    return flow.refuse("stale_task", intent, version=duty.view.version)  # told short, or it came with a short undone


def _order_cancelled(tx: Transaction, intent: Intent, line: AnyRow) -> Reply:
    who, why = log.cancelled_order(tx.connection, line.slot_order_ref)
    return flow.refuse("order_cancelled", intent, order=line.slot_order_ref, who=_name(tx, who), why=why)


def _late(tx: Transaction, intent: Intent, duty: Duty) -> Reply:
    who = log.who_did(tx.connection, "put", task_id=duty.row.id, line_id=intent.line)
    return flow.refuse("late_scan", intent, who=_name(tx, who or duty.row.badge))


def _is_about(tx: Transaction, intent: Intent, duty: Duty, line: AnyRow) -> bool:
    """Whether the intent can only mean the closed line: its goods, its shelf, its tote while nothing is in hand.

    Whatever else is scanned behind a screen that lags is taken for what it is.
    """
    if intent.act not in SCANNED:
        return intent.act in COUNTED or line.line_state == "cancelled"
    now, scan = duty.view.line, gs1.parse(intent.label)
    for row in meaning.rows_named(tx.connection, scan):
        goods = _goods(row, scan)
        if goods is not None and goods.sku == line.sku:
            return True
        if row.kind == ThingKind.LOCATION and row.ref == line.location_code:
            return now is None or now.location_code != row.ref
        if row.kind == ThingKind.TOTE and duty.view.state is not PickState.TOTE:
            return not duty.view.in_hand_each and duty.view.state is not PickState.STATION
    return False


def _goods(row: AnyRow, scan: Scan) -> _Goods | None:
    """What a scanned label's row stands for: a pack of an item, a whole load, or (None) no goods."""
    if row.kind == ThingKind.ITEM:
        return _Goods(row.ref, scan.lot, row.qty_each * (scan.count or 1))
    return _Goods(row.load_sku, row.load_lot, row.qty_each) if row.kind == ThingKind.LOAD else None


def _put_back(tx: Transaction, intent: Intent, badge: str, _event_id: int) -> None:
    """Raise, or add to, the task to bring back what this intent shows to have been taken."""
    line = tasks.line_row(tx.connection, intent.line) if intent.line else None
    if intent.act in SCANNED:
        scan = gs1.parse(intent.label)
        found = [_goods(row, scan) for row in meaning.rows_named(tx.connection, scan)]
        goods = next(filter(None, found), None)
        if goods is not None:
            _bring_back(tx, badge, goods.sku, goods.lot, goods.qty_each, line)
    elif intent.act in COUNTED and line is not None:
        all_told = line.qty_each if intent.act is Act.COMPLETE else intent.qty or 0
        _bring_back(tx, badge, line.sku, "", all_told, line, absolute=True)


def _bring_back(
    tx: Transaction, badge: str, sku: str, lot: str, qty_each: int, line: AnyRow | None, absolute: bool = False
) -> None:
    """`qty_each` units more are to be put back, or so many all told: one task for a SKU of one line's order."""
    ours = line if line is not None and line.sku == sku else None
    place, order_ref = ("", None) if ours is None else (ours.location_code, ours.slot_order_ref)
    lot = lot or ("" if ours is None else ours.lot)
    raised = put_backs.held(tx.connection, badge, sku, lot, place, order_ref)
    had = 0 if raised is None else int(raised.qty_each)
    due = max(had, qty_each) if absolute else had + qty_each
    if raised is not None:
        _grow(tx, raised, due)
    elif due > 0:
        row = {"sku": sku, "lot": lot, "qty_each": due, "location_code": place, "order_ref": order_ref}
        tasks.add_task(tx.connection, tx.now, "put_back", "item", **row, held_by=badge)
        errands.ask_if_idle(tx, badge)


def _grow(tx: Transaction, raised: AnyRow, due: int) -> None:
    """More of it came to light; whoever brings it back already has more to count."""
    state = "item" if raised.state == "location" and due > raised.qty_each else raised.state
    tasks.save_task(tx.connection, raised.id, qty_each=due, state=state)
    if raised.badge:
        tx.tell(News("task", raised.id, tasks.next_version(tx.connection, raised.id)))

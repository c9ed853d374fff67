"""What a supervisor does to work under way: hand it to someone else, close and open ways, take an order back."""

import json

from sqlalchemy import Connection

from server.core import layout
from server.core.errors import BadInput, Conflict, NotFound
from server.core.terms import Role
from server.floor import hand_over, picking, replan
from server.store import building, documents, lines, listing, log, orders, people, tasks
from server.store.rows import AnyRow
from server.store.transaction import News, Transaction

WORKERS = {"pick": Role.PICKER, "pack": Role.PACKER}


def reassign(tx: Transaction, task_id: int, badge: str, by: str) -> int:
    """Give an unfinished task to another person; returns its new version. `by` is who asked for it.

    Units in the hand of whoever had it are not put anywhere yet: they count as not picked, and their line starts anew.
    The cart goes along. Whoever had it stands before a new task; an idle task of the new person ends.

    Raises:
        NotFound: there is no such task or person.
        Conflict: the task is over, or the person is in the middle of another.
        BadInput: the task is of a kind that nobody holds, or the person is of another role.

    """
    row = _unfinished(tx.connection, task_id)
    if row.kind not in WORKERS:
        raise BadInput("not_held", f"task T{task_id} is a {row.kind}; nobody holds it, so nobody can hand it over")
    person = people.person(tx.connection, badge)
    if person.role != WORKERS[row.kind]:
        raise BadInput(
            "wrong_role", f"{person.name} is a {person.role}; a {row.kind} task is for a {WORKERS[row.kind]}"
        )
    if row.badge == badge:
        raise Conflict("already_theirs", f"task T{task_id} is {person.name}'s already")
    hand_over.give(tx, row, badge)
    log.record_event(tx.connection, tx.now, "reassign", task_id=task_id, badge=by, label=badge)
    return int(row.version) + 1


def cancel_task(tx: Transaction, task_id: int, by: str) -> None:
    """Take a task back: a tour of which nothing was picked is ready for whoever comes next, a count is not done.

    Raises:
        NotFound: there is no such task.
        Conflict: it is over, or goods of it are under way already: then it can only be given to someone else.

    """
    row = _unfinished(tx.connection, task_id)
    if row.kind == "pick" and row.batch_id is not None:
        _demand_untouched(tx.connection, row)
        lines.walk(tx.connection, row.batch_id, state="ready")
    elif row.kind != "count":
        raise Conflict(
            "cannot_be_cancelled", f"task T{task_id} can be finished or given to someone else, not taken back"
        )
    tasks.end_task(tx.connection, tx.now, task_id, "cancelled")
    log.record_event(tx.connection, tx.now, "cancel_task", task_id=task_id, badge=by)
    if row.badge:
        tx.tell(News("task", hand_over.STANDING[row.kind](tx, row.badge), row.badge))
    for waiting in orders.waiting_walkers(tx.connection):
        if not picking.give_batch(tx, waiting):
            break


def cancel_order(tx: Transaction, order_ref: str, why: str) -> None:
    """The order is not wanted any more; see `replan.cancel_order` for what becomes of it and what it raises."""
    replan.cancel_order(tx, order_ref, why)


def close_place(tx: Transaction, place: str, reason: str, by: str) -> int:
    """Close an aisle, or an edge as "u|v": nobody is routed through it from now on. Returns the closure's id.

    Raises:
        Conflict: it is closed already.

    """
    if place in building.closed_places(tx.connection):
        raise Conflict("already_closed", f"{place!r} is closed already")
    number = building.close_place(tx.connection, tx.now, place, reason)
    log.record_event(tx.connection, tx.now, "close", badge=by, label=place, code=reason[:60])
    _ways_changed(tx)
    return number


def open_place(tx: Transaction, number: int, by: str) -> None:
    """Open again what a closure closed.

    Raises:
        NotFound: there is no such closure, or it is open again already.

    """
    row = listing.closure(tx.connection, number)
    if row is None or not building.open_place(tx.connection, tx.now, row.place):
        raise NotFound("unknown_closure", f"nothing is closed under number {number}")
    log.record_event(tx.connection, tx.now, "open", badge=by, label=row.place)
    _ways_changed(tx)


def demand_closable(text: str, closed: tuple[str, ...], place: str) -> None:
    """Return when `place` of the layout (a file's text) can be closed beside what is closed already.

    Slow on a large layout: for the planner. Raises BadInput: there is no such place, or it would cut a station off.
    """
    layout.close(layout.read_layout(json.loads(text)), (*closed, place))


def _ways_changed(tx: Transaction) -> None:
    for row in listing.batches_after(tx.connection, "picking", 0, 10_000):
        tx.tell(News("reroute", row.id))


def _unfinished(connection: Connection, task_id: int) -> AnyRow:
    row = tasks.task_row(connection, task_id)
    if row is None:
        raise NotFound("unknown_task", f"there is no task T{task_id}")
    if row.ended_at:
        raise Conflict("task_over", f"task T{task_id} is over ({row.ended_why})")
    return row


def _demand_untouched(connection: Connection, row: AnyRow) -> None:
    bound = any(slot.tote for slot in documents.slots(connection, row.batch_id))
    if row.in_hand_each or bound or any(line.picked_each for line in documents.lines(connection, row.batch_id)):
        raise Conflict("already_picked", f"goods of task T{row.id} are on its cart; give it to someone else instead")

"""What a supervisor does to work under way: hand it to someone else, take it back, take an order back."""

from sqlalchemy import Connection

from server.core.errors import BadInput, Conflict, NotFound
from server.core.terms import Role
from server.floor import hand_over, put_back, replan
from server.floor.pick_task import give_batches
from server.store import documents, lines, log, people, tasks
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
    event_id = log.record_event(tx.connection, tx.now, "reassign", task_id=task_id, badge=by, label=badge)
    hand_over.give(tx, row, badge, event_id)
    return int(row.version) + 1


def cancel_task(tx: Transaction, task_id: int, by: str) -> None:
    """Take a task back: a tour of which nothing was picked is ready for whoever comes next, a count is not done; goods
    that somebody has to put back are anybody's: they went home with the task.

    Raises:
        NotFound: there is no such task.
        Conflict: it is over, or goods of it are under way already: then it can only be given to someone else.

    """
    row = _unfinished(tx.connection, task_id)
    if row.kind == "put_back" and row.badge:
        log.record_event(tx.connection, tx.now, "cancel_task", task_id=task_id, badge=by)
        put_back.lay_down(tx, task_id)
        return
    if row.kind == "pick" and row.batch_id is not None:
        _demand_untouched(tx.connection, row)
        lines.walk(tx.connection, row.batch_id, state="ready")
        lines.drop_if_empty(tx.connection, row.batch_id)
    elif row.kind != "count":
        raise Conflict(
            "cannot_be_cancelled", f"task T{task_id} can be finished or given to someone else, not taken back"
        )
    tasks.end_task(tx.connection, tx.now, task_id, "cancelled")
    log.record_event(tx.connection, tx.now, "cancel_task", task_id=task_id, badge=by)
    if row.badge:
        tx.tell(News("task", hand_over.STANDING[row.kind](tx, row.badge), row.badge))
    give_batches(tx)


def cancel_order(tx: Transaction, order_ref: str, why: str) -> None:
    """The order is not wanted any more; see `replan.cancel_order` for what becomes of it and what it raises."""
    replan.cancel_order(tx, order_ref, why)


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

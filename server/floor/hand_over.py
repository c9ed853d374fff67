"""A task that goes on in other hands: its cart and totes go along, and both devices are told."""

from sqlalchemy import Connection

from server.core.errors import Conflict
from server.core.terms import PackState, PickState, Role
from server.floor import pack_effects, pick_task
from server.store import handling_units, people, serials, tasks, weights, work
from server.store.rows import AnyRow
from server.store.transaction import News, Transaction

STANDING = {"pick": pick_task.standing_task, "pack": pack_effects.standing_task}


def give(tx: Transaction, row: AnyRow, badge: str, event_id: int) -> None:
    """The task `row` is `badge`'s from now on, by the event with this id.

    Units in the hand of whoever had it are not put anywhere yet: they count as not picked, and their line starts anew.
    Whoever had it stands before a new task; an idle task of the new person ends.

    Raises:
        Conflict: the new person is in the middle of other work.

    """
    _end_idle(tx, row.kind, badge)
    if row.kind == "pick" and row.line_id:
        handling_units.let_go(tx.connection, row.line_id)
        serials.let_go(tx.connection, row.line_id)
        weights.let_go(tx.connection, event_id, row.line_id)
    tasks.save_task(tx.connection, row.id, badge=badge, **_anew(row))
    if row.cart:
        work.take_cart(tx.connection, row.cart, badge)
    tasks.next_version(tx.connection, row.id)
    tx.tell(News("task", row.id, badge))
    if row.badge:
        tx.tell(News("task", STANDING[row.kind](tx, row.badge), row.badge))


def readiness(connection: Connection, badge: str, asker: str | None) -> str:
    """Whether a person may take a batch over from `asker`: free | self | busy | other (no picker, or not here now)."""
    if badge == asker:
        return "self"
    person = next((row for row in people.everyone(connection) if row.badge == badge), None)
    if person is None or not person.active or person.role != Role.PICKER:
        return "other"
    return "busy" if _work_of(connection, "pick", badge) is not None else "free"


def _work_of(connection: Connection, kind: str, badge: str) -> AnyRow | None:
    """The task that the person is in the middle of; None when they only wait."""
    put_back = tasks.standing(connection, badge, "put_back") if kind == "pick" else None
    if put_back is not None:
        return tasks.task_row(connection, put_back)
    standing = tasks.standing(connection, badge, kind)
    row = None if standing is None else tasks.task_row(connection, standing)
    return None if row is None or (row.batch_id is None and row.order_ref is None) else row


def _end_idle(tx: Transaction, kind: str, badge: str) -> None:
    """End the task in which the person only waits; a person in the middle of work keeps it."""
    busy = _work_of(tx.connection, kind, badge)
    if busy is not None:
        name = people.name_of(tx.connection, badge)
        raise Conflict("person_busy", f"{name} is in the middle of task T{busy.id}; let them finish it first")
    standing = tasks.standing(tx.connection, badge, kind)
    if standing is not None:
        tasks.end_task(tx.connection, tx.now, standing, "replaced")


def _anew(row: AnyRow) -> dict[str, object]:
    """The cursor for someone who has nothing in hand and stands elsewhere."""
    state = row.state
    if row.kind == "pick" and state in (PickState.ITEM, PickState.QUANTITY, PickState.TOTE):
        state = PickState.LOCATION.value
    if row.kind == "pack" and state == PackState.QUANTITY:
        state = PackState.ITEM.value
    return {"state": state, "in_hand_each": 0, "asked": "", "at_location": "", "memory": None}

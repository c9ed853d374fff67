"""Who is asked next, and to do what: a batch, or goods to put back.

What somebody has in hand they bring back first. A tote of a cancelled order is emptied by whoever just brought a cart
to the station where it stands, or waits for a batch while there is none; in between, batches come first.
"""

from collections.abc import Sequence

from sqlalchemy import Connection

from server.core.terms import PickState, PutBackState
from server.floor.pick_task import give_batch, standing_task
from server.store import orders, put_backs, tasks
from server.store.rows import AnyRow
from server.store.transaction import News, Transaction


def come_in(tx: Transaction, badge: str) -> int:
    """What a picker stands in: goods to put back when they were asked to, else their pick task.

    Who waited for a batch when they left may have one now.
    """
    task_id = tasks.standing(tx.connection, badge, "put_back") or standing_task(tx, badge)
    row = tasks.task_row(tx.connection, task_id)
    assert row is not None  # it was just asked for
    if row.kind == "pick" and row.state == PickState.WAITING and row.batch_id is None and not row.asked:
        give_batch(tx, task_id)
    return task_id


def waiting_for(connection: Connection, badge: str) -> int:
    """How many times goods wait that this person could put back."""
    return sum(_may_be_done(row) or row.held_by == badge for row in put_backs.unowned(connection))


def ask_to_put_back(tx: Transaction, badge: str) -> bool:
    """Give the person goods to put back, whichever wait longest, their own first; False when there are none."""
    rows = put_backs.unowned(tx.connection)
    return _give(tx, badge, [*_own(rows, badge), *(row for row in rows if _may_be_done(row))])


def go_on(tx: Transaction, badge: str, station: str = "", left: bool = False) -> None:
    """Somebody is done with what they did; `station`: where they stand. With `left` they wanted no goods to put back.

    Their device is told what comes next: the whole task.
    """
    task_id = standing_task(tx, badge)
    rows = [] if left else list(put_backs.unowned(tx.connection))
    here = [row for row in rows if station and row.station_code == station and _may_be_done(row)]
    if _give(tx, badge, [*_own(rows, badge), *here]):
        return
    row = tasks.task_row(tx.connection, task_id)
    assert row is not None  # the standing task was just asked for
    waits = row.state == PickState.WAITING and row.batch_id is None
    if waits and (give_batch(tx, task_id) or _give(tx, badge, [row for row in rows if _may_be_done(row)])):
        return
    tx.tell(News("task", task_id, badge))


def ask_who_waits(tx: Transaction) -> None:
    """Goods wait to be put back: whoever has a cart and no batch is asked, the longest waiting first."""
    for task_id in orders.waiting_walkers(tx.connection):
        row = tasks.task_row(tx.connection, task_id)
        ready = [found for found in put_backs.unowned(tx.connection) if _may_be_done(found)]
        if row is None or not _give(tx, row.badge, ready):
            return


def ask_if_idle(tx: Transaction, badge: str) -> None:
    """Ask somebody who has no batch to bring back what is in their hand."""
    standing = tasks.standing(tx.connection, badge, "pick")
    row = None if standing is None else tasks.task_row(tx.connection, standing)
    if row is None or row.batch_id is None:
        _give(tx, badge, _own(put_backs.unowned(tx.connection), badge))


def _own(rows: Sequence[AnyRow], badge: str) -> list[AnyRow]:
    return [row for row in rows if row.held_by == badge]


def _may_be_done(row: AnyRow) -> bool:
    """Whether anybody can get at the goods: in nobody's hand, and in no tote that rolls on a cart."""
    return row.held_by is None and (row.tote == "" or row.tote_state in ("staged", "free"))


def _give(tx: Transaction, badge: str, rows: list[AnyRow]) -> bool:
    if not rows or tasks.standing(tx.connection, badge, "put_back") is not None:
        return False
    first = rows[0]
    state = PutBackState.TOTE if first.tote else PutBackState.ITEM
    tasks.save_task(tx.connection, first.id, badge=badge, state=state.value, asked="", in_hand_each=0, memory=None)
    tasks.next_version(tx.connection, first.id)
    tx.tell(News("task", first.id, badge))
    return True

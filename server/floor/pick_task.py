"""A pick task as stored, as the rules see it and as the wire says it; and how a task comes by its batch."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from server.core.terms import PickLine, PickState, PickTask
from server.floor import narrow, shelf
from server.store import orders, serials, tasks, tours
from server.store.rows import AnyRow
from server.store.transaction import News, Transaction

AT_SHELF = frozenset((PickState.ITEM, PickState.QUANTITY, PickState.TOTE))


@dataclass(frozen=True, slots=True)
class Duty:
    """A pick task as stored: its row (with the line in work) and the rules' view of it."""

    row: AnyRow
    view: PickTask
    order_lines: Mapping[int, int]


def standing_task(tx: Transaction, badge: str) -> int:
    """The picker's unfinished pick task; a new one that asks for a cart when there is none."""
    return tasks.standing(tx.connection, badge, "pick") or tasks.add_task(
        tx.connection, tx.now, "pick", PickState.CART.value, badge=badge
    )


def give_batch(tx: Transaction, task_id: int) -> bool:
    """Give the next ready batch to a task that waits for one; False when there is none now."""
    batch_id = narrow.next_batch(tx)
    if batch_id is None:
        tx.tell(News("idle", task_id))
        return False
    tasks.save_task(tx.connection, task_id, batch_id=batch_id, state=PickState.LOCATION.value, at_location="")
    announce(tx, task_id)
    return True


def give_batches(tx: Transaction) -> None:
    """Give ready batches to all who wait for one, the longest waiting first."""
    for task_id in orders.waiting_walkers(tx.connection):
        if not give_batch(tx, task_id):
            return


def announce(tx: Transaction, task_id: int) -> None:
    """The task changed otherwise than by its own scans: a new version, pushed after the commit."""
    badge = tasks.next_version(tx.connection, task_id)
    tx.tell(News("task", task_id, badge))


def load(tx: Transaction, rows: Sequence[AnyRow], meant_line: int = 0, version: int = 0) -> Duty:
    """The task as the rules see it; `meant_line` and `version` are what the device showed."""
    row = rows[0]
    in_tour = [found for found in rows if found.open_line_id is not None]
    ahead = _ahead_of_the_tour(row, meant_line, version)
    if ahead and in_tour and in_tour[0].open_line_id != ahead:
        found = tasks.open_line(tx.connection, row.batch_id, ahead)
        if found is not None:
            in_tour = [found, *(other for other in in_tour if other.open_line_id != ahead)]
    lines = [pick_line(tx, found, bool(row.in_hand_each and not place)) for place, found in enumerate(in_tour[:2])]
    view = PickTask(
        task_id=f"T{row.id}",
        version=row.version,
        state=_state(row, lines),
        cart=row.cart,
        at_location=row.at_location,
        in_hand_each=row.in_hand_each,
        line=lines[0] if lines else None,
        following=lines[1] if len(lines) > 1 else None,
        asked=row.asked,
        station="" if len(lines) > 1 else tours.ends_at(tx.connection, row.batch_id),  # asked for after the last
    )
    return Duty(row, view, {found.open_line_id: found.order_line_id for found in in_tour})


def _ahead_of_the_tour(row: AnyRow, meant_line: int, version: int) -> int:
    """The line that comes before the tour's next: one half done, or one that a device meant which had not heard of a
    re-route and walked the tour it had. 0 when there is none."""
    if row.line_id and (row.in_hand_each or row.state in (PickState.QUANTITY, PickState.TOTE)):
        return int(row.line_id)
    return meant_line if version < row.version else 0


def cursor(task: PickTask, about: PickLine | None = None) -> dict[str, Any]:
    """Where the task stands, for the wire; `picked` and `tote` are of the line `about` when it is still in work."""
    line = task.line
    same = line if line is not None and about is not None and line.line_id == about.line_id else about
    return {
        "id": task.task_id,
        "version": task.version,
        "state": task.state.value,
        "line": None if line is None else line.line_id,
        "in_hand": task.in_hand_each,
        "at_location": task.at_location,
        "picked": 0 if same is None else same.picked_each,
        "tote": "" if same is None else same.tote,
        "asked": task.asked,
    }


def _state(row: AnyRow, lines: Sequence[PickLine]) -> PickState:
    """The stored state, unless the line in work is another one than the state was stored for."""
    state = PickState(row.state)
    if state not in (PickState.LOCATION, PickState.ITEM) or not lines or lines[0].line_id == row.line_id:
        return state
    return PickState.ITEM if lines[0].location_code == row.at_location else PickState.LOCATION


def with_zero_check(tx: Transaction, task: PickTask) -> PickTask:
    """The task, its line marked when the picker shall say whether its location is empty after it (case 71)."""
    line = task.line
    if line is None or task.state not in AT_SHELF:
        return task
    if not shelf.should_be_empty(tx.connection, line.location_code, line.qty_each - line.picked_each):
        return task
    return replace(task, line=replace(line, zero_check=True))


def pick_line(tx: Transaction, row: AnyRow, in_hand: bool = False) -> PickLine:
    """A stored line as the rules see it; `in_hand`: units of it are in the picker's hand."""
    tracked = _tracked(tx, row, in_hand) if row.tracks else {}
    return PickLine(
        line_id=row.open_line_id,
        location_code=row.location_code,
        check_digits=row.check_digits,
        sku=row.sku,
        name=row.name,
        lot=row.lot,
        qty_each=row.qty_each,
        picked_each=row.picked_each,
        slot=row.slot,
        tote=row.tote,
        order_ref=row.slot_order_ref,
        count_each_up_to=row.count_each_up_to,
        tracks=row.tracks,
        **tracked,
    )


def _tracked(tx: Transaction, row: AnyRow, in_hand: bool) -> dict[str, Any]:
    """What is asked of tracked goods alone: dates, the shelf's lots or serials, the serials taken for the line."""
    dates = tasks.dates_of(tx.connection, row.open_line_id)
    taken = serials.of_line(tx.connection, row.open_line_id, in_hand) if row.tracks == "serial" else ()
    here = shelf.of_line(tx.connection, row, dates.min_life_days, tx.now[:10])
    return {"expiry": dates.expiry or "", "serials": taken, **here}

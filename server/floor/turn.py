"""A tour turns: what was solved is taken if the tour is still as it was read, and its picker is told."""

from collections.abc import Sequence
from typing import Any

from server.floor import narrow
from server.floor.errand import Errand, Rest
from server.floor.pick_task import announce, give_batch
from server.floor.tour_left import errands_of
from server.store import lines, orders, tasks, tours
from server.store.log import record_event
from server.store.transaction import Transaction

KEPT_QUESTIONS = ("zero:", "pause")  # of the shelf just left, and of a picker at rest: a new route does not answer them


def take_rest(tx: Transaction, errand: Errand, rest: Rest) -> bool:
    """Order the open lines of one tour as solved, and push the task; False when it has changed since it was read."""
    return take_rests(tx, ((errand, rest),)) == (True,)


def take_rests(tx: Transaction, solved: Sequence[tuple[Errand, Rest]]) -> tuple[bool, ...]:
    """The same for several, in one transaction: of each whether it was taken."""
    now = {errand.batch_id: errand for errand in errands_of(tx.connection, [errand.batch_id for errand, _ in solved])}
    taken = tuple(now.get(errand.batch_id) == errand for errand, _ in solved)
    free = [_take(tx, errand, rest) for (errand, rest), true in zip(solved, taken, strict=True) if true]
    if any(free):
        for waiting in orders.waiting_walkers(tx.connection):
            if not give_batch(tx, waiting):
                break
    return taken


def _take(tx: Transaction, errand: Errand, rest: Rest) -> bool:
    """Take one; True when that may have made a batch ready to be given out."""
    order = (*rest.line_ids, *rest.cut_off)
    moved = [stop.line_id in rest.cut_off for stop in errand.stops if stop.cut_off != (stop.line_id in rest.cut_off)]
    changed = order != tuple(stop.line_id for stop in errand.stops) or bool(moved)
    if changed:
        tours.turn(tx.connection, lines.last_seq(tx.connection, errand.batch_id) + 1, order, rest.cut_off)
    tours.draw(
        tx.connection,
        errand.batch_id,
        rest.path,
        rest.method,
        rest.length_m,
        rest.lower_bound_m,
        optimal=rest.optimal,
    )
    changed = changed or rest.path != errand.path
    if changed or rest.way is not None:
        tours.forget_ways(tx.connection, errand.batch_id)
        narrow.walk_anew(tx, errand.batch_id, rest.way)
    if not changed:
        return False
    record_event(tx.connection, tx.now, "reroute", task_id=errand.task_id or None, label=f"B{errand.batch_id}")
    if errand.task_id:
        _turn(tx, errand, rest)
    return not errand.task_id or not all(moved)


def _turn(tx: Transaction, errand: Errand, rest: Rest) -> None:
    """The picker sees the new tour."""
    row: Any = tours.left(tx.connection, errand.batch_id)
    kept = row.asked if row.asked.startswith(KEPT_QUESTIONS) else ""
    if errand.first:
        pass  # they finish what they have in hand
    elif rest.line_ids:
        here = next(stop for stop in errand.stops if stop.line_id == rest.line_ids[0])
        state = "item" if here.location_code == row.at_location else "location"
        asked = row.asked if row.line_id == here.line_id else kept
        tasks.aim(tx.connection, row.task_id, here.line_id, state, asked)
    elif tours.is_untouched(tx.connection, errand.batch_id):  # nothing lies on the cart: another one, while this waits
        lines.walk(tx.connection, errand.batch_id, state="ready")
        idle = {"batch_id": None, "line_id": None, "at_location": "", "memory": None}
        tasks.save_task(tx.connection, row.task_id, state="waiting", asked="", **idle)
        if give_batch(tx, row.task_id):
            return
    else:
        tasks.save_task(tx.connection, row.task_id, line_id=None, state="station", asked=kept)
    announce(tx, row.task_id)

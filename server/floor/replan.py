"""What happens to a running tour when the floor is not as planned: a short, another lot, a cancelled order.

Stock and lines change at once, in the transaction of whoever reported it; a new line is put where it costs the least
walk as the crow flies. The exact tour over the rest follows within a moment from a planning process (floor/reroute),
so that no scan waits for a solver.
"""

from collections.abc import Sequence
from math import hypot
from typing import Any

from server.core.allocate import Pick, Place, Wanted, allocate, good_until
from server.core.errors import Conflict, NotFound
from server.floor import errands
from server.floor.memory import Trail
from server.store import handling_units, lines, log, orders, serials, stock, tasks, work
from server.store.rows import AnyRow
from server.store.transaction import News, Transaction

DAMAGED = "damaged"  # the one reason for a short that leaves goods behind: they are put in quarantine


def short_line(tx: Transaction, line_id: int, missing_each: int, reason: str, event_id: int) -> Trail:
    """`missing_each` units of the line are not to be had where it sends the picker.

    What was promised there is free again and written off (damaged: put in quarantine); the units are taken from
    another location when there is one, as new lines of the same tour, else the order line is short by them. Somebody
    is asked to count, and until then nothing more is promised from there. Never leaves a line hanging. Returns what an
    undo of it must know (floor/take_back).
    """
    line = lines.line(tx.connection, line_id)
    move_id = _write_off(tx, line, missing_each, reason, event_id)
    lines.shorten(tx.connection, line_id, missing_each, "done" if line.picked_each else "short")
    count_id = ask_count(tx, line.location_code, line.sku)
    picks = _elsewhere(tx, line, missing_each)
    added = [_add_line(tx, line, pick) for pick in picks]
    missing = missing_each - sum(pick.qty_each for pick in picks)
    if missing:
        lines.short(tx.connection, line.order_line_id, missing)
    if picks:
        changed(tx, line.batch_id)
    return Trail(move_id, count_id, added)


def ask_count(tx: Transaction, location_code: str, sku: str) -> int:
    """Ask for a count of this SKU in this location, once: asked for again it gets a new version. Returns its id."""
    open_id = lines.open_count(tx.connection, location_code, sku)
    if open_id is None:
        return tasks.add_task(tx.connection, tx.now, "count", "open", location_code=location_code, sku=sku)
    tasks.next_version(tx.connection, open_id)
    return open_id


def withdraw_count(tx: Transaction, count_id: int) -> None:
    """Who asked for this count wants it no more: it ends, unless others have asked too or somebody has begun it."""
    count = tasks.task_row(tx.connection, count_id)
    if count is not None and count.version == 1 and count.state == "open" and not (count.badge or count.ended_at):
        tasks.end_task(tx.connection, tx.now, count_id, "withdrawn")


def cancel_order(tx: Transaction, order_ref: str, why: str) -> None:
    """The order is not wanted any more: its open lines leave their tours, what lies in totes is to be put back.

    Raises:
        NotFound: there is no such order.
        Conflict: it is being packed or has left.
    """
    order = orders.order(tx.connection, order_ref)
    if order is None:
        raise NotFound("unknown_order", f"there is no order {order_ref}")
    if order.state in ("packing", "shipped", "cancelled"):
        raise Conflict("order_closed", f"order {order_ref} is {order.state}; it cannot be cancelled")
    touched = {line.batch_id for line in lines.open_lines_of_order(tx.connection, order_ref)}
    for line in lines.open_lines_of_order(tx.connection, order_ref):
        cancel_line(tx, line)
    lines.cancel_order(tx.connection, order_ref)
    log.record_event(tx.connection, tx.now, "cancel_order", label=order_ref, code=why[:60])
    for row in work.in_totes(tx.connection, order_ref):
        put_back = {"sku": row.sku, "lot": row.lot, "qty_each": row.on_hand_each, "order_ref": order_ref}
        put_back |= {"tote": row.account.removeprefix(stock.in_tote("")), "location_code": _came_from(tx, row)}
        tasks.add_task(tx.connection, tx.now, "put_back", "tote", **put_back)
    errands.ask_who_waits(tx)
    for batch_id in sorted(touched):
        changed(tx, batch_id)


def _came_from(tx: Transaction, row: AnyRow) -> str:
    """The location that a tote's units of a lot came from last; "" when from none."""
    came = [
        move.from_account for move in work.moves_through(tx.connection, row.account, row.sku) if move.lot == row.lot
    ]
    places = [account.removeprefix(stock.at_location("")) for account in came if account.startswith("location:")]
    return places[-1] if places else ""


def changed(tx: Transaction, batch_id: int) -> None:
    """The batch's open lines changed: its walker's task gets a new version, and the rest of the tour is solved anew."""
    task = lines.walker(tx.connection, batch_id)
    if task is not None:
        tasks.save_task(tx.connection, task.id, **_cursor_after(tx, task))
        tx.tell(News("task", task.id, tasks.next_version(tx.connection, task.id)))
    else:
        lines.drop_if_empty(tx.connection, batch_id)
    tx.tell(News("reroute", batch_id))


def _cursor_after(tx: Transaction, task: AnyRow) -> dict[str, Any]:
    """Where the walker stands now: a line in hand stays in work; else the tour's next open line, or the station."""
    rest = lines.tour_lines(tx.connection, task.batch_id)
    half_done = task.in_hand_each or task.state in ("quantity", "tote")
    if half_done and any(line.id == task.line_id for line in rest):
        return {"state": task.state}
    anew: dict[str, Any] = {"in_hand_each": 0, "asked": ""}  # units in hand of a cancelled line go back to their shelf
    if half_done:
        handling_units.let_go(tx.connection, task.line_id or 0)
        serials.let_go(tx.connection, task.line_id or 0)
        anew["memory"] = None  # their count cannot be undone any more
    if not rest:
        return anew | {"state": "station", "line_id": None}
    here = rest[0].location_code == task.at_location
    return anew | {"state": "item" if here else "location", "line_id": rest[0].id}


def _write_off(tx: Transaction, line: AnyRow, missing_each: int, reason: str, event_id: int) -> int:
    """The missing units leave the location's account; returns the move's id."""
    place = stock.at_location(line.location_code)
    to = stock.quarantined(line.location_code) if reason == DAMAGED else stock.ADJUSTMENT
    stock.move(
        tx.connection, tx.now, line.sku, line.lot, missing_each, place, to, f"short: {reason}", event_id, missing_each
    )
    return stock.last_move(tx.connection, event_id)


def _elsewhere(tx: Transaction, line: AnyRow, missing_each: int) -> Sequence[Pick]:
    """Where the missing units can be had, promised to this line now."""
    places = [
        Place(row.location_code, row.sku, row.lot, row.available_each, row.expiry, row.received_at, row.aisle)
        for row in stock.free(tx.connection, line.sku)
    ]
    order = orders.order(tx.connection, line.order_ref)
    good = "" if order is None else good_until(tx.now, order.min_life_days)
    wanted = Wanted(line.order_line_id, line.order_ref, line.sku, missing_each, good)
    picks = allocate([wanted], places, tx.now[:10]).picks
    stock.claim(
        tx.connection,
        [stock.Claim(stock.at_location(pick.location_code), line.sku, pick.lot, pick.qty_each) for pick in picks],
    )
    return picks


def _add_line(tx: Transaction, line: AnyRow, pick: Pick) -> int:
    row = {
        "batch_id": line.batch_id,
        "slot": line.slot,
        "order_line_id": line.order_line_id,
        "location_code": pick.location_code,
        "sku": line.sku,
        "lot": pick.lot,
        "qty_each": pick.qty_each,
    }
    return lines.insert_line(tx.connection, _cheapest_place(tx, line, pick.location_code), row)


def _cheapest_place(tx: Transaction, line: AnyRow, location_code: str) -> int:
    """The place in the tour, after the line in work, where a detour to the location is shortest as the crow flies."""
    spot = tasks.spot(tx.connection, location_code)
    rest = [row for row in lines.tour_lines(tx.connection, line.batch_id) if row.seq > line.seq]
    end = int((rest[-1] if rest else line).seq) + 1
    before = tasks.spot(tx.connection, line.location_code)
    best, place = float("inf"), end
    for row in rest:
        after = (row.x_m, row.y_m)
        detour = _metres(before, spot) + _metres(spot, after) - _metres(before, after)
        if detour < best:
            best, place = detour, int(row.seq)
        before = after
    return place if best < _metres(before, spot) else end


def _metres(a: tuple[float, float], b: tuple[float, float]) -> float:
    return hypot(a[0] - b[0], a[1] - b[1])


def cancel_line(tx: Transaction, line: AnyRow) -> None:
    """What is left of an open line leaves its tour, and nothing is promised to it."""
    left = line.qty_each - line.picked_each
    stock.claim(tx.connection, [stock.Claim(stock.at_location(line.location_code), line.sku, line.lot, -left)])
    lines.cancel(tx.connection, line.id)

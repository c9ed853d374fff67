"""Ways closed and opened again: by a supervisor at once, by a picker's report as soon as its place is known."""

from collections.abc import Sequence

from sqlalchemy import Connection

from server.core.errors import Conflict, NotFound
from server.core.terms import PickLine
from server.store import building, lines, listing, log, tours
from server.store.rows import AnyRow
from server.store.transaction import News, Transaction

BLOCKED = "blocked"  # why a picker's report closes a place
Segment = Sequence[float]  # x_m, y_m, x_m, y_m


def close(tx: Transaction, place: str, reason: str, by: str, segments: Sequence[Segment] = ()) -> int:
    """Close an aisle, or an edge as "u|v": nobody is routed through it from now on. Returns the closure's id.

    `segments` are what that closes, as lines on the plan (floor/guide); without them every tour is looked at anew.
    Raises:
        Conflict: it is closed already.

    """
    if place in building.closed_places(tx.connection):
        raise Conflict("already_closed", f"{place!r} is closed already")
    lines_on_plan = [list(segment) for segment in segments]
    number = building.close_place(tx.connection, tx.now, place, reason, badge=by, segments=lines_on_plan)
    log.record_event(tx.connection, tx.now, "close", badge=by, label=place, code=reason[:60])
    tx.tell(News("closed", number))
    return number


def report(tx: Transaction, task: AnyRow, line: PickLine | None) -> int:
    """The picker of a task cannot get on to the line's location: noted at once, closed when its place is made out.

    Who stands before that location already means the way on from there. Returns the report's closure id.
    """
    here = where(tx.connection, task)
    stops = [] if line is None else [lines.node_of(tx.connection, line.location_code)]
    if task.batch_id is not None:
        stops += [row.node for row in lines.tour_lines(tx.connection, task.batch_id)]
        stops.append(tours.walked(tx.connection, task.batch_id).station_node or "")
    there = next((node for node in stops if node and node != here), "")
    ends = {"from_node": here, "to_node": there}
    number = building.close_place(tx.connection, tx.now, "", BLOCKED, badge=task.badge or "", **ends)
    tx.tell(News("blocked", number))
    return number


def where(connection: Connection, task: AnyRow) -> str:
    """The node where the picker of a task is, or was last seen; "" when they have not been anywhere yet."""
    return lines.node_of(connection, task.at_location) or tours.last_seen(connection, task.id, task.badge or "")


def settle(tx: Transaction, number: int, place: str, segments: Sequence[Segment]) -> None:
    """Close the place that a report was found to be about.

    A second report of one place adds nothing to the first, nor does one (place "") of a way that was cut off already.
    """
    row = listing.closure(tx.connection, number)
    if row is None or row.opened_at or row.place:
        return
    if not place or place in building.closed_places(tx.connection):
        building.open_place(tx.connection, tx.now, number)
        return
    building.place_report(tx.connection, number, place, segments)
    log.record_event(tx.connection, tx.now, "close", badge=row.badge, label=place, code=row.reason)
    tx.tell(News("closed", number))


def reopen(tx: Transaction, number: int, by: str) -> None:
    """Open again what a closure closed.

    Raises:
        NotFound: there is no such closure, or it is open again already.

    """
    row = listing.closure(tx.connection, number)
    if row is None or not building.open_place(tx.connection, tx.now, number):
        raise NotFound("unknown_closure", f"nothing is closed under number {number}")
    log.record_event(tx.connection, tx.now, "open", badge=by, label=row.place)
    tx.tell(News("opened", number))

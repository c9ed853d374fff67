"""What is left of running tours, as the store has it: the question that is asked of whoever solves it."""

import json
from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection

from server.floor.errand import Errand, Stop
from server.store import building, tours


def errands_of(connection: Connection, batch_ids: Collection[int]) -> list[Errand]:
    """What is left of the tours of those batches of which something is."""
    revision, closed = building.active_revision(connection), building.closed_places(connection)
    found = [_errand_of(connection, batch_id, revision, closed) for batch_id in batch_ids] if revision else []
    return [errand for errand in found if errand is not None]


def _errand_of(connection: Connection, batch_id: int, revision: str, closed: tuple[str, ...]) -> Errand | None:
    """What is left of a batch's tour, or None when nothing is."""
    row = tours.left(connection, batch_id)
    stops = tours.stops(connection, batch_id) if row.state in ("picking", "ready") else ()
    if not stops:
        return None
    return Errand(
        batch_id=batch_id,
        task_id=row.task_id or 0,
        revision=revision,
        closed=closed,
        start="" if row.task_id is None else _where(connection, row),
        end=row.station_node or "",
        at=row.at_location or "",
        first=() if row.task_id is None else _in_hand(row),
        stops=tuple(Stop(line.id, line.node, line.location_code, bool(line.cut_off)) for line in stops),
        path=tuple((x, y) for x, y in json.loads(row.path)),
    )


def _where(connection: Connection, row: Any) -> str:
    return row.here_node or tours.last_seen(connection, row.task_id, row.badge or "")


def _in_hand(row: Any) -> tuple[int, ...]:
    """The line that a picker is in the middle of, as a tuple of one; empty when there is none."""
    half_done = row.in_hand_each or row.task_state in ("quantity", "tote")
    return (row.line_id,) if half_done and row.line_id else ()

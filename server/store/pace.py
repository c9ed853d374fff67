"""Confirmed scans by which the pace of a floor is told."""

from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, select

from server.store.rows import AnyRow
from server.store.schema import events

_LAST = (
    select(events.c.id, events.c.task_id, events.c.kind, events.c.at)
    .where(events.c.kind.in_(("arrive", "put")), events.c.task_id.is_not(None))
    .order_by(events.c.id.desc())
    .limit(bindparam("most"))
)


def last_stops(connection: Connection, most: int) -> Sequence[AnyRow]:
    """The last arrivals at locations and puts into totes, oldest first: task_id, kind, at."""
    return connection.execute(_LAST, {"most": most}).all()[::-1]

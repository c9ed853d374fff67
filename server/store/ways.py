"""How batches may be walked where aisles are narrow, how those under way are walked, and when they began."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from server.store.orders import IN_TURN
from server.store.rows import AnyRow
from server.store.schema import batch_ways, batches, pick_lines

_ANY = select(batch_ways.c.batch_id).limit(1)
_OFFERED = (
    select(batch_ways.c.batch_id, batch_ways.c.way, batch_ways.c.legs)
    .where(batch_ways.c.batch_id.in_(bindparam("of", expanding=True)))
    .order_by(batch_ways.c.batch_id, batch_ways.c.way)
)
_READY = (
    select(batches.c.id, batches.c.priority, batches.c.due_at, batch_ways.c.legs, batch_ways.c.done_s)
    .join(batch_ways, batch_ways.c.batch_id == batches.c.id)
    .where(batches.c.state == "ready")
    .order_by(batches.c.id, batch_ways.c.way)
)
_OPEN_LINES = (
    select(func.count())
    .select_from(pick_lines)
    .where(pick_lines.c.batch_id == batches.c.id, pick_lines.c.state == "open")
    .scalar_subquery()
)
_UNDER_WAY = (
    select(batches.c.id, batches.c.start_at, batch_ways.c.legs, batch_ways.c.done_s, _OPEN_LINES.label("open_lines"))
    .join(batch_ways, batch_ways.c.batch_id == batches.c.id)
    .where(batches.c.state == "picking", batches.c.start_at != "")
    .order_by(batches.c.id)
)
_WAY = select(batch_ways).where(batch_ways.c.batch_id == bindparam("batch"), batch_ways.c.way == bindparam("taken"))
_LINES = (
    select(pick_lines.c.id, pick_lines.c.location_code)
    .where(pick_lines.c.batch_id == bindparam("batch"))
    .order_by(pick_lines.c.seq)
)
_OTHERS = delete(batch_ways).where(batch_ways.c.batch_id == bindparam("batch"), batch_ways.c.way != bindparam("taken"))
_BEGIN = (
    update(batches)
    .where(batches.c.id == bindparam("batch"), batches.c.state == "picking")
    .values(start_at=bindparam("begins"))
)
_TAKE = (
    update(batches)
    .where(batches.c.id == bindparam("batch"), batches.c.state == "ready")
    .values(state="picking", start_at=bindparam("begins"))
)


def add_ways(connection: Connection, rows: Sequence[Mapping[str, object]]) -> None:
    """Enter ways of batches."""
    if rows:
        connection.execute(insert(batch_ways), rows)


def offered(connection: Connection, most: int) -> Sequence[AnyRow]:
    """The ways (batch_id, way, legs) of the ready batches whose turn it is, at most `most` batches: those that are as
    urgent as the first and due when it is. None where no aisle is narrow."""
    if connection.execute(_ANY).first() is None:
        return ()
    turn = connection.execute(IN_TURN.limit(most)).all()
    equals = [row.id for row in turn if (row.priority, row.due_at) == (turn[0].priority, turn[0].due_at)]
    rows = connection.execute(_OFFERED, {"of": equals}).all()
    return rows if rows and rows[0].batch_id == equals[0] else ()


def ready(connection: Connection) -> Sequence[AnyRow]:
    """Every way of every ready batch: the batch's id, priority and due_at, the way's legs and done_s."""
    return connection.execute(_READY).all()


def under_way(connection: Connection) -> Sequence[AnyRow]:
    """Batches that are walked now: id, start_at, legs and done_s of the way that was taken, open_lines."""
    return connection.execute(_UNDER_WAY).all()


def take(connection: Connection, batch_id: int, way: int, begins: str) -> AnyRow | None:
    """The batch is walked in this way from `begins` on: its row in batch_ways. None when somebody else has taken it."""
    if connection.execute(_TAKE, {"batch": batch_id, "begins": begins}).rowcount == 0:
        return None
    connection.execute(_OTHERS, {"batch": batch_id, "taken": way})
    return connection.execute(_WAY, {"batch": batch_id, "taken": way}).one()


def begin(connection: Connection, batch_id: int, begins: str) -> None:
    """The walk of a batch that is under way is told from `begins` on."""
    connection.execute(_BEGIN, {"batch": batch_id, "begins": begins})


def lines_in_turn(connection: Connection, batch_id: int) -> Sequence[AnyRow]:
    """Every line of the batch (id, location_code) in its present order."""
    return connection.execute(_LINES, {"batch": batch_id}).all()

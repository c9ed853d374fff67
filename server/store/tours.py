"""Tours that are walked or will be: how they are drawn, what no way leads to, what is left behind."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, Text, and_, bindparam, cast, delete, insert, select, update

from server.store.rows import AnyRow, new_id
from server.store.schema import batch_slots, batch_ways, batches, events, locations, pick_lines, stations

_CUT_OFF = update(pick_lines).where(pick_lines.c.id == bindparam("line")).values(cut_off=bindparam("now"))
_WALKED = (
    select(batches.c.id, batches.c.state, batches.c.path, stations.c.node.label("station_node"))
    .outerjoin(stations, stations.c.station_code == batches.c.station_code)
    .where(batches.c.id == bindparam("batch"))
)
_PATHS = (
    select(batches.c.id, cast(batches.c.path, Text).label("path"))
    .where(batches.c.state.in_(("picking", "ready")))
    .order_by(batches.c.state, batches.c.id)  # those under way before those that wait
)
_FORGET_WAYS = delete(batch_ways).where(batch_ways.c.batch_id == bindparam("batch"))
_WAYLAID = (
    select(pick_lines.c.batch_id)
    .join(batches, batches.c.id == pick_lines.c.batch_id)
    .where(pick_lines.c.state == "open", pick_lines.c.cut_off == 1, batches.c.state.in_(("picking", "ready")))
    .distinct()
)
_ANY = select(batches.c.id).where(batches.c.state == "picking").limit(1)
_BOUND = select(batch_slots.c.slot).where(batch_slots.c.batch_id == bindparam("batch"), batch_slots.c.tote != "")
_PICKED = select(pick_lines.c.id).where(pick_lines.c.batch_id == bindparam("batch"), pick_lines.c.picked_each > 0)
_UNPROVEN = (
    select(batches.c.id, batches.c.length_m, batches.c.lower_bound_m)
    .where(batches.c.state.in_(("picking", "ready")), batches.c.optimal == 0)
    .order_by(batches.c.state, batches.c.id)
)
_LAST_SEEN = (
    select(locations.c.node)
    .select_from(events)
    .join(pick_lines, pick_lines.c.id == events.c.line_id)
    .join(locations, locations.c.location_code == pick_lines.c.location_code)
    .where(
        events.c.task_id == bindparam("task"),
        events.c.badge == bindparam("who"),
        events.c.kind.in_(("arrive", "count", "put")),
    )
    .order_by(events.c.id.desc())
    .limit(1)
)
_CUT_OFF_SLOTS = (
    select(batch_slots.c.slot, batch_slots.c.order_ref)
    .join(pick_lines, and_(pick_lines.c.batch_id == batch_slots.c.batch_id, pick_lines.c.slot == batch_slots.c.slot))
    .where(batch_slots.c.batch_id == bindparam("batch"), pick_lines.c.state == "open", pick_lines.c.cut_off == 1)
    .distinct()
)
_HEAD = select(batches.c.wave_id, batches.c.priority, batches.c.due_at, batches.c.station_code).where(
    batches.c.id == bindparam("batch")
)
_MOVE_CUT_OFF = (
    update(pick_lines)
    .where(pick_lines.c.batch_id == bindparam("batch"), pick_lines.c.state == "open", pick_lines.c.cut_off == 1)
    .values(batch_id=bindparam("other"))
)


def set_cut_off(connection: Connection, cut_off: Mapping[int, bool]) -> None:
    """Of each line (by id) whether it is out of reach."""
    if cut_off:
        connection.execute(_CUT_OFF, [{"line": line_id, "now": int(lost)} for line_id, lost in cut_off.items()])


def walked(connection: Connection, batch_id: int) -> AnyRow:
    """A batch's state, the path of its tour as drawn, and station_node, where it ends (None: wherever it may)."""
    return connection.execute(_WALKED, {"batch": batch_id}).one()


def paths(connection: Connection) -> Sequence[AnyRow]:
    """id and path (JSON text) of every batch that is walked or will be; those that are walked first."""
    return connection.execute(_PATHS).all()


def waylaid(connection: Connection) -> frozenset[int]:
    """Batches that are walked or will be, with lines that no open way leads to."""
    return frozenset(connection.execute(_WAYLAID).scalars())


def forget_ways(connection: Connection, batch_id: int) -> None:
    """The ways in which the batch might have been walked are not true any more: it is walked as it is drawn."""
    connection.execute(_FORGET_WAYS, {"batch": batch_id})


def any_walked(connection: Connection) -> bool:
    """Whether any batch is being walked."""
    return connection.execute(_ANY).first() is not None


def is_untouched(connection: Connection, batch_id: int) -> bool:
    """Whether nothing of the batch was picked, and no tote bound to its cart."""
    asked = {"batch": batch_id}
    return connection.execute(_BOUND, asked).first() is None and connection.execute(_PICKED, asked).first() is None


def unproven(connection: Connection) -> Sequence[AnyRow]:
    """id, length_m and lower_bound_m of open batches whose tour is not proven to be the shortest; walked ones first."""
    return connection.execute(_UNPROVEN).all()


def last_seen(connection: Connection, task_id: int, badge: str) -> str:
    """The node where this person last confirmed something on the task; "" when nothing yet."""
    return connection.execute(_LAST_SEEN, {"task": task_id, "who": badge}).scalar() or ""


def leave_behind(connection: Connection, batch_id: int) -> int | None:
    """Lines of a batch that nobody could reach become a batch of their own, ready as soon as a way leads there.

    Returns its id; None when there are no such lines.
    """
    slots = connection.execute(_CUT_OFF_SLOTS, {"batch": batch_id}).all()
    if not slots:
        return None
    row = connection.execute(_HEAD, {"batch": batch_id}).one()
    other = new_id(connection.execute(insert(batches), dict(row._mapping)))
    connection.execute(
        insert(batch_slots), [{"batch_id": other, "slot": one.slot, "order_ref": one.order_ref} for one in slots]
    )
    connection.execute(_MOVE_CUT_OFF, {"batch": batch_id, "other": other})
    return other

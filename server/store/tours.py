"""Tours that are walked or will be: how they are drawn, what no way leads to, what is left behind."""

import json
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Connection, Text, and_, bindparam, cast, delete, insert, or_, select, update

from server.store.prepared import Prepared
from server.store.rows import AnyRow, new_id
from server.store.schema import (
    TAKES_CARTS,
    batch_slots,
    batch_ways,
    batches,
    events,
    locations,
    pick_lines,
    stations,
    tasks,
)

_TURN = Prepared(
    update(pick_lines)
    .where(pick_lines.c.id == bindparam("line"))
    .values(seq=bindparam("place"), cut_off=bindparam("lost"))
)
_LEFT = Prepared(
    select(
        batches.c.state,
        cast(batches.c.path, Text).label("path"),
        stations.c.node.label("station_node"),
        tasks.c.id.label("task_id"),
        tasks.c.badge,
        tasks.c.state.label("task_state"),
        tasks.c.line_id,
        tasks.c.asked,
        tasks.c.at_location,
        tasks.c.in_hand_each,
        locations.c.node.label("here_node"),
    )
    .select_from(
        batches.outerjoin(stations, stations.c.station_code == batches.c.station_code)
        .outerjoin(tasks, and_(tasks.c.batch_id == batches.c.id, tasks.c.kind == "pick", tasks.c.ended_at == ""))
        .outerjoin(locations, locations.c.location_code == tasks.c.at_location)
    )
    .where(batches.c.id == bindparam("batch"))
)
_STOPS = Prepared(
    select(pick_lines.c.id, pick_lines.c.location_code, pick_lines.c.cut_off, locations.c.node)
    .join(locations, locations.c.location_code == pick_lines.c.location_code)
    .where(pick_lines.c.batch_id == bindparam("batch"), pick_lines.c.state == "open")
    .order_by(pick_lines.c.seq)
)
_DRAW = Prepared(
    update(batches)
    .where(batches.c.id == bindparam("batch"))
    .values(
        {column: bindparam(f"to_{column}") for column in ("path", "method", "optimal", "length_m", "lower_bound_m")}
    )
)
_WALKED = (
    select(batches.c.id, batches.c.state, batches.c.path, stations.c.node.label("station_node"))
    .outerjoin(stations, stations.c.station_code == batches.c.station_code)
    .where(batches.c.id == bindparam("batch"))
)
_ENDS_AT = Prepared(
    select(stations.c.station_code)
    .join(batches, batches.c.station_code == stations.c.station_code)
    .where(batches.c.id == bindparam("batch"), or_(*(stations.c.kind == kind for kind in TAKES_CARTS)))
)
_WALKERS = (
    select(tasks.c.id)
    .where(tasks.c.kind == "pick", tasks.c.ended_at == "", tasks.c.batch_id.is_not(None))
    .order_by(tasks.c.id)
)
_OPEN = select(batches.c.id).where(batches.c.state.in_(("picking", "ready"))).order_by(batches.c.state, batches.c.id)
_PATHS = Prepared(
    select(batches.c.id, cast(batches.c.path, Text).label("path"))
    .where(batches.c.state == bindparam("now"))
    .order_by(batches.c.id)
)
_OTHER_PATHS = Prepared(
    select(batches.c.id, cast(batch_ways.c.path, Text).label("path"))
    .join(batch_ways, batch_ways.c.batch_id == batches.c.id)
    .where(batches.c.state == bindparam("now"), batch_ways.c.way > 0)
    .order_by(batches.c.id)
)
_FORGET_WAYS = Prepared(delete(batch_ways).where(batch_ways.c.batch_id == bindparam("batch")))
_WAYLAID = (
    select(pick_lines.c.batch_id)
    .join(batches, batches.c.id == pick_lines.c.batch_id)
    .where(pick_lines.c.state == "open", pick_lines.c.cut_off == 1, batches.c.state == bindparam("now"))
    .distinct()
    .order_by(pick_lines.c.batch_id)
)
_ANY = select(batches.c.id).where(batches.c.state == "picking").limit(1)
_BOUND = select(batch_slots.c.slot).where(batch_slots.c.batch_id == bindparam("batch"), batch_slots.c.tote != "")
_PICKED = select(pick_lines.c.id).where(pick_lines.c.batch_id == bindparam("batch"), pick_lines.c.picked_each > 0)
_UNPROVEN = (
    select(batches.c.id, batches.c.length_m, batches.c.lower_bound_m)
    .where(batches.c.state.in_(("picking", "ready")), batches.c.optimal == 0)
    .order_by(batches.c.state, batches.c.id)
)
_LAST_SEEN = Prepared(
    select(locations.c.node)
    .select_from(events)
    .join(pick_lines, pick_lines.c.id == events.c.line_id)
    .join(locations, locations.c.location_code == pick_lines.c.location_code)
    .where(
        events.c.task_id == bindparam("task"),
        events.c.badge == bindparam("who"),
        or_(events.c.kind == "arrive", events.c.kind == "count", events.c.kind == "put"),
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


def left(connection: Connection, batch_id: int) -> Any:
    """A batch's state, the path of its tour as drawn (JSON text), station_node (None: it ends wherever it may), and of
    the task that walks it: task_id (None when nobody does), badge, task_state, line_id, asked, at_location,
    in_hand_each, here_node."""
    return _LEFT.first(connection, batch=batch_id)


def stops(connection: Connection, batch_id: int) -> list[Any]:
    """The batch's open lines in walking order: id, location_code, node, cut_off (1: no open way leads there)."""
    return _STOPS.all(connection, batch=batch_id)


def turn(connection: Connection, first_seq: int, line_ids: Sequence[int], cut_off: Collection[int]) -> None:
    """These lines are walked in this order, from `first_seq` on; those in `cut_off` are out of reach, no others."""
    _TURN.run_each(
        connection,
        ({"line": line, "place": first_seq + n, "lost": int(line in cut_off)} for n, line in enumerate(line_ids)),
    )


def draw(
    connection: Connection,
    batch_id: int,
    path: Sequence[Sequence[float]],
    method: str,
    length_m: float,
    lower_bound_m: float,
    *,
    optimal: bool,
) -> None:
    """The batch is walked along this path (points in metres) from now on."""
    _DRAW.run(
        connection,
        batch=batch_id,
        to_path=json.dumps(path),
        to_method=method,
        to_optimal=int(optimal),
        to_length_m=length_m,
        to_lower_bound_m=lower_bound_m,
    )


def walked(connection: Connection, batch_id: int) -> AnyRow:
    """A batch's state, the path of its tour as drawn, and station_node, where it ends (None: wherever it may)."""
    return connection.execute(_WALKED, {"batch": batch_id}).one()


def ends_at(connection: Connection, batch_id: int | None) -> str:
    """The station that the batch's cart belongs at; "" when its tour names none, or that one takes no carts any more:
    then any that does will do."""
    return _ENDS_AT.value(connection, batch=batch_id) or ""


def walkers(connection: Connection) -> Sequence[int]:
    """The tasks of all who walk a batch."""
    return connection.execute(_WALKERS).scalars().all()


def open_batches(connection: Connection) -> Sequence[int]:
    """Every batch that is walked or will be; those that are walked first."""
    return connection.execute(_OPEN).scalars().all()


def paths(connection: Connection, state: str) -> list[Any]:
    """id and path (JSON text) of every batch in a state (picking or ready); of a ready one with several ways, each."""
    found = _PATHS.all(connection, now=state)
    return found + _OTHER_PATHS.all(connection, now=state) if state == "ready" else found


def waylaid(connection: Connection, state: str) -> Sequence[int]:
    """Batches in a state (picking or ready) with lines that no open way leads to."""
    return connection.execute(_WAYLAID, {"now": state}).scalars().all()


def forget_ways(connection: Connection, batch_id: int) -> None:
    """The ways in which the batch might have been walked are not true any more: it is walked as it is drawn."""
    _FORGET_WAYS.run(connection, batch=batch_id)


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
    return _LAST_SEEN.value(connection, task=task_id, who=badge) or ""


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

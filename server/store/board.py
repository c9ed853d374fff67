"""What a supervisor's board shows: a statement a part, over open work alone, so that the years do not slow it down."""

from collections.abc import Collection, Sequence

from sqlalchemy import Connection, and_, bindparam, case, distinct, func, select, text

from server.store import log, put_backs
from server.store.rows import AnyRow
from server.store.schema import (
    batches,
    devices,
    enrolments,
    events,
    locations,
    order_lines,
    orders,
    parcels,
    people,
    pick_lines,
    tasks,
)

OPEN_ORDERS = ("waiting", "picking", "picked", "packing", "short")

# word for word the condition of uq_tasks_one_at_a_time, so that both databases read that index and not the table
_STANDING = text("tasks.ended_at = '' AND tasks.badge IS NOT NULL AND tasks.kind IN ('pick', 'pack')")

_PUT_BACK = tasks.alias("put_back")
_PUTTING_BACK = text("put_back.ended_at = '' AND put_back.badge IS NOT NULL AND put_back.kind = 'put_back'")
_BREAK = tasks.c.asked.startswith("pause:")
_PAUSED_AT = (
    select(func.max(events.c.at))
    .where(events.c.task_id == tasks.c.id, events.c.kind == "pause")
    .correlate(tasks)
    .scalar_subquery()
)

_REVISION = select(func.coalesce(func.max(events.c.id), 0))

_PEOPLE = (
    select(
        people.c.badge,
        people.c.name,
        people.c.role,
        devices.c.device,
        enrolments.c.name.label("device_name"),
        tasks.c.id.label("task_id"),
        tasks.c.state,
        tasks.c.batch_id,
        tasks.c.order_ref,
        tasks.c.cart,
        tasks.c.at_location,
        case((_BREAK, func.coalesce(_PAUSED_AT, "")), else_="").label("paused_at"),
        case((_BREAK, 1), else_=0).label("paused"),
        _PUT_BACK.c.id.label("put_back_id"),
        locations.c.x_m,
        locations.c.y_m,
    )
    .select_from(devices)
    .join(people, people.c.badge == devices.c.badge)
    .outerjoin(enrolments, enrolments.c.id == devices.c.enrolment_id)
    .outerjoin(tasks, and_(tasks.c.badge == people.c.badge, _STANDING))
    .outerjoin(_PUT_BACK, and_(_PUT_BACK.c.badge == people.c.badge, _PUTTING_BACK))
    .outerjoin(locations, locations.c.location_code == tasks.c.at_location)
    .order_by(people.c.badge, devices.c.device)
)

_BATCHES = (
    select(
        batches.c.id,
        batches.c.state,
        batches.c.priority,
        batches.c.due_at,
        batches.c.length_m,
        batches.c.lower_bound_m,
        batches.c.optimal,
        batches.c.first_location_m,
        batches.c.name_order_m,
        batches.c.s_shape_m,
    )
    .where(batches.c.state.in_(("ready", "picking")))
    .order_by(batches.c.id)
)
_PROGRESS = (
    select(
        pick_lines.c.batch_id,
        func.sum(case((pick_lines.c.state == "cancelled", 0), else_=1)).label("lines"),
        func.sum(case((pick_lines.c.state.in_(("done", "short")), 1), else_=0)).label("lines_done"),
        func.sum(case((pick_lines.c.state == "open", pick_lines.c.cut_off), else_=0)).label("lines_cut_off"),
        func.sum(pick_lines.c.qty_each).label("units"),
        func.sum(pick_lines.c.picked_each).label("units_done"),
    )
    .where(pick_lines.c.batch_id.in_(bindparam("of", expanding=True)))
    .group_by(pick_lines.c.batch_id)
)
_SINCE = (events.c.id > bindparam("after"), events.c.id <= bindparam("upto"))
_TOUCHED = select(tasks.c.batch_id).join(events, events.c.task_id == tasks.c.id).where(*_SINCE).distinct()
_BY_THE_HOUSE = select(events.c.id).where(*_SINCE, events.c.task_id.is_(None)).limit(1)

_ORDERS = select(orders.c.state, func.count()).where(orders.c.state.in_(OPEN_ORDERS)).group_by(orders.c.state)
_SHIPPED = select(func.count(distinct(parcels.c.order_ref))).where(parcels.c.shipped_at >= bindparam("day"))
_LINES = (
    select(
        func.coalesce(func.sum(case((order_lines.c.short_each > 0, 1), else_=0)), 0),
        func.coalesce(func.sum(order_lines.c.qty_each - order_lines.c.picked_each - order_lines.c.short_each), 0),
    )
    .join(orders, orders.c.order_ref == order_lines.c.order_ref)
    .where(orders.c.state.in_(OPEN_ORDERS))
)

_REFUSALS = (
    select(
        events.c.id,
        events.c.at,
        events.c.badge,
        people.c.name,
        events.c.device,
        events.c.code,
        events.c.tone,
        events.c.label,
        events.c.task_id,
    )
    .outerjoin(people, people.c.badge == events.c.badge)
    .where(events.c.id > bindparam("after"), events.c.id <= bindparam("upto"), events.c.tone.in_(("bad", "warn")))
    .order_by(events.c.id.desc())
    .limit(bindparam("most"))
)


def revision(connection: Connection) -> int:
    """The id of the last event, 0 before the first."""
    found: int = connection.execute(_REVISION).scalar_one()
    return found


def people_at_work(connection: Connection) -> Sequence[AnyRow]:
    """Everyone who is logged in, with the task they stand in, since when they are on a break ("" when they are not),
    the goods that they put back meanwhile, and where the task's last confirmed scan was.
    """
    return connection.execute(_PEOPLE).all()


def open_batches(connection: Connection) -> Sequence[AnyRow]:
    """Batches that are ready or being picked; lengths in metres."""
    return connection.execute(_BATCHES).all()


def progress(connection: Connection, batch_ids: Collection[int]) -> dict[int, AnyRow]:
    """Of each batch: lines, lines_done, lines_cut_off, units, units_done (eaches).

    Cancelled lines do not count; shorts are done.
    """
    found = connection.execute(_PROGRESS, {"of": list(batch_ids)}).all() if batch_ids else []
    return {row.batch_id: row for row in found}


def touched_batches(connection: Connection, after: int, upto: int) -> frozenset[int] | None:
    """Batches that an event in (after, upto] was about; None when one was about no task, and so perhaps about any."""
    span = {"after": after, "upto": upto}
    if connection.execute(_BY_THE_HOUSE, span).first() is not None:
        return None
    return frozenset(number for number in connection.execute(_TOUCHED, span).scalars() if number is not None)


def order_counts(connection: Connection, day: str) -> dict[str, int]:
    """Orders by state; `done` are those shipped since `day` began (ISO date, UTC); lines and units of open orders;
    put-backs that are not done and intents that were set aside."""
    counts = dict.fromkeys(OPEN_ORDERS, 0)
    counts.update((row[0], row[1]) for row in connection.execute(_ORDERS))
    short_lines, units_left = connection.execute(_LINES).one()
    done: int = connection.execute(_SHIPPED, {"day": day}).scalar_one()
    asks: dict[str, int] = {"put_backs": put_backs.open_count(connection), "set_aside": log.set_aside_count(connection)}
    return counts | {"done": done, "short_lines": int(short_lines), "units_left": int(units_left)} | asks


def refusals(connection: Connection, after: int, upto: int, most: int) -> Sequence[AnyRow]:
    """The last refusals with ids in (after, upto], newest first, at most `most`."""
    return connection.execute(_REFUSALS, {"after": after, "upto": upto, "most": most}).all()

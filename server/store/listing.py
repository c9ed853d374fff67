"""Orders, batches and tasks as lists for people: a page at a time, each read by an index."""

from collections.abc import Sequence

from sqlalchemy import Connection, Select, bindparam, func, select

from server.store.rows import AnyRow
from server.store.schema import batches, closures, order_lines, orders, people, skus, tasks

_ORDER_COLUMNS = (
    orders.c.order_ref,
    orders.c.channel,
    orders.c.customer,
    orders.c.ordered_at,
    orders.c.due_at,
    orders.c.priority,
    orders.c.state,
    orders.c.wave_id,
    func.coalesce(orders.c.carrier, "").label("carrier"),
)
_ORDERS = (
    select(*_ORDER_COLUMNS)
    .where(orders.c.order_ref > bindparam("after"))
    .order_by(orders.c.order_ref)
    .limit(bindparam("most"))
)
_ORDERS_OF_STATE = _ORDERS.where(orders.c.state == bindparam("state"))
_ORDER = select(*_ORDER_COLUMNS).where(orders.c.order_ref == bindparam("ref"))
_LINES = (
    select(
        order_lines.c.id,
        order_lines.c.line_number,
        order_lines.c.sku,
        skus.c.name,
        order_lines.c.qty_each,
        order_lines.c.picked_each,
        order_lines.c.short_each,
        order_lines.c.shipped_each,
    )
    .join(skus, skus.c.sku == order_lines.c.sku)
    .where(order_lines.c.order_ref == bindparam("ref"))
    .order_by(order_lines.c.line_number)
)
_BATCHES = (
    select(
        batches.c.id,
        batches.c.wave_id,
        batches.c.state,
        batches.c.priority,
        batches.c.due_at,
        batches.c.length_m,
        batches.c.lower_bound_m,
        batches.c.optimal,
        batches.c.method,
        batches.c.name_order_m,
        batches.c.s_shape_m,
        batches.c.first_location_m,
        batches.c.station_code,
    )
    .where(batches.c.id > bindparam("after"))
    .order_by(batches.c.id)
    .limit(bindparam("most"))
)
_BATCHES_OF_STATE = _BATCHES.where(batches.c.state == bindparam("state"))
_TASKS = (
    select(
        tasks.c.id,
        tasks.c.kind,
        tasks.c.state,
        tasks.c.badge,
        people.c.name,
        tasks.c.batch_id,
        tasks.c.order_ref,
        tasks.c.cart,
        tasks.c.location_code,
        tasks.c.sku,
        tasks.c.lot,
        tasks.c.qty_each,
        tasks.c.raised_at,
    )
    .outerjoin(people, people.c.badge == tasks.c.badge)
    .where(tasks.c.ended_at == "", tasks.c.id > bindparam("after"))
    .order_by(tasks.c.id)
    .limit(bindparam("most"))
)
_TASKS_OF_KIND = _TASKS.where(tasks.c.kind == bindparam("state"))
_CLOSURES = (
    select(closures, people.c.name)
    .outerjoin(people, people.c.badge == closures.c.badge)
    .where(closures.c.opened_at == "")
    .order_by(closures.c.id)
)
_CLOSURE = select(closures).where(closures.c.id == bindparam("number"))


def orders_after(connection: Connection, state: str, after: str, most: int) -> Sequence[AnyRow]:
    """At most `most` orders whose order_ref comes after `after`; `state` "" for all."""
    return _page(connection, _ORDERS, _ORDERS_OF_STATE, state, after, most)


def order(connection: Connection, order_ref: str) -> AnyRow | None:
    """One order."""
    return connection.execute(_ORDER, {"ref": order_ref}).first()


def lines_of(connection: Connection, order_ref: str) -> Sequence[AnyRow]:
    """An order's lines; quantities in eaches."""
    return connection.execute(_LINES, {"ref": order_ref}).all()


def batches_after(connection: Connection, state: str, after: int, most: int) -> Sequence[AnyRow]:
    """At most `most` batches with an id above `after`; `state` "" for all; lengths in metres."""
    return _page(connection, _BATCHES, _BATCHES_OF_STATE, state, after, most)


def open_tasks_after(connection: Connection, kind: str, after: int, most: int) -> Sequence[AnyRow]:
    """At most `most` unfinished tasks with an id above `after`; `kind` "" for all."""
    return _page(connection, _TASKS, _TASKS_OF_KIND, kind, after, most)


def closures_now(connection: Connection) -> Sequence[AnyRow]:
    """What is closed now, in the order in which it was closed."""
    return connection.execute(_CLOSURES).all()


def closure(connection: Connection, number: int) -> AnyRow | None:
    """One closure, past ones too."""
    return connection.execute(_CLOSURE, {"number": number}).first()


def _page(
    connection: Connection,
    every: Select[*tuple[object, ...]],
    some: Select[*tuple[object, ...]],
    state: str,
    after: str | int,
    most: int,
) -> Sequence[AnyRow]:
    asked = {"after": after, "most": most} | ({"state": state} if state else {})
    return connection.execute(some if state else every, asked).all()

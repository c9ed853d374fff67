"""Batches under way that could take one more order, and what changes when they do."""

from collections.abc import Sequence

from sqlalchemy import Connection, and_, bindparam, case, func, select, update

from server.store.rows import AnyRow
from server.store.schema import batch_slots, batches, carts, devices, pick_lines, skus, tasks

_LOADS = (
    select(
        pick_lines.c.batch_id,
        func.sum(pick_lines.c.qty_each * skus.c.volume_ml).label("volume_ml"),
        func.sum(pick_lines.c.qty_each * skus.c.weight_g).label("weight_g"),
        func.sum(case((skus.c.volume_ml == 0, pick_lines.c.qty_each), else_=0)).label("unknown_each"),
    )
    .join(skus, skus.c.sku == pick_lines.c.sku)
    .where(pick_lines.c.batch_id.in_(bindparam("of", expanding=True)), pick_lines.c.state != "cancelled")
    .group_by(pick_lines.c.batch_id)
)
_HOSTS = (
    select(
        batches.c.id,
        batches.c.due_at,
        carts.c.slots,
        carts.c.max_volume_ml,
        carts.c.max_weight_g,
    )
    .join(tasks, and_(tasks.c.batch_id == batches.c.id, tasks.c.kind == "pick", tasks.c.ended_at == ""))
    .join(carts, carts.c.cart == tasks.c.cart)
    .where(
        batches.c.state == "picking",
        tasks.c.asked.not_like("pause:%"),
        select(devices.c.device).where(devices.c.badge == tasks.c.badge).correlate(tasks).exists(),
        tasks.c.state.in_(("location", "item", "quantity", "tote")),
    )
    .order_by(batches.c.id)
)
_SLOTS = (
    select(batch_slots.c.batch_id, batch_slots.c.slot)
    .where(batch_slots.c.batch_id.in_(bindparam("of", expanding=True)))
    .order_by(batch_slots.c.batch_id, batch_slots.c.slot)
)
_BATCH = select(batches.c.wave_id, batches.c.priority, batches.c.due_at).where(batches.c.id == bindparam("batch"))
_LONGER = (
    update(batches)
    .where(batches.c.id == bindparam("batch"))
    .values(
        priority=bindparam("to_priority"),
        due_at=bindparam("to_due_at"),
        optimal=0,
        length_m=batches.c.length_m + bindparam("added_m"),
        first_location_m=batches.c.first_location_m + bindparam("added_m"),
        name_order_m=batches.c.name_order_m + bindparam("added_by_name_m"),
        s_shape_m=batches.c.s_shape_m + bindparam("added_in_s_shape_m"),
    )
)


def hosts(connection: Connection) -> Sequence[AnyRow]:
    """Batches that people are walking now, who have not logged out and are not on a break: id, due_at, and of their
    carts slots, max_volume_ml and max_weight_g."""
    return connection.execute(_HOSTS).all()


def taken_slots(connection: Connection, batch_ids: Sequence[int]) -> dict[int, set[int]]:
    """The slots of each batch that an order has."""
    found: dict[int, set[int]] = {batch_id: set() for batch_id in batch_ids}
    for row in connection.execute(_SLOTS, {"of": list(batch_ids)}) if batch_ids else ():
        found[row.batch_id].add(row.slot)
    return found


def loads(connection: Connection, batch_ids: Sequence[int]) -> dict[int, AnyRow]:
    """What each batch takes in all: volume_ml, weight_g, and unknown_each units of which nobody knows the volume."""
    return {row.batch_id: row for row in connection.execute(_LOADS, {"of": list(batch_ids)})} if batch_ids else {}


def batch(connection: Connection, batch_id: int) -> AnyRow:
    """The batch's wave_id, priority and due_at."""
    return connection.execute(_BATCH, {"batch": batch_id}).one()


def lengthen(connection: Connection, batch_id: int, priority: int, due_at: str, **added_m: float) -> None:
    """An order has joined the batch: it walks `added_m` more over its chosen and over its first locations, and would
    walk `added_by_name_m` more by location name, `added_in_s_shape_m` more in S-shape."""
    connection.execute(_LONGER, {"batch": batch_id, "to_priority": priority, "to_due_at": due_at, **added_m})

"""The rows that a device's copy of its task is made of."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Text, and_, bindparam, cast, or_, select

from server.store.prepared import Prepared
from server.store.schema import (
    TAKES_CARTS,
    batch_slots,
    batches,
    labels,
    locations,
    lots,
    orders,
    pack_lines,
    pick_lines,
    skus,
    stations,
)

_BATCH = Prepared(
    select(
        batches.c.length_m,
        batches.c.lower_bound_m,
        batches.c.optimal,
        cast(batches.c.path, Text).label("path"),
        batches.c.start_at,
    ).where(batches.c.id == bindparam("batch"))
)
_SLOTS = Prepared(select(batch_slots).where(batch_slots.c.batch_id == bindparam("batch")).order_by(batch_slots.c.slot))
_LINES = Prepared(
    select(
        pick_lines,
        locations.c.check_digits,
        locations.c.x_m,
        locations.c.y_m,
        skus.c.name,
        skus.c.tracks,
        skus.c.count_each_up_to,
        lots.c.expiry,
        batch_slots.c.tote,
        batch_slots.c.order_ref,
        orders.c.min_life_days,
    )
    .join(locations, locations.c.location_code == pick_lines.c.location_code)
    .join(skus, skus.c.sku == pick_lines.c.sku)
    .join(batch_slots, and_(batch_slots.c.batch_id == pick_lines.c.batch_id, batch_slots.c.slot == pick_lines.c.slot))
    .join(orders, orders.c.order_ref == batch_slots.c.order_ref)
    .outerjoin(lots, and_(lots.c.sku == pick_lines.c.sku, lots.c.lot == pick_lines.c.lot))
    .where(pick_lines.c.batch_id == bindparam("batch"), pick_lines.c.state != "cancelled")
    .order_by(pick_lines.c.seq)
)
_ITEM_LABELS = select(labels.c.label, labels.c.ref, labels.c.uom, labels.c.qty_each).where(labels.c.kind == "item")
_OF_BATCH = Prepared(
    _ITEM_LABELS.where(labels.c.ref.in_(select(pick_lines.c.sku).where(pick_lines.c.batch_id == bindparam("batch"))))
)
_OF_PACKING = _ITEM_LABELS.where(
    labels.c.ref.in_(select(pack_lines.c.sku).where(pack_lines.c.task_id == bindparam("task")))
)
_STATIONS = Prepared(
    select(stations.c.station_code)
    .where(or_(*(stations.c.kind == kind for kind in TAKES_CARTS)))
    .order_by(stations.c.station_code)
)

Labels = dict[str, list[dict[str, Any]]]


def batch(connection: Connection, batch_id: int) -> Any:
    """How a batch is walked: length_m, lower_bound_m, optimal, path (JSON text), start_at."""
    return _BATCH.first(connection, batch=batch_id)


def slots(connection: Connection, batch_id: int) -> list[Any]:
    """The slots of a batch's cart: slot, order_ref, tote."""
    return _SLOTS.all(connection, batch=batch_id)


def lines(connection: Connection, batch_id: int) -> list[Any]:
    """The lines of a batch in walking order, with what their location, SKU, lot and slot say."""
    return _LINES.all(connection, batch=batch_id)


def item_labels_of_batch(connection: Connection, batch_id: int) -> Labels:
    """The labels of every SKU of a batch, by SKU."""
    return _by_sku(_OF_BATCH.all(connection, batch=batch_id))


def item_labels_of_packing(connection: Connection, task_id: int) -> Labels:
    """The labels of every SKU of a packing task, by SKU."""
    return _by_sku(connection.execute(_OF_PACKING, {"task": task_id}))


def station_codes(connection: Connection) -> list[str]:
    """Where a picked cart may be brought."""
    return [row.station_code for row in _STATIONS.all(connection)]


def _by_sku(rows: Iterable[Any]) -> Labels:
    found: Labels = {}
    for row in rows:
        found.setdefault(row.ref, []).append({"key": row.label, "uom": row.uom, "qty": row.qty_each})
    return found

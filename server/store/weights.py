"""What goods and parcels weigh, in grams."""

from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, func, insert, select, update

from server.store.rows import AnyRow
from server.store.schema import events, order_lines, parcels, pick_lines, skus, stock, weighings

_WEIGHED_AT = select(weighings.c.weight_g).where(
    weighings.c.event_id
    == select(func.max(events.c.id))
    .where(
        events.c.task_id == bindparam("task"),
        events.c.line_id == bindparam("line"),
        events.c.kind == "count",
        events.c.qty_each > 0,
    )
    .scalar_subquery()
)
_IN_HAND = select(func.sum(weighings.c.qty_each), func.sum(weighings.c.weight_g)).where(
    weighings.c.line_id == bindparam("line"),
    weighings.c.event_id
    > select(func.coalesce(func.max(events.c.id), 0))
    .where(events.c.line_id == bindparam("line"), events.c.kind == "put")
    .scalar_subquery(),
)
_OF_ORDER = (
    select(order_lines.c.id, order_lines.c.sku, func.sum(weighings.c.weight_g).label("weight_g"))
    .add_columns(func.sum(weighings.c.qty_each).label("qty_each"))
    .join(pick_lines, pick_lines.c.order_line_id == order_lines.c.id)
    .join(weighings, weighings.c.line_id == pick_lines.c.id)
    .where(order_lines.c.order_ref == bindparam("order"))
    .group_by(order_lines.c.id, order_lines.c.sku)
)
_IN_PARCEL = (
    select(stock.c.sku, func.sum(stock.c.on_hand_each).label("qty_each"), skus.c.weight_g)
    .join(skus, skus.c.sku == stock.c.sku)
    .where(stock.c.account == bindparam("holder"), stock.c.on_hand_each > 0)
    .group_by(stock.c.sku, skus.c.weight_g)
)
_PARCELS = (
    select(parcels.c.id, parcels.c.carton, parcels.c.state, parcels.c.shipped_at, parcels.c.weight_g)
    .where(parcels.c.order_ref == bindparam("order"))
    .order_by(parcels.c.id)
)
_WEIGHED = update(parcels).where(parcels.c.id == bindparam("parcel")).values(weight_g=bindparam("grams"))


def weigh_units(connection: Connection, event_id: int, line_id: int, qty_each: int, weight_g: int) -> None:
    """Units of a pick line weigh so much; both negative when they are taken back."""
    row = {"event_id": event_id, "line_id": line_id, "qty_each": qty_each, "weight_g": weight_g}
    connection.execute(insert(weighings), row)


def let_go(connection: Connection, event_id: int, line_id: int) -> None:
    """What was weighed for a line since its last put counts as not taken: whoever goes on with it weighs it anew."""
    qty, grams = connection.execute(_IN_HAND, {"line": line_id}).one()
    if qty:
        weigh_units(connection, event_id, line_id, -int(qty), -int(grams))


def last_weighed_g(connection: Connection, task_id: int, line_id: int) -> int | None:
    """What the units weighed that were counted last for the line; None when they were not weighed."""
    return connection.execute(_WEIGHED_AT, {"task": task_id, "line": line_id}).scalar()


def of_order(connection: Connection, order_ref: str) -> dict[int, int]:
    """Grams by order line, of the units that were weighed as they were picked."""
    return {row.id: int(row.weight_g) for row in connection.execute(_OF_ORDER, {"order": order_ref})}


def expected_g(connection: Connection, account: str, order_ref: str) -> int | None:
    """What lies in a parcel's account should weigh; None when some of it is of unknown weight.

    Units that were weighed as they were picked count with their mean for the order, others as their SKU says.
    """
    caught: dict[str, tuple[int, int]] = {}
    for row in connection.execute(_OF_ORDER, {"order": order_ref}):
        grams, units = caught.get(row.sku, (0, 0))
        caught[row.sku] = (grams + int(row.weight_g), units + int(row.qty_each))
    total = 0.0
    for row in connection.execute(_IN_PARCEL, {"holder": account}):
        grams, units = caught.get(row.sku, (0, 0))
        each_g = grams / units if units > 0 else row.weight_g
        if not each_g:
            return None
        total += each_g * int(row.qty_each)
    return round(total)


def parcels_of(connection: Connection, order_ref: str) -> Sequence[AnyRow]:
    """The parcels of an order: id, carton, state, shipped_at, weight_g (0: not weighed)."""
    return connection.execute(_PARCELS, {"order": order_ref}).all()


def weigh_parcel(connection: Connection, parcel_id: int, weight_g: int) -> None:
    """The parcel weighs so much."""
    connection.execute(_WEIGHED, {"parcel": parcel_id, "grams": weight_g})

"""Figures of a whole database: what was ordered, what became of it, and how far people walked."""

from typing import Any

from sqlalchemy import Connection, func, select

from server.store.schema import batches, order_lines, orders, parcels

_ORDERS = select(orders.c.state, func.count().label("orders")).group_by(orders.c.state)
_LINES = select(
    func.count().label("lines"),
    func.coalesce(func.sum(order_lines.c.qty_each), 0).label("ordered"),
    func.coalesce(func.sum(order_lines.c.shipped_each), 0).label("shipped"),
    func.coalesce(func.sum(order_lines.c.short_each), 0).label("short"),
)
_WALKS = select(
    func.count().label("batches"),
    func.coalesce(func.sum(batches.c.length_m), 0.0).label("walk_m"),
    func.coalesce(func.sum(batches.c.lower_bound_m), 0.0).label("bound_m"),
    func.coalesce(func.sum(batches.c.name_order_m), 0.0).label("name_order_m"),
    func.coalesce(func.sum(batches.c.s_shape_m), 0.0).label("s_shape_m"),
    func.coalesce(func.sum(batches.c.first_location_m), 0.0).label("first_location_m"),
    func.coalesce(func.sum(batches.c.optimal), 0).label("proven"),
).where(batches.c.state != "cancelled")
_OPEN = select(func.count()).where(orders.c.state.not_in(("shipped", "short", "cancelled")))


def open_orders(connection: Connection) -> int:
    """Orders that are neither shipped, nor wholly short, nor cancelled."""
    return int(connection.execute(_OPEN.select_from(orders)).scalar_one())


def day(connection: Connection) -> dict[str, Any]:
    """Orders by state, lines, units (eaches) and walks (metres) of everything in the database."""
    states = {row.state: int(row.orders) for row in connection.execute(_ORDERS)}
    lines = connection.execute(_LINES).one()
    walks = connection.execute(_WALKS).one()
    return {
        "orders": sum(states.values()),
        "orders_by_state": dict(sorted(states.items())),
        "parcels": int(connection.execute(select(func.count()).select_from(parcels)).scalar_one()),
        "lines": lines.lines,
        "units": {"ordered": lines.ordered, "shipped": lines.shipped, "short": lines.short},
        "batches": walks.batches,
        "batches_proven_optimal": walks.proven,
        "walk_m": round(walks.walk_m, 1),
        "walk_lower_bound_m": round(walks.bound_m, 1),
        "walk_first_location_m": round(walks.first_location_m, 1),
        "walk_name_order_m": round(walks.name_order_m, 1),
        "walk_s_shape_m": round(walks.s_shape_m, 1),
    }

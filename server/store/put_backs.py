"""Goods that belong on a shelf again: the tasks to bring them back, and where their SKU lies."""

from collections.abc import Sequence

from sqlalchemy import Connection, Text, bindparam, func, select, update

from server.store.rows import AnyRow
from server.store.schema import labels, locations, orders, skus, stock, tasks, totes

MOST_PLACES = 20

_ROW = (
    select(
        tasks,
        skus.c.name,
        skus.c.count_each_up_to,
        func.coalesce(locations.c.check_digits, "").label("check_digits"),
    )
    .join(skus, skus.c.sku == tasks.c.sku)
    .outerjoin(locations, locations.c.location_code == tasks.c.location_code)
    .where(tasks.c.id == bindparam("task"))
)
_OPEN = (
    select(tasks.c.id, tasks.c.held_by, tasks.c.tote, totes.c.state.label("tote_state"), totes.c.station_code)
    .outerjoin(totes, totes.c.tote == tasks.c.tote)
    .where(tasks.c.kind == "put_back", tasks.c.ended_at == "", tasks.c.badge.is_(None))
    .order_by(tasks.c.raised_at, tasks.c.id)
)
_COUNT = select(func.count()).where(tasks.c.kind == "put_back", tasks.c.ended_at == "")
_HELD = select(tasks.c.id, tasks.c.qty_each, tasks.c.order_ref, tasks.c.badge, tasks.c.state).where(
    tasks.c.kind == "put_back",
    tasks.c.ended_at == "",
    tasks.c.tote == "",
    tasks.c.held_by == bindparam("holder"),
    tasks.c.sku == bindparam("item"),
    tasks.c.lot == bindparam("of_lot"),
    tasks.c.location_code == bindparam("place"),
)
_PLACES = (
    select(locations.c.location_code)
    .join(stock, stock.c.account == "location:" + locations.c.location_code)
    .where(stock.c.sku == bindparam("item"), stock.c.on_hand_each > 0, locations.c.state == "open")
    .distinct()
    .order_by(locations.c.location_code)
    .limit(MOST_PLACES)
)
_LABELS = select(labels.c.label, labels.c.uom, labels.c.qty_each).where(
    labels.c.kind == "item", labels.c.ref == bindparam("item")
)
_IN_ACCOUNT = select(stock.c.on_hand_each, stock.c.reserved_each).where(
    stock.c.account == bindparam("holder"), stock.c.sku == bindparam("item"), stock.c.lot == bindparam("of_lot")
)
_LEFT_IN_TOTE = select(func.coalesce(func.sum(stock.c.on_hand_each), 0)).where(
    stock.c.account == "tote:" + bindparam("emptied", type_=Text)
)
_FREE_TOTE = (
    update(totes)
    .where(
        totes.c.tote == bindparam("emptied"),
        totes.c.state == "staged",
        totes.c.order_ref.in_(select(orders.c.order_ref).where(orders.c.state == "cancelled")),
    )
    .values(state="free", order_ref="", batch_id=None, slot=0, station_code="")
)


def row(connection: Connection, task_id: int) -> AnyRow:
    """One task to put goods back, with its SKU's name and counting limit and the check digits of where they came
    from."""
    return connection.execute(_ROW, {"task": task_id}).one()


def unowned(connection: Connection) -> Sequence[AnyRow]:
    """Those that nobody has been asked to do, oldest first: id, held_by, tote, tote_state, station_code."""
    return connection.execute(_OPEN).all()


def open_count(connection: Connection) -> int:
    """How many are not done yet."""
    return int(connection.execute(_COUNT).scalar_one())


def held(
    connection: Connection, badge: str, sku: str, lot: str, location_code: str, order_ref: str | None
) -> AnyRow | None:
    """The open task for such units of that order in this person's hand, or None: id, qty_each, badge, state."""
    asked = {"holder": badge, "item": sku, "of_lot": lot, "place": location_code}
    return next((found for found in connection.execute(_HELD, asked) if found.order_ref == order_ref), None)


def places(connection: Connection, sku: str) -> tuple[str, ...]:
    """Open locations in which the SKU lies, at most MOST_PLACES."""
    return tuple(connection.execute(_PLACES, {"item": sku}).scalars())


def item_labels(connection: Connection, sku: str) -> Sequence[AnyRow]:
    """The labels of a SKU: label, uom, qty_each."""
    return connection.execute(_LABELS, {"item": sku}).all()


def on_hand(connection: Connection, account: str, sku: str, lot: str) -> tuple[int, int]:
    """Units of a lot in an account, and how many of them are promised to nobody."""
    found = connection.execute(_IN_ACCOUNT, {"holder": account, "item": sku, "of_lot": lot}).first()
    return (0, 0) if found is None else (int(found.on_hand_each), int(found.on_hand_each - found.reserved_each))


def free_if_empty(connection: Connection, tote: str) -> bool:
    """A tote of a cancelled order in which nothing lies any more is anybody's again; False when something does."""
    if connection.execute(_LEFT_IN_TOTE, {"emptied": tote}).scalar_one():
        return False
    return connection.execute(_FREE_TOTE, {"emptied": tote}).rowcount > 0

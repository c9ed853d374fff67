"""Batches, their slots, totes and carts; the rows that a pick or a packing changes."""

from collections.abc import Sequence

from sqlalchemy import Connection, Integer, bindparam, case, delete, func, insert, select, update

from server.store.prepared import Prepared
from server.store.rows import AnyRow, new_id
from server.store.schema import (
    batch_slots,
    batches,
    cartons,
    carts,
    moves,
    order_lines,
    orders,
    pack_lines,
    parcels,
    pick_lines,
    stock,
    totes,
)

_TAKE_CART = update(carts).where(carts.c.cart == bindparam("taken")).values(badge=bindparam("by"))
_BATCH_STATE = update(batches).where(batches.c.id == bindparam("batch")).values(state=bindparam("becomes"))
_BIND_SLOT = Prepared(
    update(batch_slots)
    .where(batch_slots.c.batch_id == bindparam("batch"), batch_slots.c.slot == bindparam("place"))
    .values(tote=bindparam("bound"))
)
_BIND_TOTE = Prepared(
    update(totes)
    .where(totes.c.tote == bindparam("bound"))
    .values(state="filling", order_ref=bindparam("order"), batch_id=bindparam("batch"), slot=bindparam("place"))
)
_FULL = update(totes).where(totes.c.tote == bindparam("filled")).values(state="full")
_IS_FULL_OF = select(totes.c.tote).where(
    totes.c.tote == bindparam("filled"),
    totes.c.state == "full",
    totes.c.batch_id == bindparam("batch"),
    totes.c.slot == bindparam("place"),
)
_PICKED_EACH = pick_lines.c.picked_each + bindparam("more", type_=Integer)
_LINE_PICKED = Prepared(
    update(pick_lines)
    .where(pick_lines.c.id == bindparam("line"))
    .values(
        picked_each=_PICKED_EACH, state=case((pick_lines.c.qty_each == _PICKED_EACH, "done"), else_=pick_lines.c.state)
    )
)
_ORDER_LINE_PICKED = Prepared(
    update(order_lines)
    .where(order_lines.c.id == bindparam("line"))
    .values(picked_each=order_lines.c.picked_each + bindparam("more"))
)
_LINE_REOPENED = (
    update(pick_lines)
    .where(pick_lines.c.id == bindparam("line"))
    .values(picked_each=pick_lines.c.picked_each - bindparam("less"), state="open")
)
_ORDER_LINE_UNPICKED = (
    update(order_lines)
    .where(order_lines.c.id == bindparam("line"))
    .values(picked_each=order_lines.c.picked_each - bindparam("less"))
)
_RELEASE_TOTE = (
    update(totes)
    .where(totes.c.tote == bindparam("released"))
    .values(state="free", order_ref="", batch_id=None, slot=0, station_code="")
)
_STAGE = (
    update(totes)
    .where(totes.c.batch_id == bindparam("batch"), totes.c.state.in_(("filling", "full")))
    .values(state="staged", station_code=bindparam("station"))
)
_STILL_OPEN = (
    select(pick_lines.c.id)
    .join(order_lines, order_lines.c.id == pick_lines.c.order_line_id)
    .where(order_lines.c.order_ref == orders.c.order_ref, pick_lines.c.state == "open")
)
_ORDERS_PICKED = (
    update(orders)
    .where(
        orders.c.order_ref.in_(select(batch_slots.c.order_ref).where(batch_slots.c.batch_id == bindparam("batch"))),
        orders.c.state == "picking",
        ~_STILL_OPEN.exists(),
    )
    .values(state="picked")
)
_NOTHING_CAME = (
    update(orders)
    .where(
        orders.c.order_ref.in_(select(batch_slots.c.order_ref).where(batch_slots.c.batch_id == bindparam("batch"))),
        orders.c.state == "picked",
        ~select(order_lines.c.id)
        .where(order_lines.c.order_ref == orders.c.order_ref, order_lines.c.picked_each > 0)
        .exists(),
    )
    .values(state="short")
)
_ROLLING = (
    select(func.coalesce(func.sum(stock.c.on_hand_each), 0))
    .join(totes, stock.c.account == "tote:" + totes.c.tote)
    .where(totes.c.order_ref == bindparam("order"), totes.c.state.in_(("filling", "full")))
)
_ORDER_STATE = update(orders).where(orders.c.order_ref == bindparam("order")).values(state=bindparam("becomes"))
_TOTES_OF = Prepared(select(totes.c.tote).where(totes.c.order_ref == bindparam("order")).order_by(totes.c.tote))
_TOTES_PACKING = update(totes).where(totes.c.order_ref == bindparam("order")).values(state="packing")
_TOTES_STAGED = update(totes).where(totes.c.order_ref == bindparam("order")).values(state="staged")
_FREE_TOTES = (
    update(totes)
    .where(totes.c.order_ref == bindparam("order"))
    .values(state="free", order_ref="", batch_id=None, slot=0, station_code="")
)
_IN_TOTES = (
    select(stock.c.account, stock.c.sku, stock.c.lot, stock.c.on_hand_each)
    .join(totes, stock.c.account == "tote:" + totes.c.tote)
    .where(totes.c.order_ref == bindparam("order"), stock.c.on_hand_each > 0)
    .order_by(stock.c.account, stock.c.lot)
)
_IN_TOTES_OF_SKU = Prepared(_IN_TOTES.where(stock.c.sku == bindparam("wanted")))
_IN_ACCOUNT = select(stock.c.account, stock.c.sku, stock.c.lot, stock.c.on_hand_each).where(
    stock.c.account == bindparam("holder"), stock.c.on_hand_each > 0
)
_PACKED = Prepared(
    update(pack_lines)
    .where(pack_lines.c.id == bindparam("line"))
    .values(packed_each=pack_lines.c.packed_each + bindparam("more"))
)
_OPEN_PARCELS = Prepared(
    select(parcels.c.id).where(parcels.c.task_id == bindparam("task"), parcels.c.state == "open").order_by(parcels.c.id)
)
_MOVES_THROUGH = (
    select(moves.c.from_account, moves.c.to_account, moves.c.lot, moves.c.qty_each)
    .where(
        moves.c.sku == bindparam("wanted"),
        (moves.c.to_account == bindparam("holder")) | (moves.c.from_account == bindparam("holder")),
    )
    .order_by(moves.c.id)
)
_SHIP_PARCEL = (
    update(parcels)
    .where(parcels.c.task_id == bindparam("task"), parcels.c.state == "open")
    .values(state="shipped", shipped_at=bindparam("at"))
)
_SHIP_LINES = (
    update(order_lines)
    .where(order_lines.c.order_ref == bindparam("order"))
    .values(shipped_each=order_lines.c.picked_each)
)
_PICKED_LINES = (
    select(order_lines.c.id, order_lines.c.sku, order_lines.c.picked_each)
    .where(order_lines.c.order_ref == bindparam("order"), order_lines.c.picked_each > 0)
    .order_by(order_lines.c.line_number.desc())
)
_NOT_SENT = (
    update(order_lines)
    .where(order_lines.c.id == bindparam("line"))
    .values(
        picked_each=order_lines.c.picked_each - bindparam("missing"),
        short_each=order_lines.c.short_each + bindparam("missing"),
    )
)
_CARTONS = select(cartons.c.carton, cartons.c.name).order_by(cartons.c.volume_ml)


def take_cart(connection: Connection, cart: str, badge: str) -> None:
    """The cart is this person's; any cart they had is free again."""
    connection.execute(update(carts).where(carts.c.badge == badge).values(badge=None))
    connection.execute(_TAKE_CART, {"taken": cart, "by": badge})


def leave_cart(connection: Connection, badge: str) -> None:
    """The person's cart is free again."""
    connection.execute(update(carts).where(carts.c.badge == badge).values(badge=None))


def bind_tote(connection: Connection, batch_id: int, slot: int, order_ref: str, tote: str) -> None:
    """From now on the slot's units go into this tote."""
    _BIND_SLOT.run(connection, batch=batch_id, place=slot, bound=tote)
    _BIND_TOTE.run(connection, batch=batch_id, place=slot, order=order_ref, bound=tote)


def unbind_tote(connection: Connection, batch_id: int, slot: int, tote: str) -> None:
    """The slot's tote is full: the next one scanned is bound in its place."""
    _BIND_SLOT.run(connection, batch=batch_id, place=slot, bound="")
    connection.execute(_FULL, {"filled": tote})


def is_full_of(connection: Connection, tote: str, batch_id: int, slot: int) -> bool:
    """Whether the tote was told full as this slot's, and nothing has become of it since."""
    return connection.execute(_IS_FULL_OF, {"filled": tote, "batch": batch_id, "place": slot}).first() is not None


def pick(connection: Connection, line_id: int, order_line_id: int, qty_each: int) -> None:
    """The line has `qty_each` more units in its tote; it is done when nothing is wanted any more."""
    _LINE_PICKED.run(connection, line=line_id, more=qty_each)
    _ORDER_LINE_PICKED.run(connection, line=order_line_id, more=qty_each)


def unpick(connection: Connection, line_id: int, order_line_id: int, qty_each: int) -> None:
    """`qty_each` units of the line are not in its tote after all; it is open again."""
    connection.execute(_LINE_REOPENED, {"line": line_id, "less": qty_each})
    connection.execute(_ORDER_LINE_UNPICKED, {"line": order_line_id, "less": qty_each})


def release_tote(connection: Connection, batch_id: int, slot: int, tote: str) -> None:
    """The slot has no tote any more, and the tote, in which nothing lies, is free."""
    _BIND_SLOT.run(connection, batch=batch_id, place=slot, bound="")
    connection.execute(_RELEASE_TOTE, {"released": tote})


def stage_batch(connection: Connection, batch_id: int, station_code: str) -> None:
    """The batch's totes stand at the station; orders that nobody has still to pick for are picked, or short."""
    connection.execute(_STAGE, {"batch": batch_id, "station": station_code})
    connection.execute(_BATCH_STATE, {"batch": batch_id, "becomes": "picked"})
    connection.execute(_ORDERS_PICKED, {"batch": batch_id})
    connection.execute(_NOTHING_CAME, {"batch": batch_id})


# --- packing ------------------------------------------------------------------------------------------------------


def totes_of(connection: Connection, order_ref: str) -> tuple[str, ...]:
    """The totes that hold the order's units."""
    return tuple(row.tote for row in _TOTES_OF.all(connection, order=order_ref))


def rolling_each(connection: Connection, order_ref: str) -> int:
    """Units of the order that lie in totes on a cart which has not reached a station."""
    return int(connection.execute(_ROLLING, {"order": order_ref}).scalar_one())


def open_order(connection: Connection, task_id: int, order_ref: str) -> None:
    """The order is at the bench: one packing line for each SKU that lies in its totes."""
    connection.execute(_ORDER_STATE, {"order": order_ref, "becomes": "packing"})
    connection.execute(_TOTES_PACKING, {"order": order_ref})
    wanted: dict[str, int] = {}
    for row in connection.execute(_IN_TOTES, {"order": order_ref}):
        wanted[row.sku] = wanted.get(row.sku, 0) + row.on_hand_each
    lines = [{"task_id": task_id, "sku": sku, "qty_each": qty} for sku, qty in sorted(wanted.items())]
    if lines:
        connection.execute(insert(pack_lines), lines)


def in_totes(connection: Connection, order_ref: str, sku: str = "") -> Sequence[AnyRow]:
    """What lies in the order's totes (of one SKU): account, sku, lot, on_hand_each."""
    if sku:
        return _IN_TOTES_OF_SKU.all(connection, order=order_ref, wanted=sku)
    return connection.execute(_IN_TOTES, {"order": order_ref}).all()


def in_account(connection: Connection, account: str) -> Sequence[AnyRow]:
    """What lies in one account: account, sku, lot, on_hand_each."""
    return connection.execute(_IN_ACCOUNT, {"holder": account}).all()


def open_parcel(connection: Connection, order_ref: str, task_id: int, carton: str) -> int:
    """Begin a parcel in this carton; returns its id."""
    row = {"order_ref": order_ref, "task_id": task_id, "carton": carton}
    return new_id(connection.execute(insert(parcels), row))


def parcel_of(connection: Connection, task_id: int) -> int:
    """The id of the parcel that the task is filling: the last one begun."""
    return open_parcels(connection, task_id)[-1]


def open_parcels(connection: Connection, task_id: int) -> list[int]:
    """The ids of the task's parcels that have not left, oldest first."""
    return [int(row.id) for row in _OPEN_PARCELS.all(connection, task=task_id)]


def drop_parcel(connection: Connection, parcel_id: int) -> None:
    """A parcel into which nothing was packed is none."""
    connection.execute(delete(parcels).where(parcels.c.id == parcel_id))


def moves_through(connection: Connection, account: str, sku: str) -> Sequence[AnyRow]:
    """The moves of a SKU into and out of an account, oldest first: from_account, to_account, lot, qty_each."""
    return connection.execute(_MOVES_THROUGH, {"holder": account, "wanted": sku}).all()


def leave_order(connection: Connection, task_id: int, order_ref: str) -> None:
    """The order is not at the bench any more: it waits, picked, in its staged totes."""
    connection.execute(delete(pack_lines).where(pack_lines.c.task_id == task_id))
    connection.execute(_ORDER_STATE, {"order": order_ref, "becomes": "picked"})
    connection.execute(_TOTES_STAGED, {"order": order_ref})


def pack(connection: Connection, pack_line_id: int, qty_each: int) -> None:
    """`qty_each` more units of the line are verified into the carton."""
    _PACKED.run(connection, line=pack_line_id, more=qty_each)


def picked_lines(connection: Connection, order_ref: str) -> Sequence[AnyRow]:
    """The order's lines with picked units, last first: id, sku, picked_each."""
    return connection.execute(_PICKED_LINES, {"order": order_ref}).all()


def not_sent(connection: Connection, order_line_id: int, missing_each: int) -> None:
    """Units that were picked and did not turn up at the bench: short after all."""
    connection.execute(_NOT_SENT, {"line": order_line_id, "missing": missing_each})


def ship(connection: Connection, now: str, task_id: int, order_ref: str) -> None:
    """The parcel is closed: what was picked is shipped, the order is done and its totes are free."""
    connection.execute(_SHIP_PARCEL, {"task": task_id, "at": now})
    connection.execute(_SHIP_LINES, {"order": order_ref})
    connection.execute(_ORDER_STATE, {"order": order_ref, "becomes": "shipped"})
    connection.execute(_FREE_TOTES, {"order": order_ref})


def all_cartons(connection: Connection) -> Sequence[AnyRow]:
    """Every carton that may be packed into, smallest first."""
    return connection.execute(_CARTONS).all()

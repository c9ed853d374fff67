"""Pick lines that change while their batch is walked: shortened, moved, added, cancelled, re-ordered."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, Text, bindparam, func, insert, select, update

from server.store.prepared import Prepared
from server.store.rows import AnyRow, new_id
from server.store.schema import batches, locations, moves, order_lines, orders, pick_lines, stock, tasks

_LINE = (
    select(
        pick_lines.c.id,
        pick_lines.c.batch_id,
        pick_lines.c.seq,
        pick_lines.c.slot,
        pick_lines.c.order_line_id,
        pick_lines.c.location_code,
        pick_lines.c.sku,
        pick_lines.c.lot,
        pick_lines.c.qty_each,
        pick_lines.c.picked_each,
        order_lines.c.order_ref,
    )
    .join(order_lines, order_lines.c.id == pick_lines.c.order_line_id)
    .where(pick_lines.c.id == bindparam("line"))
)
_TOUR = (
    select(
        pick_lines.c.id,
        pick_lines.c.seq,
        pick_lines.c.location_code,
        pick_lines.c.sku,
        pick_lines.c.lot,
        pick_lines.c.qty_each,
        pick_lines.c.picked_each,
        pick_lines.c.cut_off,
        locations.c.node,
        locations.c.x_m,
        locations.c.y_m,
    )
    .join(locations, locations.c.location_code == pick_lines.c.location_code)
    .where(pick_lines.c.batch_id == bindparam("batch"), pick_lines.c.state == "open", pick_lines.c.cut_off == 0)
    .order_by(pick_lines.c.seq)
)
_SOME = select(pick_lines).where(pick_lines.c.id.in_(bindparam("ids", expanding=True))).order_by(pick_lines.c.id)
_OPEN_OF_ORDER = (
    select(pick_lines)
    .join(order_lines, order_lines.c.id == pick_lines.c.order_line_id)
    .where(order_lines.c.order_ref == bindparam("order"), pick_lines.c.state == "open")
)
_SHORTEN = (
    update(pick_lines)
    .where(pick_lines.c.id == bindparam("line"))
    .values(qty_each=pick_lines.c.qty_each - bindparam("missing"))
)
_WIDEN = (
    update(pick_lines)
    .where(pick_lines.c.id == bindparam("line"))
    .values(qty_each=pick_lines.c.qty_each + bindparam("more"), state="open")
)
_CLOSE = (
    update(pick_lines)
    .where(pick_lines.c.id == bindparam("line"), pick_lines.c.qty_each == pick_lines.c.picked_each)
    .values(state=bindparam("becomes"))
)
_CANCEL = update(pick_lines).where(pick_lines.c.id == bindparam("line")).values(state="cancelled")
_LOT = update(pick_lines).where(pick_lines.c.id == bindparam("line")).values(lot=bindparam("other"))
_SHORT = (
    update(order_lines)
    .where(order_lines.c.id == bindparam("line"))
    .values(short_each=order_lines.c.short_each + bindparam("missing"))
)
_MAKE_ROOM = (
    update(pick_lines)
    .where(pick_lines.c.batch_id == bindparam("batch"), pick_lines.c.seq >= bindparam("place"))
    .values(seq=pick_lines.c.seq + 1)
)
_SEQ = update(pick_lines).where(pick_lines.c.id == bindparam("line")).values(seq=bindparam("place"))
_LAST_SEQ = Prepared(
    select(func.coalesce(func.max(pick_lines.c.seq), 0)).where(pick_lines.c.batch_id == bindparam("batch"))
)
_TASK_OF = select(tasks).where(tasks.c.batch_id == bindparam("batch"), tasks.c.kind == "pick", tasks.c.ended_at == "")
_COUNT = Prepared(
    select(tasks.c.id).where(
        tasks.c.kind == "count",
        tasks.c.ended_at == "",
        tasks.c.location_code == bindparam("place"),
        tasks.c.sku == bindparam("item"),
    )
)
_FREE_EACH = select(stock.c.on_hand_each - stock.c.reserved_each).where(
    stock.c.account == bindparam("holder"), stock.c.sku == bindparam("item"), stock.c.lot == bindparam("of_lot")
)
_MOVED_IN = (
    select(moves.c.id)
    .where(
        moves.c.to_account == bindparam("holder"),
        moves.c.sku == bindparam("item"),
        moves.c.lot == bindparam("of_lot"),
        moves.c.reason == bindparam("because"),
    )
    .limit(1)
)
_LIES_IN = select(stock.c.sku, stock.c.lot, stock.c.on_hand_each, stock.c.reserved_each).where(
    stock.c.account == "location:" + bindparam("place", type_=Text), stock.c.on_hand_each > 0
)
_ON_HAND_IN = Prepared(
    select(func.coalesce(func.sum(stock.c.on_hand_each), 0)).where(stock.c.account == bindparam("holder"))
)
_ON_HAND_OF_BATCH = Prepared(
    select(locations.c.location_code, func.sum(stock.c.on_hand_each).label("on_hand_each"))
    .join(stock, stock.c.account == "location:" + locations.c.location_code)
    .where(
        locations.c.location_code.in_(
            select(pick_lines.c.location_code).where(pick_lines.c.batch_id == bindparam("batch"))
        )
    )
    .group_by(locations.c.location_code)
)
_WALK = update(batches).where(batches.c.id == bindparam("batch"))
_OPEN_LINE = select(pick_lines.c.id).where(pick_lines.c.batch_id == batches.c.id, pick_lines.c.state == "open")
_DROP = _WALK.where(batches.c.state == "ready", ~_OPEN_LINE.exists()).values(state="cancelled")
_NODE = select(locations.c.node).where(locations.c.location_code == bindparam("place"))
_CANCEL_ORDER = update(orders).where(orders.c.order_ref == bindparam("order")).values(state="cancelled")


def line(connection: Connection, line_id: int) -> AnyRow:
    """One line with its order's ref."""
    return connection.execute(_LINE, {"line": line_id}).one()


def some(connection: Connection, line_ids: Sequence[int]) -> Sequence[AnyRow]:
    """Pick lines by their ids, whatever their state; those of them that there are."""
    return connection.execute(_SOME, {"ids": list(line_ids)}).all()


def tour_lines(connection: Connection, batch_id: int) -> Sequence[AnyRow]:
    """The batch's open lines that a way leads to, in walking order, with the node and place of their location."""
    return connection.execute(_TOUR, {"batch": batch_id}).all()


def open_lines_of_order(connection: Connection, order_ref: str) -> Sequence[AnyRow]:
    """Every open line of an order, in whatever batch."""
    return connection.execute(_OPEN_OF_ORDER, {"order": order_ref}).all()


def shorten(connection: Connection, line_id: int, missing_each: int, becomes: str) -> None:
    """The line wants `missing_each` fewer; when nothing is left to pick it `becomes` done or short."""
    connection.execute(_SHORTEN, {"line": line_id, "missing": missing_each})
    connection.execute(_CLOSE, {"line": line_id, "becomes": becomes})


def widen(connection: Connection, line_id: int, more_each: int) -> None:
    """The line wants `more_each` more, and is open again if it was closed."""
    connection.execute(_WIDEN, {"line": line_id, "more": more_each})


def cancel(connection: Connection, line_id: int) -> None:
    """Nobody picks the rest of this line any more."""
    connection.execute(_CANCEL, {"line": line_id})


def change_lot(connection: Connection, line_id: int, lot: str) -> None:
    """The line is served from another lot in the same location."""
    connection.execute(_LOT, {"line": line_id, "other": lot})


def short(connection: Connection, order_line_id: int, missing_each: int) -> None:
    """`missing_each` units of the order line cannot be had; so many fewer, when negative."""
    connection.execute(_SHORT, {"line": order_line_id, "missing": missing_each})


def insert_line(connection: Connection, seq: int, row: Mapping[str, object]) -> int:
    """A new line of a batch at place `seq` of its tour; those from there on move back by one. Returns its id."""
    connection.execute(_MAKE_ROOM, {"batch": row["batch_id"], "place": seq})
    return new_id(connection.execute(insert(pick_lines), {**row, "seq": seq}))


def last_seq(connection: Connection, batch_id: int) -> int:
    """The greatest place in the batch's tour so far."""
    return int(_LAST_SEQ.value(connection, batch=batch_id))


def reorder(connection: Connection, line_ids: Sequence[int], first_seq: int) -> None:
    """These lines are walked in this order, from `first_seq` on."""
    if line_ids:
        connection.execute(_SEQ, [{"line": line_id, "place": first_seq + n} for n, line_id in enumerate(line_ids)])


def walk_first(connection: Connection, batch_id: int, line_id: int) -> None:
    """The line is the first of its batch's tour; the others follow as they did."""
    rest = [row.id for row in tour_lines(connection, batch_id)]
    if line_id in rest[1:]:
        reorder(
            connection, [line_id, *(other for other in rest if other != line_id)], last_seq(connection, batch_id) + 1
        )


def walker(connection: Connection, batch_id: int) -> AnyRow | None:
    """The unfinished pick task that walks the batch, or None when nobody does."""
    return connection.execute(_TASK_OF, {"batch": batch_id}).first()


def open_count(connection: Connection, location_code: str, sku: str) -> int | None:
    """The task that asks for a count of this SKU in this location; None while nobody has been asked."""
    found: int | None = _COUNT.value(connection, place=location_code, item=sku)
    return found


def free_each(connection: Connection, account: str, sku: str, lot: str) -> int:
    """Units of one lot in one account that are promised to nobody."""
    return connection.execute(_FREE_EACH, {"holder": account, "item": sku, "of_lot": lot}).scalar() or 0


def was_moved_in(connection: Connection, account: str, sku: str, lot: str, reason: str) -> bool:
    """Whether units of the lot ever came into the account for this reason."""
    asked = {"holder": account, "item": sku, "of_lot": lot, "because": reason}
    return connection.execute(_MOVED_IN, asked).first() is not None


def lies_in(connection: Connection, location_code: str) -> Sequence[AnyRow]:
    """What the ledger has in a location: sku, lot, on_hand_each, reserved_each."""
    return connection.execute(_LIES_IN, {"place": location_code}).all()


def on_hand_in(connection: Connection, location_code: str) -> int:
    """Units of whatever SKU that the ledger has in a location."""
    return int(_ON_HAND_IN.value(connection, holder=f"location:{location_code}"))


def on_hand_of_batch(connection: Connection, batch_id: int) -> Mapping[str, int]:
    """The same for every location of a batch that holds something."""
    rows = _ON_HAND_OF_BATCH.all(connection, batch=batch_id)
    return {row.location_code: int(row.on_hand_each) for row in rows}


def walk(connection: Connection, batch_id: int, **columns: object) -> None:
    """How far the batch is walked now: length_m, lower_bound_m, optimal, method, path."""
    connection.execute(_WALK, {"batch": batch_id, **columns})


def drop_if_empty(connection: Connection, batch_id: int) -> None:
    """Nobody walks a batch that waits and has no open line any more."""
    connection.execute(_DROP, {"batch": batch_id})


def node_of(connection: Connection, location_code: str) -> str:
    """The node that one stands at before a location; "" for no location."""
    return connection.execute(_NODE, {"place": location_code}).scalar() or "" if location_code else ""


def cancel_order(connection: Connection, order_ref: str) -> None:
    """The order is not wanted any more."""
    connection.execute(_CANCEL_ORDER, {"order": order_ref})

"""Serial numbers: where each one is, what it was taken for, and the parcel that it left in.

A serial in somebody's hand is still in its location's account, as in the ledger; `line_id` says what it was taken for.
"""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Connection, bindparam, insert, select, update

from server.store.prepared import Prepared
from server.store.rows import AnyRow
from server.store.schema import parcels, serials

_HERE = Prepared(  # this and the next are asked at every scan of such goods
    select(serials.c.serial)
    .where(serials.c.account == bindparam("holder"), serials.c.sku == bindparam("item"))
    .order_by(serials.c.serial)
)
_OF_LINE = Prepared(
    select(serials.c.serial, serials.c.account).where(serials.c.line_id == bindparam("line")).order_by(serials.c.serial)
)
_ONE = (serials.c.sku == bindparam("item"), serials.c.serial == bindparam("number"))
_TAKEN = update(serials).where(*_ONE).values(line_id=bindparam("line"))
_DROPPED = update(serials).where(*_ONE).values(line_id=None)
_LET_GO = (
    update(serials)
    .where(serials.c.line_id == bindparam("line"), serials.c.account.like("location:%"))
    .values(line_id=None)
)
_MOVED = (
    update(serials)
    .where(serials.c.line_id == bindparam("line"), serials.c.account == bindparam("of"))
    .values(account=bindparam("to"), order_ref=bindparam("order"))
)
_PACKED = (
    update(serials)
    .where(*_ONE, serials.c.order_ref == bindparam("order"))
    .values(account=bindparam("to"), parcel_id=bindparam("parcel"))
)
_STOWED = (
    update(serials)
    .where(serials.c.account == bindparam("of"), serials.c.sku == bindparam("item"))
    .values(account=bindparam("to"), order_ref="", line_id=None, parcel_id=None)
)
_LEFT_BEHIND = (
    update(serials)
    .where(serials.c.order_ref == bindparam("order"), serials.c.sku == bindparam("item"), serials.c.parcel_id.is_(None))
    .values(account="adjustment")
)
_SHIPPED = update(serials).where(serials.c.order_ref == bindparam("order"), serials.c.account != "adjustment")
_OF_ORDER = (
    select(serials.c.sku, serials.c.serial, serials.c.account, serials.c.parcel_id)
    .where(serials.c.order_ref == bindparam("order"))
    .order_by(serials.c.sku, serials.c.serial)
)
_PARCELS = select(parcels.c.id).where(parcels.c.order_ref == bindparam("order"), parcels.c.state == "shipped")


def here(connection: Connection, account: str, sku: str) -> tuple[str, ...]:
    """The serials of a SKU in an account."""
    return tuple(row.serial for row in _HERE.all(connection, holder=account, item=sku))


def of_line(connection: Connection, line_id: int, in_hand: bool) -> tuple[str, ...]:
    """The serials that were put for a pick line, and (`in_hand`) those that are in the picker's hand for it."""
    rows = _OF_LINE.all(connection, line=line_id)
    return tuple(row.serial for row in rows if in_hand or not row.account.startswith("location:"))


def take(connection: Connection, sku: str, serial: str, account: str, line_id: int) -> None:
    """A serial is in hand for a line. One that nobody knew is known from now on, as come out of `account`."""
    taken = {"item": sku, "number": serial, "line": line_id}
    if connection.execute(_TAKEN, taken).rowcount == 0:
        row = {"sku": sku, "serial": serial, "account": account, "line_id": line_id}
        connection.execute(insert(serials), row)


def drop(connection: Connection, sku: str, serial: str) -> None:
    """A serial is back where it lay."""
    connection.execute(_DROPPED, {"item": sku, "number": serial})


def let_go(connection: Connection, line_id: int) -> None:
    """What is in hand for a line counts as not taken."""
    connection.execute(_LET_GO, {"line": line_id})


def move_with_line(connection: Connection, line_id: int, source: str, to: str, order_ref: str) -> None:
    """The serials of a line go with its units from one account to another."""
    connection.execute(_MOVED, {"line": line_id, "of": source, "to": to, "order": order_ref})


def pack(connection: Connection, sku: str, serial: str, order_ref: str, account: str, parcel_id: int | None) -> None:
    """A serial of the order went into a parcel, or (None) out of it again."""
    packed = {"item": sku, "number": serial, "order": order_ref, "to": account, "parcel": parcel_id}
    connection.execute(_PACKED, packed)


def stow(connection: Connection, sku: str, source: str, to: str) -> None:
    """The serials of a SKU in an account lie in another, and are nobody's."""
    connection.execute(_STOWED, {"item": sku, "of": source, "to": to})


def leave_behind(connection: Connection, order_ref: str, sku: str) -> None:
    """Serials of an order that did not turn up at the bench."""
    connection.execute(_LEFT_BEHIND, {"order": order_ref, "item": sku})


def ship(connection: Connection, order_ref: str) -> None:
    """The order's serials have left; those that nobody scanned at the bench in its only parcel, if it has but one."""
    connection.execute(_SHIPPED.values(account="shipped"), {"order": order_ref})
    parcel_ids = connection.execute(_PARCELS, {"order": order_ref}).scalars().all()
    if len(parcel_ids) == 1:
        untold = _SHIPPED.where(serials.c.parcel_id.is_(None)).values(parcel_id=parcel_ids[0])
        connection.execute(untold, {"order": order_ref})


def of_order(connection: Connection, order_ref: str) -> Sequence[AnyRow]:
    """The serials that were picked for an order: sku, serial, account, parcel_id."""
    return connection.execute(_OF_ORDER, {"order": order_ref}).all()


def add(connection: Connection, rows: Iterable[Mapping[str, object]]) -> None:
    """Enter serials: sku, serial, account."""
    entered = list(rows)
    if entered:
        connection.execute(insert(serials), entered)


def known(connection: Connection) -> dict[tuple[str, str], str]:
    """Every serial by (sku, serial), with its account."""
    rows = connection.execute(select(serials.c.sku, serials.c.serial, serials.c.account))
    return {(row.sku, row.serial): row.account for row in rows}


def place(connection: Connection, rows: Iterable[Mapping[str, object]]) -> None:
    """Known serials (sku, serial) are in another account."""
    for row in rows:
        where = (serials.c.sku == row["sku"], serials.c.serial == row["serial"])
        connection.execute(update(serials).where(*where).values(account=row["account"]))

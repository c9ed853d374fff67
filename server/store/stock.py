"""The ledger and its running sums. Whatever changes stock is a move from one account to another.

A move writes one row of `moves` and adds to, or takes from, the two rows of `stock`. The CHECKs of the schema have the
last word: a quantity below 0 or more reserved than there is ends the transaction. Rows that fall to 0 stay.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, func, insert, or_, select, text, update
from sqlalchemy.exc import IntegrityError

from server.core.errors import Conflict, Short
from server.store.prepared import Prepared
from server.store.rows import AnyRow
from server.store.schema import locations, lots, moves, order_lines, orders, stock, tasks

RECEIVED, SHIPPED, ADJUSTMENT = "received", "shipped", "adjustment"
OUTSIDE = frozenset({RECEIVED, SHIPPED, ADJUSTMENT})
IMPORT = "import"  # the reason of moves by which a file has told anew what lies where


def at_location(location_code: str) -> str:
    """The account of a location."""
    return f"location:{location_code}"


_MOVE = insert(moves)
_MOVE_COLUMNS = ("at", "from_account", "to_account", "sku", "lot", "qty_each", "reason", "event_id")
_MOVE_QUICK = Prepared(_MOVE.values({column: bindparam(column) for column in _MOVE_COLUMNS}))
# by key, from the newest on: it is among the last, whatever another process has moved meanwhile
_LAST_MOVE = select(moves.c.id).where(moves.c.event_id == bindparam("event")).order_by(moves.c.id.desc()).limit(1)
_MOVED = select(moves).where(moves.c.id == bindparam("move"))
_BEFORE = moves.alias()
_TOLD_SINCE = (
    select(moves.c.id)
    .join(_BEFORE, _BEFORE.c.id == bindparam("move"))
    .where(
        moves.c.id > bindparam("move"),  # by key: the few that came since
        moves.c.sku == _BEFORE.c.sku,
        or_(moves.c.from_account == _BEFORE.c.from_account, moves.c.to_account == _BEFORE.c.from_account),
        moves.c.reason == IMPORT,
    )
    .limit(1)
)
_TAKE = Prepared(
    update(stock)
    .where(stock.c.account == bindparam("of"), stock.c.sku == bindparam("item"), stock.c.lot == bindparam("batch"))
    .values(
        on_hand_each=stock.c.on_hand_each - bindparam("less"),
        reserved_each=stock.c.reserved_each - bindparam("freed"),
    )
)
# Either dialect's upsert, in the words they share: the account's first unit of this lot makes its row.
_ADD = text(
    "INSERT INTO stock (account, sku, lot, on_hand_each) VALUES (:account, :sku, :lot, :qty)"
    " ON CONFLICT (account, sku, lot) DO UPDATE SET on_hand_each = stock.on_hand_each + excluded.on_hand_each"
)
_ADD_QUICK = Prepared(_ADD)
_RESERVE = (
    update(stock)
    .where(stock.c.account == bindparam("of"), stock.c.sku == bindparam("item"), stock.c.lot == bindparam("batch"))
    .values(reserved_each=stock.c.reserved_each + bindparam("more"))
)
_LOT = text(
    "INSERT INTO lots (sku, lot, expiry, received_at) VALUES (:sku, :lot, :expiry, :received_at)"
    " ON CONFLICT (sku, lot) DO NOTHING"
)
_DATE_LOT = (
    update(lots)
    .where(lots.c.sku == bindparam("item"), lots.c.lot == bindparam("batch"))
    .values(expiry=bindparam("to_expiry"), received_at=bindparam("to_received_at"))
)
_LOTS = select(lots)
_COUNT_OPEN = (
    select(tasks.c.id)
    .where(
        tasks.c.kind == "count",
        tasks.c.ended_at == "",
        tasks.c.location_code == locations.c.location_code,
        tasks.c.sku == stock.c.sku,
    )
    .correlate(locations, stock)
)
# What may be promised: in an open location, of no location and SKU whose count is awaited, and not promised yet.
_FREE = (
    select(
        locations.c.location_code,
        locations.c.aisle,
        locations.c.node,
        stock.c.sku,
        stock.c.lot,
        (stock.c.on_hand_each - stock.c.reserved_each).label("available_each"),
        func.coalesce(lots.c.expiry, "").label("expiry"),
        func.coalesce(lots.c.received_at, "").label("received_at"),
    )
    .select_from(stock)
    # told from the account, not the other way round: the few rows of a SKU then look their locations up by key
    .join(locations, locations.c.location_code == func.substr(stock.c.account, len(at_location("")) + 1))
    .outerjoin(lots, (lots.c.sku == stock.c.sku) & (lots.c.lot == stock.c.lot))
    .where(
        stock.c.account.like(at_location("%")),
        stock.c.on_hand_each > stock.c.reserved_each,
        locations.c.state == "open",
        ~_COUNT_OPEN.exists(),
    )
    .order_by(stock.c.sku, locations.c.location_code, stock.c.lot)
)
_FREE_OF = _FREE.where(stock.c.sku == bindparam("item"))
_FREE_FOR_WAITING = _FREE.where(
    stock.c.sku.in_(
        select(order_lines.c.sku)
        .join(orders, orders.c.order_ref == order_lines.c.order_ref)
        .where(orders.c.state == "waiting")
    )
)
_ALL = select(stock.c.account, stock.c.sku, stock.c.lot, stock.c.on_hand_each, stock.c.reserved_each)


@dataclass(frozen=True, slots=True)
class Claim:
    """A promise of `qty_each` units of one lot in one account; a negative quantity takes a promise back."""

    account: str
    sku: str
    lot: str
    qty_each: int


def in_tote(tote: str) -> str:
    """The account of a tote."""
    return f"tote:{tote}"


def quarantined(location_code: str) -> str:
    """The account of damaged goods that were found in a location: in the house, not for sale."""
    return f"quarantine:{location_code}"


def move(
    connection: Connection,
    now: str,
    sku: str,
    lot: str,
    qty_each: int,
    from_account: str,
    to_account: str,
    reason: str = "",
    event_id: int | None = None,
    reserved_each: int = 0,
) -> None:
    """Move units from one account to another; `reserved_each` of them were promised to whoever takes them.

    Raises:
        Short: the account has fewer units, or fewer that are not promised to others.

    """
    try:
        if from_account not in OUTSIDE:
            taken = {"of": from_account, "item": sku, "batch": lot, "less": qty_each, "freed": reserved_each}
            if _TAKE.run(connection, **taken) != 1:
                raise _short(sku, lot, qty_each, from_account)
        if to_account not in OUTSIDE:
            _ADD_QUICK.run(connection, account=to_account, sku=sku, lot=lot, qty=qty_each)
        _MOVE_QUICK.run(
            connection,
            at=now,
            from_account=from_account,
            to_account=to_account,
            sku=sku,
            lot=lot,
            qty_each=qty_each,
            reason=reason,
            event_id=event_id,
        )
    except IntegrityError as error:
        raise _short(sku, lot, qty_each, from_account) from error


def last_move(connection: Connection, event_id: int) -> int:
    """The id of the newest move of this event."""
    return int(connection.execute(_LAST_MOVE, {"event": event_id}).scalar_one())


def reverse(connection: Connection, now: str, move_id: int, event_id: int) -> AnyRow:
    """The units of a move go back where they came from; returns that move's row. Raises Short as `move` does."""
    made = connection.execute(_MOVED, {"move": move_id}).one()
    move(connection, now, made.sku, made.lot, made.qty_each, made.to_account, made.from_account, "undone", event_id)
    return made


def was_told_since(connection: Connection, move_id: int) -> bool:
    """Whether a file has said, since this move, that another number of its SKU lies where it came from."""
    return connection.execute(_TOLD_SINCE, {"move": move_id}).first() is not None


def pick(
    connection: Connection, now: str, sku: str, lot: str, qty_each: int, location_code: str, tote: str, event_id: int
) -> None:
    """Promised units go from their location into a tote. Raises Short as `move` does."""
    move(connection, now, sku, lot, qty_each, at_location(location_code), in_tote(tote), "", event_id, qty_each)


def claim(connection: Connection, claims: Sequence[Claim]) -> None:
    """Promise units, or take promises back, all or nothing; in one order of rows, so that two waves cannot deadlock.

    Raises:
        Conflict: the units are not there any more, or are promised to someone else by now.

    """
    ordered = sorted((c for c in claims if c.qty_each), key=lambda c: (c.account, c.sku, c.lot, c.qty_each))
    if not ordered:
        return
    rows = [{"of": c.account, "item": c.sku, "batch": c.lot, "more": c.qty_each} for c in ordered]
    try:
        changed = connection.execute(_RESERVE, rows).rowcount
    except IntegrityError as error:
        raise _gone() from error
    if changed != len(rows):
        raise _gone()


def free(connection: Connection, sku: str) -> Sequence[AnyRow]:
    """Units of a SKU that may be promised: location_code, aisle, node, sku, lot, available_each, expiry and
    received_at."""
    return connection.execute(_FREE_OF, {"item": sku}).all()


def free_for_waiting(connection: Connection) -> Sequence[AnyRow]:
    """As `free`, of every SKU that a waiting order wants; of a large stock that is a small part mostly."""
    return connection.execute(_FREE_FOR_WAITING).all()


def everything(connection: Connection) -> Sequence[AnyRow]:
    """Every row of the running sums: account, sku, lot, on_hand_each, reserved_each."""
    return connection.execute(_ALL).all()


def know_lots(connection: Connection, rows: Sequence[dict[str, str]]) -> None:
    """Make sure that these lots (sku, lot, expiry, received_at) are known; known ones stay as they are."""
    if rows:
        connection.execute(_LOT, rows)


def all_lots(connection: Connection) -> Mapping[tuple[str, str], AnyRow]:
    """Every known lot by (sku, lot): sku, lot, expiry, received_at."""
    return {(row.sku, row.lot): row for row in connection.execute(_LOTS)}


def date_lots(connection: Connection, rows: Sequence[dict[str, str]]) -> None:
    """Give known lots (sku, lot) another expiry and receipt."""
    if rows:
        changed = [
            {"item": r["sku"], "batch": r["lot"], "to_expiry": r["expiry"], "to_received_at": r["received_at"]}
            for r in rows
        ]
        connection.execute(_DATE_LOT, changed)


def move_many(connection: Connection, rows: Sequence[dict[str, object]]) -> None:
    """Write moves of goods that enter from outside, with their sums, in two statements whatever their number.

    Each row has the columns of `moves`; `from_account` must be an outside account, `to_account` must not.
    """
    if not rows:
        return
    sums = [{"account": r["to_account"], "sku": r["sku"], "lot": r["lot"], "qty": r["qty_each"]} for r in rows]
    connection.execute(_ADD, sums)
    connection.execute(_MOVE, rows)


def _short(sku: str, lot: str, qty_each: int, account: str) -> Short:
    of_lot = f" of lot {lot}" if lot else ""
    return Short(
        "not_enough_stock",
        f"{account} has not {qty_each} free units of {sku}{of_lot}; count it, or take them from another place",
    )


def _gone() -> Conflict:
    return Conflict("stock_changed", "stock that was planned with is gone or promised by now; plan again")

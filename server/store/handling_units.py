"""Loads, each named by its SSCC: a name for units of one SKU that stand together in a location.

The units are the ledger's, in the location's account; a load never adds to them. Loads stand whole while the units of
their lot there, less those in pickers' hands, cover all of them: else one has been broken into, and nobody knows which.
A load that is taken is kept with its pick line; its units are counted, put and undone like any others.
"""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    TextClause,
    and_,
    bindparam,
    case,
    func,
    insert,
    literal,
    or_,
    select,
    text,
    update,
)

from server.store.prepared import Prepared
from server.store.rows import AnyRow
from server.store.schema import handling_units, pick_lines, stock, tasks

_GONE = "adjustment"  # the account of a load of which nobody knows what became of it: no units lie there
_LOAD = handling_units.c


def _of_its_lot(lot: Column[str]) -> ColumnElement[bool]:
    """A load without a lot may be of any that lies there."""
    return or_(_LOAD.lot == "", lot == _LOAD.lot)


def _total(qty_each: Column[int], *where: ColumnElement[bool] | TextClause) -> ColumnElement[int]:
    return select(func.coalesce(func.sum(qty_each), 0)).where(*where).correlate(handling_units).scalar_subquery()


_other = handling_units.alias("other").c
_ON_HAND = _total(
    stock.c.on_hand_each, stock.c.account == _LOAD.account, stock.c.sku == _LOAD.sku, _of_its_lot(stock.c.lot)
)
_IN_HANDS = _total(
    tasks.c.in_hand_each,
    # in the words of uq_tasks_one_at_a_time: the few tasks under way are found by it, not among all there ever were
    text("ended_at = '' AND badge IS NOT NULL AND kind IN ('pick', 'pack')"),
    *(tasks.c.kind == "pick", tasks.c.in_hand_each > 0),
    *(pick_lines.c.id == tasks.c.line_id, pick_lines.c.sku == _LOAD.sku, _of_its_lot(pick_lines.c.lot)),
    "location:" + pick_lines.c.location_code == _LOAD.account,
)
_LOADS = _total(
    _other.qty_each,
    *(_other.account == _LOAD.account, _other.sku == _LOAD.sku, _other.line_id.is_(None)),
    _of_its_lot(_other.lot),
)
_STANDS = _LOAD.line_id.is_(None)
_COVERED = _ON_HAND - _IN_HANDS >= _LOADS

_NAMED = Prepared(
    select(
        *(_LOAD.sscc.label("label"), literal("load").label("kind"), _LOAD.sscc.label("ref"), _LOAD.qty_each),
        *(literal("each").label("uom"), _LOAD.sku.label("load_sku"), _LOAD.lot.label("load_lot")),
        case((and_(_STANDS, _COVERED), _LOAD.account), else_="").label("whole_in"),
    ).where(_LOAD.sscc == bindparam("number"))
)
_OF_BATCH = Prepared(
    select(_LOAD.sscc, _LOAD.sku, _LOAD.lot, _LOAD.qty_each, _LOAD.account)
    .where(
        _LOAD.account.in_(
            select("location:" + pick_lines.c.location_code).where(pick_lines.c.batch_id == bindparam("batch"))
        ),
        _STANDS,
        _COVERED,
    )
    .order_by(_LOAD.sscc)
)
_TAKE = update(handling_units).where(_LOAD.sscc == bindparam("number")).values(line_id=bindparam("line"))
_LET_GO = (
    update(handling_units)
    .where(
        _LOAD.line_id == bindparam("line"),
        # a line that wants less than the load by now has had some of it: that one is broken up
        _LOAD.qty_each
        <= select(pick_lines.c.qty_each - pick_lines.c.picked_each)
        .where(pick_lines.c.id == bindparam("line"))
        .scalar_subquery(),
    )
    .values(line_id=None)
)
_BREAK_UP = Prepared(
    update(handling_units)
    .where(_LOAD.account == bindparam("holder"), _LOAD.sku == bindparam("item"), _STANDS, ~_COVERED)
    .values(account=_GONE)
)
_FORGET = update(handling_units).where(_LOAD.sscc == bindparam("number")).values(account=_GONE)
_CHANGE = (
    update(handling_units)
    .where(_LOAD.sscc == bindparam("number"))
    .values({column: bindparam(f"to_{column}") for column in ("sku", "lot", "qty_each", "account")})
)


def named(connection: Connection, sscc: str) -> Sequence[AnyRow]:
    """The load with this number: a row as of labels (`tasks.things`) with its load_sku and load_lot, and whole_in, the
    account in which it stands whole ("" when it does so in none); no row when there is no such load."""
    return _NAMED.all(connection, number=sscc)


def whole_of_batch(connection: Connection, batch_id: int) -> Sequence[AnyRow]:
    """The loads that stand whole where the batch is picked: sscc, sku, lot, qty_each, account."""
    return _OF_BATCH.all(connection, batch=batch_id)


def take(connection: Connection, sscc: str, line_id: int | None) -> None:
    """A load is in hand for a pick line; with None it stands where it stood."""
    connection.execute(_TAKE, {"number": sscc, "line": line_id})


def let_go(connection: Connection, line_id: int) -> None:
    """What is in hand for a line counts as not taken."""
    connection.execute(_LET_GO, {"line": line_id})


def break_up(connection: Connection, places: Iterable[tuple[str, str]]) -> None:
    """Units are about to come into these places, each an account and a SKU: a load that is not whole there now is no
    load any more. Else what comes in would seem to make it whole again."""
    _BREAK_UP.run_each(connection, [{"holder": account, "item": sku} for account, sku in places])


def everything(connection: Connection) -> Sequence[AnyRow]:
    """Every load there is or was: sscc, sku, lot, qty_each, account, line_id."""
    return connection.execute(select(handling_units)).all()


def not_whole(connection: Connection) -> frozenset[str]:
    """The numbers of those loads that stand somewhere and are not whole."""
    return frozenset(connection.execute(select(_LOAD.sscc).where(_STANDS, ~_COVERED)).scalars())


def add(connection: Connection, rows: Sequence[Mapping[str, object]]) -> None:
    """Enter loads: sscc, sku, lot, qty_each, account."""
    if rows:
        connection.execute(insert(handling_units), rows)


def change(connection: Connection, rows: Sequence[Mapping[str, object]]) -> None:
    """Known loads (sscc) are of other goods, or stand elsewhere: sku, lot, qty_each, account."""
    if rows:
        changed = [
            {("number" if name == "sscc" else f"to_{name}"): value for name, value in row.items()} for row in rows
        ]
        connection.execute(_CHANGE, changed)


def forget(connection: Connection, ssccs: Sequence[str]) -> None:
    """Nobody knows any more where these loads are."""
    if ssccs:
        connection.execute(_FORGET, [{"number": sscc} for sscc in ssccs])

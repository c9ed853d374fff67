"""Loads that a file names: which of the units that lie in a place stand together under one SSCC."""

from collections.abc import Mapping

from server.core.errors import BadRows
from server.core.tabular import HandlingUnitRow, Imported
from server.floor.load.changes import Changes, Values, compare
from server.store import handling_units, stock
from server.store.rows import AnyRow
from server.store.transaction import Transaction

Loads = Mapping[str, HandlingUnitRow]


def import_handling_units(tx: Transaction, imported: Imported) -> Changes:
    """Make the loads of each location and SKU that the file names those that it says; others stay as they are.

    A load is a name for units that lie there: the file brings none in. A known load that the file leaves out of its
    place is a load no more; one that was picked is gone, and the same row again changes nothing.

    Raises BadRows when a load was picked and comes back as another, or is not whole: less lies there than the loads.
    """
    rows = {row.sscc: row for row in imported.handling_units}
    known = {row.sscc: row for row in handling_units.everything(tx.connection)}
    _demand_not_picked(rows, known)
    found = compare(map(_load, rows.values()), known.values(), lambda row: row["sscc"])
    places = {(stock.at_location(row.location_code), row.sku) for row in rows.values()}
    gone = [one for one in known.values() if one.sscc not in rows and _stands_in(one, places)]
    handling_units.add(tx.connection, found.added)
    handling_units.change(tx.connection, found.changed)
    handling_units.forget(tx.connection, [one.sscc for one in gone])
    _demand_whole(tx, rows)
    return Changes(len(found.added), len(found.changed) + len(gone), found.same)


def _load(row: HandlingUnitRow) -> Values:
    account = stock.at_location(row.location_code)
    return {"sscc": row.sscc, "sku": row.sku, "lot": row.lot, "qty_each": row.qty_each, "account": account}


def _stands_in(one: AnyRow, places: set[tuple[str, str]]) -> bool:
    return one.line_id is None and (one.account, one.sku) in places


def _demand_not_picked(rows: Loads, known: Mapping[str, AnyRow]) -> None:
    what = "it was picked, as it was; a new load needs an SSCC of its own"
    picked = [(row, known[row.sscc]) for row in rows.values() if row.sscc in known and known[row.sscc].line_id]
    other = [row for row, was in picked if any(getattr(was, name) != told for name, told in _load(row).items())]
    _refuse("load_picked", other, what)


def _demand_whole(tx: Transaction, rows: Loads) -> None:
    broken = handling_units.not_whole(tx.connection)
    what = "fewer units lie there than the loads hold; import the stock first, or leave out what was broken into"
    _refuse("load_not_whole", [row for row in rows.values() if row.sscc in broken], what)


def _refuse(code: str, rows: list[HandlingUnitRow], what: str) -> None:
    if rows:
        message = f"{len(rows)} loads are not as the file says; nothing of it was taken"
        raise BadRows(code, message, sorted((row.row, f"load {row.sscc!r}: {what}") for row in rows))

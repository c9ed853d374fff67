"""SKUs with their barcodes, and what lies where."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from server.core import gs1
from server.core.errors import BadInput, Conflict
from server.core.tabular import Imported, SkuRow, StockRow
from server.floor.load.changes import Changes, Values, compare, label, put_labels
from server.floor.load.serials import put_serials
from server.store import goods, handling_units, stock
from server.store.rows import AnyRow
from server.store.transaction import Transaction

NAMED_AT_MOST = 10


def import_skus(tx: Transaction, imported: Imported) -> Changes:
    """Enter SKUs; a known one gets what the file says, its barcodes included. A SKU's own code is a barcode of an each.

    Raises BadInput when a barcode is another SKU's already.
    """
    rows = imported.skus
    names = {row.sku for row in rows}
    stored = goods.all_labels(tx.connection, "item")
    _demand_free_barcodes(rows, stored, names)
    found = compare(map(_sku, rows), goods.all_skus(tx.connection), lambda row: row["sku"])
    goods.add_skus(tx.connection, found.added)
    goods.change_skus(tx.connection, found.changed)
    wanted = [one for row in rows for one in _labels(row)]
    relabelled = put_labels(tx, wanted, [one for one in stored if one.ref in names])
    only_labels = 1 if relabelled and not (found.added or found.changed) else 0
    return Changes(len(found.added), len(found.changed) + only_labels, found.same - only_labels)


def import_stock(tx: Transaction, imported: Imported) -> Changes:
    """Make what is on hand what the file says, for each location, SKU and lot that it names; others stay as they are.

    What was never there is received, every other difference is an adjustment: both are moves, so that the ledger tells
    the whole story. Raises BadInput when a row lacks the lot or expiry that its SKU is tracked by, Conflict when less
    would be left than is promised to orders.
    """
    rows = imported.stock
    _demand_tracked(rows, {row.sku: row for row in goods.all_skus(tx.connection)})
    lots = stock.all_lots(tx.connection)
    dated = _put_lots(tx, rows, lots)
    differences, same = _differences(tx, rows)
    _demand_promised(differences)
    arriving = [(one, one.wanted_each - one.on_hand_each) for one in differences if one.wanted_each > one.on_hand_each]
    handling_units.break_up(tx.connection, {(one.account, one.sku) for one, _ in arriving})
    stock.move_many(tx.connection, [_arrival(tx.now, one, qty) for one, qty in arriving])
    for one in differences:
        if one.wanted_each < one.on_hand_each:
            lost = one.on_hand_each - one.wanted_each
            stock.move(tx.connection, tx.now, one.sku, one.lot, lost, one.account, stock.ADJUSTMENT, stock.IMPORT)
    put_serials(tx, rows)
    fresh = sum(not one.known for one in differences)
    only_dated = max(0, min(same, dated - len(differences)))
    return Changes(fresh, len(differences) - fresh + only_dated, same - only_dated)


@dataclass(frozen=True, slots=True)
class _Difference:
    """What a file says of one lot in one account, beside what the ledger says."""

    account: str
    sku: str
    lot: str
    wanted_each: int
    on_hand_each: int
    reserved_each: int
    known: bool


def _sku(row: SkuRow) -> Values:
    tracks = "lot" if row.tracks_lot else "serial" if row.tracks_serial else ""
    return {
        "sku": row.sku,
        "name": row.name,
        "weight_g": row.weight_g,
        "volume_ml": row.volume_ml,
        "tracks": tracks,
        "tracks_expiry": int(row.tracks_expiry),
        "count_each_up_to": row.count_each_up_to,
        "min_qty": row.min_qty,
    }


def _labels(row: SkuRow) -> Iterable[Values]:
    own = label(row.sku, "item", row.sku)
    printed = [label(code.text, "item", row.sku, code.uom.value, code.qty_each) for code in row.barcodes]
    return printed if any(one["label"] == own["label"] for one in printed) else [own, *printed]


def _demand_free_barcodes(rows: Sequence[SkuRow], stored: Sequence[AnyRow], names: set[str]) -> None:
    owners = {one.label: one.ref for one in stored if one.ref not in names}
    taken = [
        f"{text} of {row.sku} is {owners[gs1.key(text)]}'s"
        for row in rows
        for text in (row.sku, *(code.text for code in row.barcodes))
        if gs1.key(text) in owners
    ]
    if taken:
        raise BadInput(
            "barcode_taken", f"one barcode cannot mean two SKUs: {_listed(taken)}; take it off one of the two first"
        )


def _demand_tracked(rows: Sequence[StockRow], skus: Mapping[str, AnyRow]) -> None:
    told = [row for row in rows if row.serials and skus[row.sku].tracks != "serial"]
    if told:
        names = _listed([f"{row.sku} in {row.location_code}" for row in told])
        raise BadInput("not_by_serial", f"{names}: not tracked by serial; leave its serials out, or track it")
    missing = [
        f"{row.sku} in {row.location_code} needs {'a lot' if not row.lot else 'an expiry'}"
        for row in rows
        if (skus[row.sku].tracks == "lot" and not row.lot) or (skus[row.sku].tracks_expiry and not row.expiry)
    ]
    if missing:
        raise BadInput("lot_missing", f"{_listed(missing)}; add the column or stop tracking it")


def _put_lots(tx: Transaction, rows: Sequence[StockRow], known: Mapping[tuple[str, str], AnyRow]) -> int:
    """Enter the file's lots; returns how many known ones got another expiry or receipt."""
    fresh: dict[tuple[str, str], dict[str, str]] = {}
    changed: dict[tuple[str, str], dict[str, str]] = {}
    for row in rows:
        before = known.get((row.sku, row.lot))
        if before is None:
            values = {"sku": row.sku, "lot": row.lot, "expiry": row.expiry, "received_at": row.received_at or tx.now}
            fresh.setdefault((row.sku, row.lot), values)
            continue
        values = {
            "sku": row.sku,
            "lot": row.lot,
            "expiry": row.expiry or before.expiry,
            "received_at": row.received_at or before.received_at,
        }
        if (values["expiry"], values["received_at"]) != (before.expiry, before.received_at):
            changed.setdefault((row.sku, row.lot), values)
    stock.know_lots(tx.connection, list(fresh.values()))
    stock.date_lots(tx.connection, list(changed.values()))
    return len(changed)


def _differences(tx: Transaction, rows: Sequence[StockRow]) -> tuple[list[_Difference], int]:
    known = {(one.account, one.sku, one.lot): one for one in stock.everything(tx.connection)}
    found: list[_Difference] = []
    for row in rows:
        account = stock.at_location(row.location_code)
        before = known.get((account, row.sku, row.lot))
        on_hand, reserved = (before.on_hand_each, before.reserved_each) if before else (0, 0)
        if row.qty_each != on_hand:
            found.append(
                _Difference(account, row.sku, row.lot, row.qty_each, on_hand, reserved, known=before is not None)
            )
    return found, len(rows) - len(found)


def _demand_promised(differences: Sequence[_Difference]) -> None:
    less = [
        f"{one.sku} in {one.account.removeprefix('location:')} (says {one.wanted_each}, promised {one.reserved_each})"
        for one in differences
        if one.wanted_each < one.reserved_each
    ]
    if less:
        raise Conflict(
            "stock_promised",
            f"the file says less than is promised to orders: {_listed(less)}; cancel or pick those orders first",
        )


def _arrival(now: str, one: _Difference, qty_each: int) -> Values:
    return {
        "at": now,
        "from_account": stock.ADJUSTMENT if one.known else stock.RECEIVED,
        "to_account": one.account,
        "sku": one.sku,
        "lot": one.lot,
        "qty_each": qty_each,
        "reason": stock.IMPORT,
    }


def _listed(found: Sequence[str]) -> str:
    more = f" and {len(found) - NAMED_AT_MOST} more" if len(found) > NAMED_AT_MOST else ""
    return ", ".join(found[:NAMED_AT_MOST]) + more

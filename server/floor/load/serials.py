"""Serial numbers that a file of stock names: where each one is, and its label."""

from collections.abc import Sequence

from server.core import gs1
from server.core.tabular import StockRow
from server.floor.load.changes import label, put_labels
from server.store import goods, serials, stock
from server.store.transaction import Transaction


def put_serials(tx: Transaction, rows: Sequence[StockRow]) -> None:
    """Where a row names serials, those lie there and no others of its SKU; each can be scanned by its number alone."""
    told = [row for row in rows if row.serials]
    if not told:
        return
    known = serials.known(tx.connection)
    wanted = {(row.sku, gs1.key(one)): stock.at_location(row.location_code) for row in told for one in row.serials}
    places = {(account, sku) for (sku, _), account in wanted.items()}
    gone = [one for one, account in known.items() if (account, one[0]) in places and one not in wanted]
    serials.place(tx.connection, [_row(one, stock.ADJUSTMENT) for one in gone])
    serials.place(tx.connection, [_row(one, to) for one, to in wanted.items() if known.get(one, to) != to])
    serials.add(tx.connection, [_row(one, to) for one, to in wanted.items() if one not in known])
    labels = [label(serial, "serial", serial) for _, serial in wanted]
    put_labels(tx, labels, goods.all_labels(tx.connection, "serial"), drop=False)


def _row(one: tuple[str, str], account: str) -> dict[str, object]:
    return {"sku": one[0], "serial": one[1], "account": account}

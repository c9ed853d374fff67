"""A wave planned from files or made-up sites, without a database: the snapshot that a release would take."""

import json
from collections.abc import Mapping, Sequence

from server.core.allocate import Place
from server.core.errors import NotFound
from server.core.layout import read_layout
from server.core.tabular import OrderRow, SkuRow, StockRow
from server.floor.release import Means, Snapshot, WaitingLine, WaitingOrder


def paper_wave(
    document: Mapping[str, object],
    stock: Sequence[StockRow],
    orders: Sequence[OrderRow],
    skus: Sequence[SkuRow],
    *,
    means: Means,
    now: str,
    closed: Sequence[str] = (),
) -> Snapshot:
    """All of `orders` waiting in a warehouse with this stock, urgent ones first, then by cutoff and as they came.

    Raises BadLayout for a wrong layout and NotFound when stock lies in a location that it does not have.
    """
    layout = read_layout(document)
    aisle_of = {place.location_code: place.aisle for place in layout.locations}
    lost = sorted({row.location_code for row in stock} - aisle_of.keys())
    if lost:
        raise NotFound("unknown_location", f"the layout has no location {', '.join(lost[:5])}; mend the stock file")
    heads = {row.order_ref: row for row in orders}
    turn = sorted(heads.values(), key=lambda row: (-row.priority, row.due_at or "~", row.ordered_at))
    place_of = {row.order_ref: place for place, row in enumerate(turn)}
    sizes = {sku.sku: (sku.volume_ml, sku.weight_g) for sku in skus}
    lines = sorted(orders, key=lambda row: place_of[row.order_ref])
    wanted = {row.sku for row in orders}
    return Snapshot(
        now=now,
        cutoff="",
        revision=layout.revision,
        document=json.dumps(document),
        closed=tuple(closed),
        orders=tuple(WaitingOrder(row.order_ref, row.priority, row.due_at, row.ordered_at) for row in turn),
        lines=tuple(
            WaitingLine(number, row.order_ref, row.sku, row.qty_each, *sizes.get(row.sku, (0, 0)))
            for number, row in enumerate(lines, start=1)
        ),
        places=tuple(_place(row, aisle_of[row.location_code]) for row in stock if row.sku in wanted),
        node_of={row.location_code: layout.access[row.location_code] for row in stock if row.sku in wanted},
        means=means,
    )


def _place(row: StockRow, aisle: str) -> Place:
    return Place(row.location_code, row.sku, row.lot, row.qty_each, row.expiry, row.received_at, aisle)

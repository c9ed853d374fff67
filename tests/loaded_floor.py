"""A floor that came in through the front door: a layout, SKUs, stock and orders, loaded as files are."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from server.core.layout import Shape, generate
from server.core.tabular import Imported, Kind, OrderRow, PersonRow, SkuRow, StockRow
from server.core.terms import Role
from server.floor import load
from server.store.transaction import Store

DOCUMENT = generate("loaded", Shape(blocks=2, aisles=4, bays=4, levels=1, stations=2))
EMPTY = Imported(Kind.SKUS, "generic", "utf-8", ",", 0)
Lines = Sequence[tuple[str, int]]


def skus(*rows: SkuRow) -> Imported:
    """A file of SKUs."""
    return replace(EMPTY, skus=rows)


def stock(*rows: StockRow) -> Imported:
    """A file of stock."""
    return replace(EMPTY, kind=Kind.STOCK, stock=rows)


def people(*rows: PersonRow) -> Imported:
    """A file of people."""
    return replace(EMPTY, kind=Kind.PEOPLE, people=rows)


def orders(*rows: OrderRow) -> Imported:
    """A file of orders."""
    return replace(EMPTY, kind=Kind.ORDERS, orders=rows)


def order(order_ref: str, lines: Lines, *, due_at: str = "", priority: int = 0, ordered_at: str = "") -> list[OrderRow]:
    """The rows of one order: (sku, qty) by line."""
    return [
        OrderRow(order_ref, number, sku, qty, ordered_at=ordered_at, due_at=due_at, priority=priority, row=1 + number)
        for number, (sku, qty) in enumerate(lines, start=1)
    ]


def lot(place: str, sku: str, qty_each: int, lot: str = "L1", expiry: str = "", received_at: str = "") -> StockRow:
    """One row of a file of stock."""
    return StockRow(place, sku, lot, expiry, received_at, qty_each)


def furnish(
    store: Store, *, on_hand: Iterable[StockRow], wanted: Mapping[str, Lines] | None = None, volume_ml: int = 100
) -> None:
    """Load the layout, the SKUs that lie somewhere, their stock, one picker, two carts, totes and orders."""
    rows = tuple(on_hand)
    wanted = wanted or {}
    names = {row.sku for row in rows} | {sku for lines in wanted.values() for sku, _ in lines}
    goods = skus(*(SkuRow(sku, sku.title(), volume_ml=volume_ml) for sku in sorted(names)))
    store.write(lambda tx: load.load_layout(tx, DOCUMENT))
    store.write(lambda tx: load.take(tx, goods))
    store.write(lambda tx: load.take(tx, stock(*rows)))
    store.write(lambda tx: load.take(tx, people(PersonRow("P-1", "Ann", Role.PICKER))))
    store.write(lambda tx: load.load_equipment(tx, carts=["C-1", "C-2"], totes=["T-1", "T-2", "T-3"]))
    enter(store, wanted)


def enter(store: Store, wanted: Mapping[str, Lines]) -> None:
    """Enter orders: order_ref -> (sku, qty) by line."""
    rows = [row for order_ref, lines in wanted.items() for row in order(order_ref, lines)]
    store.write(lambda tx: load.take(tx, orders(*rows)))

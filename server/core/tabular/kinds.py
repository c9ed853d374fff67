"""The kinds of rows: which fields each has, how one row is read, and what rows must not do to each other."""

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from server.core.gs1 import key
from server.core.tabular.cells import MOST_EACH, Cells
from server.core.tabular.rows import CarrierRow, HandlingUnitRow, Kind, OrderRow, PersonRow, SkuRow, StockRow
from server.core.terms import Role

HEAVIEST_G = 1_000_000
LARGEST_ML = 10_000_000
MOST_PRIORITY = 1_000
LONGEST_LIFE_DAYS = 36_500
ORDER_FIELDS = ("ordered_at", "due_at", "priority", "channel", "customer", "min_life_days", "carrier")
AnyRow = TypeVar("AnyRow")
Numbered = list[tuple[int, AnyRow]]
Fault = tuple[int, str]


@dataclass(frozen=True, slots=True)
class Known:
    """The codes that rows may refer to; None: any."""

    skus: Collection[str] | None = None
    locations: Collection[str] | None = None
    cartons: Collection[str] | None = None
    carriers: Collection[str] | None = None


ANYTHING = Known()


def fields_of(kind: Kind) -> Mapping[str, bool]:
    """The fields of a kind of row, and whether its column is required."""
    required: Mapping[Kind, tuple[str, ...]] = {
        Kind.SKUS: ("sku", "name"),
        Kind.STOCK: ("location_code", "sku", "qty"),
        Kind.HANDLING_UNITS: ("sscc", "location_code", "sku", "qty"),
        Kind.ORDERS: ("order_ref", "sku", "qty"),
        Kind.PEOPLE: ("badge", "name", "role"),
        Kind.CARRIERS: ("carrier", "name"),
    }
    tracks = ("tracks_lot", "tracks_expiry", "tracks_serial")
    optional: Mapping[Kind, tuple[str, ...]] = {
        Kind.SKUS: ("barcodes", "weight_g", "volume_ml", *tracks, "count_each_up_to", "min_qty"),
        Kind.STOCK: ("lot", "expiry", "received_at", "serials"),
        Kind.HANDLING_UNITS: ("lot",),
        Kind.ORDERS: ORDER_FIELDS,
        Kind.PEOPLE: (),
        Kind.CARRIERS: ("cartons",),
    }
    return {**dict.fromkeys(required[kind], True), **dict.fromkeys(optional[kind], False)}


def sku_row(cells: Cells) -> SkuRow:
    """A row of a file of SKUs."""
    row = SkuRow(
        sku=cells.code("sku"),
        name=cells.words("name", None),
        barcodes=cells.barcodes("barcodes"),
        weight_g=cells.whole("weight_g", 0, HEAVIEST_G, 0),
        volume_ml=cells.whole("volume_ml", 0, LARGEST_ML, 0),
        tracks_lot=cells.flag("tracks_lot"),
        tracks_expiry=cells.flag("tracks_expiry"),
        tracks_serial=cells.flag("tracks_serial"),
        count_each_up_to=cells.whole("count_each_up_to", 0, MOST_EACH, 6),
        min_qty=cells.whole("min_qty", 0, MOST_EACH, 0),
    )
    if row.tracks_lot and row.tracks_serial:
        cells.wrong("tracks_serial", "stands with tracks_lot; track a SKU by lot or by serial")
    if row.tracks_expiry and not row.tracks_lot:
        cells.wrong("tracks_expiry", "needs tracks_lot: an expiry belongs to a lot")
    return row


def stock_row(cells: Cells, known: Known) -> StockRow:
    """A row of a file of stock."""
    row = StockRow(
        location_code=cells.code("location_code"),
        sku=cells.code("sku"),
        lot=cells.code("lot", ""),
        expiry=cells.day("expiry"),
        received_at=cells.moment("received_at"),
        qty_each=cells.whole("qty", 1, MOST_EACH),
        serials=cells.codes("serials"),
    )
    if row.serials and len(row.serials) != row.qty_each:
        cells.wrong("serials", f"there are {len(row.serials)} for {row.qty_each} units; name each of them, or none")
    _refer(cells, "sku", row.sku, known.skus, "SKU")
    _refer(cells, "location_code", row.location_code, known.locations, "location")
    return row


def handling_unit_row(cells: Cells, known: Known) -> HandlingUnitRow:
    """A row of a file of loads."""
    row = HandlingUnitRow(
        sscc=cells.sscc("sscc"),
        location_code=cells.code("location_code"),
        sku=cells.code("sku"),
        lot=cells.code("lot", ""),
        qty_each=cells.whole("qty", 1, MOST_EACH),
        row=cells.number,
    )
    _refer(cells, "sku", row.sku, known.skus, "SKU")
    _refer(cells, "location_code", row.location_code, known.locations, "location")
    return row


def order_row(cells: Cells, known: Known) -> OrderRow:
    """A row of a file of orders; its `line_no` is 0 until all lines are there."""
    row = OrderRow(
        order_ref=cells.code("order_ref"),
        line_no=0,
        sku=cells.code("sku"),
        qty_each=cells.whole("qty", 1, MOST_EACH),
        ordered_at=cells.moment("ordered_at"),
        due_at=cells.moment("due_at"),
        priority=cells.whole("priority", 0, MOST_PRIORITY, 0),
        channel=cells.words("channel"),
        customer=cells.words("customer"),
        min_life_days=cells.whole("min_life_days", 0, LONGEST_LIFE_DAYS, 0),
        carrier=cells.code("carrier", ""),
        row=cells.number,
    )
    _refer(cells, "sku", row.sku, known.skus, "SKU")
    _refer(cells, "carrier", row.carrier, known.carriers, "carrier")
    return row


def person_row(cells: Cells) -> PersonRow:
    """A row of a file of people."""
    return PersonRow(cells.code("badge"), cells.words("name", None), cells.choice("role", Role))


def carrier_row(cells: Cells, known: Known) -> CarrierRow:
    """A row of a file of carriers."""
    row = CarrierRow(cells.code("carrier"), cells.words("name", None), cells.codes("cartons"))
    for carton in row.cartons:
        _refer(cells, "cartons", carton, known.cartons, "carton")
    return row


def _refer(cells: Cells, name: str, code: str, known: Collection[str] | None, what: str) -> None:
    if code and known is not None and code not in known:
        cells.wrong(name, f"there is no {what} {code!r}; import it first")


def sku_clashes(rows: Numbered[SkuRow]) -> Iterator[Fault]:
    """SKUs that stand twice, and barcodes that two SKUs share."""
    yield from _doubles(rows, lambda row: [(key(row.sku), f"SKU {row.sku!r}")])
    yield from _doubles(rows, lambda row: [(key(code.text), f"barcode {code.text!r}") for code in row.barcodes])


def stock_clashes(rows: Numbered[StockRow]) -> Iterator[Fault]:
    """A SKU's lot that stands twice for one location, or with two expiries; a serial number that stands twice."""
    yield from _doubles(rows, lambda row: [((row.location_code, row.sku, row.lot), _stock_name(row))])
    yield from _doubles(rows, _serial_names)
    yield from _disagreements(
        rows, lambda row: (row.sku, row.lot), lambda row: {f"expiry of SKU {row.sku!r} lot {row.lot!r}": row.expiry}
    )


def _serial_names(row: StockRow) -> list[tuple[Hashable, str]]:
    return [((row.sku, key(serial)), f"serial {serial!r} of SKU {row.sku!r}") for serial in row.serials]


def handling_unit_clashes(rows: Numbered[HandlingUnitRow]) -> Iterator[Fault]:
    """Loads that stand twice."""
    yield from _doubles(rows, lambda row: [(row.sscc, f"SSCC {row.sscc!r}")])


def order_clashes(rows: Numbered[OrderRow]) -> Iterator[Fault]:
    """Lines of one order that disagree on the order's own fields."""
    yield from _disagreements(
        rows, lambda row: row.order_ref, lambda row: {name: str(getattr(row, name)) for name in ORDER_FIELDS}
    )


def person_clashes(rows: Numbered[PersonRow]) -> Iterator[Fault]:
    """Badges that stand twice."""
    yield from _doubles(rows, lambda row: [(key(row.badge), f"badge {row.badge!r}")])


def carrier_clashes(rows: Numbered[CarrierRow]) -> Iterator[Fault]:
    """Carriers that stand twice."""
    yield from _doubles(rows, lambda row: [(row.carrier, f"carrier {row.carrier!r}")])


def _stock_name(row: StockRow) -> str:
    return f"SKU {row.sku!r} lot {row.lot!r} in {row.location_code!r}"


def _doubles(rows: Numbered[AnyRow], keys: Callable[[AnyRow], Iterable[tuple[Hashable, str]]]) -> Iterator[Fault]:
    first: dict[Hashable, int] = {}
    for number, row in rows:
        for own, name in keys(row):
            before = first.setdefault(own, number)
            if before != number:
                yield number, f"{name} stands in row {before} already"


def _disagreements(
    rows: Numbered[AnyRow], group: Callable[[AnyRow], Hashable], values: Callable[[AnyRow], Mapping[str, str]]
) -> Iterator[Fault]:
    first: dict[Hashable, tuple[int, Mapping[str, str]]] = {}
    for number, row in rows:
        own = values(row)
        before, told = first.setdefault(group(row), (number, own))
        for (name, value), other in zip(own.items(), told.values(), strict=True):
            if value != other:
                yield number, f"{name} is {value!r} here and {other!r} in row {before}; they belong together"


def with_line_numbers(rows: Iterable[OrderRow]) -> tuple[OrderRow, ...]:
    """The lines with their numbers within each order, in file order; all take the order's fields from its first."""
    first: dict[str, OrderRow] = {}
    counts: dict[str, int] = {}
    lines = []
    for row in rows:
        head = first.setdefault(row.order_ref, row)
        counts[row.order_ref] = counts.get(row.order_ref, 0) + 1
        lines.append(replace(head, line_no=counts[row.order_ref], sku=row.sku, qty_each=row.qty_each, row=row.row))
    return tuple(lines)

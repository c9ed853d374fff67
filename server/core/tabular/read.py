"""A CSV file becomes rows of one kind, all of them, or one BadRows that names every bad row."""

import csv
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, tzinfo

from server.core.errors import BadInput, BadRows
from server.core.tabular.cells import Cells
from server.core.tabular.decode import Sheet, columns_of, fold, read_sheet
from server.core.tabular.kinds import (
    ANYTHING,
    AnyRow,
    Fault,
    Known,
    Numbered,
    carrier_clashes,
    carrier_row,
    fields_of,
    handling_unit_clashes,
    handling_unit_row,
    order_clashes,
    order_row,
    person_clashes,
    person_row,
    sku_clashes,
    sku_row,
    stock_clashes,
    stock_row,
    with_line_numbers,
)
from server.core.tabular.presets import NOT_GOODS, Preset, preset_named
from server.core.tabular.rows import Imported, Kind, SkuRow


@dataclass(frozen=True, slots=True)
class Kept:
    """The rows that a preset keeps, as cells by field, and the count of those it passes over."""

    rows: tuple[tuple[int, Cells], ...]
    left_out: Counter[str]
    not_goods: Counter[str]


def read_table(
    content: bytes,
    kind: Kind | str,
    mapping: Mapping[str, str] | None = None,
    preset: str = "generic",
    known: Known = ANYTHING,
    *,
    zone: tzinfo = UTC,
) -> Imported:
    """The rows of a CSV file, every one of them good.

    `mapping` gives field -> column name where the two differ, before the preset's own. Rows may refer only to what is
    `known`. Times without a zone are of `zone`.
    Raises BadRows (`bad_rows`) that names every bad row and all that is wrong with it; BadInput (`unknown_kind`,
    `unknown_field`, `preset_kind`, `too_large`, `empty_file`, `not_text`); NotFound (`unknown_preset`).
    """
    kind = _kind(kind)
    chosen = preset_named(preset)
    if kind not in chosen.kinds:
        raise BadInput("preset_kind", f"preset {preset} reads {', '.join(sorted(chosen.kinds))}, not {kind}")
    names, required = _columns(kind, chosen, mapping or {})
    sheet = read_sheet(content, [fold(column) for column in names.values()])
    places = columns_of(sheet, names, required)
    kept = _kept(sheet, places, chosen, zone)
    read = Imported(
        kind=kind,
        preset=preset,
        encoding=sheet.encoding,
        delimiter=sheet.delimiter,
        rows_read=len(sheet.rows),
        left_out=dict(kept.left_out),
        not_goods=dict(kept.not_goods),
        ignored_columns=tuple(
            column for place, column in enumerate(sheet.header) if column and place not in places.values()
        ),
    )
    return _filled(read, kept, chosen, known)


def read_columns(text: str) -> dict[str, str]:
    """The mapping that `order_ref=InvoiceNo,qty=Quantity` writes, field -> column; "" is none.

    A column name with a comma stands in quotes: `"qty=Quantity, sold"`. Raises BadInput (`bad_mapping`).
    """
    found: dict[str, str] = {}
    for part in next(csv.reader([text], skipinitialspace=True), []):
        name, equals, column = (piece.strip() for piece in part.partition("="))
        if not (name and equals and column) or name in found:
            raise BadInput("bad_mapping", f"{part!r} is no field=column, or names its field again: order_ref=InvoiceNo")
        found[name] = column
    return found


def _kind(kind: Kind | str) -> Kind:
    if kind in list(Kind):
        return Kind(kind)
    raise BadInput("unknown_kind", f"there is no kind of file {kind!r}; there are {', '.join(Kind)}")


def _columns(kind: Kind, preset: Preset, mapping: Mapping[str, str]) -> tuple[dict[str, str], frozenset[str]]:
    """(column name of each field, fields whose column must be there)."""
    fields = fields_of(Kind.ORDERS if preset.goods_from_orders else kind)
    known = list(dict.fromkeys((*fields, *preset.columns)))
    unknown = sorted(set(mapping).difference(known))
    if unknown:
        listed = ", ".join(map(repr, unknown))
        raise BadInput("unknown_field", f"{listed}: {kind} have no such field; they have {', '.join(sorted(known))}")
    names = {name: mapping.get(name) or preset.columns.get(name, name) for name in known}
    return names, frozenset(name for name, needed in fields.items() if needed or name in mapping)


def _kept(sheet: Sheet, places: Mapping[str, int], preset: Preset, zone: tzinfo) -> Kept:
    left_out: Counter[str] = Counter()
    not_goods: Counter[str] = Counter()
    kept = []
    for number, cells in sheet.rows:
        given = preset.mend({name: cells[place] for name, place in places.items() if place < len(cells)})
        if reason := preset.leave_out(given):
            left_out[reason] += 1
            if reason == NOT_GOODS:
                not_goods[given["sku"]] += 1
            continue
        row = Cells(given, zone, preset.formats, number=number)
        if len(cells) != len(sheet.header):
            row.faults.append(f"has {len(cells)} cells under {len(sheet.header)} columns; quote cells with delimiters")
        kept.append((number, row))
    return Kept(tuple(kept), left_out, not_goods)


def _filled(read: Imported, kept: Kept, preset: Preset, known: Known) -> Imported:
    if preset.goods_from_orders:
        lines = _rows(kept, lambda cells: order_row(cells, known), _no_clashes)
        orders = with_line_numbers(lines) if read.kind is Kind.ORDERS else ()
        return replace(read, orders=orders, skus=_named_goods(kept))
    if read.kind is Kind.SKUS:
        return replace(read, skus=_rows(kept, sku_row, sku_clashes))
    if read.kind is Kind.STOCK:
        return replace(read, stock=_rows(kept, lambda cells: stock_row(cells, known), stock_clashes))
    if read.kind is Kind.HANDLING_UNITS:
        loads = _rows(kept, lambda cells: handling_unit_row(cells, known), handling_unit_clashes)
        return replace(read, handling_units=loads)
    if read.kind is Kind.PEOPLE:
        return replace(read, people=_rows(kept, person_row, person_clashes))
    if read.kind is Kind.CARRIERS:
        return replace(read, carriers=_rows(kept, lambda cells: carrier_row(cells, known), carrier_clashes))
    lines = _rows(kept, lambda cells: order_row(cells, known), order_clashes)
    return replace(read, orders=with_line_numbers(lines))


def _no_clashes(_rows: Numbered[AnyRow]) -> Iterable[Fault]:
    return ()


def _rows(
    kept: Kept, read: Callable[[Cells], AnyRow], clashes: Callable[[Numbered[AnyRow]], Iterable[Fault]]
) -> tuple[AnyRow, ...]:
    """All rows read. Raises BadRows when one of them is wrong in itself or clashes with another."""
    rows = [(number, read(cells)) for number, cells in kept.rows]
    wrong = {number: list(cells.faults) for number, cells in kept.rows}
    sound = [(number, row) for number, row in rows if not wrong[number]]
    for number, fault in clashes(sound):
        wrong[number].append(fault)
    faults = [(number, "; ".join(found)) for number, found in wrong.items() if found]
    if faults:
        many = f"{len(faults)} of {len(rows)} rows are wrong" if len(rows) > 1 else "its one row is wrong"
        raise BadRows("bad_rows", f"{many}; nothing of the file was taken", faults)
    return tuple(row for _, row in rows)


def _named_goods(kept: Kept) -> tuple[SkuRow, ...]:
    """The SKUs that rows name, in order of first mention, each with its first description (its own code without)."""
    names: dict[str, str] = {}
    for _, cells in kept.rows:
        sku = cells.given["sku"]
        names[sku] = names.get(sku) or cells.given.get("name", "")
    return tuple(SkuRow(sku, name or sku) for sku, name in names.items())

"""CSV files of SKUs, stock, orders and people: read whole, checked row by row, taken whole or not at all."""

from server.core.tabular.read import read_columns, read_table
from server.core.tabular.rows import (
    Barcode,
    Imported,
    Kind,
    OrderRow,
    PersonRow,
    SkuRow,
    StockRow,
    Uom,
)

__all__ = [
    "Barcode",
    "Imported",
    "Kind",
    "OrderRow",
    "PersonRow",
    "SkuRow",
    "StockRow",
    "Uom",
    "read_columns",
    "read_table",
]

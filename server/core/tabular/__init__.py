"""CSV files of SKUs, stock, orders, people and carriers: read whole, checked row by row, taken whole or not at all."""

from server.core.tabular.kinds import Known
from server.core.tabular.read import read_columns, read_table
from server.core.tabular.rows import (
    Barcode,
    CarrierRow,
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
    "CarrierRow",
    "Imported",
    "Kind",
    "Known",
    "OrderRow",
    "PersonRow",
    "SkuRow",
    "StockRow",
    "Uom",
    "read_columns",
    "read_table",
]

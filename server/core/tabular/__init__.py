"""CSV files of SKUs, stock, loads, orders, people, carriers: read whole, checked row by row, all taken or nothing."""

from server.core.tabular.kinds import Known
from server.core.tabular.read import read_columns, read_table
from server.core.tabular.rows import (
    Barcode,
    CarrierRow,
    HandlingUnitRow,
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
    "HandlingUnitRow",
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

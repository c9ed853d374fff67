"""What the rows of an imported file become. Times are ISO 8601 text in UTC, dates ISO 8601 text; "" means not given."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from server.core.terms import Role


class Kind(StrEnum):
    """What a file lists."""

    SKUS = "skus"
    STOCK = "stock"
    HANDLING_UNITS = "handling-units"
    ORDERS = "orders"
    PEOPLE = "people"
    CARRIERS = "carriers"


class Uom(StrEnum):
    """What one scan of a barcode stands for."""

    EACH = "each"
    INNER = "inner"
    CASE = "case"
    PALLET = "pallet"


@dataclass(frozen=True, slots=True)
class Barcode:
    """A printed code of a SKU, and how many eaches one scan of it is."""

    text: str
    uom: Uom
    qty_each: int


@dataclass(frozen=True, slots=True)
class SkuRow:
    """A thing one can order. A weight or volume of 0 is unknown."""

    sku: str
    name: str
    barcodes: tuple[Barcode, ...] = ()
    weight_g: int = 0
    volume_ml: int = 0
    tracks_lot: bool = False
    tracks_expiry: bool = False
    tracks_serial: bool = False
    count_each_up_to: int = 6
    min_qty: int = 0


@dataclass(frozen=True, slots=True)
class StockRow:
    """What lies in a location: a row a SKU and lot. `serials` are all of its serial numbers, or none are told."""

    location_code: str
    sku: str
    lot: str
    expiry: str
    received_at: str
    qty_each: int
    serials: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HandlingUnitRow:
    """A load: units of what lies in a location, named by an SSCC. Without a lot they are of any that lies there.

    `row` is its row in the file it came from (0: from elsewhere), for messages alone.
    """

    sscc: str
    location_code: str
    sku: str
    lot: str
    qty_each: int
    row: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class OrderRow:
    """One line of an order; `line_no` counts from 1 within it, and two equal lines are two lines.
    What expires within `min_life_days` may not be sent.

    `row` is its row in the file it came from (0: from elsewhere), for messages alone.
    """

    order_ref: str
    line_no: int
    sku: str
    qty_each: int
    ordered_at: str = ""
    due_at: str = ""
    priority: int = 0
    channel: str = ""
    customer: str = ""
    min_life_days: int = 0
    carrier: str = ""
    row: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class PersonRow:
    """Someone who logs in by badge."""

    badge: str
    name: str
    role: Role


@dataclass(frozen=True, slots=True)
class CarrierRow:
    """Someone who takes parcels out of the house, in `cartons` alone when there are any."""

    carrier: str
    name: str
    cartons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Imported:
    """A whole file, every row of it good.

    Only the kinds that the file lists are filled; a file of orders may bring the SKUs that it names. `left_out` counts
    rows that a preset passes over, by reason; `not_goods` counts those of them that name no goods, by code.
    `ignored_columns` are the columns that no field was read from.
    """

    kind: Kind
    preset: str
    encoding: str
    delimiter: str
    rows_read: int
    skus: tuple[SkuRow, ...] = ()
    stock: tuple[StockRow, ...] = ()
    handling_units: tuple[HandlingUnitRow, ...] = ()
    orders: tuple[OrderRow, ...] = ()
    people: tuple[PersonRow, ...] = ()
    carriers: tuple[CarrierRow, ...] = ()
    left_out: Mapping[str, int] = field(default_factory=dict)
    not_goods: Mapping[str, int] = field(default_factory=dict)
    ignored_columns: tuple[str, ...] = ()

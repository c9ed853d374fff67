"""Every table of the house, with the CHECKs that no bug can get past.

Stock is a ledger: `moves` are facts and never change; `stock` holds their running sums, one row for each account, SKU
and lot. An account is `location:CODE`, `quarantine:CODE` (damaged goods found there), `tote:LABEL` or `parcel:ID`; what
leaves or enters the house moves to or from the outside accounts `received`, `shipped` and `adjustment`, which have no
row in `stock` (they may go below 0; the ledger knows their sums). Times are ISO 8601 text in UTC, from the one frozen
clock of a transaction. Quantities are eaches.
"""

from server.store.schema.base import metadata
from server.store.schema.building import TAKES_CARTS, closures, layouts, locations, stations
from server.store.schema.carriers import carrier_cartons, carriers
from server.store.schema.events import events, set_aside
from server.store.schema.goods import handling_units, labels, lots, moves, serials, skus, stock
from server.store.schema.people import cartons, carts, devices, enrolments, house_rules, people, totes
from server.store.schema.work import (
    batch_slots,
    batch_ways,
    batches,
    order_lines,
    orders,
    pack_lines,
    parcels,
    pick_lines,
    tasks,
    waves,
    weighings,
)

__all__ = [
    "TAKES_CARTS",
    "batch_slots",
    "batch_ways",
    "batches",
    "carrier_cartons",
    "carriers",
    "cartons",
    "carts",
    "closures",
    "devices",
    "enrolments",
    "events",
    "handling_units",
    "house_rules",
    "labels",
    "layouts",
    "locations",
    "lots",
    "metadata",
    "moves",
    "order_lines",
    "orders",
    "pack_lines",
    "parcels",
    "people",
    "pick_lines",
    "serials",
    "set_aside",
    "skus",
    "stations",
    "stock",
    "tasks",
    "totes",
    "waves",
    "weighings",
]

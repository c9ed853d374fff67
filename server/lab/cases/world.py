"""The floor that the scan cases speak of (tests/vectors/world.json), as rows: what is the same for every case."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, insert

from server.core import gs1
from server.core.layout import Shape, generate, read_layout
from server.store import schema as s

Said = Mapping[str, Any]
Row = dict[str, Any]

NOW = "2026-12-01T08:00:00.000Z"  # the lots of world.json expire around this day
PICKER, OTHER, PACKER, LEAD = "P-102-3M8", "P-103-9T4", "K-201-5R1", "S-301-2H6"
CARRIER = "DHL"
SPARE = "REST"  # goods that no label names
WEIGHTS_G = {"22465": 500}  # two lamps make the 1,000 g of case 83

_PLACES = Shape(blocks=1, aisles=2, bays=5, levels=1, stations=1)
_LOCATIONS = (("A-05-1", "47", "open"), ("A-03-2", "", "open"), ("B-01-2", "08", "open"), ("HOSPITAL", "", "blocked"))
_STATIONS = (("PACK-1", "pack"), ("PACK-2", "pack"), ("DOCK-9", "dock"))
_TRACKED = {"MILK": "lot", "DRILL": "serial", "SAW": "serial"}
_STORED_KINDS = frozenset(("location", "aisle", "item", "tote", "cart", "station", "carton", "person", "serial"))


def furnish(c: Connection, world: Said) -> None:
    """Fill a migrated database with the building, people, things and goods of `world`, and with others' work."""
    _building(c)
    skus = {line["sku"]: line["name"] for line in world["lines"].values()}
    skus |= {"CANDLE": "Candle", "SAW": "Saw", SPARE: "Something else"}
    c.execute(
        insert(s.skus),
        [
            {"sku": sku, "name": name, "tracks": _TRACKED.get(sku, ""), "weight_g": WEIGHTS_G.get(sku, 0)}
            for sku, name in skus.items()
        ],
    )
    _people(c)
    _things(c, world["things"])
    _work_of_others(c)


def label_rows(key: str, things: Sequence[Said]) -> list[Row]:
    """What a label belongs to, as rows of `labels`; nothing of what the store keeps no labels of."""
    return [
        {
            "label": key,
            "kind": thing["kind"],
            "ref": thing["ref"],
            "uom": thing.get("uom", "each"),
            "qty_each": thing.get("qty_each", 1) if thing["kind"] == "item" else 1,
        }
        for thing in things
        if thing["kind"] in _STORED_KINDS
    ]


def _building(c: Connection) -> None:
    document = generate("cases", _PLACES)
    layout = read_layout(document)
    c.execute(insert(s.layouts), {"name": "cases", "revision": layout.revision, "document": document, "loaded_at": NOW})
    c.execute(
        insert(s.locations),
        [
            {
                "location_code": code,
                "aisle": code[:1],
                "check_digits": digits,
                "state": state,
                "node": place.node,
                "x_m": place.x_m,
                "y_m": place.y_m,
            }
            for (code, digits, state), place in zip(_LOCATIONS, layout.locations, strict=False)
        ],
    )
    node = layout.stations[0].node
    c.execute(insert(s.stations), [{"station_code": code, "kind": kind, "node": node} for code, kind in _STATIONS])


def _people(c: Connection) -> None:
    names = {PICKER: "Bo", OTHER: "Cy", "P-101-7K2": "Ann", PACKER: "Di", LEAD: "Sue"}
    roles = {"P": "picker", "K": "packer", "S": "supervisor"}
    c.execute(
        insert(s.people),
        [{"badge": badge, "name": name, "role": roles[badge[0]]} for badge, name in names.items()],
    )


def _things(c: Connection, things: Mapping[str, Sequence[Said]]) -> None:
    named = {(one["kind"], one["ref"]): one for found in things.values() for one in found}
    carts = [ref for kind, ref in named if kind == "cart"]
    c.execute(insert(s.carts), [{"cart": cart} for cart in ("C-01", *carts)])
    _carriers(c, {ref: one["state"] for (kind, ref), one in named.items() if kind == "carton"})
    states = {"TOTE-21": ("filling", "576099"), "TOTE-22": ("full", "576098"), "TOTE-24": ("staged", "576097")}
    totes = [ref for kind, ref in named if kind == "tote"]
    rows = [(tote, *states.get(tote, ("free", ""))) for tote in totes]
    c.execute(insert(s.totes), [{"tote": tote, "state": state, "order_ref": order} for tote, state, order in rows])
    labels = [row for key, found in things.items() for row in label_rows(gs1.key(key), found)]
    once = {(row["label"], row["kind"], row["ref"]): row for row in labels}
    c.execute(insert(s.labels), list(once.values()))
    lots = {(one["ref"], one["sku"]) for found in things.values() for one in found if one["kind"] == "lot"}
    c.execute(insert(s.lots), [{"lot": lot, "sku": sku, "received_at": NOW} for lot, sku in sorted(lots)])
    serials = [("SN8", "DRILL", "shipped", ""), ("SN9", "DRILL", "tote:TOTE-22", "576012")]
    serials += [("SAW1", "SAW", "location:A-03-2", "")]
    c.execute(
        insert(s.serials),
        [{"serial": one, "sku": sku, "account": at, "order_ref": order} for one, sku, at, order in serials],
    )


def _carriers(c: Connection, cartons: Mapping[str, str]) -> None:
    """The cartons, each allowed or refused, and the carrier that takes those that are allowed."""
    c.execute(insert(s.cartons), [{"carton": carton, "name": carton} for carton in cartons])
    c.execute(insert(s.carriers), {"carrier": CARRIER, "name": CARRIER})
    taken = [{"carrier": CARRIER, "carton": carton} for carton, state in cartons.items() if state == "allowed"]
    c.execute(insert(s.carrier_cartons), taken)


def _work_of_others(c: Connection) -> None:
    """Another picker's cart is under way; of order 576097 three units are still on a shelf."""
    refs = ("576097", "576098", "576099", "576012")
    c.execute(insert(s.orders), [{"order_ref": ref, "ordered_at": NOW, "state": "picking"} for ref in refs])
    c.execute(insert(s.batches), {"id": 90, "state": "picking"})
    c.execute(insert(s.batch_slots), {"batch_id": 90, "slot": 1, "order_ref": "576097"})
    c.execute(insert(s.order_lines), {"id": 90, "order_ref": "576097", "line_number": 1, "sku": SPARE, "qty_each": 3})
    place = {"location_code": "A-03-2", "sku": SPARE, "lot": "", "qty_each": 3}
    c.execute(insert(s.pick_lines), place | {"id": 90, "batch_id": 90, "seq": 1, "slot": 1, "order_line_id": 90})
    put_stock(c, "location:A-03-2", SPARE, "", 3, 3)
    theirs = {"id": 90, "kind": "pick", "state": "location", "badge": OTHER, "batch_id": 90, "cart": "C-05"}
    c.execute(insert(s.tasks), theirs | {"raised_at": NOW})
    c.execute(s.carts.update().where(s.carts.c.cart == "C-05").values(badge=OTHER))


def put_stock(c: Connection, account: str, sku: str, lot: str, qty_each: int, reserved_each: int = 0) -> None:
    """Units come into an account from outside, with their ledger row; none: an emptied row is left behind."""
    row = {"account": account, "sku": sku, "lot": lot}
    c.execute(insert(s.stock), row | {"on_hand_each": qty_each, "reserved_each": reserved_each})
    if qty_each:
        came = {"at": NOW, "from_account": "received", "to_account": account, "sku": sku, "lot": lot}
        c.execute(insert(s.moves), came | {"qty_each": qty_each})

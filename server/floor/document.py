"""A task as its device holds it: the whole of it, to work without the network (docs/protocol.md, TASK)."""

import json
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection

from server.floor import errands, shelf
from server.floor.carriers import DOWN
from server.store import carriers, documents, handling_units, put_backs, serials, stock, tasks, tours, work
from server.store.rows import AnyRow
from server.store.transaction import utc_now

Document = dict[str, Any]


def task_document(connection: Connection, task_id: int) -> Document:
    """The whole task with its lines, the labels of its items, and for a pick its tour. Ids as on the wire (T17)."""
    row = tasks.task_row(connection, task_id)
    assert row is not None
    head = {
        "id": f"T{row.id}",
        "kind": row.kind,
        "version": row.version,
        "state": row.state,
        "asked": row.asked,
        "line": row.line_id,
    }
    return head | BODIES[row.kind](connection, row)


def _pick(connection: Connection, row: AnyRow) -> Document:
    cursor = {"cart": row.cart, "at_location": row.at_location, "in_hand": row.in_hand_each}
    if row.batch_id is None:
        waiting = errands.waiting_for(connection, row.badge) if row.badge else 0
        return cursor | {"batch": "", "lines": [], "totes": [], "stations": [], "path": [], "put_backs": waiting}
    batch = documents.batch(connection, row.batch_id)
    station = tours.ends_at(connection, row.batch_id)
    lines = documents.lines(connection, row.batch_id)
    ahead = (line.id for line in lines if line.state == "open" and not line.cut_off)
    in_work = row.line_id or next(ahead, None)  # a new tour: its first
    labels = documents.item_labels_of_batch(connection, row.batch_id)
    loads = _loads(connection, row.batch_id)
    emptied = shelf.emptied_by(connection, row.batch_id, lines)
    return cursor | {
        "line": in_work,
        "batch": f"B{row.batch_id}",
        "length_m": batch.length_m,
        "lower_bound_m": batch.lower_bound_m,
        "optimal": bool(batch.optimal),
        "path": json.loads(batch.path),
        **({"start_at": batch.start_at} if batch.start_at else {}),
        "stations": documents.station_codes(connection),
        **({"station": station} if station else {}),
        "totes": [
            {"slot": s.slot, "tote": s.tote, "order": s.order_ref} for s in documents.slots(connection, row.batch_id)
        ],
        "lines": [
            _line(line, labels.get(line.sku, []))
            | _tracked(connection, line, bool(row.in_hand_each and line.id == in_work))
            | loads.get((stock.at_location(line.location_code), line.sku), {})
            | ({"zero_check": True} if line.id in emptied else {})
            for line in lines
        ],
    }


def _tracked(connection: Connection, line: AnyRow, in_hand: bool) -> Document:
    """What only lines of tracked SKUs have to say; what is empty is left out."""
    if not line.tracks:
        return {"lots_here": []}
    found = dict(shelf.of_line(connection, line, line.min_life_days, utc_now()[:10]))
    if line.tracks == "serial":
        found["serials"] = serials.of_line(connection, line.id, in_hand)
    said = {name: list(value) if isinstance(value, tuple) else value for name, value in found.items() if value}
    return {"lots_here": []} | said


def _loads(connection: Connection, batch_id: int) -> dict[tuple[str, str], Document]:
    """The loads that stand whole where the batch is picked, as their lines say it: by account and SKU."""
    found: dict[tuple[str, str], Document] = {}
    for row in handling_units.whole_of_batch(connection, batch_id):
        said = found.setdefault((row.account, row.sku), {"loads_here": []})
        said["loads_here"].append({"sscc": row.sscc, "qty": row.qty_each, "lot": row.lot})
    return found


def _line(line: AnyRow, labels: list[Document]) -> Document:
    return {
        "id": line.id,
        "location": line.location_code,
        "check_digits": line.check_digits,
        "sku": line.sku,
        "name": line.name,
        "lot": line.lot,
        "expiry": line.expiry or "",
        "qty": line.qty_each,
        "picked": line.picked_each,
        "slot": line.slot,
        "tote": line.tote,
        "order": line.order_ref,
        "each_up_to": line.count_each_up_to,
        "tracks": line.tracks,
        "state": "cut_off" if line.cut_off and line.state == "open" else line.state,
        "labels": labels,
        "x": line.x_m,
        "y": line.y_m,
    }


def _pack(connection: Connection, row: AnyRow) -> Document:
    refused = carriers.refused_cartons(connection, row.order_ref) if row.order_ref else ()
    cartons = [
        {"label": one.carton, "name": one.name} | ({"refused": True} if one.carton in refused else {})
        for one in work.all_cartons(connection)
    ]
    if row.order_ref is None:
        shipped = tasks.packed_last(connection, row.badge)
        blank = {"order": "", "totes": [], "carton": "", "lines": [], "cartons": cartons}
        return blank | ({} if shipped is None else {"shipped": shipped.order_ref})
    labels = documents.item_labels_of_packing(connection, row.id)
    lines = [
        {
            "id": line.id,
            "sku": line.sku,
            "name": line.name,
            "qty": line.qty_each,
            "packed": line.packed_each,
            "each_up_to": line.count_each_up_to,
            "labels": labels.get(line.sku, []),
        }
        for line in tasks.pack_rows(connection, row.id)
    ]
    totes = list(work.totes_of(connection, row.order_ref))
    told = {"order": row.order_ref, "totes": totes, "carton": row.carton, "lines": lines, "cartons": cartons}
    carrier = carriers.of_order(connection, row.order_ref)
    if carrier is None:
        return told
    return told | {"carrier": carrier.name} | ({"carrier_down": True} if carrier.state == DOWN else {})


def _put_back(connection: Connection, row: AnyRow) -> Document:
    goods = put_backs.row(connection, row.id)
    labels = put_backs.item_labels(connection, goods.sku)
    return {
        "sku": goods.sku,
        "name": goods.name,
        "lot": goods.lot,
        "qty": goods.qty_each,
        "in_hand": goods.in_hand_each,
        "tote": goods.tote,
        "order": goods.order_ref or "",
        "location": goods.location_code,
        "check_digits": goods.check_digits,
        "locations": list(put_backs.places(connection, goods.sku)),
        "each_up_to": goods.count_each_up_to,
        "labels": [{"key": label.label, "uom": label.uom, "qty": label.qty_each} for label in labels],
    }


BODIES: Mapping[str, Callable[[Connection, AnyRow], Document]] = MappingProxyType(
    {"pick": _pick, "pack": _pack, "put_back": _put_back}
)

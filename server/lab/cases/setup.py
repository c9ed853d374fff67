"""The task that a scan case begins with, as rows: its batch or its order, its lines, and the stock behind them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, insert, update

from server.core import gs1
from server.lab.cases.world import CARRIER, NOW, PACKER, PICKER, SPARE, Row, Said, label_rows, put_stock
from server.store import schema as s

BATCH, TASK = 1, 1
ORDERS = ("576080", "576081")
SLOT_TOTES = {1: "TOTE-1", 2: "TOTE-2"}
PLENTY = 60


@dataclass(frozen=True, slots=True)
class Stand:
    """Whose task a case is about, and which."""

    badge: str
    task: str


def set_up(c: Connection, world: Said, case: Said) -> Stand:
    """Put the task that `case` begins with on the furnished floor."""
    for said in case["scans"]:
        if isinstance(said, Mapping):
            for row in label_rows(gs1.key(said.get("label", "")), said.get("things", ())):
                c.execute(insert(s.labels).prefix_with("OR IGNORE"), row)
                if row["kind"] == "station":
                    station = {"station_code": row["ref"], "kind": "pack", "node": "PACK-1"}
                    c.execute(insert(s.stations).prefix_with("OR IGNORE"), station)
            _packed_now(c, said.get("things", ()))
    _loads(c, world, case)
    if case["kind"] == "pack":
        _pack(c, world, case["task"])
        return Stand(PACKER, f"T{TASK}")
    _pick(c, world, case["task"], case.get("totes", SLOT_TOTES))
    for more in case.get("elsewhere", ()):
        put_stock(c, f"location:{more['location_code']}", more["sku"], "", more["qty_each"])
    return Stand(PICKER, f"T{TASK}")


def _loads(c: Connection, world: Said, case: Said) -> None:
    """The loads that are scanned: where the world's line of their goods leads, one of 0 units somewhere else."""
    places = {line["sku"]: line["location_code"] for line in world["lines"].values()}
    for said in case["scans"]:
        told = {"label": said} if isinstance(said, str) else said
        known = [one for key in gs1.parse(told.get("label")).keys for one in world["things"].get(key, ())]
        for thing in told.get("things", known):
            if thing["kind"] == "load":
                row = {"sscc": thing["ref"], "sku": thing["sku"], "lot": thing.get("lot", "")}
                row |= {"account": f"location:{places[thing['sku']] if thing['qty_each'] else 'A-03-2'}"}
                c.execute(insert(s.handling_units).prefix_with("OR IGNORE"), row | {"qty_each": thing["qty_each"] or 1})


def _packed_now(c: Connection, things: Sequence[Said]) -> None:
    """Totes that somebody is emptying at a bench."""
    for tote in [thing["ref"] for thing in things if (thing["kind"], thing.get("state")) == ("tote", "packing")]:
        c.execute(insert(s.totes), {"tote": tote, "state": "packing", "order_ref": "576097"})


def line_of(lines: Said, said: Any) -> Row | None:
    """A line as a case says it: a name, or one like another with differences."""
    if said is None or isinstance(said, str):
        return None if said is None else dict(lines[said])
    return dict(lines.get(said.get("like", ""), {})) | {key: said[key] for key in said if key != "like"}


def _pick(c: Connection, world: Said, task: Said, totes: Mapping[int, str]) -> None:
    found = [line_of(world["lines"], task.get(name)) for name in ("line", "following")]
    lines = [line for line in found if line is not None]
    _orders(c, lines)
    batch = None
    if task["state"] not in ("cart", "waiting"):
        c.execute(insert(s.batches), {"id": BATCH, "state": "picking", "station_code": task.get("station", "")})
        _slots(c, lines, totes)
        batch = BATCH
        _lines(c, lines, task)
    cart = task.get("cart", "" if task["state"] == "cart" else "C-01")
    if cart:
        c.execute(update(s.carts).where(s.carts.c.cart == cart).values(badge=PICKER))
    _task(c, task, badge=PICKER, batch_id=batch, cart=cart, line_id=lines[0]["line_id"] if lines else None)


def _orders(c: Connection, lines: list[Row]) -> None:
    c.execute(insert(s.orders), [{"order_ref": ref, "ordered_at": NOW, "state": "picking"} for ref in ORDERS])
    for line in lines:
        wanted = {"order_ref": line["order_ref"], "line_number": line["line_id"], "sku": line["sku"]}
        wanted |= {"id": line["line_id"], "qty_each": line["qty_each"], "picked_each": line["picked_each"]}
        c.execute(insert(s.order_lines), wanted)


def _slots(c: Connection, lines: list[Row], totes: Mapping[int, str]) -> None:
    """The cart's totes: as the lines say, else (a slot without a line) as `totes` says."""
    for slot, order_ref in enumerate(ORDERS, start=1):
        tote = next((line["tote"] for line in lines if line["slot"] == slot), totes.get(slot, ""))
        c.execute(insert(s.batch_slots), {"batch_id": BATCH, "slot": slot, "order_ref": order_ref, "tote": tote})
        if tote:
            bound = {"state": "filling", "order_ref": order_ref, "batch_id": BATCH, "slot": slot}
            c.execute(update(s.totes).where(s.totes.c.tote == tote).values(**bound))
    staged = {"state": "staged", "order_ref": ORDERS[0], "station_code": "PACK-1"}
    c.execute(update(s.totes).where(s.totes.c.tote == "TOTE-23").values(**staged))


def _lines(c: Connection, lines: list[Row], task: Said) -> None:
    emptied = {line["location_code"] for line in lines if line.get("zero_check")}
    for seq, line in enumerate(lines, start=1):
        _location(c, line)
        row = {name: line[name] for name in ("location_code", "sku", "lot", "qty_each", "picked_each", "slot")}
        c.execute(
            insert(s.pick_lines),
            row | {"id": line["line_id"], "batch_id": BATCH, "seq": seq, "order_line_id": line["line_id"]},
        )
        if line["picked_each"]:
            put_stock(c, f"tote:{line['tote']}", line["sku"], line["lot"], line["picked_each"])
    for line in {(line["location_code"], line["sku"]): line for line in lines}.values():
        _shelf(c, line, [one for one in lines if one["sku"] == line["sku"]], line["location_code"] in emptied)
    if task.get("in_hand_each"):
        _in_hand(c, lines[0], task["in_hand_each"])


def _location(c: Connection, line: Row) -> None:
    """A location that only this case speaks of, and the check digits that it has here."""
    known = s.locations.update().where(s.locations.c.location_code == line["location_code"])
    digits = line["check_digits"]
    if not c.execute(known.values(check_digits=digits)).rowcount:
        place = {"location_code": line["location_code"], "aisle": "A", "check_digits": digits, "node": "PACK-1"}
        c.execute(insert(s.locations), place | {"x_m": 0.0, "y_m": 0.0})


def _shelf(c: Connection, line: Row, wanting: list[Row], emptied: bool) -> None:
    """What lies where a line leads: its lot, the other lots there, those that are gone, and serial numbers."""
    account = f"location:{line['location_code']}"
    wanted = sum(one["qty_each"] - one["picked_each"] for one in wanting)
    days = dict(zip(line.get("lots_here", ()), line.get("lots_here_expiry", ()), strict=False))
    days |= {line["lot"]: line["expiry"]} if line.get("expiry") else {}
    tracked = line.get("tracks") == "lot"
    here = dict.fromkeys((line["lot"], *(line.get("lots_here", ()) if tracked else ())), PLENTY)
    for lot in {*here, *line.get("lots_gone", ())} - {""}:
        row = {"sku": line["sku"], "lot": lot, "expiry": days.get(lot, ""), "received_at": NOW}
        c.execute(insert(s.lots).prefix_with("OR REPLACE"), row)
    for lot, qty in (here | dict.fromkeys(line.get("lots_gone", ()), 0)).items():
        promised = wanted if lot == line["lot"] else 0
        put_stock(c, account, line["sku"], lot, wanted if emptied else qty and max(qty, wanted), promised)
    _serials(c, line, account)
    c.execute(update(s.skus).where(s.skus.c.sku == line["sku"]).values(tracks=line.get("tracks", "")))


def _serials(c: Connection, line: Row, account: str) -> None:
    rows = [{"sku": line["sku"], "serial": one, "account": account} for one in line.get("serials_here", ())]
    if rows:
        c.execute(insert(s.serials), rows)
    taken = s.serials.update().where(s.serials.c.serial.in_(line.get("serials", ())))
    c.execute(taken.values(line_id=line["line_id"]))


def _in_hand(c: Connection, line: Row, qty_each: int) -> None:
    """Somebody counted these units into the picker's hand."""
    counted = {"at": NOW, "kind": "count", "badge": PICKER, "task_id": TASK, "line_id": line["line_id"]}
    c.execute(insert(s.events), counted | {"qty_each": qty_each})


def _task(c: Connection, task: Said, **columns: Any) -> None:
    last = task.get("last")
    kept = None
    if last is not None:
        parts = [last.get(name, "") for name in ("ref", "lot", "serial", "state")]
        kept = json.dumps([last["effect"], last.get("qty_each", 0), *parts, None, ""])
    row = {
        "id": TASK,
        "kind": "pick",
        "state": task["state"],
        "asked": task.get("asked", ""),
        "at_location": task.get("at_location", ""),
        "in_hand_each": task.get("in_hand_each", 0),
        "memory": kept,
        "raised_at": NOW,
    }
    ended = {"ended_at": NOW, "ended_why": "done"} if task["state"] == "done" else {}
    c.execute(insert(s.tasks), row | columns | ended)


def _pack(c: Connection, world: Said, task: Said) -> None:
    """An order that lies in TOTE-23, packed as far as the case says."""
    order = ORDERS[0]
    wanted = _packing(world, task)
    over = task["state"] == "done"
    state = "shipped" if over else "packing" if task.get("order_ref") else "picked"
    c.execute(insert(s.orders), {"order_ref": order, "ordered_at": NOW, "state": state, "carrier": CARRIER})
    if task.get("carrier_down"):
        c.execute(update(s.carriers).values(state="down"))
    c.execute(update(s.totes).where(s.totes.c.tote == "TOTE-23").values(state="staged", order_ref=order))
    boxed = task.get("carton", "BOX-M" if over else "")
    line = line_of(world["pack_lines"], task.get("line"))
    at_line = None if line is None else line["line_id"]
    _task(c, task, kind="pack", badge=PACKER, order_ref=task.get("order_ref"), carton=boxed, line_id=at_line)
    if task.get("shipped_ref"):
        _shipped(c, task["shipped_ref"])
    if boxed:
        parcel = {"id": 1, "order_ref": order, "task_id": TASK, "carton": boxed, "state": "open"}
        c.execute(insert(s.parcels), parcel | ({"state": "shipped", "shipped_at": NOW} if over else {}))
    for number, (sku, qty, packed) in enumerate(wanted, start=1):
        row = {"id": number, "order_ref": order, "line_number": number, "sku": sku, "qty_each": qty}
        c.execute(insert(s.order_lines), row | {"picked_each": qty, "shipped_each": qty if over else 0})
        if task.get("order_ref"):
            line_id = _line_id(world, task, sku) or 100 + number
            row = {"id": line_id, "task_id": TASK, "sku": sku, "qty_each": qty, "packed_each": packed}
            c.execute(insert(s.pack_lines), row)
        _held(c, sku, qty, packed, over)
    tolerated = str(task.get("tolerance_g", 50))
    c.execute(insert(s.house_rules), {"rule": "weight_tolerance_g", "value": tolerated, "set_at": NOW})


def _shipped(c: Connection, order: str) -> None:
    """The packer has closed this order's parcel before."""
    c.execute(insert(s.orders), {"order_ref": order, "ordered_at": NOW, "state": "shipped"})
    ended = {"id": TASK + 1, "kind": "pack", "state": "done", "badge": PACKER, "order_ref": order, "raised_at": NOW}
    c.execute(insert(s.tasks), ended | {"ended_at": NOW, "ended_why": "done"})
    parcel = {"order_ref": order, "task_id": TASK + 1, "carton": "BOX-M", "state": "shipped", "shipped_at": NOW}
    c.execute(insert(s.parcels), parcel)


def _held(c: Connection, sku: str, qty: int, packed: int, over: bool) -> None:
    if qty > packed:
        put_stock(c, "tote:TOTE-23", sku, "", qty - packed)
    if packed:
        put_stock(c, "parcel:1", sku, "", packed)
    if packed and over:
        left = {"at": NOW, "from_account": "parcel:1", "to_account": "shipped", "sku": sku, "qty_each": packed}
        c.execute(insert(s.moves), left)
        c.execute(update(s.stock).where(s.stock.c.account == "parcel:1", s.stock.c.sku == sku).values(on_hand_each=0))


def _packing(world: Said, task: Said) -> list[tuple[str, int, int]]:
    """The order's SKUs: wanted and packed, so that as much is missing and packed as the case says."""
    line = line_of(world["pack_lines"], task.get("line"))
    found = [] if line is None else [(line["sku"], line["qty_each"], line["packed_each"])]
    missing = task.get("missing_each", 0) - sum(qty - packed for _, qty, packed in found)
    packed = (task.get("packed_each") or 0) - sum(done for _, _, done in found)
    if not found and not task.get("order_ref"):
        return [("22465", 2, 0), ("21212", 24, 0)]
    if task["state"] in ("close", "done") and not found:
        return [("22465", 2, 2)]
    for sku, whole in (("21212", 24), ("22465", 2)):
        if missing >= whole and all(one[0] != sku for one in found):
            found.append((sku, whole, 0))
            missing -= whole
    if missing > 0 or packed > 0:
        found.append((SPARE, max(missing, 0) + max(packed, 0), max(packed, 0)))
    return found


def _line_id(world: Said, task: Said, sku: str) -> int | None:
    line = line_of(world["pack_lines"], task.get("line"))
    return int(line["line_id"]) if line is not None and line["sku"] == sku else None

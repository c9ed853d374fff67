"""A floor small enough to know by heart: three locations, three SKUs, two orders, one batch, one cart.

O1: 2 × PEN (FIRST) and 1 × MUG (SECOND)    slot 1
O2: 8 × CUP (SECOND)                        slot 2
"""

from itertools import count
from typing import Any

from sqlalchemy import Connection, insert, select

from server.core.layout import Shape, generate, read_layout
from server.core.terms import Act, Intent, Role
from server.floor import login, scan
from server.store import schema as s
from server.store.transaction import Store

NOW = "2026-01-05T08:00:00.000Z"
PICKER, OTHER, PACKER = "P-1", "P-2", "K-1"
FIRST, SECOND, THIRD = "A01-01-1", "A01-03-1", "A01-05-1"
DOCUMENT = generate("small", Shape(blocks=1, aisles=1, bays=3, levels=1, stations=1))
LAYOUT = read_layout(DOCUMENT)
EAN = {"PEN": "4006381333931", "MUG": "5012345678900", "CUP": "9780201379624"}
CUP_CASE = "19780201379621"


def furnish(store: Store) -> None:
    """Fill an empty, migrated database."""
    store.write(lambda tx: _furnish(tx.connection))


class Hand:
    """A device in a test's hand: each call is one intent, and answers its reply."""

    def __init__(self, store: Store, badge: str = PICKER) -> None:
        self.store, self.badge, self.seq = store, badge, count(1)
        self.task = ""
        self.version = 1

    def begin(self) -> None:
        """Log in: the standing task becomes this hand's."""
        role = {"P": Role.PICKER, "K": Role.PACKER}[self.badge[0]]
        self.store.write(lambda tx: login.log_in(tx, self.badge, f"dev-{self.badge}"))
        task = self.store.write(lambda tx: scan.begin(tx, self.badge, role))
        self.task = f"T{task}"

    def intent(self, label: str = "", **changes: Any) -> Intent:
        """An intent as this device would send it next."""
        seq = next(self.seq)
        fields: dict[str, Any] = {
            "op_id": f"{self.badge}-op-{seq}",
            "device": f"dev-{self.badge}",
            "seq": seq,
            "task": self.task,
            "version": self.version,
            "label": label,
            "at": NOW,
        }
        return Intent(**fields | changes)

    def send(self, intent: Intent) -> dict[str, Any]:
        """Apply an intent as the socket does."""
        return self.store.write(lambda tx: scan.apply(tx, intent, self.badge))

    def scan(self, label: str, **changes: Any) -> str:
        """Scan a label; answers the reply's code."""
        return str(self.send(self.intent(label, **changes))["code"])

    def tap(self, act: Act, qty: int | None = None, reason: str = "") -> str:
        """Tap instead of scan; answers the reply's code."""
        return str(self.send(self.intent("", act=act, qty=qty, reason=reason))["code"])


def on_hand(store: Store) -> dict[tuple[str, str], int]:
    """What lies where: (account, sku) -> eaches, empty rows left out."""
    found = store.read(lambda c: c.execute(select(s.stock)).all())
    return {(row.account, row.sku): row.on_hand_each for row in found if row.on_hand_each}


def stands(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    """Whatever a short or a full tote may change: stock with its promises, orders, open lines in turn, totes, counts,
    and where the picker stands."""
    stock, order, line, task = s.stock.c, s.order_lines.c, s.pick_lines.c, s.tasks.c
    queries: dict[str, Any] = {
        "stock": select(stock.account, stock.lot, stock.on_hand_each, stock.reserved_each)
        .where(stock.on_hand_each > 0)
        .order_by(stock.account, stock.sku),
        "orders": select(order.id, order.picked_each, order.short_each).order_by(order.id),
        "tour": select(line.id, line.location_code, line.qty_each, line.picked_each)
        .where(line.state == "open")
        .order_by(line.seq),
        "slots": select(s.batch_slots).order_by(s.batch_slots.c.slot),
        "totes": select(s.totes).order_by(s.totes.c.tote),
        "counts": select(task.id).where(task.kind == "count", task.ended_at == ""),
        "task": select(task.state, task.line_id, task.in_hand_each, task.at_location).where(task.kind == "pick"),
    }
    return store.read(lambda c: {name: [tuple(row) for row in c.execute(query)] for name, query in queries.items()})


def _furnish(c: Connection) -> None:
    c.execute(
        insert(s.layouts),
        {"name": "small", "revision": LAYOUT.revision, "document": DOCUMENT, "loaded_at": NOW},
    )
    c.execute(
        insert(s.locations),
        [
            {
                "location_code": place.location_code,
                "aisle": place.aisle,
                "check_digits": place.check_digits,
                "node": place.node,
                "x_m": place.x_m,
                "y_m": place.y_m,
            }
            for place in LAYOUT.locations
        ],
    )
    c.execute(insert(s.stations), {"station_code": "PACK-1", "kind": "pack", "node": "PACK-1"})
    c.execute(
        insert(s.skus),
        [{"sku": sku, "name": sku.title(), "count_each_up_to": 6, "weight_g": 100} for sku in ("PEN", "MUG", "CUP")],
    )
    c.execute(insert(s.lots), [{"sku": k, "lot": "L1", "received_at": NOW} for k in ("PEN", "MUG", "CUP")])
    c.execute(insert(s.people), [_person(PICKER, "picker"), _person(OTHER, "picker"), _person(PACKER, "packer")])
    c.execute(insert(s.carts), [{"cart": "CART-1"}, {"cart": "CART-2"}])
    c.execute(insert(s.totes), [{"tote": f"TOTE-{n}"} for n in range(1, 6)])
    c.execute(insert(s.cartons), {"carton": "BOX-M", "name": "Medium"})
    c.execute(insert(s.labels), _labels([place.location_code for place in LAYOUT.locations]))
    _orders(c)
    _stock(c)


def _person(badge: str, role: str) -> dict[str, str]:
    return {"badge": badge, "name": f"Name of {badge}", "role": role}


def _labels(places: list[str]) -> list[dict[str, object]]:
    plain = [("location", place) for place in places]
    plain += [("aisle", "A01"), ("station", "PACK-1"), ("carton", "BOX-M"), ("cart", "CART-1"), ("cart", "CART-2")]
    plain += [("tote", f"TOTE-{n}") for n in range(1, 6)]
    plain += [("person", badge) for badge in (PICKER, OTHER, PACKER)]
    items = [(f"0{code}", sku, "each", 1) for sku, code in EAN.items()]
    items += [(sku, sku, "each", 1) for sku in EAN] + [(CUP_CASE, "CUP", "case", 4)]
    rows: list[dict[str, object]] = [{"label": ref, "kind": kind, "ref": ref, "uom": "each"} for kind, ref in plain]
    return [row | {"qty_each": 1} for row in rows] + [
        {"label": label, "kind": "item", "ref": sku, "uom": uom, "qty_each": qty} for label, sku, uom, qty in items
    ]


def _orders(c: Connection) -> None:
    c.execute(insert(s.orders), [{"order_ref": ref, "ordered_at": NOW, "state": "picking"} for ref in ("O1", "O2")])
    lines = [("O1", 1, "PEN", 2), ("O1", 2, "MUG", 1), ("O2", 1, "CUP", 8)]
    c.execute(
        insert(s.order_lines),
        [{"order_ref": o, "line_number": n, "sku": sku, "qty_each": qty} for o, n, sku, qty in lines],
    )
    c.execute(insert(s.batches), {"length_m": 8.0, "lower_bound_m": 8.0, "path": []})
    c.execute(insert(s.batch_slots), [{"batch_id": 1, "slot": n, "order_ref": f"O{n}"} for n in (1, 2)])
    stops = [("PEN", FIRST, 1, 1, 2), ("MUG", SECOND, 1, 2, 1), ("CUP", SECOND, 2, 3, 8)]
    c.execute(
        insert(s.pick_lines),
        [
            {
                "batch_id": 1,
                "seq": seq + 1,
                "slot": slot,
                "order_line_id": order_line,
                "location_code": place,
                "sku": sku,
                "lot": "L1",
                "qty_each": qty,
            }
            for seq, (sku, place, slot, order_line, qty) in enumerate(stops)
        ],
    )


def _stock(c: Connection) -> None:
    held = [(FIRST, "PEN", 10, 2), (SECOND, "MUG", 5, 1), (SECOND, "CUP", 20, 8), (THIRD, "PEN", 3, 0)]
    rows = [
        {"account": f"location:{place}", "sku": sku, "lot": "L1", "on_hand_each": qty, "reserved_each": reserved}
        for place, sku, qty, reserved in held
    ]
    c.execute(insert(s.stock), rows)
    c.execute(
        insert(s.moves),
        [
            {"at": NOW, "from_account": "received", "to_account": f"location:{p}", "sku": k, "lot": "L1", "qty_each": q}
            for p, k, q, _ in held
        ],
    )

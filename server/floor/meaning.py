"""What a label belongs to, as the rules want to know it."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from sqlalchemy import Connection

from server.core import flow, gs1
from server.core.terms import Scan, Thing, ThingKind
from server.store import handling_units, tasks
from server.store.rows import AnyRow
from server.store.schema import TAKES_CARTS

AsThing = Callable[[AnyRow], Thing]
Meant = tuple[Scan, tuple[Thing, ...]]

_TOTE_STATES = {"free": "free", "filling": "busy", "full": "full", "staged": "staged", "packing": "packing"}


def thing(row: AnyRow) -> Thing:
    """A label row as a Thing; the states that depend on who asks are corrected by the asker."""
    kind = ThingKind(row.kind)
    state, slot, order_ref, lot, sku = "", 0, "", "", ""
    if kind is ThingKind.LOCATION:
        state = row.location_state or "foreign"
    elif kind is ThingKind.TOTE:
        state, slot, order_ref = _TOTE_STATES[row.tote_state or "free"], row.tote_slot or 0, row.tote_order_ref or ""
    elif kind is ThingKind.CART:
        state = "busy" if row.cart_badge else "free"
    elif kind is ThingKind.STATION:
        state = "open" if row.station_kind in TAKES_CARTS else "forbidden"
    elif kind is ThingKind.SERIAL:
        state, sku, order_ref = (
            _serial_state(row.serial_account or ""),
            row.serial_sku or "",
            row.serial_order_ref or "",
        )
    elif kind is ThingKind.LOT:
        sku = row.lot_sku
    elif kind is ThingKind.LOAD:
        lot, sku = row.load_lot, row.load_sku
    return Thing(kind, row.ref, row.qty_each, row.uom, state, slot, order_ref, lot, sku)


def _serial_state(account: str) -> str:
    """On a shelf, picked for an order, or not in the house."""
    if account.startswith("location:"):
        return "here"
    return "order" if account.startswith(("tote:", "parcel:")) else "gone"


def with_state(found: Thing, state: str) -> Thing:
    """The same thing in another state."""
    return replace(found, state=state)


def person(found: Thing, state: str, name: str) -> Thing:
    """Somebody's badge: how they stand to who scanned it, and what they are called."""
    return replace(found, state=state, name=name)


def not_whole(found: Thing) -> Thing:
    """A load that cannot be taken whole where it was scanned."""
    return replace(found, qty_each=0)


def missing(found: Thing, missing_each: int) -> Thing:
    """A tote whose order is not all at the bench: `missing_each` units are still on their way."""
    return replace(found, state="missing", qty_each=missing_each)


def read(connection: Connection, label: str, as_thing: AsThing) -> Sequence[Meant]:
    """The scans in a label, each with what it belongs to: two when a lost terminator glued two known labels together.

    `as_thing` makes a Thing of a label row. Two labels of which only one is known are a read error (case 34): one is
    known whole and the other a number with a right check digit, or several cuts explain the text.
    """
    scan = gs1.parse(label)
    found = _look_up(connection, scan, as_thing)
    if found or scan.fault not in ("", "read_error") or len(scan.text) < 2:
        return ((scan, found),)
    parts = _parts(connection, scan.text)
    if parts is None:
        return ((scan, found),)
    if not parts:
        return ((replace(scan, fault="read_error", keys=()), ()),)
    return tuple((part, _look_up(connection, part, as_thing)) for part in map(gs1.parse, parts))


def rows_named(connection: Connection, scan: Scan) -> Sequence[AnyRow]:
    """The label rows of a scan's keys; only an SSCC is asked for among the loads."""
    rows = tasks.things(connection, scan.keys) if scan.keys else ()
    return [*rows, *handling_units.named(connection, scan.sscc)] if scan.sscc else rows


def _look_up(connection: Connection, scan: Scan, as_thing: AsThing) -> tuple[Thing, ...]:
    """What the scan's keys belong to, in one question.

    What is no label may be a lot's number, of one SKU or of several. Only an unknown GTIN-14 asks again, for the unit
    it packs.
    """
    if not scan.keys:
        return ()
    rows = rows_named(connection, scan) or tasks.lots_named(connection, scan.keys)

    def of_key(key: str) -> tuple[Thing, ...]:
        asked = rows if key in scan.keys else tasks.things(connection, (key,))
        return tuple(as_thing(row) for row in asked if row.label == key)

    return flow.meanings(scan, of_key)


def _parts(connection: Connection, text: str) -> tuple[str, ...] | None:
    """The two labels in a text; () when it is two of which one cannot be told; None when it is one unknown label."""
    cuts = [(text[:cut], text[cut:]) for cut in range(1, len(text))]
    keys = {part: gs1.key(part) for pair in cuts for part in pair}
    known = tasks.known_keys(connection, sorted(set(keys.values())))
    if not known:
        return None
    parts = flow.split_glued(text, lambda part: keys[part] in known)
    if parts is not None:
        return parts
    knows = [(keys[left] in known, keys[right] in known) for left, right in cuts]
    several = any(left and right for left, right in knows)
    torn = any(
        (left and _is_number(b)) or (right and _is_number(a)) for (a, b), (left, right) in zip(cuts, knows, strict=True)
    )
    return () if several or torn else None


def _is_number(part: str) -> bool:
    """Whether a part proves itself by its check digit."""
    scan = gs1.parse(part)
    return not scan.fault and len(part) > 7 and bool(scan.gtin or scan.sscc)

"""What a label belongs to, as the rules want to know it."""

from dataclasses import replace

from sqlalchemy import Connection

from server.core import flow, gs1
from server.core.terms import Scan, Thing, ThingKind
from server.store import tasks
from server.store.rows import AnyRow

_TOTE_STATES = {"free": "free", "filling": "busy", "full": "full", "staged": "staged", "packing": "packing"}


def thing(row: AnyRow) -> Thing:
    """A label row as a Thing; the states that depend on who asks are corrected by the asker."""
    kind = ThingKind(row.kind)
    state, slot, order_ref = "", 0, ""
    if kind is ThingKind.LOCATION:
        state = row.location_state or "foreign"
    elif kind is ThingKind.TOTE:
        state, slot, order_ref = _TOTE_STATES[row.tote_state or "free"], row.tote_slot or 0, row.tote_order_ref or ""
    elif kind is ThingKind.CART:
        state = "busy" if row.cart_badge else "free"
    elif kind is ThingKind.STATION:
        state = "open" if row.station_kind in ("pack", "staging") else "forbidden"
    return Thing(kind, row.ref, qty_each=row.qty_each, uom=row.uom, state=state, slot=slot, order_ref=order_ref)


def with_state(found: Thing, state: str) -> Thing:
    """The same thing in another state."""
    return replace(found, state=state)


def missing(found: Thing, missing_each: int) -> Thing:
    """A tote whose order is not all at the bench: `missing_each` units are still on their way."""
    return replace(found, state="missing", qty_each=missing_each)


def unglue(connection: Connection, scan: Scan) -> tuple[str, ...]:
    """The two labels that a lost terminator glued together, when both are known whole; else nothing."""
    text = scan.text
    cuts = [(text[:cut], text[cut:]) for cut in range(1, len(text))]
    keys = {part: gs1.key(part) for pair in cuts for part in pair}
    known = tasks.known_keys(connection, sorted(set(keys.values()))) if keys else frozenset()
    if not known:
        return ()
    return flow.split_glued(text, lambda part: keys.get(part, "") in known) or ()

"""What a shelf holds of a line's SKU, as the rules want to know it: lots with their dates, serials, what is left."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection

from server.floor import choices
from server.store import lines, serials, stock, tasks
from server.store.rows import AnyRow


def of_line(connection: Connection, row: AnyRow, min_life_days: int | None, today: str) -> Mapping[str, Any]:
    """Of a line whose SKU is tracked: lots_here (its own first) with their dates, lots_gone, min_expiry, serials_here.

    `row` has location_code, sku, lot and tracks; `min_life_days` is its order's. What may not be had is left out.
    """
    if row.tracks == "serial":
        return {"serials_here": serials.here(connection, stock.at_location(row.location_code), row.sku)}
    if row.tracks != "lot":
        return {}
    found = sorted(tasks.lots_in(connection, row.location_code, row.sku), key=lambda one: (one.lot != row.lot, one.lot))
    here = [one for one in found if one.on_hand_each]
    return {
        "lots_here": tuple(one.lot for one in here),
        "lots_here_expiry": tuple(one.expiry or "" for one in here),
        "lots_gone": tuple(one.lot for one in found if not one.on_hand_each),
        "min_expiry": (date.fromisoformat(today) + timedelta(days=min_life_days or 0)).isoformat(),
    }


def should_be_empty(connection: Connection, location_code: str, left_each: int) -> bool:
    """Whether the ledger expects nothing in the location once `left_each` more units are taken, and the house asks."""
    return (
        lines.on_hand_in(connection, location_code) == left_each and choices.chosen(connection, "zero_check") != "never"
    )


def emptied_by(connection: Connection, batch_id: int, rows: Sequence[AnyRow]) -> frozenset[int]:
    """The ids of the tour's open lines, in walking order, after which their location should be empty."""
    if choices.chosen(connection, "zero_check") == "never":
        return frozenset()
    left = dict(lines.on_hand_of_batch(connection, batch_id))
    found = set()
    for row in rows:
        wanted = row.qty_each - row.picked_each
        if row.state != "open" or not wanted:
            continue
        left[row.location_code] = left.get(row.location_code, 0) - wanted
        if left[row.location_code] == 0:
            found.add(row.id)
    return frozenset(found)

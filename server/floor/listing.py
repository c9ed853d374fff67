"""Orders, batches and tasks for people to look through, a page at a time."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection

from server.core.errors import NotFound
from server.floor import board
from server.store import listing, serials, weights
from server.store.rows import AnyRow

Document = dict[str, Any]


def orders(connection: Connection, state: str, after: str, most: int) -> Document:
    """A page of orders. `state` "" is all; `next` is what to give as `after` for the next page, "" at the end."""
    return _page("orders", listing.orders_after(connection, state, after, most), most, "order_ref")


def order(connection: Connection, order_ref: str) -> Document:
    """One order with its lines, its parcels and the serial numbers in them; quantities in eaches, weights in grams.

    A line's `weight_g` is of the units that were weighed as they were picked; a parcel's 0 when it was not weighed.

    Raises:
        NotFound: there is no such order.

    """
    row = listing.order(connection, order_ref)
    if row is None:
        raise NotFound("unknown_order", f"there is no order {order_ref[:64]!r}")
    caught = weights.of_order(connection, order_ref)
    lines = [_plain(line) for line in listing.lines_of(connection, order_ref)]
    return _plain(row) | {
        "lines": [line | {"weight_g": caught.get(line["id"], 0)} for line in lines],
        "parcels": [_plain(parcel) for parcel in weights.parcels_of(connection, order_ref)],
        "serials": [_plain(serial) for serial in serials.of_order(connection, order_ref)],
    }


def batches(connection: Connection, state: str, after: int, most: int) -> Document:
    """A page of batches; lengths in metres, beside the same stops walked by location name and in an S-shape."""
    return _page("batches", listing.batches_after(connection, state, after, most), most, "id")


def tasks(connection: Connection, kind: str, after: int, most: int) -> Document:
    """A page of unfinished tasks: picks and packings, counts and put-backs that wait for someone."""
    return _page("tasks", listing.open_tasks_after(connection, kind, after, most), most, "id")


def closures(connection: Connection) -> Document:
    """What is closed now."""
    return {"closures": [board.closure(row) for row in listing.closures_now(connection)]}


def _page(name: str, rows: Sequence[AnyRow], most: int, key: str) -> Document:
    last = str(rows[-1]._mapping[key]) if len(rows) == most else ""
    return {name: [_plain(row) for row in rows], "next": last}


def _plain(row: AnyRow) -> Document:
    return {str(name): value for name, value in row._mapping.items()}

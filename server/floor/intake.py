"""Files and orders from outside, read by the planner beside the event loop, taken by the writer in one transaction."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from server.core.errors import BadInput
from server.core.tabular import Imported, Kind, read_table
from server.floor import load
from server.floor.planner import Planner
from server.store.transaction import Store

ORDER_FIELDS = ("order_ref", "channel", "customer", "ordered_at", "due_at", "priority", "min_life_days", "carrier")
LINE_FIELDS = ("sku", "qty")

Document = dict[str, Any]


def take_file(
    store: Store, planner: Planner, content: bytes, kind: str, mapping: Mapping[str, str], preset: str
) -> Document:
    """Import a CSV file; says how many rows were new, changed or known, and which were left out.

    Raises:
        BadRows: rows are wrong, every one is named, and nothing was taken.
        BadInput: the kind, a field or the file as a whole is wrong.
        NotFound: there is no such preset.

    """
    if kind not in set(Kind):
        raise BadInput("unknown_kind", f"there is no import of {kind[:64]!r}; there are {', '.join(Kind)}")
    known = store.read(lambda connection: load.known_to(connection, kind))
    read = planner.run(read_table, content, kind, mapping, preset, known)
    changes = store.write(lambda tx: load.take(tx, read))
    return asdict(changes) | _about(read)


def take_orders(store: Store, planner: Planner, orders: Sequence[object]) -> Document:
    """Enter orders given as JSON objects; they are held to the same rules as a file's rows.

    Each: {"order_ref", "lines": [{"sku", "qty"}]}, and where given channel, customer, ordered_at, due_at, priority,
    min_life_days, carrier.

    Raises:
        BadRows: orders are wrong; "row" n is the n-th line of all orders.
        BadInput: an order has another shape.

    """
    return take_file(store, planner, _as_file(orders), Kind.ORDERS, {}, "generic")


def _as_file(orders: Sequence[object]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, [*ORDER_FIELDS, *LINE_FIELDS])
    writer.writeheader()
    for place, order in enumerate(orders):
        head, lines = _order(f"orders[{place}]", order)
        for number, line in enumerate(lines):
            writer.writerow(head | _fields(f"orders[{place}].lines[{number}]", line, LINE_FIELDS))
    return text.getvalue().encode("utf-8", "replace")


def _order(place: str, order: object) -> tuple[dict[str, str], list[object]]:
    if not isinstance(order, dict):
        raise BadInput("bad_order", f"{place}: an object is wanted")
    lines = order.get("lines")
    if not isinstance(lines, list) or not lines:
        raise BadInput("bad_order", f"{place}.lines: at least one line is wanted")
    return _fields(place, {name: value for name, value in order.items() if name != "lines"}, ORDER_FIELDS), lines


def _fields(place: str, given: object, known: Sequence[str]) -> dict[str, str]:
    if not isinstance(given, dict):
        raise BadInput("bad_order", f"{place}: an object is wanted")
    for name, value in given.items():
        if name not in known:
            raise BadInput("unknown_field", f"{place}: there is no field {str(name)[:64]!r}; known: {', '.join(known)}")
        wanted = int if name in ("qty", "priority", "min_life_days") else str
        if not isinstance(value, wanted) or isinstance(value, bool):
            raise BadInput("bad_order", f"{place}.{name}: {'a whole number' if wanted is int else 'text'} is wanted")
    return {name: str(value) for name, value in given.items()}


def _about(read: Imported) -> Document:
    return {
        "rows_read": read.rows_read,
        "left_out": dict(read.left_out),
        "not_goods": dict(read.not_goods),
        "ignored_columns": list(read.ignored_columns),
        "encoding": read.encoding,
        "delimiter": read.delimiter,
    }

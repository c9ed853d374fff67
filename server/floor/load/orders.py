"""Orders: new ones wait for a wave, known ones must be what they were."""

import hashlib
from collections.abc import Iterable, Sequence
from itertools import groupby

from server.core.errors import BadRows
from server.core.tabular import Imported, OrderRow
from server.floor.load.changes import Changes, Values
from server.store import orders
from server.store.transaction import News, Transaction


def import_orders(tx: Transaction, imported: Imported) -> Changes:
    """Enter orders, counted by order; each waits until a wave takes it. The same order again changes nothing.

    Raises BadRows when a known order_ref comes with another content: an order that may be on its way is not rewritten.
    """
    grouped = _by_order(imported.orders)
    known = orders.content_hashes(tx.connection)
    hashes = {order_ref: content_hash(lines) for order_ref, lines in grouped.items()}
    _demand_unchanged(imported.orders, hashes, known)
    fresh = {order_ref: lines for order_ref, lines in grouped.items() if order_ref not in known}
    heads = [_order(tx.now, lines[0], hashes[order_ref]) for order_ref, lines in fresh.items()]
    orders.add_orders(tx.connection, heads, [_line(line) for lines in fresh.values() for line in lines])
    if fresh:
        tx.tell(News("orders", len(fresh)))
    return Changes(len(fresh), 0, len(grouped) - len(fresh))


def content_hash(lines: Sequence[OrderRow]) -> str:
    """What makes an order the same order again: everything the file says of it, in its order of lines."""
    head = lines[0]
    content: tuple[str | int, ...] = (head.ordered_at, head.due_at, head.priority, head.channel, head.customer)
    content += (head.min_life_days, *([head.carrier] if head.carrier else []))  # without one: as before there were any
    told = repr((content, [(line.line_no, line.sku, line.qty_each) for line in lines]))
    return hashlib.blake2b(told.encode(), digest_size=16).hexdigest()


def _by_order(rows: Iterable[OrderRow]) -> dict[str, list[OrderRow]]:
    ordered = sorted(rows, key=lambda row: (row.order_ref, row.line_no))
    found = {order_ref: list(lines) for order_ref, lines in groupby(ordered, lambda row: row.order_ref)}
    return {order_ref: found[order_ref] for order_ref in dict.fromkeys(row.order_ref for row in rows)}


def _demand_unchanged(rows: Sequence[OrderRow], hashes: dict[str, str], known: dict[str, str]) -> None:
    other = {order_ref for order_ref, told in hashes.items() if known.get(order_ref, told) != told}
    if other:
        first = {row.order_ref: row.row for row in reversed(rows) if row.order_ref in other}
        what = "is known with another content; give the changed order a reference of its own, or cancel the first"
        raise BadRows(
            "order_changed",
            f"{len(other)} orders are known with another content; nothing of the file was taken",
            sorted((number, f"order {order_ref!r} {what}") for order_ref, number in first.items()),
        )


def _order(now: str, head: OrderRow, told: str) -> Values:
    return {
        "order_ref": head.order_ref,
        "channel": head.channel,
        "customer": head.customer,
        "ordered_at": head.ordered_at or now,
        "due_at": head.due_at,
        "priority": head.priority,
        "min_life_days": head.min_life_days,
        "carrier": head.carrier or None,
        "content_hash": told,
    }


def _line(line: OrderRow) -> Values:
    return {"order_ref": line.order_ref, "line_number": line.line_no, "sku": line.sku, "qty_each": line.qty_each}

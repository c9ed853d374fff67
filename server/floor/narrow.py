"""Which batch a picker gets where aisles are narrow: of those whose turn it is, one that keeps out of others' way.

Urgency and due time come first: only batches that are equal in both are chosen among. Where no aisle has a capacity no
batch has ways to choose from, and the next one is given as ever.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from server.core.traffic.dispatch import Choice, choose
from server.core.traffic.walks import Departed, rest_of
from server.floor.release import next_batch as next_in_turn
from server.floor.ways import PlannedWay, stored_walk, way_rows
from server.store import lines, ways
from server.store.rows import AnyRow
from server.store.transaction import Transaction

MOST_OFFERED = 12  # batches that are looked at for one picker


def next_batch(tx: Transaction) -> int | None:
    """Take a batch for a picker who is free, None when none is ready: the next one, or where aisles are narrow the one
    that loses least time, put into the order in which it is to be walked, with the moment at which to start."""
    rows = ways.offered(tx.connection, MOST_OFFERED)
    batch_ids: list[int] = list(dict.fromkeys(row.batch_id for row in rows))
    if not batch_ids:
        return next_in_turn(tx)
    now = datetime.fromisoformat(tx.now)
    choice = _choice(rows, batch_ids, ways.under_way(tx.connection), now)
    begins = now + timedelta(seconds=choice.departure.held_s)
    batch_id = batch_ids[choice.tour]
    taken = ways.take(tx.connection, batch_id, choice.departure.way, _as_said(tx.now, begins))
    if taken is None:  # another server was quicker
        return next_in_turn(tx)
    if choice.departure.way:
        _walk_so(tx, taken)
    return batch_id


def walk_anew(tx: Transaction, batch_id: int, way: PlannedWay | None) -> None:
    """A batch is walked in this way from now on, or when it is given out; None where no aisle is narrow."""
    if way is not None:
        ways.add_ways(tx.connection, way_rows(batch_id, (way,)))
        ways.begin(tx.connection, batch_id, tx.now)


def _choice(rows: Sequence[AnyRow], batch_ids: Sequence[int], under_way: Sequence[AnyRow], now: datetime) -> Choice:
    offered = [[stored_walk(row.legs) for row in rows if row.batch_id == batch_id] for batch_id in batch_ids]
    running = [rest(row, now) for row in under_way]
    limits = {section: limit for row in (*rows, *under_way) for section, _, limit in row.legs if section}
    return choose(offered, running, limits, 0.0)


def rest(row: AnyRow, now: datetime) -> Departed:
    """What is left at `now` of a batch that is walked (a row of ways.under_way), its legs from 0 on."""
    walk = stored_walk(row.legs, row.done_s)
    elapsed_s = (now - datetime.fromisoformat(row.start_at)).total_seconds()
    return rest_of(walk, elapsed_s, max(0, len(walk.done_s) - row.open_lines), 0.0)


def _as_said(now: str, begins: datetime) -> str:
    """A moment in the form of a transaction's own times."""
    text = begins.isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z") if now.endswith("Z") else text


def _walk_so(tx: Transaction, taken: AnyRow) -> None:
    """Put a batch's lines into the order of the way that was taken, unless others have come in since it was made."""
    turn = {location_code: place for place, location_code in enumerate(taken.stops)}
    present = ways.lines_in_turn(tx.connection, taken.batch_id)
    if any(line.location_code not in turn for line in present):
        return
    ordered = sorted(present, key=lambda line: turn[line.location_code])
    lines.reorder(tx.connection, [line.id for line in ordered], 1)
    lines.walk(tx.connection, taken.batch_id, length_m=taken.length_m, path=taken.path)

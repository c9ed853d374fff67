"""An urgent order joins a batch that somebody walks, where a slot is free on that cart and the detour is worth it.

Read, plan in another process, take if the tour is still as it was read: as a wave is released and as a tour is
re-routed. The order's stock is promised, and its lines and slots are entered, in one transaction; the picker's page
gets a new version of the task, and the rerouter puts the lines where the walk is shortest.
"""

from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from server.core.errors import Conflict
from server.core.tabular.cells import utc_text
from server.floor import release, replan
from server.floor.errand import Errand
from server.floor.planner import Planner
from server.floor.release import PlannedLine, Snapshot, WaitingOrder
from server.floor.tour_left import errands_of
from server.store import joins, lines, log, orders, stock
from server.store.rows import AnyRow
from server.store.transaction import Store, Transaction, utc_now

NEAR_S = 3600.0  # an order that is due within so long is urgent, whatever its priority
MOST_TRIES = 20  # a picker scans on while it is planned: each scan asks for another plan


@dataclass(frozen=True, slots=True)
class Host:
    """A batch under way: what is left of its tour, its free slots, and what its cart still carries.

    `free_ml` and `free_g` are None where there is no limit; `unknown_each` units on it have no known volume.
    """

    errand: Errand
    due_at: str
    slots: tuple[int, ...]
    free_ml: int | None
    free_g: int | None
    unknown_each: int


@dataclass(frozen=True, slots=True)
class Running:
    """All that a plan is made from: the urgent orders with the stock, the batches under way, and who waits for work."""

    taken: Snapshot
    hosts: tuple[Host, ...]
    idle: int


@dataclass(frozen=True, slots=True)
class Joining:
    """An order in a running batch: its slots and lines there, and by how many metres the tour grows: as it is walked,
    and as the rest of it would be by location name and in S-shape."""

    order: WaitingOrder
    errand: Errand
    slots: tuple[int, ...]
    lines: tuple[PlannedLine, ...]
    added_m: float
    added_by_name_m: float
    added_in_s_shape_m: float


def join_urgent(store: Store, planner: Planner | None = None) -> tuple[str, ...]:
    """Let every urgent order that waits join a running batch where that is worth it; returns their order_refs.

    The plan is made in one of the planner's processes (without one, here). Raises what core/route raises.
    """
    joined: list[str] = []
    for _ in range(MOST_TRIES):
        if not store.read(_is_any_to_join):
            break
        plan = _plan(store) if planner is None else planner.run(_plan_there, store.url)
        if plan is None:
            break
        try:
            store.write(lambda tx, plan=plan: take_joining(tx, plan))  # type: ignore[misc]
        except Conflict:
            continue
        joined.append(plan.order.order_ref)
    return tuple(joined)


def running_now(connection: Connection) -> Running | None:
    """What is to be decided about; None when no order is urgent, or no cart under way has a free slot."""
    now = utc_now()
    soon = _soon(now)
    if not orders.is_any_urgent(connection, soon):
        return None
    hosts = _hosts(connection)
    if not hosts:
        return None
    taken = release.snapshot(connection, now)
    urgent = {order.order_ref for order in taken.orders if order.priority or (order.due_at and order.due_at <= soon)}
    some = replace(
        taken,
        orders=tuple(order for order in taken.orders if order.order_ref in urgent),
        lines=tuple(line for line in taken.lines if line.order_ref in urgent),
    )
    return Running(some, hosts, len(orders.waiting_walkers(connection)))


def _is_any_to_join(connection: Connection) -> bool:
    return orders.is_any_urgent(connection, _soon(utc_now())) and bool(joins.hosts(connection))


def _plan(store: Store) -> Joining | None:
    running = store.read(running_now)
    return None if running is None else plan_joining(running)


def _plan_there(url: str) -> Joining | None:
    """As `_plan`, in a process that reads the database itself (see floor/wave)."""
    with closing(Store(url)) as store:
        return _plan(store)


def _soon(now: str) -> str:
    return utc_text(datetime.fromisoformat(now) + timedelta(seconds=NEAR_S))


def plan_joining(running: Running) -> Joining | None:
    """The first urgent order that should join a batch, and which; None when none should. For a planning process."""
    from server.floor import join_plan  # noqa: PLC0415 numpy and the solvers stay out of the serving process

    return join_plan.plan(running)


def take_joining(tx: Transaction, plan: Joining) -> None:
    """Promise the stock, and enter the order's slots and lines in the running batch.

    Raises:
        Conflict: the tour, the order or the stock is not as it was read; nothing is kept.

    """
    batch_id = plan.errand.batch_id
    if errands_of(tx.connection, (batch_id,)) != [plan.errand]:
        raise Conflict("tour_changed", "the tour has gone on since; plan again")
    if joins.taken_slots(tx.connection, (batch_id,))[batch_id] & set(plan.slots):
        raise Conflict("slot_taken", "another order has the slot by now; plan again")
    host = joins.batch(tx.connection, batch_id)
    stock.claim(tx.connection, [_claim(line) for line in plan.lines])
    if not orders.release_orders(tx.connection, host.wave_id, {plan.order.order_ref: "picking"}):
        raise Conflict("orders_released", "the order does not wait any more")
    orders.add_slots(
        tx.connection,
        [{"batch_id": batch_id, "slot": slot, "order_ref": plan.order.order_ref} for slot in plan.slots],
    )
    first = lines.last_seq(tx.connection, batch_id) + 1
    rows = [release.line_row(batch_id, seq, line) for seq, line in enumerate(plan.lines, start=first)]
    orders.add_pick_lines(tx.connection, rows)
    due_at = min((due for due in (host.due_at, plan.order.due_at) if due), default="")
    joins.lengthen(
        tx.connection,
        batch_id,
        max(host.priority, plan.order.priority),
        due_at,
        added_m=plan.added_m,
        added_by_name_m=plan.added_by_name_m,
        added_in_s_shape_m=plan.added_in_s_shape_m,
    )
    log.record_event(
        tx.connection, tx.now, "join", task_id=plan.errand.task_id, label=plan.order.order_ref, code=f"B{batch_id}"
    )
    replan.changed(tx, batch_id)


def _hosts(connection: Connection) -> tuple[Host, ...]:
    rows = {row.id: row for row in joins.hosts(connection)}
    taken, loads = joins.taken_slots(connection, tuple(rows)), joins.loads(connection, tuple(rows))
    errands = {errand.batch_id: errand for errand in errands_of(connection, tuple(rows))}
    hosts = (
        _host(row, errands[number], taken[number], loads[number]) for number, row in rows.items() if number in errands
    )
    return tuple(host for host in hosts if host.slots)


def _host(row: AnyRow, errand: Errand, taken: set[int], load: AnyRow) -> Host:
    return Host(
        errand=errand,
        due_at=row.due_at,
        slots=tuple(slot for slot in range(1, row.slots + 1) if slot not in taken),
        free_ml=int(row.max_volume_ml - load.volume_ml) if row.max_volume_ml else None,
        free_g=int(row.max_weight_g - load.weight_g) if row.max_weight_g else None,
        unknown_each=int(load.unknown_each),
    )


def _claim(line: PlannedLine) -> stock.Claim:
    return stock.Claim(stock.at_location(line.location_code), line.sku, line.lot, line.qty_each)

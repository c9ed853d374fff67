"""Releasing a wave from beginning to end: snapshot, plan, take it, and give the batches to whoever waits for one."""

from datetime import UTC, datetime

from sqlalchemy import Connection

from server.core.errors import BadInput, Conflict
from server.core.tabular.cells import utc_text
from server.floor import picking, release
from server.floor.planner import Planner
from server.floor.release import Plan, Progress, Released, Snapshot
from server.store import orders
from server.store.transaction import Store, Transaction, utc_now

MOST_TRIES = 5


def release_wave(
    store: Store,
    planner: Planner | None = None,
    *,
    cutoff: str = "",
    max_orders: int | None = None,
    progress: Progress | None = None,
) -> Released:
    """Release waiting orders: all, or those due by `cutoff` (ISO time, UTC), and at most `max_orders`.

    The plan is made in one of the planner's processes (without one, here, where `progress` is told of it). What is
    short is known when this returns.

    Raises:
        NotReady: there is no layout, or it has no start or end for a tour.
        Conflict: others released or promised the same again and again.

    """
    for _ in range(MOST_TRIES - 1):
        try:
            return _try(store, planner, cutoff, max_orders, progress)
        except Conflict:
            continue
    return _try(store, planner, cutoff, max_orders, progress)


def cutoff_time(text: str) -> str:
    """A cutoff as written by people, as ISO time in UTC; "" stays "". Raises BadInput."""
    if not text:
        return ""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise BadInput("bad_cutoff", f"cutoff: {text[:40]!r} is not a time; write it as 2026-11-23T17:00") from None
    return utc_text(moment if moment.tzinfo else moment.replace(tzinfo=UTC))


def _try(
    store: Store, planner: Planner | None, cutoff: str, max_orders: int | None, progress: Progress | None
) -> Released:
    def take_snapshot(connection: Connection) -> Snapshot:
        return release.snapshot(connection, utc_now(), cutoff=cutoff, max_orders=max_orders)

    taken = store.read(take_snapshot)
    if not taken.orders:
        return Released()
    plan = release.plan_wave(taken, progress) if planner is None else planner.run(release.plan_wave, taken)
    return store.write(lambda tx: _take(tx, plan))


def _take(tx: Transaction, plan: Plan) -> Released:
    released = release.commit_wave(tx, plan)
    for task_id in orders.waiting_walkers(tx.connection):
        if not picking.give_batch(tx, task_id):
            break
    return released

"""Releasing a wave from beginning to end: snapshot, plan, take it, and give the batches to whoever waits for one."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

from sqlalchemy import Connection

from server.core.errors import BadInput, Conflict
from server.core.tabular.cells import utc_text
from server.floor import release
from server.floor.join import join_urgent
from server.floor.pick_task import give_batches
from server.floor.planner import Planner
from server.floor.release import Plan, Progress, Released, Snapshot
from server.store import orders
from server.store.transaction import Store, Transaction, utc_now

MOST_TRIES = 5

Asked = Callable[[Connection], Snapshot]
Keep = Callable[[Transaction, Plan], Released]


def release_wave(
    store: Store,
    planner: Planner | None = None,
    *,
    cutoff: str = "",
    max_orders: int | None = None,
    join: bool = False,
    give: bool = True,
    progress: Progress | None = None,
) -> Released:
    """Release waiting orders: all, or those due by `cutoff` (ISO time, UTC), and at most `max_orders`.

    With `join` urgent orders first join batches under way, where that is worth it; they are no part of the wave then.
    Without `give` the batches are left to the running server, which tells the pages of those who get them.
    The plan is made in one of the planner's processes (without one, here, where `progress` is told of it). What is
    short is known when this returns.

    Raises:
        NotReady: there is no layout, or it has no start or end for a tour.
        Conflict: others released or promised the same again and again.

    """
    joined = join_urgent(store, planner) if join else ()
    asked = partial(_snapshot, cutoff=cutoff, max_orders=max_orders)
    for _ in range(MOST_TRIES - 1):
        try:
            return replace(_try(store, planner, asked, progress, take if give else release.commit_wave), joined=joined)
        except Conflict:
            continue
    return replace(_try(store, planner, asked, progress, take if give else release.commit_wave), joined=joined)


def cutoff_time(text: str) -> str:
    """A cutoff as written by people, as ISO time in UTC; "" stays "". Raises BadInput."""
    if not text:
        return ""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise BadInput("bad_cutoff", f"cutoff: {text[:40]!r} is not a time; write it as 2026-11-23T17:00") from None
    return utc_text(moment if moment.tzinfo else moment.replace(tzinfo=UTC))


def _snapshot(connection: Connection, cutoff: str, max_orders: int | None) -> Snapshot:
    return release.snapshot(connection, utc_now(), cutoff=cutoff, max_orders=max_orders)


def _try(store: Store, planner: Planner | None, asked: Asked, progress: Progress | None, keep: Keep) -> Released:
    taken = store.read(asked)
    if not taken.orders:
        return Released()
    plan = release.plan_wave(taken, progress) if planner is None else planner.run(release.plan_wave, taken)
    return store.write(lambda tx: keep(tx, plan))


def take(tx: Transaction, plan: Plan) -> Released:
    """Take a plan, and give its batches to whoever waits for one. Raises Conflict as `release.commit_wave` does."""
    released = release.commit_wave(tx, plan)
    if released.batch_ids:
        give_batches(tx)
    return released


def hand_out(store: Store) -> None:
    """Give batches that are ready to those who wait: another process may have made them ready."""
    if store.read(lambda connection: orders.ready_batches(connection) and orders.waiting_walkers(connection)):
        store.write(give_batches)

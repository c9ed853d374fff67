"""Releasing a wave from beginning to end: snapshot, plan, take it, and give the batches to whoever waits for one."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime

from server.core.errors import BadInput, Conflict
from server.core.tabular.cells import utc_text
from server.floor import release
from server.floor.join import join_urgent
from server.floor.pick_task import give_batches
from server.floor.planner import Planner
from server.floor.release import Plan, Progress, Released
from server.store import orders
from server.store.transaction import Store, Transaction, utc_now

MOST_TRIES = 5

Wanted = tuple[str, int | None]
"""Until when orders are due that are wanted ("": all), and at most how many."""
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
    wanted, keep = (cutoff, max_orders), take if give else release.commit_wave
    for _ in range(MOST_TRIES - 1):
        try:
            return replace(_try(store, planner, wanted, progress, keep), joined=joined)
        except Conflict:
            continue
    return replace(_try(store, planner, wanted, progress, keep), joined=joined)


def cutoff_time(text: str) -> str:
    """A cutoff as written by people, as ISO time in UTC; "" stays "". Raises BadInput."""
    if not text:
        return ""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise BadInput("bad_cutoff", f"cutoff: {text[:40]!r} is not a time; write it as 2026-11-23T17:00") from None
    return utc_text(moment if moment.tzinfo else moment.replace(tzinfo=UTC))


def _try(store: Store, planner: Planner | None, wanted: Wanted, progress: Progress | None, keep: Keep) -> Released:
    if not store.read(orders.is_any_waiting):
        store.read(release.demand_layout)  # who has not loaded one yet is told so, not that there was nothing to do
        return Released()
    plan = _plan(store, wanted, progress) if planner is None else planner.run(_plan_there, store.url, wanted)
    return store.write(lambda tx: keep(tx, plan))


def _plan(store: Store, wanted: Wanted, progress: Progress | None = None) -> Plan:
    cutoff, max_orders = wanted
    taken = store.read(lambda c: release.snapshot(c, utc_now(), cutoff=cutoff, max_orders=max_orders))
    return release.plan_wave(taken, progress)


def _plan_there(url: str, wanted: Wanted) -> Plan:
    """A plan in a process that reads the database itself: on a large floor reading it takes a second, and packing it up
    for another process half of that, which the event loop does not have."""
    with closing(Store(url)) as store:
        return _plan(store, wanted)


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

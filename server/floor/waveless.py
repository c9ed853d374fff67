"""Release without waves: whoever has a cart and no batch gets the best one that the waiting orders make.

It is a wave like any other, snapshot, plan, commit, of only the orders that those who wait should walk next. The
batches are pushed to the pages that wait for them. Who asks for it, and when, is floor/releaser.
"""

import json
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from server.core.errors import BadInput, Conflict
from server.floor import release
from server.floor.planner import Planner
from server.floor.release import Plan, Released, Snapshot
from server.floor.wave import MOST_TRIES, take
from server.store import log, orders, rules
from server.store.transaction import News, Store, Transaction, utc_now

if TYPE_CHECKING:
    from server.core.batch import Hold

RULE = "release"
HOLD_S = 120.0
MOST_HOLD_S = 3600.0
OVERTAKEN_S = 7200.0
MOST_OVERTAKEN_S = 7 * 86400.0


class Mode(StrEnum):
    """Who decides when waiting orders become work."""

    WAVES = "waves"  # a supervisor, wave by wave
    CONTINUOUS = "continuous"  # the house, whenever somebody is free


@dataclass(frozen=True, slots=True)
class ReleaseRule:
    """How orders are released; a cart on which more would fit keeps a picker waiting for `hold_s` at most.

    An order without a due time is overtaken by others for `overtaken_s` since it was ordered, and no longer.
    """

    mode: Mode = Mode.WAVES
    hold_s: float = HOLD_S
    overtaken_s: float = OVERTAKEN_S


@dataclass(frozen=True, slots=True)
class Waiting:
    """Those who wait while nothing is ready: how many, for how long they may still be kept waiting, and for how long an
    order without a due time is overtaken at most."""

    pickers: int
    patience_s: float
    overtaken_s: float


def release_rule(connection: Connection) -> ReleaseRule:
    """How orders are released now."""
    text = rules.value(connection, RULE)
    if not text:
        return ReleaseRule()
    said = json.loads(text)
    return ReleaseRule(Mode(said.pop("mode")), **said)


def set_release(
    tx: Transaction, mode: str, hold_s: float | None = None, overtaken_s: float | None = None, by: str = ""
) -> ReleaseRule:
    """Orders are released in this way from now on; a figure that is None stays as it is. `by` is who wanted it.

    Raises:
        BadInput: there is no such mode, or the seconds are none that people or orders would wait for.

    """
    if mode not in set(Mode):
        raise BadInput("bad_mode", f"mode: one of {', '.join(Mode)} is wanted, not {mode[:40]!r}")
    before = release_rule(tx.connection)
    rule = ReleaseRule(
        Mode(mode),
        before.hold_s if hold_s is None else hold_s,
        before.overtaken_s if overtaken_s is None else overtaken_s,
    )
    if not 0 <= rule.hold_s <= MOST_HOLD_S:
        raise BadInput("bad_hold", f"hold_s: from 0 to {MOST_HOLD_S:.0f} seconds, not {rule.hold_s:g}")
    if not 0 <= rule.overtaken_s <= MOST_OVERTAKEN_S:
        raise BadInput(
            "bad_overtaken", f"overtaken_s: from 0 to {MOST_OVERTAKEN_S:.0f} seconds, not {rule.overtaken_s:g}"
        )
    rules.put(tx.connection, tx.now, RULE, json.dumps(asdict(rule)))
    log.record_event(tx.connection, tx.now, "release_rule", badge=by, label=mode)
    tx.tell(News("orders"))
    return rule


def release_next(store: Store, planner: Planner | None = None) -> "Released | Hold | None":
    """Give work to those who wait: what was released, why nobody walks yet, or None when there is nothing to decide.

    Raises:
        NotReady: there is no layout, or it has no start or end for a tour.
        Conflict: others released or promised the same again and again.

    """
    for turn in range(MOST_TRIES):
        if not store.read(_is_any_to_give):
            return None
        plan = _plan(store) if planner is None else planner.run(_plan_there, store.url)
        if not isinstance(plan, Plan):
            return plan
        try:
            return store.write(lambda tx, plan=plan: take(tx, plan))  # type: ignore[misc]
        except Conflict:
            if turn == MOST_TRIES - 1:
                raise
    return None


def waiting_now(connection: Connection, now: str) -> Waiting | None:
    """Who waits under the rule of continuous release; None when nobody does, or when waves are released."""
    rule = release_rule(connection)
    since = orders.waiting_since(connection) if rule.mode is Mode.CONTINUOUS else ()
    free = len(since) - orders.ready_batches(connection)
    if free <= 0:
        return None
    waited_s = (datetime.fromisoformat(now) - datetime.fromisoformat(since[0])).total_seconds()
    return Waiting(free, max(0.0, rule.hold_s - waited_s), rule.overtaken_s)


def _is_any_to_give(connection: Connection) -> bool:
    return waiting_now(connection, utc_now()) is not None and orders.is_any_waiting(connection)


def _plan(store: Store) -> "Plan | Hold | None":
    waiting, taken = store.read(_looked)
    if waiting is None or taken is None or not taken.orders:
        return None
    from server.floor import wave_plan  # noqa: PLC0415 numpy and the solvers stay out of the serving process

    return wave_plan.plan_next(taken, waiting)


def _plan_there(url: str) -> "Plan | Hold | None":
    """As `_plan`, in a process that reads the database itself (see floor/wave)."""
    with closing(Store(url)) as store:
        return _plan(store)


def _looked(connection: Connection) -> tuple[Waiting | None, Snapshot | None]:
    now = utc_now()
    waiting = waiting_now(connection, now)
    return waiting, None if waiting is None else release.snapshot(connection, now)

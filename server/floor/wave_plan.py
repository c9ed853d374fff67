"""How a wave is planned: lots and locations, totes, carts, tours. Imported where plans are made, never to serve."""

import math
import time
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from itertools import groupby

from server.core import batch
from server.core.allocate import Allocation, Pick, Wanted, allocate, good_until
from server.core.traffic import Tempo
from server.floor.ground import Ground, ground_of
from server.floor.narrow_plan import with_ways
from server.floor.release import Means, Plan, Progress, Snapshot, WaitingLine
from server.floor.tours import cart_of, first_tours, plan_tours
from server.floor.waveless import Waiting

BATCHING_S = 4.0  # a large wave's batches are improved so long; a small wave's search ends by itself before
CHOOSING_S = 6.0  # as long again may all its tours take to choose among locations
NO_WAY = "no open way leads to what is ordered"
NO_WAY_S = 600.0  # whoever opens a way is heard before
PICKERS = 4  # by whom cutoffs are held to be in time or not, while nobody is logged in


@dataclass(frozen=True, slots=True)
class FirstCome:
    """What a wave would walk with its totes on carts in the order in which they came, in metres."""

    name_order_m: float
    s_shape_m: float
    shortest_m: float


def plan(taken: Snapshot, progress: Progress | None = None, batching_s: float = BATCHING_S) -> Plan:
    """See release.plan_wave; at most `batching_s` seconds go into making batches shorter."""
    ground = ground_of(taken)
    taken, allocation, held = _within_reach(taken, ground)
    served = _served(taken, allocation)
    together = _totes_by_priority(taken, ground, allocation)
    share_s = batching_s / max(1, sum(map(len, together)))
    carts = [
        cart_of(taken, allocation, [totes[i] for i in cart])
        for totes in together
        for cart in _carts(taken, ground, totes, share_s * len(totes))
    ]
    batches = []
    for tour in plan_tours(taken, ground, carts, allocation, partial(_countdown, CHOOSING_S)):
        batches.append(tour)
        if progress:
            progress(len(batches), len(carts))
    states = {order.order_ref: "picking" if order.order_ref in served else "short" for order in taken.orders}
    pace = pace_of(taken.means)
    ways = with_ways(ground, taken.node_of, batches, Tempo(pace.speed_m_s, pace.stop_s, pace.batch_s))
    return Plan(taken.cutoff, taken.revision, taken.closed, states, allocation.short_each, ways, held)


def plan_next(taken: Snapshot, waiting: Waiting) -> Plan | batch.Hold:
    """A plan for the orders of a snapshot that those who wait should walk next, or why nobody should.

    The orders that go next are found by planning all that wait, and then planned as a wave; half of the time goes into
    either. Orders of which nothing is there are part of it, so that they are told short. Raises as `plan` does.
    """
    ground = ground_of(taken)
    taken, allocation, _ = _within_reach(taken, ground)
    served = _served(taken, allocation)
    urgency = {order.order_ref: order.priority for order in taken.orders}
    chosen = {order.order_ref for order in taken.orders} - served
    left = waiting.pickers
    held = None if taken.orders else batch.Hold(NO_WAY, NO_WAY_S)
    for totes in _totes_by_priority(taken, ground, allocation):
        patience_s = 0.0 if urgency[totes[0].order_ref] else waiting.patience_s
        found = _next(taken, ground, totes, replace(waiting, pickers=left, patience_s=patience_s))
        if isinstance(found, batch.Hold):
            held = found
            continue
        chosen |= {totes[i].order_ref for cart in found for i in cart}
        left -= len(found)
        if left <= 0:
            break
    if held is not None and not chosen:
        return held
    return plan(only(taken, chosen), batching_s=BATCHING_S / 2)


def only(taken: Snapshot, order_refs: Collection[str]) -> Snapshot:
    """The snapshot with these of its orders alone."""
    return replace(
        taken,
        orders=tuple(order for order in taken.orders if order.order_ref in order_refs),
        lines=tuple(line for line in taken.lines if line.order_ref in order_refs),
    )


def first_come(taken: Snapshot) -> FirstCome:
    """What `plan` is to be measured against."""
    ground = ground_of(taken)
    taken, allocation, _ = _within_reach(taken, ground)
    carts = [
        cart_of(taken, allocation, [totes[i] for i in cart])
        for totes in _totes_by_priority(taken, ground, allocation)
        for cart in batch.first_come(totes, _capacity(taken.means))
    ]
    tours = first_tours(taken, ground, carts)
    return FirstCome(
        name_order_m=sum(tour.name_order_m for tour in tours),
        s_shape_m=sum(tour.s_shape_m for tour in tours),
        shortest_m=sum(tour.length_m for tour in tours),
    )


def _within_reach(taken: Snapshot, ground: Ground) -> tuple[Snapshot, Allocation, tuple[str, ...]]:
    """The orders that can be served while some ways are closed, their allocation, and the orders that wait for a way:
    those that miss units of which some lie where no way leads now. Nobody calls these short."""
    allocation = _allocate(taken, ground)
    cut_off = set(ground.layout.cut_off)
    behind = [place for place in taken.places if place.location_code in cut_off]
    missed = [one for one in _wanted(taken) if one.line_id in allocation.short_each]
    order_of = {one.line_id: one.order_ref for one in missed}
    wait = {order_of[pick.line_id] for pick in allocate(missed, behind, taken.now).picks}
    if not wait:
        return taken, allocation, ()
    rest = only(taken, {order.order_ref for order in taken.orders} - wait)
    return rest, _allocate(rest, ground), tuple(sorted(wait))


def _allocate(taken: Snapshot, ground: Ground) -> Allocation:
    """Lots and locations for every line; what nobody can walk to now is not given out."""
    cut_off = set(ground.layout.cut_off)
    node_of = taken.node_of
    places = [
        replace(
            place, detour_m=ground.out_m[node_of[place.location_code]] + ground.back_m[node_of[place.location_code]]
        )
        for place in taken.places
        if place.location_code not in cut_off
    ]
    return allocate(_wanted(taken), places, taken.now)


def _wanted(taken: Snapshot) -> list[Wanted]:
    return [
        Wanted(line.line_id, line.order_ref, line.sku, line.qty_each, good_until(taken.now, line.min_life_days))
        for line in taken.lines
    ]


def _served(taken: Snapshot, allocation: Allocation) -> frozenset[str]:
    """Orders of which at least one unit can be had."""
    order_of = {line.line_id: line.order_ref for line in taken.lines}
    return frozenset(order_of[pick.line_id] for pick in allocation.picks)


def _totes_by_priority(taken: Snapshot, ground: Ground, allocation: Allocation) -> list[list[batch.Tote]]:
    """Totes of orders of one priority together: an urgent order does not wait for a cart of others."""
    lines = {line.line_id: line for line in taken.lines}
    heads = {order.order_ref: (turn, order) for turn, order in enumerate(taken.orders)}
    along = _along(taken, ground)
    keyed = sorted(
        range(len(allocation.picks)),
        key=lambda i: (
            heads[lines[allocation.picks[i].line_id].order_ref][0],
            along[allocation.picks[i].location_code],
        ),
    )
    items = [_item(i, allocation.picks[i], lines, taken.node_of) for i in keyed]
    by_priority = groupby(items, lambda item: heads[item.order_ref][1].priority)
    return [list(batch.fill(some, taken.means.tote_ml or batch.TOTE_ML)) for _, some in by_priority]


def _item(key: int, pick: Pick, lines: Mapping[int, WaitingLine], node_of: Mapping[str, str]) -> batch.Item:
    line = lines[pick.line_id]
    return batch.Item(key, line.order_ref, node_of[pick.location_code], pick.qty_each, line.unit_ml, line.unit_g)


def _along(taken: Snapshot, ground: Ground) -> Mapping[str, tuple[float, str, float, str]]:
    """Where a location comes when one goes through the building aisle by aisle, the nearest aisle first."""
    aisle_of = {place.location_code: place.aisle for place in taken.places}
    nearest: dict[str, float] = defaultdict(lambda: float("inf"))
    for code, aisle in aisle_of.items():
        nearest[aisle] = min(nearest[aisle], ground.out_m[taken.node_of[code]])
    return {code: (nearest[aisle], aisle, ground.out_m[taken.node_of[code]], code) for code, aisle in aisle_of.items()}


def _carts(taken: Snapshot, ground: Ground, totes: Sequence[batch.Tote], seconds: float) -> tuple[batch.Batch, ...]:
    """Totes on carts: those with a cutoff in time, and then by short walks."""
    capacity, pace, walks = _capacity(taken.means), pace_of(taken.means), _walks(ground, totes)
    return batch.plan_in_time(totes, _due_s(taken, totes), capacity, walks, pace, left_s=_countdown(seconds))


def _next(
    taken: Snapshot, ground: Ground, totes: Sequence[batch.Tote], waiting: Waiting
) -> tuple[batch.Batch, ...] | batch.Hold:
    """What is to be walked next of these totes."""
    return batch.next_batches(
        totes,
        _due_s(taken, totes),
        _overtaken_s(taken, totes, waiting.overtaken_s),
        _capacity(taken.means),
        _walks(ground, totes),
        pace_of(taken.means),
        waiting.pickers,
        waiting.patience_s,
        left_s=_countdown(BATCHING_S / 2),
    )


def _walks(ground: Ground, totes: Sequence[batch.Tote]) -> batch.Walks:
    nodes = sorted({node for tote in totes for node in tote.nodes})
    return batch.walks_on(ground.network, nodes, ground.start, ground.stations[0].node)


def _due_s(taken: Snapshot, totes: Sequence[batch.Tote]) -> list[float]:
    due_at = {order.order_ref: order.due_at for order in taken.orders}
    return [seconds_until(due_at[tote.order_ref], taken.now) for tote in totes]


def _overtaken_s(taken: Snapshot, totes: Sequence[batch.Tote], most_s: float) -> list[float]:
    """For how long each tote may still be overtaken: `most_s` since it was ordered, and for ever where it is due."""
    left_s = {
        order.order_ref: math.inf if order.due_at else most_s + seconds_until(order.ordered_at, taken.now)
        for order in taken.orders
    }
    return [left_s[tote.order_ref] for tote in totes]


def pace_of(means: Means) -> batch.Pace:
    """How quickly batches are walked: by those who are logged in, at the seconds a stop that the floor's scans tell."""
    usual = batch.Pace(pickers=means.pickers or PICKERS)
    return replace(usual, stop_s=means.stop_s) if means.stop_s else usual


def _capacity(means: Means) -> batch.Capacity:
    return batch.Capacity(means.slots, means.cart_ml, means.cart_g)


def _countdown(seconds: float) -> Callable[[], float]:
    """Seconds left of these, from now on."""
    until = time.monotonic() + seconds
    return lambda: until - time.monotonic()


def seconds_until(due_at: str, now: str) -> float:
    """Seconds until a due time; without one, endless."""
    if not due_at:
        return math.inf
    return (datetime.fromisoformat(due_at) - datetime.fromisoformat(now)).total_seconds()

"""Cutoffs before metres: totes due at different times share carts only where nobody is late for it.

The totes of each due time are planned alone, the earliest first. Then neighbouring due times are planned together
wherever that is shorter and no more totes come too late, or come later. How late a tote is follows from the order in
which the pickers take the batches, the next free picker always the next batch.
"""

import heapq
import math
from collections.abc import Sequence
from dataclasses import dataclass

from server.core.batch.carts import Walks, plan_batches
from server.core.batch.problem import Batch
from server.core.batch.totes import Capacity, Tote
from server.core.route.tour import Left, unhurried


@dataclass(frozen=True, slots=True)
class Pace:
    """How quickly batches are walked: by how many pickers, metres a second, seconds a stop and a batch beside that."""

    pickers: int = 1
    speed_m_s: float = 1.2
    stop_s: float = 12.0
    batch_s: float = 90.0


@dataclass(frozen=True, slots=True, order=True)
class Cost:
    """What a plan costs, the first field before the second before the third: totes too late, seconds in all, metres."""

    late: int
    late_s: float
    length_m: float


def plan_in_time(
    totes: Sequence[Tote],
    due_s: Sequence[float],
    capacity: Capacity,
    walks: Walks,
    pace: Pace,
    *,
    left_s: Left = unhurried,
    seed: int = 0,
) -> tuple[Batch, ...]:
    """Batches in the order in which they are to be walked; `due_s` are seconds from now, inf where a tote may wait.

    Few totes late first, then few seconds late, then few metres.
    """

    def plan(group: Sequence[int], to_come: int) -> tuple[Batch, ...]:
        """Batches of these totes, in an even share of the time that is left with `to_come` more plans to make."""
        some = [totes[i] for i in group]
        few = plan_batches(some, capacity, walks, left_s=_part(left_s, 1 + to_come), seed=seed)
        return tuple(tuple(group[i] for i in batch) for batch in few)

    times = sorted(set(due_s))
    groups = [[i for i, due in enumerate(due_s) if due == time] for time in times]
    plans = [plan(group, 2 * len(groups) - 2 - turn) for turn, group in enumerate(groups)]
    place = 0
    while place + 1 < len(groups):
        joined = groups[place] + groups[place + 1]
        together = [*plans[:place], plan(joined, len(groups) - 2 - place), *plans[place + 2 :]]
        before, after = (cost(totes, due_s, in_turn(each, due_s), walks, pace) for each in (plans, together))
        if after < before:
            groups[place : place + 2], plans = [joined], together
        else:
            place += 1
    return in_turn(plans, due_s)


def in_turn(plans: Sequence[Sequence[Batch]], due_s: Sequence[float]) -> tuple[Batch, ...]:
    """All batches, those with the earliest due tote first; of equal ones those planned first."""
    batches = [batch for plan in plans for batch in plan]
    return tuple(sorted(batches, key=lambda batch: min(due_s[i] for i in batch)))


def cost(
    totes: Sequence[Tote],
    due_s: Sequence[float],
    batches: Sequence[Batch],
    walks: Walks,
    pace: Pace,
    busy_s: Sequence[float] = (),
) -> Cost:
    """What becomes of the due times and how far is walked when the pickers take `batches` in this order.

    The pace's pickers are all free now, unless `busy_s` says in how many seconds each picker is.
    """
    free_s = sorted(busy_s) or [0.0] * max(1, pace.pickers)
    late, late_s, length_m = 0, 0.0, 0.0
    for batch in batches:
        walk_m = walked_m(totes, batch, walks)
        done_s = heapq.heappop(free_s) + takes_s(totes, batch, walk_m, pace)
        heapq.heappush(free_s, done_s)
        length_m += walk_m
        over_s = [done_s - due_s[i] for i in batch if done_s > due_s[i]]
        late, late_s = late + len(over_s), late_s + sum(over_s)
    return Cost(late, late_s, length_m)


def walked_m(totes: Sequence[Tote], batch: Batch, walks: Walks) -> float:
    """How far a batch is walked, in metres."""
    nodes = {node for i in batch for node in totes[i].nodes}
    return float(walks.lengths(walks.lengths.stops([nodes]))[0])


def takes_s(totes: Sequence[Tote], batch: Batch, length_m: float, pace: Pace) -> float:
    """How long a batch takes when it is walked over `length_m`."""
    stops = len({node for i in batch for node in totes[i].nodes})
    return pace.batch_s + stops * pace.stop_s + length_m / pace.speed_m_s


def _part(left_s: Left, parts: int) -> Left:
    """An even part of the seconds that are left now."""
    spared_s = left_s() * (parts - 1) / parts if left_s() < math.inf else 0.0
    return left_s if parts == 1 else lambda: left_s() - spared_s

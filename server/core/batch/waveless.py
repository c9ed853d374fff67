"""Batches without waves: what those who are free now are to walk, and when it is better that they wait.

A cart that is not full is held back for more to come. While full carts keep coming, that alone would hold back for ever
what lies far from all else: hence a tote may be overtaken only for so long.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from server.core.batch.carts import Walks
from server.core.batch.in_time import Pace, cost, plan_in_time, takes_s, walked_m
from server.core.batch.problem import Batch
from server.core.batch.totes import Capacity, Tote
from server.core.route.tour import Left, unhurried

NOT_FULL = "more fits on the carts, and everything that waits would still be in time after another walk"


@dataclass(frozen=True, slots=True)
class Hold:
    """Nobody walks yet: why, and for how many seconds at most unless something comes in."""

    reason: str
    seconds: float


def next_batches(
    totes: Sequence[Tote],
    due_s: Sequence[float],
    overtaken_s: Sequence[float],
    capacity: Capacity,
    walks: Walks,
    pace: Pace,
    most: int = 1,
    patience_s: float = math.inf,
    *,
    left_s: Left = unhurried,
    seed: int = 0,
) -> tuple[Batch, ...] | Hold:
    """The batches that up to `most` free pickers are to walk now, of all totes that wait, who came first first.

    Of `due_s` and `overtaken_s` each tote has one, in seconds from now: when it is due, and how long others may still
    go before it; inf where it may wait. The earliest due goes first, of those due together the batch with the first of
    `totes`. A cart on which more would fit is held back for totes to come, for `patience_s` at most, and only as long
    as its first tote would still be in time after another walk as long as this one. A batch with a tote that may not be
    overtaken any more goes before all others, full or not, unless a due tote would be too late, or later, for it.
    An empty tuple when nothing waits.
    """
    planned = plan_in_time(totes, due_s, capacity, walks, pace, left_s=left_s, seed=seed)
    turns = sorted(planned, key=lambda batch: (min(due_s[i] for i in batch), min(batch)))
    ripe = _not_to_be_overtaken(totes, due_s, overtaken_s, turns, walks, pace, most)
    spare_s = min((left for left in overtaken_s if left > 0), default=math.inf)
    for batch in _without(turns, ripe):
        walk_s = takes_s(totes, batch, walked_m(totes, batch, walks), pace)
        slack_s = min(due_s[i] for i in batch) - 2 * walk_s
        if patience_s <= 0 or slack_s <= 0 or _full(totes, batch, capacity):
            ripe.append(batch)
        else:
            spare_s = min(spare_s, slack_s)
    if ripe or not planned:
        return tuple(ripe[:most])
    return Hold(NOT_FULL, min(spare_s, patience_s))


def _not_to_be_overtaken(
    totes: Sequence[Tote],
    due_s: Sequence[float],
    overtaken_s: Sequence[float],
    turns: Sequence[Batch],
    walks: Walks,
    pace: Pace,
    most: int,
) -> list[Batch]:
    """Batches that go before all others now, as many as due totes allow. All pickers but the `most` who are free are
    taken to have such a walk just before them, so that no due time hangs on when they are back."""
    may_s = {batch: min(overtaken_s[i] for i in batch) for batch in turns}
    over = sorted((batch for batch in turns if may_s[batch] <= 0), key=may_s.__getitem__)
    if min(due_s, default=math.inf) == math.inf:
        return over[:most]  # what follows plays the whole queue, for seconds where hundreds of batches wait
    ahead: list[Batch] = []
    for batch in over[:most]:
        walk_s = takes_s(totes, batch, walked_m(totes, batch, walks), pace)
        busy_s = [0.0] * most + [walk_s] * (pace.pickers - most)
        in_turn, first = [*ahead, *_without(turns, ahead)], [*ahead, batch, *_without(turns, [*ahead, batch])]
        before, after = (cost(totes, due_s, each, walks, pace, busy_s) for each in (in_turn, first))
        if (after.late, after.late_s) > (before.late, before.late_s):
            break
        ahead.append(batch)
    return ahead


def _without(batches: Sequence[Batch], gone: Sequence[Batch]) -> list[Batch]:
    return [batch for batch in batches if batch not in gone]


def _full(totes: Sequence[Tote], batch: Batch, capacity: Capacity) -> bool:
    """Whether no slot is free, or nothing that waits goes on this cart any more."""
    if len(batch) >= capacity.slots:
        return True
    held_ml, held_g = sum(totes[i].volume_ml for i in batch), sum(totes[i].weight_g for i in batch)
    others = [totes[i] for i in range(len(totes)) if i not in batch]
    return bool(others) and not any(
        capacity.holds(len(batch) + 1, held_ml + tote.volume_ml, held_g + tote.weight_g) for tote in others
    )

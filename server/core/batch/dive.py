"""From shares of batches to whole ones: the batch with the largest share is taken, and what is left is relaxed anew.

Source: diving with column generation, Sadykov et al. 2019, https://doi.org/10.1287/ijoc.2018.0822.
"""

import numpy as np

from server.core.batch.columns import Rows
from server.core.batch.generate import Found, relax
from server.core.batch.master import Master, Relaxed
from server.core.batch.problem import Batch
from server.core.route.tour import Left

WHOLE = 1 - 1e-6
SHARE = 0.05
"""Smaller shares are never taken for chance's sake."""


def dive(
    master: Master, found: Found, at_most_m: float, chance: np.random.Generator | None, left_s: Left
) -> list[Batch] | None:
    """A plan for the items of `master`; None when it would be longer than `at_most_m` or time ran out.

    `chance` shakes the choice of what is taken next; without it the largest share is taken. The master is used up.
    """
    plan: list[Batch] = []
    walked_m = 0.0
    while master.free.any():
        relaxed = relax(master, found, left_s)
        if left_s() <= 0 or walked_m + relaxed.length_m > at_most_m:
            return None
        taken = [batch for row in _next(master, relaxed, chance) if (batch := _free_part(master, row))]
        taken = _apart(taken)
        master.take(taken)
        plan += taken
        rows = master.problem.members(taken, master.columns.width)
        walked_m += float(master.problem.costs(rows).sum())
    return plan


def _next(master: Master, relaxed: Relaxed, chance: np.random.Generator | None) -> Rows:
    """The columns to take: all whole ones, else the one with the largest share."""
    rows = master.columns.within(master.free)
    shares = relaxed.shares[rows]
    whole = rows[shares > WHOLE]
    if len(whole):
        return whole
    if chance is not None:
        shares = shares + np.where(shares > SHARE, 0.5 * chance.random(len(shares)), 0.0)
    return rows[[int(shares.argmax())]]


def _free_part(master: Master, row: int) -> Batch:
    members = master.columns.members[row].tolist()
    return tuple(item for item in members if item != master.problem.count and master.free[item])


def _apart(batches: list[Batch]) -> list[Batch]:
    """The batches without the items that an earlier one holds."""
    seen: set[int] = set()
    apart = []
    for batch in batches:
        left = tuple(item for item in batch if item not in seen)
        seen.update(left)
        if left:
            apart.append(left)
    return apart

"""Column generation: the relaxed programme solved by adding the batches that would shorten it.

Where all batches are listed, each round prices them all and the relaxed optimum is exact. Else new batches are looked
for one item away from those that the relaxed optimum uses, which comes close to it in some ten rounds.

Source: column generation for order batching, Muter & Öncan 2015, https://doi.org/10.1080/0740817X.2014.991478;
Briant et al. 2020, https://doi.org/10.1016/j.ejor.2020.01.059.
"""

import numpy as np

from server.core.batch.columns import Columns, Rows
from server.core.batch.master import Master, Relaxed
from server.core.batch.pricing import neighbours
from server.core.batch.problem import SLACK_M, Metres, batch_of
from server.core.route.tour import Left

ADDED = 200
AROUND = 60
NEAR = 0.04
KEPT = 4000
"""At most so many of one look around are kept."""
"""Found batches are kept when they cost at most this share of a mean batch more than they are worth."""


class Found:
    """A search's scratch paper: the batches found so far.

    `complete` when no other batch could be of use; around those in `seen` was looked already.
    """

    def __init__(self, columns: Columns, *, complete: bool = False) -> None:
        self.columns = columns
        self.complete = complete
        self.seen: set[bytes] = set()

    def keep(self, relaxed: Relaxed, within_m: float, at_most: int) -> None:
        """Forget the batches that cost `within_m` or more beyond what they are worth: no plan so much shorter has one.

        Where they may be incomplete anyway, keep only the best `at_most`.
        """
        over = relaxed.reduced(self.columns.members, self.columns.costs)
        rows = np.flatnonzero(over < within_m)
        if not self.complete and len(rows) > at_most:
            rows = rows[np.argpartition(over[rows], at_most)[:at_most]]
        self.columns = self.columns.chosen(rows)


def relax(master: Master, found: Found, left_s: Left, reach: float = 0.0) -> Relaxed:
    """Solve the relaxed programme over the items that are left in `master`; stops when `left_s` has run out.

    With `reach` the neighbours of batches are looked at, too, that cost up to this share of a mean batch more than
    they are worth.
    """
    usable = found.columns.within(master.free)
    while True:
        relaxed = master.solve()
        if left_s() <= 0:
            return relaxed
        over, looked = _over(relaxed, found, usable), False
        if not found.complete:
            size, mean_m = len(found.columns), relaxed.length_m / max(1, master.problem.fewest_carts(master.free))
            near = np.flatnonzero(over < max(SLACK_M, reach * mean_m))
            looked = _look_around(master, found, relaxed, usable[near[np.argsort(over[near], kind="stable")]])
            fresh = size + found.columns.within(master.free, size)
            usable = np.concatenate((usable, fresh))
            over = np.concatenate((over, _over(relaxed, found, fresh)))
        if not _add_best(master, found, usable, over) and not looked:
            return relaxed


def _over(relaxed: Relaxed, found: Found, rows: Rows) -> Metres:
    columns = found.columns
    if len(rows) == len(columns):
        return relaxed.reduced(columns.members, columns.costs)
    return relaxed.reduced(columns.members[rows], columns.costs[rows])


def _add_best(master: Master, found: Found, usable: Rows, over: Metres) -> bool:
    """Add the batches that are worth most more than they cost; whether there were any."""
    below = np.flatnonzero(over < -SLACK_M)
    if len(below) > ADDED:
        below = below[np.argpartition(over[below], ADDED)[:ADDED]]
    rows = usable[below]
    master.add(found.columns.members[rows], found.columns.costs[rows])
    return len(rows) > 0


def _look_around(master: Master, found: Found, relaxed: Relaxed, near: Rows) -> bool:
    """Find the batches one item away from the first of `near` that are new; whether there were any."""
    columns = found.columns
    bases = []
    for row in near:
        members = columns.members[row]
        if (key := members.tobytes()) not in found.seen:
            found.seen.add(key)
            bases.append(batch_of(members, master.problem.count))
        if len(bases) == AROUND:
            break
    if not bases:
        return False
    members, metres = neighbours(master.problem, bases, columns.width)
    over = relaxed.reduced(members, metres)
    keep = np.flatnonzero(over < NEAR * relaxed.length_m / max(1, master.problem.fewest_carts(master.free)))
    if len(keep) > KEPT:
        keep = keep[np.argpartition(over[keep], KEPT)[:KEPT]]
    columns.add(members[keep], metres[keep])
    return True

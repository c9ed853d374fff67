"""The search for the shortest plan: savings and descent at once, then column generation, dives and whole programmes.

Where a tour takes longer than some microseconds to weigh (`screen` is given), an iterated local search instead.

Anytime: the best plan so far is returned when time runs out. Without a clock the answer depends on the input and the
seed alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from server.core.batch.columns import Columns, Rows
from server.core.batch.descent import Descent
from server.core.batch.dive import dive
from server.core.batch.generate import Found, relax
from server.core.batch.master import Master, choose
from server.core.batch.pricing import every
from server.core.batch.problem import SLACK_M, Batch, Problem
from server.core.batch.savings import merge_by_savings
from server.core.route.tour import Left, unhurried

REACH = 0.02
START_COLUMNS = 1500
WHOLE_COLUMNS = 4000
"""A whole programme over so many columns is solved in seconds."""
MOST_FOUND = 150_000
POLISH = 1.006
"""A dive may end this much longer than the best plan: descent often makes up for it."""
PATIENCE = 40
"""Without a clock the search ends after so many attempts that found nothing shorter."""
SHAKES, SHAKES_AN_ITEM = 200, 10
"""The same where tours are slow to weigh, and the search goes from one plan to the next; with a clock, too."""
PARTS_A_DIVE = 3
PART_ITEMS = (20, 60)
PART_COLUMNS = 1500
"""A part with at most so many useful batches is solved in whole numbers, in some hundredths of a second."""

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Plan:
    """Batches of items and their metres; `lower_bound_m` is what no plan can undercut (0 when that is not known)."""

    batches: tuple[Batch, ...]
    length_m: float
    lower_bound_m: float = 0.0

    @property
    def optimal(self) -> bool:
        """Whether no plan is shorter."""
        return self.length_m <= self.lower_bound_m + SLACK_M


def search(problem: Problem, *, left_s: Left = unhurried, seed: int = 0, start: Sequence[Sequence[int]] = ()) -> Plan:
    """A short plan that puts every item into one batch that fits on a cart.

    `start` is a plan to begin with. An item larger than a cart has a batch for itself.
    """
    if problem.count == 0:
        return Plan((), 0.0)
    best = _Best(problem, left_s)
    best.take(start or merge_by_savings(problem))
    if len(best.batches) == 1:
        best.bound_m = best.length_m  # no plan is shorter than one walk over everything
    elif problem.screen is not None:
        best.shake(seed)
    elif left_s() > 0:
        _Attempts(best, seed).run()
    return Plan(tuple(sorted(best.batches)), best.length_m, best.bound_m)


class _Best:
    """The shortest plan so far, and how short it may become."""

    def __init__(self, problem: Problem, left_s: Left) -> None:
        self.problem, self.left_s = problem, left_s
        self.batches: list[Batch] = []
        self.length_m, self.bound_m = np.inf, 0.0
        self._descent = Descent(problem)

    @property
    def proven(self) -> bool:
        return self.length_m <= self.bound_m + SLACK_M

    def take(self, plan: Sequence[Sequence[int]]) -> None:
        """Descend from a plan; keep where that ends when it is the shortest so far."""
        metres, batches = self._descent.run(plan, self.left_s)
        if metres < self.length_m - SLACK_M:
            self.length_m, self.batches = metres, batches

    def shake(self, seed: int) -> None:
        patience = min(SHAKES, SHAKES_AN_ITEM * self.problem.count)
        self.length_m, self.batches = self._descent.shake(self.batches, seed, patience, self.left_s)

    def metres(self, batches: Sequence[Batch]) -> float:
        rows = self.problem.members(batches, max(map(len, batches), default=1))
        return float(self.problem.costs(rows).sum())


class _Attempts:
    """Dives over the whole plan and over parts of it, led by the relaxed optimum."""

    def __init__(self, best: _Best, seed: int) -> None:
        self.best, self.problem, self.left_s = best, best.problem, best.left_s
        self.chance = np.random.default_rng(seed)
        self.everything = np.ones(self.problem.count, bool)
        self.tried_whole = False
        self._relax_all()

    def _relax_all(self) -> None:
        problem, best = self.problem, self.best
        width = max(problem.most_on_a_cart(), *map(len, best.batches))
        listed = every(problem, width, problem.list_up_to)
        known = self._known(self.everything, width) if listed is None else listed
        self.found = Found(Columns(problem.count, width), complete=listed is not None)
        self.found.columns.add(known, problem.costs(known))
        master = self._master(self.everything, np.empty(0, np.intp))
        self.root = relax(master, self.found, self.left_s, 0.0)
        if not self.found.complete:
            self.root = relax(master, self.found, self.left_s, REACH)
        elif self.left_s() > 0:
            best.bound_m = problem.round_up(self.root.length_m)

    def run(self) -> None:
        """Attempt after attempt until time is out, the plan is proven or nothing shorter is found any more."""
        best, idle, turn = self.best, 0, 0
        patience = PATIENCE if self.left_s() == np.inf else np.inf
        while self.left_s() > 0 and idle < patience and not best.proven:
            before = best.length_m
            if turn % (1 + PARTS_A_DIVE) == 0:
                self._dive(shaken=turn > 0)
                self._forget()
            else:
                self._part()
            turn += 1
            idle = 0 if best.length_m < before - SLACK_M else idle + 1
            if self.found.complete and idle >= PARTS_A_DIVE:
                self._whole()

    def _forget(self) -> None:
        if self.found.complete or len(self.found.columns) > 2 * MOST_FOUND:
            within_m = self.best.length_m - self.root.length_m
            self.found.keep(self.root, within_m + SLACK_M, MOST_FOUND)

    def _dive(self, *, shaken: bool) -> None:
        """The whole plan anew."""
        rows = self._cheapest(np.arange(len(self.found.columns)), START_COLUMNS)
        master = self._master(self.everything, rows)
        at_most_m = self.best.length_m * POLISH
        plan = dive(master, self.found, at_most_m, self.chance if shaken else None, self.left_s)
        if plan is not None:
            self.best.take(plan)

    def _part(self) -> None:
        """Some batches of the best plan anew, unless the relaxed optimum over their items is no shorter."""
        chosen, kept = self._some_batches()
        items = np.zeros(self.problem.count, bool)
        items[[item for batch in chosen for item in batch]] = True
        now_m = self.best.metres(chosen)
        master = self._master(items, self._cheapest(self.found.columns.within(items), START_COLUMNS // 4))
        relaxed = relax(master, self.found, self.left_s)
        if self.problem.round_up(relaxed.length_m) >= now_m - SLACK_M:
            return
        columns = self.found.columns.chosen(self.found.columns.within(items))
        useful = columns.chosen(
            np.flatnonzero(relaxed.reduced(columns.members, columns.costs) < now_m - relaxed.length_m)
        )
        if len(useful) <= PART_COLUMNS:
            plan: Sequence[Batch] | None = choose(self.problem, useful, chosen, self.left_s)[0]
        else:
            plan = dive(master, self.found, now_m * POLISH, self.chance, self.left_s)
        if plan is not None:
            self.best.take([*kept, *plan])

    def _some_batches(self) -> tuple[list[Batch], list[Batch]]:
        """(batches of the best plan to make anew, the others)."""
        size = int(self.chance.integers(*PART_ITEMS))
        chosen: list[Batch] = []
        kept: list[Batch] = []
        for cart in self.chance.permutation(len(self.best.batches)):
            batch = self.best.batches[cart]
            fits = sum(map(len, chosen)) + len(batch) <= size
            (chosen if fits else kept).append(batch)
        return chosen, kept

    def _whole(self) -> None:
        """With every useful batch at hand, and these few: the shortest plan, proven."""
        if self.tried_whole or len(self.found.columns) > WHOLE_COLUMNS:
            return
        self.tried_whole = True
        plan, bound_m = choose(self.problem, self.found.columns, self.best.batches, self.left_s)
        self.best.take(plan)
        # what was forgotten costs too much for any plan that is shorter than the best was
        self.best.bound_m = max(self.best.bound_m, min(self.problem.round_up(bound_m), self.best.length_m))

    def _master(self, items: Flags, rows: Rows) -> Master:
        """A programme over these items, with the best plan's batches and these columns."""
        columns = self.found.columns
        master = Master(self.problem, items, columns.width)
        known = self._known(items, columns.width)
        master.add(known, self.problem.costs(known))
        master.add(columns.members[rows], columns.costs[rows])
        return master

    def _known(self, items: Flags, width: int) -> npt.NDArray[np.int16]:
        batches = [batch for batch in self.best.batches if items[list(batch)].all()]
        return self.problem.members([*batches, *((int(item),) for item in np.flatnonzero(items))], width)

    def _cheapest(self, rows: Rows, count: int) -> Rows:
        """Of these rows those that cost least beyond what the relaxed optimum says they are worth."""
        if len(rows) <= count:
            return rows
        over = self.root.reduced(self.found.columns.members[rows], self.found.columns.costs[rows])
        return rows[np.argpartition(over, count)[:count]]

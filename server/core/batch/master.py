"""The programme that chooses batches: every item in one of them, the metres least; relaxed (duals), or in whole
numbers.

A row for the number of batches says that there are at least as many as the items fill. Without it the relaxed
programme uses a fraction of a cart, and its bound is weak where carts are nearly full.

Source: set partitioning for order batching, Gademann & Van de Velde 2005,
https://doi.org/10.1080/07408170590516917; HiGHS, https://doi.org/10.1007/s12532-017-0130-5.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import highspy
import numpy as np
import numpy.typing as npt

# the public class writes a banner to standard output before it can be told to be quiet
from highspy._core import _Highs
from highspy._core.cb import HighsCallbackInput, HighsCallbackType

from server.core.batch.columns import Columns, reduced
from server.core.batch.problem import Batch, Members, Metres, Problem, batch_of
from server.core.route.tour import Left

EMPTY = np.empty(0, np.int32)


@dataclass(frozen=True, slots=True)
class Relaxed:
    """A relaxed optimum: metres, each item's dual (nobody's is 0, the last), the dual of one more batch, the shares."""

    length_m: float
    duals: Metres
    batch_dual: float
    shares: Metres

    def reduced(self, members: Members, costs: Metres) -> Metres:
        """What each batch costs beyond what it is worth; below 0 it would shorten the relaxed plan."""
        return reduced(members, costs, self.duals) - self.batch_dual


class Master:
    """The relaxed programme over some items; columns are added as they are found, items leave as batches are taken."""

    def __init__(self, problem: Problem, items: npt.NDArray[np.bool_], width: int) -> None:
        self.problem, self.free = problem, items.copy()
        self.columns = Columns(problem.count, width)
        self._row = np.where(items, np.cumsum(items) - 1, -1)
        self._items = np.flatnonzero(items)
        self._known: set[bytes] = set()
        self._highs = _quiet()
        for _ in self._items:
            self._highs.addRow(1.0, math.inf, 0, EMPTY, EMPTY.astype(float))
        self._highs.addRow(float(problem.fewest_carts(items)), math.inf, 0, EMPTY, EMPTY.astype(float))

    def at_least(self, batches: int) -> None:
        """Ask for at least so many batches."""
        self._highs.changeRowBounds(len(self._items), float(batches), math.inf)

    def add(self, members: Members, costs: Metres) -> None:
        """Add columns; those that are there already are left out."""
        keys = [row.tobytes() for row in members]
        first = {key: i for i, key in reversed(list(enumerate(keys))) if key not in self._known}
        fresh = sorted(first.values())
        if fresh:
            self._known.update(first)
            members, costs = members[fresh], costs[fresh]
            self.columns.add(members, costs)
            _add_columns(self._highs, members, costs, self._row, math.inf)

    def solve(self) -> Relaxed:
        """The relaxed optimum over the columns and the items that are left."""
        self._highs.run()
        solution = self._highs.getSolution()
        rows = np.array(solution.row_dual)
        duals = np.zeros(self.problem.count + 1)
        duals[self._items] = rows[:-1]
        return Relaxed(self._highs.getObjectiveValue(), duals, float(rows[-1]), np.array(solution.col_value))

    def take(self, batches: Iterable[Sequence[int]]) -> None:
        """These items are batched; columns that hold one of them are shut."""
        for batch in batches:
            self.free[list(batch)] = False
            for item in batch:
                self._highs.changeRowBounds(int(self._row[item]), 0.0, math.inf)
        shut = np.ones(len(self.columns), bool)
        shut[self.columns.within(self.free)] = False
        rows = np.flatnonzero(shut).astype(np.int32)
        zeros = np.zeros(len(rows))
        self._highs.changeColsBounds(len(rows), rows, zeros, zeros)
        self.at_least(self.problem.fewest_carts(self.free))


def choose(problem: Problem, columns: Columns, known: Sequence[Batch], left_s: Left) -> tuple[tuple[Batch, ...], float]:
    """(the shortest plan over `columns` for the items of `known`, a lower bound on it).

    `known` is a plan to begin with, and what is returned when nothing shorter is found before time runs out.
    """
    items = np.zeros(problem.count, bool)
    items[[item for batch in known for item in batch]] = True
    first = problem.members(known, columns.width)
    keys = {row.tobytes() for row in first}
    # each batch once: with a start given, HiGHS 1.16 goes wrong where presolve joins equal columns
    fresh = {key: i for i, row in enumerate(columns.members) if (key := row.tobytes()) not in keys}
    members = np.concatenate((first, columns.members[list(fresh.values())]))
    highs = _partition(problem, members, items)
    start = highspy.HighsSolution()
    start.col_value = [1.0] * len(first) + [0.0] * (len(members) - len(first))
    highs.setSolution(start)
    _stop_with(highs, left_s)
    highs.run()
    bound_m = float(highs.getInfo().mip_dual_bound)
    taken = np.flatnonzero(np.array(highs.getSolution().col_value) > 0.5)
    plan = tuple(batch_of(members[row], problem.count) for row in taken)
    whole = sorted(item for batch in plan for item in batch) == np.flatnonzero(items).tolist()
    return (plan if whole else tuple(known)), bound_m


def _partition(problem: Problem, members: Members, items: npt.NDArray[np.bool_]) -> _Highs:
    """The programme in whole numbers: each of `items` in one batch."""
    highs, count = _quiet(), len(members)
    highs.setOptionValue("mip_rel_gap", 0.0)
    highs.setOptionValue("mip_abs_gap", max(1e-6, 0.99 * problem.grain_m))
    for _ in range(int(items.sum())):
        highs.addRow(1.0, 1.0, 0, EMPTY, EMPTY.astype(float))
    highs.addRow(float(problem.fewest_carts(items)), math.inf, 0, EMPTY, EMPTY.astype(float))
    row = np.where(items, np.cumsum(items) - 1, -1)
    _add_columns(highs, members, problem.costs(members), row, 1.0)
    kinds = np.full(count, highspy.HighsVarType.kInteger)
    highs.changeColsIntegrality(count, np.arange(count, dtype=np.int32), kinds)
    return highs


def _quiet() -> _Highs:
    highs = _Highs()
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("threads", 1)
    highs.setOptionValue("random_seed", 0)
    return highs


def _stop_with(highs: _Highs, left_s: Left) -> None:
    """End the search for whole numbers when time has run out by the caller's clock."""
    if left_s() == math.inf:
        return

    def ask(_kind: object, _message: str, _out: object, into: HighsCallbackInput | None, _user: object) -> None:
        if left_s() <= 0 and into is not None:
            into.user_interrupt = True

    highs.setCallback(ask, None)
    highs.startCallback(HighsCallbackType.kCallbackMipInterrupt)


def _add_columns(highs: _Highs, members: Members, costs: Metres, row: npt.NDArray[np.intp], most: float) -> None:
    """One column a batch: 1 in the row of each member and in the last row."""
    count, batch_row = len(members), row.max(initial=-1) + 1
    rows = np.append(row, -1)[members]
    rows = np.concatenate((rows, np.full((count, 1), batch_row)), axis=1)
    held = rows >= 0
    starts = np.concatenate(([0], held.sum(axis=1).cumsum()[:-1])).astype(np.int32)
    indexes = rows[held].astype(np.int32)
    highs.addCols(
        count, costs, np.zeros(count), np.full(count, most), len(indexes), starts, indexes, np.ones(len(indexes))
    )

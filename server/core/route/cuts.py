"""An integer programme over the arcs of a sketch, made exact by cuts: for one-way floors and wide ones.

How often each arc is walked is an integer; every node is left as often as it is entered; every stop is entered; and no
part of the floor that holds a stop stays without an arc into it (the cuts, found when a solution breaks them: by what
can be reached from the start, then by a least cut). The programme without cuts is a flow, so few of its solutions are
fractional; where one is, branch and bound of HiGHS decides.

Source: Letchford, Nasiri & Theis 2013, compact formulations of the Steiner travelling salesman problem,
https://doi.org/10.1016/j.ejor.2013.01.044; cuts after Dantzig, Fulkerson & Johnson 1954,
https://doi.org/10.1287/opre.2.4.393. HiGHS: https://doi.org/10.1007/s12532-017-0130-5.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import highspy
import numpy as np
import numpy.typing as npt

# the public class writes a banner to standard output before it can be told to be quiet
from highspy._core import _Highs
from scipy.sparse import csr_array  # type: ignore[import-untyped]
from scipy.sparse.csgraph import breadth_first_order, maximum_flow  # type: ignore[import-untyped]

from server.core.route.sketch import Sketch
from server.core.route.tour import Left

Flow = npt.NDArray[np.float64]
Columns = npt.NDArray[np.intp]
Side = npt.NDArray[np.bool_]
Demand = tuple[Side, Columns]
"""A part of the floor by flags, and the options in it of one choice; none for a part that holds a stop."""

WHOLE = 1e-6
FULL = 1 - 1e-4
SCALE = 1_000_000
"""Flows are cut in whole millionths."""
NO_OPTIONS = np.empty(0, np.intp)


@dataclass(frozen=True, slots=True)
class Arcs:
    """The arcs of a sketch between its stations: node numbers `nodes`, and per arc the rows of its ends and its metres.

    `wanted` are the rows that must be entered, `choices` sets of rows of which one must be; `start` and `end` rows of
    the tour.
    """

    nodes: tuple[int, ...]
    tail: npt.NDArray[np.intp]
    head: npt.NDArray[np.intp]
    metres: Flow
    wanted: tuple[int, ...]
    choices: tuple[tuple[int, ...], ...]
    start: int
    end: int

    @property
    def options(self) -> tuple[tuple[int, int], ...]:
        """(row, choice) for every member of every choice: one more column of the programme each, 1 when it is taken."""
        return tuple((row, choice) for choice, rows in enumerate(self.choices) for row in rows)


def arcs_of(sketch: Sketch, start: int, end: int, groups: Sequence[Sequence[int]] | None = None) -> Arcs:
    """Every hop of every link, in each direction in which it may be walked.

    All stops of the sketch must be entered; with `groups` (node numbers) one of each group instead.
    """
    rows: dict[int, int] = {vertex: row for row, vertex in enumerate(sketch.at)}
    tail, head, metres = [], [], []
    wanted = {rows[vertex] for vertex in sketch.needed}
    for link in sketch.links.values():
        stations = [rows.setdefault(node, len(rows)) for node in link.stations]
        wanted.update(stations[1:-1])
        for (a, b), (ahead, back) in zip(pairwise(stations), link.hops, strict=True):
            for u, v, m in ((a, b, ahead), (b, a, back)):
                if m < math.inf:
                    tail.append(u)
                    head.append(v)
                    metres.append(m)
    ends = rows[start], rows[end]
    choices: tuple[tuple[int, ...], ...] = ()
    if groups is not None:
        sets = [tuple(sorted({rows[node] for node in group})) for group in groups]
        wanted = {rows[end], *(members[0] for members in sets if len(members) == 1)}
        choices = tuple(dict.fromkeys(members for members in sets if len(members) > 1 and not set(members) & wanted))
    plain = tuple(sorted(wanted - {ends[0]}))
    return Arcs(tuple(rows), np.array(tail, np.intp), np.array(head, np.intp), np.array(metres), plain, choices, *ends)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the programme found: a lower bound in metres, and how often each arc is walked when a tour was found."""

    bound_m: float
    walked: npt.NDArray[np.int64] | None


def cut_and_branch(arcs: Arcs, left_s: Left, at_most_m: float = math.inf) -> Verdict:
    """The shortest tour over the arcs, or the best bound until time ran out.

    Ends early when the bound reaches `at_most_m`, the length of a tour that is known.
    """
    solver = _programme(arcs)
    bound_m = _relaxation(solver, arcs, left_s, at_most_m)
    if bound_m >= at_most_m - WHOLE * max(1.0, at_most_m):
        return Verdict(bound_m, None)
    whole = _whole(solver, arcs)
    if whole is not None:
        return Verdict(bound_m, whole)
    return _branch(solver, arcs, left_s, bound_m)


def _programme(arcs: Arcs) -> _Highs:
    solver = _Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("random_seed", 0)
    size, count, options = len(arcs.nodes), len(arcs.metres), len(arcs.options)
    most = np.concatenate((np.full(count, float(len(arcs.nodes))), np.ones(options)))
    solver.addVars(count + options, np.zeros(count + options), most)
    solver.changeColsCost(count, np.arange(count, dtype=np.int32), arcs.metres)
    supply = np.zeros(size)
    supply[arcs.start] += 1
    supply[arcs.end] -= 1
    for row in range(size):
        out, into = np.flatnonzero(arcs.tail == row), np.flatnonzero(arcs.head == row)
        _add(solver, supply[row], supply[row], out, into)
    for row in arcs.wanted:
        _add(solver, 1.0, math.inf, np.flatnonzero(arcs.head == row))
    for column, (row, _) in enumerate(arcs.options, count):
        if row != arcs.start:
            _add(solver, 0.0, math.inf, np.flatnonzero(arcs.head == row), np.array([column]))
    for choice in range(len(arcs.choices)):
        taken = [column for column, (_, of) in enumerate(arcs.options, count) if of == choice]
        _add(solver, 1.0, 1.0, np.array(taken))
    return solver


def _add(solver: _Highs, least: float, most: float, plus: Columns, minus: Columns | None = None) -> None:
    """One row: the sum of some columns less the sum of others lies between two bounds."""
    less = np.empty(0, np.intp) if minus is None else minus
    columns = np.concatenate((plus, less)).astype(np.int32)
    solver.addRow(least, most, len(columns), columns, np.concatenate((np.ones(len(plus)), -np.ones(len(less)))))


def _cut(solver: _Highs, arcs: Arcs, demand: Demand) -> None:
    """As much walk into a part of the floor as it holds of a stop or of a choice."""
    side, options = demand
    into = np.flatnonzero(~side[arcs.tail] & side[arcs.head])
    _add(solver, 0.0 if len(options) else 1.0, math.inf, into, options)


def _walked(solver: _Highs) -> Flow:
    return np.array(solver.getSolution().col_value)


def _relaxation(solver: _Highs, arcs: Arcs, left_s: Left, at_most_m: float) -> float:
    """Solve without whole numbers, cutting until no cut is broken; the bound in metres."""
    bound_m = 0.0
    while left_s() > 0:
        solver.run()
        if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return math.inf if solver.getModelStatus() == highspy.HighsModelStatus.kInfeasible else bound_m
        bound_m = float(solver.getObjectiveValue())
        if bound_m >= at_most_m - WHOLE * max(1.0, at_most_m):
            break
        demands = list(broken(arcs, _walked(solver)))
        if not demands:
            break
        for demand in demands:
            _cut(solver, arcs, demand)
    return bound_m


def broken(arcs: Arcs, solution: Flow) -> Iterator[Demand]:
    """Parts of the floor with less walk into them than they hold of a stop or of a choice."""
    size, count = len(arcs.nodes), len(arcs.metres)
    capacity = np.rint(solution[:count] * SCALE).astype(np.int32)
    net = csr_array((capacity, (arcs.tail, arcs.head)), shape=(size, size))
    net.sum_duplicates()
    net.eliminate_zeros()
    apart = np.ones(size, dtype=bool)
    apart[breadth_first_order(net, arcs.start, return_predecessors=False)] = False
    taken = {row: solution[column] for column, (row, _) in enumerate(arcs.options, count) if solution[column] > WHOLE}
    if apart[[*arcs.wanted, *taken]].any():
        yield from _parts(arcs, net, apart, taken)
    elif bool((np.abs(solution - np.rint(solution)) > WHOLE).any()):
        yield from _least_cuts(arcs, net, solution)


def _parts(arcs: Arcs, net: csr_array, apart: Side, taken: Iterable[int]) -> Iterator[Demand]:
    """What cannot be reached, piece by piece."""
    todo = {row for row in (*arcs.wanted, *taken) if apart[row]}
    while todo:
        part = np.zeros(len(apart), dtype=bool)
        part[breadth_first_order(net, min(todo), directed=False, return_predecessors=False)] = True
        part &= apart
        if part[list(arcs.wanted)].any():
            yield part, NO_OPTIONS
        else:
            yield from ((part, options) for options in _options_in(arcs, part))
        todo -= set(np.flatnonzero(part).tolist())


def _options_in(arcs: Arcs, part: Side) -> Iterator[Columns]:
    """The option columns within `part`, choice by choice."""
    by_choice: dict[int, list[int]] = {}
    for column, (row, choice) in enumerate(arcs.options, len(arcs.metres)):
        if part[row]:
            by_choice.setdefault(choice, []).append(column)
    return (np.array(columns, np.intp) for columns in by_choice.values())


def _least_cuts(arcs: Arcs, net: csr_array, solution: Flow) -> Iterator[Demand]:
    """Least cuts between the start and every stop or option that not enough walk leads to.

    What a full walk leads to from a node that a full walk reaches needs no test of its own.
    """
    full = net.copy()
    full.data = (full.data >= SCALE * FULL).astype(np.int32)
    full.eliminate_zeros()
    settled = np.zeros(len(arcs.nodes), dtype=bool)
    settled[breadth_first_order(full, arcs.start, return_predecessors=False)] = True
    tests = [(row, 1.0, NO_OPTIONS) for row in arcs.wanted]
    for column, (row, _) in enumerate(arcs.options, len(arcs.metres)):
        tests.append((row, float(solution[column]), np.array([column])))
    for row, share, options in tests:
        if settled[row] or share < WHOLE:
            continue
        cut = maximum_flow(net, arcs.start, row)
        if cut.flow_value >= SCALE * share * FULL:
            if share == 1.0:
                settled[breadth_first_order(full, row, return_predecessors=False)] = True
            continue
        rest = net - cut.flow
        rest.eliminate_zeros()
        far = np.ones(len(arcs.nodes), dtype=bool)
        far[breadth_first_order(rest, arcs.start, return_predecessors=False)] = False
        settled |= far
        yield far, options


def _whole(solver: _Highs, arcs: Arcs) -> npt.NDArray[np.int64] | None:
    """The solution in hand, when it is whole and hangs together."""
    flow = _walked(solver)
    if (
        len(flow) == 0
        or bool((np.abs(flow - np.rint(flow)) > WHOLE).any())
        or any(True for _ in broken(arcs, np.rint(flow)))
    ):
        return None
    return np.rint(flow[: len(arcs.metres)]).astype(np.int64)


def _branch(solver: _Highs, arcs: Arcs, left_s: Left, bound_m: float) -> Verdict:
    """Whole numbers by branch and bound, with a new round for every cut that its solution breaks."""
    count = len(arcs.metres) + len(arcs.options)
    solver.changeColsIntegrality(count, np.arange(count, dtype=np.int32), np.full(count, highspy.HighsVarType.kInteger))
    solver.setOptionValue("mip_rel_gap", 0.0)
    solver.setOptionValue("mip_abs_gap", WHOLE)
    while (left := left_s()) > 0:
        if left < math.inf:
            solver.setOptionValue("time_limit", solver.getRunTime() + left)
        solver.run()
        bound_m = max(bound_m, float(solver.getInfo().mip_dual_bound))
        if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return Verdict(bound_m, None)
        flow = np.rint(_walked(solver))
        demands = list(broken(arcs, flow))
        if not demands:
            return Verdict(bound_m, flow[: len(arcs.metres)].astype(np.int64))
        for demand in demands:
            _cut(solver, arcs, demand)
    return Verdict(bound_m, None)


def legs_of(arcs: Arcs, walked: Iterable[int]) -> list[tuple[int, ...]]:
    """Each arc as often as it is walked, as directed legs."""
    ends = zip(arcs.tail.tolist(), arcs.head.tolist(), strict=True)
    return [(arcs.nodes[u], arcs.nodes[v]) for (u, v), times in zip(ends, walked, strict=True) for _ in range(times)]

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
from collections.abc import Iterable, Iterator
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
Side = npt.NDArray[np.bool_]

WHOLE = 1e-6
FULL = 1 - 1e-4
SCALE = 1_000_000
"""Flows are cut in whole millionths."""


@dataclass(frozen=True, slots=True)
class Arcs:
    """The arcs of a sketch between its stations: node numbers `nodes`, and per arc the rows of its ends and its metres.

    `wanted` are the rows that must be entered; `start` and `end` rows of the tour.
    """

    nodes: tuple[int, ...]
    tail: npt.NDArray[np.intp]
    head: npt.NDArray[np.intp]
    metres: Flow
    wanted: tuple[int, ...]
    start: int
    end: int


def arcs_of(sketch: Sketch, start: int, end: int) -> Arcs:
    """Every hop of every link, in each direction in which it may be walked."""
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
    return Arcs(
        tuple(rows),
        np.array(tail, np.intp),
        np.array(head, np.intp),
        np.array(metres),
        tuple(sorted(wanted - {ends[0]})),
        *ends,
    )


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
    size, count = len(arcs.nodes), len(arcs.metres)
    most = float(len(arcs.wanted) + 2)
    solver.addVars(count, np.zeros(count), np.full(count, most))
    solver.changeColsCost(count, np.arange(count, dtype=np.int32), arcs.metres)
    supply = np.zeros(size)
    supply[arcs.start] += 1
    supply[arcs.end] -= 1
    for row in range(size):
        out, into = np.flatnonzero(arcs.tail == row), np.flatnonzero(arcs.head == row)
        columns = np.concatenate((out, into)).astype(np.int32)
        signs = np.concatenate((np.ones(len(out)), -np.ones(len(into))))
        solver.addRow(supply[row], supply[row], len(columns), columns, signs)
    for row in arcs.wanted:
        _demand(solver, np.flatnonzero(arcs.head == row))
    return solver


def _demand(solver: _Highs, columns: npt.NDArray[np.intp]) -> None:
    """At least one of these arcs is walked."""
    solver.addRow(1.0, math.inf, len(columns), columns.astype(np.int32), np.ones(len(columns)))


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
        sides = list(broken(arcs, _walked(solver)))
        if not sides:
            break
        for side in sides:
            _demand(solver, np.flatnonzero(~side[arcs.tail] & side[arcs.head]))
    return bound_m


def broken(arcs: Arcs, flow: Flow) -> Iterator[Side]:
    """Parts of the floor, as flags by row, that hold a stop and have less than one walk into them."""
    size = len(arcs.nodes)
    capacity = np.rint(flow * SCALE).astype(np.int32)
    net = csr_array((capacity, (arcs.tail, arcs.head)), shape=(size, size))
    net.sum_duplicates()
    net.eliminate_zeros()
    side = np.ones(size, dtype=bool)
    side[breadth_first_order(net, arcs.start, return_predecessors=False)] = False
    if side[list(arcs.wanted)].any():
        yield from _parts(arcs, net, side)
        return
    if bool((np.abs(flow - np.rint(flow)) < WHOLE).all()):
        return
    # what a full walk leads to from a node that a full walk reaches needs no test of its own
    full = csr_array((capacity >= SCALE * FULL, (arcs.tail, arcs.head)), shape=(size, size))
    full.eliminate_zeros()
    settled = np.zeros(size, dtype=bool)
    settled[breadth_first_order(full, arcs.start, return_predecessors=False)] = True
    for row in arcs.wanted:
        if settled[row]:
            continue
        cut = maximum_flow(net, arcs.start, row)
        if cut.flow_value >= SCALE * FULL:
            settled[breadth_first_order(full, row, return_predecessors=False)] = True
            continue
        rest = net - cut.flow
        rest.eliminate_zeros()
        far = np.ones(size, dtype=bool)
        far[breadth_first_order(rest, arcs.start, return_predecessors=False)] = False
        settled |= far
        yield far


def _parts(arcs: Arcs, net: csr_array, side: Side) -> Iterator[Side]:
    """What cannot be reached, piece by piece."""
    todo = {row for row in arcs.wanted if side[row]}
    while todo:
        part = np.zeros(len(side), dtype=bool)
        part[breadth_first_order(net, min(todo), directed=False, return_predecessors=False)] = True
        part &= side
        todo -= set(np.flatnonzero(part).tolist())
        yield part


def _whole(solver: _Highs, arcs: Arcs) -> npt.NDArray[np.int64] | None:
    """The solution in hand, when it is whole and hangs together."""
    flow = _walked(solver)
    if (
        len(flow) == 0
        or bool((np.abs(flow - np.rint(flow)) > WHOLE).any())
        or any(True for _ in broken(arcs, np.rint(flow)))
    ):
        return None
    return np.rint(flow).astype(np.int64)


def _branch(solver: _Highs, arcs: Arcs, left_s: Left, bound_m: float) -> Verdict:
    """Whole numbers by branch and bound, with a new round for every cut that its solution breaks."""
    count = len(arcs.metres)
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
        sides = list(broken(arcs, flow))
        if not sides:
            return Verdict(bound_m, flow.astype(np.int64))
        for side in sides:
            _demand(solver, np.flatnonzero(~side[arcs.tail] & side[arcs.head]))
    return Verdict(bound_m, None)


def legs_of(arcs: Arcs, walked: Iterable[int]) -> list[tuple[int, ...]]:
    """Each arc as often as it is walked, as directed legs."""
    ends = zip(arcs.tail.tolist(), arcs.head.tolist(), strict=True)
    return [(arcs.nodes[u], arcs.nodes[v]) for (u, v), times in zip(ends, walked, strict=True) for _ in range(times)]

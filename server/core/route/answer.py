"""The front door: the shortest tour that the budget allows, proven where that can be done at once."""

import math
from collections.abc import Sequence
from functools import partial

from server.core.route.bound import assignment_bound
from server.core.route.errands import errands
from server.core.route.euler import one_walk
from server.core.route.frontier import machine
from server.core.route.network import Network
from server.core.route.programme import plan, prepare, run
from server.core.route.search import search
from server.core.route.sketch import Sketch, draw, reduce
from server.core.route.sweepline import narrow_order
from server.core.route.tour import (
    TOLERANCE_M,
    Left,
    Tour,
    demand_reachable,
    distinct,
    joined,
    tour_of_path,
    unhurried,
)

KICKS = 150
KICKS_AFTER = 25
"""Of the local search: alone, and after the programme, to see whether larger balances would help."""
WIDEST_AT_ONCE = 6
WIDEST = 7
WIDEST_WARM = 4
MOST = 2
"""Up to which balance the programme counts on a floor with one-way edges."""
SMALL = 120
"""Up to so many junctions a floor is taken as it is: its even pattern finds more tables ready than a smaller sketch."""
MOST_STATES = 20_000
STEP_S = 1e-4
"""A step of the programme takes at least about this long."""
PROGRAMME_SHARE = 0.75
"""Of the time given, the programme may take so much; what is left is for a search when it does not come through."""
WRITING_SHARE = 0.15
"""What a search leaves of the time given, to write the tour down node by node."""


def solve(
    network: Network, picks: Sequence[str], start: str, end: str, *, left_s: Left = unhurried, seed: int = 0
) -> Tour:
    """The shortest walk from `start` to `end` over all `picks` (node ids; repetitions count once), with its lower
    bound.

    On a narrow floor without one-way edges: proven at once. Else a good tour with its bound, often proven too; `prove`
    takes it further. The answer depends on the input and `seed` alone unless `left_s` (seconds left) cuts in.
    Raises NotFound for an unknown or unreachable node (all named), Conflict when one-way edges allow no walk over all.
    """
    total_s = left_s()
    demand_reachable(network, picks, start, end)
    until = partial(_less, left_s, 0.0 if total_s == math.inf else total_s * (1 - PROGRAMME_SHARE))
    begun = by_programme(network, picks, start, end, left_s=until, widest=WIDEST_AT_ONCE)
    if begun is not None and begun.optimal:
        return begun
    until = partial(_less, left_s, 0.0 if total_s == math.inf else total_s * WRITING_SHARE)
    return by_search(network, picks, start, end, left_s=until, seed=seed, begun=begun)


def _less(left_s: Left, keep_s: float) -> float:
    """Seconds left when some are kept for what comes after."""
    return left_s() - keep_s


def by_programme(
    network: Network, picks: Sequence[str], start: str, end: str, *, left_s: Left = unhurried, widest: int = WIDEST
) -> Tour | None:
    """The shortest tour of the frontier programme; None when the floor is too wide or time ran out.

    Without one-way edges it is proven. With them the programme runs twice: as if there were none, for a lower bound,
    and with balances up to 2, which tours hardly ever exceed; proven when both are as long.
    """
    sketch = _sketch(network, picks, start, end)
    if left_s() < len(sketch.links) * STEP_S * (1 if network.symmetric else 2):
        return None  # it would not come through: the time is better spent on a search
    order = _order(network, sketch)
    first, last = network.number(start), network.number(end)
    work = plan(sketch, order, first, last, 0 if network.symmetric else MOST)
    found = run(work, left_s, MOST_STATES) if work.width <= widest else None
    if not found or found[0] == math.inf:
        return None
    bound_m = found[0]
    if not network.symmetric:  # the answer first; its bound when time is left
        below = run(plan(sketch, order, first, last), left_s, MOST_STATES)
        bound_m = below[0] if below else 0.0
    walked = one_walk(found[1], first, last, directed=not network.symmetric)
    path = joined(network, [network.plan.names[node] for node in walked])
    return tour_of_path(network, path, picks, bound_m, "frontier programme")


def _sketch(network: Network, picks: Sequence[str], start: str, end: str) -> Sketch:
    sketch = draw(network, [network.number(pick) for pick in picks], network.number(start), network.number(end))
    if len(sketch.at) > SMALL:
        reduce(sketch)
    return sketch


def _order(network: Network, sketch: Sketch) -> list[int]:
    return narrow_order(sketch, lambda node: network.graph.nodes[network.plan.names[node]])


def warm_up(network: Network, start: str, end: str) -> None:
    """Work out ahead what tours between these nodes ask for: the first is then as quick as the others.

    For a process that has just started; some ms to some 100 ms by the number of cross-aisles. Raises NotFound.
    """
    first, last = network.number(start), network.number(end)
    sketch = draw(network, (), first, last)
    order = _order(network, sketch)
    work = plan(sketch, order, first, last)
    if len(sketch.at) > SMALL:
        if work.width <= WIDEST_WARM:
            machine(work.width).complete()
    elif work.width <= WIDEST_AT_ONCE:
        prepare(work)
        if not network.symmetric:
            prepare(plan(sketch, order, first, last, MOST))


def by_search(
    network: Network,
    picks: Sequence[str],
    start: str,
    end: str,
    *,
    left_s: Left = unhurried,
    seed: int = 0,
    begun: Tour | None = None,
) -> Tour:
    """A good tour on any floor, with the assignment bound; never worse than `begun`, a tour over the same picks.

    Raises NotFound or Conflict when no walk visits all picks.
    """
    todo = errands(network, picks, start, end)
    bound_m = assignment_bound(todo.metres) + todo.within_m
    kicks, begin = KICKS, None
    if begun is not None:
        kicks, bound_m = KICKS_AFTER, max(bound_m, begun.lower_bound_m)
        place = {stop: i for i, stop in enumerate(begun.stops)}
        inner = sorted(range(1, len(todo.nodes) - 1), key=lambda i: place[todo.nodes[i][0]])
        begin = [0, *inner, len(todo.nodes) - 1]
    goal_m = bound_m - todo.within_m
    order = search(todo.metres, kicks, seed=seed, left_s=left_s, goal_m=goal_m, begin=begin)
    path = joined(network, todo.ordered(order.tolist()))
    found = tour_of_path(network, path, picks, bound_m, "local search")
    if begun is None or found.length_m < begun.length_m - TOLERANCE_M:
        return found
    return tour_of_path(network, begun.path, picks, bound_m, begun.method)


def improved(network: Network, ordered: Sequence[str], start: str, end: str, *, left_s: Left = unhurried) -> Tour:
    """A walk over stops in the order given or a better one, found without a look at any other: ms for a long tour.

    Never longer than `walk` over the same order. Raises NotFound or Conflict when no walk visits all stops.
    """
    todo = errands(network, ordered, start, end)
    place = {stop: i for i, stop in enumerate(distinct(ordered))}
    inner = sorted(range(1, len(todo.nodes) - 1), key=lambda i: min(place[node] for node in todo.nodes[i]))
    order = search(todo.metres, KICKS_AFTER, left_s=left_s, begin=[0, *inner, len(todo.nodes) - 1])
    path = joined(network, todo.ordered(order.tolist()))
    return tour_of_path(network, path, ordered, assignment_bound(todo.metres) + todo.within_m, "local search")

"""The front door: the shortest tour that the budget allows, proven where that can be done at once."""

import math
from collections.abc import Sequence
from functools import partial

from server.core.route.bound import assignment_bound
from server.core.route.errands import errands
from server.core.route.euler import one_walk
from server.core.route.frontier import machine
from server.core.route.network import Network
from server.core.route.programme import Plan, plan, prepare, run
from server.core.route.search import search
from server.core.route.sketch import Sketch, draw, reduce
from server.core.route.sweepline import narrow_order
from server.core.route.tour import Left, Tour, demand_reachable, joined, tour_of_path, unhurried

KICKS = 150
WIDEST_AT_ONCE = 6
WIDEST = 7
WIDEST_WARM = 4
SMALL = 120
"""Up to so many junctions a floor is taken as it is: its even pattern finds more tables ready than a smaller sketch."""
MOST_STATES = 20_000
PROGRAMME_SHARE = 0.7
"""Of the time given, the programme may take so much; what is left is for a search when it does not come through."""
WRITING_SHARE = 0.15
"""What a search leaves of the time given, to write the tour down node by node."""


def solve(
    network: Network, picks: Sequence[str], start: str, end: str, *, left_s: Left = unhurried, seed: int = 0
) -> Tour:
    """The shortest walk from `start` to `end` over all `picks` (node ids; repetitions count once), with its lower
    bound.

    Without one-way edges, and narrow: proven at once. Else a good tour with its bound; `prove` takes it further. The
    answer depends on the input and `seed` alone unless `left_s` (seconds left) cuts in.
    Raises NotFound for an unknown or unreachable node (all named), Conflict when one-way edges allow no walk over all.
    """
    total_s = left_s()
    demand_reachable(network, picks, start, end)
    until = partial(_less, left_s, 0.0 if total_s == math.inf else total_s * (1 - PROGRAMME_SHARE))
    exact = by_programme(network, picks, start, end, left_s=until, widest=WIDEST_AT_ONCE)
    if exact is not None:
        return exact
    until = partial(_less, left_s, 0.0 if total_s == math.inf else total_s * WRITING_SHARE)
    return by_search(network, picks, start, end, left_s=until, seed=seed)


def _less(left_s: Left, keep_s: float) -> float:
    """Seconds left when some are kept for what comes after."""
    return left_s() - keep_s


def by_programme(
    network: Network, picks: Sequence[str], start: str, end: str, *, left_s: Left = unhurried, widest: int = WIDEST
) -> Tour | None:
    """The shortest tour, proven; None when the floor has one-way edges or is too wide, or time ran out."""
    if not network.symmetric:
        return None
    work = _plan(network, picks, start, end)
    found = run(work, left_s, MOST_STATES) if work.width <= widest else None
    if found is None:
        return None
    length_m, legs = found
    walked = one_walk(legs, network.number(start), network.number(end))
    path = joined(network, [network.plan.names[node] for node in walked])
    return tour_of_path(network, path, picks, length_m, "frontier programme")


def _plan(network: Network, picks: Sequence[str], start: str, end: str) -> Plan:
    first, last = network.number(start), network.number(end)
    sketch = draw(network, [network.number(pick) for pick in picks], first, last)
    if len(sketch.at) > SMALL:
        reduce(sketch)
    return plan(sketch, _order(network, sketch), first, last)


def _order(network: Network, sketch: Sketch) -> list[int]:
    return narrow_order(sketch, lambda node: network.graph.nodes[network.plan.names[node]])


def warm_up(network: Network, start: str, end: str) -> None:
    """Work out ahead what tours between these nodes ask for: the first is then as quick as the others.

    For a process that has just started; some ms to some 100 ms by the number of cross-aisles. Raises NotFound.
    """
    if not network.symmetric:
        return
    first, last = network.number(start), network.number(end)
    sketch = draw(network, (), first, last)
    work = plan(sketch, _order(network, sketch), first, last)
    if len(sketch.at) <= SMALL and work.width <= WIDEST_AT_ONCE:
        prepare(work)
    elif work.width <= WIDEST_WARM:
        machine(work.width).complete()


def by_search(
    network: Network, picks: Sequence[str], start: str, end: str, *, left_s: Left = unhurried, seed: int = 0
) -> Tour:
    """A good tour on any floor, with the assignment bound. Raises Conflict when no walk visits all picks."""
    todo = errands(network, picks, start, end)
    bound_m = assignment_bound(todo.metres)
    order = search(todo.metres, KICKS, seed=seed, left_s=left_s, goal_m=bound_m)
    path = joined(network, todo.ordered(order.tolist()))
    return tour_of_path(network, path, picks, bound_m + todo.within_m, "local search")

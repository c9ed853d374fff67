"""The front door: the shortest tour that the budget allows, proven where that can be done at once."""

import math
from collections.abc import Sequence

import numpy as np

from server.core.route.bound import assignment_bound
from server.core.route.euler import one_walk
from server.core.route.network import Metres, Network
from server.core.route.programme import plan, run
from server.core.route.search import search
from server.core.route.sketch import draw, reduce
from server.core.route.sweepline import narrow_order
from server.core.route.tour import Left, Tour, demand_reachable, distinct, joined, tour_of_path, unhurried

KICKS = 120
WIDEST = 9
SMALL = 120
"""Up to so many junctions a floor is taken as it is: its even pattern finds more tables ready than a smaller sketch."""
MOST_STATES = 20_000


def solve(
    network: Network, picks: Sequence[str], start: str, end: str, *, left_s: Left = unhurried, seed: int = 0
) -> Tour:
    """The shortest walk from `start` to `end` over all `picks` (node ids; repetitions count once), with its lower
    bound.

    The answer depends on the input and `seed` alone unless `left_s` (seconds left) cuts in.
    Raises NotFound for an unknown or unreachable node (all named), Conflict when one-way edges allow no walk over all.
    """
    demand_reachable(network, picks, start, end)
    exact = by_programme(network, picks, start, end, left_s) if network.symmetric else None
    return exact or by_search(network, picks, start, end, left_s=left_s, seed=seed)


def by_programme(network: Network, picks: Sequence[str], start: str, end: str, left_s: Left = unhurried) -> Tour | None:
    """The shortest tour, proven, on a floor without one-way edges; None when the floor is too wide or time ran out."""
    first, last = network.number(start), network.number(end)
    sketch = draw(network, [network.number(pick) for pick in picks], first, last)
    if len(sketch.at) > SMALL:
        reduce(sketch)
    order, width = narrow_order(sketch, lambda node: network.graph.nodes[network.plan.names[node]])
    if width > WIDEST:
        return None
    found = run(*plan(sketch, order, first, last), left_s, MOST_STATES)
    if found is None:
        return None
    length_m, legs = found
    names = network.plan.names
    path = joined(network, [names[node] for node in one_walk(legs, first, last)])
    return tour_of_path(network, path, picks, length_m, "frontier programme")


def by_search(
    network: Network, picks: Sequence[str], start: str, end: str, *, left_s: Left = unhurried, seed: int = 0
) -> Tour:
    """A good tour on any floor, with the assignment bound."""
    stops = tuple(node for node in distinct(picks) if node not in (start, end))
    nodes = (start, *stops, end)
    metres = finite(network.distances(nodes))
    order = [nodes[i] for i in search(metres, KICKS, seed=seed, left_s=left_s)]
    return tour_of_path(network, joined(network, order), picks, assignment_bound(metres), "local search")


def finite(metres: Metres) -> Metres:
    """`metres` with unreachable pairs so far apart that no order uses one unless it must."""
    reach = metres[metres < math.inf]
    return np.where(metres < math.inf, metres, float(reach.sum()) + 1.0)

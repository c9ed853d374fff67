"""The front door: the shortest tour that the budget allows, proven where that can be done at once."""

import math
from collections.abc import Sequence

import numpy as np

from server.core.route.bound import assignment_bound
from server.core.route.network import Metres, Network
from server.core.route.search import search
from server.core.route.tour import Left, Tour, demand_reachable, distinct, joined, tour_of_path, unhurried

KICKS = 120


def solve(
    network: Network, picks: Sequence[str], start: str, end: str, *, left_s: Left = unhurried, seed: int = 0
) -> Tour:
    """The shortest walk from `start` to `end` over all `picks` (node ids; repetitions count once), with its lower
    bound.

    The answer depends on the input and `seed` alone unless `left_s` (seconds left) cuts in.
    Raises NotFound for an unknown or unreachable node (all named), Conflict when one-way edges allow no walk over all
    of them.
    """
    stops = tuple(node for node in distinct(picks) if node not in (start, end))
    demand_reachable(network, picks, start, end)
    nodes = (start, *stops, end)
    metres = finite(network.distances(nodes))
    order = [nodes[i] for i in search(metres, KICKS, seed=seed, left_s=left_s)]
    return tour_of_path(network, joined(network, order), picks, assignment_bound(metres), "local search")


def finite(metres: Metres) -> Metres:
    """`metres` with unreachable pairs so far apart that no order uses one unless it must."""
    reach = metres[metres < math.inf]
    return np.where(metres < math.inf, metres, float(reach.sum()) + 1.0)

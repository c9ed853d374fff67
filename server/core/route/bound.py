"""Lower bounds that are there at once."""

import numpy as np
from scipy.sparse import csr_array  # type: ignore[import-untyped]
from scipy.sparse.csgraph import min_weight_full_bipartite_matching  # type: ignore[import-untyped]

from server.core.route.network import Metres


def assignment_bound(metres: Metres) -> float:
    """What any walk from row 0 over all rows to the last row costs at least: every row is left once and entered once.

    Source: the assignment relaxation of the travelling salesman problem, Balas & Toth 1985. `metres` is finite, shape
    (n, n).
    """
    cost = metres[:-1, 1:].copy()
    big = float(cost.max(initial=0.0)) * len(cost) + 1.0
    # row i of `cost` is node i, column j is node j + 1: nobody stays where he is
    if len(cost) > 1:
        inner = np.arange(1, len(cost))
        cost[inner, inner - 1] = big
        cost[0, -1] = big
    # scipy.optimize has the same for dense matrices, and takes 10 MB of every process that walks
    rows, columns = min_weight_full_bipartite_matching(csr_array(cost + 1.0))  # a stored 0 would be no edge
    return float(cost[rows, columns].sum())

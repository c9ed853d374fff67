"""Walks over sets of stops in one order for all, many sets in one call: for floors with one-way edges and wide ones.

All nodes are put into one good order once; a set is walked in that order without what it does not hold. An upper
bound of the shortest walk, right for comparing batches; the tours that people walk are solved on their own afterwards.

Source: a priori optimisation, Bertsimas, Jaillet & Odoni 1990, https://doi.org/10.1287/opre.38.6.1019.
"""

from collections.abc import Iterable

import numpy as np

from server.core.batch.bits import flags, node_bits
from server.core.batch.problem import Bits, Metres
from server.core.route.network import Network
from server.core.route.search import search

SETS_AT_ONCE = 512


class OrderedLengths:
    """Walks from `start` to `end` over sets of `nodes`, all in one order. Picklable.

    Raises NotFound for an unknown node.
    """

    def __init__(self, network: Network, nodes: Iterable[str], start: str, end: str) -> None:
        inner = [node for node in dict.fromkeys(nodes) if node not in (start, end)]
        listed = (start, *inner, end)
        metres = network.distances(listed)
        order = search(np.where(np.isfinite(metres), metres, 1e6), 0).tolist() if inner else [0, 1]
        self.nodes = tuple(listed[i] for i in order)
        self._metres = metres[np.ix_(order, order)]

    def stops(self, visits: Iterable[Iterable[str]]) -> Bits:
        """The bits of each item's nodes, shape (words, items)."""
        return node_bits(self.nodes, visits)

    def __call__(self, stops: Bits) -> Metres:
        """Metres of each set's walk."""
        pieces = [self._lengths(stops[:, i : i + SETS_AT_ONCE]) for i in range(0, stops.shape[1], SETS_AT_ONCE)]
        return np.concatenate([np.zeros(0), *pieces])

    def _lengths(self, stops: Bits) -> Metres:
        has = flags(stops, len(self.nodes))
        has[0] = has[-1] = True
        turns = np.arange(len(self.nodes))[:, None]
        before = np.maximum.accumulate(np.where(has, turns, 0), axis=0)
        steps = np.where(has[1:], self._metres[before[:-1], turns[1:]], 0.0)
        walked: Metres = steps.sum(axis=0)
        return walked

"""Distances and shortest paths between access nodes, from a matrix between junctions only."""

import math
from collections.abc import Iterable, Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array  # type: ignore[import-untyped]
from scipy.sparse.csgraph import dijkstra  # type: ignore[import-untyped]

from server.core.errors import NotFound
from server.core.graph import Graph
from server.core.route.chains import Chain, Contraction, contract
from server.core.route.link import Link, bare_link

Metres = npt.NDArray[np.float64]

ROWS_KEPT_BYTES = 16_000_000


class Network:
    """The walkable floor under one set of closed edges; build it once per layout revision, then ask `closing` for
    every new set.

    Holds O(nodes) plus one row per junction that a tour has come near (at most 16 MB of rows), never a matrix over
    all locations. Picklable.
    """

    def __init__(self, graph: Graph, closed: frozenset[tuple[str, str]] = frozenset()) -> None:
        self.graph = graph
        self.plan: Contraction = contract(graph)
        self._head_row = {head: i for i, head in enumerate(self.plan.heads)}
        self._close(closed)

    def closing(self, closed: Iterable[tuple[str, str]]) -> "Network":
        """The same floor with exactly these edges closed, in both directions. A corridor walk is shared, so this
        costs some ms at most.

        Raises NotFound when a pair is no edge of the graph.
        """
        other = Network.__new__(Network)
        other.graph, other.plan, other._head_row = self.graph, self.plan, self._head_row
        other._close(frozenset(closed))
        return other

    def _close(self, closed: frozenset[tuple[str, str]]) -> None:
        self.closed = closed
        self.shut_pairs = frozenset(self.plan.pair(u, v) for u, v in closed)
        self.chains: tuple[Chain, ...] = self.plan.shut(self.shut_pairs)
        self.symmetric: bool = all(chain.symmetric for chain in self.chains)
        self.links: tuple[Link, ...] = tuple(bare_link(chain) for chain in self.chains)
        self._head_metres = self._between_heads()
        self._rows: dict[int, tuple[Metres, npt.NDArray[np.int32]]] = {}
        self._hops: dict[tuple[int, int], list[int]] = {}  # from head to neighbouring head: walked again and again

    def _between_heads(self) -> csr_array:
        """Metres from head to head along one chain, the shortest of parallel chains."""
        best: dict[tuple[int, int], float] = {}
        for link in self.links:
            a, b = (self._head_row[end] for end in link.ends)
            for key, metres in (((a, b), link.ahead_m), ((b, a), link.back_m)):
                if a != b and metres < best.get(key, math.inf):
                    best[key] = metres
        size = len(self.plan.heads)
        rows, columns = ([key[end] for key in best] for end in (0, 1))
        return csr_array((list(best.values()), (rows, columns)), shape=(size, size), dtype=np.float64)

    def number(self, node: str) -> int:
        """The node's number. Raises NotFound when the graph has no such node."""
        try:
            return self.plan.number[node]
        except KeyError:
            raise NotFound("no_such_node", f"there is no node {node} in this graph; name a node of it") from None

    def distances(self, nodes: Sequence[str]) -> Metres:
        """Shortest walks between `nodes`, shape (n, n), metres from row to column, inf when unreachable.

        Raises NotFound for an unknown node.
        """
        numbers = [self.number(node) for node in nodes]
        leave, enter = [self._exits(node) for node in numbers], [self._entries(node) for node in numbers]
        heads = sorted({head for ends in leave for head, _ in ends})
        at = {head: i for i, head in enumerate(heads)}
        between = np.stack([self._row(head)[0] for head in self._ensure(heads)]) if heads else np.empty((0, 0))
        best = np.full((len(nodes), len(nodes)), math.inf)
        for side in (0, 1):
            rows, out_m = (
                np.array([at[e[side][0]] for e in leave], dtype=np.intp),
                np.array([e[side][1] for e in leave]),
            )
            for other in (0, 1):
                columns, in_m = (
                    np.array([e[other][0] for e in enter], dtype=np.intp),
                    np.array([e[other][1] for e in enter]),
                )
                np.minimum(best, out_m[:, None] + between[np.ix_(rows, columns)] + in_m[None, :], out=best)
        self._within_chains(numbers, best)
        np.fill_diagonal(best, 0.0)
        return best

    def path(self, u: str, v: str) -> tuple[str, ...]:
        """Node ids of one shortest walk from `u` to `v`, both included. Raises NotFound when there is none."""
        a, b = self.number(u), self.number(v)
        names = self.plan.names
        return tuple(names[node] for node in self._walk(a, b))

    def metres(self, path: Sequence[str]) -> float:
        """Length of a walk given node by node. Raises NotFound when a pair is no edge;

        inf when it may not be walked so.
        """
        numbers = [self.number(node) for node in path]
        return math.fsum(self._step(a, b) for a, b in pairwise(numbers) if a != b)

    def _step(self, a: int, b: int) -> float:
        key = (a, b) if a < b else (b, a)
        if key in self.shut_pairs:
            return math.inf
        if key not in self.plan.stretch:
            raise NotFound(
                "no_such_edge", f"there is no edge between {self.plan.names[a]} and {self.plan.names[b]} in this graph"
            )
        return self.plan.stretch[key][0 if a < b else 1]

    def _exits(self, node: int) -> tuple[tuple[int, float], tuple[int, float]]:
        """(head row, metres to it) at both ends of the node's chain; a head is its own exit."""
        if node in self._head_row:
            return ((self._head_row[node], 0.0),) * 2
        chain, index = self._on_chain(node)
        last = len(chain.nodes) - 1
        return (self._head_row[chain.nodes[0]], chain.metres(index, 0)), (
            self._head_row[chain.nodes[-1]],
            chain.metres(index, last),
        )

    def _entries(self, node: int) -> tuple[tuple[int, float], tuple[int, float]]:
        """(head row, metres from it) at both ends of the node's chain."""
        if node in self._head_row:
            return ((self._head_row[node], 0.0),) * 2
        chain, index = self._on_chain(node)
        last = len(chain.nodes) - 1
        return (self._head_row[chain.nodes[0]], chain.metres(0, index)), (
            self._head_row[chain.nodes[-1]],
            chain.metres(last, index),
        )

    def _on_chain(self, node: int) -> tuple[Chain, int]:
        number, index = self.plan.place[node]
        return self.chains[number], index

    def _ensure(self, heads: list[int]) -> list[int]:
        """Compute the rows of these heads that are not kept yet; forget the others when they grow too many."""
        missing = [head for head in heads if head not in self._rows]
        if missing:
            if (len(self._rows) + len(missing)) * len(self.plan.heads) * 12 > ROWS_KEPT_BYTES:
                self._rows.clear()
                missing = heads
            metres, before = dijkstra(self._head_metres, indices=missing, return_predecessors=True)
            self._rows.update((head, (metres[i], before[i])) for i, head in enumerate(missing))
        return heads

    def _row(self, head: int) -> tuple[Metres, npt.NDArray[np.int32]]:
        if head not in self._rows:
            self._ensure([head])
        return self._rows[head]

    def _within_chains(self, numbers: list[int], best: Metres) -> None:
        """Two nodes of one chain may have a shorter walk that touches no head."""
        together: dict[int, list[tuple[int, int]]] = {}
        for position, node in enumerate(numbers):
            if node in self.plan.place:
                chain, index = self.plan.place[node]
                together.setdefault(chain, []).append((position, index))
        for number, members in together.items():
            whole = self.chains[number]
            for i, from_index in members:
                for j, to_index in members:
                    best[i, j] = min(best[i, j], whole.metres(from_index, to_index))

    def _walk(self, a: int, b: int) -> list[int]:
        if a == b:
            return [a]
        length, leave, enter = math.inf, 0, 0
        for out, out_m in self._exits(a):
            row = self._row(out)[0]
            for into, in_m in self._entries(b):
                metres = out_m + float(row[into]) + in_m
                if metres < length:
                    length, leave, enter = metres, out, into
        direct = self._direct(a, b)
        if min(length, direct) == math.inf:
            raise NotFound(
                "unreachable",
                f"no open way leads from {self.plan.names[a]} to {self.plan.names[b]}; open an edge on the way",
            )
        if direct <= length:
            return self._inside(a, b)
        heads = [enter]
        before = self._row(leave)[1]
        while heads[-1] != leave:
            heads.append(int(before[heads[-1]]))
        first, *others = (self.plan.heads[row] for row in reversed(heads))
        walk = self._inside(a, first) if a != first else [a]
        for u, v in pairwise((first, *others)):
            if (u, v) not in self._hops:
                self._hops[u, v] = self._inside(u, v)[1:]
            walk.extend(self._hops[u, v])
        last = others[-1] if others else first
        return walk + self._inside(last, b)[1:] if last != b else walk

    def _direct(self, a: int, b: int) -> float:
        """Metres between two nodes inside the chain both lie within; inf when there is none."""
        if a in self.plan.place and b in self.plan.place and self.plan.place[a][0] == self.plan.place[b][0]:
            chain, index = self._on_chain(a)
            return chain.metres(index, self.plan.place[b][1])
        return math.inf

    def _inside(self, a: int, b: int) -> list[int]:
        """The nodes of the shortest single chain (or piece of one) from `a` to `b`."""
        best_m, best = math.inf, (self.chains[0], 0, 0)
        for chain in self._chains_at(a, b):
            for i in self._places(chain, a):
                for j in self._places(chain, b):
                    metres = chain.metres(i, j)
                    if metres < best_m:
                        best_m, best = metres, (chain, i, j)
        chain, i, j = best
        return list(chain.nodes[i : j + 1] if i <= j else chain.nodes[j : i + 1][::-1])

    def _chains_at(self, a: int, b: int) -> Iterable[Chain]:
        for node in (a, b):
            if node in self.plan.place:
                return (self._on_chain(node)[0],)
        return (self.chains[chain] for chain in self.plan.between[(min(a, b), max(a, b))])

    def _places(self, chain: Chain, node: int) -> tuple[int, ...]:
        """Where on the chain a node lies; a loop's head lies at both its ends."""
        if node in self.plan.place:
            return (self.plan.place[node][1],)
        last = len(chain.nodes) - 1
        return tuple(i for i in (0, last) if chain.nodes[i] == node)

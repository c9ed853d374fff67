"""Corridors: the graph with every run of nodes between two junctions taken together, so that distances need only the
junctions.

A warehouse of 50,000 locations has some hundred junctions (aisle heads). Everything between two of them lies on a
chain, where a distance is a subtraction.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from server.core.errors import BadInput, NotFound
from server.core.graph import Graph

Stretch = tuple[
    float, float
]  # metres when walked from the lower node number to the higher, and back; inf where that is not allowed


@dataclass(frozen=True, slots=True)
class Chain:
    """A corridor between two heads: `nodes` by number, the heads at both ends (the same one twice on a loop).

    `ahead` and `back` are running metres from the first node, on lengths walked forward and backward, shut stretches
    counted as 0; `ahead_shut` and `back_shut` count the stretches before each node that may not be walked in that
    direction.
    """

    nodes: tuple[int, ...]
    ahead: tuple[float, ...]
    back: tuple[float, ...]
    ahead_shut: tuple[int, ...]
    back_shut: tuple[int, ...]

    def metres(self, i: int, j: int) -> float:
        """Metres from the i-th node to the j-th without leaving the chain;

        inf when a stretch between them is shut or one-way.
        """
        if i <= j:
            return self.ahead[j] - self.ahead[i] if self.ahead_shut[i] == self.ahead_shut[j] else math.inf
        return self.back[i] - self.back[j] if self.back_shut[i] == self.back_shut[j] else math.inf

    @property
    def symmetric(self) -> bool:
        """Whether every stretch is as long in one direction as in the other."""
        return self.ahead == self.back and self.ahead_shut == self.back_shut


def measure(nodes: tuple[int, ...], stretches: Iterable[Stretch]) -> Chain:
    """The chain over `nodes` whose consecutive pairs are `stretches` (metres forward, metres backward)."""
    ahead, back, ahead_shut, back_shut = [0.0], [0.0], [0], [0]
    for forward, backward in stretches:
        ahead.append(ahead[-1] + (forward if forward < math.inf else 0.0))
        back.append(back[-1] + (backward if backward < math.inf else 0.0))
        ahead_shut.append(ahead_shut[-1] + (forward == math.inf))
        back_shut.append(back_shut[-1] + (backward == math.inf))
    return Chain(nodes, tuple(ahead), tuple(back), tuple(ahead_shut), tuple(back_shut))


@dataclass(frozen=True, slots=True)
class Contraction:
    """A graph as heads and chains. `names` and `number` translate node ids; `heads` lists head nodes by number.

    `place` gives for each node that is no head its chain and its index there, `between` the chains of each pair of
    heads (lower number first); `stretch` is the length of each walkable pair (lower number first).
    """

    names: tuple[str, ...]
    number: Mapping[str, int]
    heads: tuple[int, ...]
    chains: tuple[Chain, ...]
    place: Mapping[int, tuple[int, int]]
    between: Mapping[tuple[int, int], tuple[int, ...]]
    stretch: Mapping[tuple[int, int], Stretch]

    def pair(self, u: str, v: str) -> tuple[int, int]:
        """The key of the stretch between two nodes. Raises NotFound when there is none."""
        a, b = self.number.get(u, -1), self.number.get(v, -1)
        key = (a, b) if a < b else (b, a)
        if key not in self.stretch:
            raise NotFound("no_such_edge", f"there is no edge between {u} and {v} in this graph; name an edge of it")
        return key

    def shut(self, pairs: frozenset[tuple[int, int]]) -> tuple[Chain, ...]:
        """The chains with these stretches closed in both directions; untouched chains are shared."""
        hit = {self._chain_of(pair) for pair in pairs}
        return tuple(self._measured(chain, pairs) if i in hit else chain for i, chain in enumerate(self.chains))

    def _chain_of(self, pair: tuple[int, int]) -> int:
        for node in pair:
            if node in self.place:
                return self.place[node][0]
        return next(chain for chain in self.between[pair] if len(self.chains[chain].nodes) == 2)

    def _measured(self, chain: Chain, closed: frozenset[tuple[int, int]]) -> Chain:
        return measure(chain.nodes, (_oriented(self.stretch, a, b, closed) for a, b in pairwise(chain.nodes)))


def _oriented(
    stretch: Mapping[tuple[int, int], Stretch], a: int, b: int, closed: frozenset[tuple[int, int]]
) -> Stretch:
    key = (a, b) if a < b else (b, a)
    if key in closed:
        return math.inf, math.inf
    up, down = stretch[key]
    return (up, down) if a < b else (down, up)


def contract(graph: Graph) -> Contraction:
    """Take the corridors of `graph` together. O(nodes + edges).

    Raises BadInput when an edge names an unknown node or has a length that is no finite number ≥ 0.
    """
    names = tuple(graph.nodes)
    number = {name: i for i, name in enumerate(names)}
    stretch = _stretches(graph, number)
    beside: list[list[int]] = [[] for _ in names]
    for a, b in stretch:
        beside[a].append(b)
        beside[b].append(a)
    is_head = [len(near) != 2 for near in beside]
    runs = _runs(beside, is_head)
    chains = tuple(measure(run, (_oriented(stretch, a, b, frozenset()) for a, b in pairwise(run))) for run in runs)
    place = {
        node: (chain, index) for chain, run in enumerate(runs) for index, node in enumerate(run) if not is_head[node]
    }
    between: dict[tuple[int, int], tuple[int, ...]] = {}
    for chain, run in enumerate(runs):
        pair = (min(run[0], run[-1]), max(run[0], run[-1]))
        between[pair] = (*between.get(pair, ()), chain)
    return Contraction(
        names, number, tuple(i for i, head in enumerate(is_head) if head), chains, place, between, stretch
    )


def _stretches(graph: Graph, number: Mapping[str, int]) -> dict[tuple[int, int], Stretch]:
    """Metres of each pair of neighbours, the shortest of parallel edges;

    an edge from a node to itself leads nowhere and is left out.
    """
    found: dict[tuple[int, int], Stretch] = {}
    for edge in graph.edges:
        if edge.u not in number or edge.v not in number:
            raise BadInput(
                "unknown_node",
                f"edge {edge.u}–{edge.v} names a node that the graph does not list; add the node or mend the edge",
            )
        if not 0 <= edge.length_m < math.inf:
            raise BadInput(
                "bad_length",
                f"edge {edge.u}–{edge.v} is {edge.length_m} m long; a length is a finite number of metres, 0 or more",
            )
        a, b = number[edge.u], number[edge.v]
        if a == b:
            continue
        forward, backward = edge.length_m, math.inf if edge.oneway else edge.length_m
        key, (up, down) = ((a, b), (forward, backward)) if a < b else ((b, a), (backward, forward))
        known = found.get(key, (math.inf, math.inf))
        found[key] = (min(known[0], up), min(known[1], down))
    return found


def _runs(beside: list[list[int]], is_head: list[bool]) -> list[tuple[int, ...]]:
    """All runs between heads. A ring without any junction gets a head: `is_head` is marked."""
    runs: list[tuple[int, ...]] = []
    seen = list(is_head)
    for node in sorted(range(len(beside)), key=lambda node: not is_head[node]):
        if seen[node] and not is_head[node]:
            continue
        is_head[node] = True
        for run in _runs_from(node, beside, is_head):
            runs.append(run)
            for inner in run:
                seen[inner] = True
    return runs


def _runs_from(head: int, beside: list[list[int]], is_head: list[bool]) -> list[tuple[int, ...]]:
    """The runs that begin at `head`, each told once: from its lower end, and a loop in one of its two directions."""
    runs = []
    for first in beside[head]:
        run = [head, first]
        while not is_head[run[-1]]:
            near = beside[run[-1]]
            run.append(near[1] if near[0] == run[-2] else near[0])
        if head < run[-1] or (head == run[-1] and run[1] < run[-2]):
            runs.append(tuple(run))
    return runs

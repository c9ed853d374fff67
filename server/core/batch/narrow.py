"""Tours over a narrow floor without one-way edges, many sets of stops in one call.

A frontier programme with arrays in place of numbers: which state can follow which is the same for every set of stops
and is worked out once; only what a corridor costs differs from set to set. Some 20 µs a set on two blocks.

Source: Cambazard & Catusse 2018, https://doi.org/10.1016/j.ejor.2018.03.050.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from server.core.batch.bits import flags, node_bits
from server.core.batch.problem import Bits, Metres
from server.core.batch.states import DONE, State, Walk, begun, entered, left, walked
from server.core.route.link import Link
from server.core.route.network import Network
from server.core.route.sketch import Sketch, draw, reduce
from server.core.route.sweepline import narrow_order

Costs = npt.NDArray[np.float32]
Index = npt.NDArray[np.intp]
Flags = npt.NDArray[np.bool_]
Change = Callable[[State], State | None]

MOST_STATES = 1000
"""A floor with more states at once than this is too wide: each costs some nanoseconds a set."""
SETS_AT_ONCE = 512
STOP_WALKS = (Walk.FROM_A, Walk.NONE)


@dataclass(frozen=True, slots=True)
class Move:
    """One decision. Of its `size` states after, the first ones can be come to from `ranks[r]`: (states before, ways).

    States are sorted so that those with most ways to them come first. `link` is a row of the links with stops, `stop` a
    bit, −1 for neither; then a way costs `through_m`, or twice that.
    """

    ranks: tuple[tuple[Index, Index], ...]
    link: int = -1
    stop: int = -1
    through_m: float = 0.0


class NarrowLengths:
    """The shortest walks over sets of nodes, exact in single precision. Made by `narrow_lengths`. Picklable."""

    def __init__(
        self, nodes: Sequence[str], moves: Sequence[Move], links: Sequence[Link], bits: dict[int, int]
    ) -> None:
        self.nodes, self._moves = tuple(nodes), tuple(moves)
        longest = max((len(link.stations) - 2 for link in links), default=0)
        self._bit = np.full((len(links), longest), len(nodes))  # the last row of flags is never set
        self._at_m = np.zeros((len(links), longest), np.float32)
        self._through_m = np.array([[link.ahead_m] for link in links], np.float32).reshape(-1, 1)
        for row, link in enumerate(links):
            inner = link.stations[1:-1]
            self._bit[row, : len(inner)] = [bits[node] for node in inner]
            self._at_m[row, : len(inner)] = np.cumsum([ahead for ahead, _ in link.hops[:-1]])

    def stops(self, visits: Iterable[Iterable[str]]) -> Bits:
        """The bits of each item's nodes, shape (words, items)."""
        return node_bits(self.nodes, visits)

    def __call__(self, stops: Bits) -> Metres:
        """Length in metres of the shortest walk over each set of stops."""
        pieces = [self._lengths(stops[:, i : i + SETS_AT_ONCE]) for i in range(0, stops.shape[1], SETS_AT_ONCE)]
        return np.concatenate([np.zeros(0), *pieces])

    def _lengths(self, stops: Bits) -> Metres:
        count = len(self.nodes)
        has = np.concatenate((flags(stops, count), np.zeros((1, stops.shape[1]), bool)))
        links = self._link_costs(has)
        nothing, never = np.float32(0), np.float32(np.inf)
        best: Costs = np.zeros((1, stops.shape[1]), np.float32)
        for move in self._moves:
            if move.link >= 0:
                ways = links[:, move.link]
            elif move.stop >= 0:
                ways = np.stack((np.zeros_like(best[0]), np.where(has[move.stop], never, nothing)))
            else:
                ways = np.array(_bare(move.through_m), np.float32)[:, None]
            best = _least(best, ways, move)
        lengths: Metres = best[0].astype(np.float64)
        return lengths

    def _link_costs(self, has: Flags) -> Costs:
        """What each way to walk each link costs, shape (walks, links, sets).

        The gap before the first stop counts as one, too: leaving it out is what a visit from B does, at the same cost.
        """
        shape = (len(self._bit), has.shape[1])
        gap, last, from_b = np.zeros(shape, np.float32), np.zeros(shape, np.float32), np.zeros(shape, np.float32)
        picked = np.zeros(shape, bool)
        for bits, at_m in zip(self._bit.T, self._at_m.T, strict=True):
            here = has[bits]
            picked |= here
            at = here * at_m[:, None]
            np.maximum(gap, at - last, out=gap)
            np.maximum(last, at, out=last)
            np.maximum(from_b, here * (self._through_m - at_m[:, None]), out=from_b)
        through = np.broadcast_to(self._through_m, shape)
        none = np.where(picked, np.float32(np.inf), np.float32(0))
        return np.stack((through, 2 * through, 2 * last, 2 * from_b, 2 * (through - gap), none))


def narrow_lengths(network: Network, nodes: Iterable[str], start: str, end: str) -> NarrowLengths | None:
    """The evaluator for walks from `start` to `end` over any of `nodes`.

    None on a floor with one-way or closed edges, and on one that is too wide.

    Raises NotFound for an unknown node.
    """
    listed = tuple(dict.fromkeys(nodes))
    bits = {network.number(node): i for i, node in enumerate(listed)}
    first, last = network.number(start), network.number(end)
    sketch = draw(network, bits, first, last)
    reduce(sketch)
    if not network.symmetric or any(hop == (math.inf, math.inf) for link in sketch.links.values() for hop in link.hops):
        return None
    order = narrow_order(sketch, lambda node: network.graph.nodes[network.plan.names[node]])
    layers = _Layers(sketch, bits, (first, last))
    if not layers.lay_out(order):
        return None
    return NarrowLengths(listed, layers.moves, layers.links, bits)


def _least(best: Costs, ways: Costs, move: Move) -> Costs:
    """The least metres that lead to each state after a move, shape (states, sets)."""
    (states, chosen), *others = move.ranks
    least = best.take(states, axis=0)
    least += ways.take(chosen, axis=0)
    for states, chosen in others:
        other = best.take(states, axis=0)
        other += ways.take(chosen, axis=0)
        np.minimum(least[: len(states)], other, out=least[: len(states)])
    return least


def _bare(through_m: float) -> list[float]:
    """What the walks cost on a link without stops; visits from its ends are of no use."""
    return [through_m, 2 * through_m, math.inf, math.inf, math.inf, 0.0]


class _Layers:
    """All decisions in turn, and the states between them."""

    def __init__(self, sketch: Sketch, bits: dict[int, int], ends: tuple[int, int]) -> None:
        self.links: list[Link] = []
        self.moves: list[Move] = []
        self._sketch, self._bits, self._ends = sketch, bits, ends
        self._states: list[State] = [()]
        self._frontier: list[int] = []
        self._then: list[Change] = []

    def lay_out(self, order: Sequence[int]) -> bool:
        """Finish the vertices in this order; whether no decision was too wide."""
        todo = dict(self._sketch.links)
        for vertex in order:
            self._enter(vertex)
            here = [number for number in sorted(self._sketch.at[vertex]) if number in todo]
            for number in here:
                self._decide_link(todo.pop(number).begun_at(vertex))
                if len(self._states) > MOST_STATES:
                    return False
            place = self._frontier.index(vertex)
            self._frontier.pop(place)
            self._then.append(lambda state, place=place: left(state, place))  # type: ignore[misc]
        self._decide((Walk.NONE,), lambda state, _walk: state if state == DONE else None)
        return True

    def _enter(self, vertex: int) -> None:
        if vertex in self._frontier:
            return
        place = len(self._frontier)
        self._frontier.append(vertex)
        self._then.append(entered)
        if vertex in self._ends:
            half = self._ends[0] != self._ends[1]
            self._then.append(lambda state: begun(state, place, half=half))
        elif vertex in self._bits:
            self._decide(STOP_WALKS, lambda state, walk: walked(state, walk, place, place), stop=self._bits[vertex])

    def _decide_link(self, link: Link) -> None:
        self._enter(link.ends[1])
        a, b = (self._frontier.index(end) for end in link.ends)
        if link.empty:
            walks: tuple[Walk, ...] = (Walk.ONCE, Walk.TWICE, Walk.NONE)
            self._decide(walks, lambda state, walk: walked(state, walk, a, b), through_m=link.ahead_m)
            return
        self.links.append(link)
        self._decide(tuple(Walk), lambda state, walk: walked(state, walk, a, b), link=len(self.links) - 1)

    def _decide(
        self,
        walks: Sequence[Walk],
        change: Callable[[State, Walk], State | None],
        *,
        link: int = -1,
        stop: int = -1,
        through_m: float = 0.0,
    ) -> None:
        """Work out what each state becomes by each walk, after what had to happen before."""
        into: dict[State, list[tuple[int, int]]] = {}
        for number, state in enumerate(self._states):
            ready = self._settled(state)
            for walk in walks if ready is not None else ():
                after = change(ready, walk) if ready is not None else None
                if after is not None:
                    way = STOP_WALKS.index(walk) if stop >= 0 else int(walk)
                    into.setdefault(after, []).append((number, way))
        self._then = []
        self._states = sorted(into, key=lambda state: -len(into[state]))
        most = max(map(len, into.values()))
        by_rank = [[into[state][rank] for state in self._states if len(into[state]) > rank] for rank in range(most)]
        ranks = tuple((np.array([s for s, _ in of], np.intp), np.array([w for _, w in of], np.intp)) for of in by_rank)
        self.moves.append(Move(ranks, link, stop, through_m))

    def _settled(self, state: State) -> State | None:
        for then in self._then:
            after = then(state)
            if after is None:
                return None
            state = after
        return state

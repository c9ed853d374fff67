"""Rules of thumb that pickers and most systems walk by, to be measured against: S-shape, largest gap, nearest
neighbour.

S-shape and largest gap are told for parallel aisles; here a sub-aisle is a corridor with picks, an aisle all of them at
one place across, a block all of them at one place along. One-way corridors are entered at their open end.

Source: Hall 1993, https://doi.org/10.1080/07408179308964306; for several blocks Roodbergen & de Koster 2001,
https://doi.org/10.1080/00207540110028128.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from server.core.route.chains import Chain
from server.core.route.errands import direction, finite
from server.core.route.network import Network
from server.core.route.search import nearest_first
from server.core.route.tour import Tour, distinct, joined, tour_of_path, walk

STRAIGHT_M = 0.3
"""How far the nodes of one aisle may stand apart sideways."""

Rule = Callable[[list["SubAisle"], bool], Iterator[str]]
"""How one block is walked: its sub-aisles from one side, and whether the walk stands at their near heads."""


@dataclass(frozen=True, slots=True)
class SubAisle:
    """A corridor with picks, seen from the start: `near` and `far` head, the picks from near to far with their metres.

    `across_m` is where it stands along the cross-aisles, `along_m` how far its middle lies from the start the other
    way; `oneway` is 1 when it may only be walked from near to far, −1 the other way round, else 0.
    """

    near: str
    far: str
    picks: tuple[str, ...]
    marks_m: tuple[float, ...]
    length_m: float
    across_m: float
    along_m: float
    oneway: int

    def through(self, *, upward: bool) -> tuple[str, ...]:
        """The nodes of a walk from end to end."""
        nodes = (self.near, *self.picks, self.far)
        return nodes if (self.oneway == 1 or (upward and self.oneway == 0)) else nodes[::-1]

    def split_at_gap(self) -> int:
        """How many picks lie on the near side of the largest gap."""
        marks = (0.0, *self.marks_m, self.length_m)
        return max(range(len(marks) - 1), key=lambda i: marks[i + 1] - marks[i])


def s_shape(network: Network, picks: Sequence[str], start: str, end: str) -> Tour:
    """Walk every sub-aisle with picks from end to end, block by block from the farthest. Raises NotFound."""
    return _by_blocks(network, picks, start, end, "S-shape", _snake)


def largest_gap(network: Network, picks: Sequence[str], start: str, end: str) -> Tour:
    """Enter sub-aisles from both cross-aisles up to the largest gap, block by block from the farthest.

    Raises NotFound.
    """
    return _by_blocks(network, picks, start, end, "largest gap", _around)


def nearest_neighbour(network: Network, picks: Sequence[str], start: str, end: str) -> Tour:
    """Always on to the nearest pick that is left. Raises NotFound for an unknown node or a stop without a way to it."""
    nodes = (start, *(node for node in distinct(picks) if node not in (start, end)), end)
    order = nearest_first(finite(network.distances(nodes)))
    path = joined(network, [nodes[i] for i in order])
    return tour_of_path(network, path, picks, 0.0, "nearest neighbour")


def given_order(network: Network, picks: Sequence[str], start: str, end: str) -> Tour:
    """The picks as they come, for example by location_code: what a list sorted by name makes people walk."""
    return walk(network, picks, start, end)


def _by_blocks(network: Network, picks: Sequence[str], start: str, end: str, method: str, rule: Rule) -> Tour:
    aisles, loose, across = _sub_aisles(network, distinct(picks), start)
    by_block = groupby(sorted(aisles, key=lambda sub: -sub.along_m), key=lambda sub: round(sub.along_m))
    blocks = [sorted(block, key=lambda sub: sub.across_m) for _, block in by_block]
    place = network.graph.nodes
    nodes = [start]
    if len(blocks) > 1:
        nodes.extend(_way_up(blocks, place[start][across]))
    for i, block in enumerate(block for block in blocks if block):
        here_m = place[nodes[-1]][across]
        if abs(here_m - block[-1].across_m) < abs(here_m - block[0].across_m):
            block.reverse()
        nodes.extend(rule(block, i == 0))
    return tour_of_path(network, joined(network, [*nodes, *loose, end]), picks, 0.0, method)


def _way_up(blocks: list[list[SubAisle]], here_m: float) -> Iterator[str]:
    """Up the outermost aisle that is nearer, through its picks, to the farthest block;

    what is done leaves its block.
    """
    outermost = {sub.across_m for block in blocks for sub in (block[0], block[-1])}
    lead_m = min((min(outermost), max(outermost)), key=lambda x: abs(x - here_m))
    for block in reversed(blocks[1:]):
        for sub in [sub for sub in block if sub.across_m == lead_m and sub.oneway >= 0]:
            block.remove(sub)
            yield from sub.through(upward=True)


def _snake(block: list[SubAisle], at_near: bool) -> Iterator[str]:
    """Through every sub-aisle in turn; the last one ends at its near head."""
    for sub in block[:-1]:
        yield from sub.through(upward=at_near)
        at_near = sub.oneway == -1 or (not at_near and sub.oneway == 0)
    last = block[-1]
    yield from (last.near, *last.picks, last.near) if at_near and not last.oneway else last.through(upward=False)


def _around(block: list[SubAisle], at_near: bool) -> Iterator[str]:
    """Round the block: through its first (when coming from near) and last sub-aisle, the others from both ends."""
    if len(block) == 1:
        yield from _snake(block, at_near)
        return
    if at_near:
        yield from block[0].through(upward=True)
        block = block[1:]
    between = block[:-1]
    for sub in between:
        kept = sub.picks[sub.split_at_gap() :]
        yield from sub.through(upward=False) if sub.oneway else (sub.far, *kept[::-1], sub.far) if kept else ()
    yield from block[-1].through(upward=False)
    for sub in reversed(between):
        kept = sub.picks[: sub.split_at_gap()]
        yield from (sub.near, *kept, sub.near) if kept and not sub.oneway else ()


def _sub_aisles(network: Network, picks: Sequence[str], start: str) -> tuple[list[SubAisle], list[str], int]:
    """The corridors with picks, the picks at junctions, and which coordinate (0 = x) runs along the cross-aisles."""
    found: list[tuple[int, int]] = []
    loose = []
    reach = [0.0, 0.0]
    for pick in picks:
        chain, index = network.plan.place.get(network.number(pick), (-1, 0))
        if chain < 0:
            loose.append(pick)
            continue
        found.append((chain, index))
        (ax, ay), (bx, by) = (_place(network, network.chains[chain].nodes[index + side]) for side in (-1, 1))
        reach[0] += abs(ax - bx)
        reach[1] += abs(ay - by)
    across = 0 if reach[1] >= reach[0] else 1
    runs: dict[tuple[int, int, int], list[int]] = {}
    for chain, index in found:
        runs.setdefault((chain, *_straight(network, network.chains[chain], index, across)), []).append(index)
    return [_sub_aisle(network, run, sorted(at), start, across) for run, at in runs.items()], loose, across


def _place(network: Network, node: int) -> tuple[float, float]:
    return network.graph.nodes[network.plan.names[node]]


def _straight(network: Network, chain: Chain, index: int, across: int) -> tuple[int, int]:
    """First and last index of the straight piece of the chain round `index`: at a corner of the hall chains turn."""
    x = _place(network, chain.nodes[index])[across]
    first = last = index
    while first > 0 and abs(_place(network, chain.nodes[first - 1])[across] - x) < STRAIGHT_M:
        first -= 1
    while last < len(chain.nodes) - 1 and abs(_place(network, chain.nodes[last + 1])[across] - x) < STRAIGHT_M:
        last += 1
    return first, last


def _sub_aisle(network: Network, run: tuple[int, int, int], at: list[int], start: str, across: int) -> SubAisle:
    number, first, last = run
    chain = network.chains[number]
    here_m = network.graph.nodes[start][1 - across]
    along = [abs(_place(network, chain.nodes[i])[1 - across] - here_m) for i in (first, last)]
    oneway = direction(chain)
    metres = chain.back if oneway < 0 else chain.ahead
    marks, length_m = [metres[i] - metres[first] for i in at], metres[last] - metres[first]
    heads, nodes = (chain.nodes[first], chain.nodes[last]), [chain.nodes[i] for i in at]
    if along[1] < along[0]:
        heads, nodes, oneway = heads[::-1], nodes[::-1], -oneway
        marks = [length_m - mark for mark in reversed(marks)]
    names = network.plan.names
    return SubAisle(
        near=names[heads[0]],
        far=names[heads[1]],
        picks=tuple(names[node] for node in nodes),
        marks_m=tuple(marks),
        length_m=length_m,
        across_m=round(_place(network, chain.nodes[at[0]])[across], 1),
        along_m=sum(along) / 2,
        oneway=oneway,
    )

"""The floor as one tour sees it: junctions, and links between them that carry its stops; everything else is left out.

A tour needs nothing but the distances between its stops. So a junction where nothing is picked may go, when links
between its neighbours keep every distance; a link goes when a way round is no longer. On a grid of aisles this takes
out every empty aisle. The shortest tour stays as long as it was.
"""

import math
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import combinations, count, pairwise

from server.core.route.chains import Stretch
from server.core.route.link import Link, link_of
from server.core.route.network import Network

SLACK_M = 1e-9
DETOUR_LINKS = 2
MOST_LINKS = 3


@dataclass(frozen=True, slots=True)
class Sketch:
    """Links by number, at each vertex the far vertex of each link and the metres to it, the vertices a tour must touch.

    `symmetric`: no link is longer in one direction.
    """

    links: dict[int, Link]
    at: dict[int, dict[int, tuple[int, float]]]
    needed: frozenset[int]
    symmetric: bool
    numbers: Iterator[int] = field(default_factory=count)

    def add(self, link: Link) -> None:
        """Take in a link; one that leads nowhere new and carries nothing is left out."""
        a, b = link.ends
        if link.empty and (a == b or link.ahead_m == link.back_m == math.inf):
            return
        number = next(self.numbers)
        self.links[number] = link
        self.at.setdefault(a, {})[number] = b, link.ahead_m
        self.at.setdefault(b, {})[number] = a, link.back_m

    def remove(self, number: int) -> None:
        """Take out a link."""
        for end in self.links.pop(number).ends:
            self.at[end].pop(number, None)

    def other_end(self, number: int, vertex: int) -> int:
        """The far vertex of a link."""
        return self.at[vertex][number][0]


def draw(network: Network, picks: Iterable[int], start: int, end: int) -> Sketch:
    """The sketch of a tour over `picks` (node numbers), with every junction of the floor."""
    heads, wanted = set(network.plan.heads), {start, end, *picks}
    needed = frozenset(node for node in wanted if node in heads or node in (start, end))
    sketch = Sketch({}, {start: {}, end: {}}, needed, network.symmetric)
    on_chain: dict[int, list[int]] = {}
    for node in wanted - heads:
        where, index = network.plan.place[node]
        on_chain.setdefault(where, []).append(index)
    for number, link in enumerate(network.links):
        if number not in on_chain:
            sketch.add(link)
            continue
        chain = network.chains[number]
        places = [0, *sorted(on_chain[number]), len(chain.nodes) - 1]
        stations = tuple(chain.nodes[i] for i in places)
        hops = tuple((chain.metres(i, j), chain.metres(j, i)) for i, j in pairwise(places))
        for piece in _split(stations, hops, {start, end}):
            sketch.add(piece)
    return sketch


def _split(stations: tuple[int, ...], hops: tuple[Stretch, ...], at: set[int]) -> Iterator[Link]:
    cuts = [0, *(i for i in range(1, len(hops)) if stations[i] in at), len(hops)]
    for i, j in pairwise(cuts):
        yield link_of(stations[i : j + 1], hops[i:j])


def reduce(sketch: Sketch) -> None:
    """Take out of `sketch` every junction and link that no shortest tour needs, as far as local tests can tell.

    Junctions of more than three links stay: to take them out would make links cross and the frontier wide.
    """
    waiting = deque(sorted(sketch.at, key=lambda vertex: len(sketch.at[vertex])))
    while waiting:
        vertex = waiting.popleft()
        links = sketch.at.get(vertex)
        if links is None or len(links) > MOST_LINKS or vertex in sketch.needed:
            continue
        near = [far for far, _ in links.values()]
        if _take_out(sketch, vertex):
            waiting.extend(near)
    for number, link in list(sketch.links.items()):
        if link.empty:
            sketch.remove(number)
            left = _kept(sketch, link, -1, links=DETOUR_LINKS + 1)
            if left is not None:
                sketch.add(left)


def _take_out(sketch: Sketch, vertex: int) -> bool:
    """Replace a vertex by links between its neighbours, when that makes the sketch smaller."""
    numbers = list(sketch.at[vertex])
    links = [sketch.links[number].begun_at(vertex) for number in numbers]
    if len(links) != 2 and not all(link.empty for link in links):
        return False
    if any(link.ends == (vertex, vertex) for link in links):
        return False
    joined = [_kept(sketch, _merged(a, b), vertex) for a, b in combinations(links, 2)]
    fresh = [link for link in joined if link is not None]
    if len(fresh) >= len(links) > 2:
        return False
    for number in numbers:
        sketch.remove(number)
    del sketch.at[vertex]
    for link in fresh:
        sketch.add(link)
    return True


def _merged(first: Link, second: Link) -> Link:
    """The way over both links, which begin at the vertex between them; that vertex is nothing to pick."""
    ahead_m, back_m = first.back_m + second.ahead_m, first.ahead_m + second.back_m
    if first.empty and second.empty:
        return Link((first.stations[1], second.stations[1]), ((ahead_m, back_m),), ahead_m, back_m)
    before = first.begun_at(first.stations[-1])
    (ahead_a, back_a), (ahead_b, back_b) = before.hops[-1], second.hops[0]
    hops = (*before.hops[:-1], (ahead_a + ahead_b, back_a + back_b), *second.hops[1:])
    return Link((*before.stations[:-1], *second.stations[1:]), hops, ahead_m, back_m)


def _kept(sketch: Sketch, link: Link, without: int, links: int = DETOUR_LINKS) -> Link | None:
    """The link in the directions for which no way round, `without` one vertex, is as short; None when none is left."""
    if not link.empty:
        return link
    a, b = link.ends
    if a == b:
        return None
    ahead, back = link.ahead_m, link.back_m
    if ahead < math.inf and way_round(sketch, a, b, without, ahead + SLACK_M, links=links):
        ahead = math.inf
    if sketch.symmetric:
        back = ahead
    elif back < math.inf and way_round(sketch, b, a, without, back + SLACK_M, links=links):
        back = math.inf
    return None if ahead == back == math.inf else Link(link.stations, ((ahead, back),), ahead, back)


def way_round(sketch: Sketch, a: int, b: int, without: int, within_m: float, *, links: int = DETOUR_LINKS) -> bool:
    """Whether at most `links` links lead from a to b in at most `within_m` metres, not over `without`."""
    for far, metres in sketch.at[a].values():
        if metres > within_m or far in (without, a):
            continue
        if far == b or (links > 1 and way_round(sketch, far, b, without, within_m - metres, links=links - 1)):
            return True
    return False

"""The floor as one tour sees it: junctions, and links between them that carry its stops; everything else is left out.

A tour needs nothing but the distances between its stops. So a junction where nothing is picked may go, when links
between its neighbours keep every distance; a link goes when a way round is no longer. On a grid of aisles this takes
out every empty aisle. The shortest tour stays as long as it was.
"""

import math
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations, pairwise

from server.core.route.chains import Stretch
from server.core.route.network import Network

SLACK_M = 1e-9
DETOUR_LINKS = 3


@dataclass(frozen=True, slots=True)
class Link:
    """A way between two vertices: `stations` are node numbers, first and last the vertices, the stops between them.

    `hops` are metres between consecutive stations, forward and backward; inf where that may not be walked.
    """

    stations: tuple[int, ...]
    hops: tuple[Stretch, ...]

    @property
    def ends(self) -> tuple[int, int]:
        """Both vertices; the same one twice on a loop."""
        return self.stations[0], self.stations[-1]

    @property
    def empty(self) -> bool:
        """Whether nothing is picked on the way."""
        return len(self.stations) == 2

    def metres_from(self, vertex: int) -> float:
        """Metres through, beginning at one of its ends."""
        side = 0 if vertex == self.stations[0] else 1
        return sum(hop[side] for hop in self.hops)

    def turned(self) -> "Link":
        """The same way told from its other end."""
        return Link(self.stations[::-1], tuple((back, ahead) for ahead, back in reversed(self.hops)))

    def begun_at(self, vertex: int) -> "Link":
        """The same way told from `vertex`, one of its ends."""
        return self if self.stations[0] == vertex else self.turned()


@dataclass(slots=True)
class Sketch:
    """Links by number, the links at each vertex, and the vertices that a tour must touch."""

    links: dict[int, Link]
    at: dict[int, set[int]]
    needed: frozenset[int]
    added: int = 0

    def add(self, link: Link) -> None:
        """Take in a link; one that leads nowhere new and carries nothing is left out."""
        a, b = link.ends
        through = min(link.metres_from(a), link.metres_from(b))
        if link.empty and (a == b or through == math.inf):
            return
        self.added += 1
        self.links[self.added] = link
        self.at.setdefault(a, set()).add(self.added)
        self.at.setdefault(b, set()).add(self.added)

    def remove(self, number: int) -> Link:
        """Take out a link."""
        link = self.links.pop(number)
        for end in link.ends:
            self.at[end].discard(number)
        return link

    def other_end(self, number: int, vertex: int) -> int:
        """The far vertex of a link."""
        a, b = self.links[number].ends
        return b if a == vertex else a


def draw(network: Network, picks: Iterable[int], start: int, end: int) -> Sketch:
    """The sketch of a tour over `picks` (node numbers), with every junction of the floor."""
    heads, wanted = set(network.plan.heads), {start, end, *picks}
    sketch = Sketch(
        {}, {start: set(), end: set()}, frozenset(node for node in wanted if node in heads or node in (start, end))
    )
    on_chain: dict[int, list[int]] = {}
    for node in wanted - heads:
        where, index = network.plan.place[node]
        on_chain.setdefault(where, []).append(index)
    for number, chain in enumerate(network.chains):
        places = [0, *sorted(on_chain.get(number, ())), len(chain.nodes) - 1]
        stations = tuple(chain.nodes[i] for i in places)
        hops = tuple((chain.metres(i, j), chain.metres(j, i)) for i, j in pairwise(places))
        for link in _split(Link(stations, hops), {start, end}):
            sketch.add(link)
    return sketch


def _split(link: Link, at: set[int]) -> Iterator[Link]:
    cuts = [0, *(i for i in range(1, len(link.hops)) if link.stations[i] in at), len(link.hops)]
    for i, j in pairwise(cuts):
        yield Link(link.stations[i : j + 1], link.hops[i:j])


def reduce(sketch: Sketch) -> None:
    """Take out of `sketch` every junction and link that no shortest tour needs, as far as local tests can tell."""
    waiting = deque(sorted(sketch.at, key=lambda vertex: len(sketch.at[vertex])))
    queued = set(waiting)
    while waiting:
        vertex = waiting.popleft()
        queued.discard(vertex)
        if vertex not in sketch.at or vertex in sketch.needed:
            continue
        near = {sketch.other_end(number, vertex) for number in sketch.at[vertex]}
        if _take_out(sketch, vertex):
            fresh = [other for other in near if other not in queued and other in sketch.at]
            waiting.extend(fresh)
            queued.update(fresh)


def _take_out(sketch: Sketch, vertex: int) -> bool:
    """Replace a vertex by links between its neighbours, when that makes the sketch smaller."""
    numbers = sorted(sketch.at[vertex])
    links = [sketch.links[number].begun_at(vertex) for number in numbers]
    if any(link.ends == (vertex, vertex) for link in links):
        return False
    if len(links) != 2 and not all(link.empty for link in links):
        return False
    removed = [sketch.remove(number) for number in numbers]
    del sketch.at[vertex]
    joined = [_kept(sketch, _merged(a, b)) for a, b in combinations(links, 2)]
    fresh = [link for link in joined if link is not None]
    if len(fresh) >= len(links) > 2:
        sketch.at[vertex] = set()
        for link in removed:
            sketch.add(link)
        return False
    for link in fresh:
        sketch.add(link)
    return True


def _merged(first: Link, second: Link) -> Link:
    """The way over both links, which begin at the vertex between them."""
    if first.empty and second.empty:
        (out_a, in_a), (out_b, in_b) = first.hops[0], second.hops[0]
        return Link((first.stations[-1], second.stations[-1]), ((in_a + out_b, in_b + out_a),))
    before = first.turned()
    # the vertex itself is nothing to pick: its two hops become one
    (ahead_a, back_a), (ahead_b, back_b) = before.hops[-1], second.hops[0]
    hops = (*before.hops[:-1], (ahead_a + ahead_b, back_a + back_b), *second.hops[1:])
    return Link((*before.stations[:-1], *second.stations[1:]), hops)


def _kept(sketch: Sketch, link: Link) -> Link | None:
    """The link without the directions for which there is a way round that is no longer;

    None when nothing is left of it.
    """
    if not link.empty:
        return link
    a, b = link.ends
    if a == b:
        return None
    ahead, back = link.hops[0]
    if ahead < math.inf and way_round(sketch, a, b, ahead + SLACK_M, DETOUR_LINKS):
        ahead = math.inf
    if back < math.inf and way_round(sketch, b, a, back + SLACK_M, DETOUR_LINKS):
        back = math.inf
    return None if ahead == back == math.inf else Link(link.stations, ((ahead, back),))


def way_round(sketch: Sketch, a: int, b: int, within_m: float, links: int) -> bool:
    """Whether at most `links` links lead from a to b in at most `within_m` metres."""
    for number in sketch.at[a]:
        link = sketch.links[number]
        metres = link.metres_from(a)
        if metres > within_m:
            continue
        far = link.stations[-1] if link.stations[0] == a else link.stations[0]
        if far == b or (links > 1 and far != a and way_round(sketch, far, b, within_m - metres, links - 1)):
            return True
    return False

"""Where only so many may be at once: the stretches of narrow aisles between places where one can stand aside."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from server.core.graph import Edge
from server.core.layout import Layout

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Sections:
    """The narrow stretches of a layout.

    `of_edge` gives the section of an edge, by its two nodes in alphabetical order, and `of_node` that of a node within
    one; `limits` how many pickers a section takes at once; `aside` the nodes where one can wait in nobody's way.
    """

    of_edge: Mapping[Pair, str]
    of_node: Mapping[str, str]
    limits: Mapping[str, int]
    aside: frozenset[str]

    def between(self, u: str, v: str) -> str:
        """The section that one walks in from node to neighbouring node; "" where there is no limit."""
        return self.of_edge.get((u, v) if u < v else (v, u), "")


def sections_of(layout: Layout) -> Sections:
    """The narrow stretches of a layout, closed ones too; none where no aisle has a capacity.

    A stretch ends where an edge without a limit leads on: at a cross-aisle, a wide aisle, a free walk; a link that
    only leads to a station ends nothing. Narrow aisles that meet without such a place are one stretch, and the smallest
    of their capacities holds, for nobody could wait between them without standing in the way.
    """
    capacity = {way.code: way.capacity for way in layout.ways if way.capacity}
    if not capacity:
        return Sections({}, {}, {}, frozenset())
    every = (*layout.graph.edges, *layout.closed_edges)
    narrow = [edge for edge in every if edge.aisle in capacity]
    aside = _where_to_stand(every, capacity)
    of_edge: dict[Pair, str] = {}
    limits: dict[str, int] = {}
    numbered: dict[str, int] = defaultdict(int)
    for stretch in _stretches(narrow, aside):
        code = min(edge.aisle for edge in stretch)
        numbered[code] += 1
        section = f"{code}:{numbered[code]}"
        limits[section] = min(capacity[edge.aisle] for edge in stretch)
        of_edge.update(((min(edge.u, edge.v), max(edge.u, edge.v)), section) for edge in stretch)
    of_node = {node: section for pair, section in of_edge.items() for node in pair if node not in aside}
    return Sections(of_edge, of_node, limits, aside)


def _where_to_stand(every: tuple[Edge, ...], capacity: Mapping[str, int]) -> frozenset[str]:
    """Nodes from which an edge without a limit leads on to more than one place."""
    degree: dict[str, int] = defaultdict(int)
    for edge in every:
        degree[edge.u] += 1
        degree[edge.v] += 1
    wide = [edge for edge in every if edge.aisle not in capacity]
    leads_on = [(a, b) for edge in wide for a, b in ((edge.u, edge.v), (edge.v, edge.u)) if degree[b] > 1]
    return frozenset(a for a, _ in leads_on)


def _stretches(narrow: list[Edge], aside: frozenset[str]) -> list[list[Edge]]:
    """Narrow edges that hang together without passing a place to stand aside, in the order of the file."""
    at_node: dict[str, list[int]] = defaultdict(list)
    for number, edge in enumerate(narrow):
        for node in (edge.u, edge.v):
            if node not in aside:
                at_node[node].append(number)
    seen: set[int] = set()
    found = []
    for first in range(len(narrow)):
        if first in seen:
            continue
        seen.add(first)
        stretch = [first]
        for number in stretch:  # grows while it is read
            for node in (narrow[number].u, narrow[number].v):
                fresh = [other for other in at_node[node] if other not in seen]
                seen.update(fresh)
                stretch.extend(fresh)
        found.append([narrow[number] for number in stretch])
    return found

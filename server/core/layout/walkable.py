"""From plans to a graph: every crossing, joint and standing place becomes a node, every stretch between an edge.

Node names: `A01/3` is the third standing place along aisle A01, `A01+X1` where A01 meets X1, `X1@PACK-1` the place
on X1 next to PACK-1; free nodes, stations, depots and cart parking have their own names.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from server.core.graph import Edge
from server.core.layout.plans import EdgePlan, Plans, RackPlan, SpotPlan, WayPlan
from server.core.layout.terms import Point
from server.core.layout.ways import NEAR_M, along, crossings, foot, length_m, stretches

Problems = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Walkable:
    """The graph while it grows: nodes by name, edges, and on each way its nodes by centimetre from its start.

    `also` leads from a spot's own name to its node where the two differ: a spot on a crossing is that crossing.
    """

    problems: Problems
    ways: Mapping[str, WayPlan]
    nodes: dict[str, Point] = field(default_factory=dict)
    storeys: dict[str, int] = field(default_factory=dict)
    edges: list[Edge] = field(default_factory=list)
    on_way: dict[str, dict[int, tuple[float, str]]] = field(default_factory=dict)
    also: dict[str, str] = field(default_factory=dict)

    def node(self, name: str) -> str:
        """The node that a name stands for, "" when there is none."""
        name = self.also.get(name, name)
        return name if name in self.nodes else ""

    def at(self, way: WayPlan, offset_m: float) -> str:
        """The node on a way within a centimetre of an offset, "" when there is none."""
        stops = self.on_way.setdefault(way.code, {})
        cm = round(offset_m * 100)
        found = stops.get(cm) or stops.get(cm - 1) or stops.get(cm + 1)
        return found[1] if found else ""

    def put(self, way: WayPlan, offset_m: float, node: str) -> None:
        """Let a way pass through a node at an offset."""
        self.on_way.setdefault(way.code, {})[round(offset_m * 100)] = (offset_m, node)

    def stand(self, way: WayPlan, offset_m: float, name: str) -> str:
        """The node on a way at an offset: the one that is there already, or a new one called `name`."""
        node = self.at(way, offset_m)
        if not node:
            node = name
            self.add(name, along(way, offset_m), way.storey, way.place)
            self.put(way, offset_m, node)
        return node

    def add(self, name: str, point: Point, storey: int, place: str) -> None:
        """A new node; a name that is taken is noted."""
        if name in self.nodes or name in self.also:
            self.problems.append((place, f"there are two nodes called {name!r}; rename one"))
        self.nodes[name] = (round(point[0], 4), round(point[1], 4))
        self.storeys[name] = storey


def build_graph(plans: Plans, problems: Problems) -> Walkable:
    """The graph of all plans, closed stretches included; faults go into `problems`."""
    walkable = Walkable(problems, {way.code: way for way in plans.ways})
    _meet(walkable)
    spots = [*plans.nodes, *(spot for _, spot in plans.stations), *plans.depots, *plans.cart_parking]
    for spot in spots:
        _place(walkable, spot)
    for way in walkable.ways.values():
        _standing_places(walkable, way)
        stops = sorted(walkable.on_way.get(way.code, {}).values())
        walkable.edges.extend(stretches(way, stops))
        if not stops:
            problems.append((way.place, f"{way.code} meets no other way and has no racks; nobody can walk it"))
    for edge in plans.edges:
        _link(walkable, edge)
    for spot in spots:
        if spot.node:
            _refer(walkable, spot)
    return walkable


def _meet(walkable: Walkable) -> None:
    for one, one_m, two, two_m in crossings(list(walkable.ways.values())):
        way, way_m, other, other_m = one, one_m, two, two_m
        if (way.cross, way.code) > (other.cross, other.code):
            way, way_m, other, other_m = two, two_m, one, one_m
        node = walkable.at(other, other_m)
        if node and not walkable.at(way, way_m):
            walkable.put(way, way_m, node)
            continue
        node = walkable.stand(way, way_m, f"{way.code}+{other.code}")
        if not walkable.at(other, other_m):
            walkable.put(other, other_m, node)


def _place(walkable: Walkable, spot: SpotPlan) -> None:
    if spot.node:
        return
    if not spot.joins:
        walkable.add(spot.code, spot.point, spot.storey, spot.place)
        return
    way = walkable.ways.get(spot.joins)
    if way is None:
        walkable.problems.append((f"{spot.place}.joins", f"there is no aisle or cross-aisle {spot.joins!r}"))
        walkable.add(spot.code, spot.point, spot.storey, spot.place)
        return
    offset_m, aside_m = foot(way, spot.point)
    if aside_m <= NEAR_M:
        node = walkable.stand(way, offset_m, spot.code)
        if node != spot.code:
            walkable.also[spot.code] = node
        return
    node = walkable.stand(way, offset_m, f"{way.code}@{spot.code}")
    walkable.add(spot.code, spot.point, way.storey, spot.place)
    walkable.edges.append(Edge(node, spot.code, round(aside_m, 6)))


def _refer(walkable: Walkable, spot: SpotPlan) -> None:
    node = walkable.node(spot.node)
    if not node:
        walkable.problems.append((f"{spot.place}.node", f"there is no node {spot.node!r}"))
    elif walkable.node(spot.code):
        walkable.problems.append((spot.place, f"there are two nodes called {spot.code!r}; rename one"))
    else:
        walkable.also[spot.code] = node


def _standing_places(walkable: Walkable, way: WayPlan) -> None:
    offsets = {round(offset_m * 100): offset_m for rack in way.racks for offset_m in standing_offsets(rack)}
    for number, (_, offset_m) in enumerate(sorted(offsets.items()), start=1):
        if offset_m <= length_m(way) + NEAR_M:
            walkable.stand(way, min(offset_m, length_m(way)), f"{way.code}/{number}")


def standing_offsets(rack: RackPlan) -> Iterator[float]:
    """Where pickers stand along the aisle, in metres: before each position of each bay."""
    step_m = rack.bay_length_m / rack.positions
    for index in range(rack.bays * rack.positions):
        yield rack.start_m + (index + 0.5) * step_m


def _link(walkable: Walkable, plan: EdgePlan) -> None:
    u, v = walkable.node(plan.u), walkable.node(plan.v)
    for name, given, node in (("u", plan.u, u), ("v", plan.v, v)):
        if not node:
            walkable.problems.append((f"{plan.place}.{name}", f"there is no node {given!r}"))
    if not u or not v:
        return
    straight_m = math.dist(walkable.nodes[u], walkable.nodes[v])
    length = plan.length_m or straight_m
    if u == v or length < 0.01:
        walkable.problems.append((plan.place, f"{u!r} and {v!r} are the same place; an edge needs a length"))
        return
    if walkable.storeys[u] == walkable.storeys[v] and length < 0.99 * straight_m - NEAR_M:
        what = f"{length:g} m is shorter than the straight line of {straight_m:.2f} m from {u!r} to {v!r}"
        walkable.problems.append((f"{plan.place}.length_m", what))
    walkable.edges.append(Edge(u, v, round(length, 6), plan.oneway, plan.aisle))

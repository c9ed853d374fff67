"""Small seeded floors for route tests, and the shortest walk by trying everything."""

import math
import random
from functools import cache

import networkx

from server.core.graph import Graph
from server.core.route import Network
from server.lab.floors import Floor, Grid, grid_floor, loose_floor


def some_floor(seed: int, *, oneway: bool = False) -> Floor:
    """A small floor of one kind or another, up to 7 stops; with `oneway` some or all aisles are."""
    dice = random.Random(seed)
    stops = dice.randint(1, 7)
    if seed % 2:
        return loose_floor(dice.randint(3, 9), stops, seed, oneway_share=dice.choice((0.5, 1.0)) if oneway else 0.0)
    grid = Grid(
        dice.randint(1, 3),
        dice.randint(2, 5),
        bays=4,
        apart_m=dice.choice((1.0, 3.3)),
        gaps=0.0 if oneway else dice.choice((0.0, 0.25)),
        oneway=oneway,
        jitter_m=dice.choice((0.0, 0.7)),
    )
    return grid_floor(grid, stops, seed, open_ended=seed % 3 == 0)


def as_networkx(graph: Graph) -> "networkx.DiGraph[str]":
    """The same floor for the library that distances are checked against."""
    found: networkx.DiGraph[str] = networkx.DiGraph()
    found.add_nodes_from(graph.nodes)
    for edge in graph.edges:
        for u, v in ((edge.u, edge.v),) if edge.oneway else ((edge.u, edge.v), (edge.v, edge.u)):
            if not found.has_edge(u, v) or found[u][v]["weight"] > edge.length_m:
                found.add_edge(u, v, weight=edge.length_m)
    return found


def shortest_of_all(network: Network, picks: tuple[str, ...], start: str, end: str) -> float:
    """Length of the shortest walk by trying every order (Held & Karp 1962, https://doi.org/10.1137/0110015)."""
    nodes = list(dict.fromkeys((start, *picks, end)))
    metres = network.distances(nodes).tolist()
    stops = [nodes.index(pick) for pick in dict.fromkeys(picks)]

    @cache
    def rest(left: frozenset[int], at: int) -> float:
        if not left:
            return float(metres[at][nodes.index(end)])
        return min((float(metres[at][stop]) + rest(left - {stop}, stop) for stop in left), default=math.inf)

    return rest(frozenset(stops), nodes.index(start))

"""Floors and picks made from a seed, for benchmarks and tests: parallel aisles, one-way aisles, and irregular ones."""

import math
import random
from dataclasses import dataclass
from itertools import pairwise

from server.core.graph import Edge, Graph


@dataclass(frozen=True, slots=True)
class Floor:
    """A graph with where a tour starts and ends and the access nodes it picks at."""

    name: str
    graph: Graph
    start: str
    end: str
    picks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """Parallel aisles `apart_m` from one another in `blocks` blocks of `bays` bays of 1 m.

    `oneway` lets every other aisle be walked up only and the rest down only; `gaps` is the share of sub-aisles and
    cross-aisle pieces that are walled up; `jitter_m` moves every distance by up to this much.
    """

    blocks: int
    aisles: int = 12
    bays: int = 15
    apart_m: float = 5.0
    oneway: bool = False
    gaps: float = 0.0
    jitter_m: float = 0.0


def grid_floor(grid: Grid, picks: int, seed: int, *, open_ended: bool = False) -> Floor:
    """A floor of this kind and `picks` random access nodes; with `open_ended` the tour ends at the far front corner."""
    dice = random.Random(seed)
    nodes: dict[str, tuple[float, float]] = {"DEPOT": (0.0, -2.0)}
    edges = [Edge("DEPOT", "C0_0", 2.0)]
    block_m = grid.bays + 2.0
    for a in range(grid.aisles):
        for c in range(grid.blocks + 1):
            nodes[f"C{a}_{c}"] = (a * grid.apart_m, c * block_m)
    for c in range(grid.blocks + 1):
        edges += [
            Edge(f"C{a}_{c}", f"C{a + 1}_{c}", grid.apart_m + dice.random() * grid.jitter_m, aisle=f"X{c}")
            for a in range(grid.aisles - 1)
            if c in (0, grid.blocks) or dice.random() >= grid.gaps
        ]
    for a in range(grid.aisles):
        for b in range(grid.blocks):
            if dice.random() >= grid.gaps:
                edges += _sub_aisle(grid, a, b, nodes, dice)
    shelves = [node for node in nodes if node.startswith("S")]
    chosen = tuple(dice.sample(shelves, min(picks, len(shelves))))
    end = f"C{grid.aisles - 1}_0" if open_ended else "DEPOT"
    kind = f"{grid.blocks} block{'s' if grid.blocks > 1 else ''}{' one-way' if grid.oneway else ''}"
    return Floor(f"{kind}, {picks} stops, seed {seed}", Graph(nodes, tuple(edges)), "DEPOT", end, chosen)


def _sub_aisle(grid: Grid, a: int, b: int, nodes: dict[str, tuple[float, float]], dice: random.Random) -> list[Edge]:
    bottom, top = f"C{a}_{b}", f"C{a}_{b + 1}"
    x, y = nodes[bottom]
    names = [f"S{a}_{b}_{p}" for p in range(grid.bays)]
    for p, name in enumerate(names):
        nodes[name] = (x, y + 1.5 + p)
    run = [bottom, *names, top] if a % 2 == 0 else [top, *reversed(names), bottom]
    lengths = [1.5, *(1.0 + dice.random() * grid.jitter_m for _ in range(grid.bays - 1)), 1.5]
    return [Edge(u, v, m, grid.oneway, f"A{a}") for (u, v), m in zip(pairwise(run), lengths, strict=True)]


def loose_floor(junctions: int, picks: int, seed: int, *, oneway_share: float = 0.0) -> Floor:
    """An irregular floor: junctions strewn in a hall, joined to near ones; always one walk from any node to any other.

    A ring through all junctions keeps the floor connected; `oneway_share` of the edges are one-way, the ring is not.
    """
    dice = random.Random(seed)
    nodes = {f"N{i}": (round(dice.uniform(0, 60), 1), round(dice.uniform(0, 30), 1)) for i in range(junctions)}
    by_angle = sorted(nodes, key=lambda n: math.atan2(nodes[n][1] - 15, nodes[n][0] - 30))
    pairs = {tuple(sorted(pair)) for pair in zip(by_angle, by_angle[1:] + by_angle[:1], strict=True)}
    ring = set(pairs)
    for node, place in nodes.items():
        near = sorted((other for other in nodes if other != node), key=lambda o: math.dist(place, nodes[o]))
        pairs |= {tuple(sorted((node, other))) for other in near[: dice.randint(1, 2)]}
    edges: list[Edge] = []
    for u, v in sorted(pairs):
        edges += _corridor(u, v, nodes, dice, oneway=(u, v) not in ring and dice.random() < oneway_share)
    places = list(nodes)
    start, end = dice.choice(places), dice.choice(places)
    chosen = tuple(dice.sample(places, min(picks, len(places))))
    return Floor(f"irregular, {picks} stops, seed {seed}", Graph(nodes, tuple(edges)), start, end, chosen)


def _corridor(
    u: str, v: str, nodes: dict[str, tuple[float, float]], dice: random.Random, *, oneway: bool
) -> list[Edge]:
    """Two junctions joined by up to three access nodes."""
    (ax, ay), (bx, by) = nodes[u], nodes[v]
    inner = dice.randint(0, 3)
    run = [u, *(f"{u}-{v}.{i}" for i in range(inner)), v]
    for i in range(1, inner + 1):
        share = i / (inner + 1)
        nodes[run[i]] = (ax + share * (bx - ax), ay + share * (by - ay))
    step_m = max(0.1, round(math.dist((ax, ay), (bx, by)) / (inner + 1), 1))
    if dice.random() < 0.5:
        run.reverse()
    return [Edge(a, b, step_m, oneway) for a, b in pairwise(run)]

"""Where a SKU lies in several locations and stock rotation leaves the choice, the tour chooses the locations too.

The generalised travelling salesman problem: of every group of nodes one is visited. For a fixed order of the groups the
best nodes are a shortest path through layers; a local search changes the order, and single groups change their node.

Source: Fischetti, Salazar González & Toth 1997, https://doi.org/10.1287/opre.45.3.378.
"""

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from server.core.errors import BadInput, NotFound
from server.core.route.answer import solve
from server.core.route.bound import assignment_bound
from server.core.route.errands import finite
from server.core.route.network import Metres, Network
from server.core.route.search import GAIN_M, search
from server.core.route.tour import Left, Tour, demand_reachable, distinct, reachable, tour_of_path, unhurried

ROUNDS = 150
ROUNDS_A_GROUP = 8
WORSE = 0.06
"""At first a change may make the walk longer than the best by this share, at last by none (threshold accepting)."""
FIRST_KICKS = 20
MOST_OUT = 10

Visit = tuple[int, int]
"""A layer (group) and the row taken of it."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A tour with the node taken of each group, in the order of the groups.

    `first_m` is how long the tour would be that takes the first node of every group: the difference is what choosing
    saves. The tour's bound and `optimal` hold over all choices.
    """

    tour: Tour
    nodes: tuple[str, ...]
    first_m: float


def solve_choice(
    network: Network,
    groups: Sequence[Sequence[str]],
    start: str,
    end: str,
    *,
    left_s: Left = unhurried,
    seed: int = 0,
) -> Choice:
    """A short walk that visits one node of each group (the first node is what would be taken without a choice).

    Bounded below over all choices; `prove_choice` takes it further. Raises BadInput for an empty group, NotFound for an
    unknown node or a group of which nothing can be reached, Conflict when one-way edges allow no walk.
    """
    open_groups = demand_groups(network, groups, start, end)
    first = solve(network, [group[0] for group in open_groups], start, end, left_s=lambda: left_s() / 3, seed=seed)
    nodes = distinct((start, *(node for group in open_groups for node in group), end))
    metres = finite(network.distances(nodes))
    row = {node: i for i, node in enumerate(nodes)}
    layers = [[row[start]], *([row[node] for node in group] for group in open_groups), [row[end]]]
    picked = [nodes[i] for i in _search(metres, layers, lambda: left_s() / 2, seed)[1:-1]]
    tour = solve(network, picked, start, end, left_s=left_s, seed=seed)
    best = tour if tour.length_m < first.length_m else first
    bound_m = min(_bound(metres, layers), best.length_m)
    taken_nodes = taken(open_groups, best.path)
    chosen = tour_of_path(network, best.path, taken_nodes, bound_m, f"choice, {best.method}")
    return Choice(chosen, taken_nodes, first.length_m)


def demand_groups(network: Network, groups: Sequence[Sequence[str]], start: str, end: str) -> list[tuple[str, ...]]:
    """The reachable nodes of each group.

    Raises BadInput for an empty group, NotFound when nothing of one is reachable.
    """
    if not all(groups):
        raise BadInput("empty_group", "a group of locations is empty; name at least one location to choose from")
    demand_reachable(network, (), start, end)
    lost = set(reachable(network, [node for group in groups for node in group], start, end)[1])
    open_groups = [tuple(node for node in distinct(group) if node not in lost) for group in groups]
    gone = [" or ".join(group) for group, left in zip(groups, open_groups, strict=True) if not left]
    if gone:
        raise NotFound("unreachable", f"no open way to {', '.join(gone)}; open an edge or leave these stops out")
    return open_groups


def taken(groups: Sequence[Sequence[str]], path: Sequence[str]) -> tuple[str, ...]:
    """The node of each group that `path` comes to first. Every group has one on it."""
    at: dict[str, int] = {}
    for i, node in enumerate(path):
        at.setdefault(node, i)
    return tuple(min((node for node in group if node in at), key=at.__getitem__) for group in groups)


def _search(metres: Metres, layers: Sequence[Sequence[int]], left_s: Left, seed: int) -> list[int]:
    """The rows to visit, one of each layer, in a good order; start and end included.

    Some groups are taken out and put back one by one where, and with the node with which, they lengthen the walk least.
    """
    dice = random.Random(seed)
    inner = list(range(1, len(layers) - 1))
    begun = _put_back(metres, layers, [(0, layers[0][0]), (len(layers) - 1, layers[-1][0])], inner)
    walk, walk_m = best, best_m = _settled(metres, layers, begun, FIRST_KICKS, seed)
    rounds = min(ROUNDS, ROUNDS_A_GROUP * len(inner))
    for round_ in range(rounds):
        if left_s() <= 0 or len(inner) < 2:
            break
        out = _some(walk[1:-1], dice)
        kept = [visit for visit in walk if visit[0] not in out]
        other, other_m = _settled(metres, layers, _put_back(metres, layers, kept, out), 0, seed)
        if other_m <= best_m + WORSE * best_m * (1 - round_ / rounds):
            walk, walk_m = other, other_m
        if walk_m < best_m:
            best, best_m = walk, walk_m
    return [row for _, row in best]


def _some(walk: Sequence[Visit], dice: random.Random) -> list[int]:
    """Some layers of a walk in random order: neighbours on it, or from anywhere."""
    count = min(len(walk), dice.randint(2, MOST_OUT))
    first = dice.randrange(len(walk) - count + 1)
    out = walk[first : first + count] if dice.random() < 0.5 else dice.sample(walk, count)
    layers = [layer for layer, _ in out]
    dice.shuffle(layers)
    return layers


def _put_back(
    metres: Metres, layers: Sequence[Sequence[int]], walk: Sequence[Visit], out: Sequence[int]
) -> list[Visit]:
    """The walk with the layers `out` put in, one after the other, where it grows least."""
    grown = list(walk)
    for layer in out:
        rows = np.array([row for _, row in grown])
        nodes = np.array(layers[layer])
        longer = (
            metres[np.ix_(rows[:-1], nodes)] + metres[np.ix_(nodes, rows[1:])].T - metres[rows[:-1], rows[1:]][:, None]
        )
        place, which = divmod(int(longer.argmin()), len(nodes))
        grown.insert(place + 1, (layer, int(nodes[which])))
    return grown


def _settled(
    metres: Metres, layers: Sequence[Sequence[int]], walk: list[Visit], kicks: int, seed: int
) -> tuple[list[Visit], float]:
    """Order the visits, then choose the rows for the order, until neither helps; the walk and its metres."""
    best_m = math.inf
    while True:
        rows = [row for _, row in walk]
        own = metres[np.ix_(rows, rows)]
        order = [walk[i][0] for i in search(own, kicks, seed=seed, begin=range(len(rows)))]
        chosen, chosen_m = _best_of_layers(metres, [layers[layer] for layer in order])
        if chosen_m >= best_m - GAIN_M:
            return walk, best_m
        walk, best_m = list(zip(order, chosen, strict=True)), chosen_m


def _best_of_layers(metres: Metres, layers: Sequence[Sequence[int]]) -> tuple[list[int], float]:
    """One row of each layer, so that the walk through them in this order is shortest."""
    cost = np.zeros(len(layers[0]))
    back = []
    for before, after in pairwise(layers):
        over = cost[:, None] + metres[np.ix_(before, after)]
        back.append(over.argmin(axis=0))
        cost = over.min(axis=0)
    place = int(cost.argmin())
    rows = [layers[-1][place]]
    for layer, step in zip(reversed(layers[:-1]), reversed(back), strict=True):
        place = int(step[place])
        rows.append(layer[place])
    return rows[::-1], float(cost.min())


def _bound(metres: Metres, layers: Sequence[Sequence[int]]) -> float:
    """The assignment bound on the least distances between groups; groups that share a node count as one place."""
    ends, inner = (layers[0], layers[-1]), layers[1:-1]
    apart: list[Sequence[int]] = []
    for layer in inner:
        if not any(set(layer) & set(other) for other in (*apart, *ends)):
            apart.append(layer)
    groups = [ends[0], *apart, ends[1]]
    least = np.array([[metres[np.ix_(a, b)].min() for b in groups] for a in groups])
    return assignment_bound(least)

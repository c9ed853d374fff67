"""What a route is, and what every way to find one shares:

the stops that can be reached, and the walk of an order as a tour.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from server.core.errors import Conflict, NotFound
from server.core.route.network import Network

Left = Callable[[], float]
"""Seconds left to work: the only clock that the core knows, handed in from outside.

At or below 0 the best tour so far is returned.
"""

TOLERANCE_M = 1e-6


def unhurried() -> float:
    """No clock: only the fixed effort of a method ends it, so that the answer depends on input and seed alone."""
    return math.inf


@dataclass(frozen=True, slots=True)
class Tour:
    """A walk from start to end over all picks.

    `stops` are the access nodes to pick at, each once, in the order in which the walk first comes to them; `path` is
    the walk node by node. `lower_bound_m` is what no walk over these picks can undercut (0 when none was asked for);
    `optimal` only when the two lengths meet.
    """

    stops: tuple[str, ...]
    path: tuple[str, ...]
    length_m: float
    lower_bound_m: float
    optimal: bool
    method: str


def distinct(nodes: Iterable[str]) -> tuple[str, ...]:
    """`nodes` without repetitions, in their order."""
    return tuple(dict.fromkeys(nodes))


def reachable(network: Network, picks: Sequence[str], start: str, end: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(picks on some walk from `start` to `end`, picks that are not), each once and in the order given.

    A live tour says the second ones to be unreachable and goes on with the first. Raises NotFound for an unknown node.
    """
    nodes = distinct((start, end, *picks))
    metres = network.distances(nodes)
    from_start, to_end = metres[0], metres[:, nodes.index(end)]
    open_to = {node: bool(from_start[i] < math.inf and to_end[i] < math.inf) for i, node in enumerate(nodes)}
    wanted = distinct(picks)
    return tuple(node for node in wanted if open_to[node]), tuple(node for node in wanted if not open_to[node])


def demand_reachable(network: Network, picks: Sequence[str], start: str, end: str) -> None:
    """Raises NotFound `unreachable` that names every pick no open way leads to and from."""
    _, lost = reachable(network, (*picks, end), start, end)
    if lost:
        raise NotFound(
            "unreachable",
            f"no open way from {start} to {end} over: {', '.join(lost)}; open an edge or leave these stops out",
        )


def joined(network: Network, ordered: Sequence[str]) -> tuple[str, ...]:
    """The path over `ordered` nodes by shortest walks between them. Raises NotFound when there is none."""
    path = [ordered[0]]
    for u, v in pairwise(ordered):
        path.extend(network.path(u, v)[1:])
    return tuple(path)


def tour_of_path(
    network: Network, path: tuple[str, ...], picks: Sequence[str], lower_bound_m: float, method: str
) -> Tour:
    """The tour that walks `path`; its stops in the order of first visit. Proven when its length meets the bound."""
    length_m = network.metres(path)
    if length_m == math.inf:
        raise Conflict("no_walk", "no open walk visits these stops in one go; open an edge or split the stops")
    wanted = set(picks)
    stops = tuple(node for node in dict.fromkeys(path) if node in wanted)
    optimal = length_m <= lower_bound_m + TOLERANCE_M * max(1.0, length_m)
    return Tour(stops, path, length_m, length_m if optimal else lower_bound_m, optimal, method)


def walk(network: Network, ordered: Sequence[str], start: str, end: str, method: str = "given order") -> Tour:
    """The tour that goes through `ordered` in just this order, by shortest walks. No bound is computed
    (`lower_bound_m` is 0).

    Raises NotFound for an unknown node or when no open way leads on.
    """
    stops = distinct(ordered)
    path = joined(network, (start, *stops, end))
    return Tour(stops, path, network.metres(path), 0.0, False, method)

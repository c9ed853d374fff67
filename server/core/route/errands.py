"""Stops taken together where the floor leaves no choice: the picks of a one-way corridor are met in one order."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from server.core.route.chains import Chain
from server.core.route.network import Metres, Network
from server.core.route.tour import distinct


@dataclass(frozen=True, slots=True)
class Errands:
    """A tour as a matrix between errands: `nodes` are the access nodes of each in the order they are met.

    Row 0 is the start, the last row the end. `metres` lead from an errand's last node to another's first, shape (n, n),
    finite; `within_m` is what the errands themselves add to every order.
    """

    nodes: tuple[tuple[str, ...], ...]
    metres: Metres
    within_m: float

    def ordered(self, order: Sequence[int]) -> list[str]:
        """The access nodes, start and end included, when the errands are done in `order`."""
        return [node for errand in order for node in self.nodes[errand]]


def errands(network: Network, picks: Sequence[str], start: str, end: str) -> Errands:
    """What is to be done between `start` and `end`. Raises NotFound for an unknown node."""
    alone: list[tuple[str, ...]] = []
    along: dict[int, list[tuple[int, str]]] = {}
    # a tour that begins or ends within a corridor may meet its picks in two goes
    split = {network.plan.place.get(network.number(node), (-1, 0))[0] for node in (start, end)} | {-1}
    for node in distinct(picks):
        chain, index = network.plan.place.get(network.number(node), (-1, 0))
        if chain not in split and direction(network.chains[chain]):
            along.setdefault(chain, []).append((index * direction(network.chains[chain]), node))
        elif node not in (start, end):
            alone.append((node,))
    together = [tuple(node for _, node in sorted(members)) for members in along.values()]
    groups = ((start,), *alone, *together, (end,))
    firsts, lasts = [group[0] for group in groups], [group[-1] for group in groups]
    between = network.distances((*lasts, *firsts))[: len(groups), len(groups) :]
    return Errands(groups, finite(between), sum(_within(network, group) for group in together))


def direction(chain: Chain) -> int:
    """1 when no stretch may be walked backward, −1 when none may be walked forward, else 0."""
    stretches = len(chain.nodes) - 1
    if chain.back_shut[-1] == stretches:
        return 1
    return -1 if chain.ahead_shut[-1] == stretches else 0


def _within(network: Network, group: tuple[str, ...]) -> float:
    chain, first = network.plan.place[network.number(group[0])]
    return network.chains[chain].metres(first, network.plan.place[network.number(group[-1])][1])


def finite(metres: Metres) -> Metres:
    """`metres` with unreachable pairs so far apart that no order uses one unless it must."""
    reach = metres[metres < np.inf]
    return np.where(metres < np.inf, metres, float(reach.sum()) + 1.0)

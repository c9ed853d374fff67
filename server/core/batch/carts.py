"""Totes on carts: the front door of batching for our own floors."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from server.core.batch.bits import flags, node_bits
from server.core.batch.memo import Remembered
from server.core.batch.narrow import NarrowLengths, narrow_lengths
from server.core.batch.nearest import SIZE, group
from server.core.batch.ordered import OrderedLengths
from server.core.batch.problem import Batch, Bits, Metres, Problem
from server.core.batch.search import search
from server.core.batch.totes import Capacity, Tote
from server.core.route.network import Network
from server.core.route.tour import Left, unhurried

NO_LIMIT = 1 << 50
FAR_M = 1e6
"""Where no way leads."""


@dataclass(frozen=True, slots=True)
class Walks:
    """What walks from one place to another cost on a floor: the lengths of sets, and metres between their nodes.

    `nodes` are those of `lengths`, `metres` between them, shape (nodes, nodes), the shorter of both directions.
    `start_m` lead from the start to each. Picklable.
    """

    lengths: NarrowLengths | OrderedLengths
    nodes: tuple[str, ...]
    metres: Metres
    start_m: Metres


def walks_on(network: Network, nodes: Iterable[str], start: str, end: str) -> Walks:
    """Ready to weigh walks from `start` to `end` over any of `nodes`.

    Exactly on a narrow floor without one-way edges, elsewhere by one good order for all nodes.

    Raises NotFound for an unknown node.
    """
    lengths = narrow_lengths(network, nodes, start, end) or OrderedLengths(network, nodes, start, end)
    metres = np.minimum(network.distances((start, *lengths.nodes)), FAR_M)
    near = np.minimum(metres, metres.T)
    return Walks(lengths, lengths.nodes, near[1:, 1:], near[0, 1:])


def plan_batches(
    totes: Sequence[Tote], capacity: Capacity, walks: Walks, *, left_s: Left = unhurried, seed: int = 0
) -> tuple[Batch, ...]:
    """Every tote on one cart, so that the walks together are short; batches are indexes of totes, slot by slot.

    A tote that is larger than a cart has one for itself. The answer depends on the input and `seed` alone unless
    `left_s` (seconds left) cuts in. Raises KeyError for a tote with a node that is none of `walks.nodes`.
    """
    if not totes:
        return ()
    problem = problem_of(totes, capacity, walks)
    plan = search(problem, left_s=left_s, seed=seed, start=_first_guess(problem, totes, capacity, walks))
    return plan.batches


def problem_of(totes: Sequence[Tote], capacity: Capacity, walks: Walks) -> Problem:
    """The totes as numbers, each of them a thing to put on a cart."""
    sizes = np.array([[1, tote.volume_ml, tote.weight_g] for tote in totes], np.int64).reshape(-1, 3)
    room = np.array([capacity.slots, capacity.volume_ml or NO_LIMIT, capacity.weight_g or NO_LIMIT], np.int64)
    visits = [tote.nodes for tote in totes]
    has = flags(node_bits(walks.nodes, visits), len(walks.nodes)).T.astype(np.float64)
    weight = np.maximum(has.sum(axis=1), 1.0) ** SIZE

    def screen(stops: Bits) -> Metres:
        near = np.empty((stops.shape[1], len(walks.nodes)))
        for row, held in enumerate(flags(stops, len(walks.nodes)).T):
            near[row] = np.minimum(walks.metres[held].min(axis=0, initial=np.inf), walks.start_m)
        far: Metres = near @ has.T / weight
        return far

    stops, lengths = walks.lengths.stops(visits), Remembered(walks.lengths)
    return Problem(stops, np.minimum(sizes, room), room, lengths, screen=screen)


def _first_guess(problem: Problem, totes: Sequence[Tote], capacity: Capacity, walks: Walks) -> list[list[int]]:
    """Totes grouped by how near they lie; what is too heavy or too large for a cart is split off."""
    row_of = {node: row for row, node in enumerate(walks.nodes, start=1)}
    metres = np.zeros((len(walks.nodes) + 1, len(walks.nodes) + 1))
    metres[1:, 1:] = walks.metres
    metres[0, 1:] = metres[1:, 0] = walks.start_m
    plan: list[list[int]] = []
    for batch in group(totes, metres, row_of, capacity.slots):
        plan.append([])
        for item in batch:
            if (problem.sizes[[*plan[-1], item]].sum(axis=0) > problem.room).any():
                plan.append([])
            plan[-1].append(item)
    return plan

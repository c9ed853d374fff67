"""Totes -> batches at once, by how near their stops lie: the first guess, and what the search must beat.

A batch begins with the tote of the fewest stops and takes in, again and again, the tote whose stops lie nearest to the
stops that it has.

Source: seed rules as in De Koster, Van der Poort & Wolters 1999, https://doi.org/10.1080/002075499191094.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from server.core.batch.problem import Batch
from server.core.batch.totes import Capacity, Tote
from server.core.route.network import Metres

# A tote's added metres are weighed by its stops to this power: at 0 totes with few stops are used up first and the last
# batches walk everywhere, at 1 large totes displace small ones. Three days of real orders were shortest near 0.75.
SIZE = 0.75


def first_come(totes: Sequence[Tote], capacity: Capacity) -> tuple[Batch, ...]:
    """The totes on carts in the order in which they came, a new cart for the first that does not fit: what any
    batching must beat."""
    batches: list[list[int]] = []
    held_ml = held_g = 0
    for i, tote in enumerate(totes):
        held_ml, held_g = held_ml + tote.volume_ml, held_g + tote.weight_g
        if not batches or not capacity.holds(len(batches[-1]) + 1, held_ml, held_g):
            batches.append([])
            held_ml, held_g = tote.volume_ml, tote.weight_g
        batches[-1].append(i)
    return tuple(map(tuple, batches))


def group(totes: Sequence[Tote], metres: Metres, row_of: Mapping[str, int], slots: int) -> tuple[Batch, ...]:
    """Totes on carts of `slots`: every tote on one cart, and no more carts than the totes fill.

    `metres` are distances between nodes, shape (n, n); `row_of` gives each node's row, and row 0 is where tours start.
    The answer depends on the input alone. O(totes² × n) additions.
    """
    between = np.minimum(metres, metres.T)
    stops = np.zeros((len(totes), len(metres)))
    for i, tote in enumerate(totes):
        stops[i, [row_of[node] for node in tote.nodes]] = 1.0
    seeds = _seeds(stops, between)
    batches: list[Batch] = []
    is_open = np.ones(len(totes), dtype=bool)
    while is_open.any():
        batches.append(_around(next(seed for seed in seeds if is_open[seed]), stops, between, slots, is_open))
    return tuple(batches)


def _seeds(stops: Metres, between: Metres) -> list[int]:
    """Totes with few stops first, so that small ones find each other before a tote that leads everywhere takes them;
    of equal ones the one that leads farthest."""
    reach = (stops * between[0]).max(axis=1, initial=0.0)
    return sorted(range(len(stops)), key=lambda i: (stops[i].sum(), -reach[i], i))


def _around(seed: int, stops: Metres, between: Metres, slots: int, is_open: npt.NDArray[np.bool_]) -> Batch:
    """The batch that grows from a seed; its totes are open no more."""
    batch = [seed]
    is_open[seed] = False
    near = _nearest(between, stops[seed])
    weight = np.maximum(stops.sum(axis=1), 1.0) ** SIZE
    while len(batch) < slots and is_open.any():
        added = (stops @ near) / weight
        choice = int(np.where(is_open, added, np.inf).argmin())
        batch.append(choice)
        is_open[choice] = False
        near = np.minimum(near, _nearest(between, stops[choice]))
    return tuple(batch)


def _nearest(between: Metres, has: Metres) -> Metres:
    """For each node, metres to the nearest of the stops that `has` marks, or to the start."""
    nearest: Metres = np.minimum(between[np.flatnonzero(has)].min(axis=0, initial=np.inf), between[0])
    return nearest

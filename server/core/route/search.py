"""Iterated local search on a matrix of distances, symmetric or not: a good order at once, for any graph.

Moves: two neighbouring segments change places (or-3-opt, no segment turned round: right for one-way aisles) and a
segment is turned round (2-opt, its inner steps measured in the new direction). All moves of a kind are weighed at
once in numpy; the best is made. A kick puts four segments into opposite order; a kick that ends no worse is kept.

Source: Or-opt, I. Or 1976; Kanellakis & Papadimitriou 1980, https://doi.org/10.1287/opre.28.5.1086 (or-3-opt for
asymmetric matrices); iterated local search, Lourenço, Martin & Stützle 2003, https://doi.org/10.1007/0-306-48056-5_11.
"""

import random
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from server.core.route.network import Metres
from server.core.route.tour import Left, unhurried

Order = npt.NDArray[np.intp]
GAIN_M = 1e-9
WIDE_SEGMENT = 12  # above 45 stops only segments up to this long change places


@lru_cache(maxsize=16)
def _cuts(size: int) -> tuple[Order, Order, Order]:
    """Index triples i < j < k: the segments after i up to j and after j up to k change places."""
    reach = size if size <= 47 else WIDE_SEGMENT
    i, j = np.triu_indices(size - 1, 1)
    near = j - i <= reach
    i, j = i[near], j[near]
    lengths = np.minimum(size - 2 - j, reach)
    repeat_i, repeat_j = np.repeat(i, lengths), np.repeat(j, lengths)
    starts = np.cumsum(lengths) - lengths
    k = repeat_j + 1 + np.arange(len(repeat_j)) - np.repeat(starts, lengths)
    return repeat_i * size + repeat_j, repeat_i * size + k, repeat_j * size + k


@lru_cache(maxsize=16)
def _turns(size: int) -> npt.NDArray[np.bool_]:
    """Where a segment has at least two stops to turn round: after i up to j, by i and j − 1."""
    return np.triu(np.ones((size - 2, size - 2), dtype=bool), 1)


def _swap(order: Order, step: Metres) -> tuple[Order, float]:
    """The best exchange of two neighbouring segments, and what it changes the length by (≤ 0)."""
    size = len(order)
    ij, ik, jk = _cuts(size)
    if len(ij) == 0:
        return order, 0.0
    hop = step.diagonal(1)
    first = np.zeros_like(step)  # leave i for what follows j, by i and j
    first[:-1, :-1] = step[:-1, 1:] - hop[:, None]
    second = np.zeros_like(step)  # leave k for what follows i, by i and k
    second[:-1, :-1] = step[:-1, 1:].T - hop
    change = first.ravel()[ij] + second.ravel()[ik] + first.ravel()[jk]
    best = int(change.argmin())
    if change[best] > -GAIN_M:
        return order, 0.0
    i, j, k = int(ij[best]) // size, int(ij[best]) % size, int(ik[best]) % size
    return np.concatenate((order[: i + 1], order[j + 1 : k + 1], order[i + 1 : j + 1], order[k + 1 :])), change[best]


def _turn(order: Order, step: Metres) -> tuple[Order, float]:
    """The best turn of one segment, and what it changes the length by (≤ 0)."""
    hop = step.diagonal(1)
    saved = np.concatenate(([0.0], (step.diagonal(-1) - hop).cumsum()))
    # segment i+1..j turned: leave i for j, walk j down to i+1, go on to j+1
    change = step[:-2, 1:-1] + step[1:-1, 2:] + (saved[1:-1] - saved[1:-1, None]) - hop[:-1, None] - hop[1:]
    change = np.where(_turns(len(order)), change, 0.0)
    i, j = divmod(int(change.argmin()), len(change))
    if change[i, j] > -GAIN_M:
        return order, 0.0
    return np.concatenate((order[: i + 1], order[i + 1 : j + 2][::-1], order[j + 2 :])), change[i, j]


def descend(order: Order, metres: Metres) -> Order:
    """Make the best move until none shortens the walk."""
    while True:
        step = metres[order[:, None], order]
        order, gain = _swap(order, step)
        if gain == 0.0 and len(order) > 3:
            order, gain = _turn(order, step)
        if gain == 0.0:
            return order


def length(order: Order, metres: Metres) -> float:
    """Metres along `order`."""
    return float(metres[order[:-1], order[1:]].sum())


def _kick(order: Order, dice: random.Random) -> Order:
    """Four neighbouring segments in opposite order, none turned round: no single move undoes it."""
    if len(order) < 8:
        inner = order[1:-1].tolist()
        dice.shuffle(inner)
        return np.array([order[0], *inner, order[-1]], dtype=np.intp)
    a, b, c, d, e = sorted(dice.sample(range(1, len(order)), 5))
    return np.concatenate((order[:a], order[d:e], order[c:d], order[b:c], order[a:b], order[e:]))


def nearest_first(metres: Metres) -> Order:
    """From the first row always to the nearest stop not yet visited; the last row comes last."""
    size = len(metres)
    todo = list(range(1, size - 1))
    order = [0]
    while todo:
        row = metres[order[-1]]
        nearest = min(todo, key=lambda node: row[node])
        todo.remove(nearest)
        order.append(nearest)
    return np.array([*order, size - 1], dtype=np.intp)


def search(
    metres: Metres,
    kicks: int,
    *,
    seed: int = 0,
    left_s: Left = unhurried,
    begin: Sequence[int] | None = None,
    goal_m: float = 0.0,
) -> Order:
    """A short order from row 0 over all rows to the last row. `metres` is finite, shape (n, n), from row to column.

    `kicks` bounds the effort, so that a seed and an input have one answer as long as `left_s` does not cut in. A walk
    of `goal_m` ends the search.
    """
    dice = random.Random(seed)
    order = descend(nearest_first(metres) if begin is None else np.asarray(begin, dtype=np.intp), metres)
    best, best_m = order, length(order, metres)
    if len(order) < 5:
        return best
    for _ in range(kicks):
        if best_m <= goal_m + GAIN_M or left_s() <= 0:
            break
        other = descend(_kick(best, dice), metres)
        other_m = length(other, metres)
        if other_m <= best_m + GAIN_M:
            best, best_m = other, min(best_m, other_m)
    return best

"""Local search on a plan: the best exchange of two items, or the best move of one, until none shortens it.

What each batch would be with one item exchanged for any other is kept in a table, so that all moves are weighed by one
look at it and only the two changed batches are weighed anew.

Source: Henn & Wäscher 2012, https://doi.org/10.1016/j.ejor.2012.05.049 (neighbourhoods of swaps and shifts).
"""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from server.core.batch.pricing import rests
from server.core.batch.problem import SLACK_M, Batch, Metres, Problem
from server.core.route.tour import Left, unhurried

KICKS = 3

Array = npt.NDArray[Any]
_Kept = tuple[list[list[int]], tuple[Array, ...]]


class Descent:
    """One plan at a time, and what each step from it would change."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem

    def run(self, batches: Iterable[Sequence[int]], left_s: Left = unhurried) -> tuple[float, list[Batch]]:
        """(metres, batches) of the plan that steps from this one lead to."""
        self._load(batches)
        while left_s() > 0 and self._step():
            pass
        return float(self._metres.sum()), self._plan()

    def shake(
        self, batches: Iterable[Sequence[int]], seed: int, patience: float, left_s: Left
    ) -> tuple[float, list[Batch]]:
        """As `run`, then some exchanges by chance and another descent, again and again; what is no longer is kept.

        Ends when time has run out, or `patience` times in a row nothing shorter was found.
        """
        chance, idle = np.random.default_rng(seed), 0
        best_m, _ = self.run(batches, left_s)
        while idle < patience and left_s() > 0:
            kept = self._copy()
            for _ in range(KICKS):
                self._kick(chance)
            while left_s() > 0 and self._step():
                pass
            now_m = float(self._metres.sum())
            idle = 0 if now_m < best_m - SLACK_M else idle + 1
            if now_m > best_m + SLACK_M:
                self._restore(kept)
            else:
                best_m = now_m
        return best_m, self._plan()

    def _kick(self, chance: np.random.Generator) -> None:
        """Exchange an item by chance with one that may be tried in its place."""
        one = int(chance.integers(self.problem.count))
        others = np.flatnonzero(np.isfinite(self._swapped[one]) & np.isfinite(self._swapped[:, one]))
        if len(others):
            self._swap(one, int(chance.choice(others)))

    def _copy(self) -> _Kept:
        arrays = (self._of, self._swapped, self._joined, self._left, self._metres)
        return [batch.copy() for batch in self._batches], tuple(array.copy() for array in arrays)

    def _restore(self, kept: _Kept) -> None:
        self._batches, (self._of, self._swapped, self._joined, self._left, self._metres) = kept

    def _plan(self) -> list[Batch]:
        return [tuple(sorted(batch)) for batch in self._batches if batch]

    def _load(self, batches: Iterable[Sequence[int]]) -> None:
        self._batches = [*(list(batch) for batch in batches), []]
        items, carts = self.problem.count, len(self._batches)
        self._of = np.empty(items, np.intp)
        for cart, batch in enumerate(self._batches):
            self._of[batch] = cart
        self._swapped = np.full((items, items), np.inf)
        self._joined = np.full((carts, items), np.inf)
        self._left = np.zeros(items)
        self._metres = np.zeros(carts)
        self._weigh(range(carts))

    def _weigh(self, carts: Iterable[int]) -> None:
        """Fill in the table for these carts in one call."""
        problem, pieces, places = self.problem, [], []
        for cart in carts:
            batch = self._batches[cart]
            without = rests(problem.stops[:, batch][:, None, :])[:, 0]
            room = problem.room - problem.sizes[batch].sum(axis=0)
            rooms = np.concatenate((room + problem.sizes[batch], room[None]))
            fits = (problem.sizes[None] <= rooms[:, None]).all(axis=2) & (self._of != cart)
            fits &= problem.worth_a_look(without[:, -1:])
            place, into = np.nonzero(fits)
            pieces += [without, without[:, place] | problem.stops[:, into]]
            places.append((cart, place, into))
        lengths = problem.weigh(np.concatenate(pieces, axis=1))
        at = 0
        for cart, place, into in places:
            size = len(self._batches[cart])
            self._enter(cart, lengths[at : at + size + 1], place, into, lengths[at + size + 1 :])
            at += size + 1 + len(into)

    def _enter(
        self,
        cart: int,
        without: Metres,
        place: npt.NDArray[np.intp],
        into: npt.NDArray[np.intp],
        lengths: Metres,
    ) -> None:
        batch = np.array(self._batches[cart], np.intp)
        lengths = lengths[: len(into)]
        exchanged = place < len(batch)
        self._metres[cart] = without[-1] if len(batch) else 0.0
        self._left[batch] = without[:-1] if len(batch) > 1 else 0.0
        self._swapped[batch] = np.inf
        self._swapped[batch[place[exchanged]], into[exchanged]] = lengths[exchanged]
        self._joined[cart] = np.inf
        self._joined[cart, into[~exchanged]] = lengths[~exchanged]

    def _step(self) -> bool:
        now = self._metres[self._of]
        swaps = self._swapped + self._swapped.T - now[:, None] - now
        best_swap = int(swaps.argmin())
        moves = self._joined + (self._left - now) - self._metres[:, None]
        best_move = int(moves.argmin())
        if min(swaps.flat[best_swap], moves.flat[best_move]) > -SLACK_M:
            return False
        if swaps.flat[best_swap] <= moves.flat[best_move]:
            self._swap(*divmod(best_swap, len(now)))
        else:
            self._move(best_move % len(now), best_move // len(now))
        return True

    def _swap(self, one: int, other: int) -> None:
        a, b = int(self._of[one]), int(self._of[other])
        self._batches[a].remove(one)
        self._batches[b].remove(other)
        self._put(other, a)
        self._put(one, b)
        self._weigh((a, b))

    def _move(self, item: int, to: int) -> None:
        origin = int(self._of[item])
        self._batches[origin].remove(item)
        self._put(item, to)
        if all(self._batches):
            self._batches.append([])
            self._joined = np.concatenate((self._joined, np.full((1, len(self._of)), np.inf)))
            self._metres = np.append(self._metres, 0.0)
            self._weigh((origin, to, len(self._batches) - 1))
        else:
            self._weigh((origin, to))

    def _put(self, item: int, cart: int) -> None:
        self._batches[cart].append(item)
        self._of[item] = cart

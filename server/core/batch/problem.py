"""What is to be batched, as numbers: sizes, room on a cart, and what any set of items costs to walk.

An item is what must stay together on one cart: an order, or a tote. Where it is picked at is a column of bits, so that
the stops of a batch are the union of its items' columns and thousands of candidate batches are weighed in one call.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Bits = npt.NDArray[np.int64]
"""Stops as bits, shape (words, sets): which bit of which word is which stop is the evaluator's own matter."""
Metres = npt.NDArray[np.float64]
Members = npt.NDArray[np.int16]
"""Sets of items, one a row, ascending; filled up with `nobody` (the number of items)."""
Whole = npt.NDArray[np.int64]
Lengths = Callable[[Bits], Metres]
"""Metres of a tour over the stops of each set, shape (sets,)."""
Batch = tuple[int, ...]
"""Items of one cart, ascending."""

SLACK_M = 1e-6
AT_ONCE = 8192
"""Sets weighed in one call: few enough that their bits stay in the processor's cache."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Items to put on carts: `stops` bits, shape (words, items); `sizes` in whole units, shape (items, kinds of room).

    `room` is what a cart holds of each kind, shape (kinds of room,). `lengths` never calls a set shorter than one of
    its subsets. `grain_m` divides every length; 0 when none is known. Up to `list_up_to` possible batches are all
    listed; more where `lengths` is quick. Where it is not, `screen` says of sets of stops how far each item is from
    them, shape (sets, items), and only the `looked_at` nearest items are tried with a batch.
    """

    stops: Bits
    sizes: Whole
    room: Whole
    lengths: Lengths
    grain_m: float = 0.0
    list_up_to: int = 20_000
    screen: Callable[[Bits], Metres] | None = None
    looked_at: int = 40

    @property
    def count(self) -> int:
        """How many items there are; this number also stands for nobody in `Members`."""
        return len(self.sizes)

    def most_on_a_cart(self) -> int:
        """An upper bound on the items of one batch, at least 1."""
        sizes = np.sort(self.sizes, axis=0)
        return max(1, int((sizes.cumsum(axis=0) <= self.room).all(axis=1).sum()))

    def fewest_carts(self, items: npt.NDArray[np.bool_] | None = None) -> int:
        """A lower bound on the batches that these items (by flags; all when left out) need."""
        sizes = self.sizes if items is None else self.sizes[items]
        return int((-(-sizes.sum(axis=0) // np.maximum(self.room, 1))).max(initial=0))

    def weigh(self, stops: Bits) -> Metres:
        """Lengths of any number of sets, a cacheful at a time."""
        if stops.shape[1] <= AT_ONCE:
            return self.lengths(stops)
        pieces = [stops[:, i : i + AT_ONCE] for i in range(0, stops.shape[1], AT_ONCE)]
        return np.concatenate([self.lengths(piece) for piece in pieces])

    def worth_a_look(self, stops: Bits) -> npt.NDArray[np.bool_]:
        """Which items to try with each set, shape (sets, items)."""
        far = None if self.screen is None or self.looked_at >= self.count else self.screen(stops)
        if far is None:
            return np.ones((stops.shape[1], self.count), bool)
        nearest = np.argpartition(far, self.looked_at, axis=1)[:, : self.looked_at]
        look = np.zeros(far.shape, bool)
        np.put_along_axis(look, nearest, values=True, axis=1)
        return look

    def union(self, members: Members) -> Bits:
        """The stops of each set, shape (words, sets)."""
        with_nobody = np.concatenate((self.stops, np.zeros((len(self.stops), 1), np.int64)), axis=1)
        stops: Bits = with_nobody[:, members[:, 0]]
        for column in members.T[1:]:
            stops |= with_nobody[:, column]
        return stops

    def costs(self, members: Members) -> Metres:
        """Lengths of sets given by their members."""
        pieces = [members[i : i + AT_ONCE] for i in range(0, len(members), AT_ONCE)]
        return np.concatenate([np.zeros(0), *(self.lengths(self.union(piece)) for piece in pieces)])

    def members(self, batches: Iterable[Sequence[int]], width: int) -> Members:
        """Batches as rows of `width` members."""
        listed = list(batches)
        rows = np.full((len(listed), width), self.count, np.int16)
        for row, batch in zip(rows, listed, strict=True):
            row[: len(batch)] = sorted(batch)
        return rows

    def round_up(self, bound_m: float) -> float:
        """The least length that a plan may have when none is below `bound_m`."""
        if not self.grain_m:
            return bound_m
        return float(np.ceil((bound_m - SLACK_M) / self.grain_m) * self.grain_m)


def batch_of(members: Members, nobody: int) -> Batch:
    """One row of members without nobody."""
    return tuple(item for item in members.tolist() if item != nobody)

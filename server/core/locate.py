"""Which of several equal places each tour of a wave takes its units from, when it is known what shares a tour.

Allocation has said how many units of which rank each line gets (core/allocate), and from where when nobody chooses.
Among places of that rank tours are free: what a tour takes from one place may all come from another one that has as
many units to spare, or two tours exchange their places. Every place keeps what it promised within what it holds, the
rank of every unit stays what it was, and no tour becomes longer than it was at first.

The search takes stops out of a tour, alone and with the nearest one that can be moved too; where that shortens the
walk, it weighs every way to have the units elsewhere by the lengths of all tours concerned, and makes the best.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from server.core.allocate import Pick, Place, Shelf, shelf_of
from server.core.batch.carts import Walks
from server.core.batch.memo import Remembered
from server.core.batch.problem import Bits, Metres
from server.core.route.tour import Left, unhurried

GAIN_M = 0.01  # less is rounding
MOST_TOGETHER = 2  # stops that are moved at once


@dataclass(frozen=True, slots=True)
class Part:
    """The units that one tour takes from one shelf; `shelves` are all of their SKU and rank, this one among them."""

    tour: int
    shelf: Shelf
    qty_each: int
    shelves: tuple[Shelf, ...]


Step = tuple[int, Shelf, int]
"""A part, the shelf that it moves to, and the part that moves to where it was (-1: none)."""
Steps = tuple[Step, ...]


def spare_of(places: Iterable[Place], picks: Iterable[Pick], sku_of: Mapping[int, str]) -> dict[Shelf, int]:
    """What `picks` leave in the places; `sku_of` gives the SKU of a line."""
    left = {shelf_of(place): place.available_each for place in places}
    for pick in picks:
        left[pick.location_code, sku_of[pick.line_id], pick.lot] -= pick.qty_each
    return left


def choose_shelves(
    parts: Sequence[Part],
    spare: Mapping[Shelf, int],
    node_of: Mapping[str, str],
    walks: Sequence[Walks],
    *,
    left_s: Left = unhurried,
) -> tuple[Shelf, ...]:
    """The shelf of each part, so that the tours together are short; each tour at most as long as with `parts` as given.

    `spare` are units that no part has. `walks` of each tour weighs it to its own end; all name the nodes of all shelves
    in the same order. Deterministic unless `left_s` cuts in. Raises KeyError for a location without a node.
    """
    search = _Search(parts, spare, node_of, walks)
    tours = sorted({part.tour for part in parts})
    again = True
    while again and left_s() > 0:
        again = False
        for tour in tours:
            while left_s() > 0 and search.improve(tour):
                again = True
    return tuple(search.at)


class _Search:
    """The tours as they are now, as bits of nodes, and how they may change."""

    def __init__(
        self, parts: Sequence[Part], spare: Mapping[Shelf, int], node_of: Mapping[str, str], walks: Sequence[Walks]
    ) -> None:
        self._parts, self._spare, self._metres = parts, dict(spare), walks[0].metres
        shared = {id(some): Remembered(some.lengths) for some in walks}
        self._lengths = [shared[id(some)] for some in walks]
        row_of = {node: row for row, node in enumerate(walks[0].nodes)}
        self._row = {shelf: row_of[node_of[shelf[0]]] for part in parts for shelf in part.shelves}
        self._bit = walks[0].lengths.stops([[node] for node in walks[0].nodes])
        self.at = [part.shelf for part in parts]
        self._on: dict[Shelf, set[int]] = defaultdict(set)
        self._visits: dict[int, dict[int, int]] = defaultdict(lambda: defaultdict(int))
        self._movable: dict[int, list[int]] = defaultdict(list)
        for number, part in enumerate(parts):
            self._on[part.shelf].add(number)
            self._visits[part.tour][self._row[part.shelf]] += 1
            if len(part.shelves) > 1:
                self._movable[part.tour].append(number)
        tours = sorted(self._visits)
        self._length_m = dict(zip(tours, self._weigh(tours, [self._bits(tour, (), ()) for tour in tours]), strict=True))
        self._first_m = dict(self._length_m)

    def improve(self, tour: int) -> bool:
        """Make the best change that begins with this tour; False when none shortens anything."""
        bundles = list(self._bundles(tour))
        if not bundles:
            return False
        without = self._weigh([tour] * len(bundles), [self._bits(tour, bundle, ()) for bundle in bundles])
        gains_m = self._length_m[tour] - np.array(without)
        for place in np.argsort(-gains_m, kind="stable"):
            if gains_m[place] <= GAIN_M:
                return False
            steps = self._best(tour, bundles[place])
            if steps:
                self._make(steps)
                return True
        return False

    def _bundles(self, tour: int) -> Iterator[tuple[int, ...]]:
        """What is taken out together: each part that can move, alone and with the nearest others."""
        movable = self._movable[tour]
        rows = [self._row[self.at[number]] for number in movable]
        apart = self._metres[np.ix_(rows, rows)]
        for i, number in enumerate(movable):
            yield (number,)
            near = [j for j in np.argsort(apart[i], kind="stable")[:MOST_TOGETHER] if j != i]
            for count in range(1, min(MOST_TOGETHER, len(near) + 1)):
                yield (number, *(movable[j] for j in near[:count]))

    def _best(self, tour: int, bundle: tuple[int, ...]) -> Steps:
        """The steps by which these parts move, one after the other, each to where all tours are shortest; none when
        that is no gain."""
        steps: Steps = ()
        change_m = 0.0
        for place, number in enumerate(bundle):
            ways = [(*steps, step) for step in self._options(number) if self._apart((*steps, step))]
            rest = bundle[place + 1 :]
            if not ways:
                return ()
            changes_m = self._changes_m(ways, tour, rest)
            best = int(np.argmin(changes_m))
            steps, change_m = ways[best], float(changes_m[best])
            if change_m >= -GAIN_M:
                return ()
        return steps

    def _options(self, number: int) -> Iterator[Step]:
        """Where a part may go: to a shelf with enough to spare, or in exchange with another tour's part."""
        part, here = self._parts[number], self.at[number]
        for shelf in part.shelves:
            if shelf == here:
                continue
            if self._spare[shelf] >= part.qty_each:
                yield (number, shelf, -1)
                continue
            for other in sorted(self._on[shelf]):
                more_each = part.qty_each - self._parts[other].qty_each
                fits = self._spare[shelf] >= more_each and self._spare[here] >= -more_each
                if fits and self._parts[other].tour != part.tour:
                    yield (number, shelf, other)

    def _apart(self, steps: Steps) -> bool:
        """Whether no two steps concern the same other tour, or the same SKU and rank."""
        partners = [self._parts[other].tour for _, _, other in steps if other >= 0]
        ranks = {self._parts[number].shelves for number, _, _ in steps}
        return len(partners) == len(set(partners)) and len(ranks) == len(steps)

    def _after(self, steps: Steps, tour: int, gone: Sequence[int]) -> dict[int, Bits]:
        """The bits of every tour that the steps change, of `tour` without the parts that are `gone`."""
        out: dict[int, list[int]] = defaultdict(list)
        into: dict[int, list[int]] = defaultdict(list)
        out[tour] += gone
        for number, shelf, other in steps:
            out[tour].append(number)
            into[tour].append(self._row[shelf])
            if other >= 0:
                out[self._parts[other].tour].append(other)
                into[self._parts[other].tour].append(self._row[self.at[number]])
        return {changed: self._bits(changed, out[changed], into[changed]) for changed in out}

    def _changes_m(self, ways: Sequence[Steps], tour: int, gone: Sequence[int]) -> Metres:
        """By how much each way lengthens all tours together; without end where one would be longer than at first."""
        after = [self._after(steps, tour, gone) for steps in ways]
        weighed = [(number, bits) for some in after for number, bits in some.items()]
        lengths = iter(self._weigh([number for number, _ in weighed], [bits for _, bits in weighed]))
        changes = []
        for some in after:
            grown = [(number, next(lengths)) for number in some]
            too_long = any(length > self._first_m[number] for number, length in grown)
            changes.append(math.inf if too_long else sum(length - self._length_m[number] for number, length in grown))
        return np.array(changes)

    def _weigh(self, tours: Sequence[int], bits: Sequence[Bits]) -> list[float]:
        """Metres of each set of stops, weighed as the tour beside it."""
        found = [0.0] * len(tours)
        by_end: dict[int, list[int]] = defaultdict(list)
        for place, tour in enumerate(tours):
            by_end[id(self._lengths[tour])].append(place)
        for places in by_end.values():
            lengths = self._lengths[tours[places[0]]](np.stack([bits[place] for place in places], axis=1))
            for place, length in zip(places, lengths.tolist(), strict=True):
                found[place] = length
        return found

    def _bits(self, tour: int, out: Sequence[int], into: Sequence[int]) -> Bits:
        """The tour's nodes without those of the parts `out`, with the rows `into`."""
        left = dict(self._visits[tour])
        for number in out:
            left[self._row[self.at[number]]] -= 1
        rows = [*(row for row, visits in left.items() if visits), *into]
        bits: Bits = np.bitwise_or.reduce(self._bit[:, rows], axis=1)
        return bits

    def _make(self, steps: Steps) -> None:
        changed = self._after(steps, self._parts[steps[0][0]].tour, ())
        lengths = self._weigh(list(changed), list(changed.values()))
        for number, shelf, other in steps:
            here = self.at[number]
            self._move(number, shelf)
            if other >= 0:
                self._move(other, here)
        self._length_m.update(zip(changed, lengths, strict=True))

    def _move(self, number: int, shelf: Shelf) -> None:
        part, here = self._parts[number], self.at[number]
        self._spare[here] += part.qty_each
        self._spare[shelf] -= part.qty_each
        self._on[here].remove(number)
        self._on[shelf].add(number)
        self._visits[part.tour][self._row[here]] -= 1
        self._visits[part.tour][self._row[shelf]] += 1
        self.at[number] = shelf

"""Parallel aisles between two cross-aisles: the length of the shortest closed tour by one sweep over the aisles.

After each aisle a partial tour is known by how it touches the two heads of that aisle: both an odd number of times,
only the front or only the back, both evenly in one piece, or both evenly in two pieces that a later aisle joins. An
aisle is walked through once, or entered from its ends and left out at one gap. Walking it through twice is never
needed, nor is an aisle without picks (its walk can be shifted to a neighbour at no cost).

Source: Ratliff & Rosenthal 1983, https://doi.org/10.1287/opre.31.3.507; fewer cases after Dunn et al. 2025,
https://arxiv.org/abs/2501.14123.
"""

import math
from collections.abc import Iterable, Mapping, Sequence

Masks = tuple[int, ...]
"""A set of picks: one integer an aisle, bit p set when point p of that aisle is to be visited.

Union is `|` by aisle.
"""

Costs = tuple[float, float, float, float]
"""Metres to serve an aisle from the front only, from the back only, from both ends with a gap left out, the least."""


def sweep(aisles: Iterable[tuple[float, Costs]], length_m: float) -> float:
    """Length of the shortest closed tour over `aisles`, each (metres along the cross-aisles, costs), left to right.

    Only aisles with something to visit are listed (the door counts as a point 0 m from the front). About 0.7 µs each.
    """
    odd = front = back = joined = apart = math.inf
    at = None
    for x, (f, b, g, least) in aisles:
        if at is None:
            odd, front, back, apart, at = length_m, f, b, g, x
            continue
        twice = 2 * (x - at)
        at = x
        # along the cross-aisles: an odd pair and a single end go 2 ways across, two even ends 4
        odd += twice
        front, back = min(joined, front) + twice, min(joined, back) + twice
        joined += twice + twice
        apart += twice + twice
        # in the aisle: through turns odd heads even and the other way round; a visit from the ends keeps them
        through = odd + length_m
        even = min(front, back, joined, apart) + length_m
        apart = min(apart + least, front + min(g, b), back + min(g, f))
        odd += least
        odd = min(even, odd)
        joined += least
        joined = min(through, joined)
        front += f
        back += b
    return 0 if at is None else min(front, back, joined)


class OneBlock:
    """One block of parallel aisles of `length_m` metres, told by its measures; tours start and end at a front head.

    `points_m[a][p]` is how far point p of aisle a lies behind the front cross-aisle, ascending by p; `across_m[a]`
    where aisle a stands along the cross-aisles, ascending; `door` the aisle at whose front head tours begin and end.
    All in metres; integers stay integers. Made for being asked millions of times: what an aisle costs is kept by its
    mask.
    """

    def __init__(
        self, points_m: Sequence[Sequence[float]], length_m: float, across_m: Sequence[float], door: int = 0
    ) -> None:
        self.points_m = tuple(tuple(points) for points in points_m)
        self.length_m = length_m
        self.across_m = tuple(across_m)
        self.door = door
        self._costs: tuple[dict[int, Costs], ...] = tuple({} for _ in self.points_m)

    def masks(self, picks: Iterable[tuple[int, int]]) -> Masks:
        """The picks (aisle, point), repeated ones once, as one mask an aisle."""
        found = [0] * len(self.points_m)
        for aisle, point in picks:
            found[aisle] |= 1 << point
        return tuple(found)

    def length(self, masks: Sequence[int]) -> float:
        """Length in metres of the shortest tour over the points in `masks` (one integer an aisle); 0 for none.

        Exact. About 1 µs for each aisle with picks once its costs are known.
        """
        door, aisles = self.door, []
        for a, (mask, known) in enumerate(zip(masks, self._costs, strict=True)):
            if mask or a == door:
                costs = known.get(mask)
                if costs is None:
                    costs = known[mask] = self._aisle(a, mask)
                aisles.append((self.across_m[a], costs))
        return sweep(aisles, self.length_m)

    def _aisle(self, aisle: int, mask: int) -> Costs:
        """What serving the points in `mask` costs each way; the door is a point 0 m from the front."""
        of, gap = self.points_m[aisle], 0 * self.length_m
        first = of[(mask & -mask).bit_length() - 1] if aisle != self.door else gap
        last = first
        while mask:
            lowest = mask & -mask
            mask ^= lowest
            point = of[lowest.bit_length() - 1]
            gap = max(gap, point - last)
            last = point
        front, back, both = 2 * last, 2 * (self.length_m - first), 2 * (self.length_m - gap)
        return front, back, both, min(front, back, both)


def one_block_length(
    picks_by_aisle: Mapping[int, Iterable[float]], length_m: float, across_m: Sequence[float], door: int = 0
) -> float:
    """Length in metres of the shortest closed tour over picks given by aisle and metres from the front head.

    For one set of picks; to weigh many, build a OneBlock and ask it by masks.
    """
    points = [sorted(set(picks_by_aisle.get(a, ()))) for a in range(len(across_m))]
    return OneBlock(points, length_m, across_m, door).length([(1 << len(of)) - 1 for of in points])

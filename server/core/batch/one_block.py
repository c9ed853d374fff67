"""Tours over one block of parallel aisles, many sets of picks in one call.

The sweep over the aisles is that of core/route/one_block.py, with arrays in place of numbers: about half a
microsecond a set. What an aisle costs depends on its first pick, its last pick and its widest gap; those come from
tables over 15 points each, joined.

Source: Ratliff & Rosenthal 1983, https://doi.org/10.1287/opre.31.3.507.
"""

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from server.core.batch.problem import Bits, Metres

Whole = npt.NDArray[np.int32]

POINTS_A_WORD = 15
NEVER_M = 1 << 24
_GAP, _FIRST, _LAST = range(3)


class OneBlockLengths:
    """One block with the same points in every aisle, all measures whole metres; tours begin and end at a front head.

    `points_m[p]` is how far point p lies behind the front cross-aisle, ascending; `across_m[a]` where aisle a stands
    along the cross-aisles, ascending, from the first; the door is the front head of the first aisle. The stops of a
    set are one column of bits: word c of aisle a stands in row c × aisles + a.
    """

    def __init__(self, points_m: Sequence[int], length_m: int, across_m: Sequence[int]) -> None:
        self.points_m, self.length_m, self.across_m = tuple(points_m), length_m, tuple(across_m)
        self.words = -(-len(self.points_m) // POINTS_A_WORD)
        chunks = [self.points_m[i * POINTS_A_WORD : (i + 1) * POINTS_A_WORD] for i in range(self.words)]
        self._tables = tuple(_table(chunk, length_m) for chunk in chunks)

    def stops(self, picks: Iterable[Iterable[tuple[int, int]]]) -> Bits:
        """The bits of each item's picks (aisle, point), shape (words × aisles, items)."""
        listed = [list(of_item) for of_item in picks]
        bits = np.zeros((self.words * len(self.across_m), len(listed)), np.int64)
        for item, of_item in enumerate(listed):
            for aisle, point in of_item:
                word, bit = divmod(point, POINTS_A_WORD)
                bits[word * len(self.across_m) + aisle, item] |= 1 << bit
        return bits

    def __call__(self, stops: Bits) -> Metres:
        """Length in metres of the shortest tour over each set; exact. 0 for a set without stops."""
        gap, first, last = self._looks(stops)
        lengths: Metres = self._sweep(gap, first, last).astype(np.float64)
        return lengths

    def _looks(self, stops: Bits) -> tuple[Whole, Whole, Whole]:
        """Widest gap between picks, first and last pick in metres, each of shape (aisles, sets).

        In an aisle without picks the first is `length_m` and the last 0.
        """
        aisles = len(self.across_m)
        looks = [table.take(stops[i * aisles : (i + 1) * aisles], axis=1) for i, table in enumerate(self._tables)]
        first = np.minimum.reduce([look[_FIRST] for look in looks])
        gap = np.maximum.reduce([look[_GAP] for look in looks])
        reached = np.maximum(looks[0][_LAST], first)
        for look in looks[1:]:
            np.maximum(gap, np.where(look[_LAST] > 0, look[_FIRST] - reached, 0), out=gap)
            np.maximum(reached, look[_LAST], out=reached)
        last = np.maximum.reduce([look[_LAST] for look in looks])
        np.maximum(gap[0], np.where(last[0] > 0, first[0], 0), out=gap[0])  # the door is a point to be visited
        first[0] = 0
        return gap, first, last

    def _sweep(self, gap: Whole, first: Whole, last: Whole) -> Whole:
        """See core/route/one_block.sweep. Here an aisle without picks costs nothing and adds nothing."""
        length, through = np.int32(self.length_m), np.int32(self.length_m)
        f, b, g = 2 * last, 2 * (length - first), 2 * (length - gap)
        least = np.minimum(np.minimum(f, b), g)
        from_back, from_front, picked = np.minimum(g, b), np.minimum(g, f), last > 0
        odd, front, back, apart = np.full(gap.shape[1], through), f[0], b[0], g[0]
        joined = np.full(gap.shape[1], NEVER_M, np.int32)
        best = np.minimum(front, back)
        for a in range(1, len(self.across_m)):
            twice = np.int32(2 * (self.across_m[a] - self.across_m[a - 1]))
            odd = odd + twice
            front, back = np.minimum(joined, front) + twice, np.minimum(joined, back) + twice
            joined, apart = joined + 2 * twice, apart + 2 * twice
            crossed = odd + through
            even = np.minimum(np.minimum(front, back), np.minimum(joined, apart)) + through
            apart = np.minimum(np.minimum(apart + least[a], front + from_back[a]), back + from_front[a])
            odd = np.minimum(odd + least[a], even)
            joined = np.minimum(joined + least[a], crossed)
            front, back = front + f[a], back + b[a]
            best = np.where(picked[a], np.minimum(np.minimum(front, back), joined), best)
        swept: Whole = best
        return swept


def _table(points_m: Sequence[int], length_m: int) -> Whole:
    """Widest gap, first and last in metres for every set of these points, shape (3, sets)."""
    sets = np.arange(1 << len(points_m))
    gap, first, last = np.zeros_like(sets), np.full_like(sets, length_m), np.zeros_like(sets)
    for bit, at_m in enumerate(points_m):
        here = sets >> bit & 1 == 1
        gap = np.where(here & (last > 0), np.maximum(gap, at_m - last), gap)
        first = np.where(here & (last == 0), at_m, first)
        last = np.where(here, at_m, last)
    return np.stack((gap, first, last)).astype(np.int32)

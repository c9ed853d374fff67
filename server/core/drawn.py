"""Walks as they are drawn on the plan: the points, in metres, where they begin, turn and end."""

from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise
from math import ceil, dist

Spot = tuple[float, float]
Segment = Sequence[float]  # x_m, y_m, x_m, y_m

SAME_M = 1e-6
SAME_M2 = 1e-9
SAME_SHARE = 1e-9


def corners(points: Sequence[Spot]) -> tuple[Spot, ...]:
    """The walk without those points that lie straight between their neighbours."""
    kept = list(points[:1])
    for (bx, by), (cx, cy) in pairwise(points[1:]):
        ax, ay = kept[-1]
        turn, on = (bx - ax) * (cy - by) - (by - ay) * (cx - bx), (bx - ax) * (cx - bx) + (by - ay) * (cy - by)
        if on < 0 or not -SAME_M2 < turn < SAME_M2:
            kept.append((bx, by))
    return (*kept, *points[1:][-1:])


def leads_along(path: Sequence[Spot], segments: Collection[Segment]) -> bool:
    """Whether a walk leads along the whole of one of the segments, whatever else it passes in the same straight line.

    It does not when it only crosses one, or walks a piece of it.
    """
    if not segments:
        return False
    left, right = min(min(one[0], one[2]) for one in segments), max(max(one[0], one[2]) for one in segments)
    low, high = min(min(one[1], one[3]) for one in segments), max(max(one[1], one[3]) for one in segments)
    for (ax, ay), (bx, by) in pairwise(path):
        near = ax <= right or bx <= right
        if not near or (ax < left and bx < left) or (ay > high and by > high) or (ay < low and by < low):
            continue
        if any(_on((ax, ay), one[:2], (bx, by)) and _on((ax, ay), one[2:], (bx, by)) for one in segments):
            return True
    return False


def behind(path: Sequence[Spot], here: Spot, ahead: Sequence[Spot]) -> tuple[Spot, ...]:
    """The points of a walk before `here`: before the last visit from which all of `ahead` lies ahead, in that order.

    Points of `ahead` that the walk does not touch are passed over. () when it was nowhere `here`.
    """
    last = float(len(path))
    for spot in reversed(ahead):
        last = next(_visits(path, spot, last), last)
    return tuple(path[: ceil(next(_visits(path, here, last), 0.0))])


def _visits(path: Sequence[Spot], spot: Spot, last: float) -> Iterator[float]:
    """Where a walk passes `spot`, backwards from `last`: which step it is on, and what share of that lies behind."""
    for at in range(min(int(last), len(path) - 1), -1, -1):
        a, b = path[at], path[min(at + 1, len(path) - 1)]
        if _on(a, spot, b):
            share = dist(a, spot) / dist(a, b) if spot != a else 0.0
            if at + share <= last + SAME_SHARE:
                yield at + share


def _on(a: Spot, point: Segment, b: Spot) -> bool:
    """Whether a point lies on the straight way from a to b."""
    (ax, ay), (bx, by), x, y = a, b, point[0], point[1]
    if not (min(ax, bx) - SAME_M <= x <= max(ax, bx) + SAME_M and min(ay, by) - SAME_M <= y <= max(ay, by) + SAME_M):
        return False
    return abs((x - ax) * (by - ay) - (y - ay) * (bx - ax)) <= SAME_M * (abs(bx - ax) + abs(by - ay))

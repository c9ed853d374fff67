"""Aisles and cross-aisles as straight lines: where they meet, where pickers stand, the stretches between."""

import itertools
import math
from collections.abc import Iterator, Sequence

from server.core.graph import Edge
from server.core.layout.plans import Numbering, RackPlan, Side, WayPlan
from server.core.layout.terms import Direction, Point, RackRow

NEAR_M = 0.05  # two places closer than this are one: plans are drawn to the centimetre


def length_m(way: WayPlan) -> float:
    """The way's length."""
    return math.dist(way.start, way.end)


def along(way: WayPlan, offset_m: float, aside_m: float = 0.0) -> Point:
    """The point `offset_m` from the way's start and `aside_m` to its left (negative: to its right)."""
    whole = length_m(way)
    dx, dy = (way.end[0] - way.start[0]) / whole, (way.end[1] - way.start[1]) / whole
    # y grows down the page: walking along (dx, dy), the left hand points to (dy, -dx)
    return way.start[0] + dx * offset_m + dy * aside_m, way.start[1] + dy * offset_m - dx * aside_m


def foot(way: WayPlan, point: Point) -> tuple[float, float]:
    """(offset along the way of its place nearest to `point`, distance of `point` from there)."""
    whole = length_m(way)
    dx, dy = (way.end[0] - way.start[0]) / whole, (way.end[1] - way.start[1]) / whole
    offset_m = (point[0] - way.start[0]) * dx + (point[1] - way.start[1]) * dy
    offset_m = min(max(offset_m, 0.0), whole)
    return offset_m, math.dist(point, along(way, offset_m))


def crossings(ways: Sequence[WayPlan]) -> Iterator[tuple[WayPlan, float, WayPlan, float]]:
    """Every two ways of one storey that meet: (way, its offset, other way, its offset), in metres.

    Swept from left to right, so that hundreds of parallel aisles are not all held against each other.
    """
    waiting: list[WayPlan] = []
    for way in sorted(ways, key=lambda way: min(way.start[0], way.end[0])):
        left = min(way.start[0], way.end[0]) - NEAR_M
        waiting = [other for other in waiting if max(other.start[0], other.end[0]) >= left]
        for other in waiting:
            if other.storey == way.storey and (meeting := _meeting(way, other)):
                yield way, meeting[0], other, meeting[1]
        waiting.append(way)


def _meeting(way: WayPlan, other: WayPlan) -> tuple[float, float] | None:
    ax, ay = way.end[0] - way.start[0], way.end[1] - way.start[1]
    bx, by = other.end[0] - other.start[0], other.end[1] - other.start[1]
    turn = ax * by - ay * bx
    a_long, b_long = math.hypot(ax, ay), math.hypot(bx, by)
    if abs(turn) < 1e-9 * a_long * b_long:
        return _end_to_end(way, other)
    cx, cy = other.start[0] - way.start[0], other.start[1] - way.start[1]
    at_way, at_other = (cx * by - cy * bx) / turn * a_long, (cx * ay - cy * ax) / turn * b_long
    if -NEAR_M <= at_way <= a_long + NEAR_M and -NEAR_M <= at_other <= b_long + NEAR_M:
        return min(max(at_way, 0.0), a_long), min(max(at_other, 0.0), b_long)
    return None


def _end_to_end(way: WayPlan, other: WayPlan) -> tuple[float, float] | None:
    """Parallel ways meet where an end of one is an end of the other."""
    for at_way, point in ((0.0, way.start), (length_m(way), way.end)):
        for at_other, end in ((0.0, other.start), (length_m(other), other.end)):
            if math.dist(point, end) <= NEAR_M:
                return at_way, at_other
    return None


def stretches(way: WayPlan, stops: Sequence[tuple[float, str]]) -> Iterator[Edge]:
    """The edges between a way's nodes, given as (offset, node) from its start to its end."""
    oneway = way.direction is not Direction.BOTH
    for (before_m, u), (after_m, v) in itertools.pairwise(stops):
        if way.direction is Direction.BACKWARD:
            u, v = v, u  # noqa: PLW2901
        yield Edge(u, v, round(after_m - before_m, 6), oneway, way.code)


def sides(rack: RackPlan) -> tuple[Side, ...]:
    """The single sides that a rack stands on."""
    return (Side.LEFT, Side.RIGHT) if rack.side is Side.BOTH else (rack.side,)


def bay_numbers(rack: RackPlan, side: Side) -> tuple[int, int]:
    """(number of the first bay along the aisle, step to the next) on one side of a rack."""
    if rack.numbering is Numbering.ALTERNATE:
        return rack.first_bay + (side is Side.RIGHT), 2
    if side is Side.LEFT:
        return rack.first_bay, 1
    before = rack.bays if rack.side is Side.BOTH else 0
    return rack.first_bay + before + rack.bays - 1, -1


def rack_row(way: WayPlan, rack: RackPlan, side: Side) -> RackRow:
    """The rectangle of one side of a rack."""
    sign = 1 if side is Side.LEFT else -1
    near, far = sign * way.width_m / 2, sign * (way.width_m / 2 + rack.depth_m)
    ends = (
        along(way, rack.start_m, near),
        along(way, rack.end_m, near),
        along(way, rack.end_m, far),
        along(way, rack.start_m, far),
    )
    first, step = bay_numbers(rack, side)
    return RackRow(ends, rack.bays, first, step, rack.levels, rack.positions)

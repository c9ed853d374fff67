"""Walks as they are drawn: told by the points where they turn, and still found on whatever they pass."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from server.core.drawn import behind, corners, leads_along

EDGES = [(5.0, 0.0, 5.0, 2.0), (5.0, 2.0, 5.0, 4.0)]
Spot = tuple[float, float]


def test_a_walk_straight_through_leads_along_what_lies_in_the_middle_of_it() -> None:
    """The drawn walk has no point there."""
    assert leads_along([(0.0, 9.0), (5.0, 9.0), (5.0, -3.0), (8.0, -3.0)], EDGES)


def test_a_walk_that_crosses_an_edge_or_ends_within_it_does_not_lead_along_it() -> None:
    """Nor does one beside it."""
    assert not leads_along([(0.0, 1.0), (9.0, 1.0)], EDGES)
    assert not leads_along([(5.0, -3.0), (5.0, 1.0)], EDGES)
    assert not leads_along([(6.0, -3.0), (6.0, 9.0)], EDGES)
    assert not leads_along([(5.0, 2.0)], EDGES)
    assert not leads_along([(5.0, -3.0), (5.0, 9.0)], ())


def test_what_is_behind_ends_at_the_last_visit_from_which_the_rest_lies_ahead() -> None:
    """Up an aisle, past a stop, and back to it: what is picked on the way back is still ahead."""
    walk = [(0.0, 0.0), (0.0, 9.0), (0.0, 0.0), (7.0, 0.0)]
    assert behind(walk, (0.0, 5.0), [(0.0, 8.0)]) == ((0.0, 0.0),)
    assert behind(walk, (0.0, 5.0), [(0.0, 3.0)]) == ((0.0, 0.0), (0.0, 9.0))
    assert behind(walk, (0.0, 9.0), []) == ((0.0, 0.0),)
    assert behind(walk, (1.0, 1.0), [(0.0, 8.0)]) == ()


steps = st.lists(st.tuples(st.sampled_from([(1, 0), (-1, 0), (0, 1), (0, -1)]), st.integers(1, 4)), max_size=12)


def walked(moves: list[tuple[tuple[int, int], int]]) -> list[Spot]:
    """Every point of a walk of unit steps."""
    points = [(0.0, 0.0)]
    for (x, y), times in moves:
        u, v = points[-1]
        points.extend((u + x * n, v + y * n) for n in range(1, times + 1))
    return points


@given(steps, st.data())
def test_a_walk_told_by_its_corners_leads_where_the_whole_walk_leads(
    moves: list[tuple[tuple[int, int], int]], data: st.DataObject
) -> None:
    """Every unit step is found in it and no other, and what is behind a point is the same walk told shorter."""
    points = walked(moves)
    told = corners(points)
    taken = {frozenset(step) for step in pairwise(points)}
    x, y = data.draw(st.sampled_from(points))
    for u, v in ((x + 1, y), (x, y + 1)):
        assert leads_along(told, [(u, v, x, y)]) == (frozenset({(x, y), (u, v)}) in taken)
    at = data.draw(st.integers(0, len(points) - 1))
    assert corners((*behind(told, points[at], points[at:]), points[at])) == corners(points[: at + 1])

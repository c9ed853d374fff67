"""In which order to finish the vertices of a sketch, so that the frontier between done and to do stays narrow."""

from collections.abc import Callable, Iterator, Sequence

from server.core.route.sketch import Sketch

Place = Callable[[int], tuple[float, float]]
GROWTH = 5.0
"""States multiply by about this for every vertex more on the frontier."""


def narrow_order(sketch: Sketch, place: Place) -> list[int]:
    """The best order found.

    Tried: along x, along y, both diagonals, and from either end always the vertex that opens the fewest others.
    """
    beside = {
        vertex: {sketch.other_end(number, vertex) for number in at} - {vertex} for vertex, at in sketch.at.items()
    }
    return min(_orders(beside, place), key=lambda order: _effort(order, beside))


def _orders(beside: dict[int, set[int]], place: Place) -> Iterator[list[int]]:
    at = {vertex: place(vertex) for vertex in beside}
    for key in (
        lambda v: at[v],
        lambda v: at[v][::-1],
        lambda v: (at[v][0] + at[v][1], at[v]),
        lambda v: (at[v][0] - at[v][1], at[v]),
    ):
        yield sorted(beside, key=key)
    by_x = sorted(beside, key=lambda v: at[v])
    for first in dict.fromkeys((by_x[0], by_x[-1])):
        yield _greedy(beside, first)


def _greedy(beside: dict[int, set[int]], first: int) -> list[int]:
    order, frontier, todo = [], {first}, set(beside)
    while todo:
        if not frontier:
            frontier = {min(todo)}
        vertex = min(frontier, key=lambda v: (len(beside[v] & todo - frontier), v))
        order.append(vertex)
        todo.discard(vertex)
        frontier = (frontier | beside[vertex]) & todo
    return order


def _effort(order: Sequence[int], beside: dict[int, set[int]]) -> float:
    """The expected number of states over all steps."""
    frontier: set[int] = set()
    done: set[int] = set()
    effort = 0.0
    for vertex in order:
        frontier.add(vertex)
        fresh = beside[vertex] - done - frontier
        at_once = len(frontier) + max(0, len(fresh) - 1)  # the last new vertex takes over the slot
        effort += GROWTH**at_once * len(beside[vertex] - done)
        frontier |= fresh
        frontier.discard(vertex)
        done.add(vertex)
    return effort

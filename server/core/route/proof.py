"""Answer first, its proof follows: take a tour that is there to its proven optimum.

This module loads the solver HiGHS; import it where proofs are made (a worker, a command), not on the way to a tour.
"""

from collections.abc import Sequence

from server.core.route.answer import by_programme
from server.core.route.choice import Choice, demand_groups, taken
from server.core.route.cuts import arcs_of, cut_and_branch, legs_of
from server.core.route.euler import one_walk
from server.core.route.network import Network
from server.core.route.sketch import draw, reduce
from server.core.route.tour import Left, Tour, joined, tour_of_path, unhurried


def prove(network: Network, tour: Tour, *, left_s: Left = unhurried) -> Tour:
    """The tour again with a better bound, or a shorter tour; `optimal` once both meet. Never a worse one.

    `tour` is one that `solve` found on this network. Stops when `left_s` has run out.
    """
    if tour.optimal:
        return tour
    start, end = tour.path[0], tour.path[-1]
    exact = by_programme(network, tour.stops, start, end, left_s=lambda: left_s() / 2) if network.symmetric else None
    return exact or by_cuts(network, tour, left_s=left_s)


def by_cuts(network: Network, tour: Tour, *, left_s: Left = unhurried) -> Tour:
    """As `prove`, by the integer programme with cuts alone."""
    bound_m, path = _cut(network, tour, tour.stops, left_s)
    if path is None:
        return _raised(network, tour, bound_m)
    return tour_of_path(network, path, tour.stops, bound_m, "cuts")


def prove_choice(
    network: Network, groups: Sequence[Sequence[str]], found: Choice, *, left_s: Left = unhurried
) -> Choice:
    """The choice again with a better bound, or a shorter one; `optimal` once both meet. Never a worse one.

    `groups` are those that `solve_choice` was given. Raises NotFound when a group cannot be reached at all.
    """
    tour = found.tour
    if tour.optimal:
        return found
    groups = demand_groups(network, groups, tour.path[0], tour.path[-1])
    bound_m, path = _cut(network, tour, [node for group in groups for node in group], left_s, groups)
    if path is None:
        return Choice(_raised(network, tour, bound_m), found.nodes, found.first_m)
    nodes = taken(groups, path)
    return Choice(tour_of_path(network, path, nodes, bound_m, "choice, cuts"), nodes, found.first_m)


def _cut(
    network: Network, tour: Tour, nodes: Sequence[str], left_s: Left, groups: Sequence[Sequence[str]] | None = None
) -> tuple[float, tuple[str, ...] | None]:
    """A lower bound on walks like `tour` over `nodes`, or over one node of each group;

    the shortest when it was found.
    """
    first, last = network.number(tour.path[0]), network.number(tour.path[-1])
    sketch = draw(network, [network.number(node) for node in nodes], first, last)
    reduce(sketch)
    sets = None if groups is None else [[network.number(node) for node in group] for group in groups]
    arcs = arcs_of(sketch, first, last, sets)
    verdict = cut_and_branch(arcs, left_s, tour.length_m)
    if verdict.walked is None:
        return verdict.bound_m, None
    walk = one_walk(legs_of(arcs, verdict.walked.tolist()), first, last, directed=True)
    return verdict.bound_m, joined(network, [network.plan.names[node] for node in walk])


def _raised(network: Network, tour: Tour, bound_m: float) -> Tour:
    """The same walk with a bound that is no lower than before."""
    if bound_m <= tour.lower_bound_m:
        return tour
    bound_m = min(bound_m, tour.length_m)
    return tour_of_path(network, tour.path, tour.stops, bound_m, f"{tour.method}, bounded by cuts")

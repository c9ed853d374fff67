"""Where a SKU lies in several locations, the tour chooses."""

import random
from itertools import product

import pytest

from server.core.errors import BadInput, NotFound
from server.core.route import Network, reachable, solve_choice
from server.core.route.proof import prove_choice
from server.lab.floors import Grid, grid_floor
from tests.route_floors import shortest_of_all, some_floor


def test_a_choice_of_locations_is_as_short_as_the_best_of_all_choices() -> None:
    """One node of each group; the bound holds over all choices, and choosing never costs."""
    for seed in range(10):
        floor = some_floor(seed, oneway=seed % 3 == 0)
        network, dice = Network(floor.graph), random.Random(seed)
        nodes, _ = reachable(network, sorted(floor.graph.nodes), floor.start, floor.end)
        groups = [dice.sample(nodes, dice.randint(1, 3)) for _ in range(dice.randint(1, 4))]
        best_m = min(shortest_of_all(network, chosen, floor.start, floor.end) for chosen in product(*groups))
        found = solve_choice(network, groups, floor.start, floor.end)
        assert found.tour.lower_bound_m <= best_m + 1e-6
        assert found.tour.length_m <= found.first_m + 1e-9
        proven = prove_choice(network, groups, found)
        assert proven.tour.optimal, seed
        assert proven.tour.length_m == pytest.approx(best_m), seed
        assert all(node in group for node, group in zip(proven.nodes, groups, strict=True))
        assert set(proven.tour.stops) == set(proven.nodes)


def test_choosing_saves_what_the_first_locations_would_cost() -> None:
    """The second shelf of the same SKU lies on the way."""
    floor = grid_floor(Grid(1, 6, bays=8), 1, 0)
    found = solve_choice(Network(floor.graph), [["S0_0_3"], ["S5_0_3", "S0_0_4"]], "DEPOT", "DEPOT")
    assert found.nodes == ("S0_0_3", "S0_0_4")
    assert found.tour.length_m == 2 * (2 + 5.5)
    assert found.first_m > found.tour.length_m


def test_a_choice_of_nothing_is_refused_and_a_lost_location_is_left_out() -> None:
    """An empty group is bad input; a group that is cut off is named; a member that is cut off is not taken."""
    floor = grid_floor(Grid(1, 3, bays=3), 1, 0)
    network = Network(floor.graph).closing([("C2_0", "S2_0_0"), ("S2_0_0", "S2_0_1")])
    with pytest.raises(BadInput, match="group"):
        solve_choice(network, [[]], "DEPOT", "DEPOT")
    with pytest.raises(NotFound, match="S2_0_0"):
        solve_choice(network, [["S1_0_0"], ["S2_0_0"]], "DEPOT", "DEPOT")
    assert solve_choice(network, [["S2_0_0", "S1_0_0"]], "DEPOT", "DEPOT").nodes == ("S1_0_0",)

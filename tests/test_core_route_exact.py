"""Proven tours: against trying everything, and what length may never do. test_routes_agree.py holds the longer runs."""

import json
import math
import random
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from server.core.errors import NotFound
from server.core.graph import Edge, Graph
from server.core.route import (
    Network,
    OneBlock,
    Tour,
    given_order,
    largest_gap,
    nearest_neighbour,
    one_block_length,
    reachable,
    s_shape,
    solve,
    warm_up,
)
from server.core.route.answer import by_search
from server.core.route.bound import assignment_bound
from server.core.route.frontier import DONE, NEVER, Machine, Walk
from server.core.route.proof import prove
from server.lab.floors import Floor, Grid, grid_floor
from tests.route_floors import shortest_of_all, some_floor

FILES = Path(__file__).resolve().parent.parent.parent / "shared" / "data" / "routes"


def open_floor(seed: int, *, oneway: bool = False) -> tuple[Network, tuple[str, ...], str, str]:
    """A floor, an edge closed now and then, with the stops that can be reached."""
    floor = some_floor(seed, oneway=oneway)
    network = Network(floor.graph)
    if seed % 5 == 0:
        edge = random.Random(seed).choice(floor.graph.edges)
        network = network.closing([(edge.u, edge.v)])
    start, end = floor.start, floor.end
    if network.distances((start, end))[0, 1] == math.inf:
        network = Network(floor.graph)
    return network, reachable(network, floor.picks, start, end)[0], start, end


def assert_sound(network: Network, tour: Tour, picks: tuple[str, ...], start: str, end: str) -> None:
    """A walk over open edges from start to end that comes by every stop and is as long as it says."""
    assert (tour.path[0], tour.path[-1]) == (start, end)
    assert set(tour.stops) == set(picks)
    assert len(tour.stops) == len(set(picks))
    if tour.method != "given order":
        assert list(tour.stops) == sorted(tour.stops, key=tour.path.index)
    assert network.metres(tour.path) == pytest.approx(tour.length_m)
    assert tour.lower_bound_m <= tour.length_m


def test_undirected_tours_are_as_short_as_the_best_of_all_orders() -> None:
    """Up to 7 stops, closed edges, start and end apart; proven every time."""
    for seed in range(40):
        network, picks, start, end = open_floor(seed)
        tour = solve(network, picks, start, end)
        assert_sound(network, tour, picks, start, end)
        assert tour.optimal, seed
        assert tour.length_m == pytest.approx(shortest_of_all(network, picks, start, end)), seed


def test_one_way_tours_are_as_short_as_the_best_of_all_orders() -> None:
    """The answer first, its proof follows; a bound is never above the shortest."""
    for seed in range(24):
        network, picks, start, end = open_floor(seed, oneway=True)
        best_m = shortest_of_all(network, picks, start, end)
        answer = solve(network, picks, start, end)
        assert_sound(network, answer, picks, start, end)
        assert answer.lower_bound_m <= best_m + 1e-6, seed
        tour = prove(network, answer)
        assert_sound(network, tour, picks, start, end)
        assert tour.optimal, seed
        assert tour.length_m == pytest.approx(best_m), seed


def test_no_rule_of_thumb_is_shorter_than_a_proven_tour() -> None:
    """S-shape, largest gap, nearest neighbour, the list's order and the local search."""
    for seed in range(6):
        grid = Grid(1 + seed % 4, 5, bays=6, gaps=0.1 * (seed % 2), jitter_m=0.3 * (seed % 3))
        floor = grid_floor(grid, 14, seed, open_ended=seed % 3 == 0)
        network = Network(floor.graph)
        picks, _ = reachable(network, floor.picks, floor.start, floor.end)
        tour = solve(network, picks, floor.start, floor.end)
        assert tour.optimal
        for rule in (s_shape, largest_gap, nearest_neighbour, given_order, by_search):
            other = rule(network, picks, floor.start, floor.end)
            assert_sound(network, other, picks, floor.start, floor.end)
            assert other.length_m >= tour.length_m - 1e-6, rule


def test_s_shape_walks_whole_aisles_and_turns_in_an_odd_last_one() -> None:
    """Three aisles with picks, all near the front: up, down, and in and out again."""
    floor = grid_floor(Grid(1, 3, bays=4, apart_m=5.0), 1, 0)
    tour = s_shape(Network(floor.graph), ["S0_0_0", "S1_0_0", "S2_0_0"], "DEPOT", "DEPOT")
    assert tour.length_m == 2 + 6 + 5 + 6 + 5 + 1.5 * 2 + 10 + 2


def test_largest_gap_leaves_the_widest_stretch_out() -> None:
    """Through the first and the last aisle, the middle one from both ends."""
    floor = grid_floor(Grid(1, 3, bays=8, apart_m=5.0), 1, 0)
    picks = ["S0_0_3", "S1_0_0", "S1_0_7", "S2_0_3"]
    tour = largest_gap(Network(floor.graph), picks, "DEPOT", "DEPOT")
    assert tour.length_m == 2 + 10 + 5 + 1.5 * 2 + 5 + 10 + 5 + 1.5 * 2 + 5 + 2


def test_s_shape_begins_at_the_side_where_the_walk_stands() -> None:
    """A floor seen in a mirror is walked the same from the other corner."""
    floor = grid_floor(Grid(2, 4, bays=4, apart_m=5.0), 1, 0)
    network = Network(floor.graph)
    left = s_shape(network, ["S0_0_1", "S1_1_2", "S2_0_1", "S3_1_0"], "C0_0", "C0_0")
    right = s_shape(network, ["S3_0_1", "S2_1_2", "S1_0_1", "S0_1_0"], "C3_0", "C3_0")
    assert left.length_m == right.length_m


def test_the_widest_gap_of_an_aisle_is_the_one_left_out() -> None:
    """Between two aisles walked through: picks at both ends, 17 m apart."""
    floor = grid_floor(Grid(1, 3, bays=20, apart_m=5.0), 1, 0)
    network, picks = Network(floor.graph), ("S0_0_10", "S1_0_0", "S1_0_1", "S1_0_18", "S1_0_19", "S2_0_10")
    tour = solve(network, picks, "DEPOT", "DEPOT")
    assert tour.length_m == 2 + 22 + 5 + 2 * 2.5 + 5 + 22 + 5 + 2 * 2.5 + 5 + 2
    assert tour.length_m == shortest_of_all(network, picks, "DEPOT", "DEPOT")


def test_a_walk_that_begins_within_a_one_way_corridor_meets_its_picks_in_two_goes() -> None:
    """First what lies ahead, then round, then what lay behind."""
    names = ("in", "p", "s", "q", "out")
    graph = Graph(
        {**{name: (float(i), 0.0) for i, name in enumerate(names)}, "x": (0.0, 1.0), "y": (9.0, 1.0)},
        (
            *(Edge(u, v, 1.0, oneway=True) for u, v in pairwise(names)),
            Edge("out", "in", 4.0),
            Edge("in", "x", 1.0),
            Edge("out", "y", 1.0),
        ),
    )
    for method in (solve, by_search):
        tour = method(Network(graph), ["p", "q"], "s", "s")
        assert (tour.stops, tour.length_m) == (("q", "p"), 8.0)
        assert tour.lower_bound_m <= 8.0


@pytest.mark.parametrize("ways_back", [2, 5])
def test_a_one_way_corridor_is_walked_as_often_as_there_are_ways_back_with_picks(ways_back: int) -> None:
    """Once more for each; beyond what the programme counts, the local search finds it."""
    stops = [f"p{i}" for i in range(ways_back)]
    graph = Graph(
        {name: (float(i), float(i % 3)) for i, name in enumerate(("a", "b", "out", *stops))},
        (
            Edge("a", "b", 10.0, oneway=True),
            Edge("a", "out", 1.0),
            *(Edge(u, v, 1.0 + i, oneway=True) for i, p in enumerate(stops) for u, v in (("b", p), (p, "a"))),
        ),
    )
    tour = solve(Network(graph), stops, "out", "out")
    assert tour.length_m == 2 + ways_back * 10 + sum(2 * (1 + i) for i in range(ways_back))
    assert prove(Network(graph), tour).optimal


def test_the_assignment_bound_lets_nobody_stay_where_he_is() -> None:
    """A far stop is paid for, on the way there and on the way on."""
    near, far = 1.0, 10.0
    metres = np.array([[0, near, far, near], [near, 0, far, near], [far, far, 0, far], [near, near, far, 0]])
    assert assignment_bound(metres) == near + far + far


def test_states_of_a_partial_tour_keep_to_what_may_still_become_one() -> None:
    """Balances up to the most that is counted; a piece may be left only for another slot, or as the whole tour."""
    begin, stay, leave = np.array([1], dtype=np.int32), (0, 1, False), (0, 1, True)

    def after(machine: Machine, *walks: tuple[tuple[int, int, bool], Walk]) -> int:
        states = begin
        for where, walk in walks:
            states = machine.apply(where, np.array([[walk]], dtype=np.int32), states)[0]
        return int(states[0])

    assert after(Machine(2, 1), (stay, Walk.AHEAD_1)) > 0
    assert after(Machine(2, 1), (stay, Walk.AHEAD_2)) == NEVER
    assert after(Machine(2, 2), (stay, Walk.AHEAD_2)) > 0
    assert after(Machine(2, 0), (leave, Walk.AHEAD_1)) == NEVER  # odd: who came must go on
    assert after(Machine(2, 0), (stay, Walk.AHEAD_1), (leave, Walk.AHEAD_1)) > 0
    assert after(Machine(2, 0), ((0, 0, False), Walk.TOUCH_A), ((0, 0, True), Walk.NONE)) == DONE
    assert after(Machine(2, 0), (stay, Walk.TOUCH_BOTH), ((0, 0, True), Walk.NONE)) == NEVER  # two pieces


def test_a_single_stop_on_a_one_way_floor_is_proven_by_the_first_bound() -> None:
    """There and back is what leaving and entering every place once costs."""
    floor = grid_floor(Grid(2, 4, oneway=True), 1, 2)
    tour = by_search(Network(floor.graph), floor.picks, floor.start, floor.end)
    assert tour.optimal
    assert tour.lower_bound_m == tour.length_m


def test_one_more_stop_never_shortens_a_tour() -> None:
    """Each tour over a set of stops is one over its parts."""
    for seed in range(9):
        floor = grid_floor(Grid(1 + seed % 3, 5, bays=6, jitter_m=0.5), 9, seed)
        network, before_m = Network(floor.graph), 0.0
        for count in range(1, 10, 2):
            length_m = solve(network, floor.picks[:count], floor.start, floor.end).length_m
            assert length_m >= before_m - 1e-9
            before_m = length_m


def test_a_mirrored_layout_has_tours_of_the_same_length() -> None:
    """Left and right, front and back; and end to start."""
    for seed in range(9):
        floor = grid_floor(Grid(1 + seed % 3, 5, bays=6, gaps=0.1, jitter_m=0.5), 9, seed, open_ended=seed % 2 == 0)
        picks, _ = reachable(Network(floor.graph), floor.picks, floor.start, floor.end)
        tour = solve(Network(floor.graph), picks, floor.start, floor.end)
        mirrored = {name: (-y, -x) for name, (x, y) in floor.graph.nodes.items()}
        twin = Network(Graph(mirrored, tuple(Edge(e.v, e.u, e.length_m) for e in floor.graph.edges[::-1])))
        assert solve(twin, picks, floor.start, floor.end).length_m == pytest.approx(tour.length_m)
        assert solve(twin, picks, floor.end, floor.start).length_m == pytest.approx(tour.length_m)


def test_closing_an_edge_never_shortens_a_tour() -> None:
    """Neither on two-way nor on one-way floors."""
    for seed in range(16):
        network, picks, start, end = open_floor(seed * 2 + 1, oneway=seed % 2 == 1)
        before = prove(network, solve(network, picks, start, end))
        edge = random.Random(seed).choice(network.graph.edges)
        after_network = network.closing([*network.closed, (edge.u, edge.v)])
        try:
            after = prove(after_network, solve(after_network, picks, start, end))
        except NotFound:
            continue
        assert after.length_m >= before.length_m - 1e-6


@pytest.mark.parametrize("file", ["four_blocks_gaps_40", "one_block_30", "oneway_20", "oneway_open_30"])
@pytest.mark.parametrize("seed", [0, 1])
def test_the_shared_tours_are_found_and_proven(file: str, seed: int) -> None:
    """The proven optimum is met by the answer already, whatever the seed."""
    floor, optimum_m = read_floor(file)
    network = Network(floor.graph)
    answer = solve(network, floor.picks, floor.start, floor.end, seed=seed)
    assert (answer.length_m, answer.method) == (optimum_m, "frontier programme")
    assert prove(network, answer).optimal


@pytest.mark.parametrize("file", ["two_blocks_30", "three_blocks_30", "two_blocks_open_100"])
def test_the_shared_tours_of_some_blocks_are_proven_at_once(file: str) -> None:
    """No second step for undirected floors."""
    floor, optimum_m = read_floor(file)
    tour = solve(Network(floor.graph), floor.picks, floor.start, floor.end)
    assert (tour.length_m, tour.lower_bound_m, tour.optimal) == (optimum_m, optimum_m, True)


def read_floor(name: str) -> tuple[Floor, float]:
    """A shared file and its proven optimum."""
    document = json.loads((FILES / f"{name}.json").read_text())
    nodes = {node["id"]: (node["x"], node["y"]) for node in document["nodes"]}
    edges = tuple(Edge(edge["u"], edge["v"], edge["length"], edge["oneway"]) for edge in document["edges"])
    floor = Floor(name, Graph(nodes, edges), document["start"], document["end"], tuple(document["picks"]))
    return floor, document["optimum"]


def test_a_large_floor_is_reduced_and_its_tour_as_short_as_on_the_whole() -> None:
    """Forty aisles in three blocks: more junctions than are taken as they are."""
    for seed in range(3):
        floor = grid_floor(Grid(3, 40, bays=3), 8, seed)
        network = Network(floor.graph)
        tour = solve(network, floor.picks, floor.start, floor.end)
        assert tour.optimal
        assert tour.length_m == pytest.approx(shortest_of_all(network, floor.picks, floor.start, floor.end))


def test_without_time_there_is_still_a_tour_with_its_bound() -> None:
    """What was found first, honestly not called optimal."""
    floor = grid_floor(Grid(3, 8, oneway=True), 20, 1)
    network = Network(floor.graph)
    tour = solve(network, floor.picks, floor.start, floor.end, left_s=lambda: 0.0)
    assert_sound(network, tour, floor.picks, floor.start, floor.end)
    assert 0 < tour.lower_bound_m < tour.length_m
    assert not tour.optimal
    assert prove(network, tour, left_s=lambda: 0.0) == tour


def test_the_time_given_ends_the_search() -> None:
    """The clock is asked between kicks: a clock that jumps stops the work."""
    floor = grid_floor(Grid(3, 8, oneway=True), 20, 1)
    asked: list[None] = []

    def left_s() -> float:
        asked.append(None)
        return 1.0 if len(asked) < 10 else 0.0

    solve(Network(floor.graph), floor.picks, floor.start, floor.end, left_s=left_s)
    assert len(asked) < 15


def test_a_seed_has_one_answer() -> None:
    """The same tour node by node, on a fresh network too, warm or not."""
    floor = grid_floor(Grid(2, 8, oneway=True), 16, 5)
    network = Network(floor.graph)
    tour = solve(network, floor.picks, floor.start, floor.end, seed=7)
    warm_up(network, floor.start, floor.end)
    assert solve(network, floor.picks, floor.start, floor.end, seed=7) == tour
    assert solve(Network(floor.graph), floor.picks, floor.start, floor.end, seed=7) == tour


def test_a_block_told_by_its_measures_has_the_tours_of_its_graph() -> None:
    """Any door, uneven aisles; whole numbers stay whole."""
    dice = random.Random(3)
    for seed in range(40):
        aisles, bays, apart_m = dice.randint(1, 6), dice.randint(2, 16), dice.choice((1, 3))
        floor = grid_floor(Grid(1, aisles, bays=bays, apart_m=apart_m), dice.randint(1, 12), seed)
        door = dice.randrange(aisles)
        picks = [(int(pick[1:].split("_")[0]), int(pick.split("_")[2])) for pick in floor.picks]
        block = OneBlock([[1.5 + p for p in range(bays)]] * aisles, bays + 2, range(0, apart_m * aisles, apart_m), door)
        tour = solve(Network(floor.graph), floor.picks, f"C{door}_0", f"C{door}_0")
        assert block.length(block.masks(picks)) == pytest.approx(tour.length_m)
        by_aisle = {a: [1.5 + p for b, p in picks if b == a] for a in range(aisles)}
        assert one_block_length(by_aisle, bays + 2, range(0, apart_m * aisles, apart_m), door) == pytest.approx(
            tour.length_m
        )
    whole = OneBlock([range(1, 5)] * 2, 5, (0, 4)).length((1, 8))
    assert (whole, type(whole)) == (18, int)
    assert OneBlock([range(1, 5)] * 2, 5, (0, 4)).length((0, 0)) == 0

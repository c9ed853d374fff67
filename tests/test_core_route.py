"""The network of corridors, and what every tour keeps to."""

import math
import pickle
import random
from itertools import pairwise

import networkx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.core.errors import BadInput, Conflict, NotFound
from server.core.graph import Edge, Graph
from server.core.route import Network, reachable, solve, walk
from tests.route_floors import as_networkx, some_floor

RING = Graph(
    {"a": (0, 0), "b": (1, 0), "c": (1, 1), "d": (0, 1)},
    (Edge("a", "b", 1.0), Edge("b", "c", 2.0), Edge("c", "d", 4.0), Edge("d", "a", 8.0)),
)
LADDER = Graph(
    dict.fromkeys(("in", "a", "b", "x", "y", "z", "p"), (0.0, 0.0)),
    (
        Edge("in", "a", 1.0),
        Edge("a", "b", 9.0),
        Edge("a", "x", 1.0, aisle="A1"),
        Edge("x", "y", 1.0, aisle="A1"),
        Edge("y", "b", 1.0, aisle="A1"),
        Edge("a", "z", 2.0, aisle="A2"),
        Edge("z", "b", 2.0, aisle="A2"),
        Edge("b", "p", 1.0),
    ),
)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), oneway=st.booleans())
def test_distances_are_those_of_dijkstra_over_the_whole_graph(seed: int, oneway: bool) -> None:
    """Corridors and junction rows change nothing, one-way edges included."""
    floor = some_floor(seed, oneway=oneway)
    nodes = random.Random(seed).sample(sorted(floor.graph.nodes), min(8, len(floor.graph.nodes)))
    metres = Network(floor.graph).distances(nodes)
    whole = dict(networkx.all_pairs_dijkstra_path_length(as_networkx(floor.graph)))
    for i, u in enumerate(nodes):
        for j, v in enumerate(nodes):
            assert metres[i, j] == pytest.approx(whole[u].get(v, math.inf))


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10_000), oneway=st.booleans())
def test_a_path_walks_edges_and_is_as_long_as_the_distance(seed: int, oneway: bool) -> None:
    """Every consecutive pair is an edge that may be walked so."""
    floor = some_floor(seed, oneway=oneway)
    network, graph = Network(floor.graph), as_networkx(floor.graph)
    u, v = random.Random(seed).sample(sorted(floor.graph.nodes), 2)
    metres = float(network.distances((u, v))[0, 1])
    if metres == math.inf:
        with pytest.raises(NotFound, match="no open way"):
            network.path(u, v)
        return
    path = network.path(u, v)
    assert (path[0], path[-1]) == (u, v)
    assert sum(graph[a][b]["weight"] for a, b in pairwise(path)) == pytest.approx(metres)
    assert network.metres(path) == pytest.approx(metres)


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10_000), oneway=st.booleans())
def test_closing_edges_is_the_same_as_never_having_had_them(seed: int, oneway: bool) -> None:
    """A network with closed edges equals one built without them, and the first network stays as it was."""
    floor = some_floor(seed, oneway=oneway)
    dice = random.Random(seed)
    nodes = dice.sample(sorted(floor.graph.nodes), min(5, len(floor.graph.nodes)))
    closed = {(edge.u, edge.v) for edge in dice.sample(floor.graph.edges, min(2, len(floor.graph.edges)))}
    shut = closed | {(v, u) for u, v in closed}
    left = tuple(edge for edge in floor.graph.edges if (edge.u, edge.v) not in shut)
    network = Network(floor.graph)
    before = network.distances(nodes)
    after = network.closing(closed).distances(nodes)
    assert after == pytest.approx(Network(Graph(floor.graph.nodes, left)).distances(nodes))
    assert (after >= before - 1e-9).all()
    assert network.distances(nodes) == pytest.approx(before)


def test_a_ring_without_a_junction_has_distances() -> None:
    """It is given one."""
    network = Network(RING)
    assert network.distances(("b", "d")).tolist() == [[0, 6], [6, 0]]
    assert network.path("a", "d") == ("a", "b", "c", "d")


def test_parallel_corridors_between_two_junctions_both_count() -> None:
    """The shorter one is walked, until it is closed."""
    network = Network(LADDER)
    assert network.distances(("in", "p"))[0, 1] == 5
    assert network.closing([("x", "y")]).path("in", "p") == ("in", "a", "z", "b", "p")
    assert network.closing([("x", "y"), ("b", "z")]).distances(("in", "p"))[0, 1] == 11


def test_a_stop_behind_a_closed_edge_is_reached_from_the_other_end() -> None:
    """x from a, y from b, and the walk between them leads round."""
    tour = solve(Network(LADDER).closing([("x", "y")]), ["x", "y"], "in", "in")
    assert tour.optimal
    assert tour.length_m == 2 + 2 + 8 + 2


def test_a_network_survives_the_way_to_a_worker_process() -> None:
    """Pickled and back it answers the same."""
    network = Network(LADDER).closing([("x", "y")])
    again = pickle.loads(pickle.dumps(network))
    assert solve(again, ["x", "z"], "in", "p") == solve(network, ["x", "z"], "in", "p")


def test_an_edge_to_an_unknown_node_is_refused() -> None:
    """With its name."""
    with pytest.raises(BadInput, match="a–nowhere") as caught:
        Network(Graph({"a": (0, 0)}, (Edge("a", "nowhere", 1.0),)))
    assert caught.value.code == "unknown_node"


@pytest.mark.parametrize("length_m", [-1.0, math.inf, math.nan])
def test_an_edge_without_a_sound_length_is_refused(length_m: float) -> None:
    """Negative, endless or no number."""
    with pytest.raises(BadInput, match="finite number of metres"):
        Network(Graph({"a": (0, 0), "b": (1, 0)}, (Edge("a", "b", length_m),)))


def test_closing_what_is_no_edge_is_refused() -> None:
    """Rather than doing nothing."""
    with pytest.raises(NotFound, match="no edge between in and p"):
        Network(LADDER).closing([("in", "p")])


def test_every_unreachable_stop_is_named() -> None:
    """All of them at once, in the error and apart from the others."""
    network = Network(LADDER).closing([("a", "x"), ("x", "y"), ("b", "p")])
    assert reachable(network, ["p", "z", "x", "z"], "in", "in") == (("z",), ("p", "x"))
    with pytest.raises(NotFound, match="p, x") as caught:
        solve(network, ["p", "z", "x"], "in", "in")
    assert caught.value.code == "unreachable"


def test_an_unknown_stop_is_refused() -> None:
    """By name."""
    with pytest.raises(NotFound, match="no node q"):
        solve(Network(LADDER), ["q"], "in", "in")


def test_one_way_edges_that_allow_no_common_walk_are_a_conflict_or_unreachable() -> None:
    """Two stops each on a way from start to end, but on different ones."""
    graph = Graph(
        dict.fromkeys("sxyt", (0.0, 0.0)),
        tuple(Edge(u, v, 1.0, oneway=True) for u, v in (("s", "x"), ("s", "y"), ("x", "t"), ("y", "t"))),
    )
    assert reachable(Network(graph), ["x", "y"], "s", "t") == (("x", "y"), ())
    with pytest.raises((Conflict, NotFound)):
        solve(Network(graph), ["x", "y"], "s", "t")


def test_a_tour_without_stops_is_the_walk_from_start_to_end() -> None:
    """Also when both are the same place."""
    assert solve(Network(LADDER), [], "in", "p").path == ("in", "a", "x", "y", "b", "p")
    nowhere = solve(Network(LADDER), [], "in", "in")
    assert (nowhere.path, nowhere.length_m, nowhere.optimal) == (("in",), 0.0, True)


def test_stops_at_the_start_the_end_and_twice_are_told_once() -> None:
    """Where the walk comes to them first."""
    tour = solve(Network(LADDER), ["p", "in", "x", "x"], "in", "p")
    assert tour.stops == ("in", "x", "p")
    assert tour.length_m == 5


def test_the_order_that_is_given_is_the_order_that_is_walked() -> None:
    """A list's order has its length too."""
    tour = walk(Network(LADDER), ["y", "x", "z"], "in", "in")
    assert tour.stops == ("y", "x", "z")
    assert tour.length_m == 3 + 1 + 3 + 3
    assert not tour.optimal

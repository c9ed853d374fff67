"""Many tours weighed at once: as long as those that are solved one by one."""

import pickle
import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.core.batch import OneBlockLengths
from server.core.batch.narrow import NarrowLengths, narrow_lengths
from server.core.batch.ordered import OrderedLengths
from server.core.graph import Edge, Graph
from server.core.layout import Layout, Shape, generate, read_layout
from server.core.route import Network, OneBlock, solve

AISLES, POINTS, LENGTH_M, APART_M = 4, 33, 36, 5
PICKS = st.sets(st.tuples(st.integers(0, AISLES - 1), st.integers(0, POINTS - 1)), min_size=1, max_size=12)


# four aisles with three words of points each, and a gap at either end
BLOCK = OneBlockLengths(range(2, POINTS + 2), LENGTH_M, [APART_M * aisle for aisle in range(AISLES)])


@given(st.lists(PICKS, min_size=1, max_size=8))
def test_a_block_is_walked_as_the_single_sweep_walks_it(sets: list[set[tuple[int, int]]]) -> None:
    """Whatever the picks; words, gaps between words and empty aisles included."""
    single = OneBlock([range(2, POINTS + 2)] * AISLES, LENGTH_M, [APART_M * aisle for aisle in range(AISLES)])
    wanted = [single.length(single.masks(picks)) for picks in sets]
    assert BLOCK(BLOCK.stops(sets)).tolist() == wanted


def test_the_union_of_columns_is_the_union_of_stops() -> None:
    """What a batch walks follows from its orders' bits."""
    one, other = [(0, 3), (2, 30)], [(2, 1), (3, 17)]
    bits = BLOCK.stops([one, other, one + other])
    assert BLOCK(bits[:, :1] | bits[:, 1:2]) == BLOCK(bits[:, 2:])


def floor(blocks: int) -> tuple[Layout, list[str]]:
    """A small warehouse and the nodes where something lies."""
    layout = read_layout(generate("t", Shape(blocks=blocks, aisles=4, bays=4, levels=1)))
    return layout, sorted(set(layout.access.values()))


@pytest.mark.parametrize("blocks", [1, 2, 3])
@pytest.mark.parametrize("closed", [True, False], ids=["back to the depot", "to a station"])
def test_narrow_floors_are_walked_as_the_solver_walks_them(blocks: int, closed: bool) -> None:
    """Sets of one to twelve stops, up to the rounding of single precision."""
    layout, nodes = floor(blocks)
    network, start = Network(layout.graph), layout.depots[0].node
    end = start if closed else layout.stations[0].node
    lengths = narrow_lengths(network, nodes, start, end)
    assert isinstance(lengths, NarrowLengths)
    dice = random.Random(blocks)
    sets = [dice.sample(nodes, size) for size in (1, 1, 2, 3, 4, 6, 9, 12)]
    wanted = [solve(network, picks, start, end).length_m for picks in sets]
    assert lengths(lengths.stops(sets)) == pytest.approx(wanted, abs=0.01)


def test_stops_at_junctions_ends_and_dead_ends_are_walked_to() -> None:
    """A graph with all of them, where nothing lies on a plain corridor alone."""
    places = {name: (float(i), float(i % 3)) for i, name in enumerate("ABCDEFG")}
    pairs = [("A", "B", 2.0), ("B", "C", 3.0), ("C", "D", 2.0), ("D", "A", 4.0), ("B", "E", 1.0), ("C", "F", 5.0)]
    graph = Graph(places, tuple(Edge(u, v, m) for u, v, m in [*pairs, ("F", "G", 2.0), ("F", "D", 1.0)]))
    network = Network(graph)
    lengths = narrow_lengths(network, "ABCDEFG", "A", "C")
    assert lengths is not None
    sets = [[a, b, c] for a in "ABCD" for b in "CEF" for c in "BFG"]
    wanted = [solve(network, picks, "A", "C").length_m for picks in sets]
    assert lengths(lengths.stops(sets)) == pytest.approx(wanted, abs=1e-3)


def test_a_floor_with_one_way_edges_is_not_taken_for_a_narrow_one() -> None:
    """The frontier knows no directions here."""
    graph = Graph(
        {"A": (0, 0), "B": (1, 0), "C": (0, 1)}, (Edge("A", "B", 1, True), Edge("B", "C", 1), Edge("C", "A", 1))
    )
    assert narrow_lengths(Network(graph), ["B", "C"], "A", "A") is None


def test_walks_in_one_order_for_all_are_possible_walks() -> None:
    """Never shorter than the shortest, on one-way aisles too, and the shortest for a single stop."""
    places = {name: (float(i), 0.0) for i, name in enumerate("ABCDE")}
    ring = tuple(Edge(u, v, 1.0 + i, oneway=i % 2 == 0) for i, (u, v) in enumerate(zip("ABCDE", "BCDEA", strict=True)))
    network = Network(Graph(places, ring))
    lengths = OrderedLengths(network, "BCDE", "A", "A")
    sets = [["B"], ["D"], ["B", "E"], ["C", "D", "E"], ["B", "C", "D", "E"]]
    found = lengths(lengths.stops(sets))
    wanted = np.array([solve(network, picks, "A", "A").length_m for picks in sets])
    assert (found >= wanted - 1e-9).all()
    assert found[:2].tolist() == wanted[:2].tolist()


@settings(max_examples=25)
@given(st.sets(st.integers(0, 31), min_size=1, max_size=9), st.integers(0, 31))
def test_one_stop_more_never_makes_a_walk_shorter(some: set[int], more: int) -> None:
    """The search relies on it."""
    layout, nodes = floor(2)
    network = Network(layout.graph)
    start, end = layout.depots[0].node, layout.stations[0].node
    sets = [[nodes[i] for i in some], [nodes[i] for i in {*some, more}]]
    for lengths in (LENGTHS, OrderedLengths(network, nodes, start, end)):
        few, many = lengths(lengths.stops(sets))
        assert few <= many + 1e-3


def narrow() -> NarrowLengths:
    """Two blocks, from the depot to a station."""
    layout, nodes = floor(2)
    found = narrow_lengths(Network(layout.graph), nodes, layout.depots[0].node, layout.stations[0].node)
    assert found is not None
    return found


LENGTHS = narrow()


def test_evaluators_travel_between_processes() -> None:
    """Planning runs beside the server."""
    stops = LENGTHS.stops([LENGTHS.nodes[:3], LENGTHS.nodes[2:9]])
    assert pickle.loads(pickle.dumps(LENGTHS))(stops).tolist() == LENGTHS(stops).tolist()

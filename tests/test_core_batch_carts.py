"""Totes on carts: what a cart holds is kept to, cutoffs go before metres, and walks are short."""

import math

import pytest

from server.core import batch
from server.core.batch import Capacity, Item, Pace, Tote, plan_batches, plan_in_time, walks_on
from server.core.batch.in_time import cost
from server.core.graph import Edge, Graph
from server.core.layout import Shape, generate, read_layout
from server.core.route import Network, solve

LAYOUT = read_layout(generate("t", Shape(blocks=2, aisles=6, bays=6, levels=1)))
NODES = sorted(set(LAYOUT.access.values()))
START, END = LAYOUT.depots[0].node, LAYOUT.stations[0].node
NETWORK = Network(LAYOUT.graph)


WALKS = walks_on(NETWORK, NODES, START, END)


def totes(count: int, *, volume_ml: int = 0, weight_g: int = 0) -> list[Tote]:
    """Totes of one to three stops strewn over the floor."""
    return [
        Tote(f"O{i}", (), tuple(NODES[(i * 37 + k * 11) % len(NODES)] for k in range(1 + i % 3)), volume_ml, weight_g)
        for i in range(count)
    ]


def walked_m(some: list[Tote], carts: tuple[batch.Batch, ...]) -> float:
    """With solved tours."""
    picks = [sorted({node for i in cart for node in some[i].nodes}) for cart in carts]
    return sum(solve(NETWORK, stops, START, END).length_m for stops in picks)


def test_carts_are_planned_shorter_than_by_nearness_alone() -> None:
    """Every tote on one cart, none too full, and the same again for the same seed."""
    some = totes(10)
    carts = plan_batches(some, Capacity(3), WALKS)
    assert sorted(i for cart in carts for i in cart) == list(range(10))
    assert max(map(len, carts)) <= 3
    listed = [START, *NODES]
    near = batch.group(some, NETWORK.distances(listed), {node: i for i, node in enumerate(listed)}, 3)
    assert walked_m(some, carts) < walked_m(some, near)
    assert carts == plan_batches(some, Capacity(3), WALKS)


@pytest.mark.parametrize(
    ("capacity", "most"),
    [(Capacity(6, volume_ml=100_000), 2), (Capacity(6, weight_g=20_000), 4), (Capacity(3), 3), (Capacity(6, 1, 1), 1)],
)
def test_totes_volume_and_weight_are_each_a_limit(capacity: Capacity, most: int) -> None:
    """A tote too large for any cart has one for itself."""
    carts = plan_batches(totes(8, volume_ml=50_000, weight_g=5_000), capacity, WALKS)
    assert sorted(i for cart in carts for i in cart) == list(range(8))
    assert max(map(len, carts)) == most


def test_a_tote_knows_its_volume_and_weight() -> None:
    """From its units; those whose volume nobody has entered count a quarter of a litre."""
    (tote,) = batch.fill([Item(1, "O1", "a", 4, 100, 30), Item(2, "O1", "b", 2)])
    assert (tote.volume_ml, tote.weight_g) == (4 * 100 + 2 * batch.UNIT_ML, 120)


def test_no_totes_are_no_batches() -> None:
    """Nothing to plan."""
    assert plan_batches([], Capacity(4), WALKS) == ()


def test_floors_with_one_way_aisles_are_batched_too() -> None:
    """Two lanes to be walked one way: totes of one lane go together."""
    spots = {f"{lane}{i}": (float(i), float(row)) for row, lane in enumerate("UV") for i in range(6)}
    lanes = [Edge(f"{lane}{i}", f"{lane}{i + 1}", 5.0, oneway=True) for lane in "UV" for i in range(5)]
    links = [Edge("D", f"{lane}{i}", 1.0) for lane in "UV" for i in (0, 5)]
    network = Network(Graph({"D": (0.0, 0.0), **spots}, (*lanes, *links)))
    some = [Tote(f"O{i}", (), (f"{'UV'[i % 2]}{1 + i % 4}",)) for i in range(8)]
    carts = plan_batches(some, Capacity(4), walks_on(network, spots, "D", "D"))
    assert {frozenset(some[i].nodes[0][0] for i in cart) for cart in carts} == {frozenset("U"), frozenset("V")}


SLOW = Pace(pickers=1, speed_m_s=1.0, stop_s=10.0, batch_s=60.0)


def test_a_cutoff_goes_before_metres() -> None:
    """Two urgent totes at either end of the floor: together they are in time, each with its neighbour is shorter."""
    far_apart = NODES[0], NODES[-1]
    some = [Tote(f"O{i}", (), (far_apart[i % 2],)) for i in range(4)]
    near = plan_batches(some, Capacity(2), WALKS)
    assert set(near) == {(0, 2), (1, 3)}
    alone = cost(some, [math.inf] * 4, [(0, 1)], WALKS, SLOW).length_m
    urgent_s = SLOW.batch_s + 2 * SLOW.stop_s + alone / SLOW.speed_m_s
    assert plan_in_time(some, [urgent_s, urgent_s, 90_000, 90_000], Capacity(2), WALKS, SLOW) == ((0, 1), (2, 3))
    assert set(plan_in_time(some, [9_000, 9_000, 90_000, 90_000], Capacity(2), WALKS, SLOW)) == set(near)


def test_batches_are_walked_by_their_first_cutoff() -> None:
    """Those without one come last."""
    due_s = [math.inf, 5_000.0, 200.0, math.inf, 200.0, 5_000.0]
    carts = plan_in_time(totes(6), due_s, Capacity(2), WALKS, SLOW)
    first = [min(due_s[i] for i in cart) for cart in carts]
    assert first == sorted(first)


def test_more_pickers_are_late_less() -> None:
    """The next batch goes to whoever is free first."""
    some, due_s = totes(9), [500.0] * 9
    carts = plan_batches(some, Capacity(3), WALKS)
    one, three = (cost(some, due_s, carts, WALKS, Pace(pickers=n)) for n in (1, 3))
    assert three.late < one.late
    assert three.length_m == one.length_m

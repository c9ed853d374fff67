"""Totes and batches: nothing left out, carts full, and walks far shorter than first come, first served."""

from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from server.core import batch
from server.core.batch import Item, Tote
from server.core.layout import Shape, generate, read_layout
from server.core.route import Network, solve


def test_an_order_that_fits_into_one_tote_gets_one() -> None:
    """Two lines, one tote, stops in the order given."""
    totes = batch.fill([Item(1, "O1", "b", 10, 100), Item(2, "O1", "a", 5, 100)], tote_ml=2_000)
    assert totes == (Tote("O1", ((1, 10), (2, 5)), ("b", "a")),)


def test_a_line_larger_than_a_tote_is_split_over_totes() -> None:
    """25 units of a litre want three totes of ten."""
    totes = batch.fill([Item(1, "O1", "a", 25, 1_000)], tote_ml=10_000)
    assert [tote.contents for tote in totes] == [((1, 10),), ((1, 10),), ((1, 5),)]


def test_a_unit_larger_than_a_tote_is_not_left_out() -> None:
    """It sticks out, but it is picked; each has a tote for itself."""
    totes = batch.fill([Item(1, "O1", "a", 2, 99_000)], tote_ml=10_000)
    assert [tote.contents for tote in totes] == [((1, 1),), ((1, 1),)]


def test_a_line_is_split_only_when_the_tote_would_stay_rather_empty() -> None:
    """Half a tote is worth a second visit to the stop, a last litre is not."""
    half = batch.fill([Item(1, "O1", "a", 5, 1_000), Item(2, "O1", "b", 8, 1_000)], tote_ml=10_000)
    assert [tote.contents for tote in half] == [((1, 5), (2, 5)), ((2, 3),)]
    last = batch.fill([Item(1, "O1", "a", 9, 1_000), Item(2, "O1", "b", 8, 1_000)], tote_ml=10_000)
    assert [tote.contents for tote in last] == [((1, 9),), ((2, 8),)]


def test_two_orders_never_share_a_tote() -> None:
    """However small they are."""
    totes = batch.fill([Item(1, "O1", "a", 1), Item(2, "O2", "a", 1)])
    assert [tote.order_ref for tote in totes] == ["O1", "O2"]


ITEMS = st.lists(st.tuples(st.integers(0, 2), st.integers(1, 40), st.integers(0, 12_000)), max_size=12).map(
    lambda rows: [Item(i, f"O{o}", f"n{i % 4}", qty, ml) for i, (o, qty, ml) in enumerate(sorted(rows))]
)


@given(ITEMS)
def test_every_unit_lies_in_a_tote_of_its_order(items: list[Item]) -> None:
    """And no tote holds more than it can, but for a single unit that is larger than any tote."""
    totes = batch.fill(items, tote_ml=10_000)
    laid = Counter[int]()
    by_key = {item.key: item for item in items}
    for tote in totes:
        assert {by_key[key].order_ref for key, _ in tote.contents} == {tote.order_ref}
        assert set(tote.nodes) == {by_key[key].node for key, _ in tote.contents}
        units = sum(count for _, count in tote.contents)
        assert units == 1 or sum((by_key[key].unit_ml or batch.UNIT_ML) * n for key, n in tote.contents) <= 10_000
        laid.update(dict(tote.contents))
    assert laid == Counter({item.key: item.qty_each for item in items})


def floor(blocks: int = 2) -> tuple[Network, list[str], str, str]:
    """A small warehouse: its network, pick nodes, start and end."""
    layout = read_layout(generate("t", Shape(blocks=blocks, aisles=6, bays=8, levels=1)))
    nodes = sorted(set(layout.access.values()))
    return Network(layout.graph), nodes, layout.depots[0].node, layout.stations[0].node


@given(st.integers(0, 30), st.integers(1, 9))
def test_every_tote_is_on_one_cart_and_no_cart_is_needless(count: int, slots: int) -> None:
    """Whatever the totes are."""
    size = 12
    metres = np.abs(np.subtract.outer(np.arange(size), np.arange(size))).astype(float)
    row_of = {f"n{i}": i for i in range(size)}
    totes = [
        Tote(f"O{i}", (), tuple(sorted({f"n{(i * 7 + k) % size}" for k in range(1 + i % 4)}))) for i in range(count)
    ]
    batches = batch.group(totes, metres, row_of, slots)
    assert sorted(tote for one in batches for tote in one) == list(range(count))
    assert len(batches) == -(-count // slots)
    assert batches == batch.group(totes, metres, row_of, slots)


def test_batches_walk_less_than_first_come_first_served() -> None:
    """A third less on forty small orders, with the tours of both solved alike."""
    network, nodes, start, end = floor()
    totes = [
        Tote(f"O{i}", (), tuple(nodes[(i * 37 + k * 11) % len(nodes)] for k in range(1 + i % 3))) for i in range(40)
    ]
    listed = [start, *nodes]
    batches = batch.group(totes, network.distances(listed), {node: i for i, node in enumerate(listed)}, slots=8)

    def walked_m(carts: tuple[batch.Batch, ...]) -> float:
        picks = [sorted({node for i in cart for node in totes[i].nodes}) for cart in carts]
        return sum(solve(network, stops, start, end).length_m for stops in picks)

    assert walked_m(batches) < 0.67 * walked_m(batch.first_come(totes, batch.Capacity(8)))

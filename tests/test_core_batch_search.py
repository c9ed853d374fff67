"""Batches of orders: as short as brute force finds them where that is possible, sound and anytime everywhere."""

import itertools
import random
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.core.batch import OneBlockLengths, Plan, Problem, search
from server.core.batch.columns import Columns
from server.core.batch.descent import Descent
from server.core.batch.generate import Found, relax
from server.core.batch.master import Master, choose
from server.core.batch.pricing import every, neighbours
from server.core.batch.savings import merge_by_savings
from server.core.route import unhurried

ROOM = 10
LENGTHS = OneBlockLengths(range(1, 21), 20, range(0, 25, 5))


def problem(orders: int, seed: int, *, listed: int = 20_000, room: int = ROOM) -> Problem:
    """Orders of one to six picks in a block of five aisles; a cart holds `room` picks."""
    dice = random.Random(seed)
    picks = [[(dice.randrange(5), dice.randrange(20)) for _ in range(dice.randint(1, 6))] for _ in range(orders)]
    sizes = np.array([[len(of_order)] for of_order in picks]).reshape(-1, 1)
    return Problem(LENGTHS.stops(picks), sizes, np.array([room]), LENGTHS, 2.0, listed)


def metres(of: Problem, plan: Sequence[Sequence[int]]) -> float:
    """What a plan costs."""
    return float(of.costs(of.members(plan, max(map(len, plan), default=1))).sum())


def partitions(items: list[int]) -> Iterator[list[list[int]]]:
    """Every way to part some items."""
    if not items:
        yield []
        return
    for size in range(len(items)):
        for others in itertools.combinations(items[1:], size):
            rest = [item for item in items[1:] if item not in others]
            for parts in partitions(rest):
                yield [[items[0], *others], *parts]


def shortest(of: Problem) -> float:
    """By trying everything."""
    fitting = (
        plan
        for plan in partitions(list(range(of.count)))
        if all((of.sizes[batch].sum(axis=0) <= of.room).all() for batch in plan)
    )
    return min(metres(of, plan) for plan in fitting)


def is_sound(of: Problem, plan: Plan) -> bool:
    """Every item once, no cart too full, the length as told and not below the bound."""
    return (
        sorted(item for batch in plan.batches for item in batch) == list(range(of.count))
        and all((of.sizes[list(batch)].sum(axis=0) <= of.room).all() for batch in plan.batches)
        and plan.length_m == pytest.approx(metres(of, plan.batches))
        and plan.lower_bound_m <= plan.length_m
    )


@pytest.mark.parametrize("listed", [20_000, 0], ids=["all batches listed", "batches found"])
@pytest.mark.parametrize("seed", range(3))
def test_six_orders_are_batched_as_brute_force_batches_them(seed: int, listed: int) -> None:
    """And where all batches are listed, that is proven."""
    of = problem(6, seed, listed=listed)
    plan = search(of)
    assert is_sound(of, plan)
    assert plan.length_m == shortest(of)
    assert plan.optimal is (listed > 0)


@settings(max_examples=10, deadline=None)
@given(st.integers(1, 14), st.integers(0, 10**6), st.integers(6, 16))
def test_plans_are_sound_and_no_longer_than_savings_alone(orders: int, seed: int, room: int) -> None:
    """Whatever the orders are."""
    of = problem(orders, seed, room=room)
    plan = search(of)
    assert is_sound(of, plan)
    assert plan.length_m <= metres(of, merge_by_savings(of))


def test_without_orders_there_is_nothing_to_walk() -> None:
    """No batch, no metre."""
    assert search(problem(0, 1)) == Plan((), 0.0)


def test_with_no_time_there_is_a_plan_all_the_same() -> None:
    """Savings alone; and a clock that runs out later cuts in where it may."""
    of = problem(30, 5, listed=0)
    assert is_sound(of, search(of, left_s=lambda: 0.0))
    for asked in (1, 10, 40):
        ticks = iter(range(asked, -1000, -1))
        assert is_sound(of, search(of, left_s=lambda ticks=ticks: float(next(ticks))))  # type: ignore[misc]


@pytest.mark.parametrize("shaken", [True, False])
def test_the_same_seed_gives_the_same_plan(shaken: bool) -> None:
    """When no clock cuts in."""
    of = problem(12, 3, listed=0)
    if shaken:
        of = replace(of, screen=lambda stops: np.zeros((stops.shape[1], 12)), looked_at=12)
    assert search(of, seed=4) == search(of, seed=4)
    assert is_sound(of, search(of, seed=5))


def test_a_bound_without_a_proof_is_below_what_brute_force_finds() -> None:
    """The relaxed optimum over all batches."""
    for seed in range(3):
        of = problem(6, seed)
        found = Found(Columns(6, of.most_on_a_cart()), complete=True)
        members = every(of, found.columns.width, 20_000)
        assert members is not None
        found.columns.add(members, of.costs(members))
        master = Master(of, np.ones(6, bool), found.columns.width)
        master.add(members[:6], of.costs(members[:6]))
        assert relax(master, found, unhurried).length_m <= shortest(of) + 1e-6


def test_neighbours_are_one_item_away_and_fit() -> None:
    """All of them are found, with the right lengths."""
    of = problem(6, 2)
    width = of.most_on_a_cart()
    members, costs = neighbours(of, [(0, 1)], width)
    found = {tuple(i for i in row if i < 6) for row in members.tolist()}
    near = [{0}, {1}, *({0, i} for i in range(2, 6)), *({1, i} for i in range(2, 6)), *({0, 1, i} for i in range(2, 6))]
    assert found == {tuple(sorted(batch)) for batch in near if of.sizes[list(batch)].sum() <= ROOM}
    assert costs.tolist() == of.costs(members).tolist()


def test_only_so_many_batches_are_listed() -> None:
    """Above the limit none is."""
    of = problem(8, 1)
    listed = every(of, of.most_on_a_cart(), 20_000)
    assert listed is not None
    sets = [c for size in range(1, 9) for c in itertools.combinations(range(8), size)]
    assert len(listed) == sum(of.sizes[list(batch)].sum() <= ROOM for batch in sets)
    assert every(of, of.most_on_a_cart(), len(listed) - 1) is None


def test_whole_batches_are_chosen_however_often_one_is_offered() -> None:
    """The plan to begin with may be among the columns; the best plan over them is found."""
    of = problem(6, 1)
    members = every(of, of.most_on_a_cart(), 20_000)
    assert members is not None
    columns = Columns(6, of.most_on_a_cart())
    for _ in range(2):
        columns.add(members, of.costs(members))
    plan, bound_m = choose(of, columns, [(item,) for item in range(6)], unhurried)
    assert metres(of, plan) == shortest(of) == of.round_up(bound_m)


def test_no_single_exchange_or_move_shortens_where_a_descent_ends() -> None:
    """Each is tried by hand."""
    of = problem(10, 7)
    length_m, plan = Descent(of).run([[item] for item in range(10)])
    assert length_m == metres(of, plan)
    where = {item: cart for cart, batch in enumerate(plan) for item in batch}
    for one, other in itertools.combinations(range(10), 2):
        swapped = [[{one: other, other: one}.get(item, item) for item in batch] for batch in plan]
        moved = [[item for item in batch if item != one] for batch in plan]
        moved[where[other]].append(one)
        for changed in (swapped, [batch for batch in moved if batch]):
            if all((of.sizes[batch].sum(axis=0) <= of.room).all() for batch in changed):
                assert metres(of, changed) >= length_m

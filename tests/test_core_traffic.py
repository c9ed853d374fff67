"""Narrow aisles: which stretches they have, how long a tour is in each, and what happens when tours meet."""

from collections.abc import Sequence
from itertools import pairwise, permutations, product
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.core.layout import Layout, Shape, close, generate, read_layout
from server.core.route import Network, solve, walk
from server.core.traffic import (
    Departed,
    Leg,
    Played,
    Tempo,
    Walk,
    choose,
    play,
    rest_of,
    sections_of,
    timetable,
    walk_of,
)
from server.core.traffic.ways import MOST_LONGER_M, other_orders
from tests.layout_cases import example, straight

NARROW = read_layout(generate("narrow", Shape(blocks=2, aisles=4, bays=3, levels=1, stations=1, capacity=1)))
SECTIONS = sections_of(NARROW)
TEMPO = Tempo(speed_m_s=1.0, stop_s=10.0, end_s=60.0)

LEGS = st.builds(Leg, st.sampled_from(["", "A", "B", "C"]), st.integers(1, 60).map(float))
WALKS = st.lists(LEGS, min_size=1, max_size=5).map(lambda legs: Walk(tuple(legs)))
TOURS = st.lists(st.lists(WALKS, min_size=1, max_size=2), min_size=1, max_size=3)
LIMITS = st.fixed_dictionaries({"A": st.integers(1, 2), "B": st.integers(1, 2)})  # C has none


def departures(ways: Sequence[Walk]) -> list[Departed]:
    """All of them at once."""
    return [Departed(way.legs) for way in ways]


def most_at_once(played: Played, section: str) -> int:
    """How many are in a section at its fullest; who leaves makes room for who enters at that moment."""
    stays = [one for one in played.passages if one.section == section]
    moments = sorted([(one.left_s, 0) for one in stays] + [(one.entered_s, 1) for one in stays])
    inside = most = 0
    for _, enters in moments:
        inside += 1 if enters else -1
        most = max(most, inside)
    return most


# --- stretches ----------------------------------------------------------------------------------------------------


def test_a_narrow_aisle_is_one_stretch_between_each_two_cross_aisles() -> None:
    """Four aisles through two blocks; at the crossings one can stand aside."""
    assert SECTIONS.limits == {f"A{aisle:02}:{block}": 1 for aisle in range(1, 5) for block in (1, 2)}
    assert SECTIONS.between("A01+X1", "A01/1") == SECTIONS.between("A01/1", "A01+X1") == "A01:1"
    assert SECTIONS.between("A01/4", "A01+X2") == "A01:2"
    assert SECTIONS.between("A01+X1", "A02+X1") == ""
    assert {"A01+X1", "A01+X2", "A01+X3"} <= SECTIONS.aside
    assert SECTIONS.of_node["A01/1"] == "A01:1"


def test_a_link_to_a_station_does_not_end_a_stretch() -> None:
    """Nobody waits at a packing table's doorstep; but a free walk that leads on is a place to step aside."""
    document = straight()
    document["aisles"][0]["capacity"] = 2
    document["stations"] = [{"code": "P", "kind": "pack", "x_m": 9, "y_m": 11, "joins": "A"}]
    assert sections_of(read_layout(document)).limits == {"A:1": 2}
    document["nodes"] = [
        {"id": "N", "x_m": 10, "y_m": 12, "joins": "A"},
        {"id": "M", "x_m": 10, "y_m": 20, "joins": "S"},
    ]
    document["edges"] = [{"u": "N", "v": "M"}]
    assert sections_of(read_layout(document)).limits == {"A:1": 2, "A:2": 2}


def test_narrow_aisles_that_meet_end_to_end_are_one_stretch_with_the_smaller_capacity() -> None:
    """Between them nobody could wait without standing in the way."""
    document = straight()
    first = document["aisles"][0] | {"to": [12, 10], "capacity": 2}
    second = {"code": "B", "from": [12, 10], "to": [20, 10], "capacity": 1, "racks": []}
    sections = sections_of(read_layout(document | {"aisles": [first, second]}))
    assert sections.limits == {"A:1": 1}


def test_a_layout_without_capacities_has_no_stretches() -> None:
    """Nothing is computed for it."""
    assert not sections_of(read_layout(example("small"))).of_edge


def test_a_closed_aisle_keeps_its_stretch() -> None:
    """Who is in it when it is closed is still in it."""
    assert sections_of(close(NARROW, ["A02"])).limits == SECTIONS.limits


# --- tours as seconds ---------------------------------------------------------------------------------------------


def walk_over(layout: Layout, stops: Sequence[str], network: Network) -> Walk:
    """The stops in this order, from the depot to the station."""
    tour = walk(network, stops, layout.depots[0].node, layout.stations[0].node)
    return walk_of(
        tour.path, [(stop, TEMPO.stop_s) for stop in stops], SECTIONS, lambda u, v: network.metres((u, v)), TEMPO
    )


def test_a_walk_takes_as_long_as_its_metres_and_stops() -> None:
    """And its lines are done in their order, the last hand-over apart."""
    network = Network(NARROW.graph)
    stops = ["A01/1", "A01/5", "A03/5", "A03/2"]
    tour = walk(network, stops, NARROW.depots[0].node, NARROW.stations[0].node)
    found = walk_over(NARROW, stops, network)
    assert found.seconds == pytest.approx(tour.length_m / TEMPO.speed_m_s + 4 * TEMPO.stop_s + TEMPO.end_s)
    assert [leg.section for leg in found.legs] == ["", "A01:1", "A01:2", "", "A03:2", "A03:1", ""]
    assert found.legs[1].seconds == pytest.approx(network.metres(network.path("A01+X1", "A01+X2")) + TEMPO.stop_s)
    assert list(found.done_s) == sorted(found.done_s)
    assert found.done_s[-1] < found.seconds - TEMPO.end_s


def test_turning_round_in_a_stretch_is_one_stay_and_coming_back_another() -> None:
    """Down a stretch and up again; and once more from the crossing."""
    network = Network(NARROW.graph)
    assert [leg.section for leg in walk_over(NARROW, ["A02/2"], network).legs].count("A02:1") == 1
    path = ("A02+X1", "A02/1", "A02+X1", "A02/1", "A02+X1")
    again = walk_of(path, [], SECTIONS, lambda u, v: network.metres((u, v)), TEMPO)
    assert [leg.section for leg in again.legs] == ["A02:1", "A02:1", ""]


def test_the_rest_of_a_walk_is_told_from_its_scans() -> None:
    """Who has waited is not past the next open line, who is quick is past the last one done."""
    walk = Walk((Leg("", 10), Leg("A", 20), Leg("", 30), Leg("B", 20), Leg("", 5)), (20.0, 70.0))
    assert rest_of(walk, -15, 0, now_s=100) == Departed(walk.legs, 115)
    assert rest_of(walk, 12, 0, now_s=100) == Departed((Leg("A", 18), *walk.legs[2:]), 100, inside=True)
    assert rest_of(walk, 500, 0, now_s=100).legs[0] == Leg("A", 10)  # the first line is still open
    assert rest_of(walk, 5, 1, now_s=100).legs[0] == Leg("A", 10)  # and here it is done
    assert rest_of(walk, 500, 1, now_s=100).legs == (Leg("B", 10), Leg("", 5))
    assert rest_of(walk, 500, 9, now_s=100).legs == ()


# --- tours that meet ----------------------------------------------------------------------------------------------


def test_who_comes_second_waits_outside_until_the_first_is_out() -> None:
    """The second is let in at that very moment, the third after it."""
    ways = [Walk((Leg("", start), Leg("A", 10))) for start in (0.5, 3, 2)]
    played = play(departures(ways), {"A": 1})
    assert [(one.tour, one.entered_s) for one in played.passages] == [(0, 0.5), (2, 10.5), (1, 20.5)]
    assert list(zip(played.waited_s, played.ended_s, strict=True)) == [(0, 10.5), (17.5, 30.5), (8.5, 20.5)]


def test_two_tours_through_the_same_stretches_in_opposite_order_do_not_lock() -> None:
    """Each is out of its stretch before it waits for the other's."""
    there, back = Walk((Leg("A", 10), Leg("B", 10))), Walk((Leg("B", 10), Leg("A", 10)))
    played = play(departures([there, back, there, back]), {"A": 1, "B": 1})
    assert played.ended_s == (30, 30, 40, 40)


def test_whoever_is_inside_already_waits_for_nobody() -> None:
    """Though more are in than there should be."""
    inside = [Departed((Leg("A", seconds),), inside=True) for seconds in (5.0, 8.0)]
    played = play([*inside, Departed((Leg("A", 1),))], {"A": 1})
    assert played.waited_s == (0, 0, 8)


@settings(max_examples=40)
@given(TOURS, LIMITS)
def test_no_stretch_ever_holds_more_than_it_takes_and_everybody_arrives(
    tours: list[list[Walk]], limits: dict[str, int]
) -> None:
    """Unplanned and planned; what each takes is its walk and its waiting, nothing else."""
    plan = timetable(tours, limits)
    unplanned = play(departures([ways[0] for ways in tours]), limits)
    for section, limit in limits.items():
        assert most_at_once(unplanned, section) <= limit
        assert most_at_once(plan.played, section) <= limit
    for number, (ways, one) in enumerate(zip(tours, plan.departures, strict=True)):
        took_s = one.held_s + ways[one.way].seconds + plan.played.waited_s[number]
        assert plan.played.ended_s[number] == pytest.approx(took_s)


@settings(max_examples=40)
@given(TOURS, LIMITS, st.lists(WALKS, max_size=2))
def test_a_plan_loses_no_more_than_no_plan_and_is_the_same_each_time(
    tours: list[list[Walk]], limits: dict[str, int], others: list[Walk]
) -> None:
    """With tours under way too; and what it says it loses is what is lost when all walk as told."""
    running = [Departed(way.legs, inside=True) for way in others]
    plan = timetable(tours, limits, running)
    unplanned = play([*running, *departures([ways[0] for ways in tours])], limits)
    shortest_s = sum(way.seconds for way in others) + sum(min(way.seconds for way in ways) for ways in tours)
    assert plan.unplanned_s == pytest.approx(unplanned.total_s - shortest_s)
    assert plan.lost_s == pytest.approx(plan.played.total_s - shortest_s)
    assert -1e-6 <= plan.lost_s <= plan.unplanned_s + 1e-6
    assert timetable(tours, limits, running) == plan


@settings(max_examples=40)
@given(TOURS, LIMITS, st.lists(WALKS, max_size=3))
def test_a_choice_loses_no_more_than_the_first_tour_walked_as_it_comes(
    offered: list[list[Walk]], limits: dict[str, int], others: list[Walk]
) -> None:
    """For everyone together, those under way included; and what it says it loses is lost."""
    running = [Departed(way.legs, 100.0) for way in others]
    alone_s = play(running, limits).total_s

    def lost_s(ways: Sequence[Walk], way: int, held_s: float) -> float:
        played = play([*running, Departed(ways[way].legs, 100.0 + held_s)], limits)
        return played.total_s - alone_s - 100.0 - min(one.seconds for one in ways)

    choice = choose(offered, running, limits, 100.0)
    one = choice.departure
    assert choice.lost_s == pytest.approx(lost_s(offered[choice.tour], one.way, one.held_s), abs=1e-6)
    assert choice.unplanned_s == pytest.approx(lost_s(offered[0], 0, 0.0), abs=1e-6)
    assert choice.lost_s <= choice.unplanned_s + 1e-6
    assert choose(offered, running, limits, 100.0) == choice


def best_of_all(tours: Sequence[Sequence[Walk]], limits: dict[str, int], starts: Sequence[float]) -> float:
    """The least that any ways and starts (of these) lose, everyone tried with everyone."""
    shortest_s = sum(min(way.seconds for way in ways) for ways in tours)
    options = [[Departed(way.legs, start) for way in ways for start in starts] for ways in tours]
    return min(play(some, limits).total_s for some in product(*options)) - shortest_s


def test_plans_of_few_tours_are_as_good_as_the_best_of_all_on_most_floors() -> None:
    """Ten seeded floors with three tours of two ways: ten second steps are tried exhaustively."""
    dice = Random(7)
    equal, worst_s = 0, 0.0
    for _ in range(10):
        walks = [[Leg(dice.choice("AB"), 10.0 * dice.randint(1, 4)) for _ in range(3)] for _ in range(3)]
        tours = [[Walk(tuple(legs)), Walk(tuple(legs[::-1]))] for legs in walks]
        over_s = timetable(tours, {"A": 1, "B": 1}).lost_s - best_of_all(tours, {"A": 1, "B": 1}, (0, 10, 20, 30))
        equal += over_s <= 1e-6
        worst_s = max(worst_s, over_s)
    assert equal >= 9
    assert worst_s <= 10


def test_a_tour_is_turned_round_rather_than_kept_waiting() -> None:
    """Two tours that would meet in both aisles pass each other when one goes the other way round."""
    there = Walk((Leg("A", 30), Leg("", 10), Leg("B", 30)))
    back = Walk((Leg("B", 30), Leg("", 10), Leg("A", 30)))
    plan = timetable([[there, back], [there, back]], {"A": 1, "B": 1})
    assert (plan.unplanned_s, plan.lost_s) == (30, 0)
    choice = choose([[there, back]], [Departed(there.legs)], {"A": 1, "B": 1}, 0.0)
    assert (choice.departure.way, choice.lost_s, choice.unplanned_s) == (1, 0, 30)


def test_another_tour_is_given_rather_than_one_that_meets_somebody() -> None:
    """Of two that are equally urgent; and where both would wait, who is given is told to start later."""
    a, b = Walk((Leg("", 5), Leg("A", 60))), Walk((Leg("", 5), Leg("B", 60)))
    limits = {"A": 1, "B": 1}
    choice = choose([[a], [b]], [Departed(a.legs)], limits, 0.0)
    assert (choice.tour, choice.lost_s, choice.unplanned_s) == (1, 0, 60)
    late = choose([[a]], [Departed(a.legs)], limits, 0.0)
    assert late.departure.held_s == pytest.approx(60)
    assert late.lost_s == pytest.approx(late.unplanned_s)


def test_a_longer_way_is_taken_only_when_it_costs_less_than_waiting() -> None:
    """Twenty seconds more against thirty of waiting, and against ten."""
    short, long = Walk((Leg("A", 30), Leg("", 60))), Walk((Leg("", 80), Leg("A", 30)))
    for busy_s, way in ((30.0, 1), (10.0, 0)):
        assert choose([[short, long]], [Departed((Leg("A", busy_s),))], {"A": 1}, 0.0).departure.way == way


# --- other orders -------------------------------------------------------------------------------------------------


@settings(max_examples=15)
@given(st.lists(st.sampled_from(sorted(set(NARROW.access.values()))), min_size=1, max_size=8, unique=True))
def test_other_orders_have_the_same_stops_and_are_little_longer(picks: list[str]) -> None:
    """The shortest first, none twice, none the given one."""
    network = Network(NARROW.graph)
    start, end = NARROW.depots[0].node, NARROW.stations[0].node
    tour = solve(network, picks, start, end)
    orders = other_orders(network, tour.stops, start, end, SECTIONS)
    lengths = [walk(network, order, start, end).length_m for order in orders]
    assert len({tour.stops, *orders}) == len(orders) + 1
    assert all(sorted(order) == sorted(tour.stops) for order in orders)
    assert all(a <= b + 1e-6 for a, b in pairwise(lengths))
    assert all(length <= tour.length_m + MOST_LONGER_M + 1e-6 for length in lengths)


def test_a_round_tour_has_its_way_back_among_its_other_orders() -> None:
    """From and to one place it is just as long."""
    network = Network(NARROW.graph)
    depot = NARROW.depots[0].node
    stops = min(
        permutations(["A01/2", "A02/5", "A04/3"]), key=lambda order: walk(network, order, depot, depot).length_m
    )
    assert stops[::-1] in other_orders(network, stops, depot, depot, SECTIONS)


def test_where_no_stop_is_narrow_there_are_no_other_orders() -> None:
    """Nothing could be gained by them."""
    wide = read_layout(example("small"))
    network = Network(wide.graph)
    assert other_orders(network, ["A01/1", "A02/1"], wide.depots[0].node, wide.depots[0].node, sections_of(wide)) == []

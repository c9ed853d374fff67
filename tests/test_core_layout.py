"""The layout file becomes a graph with every location on it; parts of it can be closed."""

import copy
import json
import math

import jsonschema
import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.core.errors import BadInput
from server.core.layout import LocationKind, LocationState, check_digits, close, read_layout, revision
from tests.layout_cases import LAYOUTS, example, faults, located, straight, walks


def test_bays_are_numbered_odd_left_and_even_right_as_one_walks_in() -> None:
    """Walking to the right on a plan whose y grows downwards, the left hand is at the smaller y."""
    found = located(read_layout(straight()))
    assert [code for code in found if code.endswith("-1")] == [
        "A-01-1",
        "A-03-1",
        "A-05-1",
        "A-02-1",
        "A-04-1",
        "A-06-1",
    ]
    assert (found["A-01-1"].x_m, found["A-01-1"].y_m) == (5, 8.5)
    assert (found["A-06-2"].x_m, found["A-06-2"].y_m) == (9, 11.5)


def test_bays_numbered_around_go_up_the_left_and_back_down_the_right() -> None:
    """The first bay on the right is the last number."""
    document = straight()
    document["aisles"][0]["racks"][0]["numbering"] = "around"
    found = located(read_layout(document))
    assert [found[f"A-{bay:02}-1"].x_m for bay in range(1, 7)] == [5, 7, 9, 9, 7, 5]
    assert {found[f"A-{bay:02}-1"].y_m for bay in (4, 5, 6)} == {11.5}


def test_both_sides_and_all_levels_of_a_bay_share_one_standing_place() -> None:
    """A picker turns round instead of walking."""
    found = located(read_layout(straight()))
    assert {found[code].node for code in ("A-01-1", "A-01-2", "A-02-1", "A-02-2")} == {"A/1"}
    assert found["A-05-1"].node == "A/3"


def test_positions_have_standing_places_of_their_own_and_their_own_codes() -> None:
    """Two positions on a bay of two metres stand a metre apart."""
    document = straight()
    document["aisles"][0]["racks"][0]["positions"] = 2
    layout = read_layout(document)
    found = located(layout)
    assert len(found) == 24
    assert found["A-01-1-2"].node == "A/2"
    assert math.dist(layout.graph.nodes["A/1"], layout.graph.nodes["A/2"]) == pytest.approx(1)


def test_walks_are_as_long_as_the_building_says() -> None:
    """From the depot along S and W into the aisle: 3 + 10 + 10 + 5 m, and the same through E to the other end."""
    layout = read_layout(straight())
    graph = walks(layout)
    assert nx.shortest_path_length(graph, "DEPOT", "A/1", weight="length") == pytest.approx(3 + 10 + 10 + 5)
    assert nx.shortest_path_length(graph, "A/1", "A/3", weight="length") == pytest.approx(4)


def test_crossings_and_joints_are_named_after_their_ways() -> None:
    """The names by which free edges and closures refer to them."""
    layout = read_layout(straight())
    assert {"A+W", "A+E", "S+W", "S@DEPOT", "DEPOT"} <= set(layout.graph.nodes)


def test_ways_of_different_storeys_do_not_meet() -> None:
    """An aisle upstairs that crosses the hall on the plan is not reached from there."""
    document = straight()
    document["cross_aisles"].append({"code": "UP", "from": [10, 0], "to": [10, 19], "storey": 1})
    assert "meets no other way" in faults(document)["cross_aisles[3]"]


def test_a_oneway_aisle_is_walked_in_its_direction_only() -> None:
    """Backward means from `to` to `from`; the way round takes the other cross-aisle."""
    document = straight()
    document["aisles"][0]["direction"] = "backward"
    graph = walks(read_layout(document))
    assert nx.shortest_path_length(graph, "A/3", "A/1", weight="length") == pytest.approx(4)
    assert nx.shortest_path_length(graph, "A/1", "A/3", weight="length") == pytest.approx(5 + 10 + 20 + 10 + 11)


def test_a_spot_on_a_crossing_is_that_crossing() -> None:
    """No second node, no edge without length."""
    layout = read_layout(straight(depots=[{"code": "DEPOT", "x_m": 0, "y_m": 10.01, "joins": "W"}]))
    assert layout.depots[0].node == "A+W"
    assert "DEPOT" not in layout.graph.nodes


def test_three_ways_through_one_point_share_one_node() -> None:
    """A slanting way through a crossing of two others."""
    document = straight()
    document["cross_aisles"].append({"code": "Z", "from": [-5, 5], "to": [5, 15]})
    layout = read_layout(document)
    at_crossing = [node for node, place in layout.graph.nodes.items() if math.dist(place, (0, 10)) < 0.1]
    assert len(at_crossing) == 1


def test_free_nodes_and_edges_carry_locations_too() -> None:
    """The irregular example: a ring walked one way, a ramp longer than its drawing, stairs down only."""
    layout = read_layout(example("irregular"))
    graph = walks(layout)
    assert located(layout)["H-3"].node == "R4"
    assert located(layout)["HOSPITAL"].check_digits == "07"
    assert nx.shortest_path_length(graph, "R2", "R1", weight="length") > nx.shortest_path_length(
        graph, "R1", "R2", weight="length"
    )
    assert graph["RAMP-FOOT"]["RAMP-TOP"]["length"] == 18.5
    assert not graph.has_edge("SLIP", "STAIR-TOP")


def test_codes_follow_their_pattern() -> None:
    """Padded numbers and letters for levels, as the mezzanine of the example writes them."""
    found = located(read_layout(example("irregular")))
    assert "M316C" in found
    assert found["M316C"].level == 3
    assert found["M316C"].bay == 16


def test_exceptions_change_single_locations() -> None:
    """A blocked shelf, another's check digits and kind."""
    found = located(read_layout(example("irregular")))
    assert found["S103C"].state is LocationState.BLOCKED
    assert (found["S104C"].kind, found["S104C"].check_digits) == (LocationKind.RESERVE, "18")
    assert found["S104B"].kind is LocationKind.PICK_FACE


def test_upper_levels_are_reserve_when_the_pattern_says_so() -> None:
    """The demo's fourth shelf."""
    found = located(read_layout(example("demo")))
    assert {one.kind for one in found.values() if one.level == 4} == {LocationKind.RESERVE}
    assert found["A01-01-3"].kind is LocationKind.PICK_FACE


@pytest.mark.parametrize("name", ["demo", "small", "irregular"])
def test_examples_are_sound_and_fit_the_schema(name: str) -> None:
    """Each location has a node, and every node can be walked to and from."""
    document = example(name)
    jsonschema.Draft202012Validator(json.loads((LAYOUTS / "schema.json").read_text())).validate(document)
    layout = read_layout(document)
    assert nx.is_strongly_connected(walks(layout))
    assert set(layout.access) == set(located(layout))
    assert set(layout.access.values()) <= set(layout.graph.nodes)


def test_the_demo_is_as_large_as_a_real_warehouse() -> None:
    """Two thousand locations in two blocks and three zones, four packing stations, one-way aisles."""
    layout = read_layout(example("demo"))
    assert len(layout.locations) >= 2_000
    assert len(layout.zones) == 3
    assert sum(station.kind == "pack" for station in layout.stations) == 4
    assert layout.cart_parking
    assert any(edge.oneway for edge in layout.graph.edges)
    assert all(len(way.racks) == 4 for way in layout.aisles)


def test_a_closed_aisle_leaves_the_graph_and_blocks_what_only_it_leads_to() -> None:
    """Its locations stay listed, the rest stays as it was."""
    layout = read_layout(straight())
    closed = close(layout, ["A"])
    assert set(closed.cut_off) == set(layout.access)
    assert {location.state for location in closed.locations} == {LocationState.BLOCKED}
    assert {edge.aisle for edge in closed.closed_edges} == {"A"}
    assert "A" not in {edge.aisle for edge in closed.graph.edges}
    assert [way.code for way in closed.ways if way.closed] == ["A"]


def test_a_closed_edge_makes_the_walk_longer_and_cuts_nothing_off() -> None:
    """The aisle is still open from both ends; either order of the two nodes names the edge."""
    layout = read_layout(straight())
    closed = close(layout, ["A/2|A/1"])
    assert closed.cut_off == ()
    assert nx.shortest_path_length(walks(closed), "A/1", "A/2", weight="length") == pytest.approx(5 + 10 + 20 + 10 + 13)


def test_closing_twice_closes_both() -> None:
    """What was closed stays closed."""
    closed = close(close(read_layout(straight()), ["A/2|A/1"]), ["A/2|A/3"])
    assert closed.closed == ("A/2|A/1", "A/2|A/3")
    assert set(closed.cut_off) == {"A-03-1", "A-03-2", "A-04-1", "A-04-2"}


def test_a_file_may_close_parts_of_its_building() -> None:
    """As `close` would."""
    assert read_layout(straight(closed=["A"])).cut_off == close(read_layout(straight()), ["A"]).cut_off


def test_closing_refuses_unknown_places_and_what_would_cut_off_a_station() -> None:
    """A tour could not end."""
    layout = read_layout(straight(stations=[{"code": "P", "kind": "pack", "node": "A/2"}]))
    with pytest.raises(BadInput, match="no aisle or edge is called so") as unknown:
        close(layout, ["B", ""])
    with pytest.raises(BadInput, match="between depot DEPOT and P") as cut:
        close(layout, ["A"])
    assert (unknown.value.code, cut.value.code) == ("unknown_place", "cuts_off")


def test_equal_content_has_an_equal_revision() -> None:
    """Order of fields, 1 or 1.0, and remarks do not count; a centimetre does."""
    document = straight()
    other = dict(reversed(list(copy.deepcopy(document).items())))
    other["aisles"][0]["width_m"] = 2.0
    other["description"] = "a remark"
    assert revision(document) == revision(other) == read_layout(document).revision
    other["aisles"][0]["width_m"] = 2.01
    assert revision(document) != revision(other)


def test_check_digits_are_what_the_rule_says() -> None:
    """Worked by hand: A-1 is 65, 45, 49; (65 * 5 + 45) * 5 + 49 = 1899 = 56 modulo 97; 56 ** 5 = 17 modulo 97."""
    assert check_digits("A-1") == f"{pow(56, 5, 97):02}" == "17"
    assert len({check_digits(f"A-05-{level}") for level in range(1, 10)}) == 9


CODES = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-", min_size=2, max_size=20)


@settings(max_examples=60)
@given(CODES, st.data())
def test_one_wrong_character_or_two_exchanged_change_the_check_digits(code: str, data: st.DataObject) -> None:
    """The slips that people make when they read a label."""
    place = data.draw(st.integers(0, len(code) - 1))
    mark = data.draw(st.sampled_from("ABCXYZ0189-").filter(lambda mark: mark != code[place]))
    assert check_digits(code[:place] + mark + code[place + 1 :]) != check_digits(code)
    other = data.draw(st.integers(0, len(code) - 1))
    marks = list(code)
    marks[place], marks[other] = marks[other], marks[place]
    if marks != list(code):
        assert check_digits("".join(marks)) != check_digits(code)

"""Layouts from a few numbers, and layouts given out: as a graph, a file, a small plan, a picture."""

import json
from xml.etree import ElementTree as ET

import jsonschema
import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.core.errors import BadInput, NotFound
from server.core.layout import (
    Shape,
    close,
    draw_svg,
    generate,
    graph_json,
    plan,
    read_layout,
    write_document,
)
from tests.layout_cases import LAYOUTS, example, located, straight, walks

SVG = "{http://www.w3.org/2000/svg}"
SHAPES = st.builds(
    Shape,
    blocks=st.integers(1, 4),
    aisles=st.integers(2, 6),
    bays=st.integers(1, 6),
    levels=st.integers(1, 3),
    positions=st.integers(1, 3),
    bay_length_m=st.floats(0.5, 4),
    cross_aisle_width_m=st.floats(0.8, 5),
    oneway=st.booleans(),
    zones=st.integers(1, 2),
    stations=st.integers(1, 6),
)


@settings(max_examples=20)
@given(SHAPES)
def test_every_generated_warehouse_is_sound_and_has_what_was_asked_for(shape: Shape) -> None:
    """Locations and crossings as many as the numbers say, all to be walked to."""
    document = generate("any", shape)
    layout = read_layout(json.loads(write_document(document)))
    assert len(layout.locations) == shape.blocks * shape.aisles * shape.bays * 2 * shape.levels * shape.positions
    assert sum("+" in node for node in layout.graph.nodes) == shape.aisles * (shape.blocks + 1)
    assert {zone.code for zone in layout.zones} == {location.zone for location in layout.locations}
    assert any(edge.oneway for edge in layout.graph.edges) == shape.oneway
    assert nx.is_strongly_connected(walks(layout))


def test_generated_files_fit_the_schema() -> None:
    """With every field that a shape can write."""
    document = generate("full", Shape(positions=2, oneway=True, zones=2, reserve_from_level=3, capacity=2))
    jsonschema.Draft202012Validator(json.loads((LAYOUTS / "schema.json").read_text())).validate(document)


def test_a_narrow_aisle_shows_how_many_it_takes() -> None:
    """On the plan for the pages, and as a sign in the picture; a wide one shows nothing."""
    narrow, wide = (read_layout(generate("any", Shape(aisles=3, capacity=capacity))) for capacity in (2, 0))
    assert [way.get("capacity") for way in plan(narrow)["ways"]] == [2, 2, 2, None, None, None]  # type: ignore[attr-defined]
    assert draw_svg(narrow).count('class="limit"') == 3
    assert not any("capacity" in way for way in plan(wide)["ways"])  # type: ignore[attr-defined]
    assert 'class="limit"' not in draw_svg(wide)


def test_walks_in_a_generated_warehouse_follow_from_its_numbers() -> None:
    """From the first place of one aisle to that of the next but one, through the front: 2 · (1.5 + 0.5) + 2 · 3 m."""
    shape = Shape(blocks=1, aisles=3, bays=8, bay_length_m=1.0, cross_aisle_width_m=3.0, aisle_pitch_m=3.0)
    layout = read_layout(generate("walk", shape))
    length = nx.shortest_path_length(walks(layout), "A01/1", "A03/1", weight="length")
    assert length == pytest.approx(2 * (1.5 + 0.5) + 2 * 3)


def test_bay_numbers_go_on_in_the_next_block() -> None:
    """So that no two bays of an aisle share one."""
    found = located(read_layout(generate("two", Shape(blocks=2, aisles=1, bays=3, levels=1))))
    assert sorted(location.bay for location in found.values()) == list(range(1, 13))


def test_zones_start_their_aisles_at_one() -> None:
    """Zone B's first aisle is B01."""
    layout = read_layout(generate("zones", Shape(aisles=5, zones=2)))
    assert [way.code for way in layout.aisles] == ["A01", "A02", "A03", "B01", "B02"]


@pytest.mark.parametrize(
    ("numbers", "what"),
    [
        ({"blocks": 0}, "blocks is 0"),
        ({"levels": 10**9}, "levels is 1000000000"),
        ({"bay_length_m": float("nan")}, "bay_length_m is nan"),
        ({"bay_length_m": -1.0}, "bay_length_m is -1"),
        ({"aisle_width_m": 3.0}, "no depth for the racks"),
        ({"zones": 11}, "more than 10 aisles"),
        ({"aisles": 1, "zones": 1, "oneway": True}, "second aisle"),
        ({"aisles": 999, "bays": 999}, "more than 200000"),
    ],
)
def test_shapes_that_cannot_be_built_are_refused(numbers: dict[str, float], what: str) -> None:
    """Before anything is generated."""
    with pytest.raises(BadInput, match=what):
        Shape(**numbers)  # type: ignore[arg-type]


def test_a_layout_needs_a_name_that_can_be_read() -> None:
    """No control characters."""
    with pytest.raises(BadInput, match="control characters"):
        generate("\x1b[2J", Shape())


@pytest.mark.parametrize("name", ["demo", "small", "irregular"])
def test_a_file_written_out_reads_as_the_same_layout(name: str) -> None:
    """Readable lines, equal content."""
    text = write_document(example(name))
    assert read_layout(json.loads(text)) == read_layout(example(name))
    assert max(map(len, text.splitlines())) < 200


def test_the_graph_given_out_is_enough_to_check_a_route() -> None:
    """Nodes, open edges with lengths and directions, each location's node, what is closed."""
    layout = close(read_layout(straight()), ["A/1|A/2"])
    given_out = json.loads(json.dumps(graph_json(layout)))
    assert {node["id"] for node in given_out["nodes"]} == set(layout.graph.nodes)
    assert {"u": "A/2", "v": "A/3", "length": 2.0, "oneway": False, "aisle": "A"} in given_out["edges"]
    assert ("A/1", "A/2") not in {(edge["u"], edge["v"]) for edge in given_out["edges"]}
    assert given_out["access"]["A-01-1"] == "A/1"
    assert given_out["depots"] == {"DEPOT": "DEPOT"}
    assert given_out["closed"] == ["A/1|A/2"]


def test_a_plan_of_twenty_thousand_locations_is_small() -> None:
    """Racks by row, not a shape for each location; every location's node has a place on it."""
    layout = read_layout(generate("large", Shape(blocks=2, aisles=25, bays=50, levels=4)))
    drawn = plan(layout)
    assert len(layout.locations) == 20_000
    assert len(json.dumps(drawn)) < 150_000
    assert isinstance(drawn["nodes"], dict)
    assert set(layout.access.values()) <= set(drawn["nodes"])


def test_a_plan_has_racks_with_their_bays_and_everything_within_its_box() -> None:
    """Corners in metres, inner edge first, bays numbered along it."""
    drawn = plan(read_layout(straight()))
    assert drawn["racks"] == [
        {"aisle": "A", "corners": [4, 9, 10, 9, 10, 8, 4, 8], "bays": 3, "first_bay": 1, "bay_step": 2},
        {"aisle": "A", "corners": [4, 11, 10, 11, 10, 12, 4, 12], "bays": 3, "first_bay": 2, "bay_step": 2},
    ]
    assert drawn["box"] == [-2, -2, 24, 27]
    assert plan(read_layout(example("irregular")))["shelves"]


def test_a_picture_shows_every_rack_name_and_station() -> None:
    """Well-formed SVG with what people look for."""
    layout = read_layout(example("demo"))
    picture = ET.fromstring(draw_svg(layout))
    words = {text.text for text in picture.iter(f"{SVG}text")}
    assert {way.code for way in layout.ways} | {station.code for station in layout.stations} | {
        "DEPOT",
        "CARTS",
    } <= words
    racks = [shape for shape in picture.iter(f"{SVG}polygon") if shape.get("class") == "rack"]
    assert len(racks) == sum(len(way.racks) for way in layout.ways)
    assert any(shape.get("class") == "arrow" for shape in picture.iter(f"{SVG}polygon"))


def test_tours_are_drawn_in_colours_of_their_own() -> None:
    """A line through each node of the path."""
    layout = read_layout(straight())
    picture = ET.fromstring(draw_svg(layout, [["DEPOT", "S@DEPOT", "S+W"], ["A/1", "A/2"]]))
    lines = [line for line in picture.iter(f"{SVG}polyline") if line.get("stroke") != "#fff"]
    assert [len((line.get("points") or "").split()) for line in lines] == [3, 2]
    assert len({line.get("stroke") for line in lines}) == 2
    with pytest.raises(NotFound, match="'Q', which is no node"):
        draw_svg(layout, [["Q"]])


def test_closed_aisles_are_marked() -> None:
    """And open ones are not."""
    layout = read_layout(straight())
    assert 'class="closed"' not in draw_svg(layout)
    assert 'class="closed"' in draw_svg(close(layout, ["A"]))


def test_names_cannot_smuggle_markup_into_the_picture() -> None:
    """A layout comes from outside."""
    picture = draw_svg(read_layout(straight(name='<script>alert("1")</script>')))
    assert "<script" not in picture
    assert ET.fromstring(picture).get("aria-label") == '<script>alert("1")</script>'

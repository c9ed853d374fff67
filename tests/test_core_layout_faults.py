"""What is wrong with a layout file is named with its place, and nothing slips through."""

import json
import math
from collections.abc import Sequence
from typing import Any

import jsonschema
import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema.protocols import Validator

from server.core.errors import BadLayout
from server.core.layout import Layout, read_layout
from tests.layout_cases import LAYOUTS, Document, example, faults, straight, walks


def put(document: Document, path: str, value: object) -> None:
    """Set what is at `a.0.b` of a file to a value."""
    *steps, last = path.split(".")
    there: Any = document
    for step in steps:
        there = there[int(step)] if isinstance(there, list) else there[step]
    there[int(last) if isinstance(there, list) else last] = value


@pytest.fixture(scope="module")
def schema() -> Validator:
    """The published schema."""
    return jsonschema.Draft202012Validator(json.loads((LAYOUTS / "schema.json").read_text()))


BAD_FIELDS = [
    ("format", 2, "format", "reads format 1"),
    ("name", "", "name", "is empty"),
    ("name", "x" * 129, "name", "129 characters"),
    ("nmae", "x", "nmae", "unknown field"),
    ("aisles", {}, "aisles", "not a list"),
    ("aisles.0", [], "aisles[0]", "not an object"),
    ("aisles.0.code", "A\x00", "aisles[0].code", "control characters"),
    ("aisles.0.code", 7, "aisles[0].code", "not text"),
    ("aisles.0.from", [0], "aisles[0].from", "not a place"),
    ("aisles.0.from", [0, "1"], "aisles[0].from", "not a number"),
    ("aisles.0.from", [0, 1e300], "aisles[0].from", "not between"),
    ("aisles.0.width_m", 0, "aisles[0].width_m", "not between"),
    ("aisles.0.width_m", -1, "aisles[0].width_m", "not between"),
    ("aisles.0.width_m", True, "aisles[0].width_m", "not a number"),
    ("aisles.0.direction", "up", "aisles[0].direction", "none of both, forward, backward"),
    ("aisles.0.capacity", 0, "aisles[0].capacity", "not between"),
    ("aisles.0.capacity", 1.5, "aisles[0].capacity", "not a whole number"),
    ("cross_aisles.0.capacity", 1, "cross_aisles[0].capacity", "unknown field"),
    ("aisles.0.racks.0.bays", 0, "aisles[0].racks[0].bays", "not between"),
    ("aisles.0.racks.0.bays", 2.5, "aisles[0].racks[0].bays", "not a whole number"),
    ("aisles.0.racks.0.levels", 10**9, "aisles[0].racks[0].levels", "not between"),
    ("aisles.0.racks.0.bay", 3, "aisles[0].racks[0].bay", "unknown field"),
    ("edges", [{"u": "A/1", "v": "A/2", "length_m": 0}], "edges[0].length_m", "not between"),
    ("edges", [{"u": "A/1", "v": "A/2", "oneway": 1}], "edges[0].oneway", "neither true nor false"),
    ("stations", [{"code": "P", "kind": "pack"}], "stations[0].joins", "is missing"),
    ("stations", [{"code": "P", "kind": "pub", "node": "A/1"}], "stations[0].kind", "none of pack"),
    ("stations", [{"code": "P", "kind": "pack", "node": "A/1", "x_m": 1}], "stations[0].node", "either a node"),
    (
        "locations",
        [{"location_code": "L", "node": "A/1", "check_digits": "7"}],
        "locations[0].check_digits",
        "two digits",
    ),
    ("locations", [{"location_code": "L", "node": "A/1", "x_m": 1}], "locations[0].y_m", "is missing"),
    ("exceptions", {"A-01-1": {"state": "shut"}}, "exceptions['A-01-1'].state", "none of open"),
    ("closed", "A", "closed", "not a list"),
    ("closed", [7], "closed[0]", "not text"),
    ("rack_patterns", {"r": {"use": "r"}}, "rack_patterns['r'].use", "cannot use another"),
]


@pytest.mark.parametrize(("path", "value", "place", "what"), BAD_FIELDS, ids=lambda value: str(value)[:30])
def test_a_bad_field_is_named_and_the_schema_refuses_it_too(
    schema: Validator, path: str, value: object, place: str, what: str
) -> None:
    """Schema and program agree on the shape of the file."""
    document = straight()
    put(document, path, value)
    assert what in faults(document)[place]
    if "control" not in what:  # JSON Schema has no word for them
        assert list(schema.iter_errors(document))


BAD_BUILDINGS = [
    ("aisles.0.from", [0, math.nan], "aisles[0].from", "not a finite number"),
    ("aisles.0.from", [0, -math.inf], "aisles[0].from", "not a finite number"),
    ("aisles.0.from", [20, 10], "aisles[0]", "is 0 m long"),
    ("aisles.0.zone", "Q", "aisles[0].zone", "no zone 'Q'"),
    ("aisles.0.code", "a|b", "aisles[0]", "holds a |"),
    ("aisles.0.code", "W", "aisles and cross_aisles", "'W' stands 2 times"),
    ("zones", [{"code": "Q"}, {"code": "Q"}], "zones", "'Q' stands 2 times"),
    ("aisles.0.racks.0.use", "shelf", "aisles[0].racks[0].use", "no rack pattern is called 'shelf'"),
    ("aisles.0.racks.0.start_m", 15, "aisles[0].racks[0]", "ends 21 m along A, which is 20 m long"),
    ("aisles.0.racks.0.code", "{aisle}-{bey}", "aisles[0].racks[0].code", "braces that are no field"),
    ("aisles.0.racks.0.code", "{aisle.__class__}", "aisles[0].racks[0].code", "braces that are no field"),
    ("aisles.0.racks.0.code", "{aisle}{bay}", "aisles[0].racks[0]", "6 codes come twice here"),
    ("depots", [], "depots", "give at least one"),
    ("depots.0.joins", "Q", "depots[0].joins", "no aisle or cross-aisle 'Q'"),
    (
        "stations",
        [{"code": "DEPOT", "kind": "pack", "node": "A/1"}],
        "nodes, stations, depots and cart_parking",
        "2 times",
    ),
    (
        "stations",
        [{"code": "A/1", "kind": "pack", "x_m": 5, "y_m": 22, "joins": "S"}],
        "aisles[0]",
        "two nodes called 'A/1'",
    ),
    ("stations", [{"code": "P", "kind": "pack", "node": "A/9"}], "stations[0].node", "no node 'A/9'"),
    ("nodes", [{"id": "N", "x_m": 9, "y_m": 9}], "nodes[0]", "cannot be reached from depot DEPOT"),
    ("edges", [{"u": "A/1", "v": "N"}], "edges[0].v", "no node 'N'"),
    ("edges", [{"u": "A/1", "v": "A/1"}], "edges[0]", "the same place"),
    (
        "edges",
        [{"u": "A/1", "v": "A/3", "length_m": 3}],
        "edges[0].length_m",
        "shorter than the straight line of 4.00 m",
    ),
    ("locations", [{"location_code": "L", "node": "N"}], "locations[0].node", "no node 'N'"),
    ("locations", [{"location_code": "a-01-1", "node": "A/1"}], "locations[0]", "stand in aisles[0].racks[0] too"),
    ("exceptions", {"A-99-1": {"state": "blocked"}}, "exceptions['A-99-1']", "no location 'A-99-1'"),
    ("closed", ["Q"], "closed", "no aisle or edge is called so"),
    ("closed", ["S"], "closed", "nobody walks between"),
]


@pytest.mark.parametrize(("path", "value", "place", "what"), BAD_BUILDINGS, ids=lambda value: str(value)[:30])
def test_a_building_that_cannot_be_is_refused_with_the_place_and_the_fault(
    path: str, value: object, place: str, what: str
) -> None:
    """References, doubles, lengths, reach."""
    document = straight(stations=[{"code": "GATE", "kind": "dock", "node": "A+W"}])
    put(document, path, value)
    assert what in faults(document)[place]


def test_all_faults_of_a_file_are_named_at_once() -> None:
    """One reading, no guessing game."""
    document = straight()
    for path, value in (("name", ""), ("aisles.0.width_m", -1), ("cross_aisles.2.from", 5)):
        put(document, path, value)
    assert set(faults(document)) == {"name", "aisles[0].width_m", "cross_aisles[2].from"}


def test_a_trap_that_one_can_enter_but_not_leave_is_refused() -> None:
    """One-way directions count: the ring of the example cut after R4, and a dead end behind a one-way door."""
    document = example("irregular")
    del document["edges"][3]
    found = faults(document)
    assert "cannot get back to depot DEPOT" in found["nodes[2]"]
    assert "locations" in found


def test_racks_may_not_stand_in_each_other() -> None:
    """Two racks on the same side of the same stretch; on opposite sides they may."""
    document = straight()
    first = document["aisles"][0]["racks"][0]
    document["aisles"][0]["racks"] = [{**first, "side": "left"}, {**first, "side": "right", "start_m": 5}]
    assert len(read_layout(document).locations) == 12
    document["aisles"][0]["racks"][1]["side"] = "left"
    assert "stands where aisles[0].racks[0] stands" in faults(document)["aisles[0].racks[1]"]


def test_more_locations_than_any_building_has_are_refused_before_they_are_listed() -> None:
    """A typing error must not fill the memory."""
    document = straight()
    document["aisles"][0]["racks"][0].update(bays=1000, bay_length_m=0.01, levels=50, positions=50)
    assert "at most 200000" in faults(document)["aisles"]


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.sampled_from(["A", "W", "A/1"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


def paths(value: object, before: str = "") -> list[str]:
    """The paths to all parts of a JSON value, for `put`."""
    if isinstance(value, dict):
        parts = list(value.items())
    elif isinstance(value, list):
        parts = list(enumerate(value))
    else:
        return []
    return [path for key, part in parts for path in (f"{before}{key}", *paths(part, f"{before}{key}."))]


def read_or_refused(document: Document) -> Layout | Sequence[tuple[str, str]]:
    """The layout, or its problems."""
    try:
        return read_layout(document)
    except BadLayout as error:
        return error.problems


@settings(max_examples=60)
@given(st.sampled_from(["straight", "irregular"]), st.data())
def test_whatever_stands_in_a_file_it_is_read_or_refused(name: str, data: st.DataObject) -> None:
    """No other exception, no layout with a place that cannot be walked to."""
    document = straight() if name == "straight" else example(name)
    put(document, data.draw(st.sampled_from(paths(document))), data.draw(JSON_VALUES))
    found = read_or_refused(document)
    if not isinstance(found, Layout):
        assert found
        assert all(what for _, what in found)
        return
    graph = walks(found)
    reached = nx.descendants(graph, found.depots[0].node) | {found.depots[0].node}
    open_places = set(found.access) - set(found.cut_off)
    assert {found.access[code] for code in open_places} <= reached

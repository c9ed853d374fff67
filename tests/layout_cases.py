"""Layouts that tests are written on, and ways to look at them."""

import json
from pathlib import Path
from typing import Any

import networkx as nx
import pytest

from server.core.errors import BadLayout
from server.core.layout import Layout, Location, read_layout

LAYOUTS = Path(__file__).parent.parent / "layouts"
Document = dict[str, Any]


def example(name: str) -> Document:
    """One of the example layout files."""
    document: Document = json.loads((LAYOUTS / f"{name}.json").read_text())
    return document


def straight(**changes: object) -> Document:
    """One aisle from left to right with one bay, a cross-aisle at each end, a loop closed by a third way."""
    return {
        "format": 1,
        "name": "straight",
        "aisles": [
            {
                "code": "A",
                "from": [0, 10],
                "to": [20, 10],
                "width_m": 2,
                "racks": [{"start_m": 4, "bays": 3, "bay_length_m": 2, "levels": 2, "depth_m": 1}],
            }
        ],
        "cross_aisles": [
            {"code": "W", "from": [0, 0], "to": [0, 20]},
            {"code": "E", "from": [20, 0], "to": [20, 20]},
            {"code": "S", "from": [0, 20], "to": [20, 20]},
        ],
        "depots": [{"code": "DEPOT", "x_m": 10, "y_m": 23, "joins": "S"}],
        **changes,
    }


def located(layout: Layout) -> dict[str, Location]:
    """The locations by code."""
    return {location.location_code: location for location in layout.locations}


def walks(layout: Layout) -> nx.DiGraph:
    """The graph for networkx, one-way edges as such."""
    graph = nx.DiGraph()
    graph.add_nodes_from(layout.graph.nodes)
    for edge in layout.graph.edges:
        graph.add_edge(edge.u, edge.v, length=edge.length_m)
        if not edge.oneway:
            graph.add_edge(edge.v, edge.u, length=edge.length_m)
    return graph


def faults(document: Document) -> dict[str, str]:
    """All problems of a layout file by place; a layout without any fails the test."""
    with pytest.raises(BadLayout) as caught:
        read_layout(document)
    return dict(caught.value.problems)

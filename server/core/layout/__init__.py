"""Layout files: read and checked, generated, closed in parts, drawn, and given out as a graph."""

from server.core.layout.closing import close
from server.core.layout.codes import check_digits
from server.core.layout.export import graph_json, plan, write_document
from server.core.layout.generate import Shape, generate
from server.core.layout.read import read_layout, revision
from server.core.layout.svg import draw_svg
from server.core.layout.terms import (
    Direction,
    Layout,
    Location,
    LocationKind,
    LocationState,
    RackRow,
    Spot,
    Station,
    StationKind,
    Way,
    Zone,
)

__all__ = [
    "Direction",
    "Layout",
    "Location",
    "LocationKind",
    "LocationState",
    "RackRow",
    "Shape",
    "Spot",
    "Station",
    "StationKind",
    "Way",
    "Zone",
    "check_digits",
    "close",
    "draw_svg",
    "generate",
    "graph_json",
    "plan",
    "read_layout",
    "revision",
    "write_document",
]

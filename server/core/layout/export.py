"""A layout given out: as a bare graph for anyone to check a route on, as a small drawing, as a readable file."""

import json
from collections.abc import Mapping

from server.core.graph import Edge
from server.core.layout.terms import Layout, Point, Spot, Station

PLAN_MARGIN_M = 2.0
LINE_MARKS = 160


def graph_json(layout: Layout) -> dict[str, object]:
    """The open graph as `{"nodes": [{id, x, y}], "edges": [{u, v, length, oneway, aisle}], "access": {code: node}, …}`.

    Lengths and places in metres. Depots, stations and cart parking are named with their nodes; closed is listed.
    """
    return {
        "name": layout.name,
        "revision": layout.revision,
        "nodes": [{"id": name, "x": x_m, "y": y_m} for name, (x_m, y_m) in layout.graph.nodes.items()],
        "edges": [
            {"u": edge.u, "v": edge.v, "length": edge.length_m, "oneway": edge.oneway, "aisle": edge.aisle}
            for edge in layout.graph.edges
        ],
        "access": dict(layout.access),
        "depots": {spot.code: spot.node for spot in layout.depots},
        "cart_parking": {spot.code: spot.node for spot in layout.cart_parking},
        "stations": {station.code: station.node for station in layout.stations},
        "closed": list(layout.closed),
        "cut_off": list(layout.cut_off),
    }


def plan(layout: Layout) -> dict[str, object]:
    """A drawing of the building as JSON, small enough for a page: racks by row with their bays, not by location.

    Coordinates in metres, to the centimetre, y down the page as in SVG. `box` is [x, y, width, height]. A rack's
    `corners` are eight numbers, the first two points along its aisle; `bays` divides it evenly between them. `shelves`
    are the places of locations that belong to no rack; `paths` the walkable edges beside the ways; `nodes` the place
    of each node, so that a location is found by its access node.
    """
    return {
        "name": layout.name,
        "revision": layout.revision,
        "box": list(box(layout)),
        "ways": [
            {
                "code": way.code,
                "zone": way.zone,
                "line": _flat(way.start, way.end),
                "width_m": way.width_m,
                "direction": way.direction.value,
                "cross": way.cross,
                "closed": way.closed,
                "storey": way.storey,
                **({"capacity": way.capacity} if way.capacity else {}),
            }
            for way in layout.ways
        ],
        "racks": [
            {
                "aisle": way.code,
                "corners": _flat(*row.corners),
                "bays": row.bays,
                "first_bay": row.first_bay,
                "bay_step": row.bay_step,
            }
            for way in layout.ways
            for row in way.racks
        ],
        "shelves": [_flat(point) for point in shelves(layout)],
        "paths": [
            _flat(layout.graph.nodes[edge.u], layout.graph.nodes[edge.v])
            for edge in free_edges(layout, layout.graph.edges)
        ],
        "stations": [{**_spot(station), "kind": station.kind.value} for station in layout.stations],
        "depots": [_spot(spot) for spot in layout.depots],
        "cart_parking": [_spot(spot) for spot in layout.cart_parking],
        "nodes": {name: _flat(point) for name, point in layout.graph.nodes.items()},
    }


def box(layout: Layout) -> tuple[float, float, float, float]:
    """(x, y, width, height) in metres of everything there is to draw, with a margin."""
    points = [
        *layout.graph.nodes.values(),
        *(point for way in layout.ways for point in (way.start, way.end)),
        *(corner for way in layout.ways for row in way.racks for corner in row.corners),
        *shelves(layout),
    ]
    left, right = min(x for x, _ in points) - PLAN_MARGIN_M, max(x for x, _ in points) + PLAN_MARGIN_M
    top, bottom = min(y for _, y in points) - PLAN_MARGIN_M, max(y for _, y in points) + PLAN_MARGIN_M
    return round(left, 2), round(top, 2), round(right - left, 2), round(bottom - top, 2)


def shelves(layout: Layout) -> tuple[Point, ...]:
    """The places of locations that stand in no rack, each once."""
    racked = {way.code for way in layout.ways if way.racks}
    return tuple(dict.fromkeys((one.x_m, one.y_m) for one in layout.locations if one.aisle not in racked))


def free_edges(layout: Layout, edges: tuple[Edge, ...]) -> tuple[Edge, ...]:
    """Those of `edges` that belong to no aisle or cross-aisle."""
    ways = {way.code for way in layout.ways}
    return tuple(edge for edge in edges if edge.aisle not in ways)


def _spot(spot: Station | Spot) -> dict[str, object]:
    return {"code": spot.code, "node": spot.node, "x_m": round(spot.x_m, 2), "y_m": round(spot.y_m, 2)}


def _flat(*points: Point) -> list[float]:
    return [round(part, 2) for point in points for part in point]


def write_document(document: Mapping[str, object]) -> str:
    """A layout file as text that people can read and edit: one line for each aisle, station or rack pattern."""
    return _written(document, "") + "\n"


def _written(value: object, indent: str) -> str:
    line = json.dumps(value, ensure_ascii=False)
    if isinstance(value, Mapping) and value and (not indent or len(indent) + len(line) > LINE_MARKS):
        parts = [f"{indent}  {json.dumps(key)}: {_written(part, indent + '  ')}" for key, part in value.items()]
        return "{\n" + ",\n".join(parts) + f"\n{indent}" + "}"
    nested = isinstance(value, list) and any(isinstance(part, Mapping | list) for part in value)
    if isinstance(value, list) and (nested or len(indent) + len(line) > LINE_MARKS):
        parts = [f"{indent}  {_written(part, indent + '  ')}" for part in value]
        return "[\n" + ",\n".join(parts) + f"\n{indent}]"
    return line

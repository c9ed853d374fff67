"""A layout file becomes a checked Layout, or one BadLayout that names everything that is wrong with it."""

import hashlib
import json
from collections.abc import Mapping, Sequence

from server.core.errors import BadInput, BadLayout
from server.core.graph import Graph
from server.core.layout.checks import check_reach, check_words
from server.core.layout.closing import close
from server.core.layout.document import read_plans
from server.core.layout.plans import Plans, SpotPlan, WayPlan
from server.core.layout.shelves import list_locations
from server.core.layout.terms import Layout, Location, Spot, Station, StationKind, Way
from server.core.layout.walkable import Problems, Walkable, build_graph
from server.core.layout.ways import rack_row, sides

REVISION_MARKS = 16


def read_layout(document: Mapping[str, object]) -> Layout:
    """The checked layout of a file (layouts/schema.json says how it is written).

    Raises BadLayout (`bad_layout`) with all problems, each as (place in the file, what is wrong and how to mend it).
    """
    problems: Problems = []
    plans = read_plans(document, problems)
    check_words(plans, problems)
    if problems:
        raise _bad(problems)
    walkable = build_graph(plans, problems)
    locations = list_locations(plans, walkable)
    if not problems:
        check_reach(plans, walkable, locations)
    if problems:
        raise _bad(problems)
    layout = _assemble(document, plans, walkable, locations)
    try:
        return close(layout, plans.closed) if plans.closed else layout
    except BadInput as error:
        raise _bad([("closed", error.message)]) from error


def _bad(problems: Problems) -> BadLayout:
    many = f"{len(problems)} problems" if len(problems) > 1 else "1 problem"
    return BadLayout("bad_layout", f"the layout has {many}; nothing of it was taken", problems)


def revision(document: Mapping[str, object]) -> str:
    """A name for the file's content: 16 hexadecimal digits that do not depend on its spacing or order of fields."""
    text = json.dumps(_canonical(document), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:REVISION_MARKS]


def _canonical(value: object) -> object:
    if isinstance(value, Mapping):
        return {str(key): _canonical(part) for key, part in value.items() if key not in {"$schema", "description"}}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_canonical(part) for part in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def _assemble(
    document: Mapping[str, object], plans: Plans, walkable: Walkable, locations: tuple[Location, ...]
) -> Layout:
    return Layout(
        name=plans.name,
        revision=revision(document),
        graph=Graph(walkable.nodes, tuple(walkable.edges)),
        access={location.location_code: location.node for location in locations},
        locations=locations,
        zones=plans.zones,
        ways=tuple(map(_drawn, plans.ways)),
        stations=tuple(_station(walkable, spot, kind) for kind, spot in plans.stations),
        depots=tuple(_spot(walkable, spot) for spot in plans.depots),
        cart_parking=tuple(_spot(walkable, spot) for spot in plans.cart_parking),
        closed_edges=(),
        closed=(),
        cut_off=(),
    )


def _drawn(way: WayPlan) -> Way:
    return Way(
        code=way.code,
        zone=way.zone,
        start=way.start,
        end=way.end,
        width_m=way.width_m,
        direction=way.direction,
        storey=way.storey,
        cross=way.cross,
        closed=False,
        racks=tuple(rack_row(way, rack, side) for rack in way.racks for side in sides(rack)),
        capacity=way.capacity,
    )


def _spot(walkable: Walkable, spot: SpotPlan) -> Spot:
    node = walkable.node(spot.code)
    return Spot(spot.code, node, *walkable.nodes[node])


def _station(walkable: Walkable, spot: SpotPlan, kind: StationKind) -> Station:
    node = walkable.node(spot.code)
    return Station(spot.code, kind, node, *walkable.nodes[node])

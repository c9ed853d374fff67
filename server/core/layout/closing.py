"""Closing an aisle or an edge: the graph without it, and the locations that nobody can reach any more."""

from collections.abc import Iterable
from dataclasses import replace

from server.core.errors import BadInput
from server.core.graph import Edge, Graph
from server.core.layout.reach import reach
from server.core.layout.terms import Layout, LocationState, Spot, Station


def close(layout: Layout, places: Iterable[str]) -> Layout:
    """The layout with more places closed: aisles or cross-aisles by code, edges as "u|v" (either way round).

    What is closed already stays closed; to open a place again, close the others on the layout as it was read. Locations
    that cannot be reached become BLOCKED and are named in `cut_off`.
    Raises BadInput: `unknown_place` when a place is no aisle and no edge, `cuts_off` when a station, depot or cart
    parking could not be reached any more.
    """
    wanted = dict.fromkeys((*layout.closed, *places))
    every = (*layout.graph.edges, *layout.closed_edges)
    known = {way.code for way in layout.ways}.union(*((edge.aisle, *_names(edge)) for edge in every))
    unknown = [place for place in wanted if place not in known or not place]
    if unknown:
        listed = ", ".join(map(repr, unknown))
        raise BadInput("unknown_place", f'{listed}: no aisle or edge is called so; write an aisle\'s code, or "u|v"')
    is_open = [not (edge.aisle in wanted or not wanted.keys().isdisjoint(_names(edge))) for edge in every]
    graph = Graph(layout.graph.nodes, tuple(edge for edge, free in zip(every, is_open, strict=True) if free))
    lost = _lost_nodes(layout, graph)
    return replace(
        layout,
        graph=graph,
        locations=tuple(
            replace(one, state=LocationState.BLOCKED) if one.node in lost else one for one in layout.locations
        ),
        ways=tuple(replace(way, closed=way.code in wanted) for way in layout.ways),
        closed=tuple(wanted),
        closed_edges=tuple(edge for edge, free in zip(every, is_open, strict=True) if not free),
        cut_off=tuple(one.location_code for one in layout.locations if one.node in lost),
    )


def _names(edge: Edge) -> tuple[str, str]:
    return f"{edge.u}|{edge.v}", f"{edge.v}|{edge.u}"


def _lost_nodes(layout: Layout, graph: Graph) -> set[str]:
    depot = layout.depots[0]
    to, back = reach(graph.edges, depot.node)
    lost = {node for node in graph.nodes if node not in to or node not in back}
    spots: tuple[Station | Spot, ...] = (*layout.stations, *layout.depots, *layout.cart_parking)
    cut = [spot.code for spot in spots if spot.node in lost]
    if cut:
        raise BadInput("cuts_off", f"with this closed nobody walks between depot {depot.code} and {', '.join(cut)}")
    return lost

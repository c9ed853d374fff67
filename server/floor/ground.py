"""The floor that a wave is planned on: its network, where tours start and end, and how walks are drawn."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from server.core import route
from server.core.errors import NotReady
from server.core.layout import Layout, Station, StationKind, close, read_layout
from server.floor.release import Snapshot

AT_ONCE = 200  # nodes whose distances from start and end are asked for together


@dataclass(frozen=True, slots=True)
class Ground:
    """The floor of one wave: its network, where tours start, where they may end, and metres to each node in use.

    `out_m` are metres from the start to a node, `back_m` from a node to the nearest station.
    """

    layout: Layout
    network: route.Network
    start: str
    stations: tuple[Station, ...]
    out_m: Mapping[str, float]
    back_m: Mapping[str, float]


def ground_of(taken: Snapshot) -> Ground:
    """The floor as it was when the snapshot was taken, what was closed left out.

    Raises:
        NotReady: the layout has no start or no end for a tour.

    """
    layout = close(_layout_of(taken.document), taken.closed)
    starts = (*layout.cart_parking, *layout.depots)
    stations = _ends(layout)
    if not starts or not stations:
        raise NotReady("no_station", "the layout has no depot or no station; a tour needs a start and an end: add them")
    network = route.Network(layout.graph)
    start, ends = starts[0].node, tuple(station.node for station in stations)
    nodes = sorted(set(taken.node_of.values()))
    out_m: dict[str, float] = {}
    back_m: dict[str, float] = {}
    for i in range(0, len(nodes), AT_ONCE):
        some = nodes[i : i + AT_ONCE]
        metres = network.distances((start, *ends, *some))
        first = 1 + len(ends)
        out_m.update(zip(some, metres[0, first:].tolist(), strict=True))
        back_m.update(zip(some, metres[first:, 1:first].min(axis=1).tolist(), strict=True))
    return Ground(layout, network, start, stations, out_m, back_m)


def nearest_station(ground: Ground, nodes: Sequence[str]) -> Station:
    """The station that is nearest to the start over the nearest stop; the first of equal ones."""
    stops = list(dict.fromkeys(nodes))
    ends = [station.node for station in ground.stations]
    metres = ground.network.distances((*ends, *stops))[len(ends) :, : len(ends)].min(axis=0)
    return ground.stations[int(metres.argmin())]


@lru_cache(maxsize=2)
def _layout_of(document: str) -> Layout:
    """A layout file's text read: seconds on the largest, so a planning process keeps the last ones."""
    return read_layout(json.loads(document))


def _ends(layout: Layout) -> tuple[Station, ...]:
    """Packing stations, or where there are none the staging places."""
    packing = tuple(station for station in layout.stations if station.kind is StationKind.PACK)
    return packing or tuple(station for station in layout.stations if station.kind is StationKind.STAGING)

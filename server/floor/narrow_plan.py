"""The ways in which a wave's batches may be walked where aisles are narrow. Imported where plans are made only."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from server.core import route
from server.core.drawn import corners
from server.core.traffic import Sections, Tempo, Walk, sections_of, walk_of
from server.core.traffic.ways import other_orders
from server.floor.ways import PlannedWay

if TYPE_CHECKING:  # the process that only knows the hall has no database, which these bring in
    from server.floor.ground import Ground
    from server.floor.release import PlannedBatch


def with_ways(
    ground: "Ground", node_of: Mapping[str, str], batches: Sequence["PlannedBatch"], tempo: Tempo
) -> tuple["PlannedBatch", ...]:
    """The batches with the ways in which each may be walked, the planned one first; as they are where no aisle has a
    capacity. `node_of` gives each location's access node. Raises what core/route raises."""
    sections = sections_of(ground.layout)
    if not sections.limits:
        return tuple(batches)
    stations = {station.code: station.node for station in ground.stations}
    return tuple(
        replace(batch, ways=_ways(ground, sections, node_of, batch, stations[batch.station_code], tempo))
        for batch in batches
    )


def way_left(
    network: route.Network, sections: Sections, tour: route.Tour, stops: Sequence[tuple[str, str]]
) -> PlannedWay | None:
    """The rest of a tour as it is walked from now on, over `stops` (node, location_code) line by line; None where no
    aisle has a capacity."""
    if not sections.limits:
        return None
    tempo = Tempo()
    lines = [(node, tempo.stop_s / stops.count((node, code))) for node, code in stops]
    walk = walk_of(tour.path, lines, sections, lambda u, v: network.metres((u, v)), tempo)
    return PlannedWay(
        stops=tuple(dict.fromkeys(code for _, code in stops)),
        length_m=tour.length_m,
        path=(),
        walk=walk,
        limits=_limits(walk, sections),
    )


def _limits(walk: Walk, sections: Sections) -> tuple[tuple[str, int], ...]:
    passed = {leg.section for leg in walk.legs if leg.section}
    return tuple((section, sections.limits[section]) for section in sorted(passed))


def _ways(
    ground: "Ground",
    sections: Sections,
    node_of: Mapping[str, str],
    batch: "PlannedBatch",
    end: str,
    tempo: Tempo,
) -> tuple[PlannedWay, ...]:
    lines_at: dict[str, list[str]] = {}
    for line in batch.lines:
        lines_at.setdefault(node_of[line.location_code], []).append(line.location_code)
    planned = tuple(lines_at)
    orders = [planned, *other_orders(ground.network, planned, ground.start, end, sections)]
    return tuple(_way(ground, sections, order, lines_at, end, tempo) for order in orders)


def _way(
    ground: "Ground",
    sections: Sections,
    order: Sequence[str],
    lines_at: Mapping[str, Sequence[str]],
    end: str,
    tempo: Tempo,
) -> PlannedWay:
    tour = route.walk(ground.network, order, ground.start, end)
    lines = [(node, tempo.stop_s / lines_at[node].count(code)) for node in order for code in lines_at[node]]
    walk = walk_of(tour.path, lines, sections, lambda u, v: ground.network.metres((u, v)), tempo)
    return PlannedWay(
        stops=tuple(dict.fromkeys(code for node in order for code in lines_at[node])),
        length_m=tour.length_m,
        path=corners([ground.layout.graph.nodes[node] for node in tour.path]),
        walk=walk,
        limits=_limits(walk, sections),
    )

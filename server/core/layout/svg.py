"""The layout as an SVG picture: racks by zone, aisles with their names and directions, stations, tours in colours."""

import math
from collections.abc import Iterator, Sequence
from html import escape
from types import MappingProxyType

from server.core.errors import NotFound
from server.core.layout.export import box, free_edges, shelves
from server.core.layout.terms import Direction, Layout, Point, RackRow, Spot, Station, StationKind, Way

ZONE_FILLS = ("#d6e4f5", "#dcefd9", "#fbe6c9", "#eadff5", "#f8dcdf", "#d3eeee")
TOUR_INKS = ("#c2410c", "#1d4ed8", "#15803d", "#a21caf", "#b45309", "#0f766e")
STATION_FILLS = MappingProxyType(
    {StationKind.PACK: "#1f6f5c", StationKind.STAGING: "#6b5b95", StationKind.DOCK: "#475569"}
)
DEPOT_FILL, CART_FILL = "#b91c1c", "#b7791f"
HEAD_M, FOOT_M = 3.2, 2.6
SHOWN_PX = 1400
_HALO = 'stroke="#fff" stroke-width=".22" paint-order="stroke"'
STYLE = """
text{font-family:system-ui,"Segoe UI",Roboto,"Liberation Sans",sans-serif;fill:#243042}
.rack{stroke:#8896a8;stroke-width:.05}.bay{stroke:#8896a8;stroke-width:.025;opacity:.7}
.way{stroke:#fff}.line{stroke:#c6cedb;stroke-width:.05;stroke-dasharray:.25 .25}
.closed{stroke:#dc2626;stroke-width:.12;stroke-dasharray:.5 .3}
.path{stroke:#94a3b8;stroke-width:.12;stroke-dasharray:.3 .2}
.limit{fill:#fff;stroke:#b91c1c;stroke-width:.16}
.arrow{fill:#2563eb}.name{font-weight:600;dominant-baseline:central}
.tag{fill:#fff;font-weight:600;text-anchor:middle;dominant-baseline:central}
.tour{fill:none;stroke-linejoin:round;stroke-linecap:round}
"""


def draw_svg(layout: Layout, tours: Sequence[Sequence[str]] = ()) -> str:
    """An SVG picture, one user unit a metre. `tours` are paths of graph nodes, each drawn in its own colour.

    Raises NotFound (`unknown_node`) when a tour passes a node that the layout does not have.
    """
    left, top, width, height = box(layout)
    top, height = top - HEAD_M, height + HEAD_M + FOOT_M
    fills = {zone.code: ZONE_FILLS[n % len(ZONE_FILLS)] for n, zone in enumerate(layout.zones)}
    shown_height = round(SHOWN_PX * height / width)
    view = " ".join(map(_n, (left, top, width, height)))
    role = f'role="img" aria-label="{escape(layout.name)}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{view}" width="{SHOWN_PX}" height="{shown_height}" {role}>',
        f"<style>{STYLE}</style>",
        _rect(left, top, width, height, 'fill="#f4f6f9"'),
        *_heading(layout, left, top),
        *(_floor(way) for way in layout.ways),
        *_free_form(layout),
        *(shape for way in layout.ways for row in way.racks for shape in _rack(row, fills.get(way.zone, "#e5e7eb"))),
        *(shape for way in layout.ways for shape in _way_marks(way)),
        *_spots(layout),
        *(shape for n, path in enumerate(tours) for shape in _tour(layout, path, n, len(tours))),
        *_legend(layout, fills, left, top + height),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _n(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _rect(x: float, y: float, width: float, height: float, style: str) -> str:
    return f'<rect x="{_n(x)}" y="{_n(y)}" width="{_n(width)}" height="{_n(height)}" {style}/>'


def _line(a: Point, b: Point, style: str) -> str:
    return f'<line x1="{_n(a[0])}" y1="{_n(a[1])}" x2="{_n(b[0])}" y2="{_n(b[1])}" {style}/>'


def _text(point: Point, size_m: float, words: str, style: str) -> str:
    return f'<text x="{_n(point[0])}" y="{_n(point[1])}" font-size="{_n(size_m)}" {style}>{escape(words)}</text>'


def _between(a: Point, b: Point, share: float) -> Point:
    return a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share


def _heading(layout: Layout, left: float, top: float) -> Iterator[str]:
    yield _text((left + 1, top + 1.7), 1.3, layout.name, 'font-weight="700"')
    locations = f"{len(layout.locations):,} locations".replace(",", "\u2009")
    aisles = f"{len(layout.aisles)} aisles · {len(layout.stations)} stations · revision {layout.revision[:8]}"
    yield _text((left + 1, top + 3), 0.85, f"{locations} · {aisles}", 'opacity=".7"')


def _floor(way: Way) -> str:
    return _line(way.start, way.end, f'class="way" stroke-width="{_n(way.width_m)}"')


def _free_form(layout: Layout) -> Iterator[str]:
    places = layout.graph.nodes
    for style, edges in (("path", layout.graph.edges), ("closed", layout.closed_edges)):
        for edge in free_edges(layout, edges):
            yield _line(places[edge.u], places[edge.v], f'class="{style}"')
            if edge.oneway:
                yield _arrow(places[edge.u], places[edge.v], 0.5, 0.45)
    for x_m, y_m in shelves(layout):
        yield _rect(x_m - 0.4, y_m - 0.4, 0.8, 0.8, 'class="rack" fill="#e2e8f0" rx=".1"')


def _rack(row: RackRow, fill: str) -> Iterator[str]:
    points = " ".join(f"{_n(x)},{_n(y)}" for x, y in row.corners)
    yield f'<polygon class="rack" points="{points}" fill="{fill}"/>'
    near_start, near_end, far_end, far_start = row.corners
    lines = (
        (_between(near_start, near_end, bay / row.bays), _between(far_start, far_end, bay / row.bays))
        for bay in range(1, row.bays)
    )
    marks = "".join(f"M{_n(a[0])} {_n(a[1])}L{_n(b[0])} {_n(b[1])}" for a, b in lines)
    if marks:
        yield f'<path class="bay" d="{marks}"/>'


def _way_marks(way: Way) -> Iterator[str]:
    yield _line(way.start, way.end, f'class="{"closed" if way.closed else "line"}"')
    size_m = min(way.width_m * 0.42, 0.8)
    long_m = math.dist(way.start, way.end)
    if way.direction is not Direction.BOTH:
        a, b = (way.start, way.end) if way.direction is Direction.FORWARD else (way.end, way.start)
        count = max(1, round(long_m / 6))
        yield from (_arrow(a, b, (n + 0.5) / count, size_m * 0.8) for n in range(count))
    anchor = "end" if way.cross and way.start[0] < way.end[0] else "middle"
    for share in _name_shares(way, long_m):
        place = _between(way.start, way.end, share)
        yield _text(place, size_m, way.code, f'class="name" text-anchor="{anchor}" {_HALO}')
    if way.capacity:
        yield from _capacity(way, size_m)


def _capacity(way: Way, size_m: float) -> Iterator[str]:
    """How many may be in a narrow aisle at once, in a ring, as a road sign tells a limit."""
    x, y = place = _between(way.start, way.end, 0.25)  # in its first block
    yield f'<circle class="limit" cx="{_n(x)}" cy="{_n(y)}" r="{_n(size_m * 0.8)}"/>'
    yield _text(place, size_m, str(way.capacity), 'class="name" text-anchor="middle"')


def _name_shares(way: Way, long_m: float) -> tuple[float, ...]:
    """Where along a way its name stands: before its start for a cross-aisle, else before and behind its racks."""
    if way.cross or not way.racks:
        return (-0.35 / long_m,)
    ends = [_share(way, corner, long_m) for row in way.racks for corner in row.corners[:2]]
    before, behind = min(ends), max(ends)
    return before - 0.55 / long_m, behind + 0.55 / long_m


def _share(way: Way, point: Point, long_m: float) -> float:
    dx, dy = way.end[0] - way.start[0], way.end[1] - way.start[1]
    return ((point[0] - way.start[0]) * dx + (point[1] - way.start[1]) * dy) / long_m**2


def _arrow(a: Point, b: Point, share: float, size_m: float) -> str:
    """A head pointing from a to b, somewhere between them."""
    angle = math.degrees(math.atan2(b[1] - a[1], b[0] - a[0]))
    x, y = _between(a, b, share)
    half = size_m / 2
    points = f"{_n(half)},0 {_n(-half)},{_n(-half)} {_n(-half / 3)},0 {_n(-half)},{_n(half)}"
    return f'<polygon class="arrow" points="{points}" transform="translate({_n(x)} {_n(y)}) rotate({_n(angle)})"/>'


def _spots(layout: Layout) -> Iterator[str]:
    tagged: list[tuple[Spot | Station, str]] = [
        *((spot, CART_FILL) for spot in layout.cart_parking),
        *((station, STATION_FILLS[station.kind]) for station in layout.stations),
        *((spot, DEPOT_FILL) for spot in layout.depots),
    ]
    for spot, fill in tagged:
        wide_m = 0.45 * len(spot.code) + 0.7
        yield _rect(spot.x_m - wide_m / 2, spot.y_m - 0.55, wide_m, 1.1, f'rx=".25" fill="{fill}"')
        yield _text((spot.x_m, spot.y_m), 0.66, spot.code, 'class="tag"')


def _tour(layout: Layout, path: Sequence[str], number: int, count: int) -> Iterator[str]:
    unknown = [node for node in path if node not in layout.graph.nodes]
    if unknown:
        raise NotFound("unknown_node", f"tour {number + 1} passes {unknown[0]!r}, which is no node of {layout.name}")
    if not path:
        return
    ink = TOUR_INKS[number % len(TOUR_INKS)]
    aside_m = (number - (count - 1) / 2) * 0.16  # tours along one aisle stay apart
    places = [(x + aside_m, y + aside_m) for x, y in (layout.graph.nodes[node] for node in path)]
    points = " ".join(f"{_n(x)},{_n(y)}" for x, y in places)
    yield f'<polyline class="tour" points="{points}" stroke="#fff" stroke-width=".42" opacity=".8"/>'
    yield f'<polyline class="tour" points="{points}" stroke="{ink}" stroke-width=".2"/>'
    for (x, y), radius in ((places[0], 0.4), (places[-1], 0.25)):
        yield f'<circle cx="{_n(x)}" cy="{_n(y)}" r="{radius}" fill="{ink}" stroke="#fff" stroke-width=".1"/>'


def _legend(layout: Layout, fills: dict[str, str], left: float, bottom: float) -> Iterator[str]:
    """Zones by colour, and a bar of ten metres."""
    x, y = left + 1, bottom - 1.4
    for zone in layout.zones:
        yield _rect(x, y - 0.45, 0.9, 0.9, f'class="rack" fill="{fills[zone.code]}"')
        yield _text((x + 1.2, y), 0.8, zone.name, 'dominant-baseline="central"')
        x += 2.2 + 0.46 * len(zone.name)
    yield _line((x + 1, y), (x + 11, y), 'stroke="#243042" stroke-width=".12"')
    yield _text((x + 11.4, y), 0.8, "10 m", 'dominant-baseline="central"')

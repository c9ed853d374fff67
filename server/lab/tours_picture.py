"""One picture of the same stops walked by four methods, for docs/routing.md."""

import math
from collections.abc import Iterator, Sequence
from html import escape
from itertools import pairwise

from server.core.graph import Graph
from server.core.route import Network, Tour, largest_gap, s_shape, solve
from server.lab.floors import Floor, Grid, grid_floor
from server.lab.routes_bench import by_name

FLOOR = Grid(2, aisles=10, bays=14, apart_m=4.0)
STOPS, SEED = 22, 11
ASIDE_M = 0.42  # people keep to the right: there and back are two lines
PANEL_GAP_M, HEAD_M = 5.0, 4.5
PX_A_METRE = 10
INK = "#1d4ed8"
STYLE = """
text{font-family:system-ui,"Segoe UI",Roboto,"Liberation Sans",sans-serif;fill:#243042}
.floor{stroke:#d5dbe5;stroke-width:1.7;stroke-linecap:round}
.tour{fill:none;stroke-width:.32;stroke-linejoin:round;stroke-linecap:round}
.stop{fill:#c2410c;stroke:#fff;stroke-width:.18}.door{fill:#b91c1c}
"""


def draw_tours() -> str:
    """An SVG with four panels: location name, S-shape, largest gap, the proven tour; metres and excess over it."""
    floor = grid_floor(FLOOR, STOPS, SEED)
    network = Network(floor.graph)
    asked = (network, floor.picks, floor.start, floor.end)
    best = solve(*asked)
    tours = [("Location name", by_name(*asked)), ("S-shape", s_shape(*asked)), ("Largest gap", largest_gap(*asked))]
    panels = [*tours, ("Gangway", best)]
    xs, ys = zip(*floor.graph.nodes.values(), strict=True)
    width, height = max(xs) - min(xs) + PANEL_GAP_M, max(ys) - min(ys) + PANEL_GAP_M + HEAD_M
    size = f'viewBox="0 0 {2 * width:g} {2 * height:g}" width="{2 * width * PX_A_METRE:g}"'
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-label="One tour under four methods">',
            f'<style>{STYLE}</style><rect width="{2 * width:g}" height="{2 * height:g}" fill="#f4f6f9"/>',
            *(
                line
                for i, (name, tour) in enumerate(panels)
                for line in _panel(floor, name, tour, best, (i % 2 * width, i // 2 * height, max(ys)))
            ),
            "</svg>\n",
        ]
    )


def _panel(floor: Floor, name: str, tour: Tour, best: Tour, corner: tuple[float, float, float]) -> Iterator[str]:
    left, top, far_y = corner
    more = 100 * (tour.length_m / best.length_m - 1)
    told = f"{tour.length_m:g} m, proven shortest" if tour is best else f"{tour.length_m:g} m, {more:.0f} % more"
    yield f'<g transform="translate({left + PANEL_GAP_M / 2:g} {top:g})">'
    yield f'<text x="-1" y="2.4" font-size="1.9" font-weight="700">{escape(name)}</text>'
    yield f'<text x="-1" y="4.3" font-size="1.5">{told}</text>'
    # y grows to the back of the hall, on a picture down the page
    yield f'<g transform="translate(0 {far_y + HEAD_M + PANEL_GAP_M / 2:g}) scale(1 -1)">'
    yield from _ground(floor.graph)
    places = [floor.graph.nodes[node] for node in tour.path]
    points = " ".join(f"{x:.2f},{y:.2f}" for u, v in pairwise(places) for x, y in _aside(u, v))
    yield f'<polyline class="tour" stroke="{INK}" points="{points}"/>'
    for stop in tour.stops:
        x, y = floor.graph.nodes[stop]
        yield f'<circle class="stop" cx="{x:g}" cy="{y:g}" r=".62"/>'
    x, y = floor.graph.nodes[floor.start]
    yield f'<rect class="door" x="{x - 0.8:g}" y="{y - 0.8:g}" width="1.6" height="1.6" rx=".3"/></g></g>'


def _ground(graph: Graph) -> Iterator[str]:
    for edge in graph.edges:
        (ax, ay), (bx, by) = graph.nodes[edge.u], graph.nodes[edge.v]
        yield f'<line class="floor" x1="{ax:g}" y1="{ay:g}" x2="{bx:g}" y2="{by:g}"/>'


def _aside(u: Sequence[float], v: Sequence[float]) -> tuple[tuple[float, float], tuple[float, float]]:
    """A stretch moved to the right of who walks it."""
    dx, dy = v[0] - u[0], v[1] - u[1]
    metres = math.hypot(dx, dy) or 1.0
    right = (dy / metres * ASIDE_M, -dx / metres * ASIDE_M)
    return (u[0] + right[0], u[1] + right[1]), (v[0] + right[0], v[1] + right[1])

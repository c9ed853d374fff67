"""The rest of a running tour, solved: for a planning process, since it needs numpy and, for proofs, HiGHS."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from math import hypot

from server.core import route
from server.core.drawn import Spot, behind, corners
from server.core.errors import FloorError
from server.core.route.answer import improved
from server.floor.errand import Errand, Rest
from server.floor.hall import Hall
from server.floor.narrow_plan import way_left

LEAST_S = 0.002  # of a share
ENOUGH_S = 0.03  # with less the present order is only improved: the exact method would not come through


@dataclass(frozen=True, slots=True)
class Way:
    """An errand on its floor: from where, to where, over which nodes; and how much of the drawn walk is behind."""

    network: route.Network
    start: str
    end: str
    nodes: tuple[str, ...]
    walked: tuple[Spot, ...]


def rests(hall: Hall, errands: Sequence[Errand], budget_s: float) -> tuple[Rest | None, ...]:
    """The shortest walk over the rest of each tour, all within `budget_s`: what cannot be proven then is bounded.

    None for a tour that cannot be walked at all: the others are not to wait for it.
    """
    ends = time.monotonic() + budget_s
    found: list[Rest | None] = []
    for turn, errand in enumerate(errands):
        now = time.monotonic()
        try:
            found.append(rest(hall, errand, max(LEAST_S, (ends - now) / (len(errands) - turn))))
        except FloorError:
            found.append(None)
    return tuple(found)


def rest(hall: Hall, errand: Errand, budget_s: float) -> Rest:
    """The shortest walk over the rest of one tour, within `budget_s`. Raises what core/route raises."""
    way = _way(hall, errand)
    left_s = partial(_left_s, time.monotonic() + budget_s)
    if budget_s < ENOUGH_S:
        tour = improved(way.network, way.nodes, way.start, way.end, left_s=left_s)
    else:
        tour = route.solve(way.network, way.nodes, way.start, way.end, left_s=left_s)
    return _rest(hall, errand, way, tour)


def proof(hall: Hall, errand: Errand, budget_s: float) -> Rest:
    """As `rest`, and then its proof: a shorter walk or a better bound, by integer programming."""
    from server.core.route.proof import prove  # noqa: PLC0415 loads HiGHS, which re-routes do without

    way = _way(hall, errand)
    left_s = partial(_left_s, time.monotonic() + budget_s)
    tour = route.solve(way.network, way.nodes, way.start, way.end, left_s=left_s)
    return _rest(hall, errand, way, prove(way.network, tour, left_s=left_s))


def _left_s(ends: float) -> float:
    return ends - time.monotonic()


def _way(hall: Hall, errand: Errand) -> Way:
    """From where the picker is; when no way leads on from there somebody lets them out, to where tours begin."""
    network, end = hall.floor(errand.closed).network, errand.end or hall.station
    nodes = tuple(stop.node for stop in errand.stops if stop.line_id not in errand.first)
    here = next((stop.node for stop in errand.stops if stop.line_id in errand.first), errand.start) or hall.start
    reached, _ = route.reachable(network, (*nodes, end), here, end)
    if end not in reached:
        here = hall.start
        reached, _ = route.reachable(network, (*nodes, end), here, end)
    wanted = set(nodes)
    return Way(network, here, end, tuple(node for node in reached if node in wanted), _walked(hall, errand, here))


def _walked(hall: Hall, errand: Errand, here: str) -> tuple[Spot, ...]:
    """The drawn walk up to `here`: up to its last visit there from which everything left still lies ahead."""
    if not (errand.start or errand.first):
        return ()
    ahead = [hall.spots[stop.node] for stop in errand.stops if not stop.cut_off]
    return behind(errand.path, hall.spots[here], ahead)


def _rest(hall: Hall, errand: Errand, way: Way, tour: route.Tour) -> Rest:
    place = {node: n for n, node in enumerate(tour.stops)}
    left = [stop for stop in errand.stops if stop.line_id not in errand.first]
    ordered = sorted(
        (stop for stop in left if stop.node in place),
        key=lambda stop: (place[stop.node], stop.location_code != errand.at, stop.location_code),
    )
    lines = [*(stop for stop in errand.stops if stop.line_id in errand.first), *ordered]
    ahead = tuple(hall.spots[node] for node in tour.path)
    walked_m = _metres((*way.walked, ahead[0])) if way.walked else 0.0
    return Rest(
        line_ids=(*errand.first, *(stop.line_id for stop in ordered)),
        cut_off=tuple(stop.line_id for stop in left if stop.node not in place),
        method=tour.method,
        path=corners((*way.walked, *ahead)),
        length_m=walked_m + tour.length_m,
        lower_bound_m=walked_m + tour.lower_bound_m,
        optimal=tour.optimal,
        way=way_left(way.network, hall.sections, tour, [(stop.node, stop.location_code) for stop in lines]),
    )


def _metres(path: Sequence[Spot]) -> float:
    return sum(hypot(bx - ax, by - ay) for (ax, ay), (bx, by) in pairwise(path))

"""Which urgent order joins which running batch, by the tours with and without it. Imported where plans are made."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from server.core import batch, route
from server.core.allocate import Pick, Place, Wanted, allocate, good_until
from server.core.batch.join import Alone, Ride, best_ride
from server.core.errors import NotFound
from server.floor.ground import Ground, ground_of, nearest_station
from server.floor.join import Host, Joining, Running
from server.floor.release import PlannedLine, Snapshot, WaitingLine, WaitingOrder
from server.floor.wave_plan import pace_of, seconds_until


@dataclass(frozen=True, slots=True)
class Fit:
    """An order as it would ride on a host: its totes, and the host's walk in metres and stops with and without it."""

    host: Host
    picks: tuple[Pick, ...]
    totes: tuple[batch.Tote, ...]
    rest_m: float
    joined_m: float
    stops: int
    joined_stops: int


def plan(running: Running) -> Joining | None:
    """See join.plan_joining."""
    taken = running.taken
    ground = ground_of(taken)
    pace = pace_of(taken.means)
    rest = [(host, metres) for host in running.hosts if (metres := _rest_m(ground, host, ())) is not None]
    if not rest:
        return None
    wait_s = 0.0 if running.idle else min(_seconds(metres, len(_nodes(host)), pace) for host, metres in rest)
    for order in taken.orders:
        wanted = [line for line in taken.lines if line.order_ref == order.order_ref]
        found = [_fit(taken, ground, host, metres, wanted) for host, metres in rest]
        fits = [fit for fit in found if fit is not None]
        if not fits:
            continue
        due_s = seconds_until(order.due_at, taken.now)
        alone = Alone(wait_s, min(_alone_s(ground, fit, pace) for fit in fits), due_s)
        best = best_ride([_ride(taken, fit, pace) for fit in fits], alone)
        if best is not None:
            return _joining(taken, ground, order, wanted, fits[best])
    return None


def _fit(taken: Snapshot, ground: Ground, host: Host, rest_m: float, wanted: Sequence[WaitingLine]) -> Fit | None:
    """The order on this host, its units from where the host comes by; None when it does not fit or is not all there."""
    places = _places(taken, ground, host)
    allocation = allocate(
        [
            Wanted(line.line_id, line.order_ref, line.sku, line.qty_each, good_until(taken.now, line.min_life_days))
            for line in wanted
        ],
        places,
        taken.now,
    )
    if allocation.short_each:
        return None
    lines = {line.line_id: line for line in wanted}
    items = [
        batch.Item(
            key,
            lines[pick.line_id].order_ref,
            taken.node_of[pick.location_code],
            pick.qty_each,
            lines[pick.line_id].unit_ml,
            lines[pick.line_id].unit_g,
        )
        for key, pick in enumerate(allocation.picks)
    ]
    totes = batch.fill(items, taken.means.tote_ml or batch.TOTE_ML)
    if not _has_room(host, totes):
        return None
    nodes = {item.node for item in items}
    here = set(_nodes(host))
    joined_m = _rest_m(ground, host, sorted(nodes))
    if joined_m is None:
        return None
    return Fit(host, allocation.picks, totes, rest_m, joined_m, len(here), len(here | nodes))


def _has_room(host: Host, totes: Sequence[batch.Tote]) -> bool:
    volume_ml = sum(tote.volume_ml for tote in totes) + host.unknown_each * batch.UNIT_ML
    weight_g = sum(tote.weight_g for tote in totes)
    return (
        len(totes) <= len(host.slots)
        and (host.free_ml is None or volume_ml <= host.free_ml)
        and (host.free_g is None or weight_g <= host.free_g)
    )


def _places(taken: Snapshot, ground: Ground, host: Host) -> list[Place]:
    """Where units lie, by how far off the host's tour that is, as the crow flies."""
    spots, cut_off = ground.layout.graph.nodes, set(ground.layout.cut_off)
    tour = [spots[node] for node in (_start(ground, host), *_nodes(host))]
    return [
        replace(
            place,
            aisle="",
            detour_m=min(math.dist(spots[taken.node_of[place.location_code]], spot) for spot in tour),
        )
        for place in taken.places
        if place.location_code not in cut_off
    ]


def _rest_m(ground: Ground, host: Host, more: Sequence[str]) -> float | None:
    """Metres of what is left of the host's tour, with `more` nodes to come by; None when its picker is shut in, or
    cannot come by one of these."""
    start = _start(ground, host)
    end = host.errand.end or ground.stations[0].node
    reached, _ = route.reachable(ground.network, _nodes(host), start, end)
    try:
        return route.solve(ground.network, (*reached, *more), start, end).length_m
    except NotFound:
        return None


def _start(ground: Ground, host: Host) -> str:
    return host.errand.start or ground.start


def _nodes(host: Host) -> list[str]:
    return [stop.node for stop in host.errand.stops if not stop.cut_off]


def _alone_s(ground: Ground, fit: Fit, pace: batch.Pace) -> float:
    """Seconds of a walk for this order alone."""
    nodes = sorted({node for tote in fit.totes for node in tote.nodes})
    tour = route.solve(ground.network, nodes, ground.start, nearest_station(ground, nodes).node)
    return pace.batch_s + _seconds(tour.length_m, len(nodes), pace)


def _ride(taken: Snapshot, fit: Fit, pace: batch.Pace) -> Ride:
    rest_s = _seconds(fit.rest_m, fit.stops, pace)
    joined_s = _seconds(fit.joined_m, fit.joined_stops, pace)
    return Ride(rest_s, joined_s - rest_s, seconds_until(fit.host.due_at, taken.now))


def _seconds(length_m: float, stops: int, pace: batch.Pace) -> float:
    return length_m / pace.speed_m_s + stops * pace.stop_s


def _joining(taken: Snapshot, ground: Ground, order: WaitingOrder, wanted: Sequence[WaitingLine], fit: Fit) -> Joining:
    skus = {line.line_id: line.sku for line in wanted}
    lines = tuple(
        PlannedLine(slot, pick.line_id, pick.location_code, skus[pick.line_id], pick.lot, units)
        for slot, tote in zip(fit.host.slots, fit.totes, strict=False)
        for pick, units in ((fit.picks[key], units) for key, units in tote.contents)
    )
    before = {stop.location_code: stop.node for stop in fit.host.errand.stops if not stop.cut_off}
    after = before | {line.location_code: taken.node_of[line.location_code] for line in lines}
    (name_m, s_m), (joined_name_m, joined_s_m) = (_usual_m(ground, fit.host, stops) for stops in (before, after))
    slots, added_m = fit.host.slots[: len(fit.totes)], fit.joined_m - fit.rest_m
    return Joining(order, fit.host.errand, slots, lines, added_m, joined_name_m - name_m, joined_s_m - s_m)


def _usual_m(ground: Ground, host: Host, stops: Mapping[str, str]) -> tuple[float, float]:
    """Metres of the rest of the host's tour over these stops (location_code -> node) by name, and in S-shape."""
    nodes = [stops[code] for code in sorted(stops)]
    start, end = _start(ground, host), host.errand.end or ground.stations[0].node
    by_name = route.given_order(ground.network, nodes, start, end)
    return by_name.length_m, route.s_shape(ground.network, nodes, start, end).length_m

"""How a wave is planned: lots and locations, totes, carts, tours. Imported where plans are made, never to serve."""

import json
import math
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby

from server.core import batch, route
from server.core.allocate import Allocation, Pick, Wanted, allocate
from server.core.errors import NotReady
from server.core.graph import Graph
from server.core.layout import Layout, Station, StationKind, close, read_layout
from server.floor.release import Plan, PlannedBatch, PlannedLine, Progress, Snapshot, WaitingLine, WaitingOrder

AT_ONCE = 200  # nodes whose distances from start and end are asked for together
BATCHING_S = 4.0  # a large wave's batches are improved so long; a small wave's search ends by itself before
PACE = batch.Pace(pickers=4)  # by which cutoffs are held to be in time or not


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


@dataclass(frozen=True, slots=True)
class FirstCome:
    """What a wave would walk with its totes on carts in the order in which they came, in metres."""

    name_order_m: float
    s_shape_m: float
    shortest_m: float


def plan(taken: Snapshot, progress: Progress | None = None, batching_s: float = BATCHING_S) -> Plan:
    """See release.plan_wave; at most `batching_s` seconds go into making batches shorter."""
    layout = close(read_layout(json.loads(taken.document)), taken.closed)
    ground = _ground(layout, sorted(set(taken.node_of.values())))
    allocation = _allocate(taken, ground)
    served = _served(taken, allocation)
    together = _totes_by_priority(taken, ground, allocation)
    share_s = batching_s / max(1, sum(map(len, together)))
    carts = [(totes, cart) for totes in together for cart in _carts(taken, ground, totes, share_s * len(totes))]
    batches = []
    for totes, cart in carts:
        batches.append(_batch(taken, ground, allocation.picks, [totes[i] for i in cart]))
        if progress:
            progress(len(batches), len(carts))
    states = {order.order_ref: "picking" if order.order_ref in served else "short" for order in taken.orders}
    return Plan(taken.cutoff, states, allocation.short_each, tuple(batches))


def first_come(taken: Snapshot) -> FirstCome:
    """What `plan` is to be measured against."""
    layout = close(read_layout(json.loads(taken.document)), taken.closed)
    ground = _ground(layout, sorted(set(taken.node_of.values())))
    allocation = _allocate(taken, ground)
    carts = [
        _batch(taken, ground, allocation.picks, [totes[i] for i in cart])
        for totes in _totes_by_priority(taken, ground, allocation)
        for cart in batch.first_come(totes, taken.slots)
    ]
    return FirstCome(
        name_order_m=sum(cart.name_order_m for cart in carts),
        s_shape_m=sum(cart.s_shape_m for cart in carts),
        shortest_m=sum(cart.length_m for cart in carts),
    )


def _ground(layout: Layout, nodes: Sequence[str]) -> Ground:
    starts = (*layout.cart_parking, *layout.depots)
    stations = _ends(layout)
    if not starts or not stations:
        raise NotReady("no_station", "the layout has no depot or no station; a tour needs a start and an end: add them")
    network = route.Network(layout.graph)
    start, ends = starts[0].node, tuple(station.node for station in stations)
    out_m: dict[str, float] = {}
    back_m: dict[str, float] = {}
    for i in range(0, len(nodes), AT_ONCE):
        some = nodes[i : i + AT_ONCE]
        metres = network.distances((start, *ends, *some))
        first = 1 + len(ends)
        out_m.update(zip(some, metres[0, first:].tolist(), strict=True))
        back_m.update(zip(some, metres[first:, 1:first].min(axis=1).tolist(), strict=True))
    return Ground(layout, network, start, stations, out_m, back_m)


def _ends(layout: Layout) -> tuple[Station, ...]:
    """Packing stations, or where there are none the staging places."""
    packing = tuple(station for station in layout.stations if station.kind is StationKind.PACK)
    return packing or tuple(station for station in layout.stations if station.kind is StationKind.STAGING)


def _allocate(taken: Snapshot, ground: Ground) -> Allocation:
    """Lots and locations for every line; what nobody can walk to now is not given out."""
    cut_off = set(ground.layout.cut_off)
    node_of = taken.node_of
    places = [
        replace(
            place, detour_m=ground.out_m[node_of[place.location_code]] + ground.back_m[node_of[place.location_code]]
        )
        for place in taken.places
        if place.location_code not in cut_off
    ]
    wanted = [Wanted(line.line_id, line.order_ref, line.sku, line.qty_each) for line in taken.lines]
    return allocate(wanted, places, taken.now)


def _served(taken: Snapshot, allocation: Allocation) -> frozenset[str]:
    """Orders of which at least one unit can be had."""
    order_of = {line.line_id: line.order_ref for line in taken.lines}
    return frozenset(order_of[pick.line_id] for pick in allocation.picks)


def _totes_by_priority(taken: Snapshot, ground: Ground, allocation: Allocation) -> list[list[batch.Tote]]:
    """Totes of orders of one priority together: an urgent order does not wait for a cart of others."""
    lines = {line.line_id: line for line in taken.lines}
    heads = {order.order_ref: (turn, order) for turn, order in enumerate(taken.orders)}
    along = _along(taken, ground)
    keyed = sorted(
        range(len(allocation.picks)),
        key=lambda i: (
            heads[lines[allocation.picks[i].line_id].order_ref][0],
            along[allocation.picks[i].location_code],
        ),
    )
    items = [_item(i, allocation.picks[i], lines, taken.node_of) for i in keyed]
    by_priority = groupby(items, lambda item: heads[item.order_ref][1].priority)
    return [list(batch.fill(some)) for _, some in by_priority]


def _item(key: int, pick: Pick, lines: Mapping[int, WaitingLine], node_of: Mapping[str, str]) -> batch.Item:
    line = lines[pick.line_id]
    return batch.Item(key, line.order_ref, node_of[pick.location_code], pick.qty_each, line.unit_ml)


def _along(taken: Snapshot, ground: Ground) -> Mapping[str, tuple[float, str, float, str]]:
    """Where a location comes when one goes through the building aisle by aisle, the nearest aisle first."""
    aisle_of = {place.location_code: place.aisle for place in taken.places}
    nearest: dict[str, float] = defaultdict(lambda: float("inf"))
    for code, aisle in aisle_of.items():
        nearest[aisle] = min(nearest[aisle], ground.out_m[taken.node_of[code]])
    return {code: (nearest[aisle], aisle, ground.out_m[taken.node_of[code]], code) for code, aisle in aisle_of.items()}


def _carts(taken: Snapshot, ground: Ground, totes: Sequence[batch.Tote], seconds: float) -> tuple[batch.Batch, ...]:
    """Totes on carts: those with a cutoff in time, and then by short walks."""
    nodes = sorted({node for tote in totes for node in tote.nodes})
    walks = batch.walks_on(ground.network, nodes, ground.start, ground.stations[0].node)
    due_at = {order.order_ref: order.due_at for order in taken.orders}
    due_s = [_seconds_until(due_at[tote.order_ref], taken.now) for tote in totes]
    until = time.monotonic() + seconds
    return batch.plan_in_time(
        totes, due_s, batch.Capacity(taken.slots), walks, PACE, left_s=lambda: until - time.monotonic()
    )


def _seconds_until(due_at: str, now: str) -> float:
    """Seconds until a due time; without one, endless."""
    if not due_at:
        return math.inf
    return (datetime.fromisoformat(due_at) - datetime.fromisoformat(now)).total_seconds()


def _batch(taken: Snapshot, ground: Ground, picks: Sequence[Pick], totes: Sequence[batch.Tote]) -> PlannedBatch:
    """The tour of one cart, and what it is to be compared with."""
    skus = {line.line_id: line.sku for line in taken.lines}
    lines = [
        PlannedLine(slot, picks[key].line_id, picks[key].location_code, skus[picks[key].line_id], picks[key].lot, units)
        for slot, tote in enumerate(totes, start=1)
        for key, units in tote.contents
    ]
    by_name = [taken.node_of[line.location_code] for line in sorted(lines, key=lambda line: line.location_code)]
    station = _station(ground, by_name)
    tour = route.solve(ground.network, by_name, ground.start, station.node)
    orders = {order.order_ref: order for order in taken.orders}
    on_cart = [orders[tote.order_ref] for tote in totes]
    return PlannedBatch(
        priority=max(order.priority for order in on_cart),
        due_at=_first_due(on_cart),
        slots=tuple(tote.order_ref for tote in totes),
        lines=_in_walking_order(lines, tour.stops, taken.node_of),
        length_m=tour.length_m,
        lower_bound_m=tour.lower_bound_m,
        optimal=tour.optimal,
        method=tour.method,
        name_order_m=route.given_order(ground.network, by_name, ground.start, station.node).length_m,
        s_shape_m=route.s_shape(ground.network, by_name, ground.start, station.node).length_m,
        path=corners(ground.layout.graph, tour.path),
        station_code=station.code,
    )


def _station(ground: Ground, nodes: Sequence[str]) -> Station:
    """The station that is nearest to the start over the nearest stop; the first of equal ones."""
    stops = list(dict.fromkeys(nodes))
    ends = [station.node for station in ground.stations]
    metres = ground.network.distances((*ends, *stops))[len(ends) :, : len(ends)].min(axis=0)
    return ground.stations[int(metres.argmin())]


def _in_walking_order(
    lines: Sequence[PlannedLine], stops: Sequence[str], node_of: Mapping[str, str]
) -> tuple[PlannedLine, ...]:
    place = {node: turn for turn, node in enumerate(stops)}
    return tuple(
        sorted(
            lines,
            key=lambda line: (place[node_of[line.location_code]], line.location_code, line.sku, line.lot, line.slot),
        )
    )


def _first_due(orders: Sequence[WaitingOrder]) -> str:
    return min((order.due_at for order in orders if order.due_at), default="")


def corners(graph: Graph, path: Sequence[str]) -> tuple[tuple[float, float], ...]:
    """The walk as points in metres, without those that lie straight between their neighbours."""
    points = [graph.nodes[node] for node in path]
    kept: list[tuple[float, float]] = []
    for i, point in enumerate(points):
        if 0 < i < len(points) - 1 and _straight(kept[-1], point, points[i + 1]):
            continue
        kept.append(point)
    return tuple(kept)


def _straight(a: tuple[float, float], b: tuple[float, float], c: tuple[float, float]) -> bool:
    """Whether b lies on the way from a to c, and not at a turning point."""
    ahead, on = (b[0] - a[0], b[1] - a[1]), (c[0] - b[0], c[1] - b[1])
    turn = ahead[0] * on[1] - ahead[1] * on[0]
    return abs(turn) < 1e-9 and ahead[0] * on[0] + ahead[1] * on[1] >= 0

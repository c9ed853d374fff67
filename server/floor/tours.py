"""Carts -> tours: from which of several equal locations units come, in which order, and how long the walks are."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from server.core import batch, route
from server.core.allocate import Allocation, Shelf, equals
from server.core.batch.narrow import NarrowLengths
from server.core.drawn import corners
from server.core.layout import Station
from server.core.locate import Part, choose_shelves, spare_of
from server.floor.ground import Ground, nearest_station
from server.floor.release import PlannedBatch, PlannedLine, Snapshot, WaitingOrder

TOLERANCE_M = 1e-3  # of sums in single precision


@dataclass(frozen=True, slots=True)
class Cart:
    """A cart before its tour: the order of each slot, and its lines, which nobody has put in order yet."""

    slots: tuple[str, ...]
    lines: tuple[PlannedLine, ...]


def cart_of(taken: Snapshot, allocation: Allocation, totes: Sequence[batch.Tote]) -> Cart:
    """Totes side by side, the first in slot 1, with their units where allocation takes them."""
    skus = {line.line_id: line.sku for line in taken.lines}
    picks = allocation.picks
    lines = tuple(
        PlannedLine(slot, picks[key].line_id, picks[key].location_code, skus[picks[key].line_id], picks[key].lot, units)
        for slot, tote in enumerate(totes, start=1)
        for key, units in tote.contents
    )
    return Cart(tuple(tote.order_ref for tote in totes), lines)


def plan_tours(
    taken: Snapshot, ground: Ground, carts: Sequence[Cart], stock: Allocation, clock: Callable[[], route.Left]
) -> Iterator[PlannedBatch]:
    """The tour of each cart, over the locations that make all of them short; `clock` is started when they are chosen.

    No tour is longer than it would be over the locations that allocation took; S-shape and name order walk those.
    """
    stations = [nearest_station(ground, _nodes(taken, cart.lines)) for cart in carts]
    first = [_tour(taken, ground, cart, station) for cart, station in zip(carts, stations, strict=True)]
    chosen = _chosen(taken, ground, carts, stations, stock, clock)
    tours = [
        before if cart == other else _tour(taken, ground, other, station)
        for cart, other, before, station in zip(carts, chosen, first, stations, strict=True)
    ]
    if any(tour.length_m > before.length_m + TOLERANCE_M for tour, before in zip(tours, first, strict=True)):
        chosen, tours = list(carts), first  # tours have exchanged places: what one would lose, all give back
    for cart, other, station, before, tour in zip(carts, chosen, stations, first, tours, strict=True):
        yield _planned(taken, ground, cart, other, station, before, tour)


def first_tours(taken: Snapshot, ground: Ground, carts: Sequence[Cart]) -> list[PlannedBatch]:
    """The tour of each cart over the locations that allocation took."""
    found = []
    for cart in carts:
        station = nearest_station(ground, _nodes(taken, cart.lines))
        tour = _tour(taken, ground, cart, station)
        found.append(_planned(taken, ground, cart, cart, station, tour, tour))
    return found


def _planned(
    taken: Snapshot, ground: Ground, cart: Cart, chosen: Cart, station: Station, first: route.Tour, tour: route.Tour
) -> PlannedBatch:
    by_name = _nodes(taken, cart.lines)
    orders = {order.order_ref: order for order in taken.orders}
    on_cart = [orders[order_ref] for order_ref in cart.slots]
    return PlannedBatch(
        priority=max(order.priority for order in on_cart),
        due_at=_first_due(on_cart),
        slots=cart.slots,
        lines=_in_walking_order(chosen.lines, tour.stops, taken.node_of),
        length_m=tour.length_m,
        lower_bound_m=tour.lower_bound_m,
        optimal=tour.optimal,
        method=tour.method,
        name_order_m=route.given_order(ground.network, by_name, ground.start, station.node).length_m,
        s_shape_m=route.s_shape(ground.network, by_name, ground.start, station.node).length_m,
        first_location_m=first.length_m,
        path=corners([ground.layout.graph.nodes[node] for node in tour.path]),
        station_code=station.code,
    )


def _tour(taken: Snapshot, ground: Ground, cart: Cart, station: Station) -> route.Tour:
    return route.solve(ground.network, _nodes(taken, cart.lines), ground.start, station.node)


def _chosen(
    taken: Snapshot,
    ground: Ground,
    carts: Sequence[Cart],
    stations: Sequence[Station],
    stock: Allocation,
    clock: Callable[[], route.Left],
) -> list[Cart]:
    """The carts with their lines where they are best taken from."""
    cut_off = set(ground.layout.cut_off)
    places = [place for place in taken.places if place.location_code not in cut_off]
    spare = spare_of(places, stock.picks, {line.line_id: line.sku for line in taken.lines})
    parts = _parts(carts, equals(places, taken.now))
    if all(len(part.shelves) == 1 for part in parts):
        return list(carts)
    nodes = sorted({taken.node_of[shelf[0]] for part in parts for shelf in part.shelves})
    ends = {station.node for station in stations}
    walks = {end: batch.walks_on(ground.network, nodes, ground.start, end) for end in sorted(ends)}
    if all(isinstance(some.lengths, NarrowLengths) for some in walks.values()):
        own = [walks[station.node] for station in stations]
        shelves: Sequence[Shelf] = choose_shelves(parts, spare, taken.node_of, own, left_s=clock())
    else:
        shelves = _one_by_one(taken, ground, parts, spare, stations, clock())
    return _moved(carts, parts, shelves)


def _parts(carts: Sequence[Cart], equal: Mapping[Shelf, tuple[Shelf, ...]]) -> list[Part]:
    units: dict[tuple[int, Shelf], int] = defaultdict(int)
    for tour, cart in enumerate(carts):
        for line in cart.lines:
            units[tour, _shelf(line)] += line.qty_each
    return [Part(tour, shelf, qty_each, equal[shelf]) for (tour, shelf), qty_each in units.items()]


def _one_by_one(
    taken: Snapshot,
    ground: Ground,
    parts: Sequence[Part],
    spare: dict[Shelf, int],
    stations: Sequence[Station],
    left_s: route.Left,
) -> list[Shelf]:
    """On floors where no walks are weighed exactly: each tour chooses among what is to spare when its turn comes."""
    found = [part.shelf for part in parts]
    for tour, station in enumerate(stations):
        mine = [number for number, part in enumerate(parts) if part.tour == tour]
        open_to = {number: _open_to(parts[number], spare) for number in mine}
        groups = [[taken.node_of[shelf[0]] for shelf in open_to[number]] for number in mine]
        if left_s() <= 0 or all(len(group) == 1 for group in groups):
            continue
        left = partial(_beyond, left_s, left_s() * (1 - 1 / (len(stations) - tour)))
        choice = route.solve_choice(ground.network, groups, ground.start, station.node, left_s=left)
        if choice.tour.length_m >= choice.first_m:
            continue
        for number, node in zip(mine, choice.nodes, strict=True):
            part = parts[number]
            there = (shelf for shelf in _open_to(part, spare) if taken.node_of[shelf[0]] == node)
            shelf = next(there, part.shelf)  # another part of this cart may have taken what was to spare
            spare[part.shelf] += part.qty_each
            spare[shelf] -= part.qty_each
            found[number] = shelf
    return found


def _open_to(part: Part, spare: Mapping[Shelf, int]) -> list[Shelf]:
    """Where a tour may take these units from when no other tour gives anything up; where they are first."""
    return [part.shelf, *(one for one in part.shelves if one != part.shelf and spare[one] >= part.qty_each)]


def _beyond(left_s: route.Left, spared_s: float) -> float:
    return left_s() - spared_s


def _moved(carts: Sequence[Cart], parts: Sequence[Part], shelves: Sequence[Shelf]) -> list[Cart]:
    """The carts with the units of each part from its shelf; two visits of one line to one shelf become one."""
    goes_to = {(part.tour, part.shelf): shelf for part, shelf in zip(parts, shelves, strict=True)}
    return [
        replace(cart, lines=_merged([_at(line, goes_to[tour, _shelf(line)]) for line in cart.lines]))
        for tour, cart in enumerate(carts)
    ]


def _at(line: PlannedLine, shelf: Shelf) -> PlannedLine:
    return replace(line, location_code=shelf[0], lot=shelf[2])


def _merged(lines: Sequence[PlannedLine]) -> tuple[PlannedLine, ...]:
    found: dict[tuple[int, int, str, str], PlannedLine] = {}
    for line in lines:
        key = (line.slot, line.order_line_id, line.location_code, line.lot)
        before = found.get(key)
        found[key] = line if before is None else replace(before, qty_each=before.qty_each + line.qty_each)
    return tuple(found.values())


def _shelf(line: PlannedLine) -> Shelf:
    return (line.location_code, line.sku, line.lot)


def _nodes(taken: Snapshot, lines: Sequence[PlannedLine]) -> list[str]:
    """Where the lines' locations are reached, in the order of the locations' names."""
    return [taken.node_of[line.location_code] for line in sorted(lines, key=lambda line: line.location_code)]


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

"""What a layout must keep beyond the shape of its file: references, lengths, and that one can walk to everything."""

from collections import Counter

from server.core.layout.plans import Plans, WayPlan
from server.core.layout.reach import reach
from server.core.layout.terms import Location
from server.core.layout.walkable import Problems, Walkable
from server.core.layout.ways import NEAR_M, length_m, sides

SHORTEST_WAY_M = 0.1


def check_words(plans: Plans, problems: Problems) -> None:
    """References and doubles that can be seen without a graph."""
    zones = {zone.code for zone in plans.zones}
    zoned = [(way.place, way.zone) for way in plans.ways] + [(one.place, one.zone) for one in plans.locations]
    for place, zone in zoned:
        if zone and zone not in zones:
            problems.append((f"{place}.zone", f"there is no zone {zone!r}; list it under zones"))
    _once(problems, "zones", [zone.code for zone in plans.zones])
    _once(problems, "aisles and cross_aisles", [way.code for way in plans.ways])
    spots = [*plans.nodes, *(spot for _, spot in plans.stations), *plans.depots, *plans.cart_parking]
    _once(problems, "nodes, stations, depots and cart_parking", [spot.code for spot in spots])
    for place, code in [(way.place, way.code) for way in plans.ways] + [(spot.place, spot.code) for spot in spots]:
        if "|" in code:
            problems.append((place, f"{code!r} holds a |, which stands between the two nodes of an edge; rename it"))
    if not plans.depots:
        problems.append(("depots", "is missing; tours start at a depot, give at least one"))
    for way in plans.ways:
        _check_racks(way, problems)


def _once(problems: Problems, place: str, codes: list[str]) -> None:
    for code, times in Counter(codes).items():
        if times > 1:
            problems.append((place, f"{code!r} stands {times} times; give each its own code"))


def _check_racks(way: WayPlan, problems: Problems) -> None:
    long_m = length_m(way)
    if long_m < SHORTEST_WAY_M:
        problems.append((way.place, f"{way.code} is {long_m:g} m long from {way.start} to {way.end}; move one end"))
    for rack in way.racks:
        if rack.end_m > long_m + NEAR_M:
            what = f"ends {rack.end_m:g} m along {way.code}, which is {long_m:g} m long; fewer or shorter bays fit"
            problems.append((rack.place, what))
    for index, rack in enumerate(way.racks):
        for other in way.racks[:index]:
            apart = rack.start_m >= other.end_m - NEAR_M or other.start_m >= rack.end_m - NEAR_M
            if not apart and set(sides(rack)) & set(sides(other)):
                problems.append((rack.place, f"stands where {other.place} stands; move its start_m or change its side"))


def check_reach(plans: Plans, walkable: Walkable, locations: tuple[Location, ...]) -> None:
    """Everything open or closed must be walkable to and from the first depot."""
    depot = plans.depots[0].code
    to, back = reach(walkable.edges, walkable.node(depot))
    lost = {node for node in walkable.nodes if node not in to or node not in back}
    if not lost:
        return

    def report(place: str, name: str, node: str) -> None:
        cannot = "be reached from" if node not in to else "get back to"
        mend = "join it to a way, add an edge, or check the one-way directions"
        walkable.problems.append((place, f"{name} cannot {cannot} depot {depot}; {mend}"))

    for spot in (*plans.nodes, *(spot for _, spot in plans.stations), *plans.depots, *plans.cart_parking):
        if walkable.node(spot.code) in lost:
            report(spot.place, spot.code, walkable.node(spot.code))
    by_aisle: dict[str, list[Location]] = {}
    for location in locations:
        if location.node in lost:
            by_aisle.setdefault(location.aisle, []).append(location)
    places = {way.code: way.place for way in plans.ways}
    for aisle, cut in by_aisle.items():
        codes = ", ".join(location.location_code for location in cut[:3])
        report(places.get(aisle, "locations"), f"{len(cut)} locations ({codes}, …)", cut[0].node)
    if not walkable.problems:
        node = min(lost)
        report("aisles and cross_aisles", f"node {node}", node)

"""From rack patterns to single locations, each with its code, check digits, place and standing place."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from server.core.layout.codes import check_digits, write_code
from server.core.layout.fields import text_fault
from server.core.layout.plans import ExceptionPlan, LocationPlan, Plans, RackPlan, Side, WayPlan
from server.core.layout.terms import Location, LocationKind, LocationState
from server.core.layout.walkable import Problems, Walkable
from server.core.layout.ways import along, bay_numbers, sides

MOST_LOCATIONS = 200_000


def list_locations(plans: Plans, walkable: Walkable) -> tuple[Location, ...]:
    """Every location of all racks and of the free list; faults go into the walkable's problems."""
    problems = walkable.problems
    awaited = len(plans.locations) + sum(map(_count, (rack for way in plans.ways for rack in way.racks)))
    if awaited > MOST_LOCATIONS:
        problems.append(("aisles", f"{awaited} locations; at most {MOST_LOCATIONS} fit one layout"))
        return ()
    first: dict[str, str] = {}  # upper-case code -> place: scanners may change the case
    found: list[Location] = []
    for way in plans.ways:
        for rack in way.racks:
            shelf = list(_of_rack(way, rack, walkable))
            if fault := text_fault(shelf[-1].location_code):
                problems.append((f"{rack.place}.code", f"{shelf[-1].location_code!r} {fault}"))
            _claim(shelf, rack.place, first, problems)
            found.extend(shelf)
    for plan in plans.locations:
        free = _of_plan(plan, walkable)
        _claim([free], plan.place, first, problems)
        found.append(free)
    return _with_exceptions(found, plans.exceptions, problems)


def _count(rack: RackPlan) -> int:
    return rack.bays * rack.levels * rack.positions * len(sides(rack))


def _claim(shelf: list[Location], place: str, first: dict[str, str], problems: Problems) -> None:
    before = len(first)
    codes = [location.location_code for location in shelf]
    taken = [code for code in codes if first.setdefault(code.upper(), place) != place]
    within = len(shelf) - len(taken) - (len(first) - before)
    if taken:
        problems.append((place, f"{len(taken)} codes stand in {first[taken[0].upper()]} too: {_some(taken)}"))
    if within:
        what = f"{within} codes come twice here; name bay, level and position in the code pattern"
        problems.append((place, what))


def _some(codes: list[str]) -> str:
    return ", ".join(codes[:3]) + (", …" if len(codes) > len(codes[:3]) else "")


def _of_rack(way: WayPlan, rack: RackPlan, walkable: Walkable) -> Iterator[Location]:
    cell_m = rack.bay_length_m / rack.positions
    for side in sides(rack):
        number, step = bay_numbers(rack, side)
        aside_m = (way.width_m + rack.depth_m) / 2 * (1 if side is Side.LEFT else -1)
        for index in range(rack.bays):
            bay = number + index * step
            for cell in range(rack.positions):
                offset_m = rack.start_m + (index * rack.positions + cell + 0.5) * cell_m
                x_m, y_m = along(way, offset_m, aside_m)
                node = walkable.at(way, offset_m)
                for level in range(1, rack.levels + 1):
                    code = write_code(rack.code, way.zone, way.code, bay=bay, level=level, position=cell + 1)
                    yield Location(
                        location_code=code,
                        zone=way.zone,
                        aisle=way.code,
                        bay=bay,
                        level=level,
                        position=cell + 1,
                        check_digits=check_digits(code),
                        x_m=round(x_m, 3),
                        y_m=round(y_m, 3),
                        node=node,
                        state=LocationState.OPEN,
                        kind=LocationKind.RESERVE if level >= rack.reserve_from_level else rack.kind,
                    )


def _of_plan(plan: LocationPlan, walkable: Walkable) -> Location:
    node = walkable.node(plan.node)
    if not node:
        walkable.problems.append((f"{plan.place}.node", f"there is no node {plan.node!r}"))
    x_m, y_m = plan.point or walkable.nodes.get(node, (0.0, 0.0))
    return Location(
        location_code=plan.location_code,
        zone=plan.zone,
        aisle=plan.aisle,
        bay=plan.bay,
        level=plan.level,
        position=plan.position,
        check_digits=plan.check_digits or check_digits(plan.location_code),
        x_m=x_m,
        y_m=y_m,
        node=node,
        state=plan.state,
        kind=plan.kind,
    )


def _with_exceptions(
    found: list[Location], exceptions: Mapping[str, ExceptionPlan], problems: Problems
) -> tuple[Location, ...]:
    if not exceptions:
        return tuple(found)
    unknown = dict(exceptions)
    changed = []
    for location in found:
        exception = unknown.pop(location.location_code, None)
        changed.append(_changed(location, exception) if exception else location)
    for code, exception in unknown.items():
        problems.append((exception.place, f"there is no location {code!r}"))
    return tuple(changed)


def _changed(location: Location, exception: ExceptionPlan) -> Location:
    return replace(
        location,
        state=exception.state or location.state,
        kind=exception.kind or location.kind,
        check_digits=exception.check_digits or location.check_digits,
    )

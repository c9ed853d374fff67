"""Reading the layout file: each object becomes a plan, every fault is noted with its place."""

from collections.abc import Mapping

from server.core.layout.codes import MANY_POSITIONS, ONE_POSITION, pattern_fault
from server.core.layout.fields import FARTHEST_M, Fields
from server.core.layout.plans import (
    EdgePlan,
    ExceptionPlan,
    LocationPlan,
    Numbering,
    Plans,
    RackPlan,
    Side,
    SpotPlan,
    WayPlan,
)
from server.core.layout.terms import Direction, LocationKind, LocationState, StationKind, Zone

FORMAT = 1
MOST_BAYS = 1_000
MOST_LEVELS = 50
MOST_POSITIONS = 50
MOST_AT_ONCE = 1_000


def read_plans(document: Mapping[str, object], problems: list[tuple[str, str]]) -> Plans:
    """The file as written; every fault of a field goes into `problems`, with a harmless value in its stead."""
    top = Fields(document, "", problems)
    if top.whole("format", 1, 1_000) != FORMAT:
        top.wrong("format", f"this program reads format {FORMAT}")
    for remark in ("$schema", "description"):
        if top.has(remark):
            top.text(remark, longest=2_000)
    patterns = {name: _pattern(fields) for name, fields in top.named("rack_patterns")}
    plans = Plans(
        name=top.text("name"),
        zones=tuple(map(_zone, top.objects("zones"))),
        ways=(
            *(_way(fields, patterns, cross=False) for fields in top.objects("aisles")),
            *(_way(fields, patterns, cross=True) for fields in top.objects("cross_aisles")),
        ),
        nodes=tuple(_closed_spot(fields, "id") for fields in top.objects("nodes")),
        edges=tuple(map(_edge, top.objects("edges"))),
        stations=tuple(map(_station, top.objects("stations"))),
        depots=tuple(_closed_spot(fields, "code") for fields in top.objects("depots")),
        cart_parking=tuple(_closed_spot(fields, "code") for fields in top.objects("cart_parking")),
        locations=tuple(map(_location, top.objects("locations"))),
        exceptions={code: _exception(fields) for code, fields in top.named("exceptions")},
        closed=top.texts("closed"),
    )
    top.close()
    return plans


def _pattern(fields: Fields) -> Mapping[str, object]:
    """A rack pattern's fields; they are read where an aisle uses them, together with what it changes."""
    if "use" in fields.given:
        fields.wrong("use", "a rack pattern cannot use another; write its fields out")
    return fields.given


def _zone(fields: Fields) -> Zone:
    code = fields.text("code")
    zone = Zone(code, fields.text("name", code))
    fields.close()
    return zone


def _way(fields: Fields, patterns: Mapping[str, Mapping[str, object]], *, cross: bool) -> WayPlan:
    way = WayPlan(
        place=fields.place,
        code=fields.text("code"),
        zone="" if cross else fields.text("zone", ""),
        start=fields.point("from"),
        end=fields.point("to"),
        width_m=fields.length("width_m", 2.5 if cross else 1.5, longest=100),
        direction=fields.choice("direction", Direction, Direction.BOTH),
        storey=fields.whole("storey", -10, 100, 0),
        cross=cross,
        racks=() if cross else tuple(_rack(rack, patterns) for rack in fields.objects("racks")),
        capacity=0 if cross else fields.whole("capacity", 1, MOST_AT_ONCE, 0),
    )
    fields.close()
    return way


def _rack(fields: Fields, patterns: Mapping[str, Mapping[str, object]]) -> RackPlan:
    used = fields.text("use", "")
    if used and used not in patterns:
        fields.wrong("use", f"no rack pattern is called {used!r}; known are {', '.join(sorted(patterns)) or 'none'}")
    fields = Fields({**patterns.get(used, {}), **fields.given}, fields.place, fields.problems, fields.asked)
    positions = fields.whole("positions", 1, MOST_POSITIONS, 1)
    levels = fields.whole("levels", 1, MOST_LEVELS)
    rack = RackPlan(
        place=fields.place,
        side=fields.choice("side", Side, Side.BOTH),
        start_m=fields.number("start_m", 0, FARTHEST_M, 0),
        bays=fields.whole("bays", 1, MOST_BAYS),
        bay_length_m=fields.length("bay_length_m", longest=100),
        depth_m=fields.length("depth_m", 1.0, longest=100),
        levels=levels,
        positions=positions,
        first_bay=fields.whole("first_bay", 0, 100_000, 1),
        numbering=fields.choice("numbering", Numbering, Numbering.ALTERNATE),
        code=fields.text("code", ONE_POSITION if positions == 1 else MANY_POSITIONS),
        kind=fields.choice("kind", LocationKind, LocationKind.PICK_FACE),
        reserve_from_level=fields.whole("reserve_from_level", 1, MOST_LEVELS + 1, MOST_LEVELS + 1),
    )
    if fault := pattern_fault(rack.code):
        fields.wrong("code", fault)
    fields.close()
    return rack


def _spot(fields: Fields, name: str) -> SpotPlan:
    code = fields.text(name)
    node = "" if name == "id" else fields.text("node", "")
    if node and any(fields.has(other) for other in ("x_m", "y_m", "joins")):
        fields.wrong("node", "stands with x_m, y_m or joins; give either a node, or a place that joins a way")
    x_m = 0.0 if node else fields.number("x_m", -FARTHEST_M, FARTHEST_M)
    y_m = 0.0 if node else fields.number("y_m", -FARTHEST_M, FARTHEST_M)
    joins = "" if node else fields.text("joins", "" if name == "id" else None)
    storey = fields.whole("storey", -10, 100, 0) if name == "id" else 0
    return SpotPlan(fields.place, code, (x_m, y_m), storey, node, joins)


def _closed_spot(fields: Fields, name: str) -> SpotPlan:
    spot = _spot(fields, name)
    fields.close()
    return spot


def _station(fields: Fields) -> tuple[StationKind, SpotPlan]:
    kind = fields.choice("kind", StationKind)
    return kind, _closed_spot(fields, "code")


def _edge(fields: Fields) -> EdgePlan:
    edge = EdgePlan(
        place=fields.place,
        u=fields.text("u", longest=300),
        v=fields.text("v", longest=300),
        length_m=fields.length("length_m") if fields.has("length_m") else 0.0,
        oneway=fields.flag("oneway"),
        aisle=fields.text("aisle", ""),
    )
    fields.close()
    return edge


def _location(fields: Fields) -> LocationPlan:
    placed = fields.has("x_m") or fields.has("y_m")
    location = LocationPlan(
        place=fields.place,
        location_code=fields.text("location_code"),
        zone=fields.text("zone", ""),
        aisle=fields.text("aisle", ""),
        bay=fields.whole("bay", 0, 100_000, 1),
        level=fields.whole("level", 0, 100_000, 1),
        position=fields.whole("position", 0, 100_000, 1),
        check_digits=_digits(fields),
        point=(_metres(fields, "x_m"), _metres(fields, "y_m")) if placed else None,
        node=fields.text("node", longest=300),
        state=fields.choice("state", LocationState, LocationState.OPEN),
        kind=fields.choice("kind", LocationKind, LocationKind.PICK_FACE),
    )
    fields.close()
    return location


def _metres(fields: Fields, name: str) -> float:
    return fields.number(name, -FARTHEST_M, FARTHEST_M)


def _exception(fields: Fields) -> ExceptionPlan:
    exception = ExceptionPlan(
        place=fields.place,
        state=fields.choice("state", LocationState) if fields.has("state") else None,
        kind=fields.choice("kind", LocationKind) if fields.has("kind") else None,
        check_digits=_digits(fields),
    )
    fields.close()
    return exception


def _digits(fields: Fields) -> str:
    digits = fields.text("check_digits", "")
    if digits and not (len(digits) == len("00") and digits.isascii() and digits.isdigit()):
        fields.wrong("check_digits", f'{digits!r} is not two digits; write them as text, "07"')
        return ""
    return digits

"""Layout files for parallel-aisle warehouses, from a handful of numbers."""

from collections.abc import Mapping
from dataclasses import dataclass, fields

from server.core.errors import BadInput
from server.core.layout.codes import letters
from server.core.layout.fields import text_fault
from server.core.layout.shelves import MOST_LOCATIONS

LARGEST = 1_000
FRONT_M = 1.5  # how far before the front cross-aisle depot and stations stand


@dataclass(frozen=True, slots=True)
class Shape:
    """A parallel-aisle warehouse: `blocks` rows of `aisles` aisles, with cross-aisles before, between and behind.

    `bays` is the number of bays on each side of an aisle in one block. `aisle_pitch_m` is the distance between the
    middles of neighbouring aisles; what `aisle_width_m` leaves of it is the depth of the two racks between them.
    With `oneway`, aisles are walked up and down in turns. `reserve_from_level` 0: no reserve levels. `capacity` pickers
    may be in an aisle between two cross-aisles at once; 0: no limit.
    """

    blocks: int = 2
    aisles: int = 10
    bays: int = 10
    levels: int = 4
    positions: int = 1
    bay_length_m: float = 1.25
    aisle_pitch_m: float = 3.0
    aisle_width_m: float = 1.6
    cross_aisle_width_m: float = 3.0
    oneway: bool = False
    zones: int = 1
    stations: int = 4
    reserve_from_level: int = 0
    capacity: int = 0

    def __post_init__(self) -> None:
        """Refuse shapes that cannot be built.

        Raises BadInput (`bad_shape`).
        """
        if fault := _fault(self):
            raise BadInput("bad_shape", fault)


def _fault(shape: Shape) -> str:
    least = {"zones": 1, "reserve_from_level": 0, "stations": 1, "capacity": 0}
    for part in fields(shape):
        value = getattr(shape, part.name)
        if isinstance(value, int) and not least.get(part.name, 1) <= value <= LARGEST and part.name != "oneway":
            return f"{part.name} is {value}; give {least.get(part.name, 1)} to {LARGEST}"
        if isinstance(value, float) and not 0.1 <= value <= 100:  # also catches not-a-number
            return f"{part.name} is {value:g}; give 0.1 to 100 metres"
    if shape.aisle_width_m >= shape.aisle_pitch_m:
        return "aisle_width_m leaves no depth for the racks; make aisle_pitch_m larger"
    if shape.oneway and shape.aisles < 2:
        return "one-way aisles need a second aisle to come back through"
    if shape.zones > shape.aisles:
        return f"{shape.zones} zones are more than {shape.aisles} aisles"
    locations = shape.blocks * shape.aisles * shape.bays * 2 * shape.levels * shape.positions
    return f"{locations} locations are more than {MOST_LOCATIONS}" if locations > MOST_LOCATIONS else ""


def generate(name: str, shape: Shape) -> dict[str, object]:
    """The layout file (a JSON object) of a parallel-aisle warehouse, depot and stations along its front.

    Raises BadInput (`bad_name`).
    """
    if fault := text_fault(name):
        raise BadInput("bad_name", f"the layout's name {fault}")
    document: dict[str, object] = {
        "$schema": "schema.json",
        "format": 1,
        "name": name,
        "zones": [{"code": letters(n + 1), "name": f"Zone {letters(n + 1)}"} for n in range(shape.zones)],
        "rack_patterns": {f"block{n + 1}": _rack_pattern(shape, n) for n in range(shape.blocks)},
        "cross_aisles": [_cross_aisle(shape, n) for n in range(shape.blocks + 1)],
        "aisles": [_aisle(shape, n) for n in range(shape.aisles)],
    }
    return {**document, **_front(shape)}


def _pitch_m(shape: Shape) -> float:
    """From one cross-aisle to the next."""
    return shape.bays * shape.bay_length_m + shape.cross_aisle_width_m


def _front_m(shape: Shape) -> float:
    """The front cross-aisle's y: it is drawn at the bottom, and the aisles go up from it to y = 0."""
    return shape.blocks * _pitch_m(shape)


def _cross_aisle(shape: Shape, number: int) -> dict[str, object]:
    y_m = _m(_front_m(shape) - number * _pitch_m(shape))
    wide_m = _m(shape.aisles * shape.aisle_pitch_m)
    return {"code": f"X{number + 1}", "from": [0, y_m], "to": [wide_m, y_m], "width_m": shape.cross_aisle_width_m}


def _aisle(shape: Shape, number: int) -> dict[str, object]:
    zone = number * shape.zones // shape.aisles
    first = -(-zone * shape.aisles // shape.zones)  # the zone's first aisle
    letter = letters(zone + 1)
    width = max(2, len(str(shape.aisles)))
    x_m = _m((number + 0.5) * shape.aisle_pitch_m)
    aisle: dict[str, object] = {
        "code": f"{letter}{number - first + 1:0{width}}",
        "zone": letter,
        "from": [x_m, _m(_front_m(shape))],
        "to": [x_m, 0],
        "width_m": shape.aisle_width_m,
    }
    if shape.oneway:
        aisle["direction"] = "backward" if number % 2 else "forward"
    if shape.capacity:
        aisle["capacity"] = shape.capacity
    aisle["racks"] = [{"use": f"block{block + 1}"} for block in range(shape.blocks)]
    return aisle


def _front(shape: Shape) -> Mapping[str, object]:
    """Depot, cart parking, packing stations and a dock, side by side along the front cross-aisle."""
    codes = ["DEPOT", "CARTS", *(f"PACK-{n + 1}" for n in range(shape.stations)), "DOCK"]
    step_m = shape.aisles * shape.aisle_pitch_m / len(codes)
    y_m = _m(_front_m(shape) + shape.cross_aisle_width_m / 2 + FRONT_M)
    spots = [{"code": code, "x_m": _m((n + 0.5) * step_m), "y_m": y_m, "joins": "X1"} for n, code in enumerate(codes)]
    return {
        "depots": spots[:1],
        "cart_parking": spots[1:2],
        "stations": [
            {"code": spot["code"], "kind": "dock" if spot["code"] == "DOCK" else "pack", **spot} for spot in spots[2:]
        ],
    }


def _m(value: float) -> float:
    value = round(value, 3)
    return int(value) if value == int(value) else value


def _rack_pattern(shape: Shape, block: int) -> Mapping[str, object]:
    pattern: dict[str, object] = {
        "start_m": _m(block * _pitch_m(shape) + shape.cross_aisle_width_m / 2),
        "first_bay": 1 + 2 * block * shape.bays,
        "bays": shape.bays,
        "bay_length_m": shape.bay_length_m,
        "depth_m": _m((shape.aisle_pitch_m - shape.aisle_width_m) / 2),
        "levels": shape.levels,
    }
    if shape.positions > 1:
        pattern["positions"] = shape.positions
    if shape.reserve_from_level:
        pattern["reserve_from_level"] = shape.reserve_from_level
    return pattern

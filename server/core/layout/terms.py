"""What a checked layout is made of. Metres everywhere; x grows to the right and y down the page, as on a screen."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from server.core.graph import Edge, Graph

Point = tuple[float, float]


class LocationState(StrEnum):
    """Whether stock in a location may be picked."""

    OPEN = "open"
    BLOCKED = "blocked"


class LocationKind(StrEnum):
    """What a location is for: picked from, refilling the pick faces, or set down for a while."""

    PICK_FACE = "pick_face"
    RESERVE = "reserve"
    STAGING = "staging"


class StationKind(StrEnum):
    """Where a tour ends, where goods wait, where they enter and leave the building."""

    PACK = "pack"
    STAGING = "staging"
    DOCK = "dock"


class Direction(StrEnum):
    """How a way may be walked, seen from its `from` to its `to`."""

    BOTH = "both"
    FORWARD = "forward"
    BACKWARD = "backward"


@dataclass(frozen=True, slots=True)
class Location:
    """The smallest stock place. (x_m, y_m) is its middle on the plan; `node` is where a picker stands to reach it."""

    location_code: str
    zone: str
    aisle: str
    bay: int
    level: int
    position: int
    check_digits: str
    x_m: float
    y_m: float
    node: str
    state: LocationState
    kind: LocationKind


@dataclass(frozen=True, slots=True)
class Station:
    """A packing, staging or dock place; (x_m, y_m) is where it is drawn, `node` where a tour ends."""

    code: str
    kind: StationKind
    node: str
    x_m: float
    y_m: float


@dataclass(frozen=True, slots=True)
class Spot:
    """A depot (where tours start) or a place to park carts."""

    code: str
    node: str
    x_m: float
    y_m: float


@dataclass(frozen=True, slots=True)
class Zone:
    """A named part of the warehouse."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class RackRow:
    """One side of a stretch of rack: a rectangle by its corners, the first two along the aisle.

    Its bays divide it evenly along the aisle and are numbered `first_bay`, `first_bay + bay_step`, …
    """

    corners: tuple[Point, Point, Point, Point]
    bays: int
    first_bay: int
    bay_step: int
    levels: int
    positions: int


@dataclass(frozen=True, slots=True)
class Way:
    """An aisle (with racks) or a cross-aisle (`cross`, without), a straight walk from `start` to `end`.

    `capacity` pickers may be in one of its stretches at once; 0: no limit.
    """

    code: str
    zone: str
    start: Point
    end: Point
    width_m: float
    direction: Direction
    storey: int
    cross: bool
    closed: bool
    racks: tuple[RackRow, ...]
    capacity: int


@dataclass(frozen=True, slots=True)
class Layout:
    """A checked warehouse: its graph is strongly connected but for what is closed.

    `revision` names the content: equal files have equal revisions. `access` gives each location's node in `graph`.
    `closed` names what is closed (an aisle, or an edge as "u|v"), `closed_edges` are the edges left out of `graph` for
    it; `cut_off` are the locations nobody can reach because of it, all of
    them BLOCKED in `locations`. `ways` are the aisles and cross-aisles, to draw and to close.
    """

    name: str
    revision: str
    graph: Graph
    access: Mapping[str, str]
    locations: tuple[Location, ...]
    zones: tuple[Zone, ...]
    ways: tuple[Way, ...]
    stations: tuple[Station, ...]
    depots: tuple[Spot, ...]
    cart_parking: tuple[Spot, ...]
    closed: tuple[str, ...]
    closed_edges: tuple[Edge, ...]
    cut_off: tuple[str, ...]

    @property
    def aisles(self) -> tuple[Way, ...]:
        """The ways that have a code of their own and racks beside them, in file order."""
        return tuple(way for way in self.ways if not way.cross)

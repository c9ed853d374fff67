"""The layout file as written: one value for each kind of object, with its place in the file."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from server.core.layout.terms import Direction, LocationKind, LocationState, Point, StationKind, Zone


class Side(StrEnum):
    """On which side of its aisle a rack stands, seen from the aisle's `from` to its `to`."""

    BOTH = "both"
    LEFT = "left"
    RIGHT = "right"


class Numbering(StrEnum):
    """How bays are numbered: odd left and even right, or up the left side and back down the right."""

    ALTERNATE = "alternate"
    AROUND = "around"


@dataclass(frozen=True, slots=True)
class RackPlan:
    """A stretch of rack as written: `bays` bays on each of its sides, from `start_m` along its aisle."""

    place: str
    side: Side
    start_m: float
    bays: int
    bay_length_m: float
    depth_m: float
    levels: int
    positions: int
    first_bay: int
    numbering: Numbering
    code: str
    kind: LocationKind
    reserve_from_level: int

    @property
    def end_m(self) -> float:
        """Where the rack ends along its aisle."""
        return self.start_m + self.bays * self.bay_length_m


@dataclass(frozen=True, slots=True)
class WayPlan:
    """An aisle or cross-aisle as written."""

    place: str
    code: str
    zone: str
    start: Point
    end: Point
    width_m: float
    direction: Direction
    storey: int
    cross: bool
    racks: tuple[RackPlan, ...]
    capacity: int


@dataclass(frozen=True, slots=True)
class SpotPlan:
    """A free node, station, depot or cart parking as written: at a node, or at a point that joins a way."""

    place: str
    code: str
    point: Point
    storey: int
    node: str
    joins: str


@dataclass(frozen=True, slots=True)
class EdgePlan:
    """A free edge as written; `length_m` 0 means the straight line."""

    place: str
    u: str
    v: str
    length_m: float
    oneway: bool
    aisle: str


@dataclass(frozen=True, slots=True)
class LocationPlan:
    """A single location as written; `point` None means the place of its node."""

    place: str
    location_code: str
    zone: str
    aisle: str
    bay: int
    level: int
    position: int
    check_digits: str
    point: Point | None
    node: str
    state: LocationState
    kind: LocationKind


@dataclass(frozen=True, slots=True)
class ExceptionPlan:
    """What one location has different from its rack's pattern; "" or None: nothing."""

    place: str
    state: LocationState | None
    kind: LocationKind | None
    check_digits: str


@dataclass(frozen=True, slots=True)
class Plans:
    """A whole layout file as written."""

    name: str
    zones: tuple[Zone, ...]
    ways: tuple[WayPlan, ...]
    nodes: tuple[SpotPlan, ...]
    edges: tuple[EdgePlan, ...]
    stations: tuple[tuple[StationKind, SpotPlan], ...]
    depots: tuple[SpotPlan, ...]
    cart_parking: tuple[SpotPlan, ...]
    locations: tuple[LocationPlan, ...]
    exceptions: Mapping[str, ExceptionPlan]
    closed: tuple[str, ...]  # aisles, and edges as "u|v"

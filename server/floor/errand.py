"""What travels between the server and the process that solves the rest of a running tour."""

from dataclasses import dataclass

from server.core.drawn import Spot
from server.floor.ways import PlannedWay

Segment = tuple[float, float, float, float]  # x_m, y_m, x_m, y_m


@dataclass(frozen=True, slots=True)
class Stop:
    """An open line of a tour: where it is picked, and the node to stand at. `cut_off`: no way led there so far."""

    line_id: int
    node: str
    location_code: str
    cut_off: bool


@dataclass(frozen=True, slots=True)
class Errand:
    """What is left of a batch's tour: its open lines in their present order, to be walked from `start` to `end`.

    `task_id` is 0 while nobody walks it. `first` is the line in hand, which stays first; `at` the location where the
    picker stands. With an empty `start` or `end` the tour begins or ends where the layout lets it. `path` is the walk
    as it is drawn now, what was walked of it included.
    """

    batch_id: int
    task_id: int
    revision: str
    closed: tuple[str, ...]
    start: str
    end: str
    at: str
    first: tuple[int, ...]
    stops: tuple[Stop, ...]
    path: tuple[Spot, ...]


@dataclass(frozen=True, slots=True)
class Rest:
    """The answer: line ids in walking order, those out of reach apart, and the whole walk, what is walked included.

    Metres are of the whole walk too; `optimal` when what is left of it is proven to be the shortest.
    `way` tells what is left of it in seconds, where aisles are narrow.
    """

    line_ids: tuple[int, ...]
    cut_off: tuple[int, ...]
    method: str
    path: tuple[Spot, ...]
    length_m: float
    lower_bound_m: float
    optimal: bool
    way: PlannedWay | None = None

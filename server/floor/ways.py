"""The ways in which a planned batch may be walked, as a plan carries them and as they are stored."""

from dataclasses import dataclass

from server.core.traffic.walks import Leg, Walk


@dataclass(frozen=True, slots=True)
class PlannedWay:
    """One way to walk a batch: its stops (location codes) in order, metres, the walk as points and as seconds.

    `limits` gives how many each narrow section of the walk takes at once.
    """

    stops: tuple[str, ...]
    length_m: float
    path: tuple[tuple[float, float], ...]
    walk: Walk
    limits: tuple[tuple[str, int], ...]


def way_rows(batch_id: int, ways: tuple[PlannedWay, ...]) -> list[dict[str, object]]:
    """Rows of batch_ways."""
    return [
        {
            "batch_id": batch_id,
            "way": number,
            "length_m": way.length_m,
            "path": [list(point) for point in way.path],
            "stops": list(way.stops),
            "legs": _legs(way),
            "done_s": [round(done_s, 1) for done_s in way.walk.done_s],
        }
        for number, way in enumerate(ways)
    ]


def _legs(way: PlannedWay) -> list[list[str | float | int]]:
    limits = dict(way.limits)
    return [[leg.section, round(leg.seconds, 2), limits.get(leg.section, 0)] for leg in way.walk.legs]


def stored_walk(legs: list[tuple[str, float, int]], done_s: list[float] | None = None) -> Walk:
    """The walk of a row of batch_ways."""
    return Walk(tuple(Leg(section, seconds) for section, seconds, _ in legs), tuple(done_s or ()))

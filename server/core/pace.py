"""How long a stop takes on this floor, told from its own scans."""

from collections.abc import Iterable
from datetime import datetime
from statistics import median
from typing import NamedTuple

ENOUGH = 30  # stops; with fewer a slow one would set the pace
MOST_S = 300.0  # what takes longer was a break, or a device out of reach


class Step(NamedTuple):
    """A confirmed scan of a pick task: `kind` is arrive or put, `at` ISO time."""

    task_id: int
    kind: str
    at: str


def seconds_a_stop(steps: Iterable[Step]) -> float:
    """The median time from the scan of a location to the last put there; 0 when there were too few stops to tell.

    `steps` are in the order in which they were confirmed; those of different tasks may be mixed.
    """
    stops: list[tuple[str, str]] = []
    open_stop: dict[int, int] = {}
    for step in steps:
        if step.kind == "arrive":
            open_stop[step.task_id] = len(stops)
            stops.append((step.at, ""))
        elif step.task_id in open_stop:
            place = open_stop[step.task_id]
            stops[place] = (stops[place][0], step.at)
    took = [_seconds(begin, end) for begin, end in stops if end]
    counted = [seconds for seconds in took if seconds <= MOST_S]
    return median(counted) if len(counted) >= ENOUGH else 0.0


def _seconds(begin: str, end: str) -> float:
    return (datetime.fromisoformat(end) - datetime.fromisoformat(begin)).total_seconds()

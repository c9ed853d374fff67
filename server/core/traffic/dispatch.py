"""A picker is free: which of the tours whose turn it is, in which of its ways, and how soon.

This is asked while people wait, so little is tried: what each way would lose is estimated against the stays that the
tours under way are going to make, the best estimates are played, and of the best one a later start.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf

from server.core.traffic.passage import Played, play
from server.core.traffic.schedule import SLACK_S, Departure, better, departed, late_starts
from server.core.traffic.walks import Departed, Limits, Walk

PLAYED = 2
STARTS = 2
"""So many of the best estimates are played, and so many later starts of the best of them."""
LEAST_HELD_S = 10.0
"""A start that is to be waited for less than this is not worth telling anybody."""

LOOKED_BACK = 4
"""So many stays for each place in a stretch are looked at for one that is still in progress."""

Stays = Mapping[str, Sequence[tuple[float, float]]]
"""By section: from when to when somebody is in it, in order."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The tour to walk, by its place among those offered, and how; and the seconds lost with it and unplanned.

    Lost is what this tour takes beyond its shortest way and what the tours under way take more because of it; unplanned
    is the first tour in its first way at once.
    """

    tour: int
    departure: Departure
    lost_s: float
    unplanned_s: float


def choose(offered: Sequence[Sequence[Walk]], running: Sequence[Departed], limits: Limits, now_s: float) -> Choice:
    """The tour that loses the least time, the first of equal ones: never more than unplanned, when all walk as told.

    `offered` are tours of one urgency, each a choice of ways, the first as it would be walked unplanned. Raises
    ValueError when nothing is offered.
    """
    if not offered or not all(offered):
        raise ValueError("there must be a tour, and a way to walk it")
    under_way = play(running, limits)
    trials = [(0, Departure()), *_promising(offered, _stays(under_way), limits, now_s)]
    scores = [_score(offered[tour], one, running, under_way, limits, now_s) for tour, one in trials]
    unplanned_s = scores[0][0]
    best = 0
    for number in range(1, len(trials)):
        if better(scores[number], scores[best]):
            best = number
    tour, one = trials[best]
    score = scores[best]
    for late in _later(offered[tour], one, under_way, now_s) if score[0] > SLACK_S else ():
        other = _score(offered[tour], late, running, under_way, limits, now_s)
        if better(other, score):
            one, score = late, other
    return Choice(tour, one, score[0], unplanned_s)


def _score(
    ways: Sequence[Walk],
    one: Departure,
    running: Sequence[Departed],
    under_way: Played,
    limits: Limits,
    now_s: float,
) -> tuple[float, float]:
    played = play([*running, departed(ways, one, now_s)], limits)
    shortest_s = min(way.seconds for way in ways)
    return played.total_s - under_way.total_s - now_s - shortest_s, sum(played.waited_s)


def _stays(played: Played) -> Stays:
    stays: dict[str, list[tuple[float, float]]] = {}
    for passage in played.passages:
        stays.setdefault(passage.section, []).append((passage.entered_s, passage.left_s))
    return {section: sorted(known) for section, known in stays.items()}


def _promising(
    offered: Sequence[Sequence[Walk]], stays: Stays, limits: Limits, now_s: float
) -> list[tuple[int, Departure]]:
    """The ways with the best estimates, but for the first way of the first tour."""
    estimates = []
    for tour, ways in enumerate(offered):
        shortest_s = min(way.seconds for way in ways)
        for place, way in enumerate(ways):
            if tour or place:
                lost_s = _collisions_s(way, stays, limits, now_s) + way.seconds - shortest_s
                estimates.append((round(lost_s, 3), tour, place))
    return [(tour, Departure(place)) for _, tour, place in sorted(estimates)[:PLAYED]]


def _collisions_s(way: Walk, stays: Stays, limits: Limits, now_s: float) -> float:
    """About how long this walk and those under way would wait for one another."""
    began_s, cost_s = now_s, 0.0
    for leg in way.legs:
        known = stays.get(leg.section)
        if known:
            limit = limits[leg.section]
            entered_s = _free_at(known, limit, now_s)
            left_s = entered_s + leg.seconds
            kept_out = known[bisect_left(known, (entered_s, 0.0)) : bisect_left(known, (left_s, 0.0))]
            if len(kept_out) >= limit:  # those who come while it is in there find one place less
                cost_s += sum(left_s - came_s for came_s, _ in kept_out[limit - 1 :])
            now_s = entered_s
        now_s += leg.seconds
    return now_s - began_s - way.seconds + cost_s


def _free_at(known: Sequence[tuple[float, float]], limit: int, now_s: float) -> float:
    """From `now_s` on, about when fewer than `limit` of the stays are in progress."""
    while True:
        begun = bisect_right(known, (now_s, inf))
        latest = known[max(0, begun - LOOKED_BACK * limit) : begun]  # who came long before them has left
        leaving = sorted(left_s for _, left_s in latest if left_s > now_s)
        if len(leaving) < limit:
            return now_s
        now_s = leaving[len(leaving) - limit]


def _later(ways: Sequence[Walk], one: Departure, under_way: Played, now_s: float) -> list[Departure]:
    left_at: dict[str, list[float]] = {}
    for passage in under_way.passages:
        left_at.setdefault(passage.section, []).append(passage.left_s)
    held = [held_s for held_s in late_starts(ways[one.way], left_at, now_s) if held_s >= LEAST_HELD_S]
    return [Departure(one.way, held_s) for held_s in held[:STARTS]]

"""When a set of tours is to start and in which of its ways each is walked, so that all together lose the least time."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from server.core.traffic.passage import Played, play
from server.core.traffic.walks import Departed, Limits, Walk

SLACK_S = 1e-6
MOST_ROUNDS = 8
MOST_STARTS = 12
"""So many late starts are tried for one way of one tour, the earliest ones."""
MOST_HELD_S = 600.0
"""Nobody is sent away later than this: so long a wait means that there are too many pickers, not a bad start."""

Score = tuple[float, float]
"""Seconds lost by everyone, and how many of them before a stretch: the same loss is better spent where one starts."""


@dataclass(frozen=True, slots=True)
class Departure:
    """How a tour is to be walked: in which of its ways, and after holding it back for so many seconds."""

    way: int = 0
    held_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Timetable:
    """A departure for each tour, and what is lost with them and without them, in seconds.

    Lost is what tours take beyond the shortest of their ways, those under way included: held back, waiting before
    stretches, walking longer. Where nothing is lost no plan is better.
    """

    departures: tuple[Departure, ...]
    lost_s: float
    unplanned_s: float
    played: Played


def timetable(tours: Sequence[Sequence[Walk]], limits: Limits, running: Sequence[Departed] = ()) -> Timetable:
    """Departures for `tours` (each a choice of ways, the first as it would be walked unplanned), all ready at 0.

    From the unplanned ones on, tour by tour the best way and start are taken, until a round betters nothing: never
    worse than unplanned when all walk as told, and the same for the same arguments. Starts that are tried are those at
    which the tour finds a stretch just left by another. Raises ValueError for a tour without a way.
    """
    if not all(tours):
        raise ValueError("every tour needs a way to walk it")
    shortest_s = sum(min(way.seconds for way in ways) for ways in tours)
    unhindered_s = shortest_s + sum(tour.at_s + sum(leg.seconds for leg in tour.legs) for tour in running)

    def walked(plan: Sequence[Departure]) -> Played:
        return play([*running, *(departed(ways, one) for ways, one in zip(tours, plan, strict=True))], limits)

    def score(played: Played) -> Score:
        return played.total_s - unhindered_s, sum(played.waited_s)

    plan = [Departure()] * len(tours)
    played = walked(plan)
    unplanned_s = score(played)[0]
    for _ in range(MOST_ROUNDS):
        before = score(played)
        for number, ways in enumerate(tours):
            for one in tried(ways, played, len(running) + number):
                other = [*plan[:number], one, *plan[number + 1 :]]
                result = walked(other)
                if better(score(result), score(played)):
                    plan, played = other, result
        if not better(score(played), before) or score(played)[0] <= SLACK_S:
            break
    return Timetable(tuple(plan), score(played)[0], unplanned_s, played)


def departed(ways: Sequence[Walk], one: Departure, now_s: float = 0.0) -> Departed:
    """The tour as it departs."""
    return Departed(ways[one.way].legs, now_s + one.held_s)


def better(one: Score, other: Score) -> bool:
    """Whether less is lost, or as much but less of it before stretches."""
    if abs(one[0] - other[0]) > SLACK_S:
        return one[0] < other[0]
    return one[1] < other[1] - SLACK_S


def tried(ways: Sequence[Walk], played: Played, number: int) -> Iterator[Departure]:
    """Departures of tour `number` worth a trial: every way at once, and late enough to find a stretch just left."""
    left_at: dict[str, list[float]] = {}
    for passage in played.passages:
        if passage.tour != number:
            left_at.setdefault(passage.section, []).append(passage.left_s)
    for place, way in enumerate(ways):
        yield Departure(place)
        yield from (Departure(place, held_s) for held_s in late_starts(way, left_at))


def late_starts(way: Walk, left_at: Mapping[str, Sequence[float]], now_s: float = 0.0) -> list[float]:
    """Seconds to hold a walk back, so that unhindered it comes to a stretch at a moment when it is left."""
    held: set[float] = set()
    for leg in way.legs:
        held.update(round(left_s - now_s, 6) for left_s in left_at.get(leg.section, ()))
        now_s += leg.seconds
    return sorted(held_s for held_s in held if SLACK_S < held_s <= MOST_HELD_S)[:MOST_STARTS]

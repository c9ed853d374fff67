"""When a set of tours is to start and in which of its ways each is walked, so that all together lose the least time."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations

from server.core.traffic.passage import Played, play
from server.core.traffic.walks import Departed, Limits, Walk

SLACK_S = 1e-6
MOST_ROUNDS = 8
MOST_STARTS = 12
"""So many late starts are tried for one way of one tour, the earliest ones."""
MOST_HELD_S = 600.0
"""Nobody is sent away later than this: so long a wait means that there are too many pickers, not a bad start."""

FEW = 4
"""Up to so many tours are put in in every order."""

Plan = Mapping[int, "Departure"]
Score = tuple[float, float]
"""A plan is departures by tour; a score what everyone loses, in seconds, and how much of it before a stretch: the same
loss is better spent where one starts."""


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

    Tours are put in one after the other, in every order when they are few and each one first when they are many, each
    in the best of its ways and starts among those before it; from there, and from the unplanned departures, tour by
    tour a better way or start is taken until none is found. Never worse than unplanned when all walk as told, and the
    same for the same arguments; not proven to be the best unless nothing is lost. Starts that are tried are those at
    which a tour finds a stretch just left by another. Raises ValueError for a tour without a way.
    """
    if not all(tours):
        raise ValueError("every tour needs a way to walk it")
    board = _Board(tours, limits, running)
    unplanned = board.walked(board.unplanned())
    best = board.descend(board.unplanned())
    for order in _orders(len(tours)):
        if board.score(best)[0] <= SLACK_S:
            break
        found = board.descend(board.inserted(order))
        if better(board.score(found), board.score(best)):
            best = found
    whole = tuple(best[number] for number in range(len(tours)))
    return Timetable(whole, board.score(best)[0], board.lost(unplanned, best)[0], board.walked(best))


def _orders(count: int) -> Iterator[tuple[int, ...]]:
    """Every order of few tours; of many each one first, the others in turn."""
    if count <= FEW:
        yield from permutations(range(count))
    else:
        yield from ((*range(first, count), *range(first)) for first in range(count))


class _Board:
    """The tours to be planned; a plan is a departure by tour, and may leave tours out."""

    def __init__(self, tours: Sequence[Sequence[Walk]], limits: Limits, running: Sequence[Departed]) -> None:
        self.tours, self.limits, self.running = tours, limits, running
        self.running_s = sum(tour.at_s + sum(leg.seconds for leg in tour.legs) for tour in running)
        self.shortest_s = [min(way.seconds for way in ways) for ways in tours]

    def unplanned(self) -> Plan:
        return dict.fromkeys(range(len(self.tours)), Departure())

    def walked(self, plan: Plan) -> Played:
        begun = [departed(self.tours[number], plan[number]) for number in sorted(plan)]
        return play([*self.running, *begun], self.limits)

    def lost(self, played: Played, plan: Plan) -> Score:
        return played.total_s - self.running_s - sum(self.shortest_s[n] for n in plan), sum(played.waited_s)

    def score(self, plan: Plan) -> Score:
        return self.lost(self.walked(plan), plan)

    def inserted(self, order: Sequence[int]) -> Plan:
        plan: Plan = {}
        for number in order:
            plan = self.improved({**plan, number: Departure()}, number)
        return plan

    def descend(self, plan: Plan) -> Plan:
        for _ in range(MOST_ROUNDS):
            before = self.score(plan)
            for number in range(len(self.tours)):
                plan = self.improved(plan, number)
            if not better(self.score(plan), before):
                break
        return plan

    def improved(self, plan: Plan, number: int) -> Plan:
        """The plan with the best departure of one tour."""
        played = self.walked(plan)
        score = self.lost(played, plan)
        place = len(self.running) + sorted(plan).index(number)
        for one in tried(self.tours[number], played, place) if score[0] > SLACK_S else ():
            other = {**plan, number: one}
            result = self.score(other)
            if better(result, score):
                plan, score = other, result
        return plan


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

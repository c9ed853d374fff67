"""Pickers in narrow aisles, simulated: how long they wait when every tour is walked as it comes, and when it is chosen.

Everyone walks and picks at a pace of their own, and every leg takes now more and now less than planned; the same seed
gives the same person the same pace and the same leg of a tour the same luck, whoever walks it and when. Who chooses
knows what the floor would: when each tour was begun, and how many of its lines have been scanned.
"""

from collections import Counter, defaultdict
from collections.abc import Generator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from itertools import groupby
from random import Random
from statistics import median
from typing import Any

import simpy
from sqlalchemy import Connection

from server.core.traffic import Departed, Departure, Leg, Walk, choose, rest_of
from server.floor.narrow import MOST_OFFERED
from server.floor.release import PlannedBatch
from server.floor.ways import stored_walk
from server.store import ways
from server.store.transaction import Store

SEEDS = 5  # of one comparison when nobody says how many

Steps = Generator[simpy.Event, Any, None]


@dataclass(frozen=True, slots=True)
class Tour:
    """A batch to be walked: `rank` (urgency and due time) says which others may go before it."""

    rank: tuple[int, str]
    ways: tuple[Walk, ...]


@dataclass(frozen=True, slots=True)
class Crowd:
    """Who walks: how many people, and how far their paces and single legs spread (of the logarithm)."""

    pickers: int
    person_spread: float = 0.10
    leg_spread: float = 0.20


@dataclass(frozen=True, slots=True)
class Outcome:
    """A wave walked to its end, seconds: before narrow stretches, held back at the start, in all; and when it was over.

    `longer_s` is what was walked beyond the planned ways, at the planned pace.
    """

    waiting_s: float
    held_s: float
    longer_s: float
    total_s: float
    over_s: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """The same tours walked as they come and as they are chosen: medians over the seeds, each figure by itself.

    `worse_seeds` says with how many of the seeds everyone together took longer with choosing.
    """

    tours: int
    pickers: int
    seeds: int
    unplanned: Outcome
    planned: Outcome
    worse_seeds: int

    @property
    def waiting_saved(self) -> float:
        """The share of waiting that is saved, what is held back and walked longer instead counted as waiting."""
        lost_s = self.planned.waiting_s + self.planned.held_s + self.planned.longer_s
        return 1 - lost_s / self.unplanned.waiting_s if self.unplanned.waiting_s else 0.0

    @property
    def time_saved(self) -> float:
        """The share of everyone's time that is saved."""
        return 1 - self.planned.total_s / self.unplanned.total_s if self.unplanned.total_s else 0.0


def tours_of(batches: Sequence[PlannedBatch]) -> tuple[list[Tour], dict[str, int]]:
    """The tours of a plan in the order of their turn, and how many each narrow section takes at once."""
    turn = sorted(batches, key=lambda batch: (-batch.priority, batch.due_at or "~"))
    limits = {section: limit for batch in batches for way in batch.ways for section, limit in way.limits}
    return [Tour((batch.priority, batch.due_at), tuple(way.walk for way in batch.ways)) for batch in turn], limits


def tours_in(connection: Connection) -> tuple[list[Tour], dict[str, int]]:
    """The same of the ready batches of a database; no tours where no aisle is narrow."""
    rows = ways.ready(connection)
    limits = {section: limit for row in rows for section, _, limit in row.legs if section}
    tours = [
        Tour((first.priority, first.due_at), tuple(stored_walk(row.legs, row.done_s) for row in (first, *others)))
        for first, *others in (list(group) for _, group in groupby(rows, lambda row: row.id))
    ]
    return sorted(tours, key=lambda tour: (-tour.rank[0], tour.rank[1] or "~")), limits


def walk_wave(tours: Sequence[Tour], limits: Mapping[str, int], crowd: Crowd, seed: int, *, chosen: bool) -> Outcome:
    """Walk all tours, everybody beginning at once; the tours chosen as the floor chooses, or each as it comes."""
    floor = _Floor(tours, limits, crowd, seed, chosen)
    for person in range(crowd.pickers):
        floor.env.process(floor.work(person))
    floor.env.run()
    return floor.outcome()


class _Walker:
    """A tour under way, as the floor hears of it: begun when, and how many lines scanned."""

    def __init__(self, walk: Walk, began_s: float) -> None:
        self.walk, self.began_s = walk, began_s
        self.done_before_s = 0.0  # of the legs behind, as planned
        self.leg_began_s: float | None = None
        self.leg = Leg("", 0.0)
        self.slower = 1.0

    def rest(self, now_s: float) -> Departed:
        """What is left of it, as told from its scans."""
        past_s = self.done_before_s
        if self.leg_began_s is not None:
            past_s += min(self.leg.seconds, (now_s - self.leg_began_s) / self.slower)
        lines = sum(done_s <= past_s + 1e-9 for done_s in self.walk.done_s)
        return rest_of(self.walk, now_s - self.began_s, lines, now_s)


class _Floor:
    """The wave while it is walked."""

    def __init__(self, tours: Sequence[Tour], limits: Mapping[str, int], crowd: Crowd, seed: int, chosen: bool) -> None:
        self.env = simpy.Environment()
        self.sections = {section: simpy.Resource(self.env, limit) for section, limit in limits.items()}
        self.waiting = list(enumerate(tours))
        self.limits, self.crowd, self.seed, self.chosen = limits, crowd, seed, chosen
        self.under_way: dict[int, _Walker] = {}
        self.seconds: dict[str, float] = defaultdict(float)

    def outcome(self) -> Outcome:
        """How it went."""
        spent = self.seconds
        return Outcome(spent["waiting"], spent["held"], spent["longer"], spent["total"], self.env.now)

    def work(self, person: int) -> Steps:
        """Tour after tour until none is left."""
        pace = self._luck(f"person {person}", self.crowd.person_spread)
        while self.waiting:
            number, tour, one = self._next()
            began_s = self.env.now
            walk = tour.ways[one.way]
            self.under_way[number] = _Walker(walk, began_s + one.held_s)
            yield self.env.timeout(one.held_s)
            yield from self._walk(number, walk, pace)
            del self.under_way[number]
            self.seconds["held"] += one.held_s
            self.seconds["longer"] += walk.seconds - tour.ways[0].seconds
            self.seconds["total"] += self.env.now - began_s

    def _walk(self, number: int, walk: Walk, pace: float) -> Steps:
        walker = self.under_way[number]
        times = Counter[str]()
        for leg in walk.legs:
            times[leg.section] += 1
            luck = self._luck(f"{number} {leg.section} {times[leg.section]}", self.crowd.leg_spread)
            walker.leg, walker.slower = leg, pace * luck
            section = self.sections.get(leg.section)
            if section is None:
                walker.leg_began_s = self.env.now
                yield self.env.timeout(leg.seconds * pace * luck)
            else:
                arrived_s = self.env.now
                with section.request() as place:
                    yield place
                    self.seconds["waiting"] += self.env.now - arrived_s
                    walker.leg_began_s = self.env.now
                    yield self.env.timeout(leg.seconds * pace * luck)
            walker.leg_began_s = None
            walker.done_before_s += leg.seconds

    def _next(self) -> tuple[int, Tour, Departure]:
        place, one = 0, Departure()
        if self.chosen:
            rank = self.waiting[0][1].rank
            equals = [tour.ways for _, tour in self.waiting[:MOST_OFFERED] if tour.rank == rank]
            running = [walker.rest(self.env.now) for walker in self.under_way.values()]
            choice = choose(equals, running, self.limits, self.env.now)
            place, one = choice.tour, choice.departure
        number, tour = self.waiting.pop(place)
        return number, tour, one

    def _luck(self, what: str, spread: float) -> float:
        """Around 1, by the seed and what it is about alone."""
        return Random(f"{self.seed} {what}").lognormvariate(-spread * spread / 2, spread) if spread else 1.0


def compare(tours: Sequence[Tour], limits: Mapping[str, int], crowd: Crowd, seeds: int) -> Comparison:
    """Walk the tours with and without choosing, once for each of the seeds 1, 2, …"""
    found = {
        chosen: [walk_wave(tours, limits, crowd, seed, chosen=chosen) for seed in range(1, seeds + 1)]
        for chosen in (False, True)
    }
    pairs = zip(found[False], found[True], strict=True)
    worse = sum(after.total_s > before.total_s for before, after in pairs)
    return Comparison(len(tours), crowd.pickers, seeds, _medians(found[False]), _medians(found[True]), worse)


def of_ready_batches(store: Store, pickers: int) -> dict[str, Any]:
    """What so many pickers would wait with the ready batches, as `narrow_aisles`; nothing where no aisle is narrow."""
    tours, limits = store.read(tours_in)
    return {"narrow_aisles": told(compare(tours, limits, Crowd(pickers), SEEDS))} if tours else {}


def told(compared: Comparison) -> dict[str, Any]:
    """The comparison as JSON, with its shares in per cent."""
    return {
        **asdict(compared),
        "waiting_saved_percent": round(100 * compared.waiting_saved, 1),
        "time_saved_percent": round(100 * compared.time_saved, 1),
    }


def _medians(outcomes: Sequence[Outcome]) -> Outcome:
    waiting, held, longer, total, over = (
        round(median(getattr(outcome, part.name) for outcome in outcomes), 1) for part in fields(Outcome)
    )
    return Outcome(waiting, held, longer, total, over)

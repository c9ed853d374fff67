"""Tours walked at once: whoever finds a narrow stretch full waits before it, first come, first in.

One waits outside, where others can pass, and holds no stretch while waiting for another: so no two tours ever wait for
each other, whatever the plan. What is told here is a model: overtaking and meeting inside a stretch that takes several
pickers cost nothing in it. Gue, Meller and Skufca (The effects of pick density on order picking areas with narrow
aisles, IIE Transactions 38(10), 2006) model the stretch where nobody passes anybody.
"""

import heapq
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from server.core.traffic.walks import Departed, Limits

_LEAVE, _ARRIVE_INSIDE, _ARRIVE = 0, 1, 2


class Passage(NamedTuple):  # made by the thousand while somebody waits for a tour
    """One stay of one tour in one section, seconds; `arrived_s` is when it stood before it."""

    tour: int
    section: str
    arrived_s: float
    entered_s: float
    left_s: float


@dataclass(frozen=True, slots=True)
class Played:
    """How it went: when each tour ended, how long each waited before stretches, and every stay in one."""

    ended_s: tuple[float, ...]
    waited_s: tuple[float, ...]
    passages: tuple[Passage, ...]

    @property
    def total_s(self) -> float:
        """The sum of the tours' ends: less of it is better for the same tours."""
        return sum(self.ended_s)


def play(tours: Sequence[Departed], limits: Limits) -> Played:
    """Walk all tours; at the same moment those who leave come before those who enter, and the first in the list first.

    A section that `limits` does not name has no limit.
    """
    ended = [tour.at_s for tour in tours]
    waited = [0.0] * len(tours)
    passages: list[Passage] = []
    inside: dict[str, int] = {}
    queues: dict[str, deque[tuple[int, int, float]]] = {}
    events = [(tour.at_s, _ARRIVE_INSIDE if tour.inside else _ARRIVE, n, 0) for n, tour in enumerate(tours)]
    heapq.heapify(events)

    def enter(number: int, place: int, arrived_s: float, now_s: float) -> None:
        leg = tours[number].legs[place]
        inside[leg.section] = inside.get(leg.section, 0) + 1
        waited[number] += now_s - arrived_s
        passages.append(Passage(number, leg.section, arrived_s, now_s, now_s + leg.seconds))
        heapq.heappush(events, (now_s + leg.seconds, _LEAVE, number, place))

    while events:
        now_s, kind, number, place = heapq.heappop(events)
        legs = tours[number].legs
        if kind == _LEAVE:
            section = legs[place].section
            inside[section] -= 1
            waiting = queues.get(section)
            if waiting and inside[section] < limits[section]:
                enter(*waiting.popleft(), now_s)
            place += 1
        while place < len(legs) and legs[place].section not in limits:
            now_s, place = now_s + legs[place].seconds, place + 1
            kind = _LEAVE
        if place == len(legs):
            ended[number] = now_s
        elif kind == _LEAVE:  # it stands before a section: everyone who leaves at this moment comes first
            heapq.heappush(events, (now_s, _ARRIVE, number, place))
        elif kind == _ARRIVE and inside.get(legs[place].section, 0) >= limits[legs[place].section]:
            queues.setdefault(legs[place].section, deque()).append((number, place, now_s))
        else:
            enter(number, place, now_s, now_s)
    return Played(tuple(ended), tuple(waited), tuple(passages))

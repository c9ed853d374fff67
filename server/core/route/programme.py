"""The frontier dynamic programme: the shortest tour over a sketch without one-way links, proven, when it is narrow.

Vertices are finished one after the other; between two of them every link of the next vertex is decided: walked once,
twice, or visited from its ends with one gap left out. What a link may cost is worked out beforehand, so that states
lie at junctions only. See frontier.py for the states.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from server.core.route.frontier import CARRY, DONE, Action, Leave, Machine, Numbers, Walk, machine
from server.core.route.link import Link
from server.core.route.network import Metres
from server.core.route.sketch import Sketch
from server.core.route.tour import Left

Leg = tuple[int, ...]
"""Node numbers that the walk goes through one after the other, by shortest walks."""


@dataclass(frozen=True, slots=True)
class Way:
    """One way to treat a link: its action, its metres, and the legs it adds to the walk."""

    action: Action
    length_m: float
    legs: tuple[Leg, ...]


Step = tuple[Way, ...]


def ways(link: Link, a: int, b: int, leave: Leave) -> Step:
    """The sensible ways to treat an undirected link from slot `a` to slot `b`."""
    hops = [ahead for ahead, _ in link.hops]
    stations, total, loop = link.stations, sum(hops), a == b
    found = []
    if total < math.inf:
        found.append(Way((Walk.TOUCH_A if loop else Walk.ONCE, a, b, leave), total, (stations,)))
        if not loop:
            found.append(Way((Walk.TWICE, a, b, leave), 2 * total, (stations, stations[::-1])))
    if link.empty:
        return (*found, Way((Walk.NONE, a, b, leave), 0.0, ()))
    shut = [i for i, hop in enumerate(hops) if hop == math.inf]
    inner = range(1, len(hops) - 1)
    gaps = shut or [0, len(hops) - 1, *sorted(inner, key=lambda i: -hops[i])[:1]]
    return (*found, *(_left_out(link, gap, (a, b, leave)) for gap in gaps))


def _left_out(link: Link, gap: int, where: tuple[int, int, Leave]) -> Way:
    """Visit a link from its ends and leave out one hop."""
    before, after = link.stations[: gap + 1], link.stations[gap + 1 :]
    metres = 2 * sum(ahead for i, (ahead, _) in enumerate(link.hops) if i != gap)
    legs = tuple(leg for leg in ((*before, *before[-2::-1]), (*after[::-1], *after[1:])) if len(leg) > 1)
    walk = Walk.TOUCH_B if len(before) == 1 else Walk.TOUCH_A if len(after) == 1 else Walk.TOUCH_BOTH
    return Way((walk, *where), metres, legs)


class _Slots:
    """Which vertex lies in which slot while the steps are laid out."""

    def __init__(self, sketch: Sketch, start: int, end: int) -> None:
        self.of: dict[int, int] = {}
        self.steps: list[Step] = []
        self.width = 0
        self._free: list[int] = []
        self._needed, self._ends = sketch.needed, (start, end)

    def enter(self, vertex: int, slot: int | None = None) -> None:
        """Give a new vertex a slot; one that the tour must touch is touched."""
        if vertex in self.of:
            return
        if slot is None and not self._free:
            self._free.append(self.width)
            self.width += 1
        self.of[vertex] = at = self._free.pop() if slot is None else slot
        if vertex in self._needed:
            walk = Walk.HALF if self._ends.count(vertex) == 1 else Walk.TOUCH_A
            self.steps.append((Way((walk, at, at, Leave.STAY), 0.0, ()),))

    def decide(self, link: Link, *, last: bool) -> None:
        """Lay out the step of a link that begins at the vertex in work;

        with its last one that vertex is left behind.
        """
        a, b = link.ends
        leave = Leave.FINISH if last else Leave.STAY
        if last and b not in self.of:
            slot = self.of.pop(a)
            self.steps.append(ways(link, slot, CARRY, leave))
            self.enter(b, slot)
            return
        self.enter(b)
        self.steps.append(ways(link, self.of[a], self.of[b], leave))
        if last:
            self._free.append(self.of.pop(a))

    def leave(self, vertex: int) -> None:
        """Leave a vertex behind that has no link left to decide."""
        slot = self.of.pop(vertex)
        self.steps.append((Way((Walk.NONE, slot, slot, Leave.FINISH), 0.0, ()),))
        self._free.append(slot)


def plan(sketch: Sketch, order: Sequence[int], start: int, end: int) -> tuple[list[Step], int]:
    """The steps of the programme when vertices are finished in `order`, and how many slots they need."""
    slots = _Slots(sketch, start, end)
    todo = dict(sketch.links)
    for vertex in order:
        slots.enter(vertex)
        here = [number for number in sorted(sketch.at[vertex]) if number in todo]
        here.sort(key=lambda number: sketch.other_end(number, vertex) not in slots.of)
        for number in here:
            slots.decide(todo.pop(number).begun_at(vertex), last=number == here[-1])
        if not here:
            slots.leave(vertex)
    return _with_end(slots.steps), slots.width


def _with_end(steps: list[Step]) -> list[Step]:
    """Once nothing is left that must be visited, the tour may close."""
    for i in range(len(steps) - 1, -1, -1):
        if steps[i][0].action[3] is Leave.FINISH:
            steps[i] = tuple(replace(way, action=(*way.action[:3], Leave.CLOSE)) for way in steps[i])
        if all(way.action[0] is not Walk.NONE for way in steps[i]):
            break
    return steps


def run(steps: Sequence[Step], width: int, left_s: Left, at_most: int) -> tuple[float, list[Leg]] | None:
    """Length of the shortest tour and its legs; None when time ran out or a layer grew beyond `at_most` states.

    The length is inf when there is no tour.
    """
    states = machine(width)
    layers: list[tuple[Numbers, Metres]] = [(np.array([states.begin], dtype=np.int32), np.zeros(1))]
    for step in steps:
        if left_s() <= 0 or len(layers[-1][0]) > at_most:
            return None
        layers.append(_advance(states, step, *layers[-1]))
    numbers, metres = layers[-1]
    done = np.flatnonzero(numbers == DONE)
    if len(done) == 0:
        return math.inf, []
    return float(metres[done[0]]), _traced(states, steps, layers)


def _advance(states: Machine, step: Step, numbers: Numbers, metres: Metres) -> tuple[Numbers, Metres]:
    """All states after one step, each with the least metres that lead to it."""
    after = states.apply(tuple(way.action for way in step), numbers)
    cost = metres + np.array([[way.length_m] for way in step])
    best = np.full(len(states) + 1, math.inf)
    np.minimum.at(best, after.ravel(), cost.ravel())  # what is not allowed (−1) falls into the last place
    kept = np.flatnonzero(best[:-1] < math.inf).astype(np.int32)
    return kept, best[kept]


def _traced(states: Machine, steps: Sequence[Step], layers: Sequence[tuple[Numbers, Metres]]) -> list[Leg]:
    """The legs of the best tour, walked back from its end."""
    legs: list[Leg] = []
    state, length_m = DONE, float(layers[-1][1][np.flatnonzero(layers[-1][0] == DONE)[0]])
    for step, (numbers, metres) in zip(reversed(steps), reversed(layers[:-1]), strict=True):
        after = states.apply(tuple(way.action for way in step), numbers)
        cost = metres + np.array([[way.length_m] for way in step])
        chosen, found = np.argwhere((after == state) & (cost == length_m))[0]
        state, length_m = int(numbers[found]), float(metres[found])
        legs.extend(step[chosen].legs)
    return legs

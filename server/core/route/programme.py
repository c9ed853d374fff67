"""The frontier dynamic programme: the shortest tour over a narrow sketch.

Vertices are finished one after the other; between two of them every link of the next vertex is decided: walked once,
twice, or visited from its ends with one gap left out. What a link may cost is worked out beforehand, so that states
lie at junctions only. See frontier.py for the states.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from server.core.route.frontier import CARRY, DONE, Machine, Numbers, Walk, Where, machine
from server.core.route.link import Link
from server.core.route.network import Metres
from server.core.route.sketch import Sketch
from server.core.route.tour import Left

BEGIN_OR_CEASE = (Walk.BEGIN, Walk.CEASE)

Leg = tuple[int, ...]
"""Node numbers that the walk goes through one after the other, by shortest walks."""

Way = tuple[Walk, float, tuple[Leg, ...]]
"""One way to treat a link: its walk, its metres, and the legs it adds."""


@dataclass(frozen=True, slots=True)
class Step:
    """What is decided at one place: the walks to choose from and their metres as columns, the legs of each."""

    where: Where
    walks: Numbers
    metres: Metres
    legs: tuple[tuple[Leg, ...], ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """All steps in order, the slots they need and the balances they count."""

    steps: tuple[Step, ...]
    width: int
    most: int


def step_of(where: Where, ways: Sequence[Way]) -> Step:
    """The step that chooses among `ways`."""
    walks = _column(tuple(walk for walk, _, _ in ways))
    return Step(where, walks, np.array([[metres] for _, metres, _ in ways]), tuple(legs for _, _, legs in ways))


@lru_cache(maxsize=256)
def _column(walks: tuple[Walk, ...]) -> Numbers:
    return np.array([[walk] for walk in walks], dtype=np.int32)


def ways(link: Link, most: int) -> list[Way]:
    """The sensible ways to treat a link: through it up to `most` times more in one direction, or visits from its ends.

    With `most` 0 direction does not matter: a one-way link counts as if it could be walked in both.
    """
    found = _through(link, most)
    if link.empty:
        return [*found, (Walk.NONE, 0.0, ())]
    widest = max(range(len(link.hops)), key=lambda i: sum(link.hops[i]))
    gaps = dict.fromkeys((0, len(link.hops) - 1, widest))
    return [way for way in (*found, *(_left_out(link, gap) for gap in gaps)) if way[1] < math.inf]


def _through(link: Link, most: int) -> list[Way]:
    ahead, back = (link.stations,), (link.stations[::-1],)
    both_m = link.ahead_m + link.back_m
    if link.ends[0] == link.ends[1]:
        best_m, legs = min((link.ahead_m, ahead), (link.back_m, back))
        return [(Walk.TOUCH_A, best_m, legs)]
    if most == 0:
        once_m, legs = min((link.ahead_m, ahead), (link.back_m, back))
        return [(Walk.AHEAD_1, once_m, legs), (Walk.BOTH_WAYS, min(both_m, 2 * once_m), (*ahead, *back))]
    times = range(1, most + 1)
    return [
        *((Walk(Walk.BOTH_WAYS + n), n * link.ahead_m, ahead * n) for n in times if link.ahead_m < math.inf),
        *((Walk(Walk.BOTH_WAYS - n), n * link.back_m, back * n) for n in times if link.back_m < math.inf),
        *([(Walk.BOTH_WAYS, both_m, (*ahead, *back))] if both_m < math.inf else []),
    ]


def _left_out(link: Link, gap: int) -> Way:
    """Visit a link from its ends and leave out one hop; endless metres where one-way hops forbid it."""
    before, after = link.stations[: gap + 1], link.stations[gap + 1 :]
    metres = sum(ahead + back for i, (ahead, back) in enumerate(link.hops) if i != gap)
    legs = tuple(leg for leg in ((*before, *before[-2::-1]), (*after[::-1], *after[1:])) if len(leg) > 1)
    walk = Walk.TOUCH_B if len(before) == 1 else Walk.TOUCH_A if len(after) == 1 else Walk.TOUCH_BOTH
    return walk, metres, legs


class _Slots:
    """Which vertex lies in which slot while the steps are laid out."""

    def __init__(self, sketch: Sketch, start: int, end: int, most: int) -> None:
        self.of: dict[int, int] = {}
        self.steps: list[Step] = []
        self.width = 0
        self._most = most
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
            start, end = self._ends
            walk = Walk.TOUCH_A if start == end or vertex not in self._ends else BEGIN_OR_CEASE[vertex == end]
            self.steps.append(step_of((at, at, False), [(walk, 0.0, ())]))

    def decide(self, link: Link, *, last: bool) -> None:
        """Lay out the step of a link that begins at the vertex in work;

        with its last one that vertex is left behind.
        """
        a, b = link.ends
        if last and b not in self.of:
            slot = self.of.pop(a)
            self.steps.append(step_of((slot, CARRY, True), ways(link, self._most)))
            self.enter(b, slot)
            return
        self.enter(b)
        self.steps.append(step_of((self.of[a], self.of[b], last), ways(link, self._most)))
        if last:
            self._free.append(self.of.pop(a))

    def leave(self, vertex: int) -> None:
        """Leave a vertex behind that has no link left to decide."""
        slot = self.of.pop(vertex)
        self.steps.append(step_of((slot, slot, True), [(Walk.NONE, 0.0, ())]))
        self._free.append(slot)


def plan(sketch: Sketch, order: Sequence[int], start: int, end: int, most: int = 0) -> Plan:
    """The steps of the programme when vertices are finished in `order`.

    `most` bounds how often more a vertex on the frontier may be left than entered, or entered than left; 0: direction
    does not matter.
    """
    slots = _Slots(sketch, start, end, most)
    todo = dict(sketch.links)
    for vertex in order:
        slots.enter(vertex)
        here = [number for number in sorted(sketch.at[vertex]) if number in todo]
        here.sort(key=lambda number: sketch.other_end(number, vertex) not in slots.of)
        for number in here:
            slots.decide(todo.pop(number).begun_at(vertex), last=number == here[-1])
        if not here:
            slots.leave(vertex)
    return Plan(tuple(slots.steps), slots.width, most)


def run(work: Plan, left_s: Left, at_most: int) -> tuple[float, list[Leg]] | None:
    """Length of the shortest tour and its legs; None when time ran out or a layer grew beyond `at_most` states.

    The length is inf when there is no tour.
    """
    states = machine(work.width, work.most)
    layers: list[tuple[Numbers, Metres]] = [(np.array([states.begin], dtype=np.int32), np.zeros(1))]
    for step in work.steps:
        if left_s() <= 0 or len(layers[-1][0]) > at_most:
            return None
        layers.append(_advance(states, step, *layers[-1]))
    numbers, metres = layers[-1]
    done = np.flatnonzero(numbers == DONE)
    if len(done) == 0:
        return math.inf, []
    return float(metres[done[0]]), _traced(states, work.steps, layers)


def _advance(states: Machine, step: Step, numbers: Numbers, metres: Metres) -> tuple[Numbers, Metres]:
    """All states after one step, each with the least metres that lead to it."""
    after = states.apply(step.where, step.walks, numbers)
    best = np.full(len(states) + 1, math.inf)
    # what is not allowed (−1) falls into the last place
    np.minimum.at(best, after.ravel(), (metres + step.metres).ravel())
    kept = np.flatnonzero(best[:-1] < math.inf).astype(np.int32)
    return kept, best[kept]


def _traced(states: Machine, steps: Sequence[Step], layers: Sequence[tuple[Numbers, Metres]]) -> list[Leg]:
    """The legs of the best tour, walked back from its end."""
    legs: list[Leg] = []
    state, length_m = DONE, float(layers[-1][1][np.flatnonzero(layers[-1][0] == DONE)[0]])
    for step, (numbers, metres) in zip(reversed(steps), reversed(layers[:-1]), strict=True):
        after = states.apply(step.where, step.walks, numbers)
        chosen, found = np.argwhere((after == state) & (metres + step.metres == length_m))[0]
        state, length_m = int(numbers[found]), float(metres[found])
        legs.extend(step.legs[chosen])
    return legs


def prepare(work: Plan) -> None:
    """Work out every table that tours with this order of vertices can ask for; `work` is one that picks nothing."""
    states = machine(work.width, work.most)
    numbers = np.array([states.begin], dtype=np.int32)
    for step in work.steps:
        visits = () if step.where[0] == step.where[1] else (Walk.TOUCH_A, Walk.TOUCH_B, Walk.TOUCH_BOTH)
        walks = _column(tuple(dict.fromkeys((*map(Walk, step.walks.ravel().tolist()), *visits))))
        after = states.apply(step.where, walks, numbers)
        numbers = np.unique(after[after >= 0])

"""The frontier dynamic programme: the shortest tour over a sketch without one-way links, proven, when it is narrow.

Vertices are finished one after the other; between two of them every link of the next vertex is decided: walked once,
twice, or visited from its ends with one gap left out. What a link may cost is worked out beforehand, so that states
lie at junctions only. See frontier.py for the states.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from server.core.route.frontier import DONE, Action, Machine, Numbers, Walk, machine
from server.core.route.network import Metres
from server.core.route.sketch import Link, Sketch
from server.core.route.tour import Left

Leg = tuple[int, ...]
"""Node numbers that the walk goes through one after the other, by shortest walks."""


@dataclass(frozen=True, slots=True)
class Way:
    """One way to treat a link: its action (None: not entered), its metres, and the legs it adds to the walk."""

    action: Action | None
    length_m: float
    legs: tuple[Leg, ...]


Step = tuple[Way, ...]


def ways(link: Link, slot_a: int, slot_b: int) -> Step:
    """The sensible ways to treat an undirected link whose ends lie in these slots."""
    hops = [ahead for ahead, _ in link.hops]
    stations, total = link.stations, sum(hops)
    found = []
    if total < math.inf:
        loop = slot_a == slot_b
        found.append(Way((Walk.TOUCH if loop else Walk.ONCE, slot_a, slot_b), total, (stations,)))
        if not loop:
            found.append(Way((Walk.TWICE, slot_a, slot_b), 2 * total, (stations, stations[::-1])))
    if link.empty:
        return (*found, Way(None, 0.0, ()))
    shut = [i for i, hop in enumerate(hops) if hop == math.inf]
    inner = range(1, len(hops) - 1)
    widest = shut or [0, len(hops) - 1, *sorted(inner, key=lambda i: -hops[i])[:1]]
    return (*found, *(_left_out(link, gap, slot_a, slot_b) for gap in dict.fromkeys(widest)))


def _left_out(link: Link, gap: int, slot_a: int, slot_b: int) -> Way:
    """Visit a link from its ends and leave out one hop."""
    before, after = link.stations[: gap + 1], link.stations[gap + 1 :]
    metres = 2 * sum(ahead for i, (ahead, _) in enumerate(link.hops) if i != gap)
    legs = tuple(leg for leg in ((*before, *before[-2::-1]), (*after[::-1], *after[1:])) if len(leg) > 1)
    if len(before) == 1:
        return Way((Walk.TOUCH, slot_b, slot_b), metres, legs)
    if len(after) == 1:
        return Way((Walk.TOUCH, slot_a, slot_a), metres, legs)
    return Way((Walk.TOUCH_BOTH, slot_a, slot_b), metres, legs)


def plan(sketch: Sketch, order: Sequence[int], start: int, end: int) -> tuple[list[Step], int]:
    """The steps of the programme when vertices are finished in `order`, and how many slots they need."""
    slot: dict[int, int] = {}
    free: list[int] = []
    steps: list[Step] = []
    width = 0

    def enter(vertex: int) -> None:
        nonlocal width
        if vertex in slot:
            return
        if not free:
            free.append(width)
            width += 1
        slot[vertex] = free.pop()
        ends = (vertex == start) + (vertex == end)
        if vertex in sketch.needed:
            walk = Walk.HALF if ends == 1 else Walk.TOUCH
            steps.append((Way((walk, slot[vertex], slot[vertex]), 0.0, ()),))

    todo = dict(sketch.links)
    for vertex in order:
        enter(vertex)
        here = [number for number in sorted(sketch.at[vertex]) if number in todo]
        for number in sorted(here, key=lambda number: sketch.other_end(number, vertex) not in slot):
            link = todo.pop(number)
            for end_vertex in link.ends:
                enter(end_vertex)
            steps.append(ways(link, slot[link.ends[0]], slot[link.ends[1]]))
        steps.append((Way((Walk.FINISH, slot[vertex], slot[vertex]), 0.0, ()),))
        free.append(slot.pop(vertex))
    return _with_end(steps), width


def _with_end(steps: list[Step]) -> list[Step]:
    """Once nothing is left that must be visited, the tour may close."""
    for i in range(len(steps) - 1, -1, -1):
        action = steps[i][0].action
        if action is not None and action[0] is Walk.FINISH:
            steps[i] = (Way((Walk.CLOSE, action[1], action[2]), 0.0, ()),)
        elif all(way.action is not None for way in steps[i]):
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
    after = [numbers if way.action is None else states.apply(way.action, numbers) for way in step]
    if len(step) == 1 and step[0].action is not None and step[0].action[0] in (Walk.TOUCH, Walk.HALF):
        return after[0], metres + step[0].length_m  # a fresh slot is touched: states stay apart
    best = np.full(len(states.states), math.inf)
    reached = np.concatenate(after)
    cost = np.concatenate([metres + way.length_m for way in step])
    allowed = reached >= 0
    np.minimum.at(best, reached[allowed], cost[allowed])
    kept = np.flatnonzero(best < math.inf).astype(np.int32)
    return kept, best[kept]


def _traced(states: Machine, steps: Sequence[Step], layers: Sequence[tuple[Numbers, Metres]]) -> list[Leg]:
    """The legs of the best tour, walked back from its end."""
    legs: list[Leg] = []
    state, length_m = DONE, float(layers[-1][1][np.flatnonzero(layers[-1][0] == DONE)[0]])
    for step, (numbers, metres) in zip(reversed(steps), reversed(layers[:-1]), strict=True):
        for way in step:
            after = numbers if way.action is None else states.apply(way.action, numbers)
            found = np.flatnonzero((after == state) & (metres + way.length_m == length_m))
            if len(found):
                state, length_m = int(numbers[found[0]]), float(metres[found[0]])
                legs.extend(way.legs)
                break
    return legs

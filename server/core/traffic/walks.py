"""A tour as seconds: how long outside narrow stretches, how long in each, and when each of its lines is done."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from server.core.traffic.sections import Sections


@dataclass(frozen=True, slots=True)
class Tempo:
    """How quickly a tour is walked: metres a second, seconds a stop and, at its end, to hand over."""

    speed_m_s: float = 1.2
    stop_s: float = 12.0
    end_s: float = 90.0


@dataclass(frozen=True, slots=True)
class Leg:
    """`seconds` on end in one section, or ("") where there is no limit, picks included, without waiting."""

    section: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Walk:
    """One way to walk a tour, unhindered: its legs, and after how many seconds each of its lines is done."""

    legs: tuple[Leg, ...]
    done_s: tuple[float, ...] = ()

    @property
    def seconds(self) -> float:
        """From the first step to the last hand-over when nobody is in the way."""
        return sum(leg.seconds for leg in self.legs)


@dataclass(frozen=True, slots=True)
class Departed:
    """A walk to come or under way: its legs from `at_s` on.

    `inside` when its first leg has been entered already, so that it waits for nobody.
    """

    legs: tuple[Leg, ...]
    at_s: float = 0.0
    inside: bool = False


def walk_of(
    path: Sequence[str],
    lines: Sequence[tuple[str, float]],
    sections: Sections,
    metres: Callable[[str, str], float],
    tempo: Tempo,
) -> Walk:
    """The walk along `path` (nodes), on which `lines` are done one after the other, each as (node, seconds).

    A line is done when the walk comes to its node and all lines before it are done. `metres` is the length of an edge.
    """
    spent: list[Leg] = []
    done: list[float] = []
    now_s = 0.0

    def spend(section: str, seconds: float, *, anew: bool = False) -> None:
        nonlocal now_s
        now_s += seconds
        if spent and not anew and spent[-1].section == section:
            spent[-1] = Leg(section, spent[-1].seconds + seconds)
        elif seconds > 0:
            spent.append(Leg(section, seconds))

    def pick(node: str) -> None:
        while len(done) < len(lines) and lines[len(done)][0] == node:
            spend(sections.of_node.get(node, ""), lines[len(done)][1])
            done.append(now_s)

    for node in path[:1]:
        pick(node)
    for u, v in pairwise(path):
        section = sections.between(u, v)
        spend(section, metres(u, v) / tempo.speed_m_s, anew=section != "" and u in sections.aside)
        pick(v)
    spend("", tempo.end_s)
    return Walk(tuple(spent), tuple(done))


def rest_of(walk: Walk, elapsed_s: float, lines_done: int, now_s: float) -> Departed:
    """What is left of a walk that began `elapsed_s` ago and of which so many lines are done.

    Somebody may have waited, or be slow: nobody is further than at the next open line, nor less far than at the last
    one done. Before its start (`elapsed_s` below 0) the whole walk is to come.
    """
    if elapsed_s < 0 and not lines_done:
        return Departed(walk.legs, now_s - elapsed_s)
    done = min(lines_done, len(walk.done_s))
    least = walk.done_s[done - 1] if done else 0.0
    most = walk.done_s[done] if done < len(walk.done_s) else walk.seconds
    past = min(max(elapsed_s, least), most)
    for number, leg in enumerate(walk.legs):
        if past < leg.seconds:
            rest = (Leg(leg.section, leg.seconds - past), *walk.legs[number + 1 :])
            return Departed(rest, now_s, inside=past > 0)
        past -= leg.seconds
    return Departed((), now_s)


Limits = Mapping[str, int]
"""How many pickers a section takes at once."""

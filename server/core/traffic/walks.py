"""A tour as seconds: how long outside narrow stretches, how long in each, and when each of its lines is done."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from server.core.traffic.sections import Sections


@dataclass(frozen=True, slots=True)
class Tempo:
    """How quickly a tour is walked: metres a second, seconds a stop, seconds at its end (hand over, new cart)."""

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
    line_nodes: Sequence[str],
    sections: Sections,
    metres: Callable[[str, str], float],
    tempo: Tempo,
) -> Walk:
    """The walk along `path` (nodes), its lines done at `line_nodes` in that order, each when its node is first passed.

    `metres` is the length of an edge. Lines of one node share the seconds of its stop.
    """
    lines_at: dict[str, int] = {}
    for node in line_nodes:
        lines_at[node] = lines_at.get(node, 0) + 1
    legs: list[Leg] = []
    done: list[float] = []
    now_s = 0.0

    def spend(section: str, seconds: float, *, on_end: bool = True) -> None:
        nonlocal now_s
        now_s += seconds
        if legs and on_end and legs[-1].section == section:
            legs[-1] = Leg(section, legs[-1].seconds + seconds)
        elif seconds > 0:
            legs.append(Leg(section, seconds))

    def stop(node: str, section: str) -> None:
        lines = lines_at.pop(node, 0)
        for _ in range(lines):
            spend(section, tempo.stop_s / lines)
            done.append(now_s)

    if path:
        stop(path[0], sections.of_node.get(path[0], ""))
    for u, v in pairwise(path):
        section = sections.between(u, v)
        spend(section, metres(u, v) / tempo.speed_m_s, on_end=u not in sections.aside or not section)
        stop(v, sections.of_node.get(v, ""))
    spend("", tempo.end_s)
    return Walk(tuple(legs), tuple(done))


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

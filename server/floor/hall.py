"""The layout as a planning process keeps it: read once a revision, with a network for every set of closed places.

A layout's text is megabytes on a large floor. It travels once: a process that has not read a revision says so, and is
asked again with the text (floor/guide).
"""

import gc
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

from server.core.drawn import Spot
from server.core.errors import BadInput
from server.core.layout import Layout, StationKind, close, read_layout
from server.core.route import Network, warm_up
from server.core.traffic import sections_of
from server.floor.errand import Segment

Closed = tuple[str, ...]

MOST_HALLS = 2  # the layout in force, and the one before it
MOST_FLOORS = 4  # as it was, as it is, and what somebody asks to close


@dataclass(frozen=True, slots=True)
class Floor:
    """A hall with some places closed, ready to be walked. `segments` are the edges closed since the file was made."""

    network: Network
    segments: frozenset[Segment]


class Hall:
    """A layout without its locations: where tours begin and end, what can be closed, and the networks made so far."""

    def __init__(self, document: str) -> None:
        """Read a layout file's text; seconds on the largest."""
        layout = read_layout(json.loads(document))
        self.layout: Layout = replace(layout, locations=(), access={})
        self.spots: Mapping[str, Spot] = layout.graph.nodes
        self.sections = sections_of(layout)
        stations = [station.node for station in layout.stations if station.kind is not StationKind.DOCK]
        self.start = (*layout.cart_parking, *layout.depots)[0].node  # where waves let their tours begin
        self.station = stations[0] if stations else self.start
        self._whole = Network(layout.graph)
        self._floors: dict[Closed, Floor] = {}
        warm_up(self._whole, self.start, self.station)

    def floor(self, closed: Closed) -> Floor:
        """The floor with these places closed beside those of the file.

        Raises BadInput: a place is not known, or closing it would cut a station off.
        """
        found = self._floors.pop(closed, None) or self._closing(closed)
        self._floors[closed] = found
        if len(self._floors) > MOST_FLOORS:
            del self._floors[next(iter(self._floors))]
        return found

    def closable(self, closed: Closed, place: str) -> tuple[Segment, ...]:
        """The edges that closing `place` beside `closed` closes, as lines on the plan.

        Raises BadInput: there is no such place, or it would cut a station off.
        """
        return tuple(sorted(self.floor((*closed, place)).segments - self.floor(closed).segments))

    def blocked_place(self, closed: Closed, here: str, there: str) -> tuple[str, tuple[Segment, ...]] | None:
        """What to close for someone last seen at `here` ("" where tours begin) who cannot get on to `there`.

        The aisle of the place they walk to; where they stand in that aisle already, the edge in front of them. When
        that would cut a station off, the last edge before `there`; None when that would too, and
        "" when no way leads there as it is.
        """
        network, here = self.floor(closed).network, here or self.start
        if not there or here == there or network.distances((here, there))[0, 1] == math.inf:
            return "", ()
        steps = list(pairwise(network.path(here, there)))
        aisle = self._aisle_of(steps[-1])
        inside = not aisle or all(self._aisle_of(step) == aisle for step in steps)
        for place in dict.fromkeys(("|".join(steps[0]) if inside else aisle, "|".join(steps[-1]))):
            try:
                return place, self.closable(closed, place)
            except BadInput:
                continue
        return None

    def _aisle_of(self, step: tuple[str, str]) -> str:
        return next((edge.aisle for edge in self.layout.graph.edges if {edge.u, edge.v} == set(step)), "")

    def _closing(self, closed: Closed) -> Floor:
        before = set(self.layout.closed_edges)
        shut = [edge for edge in close(self.layout, closed).closed_edges if edge not in before]
        segments = frozenset((*self.spots[edge.u], *self.spots[edge.v]) for edge in shut)
        return Floor(self._whole.closing((edge.u, edge.v) for edge in shut) if shut else self._whole, segments)


def hall_of(revision: str, document: str) -> Hall | None:
    """The hall of this revision; None when this process has not read it yet and `document` is ""."""
    halls = _halls()
    if revision not in halls and document:
        while len(halls) >= MOST_HALLS:
            del halls[next(iter(halls))]
        halls[revision] = Hall(document)
        gc.collect()
        gc.freeze()  # else every collection of this process walks the layout again, in the middle of an answer
    return halls.get(revision)


@lru_cache(maxsize=1)
def _halls() -> dict[str, Hall]:
    """The halls of this process by revision, the oldest first."""
    return {}

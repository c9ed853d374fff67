"""Other orders of a tour's stops, as short or little longer, that come to the narrow stretches at other times."""

from collections.abc import Iterator, Sequence
from itertools import groupby

import numpy as np

from server.core.route.network import Metres, Network
from server.core.traffic.sections import Sections

MOST_WAYS = 7
MOST_LONGER_M = 40.0
"""An order that is longer by more is no choice: it is walked in about the time that one waits for a narrow stretch."""


def other_orders(
    network: Network, stops: Sequence[str], start: str, end: str, sections: Sections, most: int = MOST_WAYS
) -> list[tuple[str, ...]]:
    """At most `most` orders of `stops` besides the given one, the shortest first; none where no stop is narrow.

    Tried are the way back, beginning in the middle (forward and back), and each stretch first or last. Raises NotFound
    for an unknown node.
    """
    stretch = [sections.of_node.get(stop, "") for stop in stops]
    numbered = groupby(range(1, len(stops) + 1), lambda place: stretch[place - 1] or place)
    groups = [tuple(group) for _, group in numbered]
    if len(groups) < 2 or not any(stretch):
        return []
    metres = network.distances((start, *stops, end))
    given = tuple(range(1, len(stops) + 1))
    limit_m = _length_m(metres, given) + MOST_LONGER_M
    lengths: dict[tuple[int, ...], float] = {}
    for order in _orders(groups):
        if order != given and order not in lengths:
            lengths[order] = _length_m(metres, order)
    short = sorted((round(length_m, 6), order) for order, length_m in lengths.items() if length_m <= limit_m)
    return [tuple(stops[i - 1] for i in order) for _, order in short[:most]]


def _orders(groups: Sequence[tuple[int, ...]]) -> Iterator[tuple[int, ...]]:
    back = [group[::-1] for group in groups[::-1]]
    yield _flat(back)
    for cut in range(1, len(groups)):
        yield _flat([*groups[cut:], *groups[:cut]])
        yield _flat([*back[cut:], *back[:cut]])
    for place, group in enumerate(groups):
        others = [*groups[:place], *groups[place + 1 :]]
        for moved in (group, group[::-1]):
            yield _flat([moved, *others])
            yield _flat([*others, moved])


def _flat(groups: Sequence[tuple[int, ...]]) -> tuple[int, ...]:
    return tuple(place for group in groups for place in group)


def _length_m(metres: Metres, order: Sequence[int]) -> float:
    whole = np.array([0, *order, len(metres) - 1])
    return float(metres[whole[:-1], whole[1:]].sum())

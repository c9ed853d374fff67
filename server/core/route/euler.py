"""One walk through all legs of a tour."""

from collections.abc import Sequence

from server.core.route.programme import Leg


def one_walk(legs: Sequence[Leg], start: int, end: int, *, directed: bool = False) -> list[int]:
    """The stations of a walk from `start` to `end` that uses every leg once, by Hierholzer's method.

    The legs hang together and leave every vertex evenly, `start` and `end` oddly when they differ; `directed` legs are
    walked only as told.
    """
    at: dict[int, list[int]] = {start: [], end: []}
    for number, leg in enumerate(legs):
        at.setdefault(leg[0], []).append(number)
        at.setdefault(leg[-1], [])
        if leg[-1] != leg[0] and not directed:
            at[leg[-1]].append(number)
    used = [False] * len(legs)
    stack: list[tuple[int, Leg]] = [(start, ())]
    walked: list[Leg] = []
    while stack:
        vertex, came_by = stack[-1]
        while at[vertex] and used[at[vertex][-1]]:
            at[vertex].pop()
        if not at[vertex]:
            stack.pop()
            walked.append(came_by)
            continue
        number = at[vertex].pop()
        used[number] = True
        leg = legs[number] if legs[number][0] == vertex else legs[number][::-1]
        stack.append((leg[-1], leg))
    stations = [start]
    for leg in reversed(walked):
        stations.extend(leg[1:])
    return stations

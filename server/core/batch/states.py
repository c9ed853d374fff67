"""What a partial tour over an undirected floor looks like at its frontier, and what each piece of walk makes of it.

A state is one label for each vertex on the frontier: 0 untouched, else 2 × piece (from 1, as they appear) + 1 when it
has been touched an odd number of times. Vertices of one piece hang together. `DONE` is a tour that is closed.

Source: Cambazard & Catusse 2018, https://doi.org/10.1016/j.ejor.2018.03.050.
"""

from enum import IntEnum

State = tuple[int, ...]
DONE: State = (-1,)


class Walk(IntEnum):
    """What is walked of a way between two vertices A and B."""

    ONCE = 0  # through
    TWICE = 1  # through and back
    FROM_A = 2  # in and out again from A
    FROM_B = 3
    FROM_BOTH = 4  # from either end, a gap left out between
    NONE = 5


def walked(state: State, walk: Walk, a: int, b: int) -> State | None:
    """The state after a walk between the vertices at places `a` and `b` of the frontier; None where none is allowed."""
    if walk is Walk.NONE or state == DONE:
        return state if walk is Walk.NONE else None
    labels = list(state)
    if walk is not Walk.FROM_B:
        _touch(labels, a)
    if walk is not Walk.FROM_A:
        _touch(labels, b)
    if walk in (Walk.ONCE, Walk.TWICE) and a != b:
        one, other = labels[a] >> 1, labels[b] >> 1
        labels = [2 * one + label % 2 if label >> 1 == other else label for label in labels]
        if walk is Walk.ONCE:
            labels[a] ^= 1
            labels[b] ^= 1
    return _renumbered(labels)


def begun(state: State, place: int, *, half: bool) -> State | None:
    """The state after a vertex of the frontier had to be touched; `half` when the tour begins or ends there alone."""
    if state == DONE:
        return None
    labels = list(state)
    _touch(labels, place)
    labels[place] ^= int(half)
    return _renumbered(labels)


def entered(state: State) -> State:
    """The state after an untouched vertex came last on the frontier."""
    return state if state == DONE else (*state, 0)


def left(state: State, place: int) -> State | None:
    """The state after the vertex at `place` is finished; None when it was walked out of more or less than into, or
    when its piece hangs on nothing any more while there are others."""
    if state == DONE:
        return state
    label, rest = state[place], (*state[:place], *state[place + 1 :])
    if label % 2:
        return None
    if label and all(other >> 1 != label >> 1 for other in rest):
        return None if any(rest) else DONE
    return _renumbered(rest)


def _touch(labels: list[int], place: int) -> None:
    if not labels[place]:
        labels[place] = 2 * (1 + max(label >> 1 for label in labels))


def _renumbered(labels: list[int] | State) -> State:
    numbers: dict[int, int] = {0: 0}
    return tuple(2 * numbers.setdefault(label >> 1, len(numbers)) + label % 2 for label in labels)

"""The states of a partial tour over an undirected graph, seen at its frontier, and what each piece of walk makes of
them.

The frontier are the vertices that have been met but not yet finished, each in a slot. A partial tour matters only by
two things there: whether a vertex has been touched an even or an odd number of times, and which vertices hang together.
A state is a tuple with one label a slot: 0 untouched, else 2 × piece + (1 when odd), pieces numbered as they appear.

States get numbers as they are first seen, and each action is kept as a table from number to number, so that a whole
layer of states takes one step in a few numpy calls.

Source: Cambazard & Catusse 2018, https://doi.org/10.1016/j.ejor.2018.03.050 (frontier programme for any number of
cross-aisles), here for any graph by an order of its vertices.
"""

from enum import Enum
from functools import lru_cache

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.int32]
State = tuple[int, ...]

NEVER, UNKNOWN, DONE = -1, -2, 0


class Walk(Enum):
    """A piece of walk, or a vertex that is left behind, as an action on the frontier."""

    ONCE = "once"  # through a link: both ends change parity and hang together
    TWICE = "twice"  # through a link and back: both ends hang together
    TOUCH = "touch"  # out and back from one end
    TOUCH_BOTH = "touch both"  # out and back from either end, a gap left between
    HALF = "half"  # the walk begins or ends here: touched, odd
    FINISH = "finish"  # the vertex is behind the frontier; its piece must go on elsewhere
    CLOSE = "close"  # likewise, but all stops are behind: the one piece may end here


Action = tuple[Walk, int, int]
"""What is done in which slots (the second equals the first where there is only one)."""


class Machine:
    """All states seen so far on frontiers of `width` slots, and the tables between them."""

    def __init__(self, width: int) -> None:
        self.states: list[State] = [(-1,) * width, (0,) * width]
        self.number: dict[State, int] = {state: i for i, state in enumerate(self.states)}
        self._tables: dict[Action, Numbers] = {}

    @property
    def begin(self) -> int:
        """The state before anything was touched."""
        return 1

    def apply(self, action: Action, states: Numbers) -> Numbers:
        """The states after `action`, shape as `states`; NEVER where it is not allowed."""
        table = self._tables.get(action)
        if table is None or len(table) < len(self.states):
            grown = np.full(2 * len(self.states), UNKNOWN, dtype=np.int32)
            if table is not None:
                grown[: len(table)] = table
            self._tables[action] = table = grown
        after = table[states]
        if (after == UNKNOWN).any():
            for state in states[after == UNKNOWN].tolist():
                table[state] = self._number_of(_after(self.states[state], action))
            after = table[states]
        return after

    def _number_of(self, state: State | None) -> int:
        if state is None:
            return NEVER
        if state not in self.number:
            self.number[state] = len(self.states)
            self.states.append(state)
        return self.number[state]


@lru_cache(maxsize=16)
def machine(width: int) -> Machine:
    """The machine for a width: a memo of pure facts, shared so that only the first tour of a process pays for them."""
    return Machine(width)


def _after(state: State, action: Action) -> State | None:
    walk, i, j = action
    if state[0] == -1:
        return state if walk in (Walk.FINISH, Walk.CLOSE) else None
    labels = list(state)
    if walk in (Walk.FINISH, Walk.CLOSE):
        return _left_behind(labels, i, may_end=walk is Walk.CLOSE)
    for slot in (i, j):
        if labels[slot] == 0:
            labels[slot] = 2 * (len(labels) + 1 + slot)  # a piece of its own, numbered below
    if walk in (Walk.ONCE, Walk.TWICE):
        _join(labels, i, j)
    if walk is Walk.ONCE:
        labels[i] ^= 1
        labels[j] ^= 1
    if walk is Walk.HALF:
        labels[i] ^= 1
    return _renumbered(labels)


def _left_behind(labels: list[int], slot: int, *, may_end: bool) -> State | None:
    label = labels[slot]
    labels[slot] = 0
    if label == 0:
        return tuple(labels)
    if label % 2:
        return None
    if any(other >> 1 == label >> 1 for other in labels):
        return _renumbered(labels)
    return (-1,) * len(labels) if may_end and not any(labels) else None


def _join(labels: list[int], i: int, j: int) -> None:
    piece, gone = labels[i] >> 1, labels[j] >> 1
    for slot, label in enumerate(labels):
        if label >> 1 == gone and label:
            labels[slot] = 2 * piece + label % 2


def _renumbered(labels: list[int]) -> State:
    order: dict[int, int] = {}
    return tuple(2 * order.setdefault(label >> 1, len(order) + 1) + label % 2 if label else 0 for label in labels)

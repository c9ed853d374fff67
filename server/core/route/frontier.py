"""The states of a partial tour over an undirected graph, seen at its frontier, and what each piece of walk makes of
them.

The frontier are the vertices that have been met but not yet finished, each in a slot. A partial tour matters only by
two things there: whether a vertex has been touched an even or an odd number of times, and which vertices hang together.
A state is a row with one label a slot: 0 untouched, else 2 × piece + (1 when odd), pieces numbered as they appear.

States get numbers as they are first seen, and each action is kept as a table from number to number, so that a whole
layer of states takes one step in a few numpy calls.

Source: Cambazard & Catusse 2018, https://doi.org/10.1016/j.ejor.2018.03.050 (frontier programme for any number of
cross-aisles), here for any graph by an order of its vertices.
"""

from enum import IntEnum
from functools import lru_cache

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.int32]
Labels = npt.NDArray[np.int16]
Flags = npt.NDArray[np.bool_]

NEVER, UNKNOWN, DONE = -1, -2, 0


class Walk(IntEnum):
    """How a link between two vertices is walked, as an action on the frontier. A is the vertex in work, B the other."""

    NONE = 0  # not at all
    ONCE = 1  # through: both ends change parity and hang together
    TWICE = 2  # through and back: both ends hang together
    TOUCH_A = 3  # out and back from A
    TOUCH_B = 4
    TOUCH_BOTH = 5  # out and back from either end, a gap left between
    HALF = 6  # the whole walk begins or ends at A: touched, odd


CARRY = -1
"""In place of B's slot: B is new and takes over the slot of A, which is left behind."""

Where = tuple[int, int, bool]
"""The slots of A and B, and whether A is left behind: its piece must go on elsewhere, or be the whole tour (DONE)."""


class Machine:
    """All states seen so far on frontiers of `width` slots, and the tables between them.

    Grows as it is asked: one thread at a time.
    """

    def __init__(self, width: int) -> None:
        self._rows: Labels = np.array([[-1] * width, [0] * width], dtype=np.int16)
        self._number: dict[int, int] = {int(key): i for i, key in enumerate(_keys(self._rows))}
        self._tables: dict[Where, Numbers] = {}

    def __len__(self) -> int:
        """How many states there are."""
        return len(self._number)

    @property
    def begin(self) -> int:
        """The state before anything was touched."""
        return 1

    def apply(self, where: Where, walks: Numbers, states: Numbers) -> Numbers:
        """The states after each of `walks` (a column), shape (walks, states); NEVER where one is not allowed."""
        table = self._tables.get(where)
        if table is None or table.shape[1] < len(self):
            grown = np.full((len(Walk), 2 * len(self)), UNKNOWN, dtype=np.int32)
            if table is not None:
                grown[:, : table.shape[1]] = table
            self._tables[where] = table = grown
        after: Numbers = table[walks, states]
        if after.min(initial=NEVER) == UNKNOWN:
            for walk, row in zip(walks.ravel().tolist(), after, strict=True):
                fresh = states[row == UNKNOWN]
                if len(fresh):
                    table[walk, fresh] = self._work_out(Walk(walk), where, self._rows[fresh])
            after = table[walks, states]
        return after

    def complete(self) -> None:
        """Work out every table, whatever is asked for later. Some 10 ms for width 3, 100 ms for 4, a second for 5."""
        slots = range(self._rows.shape[1])
        walks = np.array([[walk] for walk in Walk], dtype=np.int32)
        apart = [
            (a, b, leave) for a in slots for b in (*slots, CARRY) for leave in (False, True) if leave or b != CARRY
        ]
        known = 0
        while known < len(self):
            known = len(self)
            for where in apart:
                self.apply(where, walks, np.arange(known, dtype=np.int32))

    def _work_out(self, walk: Walk, where: Where, rows: Labels) -> Numbers:
        """Numbers of the states after a walk; new states get new numbers."""
        after, never = _after(rows, walk, where)
        keys = _keys(after).tolist()
        fresh = {key: i for i, key in enumerate(keys) if key not in self._number and not never[i]}
        if fresh:
            self._number.update(zip(fresh, range(len(self), len(self) + len(fresh)), strict=True))
            self._rows = np.concatenate((self._rows, after[list(fresh.values())]))
        numbers = np.array([self._number.get(key, NEVER) for key in keys], dtype=np.int32)
        numbers[never] = NEVER
        return numbers


@lru_cache(maxsize=16)
def machine(width: int) -> Machine:
    """The machine for a width: a memo of pure facts, shared so that only the first tour of a process pays for them."""
    return Machine(width)


def _keys(rows: Labels) -> npt.NDArray[np.int64]:
    """One integer a state: 5 bits a slot."""
    shifts = 5 * np.arange(rows.shape[1], dtype=np.int64)
    keys: npt.NDArray[np.int64] = ((rows.astype(np.int64) + 1) << shifts).sum(axis=1)
    return keys


def _after(rows: Labels, walk: Walk, where: Where) -> tuple[Labels, Flags]:
    """(the states after `walk`, where it is not allowed)."""
    a, b, leave = where
    done = rows[:, 0] == -1
    labels = np.concatenate((rows, np.zeros((len(rows), 1), rows.dtype)), axis=1) if b == CARRY else rows.copy()
    labels[done] = 0
    _walk(labels, walk, a, b)
    never = done & (walk is not Walk.NONE)
    if leave:
        label = labels[:, a].copy()
        labels[:, a] = 0
        goes_on = ((labels >> 1 == (label >> 1)[:, None]) & (labels > 0)).any(axis=1)
        ends = (label > 0) & ~goes_on
        closes = ends & ~labels.any(axis=1)
        never |= (label % 2 == 1) | (ends & ~closes)
        done = done | closes
    if b == CARRY:
        labels[:, a] = labels[:, -1]
        labels = labels[:, :-1]
    labels = _renumbered(labels)
    labels[done] = -1
    return labels, never


def _walk(labels: Labels, walk: Walk, a: int, b: int) -> None:
    """Do it, in place; pieces that begin here get numbers of their own."""
    width = labels.shape[1]
    if walk not in (Walk.NONE, Walk.TOUCH_B):
        labels[labels[:, a] == 0, a] = 2 * width + 2
    if walk not in (Walk.NONE, Walk.TOUCH_A, Walk.HALF):
        labels[labels[:, b] == 0, b] = 2 * width + 4
    if walk in (Walk.ONCE, Walk.TWICE):
        joins = (labels >> 1 == (labels[:, b] >> 1)[:, None]) & (labels > 0)
        np.copyto(labels, (labels[:, a] & ~1)[:, None] + labels % 2, where=joins)
    if walk is Walk.ONCE:
        labels[:, b] ^= 1
    if walk in (Walk.ONCE, Walk.HALF):
        labels[:, a] ^= 1


def _renumbered(labels: Labels) -> Labels:
    """Pieces numbered from 1 as they appear, slot by slot."""
    width, lines = labels.shape[1], np.arange(len(labels))
    pieces = labels >> 1
    given = np.zeros((len(labels), width + 4), dtype=np.int16)
    following = np.ones(len(labels), dtype=np.int16)
    fresh = np.empty_like(labels)
    for slot in range(width):
        piece = pieces[:, slot]
        new = (piece > 0) & (given[lines, piece] == 0)
        given[lines[new], piece[new]] = following[new]
        following += new
        fresh[:, slot] = 2 * given[lines, piece] + labels[:, slot] % 2
    return fresh

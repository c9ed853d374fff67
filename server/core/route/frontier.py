"""The states of a partial tour, seen at its frontier, and what each piece of walk makes of them.

The frontier are the vertices that have been met but not yet finished, each in a slot. A partial tour matters only by
two things there: how much more often each vertex has been left than entered (its balance), and which vertices hang
together. Where no edge is one-way, only whether that is even or odd matters. A state is a row with one label a slot: 0
untouched, else 16 × piece + 8 + balance, pieces numbered as they appear.

States get numbers as they are first seen, and each action is kept as a table from number to number, so that a whole
layer of states takes one step in a few numpy calls.

Source: Cambazard & Catusse 2018, https://doi.org/10.1016/j.ejor.2018.03.050 (frontier programme for any number of
cross-aisles), here for any graph by an order of its vertices, and with balances in place of parities for one-way edges.
"""

from enum import IntEnum
from functools import lru_cache

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.int32]
Labels = npt.NDArray[np.int16]
Flags = npt.NDArray[np.bool_]

NEVER, UNKNOWN, DONE = -1, -2, 0
EVEN = 8  # the balance 0 within a label


class Walk(IntEnum):
    """How a link between two vertices is walked, as an action on the frontier. A is the vertex in work, B the other."""

    NONE = 0  # not at all
    TOUCH_A = 1  # out and back from A
    TOUCH_B = 2
    TOUCH_BOTH = 3  # out and back from either end, a gap left between
    BEGIN = 4  # the whole walk begins at A
    CEASE = 5  # it ends there
    BACK_3 = 6  # through from B to A, three times
    BACK_2 = 7
    BACK_1 = 8
    BOTH_WAYS = 9  # through and back
    AHEAD_1 = 10  # through from A to B; where direction does not matter: through, once
    AHEAD_2 = 11
    AHEAD_3 = 12


THROUGH = range(Walk.BACK_3, Walk.AHEAD_3 + 1)
UNDIRECTED = (Walk.NONE, Walk.TOUCH_A, Walk.TOUCH_B, Walk.TOUCH_BOTH, Walk.BOTH_WAYS, Walk.AHEAD_1)

CARRY = -1
"""In place of B's slot: B is new and takes over the slot of A, which is left behind."""

Where = tuple[int, int, bool]
"""The slots of A and B, and whether A is left behind: its piece must go on elsewhere, or be the whole tour (DONE)."""


class Machine:
    """All states seen so far on frontiers of `width` slots, and the tables between them.

    Balances are counted up to `most` (at most 3) either way; with `most` 0 only whether they are even. Grows as it is
    asked: one thread at a time.
    """

    def __init__(self, width: int, most: int) -> None:
        self.most = most
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
            grown = np.full((len(Walk), len(self) * 5 // 4 + 8), UNKNOWN, dtype=np.int32)
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
        """Work out every table that undirected floors can ask for.

        Some 10 ms for width 3, 100 ms for 4, a second for 5.
        """
        slots = range(self._rows.shape[1])
        walks = np.array([[walk] for walk in (*UNDIRECTED, Walk.BEGIN)], dtype=np.int32)
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
        after, never = _after(rows, walk, where, self.most)
        keys = _keys(after).tolist()
        fresh = {key: i for i, key in enumerate(keys) if key not in self._number and not never[i]}
        if fresh:
            self._number.update(zip(fresh, range(len(self), len(self) + len(fresh)), strict=True))
            self._rows = np.concatenate((self._rows, after[list(fresh.values())]))
        numbers = np.array([self._number.get(key, NEVER) for key in keys], dtype=np.int32)
        numbers[never] = NEVER
        return numbers


@lru_cache(maxsize=16)
def machine(width: int, most: int = 0) -> Machine:
    """The machine of these measures: a memo of pure facts, shared so that only a process's first tours pay for them."""
    return Machine(width, most)


def _keys(rows: Labels) -> npt.NDArray[np.int64]:
    """One integer a state: 8 bits a slot."""
    shifts = 8 * np.arange(rows.shape[1], dtype=np.int64)
    keys: npt.NDArray[np.int64] = ((rows.astype(np.int64) + 1) << shifts).sum(axis=1)
    return keys


def _after(rows: Labels, walk: Walk, where: Where, most: int) -> tuple[Labels, Flags]:
    """(the states after `walk`, where it is not allowed)."""
    a, b, leave = where
    done = rows[:, 0] == -1
    labels = np.concatenate((rows, np.zeros((len(rows), 1), rows.dtype)), axis=1) if b == CARRY else rows.copy()
    labels[done] = 0
    _walk(labels, walk, a, b, directed=most > 0)
    never = done & (walk is not Walk.NONE)
    if most and walk >= Walk.BEGIN:
        for slot in (a, b):
            never |= abs((labels[:, slot] & 15) - EVEN) > most
    if leave:
        label = labels[:, a].copy()
        labels[:, a] = 0
        goes_on = (labels >> 4 == (label >> 4)[:, None]).any(axis=1)
        ends = (label > 0) & ~goes_on
        closes = ends & ~labels.any(axis=1)
        never |= (label > 0) & (label & 15 != EVEN) | (ends & ~closes)
        done = done | closes
    if b == CARRY:
        labels[:, a] = labels[:, -1]
        labels = labels[:, :-1]
    labels = _renumbered(labels)
    labels[done] = -1
    return labels, never


def _walk(labels: Labels, walk: Walk, a: int, b: int, *, directed: bool) -> None:
    """Do it, in place; pieces that begin here get numbers of their own."""
    width = labels.shape[1]
    if walk not in (Walk.NONE, Walk.TOUCH_B):
        labels[labels[:, a] == 0, a] = 16 * (width + 1) + EVEN
    if walk in (Walk.TOUCH_B, Walk.TOUCH_BOTH) or walk in THROUGH:
        labels[labels[:, b] == 0, b] = 16 * (width + 2) + EVEN
    if walk in THROUGH:
        joins = (labels >> 4 == (labels[:, b] >> 4)[:, None]) & (labels > 0)
        np.copyto(labels, (labels[:, a] & ~15)[:, None] + (labels & 15), where=joins)
        _shift(labels, a, walk - Walk.BOTH_WAYS, directed=directed)
        _shift(labels, b, Walk.BOTH_WAYS - walk, directed=directed)
    if walk in (Walk.BEGIN, Walk.CEASE):
        _shift(labels, a, -1 if walk is Walk.BEGIN else 1, directed=directed)


def _shift(labels: Labels, slot: int, by: int, *, directed: bool) -> None:
    """Change the balance of a slot."""
    if directed:
        labels[:, slot] += by
    elif by % 2:
        labels[:, slot] ^= 1


def _renumbered(labels: Labels) -> Labels:
    """Pieces numbered from 1 as they appear, slot by slot."""
    width, lines = labels.shape[1], np.arange(len(labels))
    pieces = labels >> 4
    given = np.zeros((len(labels), width + 4), dtype=np.int16)
    following = np.ones(len(labels), dtype=np.int16)
    fresh = np.empty_like(labels)
    for slot in range(width):
        piece = pieces[:, slot]
        new = (piece > 0) & (given[lines, piece] == 0)
        given[lines[new], piece[new]] = following[new]
        following += new
        fresh[:, slot] = 16 * given[lines, piece] + (labels[:, slot] & 15)
    return fresh

"""Batches one item away from given ones (put in, taken out, exchanged); and all batches, where they are few."""

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from server.core.batch.problem import Batch, Bits, Members, Metres, Problem


def neighbours(
    problem: Problem, batches: Sequence[Batch], width: int, free: npt.NDArray[np.bool_] | None = None
) -> tuple[Members, Metres]:
    """All batches one item away from one of `batches`, as (members, metres).

    With `free` only items flagged there are put in. Batches that do not fit on a cart are left out.
    """
    found: list[tuple[Members, Bits]] = []
    for size in sorted({len(batch) for batch in batches}):
        found += _around(problem, [batch for batch in batches if len(batch) == size], width, free)
    members = np.concatenate([np.empty((0, width), np.int16), *(part for part, _ in found)])
    pieces = [problem.weigh(stops) for _, stops in found]
    return members, np.concatenate([np.zeros(0), *pieces])


def _around(
    problem: Problem, batches: Sequence[Batch], width: int, free: npt.NDArray[np.bool_] | None
) -> Iterator[tuple[Members, Bits]]:
    """For batches of one size. Place `size` among the ones taken out means that all stay."""
    nobody, size = problem.count, len(batches[0])
    whole = np.array(batches, np.int16).reshape(len(batches), size)
    rest = np.full((len(batches), size + 1, width), nobody, np.int16)
    for gone in range(size):
        rest[:, gone, : size - 1] = np.delete(whole, gone, axis=1)
    rest[:, size, :size] = whole
    stops = rests(problem.stops[:, whole])
    sizes = problem.sizes[whole]
    load = sizes.sum(axis=1)[:, None, :] - np.concatenate((sizes, np.zeros_like(sizes[:, :1])), axis=1)
    room = problem.room - load
    fits = (problem.sizes[None, None] <= room[:, :, None]).all(axis=3)
    fits &= (problem.worth_a_look(stops[:, :, size]) & ~_holds(whole, nobody))[:, None, :]
    if free is not None:
        fits &= free
    if size == width:
        fits[:, size] = False
    cart, out, into = np.nonzero(fits)
    if len(cart):
        members = rest[cart, out]
        members[:, -1] = np.where(members[:, -1] == nobody, into, members[:, -1])
        members.sort(axis=1)
        yield members, stops[:, cart, out] | problem.stops[:, into]
    if size > 1:
        yield rest[:, :size].reshape(-1, width), stops[:, :, :size].reshape(len(stops), -1)


def rests(stops: Bits) -> Bits:
    """Unions of all but one, and last of all: from shape (words, batches, size) to (words, batches, size + 1)."""
    before = np.bitwise_or.accumulate(stops, axis=2)
    after = np.bitwise_or.accumulate(stops[:, :, ::-1], axis=2)[:, :, ::-1]
    left = np.zeros((*stops.shape[:2], stops.shape[2] + 1), np.int64)
    left[:, :, 1:] = before
    left[:, :, :-2] |= after[:, :, 1:]
    return left


def _holds(whole: Members, items: int) -> npt.NDArray[np.bool_]:
    holds = np.zeros((len(whole), items), bool)
    holds[np.arange(len(whole))[:, None], whole] = True
    return holds


def every(problem: Problem, width: int, at_most: int) -> Members | None:
    """Every batch that fits on a cart; None when there are more than `at_most`."""
    found = [np.empty((0, width), np.int16)]
    for level in _levels(problem, at_most):
        if sum(map(len, found)) + len(level) > at_most:
            return None
        rows = np.full((len(level), width), problem.count, np.int16)
        rows[:, : level.shape[1]] = level
        found.append(rows)
    return np.concatenate(found)


def _levels(problem: Problem, at_most: int) -> Iterator[Members]:
    """Batches of one item, of two, …; the last level given may be cut short, above `at_most` batches."""
    items = np.arange(problem.count, dtype=np.int16)
    members, load, total = items[:, None], problem.sizes, 0
    while len(members):
        yield members
        total += len(members)
        if total > at_most:
            return
        parts = []
        for some in np.array_split(np.arange(len(members)), 1 + len(members) * problem.count // 2_000_000):
            later = members[some, -1][:, None] < items
            fits = later & (load[some][:, None, :] + problem.sizes <= problem.room).all(axis=2)
            row, into = np.nonzero(fits)
            parts.append((some[row], into))
            if sum(len(row) for row, _ in parts) > at_most:
                break
        rows = np.concatenate([row for row, _ in parts])
        into = np.concatenate([item for _, item in parts])
        members = np.concatenate((members[rows], into[:, None].astype(np.int16)), axis=1)
        load = load[rows] + problem.sizes[into]

"""Public instances of joint order batching and picker routing, as `NAME.lyt` and `NAME.ord`.

One block of parallel aisles; a tour begins and ends at the front head of the first aisle. An article stands one metre
behind its position's number, whatever the position's length says, and aisles are 5 m apart: the metric under which the
published results of this form were got.

Source: Henn & Wäscher 2012, https://doi.org/10.1016/j.ejor.2012.05.049.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from server.core.batch import OneBlockLengths, Problem
from server.core.errors import BadInput

APART_M = 5
EVEN_M = 2.0
"""A closed walk on this floor goes over every metre an even number of times."""
LISTED = 300_000
FIELDS = 8


@dataclass(frozen=True, slots=True)
class Instance:
    """What a pair of files says. `picks` are (aisle, position) of every article of each order; `order_ids` their names.

    `capacity` is in articles; an order is as large as it has articles.
    """

    aisles: int
    positions: int
    capacity: int
    order_ids: tuple[int, ...]
    picks: tuple[tuple[tuple[int, int], ...], ...]

    def problem(self) -> Problem:
        """The instance as numbers, with exact tours."""
        lengths = OneBlockLengths(
            range(1, self.positions + 1), self.positions, [APART_M * aisle for aisle in range(self.aisles)]
        )
        sizes = np.array([[len(of_order)] for of_order in self.picks], np.int64).reshape(-1, 1)
        room = np.array([self.capacity], np.int64)
        return Problem(lengths.stops(self.picks), sizes, room, lengths, EVEN_M, LISTED)


def read_instance(layout_file: Path, orders_file: Path) -> Instance:
    """Read a pair of files. Raises BadInput that names the file and the line that is wrong."""
    numbers = [number for _, line in _lines(layout_file) for number in line]
    if len(numbers) != FIELDS:
        raise BadInput(
            "jobprp.layout",
            f"{layout_file.name} has {len(numbers)} numbers; it wants {FIELDS}, one a line: "
            "aisles, positions, position length and depth, aisle width, depot distance, capacity, orders",
        )
    aisles, positions, capacity, count = numbers[0], numbers[1], numbers[6], numbers[7]
    orders = _orders(orders_file, aisles, positions)
    if len(orders) != count:
        raise BadInput(
            "jobprp.orders",
            f"{orders_file.name} has {len(orders)} orders, {layout_file.name} says {count}; "
            "give two files of one instance",
        )
    too_large = [str(order) for order, picks in orders.items() if len(picks) > capacity]
    if too_large:
        raise BadInput(
            "jobprp.capacity",
            f"orders {', '.join(too_large)} of {orders_file.name} are larger than a cart of "
            f"{capacity} articles; they cannot be batched whole",
        )
    return Instance(aisles, positions, capacity, tuple(orders), tuple(orders.values()))


def read_reference(folder: Path) -> Mapping[str, Mapping[str, float]]:
    """What is known of the instances of a folder: its `reference.json`. Raises BadInput when there is none."""
    file = folder / "reference.json"
    if not file.is_file():
        raise BadInput("jobprp.reference", f"{file} is missing; give the folder of the instances and their reference")
    found: dict[str, dict[str, float]] = json.loads(file.read_text())
    return found


def _orders(file: Path, aisles: int, positions: int) -> dict[int, tuple[tuple[int, int], ...]]:
    lines = _lines(file)
    orders: dict[int, tuple[tuple[int, int], ...]] = {}
    for number, line in lines:
        if line == [0, 0]:
            break
        if len(line) != 2 or line[1] < 1:
            raise _bad(file, number, "ORDER ARTICLES, with one article or more, or 0 0 at the end")
        picks = []
        for _ in range(line[1]):
            at, article = next(lines, (number + 1, []))
            if len(article) != 3 or not (0 <= article[1] // 2 < aisles and 0 <= article[2] < positions):
                raise _bad(file, at, f"ARTICLE SIDE POSITION on {2 * aisles} sides of {positions} positions")
            picks.append((article[1] // 2, article[2]))
        orders[line[0]] = tuple(picks)
    return orders


def _lines(file: Path) -> Iterator[tuple[int, list[int]]]:
    """(number, whole numbers) of every line that is not empty."""
    for number, line in enumerate(file.read_text(encoding="ascii", errors="replace").splitlines(), start=1):
        try:
            found = [int(float(word)) for word in line.split()]
        except ValueError:
            raise _bad(file, number, "numbers alone") from None
        if found:
            yield number, found


def _bad(file: Path, number: int, wanted: str) -> BadInput:
    return BadInput("jobprp.line", f"line {number} of {file.name} is wrong; it wants {wanted}")

"""Waiting before narrow aisles with and without choosing, on floors made from a seed and for a day of real orders."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Any

from server.core.layout import Shape, generate
from server.core.tabular import Kind, OrderRow, read_columns, read_table
from server.core.traffic import Departed, Walk, choose, play, timetable
from server.floor import wave_plan
from server.floor.release import Means
from server.lab.batches_bench import NOON, SLOTS
from server.lab.paper_wave import paper_wave
from server.lab.site import Site, build_site
from server.lab.traffic import Comparison, Crowd, Tour, compare, told, tours_of

Say = Callable[[str], None]

FLOOR = Shape(blocks=2, aisles=12, bays=12, levels=4)
ORDERS, LINES, SKUS = 320, 4, 500
BATCHING_S = 2.0


@dataclass(frozen=True, slots=True)
class Row:
    """One floor with so many in a narrow aisle at once."""

    floor: str
    capacity: int
    compared: Comparison


@dataclass(frozen=True, slots=True)
class Together:
    """Seconds lost in the model by tours that start at once: as they come, chosen one by one, planned as a whole."""

    tours: int
    unplanned_s: float
    one_by_one_s: float
    together_s: float
    cpu_s: float


def measure(pickers: Sequence[int], capacities: Sequence[int], seeds: int, say: Say) -> Iterator[Row]:
    """Made-up orders in twelve aisles of two blocks."""
    for capacity in capacities:
        say(f"planning {ORDERS} made-up orders, {capacity} at once ...")
        document = generate("bench", replace(FLOOR, capacity=capacity))
        site = build_site((), made_up_orders(1), pickers=1, packers=1, seed=1, document=document)
        yield from _rows("12 aisles, 2 blocks", capacity, planned(site), pickers, seeds, say)


def measure_together(counts: Sequence[int], say: Say) -> Iterator[Together]:
    """The first tours of the made-up orders, one at once in a stretch; `cpu_s` is what planning as a whole takes."""
    document = generate("bench", replace(FLOOR, capacity=1))
    tours, limits = planned(build_site((), made_up_orders(1), pickers=1, packers=1, seed=1, document=document))
    for count in counts:
        say(f"{count} tours together ...")
        some = [tour.ways for tour in tours[:count]]
        began = time.process_time()
        whole = timetable(some, limits)
        cpu_s = time.process_time() - began
        one_by_one_s = _one_by_one_s(some, limits)
        yield Together(count, *(round(s, 1) for s in (whole.unplanned_s, one_by_one_s, whole.lost_s, cpu_s)))


def _one_by_one_s(tours: Sequence[Sequence[Walk]], limits: Mapping[str, int]) -> float:
    left, begun = list(tours), list[Departed]()
    while left:
        choice = choose(left, begun, limits, 0.0)
        ways = left.pop(choice.tour)
        begun.append(Departed(ways[choice.departure.way].legs, choice.departure.held_s))
    return play(begun, limits).total_s - sum(min(way.seconds for way in ways) for ways in tours)


def measure_day(
    file: Path, preset: str, pickers: Sequence[int], capacities: Sequence[int], seeds: int, say: Say
) -> Iterator[Row]:
    """A day of real orders in a warehouse that is large enough for it. Raises what reading the file raises."""
    read = read_table(file.read_bytes(), Kind.ORDERS, read_columns(""), preset)
    for capacity in capacities:
        say(f"planning {file.name}, {capacity} at once ...")
        site = build_site(read.skus, read.orders, pickers=1, packers=1, seed=1, narrow=capacity)
        yield from _rows(file.stem, capacity, planned(site), pickers, seeds, say)


def planned(site: Site) -> tuple[list[Tour], dict[str, int]]:
    """The tours of one wave over all orders of a site, and the limits of its narrow aisles."""
    taken = paper_wave(site.document, site.stock, site.orders, site.skus, means=Means(SLOTS), now=NOON)
    return tours_of(wave_plan.plan(taken, batching_s=BATCHING_S).batches)


def made_up_orders(seed: int) -> list[OrderRow]:
    """Orders of a few lines each, some SKUs wanted far more often than others."""
    dice = Random(seed)
    return [
        OrderRow(f"O{number:04}", line, f"SKU-{int(SKUS * dice.random() ** 2):04}", dice.randint(1, 3))
        for number in range(ORDERS)
        for line in range(1, 1 + dice.randint(1, 2 * LINES - 1))
    ]


def as_json(row: Row) -> dict[str, Any]:
    """A row as JSON."""
    return {"floor": row.floor, "capacity": row.capacity, **told(row.compared)}


def _rows(
    floor: str,
    capacity: int,
    work: tuple[Sequence[Tour], Mapping[str, int]],
    pickers: Sequence[int],
    seeds: int,
    say: Say,
) -> Iterator[Row]:
    for count in pickers:
        say(f"{floor}, {count} pickers ...")
        yield Row(floor, capacity, compare(*work, Crowd(count), seeds))

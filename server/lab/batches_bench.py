"""Batches beside what is published or proven, and a day of real orders beside first come, first served.

Seconds are CPU seconds of this process, one core. First-come batches take orders as they stand in the file.
"""

import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from server.core.batch import Problem, search
from server.core.batch.savings import merge_by_savings
from server.core.errors import BadInput
from server.core.tabular import Kind, read_columns, read_table
from server.floor import wave_plan
from server.floor.release import Means
from server.lab.countdown import countdown
from server.lab.jobprp import read_instance, read_reference
from server.lab.meter import Goal
from server.lab.paper_wave import paper_wave
from server.lab.site import build_site

Say = Callable[[str], None]

SLOTS = 8
NOON = "2011-11-14T12:00:00.000Z"


@dataclass(frozen=True)
class Row:
    """One public instance, lengths in metres; 0 stands for not known."""

    instance: str
    orders: int
    capacity: int
    first_come_m: float
    savings_m: float
    ours_m: float
    lower_bound_m: float
    published_best_m: float
    optimum_m: float
    cpu_s: float

    @property
    def to_published(self) -> float:
        """Ours as a share of the best published length."""
        return self.ours_m / self.published_best_m

    @property
    def over_optimum(self) -> float | None:
        """How far above the proven optimum, as a share of it; None where none was known before."""
        return self.ours_m / self.optimum_m - 1 if self.optimum_m else None


@dataclass(frozen=True)
class Day:
    """A day of real orders, walks in metres."""

    orders: int
    totes: int
    batches: int
    first_come_name_m: float
    first_come_s_shape_m: float
    first_come_shortest_m: float
    ours_name_m: float
    ours_s_shape_m: float
    ours_m: float
    cpu_s: float

    @property
    def ratio(self) -> float:
        """Our batches with their tours, as a share of first-come batches walked in the order of location names."""
        return self.ours_m / self.first_come_name_m


def measure(folder: Path, seconds: float, names: Sequence[str], say: Say) -> Iterator[Row]:
    """Search `seconds` on each instance of a folder, or on those named. Raises BadInput when there are none."""
    reference = read_reference(folder)
    wanted = names or sorted(reference)
    unknown = [name for name in wanted if name not in reference]
    if unknown:
        raise BadInput("bench.no_instance", f"{folder} has no instance {', '.join(unknown)}; see its reference.json")
    for name in wanted:
        say(f"{name} ...")
        known = reference[name]
        instance = read_instance(folder / f"{name}.lyt", folder / f"{name}.ord")
        began = time.process_time()
        problem = instance.problem()
        plan = search(problem, left_s=countdown(seconds, time.process_time))
        cpu_s = time.process_time() - began
        yield Row(
            instance=name,
            orders=problem.count,
            capacity=instance.capacity,
            first_come_m=length_m(problem, first_come(problem)),
            savings_m=length_m(problem, merge_by_savings(problem)),
            ours_m=plan.length_m,
            lower_bound_m=plan.lower_bound_m,
            published_best_m=known["published_best_m"],
            optimum_m=known.get("optimum_m", 0.0),
            cpu_s=cpu_s,
        )


def first_come(problem: Problem) -> list[list[int]]:
    """Items on carts in their order; a new cart for the first that does not fit."""
    plan: list[list[int]] = [[]]
    for item in range(problem.count):
        if (problem.sizes[[*plan[-1], item]].sum(axis=0) > problem.room).any():
            plan.append([])
        plan[-1].append(item)
    return plan


def length_m(problem: Problem, plan: Sequence[Sequence[int]]) -> float:
    """Metres of a plan with shortest tours."""
    return float(problem.costs(problem.members(plan, max(map(len, plan), default=1))).sum())


def goals(rows: Sequence[Row]) -> list[Goal]:
    """What issue 3 asks of the public instances after 10 s."""
    known = [over for row in rows if (over := row.over_optimum) is not None]
    others = [row.to_published for row in rows if not row.optimum_m]
    found = []
    if known:
        found.append(Goal("most above a known optimum, %", 0.5, round(100 * max(known), 3)))
    if others:
        found.append(Goal("the others: highest share of the best published", 1.0, round(max(others), 4)))
        found.append(Goal("the others: mean share of the best published", 0.98, round(statistics.fmean(others), 4)))
    return found


def measure_day(file: Path, preset: str, seconds: float, seed: int) -> Day:
    """Plan a day's orders on a made-up site as the release does. Raises BadRows for a wrong file."""
    read = read_table(file.read_bytes(), Kind.ORDERS, read_columns(""), preset)
    site = build_site(read.skus, read.orders, pickers=12, packers=4, seed=seed)
    taken = paper_wave(site.document, site.stock, site.orders, site.skus, means=Means(SLOTS), now=NOON)
    began = time.process_time()
    plan = wave_plan.plan(taken, batching_s=seconds)
    cpu_s = time.process_time() - began
    beside = wave_plan.first_come(taken)
    return Day(
        orders=len(taken.orders),
        totes=sum(len(batch.slots) for batch in plan.batches),
        batches=len(plan.batches),
        first_come_name_m=beside.name_order_m,
        first_come_s_shape_m=beside.s_shape_m,
        first_come_shortest_m=beside.shortest_m,
        ours_name_m=sum(batch.name_order_m for batch in plan.batches),
        ours_s_shape_m=sum(batch.s_shape_m for batch in plan.batches),
        ours_m=sum(batch.length_m for batch in plan.batches),
        cpu_s=cpu_s,
    )

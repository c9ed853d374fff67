"""Tours of every method on seeded floors, beside what is proven: gap, share proven, CPU milliseconds.

Floors come from floors.py; 30 stops unless told. The optimum of each is proven first, by the frontier programme or by
cuts. Times are CPU milliseconds of one answer, loading apart, on tables that are warm.
"""

import gc
import math
import random
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from types import MappingProxyType

import fast_tsp
import networkx

from server.core.layout import Shape, generate, read_layout
from server.core.route import (
    Network,
    OneBlock,
    Tour,
    given_order,
    largest_gap,
    nearest_neighbour,
    reachable,
    s_shape,
    solve,
    unhurried,
    walk,
    warm_up,
)
from server.core.route.proof import by_cuts, prove
from server.lab.countdown import countdown
from server.lab.floors import Floor, Grid, grid_floor, loose_floor
from server.lab.meter import Goal

STOPS = 30
ANSWER_S = 0.05
PROOF_S = 2.0
LIBRARY_S = 0.01

Say = Callable[[str], None]
Method = Callable[[Network, Sequence[str], str, str], Tour]

KINDS: Mapping[str, Callable[[int, int], Floor]] = MappingProxyType(
    {
        "1 block": lambda stops, seed: grid_floor(Grid(1, bays=30), stops, seed, open_ended=seed % 4 == 3),
        "2 blocks": lambda stops, seed: grid_floor(Grid(2, bays=20), stops, seed, open_ended=seed % 4 == 3),
        "3 blocks": lambda stops, seed: grid_floor(Grid(3), stops, seed, open_ended=seed % 4 == 3),
        "4 blocks": lambda stops, seed: grid_floor(Grid(4, bays=12), stops, seed, open_ended=seed % 4 == 3),
        "one-way, 2 blocks": lambda stops, seed: grid_floor(
            Grid(2, oneway=True), stops, seed, open_ended=seed % 4 == 3
        ),
        "one-way, 3 blocks": lambda stops, seed: grid_floor(
            Grid(3, bays=12, oneway=True), stops, seed, open_ended=seed % 4 == 3
        ),
        "irregular": lambda stops, seed: grid_floor(Grid(3, gaps=0.15, jitter_m=0.4), stops, seed),
        "irregular, some one-way": lambda stops, seed: loose_floor(16, stops, seed, oneway_share=0.4),
    }
)


@dataclass(frozen=True)
class Row:
    """One method on one kind of floor: gaps to the optimum in per cent, shares in per cent, CPU milliseconds."""

    kind: str
    method: str
    instances: int
    gap_mean: float
    gap_max: float
    at_optimum: float
    proven: float
    median_ms: float
    p95_ms: float


def by_name(network: Network, picks: Sequence[str], start: str, end: str) -> Tour:
    """The order of a list sorted by location name."""
    return given_order(network, sorted(picks, key=_name_parts), start, end)


def _name_parts(name: str) -> list[tuple[int, str]]:
    return [(int(part), "") if part.isdigit() else (-1, part) for part in name.replace("-", "_").split("_")]


def quick(network: Network, picks: Sequence[str], start: str, end: str) -> Tour:
    """The answer within 50 ms."""
    return solve(network, picks, start, end, left_s=countdown(ANSWER_S, time.process_time))


def proved(network: Network, picks: Sequence[str], start: str, end: str) -> Tour:
    """The answer and the proof that follows it within 2 s."""
    left_s = countdown(PROOF_S, time.process_time)
    return prove(network, solve(network, picks, start, end, left_s=left_s), left_s=left_s)


def highs_alone(network: Network, picks: Sequence[str], start: str, end: str) -> Tour:
    """The integer programme with cuts, without a good tour to begin with."""
    return by_cuts(network, by_name(network, picks, start, end), left_s=countdown(10.0, time.process_time))


def fast_tsp_tour(network: Network, picks: Sequence[str], start: str, end: str) -> Tour:
    """The library fast-tsp, 10 ms, in whole centimetres; a stop without metres joins end and start."""
    nodes = (start, *(pick for pick in picks if pick not in (start, end)), end)
    centimetres = (network.distances(nodes) * 100).round().astype(int)
    far, size = int(centimetres.max()) * 2, len(nodes)
    table = [[*map(int, row), 0 if i in (0, size - 1) else far] for i, row in enumerate(centimetres)]
    table.append([0, *[far] * (size - 2), 0, 0])
    order = fast_tsp.find_tour(table, LIBRARY_S)
    return walk(network, _opened([nodes[i] if i < size else None for i in order], start), start, end, "fast-tsp")


def christofides(network: Network, picks: Sequence[str], start: str, end: str) -> Tour:
    """networkx's Christofides on the complete graph of the stops; tours that end where they begin."""
    nodes = (start, *picks)
    metres = network.distances(nodes)
    complete = networkx.Graph()
    complete.add_weighted_edges_from(
        (u, v, float(metres[i, j])) for i, u in enumerate(nodes) for j, v in enumerate(nodes) if i < j
    )
    order = networkx.approximation.christofides(complete)[:-1]
    begin = order.index(start)
    return walk(network, [*order[begin + 1 :], *order[:begin]], start, end, "Christofides")


def _opened(ring: list[str | None], start: str) -> list[str]:
    """A ring of stops, cut at the stop without a place, beginning with `start`; start and end left out."""
    at = ring.index(None)
    order = [node for node in (*ring[at + 1 :], *ring[:at]) if node is not None]
    return (order if order[0] == start else order[::-1])[1:-1]


METHODS: Mapping[str, Method] = MappingProxyType(
    {
        "Gangway, 50 ms": quick,
        "Gangway, with proof": proved,
        "HiGHS alone": highs_alone,
        "fast-tsp, 10 ms": fast_tsp_tour,
        "networkx Christofides": christofides,
        "nearest neighbour": nearest_neighbour,
        "largest gap": largest_gap,
        "S-shape": s_shape,
        "location name": by_name,
    }
)
SYMMETRIC_ONLY = frozenset({"fast-tsp, 10 ms", "networkx Christofides"})


def measure(instances: int, stops: int, say: Say) -> Iterator[Row]:
    """All methods on `instances` floors, spread evenly over the kinds."""
    each = max(1, math.ceil(instances / len(KINDS)))
    for kind, make in KINDS.items():
        say(f"{kind}: {each} floors, {stops} stops")
        yield from _measure_kind(kind, [make(stops, seed) for seed in range(each)])


def _measure_kind(kind: str, floors: Sequence[Floor]) -> Iterator[Row]:
    networks = [Network(floor.graph) for floor in floors]
    tours: dict[str, list[tuple[float, float, bool]]] = {}
    for floor, network in zip(floors, networks, strict=True):
        picks, _ = reachable(network, floor.picks, floor.start, floor.end)
        warm_up(network, floor.start, floor.end)
        best = prove(network, solve(network, picks, floor.start, floor.end), left_s=unhurried)
        for name, method in METHODS.items():
            if name in SYMMETRIC_ONLY and not network.symmetric:
                continue
            if method is christofides and floor.start != floor.end:
                continue
            began = time.process_time()
            tour = method(network, picks, floor.start, floor.end)
            ms = (time.process_time() - began) * 1000
            tours.setdefault(name, []).append((100 * (tour.length_m / best.length_m - 1), ms, tour.optimal))
    return (_row(kind, name, found) for name, found in tours.items())


def _row(kind: str, method: str, found: Sequence[tuple[float, float, bool]]) -> Row:
    gaps, ms = [gap for gap, _, _ in found], sorted(ms for _, ms, _ in found)
    return Row(
        kind,
        method,
        len(found),
        round(statistics.fmean(gaps), 2),
        round(max(gaps), 2),
        round(100 * sum(gap < 1e-6 for gap in gaps) / len(found), 1),
        round(100 * sum(optimal for _, _, optimal in found) / len(found), 1),
        round(statistics.median(ms), 2),
        round(percentile(ms, 95), 2),
    )


def percentile(ordered: Sequence[float], share: float) -> float:
    """The value that `share` per cent of `ordered` (ascending) do not exceed."""
    return ordered[min(len(ordered) - 1, math.ceil(len(ordered) * share / 100) - 1)]


def goals(rows: Sequence[Row], say: Say) -> list[Goal]:
    """What the rows and three more measurements say about the goals of issue 3."""
    say("100 stops, one block by measures, 50,000 locations")
    return [*row_goals(rows), *_hundred_stops(), _one_block(), *_large_floor()]


def row_goals(rows: Sequence[Row]) -> list[Goal]:
    """The goals that the rows decide, each by its worst row."""
    answers = [row for row in rows if row.method == "Gangway, 50 ms"]
    proofs = [row for row in rows if row.method == "Gangway, with proof"]
    narrow = [row for row in answers if row.kind in ("1 block", "2 blocks", "3 blocks")]
    return [
        Goal("largest gap of an answer, %", 0.0, max(row.gap_max for row in answers)),
        Goal("p95 of an answer, ms", 50.0, max(row.p95_ms for row in answers)),
        Goal("undirected, 1-3 blocks: answers without proof, %", 0.0, 100 - min(row.proven for row in narrow)),
        Goal("all floors: tours without proof within 2 s, %", 0.0, 100 - min(row.proven for row in proofs)),
    ]


def _hundred_stops() -> list[Goal]:
    floors = [KINDS[f"{blocks} block{'s' * (blocks > 1)}"](100, seed) for blocks in (1, 2, 3, 4) for seed in range(3)]
    ms, unproven = [], 0
    for floor in floors:
        network = Network(floor.graph)
        warm_up(network, floor.start, floor.end)
        began = time.process_time()
        unproven += not solve(network, floor.picks, floor.start, floor.end).optimal
        ms.append((time.process_time() - began) * 1000)
    return [
        Goal("100 stops, 1-4 blocks: slowest, ms", 250.0, round(max(ms), 1)),
        Goal("100 stops, 1-4 blocks: answers without proof, %", 0.0, 100 * unproven / len(floors)),
    ]


def _one_block() -> Goal:
    """The length of one block's tour, picks already as masks."""
    dice = random.Random(0)
    block = OneBlock([range(1, 46)] * 10, 45, range(0, 50, 5))
    batches = [block.masks((dice.randrange(10), dice.randrange(45)) for _ in range(STOPS)) for _ in range(500)]
    began = time.process_time()
    for masks in batches:
        block.length(masks)
    return Goal("one block, 30 stops: mean, ms", 0.05, round((time.process_time() - began) / len(batches) * 1000, 4))


def _large_floor() -> list[Goal]:
    began = time.process_time()
    layout = read_layout(generate("large", Shape(blocks=3, aisles=100, bays=21, levels=4)))
    network = Network(layout.graph)
    load_s = time.process_time() - began
    gc.collect()
    gc.freeze()  # as the server does: the layout's objects are not walked again by every collection
    dice, depot = random.Random(0), layout.depots[0].node
    warm_up(network, depot, depot)
    answers, reroutes = [], []
    for _ in range(10):
        picks = [location.node for location in dice.sample(layout.locations, STOPS)]
        answers.append(_ms(lambda net=network, picks=picks: quick(net, picks, depot, depot)))  # type: ignore[misc]
        aisle = dice.choice(sorted({edge.aisle for edge in layout.graph.edges if edge.aisle.startswith("A")}))
        closed = [(edge.u, edge.v) for edge in layout.graph.edges if edge.aisle == aisle]
        reroutes.append(_ms(lambda closed=closed, picks=picks: _reroute(network, closed, picks, depot)))  # type: ignore[misc]
    return [
        Goal(f"{len(layout.locations)} locations: load, s", 5.0, round(load_s, 2)),
        Goal("50,000 locations: first answer for 30 stops, p95 ms", 50.0, round(percentile(sorted(answers), 95), 1)),
        Goal("50,000 locations: after a blocked aisle, p95 ms", 100.0, round(percentile(sorted(reroutes), 95), 1)),
    ]


def _reroute(network: Network, closed: Sequence[tuple[str, str]], picks: Sequence[str], depot: str) -> Tour:
    after = network.closing(closed)
    return quick(after, reachable(after, picks, depot, depot)[0], depot, depot)


def _ms(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return (time.process_time() - began) * 1000


def as_json(rows: Sequence[Row], reached: Sequence[Goal]) -> dict[str, object]:
    """Rows and goals for a program."""
    return {
        "rows": [asdict(row) for row in rows],
        "goals": [{**asdict(goal), "met": goal.met} for goal in reached],
    }

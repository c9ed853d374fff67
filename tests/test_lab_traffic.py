"""The simulation of narrow aisles: it agrees with the model that plans, and says what choosing saves."""

import json
from pathlib import Path
from random import Random

import pytest
from click.testing import CliRunner

from server.cli.main import gangway
from server.core.traffic import Departed, Leg, Walk, play
from server.lab.traffic import Crowd, Tour, compare, walk_wave

LIMITS = {"A": 1, "B": 1, "C": 2}
EXACT = {"person_spread": 0.0, "leg_spread": 0.0}


def tours(count: int, seed: int) -> list[Tour]:
    """Walks through the three stretches and back the other way."""
    dice = Random(seed)
    found = []
    for _ in range(count):
        legs = [
            leg
            for name in dice.sample("ABC", 3)
            for leg in (Leg("", dice.randint(1, 9)), Leg(name, dice.randint(20, 60)))
        ]
        found.append(Tour((0, ""), (Walk(tuple(legs)), Walk(tuple(legs[::-1])))))
    return found


@pytest.mark.parametrize("seed", range(8))
def test_without_any_spread_people_walk_as_the_model_says(seed: int) -> None:
    """Two programs, one by events and one by processes, tell the same waiting and the same ends."""
    some = tours(6, seed)
    played = play([Departed(tour.ways[0].legs) for tour in some], LIMITS)
    outcome = walk_wave(some, LIMITS, Crowd(6, **EXACT), 1, chosen=False)
    assert outcome.waiting_s == pytest.approx(sum(played.waited_s))
    assert outcome.total_s == pytest.approx(played.total_s)
    assert outcome.over_s == pytest.approx(max(played.ended_s))


def test_choosing_saves_waiting_and_counts_what_it_costs() -> None:
    """Held back and walked longer is counted; every tour is walked either way."""
    found = compare(tours(30, 3), LIMITS, Crowd(4), seeds=5)
    assert found.planned.waiting_s < 0.8 * found.unplanned.waiting_s
    assert found.planned.total_s < found.unplanned.total_s
    lost_s = found.planned.waiting_s + found.planned.held_s + found.planned.longer_s
    assert found.waiting_saved == pytest.approx(1 - lost_s / found.unplanned.waiting_s)
    assert compare(tours(30, 3), LIMITS, Crowd(4), seeds=5) == found


def test_urgent_tours_are_walked_first() -> None:
    """Whatever they meet: one person alone walks them in their turn."""
    first, second = Walk((Leg("A", 10.0),)), Walk((Leg("B", 500.0),))
    some = [Tour((9, ""), (second,)), *(Tour((0, ""), (first,)) for _ in range(3))]
    outcome = walk_wave(some, {"A": 1, "B": 1}, Crowd(2, **EXACT), 1, chosen=True)
    assert outcome.over_s == pytest.approx(500)


def test_the_command_compares_a_day_of_orders(tmp_path: Path) -> None:
    """One JSON object for each number of pickers."""
    lines = [f"O{n},{line},SKU-{(7 * n + 3 * line) % 20},1" for n in range(24) for line in (1, 2, 3)]
    (tmp_path / "day.csv").write_text("\n".join(["order_ref,line_number,sku,qty", *lines]))
    words = ["bench", "traffic", "--orders", str(tmp_path / "day.csv"), "--preset", "generic", "--seeds", "2", "--json"]
    answer = CliRunner().invoke(gangway, [*words, "--capacity", "1", "--pickers", "2", "--pickers", "3"])
    assert answer.exit_code == 0, answer.output
    rows = [json.loads(line) for line in answer.stdout.splitlines()]
    assert [(row["floor"], row["capacity"], row["pickers"], row["seeds"]) for row in rows] == [
        ("day", 1, 2, 2),
        ("day", 1, 3, 2),
    ]
    assert all(row["tours"] >= 2 and row["planned"]["total_s"] > 0 for row in rows)

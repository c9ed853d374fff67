"""Two exact methods on hundreds of layouts, and the commands that print tours and compare methods."""

import json
import random
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner

from server.cli.main import gangway
from server.core.route import Network, given_order
from server.core.route.answer import by_programme
from server.core.route.proof import by_cuts
from server.lab.floors import Grid, grid_floor, loose_floor
from server.lab.routes_bench import Row, measure, row_goals

ROOT = Path(__file__).resolve().parent.parent
SMALL = ROOT / "layouts" / "small.json"
FILES = ROOT.parent / "shared" / "data" / "routes"


def test_two_exact_methods_agree_on_two_hundred_layouts() -> None:
    """The frontier programme and the integer programme with cuts share no code but the sketch."""
    for seed in range(200):
        dice = random.Random(seed)
        floor = (
            loose_floor(6, 6, seed)
            if seed % 4 == 0
            else grid_floor(Grid(dice.randint(1, 3), 3, bays=4, apart_m=2.0), 6, seed, open_ended=seed % 3 == 0)
        )
        network = Network(floor.graph)
        exact = by_programme(network, floor.picks, floor.start, floor.end)
        assert exact is not None
        begun = given_order(network, floor.picks, floor.start, floor.end)
        cut = by_cuts(network, begun)
        assert cut.optimal, seed
        assert cut.length_m == pytest.approx(exact.length_m), seed


def asked(*words: object) -> dict[str, object]:
    """What the command prints with --json."""
    result = CliRunner().invoke(gangway, [*map(str, words), "--json"])
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert isinstance(found, dict)
    return found


def test_a_route_on_a_layout_walks_edges_of_its_graph_that_add_up() -> None:
    """From the depot to a station, two locations of one bay told both."""
    found = asked(
        "route", SMALL, "--stops", "A01-05-1,A03-08-2,A01-05-2,A02-01-1", "--end", "PACK-1", "--budget-ms", 5000
    )
    assert set(found) == {"length_m", "lower_bound_m", "optimal", "method", "ms", "stops", "path"}
    assert sorted(found["stops"]) == ["A01-05-1", "A01-05-2", "A02-01-1", "A03-08-2"]  # type: ignore[call-overload]
    graph = json.loads(CliRunner().invoke(gangway, ["layout", "graph", str(SMALL)]).stdout)
    metres = {frozenset((edge["u"], edge["v"])): edge["length"] for edge in graph["edges"]}
    path = found["path"]
    assert isinstance(path, list)
    assert (path[0], path[-1]) == ("DEPOT", "PACK-1")
    assert sum(metres[frozenset(pair)] for pair in pairwise(path)) == pytest.approx(found["length_m"])
    assert found["optimal"] is True
    assert found["lower_bound_m"] == found["length_m"]


def test_a_closed_aisle_makes_the_walk_longer_and_its_locations_unreachable() -> None:
    """An aisle by its code, an edge by its ends; both are said."""
    plain = asked("route", SMALL, "--stops", "A01-05-1,A03-08-2")
    round_about = asked("route", SMALL, "--stops", "A01-05-1,A03-08-2", "--close", "A01+X1|A01/1")
    assert float(str(round_about["length_m"])) > float(str(plain["length_m"]))
    lost = CliRunner().invoke(gangway, ["route", str(SMALL), "--stops", "A02-01-1", "--close", "A02"])
    assert lost.exit_code == 1
    assert "A02-01-1" in lost.stderr
    assert "unreachable" in lost.stderr


def test_a_route_on_a_plain_graph_is_the_proven_one() -> None:
    """The answer within a generous budget is proven on one-way floors too."""
    found = asked("route", "--graph", FILES / "oneway_20.json", "--budget-ms", 60_000)
    assert found["length_m"] == found["lower_bound_m"] == 399
    assert found["optimal"] is True


def test_what_is_no_graph_and_no_place_is_said_clearly(tmp_path: Path) -> None:
    """One line on standard error, exit code 1; wrong usage 2."""
    broken = tmp_path / "broken.json"
    broken.write_text('{"nodes": []}')
    for words, what in (
        (["route", "--graph", str(broken)], "bad_graph"),
        (["route", str(SMALL), "--stops", "Z99"], "Z99"),
        (["route", "--graph", str(FILES / "oneway_20.json"), "--close", "Z1"], "unknown_place"),
    ):
        result = CliRunner().invoke(gangway, words)
        assert result.exit_code == 1
        assert what in result.stderr
    assert CliRunner().invoke(gangway, ["route"]).exit_code == 2
    assert CliRunner().invoke(gangway, ["route", str(SMALL)]).exit_code == 2


def test_the_bench_measures_every_method_on_every_kind_of_floor() -> None:
    """Nothing is better than what is proven; Gangway's tours are proven and at the optimum."""
    said: list[str] = []
    rows = list(measure(1, 10, said.append))
    assert {row.kind for row in rows} == {line.split(":")[0] for line in said}
    for row in rows:
        assert row.gap_mean >= 0
        assert row.gap_max >= row.gap_mean
        if row.method == "Gangway, with proof":
            assert (row.gap_max, row.proven, row.at_optimum) == (0, 100, 100)
    assert {row.method for row in rows} >= {"S-shape", "largest gap", "location name", "fast-tsp, 10 ms", "HiGHS alone"}


def test_goals_are_judged_by_the_worst_row() -> None:
    """One floor with a gap is a goal missed."""
    good = Row("1 block", "Gangway, 50 ms", 1, 0.0, 0.0, 100.0, 100.0, 1.0, 1.0)
    bad = Row("2 blocks", "Gangway, 50 ms", 1, 0.5, 1.5, 0.0, 100.0, 1.0, 80.0)
    proof = Row("1 block", "Gangway, with proof", 1, 0.0, 0.0, 100.0, 100.0, 1.0, 1.0)
    found = {goal.name: goal for goal in row_goals([good, bad, proof])}
    assert found["largest gap of an answer, %"].reached == 1.5
    assert not found["largest gap of an answer, %"].met
    assert not found["p95 of an answer, ms"].met
    assert found["all floors: tours without proof within 2 s, %"].met


def test_one_tour_is_drawn_under_four_methods(tmp_path: Path) -> None:
    """Each panel with its metres; only the last one is the shortest."""
    picture = tmp_path / "tours.svg"
    assert CliRunner().invoke(gangway, ["bench", "routes", "--picture", str(picture)]).exit_code == 0
    texts = [node.text or "" for node in ElementTree.parse(picture).iter("{http://www.w3.org/2000/svg}text")]
    assert texts[::2] == ["Location name", "S-shape", "Largest gap", "Gangway"]
    assert [text.endswith("more") for text in texts[1::2]] == [True, True, True, False]
    assert texts[-1].endswith("proven shortest")

"""`gangway layout` as people and programs use it."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from server.cli.main import gangway
from tests.layout_cases import LAYOUTS, straight


def run(*arguments: str) -> Result:
    """The command's answer."""
    return CliRunner().invoke(gangway, ["layout", *arguments])


@pytest.fixture
def bad_file(tmp_path: Path) -> str:
    """A layout file with two faults."""
    file = tmp_path / "bad.json"
    file.write_text(json.dumps(straight(name="", zones=7)))
    return str(file)


def test_check_counts_what_is_in_a_sound_layout() -> None:
    """For people in lines, for programs as JSON."""
    told = run("check", str(LAYOUTS / "small.json"))
    assert (told.exit_code, "locations            60" in told.stdout) == (0, True)
    counted = json.loads(run("check", str(LAYOUTS / "small.json"), "--json").stdout)
    assert (counted["ok"], counted["locations"], counted["aisles"], counted["stations"]) == (True, 60, 3, 3)


def test_check_names_every_problem_and_fails(bad_file: str) -> None:
    """On standard error for people, on standard output as JSON."""
    told = run("check", bad_file)
    assert told.exit_code == 1
    assert "name: is empty" in told.stderr
    assert "zones: 7 is not a list" in told.stderr
    listed = run("check", bad_file, "--json")
    assert listed.exit_code == 1
    assert [problem["place"] for problem in json.loads(listed.stdout)["problems"]] == ["name", "zones"]


def test_check_can_try_a_closure() -> None:
    """What would closing an aisle cut off?"""
    counted = json.loads(run("check", str(LAYOUTS / "small.json"), "--close", "A02", "--json").stdout)
    assert (counted["locations_cut_off"], counted["locations_blocked"], counted["closed"]) == (20, 20, "A02")


@pytest.mark.parametrize(
    ("content", "what"), [(b"{", "is not JSON"), (b"\xff", "is not JSON"), (b"[]", "one JSON object")]
)
def test_a_file_that_holds_no_layout_is_one_clear_line(tmp_path: Path, content: bytes, what: str) -> None:
    """No traceback."""
    file = tmp_path / "no.json"
    file.write_bytes(content)
    told = run("check", str(file))
    assert told.exit_code == 1
    assert what in told.stderr
    assert "Traceback" not in told.stderr


def test_graph_names_every_locations_access_node() -> None:
    """Enough for anyone to check a route."""
    given_out = json.loads(run("graph", str(LAYOUTS / "small.json")).stdout)
    assert set(given_out["access"].values()) <= {node["id"] for node in given_out["nodes"]}
    assert len(given_out["access"]) == 60


def test_show_draws_to_a_file_with_tours(tmp_path: Path) -> None:
    """The picture goes where --out says."""
    out = tmp_path / "small.svg"
    told = run("show", str(LAYOUTS / "small.json"), "--tour", "DEPOT,X1@DEPOT", "--out", str(out))
    assert (told.exit_code, told.stdout) == (0, "")
    assert "<polyline" in out.read_text()


def test_new_writes_a_layout_that_check_accepts(tmp_path: Path) -> None:
    """Generated, written, read again."""
    out = tmp_path / "new.json"
    numbers = ("--blocks", "3", "--aisles", "4", "--bays", "5", "--levels", "2", "--oneway", "--zones", "2")
    assert run("new", "Hall 7", *numbers, "--out", str(out)).exit_code == 0
    counted = json.loads(run("check", str(out), "--json").stdout)
    assert (counted["name"], counted["locations"], counted["cross_aisles"]) == ("Hall 7", 3 * 4 * 5 * 2 * 2, 4)


def test_new_refuses_a_shape_that_cannot_be() -> None:
    """Exit 1 and the reason."""
    told = run("new", "Hall", "--aisles", "0")
    assert told.exit_code == 1
    assert "aisles is 0" in told.stderr

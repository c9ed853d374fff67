"""`gangway flow`: the rules as files for the handheld and for readers."""

import json
import shutil
from pathlib import Path

from click.testing import CliRunner

from server.cli.main import gangway
from server.core.gs1_elements import catalogue

ROOT = Path(__file__).parent.parent


def test_the_exported_rules_in_the_checkout_are_up_to_date() -> None:
    """What the page steps by is what the server steps by."""
    done = CliRunner().invoke(
        gangway, ["flow", "export", "--check", "--out", str(ROOT / "handheld_ui/src/rules/flow.json")]
    )
    assert done.exit_code == 0, done.output


def test_a_stale_export_is_named_with_the_way_to_mend_it(tmp_path: Path) -> None:
    """A file that says otherwise, and one that is not there."""
    stale = tmp_path / "flow.json"
    for text in (None, "{}"):
        if text is not None:
            stale.write_text(text, encoding="utf-8")
        done = CliRunner().invoke(gangway, ["flow", "export", "--check", "--out", str(stale)])
        assert done.exit_code == 1
        assert "gangway flow export" in done.stderr
        assert "[stale_flow]" in done.stderr


def test_the_rules_can_be_printed() -> None:
    """A program reads them from standard output."""
    done = CliRunner().invoke(gangway, ["flow", "export", "--out", "-"])
    said = json.loads(done.stdout)
    assert said["pick"]["location"]["right_location"] == "item arrive location_ok"
    assert said["pickCodes"]["wrong_digits"] == "bad location !type_digits"


def test_the_page_about_scanning_is_up_to_date() -> None:
    """docs/scanning.md is written from the vectors and the tables."""
    done = CliRunner().invoke(
        gangway,
        ["flow", "docs", "--check", "--vectors", str(ROOT / "tests/vectors"), "--out", str(ROOT / "docs/scanning.md")],
    )
    assert done.exit_code == 0, done.output


def test_every_case_is_played_in_four_ways_and_none_fails() -> None:
    """What docs/scanning.md says of each case, which the test above plays anew; and no number is forgotten."""
    page = (ROOT / "docs/scanning.md").read_text(encoding="utf-8")
    rows = [line[2:-2].split(" | ") for line in page.splitlines() if line.startswith("| ")]
    ways = {row[0]: row[-4:] for row in rows if len(row) == 7}
    assert {*map(str, range(1, 87)), "undo"} <= set(ways)
    assert "fail" not in {cell for cells in ways.values() for cell in cells}


def test_one_case_can_be_played_alone_and_a_wrong_answer_fails_it(tmp_path: Path) -> None:
    """A program reads one object a case; a case that expects something else is named with what was answered."""
    shutil.copytree(ROOT / "tests/vectors", tmp_path / "vectors")
    command = ["flow", "cases", "--vectors", str(tmp_path / "vectors"), "--case", "2", "--json"]
    done = CliRunner().invoke(gangway, command)
    assert done.exit_code == 0, done.output
    assert set(json.loads(done.stdout)["ways"].values()) == {"pass"}
    file = tmp_path / "vectors/cases_a_location.json"
    file.write_text(file.read_text(encoding="utf-8").replace('"wrong_location", "tone": "bad"', '"location_ok"'))
    done = CliRunner().invoke(gangway, command)
    assert done.exit_code == 1
    assert json.loads(done.stdout)["wrong"]["live"] == ["1: code 'wrong_location', not 'location_ok'"]


def test_a_case_that_does_not_exist_is_named() -> None:
    """A number that nobody wrote down."""
    done = CliRunner().invoke(gangway, ["flow", "cases", "--vectors", str(ROOT / "tests/vectors"), "--case", "99"])
    assert done.exit_code == 1
    assert "[no_such_case]" in done.stderr


def test_the_page_about_scanning_wants_the_vectors(tmp_path: Path) -> None:
    """Outside a checkout there is nothing to write it from."""
    done = CliRunner().invoke(gangway, ["flow", "docs", "--vectors", str(tmp_path), "--out", str(tmp_path / "s.md")])
    assert done.exit_code == 1
    assert "[no_vectors]" in done.stderr


def test_the_catalogue_has_every_identifier_of_biip_once() -> None:
    """What the handheld reads by is what the server reads by."""
    ais = [ai for names in catalogue().values() for ai in names]
    assert len(ais) == len(set(ais)) > 500
    assert {"00", "01", "10", "17", "3103", "8200"} <= set(ais)

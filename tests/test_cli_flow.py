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


def test_what_the_page_says_at_once_must_fit_the_answers(tmp_path: Path) -> None:
    """One entry for each scan: else nobody knows which of them is meant."""
    shutil.copytree(ROOT / "tests/vectors", tmp_path / "vectors")
    file = tmp_path / "vectors/cases_a_location.json"
    file.write_text(file.read_text(encoding="utf-8").replace('"page": [', '"page": [null, ', 1), encoding="utf-8")
    done = CliRunner().invoke(gangway, ["flow", "cases", "--vectors", str(tmp_path / "vectors"), "--case", "2"])
    assert done.exit_code == 1
    assert "[case_wrong]" in done.stderr


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

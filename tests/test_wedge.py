"""The label that sets a scanner's profile: the same text as the page reads, and a sheet that a camera reads."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from server.cli.main import gangway
from server.core.errors import BadInput
from server.core.wedge import ScannerProfile, Suffix

VECTORS = json.loads((Path(__file__).parent / "vectors" / "wedge.json").read_text())


@pytest.mark.parametrize("case", VECTORS["labels"], ids=lambda case: case["text"])
def test_a_profile_is_written_as_the_page_reads_it(case: dict[str, Any]) -> None:
    """The vectors are passed by both."""
    told = case["profile"]
    profile = ScannerProfile(Suffix(told["suffix"].lower()), told["prefix"], told["aim"], told["gap_ms"])
    assert profile.label() == case["text"]


@pytest.mark.parametrize(
    ("suffix", "prefix", "gap_ms", "code"),
    [
        (Suffix.ENTER, "123456789", 0, "scanner.prefix"),
        (Suffix.ENTER, "a b", 0, "scanner.prefix"),
        (Suffix.ENTER, "ü", 0, "scanner.prefix"),
        (Suffix.TAB, "", 80, "scanner.gap"),
        (Suffix.NONE, "", 0, "scanner.gap"),
        (Suffix.NONE, "", 29, "scanner.gap"),
        (Suffix.NONE, "", 1001, "scanner.gap"),
    ],
)
def test_a_profile_that_no_page_would_take_is_refused(suffix: Suffix, prefix: str, gap_ms: int, code: str) -> None:
    """It is said where the sheet is made, not on the floor."""
    with pytest.raises(BadInput) as refused:
        ScannerProfile(suffix, prefix, False, gap_ms)
    assert refused.value.code == code


def test_the_command_draws_the_code_for_a_screen_and_for_paper(tmp_path: Path) -> None:
    """The sheet says in words what the code sets."""
    shown = CliRunner().invoke(gangway, ["profile", "--suffix", "tab"])
    assert "GANGWAY-SCANNER?suffix=tab;" in shown.output
    sheet = tmp_path / "sheet.svg"
    asked = ["profile", "--prefix", "<", "--aim", "--out", str(sheet), "--json"]
    answer = json.loads(CliRunner().invoke(gangway, asked).output)
    assert answer == {"label": "GANGWAY-SCANNER?suffix=enter&prefix=%3C&aim=yes;", "file": str(sheet)}
    assert "prefix: &lt;" in sheet.read_text()


def test_the_command_says_what_is_wrong_with_a_profile() -> None:
    """A gap beside a suffix would never be used."""
    refused = CliRunner().invoke(gangway, ["profile", "--suffix", "tab", "--gap-ms", "80"])
    assert refused.exit_code == 1
    assert "scanner.gap" in refused.output

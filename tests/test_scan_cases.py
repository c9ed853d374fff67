"""Every scan case played in its four ways: on served floors over websockets, and in the page in Chromium."""

import json
import shutil
from pathlib import Path

from click.testing import CliRunner

from server.cli.main import gangway
from server.lab.cases.contract import WAYS, read_cases, ways_of

VECTORS = Path(__file__).parent / "vectors"


def test_every_case_is_played_in_four_ways_and_none_fails() -> None:
    """What docs/scanning.md says of each case; and no number of the contract is forgotten."""
    done = CliRunner().invoke(gangway, ["flow", "cases", "--vectors", str(VECTORS), "--json"])
    assert done.exit_code == 0, done.output
    played = [json.loads(line) for line in done.stdout.splitlines()]
    cases, _ = read_cases(VECTORS)
    assert [(one["case"], one["name"], one["ways"]) for one in played] == [
        (case["case"], case["name"], ways_of(case)) for case in cases
    ]
    assert {*range(1, 87), "undo"} <= {one["case"] for one in played}


def test_one_case_can_be_played_alone_and_a_wrong_answer_fails_it(tmp_path: Path) -> None:
    """A case that expects something else of the server, or of the page at once, is named with what was answered."""
    shutil.copytree(VECTORS, tmp_path / "vectors")
    file = tmp_path / "vectors/cases_a_location.json"
    wrong = file.read_text(encoding="utf-8").replace('"wrong_location", "tone": "bad"', '"location_ok"')
    file.write_text(wrong.replace('"page": ["unknown_code"]', '"page": ["location_ok"]'), encoding="utf-8")
    done = CliRunner().invoke(
        gangway, ["flow", "cases", "--vectors", str(tmp_path / "vectors"), "--case", "2", "--json"]
    )
    assert done.exit_code == 1
    assert "[cases_failed]" in done.stderr
    told = json.loads(done.stdout)
    assert told["ways"] == dict.fromkeys(WAYS, "pass") | {"live": "fail", "offline": "fail"}
    assert told["wrong"]["live"] == ["1: code 'wrong_location', not 'location_ok'"]
    assert told["wrong"]["offline"] == ["1: the page says unknown_code at once"]

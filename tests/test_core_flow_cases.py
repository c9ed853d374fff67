"""The scan cases of docs/scanning.md, one hand-written vector or more each; the handheld passes the same files."""

import pytest

from server.core.flow import REPLY_CODES
from tests.flow_vectors import Case, World, all_cases, differences, read, run

CASES = all_cases()


@pytest.mark.parametrize("case", CASES, ids=[f"{case['case']}: {case['name']}" for case in CASES])
def test_every_scan_case_has_its_right_answer(case: Case) -> None:
    """Signal, reply, effect and task after each scan are those that the case says."""
    outcomes = run(World(), case)
    assert len(outcomes) == len(case["expect"])
    wrong = {
        place: found
        for place, (expected, (before, outcome)) in enumerate(zip(case["expect"], outcomes, strict=True))
        if (found := differences(expected, before, outcome))
    }
    assert not wrong


def test_every_number_from_1_to_86_and_undo_is_answered_by_a_vector_or_by_the_keeper() -> None:
    """No case is forgotten: what the rules cannot decide alone is listed in keeper.json with its reply code."""
    numbers = {case["case"] for case in CASES} | {case["case"] for case in read("keeper.json")["cases"]}
    assert numbers == {*range(1, 87), "undo", "pause", "hand over", "put back"}


def test_the_keepers_replies_are_known_codes() -> None:
    """A keeper answers in the same closed words as the rules."""
    codes = {code for case in read("keeper.json")["cases"] for code in case["codes"]}
    assert codes <= set(REPLY_CODES)

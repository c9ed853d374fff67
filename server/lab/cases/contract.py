"""The scan cases as they are written down: where they stand, and what each way of one is called in the table."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from server.core.errors import BadInput
from server.lab.cases.world import Said

PASS = "pass"
WAYS = ("live", "replayed", "offline", "two devices")
# What the page does with a scan that it does not answer as the server will, by what it says at once
ALONE: Mapping[str, str] = MappingProxyType(
    {"p_sent": "asks server", "": "ignored", "unknown_code": "label unknown", "unknown_tote": "label unknown"}
)
SERVER_KNOWS = "server knows"


def read_cases(folder: Path) -> tuple[list[Said], Said]:
    """The cases of the contract's numbers and undo, in the order of the files, and the world that they speak of.

    Raises BadInput when what the page says at once does not fit what the server answers.
    """
    files = sorted(folder.glob("cases_[a-g]*.json"))
    cases = [case for file in files for case in json.loads(file.read_text(encoding="utf-8"))["cases"]]
    cases += json.loads((folder / "keeper.json").read_text(encoding="utf-8"))["played"]
    for case in cases:
        if is_played_in_page(case) and len(case.get("page", case["expect"])) != len(case["expect"]):
            name = f"case {case['case']} ({case['name']})"
            raise BadInput("case_wrong", f'{name}: "page" must have one entry for each of "expect", null for the same')
    return cases, json.loads((folder / "world.json").read_text(encoding="utf-8"))


def ways_of(case: Said) -> Mapping[str, str]:
    """What each way of a case is called when nothing is wrong: pass, or in a word what is different about it."""
    word: str = case.get("floor", PASS)  # decided by the rules alone: no floor comes into that state
    ways = dict.fromkeys(WAYS, word)
    page: str | Sequence[str | None] = case.get("page", ())
    if isinstance(page, str):  # no page comes into that state
        return ways | {"offline": page}
    first = next((said for said in page if said is not None), None)
    return ways if first is None else ways | {"offline": ALONE.get(first, SERVER_KNOWS)}


def is_played_in_page(case: Said) -> bool:
    """Whether a page comes into the state that the case begins with."""
    return not isinstance(case.get("page"), str)


def foreseen(case: Said, at: int) -> str | None:
    """What the page says at once to a case's scan of that number: None what the server answers, "" nothing."""
    said: str | None = case["page"][at] if "page" in case else None
    return said

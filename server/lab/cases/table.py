"""Every case in every way, and the table of what passed."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import Connection

from server.lab.cases import play
from server.lab.cases.setup import set_up
from server.lab.cases.ways import WAYS, Run, Seen, play_way
from server.lab.cases.world import Said, furnish
from server.store import migrations
from server.store.transaction import Store

PASS, FAIL = "pass", "fail"


@dataclass(frozen=True, slots=True)
class Result:
    """One case in four ways: pass, fail, or in a word why a way makes no sense for it; and what was wrong.

    `heard`: the task as the device had it, what it sent, and what the server answered live: for the page to foresee.
    """

    number: int | str
    name: str
    ways: Mapping[str, str]
    wrong: Mapping[str, Sequence[str]]
    heard: Mapping[str, Any] | None = None

    @property
    def failed(self) -> bool:
        """Whether a way went wrong."""
        return FAIL in self.ways.values()


def read_cases(folder: Path) -> tuple[list[Said], Said]:
    """The cases of the contract's numbers and undo, in the order of the files, and the world that they speak of."""
    files = sorted(folder.glob("cases_[a-g]*.json"))
    cases = [case for file in files for case in json.loads(file.read_text(encoding="utf-8"))["cases"]]
    keeper = json.loads((folder / "keeper.json").read_text(encoding="utf-8"))
    return [*cases, *keeper["played"]], json.loads((folder / "world.json").read_text(encoding="utf-8"))


def by_number(results: Sequence[Result]) -> Iterator[Result]:
    """One row a number: a way has passed when at least one of its cases was played so and none failed."""
    numbers = dict.fromkeys(result.number for result in results)
    for number in sorted(numbers, key=lambda one: one if isinstance(one, int) else len(results)):
        of_it = [result for result in results if result.number == number]
        ways = {way: _all_told([result.ways[way] for result in of_it]) for way in WAYS}
        wrong = {way: [f"{one.name}: {fault}" for one in of_it for fault in one.wrong.get(way, ())] for way in WAYS}
        yield Result(number, of_it[0].name, ways, wrong)


def _all_told(found: Sequence[str]) -> str:
    for said in (FAIL, PASS):
        if said in found:
            return said
    return ", ".join(dict.fromkeys(found))


def run_cases(cases: Sequence[Said], world: Said) -> Iterator[Result]:
    """Play every case on a new floor in SQLite, which is as it was after each way."""
    with TemporaryDirectory(prefix="gangway-cases-") as folder, _floor(Path(folder), world) as c:
        for case in cases:
            yield _result(c, world, case)


@contextmanager
def _floor(folder: Path, world: Said) -> Iterator[Connection]:
    store = Store(f"sqlite:///{folder}/floor.db")
    try:
        migrations.upgrade(store.engine)
        store.write(lambda tx: furnish(tx.connection, world))
        with store.engine.connect().execution_options(gangway_writes=True) as c:
            yield c
    finally:
        store.close()


def _result(c: Connection, world: Said, case: Said) -> Result:
    """All ways of one case, each from the same setup."""
    why: str = case.get("floor", "")
    if why:  # decided by the rules alone: no floor comes into that state
        return Result(case["case"], case["name"], dict.fromkeys(WAYS, why), {})
    whole = c.begin()
    seen = Seen()
    stand = set_up(c, world, case)
    wrong = {}
    for way in WAYS:
        part = c.begin_nested()
        wrong[way] = play_way(way, Run(c, case, stand, play.at_the_floor(c), seen))
        part.rollback()
    whole.rollback()
    ways = {way: FAIL if wrong[way] else PASS for way in WAYS}
    if ways["offline"] == PASS and _asks_the_server(case):
        ways["offline"] = "asks server"
    return Result(case["case"], case["name"], ways, wrong, _heard(case, seen))


def _heard(case: Said, seen: Seen) -> Mapping[str, Any] | None:
    """Nothing where others had a hand in it: a page cannot foresee that."""
    if any(not play.is_scan(said) for said in case["scans"]):
        return None
    sent = [
        {"label": one.label, "act": one.act.value, "line": one.line}
        | ({"reason": one.reason} if one.reason else {})
        | ({} if one.qty is None else {"qty": one.qty})
        for one in seen.made
    ]
    answers = [{name: answer[name] for name in ("code", "tone", "about", "task")} for answer in seen.answers]
    return {"case": case["case"], "name": case["name"], "task": seen.told, "sent": sent, "answers": answers}


def heard_document(results: Sequence[Result]) -> str:
    """What devices heard, as tests/vectors/heard.json: one case a line."""
    lines = [json.dumps(one.heard, separators=(",", ":")) for one in results if one.heard is not None]
    return "[\n" + ",\n".join(lines) + "\n]\n"


def _asks_the_server(case: Said) -> bool:
    """Whether the page cannot answer the first scan by itself: it sends it on, and shows the answer when it comes."""
    alone = {"pick": ("cart", "waiting"), "pack": ("tote", "done")}
    return case["task"]["state"] in alone[case["kind"]]

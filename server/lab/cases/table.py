"""Every case in every way, and the table of what passed."""

import json
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import Connection

from server.lab.cases import ways
from server.lab.cases.setup import set_up
from server.lab.cases.ways import WAYS, Seen
from server.lab.cases.world import Said, furnish
from server.store import migrations
from server.store.transaction import Store

PASS, FAIL = "pass", "fail"


@dataclass(frozen=True, slots=True)
class Result:
    """One case in four ways: pass, fail, or in a word why a way makes no sense for it; and what was wrong."""

    number: int | str
    name: str
    ways: Mapping[str, str]
    wrong: Mapping[str, Sequence[str]]


def read_cases(folder: Path) -> tuple[list[Said], Said]:
    """The cases of the contract's numbers and undo, in the order of the files, and the world they speak of."""
    files = [*sorted(folder.glob("cases_[a-g]*.json")), folder / "keeper.json"]
    found = [case for file in files for case in json.loads(file.read_text(encoding="utf-8"))["cases"]]
    return [case for case in found if "scans" in case], json.loads((folder / "world.json").read_text(encoding="utf-8"))


def run_cases(cases: Sequence[Said], world: Said, said: Callable[[str], None] = lambda _: None) -> Iterator[Result]:
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
    why = not_on_a_floor(case)
    if why:
        return Result(case["case"], case["name"], dict.fromkeys(WAYS, why), {})
    seen, wrong = Seen(), {}
    whole = c.begin()
    try:
        stand = set_up(c, world, case)
        for way in WAYS:
            part = c.begin_nested()
            try:
                wrong[way] = ways.run(c, way, case, stand, seen)
            except Exception as error:
                wrong[way] = [f"{type(error).__name__}: {error}"]
            part.rollback()
    except Exception as error:
        wrong = {way: [f"setup: {type(error).__name__}: {error}"] for way in WAYS}
    whole.rollback()
    return Result(case["case"], case["name"], {way: FAIL if wrong[way] else PASS for way in WAYS}, wrong)


def not_on_a_floor(case: Said) -> str:
    return ""

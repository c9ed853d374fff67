"""The shared vectors of tests/vectors, read and run: the contract that both languages pass.

A case has a task, scans and what is expected of each. Its things come from world.json by the scan's keys, as a keeper
would look them up. Names of lines stand for lines of the world; {"like": NAME, …} for one with differences.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from enum import Enum
from pathlib import Path
from typing import Any

from server.core import gs1
from server.core.flow import PACK_TABLE, PICK_TABLE, PUT_BACK_TABLE, meanings
from server.core.flow.pack_step import pack_outcome
from server.core.flow.pick_step import pick_outcome
from server.core.flow.put_back_step import put_back_outcome
from server.core.flow.rows import Table
from server.core.terms import (
    Act,
    Done,
    Effect,
    Intent,
    Outcome,
    PackLine,
    PackState,
    PackTask,
    PickLine,
    PickState,
    PickTask,
    PutBackState,
    PutBackTask,
    Thing,
    ThingKind,
)

VECTORS = Path(__file__).parent / "vectors"
CASE_FILES = sorted(VECTORS.glob("cases_*.json"))

Case = Mapping[str, Any]
Task = PickTask | PackTask | PutBackTask
TABLES: Mapping[str, Table] = {"pick": PICK_TABLE, "pack": PACK_TABLE, "put_back": PUT_BACK_TABLE}
TASKS: Mapping[str, Any] = {"pick": PickTask, "pack": PackTask, "put_back": PutBackTask}
STATES: Mapping[str, Any] = {"pick": PickState, "pack": PackState, "put_back": PutBackState}
OUTCOMES: Mapping[str, Any] = {"pick": pick_outcome, "pack": pack_outcome, "put_back": put_back_outcome}


def read(name: str) -> Any:
    """A vector file, by name."""
    return json.loads((VECTORS / name).read_text(encoding="utf-8"))


def all_cases() -> list[Case]:
    """Every hand-written case, in the order of the files."""
    return [case for path in CASE_FILES for case in json.loads(path.read_text(encoding="utf-8"))["cases"]]


class World:
    """The lines and things that the cases speak of."""

    def __init__(self) -> None:
        said = read("world.json")
        self.lines: Mapping[str, Mapping[str, Any]] = {"pick": said["lines"], "pack": said["pack_lines"]}
        self.things = {key: tuple(map(thing_of, things)) for key, things in said["things"].items()}

    def look_up(self, key: str) -> Sequence[Thing]:
        """What a key belongs to."""
        return self.things.get(key, ())

    def task(self, kind: str, said: Mapping[str, Any]) -> Task:
        """A task as a vector says it."""
        own: dict[str, Any] = {"task_id": "T1", "version": 1, **said, **self._parts(kind, said)}
        task: Task = TASKS[kind](**own)
        return task

    def changed(self, task: Task, said: Mapping[str, Any]) -> Task:
        """The task with what its keeper changed before a scan."""
        kind = next(name for name, made in TASKS.items() if isinstance(task, made))
        own = {field.name: getattr(task, field.name) for field in fields(task)}
        return type(task)(**(own | dict(said) | self._parts(kind, said)))

    def _parts(self, kind: str, said: Mapping[str, Any]) -> dict[str, Any]:
        parts: dict[str, Any] = {}
        if "state" in said:
            parts["state"] = STATES[kind](said["state"])
        for name in ("line", "following"):
            if name in said:
                parts[name] = self._line(kind, said[name])
        if said.get("last"):
            last = dict(said["last"])
            parts["last"] = Done(
                **(last | {"effect": Effect(last["effect"]), "line": self._line(kind, last.get("line"))})
            )
        for name in ("totes", "locations"):
            if name in said:
                parts[name] = tuple(said[name])
        return parts

    def _line(self, kind: str, said: Any) -> Any:
        if said is None:
            return None
        base = self.lines[kind][said] if isinstance(said, str) else self.lines[kind].get(said.get("like", ""), {})
        own = dict(base) | ({} if isinstance(said, str) else {key: said[key] for key in said if key != "like"})
        own = {key: tuple(value) if isinstance(value, list) else value for key, value in own.items()}
        return PickLine(**own) if kind == "pick" else PackLine(**own)


def thing_of(said: Mapping[str, Any]) -> Thing:
    """A thing as a vector says it."""
    return Thing(**(dict(said) | {"kind": ThingKind(said["kind"])}))


def run(world: World, case: Case, tables: Mapping[str, Table] = TABLES) -> list[tuple[Task, Outcome[Any]]]:
    """The outcome of each scan of a case, with the task it met."""
    task = world.task(case["kind"], case["task"])
    outcomes: list[tuple[Task, Outcome[Any]]] = []
    for said in case["scans"]:
        scan_of: Mapping[str, Any] = {"label": said} if isinstance(said, str) else said
        task = world.changed(task, scan_of.get("task", {}))
        outcome = step(world, case["kind"], task, scan_of, tables)
        outcomes.append((task, outcome))
        task = outcome.task
    return outcomes


def step(
    world: World, kind: str, task: Any, said: Mapping[str, Any], tables: Mapping[str, Table] = TABLES
) -> Outcome[Any]:
    """One scan as a vector says it, stepped."""
    act = Act(said.get("act", "scan"))
    intent = Intent("op", "d", 1, "T1", 1, said.get("label", ""), "", act, said.get("qty"), said.get("reason", ""))
    scan = gs1.parse(intent.label)
    things = tuple(map(thing_of, said["things"])) if "things" in said else meanings(scan, world.look_up)
    decided: Outcome[Any] = OUTCOMES[kind](tables[kind], task, intent, scan, things)
    return decided


def flat(outcome: Outcome[Any]) -> dict[str, Any]:
    """An outcome as the vectors write it: the reply's fields and the outcome's at the top, the task inside."""
    said: dict[str, Any] = plain(outcome)
    reply: dict[str, Any] = said.pop("reply")
    return said | reply


def plain(value: Any) -> Any:
    """Values as JSON has them."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Done):
        return {name: plain(part) for name, part in value._asdict().items()}
    if is_dataclass(value):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, (tuple, list)):
        return [plain(part) for part in value]
    return {key: plain(part) for key, part in value.items()} if isinstance(value, Mapping) else value


def differences(expected: Mapping[str, Any], before: Task, outcome: Outcome[Any]) -> list[str]:
    """Where an outcome is not what a case expects; [] when it is."""
    said = flat(outcome)
    wrong = []
    for name, value in expected.items():
        if name == "stay":
            if plain(before) != said["task"]:
                wrong.append(f"did not stay: {plain(before)} -> {said['task']}")
        elif name == "args":
            wrong += [
                f"args.{key}: {said['args'].get(key)!r}, not {value[key]!r}"
                for key in value
                if said["args"].get(key) != value[key]
            ]
        elif at(said, name) != value:
            wrong.append(f"{name}: {at(said, name)!r}, not {value!r}")
    return wrong


def at(said: Any, path: str) -> Any:
    """The value at a dotted path; None below a null."""
    for part in path.split("."):
        said = None if said is None else said[part]
    return said

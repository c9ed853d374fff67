"""What playing a case takes, in whichever way: its intents made, its answers and its end held to the right ones."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, Select, select

from server.core.terms import Act, Intent
from server.floor.document import task_document
from server.lab.cases.setup import Stand
from server.lab.cases.world import NOW, Said
from server.store import schema as s

Answer = Mapping[str, Any]

DEVICE = "hh-1"
_STANDS = ("state", "asked", "in_hand", "at_location")  # what a refused scan leaves alone
_CURSOR = MappingProxyType(
    {
        "task.state": "state",
        "task.in_hand_each": "in_hand",
        "task.at_location": "at_location",
        "task.asked": "asked",
        "task.line.line_id": "line",
    }
)
_OF_LINE = MappingProxyType(
    {"sku": "sku", "lot": "lot", "tote": "tote", "expiry": "expiry", "qty_each": "qty", "picked_each": "picked"}
)


@dataclass(frozen=True, slots=True)
class Screen:
    """What a device shows: the task, its version, and the line in work."""

    task: str
    version: int = 1
    line: int = 0

    def after(self, answer: Answer) -> "Screen":
        """The screen once an answer has come."""
        cursor = answer["task"]
        if cursor is None or cursor["id"] != self.task:
            return self
        return replace(self, version=cursor["version"], line=cursor["line"] or 0)


def told(c: Connection, task: str) -> Mapping[str, Any]:
    """The whole task, as the device is told of it."""
    return task_document(c, int(task[1:]))


def screen_of(held: Mapping[str, Any]) -> Screen:
    """What a device shows that was told of this task."""
    return Screen(held["id"], held["version"], held["line"] or 0)


def first_screen(c: Connection, stand: Stand) -> Screen:
    """What the device was told before the first scan."""
    return screen_of(told(c, stand.task))


def intent_of(said: Any, seq: int, screen: Screen, device: str = DEVICE) -> Intent:
    """A scan or tap as a case says it, as the device with this screen would send it."""
    told: Mapping[str, Any] = {"label": said} if isinstance(said, str) else said
    return Intent(
        op_id=f"{device}-intent-{seq}",
        device=device,
        seq=seq,
        task=screen.task,
        version=screen.version,
        label=told.get("label", ""),
        at=NOW,
        act=Act(told.get("act", "scan")),
        qty=told.get("qty"),
        reason=told.get("reason", ""),
        line=screen.line,
    )


def frame(intent: Intent) -> dict[str, Any]:
    """An intent as it travels."""
    return asdict(intent)


def is_scan(said: Any) -> bool:
    """Whether a part of a case is a scan or a tap, and not something done by others or a frame sent again."""
    return isinstance(said, str) or not ("deed" in said or "again" in said)


def other_body(intent: Intent, changes: Said) -> Intent:
    """Another intent under the same op_id."""
    return replace(intent, **changes)


def standing(c: Connection, task: str) -> Mapping[str, Any]:
    """Where the task stands, as far as a refused scan may not change it."""
    held = told(c, task)
    return {name: held.get(name, "") for name in _STANDS}


def wrong(c: Connection, expected: Said, before: Mapping[str, Any], answer: Answer, intent: Intent) -> list[str]:
    """Where an answer is not what the case expects; [] when it is."""
    event = c.execute(select(s.events).where(s.events.c.op_id == intent.op_id)).one()
    said = {**answer, "effect": event.kind, "qty_each": event.qty_each}
    faults = []
    for name, value in expected.items():
        if name == "args":
            faults += [f"{key} {answer['args'].get(key)!r}" for key in value if answer["args"].get(key) != value[key]]
        elif name == "stay":
            now = answer["task"] or before
            moved = (key for key, was in before.items() if was != "" and now.get(key, was) != was)
            faults += [f"{key} became {now[key]!r}" for key in moved]
        elif (found := _found(c, name, said)) is not None and found != value:
            faults.append(f"{name} {found!r}, not {value!r}")
    return faults


def _found(c: Connection, name: str, said: Mapping[str, Any]) -> Any:
    """The value that an expectation is about; None where the wire and the store do not say it."""
    if name in ("code", "tone", "scanned", "wanted", "action", "effect", "qty_each"):
        return said[name]
    cursor = said["task"]
    if cursor is None:
        return None
    if name in _CURSOR:
        return cursor[_CURSOR[name]]
    if name.startswith("task.line.") and name[10:] in _OF_LINE:
        lines = task_document(c, int(cursor["id"][1:]))["lines"]
        return next((line.get(_OF_LINE[name[10:]]) for line in lines if line["id"] == cursor["line"]), None)
    return None


def outcome(c: Connection) -> Mapping[str, Sequence[str]]:
    """What must not depend on the way: what lies where, and where lines, orders, totes, tasks and parcels stand."""
    return {name: sorted(map(repr, c.execute(query).all())) for name, query in _ends().items()}


@lru_cache(maxsize=1)
def _ends() -> Mapping[str, Select[Any]]:
    task, line, parcel, weighed = s.tasks.c, s.pick_lines.c, s.parcels.c, s.weighings.c
    queries: dict[str, Select[Any]] = {
        "lines": select(line.id, line.sku, line.lot, line.qty_each, line.picked_each, line.state),
        "orders": select(s.orders.c.order_ref, s.orders.c.state),
        "parcels": select(parcel.id, parcel.order_ref, parcel.carton, parcel.state, parcel.weight_g),
        "tasks": select(
            *(task.id, task.kind, task.state, task.asked, task.badge, task.in_hand_each, task.at_location),
            *(task.sku, task.qty_each, task.ended_why),
        ),
        "weighings": select(weighed.line_id, weighed.qty_each, weighed.weight_g),
    }
    whole = (s.stock, s.serials, s.handling_units, s.order_lines, s.pack_lines, s.totes)
    return queries | {table.name: select(table) for table in whole}

"""A case played on a real floor: its intents made, sent through a door, and what came back compared with what is right."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, select

from server.core.terms import Act, Intent
from server.floor import replan, scan, supervise
from server.floor.document import task_document
from server.lab.cases.setup import Stand
from server.lab.cases.world import LEAD, NOW, Said
from server.store import schema as s
from server.store import tasks
from server.store.transaction import Transaction

Answer = Mapping[str, Any]
Door = Callable[[Intent, str], Answer]

_STANDS = ("state", "asked", "in_hand", "at_location")  # what a refused scan leaves alone
_CURSOR = {"task.in_hand_each": "in_hand", "task.at_location": "at_location", "task.asked": "asked", "task.state": "state"}
_OF_LINE = {"sku": "sku", "lot": "lot", "tote": "tote", "expiry": "expiry", "qty_each": "qty", "picked_each": "picked"}


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


def first_screen(c: Connection, stand: Stand) -> Screen:
    """What the device was told before the first scan."""
    held = task_document(c, int(stand.task[1:]))
    return Screen(stand.task, held["version"], held["line"] or 0)


def intent_of(said: Any, seq: int, screen: Screen, device: str = "hh-1") -> Intent:
    """A scan or tap as a case says it, as the device with this screen would send it."""
    told: Mapping[str, Any] = {"label": said} if isinstance(said, str) else said
    return Intent(
        op_id=f"{device}-{seq}",
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


def at_the_floor(c: Connection) -> Door:
    """The door of floor/scan, inside a transaction that somebody else ends."""
    return lambda intent, badge: scan.apply(Transaction(c, NOW), intent, badge)


def do(c: Connection, deed: Said) -> None:
    """What a supervisor or the shop does meanwhile."""
    tx, task = Transaction(c, NOW), 1
    if deed["deed"] == "reassign":
        supervise.reassign(tx, task, deed["to"], LEAD)
    elif deed["deed"] == "cancel_order":
        replan.cancel_order(tx, deed["order"], deed["why"])
    else:
        supervise.cancel_task(tx, task, LEAD)


def new_version(c: Connection, stand: Stand) -> None:
    """The task was pushed anew while the device could not hear it."""
    tasks.next_version(c, int(stand.task[1:]))


def standing(c: Connection, stand: Stand) -> Mapping[str, Any]:
    """Where the task stands, as far as a refused scan may not change it."""
    held = task_document(c, int(stand.task[1:]))
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
            faults += [f"{key} became {now[key]!r}" for key in before if key in now and now[key] != before[key] and before[key] != ""]
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
    if name == "task.line.line_id":
        return cursor["line"]
    if name.startswith("task.line.") and name[10:] in _OF_LINE:
        lines = task_document(c, int(cursor["id"][1:]))["lines"]
        return next((line.get(_OF_LINE[name[10:]]) for line in lines if line["id"] == cursor["line"]), None)
    return None


def outcome(c: Connection) -> Mapping[str, Sequence[Any]]:
    """What must not depend on the way: what lies where, and where lines, orders, totes, tasks and parcels stand."""
    t = s.tasks.c
    queries = {
        "stock": select(s.stock),
        "serials": select(s.serials),
        "lines": select(s.pick_lines.c["id", "sku", "lot", "qty_each", "picked_each", "state"]),
        "order lines": select(s.order_lines),
        "orders": select(s.orders.c.order_ref, s.orders.c.state),
        "packed": select(s.pack_lines),
        "parcels": select(s.parcels.c["id", "order_ref", "carton", "state", "weight_g"]),
        "totes": select(s.totes),
        "tasks": select(t.id, t.kind, t.state, t.asked, t.badge, t.in_hand_each, t.at_location, t.sku, t.qty_each, t.ended_why),
        "weighings": select(s.weighings.c.line_id, s.weighings.c.qty_each, s.weighings.c.weight_g),
    }
    return {name: sorted(map(repr, c.execute(query).all())) for name, query in queries.items()}

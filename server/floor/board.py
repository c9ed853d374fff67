"""The supervisor's board: what stands where now, and what of it changed since it was last told."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from server.core.errors import NotFound
from server.store import board, carriers, listing, log
from server.store.rows import AnyRow
from server.store.transaction import Store, Transaction

MOST_REFUSALS = 20
PROGRESS = ("lines", "lines_done", "lines_cut_off", "units", "units_done")

Document = dict[str, Any]
Parts = Mapping[Any, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class View:
    """The floor at one revision. `people` by badge, `batches` by id; `refusals` newest first."""

    revision: int = 0
    people: Parts = field(default_factory=dict)
    batches: Parts = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)
    refusals: tuple[Mapping[str, Any], ...] = ()
    closures: tuple[Mapping[str, Any], ...] = ()
    carriers: tuple[Mapping[str, Any], ...] = ()

    def document(self) -> Document:
        """The view as it travels: `snapshot` of docs/protocol.md."""
        return {
            "revision": self.revision,
            "board": {
                "people": list(self.people.values()),
                "batches": list(self.batches.values()),
                "counts": dict(self.counts),
                "refusals": list(self.refusals),
                "closures": list(self.closures),
                "carriers": list(self.carriers),
            },
        }


def look(connection: Connection, day: str, before: View | None = None) -> View:
    """The floor as `connection` sees it. `day` (ISO date, UTC) is when today's shipments begin.

    With `before`, only refusals since then are read; everything else is small, since it is open work alone.
    """
    known = before or View()
    revision = board.revision(connection)
    rows = board.refusals(connection, known.revision, revision, MOST_REFUSALS)
    crew = {row.badge: _person(row) for row in board.people_at_work(connection)}
    walked_by = {person["batch"]: person["badge"] for person in crew.values() if person["batch"]}
    return View(
        revision,
        crew,
        _batches(connection, known, revision, walked_by),
        board.order_counts(connection, day),
        tuple([*map(_refusal, rows), *known.refusals][:MOST_REFUSALS]),
        tuple(closure(row) for row in listing.closures_now(connection)),
        tuple(dict(row._mapping) for row in carriers.everyone(connection)),
    )


def delta(old: View, new: View) -> Document | None:
    """What a board that shows `old` must be told to show `new`; None when nothing changed.

    Who or what left the board is named with `"gone": true`.
    """
    told: Document = {
        "revision": new.revision,
        "since": old.revision,
        "people": _changed("badge", old.people, new.people),
        "batches": _changed("id", old.batches, new.batches),
        "refusals": [refusal for refusal in new.refusals if refusal["id"] > old.revision],
    }
    if new.counts != old.counts:
        told["counts"] = dict(new.counts)
    if new.closures != old.closures:
        told["closures"] = list(new.closures)
    if new.carriers != old.carriers:
        told["carriers"] = list(new.carriers)
    same = not ({"counts", "closures", "carriers"} & told.keys() or told["people"] or told["batches"])
    return None if same and new.revision == old.revision else told


def counts(connection: Connection, day: str) -> Document:
    """How many orders, short lines and units stand where, with the revision they were counted at."""
    return {"revision": board.revision(connection), "counts": board.order_counts(connection, day)}


def refusals(connection: Connection, before: int, most: int) -> list[Mapping[str, Any]]:
    """At most `most` refusals with an id below `before`, newest first."""
    return [_refusal(row) for row in board.refusals(connection, 0, before - 1, most)]


def set_aside(connection: Connection) -> list[Mapping[str, Any]]:
    """What the server failed on and nobody has seen to, oldest first: the intent whole, and the fault."""
    return [
        {
            "op_id": row.op_id,
            "at": row.at,
            "badge": row.badge,
            "name": row.name or "",
            "device": row.device,
            "intent": json.loads(row.intent),
            "fault": row.fault,
        }
        for row in log.set_aside_rows(connection)
    ]


def settle_set_aside(tx: Transaction, op_id: str, by: str) -> None:
    """Somebody has seen to an intent that was set aside.

    Raises:
        NotFound: none of this op_id waits to be seen to.

    """
    if not log.settle(tx.connection, tx.now, op_id):
        raise NotFound("unknown_intent", f"nothing was set aside under {op_id[:64]!r}, or it has been seen to")
    log.record_event(tx.connection, tx.now, "settle", badge=by, label=op_id[:64])


class Watch:
    """What all boards of this server have been told so far, so that one delta serves them all."""

    def __init__(self, store: Store, today: Callable[[], str]) -> None:
        """Nothing has been told yet. `today` gives the date (ISO, UTC)."""
        self._store = store
        self._today = today
        self._told = View()

    def refresh(self) -> Document | None:
        """Look again; returns the delta from what was told, which then counts as told."""
        before = self._told
        now = self._store.read(lambda connection: look(connection, self._today(), before))
        self._told = now
        return delta(before, now)

    def snapshot(self) -> Document:
        """What has been told so far, whole: a board that starts from it understands the next delta."""
        return self._told.document()


def closure(row: AnyRow) -> Mapping[str, Any]:
    """A closed place as it is told: who closed it, why and when; its segments are metres on the plan."""
    return {
        "id": row.id,
        "place": row.place,
        "reason": row.reason,
        "badge": row.badge,
        "name": row.name or "",
        "closed_at": row.closed_at,
        "to_node": row.to_node,
        "segments": row.segments,
    }


def _changed(key: str, old: Parts, new: Parts) -> list[Mapping[str, Any]]:
    changed = [part for name, part in new.items() if old.get(name) != part]
    return changed + [{key: name, "gone": True} for name in old if name not in new]


def _person(row: AnyRow) -> Mapping[str, Any]:
    return {
        "badge": row.badge,
        "name": row.name,
        "role": row.role,
        "device": row.device,
        "device_name": row.device_name or "",
        "task": f"T{row.task_id}" if row.task_id else "",
        "state": row.state or "",
        "batch": f"B{row.batch_id}" if row.batch_id else "",
        "order": row.order_ref or "",
        "cart": row.cart or "",
        "location": row.at_location or "",
        "paused": bool(row.paused),
        "paused_at": row.paused_at,
        "put_back": f"T{row.put_back_id}" if row.put_back_id else "",
        "x": row.x_m,
        "y": row.y_m,
    }


def _batches(connection: Connection, known: View, revision: int, walked_by: Mapping[str, str]) -> Parts:
    """Open batches; lines are counted again only for those that are new or that an event since `known` was about."""
    rows = board.open_batches(connection)
    touched = board.touched_batches(connection, known.revision, revision) if known.revision else None
    counted = {row.id for row in rows if touched is None or row.id in touched or f"B{row.id}" not in known.batches}
    fresh = {f"B{number}": row for number, row in board.progress(connection, counted).items()}
    found: dict[str, Mapping[str, Any]] = {}
    for row in rows:
        name = f"B{row.id}"
        found[name] = {
            "id": name,
            "state": row.state,
            "badge": walked_by.get(name, ""),
            **(_progress(fresh[name]) if name in fresh else {part: known.batches[name][part] for part in PROGRESS}),
            "length_m": row.length_m,
            "lower_bound_m": row.lower_bound_m,
            "optimal": bool(row.optimal),
            "first_location_m": row.first_location_m,
            "name_order_m": row.name_order_m,
            "s_shape_m": row.s_shape_m,
            "priority": row.priority,
            "due_at": row.due_at,
        }
    return found


def _progress(row: AnyRow) -> Mapping[str, int]:
    return {part: int(getattr(row, part)) for part in PROGRESS}


def _refusal(row: AnyRow) -> Mapping[str, Any]:
    return {
        "id": row.id,
        "at": row.at,
        "badge": row.badge,
        "name": row.name or "",
        "device": row.device,
        "task": f"T{row.task_id}" if row.task_id else "",
        "code": row.code,
        "tone": row.tone,
        "label": row.label[:64],
    }

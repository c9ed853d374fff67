"""Every intent with its reply, and every event of the house, in the order in which they became true."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, select, update

from server.core.terms import Intent
from server.store.prepared import Prepared
from server.store.rows import AnyRow, new_id
from server.store.schema import events, people, set_aside

_SEEN = Prepared(select(events.c.body_hash, events.c.reply).where(events.c.op_id == bindparam("op")))
_RECORD = insert(events)
_INTENT_COLUMNS = (
    *("op_id", "at", "kind", "code", "tone", "badge", "device", "seq", "task_id", "line_id"),
    *("act", "label", "qty_each", "device_at", "body_hash", "reply"),
)
_RECORD_INTENT = Prepared(
    insert(events).values({column: bindparam(column) for column in _INTENT_COLUMNS}).returning(events.c.id)
)

_WORKED = select(events.c.id).where(events.c.task_id == bindparam("task"), events.c.badge == bindparam("who")).limit(1)
_DID = (
    select(events.c.badge)
    .where(events.c.kind == bindparam("what"), events.c.task_id == bindparam("task"))
    .order_by(events.c.id.desc())
    .limit(1)
)
_DID_LINE = _DID.where(events.c.line_id == bindparam("line"))
_CANCELLED = (
    select(events.c.badge, events.c.code)
    .where(events.c.kind == "cancel_order", events.c.label == bindparam("order"))
    .order_by(events.c.id.desc())
    .limit(1)
)

_SET_ASIDE = select(func.count()).where(set_aside.c.settled_at == "")
_SET_ASIDE_ROWS = (
    select(set_aside, people.c.name)
    .outerjoin(people, people.c.badge == set_aside.c.badge)
    .where(set_aside.c.settled_at == "")
    .order_by(set_aside.c.at, set_aside.c.op_id)
)


def seen(connection: Connection, op_id: str) -> tuple[str, str] | None:
    """The body hash and the reply (JSON text) stored under `op_id`, or None when it was never seen."""
    row = _SEEN.first(connection, op=op_id)
    return None if row is None else (row.body_hash, row.reply)


def record_intent(connection: Connection, now: str, badge: str, intent: Intent, answer: Mapping[str, Any]) -> int:
    """Store an intent with what it was answered; returns the event's id.

    `answer` gives kind, code, tone, task_id, line_id, qty_each, body_hash and reply (JSON text).
    """
    event_id = _RECORD_INTENT.value(
        connection,
        op_id=intent.op_id,
        at=now,
        badge=badge,
        device=intent.device,
        seq=intent.seq,
        act=intent.act.value,
        label=printable(intent.label),
        device_at=intent.at,
        **answer,
    )
    return int(event_id)


def worked_on(connection: Connection, task_id: int, badge: str) -> bool:
    """Whether this person ever did something on the task."""
    return connection.execute(_WORKED, {"task": task_id, "who": badge}).first() is not None


def who_did(connection: Connection, kind: str, task_id: int, line_id: int = 0) -> str:
    """The badge of whoever last did this on a task (about one line of it); "" when nobody is known to have."""
    asked = {"what": kind, "task": task_id}
    if line_id:
        return connection.execute(_DID_LINE, {**asked, "line": line_id}).scalar() or ""
    return connection.execute(_DID, asked).scalar() or ""


def cancelled_order(connection: Connection, order_ref: str) -> tuple[str, str]:
    """Whose badge cancelled the order ("" when it is not known), and why."""
    row = connection.execute(_CANCELLED, {"order": order_ref}).first()
    return ("", "") if row is None else (row.badge, row.code)


def record_event(connection: Connection, now: str, kind: str, **columns: object) -> int:
    """Store something that the house itself did (release, assign, re-route, …); returns the event's id."""
    return new_id(connection.execute(_RECORD, {"at": now, "kind": kind, **columns}))


def printable(label: str) -> str:
    """A label fit for the log: at most 200 characters, every control character escaped."""
    if len(label) <= 200 and label.isprintable():
        return label
    return "".join(mark if mark.isprintable() else f"\\x{ord(mark):02x}" for mark in label[:200])


def put_aside(connection: Connection, now: str, badge: str, intent: Intent, fault: str) -> None:
    """Keep an intent whole that the server failed on, with what went wrong."""
    kept = json.dumps(asdict(intent), separators=(",", ":"))
    row = {"op_id": intent.op_id, "at": now, "badge": badge, "device": intent.device, "seq": intent.seq}
    connection.execute(insert(set_aside), row | {"intent": kept, "fault": fault})


def set_aside_count(connection: Connection) -> int:
    """How many intents were set aside that nobody has seen to."""
    return int(connection.execute(_SET_ASIDE).scalar_one())


def set_aside_rows(connection: Connection) -> Sequence[AnyRow]:
    """Those intents, oldest first: op_id, at, badge, name, device, seq, intent (JSON), fault."""
    return connection.execute(_SET_ASIDE_ROWS).all()


def settle(connection: Connection, now: str, op_id: str) -> bool:
    """Somebody has seen to an intent that was set aside; False when there is none such."""
    seen_to = update(set_aside).where(set_aside.c.op_id == op_id, set_aside.c.settled_at == "")
    return connection.execute(seen_to.values(settled_at=now)).rowcount > 0

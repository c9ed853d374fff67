"""The one door for every intent, live or replayed: seen before? whose task is it? decide, record, carry out, answer.

All of it is one transaction. The reply is stored with the intent and is the rules' own answer; whatever the house does
beyond it (a batch assigned, a tour re-routed) reaches the device as a new task version after the commit.
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from hashlib import blake2b
from typing import Any

from server.core import flow
from server.core.terms import Intent, Reply, Role
from server.floor import errands, late, packing, picking, put_back
from server.floor.decision import Decision
from server.store import log, tasks
from server.store.transaction import News, Transaction

Answer = dict[str, Any]

MOST_FAULT = 4000

DECIDERS = {"pick": picking.decide, "pack": packing.decide, "put_back": put_back.decide}


def apply(tx: Transaction, intent: Intent, badge: str) -> Answer:
    """Answer one intent of the person with this badge; the answer is the wire's Reply (docs/protocol.md).

    The same op_id again gets the stored answer and has no effect. Never raises for what a person did: that is a reply.
    """
    body = body_hash(intent)
    known = log.seen(tx.connection, intent.op_id)
    if known is not None:
        return _replay(intent, known, body)
    duty = _task_id(intent.task) if intent.task else _standing(tx, badge)
    decision = _decide(tx, intent, badge, duty)
    _record_earlier(tx, intent, badge, duty, decision)
    answer, event_id = _record(tx, intent, badge, duty, decision, body)
    decision.carry_out(event_id)
    tx.tell(News("scan", event_id, badge))
    return answer


def set_aside(tx: Transaction, intent: Intent, badge: str, fault: str) -> Answer:
    """Keep an intent that the server fails on, so that what its device made after it can be answered.

    It has no effect, and its reply says so. `fault` is for whoever mends it: the intent is kept whole beside it.
    """
    body = body_hash(intent)
    known = log.seen(tx.connection, intent.op_id)
    if known is not None:
        return _replay(intent, known, body)
    decision = Decision(flow.refuse("set_aside", intent))
    answer, event_id = _record(tx, intent, badge, _task_id(intent.task), decision, body)
    log.put_aside(tx.connection, tx.now, badge, intent, fault[:MOST_FAULT])
    tx.tell(News("scan", event_id, badge))
    return answer


def begin(tx: Transaction, badge: str, role: Role) -> int | None:
    """Make sure that a person who is at work has a task to stand in; returns its id, None for those who only watch."""
    if role is Role.PICKER:
        return errands.come_in(tx, badge)
    if role is Role.PACKER:
        return packing.standing_task(tx, badge)
    return None


def body_hash(intent: Intent) -> str:
    """What must not change under a known op_id: everything that says what the person did."""
    body = (intent.device, intent.seq, intent.task, intent.label, intent.act.value, intent.qty, intent.reason)
    return blake2b(repr(body).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def _replay(intent: Intent, known: tuple[str, str], body: str) -> Answer:
    stored_body, stored_reply = known
    if stored_body != body:
        return _answer(intent, Decision(flow.refuse("op_id_reused", intent)))
    answer: Answer = json.loads(stored_reply)
    return answer | {"replay": True}


def _decide(tx: Transaction, intent: Intent, badge: str, duty: int | None) -> Decision:
    rows = () if duty is None else tasks.rows_of(tx.connection, duty)
    if duty is None or not rows or rows[0].kind not in DECIDERS:
        return Decision(replace(flow.refuse("unknown_task", intent), args={"task": intent.task[:32]}))
    row = rows[0]
    if row.badge != badge:
        return late.not_theirs(tx, intent, badge, row)
    if row.ended_at and row.ended_why != "done":
        return late.cancelled(tx, intent, row)
    return DECIDERS[row.kind](tx, intent, rows)


def _record(
    tx: Transaction, intent: Intent, badge: str, duty: int | None, decision: Decision, body: str
) -> tuple[Answer, int]:
    """Store the intent with its answer; returns the answer and the event's id."""
    answer = _answer(intent, decision)
    columns = {
        "kind": decision.effect.value,
        "code": decision.reply.code,
        "tone": decision.reply.tone.value,
        "task_id": decision.task_id or duty,
        "line_id": decision.about,
        "qty_each": decision.qty_each,
        "body_hash": body,
        "reply": json.dumps(answer, separators=(",", ":")),
    }
    return answer, log.record_intent(tx.connection, tx.now, badge, intent, columns)


def _record_earlier(tx: Transaction, intent: Intent, badge: str, duty: int | None, decision: Decision) -> None:
    for part in decision.earlier:
        log.record_event(
            tx.connection,
            tx.now,
            part.effect.value,
            badge=badge,
            device=intent.device,
            task_id=duty,
            line_id=part.line_id,
            qty_each=part.qty_each,
            label=log.printable(intent.label),
        )


def _answer(intent: Intent, decision: Decision) -> Answer:
    return {
        "op_id": intent.op_id,
        **_reply(decision.reply),
        "about": decision.about,
        "task": decision.cursor,
        "replay": False,
    }


def _reply(reply: Reply) -> Mapping[str, Any]:
    return {
        "code": reply.code,
        "tone": reply.tone.value,
        "scanned": reply.scanned,
        "wanted": reply.wanted,
        "action": reply.action,
        "args": reply.args,
    }


def _standing(tx: Transaction, badge: str) -> int | None:
    """The person's unfinished task: what a device means that scans before it has been told of one."""
    found = (tasks.standing(tx.connection, badge, kind) for kind in ("put_back", "pick", "pack"))
    return next((task_id for task_id in found if task_id is not None), None)


def _task_id(text: str) -> int | None:
    """The number of a task as the wire names it (T17), or None when it names none."""
    digits = text[1:]
    return int(digits) if text[:1] == "T" and digits.isascii() and digits.isdigit() and len(digits) < 16 else None

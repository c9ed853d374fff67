"""A packer's intents: load the task, let the rules decide, carry out the effect."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from server.core import flow
from server.core.terms import Act, Done, Effect, Intent, PackLine, PackState, PackTask, Thing, ThingKind, Tone
from server.floor import choices, meaning, memory, pack_effects
from server.floor.carriers import DOWN
from server.floor.decision import Decision, Earlier
from server.floor.pack_effects import Duty, Step, standing_task
from server.store import carriers, tasks, weights, work
from server.store.rows import AnyRow
from server.store.transaction import Transaction

__all__ = ["cursor", "decide", "standing_task"]


def decide(tx: Transaction, intent: Intent, rows: Sequence[AnyRow]) -> Decision:
    """Decide a packer's intent on the task in `rows`; nothing is stored until the decision is carried out."""
    row = rows[0]
    shipped = None if row.order_ref else tasks.packed_last(tx.connection, row.badge)
    steps = _steps(tx, intent, row, "" if shipped is None else shipped.order_ref)
    last = steps[-1].outcome
    line = last.task.line
    return Decision(
        reply=last.reply,
        effect=last.effect,
        about=None if line is None else line.line_id,
        qty_each=last.qty_each,
        cursor=cursor(last.task),
        carry_out=partial(pack_effects.carry_out, tx, Duty(row, steps[0].before), steps),
        earlier=tuple(_earlier(step) for step in steps[:-1]),
        task_id=shipped.id if shipped is not None and last.effect is Effect.PRINT else None,
    )


def cursor(task: PackTask) -> dict[str, Any]:
    """Where the task stands, for the wire; `picked` is what is packed of the line in work."""
    line = task.line
    return {
        "id": task.task_id,
        "version": task.version,
        "state": task.state.value,
        "line": None if line is None else line.line_id,
        "in_hand": 0,
        "at_location": "",
        "picked": 0 if line is None else line.packed_each,
        "tote": "",
        "asked": task.asked,
    }


def _earlier(step: Step) -> Earlier:
    line = step.outcome.task.line
    return Earlier(step.outcome.effect, None if line is None else line.line_id, step.outcome.qty_each)


def _steps(tx: Transaction, intent: Intent, row: AnyRow, shipped_ref: str) -> list[Step]:
    """The step of the label; of both labels when two were glued together by a lost terminator (case 34)."""
    undoes = memory.is_asked_for(intent)
    task = _view(tx, row, memory.last(row.memory).done if undoes else None, shipped_ref)
    if row.order_ref and (intent.act is Act.WEIGH or row.asked.startswith("weight:")):
        task = _with_weight(tx, row, task)  # a question that waits says it again, whatever it is answered
    steps: list[Step] = []
    for scan, found in meaning.read(tx.connection, intent.label, partial(_thing, tx, row.order_ref or "")):
        before = replace(task, line=_line(tx, row, task, found)) if task.order_ref else task
        outcome = flow.step_pack(before, intent, scan, found)
        steps.append(Step(before, outcome))
        task = outcome.task
        if outcome.reply.tone not in (Tone.OK, Tone.DONE):
            break
    return steps


def _view(tx: Transaction, row: AnyRow, last: Done | None, shipped_ref: str) -> PackTask:
    """The task without its line, which depends on the label; `last` is the step that could be undone."""
    order_ref = row.order_ref or ""
    missing, packed = tasks.verified_each(tx.connection, row.id) if order_ref else (0, None)
    carrier = carriers.of_order(tx.connection, order_ref) if order_ref else None
    return PackTask(
        task_id=f"T{row.id}",
        version=row.version,
        state=PackState(row.state),
        order_ref=order_ref,
        totes=work.totes_of(tx.connection, order_ref) if order_ref else (),
        carton=row.carton,
        missing_each=missing,
        asked=row.asked,
        last=last,
        packed_each=packed,
        carrier="" if carrier is None else carrier.name,
        carrier_down=carrier is not None and carrier.state == DOWN,
        shipped_ref=shipped_ref,
    )


def _with_weight(tx: Transaction, row: AnyRow, task: PackTask) -> PackTask:
    """The task with what its parcel should weigh, as far as that is known, and how much it may be off (case 83)."""
    parcel_ids = work.open_parcels(tx.connection, row.id)
    expected = weights.expected_g(tx.connection, f"parcel:{parcel_ids[-1]}", row.order_ref) if parcel_ids else None
    tolerance = 0 if expected is None else choices.tolerance_g(tx.connection, expected)
    return replace(task, expected_g=expected, tolerance_g=tolerance)


def _line(tx: Transaction, row: AnyRow, task: PackTask, found: Iterable[Thing]) -> PackLine | None:
    """The line of the item scanned, or of the one to be taken out again; else the one that a question is open about.

    An item of another order leaves that question open too: its line stays the one in work.
    The line of the step before, when that was half of the same label, is not stored yet: it is taken as it is.
    """
    sku = next((thing.ref for thing in found if thing.kind is ThingKind.ITEM), "")
    if not sku and task.last is not None and task.last.effect is Effect.PACK:
        sku = task.last.ref
    if task.line is not None and sku in ("", task.line.sku):
        return task.line
    line = tasks.pack_line(tx.connection, row.id, sku=sku)
    line = line or tasks.pack_line(tx.connection, row.id, line_id=row.line_id or 0)
    if line is None:
        return None
    return PackLine(line.id, line.sku, line.name, line.qty_each, line.packed_each, line.count_each_up_to)


def _thing(tx: Transaction, order_ref: str, row: AnyRow) -> Thing:
    thing = meaning.thing(row)
    if thing.kind is ThingKind.CARTON:
        refused = thing.ref in carriers.refused_cartons(tx.connection, order_ref)
        return meaning.with_state(thing, "refused" if refused else "allowed")
    if thing.kind is not ThingKind.TOTE or thing.state not in ("busy", "full", "staged"):
        return thing
    missing = tasks.unfinished_each(tx.connection, thing.order_ref) + work.rolling_each(tx.connection, thing.order_ref)
    return meaning.missing(thing, missing) if missing else thing

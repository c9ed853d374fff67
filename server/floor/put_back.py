"""Goods that somebody brings back to a shelf: load the task, let the rules decide, carry out the effect.

Units of a cancelled order lie in a tote, and move from its account to the location's. Units that a late scan took are
in a hand, while the ledger has them in their location all the time: only another shelf makes a move of them, and where
the ledger cannot say it, a count is asked for. Nothing ever falls below 0.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Any

from server.core import flow
from server.core.terms import Effect, Intent, Outcome, PutBackState, PutBackTask, Tone
from server.floor import errands, meaning, memory, replan
from server.floor.decision import Decision, Earlier
from server.store import handling_units, put_backs, serials, stock, tasks
from server.store.rows import AnyRow
from server.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Step:
    """One step: the task before it, and what was decided."""

    before: PutBackTask
    outcome: Outcome[PutBackTask]


Carry = Callable[[Transaction, AnyRow, Step, int], None]


def decide(tx: Transaction, intent: Intent, rows: Sequence[AnyRow]) -> Decision:
    """Decide an intent on the task in `rows`; nothing is stored until the decision is carried out."""
    row = put_backs.row(tx.connection, rows[0].id)
    task = _view(tx, row)
    steps: list[Step] = []
    for scan, found in meaning.read(tx.connection, intent.label, meaning.thing):
        outcome = flow.step_put_back(task, intent, scan, found)
        steps.append(Step(task, outcome))
        task = outcome.task
        if outcome.reply.tone not in (Tone.OK, Tone.DONE):
            break
    last = steps[-1].outcome
    return Decision(
        reply=last.reply,
        effect=last.effect,
        qty_each=last.qty_each,
        cursor=cursor(last.task),
        carry_out=partial(_carry_out, tx, row, steps),
        earlier=tuple(Earlier(step.outcome.effect, None, step.outcome.qty_each) for step in steps[:-1]),
    )


def cursor(task: PutBackTask) -> dict[str, Any]:
    """Where the task stands, for the wire; `qty` is what is to be put back, all told."""
    return {
        "id": task.task_id,
        "version": task.version,
        "state": task.state.value,
        "line": None,
        "in_hand": task.in_hand_each,
        "asked": task.asked,
        "qty": task.qty_each,
    }


def _view(tx: Transaction, row: AnyRow) -> PutBackTask:
    return PutBackTask(
        task_id=f"T{row.id}",
        version=row.version,
        state=PutBackState(row.state),
        sku=row.sku,
        qty_each=row.qty_each,
        tote=row.tote,
        lot=row.lot,
        location_code=row.location_code,
        locations=put_backs.places(tx.connection, row.sku),
        check_digits=row.check_digits,
        count_each_up_to=row.count_each_up_to,
        in_hand_each=row.in_hand_each,
        asked=row.asked,
        last=memory.last(row.memory).done,
    )


def _carry_out(tx: Transaction, row: AnyRow, steps: Sequence[Step], event_id: int) -> None:
    task = steps[-1].outcome.task
    if task != steps[0].before:
        _save(tx, row, steps, task)
    for step in steps:
        effect = EFFECTS.get(step.outcome.effect)
        if effect is not None:
            effect(tx, row, step, event_id)


def _save(tx: Transaction, row: AnyRow, steps: Sequence[Step], task: PutBackTask) -> None:
    kept = row.memory
    for step in steps:
        kept = memory.after(step.outcome.effect, step.outcome.task.last, kept)
    columns = {"state": task.state.value, "asked": task.asked, "in_hand_each": task.in_hand_each, "memory": kept}
    tasks.save_task(tx.connection, row.id, qty_each=task.qty_each, **columns)


def _short(tx: Transaction, row: AnyRow, step: Step, event_id: int) -> None:
    """Units that are not where they should be: out of the tote's account, or to be counted where they came from. In
    negative they were found after all."""
    missing, task = step.outcome.qty_each, step.outcome.task
    if missing < 0:
        _found(tx, row, event_id)
        return
    trail = memory.Trail(0, 0)
    if row.tote:
        gone = _move(tx, row, missing, stock.in_tote(row.tote), stock.ADJUSTMENT, "not in tote", event_id)
        trail = memory.Trail(stock.last_move(tx.connection, event_id) if gone else 0, 0)
    elif row.location_code:
        trail = memory.Trail(0, replan.ask_count(tx, row.location_code, row.sku))
    tasks.save_task(tx.connection, row.id, memory=memory.after(Effect.SHORT, task.last, None, trail))
    if task.state is PutBackState.DONE:
        _end(tx, row)


def _found(tx: Transaction, row: AnyRow, event_id: int) -> None:
    """What the last short took out of the tote is in it again, and the count that it asked for is not wanted."""
    trail = memory.last(row.memory).trail
    assert trail is not None  # every short leaves one
    if trail.move_id:
        stock.reverse(tx.connection, tx.now, trail.move_id, event_id)
    replan.withdraw_count(tx, trail.count_id)


def _stow(tx: Transaction, row: AnyRow, step: Step, event_id: int) -> None:
    """The units lie in the location again."""
    place, qty = step.outcome.ref, step.outcome.qty_each
    to = stock.at_location(place)
    if row.tote:
        moved = _move(tx, row, qty, stock.in_tote(row.tote), to, "put back", event_id)
        serials.stow(tx.connection, row.sku, stock.in_tote(row.tote), to)
    elif place == row.location_code:
        moved = qty
    else:
        moved = _move(tx, row, qty, stock.at_location(row.location_code), to, "put back", event_id)
    if moved < qty:  # more came back than the ledger knew of
        for each in {place, row.location_code} - {""}:
            replan.ask_count(tx, each, row.sku)
    _end(tx, row)


def _move(tx: Transaction, row: AnyRow, qty: int, source: str, to: str, why: str, event_id: int) -> int:
    """Move at most `qty` units that are promised to nobody; returns how many there were to move."""
    _, free = put_backs.on_hand(tx.connection, source, row.sku, row.lot)
    moved = min(qty, free)
    if moved:
        handling_units.break_up(tx.connection, [(to, row.sku)])
        stock.move(tx.connection, tx.now, row.sku, row.lot, moved, source, to, why, event_id)
    return moved


def _end(tx: Transaction, row: AnyRow) -> None:
    tasks.end_task(tx.connection, tx.now, row.id, "done")
    if row.tote:
        put_backs.free_if_empty(tx.connection, row.tote)
    errands.go_on(tx, row.badge)


def _leave(tx: Transaction, row: AnyRow, _step: Step, _event_id: int) -> None:
    lay_down(tx, row.id)


def lay_down(tx: Transaction, task_id: int) -> None:
    """Somebody else shall do the task: it waits for them, and what was in hand is laid down where anybody finds it."""
    row = put_backs.row(tx.connection, task_id)
    state = PutBackState.TOTE if row.tote else PutBackState.ITEM
    tasks.save_task(tx.connection, row.id, badge=None, held_by=None, state=state.value, asked="", memory=None)
    tasks.next_version(tx.connection, row.id)
    errands.go_on(tx, row.badge, left=True)


EFFECTS: Mapping[Effect, Carry] = MappingProxyType({Effect.SHORT: _short, Effect.STOW: _stow, Effect.LEAVE: _leave})

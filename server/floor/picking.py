"""A picker's intents: load the task, let the rules decide, carry out the effect."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from server.core import flow, gs1
from server.core.terms import Act, Effect, Intent, Outcome, PickLine, PickState, PickTask, Scan, Thing, ThingKind, Tone
from server.floor import meaning, memory, release, replan
from server.floor.decision import Decision
from server.store import stock, tasks, work
from server.store.rows import AnyRow
from server.store.transaction import News, Transaction

# Taps that mean the line on the screen; after a re-route it may be another one than the server's.
ABOUT_A_LINE = frozenset({Act.QUANTITY, Act.COMPLETE, Act.SHORT, Act.FULL_TOTE, Act.CONFIRM, Act.ZERO})


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a pick: the task before it, what was decided, and the reason that the picker gave."""

    before: PickTask
    outcome: Outcome[PickTask]
    reason: str


@dataclass(frozen=True, slots=True)
class Duty:
    """A pick task as stored: its row (with the line in work) and the rules' view of it."""

    row: AnyRow
    view: PickTask
    order_lines: Mapping[int, int]


def decide(tx: Transaction, intent: Intent, rows: Sequence[AnyRow]) -> Decision:
    """Decide a picker's intent on the task in `rows`; nothing is stored until the decision is carried out."""
    duty = load(tx, rows, intent.line, intent.version)
    if intent.act is Act.UNDO:
        duty = _with_memory(tx, duty)
    line = duty.view.line
    if intent.line and intent.act in ABOUT_A_LINE and (line is None or line.line_id != intent.line):
        return Decision(flow.refuse("stale_task", intent), cursor=cursor(duty.view))
    steps = _steps(tx, intent, duty)
    last = steps[-1].outcome
    return Decision(
        reply=last.reply,
        effect=last.effect,
        about=None if line is None else line.line_id,
        qty_each=last.qty_each,
        cursor=cursor(last.task, line),
        carry_out=partial(_carry_out, tx, duty, steps),
    )


def standing_task(tx: Transaction, badge: str) -> int:
    """The picker's unfinished pick task; a new one that asks for a cart when there is none."""
    return tasks.standing(tx.connection, badge, "pick") or tasks.add_task(
        tx.connection, tx.now, "pick", PickState.CART.value, badge=badge
    )


def give_batch(tx: Transaction, task_id: int) -> bool:
    """Give the next ready batch to a task that waits for one; False when there is none now."""
    batch_id = release.next_batch(tx)
    if batch_id is None:
        return False
    tasks.save_task(tx.connection, task_id, batch_id=batch_id, state=PickState.LOCATION.value, at_location="")
    announce(tx, task_id)
    return True


def announce(tx: Transaction, task_id: int) -> None:
    """The task changed otherwise than by its own scans: a new version, pushed after the commit."""
    badge = tasks.next_version(tx.connection, task_id)
    tx.tell(News("task", task_id, badge))


def load(tx: Transaction, rows: Sequence[AnyRow], meant_line: int = 0, version: int = 0) -> Duty:
    """The task as the rules see it; `meant_line` and `version` are what the device showed."""
    row = rows[0]
    in_tour = [found for found in rows if found.open_line_id is not None]
    ahead = _ahead_of_the_tour(row, meant_line, version)
    if ahead and in_tour and in_tour[0].open_line_id != ahead:
        found = tasks.open_line(tx.connection, row.batch_id, ahead)
        if found is not None:
            in_tour = [found, *(other for other in in_tour if other.open_line_id != ahead)]
    lines = [_line(tx, found) for found in in_tour[:2]]
    view = PickTask(
        task_id=f"T{row.id}",
        version=row.version,
        state=_state(row, lines),
        cart=row.cart,
        at_location=row.at_location,
        in_hand_each=row.in_hand_each,
        line=lines[0] if lines else None,
        following=lines[1] if len(lines) > 1 else None,
        asked=row.asked,
    )
    return Duty(row, view, {found.open_line_id: found.order_line_id for found in in_tour})


def _ahead_of_the_tour(row: AnyRow, meant_line: int, version: int) -> int:
    """The line that comes before the tour's next: one half done, or one that a device meant which had not heard of a
    re-route and walked the tour it had. 0 when there is none."""
    if row.line_id and (row.in_hand_each or row.state in (PickState.QUANTITY, PickState.TOTE)):
        return int(row.line_id)
    return meant_line if version < row.version else 0


def cursor(task: PickTask, about: PickLine | None = None) -> dict[str, Any]:
    """Where the task stands, for the wire; `picked` and `tote` are of the line `about` when it is still in work."""
    line = task.line
    same = line if line is not None and about is not None and line.line_id == about.line_id else about
    return {
        "id": task.task_id,
        "version": task.version,
        "state": task.state.value,
        "line": None if line is None else line.line_id,
        "in_hand": task.in_hand_each,
        "at_location": task.at_location,
        "picked": 0 if same is None else same.picked_each,
        "tote": "" if same is None else same.tote,
        "asked": task.asked,
    }


def _with_memory(tx: Transaction, duty: Duty) -> Duty:
    """The same duty with the last step that had an effect: only UNDO wants to know it."""
    last, line_id = memory.last(duty.row.memory)
    if last is None:
        return duty
    closed = tasks.line_row(tx.connection, line_id) if line_id else None
    if closed is not None:
        last = last._replace(line=_line(tx, closed))
    order_lines = (
        duty.order_lines if closed is None else {**duty.order_lines, closed.open_line_id: closed.order_line_id}
    )
    return Duty(duty.row, replace(duty.view, last=last), order_lines)


def _state(row: AnyRow, lines: Sequence[PickLine]) -> PickState:
    """The stored state, unless the line in work is another one than the state was stored for."""
    state = PickState(row.state)
    if state not in (PickState.LOCATION, PickState.ITEM) or not lines or lines[0].line_id == row.line_id:
        return state
    return PickState.ITEM if lines[0].location_code == row.at_location else PickState.LOCATION


def _line(tx: Transaction, row: AnyRow) -> PickLine:
    lots_here = tasks.lots_here(tx.connection, row.location_code, row.sku) if row.tracks else ()
    return PickLine(
        line_id=row.open_line_id,
        location_code=row.location_code,
        check_digits=row.check_digits,
        sku=row.sku,
        name=row.name,
        lot=row.lot,
        qty_each=row.qty_each,
        picked_each=row.picked_each,
        slot=row.slot,
        tote=row.tote,
        order_ref=row.slot_order_ref,
        count_each_up_to=row.count_each_up_to,
        tracks=row.tracks,
        expiry=row.expiry or "",
        lots_here=tuple(sorted(lots_here, key=lambda lot: (lot != row.lot, lot))),
    )


def _steps(tx: Transaction, intent: Intent, duty: Duty) -> list[Step]:
    """The step of the label; of both labels when two were glued together by a lost terminator (case 34)."""
    scan = gs1.parse(intent.label)
    found = _things(tx, duty, scan)
    parts = () if found or scan.fault not in ("", "read_error") else meaning.unglue(tx.connection, scan)
    if not parts:
        return [Step(duty.view, flow.step_pick(duty.view, intent, scan, found), intent.reason)]
    steps: list[Step] = []
    task = duty.view
    for part in map(gs1.parse, parts):
        outcome = flow.step_pick(task, intent, part, _things(tx, duty, part))
        steps.append(Step(task, outcome, intent.reason))
        task = outcome.task
        if outcome.reply.tone not in (Tone.OK, Tone.DONE):
            break
    return steps


def _things(tx: Transaction, duty: Duty, scan: Scan) -> tuple[Thing, ...]:
    if not scan.keys:
        return ()
    return tuple(_thing(tx, duty, row) for row in tasks.things(tx.connection, scan.keys))


def _thing(tx: Transaction, duty: Duty, row: AnyRow) -> Thing:
    thing = meaning.thing(row)
    if thing.kind is ThingKind.ITEM:
        line = duty.view.line
        listed = (line is not None and line.sku == thing.ref) or tasks.is_listed(
            tx.connection, duty.row.batch_id, thing.ref
        )
        return meaning.with_state(thing, "listed" if listed else "other")
    if thing.kind is ThingKind.TOTE and row.tote_batch_id == duty.row.batch_id and thing.state == "busy":
        return meaning.with_state(thing, "here")
    if thing.kind is ThingKind.CART and row.cart_badge == duty.row.badge:
        return meaning.with_state(thing, "free")
    return thing


# --- effects ------------------------------------------------------------------------------------------------------


def _carry_out(tx: Transaction, duty: Duty, steps: Sequence[Step], event_id: int) -> None:
    last = steps[-1].outcome.task
    if last != duty.view:
        _save(tx, duty, last)
    for step in steps:
        EFFECTS.get(step.outcome.effect, _no_effect)(tx, duty, step, event_id)


def _save(tx: Transaction, duty: Duty, task: PickTask) -> None:
    tasks.keep_cursor(
        tx.connection,
        duty.row.id,
        state=task.state.value,
        asked=task.asked,
        order_ref=None,
        cart=task.cart,
        carton="",
        at_location=task.at_location,
        in_hand_each=task.in_hand_each,
        line_id=None if task.line is None else task.line.line_id,
        memory=memory.of(task.last, duty.row.memory),
    )


def _no_effect(_tx: Transaction, _duty: Duty, _step: Step, _event_id: int) -> None:
    """The task alone has changed."""


def _take_cart(tx: Transaction, duty: Duty, step: Step, _event_id: int) -> None:
    work.take_cart(tx.connection, step.outcome.ref, duty.row.badge)
    give_batch(tx, duty.row.id)


def _put(tx: Transaction, duty: Duty, step: Step, event_id: int) -> None:
    """The units in hand go into the tote: ledger, line and order line, and the tote is bound to its slot."""
    line = step.before.line
    assert line is not None
    qty, tote = step.outcome.qty_each, step.outcome.ref
    if line.tote != tote:
        work.bind_tote(tx.connection, duty.row.batch_id, line.slot, line.order_ref, tote)
    stock.pick(tx.connection, tx.now, line.sku, line.lot, qty, line.location_code, tote, event_id)
    work.pick(tx.connection, line.line_id, duty.order_lines[line.line_id], qty)


def _short(tx: Transaction, _duty: Duty, step: Step, event_id: int) -> None:
    line = step.before.line
    assert line is not None
    replan.short_line(tx, line.line_id, step.outcome.qty_each, step.reason, event_id)


def _full_tote(tx: Transaction, duty: Duty, step: Step, _event_id: int) -> None:
    line = step.before.line
    assert line is not None
    work.unbind_tote(tx.connection, duty.row.batch_id, line.slot, line.tote)


def _change_lot(tx: Transaction, _duty: Duty, step: Step, _event_id: int) -> None:
    line = step.before.line
    assert line is not None
    replan.change_lot(tx, line.line_id, step.outcome.lot)


def _finish(tx: Transaction, duty: Duty, step: Step, _event_id: int) -> None:
    """The totes stand at the station; the picker keeps the cart and gets the next batch."""
    work.stage_batch(tx.connection, duty.row.batch_id, step.outcome.ref)
    tasks.end_task(tx.connection, tx.now, duty.row.id, "done")
    following = tasks.add_task(
        tx.connection, tx.now, "pick", PickState.WAITING.value, badge=duty.row.badge, cart=duty.row.cart
    )
    if not give_batch(tx, following):
        tx.tell(News("task", following, duty.row.badge))
    tx.tell(News("staged", duty.row.batch_id))


def _count_task(tx: Transaction, _duty: Duty, step: Step, _event_id: int) -> None:
    line = step.before.line
    assert line is not None
    replan.ask_count(tx, line.location_code, line.sku)


Carry = Callable[[Transaction, Duty, Step, int], None]

EFFECTS: Mapping[Effect, Carry] = {
    Effect.TAKE_CART: _take_cart,
    Effect.PUT: _put,
    Effect.SHORT: _short,
    Effect.FULL_TOTE: _full_tote,
    Effect.CHANGE_LOT: _change_lot,
    Effect.FINISH: _finish,
    Effect.COUNT_TASK: _count_task,
}

"""A picker's intents: load the task, let the rules decide, carry out the effect."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from server.core import flow
from server.core.terms import Act, Effect, Intent, PickLine, PickTask, Thing, ThingKind, Tone
from server.floor import errands, hand_over, late, lots, meaning, memory, pick_effects, take_back
from server.floor.decision import Decision, Earlier
from server.floor.pick_effects import Step
from server.floor.pick_task import Duty, cursor, give_batch, load, standing_task, with_zero_check
from server.store import people, stock, tasks
from server.store.rows import AnyRow
from server.store.transaction import Transaction

__all__ = ["decide", "give_batch", "standing_task"]

# Taps that mean the line on the screen; after a re-route it may be another one than the server's.
ABOUT_A_LINE = frozenset({Act.QUANTITY, Act.COMPLETE, Act.SHORT, Act.FULL_TOTE, Act.CONFIRM, Act.ZERO})


def decide(tx: Transaction, intent: Intent, rows: Sequence[AnyRow]) -> Decision:
    """Decide a picker's intent on the task in `rows`; nothing is stored until the decision is carried out."""
    duty = load(tx, rows, intent.line, intent.version)
    line = duty.view.line
    if intent.line and (line is None or line.line_id != intent.line):
        refused = late.closed_line(tx, intent, duty)
        if refused is not None:
            return refused
        if intent.act in ABOUT_A_LINE:
            return Decision(flow.refuse("stale_task", intent, version=duty.view.version), cursor=cursor(duty.view))
    if memory.is_asked_for(intent):
        duty = take_back.remembered(tx, duty)
    elif intent.act is Act.PUT_BACK:
        waiting = errands.waiting_for(tx.connection, duty.row.badge)
        duty = replace(duty, view=replace(duty.view, put_backs=waiting))
    steps = _steps(tx, intent, duty)
    decision = _decided(tx, intent, duty, steps)
    return decision if duty.view.asked == "" else _out_of_break(duty, steps[0], decision)


def _decided(tx: Transaction, intent: Intent, duty: Duty, steps: Sequence[Step]) -> Decision:
    for step in steps:
        if step.outcome.effect is Effect.CHANGE_LOT and not lots.can_be_had(tx, lots.wish(step.before, step.outcome)):
            return _no_such_lot(intent, step.before)
    last = steps[-1].outcome
    undone = (last.effect is Effect.UNDO or last.qty_each < 0) and last.task.line is not None
    about = last.task.line if undone else _after(duty.view.line, steps)
    return Decision(
        reply=last.reply,
        effect=last.effect,
        about=None if about is None else about.line_id,
        qty_each=last.qty_each,
        cursor=cursor(last.task, about),
        carry_out=partial(pick_effects.carry_out, tx, duty, steps),
        earlier=tuple(_earlier(step) for step in steps[:-1]),
    )


def _out_of_break(duty: Duty, first: Step, decision: Decision) -> Decision:
    """A break that a scan or a tap ended by the way is over in the log too, so that figures can leave it out."""
    on_break = flow.is_paused(duty.view) and first.outcome.effect not in (Effect.PAUSE, Effect.RESUME)
    if not on_break:
        return decision
    return replace(decision, earlier=(Earlier(Effect.RESUME, None, 0), *decision.earlier))


def _after(line: PickLine | None, steps: Sequence[Step]) -> PickLine | None:
    """The line that was in work, as it is after the steps, even when they closed it."""
    put = sum(step.outcome.qty_each for step in steps if step.outcome.effect is Effect.PUT)
    if line is None or not put:
        return line
    return replace(line, picked_each=line.picked_each + put, tote=steps[-1].outcome.ref)


def _earlier(step: Step) -> Earlier:
    line = step.before.line
    return Earlier(step.outcome.effect, None if line is None else line.line_id, step.outcome.qty_each)


def _no_such_lot(intent: Intent, task: PickTask) -> Decision:
    """The lot lies there, but what of it is not promised to others is not enough for the line."""
    line = task.line
    assert line is not None  # the rules change no lot without a line
    reply = flow.refuse("stock_differs", intent, task=task, sku=line.sku, location=line.location_code)
    return Decision(reply, about=line.line_id, cursor=cursor(task))


def _steps(tx: Transaction, intent: Intent, duty: Duty) -> list[Step]:
    """The step of the label; of both labels when two were glued together by a lost terminator (case 34)."""
    steps: list[Step] = []
    task = duty.view
    for scan, found in meaning.read(tx.connection, intent.label, partial(_thing, tx, duty)):
        if any(thing.kind is ThingKind.TOTE for thing in found):  # nothing else can empty a shelf
            task = with_zero_check(tx, task)
        outcome = flow.step_pick(task, intent, scan, _own_lot_first(task, found))
        steps.append(Step(task, outcome, intent.reason))
        task = outcome.task
        if outcome.reply.tone not in (Tone.OK, Tone.DONE):
            break
    return steps


def _own_lot_first(task: PickTask, found: Sequence[Thing]) -> Sequence[Thing]:
    """What a label belongs to; of lots with one number the one of the item in work comes first (case 45)."""
    line = task.line
    if line is None or len(found) < 2:
        return found
    return sorted(found, key=lambda thing: thing.kind is ThingKind.LOT and thing.sku != line.sku)


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
    if thing.kind is ThingKind.SERIAL and duty.view.line is not None and thing.ref in duty.view.line.serials:
        return meaning.with_state(thing, "here")  # the rules say that it was scanned already
    if thing.kind is ThingKind.LOAD:
        line = duty.view.line
        here = line is not None and row.whole_in == stock.at_location(line.location_code)
        return thing if here else meaning.not_whole(thing)
    if thing.kind is ThingKind.PERSON:
        state = hand_over.readiness(tx.connection, thing.ref, duty.row.badge)
        return meaning.person(thing, state, people.name_of(tx.connection, thing.ref))
    if thing.kind is ThingKind.CART and row.cart_badge == duty.row.badge:
        return meaning.with_state(thing, "free")
    return thing

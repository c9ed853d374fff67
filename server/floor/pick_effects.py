"""What a step of a pick does to the house: stock, lines, totes and carts."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from server.core.terms import Done, Effect, Outcome, PickLine, PickState, PickTask
from server.floor import closing, errands, hand_over, lots, memory, replan, take_back
from server.floor.pick_task import Duty, announce, give_batch
from server.store import handling_units, lines, serials, stock, tasks, tours, weights, work
from server.store.transaction import News, Transaction


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a pick: the task before it, what was decided, and the reason that the picker gave."""

    before: PickTask
    outcome: Outcome[PickTask]
    reason: str


Carry = Callable[[Transaction, Duty, Step, int], None]


def carry_out(tx: Transaction, duty: Duty, steps: Sequence[Step], event_id: int) -> None:
    """Store the task as the steps leave it, then their effects, under the event of the intent."""
    last = steps[-1].outcome.task
    if last != duty.view:
        _save(tx, duty, steps, last)
    for step in steps:
        for effect in (EFFECTS.get(step.outcome.effect), ALSO.get(step.outcome.also)):
            if effect is not None:
                effect(tx, duty, step, event_id)


def _save(tx: Transaction, duty: Duty, steps: Sequence[Step], task: PickTask) -> None:
    kept = duty.row.memory
    for step in steps:
        kept = memory.after(step.outcome.effect, step.outcome.task.last, kept)
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
        memory=kept,
    )


def _line_of(step: Step) -> PickLine:
    line = step.before.line
    assert line is not None  # the rules have no such effect without a line
    return line


def _take_cart(tx: Transaction, duty: Duty, step: Step, _event_id: int) -> None:
    work.take_cart(tx.connection, step.outcome.ref, duty.row.badge)
    if not give_batch(tx, duty.row.id):
        errands.ask_to_put_back(tx, duty.row.badge)


def _count(tx: Transaction, duty: Duty, step: Step, event_id: int) -> None:
    """Units into the hand, or out of it: their load, their serial and their weight go with them."""
    line, outcome = _line_of(step), step.outcome
    if outcome.ref != line.sku:
        handling_units.take(tx.connection, outcome.ref, line.line_id if outcome.qty_each > 0 else None)
    if outcome.serial and outcome.qty_each > 0:
        place = stock.at_location(line.location_code)
        serials.take(tx.connection, line.sku, outcome.serial, place, line.line_id)
    elif outcome.serial:
        serials.drop(tx.connection, line.sku, outcome.serial)
    grams = outcome.weight_g
    if outcome.qty_each < 0:
        last_g = weights.last_weighed_g(tx.connection, duty.row.id, line.line_id)
        grams = None if last_g is None else -last_g
    if grams is not None:
        weights.weigh_units(tx.connection, event_id, line.line_id, outcome.qty_each, grams)


def _put(tx: Transaction, duty: Duty, step: Step, event_id: int) -> None:
    """The units in hand go into the tote: ledger, line and order line, and the tote is bound to its slot."""
    line = _line_of(step)
    qty, tote = step.outcome.qty_each, step.outcome.ref
    if line.tote != tote:
        work.bind_tote(tx.connection, duty.row.batch_id, line.slot, line.order_ref, tote)
    stock.pick(tx.connection, tx.now, line.sku, line.lot, qty, line.location_code, tote, event_id)
    work.pick(tx.connection, line.line_id, duty.order_lines[line.line_id], qty)
    if line.tracks == "serial":
        place = stock.at_location(line.location_code)
        serials.move_with_line(tx.connection, line.line_id, place, stock.in_tote(tote), line.order_ref)


def _undo(tx: Transaction, duty: Duty, step: Step, event_id: int) -> None:
    """The last step is taken back, and the device told the whole task: what it does not remember it cannot reverse."""
    last = _last_of(step)
    if last.effect is Effect.TAKE_CART:
        work.leave_cart(tx.connection, duty.row.badge)
    elif last.effect is Effect.FULL_TOTE and last.line is not None:
        take_back.full_tote(tx, duty, last.line)
    elif last.line is not None:
        take_back.put(tx, duty, last.line, last.qty_each, last.ref, event_id)
    announce(tx, duty.row.id)


def _last_of(step: Step) -> Done:
    last = step.before.last
    assert last is not None  # the rules undo nothing else
    return last


def _short(tx: Transaction, duty: Duty, step: Step, event_id: int) -> None:
    """Units are missing, or (in negative) were found after all."""
    missing = step.outcome.qty_each
    undone = _last_of(step).line if missing < 0 else None
    if undone is not None:
        take_back.short(tx, duty, undone, event_id)
        return
    trail = replan.short_line(tx, _line_of(step).line_id, missing, step.reason, event_id)
    kept = memory.after(Effect.SHORT, step.outcome.task.last, None, trail)
    tasks.save_task(tx.connection, duty.row.id, memory=kept)


def _block(tx: Transaction, duty: Duty, step: Step, _event_id: int) -> None:
    """The way from where the picker is to their next stop, or to the station, is closed for everybody."""
    closing.report(tx, duty.row, step.before.line)


def _full_tote(tx: Transaction, duty: Duty, step: Step, _event_id: int) -> None:
    line = _line_of(step)
    work.unbind_tote(tx.connection, duty.row.batch_id, line.slot, line.tote)


def _change_lot(tx: Transaction, _duty: Duty, step: Step, event_id: int) -> None:
    lots.change(tx, lots.wish(step.before, step.outcome), event_id)


def _finish(tx: Transaction, duty: Duty, step: Step, _event_id: int) -> None:
    """The totes stand at the station; the picker keeps the cart and gets the next batch.

    Lines that could not be reached become a batch of their own, for when a way leads there again.
    """
    tours.leave_behind(tx.connection, duty.row.batch_id)
    work.stage_batch(tx.connection, duty.row.batch_id, step.outcome.ref)
    tasks.end_task(tx.connection, tx.now, duty.row.id, "done")
    tasks.add_task(tx.connection, tx.now, "pick", PickState.WAITING.value, badge=duty.row.badge, cart=duty.row.cart)
    errands.go_on(tx, duty.row.badge, station=step.outcome.ref)
    tx.tell(News("staged", duty.row.batch_id))


def _empty(tx: Transaction, _duty: Duty, step: Step, event_id: int) -> None:
    """The location was seen to be empty: what the ledger still has there is written off, unless a count is awaited.

    What is promised to others is left to that count: it is asked for.
    """
    place = step.outcome.ref
    for row in lines.lies_in(tx.connection, place):
        if lines.open_count(tx.connection, place, row.sku) is not None:
            continue
        if row.reserved_each:
            replan.ask_count(tx, place, row.sku)
        else:
            account = stock.at_location(place)
            stock.move(
                tx.connection,
                tx.now,
                row.sku,
                row.lot,
                row.on_hand_each,
                account,
                stock.ADJUSTMENT,
                "seen empty",
                event_id,
            )


def _count_left(tx: Transaction, duty: Duty, step: Step, _event_id: int) -> None:
    """Not empty after all: what was last put is to be counted where it came from."""
    line_id = memory.last(duty.row.memory).line_id
    closed = None if line_id is None else tasks.line_row(tx.connection, line_id)
    if closed is not None and closed.location_code == step.outcome.ref:
        replan.ask_count(tx, closed.location_code, closed.sku)
    else:
        for row in lines.lies_in(tx.connection, step.outcome.ref):
            replan.ask_count(tx, step.outcome.ref, row.sku)


def _count_beside(tx: Transaction, _duty: Duty, step: Step, _event_id: int) -> None:
    line = _line_of(step)
    replan.ask_count(tx, line.location_code, line.sku)


def _resume(tx: Transaction, duty: Duty, step: Step, _event_id: int) -> None:
    """Who comes back from a break to no batch may have one now."""
    if step.outcome.task.state is PickState.WAITING:
        give_batch(tx, duty.row.id)


def _put_back(tx: Transaction, duty: Duty, _step: Step, _event_id: int) -> None:
    errands.ask_to_put_back(tx, duty.row.badge)


def _hand_over(tx: Transaction, duty: Duty, step: Step, event_id: int) -> None:
    hand_over.give(tx, duty.row, step.outcome.ref, event_id)


EFFECTS: Mapping[Effect, Carry] = {
    Effect.COUNT: _count,
    Effect.TAKE_CART: _take_cart,
    Effect.PUT: _put,
    Effect.UNDO: _undo,
    Effect.SHORT: _short,
    Effect.FULL_TOTE: _full_tote,
    Effect.BLOCK: _block,
    Effect.CHANGE_LOT: _change_lot,
    Effect.FINISH: _finish,
    Effect.EMPTY: _empty,
    Effect.COUNT_TASK: _count_left,
    Effect.RESUME: _resume,
    Effect.HAND_OVER: _hand_over,
    Effect.PUT_BACK: _put_back,
}
ALSO: Mapping[Effect, Carry] = {Effect.COUNT_TASK: _count_beside}

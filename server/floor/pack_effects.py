"""What a step of packing does to the house: orders, parcels, stock and totes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from server.core.terms import Effect, Outcome, PackState, PackTask
from server.floor import memory
from server.store import serials, stock, tasks, weights, work
from server.store.rows import AnyRow
from server.store.transaction import News, Transaction


@dataclass(frozen=True, slots=True)
class Duty:
    """A packing task as stored, and the rules' view of it."""

    row: AnyRow
    view: PackTask


@dataclass(frozen=True, slots=True)
class Step:
    """One step of packing: the task before it, and what was decided."""

    before: PackTask
    outcome: Outcome[PackTask]


Carry = Callable[[Transaction, Duty, Step, int], None]


def standing_task(tx: Transaction, badge: str) -> int:
    """The packer's unfinished task; a new one that asks for a tote when there is none."""
    return tasks.standing(tx.connection, badge, "pack") or tasks.add_task(
        tx.connection, tx.now, "pack", PackState.TOTE.value, badge=badge
    )


def carry_out(tx: Transaction, duty: Duty, steps: Sequence[Step], event_id: int) -> None:
    """Store the task as the steps leave it, then their effects, under the event of the intent."""
    task = steps[-1].outcome.task
    if any(step.outcome.task != step.before for step in steps):
        _save(tx, duty, steps, task)
    for step in steps:
        effect = EFFECTS.get(step.outcome.effect)
        if effect is not None:
            effect(tx, duty, step, event_id)


def _save(tx: Transaction, duty: Duty, steps: Sequence[Step], task: PackTask) -> None:
    kept = duty.row.memory
    for step in steps:
        kept = memory.after(step.outcome.effect, step.outcome.task.last, kept)
    tasks.keep_cursor(
        tx.connection,
        duty.row.id,
        state=task.state.value,
        asked=task.asked,
        order_ref=task.order_ref or None,
        cart="",
        at_location="",
        in_hand_each=0,
        carton=task.carton,
        line_id=None if task.line is None else task.line.line_id,
        memory=kept,
    )


def _open_order(tx: Transaction, duty: Duty, step: Step, _event_id: int) -> None:
    """The order's lines come to the bench as a new version of the task."""
    order_ref = step.outcome.ref
    tasks.save_task(tx.connection, duty.row.id, order_ref=order_ref)
    work.open_order(tx.connection, duty.row.id, order_ref)
    _announce(tx, duty)


def _announce(tx: Transaction, duty: Duty) -> None:
    tx.tell(News("task", duty.row.id, tasks.next_version(tx.connection, duty.row.id)))


def _take_carton(tx: Transaction, duty: Duty, step: Step, _event_id: int) -> None:
    """A parcel begins; one in which nothing lies yet has only changed its box."""
    for parcel in work.open_parcels(tx.connection, duty.row.id):
        if not work.in_account(tx.connection, _parcel(parcel)):
            work.drop_parcel(tx.connection, parcel)
    work.open_parcel(tx.connection, step.outcome.task.order_ref, duty.row.id, step.outcome.ref)


def _pack(tx: Transaction, duty: Duty, step: Step, event_id: int) -> None:
    """Verified units go from the order's totes into the parcel, lot by lot; fewer of them go back where they were."""
    line, qty = step.outcome.task.line, step.outcome.qty_each
    assert line is not None  # the rules pack nothing without a line
    if qty > 0:
        _into_parcel(tx, duty, line.sku, qty, event_id)
    else:
        _out_of_parcel(tx, duty, line.sku, -qty, event_id)
    work.pack(tx.connection, line.line_id, qty)
    if step.outcome.serial:
        _pack_serial(tx, duty, line.sku, step.outcome.serial, into=qty > 0)


def _pack_serial(tx: Transaction, duty: Duty, sku: str, serial: str, into: bool) -> None:
    """The serial that was scanned goes with its unit."""
    parcel_id = work.parcel_of(tx.connection, duty.row.id)
    if into:
        serials.pack(tx.connection, sku, serial, duty.row.order_ref, _parcel(parcel_id), parcel_id)
    else:
        tote = work.totes_of(tx.connection, duty.row.order_ref)[0]
        serials.pack(tx.connection, sku, serial, duty.row.order_ref, stock.in_tote(tote), None)


def _weigh(tx: Transaction, duty: Duty, step: Step, _event_id: int) -> None:
    weights.weigh_parcel(tx.connection, work.parcel_of(tx.connection, duty.row.id), step.outcome.qty_each)


def _into_parcel(tx: Transaction, duty: Duty, sku: str, qty_each: int, event_id: int) -> None:
    parcel = _parcel(work.parcel_of(tx.connection, duty.row.id))
    left = qty_each
    for row in work.in_totes(tx.connection, duty.row.order_ref, sku):
        part = min(left, row.on_hand_each)
        if part:
            stock.move(tx.connection, tx.now, row.sku, row.lot, part, row.account, parcel, "packed", event_id)
            left -= part


def _out_of_parcel(tx: Transaction, duty: Duty, sku: str, qty_each: int, event_id: int) -> None:
    """The units that came last go back first, each lot into the tote it came from."""
    left = qty_each
    for parcel in reversed(work.open_parcels(tx.connection, duty.row.id)):
        for tote, lot, came in reversed(_came_into(tx, _parcel(parcel), sku)):
            part = min(left, came)
            if part:
                stock.move(tx.connection, tx.now, sku, lot, part, _parcel(parcel), tote, "taken out", event_id)
                left -= part


def _came_into(tx: Transaction, parcel: str, sku: str) -> list[tuple[str, str, int]]:
    """What lies in the parcel: (tote it came from, lot, eaches), in the order in which it came."""
    came: list[tuple[str, str, int]] = []
    for move in work.moves_through(tx.connection, parcel, sku):
        if move.to_account == parcel:
            came.append((move.from_account, move.lot, move.qty_each))
            continue
        back = move.qty_each
        for place in range(len(came) - 1, -1, -1):
            tote, lot, qty = came[place]
            part = min(back, qty) if (tote, lot) == (move.to_account, move.lot) else 0
            came[place] = (tote, lot, qty - part)
            back -= part
    return came


def _parcel(parcel_id: int) -> str:
    return f"parcel:{parcel_id}"


def _undo(tx: Transaction, duty: Duty, step: Step, _event_id: int) -> None:
    """A carton or an order that was taken by mistake is as if it had not been; nothing of it is packed yet."""
    last = step.before.last
    assert last is not None  # the rules undo nothing else
    for parcel in work.open_parcels(tx.connection, duty.row.id):
        work.drop_parcel(tx.connection, parcel)
    if last.effect is Effect.OPEN_ORDER:
        work.leave_order(tx.connection, duty.row.id, last.ref)
    _announce(tx, duty)


def _ship(tx: Transaction, duty: Duty, _step: Step, event_id: int) -> None:
    """The carton is closed and leaves; the packer's next task asks for a tote."""
    for parcel in map(_parcel, work.open_parcels(tx.connection, duty.row.id)):
        for row in work.in_account(tx.connection, parcel):
            stock.move(
                tx.connection, tx.now, row.sku, row.lot, row.on_hand_each, parcel, "shipped", "shipped", event_id
            )
    work.ship(tx.connection, tx.now, duty.row.id, duty.row.order_ref)
    serials.ship(tx.connection, duty.row.order_ref)
    tasks.end_task(tx.connection, tx.now, duty.row.id, "done")
    following = standing_task(tx, duty.row.badge)
    tx.tell(News("task", following, duty.row.badge))
    tx.tell(News("shipped", duty.row.id))


def _ship_partial(tx: Transaction, duty: Duty, step: Step, event_id: int) -> None:
    """What did not turn up at the bench is written off and short; the rest is shipped."""
    missing: dict[str, int] = {}
    for row in work.in_totes(tx.connection, duty.row.order_ref):
        stock.move(
            tx.connection,
            tx.now,
            row.sku,
            row.lot,
            row.on_hand_each,
            row.account,
            "adjustment",
            "not in tote",
            event_id,
        )
        missing[row.sku] = missing.get(row.sku, 0) + row.on_hand_each
    for sku in missing:
        serials.leave_behind(tx.connection, duty.row.order_ref, sku)
    for line in work.picked_lines(tx.connection, duty.row.order_ref):
        part = min(missing.get(line.sku, 0), line.picked_each)
        if part:
            work.not_sent(tx.connection, line.id, part)
            missing[line.sku] -= part
    _ship(tx, duty, step, event_id)


EFFECTS: Mapping[Effect, Carry] = {
    Effect.OPEN_ORDER: _open_order,
    Effect.TAKE_CARTON: _take_carton,
    Effect.PACK: _pack,
    Effect.UNDO: _undo,
    Effect.WEIGH: _weigh,
    Effect.SHIP: _ship,
    Effect.SHIP_PARTIAL: _ship_partial,
}

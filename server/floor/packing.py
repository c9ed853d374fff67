"""A packer's intents: load the task, let the rules decide, carry out the effect."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from server.core import flow, gs1
from server.core.terms import Effect, Intent, Outcome, PackLine, PackState, PackTask, Scan, Thing, ThingKind
from server.floor import meaning, memory
from server.floor.decision import Decision
from server.store import stock, tasks, work
from server.store.rows import AnyRow
from server.store.transaction import News, Transaction


@dataclass(frozen=True, slots=True)
class Duty:
    """A packing task as stored, the rules' view of it, and what was decided."""

    row: AnyRow
    view: PackTask
    outcome: Outcome[PackTask]


def decide(tx: Transaction, intent: Intent, rows: Sequence[AnyRow]) -> Decision:
    """Decide a packer's intent on the task in `rows`; nothing is stored until the decision is carried out."""
    row = rows[0]
    scan = gs1.parse(intent.label)
    found, scan = _things(tx, scan)
    view = _view(tx, row, found)
    outcome = flow.step_pack(view, intent, scan, found)
    line = outcome.task.line
    return Decision(
        reply=outcome.reply,
        effect=outcome.effect,
        about=None if line is None else line.line_id,
        qty_each=outcome.qty_each,
        cursor=cursor(outcome.task),
        carry_out=partial(_carry_out, tx, Duty(row, view, outcome)),
    )


def standing_task(tx: Transaction, badge: str) -> int:
    """The packer's unfinished task; a new one that asks for a tote when there is none."""
    return tasks.standing(tx.connection, badge, "pack") or tasks.add_task(
        tx.connection, tx.now, "pack", PackState.TOTE.value, badge=badge
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


def _view(tx: Transaction, row: AnyRow, found: Iterable[Thing]) -> PackTask:
    order_ref = row.order_ref or ""
    return PackTask(
        task_id=f"T{row.id}",
        version=row.version,
        state=PackState(row.state),
        order_ref=order_ref,
        totes=work.totes_of(tx.connection, order_ref) if order_ref else (),
        carton=row.carton,
        line=_line(tx, row, found) if order_ref else None,
        missing_each=tasks.unpacked_each(tx.connection, row.id) if order_ref else 0,
        asked=row.asked,
    )


def _line(tx: Transaction, row: AnyRow, found: Iterable[Thing]) -> PackLine | None:
    """The line of the item scanned; without one, the line that a question is open about."""
    sku = next((thing.ref for thing in found if thing.kind is ThingKind.ITEM), "")
    line = tasks.pack_line(tx.connection, row.id, sku=sku, line_id=row.line_id or 0)
    if line is None:
        return None
    return PackLine(line.id, line.sku, line.name, line.qty_each, line.packed_each, line.count_each_up_to)


def _things(tx: Transaction, scan: Scan) -> tuple[tuple[Thing, ...], Scan]:
    """What the label belongs to; of two labels glued by a lost terminator, the first is taken (case 34)."""
    found = _look_up(tx, scan)
    if found or scan.fault not in ("", "read_error"):
        return found, scan
    parts = meaning.unglue(tx.connection, scan)
    if not parts:
        return found, scan
    first = gs1.parse(parts[0])
    return _look_up(tx, first), first


def _look_up(tx: Transaction, scan: Scan) -> tuple[Thing, ...]:
    if not scan.keys:
        return ()
    return tuple(_thing(tx, row) for row in tasks.things(tx.connection, scan.keys))


def _thing(tx: Transaction, row: AnyRow) -> Thing:
    thing = meaning.thing(row)
    if thing.kind is not ThingKind.TOTE or thing.state not in ("busy", "full", "staged"):
        return thing
    missing = tasks.unfinished_each(tx.connection, thing.order_ref) + work.rolling_each(tx.connection, thing.order_ref)
    return meaning.missing(thing, missing) if missing else thing


# --- effects ------------------------------------------------------------------------------------------------------


def _carry_out(tx: Transaction, duty: Duty, event_id: int) -> None:
    task = duty.outcome.task
    if task != duty.view:
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
            memory=memory.of(task.last, duty.row.memory),
        )
    effect = EFFECTS.get(duty.outcome.effect)
    if effect is not None:
        effect(tx, duty, event_id)


def _open_order(tx: Transaction, duty: Duty, _event_id: int) -> None:
    """The order's lines come to the bench as a new version of the task."""
    order_ref = duty.outcome.ref
    tasks.save_task(tx.connection, duty.row.id, order_ref=order_ref)
    work.open_order(tx.connection, duty.row.id, order_ref)
    tx.tell(News("task", duty.row.id, tasks.next_version(tx.connection, duty.row.id)))


def _take_carton(tx: Transaction, duty: Duty, _event_id: int) -> None:
    work.open_parcel(tx.connection, duty.row.order_ref, duty.row.id, duty.outcome.ref)


def _pack(tx: Transaction, duty: Duty, event_id: int) -> None:
    """Verified units go from the order's totes into the parcel, lot by lot."""
    line = duty.outcome.task.line
    assert line is not None
    parcel = f"parcel:{work.parcel_of(tx.connection, duty.row.id)}"
    left = duty.outcome.qty_each
    for row in work.in_totes(tx.connection, duty.row.order_ref, line.sku):
        part = min(left, row.on_hand_each)
        if part:
            stock.move(tx.connection, tx.now, row.sku, row.lot, part, row.account, parcel, "packed", event_id)
            left -= part
    work.pack(tx.connection, line.line_id, duty.outcome.qty_each)


def _ship(tx: Transaction, duty: Duty, event_id: int) -> None:
    """The carton is closed and leaves; the packer's next task asks for a tote."""
    parcel = f"parcel:{work.parcel_of(tx.connection, duty.row.id)}"
    for row in work.in_account(tx.connection, parcel):
        stock.move(tx.connection, tx.now, row.sku, row.lot, row.on_hand_each, parcel, "shipped", "shipped", event_id)
    work.ship(tx.connection, tx.now, duty.row.id, duty.row.order_ref)
    tasks.end_task(tx.connection, tx.now, duty.row.id, "done")
    following = standing_task(tx, duty.row.badge)
    tx.tell(News("task", following, duty.row.badge))
    tx.tell(News("shipped", duty.row.id))


def _ship_partial(tx: Transaction, duty: Duty, event_id: int) -> None:
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
    for line in work.picked_lines(tx.connection, duty.row.order_ref):
        part = min(missing.get(line.sku, 0), line.picked_each)
        if part:
            work.not_sent(tx.connection, line.id, part)
            missing[line.sku] -= part
    _ship(tx, duty, event_id)


Carry = Callable[[Transaction, Duty, int], None]

EFFECTS: Mapping[Effect, Carry] = {
    Effect.OPEN_ORDER: _open_order,
    Effect.TAKE_CARTON: _take_carton,
    Effect.PACK: _pack,
    Effect.SHIP: _ship,
    Effect.SHIP_PARTIAL: _ship_partial,
}

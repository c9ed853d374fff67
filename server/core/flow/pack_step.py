"""A packing step: signal, row, the task after it, and what is said about it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from server.core.flow.found import Found, question
from server.core.flow.outcomes import outcome_of, reply_of
from server.core.flow.pack_signals import pack_signal
from server.core.flow.pack_table import PACK_TABLE
from server.core.flow.replies import PACK_ACTIONS, pack_wanted, scanned_text
from server.core.flow.rows import NOISE, Jump, Row, Table
from server.core.terms import Done, Effect, Intent, Outcome, PackState, PackTask, Scan, Thing

Arg = str | int
TakeArg = Callable[[PackTask, PackTask, Found, Intent], Arg]
Change = Callable[[PackTask, Found, Row, str], PackTask]


def step_pack(task: PackTask, intent: Intent, scan: Scan, things: Sequence[Thing]) -> Outcome[PackTask]:
    """Decide one intent of a packer: what it means, the task after it, its effect and its reply. Pure; never raises.

    `things` are what the scan's keys belong to; `task.line` must be the line of the scanned item, when there is one.
    """
    return pack_outcome(PACK_TABLE, task, intent, scan, things)


def pack_outcome(
    table: Table, task: PackTask, intent: Intent, scan: Scan, things: Sequence[Thing]
) -> Outcome[PackTask]:
    """A step by a given table: the mutation tests hand in broken ones."""
    found = pack_signal(task, intent, scan, things)
    row = table[task.state][found.signal]
    after = _after(task, found, row)
    reply = reply_of(
        row,
        scanned_text(intent, scan),
        pack_wanted(after),
        after.asked,
        PACK_ACTIONS[after.state],
        lambda name: PACK_ARGS[name](task, after, found, intent),
    )
    return outcome_of(row, found, after, reply, Effect.PACK)


def _after(task: PackTask, found: Found, row: Row) -> PackTask:
    asked = _asked(task, found, row)
    if row.effect is not Effect.NOTHING:
        return _CHANGES[row.effect](task, found, row, asked)
    return (
        task if asked == task.asked and row.next is Jump.STAY else replace(task, state=_state(task, row), asked=asked)
    )


def _asked(task: PackTask, found: Found, row: Row) -> str:
    """The question that waits after the step. A parcel held for its weight stays held whatever else is scanned."""
    if row.asks:
        return f"{row.asks}:{found.qty_each}:{found.ref}"
    held = question(task).kind == "weight" and row.effect is Effect.NOTHING
    return task.asked if held or found.signal in NOISE else ""


def _state(task: PackTask, row: Row) -> PackState:
    if isinstance(row.next, PackState):
        return row.next
    return PackState(task.last.state) if row.next is Jump.BACK and task.last is not None else task.state


def _open_order(task: PackTask, found: Found, row: Row, asked: str) -> PackTask:
    last = Done(Effect.OPEN_ORDER, ref=found.ref, state=task.state)
    return replace(
        task, state=_state(task, row), order_ref=found.ref, totes=(found.note,), line=None, asked=asked, last=last
    )


def _take_carton(task: PackTask, found: Found, row: Row, asked: str) -> PackTask:
    last = Done(Effect.TAKE_CARTON, ref=found.ref, state=task.state) if not task.carton else None
    return replace(task, state=_state(task, row), carton=found.ref, asked=asked, last=last)


def _pack(task: PackTask, found: Found, row: Row, asked: str) -> PackTask:
    """Units into the carton, or undone: out of it again."""
    line, units = task.line, found.qty_each
    last = None
    if row.next is not Jump.BACK:
        last = Done(Effect.PACK, units, found.ref, found.lot, found.serial, task.state)
    return PackTask(
        task.task_id,
        task.version,
        _state(task, row),
        task.order_ref,
        task.totes,
        task.carton,
        None if line is None else replace(line, packed_each=line.packed_each + units),
        task.missing_each - units,
        asked,
        last if units else task.last,
        None if task.packed_each is None else task.packed_each + units,
        task.expected_g,
        task.tolerance_g,
        task.carrier,
        task.carrier_down,
        task.shipped_ref,
    )


def _end(task: PackTask, _found: Found, row: Row, asked: str) -> PackTask:
    return replace(task, state=_state(task, row), asked=asked, last=None)


def _beside(task: PackTask, _found: Found, row: Row, asked: str) -> PackTask:
    """Something was done beside the counting: a label printed, a weight taken."""
    return replace(task, state=_state(task, row), asked=asked)


def _undo(task: PackTask, _found: Found, row: Row, asked: str) -> PackTask:
    opened = task.last is not None and task.last.effect is Effect.OPEN_ORDER
    return replace(
        task,
        state=_state(task, row),
        order_ref="" if opened else task.order_ref,
        totes=() if opened else task.totes,
        line=None if opened else task.line,
        missing_each=0 if opened else task.missing_each,
        carton="",
        asked=asked,
        last=None,
    )


_CHANGES: Mapping[Effect, Change] = MappingProxyType(
    {
        Effect.OPEN_ORDER: _open_order,
        Effect.TAKE_CARTON: _take_carton,
        Effect.PACK: _pack,
        Effect.SHIP: _end,
        Effect.SHIP_PARTIAL: _end,
        Effect.PRINT: _beside,
        Effect.WEIGH: _beside,
        Effect.UNDO: _undo,
    }
)


def _of_line(name: str) -> TakeArg:
    def take(_before: PackTask, after: PackTask, _found: Found, _intent: Intent) -> Arg:
        value: Arg = getattr(after.line, name, 0)
        return value

    return take


def _left(before: PackTask, _after: PackTask, _found: Found, _intent: Intent) -> int:
    return 0 if before.line is None else before.line.qty_each - before.line.packed_each


PACK_ARGS: Mapping[str, TakeArg] = MappingProxyType(
    {
        "n": lambda _before, _after, found, _intent: found.qty_each,
        "have": _of_line("packed_each"),
        "of": _of_line("qty_each"),
        "left": _left,
        "missing": lambda _before, after, _found, _intent: after.missing_each,
        "sku": lambda _before, _after, found, _intent: found.ref,
        "ref": lambda _before, _after, found, _intent: found.note or found.ref,
        "order": lambda before, after, _found, _intent: after.order_ref or before.order_ref or before.shipped_ref,
        "carton": lambda _before, after, _found, _intent: after.carton,
        "effect": lambda _before, _after, found, _intent: found.note,
        "act": lambda _before, _after, found, _intent: found.note,
        "typed": lambda _before, _after, _found, intent: intent.qty or 0,
        "grams": lambda _before, _after, found, _intent: found.qty_each,
        "carrier": lambda before, _after, _found, _intent: before.carrier,
        "expected": lambda before, _after, _found, _intent: before.expected_g or 0,
    }
)

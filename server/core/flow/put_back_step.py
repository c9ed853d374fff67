"""A step of putting goods back: signal, row, the task after it, and what is said about it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from server.core.flow.found import Found
from server.core.flow.outcomes import outcome_of, reply_of
from server.core.flow.put_back_signals import put_back_signal
from server.core.flow.put_back_table import PUT_BACK_TABLE
from server.core.flow.replies import PUT_BACK_ACTIONS, put_back_wanted, scanned_text
from server.core.flow.rows import NOISE, Jump, Row, Table
from server.core.terms import Done, Effect, Intent, Outcome, PutBackState, PutBackTask, Scan, Thing

Arg = str | int
TakeArg = Callable[[PutBackTask, PutBackTask, Found, Intent], Arg]


def step_put_back(task: PutBackTask, intent: Intent, scan: Scan, things: Sequence[Thing]) -> Outcome[PutBackTask]:
    """Decide one intent of who puts goods back: its meaning, the task after it, effect and reply. Pure; never raises.

    `things` are what the scan's keys belong to.
    """
    return put_back_outcome(PUT_BACK_TABLE, task, intent, scan, things)


def put_back_outcome(
    table: Table, task: PutBackTask, intent: Intent, scan: Scan, things: Sequence[Thing]
) -> Outcome[PutBackTask]:
    """A step by a given table: the mutation tests hand in broken ones."""
    found = put_back_signal(task, intent, scan, things)
    row = table[task.state][found.signal]
    after = _after(task, found, row)
    reply = reply_of(
        row,
        scanned_text(intent, scan),
        put_back_wanted(after),
        after.asked,
        PUT_BACK_ACTIONS[after.state],
        lambda name: PUT_BACK_ARGS[name](task, after, found, intent),
    )
    return outcome_of(row, found, after, reply, Effect.COUNT)


def _after(task: PutBackTask, found: Found, row: Row) -> PutBackTask:
    asked = _asked(task, found, row)
    changed = replace(task, state=_state(task, row), asked=asked)
    return changed if row.effect is Effect.NOTHING else _CHANGES[row.effect](task, changed, found, row)


def _asked(task: PutBackTask, found: Found, row: Row) -> str:
    if row.asks:
        return f"{row.asks}:{found.qty_each}:{found.ref}"
    return task.asked if found.signal in NOISE else ""


def _state(task: PutBackTask, row: Row) -> PutBackState:
    if isinstance(row.next, PutBackState):
        return row.next
    return PutBackState(task.last.state) if row.next is Jump.BACK and task.last is not None else task.state


def _count(task: PutBackTask, changed: PutBackTask, found: Found, row: Row) -> PutBackTask:
    last = None
    if row.next is not Jump.BACK:
        last = Done(Effect.COUNT, found.qty_each, found.ref, found.lot, found.serial, task.state)
    in_hand = task.in_hand_each + found.qty_each
    return replace(changed, in_hand_each=in_hand, last=last if found.qty_each else task.last)


def _open_tote(task: PutBackTask, changed: PutBackTask, found: Found, _row: Row) -> PutBackTask:
    return replace(changed, last=Done(Effect.OPEN_TOTE, ref=found.ref, state=task.state))


def _short(task: PutBackTask, changed: PutBackTask, found: Found, row: Row) -> PutBackTask:
    """Fewer are put back; or, undone, as many as before."""
    last = None
    if row.next is not Jump.BACK:
        last = Done(Effect.SHORT, found.qty_each, found.ref, found.lot, state=task.state)
    return replace(changed, qty_each=task.qty_each - found.qty_each, last=last)


def _end(_task: PutBackTask, changed: PutBackTask, _found: Found, _row: Row) -> PutBackTask:
    return replace(changed, last=None)


_CHANGES: Mapping[Effect, Callable[[PutBackTask, PutBackTask, Found, Row], PutBackTask]] = MappingProxyType(
    {
        Effect.OPEN_TOTE: _open_tote,
        Effect.COUNT: _count,
        Effect.SHORT: _short,
        Effect.STOW: _end,
        Effect.LEAVE: _end,
        Effect.UNDO: _end,
    }
)

PUT_BACK_ARGS: Mapping[str, TakeArg] = MappingProxyType(
    {
        "n": lambda _before, _after, found, _intent: found.qty_each,
        "have": lambda _before, after, _found, _intent: after.in_hand_each,
        "left": lambda before, _after, _found, _intent: before.qty_each - before.in_hand_each,
        "of": lambda before, _after, _found, _intent: before.qty_each,
        "sku": lambda before, _after, _found, _intent: before.sku,
        "tote": lambda before, _after, _found, _intent: before.tote,
        "location": lambda before, _after, _found, _intent: before.location_code,
        "lot": lambda _before, _after, found, _intent: found.lot,
        "line_lot": lambda before, _after, _found, _intent: before.lot,
        "ref": lambda _before, _after, found, _intent: found.ref,
        "effect": lambda _before, _after, found, _intent: found.note,
        "act": lambda _before, _after, found, _intent: found.note,
        "typed": lambda _before, _after, _found, intent: intent.qty or 0,
    }
)

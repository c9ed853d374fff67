"""A pick step: signal, row, the task after it, and what is said about it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from server.core.flow.found import Found
from server.core.flow.outcomes import outcome_of, reply_of
from server.core.flow.pick_breaks import awake
from server.core.flow.pick_signals import pick_signal
from server.core.flow.pick_table import PICK_TABLE
from server.core.flow.replies import PICK_ACTIONS, pick_wanted, scanned_text
from server.core.flow.rows import NOISE, Jump, Row, Table
from server.core.flow.say_pick import PICK_ARGS
from server.core.terms import Done, Effect, Intent, Outcome, PickLine, PickState, PickTask, Scan, Thing

Change = Callable[[PickTask, Found, Row, str], PickTask]


def step_pick(task: PickTask, intent: Intent, scan: Scan, things: Sequence[Thing]) -> Outcome[PickTask]:
    """Decide one intent of a picker: what it means, the task after it, its effect and its reply. Pure; never raises.

    `things` are what the scan's keys belong to (the keeper's lookup; empty for a label that nobody knows).
    """
    return pick_outcome(PICK_TABLE, task, intent, scan, things)


def pick_outcome(
    table: Table, task: PickTask, intent: Intent, scan: Scan, things: Sequence[Thing]
) -> Outcome[PickTask]:
    """A step by a given table: the mutation tests hand in broken ones."""
    task = awake(task, intent)
    found = pick_signal(task, intent, scan, things)
    row = table[task.state][found.signal]
    after = _after(task, found, row)
    reply = reply_of(
        row,
        scanned_text(intent, scan),
        pick_wanted(after),
        after.asked,
        PICK_ACTIONS[after.state],
        lambda name: PICK_ARGS[name](task, after, found, intent),
    )
    return outcome_of(row, found, after, reply, Effect.COUNT, scan.weight_g)


def _after(task: PickTask, found: Found, row: Row) -> PickTask:
    asked = _asked(task, found, row)
    if row.effect is not Effect.NOTHING:
        return _CHANGES[row.effect](task, found, row, asked)
    if asked == task.asked and row.next is Jump.STAY:
        return task
    return replace(task, state=_state(task, row), asked=asked)


def _asked(task: PickTask, found: Found, row: Row) -> str:
    """The question that waits after the step: a new one, the old one behind mere noise, else none."""
    if not row.asks:
        return task.asked if task.asked and found.signal in NOISE else ""
    line = task.line
    ref = line.location_code if row.asks == "zero" and line is not None else found.lot or found.ref
    return f"{row.asks}:{found.qty_each}:{ref}"


def _state(task: PickTask, row: Row) -> PickState:
    if isinstance(row.next, PickState):
        return row.next
    return PickState(task.last.state) if row.next is Jump.BACK and task.last is not None else task.state


def _take_cart(task: PickTask, found: Found, row: Row, asked: str) -> PickTask:
    last = Done(Effect.TAKE_CART, ref=found.ref, state=task.state)
    return replace(task, state=_state(task, row), cart=found.ref, asked=asked, last=last)


def _arrive(task: PickTask, found: Found, row: Row, asked: str) -> PickTask:
    last = Done(Effect.ARRIVE, ref=found.ref, state=task.state)
    return PickTask(
        task.task_id,
        task.version,
        _state(task, row),
        task.cart,
        found.ref,
        task.in_hand_each,
        task.line,
        task.following,
        asked,
        last,
        task.station,
    )


def _count(task: PickTask, found: Found, row: Row, asked: str) -> PickTask:
    """Units into the hand, or out of it again; the serials on the line follow them."""
    last = None
    if row.next is not Jump.BACK:
        last = Done(Effect.COUNT, found.qty_each, found.ref, found.lot, found.serial, task.state)
    return PickTask(
        task.task_id,
        task.version,
        _state(task, row),
        task.cart,
        task.at_location,
        task.in_hand_each + found.qty_each,
        _with_serial(task.line, found) if found.serial else task.line,
        task.following,
        asked,
        last if found.qty_each else task.last,
        task.station,
    )


def _with_serial(line: PickLine | None, found: Found) -> PickLine | None:
    if line is None:
        return None
    others = tuple(serial for serial in line.serials if serial != found.serial)
    return replace(line, serials=(*others, found.serial) if found.qty_each > 0 else others)


def _put(task: PickTask, found: Found, row: Row, asked: str) -> PickTask:
    """Units from the hand into the tote. The slot is bound to it, for this line and for the next of the same slot."""
    line = task.line
    last = Done(Effect.PUT, found.qty_each, found.ref, found.lot, state=task.state, line=line)
    if line is None:
        return task
    following = _bound(task.following, line.slot, found.ref)
    if row.next is Jump.NEXT_LINE:
        return _next_line(task, following, asked, last)
    put = replace(line, picked_each=line.picked_each + found.qty_each, tote=found.ref)
    return replace(task, state=_state(task, row), in_hand_each=0, line=put, following=following, asked=asked, last=last)


def _bound(line: PickLine | None, slot: int, tote: str) -> PickLine | None:
    """The line with this tote, when it goes into the same slot."""
    return replace(line, tote=tote) if line is not None and line.slot == slot and line.tote != tote else line


def _next_line(task: PickTask, following: PickLine | None, asked: str, last: Done | None) -> PickTask:
    """The line is closed: on with the following one, or to a station."""
    here = following is not None and following.location_code == task.at_location
    state = PickState.STATION if following is None else PickState.ITEM if here else PickState.LOCATION
    return PickTask(
        task.task_id,
        task.version,
        state,
        task.cart,
        task.at_location if here else "",
        0,
        following,
        None,
        asked,
        last,
        task.station,
    )


def _short(task: PickTask, found: Found, row: Row, asked: str) -> PickTask:
    """What cannot be had is off the line: closed when nothing is in hand, else down to what goes into the tote."""
    if row.next is Jump.BACK:
        return _undo(task, found, row, asked)
    line = task.line
    last = Done(Effect.SHORT, found.qty_each, found.ref, found.lot, state=task.state, line=line)
    if line is None or row.next is Jump.NEXT_LINE:
        return _next_line(task, task.following, asked, last)
    kept = replace(line, qty_each=line.picked_each + task.in_hand_each)
    return replace(task, state=_state(task, row), line=kept, asked=asked, last=last)


def _full_tote(task: PickTask, found: Found, row: Row, asked: str) -> PickTask:
    line = task.line
    if line is None:
        return task
    last = Done(Effect.FULL_TOTE, ref=found.ref, state=task.state, line=line)
    return replace(_with_tote(task, line.slot, ""), state=_state(task, row), asked=asked, last=last)


def _with_tote(task: PickTask, slot: int, tote: str) -> PickTask:
    """The task, its lines of this slot going into that tote."""
    return replace(task, line=_bound(task.line, slot, tote), following=_bound(task.following, slot, tote))


def _change_lot(task: PickTask, found: Found, row: Row, asked: str) -> PickTask:
    """The line is served from another lot, of which units are in hand; or, undone, from its own again."""
    line = task.line
    if line is None:
        return task
    last = None
    if row.next is not Jump.BACK:
        last = Done(Effect.CHANGE_LOT, found.qty_each, found.ref, line.lot, state=task.state)
    dates = dict(zip(line.lots_here, line.lots_here_expiry, strict=False))
    return replace(
        task,
        state=_state(task, row),
        in_hand_each=task.in_hand_each + found.qty_each,
        line=replace(line, lot=found.lot, expiry=dates.get(found.lot, "")),
        asked=asked,
        last=last,
    )


def _finish(task: PickTask, _found: Found, row: Row, asked: str) -> PickTask:
    return replace(task, state=_state(task, row), asked=asked, last=None)


def _seen(task: PickTask, _found: Found, row: Row, asked: str) -> PickTask:
    """Something about the location was told; the task goes on as it was."""
    return replace(task, state=_state(task, row), asked=asked)


def _resume(task: PickTask, found: Found, row: Row, asked: str) -> PickTask:
    """What was asked before the break is asked again."""
    return replace(task, state=_state(task, row), asked=asked or found.ref)


def _undo(task: PickTask, _found: Found, row: Row, asked: str) -> PickTask:
    last = task.last
    if last is None:
        return task
    line, state = last.line, _state(task, row)
    if line is None:
        cart = "" if last.effect is Effect.TAKE_CART else task.cart
        return replace(task, state=state, cart=cart, at_location="", asked=asked, last=None)
    if last.effect is Effect.FULL_TOTE:
        return replace(_with_tote(task, line.slot, last.ref), state=state, asked=asked, last=None)
    same = task.line is not None and task.line.line_id == line.line_id
    short = last.effect is Effect.SHORT
    return replace(
        task,
        state=state,
        at_location="" if state is PickState.LOCATION else line.location_code,
        in_hand_each=line.qty_each - line.picked_each - last.qty_each if short else last.qty_each,
        line=line,
        following=task.following if same else task.line,
        asked=asked,
        last=None,
    )


_CHANGES: Mapping[Effect, Change] = MappingProxyType(
    {
        Effect.TAKE_CART: _take_cart,
        Effect.ARRIVE: _arrive,
        Effect.COUNT: _count,
        Effect.PUT: _put,
        Effect.SHORT: _short,
        Effect.FULL_TOTE: _full_tote,
        Effect.CHANGE_LOT: _change_lot,
        Effect.FINISH: _finish,
        Effect.EMPTY: _seen,
        Effect.COUNT_TASK: _seen,
        Effect.BLOCK: _seen,
        Effect.UNDO: _undo,
        Effect.PAUSE: _seen,
        Effect.PUT_BACK: _seen,
        Effect.RESUME: _resume,
        Effect.HAND_OVER: _finish,
    }
)

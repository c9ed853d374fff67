"""What a tap or a typed number means for a pick task."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from server.core.flow.found import Found, question
from server.core.flow.pick_breaks import is_paused, pause, resume
from server.core.flow.pick_items import confirmed_lot, counted_again
from server.core.gs1 import ODD_SPACE
from server.core.terms import Act, Effect, Intent, PickLine, PickState, PickTask

_AT_SHELF = frozenset((PickState.ITEM, PickState.QUANTITY, PickState.TOTE))
_AT_LINE = _AT_SHELF | {PickState.LOCATION}
_LINE_ENDS = frozenset((PickState.LOCATION, PickState.ITEM, PickState.STATION))
# The last effect, and the states it can be undone in: a tour that changed meanwhile may have moved the task on.
_UNDONE: Mapping[Effect, tuple[str, frozenset[PickState]]] = MappingProxyType(
    {
        Effect.COUNT: ("undo_count", _AT_SHELF),
        Effect.CHANGE_LOT: ("undo_lot", _AT_SHELF),
        Effect.PUT: ("undo_put", _LINE_ENDS),
        Effect.SHORT: ("undo_short", _LINE_ENDS | {PickState.TOTE}),
        Effect.FULL_TOTE: ("undo_full", _AT_LINE),
        Effect.ARRIVE: ("undo_arrive", frozenset((PickState.ITEM,))),
        Effect.TAKE_CART: ("undo_cart", frozenset((PickState.WAITING,))),
    }
)


def tap_signal(task: PickTask, intent: Intent, act: Act | None = None) -> Found:
    """The signal of a tap; `act` when a command card was scanned in place of it."""
    if task.state is PickState.DONE:
        return Found("finished")
    done = act or intent.act
    reader = _TAPS.get(done)
    return Found("not_now", note=done.value) if reader is None else reader(task, intent)


def _not_now(intent: Intent) -> Found:
    return Found("not_now", note=intent.act.value)


def _line_at(task: PickTask, states: frozenset[PickState]) -> PickLine | None:
    return task.line if task.state in states else None


def _quantity(task: PickTask, intent: Intent) -> Found:
    """An absolute quantity: what is in hand for the line, all told (cases 28, 29, 58)."""
    line = _line_at(task, _AT_SHELF)
    if line is None:
        return _not_now(intent)
    typed = intent.qty
    if line.tracks == "serial":
        return Found("serials_by_scanning", ref=line.sku)
    if typed is None:
        return Found("quantity_text")
    if typed < 1:
        return Found("quantity_negative" if typed < 0 else "quantity_zero")
    if line.picked_each + typed > line.qty_each:
        return Found("quantity_over")
    return _in_hand(task, line, typed)


def _complete(task: PickTask, intent: Intent) -> Found:
    """All that is wanted is in hand (case 30)."""
    line = _line_at(task, _AT_SHELF)
    if line is None:
        return _not_now(intent)
    if line.tracks == "serial":
        return Found("serials_by_scanning", ref=line.sku)
    return _in_hand(task, line, line.qty_each - line.picked_each)


def _in_hand(task: PickTask, line: PickLine, typed: int) -> Found:
    """A number counts only behind a scan of the item, and only above the SKU's limit for counting by scans."""
    if task.in_hand_each == 0:
        return Found("item_first", ref=line.sku)
    if line.qty_each <= line.count_each_up_to:
        return Found("count_by_scanning", ref=line.sku)
    signal = "quantity_done" if line.picked_each + typed == line.qty_each else "quantity"
    return Found(signal, typed - task.in_hand_each, line.sku, line.lot)


def _short(task: PickTask, intent: Intent) -> Found:
    """What is missing cannot be had; before the location is proved, only since nobody can get there (cases 69, 70)."""
    line = _line_at(task, _AT_LINE)
    if line is None:
        return _not_now(intent)
    left = line.qty_each - line.picked_each - task.in_hand_each
    if not intent.reason.strip(ODD_SPACE):
        return Found("short_why")
    if task.state is PickState.LOCATION:
        signal = "short" if intent.reason == "blocked" else "short_early"
    elif left < 1:
        signal = "nothing_missing"
    else:
        signal = "short_kept" if task.in_hand_each else "short"
    return Found(signal, left, line.location_code, line.lot, note=intent.reason)


def _way_blocked(task: PickTask, intent: Intent) -> Found:
    """Nobody gets on to the next stop, or to the station; the shelf itself may be well (that is a short)."""
    if task.line is None and task.state is not PickState.STATION:
        return _not_now(intent)
    return Found("way_blocked", ref=task.line.location_code if task.line else task.station)


def _full_tote(task: PickTask, intent: Intent) -> Found:
    """The tote of this line is full; what is in hand goes into the next one (case 66)."""
    line = _line_at(task, _AT_LINE)
    if line is None:
        return _not_now(intent)
    return Found("full_tote", ref=line.tote) if line.tote else Found("no_tote_yet")


def _confirm(task: PickTask, intent: Intent) -> Found:
    kind, units, ref = question(task)
    line = task.line
    if kind == "pause":
        return resume(task, intent)
    if kind == "station":
        return Found("station_open", ref=ref)
    if line is None:
        return Found("nothing_asked")
    if kind in ("other_lot", "strange_lot"):
        return confirmed_lot(task, line)
    if kind == "both":
        return counted_again(task, line)
    if kind == "blocked":
        return Found("short", units, line.location_code, line.lot)
    return Found("nothing_asked")


def _cancel(task: PickTask, intent: Intent) -> Found:
    if is_paused(task):
        return resume(task, intent)
    return Found("kept" if question(task).kind else "nothing_asked")


def _zero(task: PickTask, intent: Intent) -> Found:
    """The answer to "is the location empty now?" (case 71)."""
    kind, _, location = question(task)
    if kind != "zero":
        return Found("nothing_asked")
    signals: Mapping[int | None, str] = {1: "zero_yes", 0: "zero_no"}
    return Found(signals.get(intent.qty, "zero_unclear"), ref=location)


def _undo(task: PickTask, _intent: Intent) -> Found:
    last = task.last
    known = None if last is None else _UNDONE.get(last.effect)
    if last is None or known is None or task.state not in known[1]:
        return Found("undo_none")
    return Found(known[0], -last.qty_each, last.ref, last.lot, last.serial, last.effect.value)


def _put_back(task: PickTask, intent: Intent) -> Found:
    """Who has no batch asks for goods to put back."""
    if task.state not in (PickState.CART, PickState.WAITING):
        return _not_now(intent)
    return Found("put_back" if task.put_backs else "no_put_back")


_TAPS: Mapping[Act, Callable[[PickTask, Intent], Found]] = MappingProxyType(
    {
        Act.QUANTITY: _quantity,
        Act.COMPLETE: _complete,
        Act.SHORT: _short,
        Act.FULL_TOTE: _full_tote,
        Act.WAY_BLOCKED: _way_blocked,
        Act.CONFIRM: _confirm,
        Act.CANCEL: _cancel,
        Act.ZERO: _zero,
        Act.UNDO: _undo,
        Act.PAUSE: pause,
        Act.PUT_BACK: _put_back,
        Act.RESUME: resume,
    }
)

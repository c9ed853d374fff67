"""What a tap, a typed number or the scale means for a packing task."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from server.core.flow.found import Found, question
from server.core.gs1 import ODD_SPACE
from server.core.terms import Act, Effect, Intent, PackLine, PackState, PackTask

_COUNTING = frozenset((PackState.ITEM, PackState.QUANTITY))
_PACKED = _COUNTING | {PackState.CLOSE}
# The last effect, and the states it can be undone in.
_UNDONE: Mapping[Effect, tuple[str, frozenset[PackState]]] = MappingProxyType(
    {
        Effect.PACK: ("undo_pack", _PACKED),
        Effect.TAKE_CARTON: ("undo_carton", frozenset((PackState.ITEM,))),
        Effect.OPEN_ORDER: ("undo_open", frozenset((PackState.CARTON,))),
    }
)


def pack_tap_signal(task: PackTask, intent: Intent, act: Act | None = None) -> Found:
    """The signal of a tap; `act` when a command card was scanned in place of it."""
    done = act or intent.act
    if task.state is PackState.DONE:
        return Found("print", ref=task.order_ref) if done is Act.LABEL else Found("finished")
    reader = _TAPS.get(done)
    return Found("not_now", note=done.value) if reader is None else reader(task, intent)


def _not_now(intent: Intent) -> Found:
    return Found("not_now", note=intent.act.value)


def _number_fault(typed: int | None) -> Found | None:
    if typed is None:
        return Found("quantity_text")
    if typed < 1:
        return Found("quantity_negative" if typed < 0 else "quantity_zero")
    return None


def _quantity(task: PackTask, intent: Intent) -> Found:
    """An absolute quantity: what of the line is in the carton, all told."""
    if task.state not in _COUNTING:
        return _not_now(intent)
    fault = _number_fault(intent.qty)
    if fault is not None:
        return fault
    assert intent.qty is not None  # that would have been a fault
    if task.line is None:
        return Found("item_first")
    if intent.qty > task.line.qty_each:
        return Found("quantity_over", ref=task.line.sku)
    return _packed(task, task.line, intent.qty)


def _complete(task: PackTask, intent: Intent) -> Found:
    if task.state not in _COUNTING:
        return _not_now(intent)
    return Found("item_first") if task.line is None else _packed(task, task.line, task.line.qty_each)


def _packed(task: PackTask, line: PackLine, typed: int) -> Found:
    """A number counts only behind a scan of the item, and only above the SKU's limit for counting by scans."""
    if line.packed_each == 0:
        return Found("item_first", ref=line.sku)
    if line.qty_each <= line.count_each_up_to:
        return Found("count_by_scanning", ref=line.sku)
    more = typed - line.packed_each
    if more >= task.missing_each:
        return Found("quantity_last", more, line.sku)
    return Found("quantity" if typed == line.qty_each else "quantity_part", more, line.sku)


def _close(task: PackTask, intent: Intent) -> Found:
    """Close the carton: at once when every unit is verified, with a reason when some are missing (case 79)."""
    if task.state is PackState.CLOSE:
        kind, number, _ = question(task)
        found = Found("weight_held" if kind == "weight" else "close", number, task.order_ref)
        return found if kind == "weight" else _booked(task, found)
    if task.state not in _COUNTING:
        return _not_now(intent)
    return Found("nothing_packed" if task.packed_each == 0 else "close_missing", task.missing_each, task.order_ref)


def _booked(task: PackTask, found: Found) -> Found:
    """What the carrier has a part in: while it is down nothing of it is done, and it can be tried again (case 84)."""
    return found._replace(signal="carrier_down") if task.carrier_down else found


def _confirm(task: PackTask, intent: Intent) -> Found:
    kind, number, ref = question(task)
    if kind == "partial":
        if not intent.reason.strip(ODD_SPACE):
            return Found("partial_why", task.missing_each, task.order_ref)
        return _booked(task, Found("partial", task.missing_each, task.order_ref))
    if kind == "carton":
        return Found("next_carton", ref=ref)
    if kind == "weight":
        return Found("weighed", number, task.order_ref)
    return Found("nothing_asked")


def _cancel(task: PackTask, _intent: Intent) -> Found:
    kind, number, ref = question(task)
    if kind == "weight":
        return Found("weight_held", number, ref)
    return Found("kept" if kind else "nothing_asked")


def _label(task: PackTask, intent: Intent) -> Found:
    """The parcel's label: only for what is verified (case 80); printed again, it is the same label (case 86).

    The printer may have jammed as the parcel left, when the bench has its next task already.
    """
    if task.state is PackState.CLOSE:
        return _booked(task, Found("print", ref=task.order_ref))
    if task.state is not PackState.TOTE:
        return Found("label_before_verified")
    return Found("print", ref=task.shipped_ref) if task.shipped_ref else _not_now(intent)


def _weigh(task: PackTask, intent: Intent) -> Found:
    """The parcel's weight: off by more than the tolerance, it is held until weighed again or confirmed (case 83)."""
    if task.state is not PackState.CLOSE:
        return _not_now(intent)
    fault = _number_fault(intent.qty)
    if fault is not None:
        return fault
    assert intent.qty is not None  # that would have been a fault
    fits = task.expected_g is None or abs(intent.qty - task.expected_g) <= task.tolerance_g
    return Found("weighed" if fits else "weight_off", intent.qty, task.order_ref)


def _undo(task: PackTask, _intent: Intent) -> Found:
    last = task.last
    known = None if last is None else _UNDONE.get(last.effect)
    if last is None or known is None or task.state not in known[1]:
        return Found("undo_none")
    return Found(known[0], -last.qty_each, last.ref, last.lot, last.serial, last.effect.value)


_TAPS: Mapping[Act, Callable[[PackTask, Intent], Found]] = MappingProxyType(
    {
        Act.QUANTITY: _quantity,
        Act.COMPLETE: _complete,
        Act.CLOSE: _close,
        Act.CONFIRM: _confirm,
        Act.CANCEL: _cancel,
        Act.LABEL: _label,
        Act.WEIGH: _weigh,
        Act.UNDO: _undo,
    }
)

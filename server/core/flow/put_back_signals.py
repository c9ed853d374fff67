"""What an intent means for goods that are put back: one signal out of the vocabulary of the task's state."""

import re
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from server.core.flow.choose import COMMANDS, PUT_BACK_EXPECTS, choose
from server.core.flow.found import Found, question
from server.core.flow.replies import put_back_wanted
from server.core.gs1 import ODD_SPACE, fold
from server.core.terms import Act, Effect, Intent, PutBackState, PutBackTask, Scan, Thing, ThingKind

_DIGITS = re.compile(r"[0-9]+")
_COUNTING = frozenset((PutBackState.ITEM, PutBackState.QUANTITY))
_BEFORE_SHELF = _COUNTING | {PutBackState.TOTE}


def put_back_signal(task: PutBackTask, intent: Intent, scan: Scan, things: Sequence[Thing]) -> Found:
    """The signal of an intent; `things` are what the scan's keys belong to."""
    if task.state is PutBackState.DONE:
        scanned = intent.act in (Act.SCAN, Act.TYPED)
        return Found("empty" if scanned and scan.fault == "empty" else "finished")
    if intent.act is not Act.SCAN and intent.act is not Act.TYPED:
        return _tap(task, intent, intent.act)
    if scan.fault and not (things and scan.fault == "read_error"):
        return Found(scan.fault)
    if intent.act is Act.TYPED and task.state is PutBackState.LOCATION and task.check_digits:
        typed = _typed_digits(task, scan, things)
        if typed is not None:
            return typed
    if not things:
        act = COMMANDS.get(scan.text)
        return Found("unknown", ref=scan.text) if act is None else _tap(task, intent, act)
    thing = choose(PUT_BACK_EXPECTS.get(task.state), put_back_wanted(task), things)
    reader = _AT[task.state].get(thing.kind)
    return Found(f"is_{thing.kind}", ref=thing.ref) if reader is None else reader(task, scan, thing)


def _typed_digits(task: PutBackTask, scan: Scan, things: Sequence[Thing]) -> Found | None:
    """Check digits typed in place of the shelf's label; the code of that shelf itself proves nothing."""
    if scan.text == task.check_digits:
        return Found("place", task.in_hand_each, task.location_code, task.lot)
    if any(thing.kind is ThingKind.LOCATION and thing.ref == task.location_code for thing in things):
        return Found("digits_wanted", ref=task.location_code)
    wrong = not things and _DIGITS.fullmatch(scan.text) and len(scan.text) <= len(task.check_digits)
    return Found("wrong_digits", ref=task.location_code) if wrong else None


def _tote(task: PutBackTask, _scan: Scan, thing: Thing) -> Found:
    return Found("tote" if thing.ref == task.tote else "not_that_tote", ref=thing.ref)


def _item(task: PutBackTask, scan: Scan, thing: Thing) -> Found:
    if thing.ref != task.sku:
        return Found("other_item", ref=thing.ref)
    if thing.qty_each < 1:
        return Found("unknown_pack", ref=thing.ref)
    if scan.lot and task.lot and fold(scan.lot) != fold(task.lot):
        return Found("other_lot", ref=thing.ref, lot=scan.lot)
    units = thing.qty_each if scan.count is None else thing.qty_each * scan.count
    left = task.qty_each - task.in_hand_each
    if units > left:
        return Found("pack_too_big", units, task.sku, task.lot)
    many = units == 1 and left > task.count_each_up_to
    signal = "item_done" if units == left else "item_many" if many else "item"
    return Found(signal, units, task.sku, task.lot, scan.serial)


def _item_again(task: PutBackTask, _scan: Scan, thing: Thing) -> Found:
    return Found("one_too_many" if thing.ref == task.sku else "other_item", ref=thing.ref)


def _place(task: PutBackTask, _scan: Scan, thing: Thing) -> Found:
    """Where they came from, or where the SKU lies; any other shelf only when it is said twice."""
    if thing.state in ("blocked", "foreign"):
        return Found("blocked_location" if thing.state == "blocked" else "location_not_allowed", ref=thing.ref)
    known = thing.ref == task.location_code or thing.ref in task.locations
    asked = question(task)
    again = asked.kind == "place" and asked.ref == thing.ref
    return Found("place" if known or again else "other_place", task.in_hand_each, thing.ref, task.lot)


_AT: Mapping[PutBackState, Mapping[ThingKind, Callable[[PutBackTask, Scan, Thing], Found]]] = MappingProxyType(
    {
        PutBackState.TOTE: {ThingKind.TOTE: _tote},
        PutBackState.ITEM: {ThingKind.ITEM: _item},
        PutBackState.QUANTITY: {ThingKind.ITEM: _item},
        PutBackState.LOCATION: {ThingKind.LOCATION: _place, ThingKind.ITEM: _item_again},
    }
)


def _tap(task: PutBackTask, intent: Intent, act: Act) -> Found:
    reader = _TAPS.get(act)
    return Found("not_now", note=act.value) if reader is None else reader(task, intent)


def _quantity(task: PutBackTask, intent: Intent) -> Found:
    """An absolute quantity: what is in hand, all told."""
    typed = intent.qty
    if task.state not in _COUNTING:
        return Found("not_now", note=intent.act.value)
    if typed is None:
        return Found("quantity_text")
    if typed < 1:
        return Found("quantity_negative" if typed < 0 else "quantity_zero")
    if typed > task.qty_each:
        return Found("quantity_over")
    return _in_hand(task, typed)


def _complete(task: PutBackTask, intent: Intent) -> Found:
    if task.state not in _COUNTING:
        return Found("not_now", note=intent.act.value)
    return _in_hand(task, task.qty_each)


def _in_hand(task: PutBackTask, typed: int) -> Found:
    """A number counts only behind a scan of the item, and only above the SKU's limit for counting by scans."""
    if task.in_hand_each == 0:
        return Found("item_first", ref=task.sku)
    if task.qty_each <= task.count_each_up_to:
        return Found("count_by_scanning", ref=task.sku)
    signal = "quantity_done" if typed == task.qty_each else "quantity"
    return Found(signal, typed - task.in_hand_each, task.sku, task.lot)


def _short(task: PutBackTask, intent: Intent) -> Found:
    """The rest of the units is not there."""
    if task.state not in _BEFORE_SHELF:
        return Found("not_now", note=intent.act.value)
    if not intent.reason.strip(ODD_SPACE):
        return Found("short_why")
    missing = task.qty_each - task.in_hand_each
    return Found("short_kept" if task.in_hand_each else "short", missing, task.sku, task.lot, note=intent.reason)


def _confirm(task: PutBackTask, _intent: Intent) -> Found:
    kind, _, place = question(task)
    return Found("place", task.in_hand_each, place, task.lot) if kind == "place" else Found("nothing_asked")


def _cancel(task: PutBackTask, _intent: Intent) -> Found:
    """No to a question; else the task is left to somebody else, but never with units in hand."""
    if question(task).kind:
        return Found("kept")
    return Found("empty_hand_first" if task.in_hand_each else "leave", ref=task.sku)


def _undo(task: PutBackTask, _intent: Intent) -> Found:
    last = task.last
    if last is not None and last.effect is Effect.COUNT and task.in_hand_each and task.state is not PutBackState.TOTE:
        return Found("undo_count", -last.qty_each, last.ref, last.lot, last.serial, last.effect.value)
    if last is not None and last.effect is Effect.OPEN_TOTE and task.state is PutBackState.ITEM:
        return Found("undo_tote", ref=last.ref, note=last.effect.value)
    if last is not None and last.effect is Effect.SHORT and task.state is PutBackState.LOCATION:
        return Found("undo_short", -last.qty_each, last.ref, last.lot, note=last.effect.value)
    return Found("undo_none")


_TAPS: Mapping[Act, Callable[[PutBackTask, Intent], Found]] = MappingProxyType(
    {
        Act.QUANTITY: _quantity,
        Act.COMPLETE: _complete,
        Act.SHORT: _short,
        Act.CONFIRM: _confirm,
        Act.CANCEL: _cancel,
        Act.UNDO: _undo,
    }
)

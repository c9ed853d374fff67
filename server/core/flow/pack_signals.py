"""What an intent means for a packing task: one signal out of the vocabulary of the task's state (cases 75–82)."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from server.core.flow.choose import COMMANDS, PACK_EXPECTS, choose
from server.core.flow.found import Found, question
from server.core.flow.pack_taps import pack_tap_signal
from server.core.terms import Act, Intent, PackState, PackTask, Scan, Thing, ThingKind


def pack_signal(task: PackTask, intent: Intent, scan: Scan, things: Sequence[Thing]) -> Found:
    """The signal of an intent for a packing task; `things` are what the scan's keys belong to."""
    state = task.state
    if intent.act is not Act.SCAN and intent.act is not Act.TYPED:
        return pack_tap_signal(task, intent)
    if state is PackState.DONE:
        return _after_done(task, intent, scan, things)
    if scan.fault and not (things and scan.fault == "read_error"):
        return Found(scan.fault)
    if not things:
        act = COMMANDS.get(scan.text)
        return Found("unknown", ref=scan.text) if act is None else pack_tap_signal(task, intent, act)
    thing = choose(PACK_EXPECTS.get(state), _wanted_ref(task), things)
    reader = _READERS.get(thing.kind)
    return Found(f"is_{thing.kind}", ref=thing.ref) if reader is None else reader(task, scan, thing)


def _after_done(task: PackTask, intent: Intent, scan: Scan, things: Sequence[Thing]) -> Found:
    """Nothing more belongs to a closed order but its label, printed again."""
    if scan.fault == "empty":
        return Found("empty")
    reprint = not things and COMMANDS.get(scan.text) is Act.LABEL
    return pack_tap_signal(task, intent, Act.LABEL) if reprint else Found("finished")


def _wanted_ref(task: PackTask) -> str:
    return "" if task.line is None else task.line.sku


def _tote(task: PackTask, _scan: Scan, thing: Thing) -> Found:
    if task.state is not PackState.TOTE:
        return Found("tote_again" if thing.ref in task.totes else "other_tote", ref=thing.ref)
    if thing.state == "staged":
        return Found("tote_ready", ref=thing.order_ref, note=thing.ref)
    if thing.state == "missing":
        return Found("tote_unfinished", thing.qty_each, thing.ref)
    return Found("tote_empty" if thing.state == "free" else "tote_not_here", ref=thing.ref)


def _carton(task: PackTask, _scan: Scan, thing: Thing) -> Found:
    if task.state is PackState.TOTE:
        return Found("is_carton", ref=thing.ref)
    if thing.state == "refused":
        return Found("carton_refused", ref=thing.ref)
    if task.state is PackState.CARTON:
        return Found("carton", ref=thing.ref)
    if thing.ref == task.carton:
        return Found("carton_again", ref=thing.ref)
    kind, grams, order = question(task)
    if kind == "weight":
        return Found("weight_held", grams, order)
    asked_again = task.asked == f"carton:0:{thing.ref}"
    return Found("next_carton" if asked_again else "other_carton", ref=thing.ref)


def _item(task: PackTask, scan: Scan, thing: Thing) -> Found:
    """A unit into the carton; it counts when its line wants it. The same unit twice is one too many, never one less."""
    line = task.line
    if task.state is PackState.TOTE:
        return Found("is_item", ref=thing.ref)
    if line is None or thing.ref != line.sku:
        return Found("not_in_order", ref=thing.ref)
    if task.state is PackState.CARTON:
        return Found("carton_first", ref=thing.ref)
    if thing.qty_each < 1:
        return Found("unknown_pack", ref=thing.ref)
    units = thing.qty_each if scan.count is None else thing.qty_each * scan.count
    left = 0 if task.state is PackState.CLOSE else line.qty_each - line.packed_each
    if units > left:
        return Found("pack_too_big" if left > 0 else "one_too_many", units, line.sku)
    if units >= task.missing_each:
        signal = "item_last"
    else:
        signal = "item_many" if units == 1 and left > line.count_each_up_to else "item"
    return Found(signal, units, line.sku, scan.lot, scan.serial)


_READERS: Mapping[ThingKind, Callable[[PackTask, Scan, Thing], Found]] = MappingProxyType(
    {ThingKind.TOTE: _tote, ThingKind.CARTON: _carton, ThingKind.ITEM: _item}
)

"""What an intent means for a pick task: one signal out of the vocabulary of the task's state."""

import re
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from server.core.flow.choose import COMMANDS, PICK_EXPECTS, choose, pick_wanted
from server.core.flow.found import Found, question
from server.core.flow.pick_breaks import hand_over
from server.core.flow.pick_items import asked_lot, asked_serial, item_signal, load_signal, lot_signal, serial_signal
from server.core.flow.pick_taps import tap_signal
from server.core.terms import Act, Intent, PickLine, PickState, PickTask, Scan, Thing, ThingKind

_DIGITS = re.compile(r"[0-9]+")


def pick_signal(task: PickTask, intent: Intent, scan: Scan, things: Sequence[Thing]) -> Found:
    """The signal of an intent for a task; `things` are what the scan's keys belong to, as the keeper knows it."""
    state = task.state
    if intent.act is not Act.SCAN and intent.act is not Act.TYPED:
        handing = intent.act is Act.HAND_OVER and state is not PickState.DONE
        return hand_over(task, scan, things) if handing else tap_signal(task, intent)
    if scan.fault and not (things and scan.fault == "read_error"):
        return Found("empty" if state is PickState.DONE and scan.fault == "empty" else _fault(state, scan))
    if state is PickState.WAITING:
        again = any(thing.kind is ThingKind.CART and thing.ref == task.cart for thing in things)
        return Found("cart_again" if again else "early")
    if state is PickState.DONE:
        return Found("finished")
    if intent.act is Act.TYPED and state is PickState.LOCATION and task.line is not None:
        typed = _typed_digits(task.line, scan, things)
        if typed is not None:
            return typed
    if not things:
        return _unknown(task, intent, scan)
    thing = choose(PICK_EXPECTS.get(state), pick_wanted(task), things)
    return _AT[state](task, scan, thing, things)


def _fault(state: PickState, scan: Scan) -> str:
    return "finished" if state is PickState.DONE else scan.fault


def _unknown(task: PickTask, intent: Intent, scan: Scan) -> Found:
    """A label that nobody knows: a command on a bench's card, the lot or serial that was asked for, or unknown."""
    act = COMMANDS.get(scan.text)
    if act is not None:
        return tap_signal(task, intent, act)
    if task.line is not None:
        answer = asked_lot(task, task.line, scan) or asked_serial(task, task.line, scan)
        if answer is not None:
            return answer
    return Found("unknown", ref=scan.text)


def _typed_digits(line: PickLine, scan: Scan, things: Sequence[Thing]) -> Found | None:
    """Check digits typed in place of the location's label (case 11); the location's code itself proves nothing."""
    here = Found("right_location", ref=line.location_code)
    if not line.check_digits:
        return None
    if scan.text == line.check_digits:
        return here
    if any(thing.kind is ThingKind.LOCATION and thing.ref == line.location_code for thing in things):
        return Found("digits_wanted", ref=line.location_code)
    if not things and _DIGITS.fullmatch(scan.text) and len(scan.text) <= len(line.check_digits):
        return Found("wrong_digits", ref=line.location_code)
    return None


def _other(thing: Thing) -> Found:
    return Found(f"is_{thing.kind}", ref=thing.ref)


def _at_cart(_task: PickTask, _scan: Scan, thing: Thing, _things: Sequence[Thing]) -> Found:
    if thing.kind is not ThingKind.CART:
        return _other(thing)
    return Found("cart_busy" if thing.state == "busy" else "cart_free", ref=thing.ref)


def _at_location(task: PickTask, _scan: Scan, thing: Thing, _things: Sequence[Thing]) -> Found:
    line = task.line
    if line is None:
        return _other(thing)
    if thing.kind is ThingKind.LOCATION:
        if thing.state == "foreign":
            return Found("location_not_allowed", ref=thing.ref)
        if thing.ref != line.location_code:
            return Found("wrong_location", ref=thing.ref)
        if thing.state == "blocked":
            return Found("blocked_location", line.qty_each - line.picked_each - task.in_hand_each, thing.ref)
        return Found("right_location", ref=thing.ref)
    if thing.kind is ThingKind.ITEM and thing.ref == line.sku:
        return Found("location_first", ref=thing.ref)
    return _other(thing)


def _at_item(task: PickTask, scan: Scan, thing: Thing, things: Sequence[Thing]) -> Found:
    if thing.kind is ThingKind.LOCATION:
        return Found("location_again" if thing.ref == task.at_location else "wrong_location", ref=thing.ref)
    if thing.kind is ThingKind.TOTE and task.in_hand_each == 0:
        return _other(thing)
    return _at_shelf(task, scan, thing, things)


def _at_shelf(task: PickTask, scan: Scan, thing: Thing, things: Sequence[Thing]) -> Found:
    line = task.line
    if line is None:
        return _other(thing)
    answer = None if thing.kind is ThingKind.ITEM else asked_lot(task, line, scan)
    if answer is not None:
        return answer
    if thing.kind is ThingKind.ITEM:
        fits_location = any(other.kind is ThingKind.LOCATION and other.ref == task.at_location for other in things)
        found = item_signal(task, line, scan, thing)
        if fits_location and found.signal in ("item", "item_many", "item_done"):
            return found._replace(signal="both")
        return found
    reader = _SHELF_THINGS.get(thing.kind)
    return _other(thing) if reader is None else reader(task, line, scan, thing)


def _tote(task: PickTask, line: PickLine, _scan: Scan, thing: Thing) -> Found:
    """The tote a line's units go into: the one bound to its slot, or a free one that becomes bound (cases 59–65)."""
    if thing.state in ("busy", "full"):
        return Found(f"tote_{thing.state}", ref=thing.ref)
    if thing.state in ("staged", "missing", "packing"):
        return Found("tote_staged", ref=thing.ref)
    if task.in_hand_each == 0:
        return _other(thing)
    if thing.ref != line.tote and (line.tote or thing.state != "free"):
        return Found("wrong_tote", ref=thing.ref)
    left = line.qty_each - line.picked_each - task.in_hand_each
    signal = "put_part" if left > 0 else "put_zero" if line.zero_check else "put"
    return Found(signal, task.in_hand_each, thing.ref, line.lot)


def _at_station(task: PickTask, _scan: Scan, thing: Thing, _things: Sequence[Thing]) -> Found:
    if thing.kind is not ThingKind.STATION:
        return _other(thing)
    if thing.state == "forbidden":
        return Found("station_forbidden", ref=thing.ref)
    kind, _, asked_ref = question(task)
    fits = task.station in ("", thing.ref) or (kind == "station" and asked_ref == thing.ref)
    return Found("station_open" if fits else "station_other", ref=thing.ref)


_SHELF_THINGS: Mapping[ThingKind, Callable[[PickTask, PickLine, Scan, Thing], Found]] = MappingProxyType(
    {
        ThingKind.TOTE: _tote,
        ThingKind.LOT: lot_signal,
        ThingKind.SERIAL: serial_signal,
        ThingKind.LOAD: load_signal,
    }
)

_AT: Mapping[PickState, Callable[[PickTask, Scan, Thing, Sequence[Thing]], Found]] = MappingProxyType(
    {
        PickState.CART: _at_cart,
        PickState.LOCATION: _at_location,
        PickState.ITEM: _at_item,
        PickState.QUANTITY: _at_item,
        PickState.TOTE: _at_shelf,
        PickState.STATION: _at_station,
    }
)

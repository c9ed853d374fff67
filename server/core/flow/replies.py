"""Every reply code: its tone, the arguments of its sentence, and the next action where the state does not say it.

The sentences stand in the page, one table per language, by code. A code has one tone, so that a sound means one thing.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from server.core.terms import (
    Act,
    Intent,
    PackState,
    PackTask,
    PickState,
    PickTask,
    PutBackState,
    PutBackTask,
    Reply,
    Scan,
    Tone,
)

Task = PickTask | PackTask | PutBackTask


class Code(NamedTuple):
    """A reply code's tone, its sentence's arguments, and the action it asks for ("" = what the state asks for)."""

    tone: Tone
    args: tuple[str, ...] = ()
    action: str = ""


Codes = Mapping[str, Code]


def _ok(*args: str, action: str = "") -> Code:
    return Code(Tone.OK, args, action)


def _bad(*args: str, action: str = "") -> Code:
    return Code(Tone.BAD, args, action)


def _warn(*args: str, action: str = "") -> Code:
    return Code(Tone.WARN, args, action)


def _quiet(*args: str, action: str = "") -> Code:
    return Code(Tone.QUIET, args, action)


_LABELS: Codes = {
    "empty": _quiet(),
    "garbage": _bad(action="scan_again"),
    "read_error": _bad(action="scan_again"),
    "unknown_code": _bad(),
    "unknown_tote": _bad("enrol"),
    "unknown_pack": _bad("sku"),
    "ambiguous_label": _warn("sku", "location"),
    "this_is_location": _bad("ref"),
    "this_is_aisle": _bad("ref"),
    "this_is_item": _bad("ref"),
    "this_is_tote": _bad("ref"),
    "this_is_cart": _bad("ref"),
    "this_is_station": _bad("ref"),
    "this_is_carton": _bad("ref"),
    "this_is_person": _bad("ref"),
    "this_is_lot": _bad("ref"),
    "this_is_serial": _bad("ref"),
    "this_is_load": _bad("ref"),
}

_PICKING: Codes = {
    "cart_taken": _ok("ref"),
    "cart_busy": _bad("ref"),
    "cart_again": _quiet(),
    "no_batch_yet": _warn(),
    "location_ok": _ok("location"),
    "location_again": _quiet("location"),
    "wrong_location": _bad("ref", "location"),
    "location_not_allowed": _bad("ref", "location"),
    "location_blocked": _warn("ref"),
    "location_first": _warn("location"),
    "wrong_digits": _bad("location", action="type_digits"),
    "digits_wanted": _bad("location", action="type_digits"),
    "item_ok": _ok("n", "have", "of"),
    "item_done": _ok("n", "have", "of"),
    "how_many": _ok("have", "of"),
    "quantity_ok": _ok("have", "of"),
    "one_too_many": _bad("sku", "of"),
    "pack_too_big": _bad("n", "left", action="scan_eaches"),
    "later_item": _bad("ref", "sku"),
    "wrong_item": _bad("ref", "sku"),
    "item_first": _bad("sku"),
    "count_by_scanning": _bad("sku", "left"),
    "quantity_over": _bad("typed", "of"),
    "quantity_zero": _bad("of"),
    "quantity_negative": _bad("typed", "of"),
    "quantity_text": _bad("of"),
    "lot_wanted": _warn("sku"),
    "several_lots": _warn("sku", "lots"),
    "other_lot": _warn("lot", "line_lot"),
    "newer_lot": _warn("lot", "line_lot"),
    "lot_not_known_here": _warn("lot", "location"),
    "lot_differs": _bad("lot", "line_lot"),
    "lot_gone": _bad("lot", "line_lot"),
    "lot_begun": _bad("lot", "line_lot"),
    "lot_expired": _bad("lot", "date"),
    "lot_changed": _ok("lot", "have", "of"),
    "item_before_lot": _warn("sku"),
    "serial_wanted": _warn("sku"),
    "serial_again": _bad("serial", "have", "of"),
    "serial_unknown": _bad("serial"),
    "serial_of_order": _bad("serial", "order"),
    "serials_by_scanning": _bad("sku"),
    "load_differs": _bad("ref", "left"),
    "put_ok": _ok("n", "ref", "slot"),
    "put_part": _warn("n", "ref", "left"),
    "put_zero": _ok("n", "ref", "slot", "location"),
    "wrong_tote": _bad("ref", "tote", "slot"),
    "tote_busy": _bad("ref"),
    "tote_full": _bad("ref"),
    "tote_staged": _bad("ref"),
    "tote_full_noted": _ok("ref", "slot"),
    "no_tote_yet": _warn("slot"),
    "short_noted": _ok("left", "sku"),
    "short_kept": _ok("left", "have"),
    "way_blocked_noted": _ok(),
    "nothing_missing": _warn("of"),
    "zero_confirmed": _ok("location"),
    "count_asked": _ok("location"),
    "other_station": _warn("ref", "station"),
    "station_forbidden": _bad("ref"),
    "batch_done": Code(Tone.DONE, ("ref",)),
    "put_back_given": _ok(),
    "no_put_back": _warn(),
    "paused": _ok(),
    "resumed": _ok(),
    "handed_over": Code(Tone.DONE, ("who",)),
    "hand_over_self": _warn(),
    "not_a_badge": _bad("ref"),
    "person_busy": _bad("who"),
    "person_no_picker": _bad("who"),
    "empty_hand_first": _warn("sku"),
}

_PACKING: Codes = {
    "order_open": _ok("order", "ref"),
    "tote_unfinished": _bad("ref", "n"),
    "tote_empty": _bad("ref"),
    "tote_not_here": _bad("ref"),
    "tote_again": _quiet("ref"),
    "other_tote": _bad("ref", "order"),
    "carton_ok": _ok("carton"),
    "carton_again": _quiet("carton"),
    "carton_refused": _bad("ref"),
    "carton_first": _warn(),
    "other_carton": _warn("ref", "carton"),
    "packed": _ok("n", "have", "of", "missing"),
    "all_packed": _ok("n", "missing"),
    "pack_how_many": _ok("have", "of", "missing"),
    "not_in_order": _bad("ref", "order"),
    "label_before_verified": _bad("missing"),
    "close_with_missing": _warn("missing"),
    "nothing_packed": _bad("missing"),
    "weighed": _ok("grams"),
    "weight_off": _warn("grams", "expected"),
    "shipped": Code(Tone.DONE, ("order",)),
    "shipped_partial": Code(Tone.DONE, ("order", "missing")),
    "label_printed": _ok("order"),
    "carrier_down": _warn("carrier", action="try_again"),
    "order_closed": _warn("order"),
}

_PUTTING_BACK: Codes = {
    "tote_open": _ok("ref", "left", "sku"),
    "not_that_tote": _bad("ref", "tote"),
    "lot_not_this": _bad("lot", "line_lot"),
    "not_its_place": _warn("ref", "sku"),
    "put_back_done": Code(Tone.DONE, ("n", "sku", "ref")),
    "put_back_left": _ok("sku"),
    "put_back_gone": _ok("sku"),
}

_EVERYWHERE: Codes = {
    "not_now": _warn("act"),
    "nothing_asked": _quiet(),
    "kept": _ok(),
    "reason_wanted": _warn(action="give_reason"),
    "undone": _ok("effect", "n", "ref"),
    "nothing_to_undo": _warn(),
    "task_done": _warn(),
}

# Replies that the keeper gives without a step: the intent does not belong to the task as it stands.
_KEEPER: Codes = {
    "foreign_task": _bad("who", action="sync"),
    "unknown_task": _bad("task", action="sync"),
    "stale_task": _bad("version", action="sync"),
    "task_cancelled": _bad("who", "why", action="sync"),
    "task_reassigned": _bad("who", "why", action="sync"),
    "order_cancelled": _bad("order", "who", "why", action="put_back"),
    "late_scan": _bad("who", action="put_back"),
    "op_id_reused": _bad(action="call_supervisor"),
    "set_aside": _bad(action="sync"),
    "unknown_field": _bad("field", action="update_page"),
    "bad_field": _bad("field", action="update_page"),
    "wrong_role": _bad("role", action="call_supervisor"),
    "stock_differs": _bad("sku", "location", action="call_supervisor"),
}

REPLY_CODES: Mapping[str, Code] = MappingProxyType(
    {**_LABELS, **_PICKING, **_PACKING, **_PUTTING_BACK, **_EVERYWHERE, **_KEEPER}
)

# What a reply asks for in each state; a question that waits goes before it.
PICK_ACTIONS: Mapping[str, str] = MappingProxyType(
    {
        "cart": "scan_cart",
        "waiting": "wait",
        "location": "scan_location",
        "item": "scan_item",
        "quantity": "enter_quantity",
        "tote": "scan_tote",
        "station": "scan_station",
        "done": "rest",
    }
)
PACK_ACTIONS: Mapping[str, str] = MappingProxyType(
    {
        "tote": "scan_tote",
        "carton": "scan_carton",
        "item": "scan_item",
        "quantity": "enter_quantity",
        "close": "close",
        "done": "rest",
    }
)
PUT_BACK_ACTIONS: Mapping[str, str] = MappingProxyType(
    {
        "tote": "scan_tote",
        "item": "scan_item",
        "quantity": "enter_quantity",
        "location": "scan_location",
        "done": "rest",
    }
)
ASKED_ACTIONS: Mapping[str, str] = MappingProxyType(
    {
        "lot": "scan_lot",
        "serial": "scan_serial",
        "other_lot": "confirm",
        "strange_lot": "confirm",
        "both": "confirm",
        "blocked": "confirm",
        "station": "confirm",
        "zero": "is_it_empty",
        "pause": "resume",
        "place": "confirm",
        "partial": "give_reason",
        "carton": "confirm",
        "weight": "confirm",
    }
)


def pick_wanted(task: PickTask) -> str:
    """The label or the SKU that a pick task waits for; "" when any of its kind will do."""
    line = task.line
    if line is None:
        return task.station if task.state is PickState.STATION else ""
    if task.state is PickState.LOCATION:
        return line.location_code
    if task.state is PickState.TOTE:
        return line.tote
    return line.sku if task.state is PickState.ITEM or task.state is PickState.QUANTITY else ""


def pack_wanted(task: PackTask) -> str:
    """The SKU whose quantity a packing task waits for; "" when any of its items will do."""
    line = task.line
    return line.sku if line is not None and task.state is PackState.QUANTITY else ""


def put_back_wanted(task: PutBackTask) -> str:
    """The tote, the SKU or the shelf that goods to put back wait for; "" when any shelf will do."""
    if task.state is PutBackState.TOTE:
        return task.tote
    if task.state is PutBackState.LOCATION:
        return task.location_code
    return "" if task.state is PutBackState.DONE else task.sku


def asked_action(asked: str) -> str:
    """The action that a waiting question asks for."""
    return ASKED_ACTIONS[asked.partition(":")[0]]


def scanned_text(intent: Intent, scan: Scan | None) -> str:
    """What the reply says was scanned: the label, or the number that was typed."""
    if intent.act is Act.SCAN or intent.act is Act.TYPED:
        return intent.label[:40] if scan is None else scan.text
    return "" if intent.qty is None else str(intent.qty)


def refuse(code: str, intent: Intent, scan: Scan | None = None, task: Task | None = None, **args: str | int) -> Reply:
    """A refusal that the keeper gives without a step; `args` are those that REPLY_CODES names for the code.

    Raises:
        KeyError: when the code is not in REPLY_CODES; a keeper's words are as closed as the rules' own.
    """
    known = REPLY_CODES[code]
    wanted = ""
    if isinstance(task, PickTask):
        wanted = pick_wanted(task)
    elif isinstance(task, PackTask):
        wanted = pack_wanted(task)
    elif task is not None:
        wanted = put_back_wanted(task)
    return Reply(code, known.tone, scanned_text(intent, scan), wanted, known.action, args)

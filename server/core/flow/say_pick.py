"""The arguments of a pick reply's sentence, by name."""

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

from server.core.flow.found import Found
from server.core.terms import Intent, PickTask

Arg = str | int
TakeArg = Callable[[PickTask, PickTask, Found, Intent], Arg]

# What a tote's label may look like for a page to offer to enrol it (case 62).
_TOTE_LABEL = re.compile(r"[A-Z]{1,8}-?[0-9]{1,8}")


def _have(before: PickTask, after: PickTask, _found: Found, _intent: Intent) -> int:
    return after.in_hand_each + (0 if before.line is None else before.line.picked_each)


def _left(before: PickTask, _after: PickTask, _found: Found, _intent: Intent) -> int:
    """Units that the line still wanted before the step; of a short, the units it is about."""
    line = before.line
    return 0 if line is None else line.qty_each - line.picked_each - before.in_hand_each


def _of_line(name: str) -> TakeArg:
    def take(before: PickTask, _after: PickTask, _found: Found, _intent: Intent) -> Arg:
        value: Arg = getattr(before.line, name, "")
        return value

    return take


PICK_ARGS: Mapping[str, TakeArg] = MappingProxyType(
    {
        "n": lambda _before, _after, found, _intent: found.qty_each,
        "have": _have,
        "left": _left,
        "of": _of_line("qty_each"),
        "sku": _of_line("sku"),
        "location": _of_line("location_code"),
        "slot": _of_line("slot"),
        "tote": _of_line("tote"),
        "line_lot": _of_line("lot"),
        "lots": lambda before, _after, _found, _intent: ", ".join(before.line.lots_here if before.line else ()),
        "ref": lambda _before, _after, found, _intent: found.ref,
        "lot": lambda _before, _after, found, _intent: found.lot,
        "serial": lambda _before, _after, found, _intent: found.serial,
        "date": lambda _before, _after, found, _intent: found.note,
        "order": lambda _before, _after, found, _intent: found.note,
        "effect": lambda _before, _after, found, _intent: found.note,
        "act": lambda _before, _after, found, _intent: found.note,
        "who": lambda _before, _after, found, _intent: found.note,
        "typed": lambda _before, _after, _found, intent: intent.qty or 0,
        "station": lambda before, _after, _found, _intent: before.station,
        "enrol": lambda _before, _after, found, _intent: 1 if _TOTE_LABEL.fullmatch(found.ref) else 0,
    }
)

"""What a signal function has found out about an intent."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from server.core.terms import PackTask, PickTask, PutBackTask


class Found(NamedTuple):
    """A signal and what it is about. `note` is a date, an order or an effect, where a reply tells it."""

    signal: str
    qty_each: int = 0
    ref: str = ""
    lot: str = ""
    serial: str = ""
    note: str = ""


class Question(NamedTuple):
    """A waiting question: its kind, the units it is about, and the label, lot or place."""

    kind: str = ""
    qty_each: int = 0
    ref: str = ""


NO_QUESTION = Question()
_SHELF = ("item", "quantity", "tote")

# Where a question can be answered: a tour that changed meanwhile may have moved the task away from it.
ASKED_IN: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "lot": _SHELF,
        "other_lot": _SHELF,
        "strange_lot": _SHELF,
        "serial": _SHELF,
        "both": _SHELF,
        "blocked": ("location",),
        "zero": ("location", "item", "station"),
        "station": ("station",),
        "pause": ("cart", "waiting", "location", *_SHELF, "station"),
        "partial": ("item", "quantity"),
        "carton": ("item", "quantity", "close"),
        "weight": ("close",),
        "place": ("location",),
    }
)


def question(task: PickTask | PackTask | PutBackTask) -> Question:
    """The question that waits on a task; NO_QUESTION when there is none, or none that fits its state."""
    if not task.asked:
        return NO_QUESTION
    kind, _, rest = task.asked.partition(":")
    if task.state not in ASKED_IN.get(kind, ()):
        return NO_QUESTION
    qty_each, _, ref = rest.partition(":")
    return Question(kind, int(qty_each), ref)

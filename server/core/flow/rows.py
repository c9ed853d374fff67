"""What the transition tables are made of: one row for each signal that a state can meet."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from server.core.flow.replies import REPLY_CODES
from server.core.terms import Effect, PackState, PickState, PutBackState, ThingKind, Tone


class Jump(StrEnum):
    """A next state that depends on the task."""

    STAY = "stay"
    NEXT_LINE = "next_line"  # item when the next line is at this location, location when elsewhere, station when none
    BACK = "back"  # where the step was made that is now undone


Next = PickState | PackState | PutBackState | Jump


class Row(NamedTuple):
    """What a signal means in a state. `asks` names the question that then waits for an answer."""

    next: Next
    effect: Effect
    code: str
    tone: Tone
    asks: str = ""
    also: Effect = Effect.NOTHING


Rows = Mapping[str, Row]
Table = Mapping[str, Rows]

# These leave a waiting question as it is: nothing readable was said.
NOISE = frozenset(("empty", "garbage", "read_error"))


def row(
    code: str, to: Next = Jump.STAY, effect: Effect = Effect.NOTHING, asks: str = "", also: Effect = Effect.NOTHING
) -> Row:
    """A row; its tone is the code's."""
    return Row(to, effect, code, REPLY_CODES[code].tone, asks, also)


def rows(*parts: Mapping[str, Row], **own: Row) -> Rows:
    """Several groups of rows as one; a later row replaces an earlier one of the same signal."""
    merged: dict[str, Row] = {}
    for part in parts:
        merged.update(part)
    return MappingProxyType(merged | own)


def says(*codes: str, **renamed: str) -> Rows:
    """Rows that change nothing: signals that are named like their reply code, and signals with a code of their own."""
    return rows(**{code: row(code) for code in codes}, **{signal: row(code) for signal, code in renamed.items()})


def others(*expected: ThingKind) -> Rows:
    """Rows for known labels that are of no use in a state, each named for what it is; `expected` kinds have rows."""
    return rows(**{f"is_{kind}": row(f"this_is_{kind}") for kind in ThingKind if kind not in expected})


def table(**states: Rows) -> Table:
    """A table: state → signal → row."""
    return MappingProxyType(states)

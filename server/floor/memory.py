"""What a task remembers of its last step, so that it can be undone: small, since it is written with every step."""

import json
from collections.abc import Sequence
from typing import NamedTuple

from server.core.terms import Act, Done, Effect, Intent

# These go beside the work: what was done before them can still be undone after them.
BESIDE = frozenset(
    (
        *(Effect.NOTHING, Effect.EMPTY, Effect.COUNT_TASK, Effect.BLOCK),
        *(Effect.PRINT, Effect.WEIGH, Effect.PAUSE, Effect.RESUME),
    )
)


class Trail(NamedTuple):
    """What a short has changed beyond its line: the move that wrote units off and the count that is awaited since (0
    for none), and the lines that were added for them elsewhere."""

    move_id: int
    count_id: int
    added: Sequence[int] = ()


class Remembered(NamedTuple):
    """The last step without its line; of one about a line that line's id, and the tote that its slot had before ("" for
    none)."""

    done: Done | None = None
    line_id: int | None = None
    tote: str = ""
    trail: Trail | None = None


def after(effect: Effect, last: Done | None, before: str | None, trail: Trail | tuple[()] = ()) -> str | None:
    """The memory to store after a step with this effect: None when it left nothing that can be undone.

    `last` is the step as the rules keep it, `before` what was remembered until now, `trail` what a short has left.
    """
    if effect in BESIDE:
        return before
    if last is None:
        return None
    line_id, tote = (None, "") if last.line is None else (last.line.line_id, last.line.tote)
    kept = [last.effect.value, last.qty_each, last.ref, last.lot, last.serial, last.state, line_id, tote, *trail]
    return json.dumps(kept, separators=(",", ":"))


def last(memory: str | None) -> Remembered:
    """What was remembered; nothing of a task that has nothing to undo."""
    if not memory:
        return Remembered()
    effect, qty_each, ref, lot, serial, state, line_id, tote, *trail = json.loads(memory)
    done = Done(Effect(effect), qty_each, ref, lot, serial, state)
    return Remembered(done, line_id, tote, Trail(*trail) if trail else None)


def is_asked_for(intent: Intent) -> bool:
    """Whether the intent takes the last step back: by a tap, or by a command card scanned in its place."""
    return intent.act is Act.UNDO or intent.label.strip().upper() == Act.UNDO.value.upper()

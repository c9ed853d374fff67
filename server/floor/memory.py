"""What a task remembers of its last step, so that it can be undone: small, since it is written with every step."""

import json

from server.core.terms import Done, Effect


def of(last: Done | None, before: str | None) -> str | None:
    """The memory to store: of `last`, or what was remembered before when the step had no effect."""
    if last is None:
        return before
    line_id = None if last.line is None else last.line.line_id
    kept = [last.effect.value, last.qty_each, last.ref, last.lot, last.serial, last.state, line_id]
    return json.dumps(kept, separators=(",", ":"))


def last(memory: str | None) -> tuple[Done | None, int | None]:
    """The last step as remembered, without its line; and the id of the line that it closed."""
    if not memory:
        return None, None
    effect, qty_each, ref, lot, serial, state, line_id = json.loads(memory)
    return Done(Effect(effect), qty_each, ref, lot, serial, state), line_id

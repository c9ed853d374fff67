"""What a task remembers of its last step, so that it can be undone: small, since it is written with every step."""

from collections.abc import Mapping
from typing import Any

from server.core.terms import Done, Effect

Memory = Mapping[str, Any] | None


def of(last: Done | None, before: Memory) -> Memory:
    """The memory to store: of `last`, or what was remembered before when the step had no effect."""
    if last is None:
        return before
    return {
        "effect": last.effect.value,
        "qty_each": last.qty_each,
        "ref": last.ref,
        "lot": last.lot,
        "serial": last.serial,
        "state": last.state,
        "line": None if last.line is None else last.line.line_id,
    }


def last(memory: Memory) -> Done | None:
    """The last step as remembered, without its line."""
    if not memory:
        return None
    known = {name: value for name, value in memory.items() if name not in ("effect", "line")}
    return Done(effect=Effect(memory["effect"]), **known)

"""What deciding an intent comes to, before anything of it is stored."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from server.core.terms import Effect, Reply


def _nothing(_event_id: int) -> None:
    """A refusal changes nothing."""


class Earlier(NamedTuple):
    """An effect of the first of two labels that came as one: recorded as an event of its own, before the intent's."""

    effect: Effect
    line_id: int | None
    qty_each: int


@dataclass(frozen=True, slots=True)
class Decision:
    """A reply, the task's cursor after it, and the effects to carry out once the event has its id.

    `about` is the line that the intent was about (None: none), `qty_each` the units it moved or counted. The log keeps
    it under the intent's own task, unless `task_id` names the one that it was really about.
    """

    reply: Reply
    effect: Effect = Effect.NOTHING
    about: int | None = None
    qty_each: int = 0
    cursor: dict[str, Any] | None = None
    carry_out: Callable[[int], None] = field(default=_nothing)
    earlier: tuple[Earlier, ...] = ()
    task_id: int | None = None

"""What a step of any table comes to: the reply of its row, and its effect."""

from collections.abc import Callable

from server.core.flow.found import Found
from server.core.flow.replies import REPLY_CODES, asked_action
from server.core.flow.rows import Row
from server.core.terms import Effect, Outcome, Reply
from server.core.terms.answers import AnyTask


def reply_of(
    row: Row, scanned: str, wanted: str, asked: str, state_action: str, arg: Callable[[str], str | int]
) -> Reply:
    """The reply of a row, for a task as it stands after the step.

    `asked` is the question that waits then, `state_action` what its state asks for when none does; `arg` gives the
    values that the code's sentence names.
    """
    _, names, action = REPLY_CODES[row.code]
    said = action or (asked_action(asked) if asked else state_action)
    return Reply(row.code, row.tone, scanned, wanted, said, {name: arg(name) for name in names})


def outcome_of(
    row: Row, found: Found, after: AnyTask, reply: Reply, counting: Effect, weight_g: int | None = None
) -> Outcome[AnyTask]:
    """The outcome of a row. Of the effect that is `counting` units nothing is left when it counted none."""
    if row.effect is Effect.NOTHING:
        return Outcome(found.signal, after, row.effect, reply)
    effect = row.effect if found.qty_each or row.effect is not counting else Effect.NOTHING
    return Outcome(
        found.signal, after, effect, reply, found.qty_each, found.ref, found.lot, found.serial, weight_g, row.also
    )

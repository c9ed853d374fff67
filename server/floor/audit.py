"""The invariants of the floor (design: stock), asked of a whole database: what is broken, and where."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection

from server.store import audit

MOST_NAMED = 20  # of one rule: more would not help to mend it


@dataclass(frozen=True, slots=True)
class Violation:
    """A broken rule, and the row that breaks it."""

    rule: str
    what: str


def violations(connection: Connection) -> list[Violation]:
    """Every broken invariant of the database; an empty list on a sound one."""
    found = [*_replayed(connection), *_hands(connection)]
    for rule, query in audit.suspects().items():
        rows = connection.execute(query.limit(MOST_NAMED))
        found += [Violation(rule, ", ".join(f"{k} {v}" for k, v in row._mapping.items())) for row in rows]
    return found


def rules() -> tuple[str, ...]:
    """Every rule that is checked, as a sentence."""
    return (
        "the ledger never goes below zero",
        "the sums are the replayed ledger",
        "what is put was in hand",
        *audit.suspects(),
    )


def _replayed(connection: Connection) -> Iterator[Violation]:
    """The ledger from its first move on: no account ever below 0, and at the end the sums as they are stored."""
    sums: defaultdict[tuple[str, str, str], int] = defaultdict(int)
    for move in audit.ledger(connection):
        for account, qty in ((move.from_account, -move.qty_each), (move.to_account, move.qty_each)):
            if not audit.is_outside(account):
                sums[account, move.sku, move.lot] += qty
                if sums[account, move.sku, move.lot] < 0:
                    yield Violation(
                        "the ledger never goes below zero", f"move {move.id} leaves {account} short of {move.sku}"
                    )
    stored = {(row.account, row.sku, row.lot): row.on_hand_each for row in audit.sums(connection)}
    for place in sorted({*sums, *stored}):
        if sums.get(place, 0) != stored.get(place, 0):
            yield Violation(
                "the sums are the replayed ledger",
                f"{' '.join(place)}: stored {stored.get(place, 0)}, replayed {sums.get(place, 0)}",
            )


def _hands(connection: Connection) -> Iterator[Violation]:
    """On every pick task, what goes into a tote was counted into the hand before."""
    in_hand: defaultdict[int, int] = defaultdict(int)
    for step in audit.steps(connection):
        if step.kind in ("count", "change_lot"):
            in_hand[step.task_id] += step.qty_each
        elif step.kind in ("put", "undo"):  # an undone put is counted in negative units: they are in hand again
            in_hand[step.task_id] -= step.qty_each
        if in_hand[step.task_id] < 0:
            yield Violation("what is put was in hand", f"event {step.id} of task {step.task_id}")
            in_hand[step.task_id] = 0

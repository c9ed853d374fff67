"""What a load changed, and the comparison that finds it out."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from server.core import gs1
from server.store import goods
from server.store.rows import AnyRow
from server.store.transaction import Transaction

Values = dict[str, object]
LabelKey = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Changes:
    """How many rows were new, how many were changed, and how many were known just so."""

    added: int = 0
    changed: int = 0
    same: int = 0


@dataclass(frozen=True, slots=True)
class Difference:
    """Rows to add and rows to change, so that what is stored becomes what is wanted."""

    added: list[Values]
    changed: list[Values]
    same: int

    @property
    def changes(self) -> Changes:
        """The same, counted."""
        return Changes(len(self.added), len(self.changed), self.same)


def compare(
    wanted: Iterable[Values], known: Iterable[AnyRow], key: Callable[[Mapping[str, object]], object]
) -> Difference:
    """Set rows beside those that are stored, by `key`. Columns that a wanted row leaves out are not compared."""
    stored = {key(values): values for values in (row._asdict() for row in known)}
    added: list[Values] = []
    changed: list[Values] = []
    same = 0
    for row in wanted:
        before = stored.get(key(row))
        if before is None:
            added.append(row)
        elif any(before[column] != value for column, value in row.items()):
            changed.append(row)
        else:
            same += 1
    return Difference(added, changed, same)


def label(text: str, kind: str, ref: str, uom: str = "each", qty_each: int = 1) -> Values:
    """A label's row; its text is stored in the form in which scans are looked up."""
    return {"label": gs1.key(text), "kind": kind, "ref": ref, "uom": uom, "qty_each": qty_each}


def label_key(row: Mapping[str, object]) -> LabelKey:
    """What makes a label's row the same row."""
    return str(row["label"]), str(row["kind"]), str(row["ref"])


def put_labels(tx: Transaction, wanted: Iterable[Values], known: Iterable[AnyRow], *, drop: bool = True) -> int:
    """Make the stored labels what is wanted; with `drop`, known ones that nobody wants any more go.

    Returns how many were added, changed or dropped.
    """
    rows = {label_key(row): row for row in wanted}
    stored = list(known)
    found = compare(rows.values(), stored, label_key)
    gone = [one for one in map(label_key, (row._asdict() for row in stored)) if one not in rows] if drop else []
    goods.drop_labels(tx.connection, gone)
    goods.add_labels(tx.connection, found.added)
    goods.change_labels(tx.connection, found.changed)
    return len(gone) + len(found.added) + len(found.changed)

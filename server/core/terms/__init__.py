"""The words of the floor as values: what a person did, what a label means, what the task looks like, what is answered.

Quantities are in eaches (`_each`). Times are ISO 8601 in UTC, as text, made outside the core.
"""

from server.core.terms.answers import AnyTask, Outcome, Reply
from server.core.terms.scans import Intent, Scan, Thing
from server.core.terms.tasks import Done, PackLine, PackTask, PickLine, PickTask, PutBackTask
from server.core.terms.words import Act, Effect, PackState, PickState, PutBackState, Role, ThingKind, Tone

__all__ = [
    "Act",
    "AnyTask",
    "Done",
    "Effect",
    "Intent",
    "Outcome",
    "PackLine",
    "PackState",
    "PackTask",
    "PickLine",
    "PickState",
    "PickTask",
    "PutBackState",
    "PutBackTask",
    "Reply",
    "Role",
    "Scan",
    "Thing",
    "ThingKind",
    "Tone",
]

"""When a label belongs to several things: which one is meant is decided by what is expected now (case 13)."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from server.core.terms import Act, PickState, PickTask, Thing, ThingKind

# Labels on a bench's command card: a scan in place of a tap.
COMMANDS: Mapping[str, Act] = MappingProxyType(
    {act.value.upper(): act for act in (Act.CLOSE, Act.CONFIRM, Act.CANCEL, Act.UNDO, Act.COMPLETE, Act.LABEL)}
)

PICK_EXPECTS: Mapping[str, ThingKind] = MappingProxyType(
    {
        "cart": ThingKind.CART,
        "location": ThingKind.LOCATION,
        "item": ThingKind.ITEM,
        "quantity": ThingKind.ITEM,
        "tote": ThingKind.TOTE,
        "station": ThingKind.STATION,
    }
)
PUT_BACK_EXPECTS: Mapping[str, ThingKind] = MappingProxyType(
    {
        "tote": ThingKind.TOTE,
        "item": ThingKind.ITEM,
        "quantity": ThingKind.ITEM,
        "location": ThingKind.LOCATION,
    }
)
PACK_EXPECTS: Mapping[str, ThingKind] = MappingProxyType(
    {
        "tote": ThingKind.TOTE,
        "carton": ThingKind.CARTON,
        "item": ThingKind.ITEM,
        "quantity": ThingKind.ITEM,
        "close": ThingKind.ITEM,
    }
)


def choose(kind: ThingKind | None, wanted: str, things: Sequence[Thing]) -> Thing:
    """The thing of this kind that is wanted; else one of the kind; else the first."""
    if len(things) == 1:
        return things[0]
    of_kind = [thing for thing in things if thing.kind is kind]
    return next((thing for thing in of_kind if thing.ref == wanted), of_kind[0] if of_kind else things[0])


def pick_wanted(task: PickTask) -> str:
    """The name of the one thing that a pick task waits for, as a Thing would carry it."""
    line = task.line
    if line is None:
        return task.station
    if task.state is PickState.LOCATION:
        return line.location_code
    return line.tote if task.state is PickState.TOTE else line.sku

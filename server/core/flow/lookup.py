"""From a scan to the things it may mean, by a keeper's lookup."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from server.core.terms import Scan, Thing, ThingKind

LookUp = Callable[[str], Sequence[Thing]]


def meanings(scan: Scan, look_up: LookUp) -> tuple[Thing, ...]:
    """What a scan's keys belong to; () when nobody knows it. `look_up` takes one key.

    A GTIN-14 of a pack that nobody registered, of an item that is known, comes as that item with qty_each 0 (case 24):
    the answer is then "unknown pack", never "unknown code".
    """
    things = tuple(thing for key in scan.keys for thing in look_up(key))
    if things or not scan.base_gtin:
        return things
    return tuple(replace(thing, qty_each=0) for thing in look_up(scan.base_gtin) if thing.kind is ThingKind.ITEM)

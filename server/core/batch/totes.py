"""Orders -> totes: which units of an order lie together on a cart.

Each order's units are laid into totes in walking order, so that an order of many totes has each of them in its own
part of the building.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby

TOTE_ML = 60_000
UNIT_ML = 250  # what a unit counts for whose volume nobody has entered
WASTE = 0.1  # a line that does not fit opens the next tote, unless more than this share of the tote would stay empty


@dataclass(frozen=True, slots=True)
class Item:
    """Units of one order line at one stop; `key` is the caller's.

    `unit_ml` and `unit_g` are volume and weight of one unit (0: not known).
    """

    key: int
    order_ref: str
    node: str
    qty_each: int
    unit_ml: int = 0
    unit_g: int = 0


@dataclass(frozen=True, slots=True)
class Tote:
    """A tote's worth of one order: (item key, units) in walking order, and the nodes where they lie, each once.

    `volume_ml` and `weight_g` are those of its contents.
    """

    order_ref: str
    contents: tuple[tuple[int, int], ...]
    nodes: tuple[str, ...]
    volume_ml: int = field(default=0, compare=False)
    weight_g: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Capacity:
    """What one cart holds: totes, and the volume and weight of what lies in them (0: no limit)."""

    slots: int
    volume_ml: int = 0
    weight_g: int = 0

    def holds(self, totes: int, volume_ml: int, weight_g: int) -> bool:
        """Whether so many totes with such contents go on it."""
        return (
            totes <= self.slots
            and (not self.volume_ml or volume_ml <= self.volume_ml)
            and (not self.weight_g or weight_g <= self.weight_g)
        )


def fill(items: Iterable[Item], tote_ml: int = TOTE_ML) -> tuple[Tote, ...]:
    """Lay each order's items into as few totes as their volume wants, in the order given; nothing is left out.

    Items of one order must stand together. A line that no longer fits opens the next tote, unless that wastes much of
    this one: then it is split, unit by unit. A unit larger than a tote has one for itself.
    """
    return tuple(
        tote for _, of_order in groupby(items, lambda item: item.order_ref) for tote in _fill_order(of_order, tote_ml)
    )


def _fill_order(items: Iterable[Item], tote_ml: int) -> list[Tote]:
    filled: list[list[tuple[Item, int]]] = []
    room_ml = 0
    for item in items:
        unit_ml = item.unit_ml or UNIT_ML
        left = item.qty_each
        while left:
            fits = max(0, min(left, room_ml // unit_ml))
            wasteful = room_ml > WASTE * tote_ml or left * unit_ml > tote_ml
            if not filled or (fits < left and not (fits and wasteful)):
                filled.append([])
                room_ml = tote_ml
                fits = max(1, min(left, room_ml // unit_ml))
            filled[-1].append((item, fits))
            room_ml -= fits * unit_ml
            left -= fits
    return [_tote(contents) for contents in filled]


def _tote(contents: Sequence[tuple[Item, int]]) -> Tote:
    return Tote(
        order_ref=contents[0][0].order_ref,
        contents=tuple((item.key, units) for item, units in contents),
        nodes=tuple(dict.fromkeys(item.node for item, _ in contents)),
        volume_ml=sum(units * (item.unit_ml or UNIT_ML) for item, units in contents),
        weight_g=sum(units * item.unit_g for item, units in contents),
    )

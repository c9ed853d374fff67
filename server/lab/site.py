"""A made-up warehouse for real orders: a layout large enough, seeded slotting, two lots of everything.

Fast movers, the SKUs with most order lines, lie in several places: each of their lots is spread over a pick face and
reserves, so that a tour may choose where to take it.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import cycle
from random import Random

from server.core.layout import Layout, Shape, generate, read_layout
from server.core.tabular import OrderRow, PersonRow, SkuRow, StockRow
from server.core.terms import Role

LOTS_A_SKU = 2
SPARE_SHARE = 0.25  # stock above what the orders want, so that a line found short can be had elsewhere
SPARE_EACH = 24
FAST_SHARE = 0.2  # of the SKUs: they take about half of all order lines
PLACES_A_FAST_LOT = 3


@dataclass(frozen=True, slots=True)
class Site:
    """Everything a fresh database is filled with."""

    document: Mapping[str, object]
    skus: tuple[SkuRow, ...]
    stock: tuple[StockRow, ...]
    orders: tuple[OrderRow, ...]
    people: tuple[PersonRow, ...]
    carts: tuple[str, ...]
    totes: tuple[str, ...]
    cartons: tuple[tuple[str, str, int], ...] = (
        ("BOX-S", "Small box", 12_000),
        ("BOX-M", "Medium box", 40_000),
        ("BOX-L", "Large box", 120_000),
    )

    def badges(self, role: Role) -> tuple[str, ...]:
        """The badges of everyone with this role."""
        return tuple(person.badge for person in self.people if person.role is role)


def build_site(
    skus: Sequence[SkuRow],
    orders: Sequence[OrderRow],
    *,
    pickers: int,
    packers: int,
    seed: int,
    document: Mapping[str, object] | None = None,
    totes: int = 3000,
    narrow: int = 0,
) -> Site:
    """A site that can ship all of `orders`; the same arguments give the same site. SKUs that only the orders name are
    made up as they are met. Without a layout `document` one is made, in which so many fit into a narrow aisle (0: any).

    Raises:
        BadLayout: the given layout `document` breaks its rules.

    """
    chance = Random(seed)
    wanted, lines = Counter[str](), Counter[str]()
    for line in orders:
        wanted[line.sku] += line.qty_each
        lines[line.sku] += 1
    known = {sku.sku: sku for sku in skus}
    stocked = tuple(known.get(sku, SkuRow(sku, sku)) for sku in sorted(wanted))
    places = {sku: PLACES_A_FAST_LOT for sku, _ in lines.most_common(round(FAST_SHARE * len(stocked)))}
    needed = LOTS_A_SKU * sum(places.get(sku.sku, 1) for sku in stocked)
    chosen = document if document is not None else generate("simulation", replace(shape_for(needed), capacity=narrow))
    return Site(
        document=chosen,
        skus=stocked,
        stock=slot_stock(read_layout(chosen), stocked, wanted, places, chance),
        orders=tuple(orders),
        people=hire(pickers, packers),
        carts=tuple(f"CART-{n:03}" for n in range(1, pickers + 3)),
        totes=tuple(f"TOTE-{n:05}" for n in range(1, totes + 1)),
    )


def shape_for(places: int) -> Shape:
    """Two blocks of parallel aisles, about as wide as deep, with room for `places` and a fifth more."""
    levels, bays = 4, max(10, round(math.sqrt(places / 16)))
    aisles = max(4, math.ceil(1.2 * places / (2 * 2 * bays * levels)))
    return Shape(blocks=2, aisles=aisles, bays=bays, levels=levels)


def slot_stock(
    layout: Layout, skus: Sequence[SkuRow], wanted: Mapping[str, int], places: Mapping[str, int], chance: Random
) -> tuple[StockRow, ...]:
    """Every SKU in two lots, the older one too small for all orders, each lot in as many places of its own by the seed
    as `places` says of its SKU (not named: one)."""
    codes = [place.location_code for place in layout.locations if place.state == "open"]
    chance.shuffle(codes)
    free = cycle(codes)
    rows: list[StockRow] = []
    for sku in skus:
        need = wanted[sku.sku]
        older = max(1, round(need * chance.uniform(0.4, 0.9)))
        younger = math.ceil(need * (1 + SPARE_SHARE)) + SPARE_EACH - older
        for turn, qty in enumerate((older, younger)):
            received = f"2011-0{8 + turn}-{chance.randint(1, 28):02}T06:00:00.000Z"
            parts = spread(qty, places.get(sku.sku, 1), chance)
            rows += [StockRow(next(free), sku.sku, f"L{turn + 1}-{sku.sku}", "", received, part) for part in parts]
    return tuple(rows)


def spread(qty_each: int, places: int, chance: Random) -> tuple[int, ...]:
    """A lot over at most so many places, in uneven parts that are none of them empty."""
    weights = [chance.uniform(0.5, 1.5) for _ in range(min(places, qty_each))]
    ends = [round(qty_each * sum(weights[: n + 1]) / sum(weights)) for n in range(len(weights))]
    parts = [end - begin for begin, end in zip([0, *ends], ends, strict=False)]
    return tuple(part for part in parts if part)


def hire(pickers: int, packers: int) -> tuple[PersonRow, ...]:
    """As many people as asked for, and one supervisor."""
    roles = [(Role.PICKER, "PICK", pickers), (Role.PACKER, "PACK", packers), (Role.SUPERVISOR, "LEAD", 1)]
    return tuple(
        PersonRow(f"{prefix}-{n:03}", f"{role.value.title()} {n}", role)
        for role, prefix, count in roles
        for n in range(1, count + 1)
    )

"""An invented day in an example warehouse: orders that follow real ones in shape, and stock that covers them."""

import math
import random
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate
from typing import TypeVar

from server.core.example.catalogue import family_of
from server.core.layout import Layout, Location, LocationKind, LocationState
from server.core.tabular import OrderRow, PersonRow, SkuRow, StockRow
from server.core.tabular.cells import utc_text
from server.core.terms import Role

Drawn = TypeVar("Drawn")
ZIPF = 0.9  # the n-th most wanted SKU is ordered n^-0.9 times as often as the first
LINE_COUNTS = (
    (1, 38),
    (2, 20),
    (3, 12),
    (4, 7),
    (5, 5),
    (6, 4),
    (8, 4),
    (10, 3),
    (12, 3),
    (15, 2),
    (18, 1),
    (20, 1),
)  # (lines, weight)
QUANTITIES = ((1, 62), (2, 17), (3, 7), (4, 4), (6, 5), (12, 4), (24, 1))  # (eaches, weight)
CUTOFFS = ((0, 11), (0, 14), (0, 17), (1, 11))  # (days after today, hour)
PRIORITIES = ((0, 88), (5, 9), (9, 3))
CHANNELS = (("web", 70), ("marketplace", 22), ("trade", 8))
FIRST_NAMES = (
    "Ada",
    "Ben",
    "Cleo",
    "Dan",
    "Edda",
    "Finn",
    "Gita",
    "Hugo",
    "Ines",
    "Jon",
    "Kira",
    "Luca",
    "Mara",
    "Nils",
)
LAST_NAMES = (
    "Ashford",
    "Birk",
    "Castell",
    "Dahl",
    "Eklund",
    "Faber",
    "Grove",
    "Holm",
    "Iversen",
    "Juhl",
    "Kern",
    "Lind",
)
BADGE_MARKS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # without those that look alike
CREW = ((Role.PICKER, "P", 6), (Role.PACKER, "K", 4), (Role.SUPERVISOR, "S", 1), (Role.ADMIN, "A", 1))


def by_weight(chance: random.Random, weighed: Sequence[tuple[Drawn, int]]) -> Drawn:
    """One of the values, each given with its weight."""
    return chance.choices([value for value, _ in weighed], [weight for _, weight in weighed])[0]


def example_orders(chance: random.Random, wanted: Sequence[SkuRow], today: date, count: int) -> tuple[OrderRow, ...]:
    """Orders for `wanted` (most wanted first), due at the cutoffs of today and the next morning."""
    shares = list(accumulate((rank + 1) ** -ZIPF for rank in range(len(wanted))))
    lines = []
    for number in range(count):
        days, hour = chance.choices(CUTOFFS, (3, 3, 3, 2))[0]
        due = datetime.combine(today + timedelta(days=days), time(hour), UTC)
        evening = datetime.combine(today - timedelta(days=1), time(16), UTC)
        head = OrderRow(
            order_ref=f"W{today:%y%m%d}-{number + 1:04}",
            line_no=0,
            sku="",
            qty_each=0,
            ordered_at=utc_text(evening + timedelta(seconds=chance.randrange(14 * 3600))),
            due_at=utc_text(due),
            priority=by_weight(chance, PRIORITIES),
            channel=by_weight(chance, CHANNELS),
            customer=f"{chance.choice(FIRST_NAMES)} {chance.choice(LAST_NAMES)}",
        )
        lines.extend(_lines(chance, head, wanted, shares))
    return tuple(lines)


def _lines(chance: random.Random, head: OrderRow, wanted: Sequence[SkuRow], shares: Sequence[float]) -> list[OrderRow]:
    awaited = min(by_weight(chance, LINE_COUNTS), len(wanted))
    chosen: dict[str, None] = {}
    while len(chosen) < awaited:
        chosen[chance.choices(wanted, cum_weights=shares)[0].sku] = None
    skus = list(chosen)
    if len(skus) > 1 and chance.random() < 0.02:
        skus[-1] = skus[0]  # the same SKU twice in one order, as real orders have it
    return [
        OrderRow(
            order_ref=head.order_ref,
            line_no=number,
            sku=sku,
            qty_each=by_weight(chance, QUANTITIES),
            ordered_at=head.ordered_at,
            due_at=head.due_at,
            priority=head.priority,
            channel=head.channel,
            customer=head.customer,
        )
        for number, sku in enumerate(skus, start=1)
    ]


def example_stock(
    chance: random.Random, layout: Layout, wanted: Sequence[SkuRow], orders: Sequence[OrderRow], today: date
) -> tuple[StockRow, ...]:
    """Stock that covers every order, the most wanted SKUs nearest to the depot and in several places.

    Lot-tracked SKUs lie in one to three lots with an expiry each, where the family expires; reserve locations hold more
    of the most wanted.
    """
    demand: Counter[str] = Counter()
    for line in orders:
        demand[line.sku] += line.qty_each
    faces = _by_nearness(chance, layout, LocationKind.PICK_FACE)
    reserve = _by_nearness(chance, layout, LocationKind.RESERVE)
    if not faces:
        return ()
    rows = []
    for rank, row in enumerate(wanted):
        # each SKU has a face of its own while there are enough; faces left over go to the most wanted
        places = [faces[rank % len(faces)], *faces[rank + len(wanted) : rank + len(wanted) + 1]]
        amount = max(2 * row.min_qty, math.ceil(demand[row.sku] * chance.uniform(1.5, 3.0))) + chance.randrange(4, 30)
        receipts = _receipts(chance, row, today)
        shelf_days = chance.randint(*family_of(row.sku).shelf_days)
        rows.extend(_stock_of(row, places, amount, receipts, shelf_days))
        if rank < len(reserve):
            rows.extend(_stock_of(row, [reserve[rank]], 4 * amount, receipts[-1:], shelf_days))
    return tuple(rows)


def _by_nearness(chance: random.Random, layout: Layout, kind: LocationKind) -> list[str]:
    """The open locations of a kind, roughly from the depot outwards, shelves within easy reach first."""
    depot = layout.depots[0]

    def toil_m(location: Location) -> float:
        distance_m = abs(location.x_m - depot.x_m) + abs(location.y_m - depot.y_m)
        return distance_m + 2.0 * abs(location.level - 2) + chance.uniform(0, 6)

    found = [one for one in layout.locations if one.kind is kind and one.state is LocationState.OPEN]
    return [location.location_code for location in sorted(found, key=toil_m)]


def _receipts(chance: random.Random, row: SkuRow, today: date) -> list[date]:
    """The days on which a SKU's lots came in, oldest first; what has no lots came in on one day."""
    lots = chance.choices((1, 2, 3), (20, 55, 25))[0] if row.tracks_lot else 1
    return [today - timedelta(days=age) for age in sorted(chance.sample(range(3, 50), lots), reverse=True)]


def _stock_of(
    row: SkuRow, places: Sequence[str], amount: int, receipts: Sequence[date], shelf_days: int
) -> list[StockRow]:
    """`amount` eaches of a SKU, in at least one row a place and one row a lot."""
    parts = max(len(receipts), len(places))
    found = []
    for part in range(parts):
        received = receipts[part % len(receipts)]
        expiry = (received + timedelta(days=shelf_days)).isoformat() if row.tracks_expiry else ""
        found.append(
            StockRow(
                location_code=places[part % len(places)],
                sku=row.sku,
                lot=f"L{received:%y%m%d}" if row.tracks_lot else "",
                expiry=expiry,
                received_at=utc_text(datetime.combine(received, time(9), UTC)),
                qty_each=amount // parts + (part < amount % parts),
            )
        )
    return found


def example_people(chance: random.Random) -> tuple[PersonRow, ...]:
    """Six pickers, four packers, a supervisor and an admin, with badges that cannot be guessed without the seed."""
    names = [f"{first} {last}" for first in FIRST_NAMES for last in LAST_NAMES]
    chance.shuffle(names)
    people = []
    for hundred, (role, letter, count) in enumerate(CREW, start=1):
        for number in range(1, count + 1):
            marks = "".join(chance.choices(BADGE_MARKS, k=6))
            people.append(PersonRow(f"{letter}-{hundred}{number:02}-{marks}", names.pop(), role))
    return tuple(people)

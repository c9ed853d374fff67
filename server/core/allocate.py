"""Order lines -> lots in locations, and what is short, before anyone walks.

Which lot is no choice: earliest expiry first (FEFO), lots without one after those by day of receipt (FIFO). Places
whose lots have the same rank are equal: the same lot in several locations, lots that expire on the same day, lots
without an expiry that came on the same day, and goods that are tracked by no lot, whose receipt is one for all of them.
Among equal places there is a choice, and it goes to the walk: fewest places for the line, then a place in an aisle that
the order needs anyway, then the one nearest to the way from start to end. Tours choose once more among them, when it is
known which lines share one (core/locate).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

Rank = tuple[bool, str, str]
Shelf = tuple[str, str, str]
"""Where units are promised from: location_code, sku, lot."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """An order line that wants `qty_each` units. Equal lines of one order are two lines and count twice.

    What expires before `min_expiry` (ISO date; "": as long as it is not over) is not for it.
    """

    line_id: int
    order_ref: str
    sku: str
    qty_each: int
    min_expiry: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Units of one lot in one location that are promised to nobody.

    `expiry` and `received_at` are ISO dates or times ("" when not known); `detour_m` is the walk from the start over
    this location to the end.
    """

    location_code: str
    sku: str
    lot: str
    available_each: int
    expiry: str = ""
    received_at: str = ""
    aisle: str = ""
    detour_m: float = 0.0


@dataclass(frozen=True, slots=True)
class Pick:
    """`qty_each` units of a lot in a location for a line."""

    line_id: int
    location_code: str
    lot: str
    qty_each: int


@dataclass(frozen=True, slots=True)
class Allocation:
    """The picks, in the order of the lines, and the units that are short by line (lines that are not, are left out)."""

    picks: tuple[Pick, ...]
    short_each: Mapping[int, int]


def allocate(wanted: Sequence[Wanted], places: Iterable[Place], today: str) -> Allocation:
    """Give each line its units, lines served in the order given: who comes first gets the older lot.

    `today` is an ISO date: a lot whose expiry lies before it is not given out. Never gives more than a place has, and a
    line is short only by what no place has. O(lines × places of a SKU).

    Lines whose SKU lies in one place only go first through the aisles of their order, so that a line with a choice
    knows where the walk leads anyway.
    """
    shelves = _shelves(places, today)
    aisles = _forced_aisles(wanted, shelves)
    picks: list[Pick] = []
    short: dict[int, int] = {}
    for line in wanted:
        taken, missing = _serve(line, shelves.get(line.sku, []), aisles[line.order_ref])
        picks += taken
        if missing:
            short[line.line_id] = missing
    return Allocation(tuple(picks), short)


def rank(place: Place) -> Rank:
    """The order in which lots leave: expiry first, no expiry last; then the day of receipt. Equals are a choice."""
    return (not place.expiry, place.expiry[:10], "" if place.expiry else place.received_at[:10])


def shelf_of(place: Place) -> Shelf:
    """What names a place among all others."""
    return (place.location_code, place.sku, place.lot)


def good_until(today: str, min_life_days: int) -> str:
    """The first expiry (ISO date) that leaves so many days from `today`; "" when any will do."""
    return (date.fromisoformat(today[:10]) + timedelta(days=min_life_days)).isoformat() if min_life_days else ""


def equals(places: Iterable[Place], today: str) -> Mapping[Shelf, tuple[Shelf, ...]]:
    """To each place that may be given out all those of its SKU and rank, itself among them: the same tuple for each."""
    found: dict[Shelf, tuple[Shelf, ...]] = {}
    for groups in _shelves(places, today).values():
        for group in groups:
            shelves = tuple(sorted(map(shelf_of, group)))
            found.update(dict.fromkeys(shelves, shelves))
    return found


Shelves = dict[str, list[list[Place]]]


def _shelves(places: Iterable[Place], today: str) -> Shelves:
    """By SKU: its places in groups of equal rank, oldest group first."""
    ranked: dict[str, dict[Rank, list[Place]]] = defaultdict(lambda: defaultdict(list))
    for place in places:
        expired = bool(place.expiry) and place.expiry[:10] < today[:10]
        if place.available_each > 0 and not expired:
            ranked[place.sku][rank(place)].append(place)
    return {sku: [groups[key] for key in sorted(groups)] for sku, groups in ranked.items()}


def _forced_aisles(wanted: Sequence[Wanted], shelves: Shelves) -> dict[str, set[str]]:
    """By order: the aisles of lines that have no choice."""
    aisles: dict[str, set[str]] = defaultdict(set)
    for line in wanted:
        oldest = shelves.get(line.sku, [[]])[0]
        if len(oldest) == 1:
            aisles[line.order_ref].add(oldest[0].aisle)
    return aisles


def _serve(line: Wanted, groups: list[list[Place]], aisles: set[str]) -> tuple[list[Pick], int]:
    """The line's picks and what it misses; what is taken is gone from `groups`."""
    picks: list[Pick] = []
    missing = line.qty_each
    for group in groups:
        if group and group[0].expiry and group[0].expiry[:10] < line.min_expiry:  # one rank, one expiry
            continue
        while missing and group:
            place = min(group, key=lambda one: _dislike(one, missing, aisles))
            taken = min(missing, place.available_each)
            picks.append(Pick(line.line_id, place.location_code, place.lot, taken))
            aisles.add(place.aisle)
            missing -= taken
            group.remove(place)
            if taken < place.available_each:
                group.append(replace(place, available_each=place.available_each - taken))
    return picks, missing


def _dislike(place: Place, missing_each: int, aisles: set[str]) -> tuple[int, bool, float, str, str]:
    """Smaller is better: units that this place leaves to other places, a new aisle, the detour; then the name."""
    uncovered = max(0, missing_each - place.available_each)
    return (uncovered, place.aisle not in aisles, place.detour_m, place.location_code, place.lot)

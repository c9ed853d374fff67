"""The example warehouse: invented from a seed, valid in every detail, and enough for its own orders."""

import re
from collections import Counter
from datetime import date

import pytest

from server.core.example import Example, example_goods
from server.core.gs1 import check_digit_fits
from server.core.layout import Layout, LocationKind, LocationState, read_layout
from server.core.tabular import Uom
from server.core.terms import Role
from tests.layout_cases import example

TODAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def demo() -> Layout:
    """The example layout."""
    return read_layout(example("demo"))


@pytest.fixture(scope="module")
def day(demo: Layout) -> Example:
    """The example day."""
    return example_goods(demo, 1, today=TODAY)


def test_it_is_as_large_as_asked_for(day: Example) -> None:
    """SKUs, orders, two lots and more of many SKUs, expiries."""
    assert len(day.skus) == 1200
    assert len({line.order_ref for line in day.orders}) == 180
    lots = Counter(sku for sku, lot in {(row.sku, row.lot) for row in day.stock} if lot)
    assert sum(count >= 2 for count in lots.values()) > 200
    assert sum(row.expiry != "" for row in day.stock) > 300


def test_the_same_seed_makes_the_same_day_and_another_makes_another(demo: Layout, day: Example) -> None:
    """No clock, no hidden chance."""
    assert example_goods(demo, 1, today=TODAY) == day
    other = example_goods(demo, 2, today=TODAY)
    assert {person.badge for person in other.people}.isdisjoint(person.badge for person in day.people)


def test_every_order_is_covered_by_open_pick_faces(demo: Layout, day: Example) -> None:
    """Nobody needs a ladder, nothing is short before the day begins."""
    faces = {
        one.location_code
        for one in demo.locations
        if one.kind is LocationKind.PICK_FACE and one.state is LocationState.OPEN
    }
    there: Counter[str] = Counter()
    for row in day.stock:
        there[row.sku] += row.qty_each if row.location_code in faces else 0
    for line in day.orders:
        there[line.sku] -= line.qty_each
    assert min(there.values()) >= 0
    assert {row.location_code for row in day.stock} <= set(demo.access)


def test_barcodes_are_valid_and_belong_to_nobody(day: Example) -> None:
    """EAN-13 in the restricted range 20 to 29, cases as GTIN-14 of the same number, each code once."""
    codes = [barcode for sku in day.skus for barcode in sku.barcodes]
    assert all(check_digit_fits(code.text) for code in codes)
    assert len({code.text for code in codes}) == len(codes)
    eaches = {code.text for code in codes if code.uom is Uom.EACH}
    assert all(re.fullmatch(r"2\d{12}", text) for text in eaches)
    packs = [code for code in codes if code.uom is not Uom.EACH]
    assert {code.text[1:-1] for code in packs} <= {text[:-1] for text in eaches}
    assert len(packs) > 300
    assert min(code.qty_each for code in packs) > 1


def test_a_skus_lot_has_one_expiry_and_one_receipt_and_stands_once_in_a_location(day: Example) -> None:
    """What an import would refuse is not invented."""
    assert len({(row.location_code, row.sku, row.lot) for row in day.stock}) == len(day.stock)
    lots = {(row.sku, row.lot): (row.expiry, row.received_at) for row in day.stock}
    assert all(lots[row.sku, row.lot] == (row.expiry, row.received_at) for row in day.stock)
    assert min(row.expiry for row in day.stock if row.expiry) > TODAY.isoformat()
    assert max(row.received_at for row in day.stock) < f"{TODAY}T"
    tracked = {sku.sku for sku in day.skus if sku.tracks_lot}
    assert {row.sku for row in day.stock if row.lot} == tracked


def test_orders_look_like_real_ones(day: Example) -> None:
    """Mostly one to three lines, a tail to twenty; few SKUs make many lines; due at cutoffs after they were ordered."""
    counts = Counter(Counter(line.order_ref for line in day.orders).values())
    assert sum(counts[lines] for lines in (1, 2, 3)) / counts.total() > 0.55
    assert 12 <= max(counts) <= 20
    wanted = [count for _, count in Counter(line.sku for line in day.orders).most_common()]
    assert sum(wanted[:100]) > 0.5 * sum(wanted)
    assert all(line.ordered_at < line.due_at for line in day.orders)
    assert len({line.due_at for line in day.orders}) == 4


def test_the_crew_can_run_a_floor(day: Example) -> None:
    """Each role, badges that differ and end in marks that cannot be guessed."""
    assert Counter(person.role for person in day.people) == {
        Role.PICKER: 6,
        Role.PACKER: 4,
        Role.SUPERVISOR: 1,
        Role.ADMIN: 1,
    }
    assert all(re.fullmatch(r"[PKSA]-\d{3}-[2-9A-HJ-NP-Z]{6}", person.badge) for person in day.people)
    assert len({person.name for person in day.people}) == 12


def test_a_small_building_holds_the_goods_too() -> None:
    """SKUs share locations when there are fewer of these."""
    small = read_layout(example("small"))
    day = example_goods(small, 1, today=TODAY, skus=100, orders=5)
    assert {row.sku for row in day.stock} == {sku.sku for sku in day.skus}
    assert {row.location_code for row in day.stock} == set(small.access)

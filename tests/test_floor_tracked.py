"""Lots, serials, weights and empty shelves on the real store, whichever way the scans come (cases 43-58, 71, 83)."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, insert, select, update

from server.core.terms import Act
from server.floor import audit, choices, listing, supervise
from server.floor.document import task_document
from server.store import schema as s
from server.store import serials, weights
from server.store.transaction import Store, utc_now
from tests.small_floor import EAN, FIRST, NOW, OTHER, PACKER, PICKER, SECOND, Hand, furnish, on_hand
from tests.test_floor_cases import WAYS, Script

FAR, NEAR, GONE = "2099-12-31", "2098-01-31", "2020-01-01"
GTIN = {sku: f"(01)0{code}" for sku, code in EAN.items()}


@pytest.fixture
def store(migrated_database_url: str) -> Iterator[Store]:
    """The small floor: PEN is tracked by lot, MUG by serial; checked for broken invariants when the test is over."""
    yield from _opened(migrated_database_url)


@pytest.fixture
def on_sqlite(migrated_sqlite: Path, tmp_path: Path) -> Iterator[Store]:
    """The same in SQLite alone, for the four ways."""
    shutil.copyfile(migrated_sqlite, tmp_path / "floor.db")
    yield from _opened(f"sqlite:///{tmp_path}/floor.db")


def _opened(url: str) -> Iterator[Store]:
    opened = Store(url)
    furnish(opened)
    opened.write(lambda tx: _track(tx.connection))
    yield opened
    assert opened.read(audit.violations) == []
    opened.close()


def _track(c: Connection) -> None:
    for sku, tracks in (("PEN", "lot"), ("MUG", "serial")):
        c.execute(update(s.skus).where(s.skus.c.sku == sku).values(tracks=tracks))
    c.execute(update(s.lots).where(s.lots.c.sku == "PEN").values(expiry=NEAR))
    lots = [("L2", FAR), ("L3", GONE), ("L0", FAR)]
    c.execute(insert(s.lots), [{"sku": "PEN", "lot": lot, "expiry": day, "received_at": NOW} for lot, day in lots])
    held = {"account": f"location:{FIRST}", "sku": "PEN"}
    c.execute(
        insert(s.stock), [held | {"lot": lot, "on_hand_each": qty} for lot, qty in (("L2", 5), ("L3", 5), ("L0", 0))]
    )
    came = {"at": NOW, "from_account": "received", "to_account": f"location:{FIRST}", "sku": "PEN", "qty_each": 5}
    c.execute(insert(s.moves), [came | {"lot": lot} for lot in ("L2", "L3")])
    places = {"SN1": f"location:{SECOND}", "SN2": f"location:{SECOND}", "SN7": "tote:TOTE-5", "SN8": "shipped"}
    rows = [{"sku": "MUG", "serial": one, "account": place, "order_ref": ""} for one, place in places.items()]
    c.execute(insert(s.serials), rows)
    c.execute(update(s.serials).where(s.serials.c.serial == "SN7").values(order_ref="O2"))
    c.execute(insert(s.labels), [{"label": one, "kind": "serial", "ref": one} for one in places])


def pen(lot: str) -> str:
    """A pen's label with its lot."""
    return f"{GTIN['PEN']}(10){lot}"


def mug(serial: str) -> str:
    """A mug's label with its serial number."""
    return f"{GTIN['MUG']}(21){serial}"


PENS: Script = [FIRST, pen("L1"), pen("L1"), "TOTE-1"]
PUT = ["location_ok", "item_ok", "item_done", "put_ok"]
# Case numbers of docs/scanning.md -> what is scanned, and what is answered.
TRACKED: dict[str, tuple[Script, list[str]]] = {
    "38, 44: only the item, of several lots": ([FIRST, EAN["PEN"], "L1"], ["location_ok", "several_lots", "item_ok"]),
    "43: a lot that was picked entirely": ([FIRST, pen("L0")], ["location_ok", "lot_gone"]),
    "46: an expired lot": ([FIRST, pen("L3")], ["location_ok", "lot_expired"]),
    "47: a newer lot, then confirmed": (
        [FIRST, pen("L2"), pen("L2"), pen("L2"), "TOTE-1"],
        ["location_ok", "newer_lot", "lot_changed", "item_done", "put_ok"],
    ),
    "55, 56: a serial, and again": (
        [*PENS, SECOND, mug("SN1"), mug("SN1"), "TOTE-1"],
        ["location_ok", "item_ok", "item_done", "put_ok", "location_ok", "item_done", "serial_again", "put_ok"],
    ),
    "57: a serial that is not here, one of another order, one that has left": (
        [*PENS, SECOND, mug("SN9"), "SN7", "SN8", EAN["MUG"], "SN2", "TOTE-1"],
        [
            *PUT,
            "location_ok",
            "serial_unknown",
            "serial_of_order",
            "serial_unknown",
            "serial_wanted",
            "item_done",
            "put_ok",
        ],
    ),
    "58: a typed quantity of serials": (
        [*PENS, SECOND, (Act.QUANTITY, 1, "")],
        ["location_ok", "item_ok", "item_done", "put_ok", "location_ok", "serials_by_scanning"],
    ),
    "undo of a serial": (
        [*PENS, SECOND, mug("SN1"), (Act.UNDO, None, ""), mug("SN2"), "TOTE-1", (Act.UNDO, None, ""), "TOTE-1"],
        [*PUT, "location_ok", "item_done", "undone", "item_done", "put_ok", "undone", "put_ok"],
    ),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("case", TRACKED)
def test_lots_and_serials_are_answered_by_what_the_store_has(on_sqlite: Store, case: str, way: str) -> None:
    """The four ways of test_floor_cases, each with the same answers."""
    script, codes = TRACKED[case]
    hand = Hand(on_sqlite)
    hand.begin()
    assert hand.scan("CART-1") == "cart_taken"
    assert WAYS[way](hand, script) == codes


def test_an_order_that_wants_fresh_goods_gets_no_lot_that_ends_too_soon(store: Store, picker: Hand) -> None:
    """The order's minimum of days decides, from today on (case 46)."""
    days = update(s.orders).where(s.orders.c.order_ref == "O1").values(min_life_days=365 * 73)
    store.write(lambda tx: tx.connection.execute(days))
    picker.scan(FIRST)
    reply = picker.send(picker.intent(pen("L1")))
    assert (reply["code"], reply["args"]["date"]) == ("lot_expired", NEAR)
    line = store.read(lambda c: task_document(c, int(picker.task[1:])))["lines"][0]
    assert int(line["min_expiry"][:4]) == int(utc_now()[:4]) + 73
    assert (line["lots_here"], line["lots_here_expiry"]) == (["L1", "L2", "L3"], [NEAR, FAR, GONE])
    assert line["lots_gone"] == ["L0"]


def test_it_is_known_which_serial_left_with_which_parcel(store: Store, picker: Hand) -> None:
    """From the shelf into the tote, the parcel and out of the house."""
    for label in (*PENS, SECOND, mug("SN2"), "TOTE-1"):
        picker.scan(str(label))
    assert store.read(lambda c: serials.here(c, "tote:TOTE-1", "MUG")) == ("SN2",)
    assert store.read(lambda c: task_document(c, int(picker.task[1:])))["lines"][1]["serials"] == ["SN2"]
    for label in (EAN["CUP"], "TOTE-2", "PACK-1"):
        picker.scan(label)
        if label == EAN["CUP"]:
            picker.tap(Act.COMPLETE)
    packer = Hand(store, PACKER)
    packer.begin()
    for label in ("TOTE-1", "BOX-M", mug("SN2"), EAN["PEN"], EAN["PEN"]):
        packer.scan(label)
    assert packer.tap(Act.UNDO) == "undone"
    assert packer.scan(EAN["PEN"]) == "all_packed"
    assert packer.tap(Act.CLOSE) == "shipped"
    (left,) = store.read(lambda c: serials.of_order(c, "O1"))
    parcel = store.read(lambda c: c.execute(select(s.parcels.c.id)).scalar_one())
    assert (left.serial, left.account, left.parcel_id) == ("SN2", "shipped", parcel)
    said = store.read(lambda c: listing.order(c, "O1"))
    assert [(one["id"], one["state"]) for one in said["parcels"]] == [(parcel, "shipped")]
    assert said["serials"] == [{"sku": "MUG", "serial": "SN2", "account": "shipped", "parcel_id": parcel}]


def test_serials_in_hand_are_not_taken_when_the_batch_goes_to_somebody_else(store: Store, picker: Hand) -> None:
    """The next picker scans the same one, and it is no second time."""
    for label in (*PENS, SECOND, mug("SN1")):
        picker.scan(str(label))
    store.write(lambda tx: supervise.reassign(tx, int(picker.task[1:]), OTHER, "S-1"))
    other = Hand(store, OTHER)
    other.begin()
    assert [other.scan(label) for label in (SECOND, mug("SN1"), "TOTE-1")] == ["location_ok", "item_done", "put_ok"]


def test_a_catch_weight_is_kept_with_its_line_and_taken_back_with_its_unit(store: Store, picker: Hand) -> None:
    """AI 310n says what a unit weighs (case 51)."""
    picker.scan(FIRST)
    for grams in ("000750", "000800"):
        assert picker.scan(f"{GTIN['PEN']}(3103){grams}(10)L1") in ("item_ok", "item_done")
    assert store.read(lambda c: weights.of_order(c, "O1")) == {1: 1550}
    assert [line["weight_g"] for line in store.read(lambda c: listing.order(c, "O1"))["lines"]] == [1550, 0]
    assert picker.tap(Act.UNDO) == "undone"
    assert store.read(lambda c: weights.of_order(c, "O1")) == {1: 750}
    assert picker.scan(pen("L1")) == "item_done"
    assert picker.tap(Act.UNDO) == "undone"
    assert store.read(lambda c: weights.of_order(c, "O1")) == {1: 750}


def test_what_was_weighed_in_hand_is_weighed_anew_when_the_batch_goes_to_somebody_else(
    store: Store, picker: Hand
) -> None:
    """Else the order would be told twice what it weighs; what lies in a tote keeps its weight."""
    one = f"{GTIN['PEN']}(3103)000750(10)L1"
    assert [picker.scan(label) for label in (FIRST, one)] == ["location_ok", "item_ok"]
    store.write(lambda tx: supervise.reassign(tx, int(picker.task[1:]), OTHER, "S-1"))
    assert store.read(lambda c: weights.of_order(c, "O1")) == {1: 0}
    other = Hand(store, OTHER)
    other.begin()
    assert [other.scan(label) for label in (FIRST, one, one, "TOTE-1")][-1] == "put_ok"
    store.write(lambda tx: supervise.reassign(tx, int(other.task[1:]), PICKER, "S-1"))
    assert store.read(lambda c: weights.of_order(c, "O1")) == {1: 1500}


@pytest.fixture
def bench(store: Store, picker: Hand) -> Hand:
    """A packer who has verified O1: two pens and a mug, 100 g each."""
    for label in (*PENS, SECOND, mug("SN2"), "TOTE-1", EAN["CUP"]):
        picker.scan(str(label))
    picker.tap(Act.COMPLETE)
    for label in ("TOTE-2", "PACK-1"):
        picker.scan(label)
    packer = Hand(store, PACKER)
    packer.begin()
    for label in ("TOTE-1", "BOX-M", mug("SN2"), EAN["PEN"], EAN["PEN"]):
        packer.scan(label)
    return packer


def test_a_parcel_that_weighs_what_it_should_is_weighed(store: Store, bench: Hand) -> None:
    """Within the house's tolerance; the weight is kept with the parcel."""
    assert bench.tap(Act.WEIGH, 380) == "weighed"
    assert store.read(lambda c: c.execute(select(s.parcels.c.weight_g)).scalar_one()) == 380
    assert bench.tap(Act.CLOSE) == "shipped"


def test_a_parcel_that_is_too_light_is_held_until_somebody_says_so(store: Store, bench: Hand) -> None:
    """A unit is missing or another one is in it (case 83)."""
    store.write(lambda tx: choices.choose(tx, "weight_tolerance_g", "20"))
    reply = bench.send(bench.intent(act=Act.WEIGH, qty=200))
    assert (reply["code"], reply["args"]) == ("weight_off", {"grams": 200, "expected": 300})
    for act in (Act.CANCEL, Act.CLOSE):
        again = bench.send(bench.intent(act=act))
        assert (again["code"], again["args"]) == (reply["code"], reply["args"])
    assert bench.tap(Act.CONFIRM) == "weighed"
    assert bench.tap(Act.CLOSE) == "shipped"
    assert store.read(lambda c: c.execute(select(s.parcels.c.weight_g)).scalar_one()) == 200


def test_where_a_sku_has_no_weight_a_parcel_is_not_held(store: Store, bench: Hand) -> None:
    """No expectation, no check."""
    store.write(lambda tx: tx.connection.execute(update(s.skus).where(s.skus.c.sku == "MUG").values(weight_g=0)))
    assert bench.tap(Act.WEIGH, 9000) == "weighed"


def empty_shelf(store: Store) -> None:
    """Only the eight cups that are promised lie in SECOND, once the mug is gone."""
    place = f"location:{SECOND}"
    store.write(
        lambda tx: tx.connection.execute(
            update(s.stock).where(s.stock.c.account == place, s.stock.c.sku == "CUP").values(on_hand_each=8)
        )
    )
    store.write(
        lambda tx: tx.connection.execute(
            update(s.stock).where(s.stock.c.account == place, s.stock.c.sku == "MUG").values(on_hand_each=1)
        )
    )
    gone = {"at": NOW, "from_account": place, "to_account": "adjustment", "lot": "L1"}
    rows = [gone | {"sku": "CUP", "qty_each": 12}, gone | {"sku": "MUG", "qty_each": 4}]
    store.write(lambda tx: tx.connection.execute(insert(s.moves), rows))


def last_pick(picker: Hand) -> list[str]:
    """Everything up to the tote of the last line."""
    codes = [picker.scan(str(label)) for label in (*PENS, SECOND, mug("SN1"), "TOTE-1", EAN["CUP"])]
    return [*codes, picker.tap(Act.COMPLETE), picker.scan("TOTE-2")]


ANSWERS: dict[str, tuple[int, str, dict[str, int]]] = {
    "yes": (1, "zero_confirmed", {}),
    "no": (0, "count_asked", {SECOND: 1}),
}


@pytest.mark.parametrize("answer", ANSWERS)
def test_who_empties_a_shelf_is_asked_whether_it_is_empty(store: Store, picker: Hand, answer: str) -> None:
    """Only after the pick that leaves nothing, by the ledger; yes settles it, no asks for a count (case 71)."""
    empty_shelf(store)
    lines = store.read(lambda c: task_document(c, int(picker.task[1:])))["lines"]
    assert [line.get("zero_check", False) for line in lines] == [False, False, True]
    codes = last_pick(picker)
    assert (codes[-1], codes.count("put_zero")) == ("put_zero", 1)
    qty, code, counts = ANSWERS[answer]
    assert picker.tap(Act.ZERO, qty) == code
    query = select(s.tasks.c.location_code).where(s.tasks.c.kind == "count")
    assert store.read(lambda c: c.execute(query).scalars().all()) == list(counts)
    assert picker.scan("PACK-1") == "batch_done"


def test_a_shelf_that_is_empty_while_a_count_is_awaited_is_left_to_the_count(store: Store, picker: Hand) -> None:
    """What the ledger has there by then is not written off."""
    empty_shelf(store)
    last_pick(picker)
    came = {"at": NOW, "from_account": "received", "to_account": f"location:{SECOND}", "sku": "CUP", "lot": "L1"}
    more = update(s.stock).where(s.stock.c.account == f"location:{SECOND}", s.stock.c.sku == "CUP")
    store.write(lambda tx: tx.connection.execute(more.values(on_hand_each=3)))
    store.write(lambda tx: tx.connection.execute(insert(s.moves), came | {"qty_each": 3}))
    count: dict[str, Any] = {"kind": "count", "state": "open", "location_code": SECOND, "sku": "CUP", "raised_at": NOW}
    store.write(lambda tx: tx.connection.execute(insert(s.tasks), count))
    assert picker.tap(Act.ZERO, 1) == "zero_confirmed"
    assert on_hand(store)[(f"location:{SECOND}", "CUP")] == 3


def test_a_house_may_ask_nobody(store: Store, picker: Hand) -> None:
    """The rule zero_check says never."""
    empty_shelf(store)
    store.write(lambda tx: choices.choose(tx, "zero_check", "never"))
    assert last_pick(picker)[-1] == "put_ok"
    lines = store.read(lambda c: task_document(c, int(picker.task[1:])))["lines"]
    assert not any("zero_check" in line for line in lines)

"""Whole loads by their SSCC on the real store (case 54): what stands whole, who took it, and what undoes that."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select

from server.core.terms import Act
from server.floor import audit, load, replan, supervise
from server.floor.document import task_document
from server.store import schema as s
from server.store import stock
from server.store.transaction import Store
from tests import loaded_floor as files
from tests.small_floor import EAN, FIRST, NOW, OTHER, PACKER, SECOND, Hand, furnish, on_hand
from tests.test_floor_cases import WAYS, Script
from tests.test_floor_late import put_back

LOAD, TWIN = "106141412345678908", "106141412345678915"
PLACE = f"location:{SECOND}"


@pytest.fixture
def store(store: Store) -> Store:
    """The small floor with two loads of 8 cups each among the 20 that lie in SECOND; O2 wants 8 of them."""
    name(store, LOAD)
    name(store, TWIN)
    return store


@pytest.fixture
def cups(store: Store, picker: Hand) -> Hand:
    """A picker who stands before the 8 cups."""
    for label in (FIRST, EAN["PEN"], EAN["PEN"], "TOTE-1", SECOND, EAN["MUG"], "TOTE-1"):
        picker.scan(label)
    return picker


def name(store: Store, sscc: str, **changes: Any) -> None:
    """Name a load: 8 cups of lot L1 in SECOND, or as `changes` say."""
    row = {"sscc": sscc, "sku": "CUP", "lot": "L1", "qty_each": 8, "account": PLACE, **changes}
    store.write(lambda tx: tx.connection.execute(insert(s.handling_units), row))


def taken(store: Store) -> dict[str, int | None]:
    """Every load, and the line that it was taken for."""
    query = select(s.handling_units.c.sscc, s.handling_units.c.line_id)
    return {row.sscc: row.line_id for row in store.read(lambda c: c.execute(query).all())}


def told(store: Store, hand: Hand, line: int = 3) -> list[str]:
    """The loads that a device is told of for a line."""
    lines = store.read(lambda c: task_document(c, int(hand.task[1:])))["lines"]
    return [one["sscc"] for row in lines if row["id"] == line for one in row.get("loads_here", [])]


def lose(store: Store, qty: int) -> None:
    """Loose cups leave SECOND."""
    store.write(lambda tx: stock.move(tx.connection, tx.now, "CUP", "L1", qty, PLACE, stock.ADJUSTMENT, "counted"))


def receive(store: Store, account: str, lot: str) -> None:
    """Eight cups come in."""
    store.write(lambda tx: stock.move(tx.connection, tx.now, "CUP", lot, 8, stock.RECEIVED, account))


def second_batch(store: Store) -> Hand:
    """Another picker with a cart, before 8 more of the same cups."""

    def enter(c: Any) -> None:
        c.execute(insert(s.orders), {"order_ref": "O3", "ordered_at": NOW, "state": "picking"})
        c.execute(insert(s.order_lines), {"order_ref": "O3", "line_number": 1, "sku": "CUP", "qty_each": 8})
        c.execute(insert(s.batches), {"length_m": 1.0, "lower_bound_m": 1.0, "path": []})
        c.execute(insert(s.batch_slots), {"batch_id": 2, "slot": 1, "order_ref": "O3"})
        wanted = {"batch_id": 2, "seq": 1, "slot": 1, "order_line_id": 4, "location_code": SECOND}
        c.execute(insert(s.pick_lines), wanted | {"sku": "CUP", "lot": "L1", "qty_each": 8})
        stock.claim(c, [stock.Claim(PLACE, "CUP", "L1", 8)])

    store.write(lambda tx: enter(tx.connection))
    hand = Hand(store, OTHER)
    hand.begin()
    assert [hand.scan(label) for label in ("CART-2", SECOND)] == ["cart_taken", "location_ok"]
    return hand


# --- taken, undone, gone ------------------------------------------------------------------------------------------


def test_a_load_counts_whole_and_its_units_lie_in_the_tote_like_any_others(store: Store, cups: Hand) -> None:
    """It is gone from its place: what is left there is another load and what lay loose."""
    assert told(store, cups) == [LOAD, TWIN]
    reply = cups.send(cups.intent(f"]C100{LOAD}"))
    assert (reply["code"], reply["task"]["in_hand"], reply["task"]["state"]) == ("item_done", 8, "tote")
    assert told(store, cups) == [TWIN]
    assert cups.scan("TOTE-2") == "put_ok"
    assert (on_hand(store)["tote:TOTE-2", "CUP"], on_hand(store)[PLACE, "CUP"]) == (8, 12)
    assert taken(store) == {LOAD: 3, TWIN: None}
    assert cups.scan(LOAD) == "this_is_load"


def test_a_load_that_was_undone_stands_where_it_stood(store: Store, cups: Hand) -> None:
    """Its count undone it is anybody's again; its put undone it is in the hand, and in nobody else's."""
    other = second_batch(store)
    assert cups.scan(LOAD) == "item_done"
    assert cups.tap(Act.UNDO) == "undone"
    assert taken(store)[LOAD] is None
    assert [cups.scan(LOAD), cups.scan("TOTE-2"), cups.tap(Act.UNDO)] == ["item_done", "put_ok", "undone"]
    assert taken(store)[LOAD] == 3
    assert other.scan(LOAD) == "load_differs"
    assert on_hand(store)[PLACE, "CUP"] == 20
    assert cups.scan("TOTE-2") == "put_ok"


def test_of_two_pickers_who_scan_the_same_load_the_first_has_it(store: Store, cups: Hand) -> None:
    """The second is told that it is none for them, takes the one beside it, and no unit is counted twice."""
    other = second_batch(store)
    assert [cups.scan(LOAD), other.scan(LOAD), other.scan(TWIN)] == ["item_done", "load_differs", "item_done"]
    assert [cups.scan("TOTE-2"), other.scan("TOTE-4")] == ["put_ok", "put_ok"]
    assert taken(store) == {LOAD: 3, TWIN: 4}
    assert on_hand(store)[PLACE, "CUP"] == 4


def test_a_replayed_scan_of_a_load_takes_it_once(store: Store, cups: Hand) -> None:
    """The stored answer; one that was undone meanwhile stays undone."""
    sent = cups.intent(LOAD)
    assert [cups.send(sent)["replay"] for _ in range(2)] == [False, True]
    assert cups.tap(Act.UNDO) == "undone"
    assert cups.send(sent)["code"] == "item_done"
    assert taken(store)[LOAD] is None


CASES: dict[str, tuple[Script, list[str]]] = {
    "54: a load, the same once more, its tote": (
        [LOAD, LOAD, "TOTE-2", "PACK-1"],
        ["item_done", "load_differs", "put_ok", "batch_done"],
    ),
    "54, undo: a load taken back, the one beside it taken": (
        [LOAD, (Act.UNDO, None, ""), TWIN, "TOTE-2"],
        ["item_done", "undone", "item_done", "put_ok"],
    ),
    "34, 54: a load and its tote glued together": ([f"{LOAD}TOTE-2"], ["put_ok"]),
    "29, 54: fewer of a load, the rest by hand": (
        [LOAD, (Act.QUANTITY, 5, ""), "TOTE-2", TWIN, *[EAN["CUP"]] * 3, "TOTE-2"],
        ["item_done", "quantity_ok", "put_part", "load_differs", "item_ok", "item_ok", "item_done", "put_ok"],
    ),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("case", CASES)
def test_loads_are_answered_alike_whichever_way_they_come(
    migrated_sqlite: Path, tmp_path: Path, case: str, way: str
) -> None:
    """The four ways of test_floor_cases, each with the same answers, on SQLite alone."""
    for one in on_sqlite(migrated_sqlite, tmp_path):
        hand = Hand(one)
        hand.begin()
        for label in ("CART-1", FIRST, EAN["PEN"], EAN["PEN"], "TOTE-1", SECOND, EAN["MUG"], "TOTE-1"):
            hand.scan(label)
        script, codes = CASES[case]
        assert WAYS[way](hand, script) == codes


def on_sqlite(migrated: Path, folder: Path) -> Iterator[Store]:
    """The same floor in SQLite; checked like the other."""
    shutil.copyfile(migrated, folder / "floor.db")
    opened = Store(f"sqlite:///{folder}/floor.db")
    furnish(opened)
    for sscc in (LOAD, TWIN):
        name(opened, sscc)
    yield opened
    assert opened.read(audit.violations) == []
    opened.close()


# --- what is whole ------------------------------------------------------------------------------------------------


def test_loads_that_the_units_left_do_not_cover_are_not_whole(store: Store, cups: Hand) -> None:
    """Somebody took units off one of them, and nobody knows off which: they are counted by the piece."""
    lose(store, 4)
    assert told(store, cups) == [LOAD, TWIN]
    lose(store, 1)
    assert told(store, cups) == []
    reply = cups.send(cups.intent(LOAD))
    assert (reply["code"], reply["args"]) == ("load_differs", {"ref": LOAD, "left": 8})
    assert cups.scan(EAN["CUP"]) == "how_many"


def test_units_in_anybodys_hand_are_not_on_a_load(store: Store, cups: Hand) -> None:
    """They lie in their place until they are put, but whoever has them took them off something."""
    other = second_batch(store)
    lose(store, 4)
    assert other.scan(EAN["CUP"]) == "how_many"
    assert cups.scan(LOAD) == "load_differs"
    assert other.tap(Act.UNDO) == "undone"
    assert cups.scan(LOAD) == "item_done"


def test_a_load_that_was_broken_into_is_not_made_whole_by_what_comes_in(store: Store, cups: Hand) -> None:
    """More cups lie there than the loads ever held; but not on them."""
    lose(store, 5)
    store.write(lambda tx: load.take(tx, files.stock(files.lot(SECOND, "CUP", 60))))
    assert told(store, cups) == []
    assert cups.scan(LOAD) == "load_differs"


def test_what_is_put_back_beside_a_broken_load_does_not_make_it_whole(store: Store, cups: Hand) -> None:
    """The eight came off one of the loads: back on the shelf, they are loose."""
    assert [cups.scan(EAN["CUP"]), cups.tap(Act.COMPLETE), cups.scan("TOTE-2")] == ["how_many", "quantity_ok", "put_ok"]
    assert on_hand(store)["tote:TOTE-2", "CUP"] == 8
    store.write(lambda tx: replan.cancel_order(tx, "O2", "customer"))
    assert cups.scan("PACK-1") == "batch_done"
    cups.begin()
    assert cups.scan("TOTE-2") == "tote_open"
    cups.scan(EAN["CUP"])
    assert [cups.tap(Act.COMPLETE), cups.scan(SECOND)] == ["quantity_ok", "put_back_done"]
    assert on_hand(store)[PLACE, "CUP"] == 20
    assert second_batch(store).scan(LOAD) == "load_differs"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"account": f"location:{FIRST}"}, "load_differs"),
        ({"account": "adjustment"}, "load_differs"),
        ({"lot": "L9"}, "load_differs"),
        ({"lot": ""}, "item_done"),
        ({"qty_each": 7}, "load_differs"),
        ({"sku": "MUG", "qty_each": 1}, "load_differs"),
    ],
)
def test_only_a_load_of_the_lines_own_goods_and_place_is_taken(
    store: Store, cups: Hand, changes: dict[str, Any], code: str
) -> None:
    """Elsewhere, of another lot, count or SKU it is refused; one that names no lot is of whichever lies there."""
    store.write(lambda tx: tx.connection.execute(s.handling_units.delete()))
    receive(store, f"location:{FIRST}", "L1")
    receive(store, PLACE, "L9")
    name(store, LOAD, **changes)
    assert cups.scan(LOAD) == code
    assert cups.scan(TWIN) == "unknown_code" if code != "item_done" else "unknown_tote"


# --- who had it ---------------------------------------------------------------------------------------------------


def test_a_load_in_hand_of_a_task_that_goes_on_elsewhere_counts_as_not_taken(store: Store, cups: Hand) -> None:
    """Like all that is in hand: the next picker may scan it."""
    assert cups.scan(LOAD) == "item_done"
    version = store.write(lambda tx: supervise.reassign(tx, int(cups.task[1:]), OTHER, "S-1"))
    assert taken(store)[LOAD] is None
    other = Hand(store, OTHER)
    other.task, other.version = cups.task, version
    assert [other.scan(label) for label in (SECOND, LOAD, "TOTE-2")] == ["location_ok", "item_done", "put_ok"]


def test_a_load_of_which_some_was_put_is_no_load_for_whoever_goes_on(store: Store, cups: Hand) -> None:
    """Three of it are in the tote; five more stand before the next picker, and are counted."""
    assert [cups.scan(LOAD), cups.tap(Act.QUANTITY, 3), cups.scan("TOTE-2")] == ["item_done", "quantity_ok", "put_part"]
    assert cups.scan(EAN["CUP"]) == "item_ok"
    store.write(lambda tx: supervise.reassign(tx, int(cups.task[1:]), OTHER, "S-1"))
    assert taken(store)[LOAD] == 3


def test_a_packers_task_that_goes_on_elsewhere_lets_no_load_go(store: Store, cups: Hand) -> None:
    """Its line is one of packing, with a number that a pick line may have too."""
    assert cups.scan(LOAD) == "item_done"

    def staff(c: Any) -> None:
        c.execute(insert(s.people), {"badge": "K-2", "name": "Kim", "role": "packer"})
        task = {"id": 50, "kind": "pack", "state": "item", "badge": PACKER, "order_ref": "O2", "line_id": 3}
        c.execute(insert(s.tasks), task | {"raised_at": NOW})

    store.write(lambda tx: staff(tx.connection))
    store.write(lambda tx: supervise.reassign(tx, 50, "K-2", "S-1"))
    assert taken(store)[LOAD] == 3


def test_a_load_in_hand_for_an_order_that_is_cancelled_stands_again(store: Store, cups: Hand) -> None:
    """Its units go back to their shelf, as it is said of all that is in hand."""
    assert cups.scan(LOAD) == "item_done"
    store.write(lambda tx: replan.cancel_order(tx, "O2", "customer"))
    assert taken(store)[LOAD] is None
    assert put_back(store) == []


def test_a_load_scanned_for_a_line_that_is_closed_is_put_back_whole(store: Store, cups: Hand) -> None:
    """The order was cancelled while the picker was in a dead corner: eight cups, once, however often it is sent."""
    store.write(lambda tx: replan.cancel_order(tx, "O2", "customer"))
    late = cups.intent(LOAD, line=3, version=1)
    assert [(reply["code"], reply["replay"]) for reply in (cups.send(late), cups.send(late))] == [
        ("order_cancelled", False),
        ("order_cancelled", True),
    ]
    assert put_back(store) == [("CUP", SECOND, 8, "O2")]
    assert (taken(store)[LOAD], on_hand(store)[PLACE, "CUP"]) == (None, 20)


def test_the_second_device_that_scans_a_load_which_is_gone_is_late(store: Store, cups: Hand) -> None:
    """As for other goods: both are in the log, the ledger has every unit once, and the second puts back (case 73)."""
    for label in (LOAD, "TOTE-2"):
        cups.scan(label, line=3)
    second = Hand(store)
    second.task, second.seq = cups.task, iter(range(1000, 2000))  # type: ignore[assignment]
    assert second.scan(LOAD, line=3) == "late_scan"
    assert put_back(store) == [("CUP", SECOND, 8, "O2")]
    assert (on_hand(store)["tote:TOTE-2", "CUP"], on_hand(store)[PLACE, "CUP"]) == (8, 12)


# --- the store ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("wrong", [{"lot": "L9"}, {"account": f"location:{FIRST}"}, {"sku": "MUG"}, {"qty_each": 7}])
def test_the_audit_finds_a_load_that_was_taken_for_other_goods_or_never_counted(
    store: Store, cups: Hand, wrong: dict[str, Any]
) -> None:
    """Whatever changed it, somebody packs what is not there."""
    cups.scan(LOAD)
    load_row = s.handling_units.update().where(s.handling_units.c.sscc == LOAD)
    before = {"lot": "L1", "account": PLACE, "sku": "CUP", "qty_each": 8}
    store.write(lambda tx: tx.connection.execute(load_row.values(**wrong)))
    assert [one.rule for one in store.read(audit.violations)] == ["a load is taken whole, for a line of its own goods"]
    store.write(lambda tx: tx.connection.execute(load_row.values(**before)))


def test_nothing_but_an_sscc_is_looked_up_among_the_loads(migrated_sqlite: Path, tmp_path: Path) -> None:
    """A scan must not pay for what most houses do not have: location, item, tote and undo never ask for loads."""
    for one in on_sqlite(migrated_sqlite, tmp_path):
        hand = Hand(one)
        hand.begin()
        hand.scan("CART-1")
        asked: list[str] = []

        def listen(tx: Any, asked: list[str] = asked) -> None:
            tx.connection.connection.dbapi_connection.set_trace_callback(asked.append)

        one.write(listen)
        for label in (FIRST, EAN["PEN"], EAN["PEN"], "TOTE-1", SECOND):
            hand.scan(label)
        hand.tap(Act.UNDO)
        assert len(asked) > 20
        assert [statement for statement in asked if "handling_units" in statement] == []
        hand.scan(LOAD)
        assert sum("handling_units" in statement for statement in asked) == 1

"""A short or a full tote taken back: all that it changed is as it was, or it stands and nothing has changed."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table, insert, select, update

from server.core.tabular import Kind, read_table
from server.core.terms import Act
from server.floor import load, replan
from server.store import lines, stock
from server.store import schema as s
from server.store.transaction import News, Store, Transaction
from tests.small_floor import CUP_CASE, EAN, FIRST, NOW, OTHER, SECOND, THIRD, Hand, furnish, stands


def scans(hand: Hand, *labels: str) -> str:
    """Scan one label after the other; answers the last reply's code."""
    return [hand.scan(label) for label in labels][-1]


def short(hand: Hand, reason: str = "not_there") -> str:
    """Tap short."""
    return hand.tap(Act.SHORT, reason=reason)


def change(table: Table, what: dict[str, Any], **where: Any) -> Callable[[Transaction], Any]:
    """A change that somebody else makes."""
    found = (table.c[column] == value for column, value in where.items())
    return lambda tx: tx.connection.execute(update(table).where(*found).values(**what))


@pytest.fixture
def hand(migrated_sqlite: Path, tmp_path: Path) -> Iterator[Hand]:
    """A picker with the batch on a floor that tests may put into any state, sound or not: nobody audits it."""
    shutil.copyfile(migrated_sqlite, tmp_path / "floor.db")
    store = Store(f"sqlite:///{tmp_path}/floor.db")
    furnish(store)
    picker = Hand(store)
    picker.begin()
    picker.scan("CART-1")
    yield picker
    store.close()


def count_of(store: Store) -> Any:
    """The one count that was asked for."""
    return store.read(lambda c: c.execute(select(s.tasks).where(s.tasks.c.kind == "count")).one())


def told(location_code: str, sku: str, qty: int) -> Callable[[Transaction], Any]:
    """A file says how many of a SKU lie in a location."""
    content = f"location_code,sku,lot,qty\n{location_code},{sku},L1,{qty}\n".encode()
    return lambda tx: load.take(
        tx, read_table(content, Kind.STOCK, {}, "generic", load.known_to(tx.connection, Kind.STOCK))
    )


@pytest.mark.parametrize("reason", ["not_there", "damaged"])
@pytest.mark.parametrize("in_hand", [0, 1])
def test_an_undone_short_that_was_had_elsewhere_leaves_nothing_behind(
    store: Store, picker: Hand, in_hand: int, reason: str
) -> None:
    """The stop that was added leaves the tour, its promise is free, the count is not wanted; the goods are here."""
    scans(picker, FIRST, *[EAN["PEN"]] * in_hand)
    before = stands(store)
    assert short(picker, reason) == ("short_kept" if in_hand else "short_noted")
    assert (FIRST in [row[1] for row in stands(store)["tour"]], len(stands(store)["tour"])) == (
        bool(in_hand),
        3 + in_hand,
    )
    reply = picker.send(picker.intent("", act=Act.UNDO))
    assert (reply["code"], reply["about"], reply["args"]["n"]) == ("undone", 1, in_hand - 2)
    assert stands(store) == before
    assert count_of(store).ended_why == "withdrawn"
    assert picker.tap(Act.UNDO) == "nothing_to_undo"
    assert scans(picker, *[EAN["PEN"]] * (2 - in_hand), "TOTE-1", SECOND) == "location_ok"


def test_the_ledger_tells_the_short_and_its_undo(store: Store, picker: Hand) -> None:
    """Nothing is removed: units come back by a move of the undo's own event."""
    picker.scan(FIRST)
    short(picker, "damaged")
    picker.tap(Act.UNDO)
    moves = select(s.moves.c.from_account, s.moves.c.to_account, s.moves.c.reason, s.events.c.kind, s.events.c.qty_each)
    rows = store.read(lambda c: c.execute(moves.join(s.events).order_by(s.moves.c.id)).all())
    here, aside = f"location:{FIRST}", f"quarantine:{FIRST}"
    assert [tuple(row) for row in rows] == [
        (here, aside, "short: damaged", "short", 2),
        (aside, here, "undone", "short", -2),
    ]


def test_an_undone_short_that_was_nowhere_else_owes_the_order_nothing(store: Store, picker: Hand) -> None:
    """There was one mug too few; now the order is not short of it."""
    scans(picker, FIRST, EAN["PEN"], EAN["PEN"], "TOTE-1", SECOND)
    before = stands(store)
    assert short(picker) == "short_noted"
    assert stands(store)["orders"][1] == (2, 0, 1)
    assert picker.tap(Act.UNDO) == "undone"
    assert stands(store) == before
    assert scans(picker, EAN["MUG"], "TOTE-1", CUP_CASE) == "item_ok"


def test_an_undone_short_of_which_a_part_was_elsewhere(store: Store, picker: Hand) -> None:
    """One pen was promised at the third location, the order was short of the other."""
    store.write(change(s.stock, {"on_hand_each": 1}, account=f"location:{THIRD}"))
    store.write(change(s.moves, {"qty_each": 1}, to_account=f"location:{THIRD}"))
    picker.scan(FIRST)
    before = stands(store)
    short(picker)
    assert (stands(store)["orders"][0], len(stands(store)["tour"])) == ((1, 0, 1), 3)
    assert picker.tap(Act.UNDO) == "undone"
    assert stands(store) == before


def test_who_could_not_get_there_walks_there_again(store: Store, picker: Hand) -> None:
    """A short before the location was proved leads back to the way there."""
    before = stands(store)
    assert short(picker, "blocked") == "short_noted"
    assert picker.tap(Act.UNDO) == "undone"
    after = stands(store)
    assert after.pop("task") == [("location", 1, 0, "")]
    assert after == {name: rows for name, rows in before.items() if name != "task"}


def test_the_rest_of_the_tour_is_solved_anew_and_the_device_is_told(store: Store, picker: Hand) -> None:
    """The added stop may have turned the tour round."""
    picker.scan(FIRST)
    short(picker)
    heard: list[News] = []
    store.listen(heard.extend)
    picker.tap(Act.UNDO)
    assert {News("reroute", 1), News("task", int(picker.task[1:]), picker.badge)} <= set(heard)


def test_a_line_that_a_device_walked_to_out_of_turn_is_stood_at_again(store: Store, picker: Hand) -> None:
    """Its tour had it first; the server's has it last, and after the undo first: the picker is there."""
    stale = {"line": 3, "version": 0}
    assert [picker.scan(label, **stale) for label in (SECOND, CUP_CASE)] == ["location_ok", "item_ok"]
    store.write(lambda tx: replan.ask_count(tx, FIRST, "PEN"))
    assert picker.send(picker.intent("", act=Act.SHORT, reason="not_there", **stale))["code"] == "short_kept"
    assert picker.scan("TOTE-2", **stale) == "put_ok"
    assert picker.tap(Act.UNDO) == "undone"
    assert picker.scan("TOTE-2") == "put_ok"

    other = {"line": 2, "version": 0}
    assert picker.scan(SECOND, **other) == "location_ok"
    assert picker.send(picker.intent("", act=Act.SHORT, reason="not_there", **other))["code"] == "short_noted"
    assert picker.send(picker.intent("", act=Act.UNDO, version=99))["code"] == "undone"
    assert [row.id for row in store.read(lambda c: lines.tour_lines(c, 1))] == [2, 1]
    assert stands(store)["task"] == [("item", 2, 0, SECOND)]


@pytest.mark.parametrize("line_id", [1, 2])
def test_an_order_that_is_cancelled_meanwhile_is_not_picked_for_after_all(
    store: Store, picker: Hand, line_id: int
) -> None:
    """Neither a line of which units were in hand, nor one that was closed."""
    if line_id == 1:
        scans(picker, FIRST, EAN["PEN"])
    else:
        scans(picker, FIRST, EAN["PEN"], EAN["PEN"], "TOTE-1", SECOND)
    short(picker)
    store.write(lambda tx: replan.cancel_order(tx, "O1", "customer"))
    before = stands(store)
    assert picker.tap(Act.UNDO) == "nothing_to_undo"
    assert stands(store) == before


def left_behind(tx: Transaction) -> None:
    """The added stop could not be reached, and waits for a batch of its own."""
    tx.connection.execute(insert(s.batches), {"id": 2})
    tx.connection.execute(insert(s.batch_slots), {"batch_id": 2, "slot": 1, "order_ref": "O1"})
    change(s.pick_lines, {"batch_id": 2}, location_code=THIRD)(tx)


MEANWHILE: dict[str, Callable[[Transaction], Any]] = {
    "the place was counted": change(s.tasks, {"ended_at": NOW, "ended_why": "done"}, kind="count"),
    "a file told that more lie there": told(FIRST, "PEN", 9),
    "a file told that fewer lie there": told(FIRST, "PEN", 7),
    "the added stop was begun": change(s.pick_lines, {"picked_each": 1}, location_code=THIRD),
    "the added stop was closed": change(s.pick_lines, {"state": "done"}, location_code=THIRD),
    "another batch has the added stop": left_behind,
}


@pytest.mark.parametrize("meanwhile", MEANWHILE)
def test_a_short_that_others_have_built_on_stands(hand: Hand, meanwhile: str) -> None:
    """And nothing of it is reversed in part."""
    hand.scan(FIRST)
    short(hand)
    hand.store.write(MEANWHILE[meanwhile])
    before = stands(hand.store)
    assert hand.tap(Act.UNDO) == "nothing_to_undo"
    assert stands(hand.store) == before


BESIDE: dict[str, Callable[[Transaction], Any]] = {
    "a file told of the goods elsewhere": told(THIRD, "PEN", 5),
    "a file told of other goods there": told(FIRST, "MUG", 4),
    "somebody else missed some there": lambda tx: stock.move(
        tx.connection, tx.now, "PEN", "L1", 1, f"location:{FIRST}", stock.ADJUSTMENT, "short: not_there"
    ),
    "another part of the order stands at the bench": change(s.orders, {"state": "picked"}, order_ref="O1"),
}


@pytest.mark.parametrize("beside", BESIDE)
def test_a_short_is_undone_whatever_happens_beside_it(store: Store, picker: Hand, beside: str) -> None:
    """Neither what was told of the place before it."""
    store.write(told(FIRST, "PEN", 12))
    picker.scan(FIRST)
    short(picker)
    store.write(BESIDE[beside])
    assert picker.tap(Act.UNDO) == "undone"


def test_who_took_the_batch_over_does_not_take_back_what_they_have_not_seen(store: Store, picker: Hand) -> None:
    """The short is of whoever stood there."""
    picker.scan(FIRST)
    short(picker)
    colleague = Hand(store, OTHER)
    colleague.begin()
    assert picker.send(picker.intent(OTHER, act=Act.HAND_OVER))["code"] == "handed_over"
    colleague.begin()
    assert colleague.tap(Act.UNDO) == "nothing_to_undo"


def test_a_count_that_others_asked_for_too_is_still_wanted(store: Store, picker: Hand) -> None:
    """After the short, or before it."""
    picker.scan(FIRST)
    short(picker)
    store.write(lambda tx: replan.ask_count(tx, FIRST, "PEN"))
    assert picker.tap(Act.UNDO) == "undone"
    assert count_of(store).ended_at == ""
    assert short(picker) == "short_noted"
    assert picker.tap(Act.UNDO) == "undone"
    assert count_of(store).ended_at == ""


@pytest.mark.parametrize("begun_by", [{"badge": "P-2"}, {"state": "counting"}])
def test_a_count_that_was_begun_goes_on(store: Store, picker: Hand, begun_by: dict[str, str]) -> None:
    """Somebody is on the way there: let them look."""
    picker.scan(FIRST)
    short(picker)
    store.write(change(s.tasks, begun_by, kind="count"))
    assert picker.tap(Act.UNDO) == "undone"
    assert count_of(store).ended_at == ""


def test_a_scan_of_a_stop_that_has_left_the_tour_is_told_so_and_its_goods_are_put_back(
    store: Store, picker: Hand
) -> None:
    """Its order is not cancelled: the other device had not heard that the short was undone."""
    picker.scan(FIRST)
    short(picker)
    added = store.read(
        lambda c: c.execute(select(s.pick_lines.c.id).where(s.pick_lines.c.location_code == THIRD))
    ).scalar()
    picker.tap(Act.UNDO)
    picker.tap(Act.UNDO)
    late = picker.send(picker.intent(EAN["PEN"], line=added))
    assert (late["code"], late["args"]["version"]) == ("stale_task", late["task"]["version"])
    back = store.read(lambda c: c.execute(select(s.tasks).where(s.tasks.c.kind == "put_back")).one())
    assert (back.sku, back.qty_each, back.location_code) == ("PEN", 1, THIRD)


# --- a full tote ----------------------------------------------------------------------------------------------------


def told_full(picker: Hand) -> None:
    """The pens are in TOTE-1, one mug is in hand for it, and it is told full."""
    scans(picker, FIRST, EAN["PEN"], EAN["PEN"], "TOTE-1", SECOND, EAN["MUG"])
    assert picker.tap(Act.FULL_TOTE) == "tote_full_noted"


def test_a_tote_told_full_by_mistake_is_its_slots_again(store: Store, picker: Hand) -> None:
    """The mug goes in with the pens."""
    scans(picker, FIRST, EAN["PEN"], EAN["PEN"], "TOTE-1", SECOND, EAN["MUG"])
    before = stands(store)
    assert picker.tap(Act.FULL_TOTE) == "tote_full_noted"
    reply = picker.send(picker.intent("", act=Act.UNDO))
    assert (reply["code"], reply["about"], reply["task"]["tote"]) == ("undone", 2, "TOTE-1")
    assert stands(store) == before
    assert picker.tap(Act.UNDO) == "nothing_to_undo"
    assert scans(picker, "TOTE-1", CUP_CASE) == "item_ok"


def test_a_full_tote_is_given_back_to_its_slot_though_the_tour_goes_on_elsewhere(store: Store, picker: Hand) -> None:
    """Turned round while nothing was in hand: the cups come first now, and the mug's slot has its tote again."""
    scans(picker, FIRST, EAN["PEN"], EAN["PEN"], "TOTE-1")
    assert picker.tap(Act.FULL_TOTE) == "tote_full_noted"
    store.write(lambda tx: lines.reorder(tx.connection, [3, 2], 10))
    store.write(lambda tx: replan.changed(tx, 1))
    reply = picker.send(picker.intent("", act=Act.UNDO))
    assert (reply["code"], reply["about"], reply["task"]["tote"]) == ("undone", 3, "")
    assert [row[3] for row in stands(store)["slots"]] == ["TOTE-1", ""]
    assert scans(picker, SECOND, CUP_CASE, "TOTE-1") == "wrong_tote"


ELSEWHERE: dict[str, Callable[[Transaction], Any]] = {
    "it was emptied and is free": change(s.totes, {"state": "free"}, tote="TOTE-1"),
    "another batch has it": change(s.totes, {"batch_id": None}, tote="TOTE-1"),
    "another slot has it": change(s.totes, {"slot": 2}, tote="TOTE-1"),
    "its slot has another": change(s.batch_slots, {"tote": "TOTE-4"}, slot=1),
    "its order was cancelled": lambda tx: replan.cancel_order(tx, "O1", "customer"),
}


@pytest.mark.parametrize("meanwhile", ELSEWHERE)
def test_a_full_tote_that_is_bound_elsewhere_stays_so(hand: Hand, meanwhile: str) -> None:
    """Nothing goes into what is not the slot's any more."""
    told_full(hand)
    hand.store.write(ELSEWHERE[meanwhile])
    before = stands(hand.store)
    assert hand.tap(Act.UNDO) == "nothing_to_undo"
    assert stands(hand.store) == before

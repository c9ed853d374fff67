"""Goods that belong on a shelf again: somebody is asked, at a good moment, and the ledger follows them there."""

from typing import Any

import pytest
from sqlalchemy import select, update

from server.core.errors import Conflict
from server.core.terms import Act, Role
from server.floor import errands, replan, scan, supervise
from server.floor.document import task_document
from server.store import orders
from server.store import schema as s
from server.store.transaction import News, Store
from tests.small_floor import CUP_CASE, EAN, FIRST, OTHER, PICKER, SECOND, THIRD, Hand, on_hand


@pytest.fixture
def picker(store: Store) -> Hand:
    """A picker who has put O1's pens and mug into TOTE-1 and O2's cups into TOTE-2."""
    hand = Hand(store)
    hand.begin()
    pens, mug, cups = [FIRST, EAN["PEN"], EAN["PEN"], "TOTE-1"], [SECOND, EAN["MUG"], "TOTE-1"], [CUP_CASE, CUP_CASE]
    for label in ("CART-1", *pens, *mug, *cups, "TOTE-2"):
        hand.scan(label)
    return hand


def codes(hand: Hand, *labels: str) -> list[str]:
    """The replies' codes to scans one after the other."""
    return [hand.scan(label) for label in labels]


def document(hand: Hand) -> dict[str, Any]:
    """The task that the hand stands in, as its device is told."""
    return hand.store.read(lambda c: task_document(c, int(hand.task[1:])))


def current(hand: Hand) -> dict[str, Any]:
    """Ask again what to do: the task becomes this hand's."""
    hand.begin()
    return document(hand)


def open_tasks(store: Store) -> list[tuple[str, int, str]]:
    """Unfinished put-backs: (SKU, eaches, badge)."""
    query = select(s.tasks).where(s.tasks.c.kind == "put_back", s.tasks.c.ended_at == "")
    rows = store.read(lambda c: c.execute(query).all())
    return sorted((row.sku, row.qty_each, row.badge or "") for row in rows)


def test_who_brings_the_cart_to_the_station_puts_a_cancelled_orders_goods_back(store: Store, picker: Hand) -> None:
    """Tote, item, shelf, for each SKU; then the tote is anybody's again and the units are where they came from."""
    told: list[News] = []
    store.write(lambda tx: replan.cancel_order(tx, "O1", "customer"))
    assert open_tasks(store) == [("MUG", 1, ""), ("PEN", 2, "")]
    store.listen(told.extend)
    assert picker.scan("PACK-1") == "batch_done"
    given = current(picker)
    assert (given["kind"], given["state"], given["tote"]) == ("put_back", "tote", "TOTE-1")
    assert int(given["id"][1:]) in {news.ref for news in told if news.kind == "task" and news.badge == PICKER}
    first = [given["sku"], given["qty"], given["location"]]
    assert first in (["PEN", 2, FIRST], ["MUG", 1, SECOND])
    for _ in range(2):
        given = current(picker)
        units = [EAN[given["sku"]]] * given["qty"]
        assert codes(picker, "TOTE-1", *units, given["location"])[-1] == "put_back_done"
    assert open_tasks(store) == []
    assert current(picker)["kind"] == "pick"
    held = on_hand(store)
    assert (held[(f"location:{FIRST}", "PEN")], held[(f"location:{SECOND}", "MUG")]) == (10, 5)
    assert ("tote:TOTE-1", "PEN") not in held
    tote = store.read(lambda c: c.execute(select(s.totes).where(s.totes.c.tote == "TOTE-1")).one())
    assert (tote.state, tote.order_ref) == ("free", "")


def test_a_tote_on_a_cart_is_left_alone_until_it_stands_still(store: Store, picker: Hand) -> None:
    """Another picker who waits is not sent after a cart that rolls."""
    other = Hand(store, OTHER)
    other.begin()
    other.scan("CART-2")
    store.write(lambda tx: replan.cancel_order(tx, "O1", "customer"))
    assert current(other)["kind"] == "pick"
    assert other.tap(Act.PUT_BACK) == "no_put_back"


def test_who_waits_is_asked_when_goods_come_to_be_put_back(store: Store, picker: Hand) -> None:
    """The cart is at the station, the order is cancelled, and nobody has another batch."""
    assert picker.scan("PACK-1") == "batch_done"
    assert current(picker)["state"] == "waiting"
    store.write(lambda tx: replan.cancel_order(tx, "O2", "customer"))
    given = current(picker)
    assert (given["sku"], given["qty"], given["each_up_to"]) == ("CUP", 8, 6)
    assert codes(picker, "TOTE-2", EAN["CUP"]) == ["tote_open", "how_many"]
    assert picker.tap(Act.QUANTITY, 8) == "quantity_ok"
    assert codes(picker, FIRST, FIRST) == ["not_its_place", "put_back_done"]
    assert on_hand(store)[(f"location:{FIRST}", "CUP")] == 8


def test_a_supervisor_takes_goods_to_put_back_from_who_went_home_with_them(store: Store, picker: Hand) -> None:
    """They wait for anybody then; what waits already cannot be taken from anyone."""
    assert picker.scan("PACK-1") == "batch_done"
    store.write(lambda tx: replan.cancel_order(tx, "O2", "customer"))
    task = int(current(picker)["id"][1:])
    assert codes(picker, "TOTE-2") == ["tote_open"]
    store.write(lambda tx: supervise.cancel_task(tx, task, "S-1"))
    assert open_tasks(store) == [("CUP", 8, "")]
    assert picker.scan(EAN["CUP"]) == "task_reassigned"
    with pytest.raises(Conflict):
        store.write(lambda tx: supervise.cancel_task(tx, task, "S-1"))
    assert current(picker)["kind"] == "pick"
    other = Hand(store, OTHER)
    other.begin()
    assert other.scan("CART-2") == "cart_taken"
    assert (current(other)["kind"], codes(other, "TOTE-2")) == ("put_back", ["tote_open"])


def test_somebody_else_does_it_when_it_is_left_and_who_left_it_may_ask_again(store: Store, picker: Hand) -> None:
    """The waiting screen says how many times goods wait, and gives the next at a tap."""
    assert picker.scan("PACK-1") == "batch_done"
    store.write(lambda tx: replan.cancel_order(tx, "O2", "customer"))
    current(picker)
    assert picker.tap(Act.CANCEL) == "put_back_left"
    waiting = current(picker)
    assert (waiting["kind"], waiting["put_backs"]) == ("pick", 1)
    other = Hand(store, OTHER)
    other.begin()
    assert other.scan("CART-2") == "cart_taken"
    assert current(other)["kind"] == "put_back"
    assert picker.tap(Act.PUT_BACK) == "no_put_back"
    assert codes(other, "TOTE-2", CUP_CASE) == ["tote_open", "item_ok"]
    assert other.tap(Act.CANCEL) == "empty_hand_first"
    assert other.tap(Act.UNDO) == "undone"
    assert other.tap(Act.CANCEL) == "put_back_left"
    assert picker.tap(Act.PUT_BACK) == "put_back_given"
    assert current(picker)["kind"] == "put_back"


def test_units_that_are_not_in_the_tote_are_written_off(store: Store, picker: Hand) -> None:
    """Two of eight cups turn up; the tote is free all the same."""
    assert picker.scan("PACK-1") == "batch_done"
    store.write(lambda tx: replan.cancel_order(tx, "O2", "customer"))
    current(picker)
    assert codes(picker, "TOTE-2", EAN["CUP"]) == ["tote_open", "how_many"]
    assert picker.tap(Act.QUANTITY, 2) == "quantity_ok"
    assert picker.tap(Act.SHORT, reason="not_found") == "short_kept"
    assert picker.scan(SECOND) == "put_back_done"
    held = on_hand(store)
    assert held[(f"location:{SECOND}", "CUP")] == 14
    assert ("tote:TOTE-2", "CUP") not in held
    tote = store.read(lambda c: c.execute(select(s.totes.c.state).where(s.totes.c.tote == "TOTE-2")).scalar_one())
    assert tote == "free"


def test_units_that_turn_up_a_moment_later_are_put_back_too(store: Store, picker: Hand) -> None:
    """A short of the rest is undone: it lies in the tote again, and all of it goes to the shelf."""
    assert picker.scan("PACK-1") == "batch_done"
    store.write(lambda tx: replan.cancel_order(tx, "O2", "customer"))
    current(picker)
    assert codes(picker, "TOTE-2", CUP_CASE) == ["tote_open", "item_ok"]
    before = on_hand(store)
    assert picker.tap(Act.SHORT, reason="not_found") == "short_kept"
    assert on_hand(store)[("tote:TOTE-2", "CUP")] == 4
    reply = picker.send(picker.intent("", act=Act.UNDO))
    assert (reply["code"], reply["task"]["state"], reply["task"]["qty"]) == ("undone", "item", 8)
    assert on_hand(store) == before
    assert picker.tap(Act.UNDO) == "nothing_to_undo"
    assert codes(picker, CUP_CASE, SECOND) == ["item_done", "put_back_done"]
    assert on_hand(store)[(f"location:{SECOND}", "CUP")] == 20


@pytest.mark.parametrize("asked_before", [False, True])
def test_a_count_for_what_was_in_the_hand_after_all_is_not_wanted(store: Store, asked_before: bool) -> None:
    """Unless somebody else wants it."""
    hand = Hand(store)
    hand.begin()
    hand.scan("CART-1")
    hand.scan(FIRST)
    store.write(lambda tx: supervise.reassign(tx, int(hand.task[1:]), OTHER, "S-1"))
    assert [hand.scan(EAN["PEN"], line=1) for _ in range(2)] == ["task_reassigned"] * 2
    current(hand)
    if asked_before:
        store.write(lambda tx: replan.ask_count(tx, FIRST, "PEN"))
    assert hand.scan(EAN["PEN"]) == "item_ok"
    assert hand.tap(Act.SHORT, reason="not_found") == "short_kept"
    assert hand.tap(Act.UNDO) == "undone"
    count = store.read(lambda c: c.execute(select(s.tasks.c.ended_why).where(s.tasks.c.kind == "count")).scalar_one())
    assert count == ("" if asked_before else "withdrawn")
    assert codes(hand, EAN["PEN"], FIRST) == ["item_done", "put_back_done"]


def test_what_a_late_scan_took_is_brought_back_by_whoever_holds_it(store: Store) -> None:
    """The ledger has it on its shelf all the while: back there nothing moves, on another shelf it does."""
    hand = Hand(store)
    hand.begin()
    hand.scan("CART-1")
    hand.scan(FIRST)
    store.write(lambda tx: supervise.reassign(tx, int(hand.task[1:]), OTHER, "S-1"))
    before = on_hand(store)
    assert hand.scan(EAN["PEN"], line=1) == "task_reassigned"
    assert hand.scan(EAN["PEN"], line=1) == "task_reassigned"
    assert open_tasks(store) == [("PEN", 2, PICKER)]
    given = current(hand)
    assert (given["state"], given["tote"], given["qty"], given["location"]) == ("item", "", 2, FIRST)
    assert given["locations"] == [FIRST, THIRD]
    assert codes(hand, EAN["PEN"], EAN["PEN"]) == ["item_ok", "item_done"]
    assert on_hand(store) == before
    assert hand.scan(THIRD) == "put_back_done"
    assert on_hand(store)[(f"location:{THIRD}", "PEN")] == before[(f"location:{THIRD}", "PEN")] + 2
    assert current(hand)["state"] == "cart"


def test_more_late_scans_make_more_to_put_back_even_when_all_was_counted(store: Store) -> None:
    """The device drains its queue while the first units are on their way back."""
    hand = Hand(store)
    hand.begin()
    hand.scan("CART-1")
    hand.scan(FIRST)
    picking = hand.task
    store.write(lambda tx: supervise.reassign(tx, int(picking[1:]), OTHER, "S-1"))
    hand.scan(EAN["PEN"], line=1)
    current(hand)
    assert hand.scan(EAN["PEN"]) == "item_done"
    assert hand.scan(EAN["PEN"], task=picking, line=1) == "task_reassigned"
    assert codes(hand, FIRST, EAN["PEN"], FIRST) == ["this_is_location", "item_done", "put_back_done"]


def test_units_that_the_ledger_no_longer_has_free_are_counted_not_made_up(store: Store) -> None:
    """All pens of the first shelf are promised by now: nothing moves, and both shelves are to be counted."""
    hand = Hand(store)
    hand.begin()
    hand.scan("CART-1")
    hand.scan(FIRST)
    store.write(lambda tx: supervise.reassign(tx, int(hand.task[1:]), OTHER, "S-1"))
    hand.scan(EAN["PEN"], line=1)
    taken = update(s.stock).where(s.stock.c.account == f"location:{FIRST}").values(on_hand_each=2)
    gone = {"at": "2026", "from_account": f"location:{FIRST}", "to_account": "adjustment", "sku": "PEN", "lot": "L1"}
    store.write(lambda tx: tx.connection.execute(taken))
    store.write(lambda tx: tx.connection.execute(s.moves.insert(), gone | {"qty_each": 8}))
    current(hand)
    assert codes(hand, EAN["PEN"], THIRD) == ["item_done", "put_back_done"]
    counts = select(s.tasks.c.location_code).where(s.tasks.c.kind == "count")
    assert sorted(store.read(lambda c: c.execute(counts).scalars().all())) == [FIRST, THIRD]
    assert on_hand(store)[(f"location:{THIRD}", "PEN")] == 3


def test_a_put_back_made_offline_and_sent_twice_is_done_once(store: Store, picker: Hand) -> None:
    """Its scans have op_ids like all others."""
    assert picker.scan("PACK-1") == "batch_done"
    store.write(lambda tx: replan.cancel_order(tx, "O2", "customer"))
    current(picker)
    sent = [picker.intent(label) for label in ("TOTE-2", CUP_CASE, CUP_CASE, SECOND)]
    first = [picker.send(intent)["code"] for intent in sent]
    assert first == ["tote_open", "item_ok", "item_done", "put_back_done"]
    assert [picker.send(intent)["replay"] for intent in sent] == [True] * 4
    assert on_hand(store)[(f"location:{SECOND}", "CUP")] == 20


def test_who_puts_goods_back_is_given_no_batch_and_takes_none_over(store: Store, picker: Hand) -> None:
    """One thing at a time."""
    assert picker.scan("PACK-1") == "batch_done"
    store.write(lambda tx: replan.cancel_order(tx, "O2", "customer"))
    assert store.read(lambda c: errands.waiting_for(c, OTHER)) == 0
    task = store.write(lambda tx: scan.begin(tx, PICKER, Role.PICKER))
    walkers = store.read(orders.waiting_walkers)
    assert task is not None
    assert walkers == []

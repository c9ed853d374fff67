"""Undo at every step, and the effects beside the work: what is taken back, what is refused, what stays as it is."""

from typing import Any

import pytest
from sqlalchemy import insert, select, update

from server.core.terms import Act
from server.floor import replan
from server.store import schema as s
from server.store.transaction import Store
from tests.small_floor import CUP_CASE, EAN, FIRST, NOW, PACKER, SECOND, Hand, on_hand


def scans(hand: Hand, *labels: str) -> str:
    """Scan one label after the other; answers the last reply's code."""
    return [hand.scan(label) for label in labels][-1]


def row_of(store: Store, table: Any, **where: object) -> Any:
    """The one row of a table with these values."""
    query = select(table).where(*(table.c[column] == value for column, value in where.items()))
    return store.read(lambda c: c.execute(query).one())


def put_pens(picker: Hand) -> None:
    """Order O1's two pens into TOTE-1."""
    assert scans(picker, FIRST, EAN["PEN"], EAN["PEN"], "TOTE-1") == "put_ok"


def staged(picker: Hand) -> None:
    """The whole batch, to the station."""
    put_pens(picker)
    assert scans(picker, SECOND, EAN["MUG"], "TOTE-1", CUP_CASE, CUP_CASE, "TOTE-2", "PACK-1") == "batch_done"


def test_an_undone_put_is_in_the_hand_and_promised_in_its_location_again(store: Store, picker: Hand) -> None:
    """Ledger, line, order line and tote are as before the put, and the reply is about the line that is open again."""
    put_pens(picker)
    reply = picker.send(picker.intent("", act=Act.UNDO))
    assert (reply["code"], reply["about"], reply["args"]["ref"]) == ("undone", 1, "TOTE-1")
    cursor = reply["task"]
    assert (cursor["state"], cursor["in_hand"], cursor["picked"], cursor["tote"]) == ("tote", 2, 0, "")
    assert on_hand(store)[(f"location:{FIRST}", "PEN")] == 10
    assert row_of(store, s.stock, account=f"location:{FIRST}").reserved_each == 2
    line = row_of(store, s.pick_lines, id=1)
    assert (line.state, line.picked_each) == ("open", 0)
    assert row_of(store, s.order_lines, id=1).picked_each == 0
    assert row_of(store, s.totes, tote="TOTE-1").state == "free"
    assert scans(picker, "TOTE-3", SECOND) == "location_ok"
    assert on_hand(store)[("tote:TOTE-3", "PEN")] == 2


def test_a_part_put_is_undone_by_its_own_units_only(store: Store, picker: Hand) -> None:
    """One pen was in the tote before: that one stays there, and so does the tote."""
    scans(picker, FIRST, EAN["PEN"], "TOTE-1", EAN["PEN"], "TOTE-1")
    assert picker.tap(Act.UNDO) == "undone"
    assert on_hand(store)[("tote:TOTE-1", "PEN")] == 1
    assert row_of(store, s.pick_lines, id=1).picked_each == 1
    assert row_of(store, s.totes, tote="TOTE-1").state == "filling"
    assert scans(picker, "TOTE-1", SECOND) == "location_ok"


@pytest.mark.parametrize("undone", ["count", "put", "arrive"])
def test_only_the_last_step_is_undone(store: Store, picker: Hand, undone: str) -> None:
    """A second undo finds nothing, whatever the first took back."""
    labels = {"count": (FIRST, EAN["PEN"]), "put": (FIRST, EAN["PEN"], EAN["PEN"], "TOTE-1"), "arrive": (FIRST,)}
    scans(picker, *labels[undone])
    before = on_hand(store)
    assert picker.tap(Act.UNDO) == "undone"
    assert picker.tap(Act.UNDO) == "nothing_to_undo"
    assert picker.scan("UNDO") == "nothing_to_undo"
    assert undone == "put" or on_hand(store) == before


def test_a_refusal_between_leaves_the_last_step_to_be_undone(store: Store, picker: Hand) -> None:
    """A wrong scan had no effect: the step before it is still the last that had one; a card says UNDO as well."""
    put_pens(picker)
    assert scans(picker, "NO-SUCH", FIRST) == "wrong_location"
    assert picker.scan("undo") == "undone"
    assert ("tote:TOTE-1", "PEN") not in on_hand(store)


def test_the_last_put_is_undone_at_the_station_and_no_longer_once_the_batch_is_there(
    store: Store, picker: Hand
) -> None:
    """The cart has reached the bench: from then on the packer decides."""
    staged_but_one = (SECOND, EAN["MUG"], "TOTE-1", CUP_CASE, CUP_CASE, "TOTE-2")
    put_pens(picker)
    scans(picker, *staged_but_one)
    assert picker.tap(Act.UNDO) == "undone"
    assert scans(picker, "TOTE-2", "PACK-1") == "batch_done"
    assert picker.tap(Act.UNDO) == "task_done"
    assert on_hand(store)[("tote:TOTE-2", "CUP")] == 8


def test_a_put_of_an_order_cancelled_since_is_not_undone(store: Store, picker: Hand) -> None:
    """Those units are to be put back by a task of their own."""
    put_pens(picker)
    store.write(lambda tx: replan.cancel_order(tx, "O1", "customer"))
    assert picker.tap(Act.UNDO) == "nothing_to_undo"
    assert on_hand(store)[("tote:TOTE-1", "PEN")] == 2


def test_a_count_of_an_order_cancelled_since_is_not_undone(store: Store, picker: Hand) -> None:
    """The task stands before another line with nothing in hand."""
    scans(picker, FIRST, EAN["PEN"])
    store.write(lambda tx: replan.cancel_order(tx, "O1", "customer"))
    assert picker.tap(Act.UNDO) == "nothing_to_undo"
    assert picker.scan(SECOND) == "location_ok"


def test_a_cart_taken_by_mistake_is_free_again(store: Store, picker: Hand) -> None:
    """While nothing is on it."""
    waiting = Hand(store, "P-2")
    waiting.begin()
    assert waiting.scan("CART-2") == "cart_taken"
    assert waiting.tap(Act.UNDO) == "undone"
    assert row_of(store, s.carts, cart="CART-2").badge is None
    assert waiting.scan("CART-2") == "cart_taken"


# --- another lot ----------------------------------------------------------------------------------------------------


def track_lots(store: Store, free_each: int) -> None:
    """Pens are tracked by lot, and `free_each` of lot L2 lie beside the planned L1."""

    def change(c: Any) -> None:
        c.execute(update(s.skus).where(s.skus.c.sku == "PEN").values(tracks="lot"))
        c.execute(insert(s.lots), {"sku": "PEN", "lot": "L2", "received_at": NOW})
        place = {"sku": "PEN", "lot": "L2"}
        c.execute(insert(s.stock), {**place, "account": f"location:{FIRST}", "on_hand_each": free_each})
        moved = {"at": NOW, "from_account": "received", "to_account": f"location:{FIRST}", "qty_each": free_each}
        c.execute(insert(s.moves), {**place, **moved})

    store.write(lambda tx: change(tx.connection))


def change_lot(picker: Hand, lot: str) -> list[str]:
    """Scan a pen of another lot, and its label again to change to it."""
    label = f"(01)0{EAN['PEN']}(10){lot}"
    return [picker.scan(FIRST), picker.scan(label), picker.scan(label)]


def reserved(store: Store) -> dict[str, int]:
    """What is promised of each lot of pens at the first location."""
    rows = store.read(lambda c: c.execute(select(s.stock).where(s.stock.c.account == f"location:{FIRST}")).all())
    return {row.lot: row.reserved_each for row in rows if row.reserved_each}


def test_a_changed_lot_is_served_and_undone_with_its_promises(store: Store, picker: Hand) -> None:
    """The units that were counted with the change are counted back with its undo."""
    track_lots(store, 5)
    assert change_lot(picker, "L2") == ["location_ok", "other_lot", "lot_changed"]
    assert reserved(store) == {"L2": 2}
    assert picker.tap(Act.UNDO) == "undone"
    assert (reserved(store), row_of(store, s.tasks, kind="pick").in_hand_each) == ({"L1": 2}, 0)
    assert change_lot(picker, "L2")[1:] == ["other_lot", "lot_changed"]
    assert scans(picker, f"(01)0{EAN['PEN']}(10)L2", "TOTE-1") == "put_ok"
    assert picker.tap(Act.UNDO) == "undone"
    assert reserved(store) == {"L2": 2}


def test_a_lot_of_which_too_little_is_free_is_refused(store: Store, picker: Hand) -> None:
    """Two are wanted, one is there: no exception, and nothing has changed."""
    track_lots(store, 1)
    assert change_lot(picker, "L2") == ["location_ok", "other_lot", "stock_differs"]
    assert reserved(store) == {"L1": 2}


def test_a_lot_that_nobody_knew_to_be_there_takes_the_planned_ones_place(store: Store, picker: Hand) -> None:
    """As many units as before, under the lot that was seen; the location is to be counted (case 42)."""
    track_lots(store, 5)
    assert change_lot(picker, "L9") == ["location_ok", "lot_not_known_here", "lot_not_known_here"]
    assert picker.tap(Act.CONFIRM) == "lot_changed"
    assert reserved(store) == {"L9": 2}
    assert row_of(store, s.tasks, kind="count").location_code == FIRST
    pens = store.read(lambda c: c.execute(select(s.stock.c.lot, s.stock.c.on_hand_each)).all())
    assert ("L9", 2) in [tuple(pen) for pen in pens]
    assert picker.tap(Act.UNDO) == "undone"
    assert reserved(store) == {"L1": 2}


# --- at the bench ---------------------------------------------------------------------------------------------------


@pytest.fixture
def packer(store: Store, picker: Hand) -> Hand:
    """A packer before the staged batch."""
    staged(picker)
    hand = Hand(store, PACKER)
    hand.begin()
    return hand


def test_an_undone_unit_is_in_its_tote_again(store: Store, packer: Hand) -> None:
    """The last unit, behind which the carton could be closed (case 85); then it is packed after all."""
    scans(packer, "TOTE-1", "BOX-M", EAN["MUG"], EAN["PEN"], EAN["PEN"])
    assert packer.tap(Act.UNDO) == "undone"
    assert packer.tap(Act.UNDO) == "nothing_to_undo"
    assert on_hand(store)[("tote:TOTE-1", "PEN")] == on_hand(store)[("parcel:1", "PEN")] == 1
    assert packer.tap(Act.CLOSE) == "close_with_missing"
    assert scans(packer, EAN["PEN"], "CLOSE") == "shipped"


def test_a_wrong_item_between_does_not_lead_undo_to_its_line(store: Store, packer: Hand) -> None:
    """The refused scan named another line of the order; the packed one is taken out."""
    scans(packer, "TOTE-1", "BOX-M", EAN["MUG"], EAN["PEN"])
    assert packer.scan(EAN["MUG"]) == "one_too_many"
    assert packer.scan("UNDO") == "undone"
    assert on_hand(store)[("parcel:1", "MUG")] == 1
    assert ("parcel:1", "PEN") not in on_hand(store)


def test_fewer_typed_at_the_bench_go_back_into_the_tote(store: Store, packer: Hand) -> None:
    """A quantity is absolute: six and then three is three."""
    scans(packer, "TOTE-2", "BOX-M", EAN["CUP"])
    assert packer.tap(Act.QUANTITY, 6) == "pack_how_many"
    assert packer.tap(Act.QUANTITY, 3) == "pack_how_many"
    assert (on_hand(store)[("tote:TOTE-2", "CUP")], on_hand(store)[("parcel:1", "CUP")]) == (5, 3)
    assert packer.tap(Act.UNDO) == "undone"
    assert on_hand(store)[("parcel:1", "CUP")] == 6


def test_a_carton_and_an_order_taken_by_mistake_are_given_back(store: Store, packer: Hand) -> None:
    """No parcel is left, the order waits in its totes, and opens again."""
    scans(packer, "TOTE-1", "BOX-M")
    assert packer.tap(Act.UNDO) == "undone"
    assert store.read(lambda c: c.execute(select(s.parcels)).all()) == []
    packer.scan("BOX-M")
    assert packer.tap(Act.UNDO) == "undone"
    assert packer.tap(Act.UNDO) == "nothing_to_undo"


def test_an_order_opened_by_mistake_waits_in_its_totes_again(store: Store, packer: Hand) -> None:
    """And the task asks for a tote."""
    assert packer.scan("TOTE-1") == "order_open"
    assert packer.tap(Act.UNDO) == "undone"
    assert row_of(store, s.orders, order_ref="O1").state == "picked"
    assert row_of(store, s.totes, tote="TOTE-1").state == "staged"
    assert store.read(lambda c: c.execute(select(s.pack_lines)).all()) == []
    assert scans(packer, "TOTE-1", "BOX-M", EAN["PEN"], EAN["PEN"], EAN["MUG"], "CLOSE") == "shipped"


def test_nothing_is_undone_once_the_order_is_shipped(store: Store, packer: Hand) -> None:
    """What has left the house does not come back by a tap."""
    scans(packer, "TOTE-1", "BOX-M", EAN["PEN"], EAN["PEN"], EAN["MUG"], "CLOSE")
    assert packer.tap(Act.UNDO) == "order_closed"
    packer.begin()
    assert packer.tap(Act.UNDO) == "nothing_to_undo"


def test_two_labels_in_one_are_both_packed_and_both_recorded(store: Store, packer: Hand) -> None:
    """A lost terminator at the bench (case 34)."""
    scans(packer, "TOTE-1", "BOX-M")
    assert packer.scan(EAN["PEN"] + EAN["PEN"]) == "packed"
    assert on_hand(store)[("parcel:1", "PEN")] == 2
    packed = store.read(lambda c: c.execute(select(s.events.c.qty_each).where(s.events.c.kind == "pack")).scalars())
    assert list(packed) == [1, 1]


def test_a_carton_in_which_nothing_lies_is_not_closed(store: Store, packer: Hand) -> None:
    """Not even as a partial order."""
    scans(packer, "TOTE-1", "BOX-M")
    assert packer.tap(Act.CLOSE) == "nothing_packed"


def test_a_second_box_leaves_with_the_first(store: Store, packer: Hand) -> None:
    """Units lie in both, and both are shipped (case 81)."""
    store.write(lambda tx: tx.connection.execute(insert(s.cartons), {"carton": "BOX-L", "name": "Large"}))
    label = {"label": "BOX-L", "kind": "carton", "ref": "BOX-L"}
    store.write(lambda tx: tx.connection.execute(insert(s.labels), label))
    scans(packer, "TOTE-1", "BOX-M", EAN["PEN"])
    assert [packer.scan("BOX-L"), packer.scan("BOX-L")] == ["other_carton", "carton_ok"]
    assert scans(packer, EAN["PEN"], EAN["MUG"]) == "all_packed"
    assert on_hand(store)[("parcel:2", "PEN")] == 1
    assert packer.tap(Act.CLOSE) == "shipped"
    assert not any(account.startswith("parcel:") for account, _ in on_hand(store))


def test_a_weight_and_a_printed_label_are_recorded(store: Store, packer: Hand) -> None:
    """Beside the work: neither stands in the way of an undo."""
    scans(packer, "TOTE-1", "BOX-M", EAN["PEN"], EAN["PEN"], EAN["MUG"])
    assert packer.tap(Act.WEIGH, 300) == "weighed"
    assert packer.tap(Act.LABEL) == "label_printed"
    kinds = store.read(lambda c: c.execute(select(s.events.c.kind, s.events.c.qty_each).order_by(s.events.c.id)).all())
    assert [tuple(kind) for kind in kinds][-2:] == [("weigh", 300), ("print", 0)]
    assert packer.tap(Act.UNDO) == "undone"

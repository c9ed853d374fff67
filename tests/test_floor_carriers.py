"""Carriers: which cartons they take (case 81), and nothing booked while one is down (case 84)."""

from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import Table, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from server.core.errors import BadInput, BadRows, NotFound
from server.core.tabular import Kind
from server.core.terms import Act
from server.floor import carriers, load
from server.floor.document import task_document
from server.floor.load import Changes
from server.store import schema as s
from server.store.transaction import News, Store
from tests.small_floor import CUP_CASE, EAN, FIRST, PACKER, SECOND, Hand, on_hand

PICKED = (FIRST, EAN["PEN"], EAN["PEN"], "TOTE-1", SECOND, EAN["MUG"], "TOTE-1", CUP_CASE, CUP_CASE, "TOTE-2", "PACK-1")


def take(store: Store, text: str, kind: Kind = Kind.CARRIERS) -> Changes:
    """Import a CSV file."""
    read = store.read(lambda c: load.read_file(c, text.encode(), kind))
    return store.write(lambda tx: load.take(tx, read))


def turn(store: Store, state: str, carrier: str = "DHL") -> None:
    """The carrier is open or down."""
    store.write(lambda tx: carriers.set_state(tx, carrier, state, "S-1"))


def told(store: Store, hand: Hand) -> dict[str, Any]:
    """The task as its device has it."""
    return store.read(lambda c: task_document(c, int(hand.task[1:])))


def everything(store: Store) -> dict[str, list[str]]:
    """What a booking would change."""
    tables: tuple[Table, ...] = (s.stock, s.moves, s.orders, s.order_lines, s.parcels, s.totes, s.tasks)
    return store.read(lambda c: {table.name: sorted(map(repr, c.execute(select(table)))) for table in tables})


@pytest.fixture
def packer(store: Store, picker: Hand) -> Hand:
    """A packer at a bench with order O1, which goes by DHL; DHL takes BOX-M and not BOX-L."""
    for label in PICKED:
        picker.scan(label)
    store.write(lambda tx: load.load_equipment(tx, cartons={"BOX-L": ("Large", 50_000)}))
    take(store, "carrier,name,cartons\nDHL,DHL Parcel,BOX-M\nUPS,UPS,\n")
    store.write(
        lambda tx: tx.connection.execute(update(s.orders).where(s.orders.c.order_ref == "O1").values(carrier="DHL"))
    )
    hand = Hand(store, PACKER)
    hand.begin()
    assert hand.scan("TOTE-1") == "order_open"
    return hand


def boxed(packer: Hand, *items: str) -> Hand:
    """The packer with these items in a BOX-M."""
    for label in ("BOX-M", *(EAN[item] for item in items)):
        code = packer.scan(label)
    assert code in ("packed", "all_packed")
    return packer


# --- cartons ------------------------------------------------------------------------------------------------------


def test_a_carton_that_the_orders_carrier_does_not_take_is_refused(store: Store, packer: Hand) -> None:
    """The bench is told beforehand; and what the carrier takes it takes before and behind the refusal."""
    held = told(store, packer)
    refused = {carton["label"]: carton.get("refused", False) for carton in held["cartons"]}
    assert (held["carrier"], refused) == ("DHL Parcel", {"BOX-M": False, "BOX-L": True})
    assert [packer.scan(label) for label in ("BOX-L", "BOX-M", "BOX-L")] == [
        "carton_refused",
        "carton_ok",
        "carton_refused",
    ]
    assert told(store, packer)["carton"] == "BOX-M"


@pytest.mark.parametrize("carrier", ["UPS", None])
def test_a_carrier_that_names_no_cartons_takes_all_as_an_order_without_one(
    store: Store, packer: Hand, carrier: str | None
) -> None:
    """Nothing named is nothing refused."""
    store.write(lambda tx: tx.connection.execute(update(s.orders).values(carrier=carrier)))
    assert not any("refused" in carton for carton in told(store, packer)["cartons"])
    assert packer.scan("BOX-L") == "carton_ok"


def test_the_bench_is_told_when_a_file_says_that_the_carrier_takes_other_cartons(store: Store, packer: Hand) -> None:
    """Its own foresight must not outlive the file."""
    before = told(store, packer)["version"]
    assert take(store, "carrier,name,cartons\nDHL,DHL Parcel,BOX-L\n") == Changes(0, 1, 0)
    held = told(store, packer)
    refused = {carton["label"] for carton in held["cartons"] if "refused" in carton}
    assert (held["version"], refused) == (before + 1, {"BOX-M"})
    assert packer.scan("BOX-M") == "carton_refused"


# --- down ---------------------------------------------------------------------------------------------------------


def test_while_the_carrier_is_down_nothing_is_booked_and_the_same_close_is_taken_when_it_is_back(
    store: Store, packer: Hand
) -> None:
    """Not a row changes by the tries but their own events; the parcel stays open, and its units in it."""
    boxed(packer, "PEN", "PEN", "MUG")
    turn(store, "down")
    before = everything(store)
    reply = packer.send(packer.intent(act=Act.CLOSE))
    assert (reply["code"], reply["tone"], reply["action"]) == ("carrier_down", "warn", "try_again")
    assert (reply["args"], reply["task"]["state"]) == ({"carrier": "DHL Parcel"}, "close")
    assert [packer.tap(Act.LABEL), packer.scan("CLOSE"), packer.scan("LABEL")] == ["carrier_down"] * 3
    assert everything(store) == before
    turn(store, "open")
    assert packer.tap(Act.CLOSE) == "shipped"
    assert not any(account.startswith("parcel:") for account, _ in on_hand(store))


def test_a_close_that_was_refused_stays_refused_under_its_op_id(store: Store, packer: Hand) -> None:
    """The device tries again by a new intent: what one intent was answered is for ever."""
    boxed(packer, "PEN", "PEN", "MUG")
    turn(store, "down")
    tried = packer.intent(act=Act.CLOSE)
    packer.send(tried)
    turn(store, "open")
    again = packer.send(tried)
    assert (again["code"], again["replay"]) == ("carrier_down", True)
    assert packer.tap(Act.CLOSE) == "shipped"


def test_a_part_of_an_order_is_not_shipped_while_the_carrier_is_down(store: Store, packer: Hand) -> None:
    """What is missing is written off with the booking, not before; the reason is asked for again."""
    boxed(packer, "PEN")
    turn(store, "down")
    assert packer.tap(Act.CLOSE) == "close_with_missing"
    before = everything(store)
    assert packer.tap(Act.CONFIRM, reason="not_in_tote") == "carrier_down"
    assert everything(store) == before
    turn(store, "open")
    assert packer.tap(Act.CONFIRM, reason="not_in_tote") == "shipped_partial"


def test_another_carrier_that_is_down_holds_nothing_up(store: Store, packer: Hand) -> None:
    """And everything before the booking goes on while the order's own is."""
    turn(store, "down", "UPS")
    turn(store, "down")
    boxed(packer, "PEN", "PEN", "MUG")
    turn(store, "open")
    assert packer.tap(Act.CLOSE) == "shipped"


def test_those_who_pack_for_the_carrier_are_told_and_nobody_else(store: Store, packer: Hand) -> None:
    """A new version each time it changes; what it is already is no news, and no event."""
    heard: list[News] = []
    store.listen(heard.extend)
    version = told(store, packer)["version"]
    turn(store, "down", "UPS")
    assert [item for item in heard if item.kind == "task"] == []
    turn(store, "down")
    turn(store, "down")
    held = told(store, packer)
    assert (held["version"], held["carrier_down"]) == (version + 1, True)
    assert heard.count(News("task", int(packer.task[1:]), PACKER)) == 1
    turn(store, "open")
    assert "carrier_down" not in told(store, packer)
    kept = select(s.events.c.label, s.events.c.code, s.events.c.badge).where(s.events.c.kind == "carrier")
    events = store.read(lambda c: [tuple(row) for row in c.execute(kept.order_by(s.events.c.id))])
    assert events == [("UPS", "down", "S-1"), ("DHL", "down", "S-1"), ("DHL", "open", "S-1")]


def test_a_carrier_that_is_not_there_or_a_state_that_it_cannot_have_is_refused(store: Store, packer: Hand) -> None:
    """With those that there are."""
    with pytest.raises(NotFound, match="no carrier 'DPD'; there are DHL, UPS"):
        turn(store, "down", "DPD")
    with pytest.raises(BadInput, match="open or down, not 'broken'"):
        turn(store, "broken")


# --- what is stored -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("table", "row"),
    [
        (s.carriers, {"carrier": "X", "name": "X", "state": "broken"}),
        (s.carriers, {"carrier": "DHL", "name": "twice"}),
        (s.carrier_cartons, {"carrier": "NOBODY", "carton": "BOX-M"}),
        (s.carrier_cartons, {"carrier": "DHL", "carton": "NO-BOX"}),
        (s.orders, {"order_ref": "O9", "ordered_at": "2026-01-05", "carrier": "NOBODY"}),
    ],
)
def test_what_cannot_be_true_cannot_be_stored(store: Store, packer: Hand, table: Table, row: Mapping[str, str]) -> None:
    """Whatever the program does wrong."""
    with pytest.raises(IntegrityError):
        store.write(lambda tx: tx.connection.execute(insert(table), dict(row)))


def test_carriers_are_entered_once_and_a_file_leaves_their_state_alone(store: Store, packer: Hand) -> None:
    """The same file twice changes nothing; a carrier that is down is not opened by a list of cartons."""
    file = "carrier,name,cartons\nDHL,DHL Parcel,BOX-M\nDPD,DPD,BOX-L;BOX-M\n"
    assert take(store, file) == Changes(1, 0, 1)
    assert take(store, file) == Changes(0, 0, 2)
    turn(store, "down")
    assert take(store, "carrier,name,cartons\nDHL,DHL Express,\n") == Changes(0, 1, 0)
    assert store.read(carriers.told) == [
        {"carrier": "DHL", "name": "DHL Express", "state": "down", "cartons": []},
        {"carrier": "DPD", "name": "DPD", "state": "open", "cartons": ["BOX-L", "BOX-M"]},
        {"carrier": "UPS", "name": "UPS", "state": "open", "cartons": []},
    ]


def test_a_carrier_with_an_unknown_carton_and_an_order_with_an_unknown_carrier_are_bad_rows(
    store: Store, packer: Hand
) -> None:
    """Each is named, and nothing of the file is taken."""
    with pytest.raises(BadRows) as cartons:
        take(store, "carrier,name,cartons\nDPD,DPD,BOX-M\nGLS,GLS,BOX-M;BOX-Q;BOX-R\n")
    wrong = "; ".join(f"cartons: there is no carton {carton!r}; import it first" for carton in ("BOX-Q", "BOX-R"))
    assert cartons.value.rows == ((3, wrong),)
    with pytest.raises(BadRows) as orders:
        take(store, "order_ref,sku,qty,carrier\nO7,PEN,1,DHL\nO8,PEN,1,NOBODY\n", Kind.ORDERS)
    assert orders.value.rows == ((3, "carrier: there is no carrier 'NOBODY'; import it first"),)
    assert store.read(lambda c: c.execute(select(func.count()).select_from(s.orders)).scalar_one()) == 2


def test_an_order_keeps_its_carrier_and_one_without_is_the_order_that_it_was(store: Store, packer: Hand) -> None:
    """Orders entered before there were carriers come again as the same; another carrier is another content."""
    take(store, "order_ref,sku,qty\nO7,PEN,1\n", Kind.ORDERS)
    hashes = dict(
        store.read(lambda c: [tuple(row) for row in c.execute(select(s.orders.c.order_ref, s.orders.c.content_hash))])
    )
    assert hashes["O7"] == "970547d575d665aa3357eb09497458b0"  # as of the version that knew no carriers
    assert take(store, "order_ref,sku,qty,carrier\nO7,PEN,1,\nO8,PEN,1,UPS\n", Kind.ORDERS) == Changes(1, 0, 1)
    assert (
        store.read(lambda c: c.execute(select(s.orders.c.carrier).where(s.orders.c.order_ref == "O8")).scalar())
        == "UPS"
    )
    with pytest.raises(BadRows, match="another content"):
        take(store, "order_ref,sku,qty,carrier\nO8,PEN,1,DHL\n", Kind.ORDERS)

"""Loading: whole or not at all, and the same file twice changes nothing."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from server.core.errors import BadInput, BadRows, Conflict
from server.core.layout import Shape, generate
from server.core.tabular import Barcode, Imported, Kind, PersonRow, SkuRow, Uom
from server.core.terms import Role
from server.floor import audit, closing, load
from server.floor.load import Changes
from server.store import building, goods, people, serials, stock
from server.store.schema import metadata, moves
from server.store.transaction import Store
from tests import loaded_floor as files
from tests.loaded_floor import DOCUMENT, lot, order

FIRST, SECOND = "A01-01-1", "A01-02-1"
CUP = SkuRow("cup", "Cup", (Barcode("4006381333931", Uom.EACH, 1), Barcode("14006381333938", Uom.CASE, 12)))
PAN = SkuRow("PAN", "Pan")


@pytest.fixture
def store(migrated_database_url: str) -> Iterator[Store]:
    """A building with two SKUs and nothing in it."""
    store = Store(migrated_database_url)
    store.write(lambda tx: load.load_layout(tx, DOCUMENT))
    store.write(lambda tx: load.take(tx, files.skus(CUP, PAN)))
    yield store
    store.close()


def take(store: Store, read: Imported) -> Changes:
    """Take a file in a transaction of its own."""
    return store.write(lambda tx: load.take(tx, read))


def labels(store: Store, kind: str) -> dict[str, tuple[str, int]]:
    """The stored labels of a kind: label -> (what it belongs to, eaches)."""
    return {row.label: (row.ref, row.qty_each) for row in store.read(lambda c: goods.all_labels(c, kind))}


def everything(store: Store) -> dict[str, int]:
    """Rows by table."""
    return store.read(
        lambda c: {
            name: c.execute(select(func.count()).select_from(table)).scalar_one()
            for name, table in metadata.tables.items()
        }
    )


def on_hand(store: Store) -> dict[tuple[str, str], int]:
    """(account, sku) -> eaches."""
    return {(row.account, row.sku): row.on_hand_each for row in store.read(stock.everything)}


# --- the building -------------------------------------------------------------------------------------------------


def test_a_layout_becomes_locations_stations_and_labels(store: Store) -> None:
    """Every location of the file can be scanned, and aisles and stations too."""
    assert len(store.read(building.all_locations)) == 64
    assert labels(store, "location")[FIRST] == (FIRST, 1)
    assert labels(store, "station")["PACK-1"] == ("PACK-1", 1)
    assert "A01" in labels(store, "aisle")


def test_the_same_layout_twice_changes_nothing(store: Store) -> None:
    """Not a row more, in any table."""
    before = everything(store)
    assert store.write(lambda tx: load.load_layout(tx, DOCUMENT)) == Changes(0, 0, 64)
    assert everything(store) == before


def test_a_layout_without_a_place_that_is_closed_now_is_refused_until_that_is_open_again(store: Store) -> None:
    """Else no tour could be planned on it; what it does have may be closed meanwhile."""
    store.write(lambda tx: closing.close(tx, "A01", "spill", ""))
    gone = store.write(lambda tx: closing.close(tx, "A04", "spill", ""))
    smaller = generate("loaded", Shape(blocks=2, aisles=3, bays=4, levels=1, stations=2))
    with pytest.raises(Conflict, match="'A04'") as refused:
        store.write(lambda tx: load.load_layout(tx, smaller))
    assert refused.value.code == "closed_place_gone"
    store.write(lambda tx: closing.reopen(tx, gone, ""))
    store.write(lambda tx: load.load_layout(tx, smaller))
    assert store.read(building.closed_places) == ("A01",)


def test_a_location_that_the_new_layout_leaves_out_is_blocked_and_unlabelled(store: Store) -> None:
    """Its history needs the row; nobody is sent there."""
    smaller = generate("loaded", Shape(blocks=2, aisles=3, bays=4, levels=1, stations=2))
    store.write(lambda tx: load.load_layout(tx, smaller))
    states = {row.location_code: row.state for row in store.read(building.all_locations)}
    assert (states["A04-01-1"], states[FIRST]) == ("blocked", "open")
    assert "A04-01-1" not in labels(store, "location")


def test_a_layout_that_leaves_out_stock_is_refused(store: Store) -> None:
    """The location that holds it is named, and the old layout stays in force."""
    take(store, files.stock(lot("A04-01-1", "cup", 5)))
    smaller = generate("loaded", Shape(blocks=2, aisles=3, bays=4, levels=1, stations=2))
    before = store.read(building.active_layout)
    with pytest.raises(Conflict, match="A04-01-1"):
        store.write(lambda tx: load.load_layout(tx, smaller))
    assert store.read(building.active_layout) == before


def test_an_earlier_layout_can_come_back(store: Store) -> None:
    """One row for each content; one is in force."""
    smaller = generate("loaded", Shape(blocks=2, aisles=3, bays=4, levels=1, stations=2))
    first = store.read(building.active_layout)
    store.write(lambda tx: load.load_layout(tx, smaller))
    store.write(lambda tx: load.load_layout(tx, DOCUMENT))
    assert store.read(building.active_layout) == first
    assert labels(store, "location")["A04-01-1"] == ("A04-01-1", 1)


# --- SKUs ---------------------------------------------------------------------------------------------------------


def test_a_sku_can_be_scanned_by_its_code_and_its_barcodes(store: Store) -> None:
    """Stored as they are looked up: upper case, GTINs with 14 digits, a case counts for twelve."""
    assert labels(store, "item") == {
        "CUP": ("cup", 1),
        "04006381333931": ("cup", 1),
        "14006381333938": ("cup", 12),
        "PAN": ("PAN", 1),
    }


def test_the_same_skus_twice_change_nothing(store: Store) -> None:
    """Not a row."""
    before = everything(store)
    assert take(store, files.skus(CUP, PAN)) == Changes(0, 0, 2)
    assert everything(store) == before


def test_a_sku_takes_what_the_new_file_says(store: Store) -> None:
    """Its name, and its barcodes: those that the file leaves out mean nothing any more."""
    renamed = replace(CUP, name="Mug", barcodes=(Barcode("14006381333938", Uom.CASE, 6),))
    assert take(store, files.skus(renamed)) == Changes(0, 1, 0)
    assert labels(store, "item") == {"CUP": ("cup", 1), "14006381333938": ("cup", 6), "PAN": ("PAN", 1)}
    assert {row.sku: row.name for row in store.read(goods.all_skus)} == {"cup": "Mug", "PAN": "Pan"}


def test_a_barcode_of_another_sku_is_refused(store: Store) -> None:
    """A scan must not have two meanings."""
    with pytest.raises(BadInput, match="4006381333931 of LID is cup's"):
        take(store, files.skus(SkuRow("LID", "Lid", (Barcode("4006381333931", Uom.EACH, 1),))))
    assert len(store.read(goods.all_skus)) == 2


# --- stock --------------------------------------------------------------------------------------------------------


def test_stock_is_received_and_the_same_file_twice_changes_nothing(store: Store) -> None:
    """One move for each row, from outside."""
    file = files.stock(lot(FIRST, "cup", 5), lot(SECOND, "cup", 7), lot(SECOND, "PAN", 1, lot=""))
    assert take(store, file) == Changes(3, 0, 0)
    before = everything(store)
    assert take(store, file) == Changes(0, 0, 3)
    assert everything(store) == before
    told = store.read(lambda c: c.execute(select(moves.c.from_account, moves.c.qty_each)).all())
    assert sorted(map(tuple, told)) == [("received", 1), ("received", 5), ("received", 7)]


def test_another_figure_is_an_adjustment_of_the_difference(store: Store) -> None:
    """Up and down; what the file does not name stays."""
    take(store, files.stock(lot(FIRST, "cup", 5), lot(SECOND, "cup", 7), lot(SECOND, "PAN", 9)))
    assert take(store, files.stock(lot(FIRST, "cup", 8), lot(SECOND, "cup", 1))) == Changes(0, 2, 0)
    told = store.read(lambda c: c.execute(select(moves).order_by(moves.c.id)).all())[3:]
    assert [(row.from_account, row.to_account, row.qty_each) for row in told] == [
        ("adjustment", f"location:{FIRST}", 3),
        (f"location:{SECOND}", "adjustment", 6),
    ]
    assert on_hand(store) == {
        (f"location:{FIRST}", "cup"): 8,
        (f"location:{SECOND}", "cup"): 1,
        (f"location:{SECOND}", "PAN"): 9,
    }
    assert store.read(audit.violations) == []


def test_a_file_that_says_less_than_is_promised_is_refused(store: Store) -> None:
    """The place is named with both figures, and nothing of the file is taken."""
    take(store, files.stock(lot(FIRST, "cup", 5), lot(SECOND, "PAN", 9)))
    store.write(lambda tx: stock.claim(tx.connection, [stock.Claim(f"location:{FIRST}", "cup", "L1", 4)]))
    with pytest.raises(Conflict, match=rf"cup in {FIRST} \(says 3, promised 4\)"):
        take(store, files.stock(lot(SECOND, "PAN", 1), lot(FIRST, "cup", 3)))
    assert on_hand(store)[f"location:{SECOND}", "PAN"] == 9


def test_a_sku_that_is_tracked_by_lot_needs_its_lot(store: Store) -> None:
    """And one tracked by expiry its expiry."""
    take(store, files.skus(replace(PAN, tracks_lot=True, tracks_expiry=True)))
    with pytest.raises(BadInput, match=f"PAN in {FIRST} needs a lot"):
        take(store, files.stock(lot(FIRST, "PAN", 1, lot="")))
    with pytest.raises(BadInput, match=f"PAN in {FIRST} needs an expiry"):
        take(store, files.stock(lot(FIRST, "PAN", 1)))
    take(store, files.stock(lot(FIRST, "PAN", 1, expiry="2030-01-01")))


def test_serials_are_where_the_last_file_says_and_can_be_scanned(store: Store) -> None:
    """What the file leaves out of a place is not there any more; the same file again changes nothing."""
    take(store, files.skus(replace(PAN, tracks_serial=True)))
    two = replace(lot(FIRST, "PAN", 2, lot=""), serials=("sn1", "SN2"))
    take(store, files.stock(two))
    assert labels(store, "serial") == {"SN1": ("SN1", 1), "SN2": ("SN2", 1)}
    assert store.read(lambda c: serials.here(c, f"location:{FIRST}", "PAN")) == ("SN1", "SN2")
    before = everything(store)
    take(store, files.stock(two))
    assert everything(store) == before
    one = replace(two, qty_each=1, serials=("SN3",))
    take(store, files.stock(one, replace(two, location_code=SECOND, serials=("SN1", "SN4"))))
    assert store.read(serials.known) == {
        ("PAN", "SN1"): f"location:{SECOND}",
        ("PAN", "SN2"): "adjustment",
        ("PAN", "SN3"): f"location:{FIRST}",
        ("PAN", "SN4"): f"location:{SECOND}",
    }
    with pytest.raises(BadInput, match="not tracked by serial"):
        take(store, files.stock(replace(lot(FIRST, "cup", 1), serials=("SN9",))))


def test_a_lot_can_get_another_expiry(store: Store) -> None:
    """The first file had it wrong; a file without one leaves it."""
    take(store, files.stock(lot(FIRST, "cup", 5, expiry="2030-01-01")))
    assert take(store, files.stock(lot(FIRST, "cup", 5, expiry="2029-01-01"))) == Changes(0, 1, 0)
    assert take(store, files.stock(lot(FIRST, "cup", 5))) == Changes(0, 0, 1)
    assert store.read(stock.all_lots)["cup", "L1"].expiry == "2029-01-01"


# --- orders -------------------------------------------------------------------------------------------------------


def test_the_same_order_twice_is_one_order(store: Store) -> None:
    """With two equal lines, which are two lines."""
    file = files.orders(*order("O1", [("cup", 2), ("cup", 2), ("PAN", 1)]))
    assert take(store, file) == Changes(1, 0, 0)
    before = everything(store)
    assert take(store, file) == Changes(0, 0, 1)
    assert everything(store) == before
    assert (before["orders"], before["order_lines"]) == (1, 3)


def test_a_known_order_with_another_content_is_a_bad_row(store: Store) -> None:
    """Its row is named, and the new order beside it is not taken either."""
    take(store, files.orders(*order("O1", [("cup", 2)])))
    with pytest.raises(BadRows) as caught:
        take(store, files.orders(*order("O2", [("cup", 2)]), *order("O1", [("cup", 3)])))
    assert [number for number, _ in caught.value.rows] == [2]
    assert "'O1' is known with another content" in caught.value.rows[0][1]
    assert everything(store)["orders"] == 1


def test_an_order_for_an_unknown_sku_is_a_bad_row(store: Store) -> None:
    """As a CSV file is read: the row is named, nothing is taken."""
    content = b"order_ref,sku,qty\nO1,cup,1\nO2,SPOON,1\n"
    with pytest.raises(BadRows) as caught:
        store.read(lambda c: load.read_file(c, content, Kind.ORDERS))
    assert caught.value.rows == ((3, "sku: there is no SKU 'SPOON'; import it first"),)


def test_stock_in_an_unknown_location_is_a_bad_row(store: Store) -> None:
    """The location is named."""
    content = b"location_code,sku,qty\nZ9,cup,1\n"
    with pytest.raises(BadRows) as caught:
        store.read(lambda c: load.read_file(c, content, Kind.STOCK))
    assert "there is no location 'Z9'" in caught.value.rows[0][1]


# --- people and equipment -----------------------------------------------------------------------------------------


def test_people_get_badges_and_may_change_roles(store: Store) -> None:
    """The badge is the person."""
    assert take(store, files.people(PersonRow("P-1", "Ann", Role.PICKER))) == Changes(1, 0, 0)
    assert take(store, files.people(PersonRow("P-1", "Ann", Role.PICKER))) == Changes(0, 0, 1)
    assert take(store, files.people(PersonRow("P-1", "Ann", Role.SUPERVISOR))) == Changes(0, 1, 0)
    assert store.read(lambda c: people.person(c, "P-1")).role == "supervisor"
    assert labels(store, "person") == {"P-1": ("P-1", 1)}


def test_carts_totes_and_cartons_are_entered_once(store: Store) -> None:
    """More of them later does not touch those that are there."""

    def equip(carts: list[str]) -> Changes:
        return store.write(
            lambda tx: load.load_equipment(tx, carts=carts, slots=4, totes=["T-1"], cartons={"BOX": ("Box", 9_000)})
        )

    assert equip(["C-1"]) == Changes(3, 0, 0)
    assert equip(["C-1", "C-2"]) == Changes(1, 0, 3)
    assert store.read(people.smallest_cart).slots == 4
    assert labels(store, "cart") == {"C-1": ("C-1", 1), "C-2": ("C-2", 1)}


def test_a_cart_without_slots_is_refused(store: Store) -> None:
    """It could carry nothing."""
    with pytest.raises(BadInput, match="not 0"):
        store.write(lambda tx: load.load_equipment(tx, carts=["C-1"], slots=0))

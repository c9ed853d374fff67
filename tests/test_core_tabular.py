"""CSV files become rows, all of them, or a list of every bad row and all that is wrong with it."""

from datetime import timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.core.errors import BadInput, BadRows, FloorError, NotFound
from server.core.tabular import (
    Barcode,
    CarrierRow,
    Imported,
    Kind,
    Known,
    OrderRow,
    SkuRow,
    StockRow,
    Uom,
    read_columns,
    read_table,
)
from server.core.terms import Role

ORDERS = "order_ref,sku,qty\nW1,A,2\nW1,B,1\nW2,A,5\n"


def read(text: str, kind: str = "orders") -> Imported:
    """A file in the house's own columns."""
    return read_table(text.encode(), kind)


def bad_rows(text: str | bytes, kind: str = "orders", preset: str = "generic") -> dict[int, str]:
    """What is wrong, by row; a file without any fault fails the test."""
    with pytest.raises(BadRows) as caught:
        read_table(text if isinstance(text, bytes) else text.encode(), kind, preset=preset)
    assert "nothing" in caught.value.message
    return dict(caught.value.rows)


def test_orders_are_read_line_by_line() -> None:
    """Lines are numbered within their order; what is not given is empty."""
    assert read(ORDERS).orders == (OrderRow("W1", 1, "A", 2), OrderRow("W1", 2, "B", 1), OrderRow("W2", 1, "A", 5))


def test_two_equal_lines_of_one_order_stay_two_lines() -> None:
    """They count twice."""
    lines = read("order_ref,sku,qty\nW1,A,2\nW2,A,1\nW1,A,2\n").orders
    assert [(line.order_ref, line.line_no, line.qty_each) for line in lines] == [
        ("W1", 1, 2),
        ("W2", 1, 1),
        ("W1", 2, 2),
    ]


def test_an_orders_own_fields_are_read() -> None:
    """Times become UTC text with milliseconds."""
    head = "order_ref,sku,qty,ordered_at,due_at,priority,channel,customer\n"
    line = read(head + "W1,A,2,2026-11-23T08:00,2026-11-23 17:30:00+01:00,9,web,Ada\n").orders[0]
    assert line == OrderRow("W1", 1, "A", 2, "2026-11-23T08:00:00.000Z", "2026-11-23T16:30:00.000Z", 9, "web", "Ada")


def test_times_without_a_zone_are_of_the_zone_given() -> None:
    """A shop writes its own clock's time."""
    content = b"order_ref,sku,qty,due_at\nW1,A,1,2026-11-23\n"
    east = timezone(timedelta(hours=2))
    assert read_table(content, "orders", zone=east).orders[0].due_at == "2026-11-22T22:00:00.000Z"


def test_skus_are_read_with_their_barcodes() -> None:
    """A code alone is the each's; cases and inners say how many they hold."""
    head = "sku;name;barcodes;weight_g;tracks_lot;tracks_expiry;min_qty\n"
    row = read(head + 'A;Teapot;"2000700000353;12000700000350:case:12; OLD-7:inner:6";340;yes;x;24\n', "skus").skus[0]
    assert row == SkuRow(
        sku="A",
        name="Teapot",
        barcodes=(
            Barcode("2000700000353", Uom.EACH, 1),
            Barcode("12000700000350", Uom.CASE, 12),
            Barcode("OLD-7", Uom.INNER, 6),
        ),
        weight_g=340,
        tracks_lot=True,
        tracks_expiry=True,
        min_qty=24,
    )


def test_stock_is_read_with_lots_and_expiries() -> None:
    """One row for each location, SKU and lot."""
    found = read(
        "location_code,sku,lot,expiry,received_at,qty\nA-1,A,L1,2027-03-31,2026-10-01,40\nA-1,A,,,,2.0\n", "stock"
    )
    assert found.stock == (
        StockRow("A-1", "A", "L1", "2027-03-31", "2026-10-01T00:00:00.000Z", 40),
        StockRow("A-1", "A", "", "", "", 2),
    )


def test_stock_names_the_serial_of_every_unit_or_of_none() -> None:
    """One cell, as many as there are units, each once."""
    rows = "location_code,sku,qty,serials\nA-1,A,2,SN1; sn2\nA-2,A,3,\n"
    assert [row.serials for row in read(rows, "stock").stock] == [("SN1", "sn2"), ()]
    for cell, said in (("SN1", "there are 1 for 2"), ("SN1;sn1", "stands twice"), ("a\x07;b", "is no code")):
        assert said in str(bad_rows(f"location_code,sku,qty,serials\nA-1,A,2,{cell}\n", "stock"))
    assert "stands in row 2 already" in str(
        bad_rows("location_code,sku,qty,serials\nA-1,A,1,SN1\nA-2,A,1,sn1\n", "stock")
    )


def test_carriers_are_read_with_the_cartons_that_they_take() -> None:
    """One cell; without one all of them."""
    found = read("carrier,name,cartons\nDHL,DHL Parcel,BOX-M; BOX-L\nUPS,UPS,\n", "carriers")
    assert found.carriers == (CarrierRow("DHL", "DHL Parcel", ("BOX-M", "BOX-L")), CarrierRow("UPS", "UPS"))


def test_people_are_read_with_their_roles() -> None:
    """In upper or lower case."""
    people = read("badge,name,role\nP-1,Ada,Picker\nS-1,Ben,supervisor\n", "people").people
    assert [person.role for person in people] == [Role.PICKER, Role.SUPERVISOR]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_any_delimiter_and_line_ending_is_recognised(delimiter: str, ending: str) -> None:
    """Nobody is asked how the file was written."""
    text = ORDERS.replace(",", delimiter).replace("\n", ending)
    found = read(text)
    assert (found.orders, found.delimiter) == (read(ORDERS).orders, delimiter)


@pytest.mark.parametrize(("encoding", "told"), [("utf-8", "utf-8"), ("utf-8-sig", "utf-8"), ("cp1252", "cp1252")])
def test_umlauts_survive_every_usual_encoding(encoding: str, told: str) -> None:
    """UTF-8 with or without a mark, or what Windows programs write."""
    found = read_table("sku,name\nA,Küchenkrepp 5 €\n".encode(encoding), "skus")
    assert (found.skus[0].name, found.encoding) == ("Küchenkrepp 5 €", told)


def test_columns_may_stand_in_any_order_under_names_people_write() -> None:
    """Case, spaces and dashes do not count; further columns are told, not hidden."""
    found = read("Colour,QTY,Order-Ref,Sku\nred,2,W1,A\n")
    assert found.orders == (OrderRow("W1", 1, "A", 2),)
    assert found.ignored_columns == ("Colour",)


def test_columns_can_be_named_by_a_mapping() -> None:
    """As --map order_ref=No,qty=Menge does."""
    found = read_table(b"No;SKU;Menge\nW1;A;2\n", Kind.ORDERS, {"order_ref": "No", "qty": "Menge"})
    assert found.orders == (OrderRow("W1", 1, "A", 2),)


def test_a_mapping_is_written_as_fields_and_columns() -> None:
    """What the command's option takes; quotes keep a comma in a column's name."""
    assert read_columns('order_ref=No, "qty=Menge, Stück"') == {"order_ref": "No", "qty": "Menge, Stück"}
    assert read_columns("") == {}
    for text in ("order_ref", "=x", "qty=", "qty=a,qty=b"):
        with pytest.raises(BadInput, match="field=column"):
            read_columns(text)


def test_quoted_cells_may_hold_delimiters_and_empty_rows_are_passed_over() -> None:
    """The numbers of the rows below are still those of the spreadsheet."""
    found = read('sku,name\n\nA,"Tray, large"\n,\n', "skus")
    assert found.skus[0].name == "Tray, large"
    assert set(bad_rows("sku,name\n\nA,Tray\n,\nB,\n", "skus")) == {5}


BAD_CELLS = [
    ("orders", "order_ref,sku,qty\nW1,A,0\n", "qty: 0 is less than 1"),
    ("orders", "order_ref,sku,qty\nW1,A,-3\n", "qty: -3 is less than 1"),
    ("orders", "order_ref,sku,qty\nW1,A,1e9\n", "qty: 1e9 is more than 100,000"),
    ("orders", "order_ref,sku,qty\nW1,A,1e999\n", "more than 100,000"),
    ("orders", "order_ref,sku,qty\nW1,A,100001\n", "more than 100,000"),
    ("orders", "order_ref,sku,qty\nW1,A,2.5\n", "qty: 2.5 is not a whole number"),
    ("orders", "order_ref,sku,qty\nW1,A,two\n", "qty: 'two' is not a number"),
    ("orders", "order_ref,sku,qty\nW1,A,nan\n", "qty: 'nan' is not a number"),
    ("orders", "order_ref,sku,qty\nW1,A,٣\n", "is not a number"),
    ("orders", "order_ref,sku,qty\nW1,A,\n", "qty: is missing"),
    ("orders", "order_ref,sku,qty\n,A,1\n", "order_ref: is missing"),
    ("orders", "order_ref,sku,qty\nW1,A\x07,1\n", "sku: 'A\\x07' holds control characters"),
    ("orders", f"order_ref,sku,qty\n{'W' * 129},A,1\n", "order_ref: has 129 characters"),
    ("orders", "order_ref,sku,qty,due_at\nW1,A,1,tomorrow\n", "due_at: 'tomorrow' is not a time"),
    ("orders", "order_ref,sku,qty,priority\nW1,A,1,-1\n", "priority: -1 is less than 0"),
    ("orders", "order_ref,sku,qty\nW1,A,1,9\n", "has 4 cells under 3 columns"),
    ("stock", "location_code,sku,qty,expiry\nL,A,1,2027-02-30\n", "expiry: '2027-02-30' is not a date"),
    (
        "skus",
        "sku,name,barcodes\nA,Tray,4006381333932\n",
        "4006381333932 has the wrong check digit; it should end in 1",
    ),
    ("skus", "sku,name,barcodes\nA,Tray,X:box:3\n", "uom: 'box' is none of each, inner, case, pallet"),
    ("skus", "sku,name,barcodes\nA,Tray,X:case:1\n", "any other unit at least 2"),
    ("skus", "sku,name,barcodes\nA,Tray,X:each:2\n", "an each holds 1"),
    ("skus", "sku,name,barcodes\nA,Tray,X;x\n", "one barcode stands twice"),
    ("skus", "sku,name,tracks_lot\nA,Tray,maybe\n", "tracks_lot: 'maybe' is neither yes nor no"),
    ("skus", "sku,name,tracks_lot,tracks_serial\nA,Tray,y,y\n", "track a SKU by lot or by serial"),
    ("skus", "sku,name,tracks_expiry\nA,Tray,y\n", "needs tracks_lot"),
    ("people", "badge,name,role\nP,Ada,boss\n", "role: 'boss' is none of picker"),
    ("people", "badge,name,role\nP,,picker\n", "name: is missing"),
    ("carriers", "carrier,name\n,DHL\n", "carrier: is missing"),
    ("carriers", "carrier,name,cartons\nDHL,DHL,BOX-M;box-m\n", "cartons: one code stands twice"),
]


@pytest.mark.parametrize(("kind", "text", "what"), BAD_CELLS, ids=[what for _, _, what in BAD_CELLS])
def test_a_bad_cell_is_named_with_its_row(kind: str, text: str, what: str) -> None:
    """Row 2 is the first below the header."""
    assert what in bad_rows(text, kind)[2]


BAD_TOGETHER = [
    ("skus", "sku,name\nA,Tray\nB,Cup\na,Tray\n", {4: "SKU 'a' stands in row 2 already"}),
    ("skus", "sku,name,barcodes\nA,Tray,X\nB,Cup,x\n", {3: "barcode 'x' stands in row 2 already"}),
    ("skus", "sku,name,barcodes\nA,T,036000291452\nB,C,0036000291452\n", {3: "stands in row 2 already"}),
    ("stock", "location_code,sku,lot,qty\nL,A,1,5\nL,A,2,5\nL,A,1,7\n", {4: "SKU 'A' lot '1' in 'L' stands in row 2"}),
    (
        "stock",
        "location_code,sku,lot,expiry,qty\nL,A,1,2027-01-01,5\nM,A,1,2027-01-02,5\n",
        {3: "expiry of SKU 'A' lot '1' is '2027-01-02' here and '2027-01-01' in row 2"},
    ),
    ("people", "badge,name,role\nP,Ada,picker\np,Ben,packer\n", {3: "badge 'p' stands in row 2 already"}),
    ("orders", "order_ref,sku,qty,priority\nW,A,1,0\nW,B,1,5\n", {3: "priority is '5' here and '0' in row 2"}),
    ("orders", "order_ref,sku,qty,carrier\nW,A,1,DHL\nW,B,1,\n", {3: "carrier is '' here and 'DHL' in row 2"}),
    ("carriers", "carrier,name\nDHL,A\nUPS,B\nDHL,C\n", {4: "carrier 'DHL' stands in row 2 already"}),
]


@pytest.mark.parametrize(("kind", "text", "wrong"), BAD_TOGETHER, ids=[str(wrong) for _, _, wrong in BAD_TOGETHER])
def test_rows_that_cannot_both_be_true_are_named(kind: str, text: str, wrong: dict[int, str]) -> None:
    """Doubles and disagreements, with the row that came first."""
    found = bad_rows(text, kind)
    assert set(found) == set(wrong)
    assert all(what in found[row] for row, what in wrong.items())


def test_every_bad_row_and_every_fault_in_it_is_named_at_once() -> None:
    """Nobody mends a file fault by fault."""
    found = bad_rows("order_ref,sku,qty\nW1,A,0\nW1,B,2\n,C,x\n")
    assert set(found) == {2, 4}
    assert found[4] == "order_ref: is missing; qty: 'x' is not a number; write digits only"


def test_unknown_skus_and_locations_are_named_when_the_known_are_told() -> None:
    """Without them, any will do."""
    content = b"location_code,sku,qty\nL,A,1\nQ,B,1\n"
    assert len(read_table(content, "stock").stock) == 2
    with pytest.raises(BadRows) as caught:
        read_table(content, "stock", known=Known(skus={"A"}, locations=["L"]))
    assert caught.value.rows == (
        (3, "sku: there is no SKU 'B'; import it first; location_code: there is no location 'Q'; import it first"),
    )


def test_missing_and_doubled_columns_are_named_with_what_the_file_has() -> None:
    """At row 1, with the option that helps."""
    missing = bad_rows("order_ref,artikel,qty\nW1,A,1\n")[1]
    assert "the column 'sku' for sku is missing (or say which column it is: --map sku=COLUMN)" in missing
    assert "the file has 'order_ref', 'artikel', 'qty'" in missing
    assert "2 columns called 'qty'" in bad_rows("order_ref,sku,qty,Qty\nW1,A,1,2\n")[1]


def test_broken_quotes_are_told_where_they_begin() -> None:
    """Rather than swallowing the rest of the file."""
    assert "quotes do not close" in bad_rows('order_ref,sku,qty\nW1,A,1\nW1,"B,1\n')[3]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty_file"),
        (b"\xef\xbb\xbf \r\n", "empty_file"),
        ("order_ref,sku,qty".encode("utf-16"), "not_text"),
        (b"order_ref,sku,qty\nW1,\x81,1\n", "not_text"),
        (b"x" * (64 * 1024 * 1024 + 1), "too_large"),
    ],
    ids=["empty", "blank", "utf-16", "neither", "large"],
)
def test_what_is_no_table_is_refused_as_a_whole(content: bytes, code: str) -> None:
    """Each with its own code."""
    with pytest.raises(BadInput) as caught:
        read_table(content, "orders")
    assert caught.value.code == code


def test_a_header_alone_is_a_table_without_rows() -> None:
    """A day without orders."""
    assert read("order_ref,sku,qty\n").orders == ()


def test_unknown_kinds_presets_and_fields_are_refused() -> None:
    """With the ones there are."""
    with pytest.raises(BadInput, match="skus, stock, handling-units, orders, people"):
        read_table(b"x", "parcels")
    with pytest.raises(NotFound, match="generic, online-retail"):
        read_table(b"x", "orders", preset="sap")
    with pytest.raises(BadInput, match="orders have no such field"):
        read_table(b"x", "orders", {"ref": "No"})


@settings(max_examples=60)
@given(st.binary(max_size=60), st.sampled_from(list(Kind)), st.sampled_from(["generic", "online-retail"]))
def test_whatever_bytes_come_they_are_read_or_refused(tail: bytes, kind: Kind, preset: str) -> None:
    """A FloorError, or rows; nothing else."""
    head = b"sku,name,qty,order_ref,badge,role,location_code,InvoiceNo,StockCode,Quantity\n"
    try:
        found = read_table(head + tail, kind, preset=preset)
    except FloorError:
        return
    assert found.rows_read <= tail.count(b"\n") + tail.count(b"\r") + 1


CELLS = st.text(st.characters(exclude_categories=("C", "Z"), exclude_characters="\ufeff"), min_size=1, max_size=8)


@settings(max_examples=40)
@given(st.lists(st.tuples(CELLS, CELLS, st.integers(1, 100_000)), min_size=1, max_size=8), st.sampled_from(",;\t|"))
def test_what_is_written_comes_back_unchanged(lines: list[tuple[str, str, int]], delimiter: str) -> None:
    """Quoted as a spreadsheet does it."""
    rows = [[*map(quoted, line[:2]), str(line[2])] for line in lines]
    text = "\r\n".join(delimiter.join(row) for row in [["order_ref", "sku", "qty"], *rows])
    found = [(line.order_ref, line.sku, line.qty_each) for line in read(text).orders]
    assert found == lines


def quoted(cell: str) -> str:
    """A cell in quotes, its own doubled."""
    return '"' + cell.replace('"', '""') + '"'

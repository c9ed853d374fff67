"""The online-retail preset: a shop's invoices become orders, and what it leaves out is counted."""

import pytest

from server.core.errors import BadInput, BadRows
from server.core.tabular import OrderRow, SkuRow, read_table

HEAD = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"


def lines(*rows: str) -> bytes:
    """A file of invoice lines."""
    return (HEAD + "\n".join(rows) + "\n").encode()


def test_invoices_become_orders_with_times_and_customers() -> None:
    """ISO 8601 or the data set's first American form; no decimal point on a customer's number."""
    content = lines(
        "7001,15036,PAPER FAN,12,2011-11-14 08:10:00,1.65,18211.0,France",
        "7002,84997b,SPOON,1,12/1/2010 8:26,1,,France",
    )
    assert read_table(content, "orders", preset="online-retail").orders == (
        OrderRow("7001", 1, "15036", 12, "2011-11-14T08:10:00.000Z", channel="online-retail", customer="18211"),
        OrderRow("7002", 1, "84997B", 1, "2010-12-01T08:26:00.000Z", channel="online-retail"),
    )


def test_an_invoice_that_runs_over_the_minute_is_one_order() -> None:
    """Its first line tells the time; equal lines stay two."""
    content = lines("7001,15036,FAN,1,2011-11-14 08:10:00,1,,F", "7001,15036,FAN,1,2011-11-14 08:11:00,1,,F")
    orders = read_table(content, "orders", preset="online-retail").orders
    assert [(line.line_no, line.ordered_at) for line in orders] == [
        (1, "2011-11-14T08:10:00.000Z"),
        (2, "2011-11-14T08:10:00.000Z"),
    ]


def test_what_is_no_order_of_goods_is_left_out_and_counted() -> None:
    """Cancellations, charges and write-offs, each once by its first reason."""
    content = lines(
        "7001,15036,FAN,1,2011-11-14 08:10:00,1,,F",
        "C7002,15036,FAN,-1,2011-11-14 08:10:00,1,,F",
        "C7003,POST,POSTAGE,-1,2011-11-14 08:10:00,1,,F",
        "A7004,B,Adjust bad debt,1,2011-11-14 08:10:00,1,,F",
        "7005,POST,POSTAGE,1,2011-11-14 08:10:00,1,,F",
        "7005,BANK CHARGES,Bank,1,2011-11-14 08:10:00,1,,F",
        "7005,gift_0001_20,Voucher,1,2011-11-14 08:10:00,1,,F",
        "7005,23444,Next Day Carriage,1,2011-11-14 08:10:00,1,,F",
        "7005,POST,POSTAGE,2,2011-11-14 08:10:00,1,,F",
        "7006,15036,damaged,-20,2011-11-14 08:10:00,0,,F",
        "7006,15036,,0,2011-11-14 08:10:00,0,,F",
    )
    found = read_table(content, "orders", preset="online-retail")
    assert len(found.orders) == 1
    assert found.left_out == {
        "cancellation": 2,
        "bad_debt_adjustment": 1,
        "not_goods": 5,
        "quantity_not_positive": 2,
    }
    assert found.not_goods == {"POST": 2, "BANK CHARGES": 1, "GIFT_0001_20": 1, "23444": 1}
    assert len(found.orders) + sum(found.left_out.values()) == found.rows_read


def test_goods_are_named_by_their_first_description() -> None:
    """Of the lines that are kept; without any, by their code."""
    content = lines(
        "7000,15036,lost,-3,2011-11-14 08:10:00,1,,F",
        "7001,15036,,1,2011-11-14 08:10:00,1,,F",
        "7001,15036,PAPER  FAN ,1,2011-11-14 08:10:00,1,,F",
        "7001,20615,,1,2011-11-14 08:10:00,1,,F",
    )
    expected = (SkuRow("15036", "PAPER FAN"), SkuRow("20615", "20615"))
    assert read_table(content, "orders", preset="online-retail").skus == expected
    only = read_table(content, "skus", preset="online-retail")
    assert (only.skus, only.orders) == (expected, ())


def test_bad_rows_are_not_left_out_but_refused() -> None:
    """A quantity that is no number is a fault, not a reason to look away."""
    content = lines("7001,15036,FAN,many,2011-11-14 08:10:00,1,,F", ",15036,FAN,1,someday,1,,F")
    with pytest.raises(BadRows) as caught:
        read_table(content, "orders", preset="online-retail")
    assert [row for row, _ in caught.value.rows] == [2, 3]
    assert "ordered_at: 'someday' is not a time" in caught.value.rows[1][1]


def test_a_column_may_have_another_name() -> None:
    """A mapping comes before the preset's own columns."""
    content = lines("7001,15036,FAN,1,2011-11-14 08:10:00,1,,F").replace(b"InvoiceNo", b"Invoice")
    found = read_table(content, "orders", {"order_ref": "Invoice"}, "online-retail")
    assert found.orders[0].order_ref == "7001"
    with pytest.raises(BadRows, match="columns do not fit"):
        read_table(content, "orders", preset="online-retail")


def test_stock_and_people_have_no_such_preset() -> None:
    """Told before the file is looked at."""
    with pytest.raises(BadInput, match="reads orders, skus, not stock"):
        read_table(b"", "stock", preset="online-retail")

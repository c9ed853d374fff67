"""`gangway batch`: public instances and our own files, and what it says of wrong ones."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from server.cli.main import gangway
from server.core.errors import BadInput
from server.core.layout import Shape, generate, read_layout
from server.lab import batches_bench
from server.lab.jobprp import read_instance

LAYOUT = "3\n10\n1\n1.5\n2\n1\n4\n5\n"
ORDERS = "0 2\n1 0 0\n2 1 4\n1 2\n3 5 9\n4 5 8\n2 2\n5 0 1\n6 1 3\n3 2\n7 4 9\n8 4 0\n4 1\n9 2 2\n0 0\n"


def instance(folder: Path, layout: str = LAYOUT, orders: str = ORDERS) -> tuple[Path, Path]:
    """Five orders in three aisles of ten positions; carts of four articles."""
    files = folder / "five.lyt", folder / "five.ord"
    for file, text in zip(files, (layout, orders), strict=True):
        file.write_text(text)
    return files


def run(*words: object) -> Result:
    """One command, in this process."""
    return CliRunner().invoke(gangway, [str(word) for word in words])


def test_a_public_instance_is_read_and_batched(tmp_path: Path) -> None:
    """By the published metric: article p stands p + 1 m behind the front, aisles are 5 m apart."""
    answer = run("batch", "--jobprp", *instance(tmp_path), "--seconds", 5, "--json")
    assert answer.exit_code == 0, answer.output
    found = json.loads(answer.stdout)
    assert sorted(order for batch in found["batches"] for order in batch["orders"]) == [0, 1, 2, 3, 4]
    walked = {tuple(batch["orders"]): batch["length_m"] for batch in found["batches"]}
    assert walked == {(0, 2): 2 * 5.0, (1, 3): 2 * (5 + 5 + 10), (4,): 2 * (5 + 3)}
    assert found["total_m"] == sum(walked.values()) == found["lower_bound_m"]
    assert found["optimal"] is True


def test_without_json_each_batch_is_a_line(tmp_path: Path) -> None:
    """And the last line is the sum."""
    answer = run("batch", "--jobprp", *instance(tmp_path), "--seconds", 5)
    assert answer.stdout.splitlines()[-1].split() == ["66", "m", "in", "3", "batches"]


@pytest.mark.parametrize(
    ("layout", "orders", "says"),
    [
        ("3\n10\n", ORDERS, "has 2 numbers"),
        (LAYOUT.replace("4\n5", "4\n6"), ORDERS, "says 6"),
        (LAYOUT.replace("4\n5", "1\n5"), ORDERS, "orders 0, 1, 2, 3"),
        (LAYOUT, ORDERS.replace("1 0 0", "1 6 0"), "line 2 of five.ord"),
        (LAYOUT, ORDERS.replace("1 0 0", "1 0 10"), "line 2 of five.ord"),
        (LAYOUT, ORDERS.replace("1 2\n3", "1 x\n3"), "line 4 of five.ord"),
        (LAYOUT, ORDERS.replace("4 1\n9 2 2\n0 0\n", "4 1\n"), "line 14 of five.ord"),
        (LAYOUT, "0 0 0\n", "line 1 of five.ord"),
    ],
)
def test_a_wrong_instance_is_told_by_file_and_line(tmp_path: Path, layout: str, orders: str, says: str) -> None:
    """Nothing is guessed."""
    with pytest.raises(BadInput, match=says):
        read_instance(*instance(tmp_path, layout, orders))


def site(folder: Path) -> tuple[Path, Path, Path]:
    """A small layout with two SKUs in stock, and three orders for them, one due soon and one for more than there is."""
    document = generate("t", Shape(blocks=1, aisles=3, bays=4, levels=1))
    layout, orders, stock = folder / "layout.json", folder / "orders.csv", folder / "stock.csv"
    layout.write_text(json.dumps(document))
    codes = [place.location_code for place in read_layout(document).locations]
    stock.write_text(f"location_code,sku,qty\n{codes[0]},S1,100\n{codes[-1]},S2,3\n")
    orders.write_text("order_ref,sku,qty,due_at\nO1,S1,5,\nO2,S1,400,\nO2,S2,5,\nO3,S2,1,2030-01-01T00:00:00Z\n")
    return layout, orders, stock


def test_our_own_orders_are_batched_with_their_stock(tmp_path: Path) -> None:
    """What is short is told; every order with stock is in a batch; an order may take several totes."""
    layout, orders, stock = site(tmp_path)
    answer = run("batch", layout, orders, "--stock", stock, "--slots", 2, "--seconds", 1, "--json")
    assert answer.exit_code == 0, answer.output
    found = json.loads(answer.stdout)
    assert {order for batch in found["batches"] for order in batch["orders"]} == {"O1", "O2", "O3"}
    assert all(len(batch["totes"]) <= 2 for batch in found["batches"])
    assert sum(found["short_each"].values()) == 400 + 5 + 5 + 1 - 100 - 3
    assert found["total_m"] == pytest.approx(sum(batch["length_m"] for batch in found["batches"]))


def test_our_own_orders_want_their_stock_named(tmp_path: Path) -> None:
    """Without it nobody knows where to walk; and stock must lie in the layout."""
    layout, orders, stock = site(tmp_path)
    assert run("batch", layout, orders).exit_code == 2
    stock.write_text("location_code,sku,qty\nNOWHERE,S1,5\n")
    answer = run("batch", layout, orders, "--stock", stock)
    assert answer.exit_code == 1
    assert "NOWHERE" in answer.stderr


def test_the_bench_sets_ours_beside_what_is_known(tmp_path: Path) -> None:
    """A share of the published length, and the goals."""
    instance(tmp_path)
    (tmp_path / "reference.json").write_text('{"five": {"published_best_m": 88, "optimum_m": 66}}')
    answer = run("bench", "batches", "--instances", tmp_path, "--seconds", 2, "--json")
    assert answer.exit_code == 0, answer.output
    row, goal = map(json.loads, answer.stdout.splitlines())
    assert (row["ours_m"], row["to_published"], row["lower_bound_m"]) == (66, 0.75, 66)
    assert row["first_come_m"] > row["savings_m"] >= 66
    assert goal["met"] is True
    assert run("bench", "batches", "--instances", tmp_path, "--only", "six").exit_code == 1
    assert run("bench", "batches").exit_code == 2


def test_a_day_is_set_beside_first_come_first_served(tmp_path: Path) -> None:
    """Batches with shortest tours walk less than first-come carts walked by location name."""
    file = tmp_path / "day.csv"
    lines = ["InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country"]
    for i in range(24):
        lines += [f"{570000 + i},{22000 + (7 * i + 3 * k) % 20},CUP,9,2011-11-14 08:{i:02}:00,1,1,UK" for k in range(2)]
    file.write_text("\n".join(lines))
    day = batches_bench.measure_day(file, "online-retail", 1.0, 1)
    assert day.orders == 24
    assert day.ours_m < day.first_come_shortest_m <= day.first_come_s_shape_m
    assert day.ratio == day.ours_m / day.first_come_name_m < 1

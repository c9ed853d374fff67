"""`gangway db`, `gangway import` and `gangway wave` as people and programs use them: a floor from nothing to a wave."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from server.cli.main import gangway
from server.cli.serve import listen
from server.store.schema import stock
from server.store.transaction import Store
from tests.layout_cases import LAYOUTS

Run = Callable[..., Result]
SKUS = "sku,name,barcodes\nCUP,Cup,4006381333931\nPAN,Pan,\n"
STOCK = "location_code;sku;qty\n{place};CUP;5\n"
ORDERS = "No,Item,Pieces,Rest\nO1,CUP,3,x\nO2,CUP,3,x\nO2,PAN,1,x\n"


@pytest.fixture
def url(tmp_path: Path) -> str:
    """A database that is not there yet, in a folder that is not there yet."""
    return f"sqlite:///{tmp_path}/new/floor.db"


@pytest.fixture
def run(url: str) -> Run:
    """Runs a command on that database."""

    def command(*arguments: str) -> Result:
        return CliRunner().invoke(gangway, [*arguments, "--database-url", url])

    return command


@pytest.fixture
def file(tmp_path: Path) -> Callable[[str], str]:
    """Writes a file."""

    def write(text: str) -> str:
        path = tmp_path / "given.csv"
        path.write_text(text)
        return str(path)

    return write


@pytest.fixture
def place() -> str:
    """A location of the example layout."""
    from server.core.layout import read_layout

    return read_layout(json.loads((LAYOUTS / "small.json").read_text())).locations[0].location_code


def test_every_command_names_what_to_run_first(run: Run) -> None:
    """Nothing creates a database by the way."""
    for command in (("db", "check"), ("db", "state"), ("wave", "release"), ("import", "equipment")):
        told = run(*command)
        assert (told.exit_code, "run: gangway db upgrade" in told.stderr) == (1, True)


def test_upgrade_makes_the_database_and_then_finds_nothing_to_do(run: Run) -> None:
    """Its folder too."""
    assert "is upgraded from nothing" in run("db", "upgrade").stdout
    assert "is current already" in run("db", "upgrade").stdout


def test_a_wrong_database_url_is_told_as_such(run: Run) -> None:
    """Not as a traceback."""
    told = CliRunner().invoke(gangway, ["db", "upgrade", "--database-url", "no url"])
    assert (told.exit_code, "is no database URL" in told.stderr) == (1, True)


@pytest.mark.parametrize("command", [("layout", "new", "small", "--out"), ("profile", "--out")])
def test_a_file_that_cannot_be_written_is_one_clear_line(tmp_path: Path, command: tuple[str, ...]) -> None:
    """What, and why; not a traceback."""
    told = CliRunner().invoke(gangway, [*command, str(tmp_path / "none" / "out")])
    assert (told.exit_code, told.stderr) == (1, f"gangway: {tmp_path}/none/out: No such file or directory [file]\n")


def test_a_demo_beside_another_touches_nothing_of_it(tmp_path: Path) -> None:
    """The port is taken: the other's database stays, and nobody is sent to work in its warehouse."""
    (tmp_path / "demo.db").write_text("the other's")
    with listen("127.0.0.1", 0, "--port") as other:
        port = str(other.getsockname()[1])
        told = CliRunner().invoke(gangway, ["demo", "--host", "127.0.0.1", "--port", port, "--folder", str(tmp_path)])
    assert (told.exit_code, "try --port 0" in told.stderr) == (1, True)
    assert (tmp_path / "demo.db").read_text() == "the other's"


def test_a_floor_from_nothing_to_a_wave(run: Run, file: Callable[[str], str], place: str) -> None:
    """Upgrade, layout, SKUs, stock, equipment, orders, wave, check: each says what it did, to programs too."""

    def said(*arguments: str) -> dict[str, object]:
        told = run(*arguments, "--json")
        assert told.exit_code == 0, told.output
        answer: dict[str, object] = json.loads(told.stdout)
        return answer

    run("db", "upgrade")
    assert said("import", "layout", str(LAYOUTS / "small.json")) == {"added": 60, "changed": 0, "same": 0}
    assert said("import", "skus", file(SKUS))["added"] == 2
    assert said("import", "stock", file(STOCK.format(place=place)))["added"] == 1
    loads = file(f"sscc,location_code,sku,qty\n106141412345678908,{place},CUP,4\n")
    assert said("import", "handling-units", loads)["added"] == 1
    assert said("import", "equipment", "--carts", "2", "--totes", "9", "--carton", "BOX:Box:9000")["added"] == 12
    mapped = ("--map", "order_ref=No,sku=Item,qty=Pieces")
    first = said("import", "orders", file(ORDERS), *mapped)
    assert (first["added"], first["ignored_columns"]) == (2, ["Rest"])
    assert said("import", "orders", file(ORDERS), *mapped)["same"] == 2
    released = said("wave", "release")
    assert (released["orders"], released["units"], released["units_short"]) == (2, 5, 2)
    checked = said("db", "check")
    assert (checked["ok"], checked["violations"]) == (True, [])
    rows = said("db", "state")["rows"]
    assert isinstance(rows, dict)
    assert (rows["orders"], rows["batches"]) == (2, 1)
    assert run("wave", "release").stdout == "no order is waiting\n"
    assert run("wave", "mode").stdout.startswith("waves;")
    changed = {"mode": "continuous", "hold_s": 30.0, "overtaken_s": 7200.0}
    assert said("wave", "mode", "continuous", "--hold-s", "30") == changed
    assert said("wave", "mode", "continuous", "--overtaken-s", "600") == changed | {"overtaken_s": 600.0}
    assert run("wave", "mode", "--hold-s", "30").exit_code == 2
    assert run("wave", "mode", "--overtaken-s", "30").exit_code == 2


def test_a_file_with_bad_rows_imports_nothing_and_names_them(run: Run, file: Callable[[str], str]) -> None:
    """On standard error, by row number."""
    run("db", "upgrade")
    told = run("import", "skus", file("sku,name,weight_g\nCUP,Cup,1\nPAN,Pan,heavy\n"))
    assert told.exit_code == 1
    assert "row 3: weight_g: 'heavy' is not a number" in told.stderr
    assert "skus                    0" in run("db", "state").stdout


def test_check_fails_on_a_broken_database_and_names_the_rule(run: Run, url: str) -> None:
    """Somebody changed the stock past the ledger."""
    run("db", "upgrade")
    run("import", "layout", str(LAYOUTS / "small.json"))
    store = Store(url)
    store.write(
        lambda tx: (
            tx.connection.exec_driver_sql("INSERT INTO skus (sku) VALUES ('CUP')"),
            tx.connection.execute(stock.insert().values(account="location:X", sku="CUP", lot="", on_hand_each=5)),
        )
    )
    store.close()
    told = run("db", "check")
    assert (told.exit_code, "the sums are the replayed ledger: broken by location:X CUP" in told.stdout) == (1, True)
    listed = run("db", "check", "--json")
    assert (listed.exit_code, json.loads(listed.stdout)["ok"]) == (1, False)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("import", "equipment", "--carton", "BOX"), "write LABEL:NAME:ML"),
        (("import", "equipment", "--carts", "1", "--slots", "0"), "not 0"),
        (("wave", "release", "--cutoff", "tonight"), "write it as 2026-11-23T17:00"),
    ],
)
def test_a_wrong_argument_is_told_with_how_to_write_it(run: Run, arguments: tuple[str, ...], says: str) -> None:
    """On standard error, with exit code 1."""
    run("db", "upgrade")
    told = run(*arguments)
    assert (told.exit_code, says in told.stderr) == (1, True)


def test_a_wrong_map_is_told_with_how_to_write_it(run: Run, file: Callable[[str], str]) -> None:
    """And a layout that is no JSON."""
    run("db", "upgrade")
    assert "write field=column" in run("import", "skus", file(SKUS), "--map", "sku").stderr
    assert "is not JSON" in run("import", "layout", file("{")).stderr
    assert "one JSON object" in run("import", "layout", file("[]")).stderr


def test_a_house_chooses_its_rules(run: Run) -> None:
    """Listed with their standard values, changed one by one, and nothing is taken that they cannot be."""
    assert run("db", "upgrade").exit_code == 0
    assert json.loads(run("rule", "--json").stdout) == {
        "zero_check": "empty",
        "weight_tolerance_g": "100",
        "weight_tolerance_percent": "5",
    }
    assert run("rule", "zero_check", "never").stdout.startswith("zero_check = never")
    assert json.loads(run("rule", "zero_check", "--json").stdout) == {"zero_check": "never"}
    wrong = [run("rule", "zero_check", "sometimes"), run("rule", "weight_tolerance_g", "a lot"), run("rule", "sleep")]
    assert [one.exit_code for one in wrong] == [1, 1, 1]
    assert "whole number from 0 to 100000" in wrong[1].stderr


def test_a_carrier_is_listed_and_set_down_and_open(run: Run, file: Callable[[str], str]) -> None:
    """For people a line each, for programs JSON; nothing is taken that it cannot be."""
    run("db", "upgrade")
    assert run("carrier").stdout == "no carriers; run: gangway import carriers FILE\n"
    run("import", "equipment", "--carton", "BOX:Box:9000")
    assert "2 added" in run("import", "carriers", file("carrier,name,cartons\nDHL,DHL Parcel,BOX\nUPS,UPS,\n")).stdout
    assert run("carrier", "DHL", "down").stdout == "DHL  down  DHL Parcel; cartons: BOX\nUPS  open  UPS; cartons: all\n"
    states = [one["state"] for one in json.loads(run("carrier", "DHL", "open", "--json").stdout)["carriers"]]
    assert states == ["open", "open"]
    wrong = [run("carrier", "DHL", "away"), run("carrier", "DPD", "down"), run("carrier", "DHL")]
    assert [one.exit_code for one in wrong] == [1, 1, 2]
    assert "there are DHL, UPS" in wrong[1].stderr

"""Loads from a file: names for stock that lies there, whole or not at all, and the same file twice changes nothing."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from server.core.errors import BadRows
from server.core.tabular import Kind, SkuRow
from server.floor import audit, load
from server.floor.load import Changes
from server.store import schema as s
from server.store import stock
from server.store.transaction import Store
from tests import loaded_floor as files
from tests.loaded_floor import DOCUMENT, lot

FIRST, SECOND = "A01-01-1", "A01-02-1"
ONE, TWO, THREE = "106141412345678908", "106141412345678915", "106141412345678922"
HEAD = "sscc,location_code,sku,qty,lot\n"


@pytest.fixture
def store(migrated_database_url: str) -> Iterator[Store]:
    """Fifty cups of lot L1 in FIRST, ten in SECOND, and a pan."""
    store = Store(migrated_database_url)
    store.write(lambda tx: load.load_layout(tx, DOCUMENT))
    store.write(lambda tx: load.take(tx, files.skus(SkuRow("CUP", "Cup"), SkuRow("PAN", "Pan"))))
    store.write(
        lambda tx: load.take(tx, files.stock(lot(FIRST, "CUP", 50), lot(SECOND, "CUP", 10), lot(SECOND, "PAN", 1)))
    )
    yield store
    assert store.read(audit.violations) == []
    store.close()


def take(store: Store, *rows: str) -> Changes:
    """Take a file of these rows, as the command does."""
    content = (HEAD + "\n".join(rows)).encode()
    read = store.read(lambda c: load.read_file(c, content, Kind.HANDLING_UNITS))
    return store.write(lambda tx: load.take(tx, read))


def refused(store: Store, *rows: str) -> dict[int, str]:
    """What is wrong with a file, by row; nothing of it is taken."""
    before = loads(store)
    with pytest.raises(BadRows) as caught:
        take(store, *rows)
    assert loads(store) == before
    return dict(caught.value.rows)


def loads(store: Store) -> dict[str, tuple[str, str, str, int]]:
    """Every load: what it is of, and where it stands."""
    rows = store.read(lambda c: c.execute(select(s.handling_units)).all())
    return {row.sscc: (row.account, row.sku, row.lot, row.qty_each) for row in rows}


def pick(store: Store, sscc: str) -> None:
    """The load is taken for a line of an order, and what it was lies in a tote."""

    def order(c: Any) -> None:
        c.execute(insert(s.orders), {"order_ref": "O1", "ordered_at": "2026-01-05", "state": "waiting"})
        c.execute(insert(s.order_lines), {"order_ref": "O1", "line_number": 1, "sku": "CUP", "qty_each": 24})
        c.execute(insert(s.batches), {"length_m": 1.0, "lower_bound_m": 1.0, "path": []})
        line = {"batch_id": 1, "seq": 1, "slot": 1, "order_line_id": 1, "location_code": FIRST, "sku": "CUP"}
        c.execute(insert(s.pick_lines), line | {"lot": "L1", "qty_each": 24, "picked_each": 24, "state": "done"})
        c.execute(insert(s.events), {"at": "2026-01-05", "kind": "count", "line_id": 1, "qty_each": 24})
        c.execute(s.handling_units.update().where(s.handling_units.c.sscc == sscc).values(line_id=1))

    store.write(lambda tx: order(tx.connection))
    leave(store, 24, stock.in_tote("T-1"))


def leave(store: Store, qty: int, to: str = stock.ADJUSTMENT) -> None:
    """Cups leave FIRST."""
    store.write(lambda tx: stock.move(tx.connection, tx.now, "CUP", "L1", qty, f"location:{FIRST}", to, "test"))


def test_a_file_names_loads_and_brings_nothing_in(store: Store) -> None:
    """However its labels are written; the ledger stays as it is, and the same file again changes nothing."""
    before = store.read(stock.everything)
    rows = (f"{ONE},{FIRST},CUP,24,L1", f"(00){TWO},{FIRST},CUP,26,L1", f"00{THREE},{SECOND},CUP,10,")
    assert take(store, *rows) == Changes(3, 0, 0)
    assert loads(store) == {
        ONE: (f"location:{FIRST}", "CUP", "L1", 24),
        TWO: (f"location:{FIRST}", "CUP", "L1", 26),
        THREE: (f"location:{SECOND}", "CUP", "", 10),
    }
    assert take(store, *rows) == Changes(0, 0, 3)
    assert store.read(stock.everything) == before


def test_every_bad_row_is_named(store: Store) -> None:
    """A number that is no SSCC or has the wrong digit, a place or SKU that nobody knows, one load twice, no units."""
    wrong = refused(
        store,
        f"1.06141E+17,{FIRST},CUP,24,L1",
        f"106141412345678909,{FIRST},CUP,24,L1",
        f"{ONE},Z-1,CUP,24,L1",
        f"{ONE},{FIRST},SPOON,0,L1",
        f"{TWO},{FIRST},CUP,1,L1",
        f"(00){TWO},{FIRST},CUP,1,L1",
        f",{FIRST},CUP,1,L1",
    )
    assert sorted(wrong) == [2, 3, 4, 5, 7, 8]
    assert wrong[2] == "sscc: '1.06141E+17' is no SSCC; write its 18 digits, as text"
    assert wrong[3] == "sscc: '106141412345678909' has the wrong check digit; it should end in 8"
    assert "there is no location 'Z-1'" in wrong[4]
    assert "there is no SKU 'SPOON'" in wrong[5]
    assert "0 is less than 1" in wrong[5]
    assert wrong[7] == f"SSCC '{TWO}' stands in row 6 already"
    assert wrong[8] == "sscc: is missing"


@pytest.mark.parametrize(
    "rows",
    [
        (f"{ONE},{FIRST},CUP,51,L1",),
        (f"{ONE},{FIRST},CUP,25,L1", f"{TWO},{FIRST},CUP,26,L1"),
        (f"{ONE},{FIRST},CUP,1,L9",),
        (f"{ONE},{SECOND},CUP,10,", f"{TWO},{SECOND},CUP,1,L1"),
        (f"{ONE},{FIRST},PAN,1,",),
    ],
)
def test_a_load_of_more_than_lies_there_is_a_bad_row(store: Store, rows: tuple[str, ...]) -> None:
    """Alone or with the others of its lot: the file names what import stock says, and does not say it again."""
    wrong = refused(store, *rows)
    assert wrong
    assert all("fewer units lie there" in what for what in wrong.values())


def test_a_place_has_the_loads_that_the_last_file_says(store: Store) -> None:
    """What it leaves out is a load no more, other places stay; a load may be moved, or be of another count."""
    take(store, f"{ONE},{FIRST},CUP,24,L1", f"{TWO},{FIRST},CUP,24,L1", f"{THREE},{SECOND},CUP,10,L1")
    assert take(store, f"{ONE},{FIRST},CUP,20,L1") == Changes(0, 2, 0)
    assert {sscc: (row[0], row[3]) for sscc, row in loads(store).items()} == {
        ONE: (f"location:{FIRST}", 20),
        TWO: ("adjustment", 24),
        THREE: (f"location:{SECOND}", 10),
    }
    assert take(store, f"{ONE},{FIRST},CUP,20,L1", f"{THREE},{FIRST},CUP,10,L1") == Changes(0, 1, 1)
    assert loads(store)[THREE][0] == f"location:{FIRST}"


def test_a_load_that_was_picked_is_gone_and_its_number_is_never_another_loads(store: Store) -> None:
    """This morning's file comes again this evening: nothing changes. Whatever else it says of that load is refused."""
    rows = (f"{ONE},{FIRST},CUP,24,L1", f"{TWO},{FIRST},CUP,24,L1")
    take(store, *rows)
    pick(store, ONE)
    assert take(store, *rows) == Changes(0, 0, 2)
    assert take(store, rows[1]) == Changes(0, 0, 1)
    assert refused(store, f"{ONE},{SECOND},CUP,10,L1") == {
        2: f"load '{ONE}': it was picked, as it was; a new load needs an SSCC of its own"
    }


def test_loads_that_were_broken_into_are_whole_again_when_a_file_says_so(store: Store) -> None:
    """Somebody looked which of the two it was: the other one is named again, the broken one is not."""
    rows = (f"{ONE},{FIRST},CUP,24,L1", f"{TWO},{FIRST},CUP,24,L1")
    take(store, *rows)
    leave(store, 10)
    assert sorted(refused(store, *rows)) == [2, 3]
    assert take(store, rows[1]) == Changes(0, 1, 1)
    store.write(lambda tx: load.take(tx, files.stock(lot(FIRST, "CUP", 60))))
    assert {sscc: row[0] for sscc, row in loads(store).items()} == {ONE: "adjustment", TWO: f"location:{FIRST}"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"sscc": ONE[:-1]},
        {"sscc": "1061414123456789O8"},
        {"sku": "SPOON"},
        {"qty_each": 0},
        {"qty_each": -1},
        {"account": "tote:T-1"},
        {"line_id": 99},
    ],
)
def test_what_is_no_load_cannot_be_stored(store: Store, wrong: dict[str, object]) -> None:
    """18 digits, a known SKU, units, a location's account, a line that there is: the last word is the schema's."""
    row = {"sscc": ONE, "sku": "CUP", "qty_each": 1, "account": f"location:{FIRST}"} | wrong
    with pytest.raises(IntegrityError):
        store.write(lambda tx: tx.connection.execute(insert(s.handling_units), row))

"""Where a cart belongs: its tour's own station, another one that is scanned twice, any when there is none (case 67)."""

from typing import Any

import pytest
from sqlalchemy import insert, select, update

from server.core.layout import Shape, generate
from server.core.terms import Act
from server.floor import load
from server.floor.document import task_document
from server.store import schema as s
from server.store.transaction import News, Store
from tests.small_floor import CUP_CASE, DOCUMENT, EAN, FIRST, SECOND, Hand

WHOLE = (FIRST, EAN["PEN"], EAN["PEN"], "TOTE-1", SECOND, EAN["MUG"], "TOTE-1", CUP_CASE, CUP_CASE, "TOTE-2")
TWO_STATIONS = generate("small", Shape(blocks=1, aisles=1, bays=3, levels=1, stations=2))


def planned_to(store: Store, station_code: str) -> None:
    """The batch's tour ends at this station."""
    store.write(lambda tx: tx.connection.execute(update(s.batches).values(station_code=station_code)))


def told(store: Store, hand: Hand) -> dict[str, Any]:
    """The task as its device has it."""
    return store.read(lambda c: task_document(c, int(hand.task[1:])))


@pytest.fixture
def walked(store: Store, picker: Hand) -> Hand:
    """A picker with everything in totes, on a floor of two stations; the tour was planned to the second."""
    store.write(lambda tx: load.load_layout(tx, TWO_STATIONS))
    planned_to(store, "PACK-2")
    for label in WHOLE:
        code = picker.scan(label)
    assert code == "put_ok"
    return picker


def test_a_cart_belongs_where_its_tour_ends(store: Store, walked: Hand) -> None:
    """Its length was reckoned to there: the device is told, and the scan of it ends the batch at once."""
    held = told(store, walked)
    assert (held["station"], held["stations"]) == ("PACK-2", ["PACK-1", "PACK-2"])
    assert walked.scan("PACK-2") == "batch_done"


@pytest.mark.parametrize("again", [("PACK-1", Act.SCAN), ("", Act.CONFIRM)])
def test_another_station_is_asked_about_and_taken_when_that_is_said_again(
    store: Store, walked: Hand, again: tuple[str, Act]
) -> None:
    """The totes say where they stand; the batch keeps the station that its length and path lead to."""
    reply = walked.send(walked.intent("PACK-1"))
    assert (reply["code"], reply["args"], reply["wanted"]) == (
        "other_station",
        {"ref": "PACK-1", "station": "PACK-2"},
        "PACK-2",
    )
    label, act = again
    assert walked.scan(label, act=act) == "batch_done"
    stand = store.read(lambda c: c.execute(select(s.totes.c.station_code).where(s.totes.c.order_ref != "")).scalars())
    assert set(stand) == {"PACK-1"}
    assert store.read(lambda c: c.execute(select(s.batches.c.station_code, s.batches.c.state)).one()) == (
        "PACK-2",
        "picked",
    )


@pytest.mark.parametrize("planned", ["", "GONE", "DOCK"])
def test_a_tour_without_a_station_that_takes_carts_may_end_at_any(store: Store, walked: Hand, planned: str) -> None:
    """None was planned, the layout has it no more, or it is a dock now: nobody is asked about what cannot be."""
    planned_to(store, planned)
    assert "station" not in told(store, walked)
    assert walked.scan("PACK-1") == "batch_done"


def test_whoever_walks_is_told_when_the_station_of_their_tour_is_gone(store: Store, walked: Hand) -> None:
    """A new layout without it: the task comes anew, and the cart is taken where there still is a station."""
    heard: list[News] = []
    before = told(store, walked)["version"]
    store.listen(heard.extend)
    store.write(lambda tx: load.load_layout(tx, DOCUMENT))
    assert News("task", int(walked.task[1:]), walked.badge) in heard
    held = told(store, walked)
    assert (held["version"], held["stations"], "station" in held) == (before + 1, ["PACK-1"], False)
    assert (walked.scan("PACK-2"), walked.scan("PACK-1")) == ("unknown_code", "batch_done")


def test_nobody_is_told_of_a_layout_with_the_same_stations(store: Store, walked: Hand) -> None:
    """A new version would step what is pending on every device, for nothing."""
    before = told(store, walked)["version"]
    store.write(lambda tx: load.load_layout(tx, TWO_STATIONS | {"name": "renamed"}))
    assert told(store, walked)["version"] == before


def test_the_station_of_a_tour_that_ends_is_wanted_in_the_last_reply(store: Store, picker: Hand) -> None:
    """What the reply wants next is what the page foresaw: only a tour with nothing left asks for its station."""
    place = {"station_code": "P", "kind": "pack", "node": "P"}
    store.write(lambda tx: tx.connection.execute(insert(s.stations), place))
    planned_to(store, "P")
    wanted = [picker.send(picker.intent(label))["wanted"] for label in WHOLE]
    assert (wanted[-1], "P" in wanted[:-1]) == ("P", False)

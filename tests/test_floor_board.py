"""The board: what it shows is what the floor's rows say, and deltas add up to it."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import insert, update

from server.core.terms import Act, Role
from server.floor import board, carriers, login, replan
from server.floor.board import Watch
from server.store import schema as s
from server.store.transaction import Store
from tests.small_floor import EAN, FIRST, PACKER, PICKER, SECOND, Hand, furnish

DAY = "2026-01-05"


@pytest.fixture
def store(migrated_database_url: str) -> Iterator[Store]:
    """The small floor on a day of its own, with the picker logged in."""
    opened = Store(migrated_database_url, clock=lambda: f"{DAY}T09:00:00.000Z")
    furnish(opened)
    opened.write(lambda tx: login.log_in(tx, PICKER, "hh-1"))
    yield opened
    opened.close()


@pytest.fixture
def picker(store: Store) -> Hand:
    """A picker who has taken the cart and holds the batch."""
    hand = Hand(store)
    hand.begin()
    hand.scan("CART-1")
    return hand


def seen(store: Store, day: str = DAY) -> dict[str, Any]:
    """The board as a new one would show it."""
    found: dict[str, Any] = store.read(lambda connection: board.look(connection, day)).document()["board"]
    return found


def test_a_picker_stands_where_the_last_scan_was_confirmed(store: Store, picker: Hand) -> None:
    """Not where the tour says they ought to be."""
    assert [(person["location"], person["x"]) for person in seen(store)["people"]] == [("", None)]
    picker.scan(SECOND)  # the wrong one: refused
    assert seen(store)["people"][0]["location"] == ""
    picker.scan(FIRST)
    person = seen(store)["people"][0]
    assert (person["location"], person["task"], person["batch"], person["cart"]) == (FIRST, "T1", "B1", "CART-1")
    assert isinstance(person["x"], float)


def test_a_batch_shows_what_is_done_of_it_and_who_walks_it(store: Store, picker: Hand) -> None:
    """Lines and units, as they lie in totes."""
    before = seen(store)["batches"][0]
    assert (before["lines"], before["lines_done"], before["units"], before["units_done"]) == (3, 0, 11, 0)
    for label in (FIRST, EAN["PEN"], EAN["PEN"], "TOTE-1"):
        picker.scan(label)
    after = seen(store)["batches"][0]
    assert (after["lines_done"], after["units_done"], after["badge"]) == (1, 2, PICKER)
    assert seen(store)["counts"]["units_left"] == 9


def test_a_break_and_goods_to_put_back_show_at_whose_task_they_are(store: Store, picker: Hand) -> None:
    """Since when somebody pauses; and who puts goods back does not seem to stand about with an empty cart."""
    assert (seen(store)["people"][0]["paused"], seen(store)["people"][0]["paused_at"]) == (False, "")
    picker.tap(Act.PAUSE)
    assert (seen(store)["people"][0]["paused"], seen(store)["people"][0]["paused_at"]) == (True, f"{DAY}T09:00:00.000Z")
    picker.tap(Act.RESUME)
    assert (seen(store)["people"][0]["paused_at"], seen(store)["people"][0]["put_back"]) == ("", "")
    for label in (FIRST, EAN["PEN"], EAN["PEN"], "TOTE-1"):
        picker.scan(label)
    for order in ("O1", "O2"):
        store.write(lambda tx, order=order: replan.cancel_order(tx, order, ""))  # type: ignore[misc]
    assert picker.scan("PACK-1") == "batch_done"
    picker.begin()
    assert seen(store)["people"][0]["put_back"] == picker.task


def test_done_counts_todays_shipments_alone(store: Store) -> None:
    """Yesterday's parcels are in the house's log, not on its board."""

    def ship(tx: Any) -> None:
        tx.connection.execute(insert(s.tasks), {"id": 90, "kind": "pack", "state": "done", "raised_at": DAY})
        for ref, at in (("O1", "2026-01-04T23:59:59.999Z"), ("O2", f"{DAY}T00:00:00.000Z")):
            row = {"order_ref": ref, "task_id": 90, "carton": "BOX-M", "state": "shipped", "shipped_at": at}
            tx.connection.execute(insert(s.parcels), row)
            tx.connection.execute(update(s.orders).where(s.orders.c.order_ref == ref).values(state="shipped"))

    store.write(ship)
    counts = seen(store)["counts"]
    assert (counts["done"], counts["picking"], counts["units_left"]) == (1, 0, 0)


def test_refusals_are_the_last_twenty_newest_first(store: Store, picker: Hand) -> None:
    """With who was refused, and what was scanned."""
    for number in range(25):
        picker.scan(f"WRONG-{number}")
    refusals = seen(store)["refusals"]
    assert [refusal["label"] for refusal in refusals] == [f"WRONG-{number}" for number in range(24, 4, -1)]
    assert refusals[0]["name"] == f"Name of {PICKER}"
    older = store.read(lambda connection: board.refusals(connection, refusals[-1]["id"], 10))
    assert next(refusal["label"] for refusal in older) == "WRONG-4"


def add_up(shown: dict[str, Any], change: dict[str, Any]) -> dict[str, Any]:
    """What a board makes of a delta, as docs/protocol.md says."""
    people = {person["badge"]: person for person in shown["people"]}
    batches = {batch["id"]: batch for batch in shown["batches"]}
    for parts, key, changed in ((people, "badge", change["people"]), (batches, "id", change["batches"])):
        for part in changed:
            parts.pop(part[key], None) if part.get("gone") else parts.update({part[key]: part})
    refusals = [*change["refusals"], *shown["refusals"]][: board.MOST_REFUSALS]
    counts = change.get("counts", shown["counts"])
    closures = change.get("closures", shown["closures"])
    whole = {"counts": counts, "closures": closures, "carriers": change.get("carriers", shown["carriers"])}
    return {"people": people, "batches": batches, "refusals": refusals} | whole


def by_name(shown: dict[str, Any]) -> dict[str, Any]:
    """A board's parts without their order."""
    people = {person["badge"]: person for person in shown["people"]}
    return shown | {"people": people, "batches": {batch["id"]: batch for batch in shown["batches"]}}


def test_deltas_add_up_to_what_a_new_board_is_shown(store: Store) -> None:
    """A board that lies must never happen: after every scan of a batch, both ways to know agree."""
    watch = Watch(store, lambda: DAY)
    watch.refresh()
    shown, revision = watch.snapshot()["board"], watch.snapshot()["revision"]
    hand = Hand(store)
    hand.begin()
    for label in ("CART-1", FIRST, "wrong", EAN["PEN"], EAN["PEN"], "TOTE-1", SECOND, EAN["MUG"], "TOTE-1"):
        hand.scan(label)
        change = watch.refresh()
        assert change is not None
        assert change["since"] == revision
        grown = add_up(shown, change)
        shown = grown | {name: list(grown[name].values()) for name in ("people", "batches")}
        revision = change["revision"]
        assert by_name(shown) == by_name(seen(store))
    store.write(lambda tx: login.log_out(tx, PICKER, f"dev-{PICKER}"))
    change = watch.refresh()
    assert change is not None
    assert change["people"] == [{"badge": PICKER, "gone": True}]


def test_nothing_is_told_when_nothing_changed(store: Store, picker: Hand) -> None:
    """An idle floor sends no frames."""
    watch = Watch(store, lambda: DAY)
    assert watch.refresh() is not None
    assert watch.refresh() is None


def test_a_carrier_that_goes_down_is_told_whole_and_only_then(store: Store, picker: Hand) -> None:
    """Also when the floor is idle otherwise."""
    row = {"carrier": "DHL", "name": "DHL Parcel"}
    store.write(lambda tx: tx.connection.execute(insert(s.carriers), row))
    watch = Watch(store, lambda: DAY)
    watch.refresh()
    assert watch.snapshot()["board"]["carriers"] == [row | {"state": "open"}]
    picker.scan(FIRST)
    assert "carriers" not in (watch.refresh() or {})
    store.write(lambda tx: carriers.set_state(tx, "DHL", "down"))
    assert (watch.refresh() or {})["carriers"] == [row | {"state": "down"}]


def test_a_packer_is_on_the_board_with_the_order_in_hand(store: Store, picker: Hand) -> None:
    """People of both pages, by badge."""
    person = store.write(lambda tx: login.log_in(tx, PACKER, "bench-1"))
    assert person.role is Role.PACKER
    Hand(store, PACKER).begin()
    people = {found["badge"]: found for found in seen(store)["people"]}
    assert (people[PACKER]["state"], people[PACKER]["order"], people[PACKER]["batch"]) == ("tote", "", "")
    assert people[PICKER]["batch"] == "B1"

"""Scans that come too late: refused with who and why, kept in the log, and the goods are to be put back (72, 73)."""

import pytest
from sqlalchemy import insert, select

from server.core.terms import Act
from server.floor import replan, supervise
from server.store import schema as s
from server.store.transaction import Store
from tests.small_floor import CUP_CASE, EAN, FIRST, OTHER, PICKER, SECOND, Hand, on_hand


def put_back(store: Store) -> list[tuple[str, str, int, str]]:
    """What is to be put back: (SKU, location, eaches, order)."""
    query = select(s.tasks).where(s.tasks.c.kind == "put_back")
    rows = store.read(lambda c: c.execute(query).all())
    return sorted((row.sku, row.location_code, row.qty_each, row.order_ref or "") for row in rows)


def test_units_taken_for_a_reassigned_task_are_to_be_put_back(store: Store, picker: Hand) -> None:
    """Two pens were scanned in a dead corner; the task is another's by now, and the ledger has not moved."""
    picker.scan(FIRST)
    before = on_hand(store)
    store.write(lambda tx: supervise.reassign(tx, int(picker.task[1:]), OTHER, "S-1"))
    reply = picker.send(picker.intent(EAN["PEN"], line=1))
    assert (reply["code"], reply["args"]) == ("task_reassigned", {"who": f"Name of {OTHER}", "why": "reassigned"})
    assert picker.scan(EAN["PEN"], line=1) == "task_reassigned"
    assert picker.scan("TOTE-1", line=1) == "task_reassigned"
    assert put_back(store) == [("PEN", FIRST, 2, "O1")]
    assert on_hand(store) == before
    kept = store.read(lambda c: c.execute(select(s.events.c.code)).scalars().all())
    assert kept.count("task_reassigned") == 3


def test_a_scan_for_a_task_that_never_was_theirs_takes_nothing(store: Store, picker: Hand) -> None:
    """A stranger's scan is no sign that goods were taken for this task."""
    assert Hand(store, OTHER).scan(EAN["PEN"], task=picker.task) == "foreign_task"
    assert put_back(store) == []


def test_a_replayed_late_scan_is_put_back_once(store: Store, picker: Hand) -> None:
    """The same op_id twice is one unit to put back."""
    picker.scan(FIRST)
    store.write(lambda tx: supervise.reassign(tx, int(picker.task[1:]), OTHER, "S-1"))
    late = picker.intent(CUP_CASE, line=3)
    assert [picker.send(late)["replay"] for _ in range(2)] == [False, True]
    assert put_back(store) == [("CUP", SECOND, 4, "O2")]


def test_a_cancelled_task_says_who_and_why(store: Store, picker: Hand) -> None:
    """And what was taken for it goes back."""
    supervisor = {"badge": "S-1", "name": "Sam", "role": "supervisor"}
    store.write(lambda tx: tx.connection.execute(insert(s.people), supervisor))
    store.write(lambda tx: supervise.cancel_task(tx, int(picker.task[1:]), "S-1"))
    reply = picker.send(picker.intent(EAN["MUG"], line=2))
    assert (reply["code"], reply["args"]) == ("task_cancelled", {"who": "Sam", "why": "cancelled"})
    assert put_back(store) == [("MUG", SECOND, 1, "O1")]


def test_a_line_cancelled_with_its_order_is_refused_and_its_units_put_back(store: Store, picker: Hand) -> None:
    """The device had not heard of it: location, item, quantity and tote of that line are all too late."""
    store.write(lambda tx: replan.cancel_order(tx, "O2", "customer"))
    stale = {"line": 3, "version": 1}
    reply = picker.send(picker.intent(SECOND, **stale))
    assert (reply["code"], reply["args"]["order"], reply["args"]["why"]) == ("order_cancelled", "O2", "customer")
    assert (reply["action"], reply["about"], reply["task"]["line"]) == ("put_back", 3, 1)
    assert picker.scan(EAN["CUP"], **stale) == "order_cancelled"
    assert picker.send(picker.intent("", act=Act.QUANTITY, qty=8, **stale))["code"] == "order_cancelled"
    assert picker.scan("TOTE-2", **stale) == "order_cancelled"
    assert put_back(store) == [("CUP", SECOND, 8, "O2")]
    assert picker.scan(FIRST, **stale) == "location_ok"


def test_an_undo_behind_a_scan_that_came_too_late_takes_back_nothing_earlier(store: Store, picker: Hand) -> None:
    """The page had undone its own short in a dead corner; the pens that were put before it stay in their tote."""
    for label in (FIRST, EAN["PEN"], EAN["PEN"], "TOTE-1"):
        picker.scan(label)
    store.write(lambda tx: replan.cancel_order(tx, "O2", "customer"))
    short = picker.intent("", act=Act.SHORT, reason="damaged", line=3)
    assert picker.send(short)["code"] == "order_cancelled"
    assert picker.tap(Act.UNDO) == "nothing_to_undo"
    assert on_hand(store)[("tote:TOTE-1", "PEN")] == 2


def test_the_second_device_of_a_badge_puts_back_what_the_first_had_picked(store: Store, picker: Hand) -> None:
    """Both are in the log, the first that was accepted wins, and the ledger has every unit once (case 73)."""
    second = Hand(store)
    second.task, second.seq = picker.task, iter(range(1000, 2000))  # type: ignore[assignment]
    for label in (FIRST, EAN["PEN"], EAN["PEN"], "TOTE-1"):
        picker.scan(label, line=1)
    codes = [second.scan(label, line=1) for label in (FIRST, EAN["PEN"], EAN["PEN"], "TOTE-1")]
    assert codes == ["late_scan"] * 4
    assert put_back(store) == [("PEN", FIRST, 2, "O1")]
    assert on_hand(store)[("tote:TOTE-1", "PEN")] == 2
    who = second.send(second.intent(EAN["PEN"], line=1))["args"]["who"]
    assert who == f"Name of {PICKER}"


def test_a_label_of_the_next_line_behind_a_lagging_screen_is_taken_for_what_it_is(store: Store, picker: Hand) -> None:
    """Only what can mean the closed line alone is too late."""
    for label in (FIRST, EAN["PEN"], EAN["PEN"], "TOTE-1"):
        picker.scan(label, line=1)
    assert picker.scan(SECOND, line=1) == "location_ok"
    assert picker.scan(EAN["MUG"], line=1) == "item_done"
    assert picker.scan("TOTE-1", line=1) == "put_ok"
    assert put_back(store) == []


def test_a_gtin_of_a_pack_that_nobody_registered_is_an_unknown_pack(store: Store, picker: Hand) -> None:
    """Its unit is known, and so the answer is never "unknown code" (case 24)."""
    picker.scan(FIRST)
    assert picker.scan("14006381333938") == "unknown_pack"
    assert picker.scan("15060123456780") == "unknown_code"


@pytest.mark.parametrize(
    ("label", "code"),
    [
        (f"{FIRST}5060123456783", "read_error"),  # the second is a number with a right check digit that nobody knows
        ("TOTE-12", "this_is_tote"),
        ("TOTE-19", "unknown_code"),
        (f"{FIRST}XYZ", "unknown_code"),
    ],
)
def test_of_two_labels_as_one_both_must_be_known(store: Store, picker: Hand, label: str, code: str) -> None:
    """Else it is a read error, and nothing is counted (case 34); a new label that begins like a known one is not."""
    store.write(
        lambda tx: tx.connection.execute(insert(s.labels), {"label": "TOTE-12", "kind": "tote", "ref": "TOTE-12"})
    )
    assert picker.scan(label) == code

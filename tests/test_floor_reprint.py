"""The label of the parcel that a packer closed last, printed again at the empty bench (case 86)."""

from typing import Any

import pytest
from sqlalchemy import Connection, insert, select, update

from server.core.terms import Act
from server.floor import supervise
from server.floor.document import task_document
from server.store import schema as s
from server.store.transaction import Store
from tests.small_floor import CUP_CASE, EAN, FIRST, PACKER, SECOND, Hand

FIRST_ORDER = ("TOTE-1", "BOX-M", EAN["PEN"], EAN["PEN"], EAN["MUG"], "CLOSE")
SECOND_ORDER = ("TOTE-2", "BOX-M", CUP_CASE, CUP_CASE, "CLOSE")
COLLEAGUE = "K-2"


@pytest.fixture
def packer(store: Store, picker: Hand) -> Hand:
    """A packer before two staged orders; a colleague is there too."""
    for label in (FIRST, EAN["PEN"], EAN["PEN"], "TOTE-1", SECOND, EAN["MUG"], "TOTE-1", CUP_CASE, CUP_CASE, "TOTE-2"):
        picker.scan(label)
    assert picker.scan("PACK-1") == "batch_done"
    person = {"badge": COLLEAGUE, "name": "Kim", "role": "packer"}
    store.write(lambda tx: tx.connection.execute(insert(s.people), person).rowcount)
    hand = Hand(store, PACKER)
    hand.begin()
    return hand


def closes(hand: Hand, labels: tuple[str, ...]) -> int:
    """Pack an order; the hand stands before its next task, and the closed one's number is answered."""
    codes = [hand.scan(label) for label in labels]
    assert codes[-1] == "shipped"
    closed = int(hand.task[1:])
    hand.begin()
    return closed


def told(store: Store, hand: Hand) -> dict[str, Any]:
    """The task as the bench is told of it."""
    found: dict[str, Any] = store.read(lambda c: task_document(c, int(hand.task[1:])))
    return found


def printed(c: Connection) -> list[tuple[int, str]]:
    """Every print in the log: its task, and the order of that."""
    events = select(s.events.c.task_id, s.tasks.c.order_ref).join(s.tasks, s.tasks.c.id == s.events.c.task_id)
    return [(row[0], row[1]) for row in c.execute(events.where(s.events.c.kind == "print").order_by(s.events.c.id))]


def test_the_label_is_printed_again_and_the_log_has_it_under_the_order_that_left(store: Store, packer: Hand) -> None:
    """By a tap or the card; the next task stays as it is, and nothing of it can be undone."""
    closed = closes(packer, FIRST_ORDER)
    before = told(store, packer)
    assert (before["state"], before["order"], before["shipped"]) == ("tote", "", "O1")
    reply = packer.send(packer.intent(act=Act.LABEL))
    assert (reply["code"], reply["args"]) == ("label_printed", {"order": "O1"})
    assert (reply["task"]["id"], reply["task"]["state"]) == (packer.task, "tote")
    assert [packer.scan("label"), packer.tap(Act.UNDO)] == ["label_printed", "nothing_to_undo"]
    assert told(store, packer) == before
    assert store.read(printed) == [(closed, "O1")] * 2


def test_each_order_has_its_own_label(store: Store, packer: Hand) -> None:
    """Once another is open its own is meant, until it is put back; when that has left it is the last one."""
    first = closes(packer, FIRST_ORDER)
    assert [packer.scan("TOTE-2"), packer.tap(Act.LABEL)] == ["order_open", "label_before_verified"]
    assert "shipped" not in told(store, packer)
    assert [packer.tap(Act.UNDO), packer.tap(Act.LABEL)] == ["undone", "label_printed"]
    assert [packer.scan(label) for label in SECOND_ORDER[:-1]][-1] == "all_packed"
    assert packer.tap(Act.LABEL) == "label_printed"
    second = closes(packer, SECOND_ORDER[-1:])
    assert packer.tap(Act.LABEL) == "label_printed"
    assert store.read(printed) == [(first, "O1"), (second, "O2"), (second, "O2")]


def test_a_label_asked_for_before_the_next_task_was_told_is_the_same_one(store: Store, packer: Hand) -> None:
    """A page that was offline sends it for the task that it had closed; so does one that sends it twice."""
    closed = packer.task
    number = closes(packer, FIRST_ORDER)
    late = packer.intent(task=closed, act=Act.LABEL)
    assert [packer.send(late)["code"], packer.send(late)["replay"]] == ["label_printed", True]
    assert store.read(printed) == [(number, "O1")]


def test_who_has_closed_nothing_has_no_label_to_print(store: Store, packer: Hand) -> None:
    """What a colleague closed is theirs to print."""
    closes(packer, FIRST_ORDER)
    colleague = Hand(store, COLLEAGUE)
    colleague.begin()
    assert "shipped" not in told(store, colleague)
    assert colleague.tap(Act.LABEL) == "not_now"
    assert store.read(printed) == []


def test_the_last_one_is_the_one_closed_last_whoever_began_it(store: Store, packer: Hand) -> None:
    """A task taken over is older than those that were closed meanwhile."""
    packer.scan("TOTE-1")
    colleague = Hand(store, COLLEAGUE)
    colleague.begin()
    closed = closes(colleague, SECOND_ORDER)
    taken = int(packer.task[1:])
    store.write(lambda tx: supervise.reassign(tx, taken, COLLEAGUE, "S-1"))
    colleague.begin()
    assert closes(colleague, FIRST_ORDER[1:]) == taken < closed
    later = update(s.tasks).where(s.tasks.c.id == taken).values(ended_at="2999-01-05T08:00:00.000Z")
    store.write(lambda tx: tx.connection.execute(later).rowcount)  # by more than a fast machine's millisecond
    assert (told(store, colleague)["shipped"], colleague.tap(Act.LABEL)) == ("O1", "label_printed")
    assert store.read(printed) == [(taken, "O1")]

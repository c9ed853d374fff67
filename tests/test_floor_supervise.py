"""What a supervisor changes under people's hands, and what each of them is told."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from server.core.errors import BadInput, Conflict, FloorError, NotAllowed, NotFound
from server.floor import closing, supervise
from server.floor.document import task_document
from server.store import schema as s
from server.store.transaction import News, Store
from tests.small_floor import EAN, FIRST, OTHER, PACKER, PICKER, Hand


def task_of(hand: Hand) -> int:
    """The number of the task that a hand holds."""
    return int(hand.task[1:])


def document(store: Store, task: int) -> dict[str, Any]:
    """The task as a device is shown it."""
    found: dict[str, Any] = store.read(lambda connection: task_document(connection, task))
    return found


def hear(store: Store) -> list[News]:
    """Everything that is told from now on."""
    heard: list[News] = []
    store.listen(heard.extend)
    return heard


def test_a_task_goes_on_in_another_hand_where_the_first_left_it(store: Store, picker: Hand) -> None:
    """Units in hand count as not picked; the cart goes along; the next scan of the new picker is right."""
    task = task_of(picker)
    picker.scan(FIRST)
    picker.scan(EAN["PEN"])
    before = document(store, task)
    assert before["in_hand"] == 1
    heard = hear(store)
    version = store.write(lambda tx: supervise.reassign(tx, task, OTHER, "S-1"))
    after = document(store, task)
    assert (after["version"], after["state"], after["in_hand"], after["at_location"]) == (version, "location", 0, "")
    assert version > before["version"]
    assert News("task", task, OTHER) in heard
    assert picker.scan(EAN["PEN"]) == "task_reassigned"
    other = Hand(store, OTHER)
    other.task, other.version = f"T{task}", version
    for label in (FIRST, EAN["PEN"], EAN["PEN"]):
        code = other.scan(label)
    assert code == "item_done"
    carts = store.read(lambda c: c.execute(select(s.carts.c.badge).where(s.carts.c.cart == "CART-1")).scalar())
    assert carts == OTHER


def test_whoever_had_the_task_is_given_a_new_one_to_stand_in(store: Store, picker: Hand) -> None:
    """Nobody is left before a task that is not theirs."""
    heard = hear(store)
    store.write(lambda tx: supervise.reassign(tx, task_of(picker), OTHER, "S-1"))
    new = next(item.ref for item in heard if item.badge == PICKER)
    assert document(store, new)["state"] == "cart"


def test_an_idle_task_of_the_new_person_ends(store: Store, picker: Hand) -> None:
    """They stood before a cart; now they have a batch."""
    other = Hand(store, OTHER)
    other.begin()
    store.write(lambda tx: supervise.reassign(tx, task_of(picker), OTHER, "S-1"))
    ended = store.read(lambda c: c.execute(select(s.tasks).where(s.tasks.c.id == task_of(other))).one())
    assert ended.ended_why == "replaced"


def refused(store: Store, task: int, badge: str) -> FloorError:
    """Why a task cannot go to this person."""
    with pytest.raises(FloorError) as caught:
        store.write(lambda tx: supervise.reassign(tx, task, badge, "S-1"))
    return caught.value


@pytest.mark.parametrize(
    ("task", "badge", "kind", "code"),
    [
        (1, PICKER, Conflict, "already_theirs"),
        (1, PACKER, BadInput, "wrong_role"),
        (1, "NOBODY", NotAllowed, "unknown_badge"),
        (999, OTHER, NotFound, "unknown_task"),
    ],
)
def test_what_cannot_be_handed_over_is_refused_with_a_code(
    store: Store, picker: Hand, task: int, badge: str, kind: type[FloorError], code: str
) -> None:
    """Nothing changes."""
    before = document(store, 1)
    error = refused(store, task, badge)
    assert (type(error), error.code) == (kind, code)
    assert document(store, 1) == before


def test_a_task_that_is_over_or_that_nobody_holds_stays_where_it_is(store: Store, picker: Hand) -> None:
    """A count waits for whoever comes by."""
    add: Callable[..., Any] = s.tasks.insert
    store.write(lambda tx: tx.connection.execute(add().values(id=70, kind="count", state="open", raised_at=tx.now)))
    ended = {"id": 71, "kind": "pick", "state": "done", "raised_at": "x", "ended_at": "x", "ended_why": "done"}
    store.write(lambda tx: tx.connection.execute(add().values(**ended)))
    assert refused(store, 70, OTHER).code == "not_held"
    assert refused(store, 71, OTHER).code == "task_over"


def test_a_tour_that_nobody_has_begun_can_be_taken_back(store: Store, picker: Hand) -> None:
    """Its batch goes to whoever waits; the picker stands before a new task."""
    other = Hand(store, OTHER)
    other.begin()
    assert other.scan("CART-2") == "cart_taken"
    heard = hear(store)
    store.write(lambda tx: supervise.cancel_task(tx, task_of(picker), "S-1"))
    assert document(store, task_of(other))["batch"] == "B1"
    assert document(store, next(item.ref for item in heard if item.badge == PICKER))["state"] == "cart"
    assert picker.scan(FIRST) == "task_cancelled"


def test_a_tour_with_goods_on_its_cart_is_not_taken_back(store: Store, picker: Hand) -> None:
    """Not even with one unit in hand."""
    for label in (FIRST, EAN["PEN"]):
        picker.scan(label)
        before = document(store, task_of(picker))
    with pytest.raises(Conflict) as caught:
        store.write(lambda tx: supervise.cancel_task(tx, task_of(picker), "S-1"))
    assert caught.value.code == "already_picked"
    assert document(store, task_of(picker)) == before


def test_a_count_can_be_taken_back_and_a_packing_cannot(store: Store, picker: Hand) -> None:
    """What a packer has opened is finished by a packer."""
    count = {"id": 70, "kind": "count", "state": "open", "raised_at": "x"}
    store.write(lambda tx: tx.connection.execute(s.tasks.insert().values(**count)))
    store.write(lambda tx: supervise.cancel_task(tx, 70, "S-1"))
    with pytest.raises(Conflict, match="over"):
        store.write(lambda tx: supervise.cancel_task(tx, 70, "S-1"))
    packer = Hand(store, PACKER)
    packer.begin()
    with pytest.raises(Conflict, match="someone else"):
        store.write(lambda tx: supervise.cancel_task(tx, task_of(packer), "S-1"))


def test_a_place_is_closed_once_and_opened_once_and_tours_under_way_are_told(store: Store, picker: Hand) -> None:
    """Who routes is told which closure it is."""
    heard = hear(store)
    number = store.write(lambda tx: closing.close(tx, "A01", "spill", "S-1"))
    assert News("closed", number) in heard
    with pytest.raises(Conflict, match="already"):
        store.write(lambda tx: closing.close(tx, "A01", "", "S-1"))
    store.write(lambda tx: closing.reopen(tx, number, "S-1"))
    with pytest.raises(NotFound, match="nothing is closed"):
        store.write(lambda tx: closing.reopen(tx, number, "S-1"))
    assert News("opened", number) in heard
    kinds = store.read(lambda c: c.execute(select(s.events.c.kind).order_by(s.events.c.id.desc())).scalars().all())
    assert kinds[:2] == ["open", "close"]

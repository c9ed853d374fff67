"""Breaks, and batches that go on in other hands: what the house does about them, and what the log keeps."""

from sqlalchemy import select

from server.core.terms import Act
from server.store import orders
from server.store import schema as s
from server.store.transaction import News, Store
from tests.small_floor import EAN, FIRST, OTHER, PACKER, SECOND, Hand, on_hand


def logged(store: Store) -> list[str]:
    """The kinds of all events, in order."""
    return list(store.read(lambda c: c.execute(select(s.events.c.kind).order_by(s.events.c.id)).scalars()))


def hand_over(hand: Hand, badge: str) -> str:
    """Hand the batch over by a scan of a badge; answers the reply's code."""
    return hand.scan(badge, act=Act.HAND_OVER)


def test_a_break_and_its_end_are_in_the_log_whether_told_by_a_tap_or_by_the_next_scan(
    store: Store, picker: Hand
) -> None:
    """Every pause is followed by a resume, so that figures can leave the time between out."""
    assert picker.scan(FIRST) == "location_ok"
    assert picker.tap(Act.PAUSE) == "paused"
    assert picker.tap(Act.RESUME) == "resumed"
    assert picker.tap(Act.PAUSE) == "paused"
    assert picker.scan(EAN["PEN"]) == "item_ok"
    assert logged(store) == ["take_cart", "arrive", "pause", "resume", "pause", "resume", "count"]


def test_who_is_on_a_break_is_given_no_batch_before_they_are_back(store: Store, picker: Hand) -> None:
    """A second picker waits, pauses, and is passed over by whoever looks for walkers."""
    other = Hand(store, OTHER)
    other.begin()
    assert other.scan("CART-2") == "cart_taken"
    assert other.tap(Act.PAUSE) == "paused"
    assert store.read(orders.waiting_walkers) == []
    assert other.tap(Act.RESUME) == "resumed"
    assert store.read(orders.waiting_walkers) == [int(other.task[1:])]


def test_a_batch_goes_on_with_who_takes_it_over(store: Store, picker: Hand) -> None:
    """Cart, totes and what is picked go along; the giver stands before a new cart, and both are told."""
    told: list[News] = []
    store.listen(told.extend)
    for label in (FIRST, EAN["PEN"], EAN["PEN"], "TOTE-1"):
        picker.scan(label)
    other = Hand(store, OTHER)
    other.begin()
    assert hand_over(picker, OTHER) == "handed_over"
    other.task = picker.task
    picker.begin()
    assert {(news.badge, f"T{news.ref}") for news in told if news.kind == "task"} >= {
        (OTHER, other.task),
        (picker.badge, picker.task),
    }
    carts = store.read(lambda c: c.execute(select(s.carts.c.cart, s.carts.c.badge)).all())
    assert ("CART-1", OTHER) in [tuple(row) for row in carts]
    assert other.scan(SECOND) == "location_ok"
    assert other.scan(EAN["MUG"]) == "item_done"
    assert other.scan("TOTE-1") == "put_ok"
    assert on_hand(store)[("tote:TOTE-1", "PEN")] == 2
    assert picker.scan("CART-2") == "cart_taken"


def test_a_batch_is_not_handed_to_who_has_work_or_does_not_pick(store: Store, picker: Hand) -> None:
    """Each refusal says why, and the batch stays."""
    assert hand_over(picker, picker.badge) == "hand_over_self"
    assert hand_over(picker, PACKER) == "person_no_picker"
    assert hand_over(picker, "CART-1") == "not_a_badge"
    picker.scan(FIRST)
    picker.scan(EAN["PEN"])
    assert hand_over(picker, OTHER) == "empty_hand_first"
    other = Hand(store, OTHER)
    other.begin()
    assert other.scan(OTHER, act=Act.HAND_OVER) == "not_now"


def test_what_is_scanned_behind_a_hand_over_that_was_queued_offline_is_late(store: Store, picker: Hand) -> None:
    """The giver's device had not heard that it was done: its later scans are refused, and goods are to be put back."""
    picker.scan(FIRST)
    sent = [picker.intent(OTHER, act=Act.HAND_OVER), picker.intent(EAN["PEN"], line=1)]
    assert [picker.send(intent)["code"] for intent in sent] == ["handed_over", "task_reassigned"]
    assert [picker.send(intent)["replay"] for intent in sent] == [True, True]

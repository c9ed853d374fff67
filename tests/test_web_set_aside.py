"""An intent that the server fails on: after some tries it is set aside, whole, and the queue behind it goes on."""

from collections.abc import Iterator
from typing import Any

import pytest

from server.core.errors import NotFound, Unavailable
from server.core.terms import Intent, Role
from server.floor import board, scan
from server.floor.login import Person
from server.store import log
from server.store.transaction import Store
from server.web.sockets import Seat, Sockets
from server.web.tries import MOST_TRIES, Tries
from tests.small_floor import EAN, FIRST, PICKER, Hand, furnish


@pytest.fixture
def store(migrated_database_url: str) -> Iterator[Store]:
    """The small floor."""
    opened = Store(migrated_database_url)
    furnish(opened)
    yield opened
    opened.close()


class Deaf:
    """A Socket.IO server on which nobody is."""

    not_handled = object()

    def on(self, event: str, handler: object) -> None:
        """Nothing is heard."""


@pytest.fixture
def sockets(store: Store) -> Sockets:
    """The handlers, with the picker's device connected as "line"."""
    made = Sockets(Deaf(), store, None, None)  # type: ignore[arg-type]
    made._seats["line"] = Seat(Person(PICKER, "Ann", Role.PICKER), f"dev-{PICKER}", "pick")
    return made


def sent(intent: Intent) -> dict[str, Any]:
    """The intent as it travels."""
    named = ("op_id", "device", "seq", "task", "version", "label", "at")
    return {name: getattr(intent, name) for name in named} | ({"reason": intent.reason} if intent.reason else {})


def answered(sockets: Sockets, *intents: Intent) -> list[Any]:
    """What the socket answers to a frame; None where there is no ack."""
    replies: Any = sockets._scan("line", [sent(intent) for intent in intents])
    return list(replies)


def test_after_some_tries_an_intent_is_set_aside_and_the_next_is_answered(
    store: Store, sockets: Sockets, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing of it is lost: it is kept whole with what went wrong, counted on the board, and settled by a person."""
    hand = Hand(store)
    hand.begin()

    def broken(*_given: object) -> None:
        raise KeyError("a bug")

    bad, good = hand.intent("CART-1", reason="why"), hand.intent("CART-1")
    with monkeypatch.context() as broke:
        broke.setitem(scan.DECIDERS, "pick", broken)
        for _ in range(MOST_TRIES - 1):
            assert answered(sockets, bad) == [None]
        (reply,) = answered(sockets, bad)
        assert (reply["code"], reply["tone"], reply["task"], reply["replay"]) == ("set_aside", "bad", None, False)
    again, next_one = answered(sockets, bad, good)
    assert again["replay"]
    assert next_one["code"] == "cart_taken"
    (kept,) = store.read(board.set_aside)
    assert (kept["op_id"], kept["badge"], kept["intent"]["reason"]) == (bad.op_id, PICKER, "why")
    assert kept["fault"].startswith("KeyError: 'a bug'")
    assert "broken" in kept["fault"]
    assert store.read(lambda c: board.counts(c, "2026-01-05"))["counts"]["set_aside"] == 1
    assert store.read(lambda c: board.refusals(c, 10**9, 5))[0]["label"] == "CART-1"
    store.write(lambda tx: board.settle_set_aside(tx, bad.op_id, "S-1"))
    assert store.read(log.set_aside_count) == 0
    with pytest.raises(NotFound):
        store.write(lambda tx: board.settle_set_aside(tx, bad.op_id, "S-1"))


@pytest.mark.parametrize("one_frame", [True, False])
def test_nothing_overtakes_an_intent_that_failed_for_a_moment(
    store: Store, sockets: Sockets, monkeypatch: pytest.MonkeyPatch, one_frame: bool
) -> None:
    """The tote was scanned after the item: decided before it, it would be refused, and never asked for again."""
    hand = Hand(store)
    hand.begin()
    hand.scan("CART-1")
    intents = [hand.intent(label) for label in (FIRST, EAN["PEN"], EAN["PEN"], "TOTE-1")]
    decide, failing = scan.DECIDERS["pick"], {intents[1].op_id}

    def stumbling(tx: Any, intent: Intent, rows: Any) -> Any:
        if intent.op_id in failing and len(sent_once) == 0:
            raise KeyError("for a moment")
        return decide(tx, intent, rows)

    sent_once: list[Any] = []
    monkeypatch.setitem(scan.DECIDERS, "pick", stumbling)
    frames = [intents] if one_frame else [intents[:2], intents[2:]]
    first = [reply and reply["code"] for frame in frames for reply in answered(sockets, *frame)]
    assert first == ["location_ok", None, None, None]
    sent_once.append(first)
    assert [reply["code"] for reply in answered(sockets, *intents[1:])] == ["item_ok", "item_done", "put_ok"]


def test_a_store_out_of_reach_is_no_fault_of_the_intent() -> None:
    """It is sent again as often as it takes; a fault of its own counts, each intent for itself."""
    tries = Tries()
    assert not any(tries.is_hopeless("op-1", Unavailable("away", "try again")) for _ in range(20))
    assert [tries.is_hopeless("op-1", KeyError()) for _ in range(MOST_TRIES)] == [False] * (MOST_TRIES - 1) + [True]
    assert not tries.is_hopeless("op-2", KeyError())


def test_what_was_answered_meanwhile_is_not_set_aside(store: Store) -> None:
    """Two connections of a device: the other was answered while this one failed."""
    hand = Hand(store)
    hand.begin()
    intent = hand.intent("CART-1")
    assert hand.send(intent)["code"] == "cart_taken"
    again = store.write(lambda tx: scan.set_aside(tx, intent, hand.badge, "late"))
    assert (again["code"], again["replay"]) == ("cart_taken", True)
    assert store.read(log.set_aside_count) == 0

"""An intent that the server fails on: after some tries it is set aside, whole, and the queue behind it goes on."""

from collections.abc import Iterator
from concurrent.futures import Future
from typing import Any

import pytest

from server.core.errors import NotFound, Unavailable
from server.floor import board, scan
from server.store import log
from server.store.transaction import Store
from server.web.sockets import Sockets
from server.web.tries import MOST_TRIES, Tries
from tests.small_floor import PICKER, Hand, furnish


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


def answered(sockets: Any, store: Store, hand: Hand, intent: Any) -> dict[str, Any]:
    """What the socket answers to an intent; raises while it gives no ack."""
    answer: Future[Any] = store.submit(lambda tx: scan.apply(tx, intent, hand.badge))
    decided: dict[str, Any] = sockets._decided(answer, intent, hand.badge)
    return decided


def test_after_some_tries_an_intent_is_set_aside_and_the_next_is_answered(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing of it is lost: it is kept whole with what went wrong, counted on the board, and settled by a person."""
    hand = Hand(store)
    hand.begin()
    sockets = Sockets(Deaf(), store, None, None)  # type: ignore[arg-type]

    def broken(*_given: object) -> None:
        raise KeyError("a bug")

    bad, good = hand.intent("CART-1", reason="why"), hand.intent("CART-1")
    with monkeypatch.context() as broke:
        broke.setitem(scan.DECIDERS, "pick", broken)
        for _ in range(MOST_TRIES - 1):
            with pytest.raises(KeyError):
                answered(sockets, store, hand, bad)
        reply = answered(sockets, store, hand, bad)
        assert (reply["code"], reply["tone"], reply["task"], reply["replay"]) == ("set_aside", "bad", None, False)
    assert answered(sockets, store, hand, bad)["replay"]
    assert answered(sockets, store, hand, good)["code"] == "cart_taken"
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

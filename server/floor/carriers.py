"""Carriers: which there are, and whether parcels can be booked with them now.

A person says so, or whatever speaks to a carrier's API: both set one state, and the rules look at nothing else.
"""

from typing import Any

from sqlalchemy import Connection

from server.core.errors import BadInput, NotFound
from server.floor.pick_task import announce
from server.store import carriers, log
from server.store.transaction import News, Transaction

OPEN, DOWN = "open", "down"


def told(connection: Connection) -> list[dict[str, Any]]:
    """Every carrier with its state and the cartons that it takes ([]: all)."""
    taken = carriers.taken_cartons(connection)
    return [dict(row._mapping) | {"cartons": list(taken.get(row.carrier, ()))} for row in carriers.everyone(connection)]


def set_state(tx: Transaction, carrier: str, state: str, by: str = "") -> None:
    """From now on the carrier takes parcels (open), or nothing is booked with it (down).

    Its packers are told at once. The state that it has already is no news.

    Raises:
        NotFound: there is no such carrier.
        BadInput: it can have no such state.

    """
    if state not in (OPEN, DOWN):
        raise BadInput("bad_state", f"a carrier is {OPEN} or {DOWN}, not {state[:64]!r}")
    known = {row.carrier: row.state for row in carriers.everyone(tx.connection)}
    if carrier not in known:
        listed = ", ".join(known) or "none: run  gangway import carriers FILE"
        raise NotFound("unknown_carrier", f"there is no carrier {carrier[:64]!r}; there are {listed}")
    if known[carrier] == state:
        return
    carriers.set_state(tx.connection, carrier, state)
    log.record_event(tx.connection, tx.now, "carrier", badge=by, label=carrier, code=state)
    tell_packers(tx, carrier)
    tx.tell(News("carrier", 0))


def tell_packers(tx: Transaction, carrier: str) -> None:
    """Whoever packs an order of this carrier gets the task anew: it says what the carrier takes."""
    for task_id in carriers.packings(tx.connection, carrier):
        announce(tx, task_id)

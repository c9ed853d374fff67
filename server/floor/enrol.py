"""Letting devices in: a one-time code for each, and the credential that the device gets for it.

Codes and credentials are long and random, so a plain SHA-256 keeps them: there is nothing to guess. A code that comes a
second time with another credential is refused: whoever photographed the QR code must not become that device.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from secrets import token_urlsafe
from typing import Any

from sqlalchemy import Connection

from server.core.errors import BadInput, Conflict, NotAllowed, NotFound
from server.store import enrolments
from server.store.transaction import Transaction

LONGEST_NAME = 64


@dataclass(frozen=True, slots=True)
class Invitation:
    """A device that may come once with `code`, until `expires_at` (ISO 8601, UTC)."""

    id: int
    name: str
    code: str
    expires_at: str


def new_code() -> str:
    """A one-time code: 192 bits, in characters that an address may hold."""
    return token_urlsafe(24)


def invite(tx: Transaction, name: str, code: str, minutes: int) -> Invitation:
    """Let one device come with `code`. Without a name it gets the next free "Device N".

    Raises:
        BadInput: the name is too long or holds control characters (bad_name).
        Conflict: another device has this name (name_taken).

    """
    taken = set(enrolments.names(tx.connection))
    called = name.strip() or next(f"Device {n}" for n in range(1, len(taken) + 2) if f"Device {n}" not in taken)
    if len(called) > LONGEST_NAME or not called.isprintable():
        raise BadInput("bad_name", f"a device's name has at most {LONGEST_NAME} characters, all of them visible")
    if called in taken:
        raise Conflict("name_taken", f"there is a device {called!r} already; take another name, or remove that one")
    expires_at = _later(tx.now, minutes)
    number = enrolments.add(tx.connection, tx.now, called, _hash(code), expires_at)
    return Invitation(number, called, code, expires_at)


def enrol(tx: Transaction, code: str, credential: str) -> str:
    """The device that came with `code` is known by `credential`, which it made, from now on; returns its name.

    The same pair again is the same device, whose answer was lost.

    Raises:
        NotAllowed: no such code was given out (enrol_unknown), its device was removed, or its time is over
            (enrol_expired).
        Conflict: the code was used by another device (enrol_used).

    """
    row = enrolments.by_code(tx.connection, _hash(code))
    if row is None or row.removed_at:
        raise NotAllowed("enrol_unknown", "this code is not known here; make a new one: gangway device add")
    if row.enrolled_at and row.credential_hash == _hash(credential):
        return str(row.name)
    if row.enrolled_at:
        raise Conflict("enrol_used", "this code has been used; each device needs its own: gangway device add")
    if row.expires_at <= tx.now:
        raise NotAllowed("enrol_expired", "the time of this code is over; make a new one: gangway device add")
    enrolments.enrol(tx.connection, tx.now, row.id, _hash(credential))
    return str(row.name)


def admitted(connection: Connection, credential: str, *, enrolled_only: bool) -> int | None:
    """The id of the enrolment that `credential` belongs to; None for a device without one, where any may log in.

    A credential that nobody knows counts as none: the database may be a new one.

    Raises:
        NotAllowed: the device was removed (device_removed), or only enrolled ones may log in (device_not_enrolled).

    """
    row = enrolments.by_credential(connection, _hash(credential)) if credential else None
    if row is not None and row.removed_at:
        raise NotAllowed("device_removed", f"{row.name} was removed; to use it again: gangway device add")
    if row is None and enrolled_only:
        raise NotAllowed(
            "device_not_enrolled", "only enrolled devices may log in here; on the server: gangway device add"
        )
    return None if row is None else int(row.id)


def remove(tx: Transaction, number: int) -> None:
    """Let the device with this id in no more; it is logged out. Raises NotFound (device_unknown)."""
    if not enrolments.remove(tx.connection, tx.now, number):
        raise NotFound("device_unknown", f"there is no device with the id {number}; gangway device list shows them")
    enrolments.empty_seats(tx.connection, number)


def turn_out_strangers(tx: Transaction) -> None:
    """Log out whoever sits at a device that is not enrolled."""
    enrolments.empty_seats_of_strangers(tx.connection)


def devices(connection: Connection, now: str) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """Every device: `devices` that were invited or enrolled, by id, and `strangers`, which logged in without."""
    seats = enrolments.seats(connection)
    found = []
    for row in enrolments.everything(connection):
        on = [seat for seat in seats if seat.enrolment_id == row.id and seat.badge]
        who = max(on, key=lambda seat: str(seat.seen_at), default=None)
        found.append(
            {
                "id": row.id,
                "name": row.name,
                "state": "enrolled" if row.enrolled_at else "invited" if row.expires_at > now else "expired",
                "expires_at": "" if row.enrolled_at else row.expires_at,
                "enrolled_at": row.enrolled_at,
                "seen_at": row.seen_at,
                **_who(who),
            }
        )
    strangers = [
        {"device": seat.device, "seen_at": seat.seen_at, **_who(seat)} for seat in seats if seat.enrolment_id is None
    ]
    return {"devices": found, "strangers": strangers}


def _who(seat: Any) -> Mapping[str, str]:
    return {"badge": (seat and seat.badge) or "", "person": (seat and seat.name) or ""}


def _hash(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()


def _later(now: str, minutes: int) -> str:
    then = datetime.fromisoformat(now) + timedelta(minutes=minutes)
    return then.isoformat(timespec="milliseconds").replace("+00:00", "Z")

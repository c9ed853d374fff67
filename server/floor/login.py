"""Logging in by badge and out again; who may ask for what hangs on it."""

from dataclasses import dataclass

from sqlalchemy import Connection

from server.core.errors import NotAllowed
from server.core.terms import Role
from server.store import enrolments, people, seats
from server.store.transaction import News, Transaction

ONE_DEVICE = frozenset({Role.PICKER, Role.PACKER})  # their task is in one hand; a supervisor may have two screens


@dataclass(frozen=True, slots=True)
class Person:
    """Someone who is logged in."""

    badge: str
    name: str
    role: Role


def log_in(tx: Transaction, badge: str, device: str, enrolment: int | None = None) -> Person:
    """Seat the person with this badge at `device`; a picker's or packer's older device is taken over from.

    `enrolment` is what the device was let in by (floor/enrol.py).

    Raises:
        NotAllowed: nobody who works here has this badge (unknown_badge).

    """
    row = people.person(tx.connection, badge)
    person = Person(row.badge, row.name, Role(row.role))
    before = seats.sitter(tx.connection, device)
    people.seat(tx.connection, tx.now, device, badge)
    enrolments.bind(tx.connection, device, enrolment)
    left = seats.leave_others(tx.connection, device, badge) if person.role in ONE_DEVICE else ()
    if left:
        tx.tell(News("login", badge=badge))
    if before is not None and before.badge != badge:
        tx.tell(News("login", badge=before.badge))
    return person


def log_out(tx: Transaction, badge: str, device: str) -> bool:
    """Empty the seat; False when this badge did not sit there any more. The task stays, for the next log-in."""
    left = seats.leave(tx.connection, device, badge)
    if left:
        tx.tell(News("login", badge=badge))
    return left


def logged_in(connection: Connection, badge: str, device: str) -> Person:
    """The person with this badge, as long as it is logged in on this device.

    Raises:
        NotAllowed: another device or person took over (taken_over), the person logged out or left (logged_out), or
            the device was removed (device_removed).

    """
    row = seats.sitter(connection, device)
    if row is not None and row.badge == badge:
        return Person(row.badge, row.name, Role(row.role))
    if row is not None:
        raise NotAllowed("taken_over", f"{row.name} has logged in on this device since")
    if seats.sits_elsewhere(connection, device, badge):
        raise NotAllowed("taken_over", "this badge has logged in on another device since")
    if device in enrolments.removed_devices(connection):
        raise NotAllowed("device_removed", "this device was removed; to use it again: gangway device add")
    raise NotAllowed("logged_out", "nobody is logged in on this device; scan a badge")

"""Browsers that someone let in by name: rows of `enrolments`, and the devices (pages) that logged in with one."""

from collections.abc import Sequence

from sqlalchemy import Connection, func, insert, select, update

from server.store.rows import AnyRow
from server.store.schema import devices, enrolments, people


def add(connection: Connection, now: str, name: str, code_hash: str, expires_at: str) -> int:
    """A new row for whoever comes with the code; returns its id."""
    row = {"name": name, "code_hash": code_hash, "invited_at": now, "expires_at": expires_at}
    return int(connection.execute(insert(enrolments).returning(enrolments.c.id), row).scalar_one())


def by_code(connection: Connection, code_hash: str) -> AnyRow | None:
    """The row that was made for this code."""
    return connection.execute(select(enrolments).where(enrolments.c.code_hash == code_hash)).one_or_none()


def by_credential(connection: Connection, credential_hash: str) -> AnyRow | None:
    """The row whose device got this credential."""
    return connection.execute(select(enrolments).where(enrolments.c.credential_hash == credential_hash)).one_or_none()


def enrol(connection: Connection, now: str, number: int, credential_hash: str) -> None:
    """The device has come: it is known by its credential from now on."""
    row = update(enrolments).where(enrolments.c.id == number)
    connection.execute(row.values(credential_hash=credential_hash, enrolled_at=now))


def empty_seats(connection: Connection, number: int) -> None:
    """Log out every device that came with this enrolment."""
    connection.execute(update(devices).where(devices.c.enrolment_id == number).values(badge=None))


def names(connection: Connection) -> Sequence[str]:
    """Names in use: of what is invited or enrolled, and not removed."""
    return connection.execute(select(enrolments.c.name).where(enrolments.c.removed_at == "")).scalars().all()


def remove(connection: Connection, now: str, number: int) -> bool:
    """Let it in no more; False when there is none with this id, or it was removed before."""
    row = update(enrolments).where(enrolments.c.id == number, enrolments.c.removed_at == "")
    return connection.execute(row.values(removed_at=now)).rowcount > 0


def bind(connection: Connection, device: str, number: int | None) -> None:
    """The device logged in with this enrolment (None: without any)."""
    connection.execute(update(devices).where(devices.c.device == device).values(enrolment_id=number))


def removed_devices(connection: Connection) -> frozenset[str]:
    """Devices whose enrolment was removed."""
    gone = select(devices.c.device).join(enrolments, enrolments.c.id == devices.c.enrolment_id)
    return frozenset(connection.execute(gone.where(enrolments.c.removed_at != "")).scalars())


def empty_seats_of_strangers(connection: Connection) -> None:
    """Log out every device that came without an enrolment."""
    seated = update(devices).where(devices.c.enrolment_id.is_(None), devices.c.badge.is_not(None))
    connection.execute(seated.values(badge=None))


def everything(connection: Connection) -> Sequence[AnyRow]:
    """Every enrolment that was not removed, by id, with when one of its devices logged in or out last."""
    seen = select(devices.c.enrolment_id, func.max(devices.c.seen_at).label("seen_at"))
    last = seen.group_by(devices.c.enrolment_id).subquery()
    asked = select(enrolments, func.coalesce(last.c.seen_at, "").label("seen_at"))
    found = asked.outerjoin(last, last.c.enrolment_id == enrolments.c.id).where(enrolments.c.removed_at == "")
    return connection.execute(found.order_by(enrolments.c.id)).all()


def seats(connection: Connection) -> Sequence[AnyRow]:
    """Every device (a page of a browser) that ever logged in: device, seen_at, enrolment_id, badge, name."""
    found = select(devices.c.device, devices.c.seen_at, devices.c.enrolment_id, people.c.badge, people.c.name)
    return connection.execute(
        found.select_from(devices).outerjoin(people, people.c.badge == devices.c.badge).order_by(devices.c.device)
    ).all()

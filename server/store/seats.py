"""Who sits at which device: rows of `devices` beside `people`. A device has one person at most."""

from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, select, update

from server.store.rows import AnyRow
from server.store.schema import devices, people

_SITTER = (
    select(people.c.badge, people.c.name, people.c.role)
    .join(devices, devices.c.badge == people.c.badge)
    .where(devices.c.device == bindparam("device"), people.c.active == 1)
)


def sitter(connection: Connection, device: str) -> AnyRow | None:
    """(badge, name, role) of the active person who is logged in on this device, or None."""
    return connection.execute(_SITTER, {"device": device}).one_or_none()


def leave(connection: Connection, device: str, badge: str) -> bool:
    """Empty the seat when `badge` sits there; False when it did not."""
    seat = update(devices).where(devices.c.device == device, devices.c.badge == badge)
    return connection.execute(seat.values(badge=None)).rowcount > 0


def leave_others(connection: Connection, device: str, badge: str) -> Sequence[str]:
    """Empty every other seat of `badge`; returns those devices."""
    others = select(devices.c.device).where(devices.c.badge == badge, devices.c.device != device)
    left = connection.execute(others).scalars().all()
    if left:
        connection.execute(update(devices).where(devices.c.device.in_(left)).values(badge=None))
    return left


def sits_elsewhere(connection: Connection, device: str, badge: str) -> bool:
    """Whether `badge` is logged in on any other device."""
    others = select(devices.c.device).where(devices.c.badge == badge, devices.c.device != device)
    return connection.execute(others.limit(1)).first() is not None

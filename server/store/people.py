"""People and their devices; carts, totes and cartons."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, Table, bindparam, func, insert, select, update

from server.core.errors import NotAllowed
from server.store.rows import AnyRow
from server.store.schema import cartons, carts, devices, people, totes

_PERSON = select(people.c.badge, people.c.name, people.c.role, people.c.active).where(
    people.c.badge == bindparam("who")
)
_PEOPLE = select(people.c.badge, people.c.name, people.c.role, people.c.active).order_by(people.c.badge)
_SEATED = (
    update(devices).where(devices.c.device == bindparam("on")).values(badge=bindparam("who"), seen_at=bindparam("at"))
)
_SEAT = insert(devices)
_BY_BADGE = (
    update(people)
    .where(people.c.badge == bindparam("who"))
    .values(name=bindparam("called"), role=bindparam("does"), active=bindparam("works"))
)
_SMALLEST_CART = select(
    func.coalesce(func.min(carts.c.slots), 8).label("slots"),
    func.coalesce(func.min(func.nullif(carts.c.max_volume_ml, 0)), 0).label("cart_ml"),
    func.coalesce(func.min(func.nullif(carts.c.max_weight_g, 0)), 0).label("cart_g"),
)
_SMALLEST_TOTE = select(func.coalesce(func.min(func.nullif(totes.c.volume_ml, 0)), 0))
_PICKERS = (
    select(func.count(func.distinct(devices.c.badge)))
    .join(people, people.c.badge == devices.c.badge)
    .where(people.c.role == "picker", people.c.active == 1)
)


def person(connection: Connection, badge: str) -> AnyRow:
    """The badge, name and role of someone who works here.

    Raises:
        NotAllowed: nobody has this badge, or who had it works here no more.

    """
    row = connection.execute(_PERSON, {"who": badge}).first()
    if row is None or not row.active:
        raise NotAllowed("unknown_badge", "nobody who works here has this badge; ask a supervisor to enter it")
    return row


def name_of(connection: Connection, badge: str) -> str:
    """The person's name, or the badge itself when nobody has it."""
    row = connection.execute(_PERSON, {"who": badge}).first()
    return badge if row is None else str(row.name)


def everyone(connection: Connection) -> Sequence[AnyRow]:
    """Every person, by badge: badge, name, role, active."""
    return connection.execute(_PEOPLE).all()


def seat(connection: Connection, now: str, device: str, badge: str | None) -> None:
    """This person (None: nobody) is logged in on the device now; whoever was before is not."""
    seated = {"on": device, "who": badge, "at": now}
    if connection.execute(_SEATED, seated).rowcount == 0:
        connection.execute(_SEAT, {"device": device, "badge": badge, "seen_at": now})


def add_people(connection: Connection, rows: Sequence[Mapping[str, object]]) -> None:
    """Enter people: badge, name, role."""
    if rows:
        connection.execute(insert(people), rows)


def change_people(connection: Connection, rows: Sequence[Mapping[str, object]]) -> None:
    """Give known badges another name, role or active flag: badge, name, role, active."""
    changed = [
        {"who": row["badge"], "called": row["name"], "does": row["role"], "works": row["active"]} for row in rows
    ]
    if changed:
        connection.execute(_BY_BADGE, changed)


def equipment(connection: Connection) -> Mapping[str, frozenset[str]]:
    """The labels of all carts, totes and cartons, by kind."""
    return {
        "cart": frozenset(connection.execute(select(carts.c.cart)).scalars()),
        "tote": frozenset(connection.execute(select(totes.c.tote)).scalars()),
        "carton": frozenset(connection.execute(select(cartons.c.carton)).scalars()),
    }


def smallest_cart(connection: Connection) -> AnyRow:
    """What the smallest cart holds, since a batch must fit on whichever comes: slots (8 when there is no cart yet),
    cart_ml and cart_g (0: no cart has a limit)."""
    return connection.execute(_SMALLEST_CART).one()


def smallest_tote_ml(connection: Connection) -> int:
    """The volume of the smallest tote; 0 when nobody has entered any."""
    return int(connection.execute(_SMALLEST_TOTE).scalar_one())


def pickers_at_work(connection: Connection) -> int:
    """How many pickers are logged in."""
    return int(connection.execute(_PICKERS).scalar_one())


def add_carts(connection: Connection, rows: Sequence[Mapping[str, object]]) -> None:
    """Enter carts: cart, slots, max_volume_ml, max_weight_g."""
    _add(connection, carts, rows)


def add_totes(connection: Connection, rows: Sequence[Mapping[str, object]]) -> None:
    """Enter totes: tote, volume_ml."""
    _add(connection, totes, rows)


def add_cartons(connection: Connection, rows: Sequence[Mapping[str, object]]) -> None:
    """Enter cartons: carton, name, volume_ml."""
    _add(connection, cartons, rows)


def _add(connection: Connection, table: Table, rows: Sequence[Mapping[str, object]]) -> None:
    if rows:
        connection.execute(insert(table), rows)

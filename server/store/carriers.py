"""Carriers: their state, the cartons that each takes, and whose orders are being packed."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from server.store.prepared import Prepared
from server.store.rows import AnyRow
from server.store.schema import carrier_cartons, carriers, cartons, orders, tasks

_ALL = select(carriers.c.carrier, carriers.c.name, carriers.c.state).order_by(carriers.c.carrier)
_CARTONS = select(carrier_cartons.c.carrier, carrier_cartons.c.carton).order_by(
    carrier_cartons.c.carrier, carrier_cartons.c.carton
)
_OF_ORDER = Prepared(
    select(carriers.c.name, carriers.c.state)
    .join(orders, orders.c.carrier == carriers.c.carrier)
    .where(orders.c.order_ref == bindparam("order"))
)
_TAKEN = (
    select(carrier_cartons.c.carton)
    .join(orders, orders.c.carrier == carrier_cartons.c.carrier)
    .where(orders.c.order_ref == bindparam("order"))
)
_REFUSED = select(cartons.c.carton).where(_TAKEN.exists(), cartons.c.carton.not_in(_TAKEN))
_STATE = update(carriers).where(carriers.c.carrier == bindparam("of"))
_NAME = update(carriers).where(carriers.c.carrier == bindparam("of")).values(name=bindparam("called"))
_FORGET = delete(carrier_cartons).where(carrier_cartons.c.carrier == bindparam("of"))
_PACKINGS = (
    select(tasks.c.id)
    .join(orders, orders.c.order_ref == tasks.c.order_ref)
    .where(tasks.c.kind == "pack", tasks.c.ended_at == "", orders.c.carrier == bindparam("of"))
    .order_by(tasks.c.id)
)


def everyone(connection: Connection) -> Sequence[AnyRow]:
    """Every carrier, by its code: carrier, name, state."""
    return connection.execute(_ALL).all()


def taken_cartons(connection: Connection) -> Mapping[str, tuple[str, ...]]:
    """The cartons that carriers take, by carrier; one that is not in it takes all."""
    found: dict[str, tuple[str, ...]] = {}
    for row in connection.execute(_CARTONS):
        found[row.carrier] = (*found.get(row.carrier, ()), row.carton)
    return found


def of_order(connection: Connection, order_ref: str) -> AnyRow | None:
    """The name and the state of the order's carrier; None when it names none."""
    found: AnyRow | None = _OF_ORDER.first(connection, order=order_ref)
    return found


def refused_cartons(connection: Connection, order_ref: str) -> frozenset[str]:
    """The cartons that the order's carrier does not take."""
    return frozenset(connection.execute(_REFUSED, {"order": order_ref}).scalars())


def packings(connection: Connection, carrier: str) -> Sequence[int]:
    """The unfinished packing tasks of this carrier's orders."""
    return connection.execute(_PACKINGS, {"of": carrier}).scalars().all()


def set_state(connection: Connection, carrier: str, state: str) -> None:
    """The carrier is open, or down."""
    connection.execute(_STATE, {"of": carrier, "state": state})


def add(connection: Connection, rows: Sequence[Mapping[str, object]]) -> None:
    """Enter carriers: carrier, name."""
    if rows:
        connection.execute(insert(carriers), rows)


def rename(connection: Connection, names: Mapping[str, str]) -> None:
    """Give known carriers other names: carrier -> name."""
    if names:
        connection.execute(_NAME, [{"of": carrier, "called": name} for carrier, name in names.items()])


def put_cartons(connection: Connection, carrier: str, taken: Sequence[str]) -> None:
    """These are the cartons that the carrier takes now; none: all."""
    connection.execute(_FORGET, {"of": carrier})
    if taken:
        connection.execute(insert(carrier_cartons), [{"carrier": carrier, "carton": carton} for carton in taken])

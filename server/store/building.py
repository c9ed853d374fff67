"""The building as stored: the layout's document, the rows made from it, and what is closed."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, Text, bindparam, cast, delete, insert, select, update

from server.store.rows import AnyRow, new_id
from server.store.schema import closures, layouts, locations, pick_lines, stations, stock

_ACTIVE = select(layouts.c.revision, cast(layouts.c.document, Text).label("document")).where(layouts.c.active == 1)
_REVISION = select(layouts.c.revision).where(layouts.c.active == 1)
_DOCUMENT = select(cast(layouts.c.document, Text)).where(layouts.c.revision == bindparam("of"))
_CLOSED = select(closures.c.place).where(closures.c.opened_at == "", closures.c.place != "").order_by(closures.c.id)
_UNPLACED = select(closures.c.id).where(closures.c.opened_at == "", closures.c.place == "").order_by(closures.c.id)
_LOCATIONS = select(locations).order_by(locations.c.location_code)
_CHANGE_LOCATION = (
    update(locations)
    .where(locations.c.location_code == bindparam("of"))
    .values(
        {column: bindparam(f"to_{column}") for column in ("zone", "aisle", "check_digits", "kind", "node", "state")}
    )
    .values(x_m=bindparam("to_x_m"), y_m=bindparam("to_y_m"))
)
_HELD = (
    select(locations.c.location_code)
    .join(stock, stock.c.account == "location:" + locations.c.location_code)
    .where(stock.c.on_hand_each > 0)
    .union(select(pick_lines.c.location_code).where(pick_lines.c.state == "open"))
)


def active_layout(connection: Connection) -> tuple[str, str] | None:
    """(revision, document as JSON text) of the layout in force, or None when none was loaded yet."""
    row = connection.execute(_ACTIVE).first()
    return None if row is None else (row.revision, row.document)


def active_revision(connection: Connection) -> str:
    """The revision of the layout in force; "" when none was loaded yet. Cheap: the document stays where it is."""
    return connection.execute(_REVISION).scalar() or ""


def document_of(connection: Connection, revision: str) -> str | None:
    """The document of a layout, as JSON text."""
    return connection.execute(_DOCUMENT, {"of": revision}).scalar()


def put_layout(connection: Connection, now: str, name: str, revision: str, document: Mapping[str, object]) -> None:
    """This layout is in force from now on; the one before stays on record."""
    connection.execute(update(layouts).where(layouts.c.active == 1).values(active=0))
    again = connection.execute(
        update(layouts).where(layouts.c.revision == revision).values(active=1, loaded_at=now, name=name)
    )
    if again.rowcount == 0:
        row = {"name": name, "revision": revision, "document": dict(document), "loaded_at": now}
        connection.execute(insert(layouts), row)


def closed_places(connection: Connection) -> tuple[str, ...]:
    """The aisles and edges that are closed now, in the order in which they were closed."""
    return tuple(connection.execute(_CLOSED).scalars())


def close_place(connection: Connection, now: str, place: str, reason: str, **columns: object) -> int:
    """Close an aisle, or an edge as "u|v", or note a report whose place is not known yet (""); the closure's id."""
    return new_id(connection.execute(insert(closures), {"place": place, "reason": reason, "closed_at": now, **columns}))


def place_report(connection: Connection, number: int, place: str, segments: Sequence[Sequence[float]]) -> None:
    """A report's place is known now, and closed."""
    connection.execute(
        update(closures).where(closures.c.id == number).values(place=place, segments=[list(line) for line in segments])
    )


def unplaced_reports(connection: Connection) -> tuple[int, ...]:
    """Reports of a blocked way whose place is not known yet, the oldest first."""
    return tuple(connection.execute(_UNPLACED).scalars())


def open_place(connection: Connection, now: str, number: int) -> bool:
    """Open a closed place again; False when it was not closed."""
    opened = connection.execute(
        update(closures).where(closures.c.id == number, closures.c.opened_at == "").values(opened_at=now)
    )
    return opened.rowcount > 0


def all_locations(connection: Connection) -> Sequence[AnyRow]:
    """Every location's row, by code."""
    return connection.execute(_LOCATIONS).all()


def location_codes(connection: Connection) -> frozenset[str]:
    """Every known location's code."""
    return frozenset(connection.execute(select(locations.c.location_code)).scalars())


def add_locations(connection: Connection, rows: Sequence[Mapping[str, object]]) -> None:
    """Enter locations."""
    if rows:
        connection.execute(insert(locations), rows)


def change_locations(connection: Connection, rows: Sequence[Mapping[str, object]]) -> None:
    """Give known locations the columns of these rows."""
    if rows:
        connection.execute(_CHANGE_LOCATION, [_to(row) for row in rows])


def block_locations(connection: Connection, codes: Sequence[str]) -> None:
    """Locations that the layout no longer has: their history stays, nothing is promised from them."""
    if codes:
        statement = update(locations).where(locations.c.location_code == bindparam("of")).values(state="blocked")
        connection.execute(statement, [{"of": code} for code in codes])


def locations_in_use(connection: Connection) -> frozenset[str]:
    """The codes of locations that hold stock or have an open pick."""
    return frozenset(connection.execute(_HELD).scalars())


def put_stations(connection: Connection, rows: Sequence[Mapping[str, object]]) -> bool:
    """These are the stations now: station_code, kind, node. True when they were others before."""
    known = {row.station_code: row._asdict() for row in connection.execute(select(stations))}
    if known == {row["station_code"]: row for row in rows}:
        return False
    connection.execute(delete(stations))
    if rows:
        connection.execute(insert(stations), rows)
    return True


def _to(row: Mapping[str, object]) -> dict[str, object]:
    return {("of" if column == "location_code" else f"to_{column}"): value for column, value in row.items()}

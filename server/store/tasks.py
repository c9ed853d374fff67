"""Tasks and their lines: the rows behind a picker's or a packer's screen."""

from collections.abc import Sequence

from sqlalchemy import Case, Connection, and_, bindparam, case, func, insert, literal, select, union, update

from server.store.prepared import Prepared
from server.store.rows import AnyRow, new_id
from server.store.schema import (
    batch_slots,
    carts,
    handling_units,
    labels,
    locations,
    lots,
    order_lines,
    orders,
    pack_lines,
    pick_lines,
    serials,
    skus,
    stations,
    stock,
    tasks,
    totes,
)

_TASK_COLUMNS = (
    tasks.c.id,
    tasks.c.kind,
    tasks.c.version,
    tasks.c.state,
    tasks.c.asked,
    tasks.c.badge,
    tasks.c.batch_id,
    tasks.c.order_ref,
    tasks.c.cart,
    tasks.c.carton,
    tasks.c.at_location,
    tasks.c.line_id,
    tasks.c.in_hand_each,
    tasks.c.memory,
    tasks.c.ended_at,
    tasks.c.ended_why,
)
_LINE_COLUMNS = (
    pick_lines.c.id.label("open_line_id"),
    pick_lines.c.location_code,
    pick_lines.c.sku,
    pick_lines.c.lot,
    pick_lines.c.qty_each,
    pick_lines.c.picked_each,
    pick_lines.c.slot,
    pick_lines.c.order_line_id,
    locations.c.check_digits,
    skus.c.name,
    skus.c.tracks,
    skus.c.count_each_up_to,
    batch_slots.c.tote,
    batch_slots.c.order_ref.label("slot_order_ref"),
)
_PICK = (
    select(*_TASK_COLUMNS, *_LINE_COLUMNS)
    .select_from(
        tasks.outerjoin(
            pick_lines,
            and_(pick_lines.c.batch_id == tasks.c.batch_id, pick_lines.c.state == "open", pick_lines.c.cut_off == 0),
        )
        .outerjoin(locations, locations.c.location_code == pick_lines.c.location_code)
        .outerjoin(skus, skus.c.sku == pick_lines.c.sku)
        .outerjoin(
            batch_slots, and_(batch_slots.c.batch_id == pick_lines.c.batch_id, batch_slots.c.slot == pick_lines.c.slot)
        )
    )
    .where(tasks.c.id == bindparam("task"))
    .order_by(pick_lines.c.seq)  # from its index: 300 lines cost no more than 3
    .limit(2)
)
_LINE = (
    select(
        *_LINE_COLUMNS,
        pick_lines.c.batch_id,
        pick_lines.c.state.label("line_state"),
        orders.c.state.label("order_state"),
    )
    .join(locations, locations.c.location_code == pick_lines.c.location_code)
    .join(skus, skus.c.sku == pick_lines.c.sku)
    .join(batch_slots, and_(batch_slots.c.batch_id == pick_lines.c.batch_id, batch_slots.c.slot == pick_lines.c.slot))
    .join(orders, orders.c.order_ref == batch_slots.c.order_ref)
    .where(pick_lines.c.id == bindparam("line"))
)
_OPEN_LINE = _LINE.where(pick_lines.c.batch_id == bindparam("batch"), pick_lines.c.state == "open")
_DATES = (
    select(lots.c.expiry, orders.c.min_life_days)
    .select_from(pick_lines)
    .join(batch_slots, and_(batch_slots.c.batch_id == pick_lines.c.batch_id, batch_slots.c.slot == pick_lines.c.slot))
    .join(orders, orders.c.order_ref == batch_slots.c.order_ref)
    .outerjoin(lots, and_(lots.c.sku == pick_lines.c.sku, lots.c.lot == pick_lines.c.lot))
    .where(pick_lines.c.id == bindparam("line"))
)
_TASK = select(*_TASK_COLUMNS).where(tasks.c.id == bindparam("task"))
_STANDING = select(tasks.c.id).where(
    tasks.c.badge == bindparam("badge"), tasks.c.kind == bindparam("kind"), tasks.c.ended_at == ""
)
_PACKED_LAST = (
    select(tasks.c.id, tasks.c.order_ref)
    .where(tasks.c.badge == bindparam("badge"), tasks.c.kind == "pack", tasks.c.ended_why == "done")
    .order_by(tasks.c.ended_at.desc(), tasks.c.id.desc())  # from its index: a year of parcels costs no more than one
    .limit(1)
)
_KEEP = (
    update(tasks)
    .where(tasks.c.id == bindparam("task"))
    .values(
        {
            column: bindparam(f"to_{column}")
            for column in (
                "state",
                "asked",
                "order_ref",
                "cart",
                "carton",
                "at_location",
                "in_hand_each",
                "line_id",
                "memory",
            )
        }
    )
)
_SAVE = update(tasks).where(tasks.c.id == bindparam("task"))
_AIM = Prepared(_SAVE.values({column: bindparam(f"to_{column}") for column in ("line_id", "state", "asked")}))
_NEXT_VERSION = Prepared(_SAVE.values(version=tasks.c.version + 1).returning(tasks.c.badge))


def _named(kind: str) -> "Case[str]":
    """What a label of this kind names, NULL for any other: rows of other kinds are not even looked for."""
    return case((labels.c.kind == kind, labels.c.ref))


_THINGS = (
    select(
        labels.c.label,
        labels.c.kind,
        labels.c.ref,
        labels.c.uom,
        labels.c.qty_each,
        locations.c.state.label("location_state"),
        totes.c.state.label("tote_state"),
        totes.c.batch_id.label("tote_batch_id"),
        totes.c.slot.label("tote_slot"),
        totes.c.order_ref.label("tote_order_ref"),
        carts.c.badge.label("cart_badge"),
        stations.c.kind.label("station_kind"),
        serials.c.sku.label("serial_sku"),
        serials.c.account.label("serial_account"),
        serials.c.order_ref.label("serial_order_ref"),
    )
    .select_from(
        labels.outerjoin(locations, locations.c.location_code == _named("location"))
        .outerjoin(totes, totes.c.tote == _named("tote"))
        .outerjoin(carts, carts.c.cart == _named("cart"))
        .outerjoin(stations, stations.c.station_code == _named("station"))
        .outerjoin(serials, serials.c.serial == _named("serial"))
    )
    .where(labels.c.label == bindparam("key"))
)
_LOTS_NAMED = select(
    *(lots.c.lot.label("label"), literal("lot").label("kind"), lots.c.lot.label("ref"), lots.c.sku.label("lot_sku")),
    *(literal("each").label("uom"), literal(1).label("qty_each")),
).where(lots.c.lot == bindparam("key"))
_KNOWN = union(
    select(labels.c.label).where(labels.c.label.in_(bindparam("keys", expanding=True))),
    select(handling_units.c.sscc).where(handling_units.c.sscc.in_(bindparam("keys", expanding=True))),
)
_LISTED = select(pick_lines.c.id).where(
    pick_lines.c.batch_id == bindparam("batch"), pick_lines.c.sku == bindparam("sku"), pick_lines.c.state == "open"
)
_LOTS_IN = (
    select(stock.c.lot, stock.c.on_hand_each, lots.c.expiry)
    .outerjoin(lots, and_(lots.c.sku == stock.c.sku, lots.c.lot == stock.c.lot))
    .where(stock.c.account == bindparam("account"), stock.c.sku == bindparam("sku"))
)
_SPOT = select(locations.c.x_m, locations.c.y_m).where(locations.c.location_code == bindparam("place"))
_UNFINISHED = (
    select(func.coalesce(func.sum(pick_lines.c.qty_each - pick_lines.c.picked_each), 0))
    .join(order_lines, order_lines.c.id == pick_lines.c.order_line_id)
    .where(order_lines.c.order_ref == bindparam("order"), pick_lines.c.state == "open")
)
_PACK_LINE = (
    select(pack_lines, skus.c.name, skus.c.count_each_up_to)
    .join(skus, skus.c.sku == pack_lines.c.sku)
    .where(pack_lines.c.task_id == bindparam("task"))
)
_PACK_LINE_BY_SKU = _PACK_LINE.where(pack_lines.c.sku == bindparam("sku"))
_PACK_LINE_BY_ID = _PACK_LINE.where(pack_lines.c.id == bindparam("line"))
_UNPACKED = select(
    func.coalesce(func.sum(pack_lines.c.qty_each - pack_lines.c.packed_each), 0).label("missing_each"),
    func.coalesce(func.sum(pack_lines.c.packed_each), 0).label("packed_each"),
).where(pack_lines.c.task_id == bindparam("task"))

# every scan takes these
_PICK_QUICK, _THINGS_QUICK, _KEEP_QUICK, _LISTED_QUICK = map(Prepared, (_PICK, _THINGS, _KEEP, _LISTED))
_LOTS_IN_QUICK, _DATES_QUICK, _LOTS_NAMED_QUICK = map(Prepared, (_LOTS_IN, _DATES, _LOTS_NAMED))
_LINE_QUICK, _OPEN_LINE_QUICK, _STANDING_QUICK = map(Prepared, (_LINE, _OPEN_LINE, _STANDING))
_PACKED_LAST_QUICK = Prepared(_PACKED_LAST)
_LINE_OF_SKU, _LINE_OF_ID, _UNPACKED_QUICK = map(Prepared, (_PACK_LINE_BY_SKU, _PACK_LINE_BY_ID, _UNPACKED))


def rows_of(connection: Connection, task_id: int) -> Sequence[AnyRow]:
    """A task of any kind with the next two open lines of its tour that can be reached: a row each, with NULLs when no
    line is left; no row when there is no such task."""
    return _PICK_QUICK.all(connection, task=task_id)


def open_line(connection: Connection, batch_id: int, line_id: int) -> AnyRow | None:
    """One line of the batch as `rows_of` has it, as long as it is open."""
    found: AnyRow | None = _OPEN_LINE_QUICK.first(connection, batch=batch_id, line=line_id)
    return found


def line_row(connection: Connection, line_id: int) -> AnyRow | None:
    """One pick line, whatever its state: the columns of `rows_of`, its batch_id, line_state and its order_state."""
    found: AnyRow | None = _LINE_QUICK.first(connection, line=line_id)
    return found


def dates_of(connection: Connection, line_id: int) -> AnyRow:
    """What a pick line's dates are held to: the expiry of its lot (None: not known), its order's min_life_days."""
    found: AnyRow = _DATES_QUICK.first(connection, line=line_id)
    return found


def task_row(connection: Connection, task_id: int) -> AnyRow | None:
    """One task's row."""
    return connection.execute(_TASK, {"task": task_id}).first()


def standing(connection: Connection, badge: str, kind: str) -> int | None:
    """The id of the person's unfinished task of that kind."""
    found: int | None = _STANDING_QUICK.value(connection, badge=badge, kind=kind)
    return found


def packed_last(connection: Connection, badge: str | None) -> AnyRow | None:
    """The packing task that this person closed last (id, order_ref); None when there is none."""
    found: AnyRow | None = _PACKED_LAST_QUICK.first(connection, badge=badge)
    return found


def add_task(connection: Connection, now: str, kind: str, state: str, **columns: object) -> int:
    """Begin a task; returns its id."""
    row = {"kind": kind, "state": state, "raised_at": now, **columns}
    return new_id(connection.execute(insert(tasks), row))


def keep_cursor(connection: Connection, task_id: int, **columns: object) -> None:
    """Change the cursor of a task: every column of it, since one prepared statement writes them all."""
    _KEEP_QUICK.run(connection, task=task_id, **{f"to_{column}": value for column, value in columns.items()})


def save_task(connection: Connection, task_id: int, **columns: object) -> None:
    """Change columns of one task."""
    connection.execute(_SAVE, {"task": task_id, **columns})


def aim(connection: Connection, task_id: int, line_id: int, state: str, asked: str) -> None:
    """The task's next line is this one, and what is awaited there."""
    _AIM.run(connection, task=task_id, to_line_id=line_id, to_state=state, to_asked=asked)


def next_version(connection: Connection, task_id: int) -> str:
    """Count the task's version up; returns the badge of who has it, "" when nobody has."""
    return _NEXT_VERSION.value(connection, task=task_id) or ""


def end_task(connection: Connection, now: str, task_id: int, why: str) -> None:
    """The task is over: done, cancelled, taken over."""
    save_task(connection, task_id, ended_at=now, ended_why=why)


def things(connection: Connection, keys: Sequence[str]) -> Sequence[AnyRow]:
    """What `keys` belong to: label rows joined with the state of what they name."""
    return [row for key in keys for row in _THINGS_QUICK.all(connection, key=key)]


def lots_named(connection: Connection, keys: Sequence[str]) -> Sequence[AnyRow]:
    """The lots with these numbers, of every SKU that has one: rows as of labels (`things`), with their lot_sku."""
    return [row for key in keys for row in _LOTS_NAMED_QUICK.all(connection, key=key)]


def known_keys(connection: Connection, keys: Sequence[str]) -> frozenset[str]:
    """Those of `keys` that are some label's, or a load's."""
    return frozenset(connection.execute(_KNOWN, {"keys": list(keys)}).scalars())


def is_listed(connection: Connection, batch_id: int | None, sku: str) -> bool:
    """Whether an open line of the batch wants this SKU."""
    return _LISTED_QUICK.first(connection, batch=batch_id, sku=sku) is not None


def lots_in(connection: Connection, location_code: str, sku: str) -> Sequence[AnyRow]:
    """The lots of this SKU that lie, or once lay, in this location: lot, on_hand_each, expiry."""
    return _LOTS_IN_QUICK.all(connection, account=f"location:{location_code}", sku=sku)


def spot(connection: Connection, location_code: str) -> tuple[float, float]:
    """Where a location is, in metres."""
    row = connection.execute(_SPOT, {"place": location_code}).one()
    return float(row.x_m), float(row.y_m)


def unfinished_each(connection: Connection, order_ref: str) -> int:
    """Units of the order that someone has still to pick."""
    return int(connection.execute(_UNFINISHED, {"order": order_ref}).scalar_one())


def pack_line(connection: Connection, task_id: int, sku: str = "", line_id: int = 0) -> AnyRow | None:
    """The packing line of a SKU, or by its id."""
    if sku:
        found: AnyRow | None = _LINE_OF_SKU.first(connection, task=task_id, sku=sku)
    else:
        found = _LINE_OF_ID.first(connection, task=task_id, line=line_id)
    return found


def pack_rows(connection: Connection, task_id: int) -> Sequence[AnyRow]:
    """Every packing line of a task, by SKU."""
    return connection.execute(_PACK_LINE.order_by(pack_lines.c.sku), {"task": task_id}).all()


def verified_each(connection: Connection, task_id: int) -> tuple[int, int]:
    """Units of a packing task that are not verified yet, and those that are."""
    row = _UNPACKED_QUICK.first(connection, task=task_id)
    return int(row.missing_each), int(row.packed_each)

"""Orders and their lines, the waves that release them, and the batches and pick lines they become."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, and_, bindparam, case, func, insert, or_, select, text, update

from server.store.rows import AnyRow, new_id
from server.store.schema import (
    batch_slots,
    batches,
    devices,
    order_lines,
    orders,
    pick_lines,
    skus,
    tasks,
    waves,
)

Values = Mapping[str, object]

# Urgent first, then the earliest cutoff (none is last), then who ordered first.
_TURN = (orders.c.priority.desc(), case((orders.c.due_at == "", 1), else_=0), orders.c.due_at, orders.c.ordered_at)
_WAITING = select(orders).where(orders.c.state == "waiting").order_by(*_TURN, orders.c.order_ref)
_ANY_WAITING = select(orders.c.order_ref).where(orders.c.state == "waiting").limit(1)
_URGENT = (
    select(orders.c.order_ref)
    .where(
        orders.c.state == "waiting",
        or_(orders.c.priority > 0, and_(orders.c.due_at != "", orders.c.due_at <= bindparam("by"))),
    )
    .limit(1)
)
_LINES = (
    select(
        order_lines.c.id,
        order_lines.c.order_ref,
        order_lines.c.sku,
        (order_lines.c.qty_each - order_lines.c.picked_each - order_lines.c.short_each).label("open_each"),
        skus.c.volume_ml,
        skus.c.weight_g,
        orders.c.min_life_days,
    )
    .join(orders, orders.c.order_ref == order_lines.c.order_ref)
    .join(skus, skus.c.sku == order_lines.c.sku)
    .where(orders.c.state == "waiting")
    .order_by(order_lines.c.order_ref, order_lines.c.line_number)
)
_HASHES = select(orders.c.order_ref, orders.c.content_hash)
_ORDER = select(orders).where(orders.c.order_ref == bindparam("of"))
_RELEASE = (
    update(orders)
    .where(orders.c.order_ref == bindparam("of"), orders.c.state == "waiting")
    .values(state=bindparam("becomes"), wave_id=bindparam("wave"))
)
_SHORT = (
    update(order_lines)
    .where(order_lines.c.id == bindparam("line"))
    .values(short_each=order_lines.c.short_each + bindparam("more"))
)
_OPEN_LINE = select(pick_lines.c.id).where(
    pick_lines.c.batch_id == batches.c.id, pick_lines.c.state == "open", pick_lines.c.cut_off == 0
)
# The ready batches in turn: urgent first, then the earliest cutoff (none is last), then as planned. In the words of
# their index, ix_batches_in_turn: the first is found without a look at the others.
IN_TURN = (
    select(batches.c.id, batches.c.priority, batches.c.due_at)
    .where(batches.c.state == "ready", _OPEN_LINE.exists())
    .order_by(batches.c.priority.desc(), text("(batches.due_at = '')"), batches.c.due_at, batches.c.id)
)
_NEXT = IN_TURN.limit(1).with_for_update(skip_locked=True)  # passes over what another server is just giving out
_BUSY = tasks.alias("busy")
_SEATED = select(devices.c.device).where(devices.c.badge == tasks.c.badge).correlate(tasks)
_PUTS_BACK = (
    select(_BUSY.c.id)
    .where(_BUSY.c.kind == "put_back", _BUSY.c.ended_at == "", _BUSY.c.badge == tasks.c.badge)
    .correlate(tasks)
)
_WALKERS = (
    select(tasks.c.id)
    .where(
        tasks.c.kind == "pick",
        tasks.c.state == "waiting",
        tasks.c.ended_at == "",
        tasks.c.asked.not_like("pause:%"),
        _SEATED.exists(),
        ~_PUTS_BACK.exists(),
    )
    .order_by(tasks.c.raised_at, tasks.c.id)
)
_READY = select(func.count()).select_from(IN_TURN.order_by(None).subquery())
_TAKE = update(batches).where(batches.c.id == bindparam("of"), batches.c.state == "ready").values(state="picking")


def content_hashes(connection: Connection) -> dict[str, str]:
    """Every known order_ref with the hash of what it was imported as."""
    return {row.order_ref: row.content_hash for row in connection.execute(_HASHES)}


def add_orders(connection: Connection, heads: Sequence[Values], lines: Sequence[Values]) -> None:
    """Enter orders that wait for a wave, with their lines."""
    if heads:
        connection.execute(insert(orders), heads)
        connection.execute(insert(order_lines), lines)


def waiting(connection: Connection) -> Sequence[AnyRow]:
    """Orders that wait for a wave, in the order in which they are served."""
    return connection.execute(_WAITING).all()


def is_any_waiting(connection: Connection) -> bool:
    """Whether an order waits for a wave."""
    return connection.execute(_ANY_WAITING).first() is not None


def is_any_urgent(connection: Connection, due_by: str) -> bool:
    """Whether an order waits that has a priority, or is due by then."""
    return connection.execute(_URGENT, {"by": due_by}).first() is not None


def waiting_lines(connection: Connection) -> Sequence[AnyRow]:
    """The lines of waiting orders: id, order_ref, sku, open_each, volume_ml, weight_g, min_life_days."""
    return connection.execute(_LINES).all()


def order(connection: Connection, order_ref: str) -> AnyRow | None:
    """One order's row, or None."""
    return connection.execute(_ORDER, {"of": order_ref}).first()


def add_wave(connection: Connection, now: str, cutoff: str) -> int:
    """Begin a wave; returns its id."""
    return new_id(connection.execute(insert(waves), {"released_at": now, "cutoff": cutoff}))


def release_orders(connection: Connection, wave_id: int | None, states: Mapping[str, str]) -> bool:
    """Move waiting orders into the wave, each to its state; False when one of them waits no more."""
    if not states:
        return True
    rows = [{"of": order_ref, "becomes": state, "wave": wave_id} for order_ref, state in sorted(states.items())]
    return connection.execute(_RELEASE, rows).rowcount == len(rows)


def add_shorts(connection: Connection, short_each: Mapping[int, int]) -> None:
    """Units that cannot be had, by order line."""
    if short_each:
        connection.execute(_SHORT, [{"line": line, "more": units} for line, units in sorted(short_each.items())])


def add_batches(connection: Connection, rows: Sequence[Values]) -> list[int]:
    """Enter batches; returns their ids in the same order."""
    statement = insert(batches).returning(batches.c.id, sort_by_parameter_order=True)
    return list(connection.execute(statement, list(rows)).scalars()) if rows else []


def add_slots(connection: Connection, rows: Sequence[Values]) -> None:
    """Enter what stands on the carts: batch_id, slot, order_ref."""
    if rows:
        connection.execute(insert(batch_slots), rows)


def add_pick_lines(connection: Connection, rows: Sequence[Values]) -> None:
    """Enter pick lines."""
    if rows:
        connection.execute(insert(pick_lines), rows)


def take_next_batch(connection: Connection) -> int | None:
    """Take the ready batch whose turn it is: it is `picking` now. None when none is ready that a way leads to."""
    batch_id = connection.execute(_NEXT).scalar()
    if batch_id is None or connection.execute(_TAKE, {"of": batch_id}).rowcount == 0:
        return None
    return int(batch_id)


def waiting_since(connection: Connection) -> Sequence[str]:
    """Since when each of those pick tasks is there, the oldest first."""
    return connection.execute(_WALKERS.with_only_columns(tasks.c.raised_at)).scalars().all()


def ready_batches(connection: Connection) -> int:
    """Batches that nobody walks yet and a way leads to."""
    return int(connection.execute(_READY).scalar_one())


def waiting_walkers(connection: Connection) -> Sequence[int]:
    """Ids of pick tasks that have a cart and wait for a batch, longest waiting first; not of those who have logged out,
    are on a break, or put goods back meanwhile."""
    return connection.execute(_WALKERS).scalars().all()

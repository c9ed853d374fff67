"""The rows that would break an invariant, one query each; on a sound database every one of them finds nothing."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, Select, String, and_, case, cast, func, literal, or_, select

from server.core.terms import Effect
from server.store.rows import AnyRow
from server.store.schema import (
    events,
    handling_units,
    moves,
    order_lines,
    orders,
    pack_lines,
    parcels,
    pick_lines,
    stock,
    tasks,
)

_OUTSIDE = ("received", "shipped", "adjustment")
_LEFT = pick_lines.c.qty_each - pick_lines.c.picked_each


def _reserved() -> Select[Any]:
    """Promised units that no open line waits for, or the other way round."""
    wanted = (
        select(
            (literal("location:") + pick_lines.c.location_code).label("account"),
            pick_lines.c.sku,
            pick_lines.c.lot,
            func.sum(_LEFT).label("left"),
        )
        .where(pick_lines.c.state == "open")
        .group_by(pick_lines.c.location_code, pick_lines.c.sku, pick_lines.c.lot)
        .subquery()
    )
    same = and_(stock.c.account == wanted.c.account, stock.c.sku == wanted.c.sku, stock.c.lot == wanted.c.lot)
    held = select(stock.c.account, stock.c.sku, stock.c.lot, stock.c.reserved_each, wanted.c.left)
    both = held.select_from(stock.outerjoin(wanted, same)).where(
        stock.c.reserved_each != func.coalesce(wanted.c.left, 0)
    )
    nowhere = (
        select(wanted.c.account, wanted.c.sku, wanted.c.lot, literal(0), wanted.c.left)
        .select_from(wanted.outerjoin(stock, same))
        .where(stock.c.account.is_(None), wanted.c.left > 0)
    )
    return select(both.union_all(nowhere).subquery())


def _two_owners() -> Select[Any]:
    """Batches that more than one unfinished task walks."""
    return (
        select(tasks.c.batch_id, func.count().label("owners"))
        .where(tasks.c.kind == "pick", tasks.c.ended_at == "", tasks.c.batch_id.is_not(None))
        .group_by(tasks.c.batch_id)
        .having(func.count() > 1)
    )


def _unverified() -> Select[Any]:
    """Moves out of the house that did not come out of a shipped parcel."""
    parcel = literal("parcel:") + cast(parcels.c.id, String)
    return (
        select(moves.c.id, moves.c.from_account, moves.c.sku, moves.c.qty_each)
        .select_from(moves.outerjoin(parcels, and_(moves.c.from_account == parcel, parcels.c.state == "shipped")))
        .where(moves.c.to_account == "shipped", parcels.c.id.is_(None))
    )


def _packed() -> Select[Any]:
    """Packing lines whose verified units are not what the ledger moved into the task's parcels."""
    parcel = literal("parcel:") + cast(parcels.c.id, String)
    into = func.coalesce(func.sum(case((moves.c.to_account == parcel, moves.c.qty_each), else_=-moves.c.qty_each)), 0)
    moved = and_(moves.c.sku == pack_lines.c.sku, or_(moves.c.to_account == parcel, _back_from(parcel)))
    return (
        select(pack_lines.c.task_id, pack_lines.c.sku, pack_lines.c.packed_each, into.label("moved"))
        .select_from(pack_lines.outerjoin(parcels, parcels.c.task_id == pack_lines.c.task_id).outerjoin(moves, moved))
        .group_by(pack_lines.c.id, pack_lines.c.task_id, pack_lines.c.sku, pack_lines.c.packed_each)
        .having(pack_lines.c.packed_each != into)
    )


def _back_from(parcel: Any) -> Any:
    return and_(moves.c.from_account == parcel, moves.c.to_account != "shipped")


def _order_lines() -> Select[Any]:
    """Lines of released orders of which some units are in no state at all, or in two."""
    left = (
        select(func.coalesce(func.sum(_LEFT), 0))
        .where(pick_lines.c.order_line_id == order_lines.c.id, pick_lines.c.state == "open")
        .scalar_subquery()
    )
    return (
        select(order_lines.c.order_ref, order_lines.c.line_number, order_lines.c.qty_each, left.label("still_open"))
        .join(orders, orders.c.order_ref == order_lines.c.order_ref)
        .where(
            orders.c.state.not_in(("waiting", "cancelled")),
            order_lines.c.picked_each + order_lines.c.short_each + left != order_lines.c.qty_each,
        )
    )


def _not_all_shipped() -> Select[Any]:
    """Lines of shipped orders of which picked units stayed behind."""
    return (
        select(order_lines.c.order_ref, order_lines.c.line_number)
        .join(orders, orders.c.order_ref == order_lines.c.order_ref)
        .where(orders.c.state == "shipped", order_lines.c.shipped_each != order_lines.c.picked_each)
    )


def _hanging() -> Select[Any]:
    """Open lines of batches that are over."""
    return (
        select(pick_lines.c.id, pick_lines.c.batch_id)
        .join(tasks, and_(tasks.c.batch_id == pick_lines.c.batch_id, tasks.c.ended_why == "done"))
        .where(pick_lines.c.state == "open")
    )


def _after_the_end() -> Select[Any]:
    """Effects on a task after it had ended; a label that is printed again has none."""
    return (
        select(events.c.id, events.c.task_id, events.c.kind)
        .join(tasks, tasks.c.id == events.c.task_id)
        .where(
            events.c.op_id.is_not(None),
            events.c.kind.not_in((Effect.NOTHING, Effect.PRINT)),
            tasks.c.ended_at != "",
            events.c.at > tasks.c.ended_at,
        )
    )


def _loads() -> Select[Any]:
    """Loads taken for a line of other goods, or never counted whole for it."""
    load, line = handling_units.c, pick_lines.c
    counted = select(events.c.line_id, events.c.qty_each).where(events.c.kind == "count").distinct().subquery()
    whole = and_(counted.c.line_id == load.line_id, counted.c.qty_each == load.qty_each)
    taken = handling_units.join(pick_lines, line.id == load.line_id).outerjoin(counted, whole)
    other = or_(
        line.sku != load.sku,
        literal("location:") + line.location_code != load.account,
        and_(load.lot != "", line.lot != load.lot),
    )
    return (
        select(load.sscc, load.line_id, load.qty_each).select_from(taken).where(or_(other, counted.c.line_id.is_(None)))
    )


@lru_cache(maxsize=1)  # they say the same every time, and cost more to write than to run
def suspects() -> Mapping[str, Select[Any]]:
    """Each rule as a sentence, with the query that finds what breaks it."""
    return MappingProxyType(
        {
            "what is promised is what open lines wait for": _reserved(),
            "a batch is walked by one person": _two_owners(),
            "nothing leaves the house but shipped parcels": _unverified(),
            "what is verified is what lies in the parcel": _packed(),
            "every unit of a released line is open, picked or short": _order_lines(),
            "a shipped order ships all that was picked for it": _not_all_shipped(),
            "no line stays open in a batch that is over": _hanging(),
            "nothing has an effect on a task that has ended": _after_the_end(),
            "a load is taken whole, for a line of its own goods": _loads(),
        }
    )


def ledger(connection: Connection) -> Sequence[AnyRow]:
    """Every move, oldest first: id, from_account, to_account, sku, lot, qty_each."""
    columns = (moves.c.id, moves.c.from_account, moves.c.to_account, moves.c.sku, moves.c.lot, moves.c.qty_each)
    return connection.execute(select(*columns).order_by(moves.c.id)).all()


def sums(connection: Connection) -> Sequence[AnyRow]:
    """The running sums as stored: account, sku, lot, on_hand_each."""
    return connection.execute(select(stock.c.account, stock.c.sku, stock.c.lot, stock.c.on_hand_each)).all()


def steps(connection: Connection) -> Sequence[AnyRow]:
    """Every effect of an intent on a pick task, oldest first: id, task_id, kind, qty_each."""
    return connection.execute(
        select(events.c.id, events.c.task_id, events.c.kind, events.c.qty_each)
        .join(tasks, and_(tasks.c.id == events.c.task_id, tasks.c.kind == "pick"))
        .where(events.c.kind.in_(("count", "put", "undo", "short", "change_lot")))
        .order_by(events.c.id)
    ).all()


def is_outside(account: str) -> bool:
    """Whether an account lies outside the house: it has no row in the running sums."""
    return account in _OUTSIDE

"""Waiting orders become a wave: read, planned somewhere else, taken if the stock it was planned with is still there.

A plan is made from a snapshot without a database, and both can be pickled, so that planning runs in another process
and no scan waits for it. Between snapshot and plan the floor goes on: taking the plan promises the stock in the
database, where a CHECK refuses to promise a unit twice, and moves each order out of `waiting` once. Whoever is second
gets a Conflict, nothing of the plan is kept, and planning starts anew from what is there then.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import Connection

from server.core.allocate import Place
from server.core.errors import Conflict, NotReady
from server.core.pace import Step, seconds_a_stop
from server.floor.ways import PlannedWay, way_rows
from server.store import building, log, orders, pace, people, stock, ways
from server.store.rows import AnyRow
from server.store.transaction import News, Transaction

STOPS_LOOKED_AT = 1000  # confirmed arrivals and puts by which the pace of the floor is told

Progress = Callable[[int, int], None]
"""Told after each batch: (batches with a tour, batches in all)."""


@dataclass(frozen=True, slots=True)
class WaitingOrder:
    """An order that waits; in a snapshot they stand in the order in which they are served."""

    order_ref: str
    priority: int
    due_at: str
    ordered_at: str


@dataclass(frozen=True, slots=True)
class WaitingLine:
    """An order line of which `qty_each` units are wanted; `unit_ml` and `unit_g` are volume and weight of one, 0 when
    not known. What expires within `min_life_days` is not for it."""

    line_id: int
    order_ref: str
    sku: str
    qty_each: int
    unit_ml: int = 0
    unit_g: int = 0
    min_life_days: int = 0


@dataclass(frozen=True, slots=True)
class Means:
    """What orders are walked with: a batch must fit on whichever cart and into whichever totes come.

    `tote_ml`, `cart_ml` and `cart_g` are 0 where nobody has entered a limit; `pickers` are those at work, and `stop_s`
    what the floor's own scans say that a stop takes, each 0 when not known.
    """

    slots: int
    tote_ml: int = 0
    cart_ml: int = 0
    cart_g: int = 0
    pickers: int = 0
    stop_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All that a plan is made from. `document` is the text of the layout file of this `revision`, `closed` what else is
    closed; `node_of` gives each place's access node.
    """

    now: str
    cutoff: str
    revision: str
    document: str
    closed: tuple[str, ...]
    orders: tuple[WaitingOrder, ...]
    lines: tuple[WaitingLine, ...]
    places: tuple[Place, ...]
    node_of: Mapping[str, str]
    means: Means


@dataclass(frozen=True, slots=True)
class PlannedLine:
    """One visit to one lot in one location for one slot."""

    slot: int
    order_line_id: int
    location_code: str
    sku: str
    lot: str
    qty_each: int


@dataclass(frozen=True, slots=True)
class PlannedBatch:
    """A cart's walk: the order of each slot (the first is slot 1), the lines in walking order, and the tour.

    `first_location_m` is the shortest tour over the locations that allocation took before the tour chose among equal
    ones; `name_order_m` and `s_shape_m` walk those same first locations by location_code and in S-shape.
    `lower_bound_m` and `optimal` are about the locations that were chosen. `path` is in metres.
    """

    priority: int
    due_at: str
    slots: tuple[str, ...]
    lines: tuple[PlannedLine, ...]
    length_m: float
    lower_bound_m: float
    optimal: bool
    method: str
    name_order_m: float
    s_shape_m: float
    first_location_m: float
    path: tuple[tuple[float, float], ...]
    station_code: str
    ways: tuple[PlannedWay, ...] = ()  # where aisles are narrow


@dataclass(frozen=True, slots=True)
class Plan:
    """What becomes of the orders of a snapshot: each one's state, what is short by line, and the batches.

    `revision` and `closed` are the floor that it was made for. Orders that are `held` go on waiting: no open way leads
    to units that they miss.
    """

    cutoff: str
    revision: str
    closed: tuple[str, ...]
    states: Mapping[str, str]
    short_each: Mapping[int, int]
    batches: tuple[PlannedBatch, ...]
    held: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Released:
    """A wave in figures; `wave_id` is None when no order was waiting. Units are eaches, walks metres."""

    wave_id: int | None = None
    orders: int = 0
    orders_short: int = 0  # nothing of them is there
    orders_held: int = 0  # they go on waiting: what they miss lies where no open way leads
    lines: int = 0
    batches: int = 0
    units: int = 0
    units_short: int = 0
    walk_m: float = 0.0
    name_order_m: float = 0.0
    s_shape_m: float = 0.0
    first_location_m: float = 0.0
    batch_ids: tuple[int, ...] = field(default=())
    joined: tuple[str, ...] = field(default=())  # urgent orders that joined batches under way, no part of the wave


def demand_layout(connection: Connection) -> tuple[str, str]:
    """The layout in force: its revision and its file's text. Raises NotReady when none is loaded."""
    layout = building.active_layout(connection)
    if layout is None:
        raise NotReady("no_layout", "no layout is loaded, so there is nowhere to walk; run: gangway import layout FILE")
    return layout


def snapshot(connection: Connection, now: str, *, cutoff: str = "", max_orders: int | None = None) -> Snapshot:
    """What waits and what there is. With `cutoff` (ISO time) only orders due by then; at most `max_orders` of them.

    Raises NotReady when no layout is loaded.
    """
    layout = demand_layout(connection)
    found = [row for row in orders.waiting(connection) if not cutoff or (row.due_at and row.due_at <= cutoff)]
    heads = tuple(WaitingOrder(row.order_ref, row.priority, row.due_at, row.ordered_at) for row in found[:max_orders])
    lines = _lines(connection, {head.order_ref: place for place, head in enumerate(heads)})
    wanted = {line.sku for line in lines}
    places = [row for row in stock.free_for_waiting(connection) if row.sku in wanted] if wanted else []
    return Snapshot(
        now=now,
        cutoff=cutoff,
        revision=layout[0],
        document=layout[1],
        closed=building.closed_places(connection),
        orders=heads,
        lines=lines,
        places=tuple(map(_place, places)),
        node_of={row.location_code: row.node for row in places},
        means=_means(connection),
    )


def plan_wave(taken: Snapshot, progress: Progress | None = None) -> Plan:
    """Allocation, batches and tours for all orders of a snapshot; pure, and the answer depends on the snapshot alone.

    Raises what core/route raises when a pick cannot be walked to.
    """
    from server.floor import wave_plan  # noqa: PLC0415 numpy and the solvers stay out of the serving process

    return wave_plan.plan(taken, progress)


def commit_wave(tx: Transaction, plan: Plan) -> Released:
    """Take a plan: promise its stock, and make its wave, batches, slots and pick lines.

    Raises:
        Conflict: stock was promised, orders were released, or ways were closed or opened since the snapshot; nothing of
            the plan is kept.

    """
    if not plan.states:
        return Released(orders_held=len(plan.held))
    if (building.active_revision(tx.connection), building.closed_places(tx.connection)) != (plan.revision, plan.closed):
        raise Conflict("ways_changed", "ways were closed or opened since this was planned; plan again")
    stock.claim(tx.connection, _claims(plan))
    wave_id = orders.add_wave(tx.connection, tx.now, plan.cutoff)
    if not orders.release_orders(tx.connection, wave_id, plan.states):
        raise Conflict("orders_released", "orders of this plan do not wait any more; plan again")
    orders.add_shorts(tx.connection, plan.short_each)
    batch_ids = orders.add_batches(tx.connection, [_batch_row(wave_id, batch) for batch in plan.batches])
    numbered = list(zip(batch_ids, plan.batches, strict=True))
    orders.add_slots(tx.connection, [row for batch_id, batch in numbered for row in _slot_rows(batch_id, batch)])
    planned = [(batch_id, *one) for batch_id, batch in numbered for one in enumerate(batch.lines, start=1)]
    orders.add_pick_lines(tx.connection, [line_row(*one) for one in planned])
    ways.add_ways(tx.connection, [row for batch_id, batch in numbered for row in way_rows(batch_id, batch.ways)])
    log.record_event(tx.connection, tx.now, "release", label=f"wave {wave_id}", qty_each=len(plan.states))
    tx.tell(News("wave", wave_id))
    return _released(wave_id, tuple(batch_ids), plan)


def next_batch(tx: Transaction) -> int | None:
    """Take the batch whose turn it is (urgent first, then by cutoff, then as planned); None when none is ready.

    It is `picking` from then on, so that nobody else gets it.
    """
    return orders.take_next_batch(tx.connection)


def _lines(connection: Connection, turn: Mapping[str, int]) -> tuple[WaitingLine, ...]:
    """The lines of these orders, first come, first served."""
    rows = [row for row in orders.waiting_lines(connection) if row.order_ref in turn]
    rows.sort(key=lambda row: turn[row.order_ref])
    return tuple(
        WaitingLine(row.id, row.order_ref, row.sku, row.open_each, row.volume_ml, row.weight_g, row.min_life_days)
        for row in rows
    )


def _means(connection: Connection) -> Means:
    cart = people.smallest_cart(connection)
    steps = (Step(row.task_id, row.kind, row.at) for row in pace.last_stops(connection, STOPS_LOOKED_AT))
    return Means(
        slots=cart.slots,
        tote_ml=people.smallest_tote_ml(connection),
        cart_ml=cart.cart_ml,
        cart_g=cart.cart_g,
        pickers=people.pickers_at_work(connection),
        stop_s=seconds_a_stop(steps),
    )


def _place(row: AnyRow) -> Place:
    return Place(
        location_code=row.location_code,
        sku=row.sku,
        lot=row.lot,
        available_each=row.available_each,
        expiry=row.expiry,
        received_at=row.received_at,
        aisle=row.aisle,
    )


def _claims(plan: Plan) -> list[stock.Claim]:
    wanted: dict[tuple[str, str, str], int] = {}
    for batch in plan.batches:
        for line in batch.lines:
            key = (stock.at_location(line.location_code), line.sku, line.lot)
            wanted[key] = wanted.get(key, 0) + line.qty_each
    return [stock.Claim(*key, units) for key, units in wanted.items()]


def _batch_row(wave_id: int, batch: PlannedBatch) -> dict[str, object]:
    return {
        "wave_id": wave_id,
        "priority": batch.priority,
        "due_at": batch.due_at,
        "length_m": batch.length_m,
        "lower_bound_m": batch.lower_bound_m,
        "optimal": int(batch.optimal),
        "method": batch.method,
        "name_order_m": batch.name_order_m,
        "s_shape_m": batch.s_shape_m,
        "first_location_m": batch.first_location_m,
        "path": [list(point) for point in batch.path],
        "station_code": batch.station_code,
    }


def _slot_rows(batch_id: int, batch: PlannedBatch) -> list[dict[str, object]]:
    return [
        {"batch_id": batch_id, "slot": slot, "order_ref": order_ref}
        for slot, order_ref in enumerate(batch.slots, start=1)
    ]


def line_row(batch_id: int, seq: int, line: PlannedLine) -> dict[str, object]:
    """A planned line as a row of `pick_lines`, the `seq`-th of its batch."""
    return {
        "batch_id": batch_id,
        "seq": seq,
        "slot": line.slot,
        "order_line_id": line.order_line_id,
        "location_code": line.location_code,
        "sku": line.sku,
        "lot": line.lot,
        "qty_each": line.qty_each,
    }


def _released(wave_id: int, batch_ids: tuple[int, ...], plan: Plan) -> Released:
    return Released(
        wave_id=wave_id,
        orders=len(plan.states),
        orders_short=sum(state == "short" for state in plan.states.values()),
        orders_held=len(plan.held),
        lines=sum(len(batch.lines) for batch in plan.batches),
        batches=len(plan.batches),
        units=sum(line.qty_each for batch in plan.batches for line in batch.lines),
        units_short=sum(plan.short_each.values()),
        walk_m=sum(batch.length_m for batch in plan.batches),
        name_order_m=sum(batch.name_order_m for batch in plan.batches),
        s_shape_m=sum(batch.s_shape_m for batch in plan.batches),
        first_location_m=sum(batch.first_location_m for batch in plan.batches),
        batch_ids=batch_ids,
    )

"""Orders, waves, batches and tasks."""

import re
from collections.abc import Mapping
from dataclasses import asdict

from server.core.errors import BadInput
from server.floor import intake, listing, supervise, wave, waveless
from server.web.http.desk import LEADS, MB, Answer, Asked, Method, Route

MOST_ORDERS = 5000
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?Z", re.ASCII)
ORDER_STATES = ("", "waiting", "picking", "picked", "packing", "shipped", "cancelled", "short")
BATCH_STATES = ("", "ready", "picking", "picked", "cancelled")
TASK_KINDS = ("", "pick", "pack", "count", "put_back")


def get_orders(asked: Asked) -> Answer:
    """A page of orders."""
    state, after, most = _one_of(asked, "state", ORDER_STATES), asked.query("after"), _limit(asked)
    return asked.desk.store.read(lambda connection: listing.orders(connection, state, after, most))


def get_order(asked: Asked) -> Answer:
    """One order with its lines."""
    return asked.desk.store.read(lambda connection: listing.order(connection, asked.path["order_ref"]))


def post_orders(asked: Asked) -> Answer:
    """Enter one order or many, all of them or none."""
    body = asked.json()
    given = body if isinstance(body, list) else [body]
    if not 0 < len(given) <= MOST_ORDERS:
        raise BadInput("bad_order", f"from 1 to {MOST_ORDERS} orders are taken at once, not {len(given)}")
    return intake.take_orders(asked.desk.store, asked.desk.planner, given), 201


def cancel_order(asked: Asked) -> Answer:
    """Take an order back: its open lines leave their tours."""
    why = asked.text(asked.fields("why"), "why", default="")
    asked.desk.store.write(lambda tx: supervise.cancel_order(tx, asked.path["order_ref"], why))
    return {"ok": True}


def post_wave(asked: Asked) -> Answer:
    """Release waiting orders: plan them, and give the batches to whoever waits for one."""
    body = asked.fields("cutoff", "max_orders", "join")
    join = body.get("join", True)
    if not isinstance(join, bool):
        raise BadInput("bad_field", "join: true or false is wanted")
    cutoff, most = asked.text(body, "cutoff", default="", longest=40), body.get("max_orders")
    if most is not None and (not isinstance(most, int) or isinstance(most, bool) or not 0 < most <= MOST_ORDERS):
        raise BadInput("bad_field", f"max_orders: a whole number from 1 to {MOST_ORDERS} is wanted")
    if cutoff and not TIME.fullmatch(cutoff):
        raise BadInput("bad_field", "cutoff: a time in UTC is wanted, like 2026-11-23T16:00:00Z")
    released = wave.release_wave(asked.desk.store, asked.desk.planner, cutoff=cutoff, max_orders=most, join=join)
    return asdict(released), 201


def get_release(asked: Asked) -> Answer:
    """How orders are released."""
    return asdict(asked.desk.store.read(waveless.release_rule))


def put_release(asked: Asked) -> Answer:
    """Release orders in waves, or whenever somebody is free."""
    body = asked.fields("mode", "hold_s", "overtaken_s")
    mode, hold_s, overtaken_s = asked.text(body, "mode"), _seconds(body, "hold_s"), _seconds(body, "overtaken_s")
    rule = asked.desk.store.write(lambda tx: waveless.set_release(tx, mode, hold_s, overtaken_s, asked.badge))
    return asdict(rule)


def get_batches(asked: Asked) -> Answer:
    """A page of batches."""
    state, most = _one_of(asked, "state", BATCH_STATES), _limit(asked)
    after = asked.query_number("after", 0, 0, 2**31)
    return asked.desk.store.read(lambda connection: listing.batches(connection, state, after, most))


def get_tasks(asked: Asked) -> Answer:
    """A page of unfinished tasks."""
    kind, most = _one_of(asked, "kind", TASK_KINDS), _limit(asked)
    after = asked.query_number("after", 0, 0, 2**31)
    return asked.desk.store.read(lambda connection: listing.tasks(connection, kind, after, most))


def reassign_task(asked: Asked) -> Answer:
    """Give a task to another person."""
    badge = asked.text(asked.fields("badge"), "badge").strip()
    task = int(asked.path["number"])
    version = asked.desk.store.write(lambda tx: supervise.reassign(tx, task, badge, asked.badge))
    return {"id": f"T{task}", "version": version, "badge": badge}


def cancel_task(asked: Asked) -> Answer:
    """Take a task back, while nothing of it is under way."""
    task = int(asked.path["number"])
    asked.desk.store.write(lambda tx: supervise.cancel_task(tx, task, asked.badge))
    return {"ok": True}


def _limit(asked: Asked) -> int:
    return asked.query_number("limit", 100, 1, 1000)


def _seconds(body: Mapping[str, object], name: str) -> float | None:
    given = body.get(name)
    if isinstance(given, bool) or not isinstance(given, int | float | None):
        raise BadInput("bad_field", f"{name}: a number of seconds is wanted")
    return None if given is None else float(given)


def _one_of(asked: Asked, name: str, known: tuple[str, ...]) -> str:
    found = asked.query(name)
    if found not in known:
        raise BadInput("bad_field", f"{name}: one of {', '.join(known[1:])} is wanted, not {found[:64]!r}")
    return found


ROUTES = (
    Route(Method.GET, "/api/v1/orders", get_orders, LEADS),
    Route(Method.POST, "/api/v1/orders", post_orders, LEADS, most_bytes=16 * MB),
    Route(Method.GET, "/api/v1/orders/<order_ref>", get_order, LEADS),
    Route(Method.POST, "/api/v1/orders/<order_ref>/cancel", cancel_order, LEADS),
    Route(Method.POST, "/api/v1/waves", post_wave, LEADS),
    Route(Method.GET, "/api/v1/release", get_release, LEADS),
    Route(Method.PUT, "/api/v1/release", put_release, LEADS),
    Route(Method.GET, "/api/v1/batches", get_batches, LEADS),
    Route(Method.GET, "/api/v1/tasks", get_tasks, LEADS),
    Route(Method.POST, "/api/v1/tasks/<int(max=2147483647):number>/reassign", reassign_task, LEADS),
    Route(Method.POST, "/api/v1/tasks/<int(max=2147483647):number>/cancel", cancel_task, LEADS),
)

"""How soon every picker has a new tour when an aisle is closed under them, and what scans notice of it.

A served floor, pickers with real sockets who walk batches at a steady pace; then a supervisor closes an aisle by REST:
each time the one that most of them are still to come to. Each device's clock runs from that request to its new task;
scans of the moments before are set beside those meanwhile.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

from server.core.drawn import leads_along
from server.core.layout import Shape, generate, read_layout
from server.core.tabular import OrderRow, SkuRow
from server.core.terms import Role
from server.floor import closing, reroute
from server.floor.guide import Guide
from server.floor.planner import Planner
from server.lab import meter
from server.lab.device import Device, Document, call, log_in
from server.lab.people import Habits, send_home
from server.lab.servers import Running, product
from server.lab.simulate import Crew, Plan, crew_for, release_all
from server.lab.site import Site, build_site
from server.lab.stocking import fill
from server.store import building, migrations
from server.store.transaction import Store

Say = Callable[[str], None]

ORDERS_A_BATCH = 8
LINES_AN_ORDER = 4
BATCHES_A_PICKER = 1.5
WARM_UP_S = 6.0
BEFORE_S = 4.0  # scans so long before a closing are what it is measured against
LEAST_S = 0.5  # of the time that counts as meanwhile
LOOK_EVERY_S = 0.05
AFTER_S = 0.2  # beyond the last new tour: scans that it held up are answered by then
SETTLE_S = 1.5
LARGE = Shape(blocks=3, aisles=100, bays=21, levels=4)
STOPS = 30


@dataclass(frozen=True, slots=True)
class Load:
    """How many people walk, how long they rest between two scans, how many aisles are closed one after the other."""

    pickers: int = 100
    pause_s: float = 1.0
    closings: int = 5
    locations: int = 20_000


@dataclass(frozen=True, slots=True)
class Closing:
    """One aisle closed: how many devices had a stop there that they were still to come to (`affected`), how many whose
    drawn walk led through it got a new tour, and when (ms from the request); scans before and meanwhile.

    `missed` devices were left with a stop in the closed aisle.
    """

    aisle: str
    affected: int
    told: int
    missed: int
    first_ms: float
    median_ms: float
    last_ms: float
    before_ms: tuple[float, ...]
    meanwhile_ms: tuple[float, ...]


@dataclass
class Ear:
    """What devices hear from a moment on: when each was first given a new version of the task that it had."""

    began: float
    had: dict[str, tuple[str, int]]
    heard_ms: dict[str, float] = field(default_factory=dict)

    def hear(self, device: Device, task: Document) -> None:
        """Note a task that comes in."""
        ident, version = self.had[device.name]
        if task["id"] == ident and task["version"] > version:
            self.heard_ms.setdefault(device.name, 1000 * (time.perf_counter() - self.began))

    def last_s(self) -> float:
        """When the last device was told, in seconds."""
        return max(self.heard_ms.values(), default=0.0) / 1000


def bench(load: Load, folder: Path, say: Say) -> dict[str, Any]:
    """Close aisles under walking pickers, then measure one tour on a large floor; returns figures and goals."""
    site = reroute_site(load)
    url = f"sqlite:///{folder}/bench.db"
    _furnish(url, site)
    with product(url, folder) as server:
        closings = asyncio.run(_measure(load, site, server, say))
    say("one tour on 50,400 locations")
    return figures(closings, one_tour(folder))


def reroute_site(load: Load) -> Site:
    """A warehouse of two blocks with batches for every picker, and some to come."""
    aisles = max(2, load.locations // (2 * 25 * 2 * 4))
    document = generate("bench", Shape(blocks=2, aisles=aisles, bays=25, levels=4))
    return _site(document, load.locations // 4, load.pickers, int(load.pickers * BATCHES_A_PICKER) * ORDERS_A_BATCH)


def figures(closings: Sequence[Closing], one_tour_ms: float) -> dict[str, Any]:
    """Medians over the closings, the ratio of scans' p99, and whether each goal is met."""
    before = [ms for one in closings for ms in one.before_ms]
    meanwhile = [ms for one in closings for ms in one.meanwhile_ms]
    found: dict[str, Any] = {
        "closings": [
            asdict(one) | {name: len(asdict(one)[name]) for name in ("before_ms", "meanwhile_ms")} for one in closings
        ],
        "affected": round(median(one.affected for one in closings)),
        "told": round(median(one.told for one in closings)),
        "missed": sum(one.missed for one in closings),
        "first_ms": round(median(one.first_ms for one in closings), 1),
        "median_ms": round(median(one.median_ms for one in closings), 1),
        "last_ms": round(median(one.last_ms for one in closings), 1),
        "slowest_ms": round(max(one.last_ms for one in closings), 1),
        "before_p50_ms": round(meter.percentile(before, 0.50), 2),
        "before_p99_ms": round(meter.percentile(before, 0.99), 2),
        "meanwhile_p50_ms": round(meter.percentile(meanwhile, 0.50), 2),
        "meanwhile_p99_ms": round(meter.percentile(meanwhile, 0.99), 2),
        "one_tour_ms": round(one_tour_ms, 1),
    }
    found["p99_ratio"] = round(found["meanwhile_p99_ms"] / max(0.01, found["before_p99_ms"]), 2)
    limits = {"last_ms": 500.0, "p99_ratio": 2.0, "missed": 0.0, "one_tour_ms": 100.0}
    found["goals"] = {name: {"goal": goal, "met": found[name] <= goal} for name, goal in limits.items()}
    return found


def one_tour(folder: Path) -> float:
    """Milliseconds of a re-route after a blocked aisle on 50,400 locations, from the question to the stored answer."""
    site = _site(generate("large", LARGE), 4000, 1, ORDERS_A_BATCH)
    url = f"sqlite:///{folder}/large.db"
    _furnish(url, site)
    with product(url, folder) as server:
        asyncio.run(release_all(site, server.url))
    store = Store(url)
    guide = Guide(store, Planner())
    try:
        return median(_one_tour(store, guide, aisle) for aisle in _aisles(site)[:: LARGE.aisles // 9])
    finally:
        guide.close()
        store.close()


def _one_tour(store: Store, guide: Guide, aisle: str) -> float:
    revision, closed = store.read(lambda c: (building.active_revision(c), building.closed_places(c)))
    guide.ready(revision, closed)
    segments = guide.closable(revision, closed, aisle)
    number = store.write(lambda tx: closing.close(tx, aisle, "bench", "", segments))
    began = time.perf_counter()
    reroute.answer(store, guide, (1,), reroute.MOST_S)
    took_ms = 1000 * (time.perf_counter() - began)
    store.write(lambda tx: closing.reopen(tx, number, ""))
    return took_ms


def _site(document: dict[str, Any], skus: int, pickers: int, orders: int) -> Site:
    chance = Random(7)
    goods = tuple(SkuRow(f"SKU{n:05}", f"Article {n}") for n in range(skus))
    wanted = tuple(
        OrderRow(f"B{n:05}", line, chance.choice(goods).sku, chance.randint(1, 3), "2026-01-05T08:00:00.000Z")
        for n in range(orders)
        for line in range(1, LINES_AN_ORDER + 1)
    )
    return build_site(goods, wanted, pickers=pickers, packers=1, seed=7, document=document, totes=orders)


def _furnish(url: str, site: Site) -> None:
    store = Store(url)
    migrations.upgrade(store.engine)
    fill(store, site)
    store.close()


def _aisles(site: Site) -> list[str]:
    return [way.code for way in read_layout(site.document).aisles]


async def _measure(load: Load, site: Site, server: Running, say: Say) -> list[Closing]:
    say(f"planning {len({line.order_ref for line in site.orders})} orders")
    await release_all(site, server.url)
    token = await log_in(server.url, site.badges(Role.SUPERVISOR)[0], "bench-lead")
    crew = crew_for(
        site, Plan(pickers=load.pickers, packers=0, seed=7, habits=Habits(pause_s=load.pause_s)), server.url
    )
    for device in crew.devices:
        await device.connect()
    work = [asyncio.create_task(picker.work()) for picker in crew.pickers]
    try:
        await asyncio.sleep(2 * load.pause_s + WARM_UP_S)
        return await _close_in_turn(load, crew, server, token, say)
    finally:
        await send_home(work)
        for device in crew.devices:
            await device.close()


async def _close_in_turn(load: Load, crew: Crew, server: Running, token: str, say: Say) -> list[Closing]:
    found: list[Closing] = []
    for _ in range(load.closings):
        aisle = _busiest(crew, {one.aisle for one in found})
        if not aisle:
            break
        found.append(await _close(crew, server, token, aisle))
        say(_told(found[-1]))
    return found


def _busiest(crew: Crew, but: Collection[str]) -> str:
    """The aisle that most devices are still to come to; "" when nobody is to come to any other."""
    coming = Counter(aisle for device in crew.devices for aisle in _aisles_ahead(device.task) if aisle not in but)
    return max(coming, key=lambda aisle: (coming[aisle], aisle), default="")


async def _close(crew: Crew, server: Running, token: str, aisle: str) -> Closing:
    """Close one aisle, listen, look at what is left in it, and open it again."""
    delays = crew.tally.ack_ms
    first = len(delays)
    await asyncio.sleep(BEFORE_S)
    asked = len(delays)
    had = {device.name: (device.task.get("id", ""), device.task.get("version", 0)) for device in crew.devices}
    affected = sum(aisle in _aisles_ahead(device.task) for device in crew.devices)
    walks = {device.name: device.task.get("path", ()) for device in crew.devices}
    ear = Ear(time.perf_counter(), had)
    for device in crew.devices:
        device.on_task = lambda task, of=device: ear.hear(of, task)
    asking = asyncio.create_task(
        call(server.url, "POST", "/api/v1/closures", {"place": aisle, "reason": "bench"}, token)
    )
    answered = await _until_quiet(ear, asking, delays)
    made = await asking
    until = max(LEAST_S, ear.last_s() + AFTER_S)
    told = max((count for at_s, count in answered if at_s <= until), default=asked)
    missed = sum(aisle in _aisles_ahead(device.task) for device in crew.devices)
    [shut] = (await call(server.url, "GET", "/api/v1/closures", None, token))["closures"]
    await call(server.url, "DELETE", f"/api/v1/closures/{made['id']}", None, token)
    await asyncio.sleep(SETTLE_S)
    cut = {name for name, path in walks.items() if leads_along(path, shut["segments"])}  # others were shortened at last
    heard_ms = sorted(ms for name, ms in ear.heard_ms.items() if name in cut)
    before_ms, meanwhile_ms = tuple(delays[first:asked]), tuple(delays[asked:told])
    return Closing(
        aisle,
        affected,
        len(heard_ms),
        missed,
        min(heard_ms, default=0.0),
        median(heard_ms or [0.0]),
        max(heard_ms, default=0.0),
        before_ms,
        meanwhile_ms,
    )


async def _until_quiet(ear: Ear, asking: "asyncio.Task[Document]", delays: Sequence[float]) -> list[tuple[float, int]]:
    """Until the closing is answered and no device has been told anything for a while; how many scans were answered by
    then, from time to time."""
    answered: list[tuple[float, int]] = []
    quiet_s = SETTLE_S + LEAST_S
    while (now_s := time.perf_counter() - ear.began) < quiet_s:
        quiet_s = SETTLE_S + max(LEAST_S, ear.last_s(), 0.0 if asking.done() else now_s)
        answered.append((now_s, len(delays)))
        await asyncio.sleep(LOOK_EVERY_S)
    return answered


def _aisles_ahead(task: Document) -> frozenset[str]:
    """The aisles that a tour is still to come to, the stop in hand left out. Lines that are cut off wait: no stops."""
    return frozenset(
        str(line["location"]).partition("-")[0]
        for line in task.get("lines", ())
        if line["state"] == "open" and line["location"] != task["at_location"] and line["picked"] < line["qty"]
    )


def _told(one: Closing) -> str:
    return (
        f"{one.aisle}: {one.affected} affected, {one.told} new tours ({one.missed} missed), "
        f"first {one.first_ms:.0f}, median {one.median_ms:.0f}, last {one.last_ms:.0f} ms; scans' p99 "
        f"{meter.percentile(one.before_ms, 0.99):.1f} -> {meter.percentile(one.meanwhile_ms, 0.99):.1f} ms"
    )

"""How many confirmed scans a second, at what CPU and delay, beside a bare echo and a naive endpoint: in one run.

Every figure is the median of several rounds; within a round the three servers are measured one after the other, so that
a change of the machine's speed hits all of them. The servers are processes of their own; this process is the client.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from statistics import median
from typing import Any
from uuid import UUID

import aiohttp
import socketio

from server.core.layout import Shape, generate
from server.core.tabular import OrderRow, SkuRow
from server.lab import baselines, meter
from server.lab.people import Habits, send_home
from server.lab.servers import Running, baseline, product
from server.lab.simulate import Crew, Plan, crew_for, release_all
from server.lab.site import Site, build_site
from server.lab.stocking import fill
from server.store import migrations
from server.store.transaction import Store

Say = Callable[[str], None]

SHELVES = 2_000  # of the naive endpoint
LINES_AN_ORDER = 4
ORDERS_A_BATCH = 8  # a tote each; nobody packs here, so that no tote comes back
SCANS_A_BATCH = 150  # at least, of eight such orders
MOST_SCANS_A_S = 1500  # of the devices that never rest: there must be work for every round
RAMP_S = 2.0

# The goals of the issue that this benchmark was written for: (figure, goal, whether more is better)
GOALS: tuple[tuple[str, float, bool], ...] = (
    ("confirms_per_echo", 0.45, True),
    ("cpu_per_echo", 2.3, False),
    ("cpu_per_naive", 1.0, False),
    ("paced_p99_ms", 10.0, False),
    ("server_pss_mb", 150.0, False),
)


@dataclass(frozen=True, slots=True)
class Load:
    """How the servers are loaded: `devices` that never rest for throughput, `paced` ones at `paced_per_s` for delay."""

    rounds: int = 3
    seconds: float = 6.0
    devices: int = 32
    paced: int = 500
    paced_per_s: float = 250.0
    locations: int = 20_000


@dataclass
class Burst:
    """What one burst came to."""

    scans: int = 0
    seconds: float = 0.0
    cpu_s: float = 0.0
    delays_ms: list[float] = field(default_factory=list)

    @property
    def per_s(self) -> float:
        """Answered scans a second."""
        return self.scans / self.seconds if self.seconds else 0.0

    @property
    def cpu_ms(self) -> float:
        """Server CPU milliseconds a scan."""
        return 1000 * self.cpu_s / self.scans if self.scans else 0.0


def bench(load: Load, folder: Path, say: Say) -> dict[str, Any]:
    """Measure all three servers in `rounds`; returns medians, ratios and goals."""
    site = scan_site(load)
    url = f"sqlite:///{folder}/bench.db"
    store = Store(url)
    migrations.upgrade(store.engine)
    fill(store, site)
    store.close()
    shelf = str(folder / "naive.db")
    baselines.stock_naive(shelf, SHELVES)
    with (
        product(url, _sub(folder, "product")) as ours,
        baseline("echo()", _sub(folder, "echo")) as echo,
        baseline(f"naive({shelf!r})", _sub(folder, "naive")) as naive,
    ):
        return asyncio.run(_measure(load, site, ours, echo, naive, say))


def scan_site(load: Load) -> Site:
    """A warehouse of `load.locations` locations, a batch of eight orders for each device, and more for the busy."""
    chance = Random(7)
    skus = tuple(SkuRow(f"SKU{n:05}", f"Article {n}") for n in range(load.locations // 4))
    devices = load.paced + load.devices
    spare = round(load.rounds * (load.seconds + RAMP_S) * MOST_SCANS_A_S / SCANS_A_BATCH)
    wanted = (devices + spare) * ORDERS_A_BATCH
    orders = tuple(
        OrderRow(f"B{n:05}", line, chance.choice(skus).sku, chance.randint(1, 3), "2026-01-05T08:00:00.000Z")
        for n in range(wanted)
        for line in range(1, LINES_AN_ORDER + 1)
    )
    aisles = max(2, load.locations // (2 * 25 * 2 * 4))
    document = generate("bench", Shape(blocks=2, aisles=aisles, bays=25, levels=4))
    return build_site(skus, orders, pickers=devices, packers=1, seed=7, document=document, totes=wanted)


async def _measure(load: Load, site: Site, ours: Running, echo: Running, naive: Running, say: Say) -> dict[str, Any]:
    say(f"planning {len({line.order_ref for line in site.orders})} orders")
    await release_all(site, ours.url)
    crew = crew_for(site, Plan(pickers=load.paced + load.devices, packers=0, seed=7), ours.url)
    for device in crew.devices:
        await device.connect()
    busy, paced = crew.pickers[: load.devices], crew.pickers[load.devices :]
    rounds = []
    for number in range(1, load.rounds + 1):
        rounds.append(
            {
                "echo": await _echo_burst(echo, load),
                "naive": await _naive_burst(naive, load),
                "ours": await _our_burst(ours, crew, busy, load.seconds, pause_s=0.0),
                "paced": await _our_burst(ours, crew, paced, load.seconds + 4, pause_s=load.paced / load.paced_per_s),
            }
        )
        say(f"round {number}: " + ", ".join(f"{k} {b.per_s:.0f}/s {b.cpu_ms:.2f} ms" for k, b in rounds[-1].items()))
    pss_mb = meter.pss_mb(ours.pid)
    for device in crew.devices:
        await device.close()
    return figures(rounds, pss_mb)


def figures(rounds: Sequence[dict[str, Burst]], pss_mb: float) -> dict[str, Any]:
    """Medians over the rounds, the ratios that the goals speak of, and whether each goal is met."""

    def middle(value: Callable[[dict[str, Burst]], float]) -> float:
        return round(median(value(one) for one in rounds), 3)

    found: dict[str, Any] = {
        "echo_per_s": middle(lambda r: r["echo"].per_s),
        "naive_per_s": middle(lambda r: r["naive"].per_s),
        "confirms_per_s": middle(lambda r: r["ours"].per_s),
        "echo_cpu_ms": middle(lambda r: r["echo"].cpu_ms),
        "naive_cpu_ms": middle(lambda r: r["naive"].cpu_ms),
        "confirm_cpu_ms": middle(lambda r: r["ours"].cpu_ms),
        "confirms_per_echo": middle(lambda r: r["ours"].per_s / r["echo"].per_s),
        "cpu_per_echo": middle(lambda r: r["ours"].cpu_ms / r["echo"].cpu_ms),
        "cpu_per_naive": middle(lambda r: r["ours"].cpu_ms / r["naive"].cpu_ms),
        "paced_per_s": middle(lambda r: r["paced"].per_s),
        "paced_p50_ms": middle(lambda r: meter.percentile(r["paced"].delays_ms, 0.50)),
        "paced_p99_ms": middle(lambda r: meter.percentile(r["paced"].delays_ms, 0.99)),
        "server_pss_mb": round(pss_mb, 1),
        "rounds": len(rounds),
    }
    found["goals"] = {
        name: {"goal": goal, "met": bool(found[name] >= goal if more else found[name] <= goal)}
        for name, goal, more in GOALS
    }
    return found


async def _our_burst(server: Running, crew: Crew, pickers: Sequence[Any], seconds: float, *, pause_s: float) -> Burst:
    """Pickers at work for a while: never resting, or each with a pause so that all of them make a steady stream."""
    for picker in pickers:
        picker.habits = Habits(pause_s=pause_s)
    tally = crew.tally
    work = [asyncio.create_task(_late(picker.work(), pause_s * n / len(pickers))) for n, picker in enumerate(pickers)]
    await asyncio.sleep(RAMP_S + pause_s)
    tally.ack_ms.clear()
    before, cpu, began = tally.counts["acked"], meter.cpu_s(server.pid), time.perf_counter()
    await asyncio.sleep(seconds)
    burst = Burst(
        scans=tally.counts["acked"] - before,
        seconds=time.perf_counter() - began,
        cpu_s=meter.cpu_s(server.pid) - cpu,
        delays_ms=list(tally.ack_ms),
    )
    await _end(work)
    return burst


async def _late(work: Awaitable[None], wait_s: float) -> None:
    await asyncio.sleep(wait_s)
    await work


async def _end(work: Sequence["asyncio.Task[None]"]) -> None:
    """Stop simulated people; whoever had failed before is raised."""
    await send_home(work)
    for task in work:
        failure = None if task.cancelled() else task.exception()
        if failure is not None:
            raise failure


async def _echo_burst(server: Running, load: Load) -> Burst:
    clients = [socketio.AsyncClient() for _ in range(load.devices)]
    for client in clients:
        await client.connect(server.url, transports=["websocket"], wait_timeout=30)

    async def ask(number: int, chance: Random) -> None:
        await clients[number].call("scan", _frame(number, chance), timeout=20)

    burst = await _hammer(server, load, ask)
    for client in clients:
        await client.disconnect()
    return burst


async def _naive_burst(server: Running, load: Load) -> Burst:
    connector = aiohttp.TCPConnector(limit=load.devices)
    async with aiohttp.ClientSession(connector=connector) as session:

        async def ask(number: int, chance: Random) -> None:
            body = _frame(number, chance) | {"label": f"L{chance.randrange(SHELVES)}", "tote": "TOTE-1"}
            async with session.post(f"{server.url}/scan", json=body) as answer:
                await answer.read()

        return await _hammer(server, load, ask)


async def _hammer(server: Running, load: Load, ask: Callable[[int, Random], Awaitable[None]]) -> Burst:
    """Every device asks, waits for the answer and asks again."""
    answered = 0

    async def device(number: int) -> None:
        nonlocal answered
        chance = Random(number)
        while True:
            await ask(number, chance)
            answered += 1

    work = [asyncio.create_task(device(number)) for number in range(load.devices)]
    await asyncio.sleep(RAMP_S)
    before, cpu, began = answered, meter.cpu_s(server.pid), time.perf_counter()
    await asyncio.sleep(load.seconds)
    burst = Burst(answered - before, time.perf_counter() - began, meter.cpu_s(server.pid) - cpu)
    await _end(work)
    return burst


def _frame(number: int, chance: Random) -> dict[str, Any]:
    """A frame as large as a scan's."""
    return {
        "op_id": str(UUID(int=chance.getrandbits(128), version=4)),
        "device": f"sim-pick-{number}",
        "seq": chance.randrange(1_000_000),
        "task": f"T{number}",
        "version": 1,
        "label": "A01-01-1",
        "at": "2026-01-05T08:00:00.000Z",
        "line": number,
    }


def _sub(folder: Path, name: str) -> Path:
    made = folder / name
    made.mkdir()
    return made

"""A day played to the last parcel by simulated people, over real sockets, on a server and a database of its own."""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from statistics import fmean
from typing import Any

from server.core.terms import Role
from server.floor import audit, release, wave_plan
from server.floor.wave_plan import FirstCome
from server.lab import meter, traffic
from server.lab.device import Device, Tally, call, log_in
from server.lab.people import Habits, Packer, Picker, Yard, send_home
from server.lab.servers import Running, product
from server.lab.site import Site
from server.lab.stocking import fill
from server.store import migrations, report
from server.store.transaction import Store, utc_now

Say = Callable[[str], None]

QUIET_CHECK_S = 1.0


@dataclass(frozen=True, slots=True)
class Plan:
    """How a day is played."""

    pickers: int = 12
    packers: int = 4
    seed: int = 1
    drop_acks: float = 0.0
    habits: Habits = field(default_factory=Habits)
    continuous: bool = False  # no waves: whoever is free gets a batch


@dataclass
class Crew:
    """Everyone on the floor, and what their devices saw."""

    yard: Yard
    tally: Tally
    pickers: list[Picker] = field(default_factory=list)
    packers: list[Packer] = field(default_factory=list)

    @property
    def people(self) -> list[Picker | Packer]:
        """Everyone at work."""
        return [*self.pickers, *self.packers]

    @property
    def devices(self) -> list[Device]:
        """Every device of the crew."""
        return [person.device for person in self.people]


def simulate(site: Site, plan: Plan, folder: Path, say: Say) -> dict[str, Any]:
    """Play the whole day in `folder`; returns the figures. `say` is told how far it is, a line at a time."""
    url = f"sqlite:///{folder}/day.db"
    store = Store(url)
    try:
        migrations.upgrade(store.engine)
        say(f"stocking {len(site.skus)} SKUs for {len({line.order_ref for line in site.orders})} orders")
        fill(store, site)
        say("walking first-come batches, for comparison")
        beside = wave_plan.first_come(store.read(lambda connection: release.snapshot(connection, utc_now())))
        with product(url, folder) as server:
            say(f"server at {server.url}; planning")
            played = asyncio.run(_play(site, plan, server, store, say))
        day = store.read(report.day)
        broken = {"invariant_violations": len(store.read(audit.violations))}
        return played | day | compared(day, beside) | broken
    finally:
        store.close()


def compared(day: Mapping[str, Any], beside: FirstCome) -> dict[str, Any]:
    """The day's walk beside what else it might have been: what choosing locations saved, and first-come batches.

    First come: totes on carts in the order in which the orders came, each cart walked over the locations that
    allocation takes first: by location name, in S-shape, and with shortest tours.
    """
    first_m, walk_m = day["walk_first_location_m"], day["walk_m"]
    return {
        "saved_by_choice_m": round(first_m - walk_m, 1),
        "saved_by_choice_percent": _percent(first_m - walk_m, first_m),
        "first_come_name_order_m": round(beside.name_order_m, 1),
        "first_come_s_shape_m": round(beside.s_shape_m, 1),
        "first_come_shortest_m": round(beside.shortest_m, 1),
        "walk_to_first_come_by_name": round(walk_m / beside.name_order_m, 3) if beside.name_order_m else None,
        "walk_to_name_order": round(walk_m / day["walk_name_order_m"], 3) if day["walk_name_order_m"] else None,
        "walk_to_s_shape": round(walk_m / day["walk_s_shape_m"], 3) if day["walk_s_shape_m"] else None,
    }


def _percent(part: float, whole: float) -> float:
    return round(100 * part / whole, 2) if whole else 0.0


def faults(figures: dict[str, Any]) -> list[str]:
    """What must not be after a day: units that are neither shipped nor short, scans not answered, broken invariants."""
    units, scans = figures["units"], figures["scans"]
    wrong = []
    if units["ordered"] != units["shipped"] + units["short"]:
        wrong.append(f"{units['ordered']} units ordered, {units['shipped']} shipped and {units['short']} short")
    if scans["sent"] != scans["acked"]:
        wrong.append(f"{scans['sent']} scans sent, {scans['acked']} answered")
    if figures["invariant_violations"]:
        wrong.append(f"{figures['invariant_violations']} invariants are broken")
    return wrong


def crew_for(site: Site, plan: Plan, url: str) -> Crew:
    """The people of a plan with a device each, not connected yet."""
    crew = Crew(_yard(site), Tally())
    for role, page, count in ((Role.PICKER, "pick", plan.pickers), (Role.PACKER, "pack", plan.packers)):
        for number, badge in enumerate(site.badges(role)[:count]):
            chance = Random(f"{plan.seed} {role} {number}")
            device = Device(url, f"sim-{page}-{number + 1}", badge, page, crew.tally, chance)
            device.drop_acks = plan.drop_acks
            if role is Role.PICKER:
                crew.pickers.append(Picker(device, crew.yard, plan.habits, chance))
            else:
                crew.packers.append(Packer(device, crew.yard, plan.habits, chance))
    return crew


async def release_all(site: Site, url: str) -> dict[str, Any]:
    """Release every waiting order as the supervisor does."""
    token = await log_in(url, site.badges(Role.SUPERVISOR)[0], "sim-lead")
    return await call(url, "POST", "/api/v1/waves", {}, token)


async def release_continuously(site: Site, url: str) -> dict[str, Any]:
    """Have orders released whenever somebody is free; nobody waits for fuller carts, since no more orders come."""
    token = await log_in(url, site.badges(Role.SUPERVISOR)[0], "sim-lead")
    return await call(url, "PUT", "/api/v1/release", {"mode": "continuous", "hold_s": 0}, token)


async def _play(site: Site, plan: Plan, server: Running, store: Store, say: Say) -> dict[str, Any]:
    wave = await (release_continuously if plan.continuous else release_all)(site, server.url)
    say(f"released: {wave}")
    say("walking the wave at people's pace, where aisles are narrow")
    aisles = traffic.of_ready_batches(store, plan.pickers)
    crew = crew_for(site, plan, server.url)
    for device in crew.devices:
        await device.connect()
    cpu_before, began = meter.cpu_s(server.pid), time.perf_counter()
    packing = [asyncio.create_task(packer.work()) for packer in crew.packers]
    picking = [asyncio.create_task(picker.work()) for picker in crew.pickers]
    try:
        await _watch(crew, store, [*picking, *packing], say)
    finally:
        await send_home([*picking, *packing])
        took_s, cpu_s = time.perf_counter() - began, meter.cpu_s(server.pid) - cpu_before
        for device in crew.devices:
            await device.close()
    return aisles | _figures(crew.tally, took_s, cpu_s)


async def _watch(crew: Crew, store: Store, work: Sequence["asyncio.Task[None]"], say: Say) -> None:
    """Until every order is shipped or short; an error of any simulated person ends the day at once."""
    last_said = 0.0
    while True:
        await asyncio.sleep(QUIET_CHECK_S)
        for task in work:
            if task.done() and task.exception() is not None:
                task.result()
        open_orders = store.read(report.open_orders)
        if time.monotonic() - last_said > 5 or not open_orders:
            last_said = time.monotonic()
            say(f"{crew.yard.shipped} parcels shipped, {open_orders} orders open, {crew.tally.counts['acked']} scans")
        if not open_orders:
            crew.yard.closed = True
            return


def _yard(site: Site) -> Yard:
    wrong = [place.location_code for place in site.stock[::50]] + [sku.sku for sku in site.skus[::50]]
    return Yard(deque(site.totes), (*wrong, site.totes[-1], "NO-SUCH-LABEL", "4006381333932"), deque(site.carts))


def _figures(tally: Tally, took_s: float, cpu_s: float) -> dict[str, Any]:
    counts = tally.counts
    return {
        "scans": {name: counts[name] for name in ("sent", "acked", "refused", "replayed")},
        "refusals": dict(tally.codes.most_common()),
        "seconds": round(took_s, 1),
        "scans_per_s": round(counts["acked"] / took_s, 1),
        "server_cpu_ms_per_scan": round(1000 * cpu_s / max(1, counts["acked"]), 3),
        "ack_ms": {
            "p50": round(meter.percentile(tally.ack_ms, 0.50), 2),
            "p95": round(meter.percentile(tally.ack_ms, 0.95), 2),
            "p99": round(meter.percentile(tally.ack_ms, 0.99), 2),
            "mean": round(fmean(tally.ack_ms), 2) if tally.ack_ms else 0.0,
        },
    }

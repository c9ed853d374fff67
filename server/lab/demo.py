"""The example warehouse at work: its own database, the production server, simulated people, a moving board."""

import asyncio
import io
import socket
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import segno

from server.core.errors import FloorError
from server.core.example import example_goods
from server.core.layout import read_layout
from server.core.terms import Role
from server.lab.device import call, log_in
from server.lab.people import Habits, send_home
from server.lab.servers import Running
from server.lab.simulate import Crew, Plan, crew_for
from server.lab.site import Site
from server.lab.stocking import fill
from server.store import migrations, report
from server.store.transaction import Store

WAVE_ORDERS = 24  # released at a time, so that the board shows orders in every state
WAVE_EVERY_S = 45.0


@dataclass(frozen=True, slots=True)
class Demo:
    """How the example is played: simulated people, how long each rests before a scan, and when to end."""

    pickers: int = 3
    packers: int = 2
    pause_s: float = 1.2
    seed: int = 1
    until_shipped: int = 0  # 0: until it is told to stop


def example_site(document: dict[str, object], seed: int) -> Site:
    """The example warehouse: goods, stock with lots and expiries, waiting orders and people, due around today."""
    example = example_goods(read_layout(document), seed, today=datetime.now(UTC).date())
    return Site(
        document=document,
        skus=example.skus,
        stock=example.stock,
        orders=example.orders,
        people=example.people,
        carts=tuple(f"CART-{n:02}" for n in range(1, 13)),
        totes=tuple(f"TOTE-{n:04}" for n in range(1, 601)),
    )


def furnish(path: Path, site: Site) -> str:
    """Make the example's database anew at `path`; returns its URL."""
    path.parent.mkdir(parents=True, exist_ok=True)
    for leftover in path.parent.glob(path.name + "*"):
        leftover.unlink()
    url = f"sqlite:///{path.absolute()}"
    store = Store(url)
    try:
        migrations.upgrade(store.engine)
        fill(store, site)
    finally:
        store.close()
    return url


def welcome(site: Site, server: Running, address: str) -> str:
    """What is printed once it runs: where to look, a QR code for a phone, and badges to log in with."""
    phone = f"http://{address}:{server.url.rpartition(':')[2]}/" if address else f"{server.url}/"
    drawn = io.StringIO()
    segno.make(phone, error="m").terminal(drawn, compact=True, border=2)
    badges = "\n".join(f"  {role.value:<11} {guest_badge(site, role)}" for role in Role if site.badges(role))
    return (
        f"\nGangway is running. Stop it with Ctrl-C.\n\n"
        f"  handheld     {server.url}/      (on a phone: {phone})\n"
        f"  packing      {server.url}/pack\n"
        f"  floor board  {server.url}/board\n\n{drawn.getvalue()}\n"
        f"Badges to log in with (type or scan them):\n{badges}\n\n"
        f"A cart to take: {site.carts[-1]}. Empty totes: {site.totes[-1]}, {site.totes[-2]}, {site.totes[-3]}.\n"
    )


def guest_badge(site: Site, role: Role) -> str:
    """The badge of that role which nobody simulated wears."""
    return site.badges(role)[-1]


def address(host: str) -> str:
    """Where a phone finds a server that listens on `host`; "" when nowhere. Nothing is sent to find out."""
    if host != "0.0.0.0":
        return "" if host.startswith("127.") else host
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # TEST-NET-1: a datagram socket's connect only chooses the way out
        except OSError:
            return ""
        return str(probe.getsockname()[0])


async def play(site: Site, demo: Demo, server: Running, store: Store, say: Callable[[str], None]) -> None:
    """Release waves and let the simulated people work, until stopped or enough has shipped."""
    plan = Plan(demo.pickers, demo.packers, demo.seed, habits=Habits(0.03, 0.01, demo.pause_s))
    crew = crew_for(_without_guests(site), plan, server.url)
    for device in crew.devices:
        await device.connect()
    work = [asyncio.create_task(person.work()) for person in crew.people]
    releasing = asyncio.create_task(_release(site, server, say))
    try:
        await _until(crew, demo, [*work, releasing], store, say)
    finally:
        await send_home([*work, releasing])
        for device in crew.devices:
            await device.close()


async def _until(
    crew: Crew, demo: Demo, work: list["asyncio.Task[None]"], store: Store, say: Callable[[str], None]
) -> None:
    told = 0
    while not (demo.until_shipped and crew.yard.shipped >= demo.until_shipped):
        await asyncio.sleep(0.5)
        for task in work:
            if task.done() and task.exception() is not None:
                task.result()
        if crew.yard.shipped > told:
            told = crew.yard.shipped
            say(f"{told} parcels shipped, {store.read(report.open_orders)} orders to go")


async def _release(site: Site, server: Running, say: Callable[[str], None]) -> None:
    """A wave now and then, as a supervisor would."""
    token = await log_in(server.url, site.badges(Role.SUPERVISOR)[0], "demo-lead")
    while True:
        try:
            await call(server.url, "POST", "/api/v1/waves", {"max_orders": WAVE_ORDERS}, token)
        except FloorError as error:
            say(f"no wave released: {error.message}")
        await asyncio.sleep(WAVE_EVERY_S)


def _without_guests(site: Site) -> Site:
    """The site as the simulated people see it: the last badge, cart and totes are a guest's."""
    kept = tuple(person for person in site.people if person.badge != guest_badge(site, person.role))
    return replace(site, people=kept, carts=site.carts[:-2], totes=site.totes[:-20])

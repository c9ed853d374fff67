"""A floor for one handheld: pickers with a long batch each, what each must scan, and a network that can fail."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from random import Random
from typing import Any

from sqlalchemy import select

from server.core.layout import Shape, generate
from server.core.tabular import OrderRow, SkuRow
from server.floor.document import task_document
from server.lab.site import Site, build_site
from server.lab.stocking import fill
from server.store import migrations
from server.store.schema import events, tasks
from server.store.transaction import Store

Document = dict[str, Any]

ORDERS_A_BATCH = 8
LINES_AN_ORDER = 8
UNITS_A_LINE = 6  # as many as are counted one by one
PLACES = Shape(blocks=2, aisles=10, bays=25, levels=4)


def long_walks(pickers: int, batches: int) -> Site:
    """4,000 locations, and `batches` batches of 64 lines with six units each: some 500 scans a batch."""
    chance = Random(4)
    skus = tuple(SkuRow(f"SKU{n:04}", f"Article {n}") for n in range(400))
    orders = tuple(
        OrderRow(f"H{n:04}", line, chance.choice(skus).sku, UNITS_A_LINE, "2026-01-05T08:00:00.000Z")
        for n in range(batches * ORDERS_A_BATCH)
        for line in range(1, LINES_AN_ORDER + 1)
    )
    document = generate("handheld", PLACES)
    return build_site(skus, orders, pickers=pickers, packers=1, seed=4, document=document, totes=batches * 20)


def furnish(url: str, site: Site) -> None:
    """Put a site into a new database."""
    store = Store(url)
    try:
        migrations.upgrade(store.engine)
        fill(store, site)
    finally:
        store.close()


def standing(store: Store, badge: str) -> Document:
    """The picker's unfinished task as the server would send it; {} when there is none."""
    query = select(tasks.c.id).where(tasks.c.badge == badge, tasks.c.ended_at == "").order_by(tasks.c.id.desc())
    number = store.read(lambda c: c.execute(query).scalar())
    return {} if number is None else store.read(lambda c: task_document(c, number))


def labels_of(store: Store, device: str) -> list[str]:
    """Every label that a device's intents brought, in the order of `seq`."""
    query = select(events.c.label).where(events.c.device == device, events.c.op_id.is_not(None)).order_by(events.c.seq)
    return list(store.read(lambda c: c.execute(query).scalars().all()))


def walk(task: Document, totes: Iterator[str]) -> list[str]:
    """What is scanned from here to the last line's tote, when everything is there: shelf, units, tote."""
    bound = {slot["slot"]: slot["tote"] for slot in task["totes"] if slot["tote"]}
    at, scans = task["at_location"], []
    for line in task["lines"]:
        if line["state"] != "open":
            continue
        if line["location"] != at:
            scans.append(line["location"])
            at = line["location"]
        scans += [line["labels"][0]["key"]] * (line["qty"] - line["picked"])
        if line["slot"] not in bound:
            bound[line["slot"]] = next(totes)
        scans.append(bound[line["slot"]])
    return scans


@dataclass
class Air:
    """What lies between the handheld and the server: bytes pass, or they do not, or only one way."""

    port: int
    there: bool = True
    deaf: bool = False  # what the server says gets lost
    target: int = 0
    _open: set[asyncio.StreamWriter] = field(default_factory=set)

    @property
    def url(self) -> str:
        """Where the page is served from."""
        return f"http://127.0.0.1:{self.port}"

    def cut(self) -> None:
        """The network is gone, with every connection over it."""
        self.there = False
        for writer in self._open:
            writer.transport.abort()

    def lose_answers(self) -> None:
        """What the server says does not arrive; what is said to it does."""
        self.deaf = True

    def back(self) -> None:
        """The network is there again, both ways."""
        self.there, self.deaf = True, False

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, from its first byte to its last."""
        if not self.there:
            writer.transport.abort()
            return
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:  # the server is down
            writer.transport.abort()
            return
        ends = {writer, far_writer}
        self._open |= ends
        await asyncio.gather(self._pass(reader, far_writer, back=False), self._pass(far_reader, writer, back=True))
        self._open -= ends

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, back: bool) -> None:
        with suppress(OSError):
            while heard := await reader.read(65536):
                if not (back and self.deaf):
                    writer.write(heard)
                    await writer.drain()
        writer.close()


@asynccontextmanager
async def air(port: int) -> AsyncIterator[Air]:
    """An `Air` in front of the server at this port, which may come and go."""
    between = Air(0, target=port)
    listener = await asyncio.start_server(between.carry, "127.0.0.1", 0)
    between.port = listener.sockets[0].getsockname()[1]
    try:
        yield between
    finally:
        listener.close()
        between.cut()


def crew(site: Site) -> Sequence[str]:
    """The pickers' badges."""
    return [person.badge for person in site.people if person.role == "picker"]

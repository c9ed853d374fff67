"""The floor of the cases behind a real server: `gangway serve` on a SQLite file, and devices that speak its protocol.

A server starts once for all cases. Before each way of each case its database is brought back, as a whole and in one
transaction, to what the case begins with: SQLite copies one database over another (sqlite3.Connection.backup) under
the locks that every writer takes. What the server keeps beside the database is its sockets, which every way opens anew,
and what it has still to tell, which it reads when it tells it. It plans nothing: this house has no layout, so that no
tour is solved or proven anew in the background, and a case ends as the rules and the ledger say.
"""

import sqlite3
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import ExitStack, asynccontextmanager, closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from types import MappingProxyType

from sqlalchemy import Connection, delete, insert, select

from server.lab.cases import play
from server.lab.cases.calendar import as_of
from server.lab.cases.setup import Stand, set_up
from server.lab.cases.world import CARRIER, LEAD, PACKER, Row, Said, furnish
from server.lab.device import Device, Tally, call, log_in
from server.lab.servers import product
from server.store import migrations, tasks
from server.store import schema as s
from server.store.transaction import Store

TOLD_WITHIN_S = 30.0
DESK = "desk-1"
# What a supervisor does over REST: method, path, and where in the deed the fields of the body stand
AT_THE_DESK: Mapping[str, tuple[str, str, Mapping[str, str]]] = MappingProxyType(
    {
        "carrier": ("PUT", "carriers/{carrier}", {"state": "state"}),
        "cancel_order": ("POST", "orders/{order}/cancel", {"why": "why"}),
        "cancel_task": ("POST", "tasks/{task}/cancel", {}),
        "reassign": ("POST", "tasks/{task}/reassign", {"badge": "to"}),
    }
)


@dataclass
class House:
    """A served floor, and what each case begins with."""

    url: str
    store: Store  # the served database, looked at beside the server
    served: sqlite3.Connection  # the same
    furnished: sqlite3.Connection  # as it is before any case, in memory
    begun: Store  # as the case in hand begins
    image: sqlite3.Connection  # the same
    world: Said
    seats: Sequence[Row] = ()  # who is logged in where when a case begins

    def keep_seats(self) -> None:
        """Whoever is logged in now is so at the beginning of every case."""
        with self.looking() as c:
            self.seats = [dict(row._mapping) for row in c.execute(select(s.devices))]

    def take(self, case: Said) -> tuple[Said, Stand]:
        """A case on today's calendar; its beginning can be brought back from now on."""
        today = datetime.now(UTC).date()
        case, world = as_of(today, case), as_of(today, self.world)
        self.furnished.backup(self.image)
        with self.begun.engine.connect().execution_options(gangway_writes=True) as c, c.begin():
            if self.seats:
                c.execute(insert(s.devices), self.seats)
            stand = set_up(c, world, case)
        return case, stand

    def bring_back(self) -> None:
        """The served database is as the case in hand begins."""
        self.image.backup(self.served)

    @contextmanager
    def looking(self) -> Iterator[Connection]:
        """What is committed."""
        with self.store.engine.connect() as c:
            yield c

    @asynccontextmanager
    async def device(self, badge: str, name: str, token: str = "") -> AsyncIterator[Device]:
        """A device at which this person logs in, and that has been told their task; by its token another tab of it."""
        device = Device(self.url, name, badge, "pack" if badge == PACKER else "pick", Tally(), Random(0))
        await (device.open(token) if token else device.connect())
        await device.wait_for_change(TOLD_WITHIN_S)
        try:
            yield device
        finally:
            await device.close()

    async def do(self, deed: Said, stand: Stand) -> None:
        """What a supervisor, the shop or another device of the same person does meanwhile."""
        if deed["deed"] == "next_task":
            return  # the server has told it by itself
        if deed["deed"] == "pick":
            await self._pick(deed, stand)
            return
        method, path, body = AT_THE_DESK[deed["deed"]]
        token = await log_in(self.url, LEAD, DESK)
        where = f"/api/v1/{path.format(task=stand.task[1:], carrier=CARRIER, **deed)}"
        await call(self.url, method, where, {name: deed[said] for name, said in body.items()}, token)

    async def _pick(self, deed: Said, stand: Stand) -> None:
        async with self.device(stand.badge, "hh-9") as other:
            with self.looking() as c:
                screen = play.first_screen(c, stand)
            for seq, label in enumerate(deed["scans"], start=1):
                screen = screen.after(await other.carry(play.frame(play.intent_of(label, seq, screen, "hh-9"))))

    def push_anew(self, stand: Stand) -> None:
        """The task gets a new version while its device cannot hear of it."""
        self.store.write(lambda tx: tasks.next_version(tx.connection, int(stand.task[1:])))


@contextmanager
def served(folder: Path, world: Said) -> Iterator[House]:
    """The house, for as long as the `with` lasts; its databases lie in `folder`, which is made."""
    folder.mkdir()
    with ExitStack() as stack:
        store, begun = (
            stack.enter_context(closing(Store(f"sqlite:///{folder}/{name}"))) for name in ("served.db", "begun.db")
        )
        file, furnished, image = (
            stack.enter_context(closing(sqlite3.connect(where)))
            for where in (folder / "served.db", ":memory:", folder / "begun.db")
        )
        migrations.upgrade(store.engine)
        store.write(lambda tx: _furnish(tx.connection, world))
        file.backup(furnished)
        server = stack.enter_context(product(store.url, folder))
        yield House(server.url, store, file, furnished, begun, image, world)


def _furnish(c: Connection, world: Said) -> None:
    furnish(c, world)
    c.execute(delete(s.layouts))

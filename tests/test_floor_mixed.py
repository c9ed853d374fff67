"""A day on which everything happens at once, in an order that chance decides: nothing is promised twice, lost or left.

Waves, continuous release, urgent orders that join, plans that come too late, closings, shorts, cancelled orders, tours
handed over or taken back, breaks, log-outs. After every step the audit is asked; at the end all that can be walked is
walked, and no order is left waiting.
"""

import random
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest
from sqlalchemy import Connection, and_, func, select

from server.core.errors import Conflict, FloorError
from server.core.layout import Shape, generate, read_layout
from server.core.tabular import PersonRow, SkuRow
from server.core.terms import Act, Role
from server.floor import audit, closing, join, load, login, release, reroute, supervise, waveless
from server.floor.document import task_document
from server.floor.guide import Guide
from server.floor.release import Snapshot
from server.floor.wave import release_wave, take
from server.store import building, lines
from server.store import schema as s
from server.store.transaction import News, Store, utc_now
from tests import loaded_floor as files
from tests.small_floor import Hand
from tests.test_floor_reroute import Here

DOCUMENT = generate("mixed", Shape(blocks=2, aisles=4, bays=3, levels=1, stations=2, capacity=1))
LAYOUT = read_layout(DOCUMENT)
PLACES = sorted(LAYOUT.access)
BADGES = ("P-1", "P-2", "P-3")
SKUS = tuple(f"SKU-{n}" for n in range(8))
STEPS = 40
WALKED = select(s.batches.c.id).where(s.batches.c.state == "picking")
OPEN = select(s.orders.c.order_ref).where(s.orders.c.state.in_(("waiting", "picking")))


class Day:
    """The house, its pickers, and what may happen next."""

    def __init__(self, store: Store, seed: int) -> None:
        """Three pickers with carts of four totes; each SKU lies in three places, one of them older."""
        self.store, self.chance, self.orders = store, random.Random(seed), 0
        self.guide = Guide(store, Here())
        self.late: list[Snapshot] = []
        self.heard: list[News] = []
        store.listen(self.heard.extend)
        self._furnish()
        self.hands = {badge: Hand(store, badge) for badge in BADGES}
        for badge in BADGES:
            self.come(badge)

    def _furnish(self) -> None:
        days = ("2026-01-01", "2026-02-01", "2026-02-01")
        lots = [
            files.lot(place, sku, 25, lot=f"L{day[5:7]}", received_at=day)
            for n, sku in enumerate(SKUS)
            for place, day in zip(PLACES[3 * n : 3 * n + 3], days, strict=True)
        ]
        self.store.write(lambda tx: load.load_layout(tx, DOCUMENT))
        goods = files.skus(*(SkuRow(sku, sku, volume_ml=2_000) for sku in SKUS))
        self.store.write(lambda tx: load.take(tx, goods))
        self.store.write(lambda tx: load.take(tx, files.stock(*lots)))
        rows = [PersonRow(badge, badge, Role.PICKER) for badge in BADGES]
        self.store.write(lambda tx: load.take(tx, files.people(*rows)))
        totes = [f"T-{n:02}" for n in range(80)]
        carts = [f"C-{badge}" for badge in BADGES]
        self.store.write(lambda tx: load.load_equipment(tx, carts=carts, slots=4, totes=totes, cartons={}))

    def come(self, badge: str) -> None:
        """Log in, and take the cart."""
        self.hands[badge].begin()
        self.hands[badge].scan(f"C-{badge}")

    def enter(self) -> None:
        """Orders come in: most of them calm, some due, some urgent."""
        rows = []
        for _ in range(self.chance.randint(1, 4)):
            self.orders += 1
            lines = [(sku, self.chance.randint(1, 5)) for sku in self.chance.sample(SKUS, self.chance.randint(1, 3))]
            due_at = self.chance.choice(("", "", "2099-01-01T00:00:00.000Z", "2026-01-01T00:00:00.000Z"))
            rows += files.order(f"O{self.orders:03}", lines, due_at=due_at, priority=self.chance.choice((0, 0, 0, 5)))
        self.store.write(lambda tx: load.take(tx, files.orders(*rows)))

    def wave(self) -> None:
        """A supervisor releases what waits, or a part of it."""
        release_wave(self.store, max_orders=self.chance.choice((None, 2)), join=self.chance.random() < 0.5)

    def without_waves(self) -> None:
        """The house releases by itself for a moment."""
        self.store.write(lambda tx: waveless.set_release(tx, "continuous", self.chance.choice((0.0, 60.0))))
        waveless.release_next(self.store)
        self.store.write(lambda tx: waveless.set_release(tx, "waves"))

    def join(self) -> None:
        """Urgent orders join batches under way."""
        join.join_urgent(self.store)

    def think(self) -> None:
        """Somebody begins to plan a wave; what comes of it is known later."""
        self.late.append(self.store.read(lambda c: release.snapshot(c, utc_now())))

    def take_late(self) -> None:
        """A plan made of what was there then: it is taken whole, or not at all."""
        if self.late:
            plan = release.plan_wave(self.late.pop(0))
            before = self.stock()
            try:
                self.store.write(lambda tx: take(tx, plan))
            except Conflict:
                assert self.stock() == before

    def close(self) -> None:
        """A place is closed, and every tour through it is walked otherwise."""
        place = self.chance.choice([way.code for way in LAYOUT.ways])
        revision, closed = self.store.read(lambda c: (building.active_revision(c), building.closed_places(c)))
        with suppress(FloorError):
            shut = self.guide.closable(revision, closed, place)
            self.store.write(lambda tx: closing.close(tx, place, "spill", "", shut))

    def reopen(self) -> None:
        """All ways are open again."""
        for number in self.ids(select(s.closures.c.id).where(s.closures.c.opened_at == "")):
            self.store.write(lambda tx, n=number: closing.reopen(tx, n, ""))  # type: ignore[misc]

    def walk(self) -> None:
        """Somebody does what is right, a few times."""
        badge = self.chance.choice(BADGES)
        for _ in range(self.chance.randint(1, 12)):
            self.go_on(badge)

    def short(self) -> None:
        """Somebody finds less than was promised."""
        self.tap(Act.SHORT, qty=self.chance.randint(0, 1), reason=self.chance.choice(("missing", "damaged")))

    def block(self) -> None:
        """Somebody cannot get on."""
        self.tap(Act.WAY_BLOCKED)

    def pause(self) -> None:
        """A break, or the end of one."""
        self.tap(self.chance.choice((Act.PAUSE, Act.RESUME)))

    def cancel(self) -> None:
        """A customer does not want it any more."""
        if self.orders:
            order_ref = f"O{self.chance.randint(1, self.orders):03}"
            self.lead(lambda tx: supervise.cancel_order(tx, order_ref, "customer"))

    def hand_over(self) -> None:
        """A supervisor gives a tour to somebody else, or takes it back."""
        walked = select(s.tasks.c.id).where(s.tasks.c.ended_at == "", s.tasks.c.batch_id.is_not(None))
        task_id = next(iter(self.ids(walked)), 0)
        if self.chance.random() < 0.5:
            self.lead(lambda tx: supervise.reassign(tx, task_id, self.chance.choice(BADGES), "S-1"))
        else:
            self.lead(lambda tx: supervise.cancel_task(tx, task_id, "S-1"))

    def go_home(self) -> None:
        """Somebody logs out, wherever they are; their task stays."""
        badge = self.chance.choice(BADGES)
        self.store.write(lambda tx: login.log_out(tx, badge, f"dev-{badge}"))

    def return_(self) -> None:
        """Somebody is there again."""
        self.come(self.chance.choice(BADGES))

    def lead(self, job: Callable[[Any], object]) -> None:
        """Do what a supervisor may; what is not possible now is refused and changes nothing."""
        with suppress(FloorError):
            self.store.write(job)

    def tap(self, act: Act, qty: int | None = None, reason: str = "") -> None:
        """Somebody taps, on the line that their device shows."""
        badge = self.chance.choice(BADGES)
        held = self.held(badge)
        if held is not None:
            hand = self.hands[badge]
            fields = {"act": act, "qty": qty, "reason": reason, "line": held.get("line") or 0}
            hand.send(hand.intent("", version=held["version"], **fields))

    def held(self, badge: str) -> dict[str, Any] | None:
        """The task that this person stands in, as their device shows it; None when they are not there."""
        here = select(func.count()).select_from(s.devices).where(s.devices.c.badge == badge)
        if not self.store.read(lambda c: c.execute(here).scalar()):
            return None
        hand = self.hands[badge]
        hand.begin()
        return self.store.read(lambda c: task_document(c, int(hand.task[1:])))

    def go_on(self, badge: str) -> None:
        """What a picker who makes no mistake does next."""
        held = self.held(badge)
        if held is None:
            return
        label, act = self.right(badge, held)
        hand = self.hands[badge]
        hand.send(hand.intent(label, act=act, line=held.get("line") or 0, version=held["version"]))

    def right(self, badge: str, held: dict[str, Any]) -> tuple[str, Act]:
        """The label that is wanted, or the tap."""
        if held["kind"] == "put_back":
            label = {"tote": held["tote"], "item": held["sku"], "location": held["location"] or PLACES[0]}
            return (label[held["state"]], Act.SCAN) if held["state"] in label else ("", Act.COMPLETE)
        if held["asked"]:
            return "", Act.CONFIRM
        line = next((line for line in held["lines"] if line["id"] == held["line"]), None)
        if line is None:
            return ("PACK-1" if held["state"] == "station" else f"C-{badge}"), Act.SCAN
        free = self.ids(select(s.totes.c.tote).where(s.totes.c.state == "free").order_by(s.totes.c.tote))
        labels = {"location": line["location"], "item": line["sku"], "tote": line["tote"] or free[0]}
        return (labels[held["state"]], Act.SCAN) if held["state"] in labels else ("", Act.COMPLETE)

    def reroute(self) -> None:
        """What the rerouter does with all that it has heard, at once."""
        while self.heard:
            news, self.heard[:] = list(self.heard), []
            for item in news:
                if item.kind == "blocked":
                    reroute.place_report(self.store, self.guide, item.ref)
                walked = self.ids(select(s.batches.c.id).where(s.batches.c.state.in_(("ready", "picking"))))
                batch_ids = {"reroute": (item.ref,), "closed": walked, "opened": walked}.get(item.kind)
                if batch_ids:
                    reroute.answer(self.store, self.guide, batch_ids, 0.01 * len(batch_ids))

    def ids(self, query: Any) -> list[Any]:
        """The first column of what a SELECT finds."""
        return self.store.read(lambda c: list(c.execute(query).scalars()))

    def stock(self) -> list[tuple[Any, ...]]:
        """Every row of the running sums."""
        query = select(s.stock).order_by(*s.stock.primary_key)
        return self.store.read(lambda c: [tuple(row) for row in c.execute(query)])

    def check(self) -> None:
        """No invariant is broken, nobody who is away was given work, and no tour leads through what is closed."""
        assert self.store.read(audit.violations) == []
        orphans = (
            select(s.batches.c.id)
            .outerjoin(s.tasks, and_(s.tasks.c.batch_id == s.batches.c.id, s.tasks.c.ended_at == ""))
            .where(s.batches.c.state == "picking", s.tasks.c.id.is_(None))
        )
        assert self.ids(orphans) == []
        assert self.store.read(led_through_closed_ways) == []

    def end(self) -> None:
        """Everything is open, everybody there; what waits is released, and all of it walked."""
        self.reopen()
        self.reroute()
        for badge in BADGES:
            self.come(badge)
        for _ in range(40):
            self.store.write(lambda tx: waveless.set_release(tx, "continuous", 0.0))
            waveless.release_next(self.store)
            self.reroute()
            for _ in range(20):
                if not self.ids(WALKED):
                    break
                for badge in BADGES * 5:
                    self.go_on(badge)
            self.check()
            if not self.ids(OPEN):
                return


def led_through_closed_ways(connection: Connection) -> list[int]:
    """Batches of which nothing is walked yet, whose tours lead through what is closed to lines that can be reached."""
    numbers = connection.execute(select(s.closures.c.id).where(s.closures.c.opened_at == "")).scalars().all()
    asked = [(number, state) for number in numbers for state in ("ready", "picking")]
    cut = {batch_id for number, state in asked for batch_id in reroute.cut_by(connection, number, state)}
    open_ones = [batch_id for batch_id in cut if lines.tour_lines(connection, batch_id)]
    walkers = {batch_id: lines.walker(connection, batch_id) for batch_id in open_ones}
    return [number for number, task in walkers.items() if task is None or not closing.where(connection, task)]


@pytest.fixture
def store(migrated_database_url: str) -> Iterator[Store]:
    """An empty house."""
    opened = Store(migrated_database_url)
    yield opened
    opened.close()


@pytest.mark.parametrize("seed", [1])
def test_whatever_happens_at_once_nothing_is_promised_twice_lost_or_left(store: Store, seed: int) -> None:
    """Forty steps by chance, audited one by one; then every order is picked, short or cancelled."""
    day = Day(store, seed)
    steps = [
        day.wave,
        day.without_waves,
        day.join,
        day.think,
        day.take_late,
        day.close,
        day.reopen,
        day.short,
        day.block,
    ]
    steps += [day.pause, day.cancel, day.hand_over, day.go_home, day.return_, *[day.enter] * 2, *[day.walk] * 6]
    for _ in range(STEPS):
        day.chance.choice(steps)()
        day.reroute()
        day.check()
    day.end()
    assert day.ids(OPEN) == []
    assert set(day.ids(select(s.batches.c.state))) <= {"picked", "cancelled"}

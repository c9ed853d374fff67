"""Simulated pickers and packers: they read their task and scan what it wants, now and then something wrong."""

import asyncio
from collections import deque
from collections.abc import Collection
from dataclasses import dataclass, field
from random import Random

from server.lab.device import Device, Document

REFUSED = ("bad", "warn")
LOOK_AGAIN_S = 5.0  # without a new tote, a packer looks at those that were put aside


@dataclass(frozen=True, slots=True)
class Habits:
    """How people behave: shares of 1 of wrong scans and of lines found short, and the pause before each scan."""

    wrong_scan_rate: float = 0.0
    short_rate: float = 0.0
    pause_s: float = 0.0


@dataclass
class Yard:
    """What the simulated people share: empty totes, full ones on their way to the bench, and wrong labels to scan."""

    empty_totes: deque[str]
    wrong_labels: tuple[str, ...]
    carts: deque[str]
    staged: asyncio.Queue[str] = field(default_factory=asyncio.Queue)
    put_aside: dict[str, set[str]] = field(default_factory=dict)  # by order: totes that wait for the rest of it
    order_of: dict[str, str] = field(default_factory=dict)  # by tote
    shipped: int = 0
    closed: bool = False  # nothing more will be picked

    def stage(self, task: Document) -> None:
        """A cart has reached the benches: its totes, and those that waited for them, can be packed."""
        for order, tote in {(line["order"], line["tote"]) for line in task["lines"]}:
            ready = self.put_aside.pop(order, set())
            if tote:
                self.order_of[tote] = order
                ready.add(tote)
            for label in sorted(ready)[:1]:  # any tote opens its order: one of them is enough to begin
                self.staged.put_nowait(label)

    def look_again(self) -> None:
        """Try every order that was put aside once more: its last lines may have been short."""
        for totes in self.put_aside.values():
            self.staged.put_nowait(min(totes))
        self.put_aside.clear()


class Picker:
    """Takes a cart, walks tours, scans location, item and tote, and brings the cart to a station."""

    def __init__(self, device: Device, yard: Yard, habits: Habits, chance: Random) -> None:
        self.device, self.yard, self.habits, self.chance = device, yard, habits, chance
        self.short_lines: set[int] = set()
        self.seen_lines: set[int] = set()

    async def work(self) -> None:
        """Pick until the yard is closed and no batch is left."""
        while not self.yard.closed or self.device.task.get("state") not in ("waiting", "cart", None):
            await self._pause()
            await self._act()

    async def _act(self) -> None:
        task = self.device.task
        state = task.get("state", "")
        if state == "cart":
            await self.device.send(self.yard.carts.popleft())
        elif state in ("waiting", "done", ""):
            await self.device.wait_for_change(0.5)
        elif str(task.get("asked", "")).startswith("zero"):
            await self.device.send("", act="zero", qty=0)
        elif state == "station":
            await self._bring(task)
        else:
            await self._pick(task, state)

    async def _bring(self, task: Document) -> None:
        reply = await self.device.send(task.get("station") or self.chance.choice(task["stations"]))
        if reply["tone"] not in REFUSED:
            self.yard.stage(task)

    async def _pick(self, task: Document, state: str) -> None:
        line = next((line for line in task["lines"] if line["id"] == task["line"]), None)
        if line is None:  # the tour has changed; the new one is on its way
            if not await self.device.wait_for_change(2):
                await self.device.sync()
            return
        if self.chance.random() < self.habits.wrong_scan_rate:
            await self.device.send(self.chance.choice(self.yard.wrong_labels))
        elif self._finds_it_short(line, state):
            self.short_lines.add(line["id"])
            await self.device.send("", act="short", reason="not_there")
        else:
            await self._scan(task, line, state)

    def _finds_it_short(self, line: Document, state: str) -> bool:
        if state != "item" or line["id"] in self.seen_lines:
            return False
        self.seen_lines.add(line["id"])
        return self.chance.random() < self.habits.short_rate

    async def _scan(self, task: Document, line: Document, state: str) -> None:
        if state == "location":
            await self.device.send(line["location"])
        elif state == "item":
            await self.device.send(item_label(line))
        elif state == "quantity":
            await self.device.send("", act="quantity", qty=line["qty"] - line["picked"])
        elif state == "tote":
            await self._put(line)

    async def _put(self, line: Document) -> None:
        tote = line["tote"] or self.yard.empty_totes.popleft()
        reply = await self.device.send(tote)
        if reply["tone"] in REFUSED and not line["tote"]:
            self.yard.empty_totes.append(tote)

    async def _pause(self) -> None:
        await asyncio.sleep(self.habits.pause_s * self.chance.uniform(0.5, 1.5))


class Packer:
    """Takes staged totes, verifies every unit into a carton, closes it."""

    def __init__(self, device: Device, yard: Yard, habits: Habits, chance: Random) -> None:
        self.device, self.yard, self.habits, self.chance = device, yard, habits, chance

    async def work(self) -> None:
        """Pack until cancelled."""
        while True:
            await asyncio.sleep(self.habits.pause_s * self.chance.uniform(0.5, 1.5))
            await self._act()

    async def _act(self) -> None:
        task = self.device.task
        state = task.get("state", "")
        if state == "tote":
            await self._take_tote()
        elif state == "carton":
            await self._take_carton(task)
        elif state in ("item", "quantity"):
            await self._verify(task, state)
        elif state == "close":
            await self._close(task)
        else:
            await self.device.wait_for_change(0.5)

    async def _take_tote(self) -> None:
        """The next tote from the conveyor; when none comes for a while, a look at those that were put aside."""
        try:
            tote = await asyncio.wait_for(self.yard.staged.get(), LOOK_AGAIN_S)
        except TimeoutError:
            self.yard.look_again()
        else:
            await self._open(tote)

    async def _open(self, tote: str) -> None:
        self.device.changed.clear()
        reply = await self.device.send(tote)
        if reply["tone"] not in REFUSED:
            await self.device.wait_for_change(5)  # the order's lines come as a new version of the task
        elif reply["code"] == "tote_unfinished":
            self.yard.put_aside.setdefault(self.yard.order_of[tote], set()).add(tote)

    async def _take_carton(self, task: Document) -> None:
        if "cartons" not in task:
            await self.device.sync()
        await self.device.send(self.chance.choice(task["cartons"])["label"])

    async def _verify(self, task: Document, state: str) -> None:
        line = next((line for line in task["lines"] if line["packed"] < line["qty"]), None)
        if line is None:
            await self.device.sync()
        elif self.chance.random() < self.habits.wrong_scan_rate:
            await self.device.send(self.chance.choice(self.yard.wrong_labels))
        elif state == "quantity":
            asked = next((line for line in task["lines"] if line["id"] == task["line"]), line)
            await self.device.send("", act="quantity", qty=asked["qty"])
        else:
            await self.device.send(item_label(line))

    async def _close(self, task: Document) -> None:
        self.device.changed.clear()
        reply = await self.device.send("", act="close")
        if reply["tone"] not in REFUSED:
            self.yard.shipped += 1
            self.yard.empty_totes.extend(task["totes"])
            await self.device.wait_for_change(5)


async def send_home(work: "Collection[asyncio.Task[None]]") -> None:
    """Stop simulated people; returns once all have stopped. What they failed with stays in their tasks."""
    at_work = set(work)
    while at_work:
        for task in at_work:
            task.cancel()  # again and again: before Python 3.12 `wait_for` may swallow it (python/cpython#86296)
        _, at_work = await asyncio.wait(at_work, timeout=0.5)


def item_label(line: Document) -> str:
    """A label of the line's item that counts one unit; of a lot-tracked one the GS1-128 that names the lot too."""
    eaches = [str(label["key"]) for label in line["labels"] if label["qty"] == 1]
    gtin = next((key for key in eaches if len(key) == 14 and key.isdigit()), "")
    if gtin and line.get("tracks") == "lot":
        return f"]C101{gtin}10{line['lot']}"
    return gtin or next(iter(eaches), str(line["sku"]))

"""A long shift in a bad building: scans at any pace while everything else fails; then the ledger is read.

What was typed is compared with what the server stored, label by label in the order of `seq`: a scan that was lost,
doubled, split or merged shows. A scan that was typed in the moment before its page was killed may not have reached the
disk; the page does not show it afterwards, and it is scanned again, as a picker would.
"""

import asyncio
import os
import signal
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import AsyncExitStack, ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from server.core.errors import Unavailable
from server.floor import audit
from server.lab import chromium, meter
from server.lab import handheld_floor as floor
from server.lab.servers import product
from server.lab.simulate import release_all
from server.store.transaction import Store

Say = Callable[[str], None]

FAILURES = {
    "cut": "dead spots",
    "deaf": "spells of lost acks",
    "back": "times the network came back",
    "reload": "page reloads",
    "browser": "browser kills",
    "server": "server kills",
    "start": "server starts",
}
HANDHELD = (360, 640)
STEP = "document.querySelector('main.work')?.dataset.step"
SCRIPT = Path(__file__).with_name("handheld_probe.js")
KEPT = """new Promise((done) => {
  const asked = indexedDB.open("gangway-pick");
  asked.onsuccess = () => {
    const stores = asked.result.transaction(["kept", "outbox"]);
    const [row, queue] = [stores.objectStore("kept").get("row"), stores.objectStore("outbox").getAllKeys()];
    stores.oncomplete = () => {
      asked.result.close();
      const [last] = queue.result.at(-1) ?? [0];
      done({device: row.result?.device, seq: Math.max(row.result?.seq ?? 0, last), queued: queue.result.length});
    };
  };
})"""


@dataclass(frozen=True, slots=True)
class Shift:
    """How many scans, and how often something fails, as shares of 1 before each scan.

    With `planned` nothing fails by chance, but what it says before the scan of that number: cut, deaf, back, reload,
    browser, server, start.
    """

    scans: int = 1000
    seed: int = 1
    slower: float = 6.0
    dead_spot: float = 0.02
    lost_acks: float = 0.02
    reload: float = 0.01
    server_kill: float = 0.004
    browser_kill: float = 0.005
    wrong: float = 0.05
    stall: float = 0.03
    inserted: float = 0.1
    planned: Mapping[int, str] = field(default_factory=dict)


@dataclass
class House:
    """The server that is killed, the air before it, the browser that is killed, and its page."""

    site: Any
    folder: Path
    url: str
    air: floor.Air
    slower: float
    server: ExitStack = field(default_factory=ExitStack)
    browser: chromium.Browser | None = None
    pid: int = 0

    def start_server(self) -> None:
        """The server, on another port than before."""
        running = self.server.enter_context(product(self.url, self.folder))
        self.pid, self.air.target = running.pid, int(running.url.rpartition(":")[2])

    def serves(self) -> bool:
        """Whether the server process lives."""
        return Path(f"/proc/{self.pid}").exists()

    def kill_server(self) -> None:
        """SIGKILL to the server and its workers."""
        for member in meter.family(self.pid):
            os.kill(member, signal.SIGKILL)
        self.server.close()

    async def open_page(self) -> chromium.Tab:
        """The browser with what it had, and the page in it; returns once the page can be worked with."""
        self.browser = await chromium.launch(self.folder / "profile")
        tab = await self.browser.tab()
        await tab.prepare(*HANDHELD, self.slower, SCRIPT.read_text() + "probe.countWire();")
        await tab.go(self.air.url)
        await tab.until("document.querySelector('main') !== null")
        return tab

    async def close(self) -> None:
        """End everything."""
        if self.browser is not None:
            await self.browser.close()
        self.server.close()


@dataclass
class Walker:
    """The hand that holds the scanner, and everything it has scanned."""

    house: House
    tab: chromium.Tab
    chance: Random
    shift: Shift
    typed: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    past: set[int] = field(default_factory=set)

    async def scan(self, label: str) -> None:
        """One scan, by keys at 1 to 20 ms each or by an input method, now and then with a stall inside."""
        self.typed.append(label)
        if self.chance.random() < self.shift.inserted:
            self.counts["inserted by an input method"] += 1
            self.tab.insert(label)
            await _answered(self.tab.key("\r"))
            return
        pace_s = self.chance.uniform(0.001, 0.020)
        stall_at = self.chance.randrange(len(label)) if self.chance.random() < self.shift.stall else -1
        pressed: list[asyncio.Future[Any]] = []
        for at, character in enumerate(label + "\r"):
            pressed = self.tab.key(character)
            if at == stall_at:
                self.counts["stalls"] += 1
                await asyncio.sleep(self.chance.uniform(0.1, 1.0))
            await asyncio.sleep(pace_s)
        await _answered(pressed)

    async def trouble(self) -> None:
        """Perhaps something fails now."""
        failures = self._drawn()
        if self.shift.planned:
            failures = [
                what for at, what in self.shift.planned.items() if at == len(self.typed) and at not in self.past
            ]
            self.past.update(at for at in self.shift.planned if at == len(self.typed))
        for failure in failures:
            await self._fail(failure)

    def _drawn(self) -> list[str]:
        """What fails now by chance, and what comes back."""
        shift, air, serves = self.shift, self.house.air, self.house.serves()
        works = air.there and not air.deaf
        chances = {
            "back": 0.0 if works else 0.15,
            "cut": shift.dead_spot if works else 0.0,
            "deaf": shift.lost_acks if works else 0.0,
            "reload": shift.reload,
            "browser": shift.browser_kill,
            "server": shift.server_kill if serves else 0.0,
            "start": 0.0 if serves else 0.2,
        }
        return [failure for failure, share in chances.items() if self.chance.random() < share]

    async def _fail(self, failure: str) -> None:
        self.counts[FAILURES[failure]] += 1
        if failure == "reload":
            await self.tab.reload()
            await self._find_place()
        elif failure == "browser":
            await self._kill_browser()
        else:
            air = self.house.air
            {
                "cut": air.cut,
                "deaf": air.lose_answers,
                "back": air.back,
                "server": self.house.kill_server,
                "start": self.house.start_server,
            }[failure]()

    async def _kill_browser(self) -> None:
        assert self.house.browser is not None
        await asyncio.sleep(self.chance.uniform(0, 0.2))
        self.house.browser.kill()
        await self.house.browser.close()
        self.tab = await self.house.open_page()
        await self._find_place()

    async def _find_place(self) -> None:
        """What the page has not kept was not scanned: it is scanned again."""
        await self.tab.until("document.querySelector('main.work') !== null")
        kept = int((await self.tab.ask(KEPT))["seq"])
        again = self.typed[kept:]
        del self.typed[kept:]
        self.counts["scanned again after a kill"] += len(again)
        for label in again:
            await self.scan(label)

    async def drained(self, within_s: float = 60) -> None:
        """Everything works again, and the queue has been sent."""
        if not self.house.serves():
            self.house.start_server()
        self.house.air.back()
        deadline = asyncio.get_running_loop().time() + within_s
        while True:
            kept = await self.tab.ask(KEPT)
            if kept["queued"] == 0 and kept["seq"] == len(self.typed):
                return
            if asyncio.get_running_loop().time() > deadline:
                raise Unavailable("queue_stuck", f"{len(self.typed)} scans typed; the page has {kept}")
            await asyncio.sleep(0.1)


async def _answered(pressed: "list[asyncio.Future[Any]]") -> None:
    await asyncio.wait(pressed, timeout=chromium.ANSWER_WITHIN_S)


def work_shift(shift: Shift, folder: Path, say: Say) -> dict[str, Any]:
    """Work a shift in `folder`, which must be empty; returns what was typed, stored, lost, doubled, and what failed."""
    batches = 1 + shift.scans // 400
    site = floor.long_walks(1, batches)
    url = f"sqlite:///{folder}/shift.db"
    floor.furnish(url, site)
    store = Store(url)
    try:
        return asyncio.run(_work(shift, site, store, url, folder, say))
    finally:
        store.close()


async def _work(shift: Shift, site: Any, store: Store, url: str, folder: Path, say: Say) -> dict[str, Any]:
    async with AsyncExitStack() as stack:
        house = House(site, folder, url, await stack.enter_async_context(floor.air(0)), shift.slower)
        stack.push_async_callback(house.close)
        house.start_server()
        await release_all(site, f"http://127.0.0.1:{house.air.target}")
        walker = Walker(house, await house.open_page(), Random(shift.seed), shift)
        await _begin(walker, site)
        totes = iter(site.totes)
        while len(walker.typed) < shift.scans:
            await _walk_batch(walker, floor.standing(store, floor.crew(site)[0]), totes, say)
        await walker.drained()
        device = (await walker.tab.ask(KEPT))["device"]
        heard = await walker.tab.ask("probe.wire()")
    return _verdict(walker, floor.labels_of(store, device), heard, store)


async def _begin(walker: Walker, site: Any) -> None:
    await walker.tab.scan(floor.crew(site)[0])
    await walker.tab.until(f"{STEP} === 'cart'")
    await walker.scan(site.carts[0])
    await walker.tab.until(f"{STEP} === 'location'")


async def _walk_batch(walker: Walker, task: dict[str, Any], totes: Iterator[str], say: Say) -> None:
    for label in floor.walk(task, totes):
        if len(walker.typed) >= walker.shift.scans:
            return
        await walker.trouble()
        if walker.chance.random() < walker.shift.wrong:
            await walker.scan(f"WRONG-{len(walker.typed)}")
        await walker.scan(label)
        if len(walker.typed) % 100 == 0:
            say(f"{len(walker.typed)} scans; {dict(walker.counts)}")
    await walker.drained()
    await walker.scan(task.get("station") or task["stations"][0])
    await walker.drained()
    await walker.tab.until(f"{STEP} === 'location'")


def _verdict(walker: Walker, stored: list[str], heard: dict[str, int], store: Store) -> dict[str, Any]:
    typed, kept = Counter(walker.typed), Counter(stored)
    return {
        "scans": len(walker.typed),
        "stored": len(stored),
        "lost": (typed - kept).total(),
        "doubled": (kept - typed).total(),
        "in_order": stored == walker.typed,
        "sent": heard["sent"],
        "duplicates_received": heard["replays"],
        "failures": dict(sorted(walker.counts.items())),
        "broken_invariants": len(store.read(audit.violations)),
    }

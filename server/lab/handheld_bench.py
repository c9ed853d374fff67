"""The handheld page in a Chromium six times slowed down: its goals, and what a bare page takes in the same run.

On a machine that others use too the absolute figures are the machine's. The rows named `bare` tell one from the other:
a page that only changes a text, a socket that only echoes, a document that is only a heading.
"""

import asyncio
import gzip
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import web

from server.config import Settings
from server.core.errors import NotReady
from server.lab import chromium, meter
from server.lab import handheld_floor as floor
from server.lab.handheld_mixed import HANDHELD, KEPT, SCRIPT, STEP
from server.lab.servers import product
from server.lab.simulate import release_all
from server.store.transaction import Store

Say = Callable[[str], None]

CHARACTER_S = 0.005  # of a scanner at its usual pace
QUEUE = 500
ECHO = """new Promise((done) => {
  const line = new WebSocket("ws://" + location.host + "/echo");
  let heard = 0, began = 0;
  line.onmessage = () => (heard += 1) === 500 && done(performance.now() - began);
  line.onopen = () => { began = performance.now(); for (let n = 0; n < 500; n += 1) line.send("x".repeat(300)); };
})"""
BARE = """<!doctype html><title>bare</title><body><div id="page"><h1 id="told">0</h1></div><script>
let n = 0; addEventListener("keydown", (event) => { if (event.key === "Enter") told.textContent = String((n += 1)); });
</script>"""
SYNC = """clearInterval(probe.again); probe.again = %s; undefined"""
DISTURBED = "setInterval(() => document.dispatchEvent(new Event('visibilitychange')), 100)"


@dataclass(frozen=True, slots=True)
class Runs:
    """How often each thing is measured, and how much slower than this machine the handheld is."""

    rounds: int = 3
    scans: int = 40
    starts: int = 5
    slower: float = 6.0


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured thing. `goal` is for `p95` of a delay, for `median` of the rest; 0: none, it is a yardstick."""

    name: str
    runs: int
    median: float
    p95: float
    goal: float = 0.0
    judged: str = "median"

    @property
    def met(self) -> bool:
        """Whether the goal is met; a yardstick always is."""
        return not self.goal or (self.p95 if self.judged == "p95" else self.median) <= self.goal


def figure(name: str, values: list[float], goal: float = 0.0, judged: str = "median") -> Figure:
    """The nearest-rank median and 95th percentile of what was measured."""
    middle, high = (round(meter.percentile(values, share), 1) for share in (0.5, 0.95))
    return Figure(name, len(values), middle, high, goal, judged)


def script_bytes(page: Path) -> int:
    """What the handheld page's own script weighs, gzipped. Raises NotReady when the pages are not built."""
    found = sorted((page / "assets").glob("handheld-*.js"))
    if not found:
        raise NotReady("page_not_built", "the pages are not built yet; run: make page")
    return sum(len(gzip.compress(path.read_bytes(), 6)) for path in found)


def measure(runs: Runs, say: Say) -> list[Figure]:
    """Every figure of the page, and the yardsticks. Raises Unavailable when there is no Chromium."""
    chromium.find_chromium()
    size = script_bytes(Settings.from_environment().page)
    with tempfile.TemporaryDirectory(prefix="gangway-handheld-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        url = f"sqlite:///{folder}/floor.db"
        site = floor.long_walks(runs.rounds + 2, runs.rounds + 2)
        floor.furnish(url, site)
        store = Store(url)
        try:
            with product(url, folder) as server:
                port = int(server.url.rpartition(":")[2])
                found = asyncio.run(Bench(runs, site, store, folder, port, say).all())
        finally:
            store.close()
    return [*found, Figure("script of the page, gzip kB", 1, round(size / 1000, 1), round(size / 1000, 1), 35.0)]


class Bench:
    """One served floor and one browser; each picker works one round."""

    def __init__(self, runs: Runs, site: Any, store: Store, folder: Path, port: int, say: Say) -> None:
        self.runs, self.site, self.store, self.folder, self.port, self.say = runs, site, store, folder, port, say
        self.badges = iter(floor.crew(site))
        self.carts = iter(site.carts)
        self.totes = iter(site.totes)

    async def all(self) -> list[Figure]:
        """Measure everything, one after the other."""
        await release_all(self.site, f"http://127.0.0.1:{self.port}")
        async with floor.air(self.port) as air, bare_server() as bare, chromium.browser(self.folder / "browser") as b:
            self.say("bare page")
            found = await self._bare(b, bare)
            self.say("scans")
            found += await self._verdicts(b, air.url)
            self.say("cold starts")
            found += await self._starts(b, air)
            self.say(f"{QUEUE} scans in a dead spot")
            return found + await self._drain(b, air)

    async def _bare(self, browser: chromium.Browser, url: str) -> list[Figure]:
        tab = await self._tab(browser)
        paints = [await self._first_paint(tab, url) for _ in range(self.runs.starts)]
        delays = await self._delays(tab, iter(["12345678"] * self.runs.scans), self.runs.scans)
        echoes = [float(await tab.ask(ECHO)) for _ in range(self.runs.rounds)]
        await tab.close()
        return [
            figure("bare page: Enter to a changed text, ms", delays),
            figure("bare page: first paint, ms", paints),
            figure("bare socket: echo of 500 frames, ms", echoes),
        ]

    async def _verdicts(self, browser: chromium.Browser, url: str) -> list[Figure]:
        calm: list[float] = []
        busy: list[float] = []
        for _ in range(self.runs.rounds):
            tab, plan = await self._at_work(browser, url)
            await self._delays(tab, plan, 5)  # the compiler has seen the code by then, as it has all day
            calm += await self._delays(tab, plan, self.runs.scans)
            await tab.ask(SYNC % DISTURBED)
            busy += await self._delays(tab, plan, self.runs.scans // 2)
            await tab.ask(SYNC % "0")
            await tab.close()
        return [
            figure("Enter to a visible verdict, ms", calm, 33.0, "p95"),
            figure("the same while the page re-renders, ms", busy, 100.0, "p95"),
        ]

    async def _starts(self, browser: chromium.Browser, air: floor.Air) -> list[Figure]:
        tab = await self._tab(browser)
        cold = []
        for _ in range(self.runs.starts):
            await tab.call("Storage.clearDataForOrigin", origin=air.url, storageTypes="all")
            await tab.call("Network.clearBrowserCache")
            cold.append(await self._first_paint(tab, air.url))
        await tab.close()
        tab, _ = await self._at_work(browser, air.url)
        await tab.until("caches.keys().then((names) => names.length > 0)")
        await asyncio.sleep(1)
        air.cut()
        offline = []
        for _ in range(self.runs.starts):
            await tab.reload()
            await tab.until("probe.first.task > 0")
            offline.append(float(await tab.ask("probe.first.task")))
        air.back()
        await tab.close()
        return [
            figure("cold start: first paint, ms", cold, 600.0),
            figure("reload while offline: the task is shown, ms", offline, 1000.0),
        ]

    async def _drain(self, browser: chromium.Browser, air: floor.Air) -> list[Figure]:
        """The network comes back to a page that has a queue: how long until all of it is answered."""
        tab, plan = await self._at_work(browser, air.url)
        await tab.network(there=False)
        air.cut()
        await tab.throttle(1)
        for _ in range(QUEUE):
            await tab.scan(next(plan))
        await tab.throttle(self.runs.slower)
        await asyncio.sleep(1)
        device = (await tab.ask(KEPT))["device"]
        shown = "(document.querySelector('.strip')?.dataset.wire === 'connected' && !document.querySelector('.queue'))"
        await tab.ask(
            "probe.back = new Promise((done) => { addEventListener('online', () => { const began = performance.now();"
            f"const look = () => {shown} ? done(performance.now() - began) : setTimeout(look, 5); look(); }}); }}); 0"
        )
        air.back()
        await tab.network(there=True)
        took = float(await tab.ask("probe.back"))
        stored = len(floor.labels_of(self.store, device))
        self.say(f"{stored} scans stored")
        await tab.close()
        return [figure(f"network back to {QUEUE} scans answered, ms", [took], 1000.0)]

    async def _tab(self, browser: chromium.Browser) -> chromium.Tab:
        tab = await browser.tab()
        await tab.prepare(*HANDHELD, self.runs.slower, SCRIPT.read_text())
        return tab

    async def _at_work(self, browser: chromium.Browser, url: str) -> tuple[chromium.Tab, Iterator[str]]:
        """A picker before the first shelf of a batch, and what they will scan."""
        tab, badge = await self._tab(browser), next(self.badges)
        await tab.throttle(1)
        await tab.go(url)
        await tab.call("Storage.clearDataForOrigin", origin=url, storageTypes="indexeddb")
        await tab.reload()
        await tab.until("document.querySelector('main') !== null")
        await tab.scan(badge)
        await tab.until(f"{STEP} === 'cart'")
        await tab.scan(next(self.carts))
        await tab.until(f"{STEP} === 'location'")
        await tab.throttle(self.runs.slower)
        return tab, iter(floor.walk(floor.standing(self.store, badge), self.totes))

    async def _delays(self, tab: chromium.Tab, labels: Iterator[str], count: int) -> list[float]:
        await tab.ask("probe.marks.length = 0")
        for _ in range(count):
            await tab.scan(next(labels), CHARACTER_S)
            await asyncio.sleep(0.25)
        await asyncio.sleep(0.3)
        return [mark["shown"] - mark["at"] for mark in await tab.ask("probe.marks")]

    async def _first_paint(self, tab: chromium.Tab, url: str) -> float:
        await tab.go(url)
        await tab.until("probe.first.any > 0")
        return float(await tab.ask("performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0"))


@asynccontextmanager
async def bare_server() -> AsyncIterator[str]:
    """What a browser takes for next to nothing: a page of one heading, and a socket that says everything back."""

    async def page(_: web.Request) -> web.Response:
        return web.Response(text=BARE, content_type="text/html")

    async def echo(request: web.Request) -> web.WebSocketResponse:
        line = web.WebSocketResponse()
        await line.prepare(request)
        async for message in line:
            await line.send_str(message.data)
        return line

    app = web.Application()
    app.add_routes([web.get("/", page), web.get("/echo", echo)])
    runner = web.AppRunner(app)
    await runner.setup()
    listening = web.TCPSite(runner, "127.0.0.1", 0)
    await listening.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()

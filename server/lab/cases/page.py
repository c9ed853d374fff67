"""The fourth way of a case: the handheld's and the bench's own pages in a Chromium, whose network is cut meanwhile.

Scans are typed as a scanner types them; taps go to the page's buttons where it offers one. What it does not offer (a
quantity below 0, an answer that nobody asked for) goes to the function that every button calls. What the page must say
at once stands in the case, where it is not what the server answers.
"""

import json
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from sqlalchemy import select

from server.config import Settings
from server.core.errors import NotReady
from server.lab import chromium
from server.lab.cases.contract import foreseen
from server.lab.cases.play import Answer, is_scan
from server.lab.cases.ways import Run
from server.lab.cases.world import PACKER, PICKER, Said
from server.lab.handheld_floor import Air, air
from server.store.schema import events

HAND = Path(__file__).with_name("hand.js")
NEEDED = "document.querySelector('main') !== null"
AT_WORK = "document.querySelector('main.work') !== null"
RESTS = "hand.rests()"
OFFLINE = "hand.floor.wire.value === 'offline'"
UNKNOWN = frozenset(("unknown_code", "unknown_tote", ""))  # a page that says so stays where it is
TYPED = re.compile(r"[0-9]{1,4}")  # what a page takes for typed, as no label is that short
TAPS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "cancel": ("no",),
        "close": ("close_carton",),
        "complete": ("all",),
        "confirm": ("yes",),
        "full_tote": ("full_tote", "full_yes"),
        "label": ("print_label",),
        "undo": ("undo",),
        "way_blocked": ("short", "way_blocked"),
    }
)


@dataclass
class Page:
    """A page in a tab with somebody logged in, and the air between it and the server."""

    tab: chromium.Tab
    air: Air
    badge: str
    words: Mapping[str, str]
    device: str = ""

    async def open(self, width: int, height: int, path: str) -> None:
        """Load the page and log in; what it fetches late is fetched now, while there is a network."""
        await self.tab.front()
        await self.tab.prepare(width, height, 1, HAND.read_text(encoding="utf-8"))
        await self.tab.go(self.air.url + path)
        await self.tab.until(NEEDED)
        await self.tab.scan(self.badge)
        await self.tab.until(AT_WORK)
        await self.press("more", "cancel")
        self.device = await self.tab.ask("hand.floor.device")

    async def cut(self) -> None:
        """The network goes."""
        await self.tab.network(there=False)
        self.air.cut()
        await self.tab.until(OFFLINE)

    async def send(self) -> None:
        """The network is back: the queue is sent, after a new log-in where another device took over."""
        self.air.back()
        await self.tab.network(there=True)
        await self.tab.until(RESTS)
        if await self.tab.ask("hand.floor.person.value === null"):
            await self.tab.scan(self.badge)
            await self.tab.until(f"hand.floor.person.value !== null && {RESTS}")

    async def press(self, *names: str) -> bool:
        """Press the buttons with these words of the page's table, or figures; False where one is not offered."""
        said = [self.words.get(name, name).split(" {")[0] for name in names if name in self.words or name.isdecimal()]
        return len(said) == len(names) > 0 and bool(await self.tab.ask(f"hand.press(...{json.dumps(said)})"))

    async def type(self, label: str) -> None:
        """As a scanner types it; what has no key comes as from one that inserts."""
        if label.isascii() and label.isprintable():
            await self.tab.scan(label)
        else:
            self.tab.insert(label)
            await self.tab.scan("")


@dataclass
class Hand:
    """One case in the hand of who holds a page."""

    run: Run
    page: Page
    faults: list[str] = field(default_factory=list)
    made: list[int] = field(default_factory=list)  # which of the case's scans became intents
    count: int = 0
    astray: bool = False  # the page took a scan for what the server will not

    async def make(self, said: Any) -> None:
        """A scan or a tap; what the page says at once is what the case expects of it."""
        told: Said = {"label": said} if isinstance(said, str) else said
        before = await self.page.tab.ask("hand.seen()")
        await self._make(told, before["task"]["state"])
        seen = await self.page.tab.ask("hand.seen()")
        at, self.count = self.count, self.count + 1
        code = ""
        if seen["op_id"] != before["op_id"]:
            self.made.append(at)
            code = seen["code"]
        answer, expected = self.run.seen.answers[at], foreseen(self.run.case, at)
        if code != (answer["code"] if expected is None else expected):
            self.faults.append(f"{at + 1}: the page says {code or 'nothing'} at once")
        self.astray = self.astray or code not in {answer["code"], *UNKNOWN}
        if code == answer["code"] and not self.astray:
            self.faults += [f"{at + 1}: {fault}" for fault in _elsewhere(seen["task"], answer)]

    async def _make(self, said: Said, state: str) -> None:
        if wedged(said, state):
            await self.page.type(f"{said['qty']} g" if said.get("act") == "weigh" else said.get("label", ""))
        elif not await self.page.press(*taps_of(said)):
            deed = {name: said[name] for name in ("label", "act", "qty", "reason") if name in said}
            await self.page.tab.ask(f"void hand.floor.act({json.dumps(deed)})")

    def answered_otherwise(self) -> list[str]:
        """Where the server answered what came out of the queue otherwise than live."""
        query = select(events.c.code).where(events.c.op_id.is_not(None), events.c.device == self.page.device)
        with self.run.house.looking() as c:
            codes = list(c.execute(query.order_by(events.c.seq)).scalars())
        live = [self.run.seen.answers[at]["code"] for at in self.made]
        return [] if codes == live else [f"the queue was answered {codes}, live {live}"]


def wedged(said: Said, state: str) -> bool:
    """Whether a scanner or a scale types it."""
    label = said.get("label", "")
    short = TYPED.fullmatch(label) is not None
    act = said.get("act", "scan")
    if act == "weigh":
        return state == "close" and said.get("qty", -1) >= 0
    if act == "typed":
        return state == "location" and short
    return act == "scan" and not (short and state in ("location", "quantity"))


def taps_of(said: Said) -> tuple[str, ...]:
    """The names of the buttons that say it, one after the other; () where no page has any."""
    act, qty, reason = said.get("act", "scan"), said.get("qty"), said.get("reason", "")
    if act == "zero":
        return ("yes",) if qty == 1 else ("no",) if qty == 0 else ()
    if act == "quantity":
        return ("clear", *str(qty), "ok") if qty is not None and 0 <= qty < 100_000 else ()
    if act == "short":
        return ("short", f"reason_{reason}")
    if act == "confirm" and reason:
        return (f"reason_{reason}",)
    return TAPS.get(act, ())


def _elsewhere(task: Mapping[str, Any], answer: Answer) -> list[str]:
    """Where the page stands otherwise than the server will say, though it said the same."""
    cursor = answer["task"] or {}
    names = ("state", "line", "asked", "in_hand", "at_location")
    return [
        f"the page has {name} {task[name]!r}, not {cursor[name]!r}"
        for name in names
        if name in cursor and name in task and task[name] != cursor[name]
    ]


@dataclass(frozen=True, slots=True)
class Pages:
    """The pages of both kinds of task."""

    pages: Mapping[str, Page]

    async def offline(self, run: Run) -> list[str]:
        """Made in the page without a network and sent when it is back; meanwhile the task was pushed anew.

        The network goes when something is done to the task elsewhere, else at once.
        """
        page = self.pages[run.case["kind"]]
        hand, scans = Hand(run, page), run.case["scans"]
        deeds = [at for at, said in enumerate(scans) if "deed" in said]
        first, last = (deeds[0], deeds[-1] + 1) if deeds else (0, 0)
        await page.tab.front()
        await page.tab.ask("hand.look()")
        for at, said in enumerate(scans):
            if at == first:
                if deeds and said["deed"] == "next_task":
                    await page.tab.ask("hand.look()")  # it is to have heard of it
                await page.cut()
            if at == last:
                run.house.push_anew(run.stand)
            if is_scan(said):
                await hand.make(said)
                if at < first:
                    await page.tab.until(RESTS)
            elif "deed" in said:
                await run.house.do(said, run.stand)
        await page.send()
        return hand.faults + hand.answered_otherwise() + run.other_end()


def words_file() -> Path:
    """What the built pages say in English. Raises NotReady when they are not built."""
    found = sorted((Settings.from_environment().page / "assets").glob("en-*.json"))
    if not found:
        raise NotReady("page_not_built", "the pages are not built yet; run: make page")
    return found[0]


@asynccontextmanager
async def opened(folder: Path, url: str) -> AsyncIterator[Pages]:
    """A Chromium with both pages, each with its person logged in, for as long as the `with` lasts."""
    words = json.loads(words_file().read_text(encoding="utf-8"))
    port = int(url.rpartition(":")[2])
    async with AsyncExitStack() as stack:
        browser = await stack.enter_async_context(chromium.browser(folder / "browser"))
        pages = {
            kind: Page(await browser.tab(), await stack.enter_async_context(air(port)), badge, words)
            for kind, badge in (("pick", PICKER), ("pack", PACKER))
        }
        await pages["pick"].open(360, 640, "/")
        await pages["pack"].open(1280, 800, "/pack")
        yield Pages(pages)

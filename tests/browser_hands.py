"""What people do to pages in the browser tests: open them, scan, log in, tap."""

import json
import time
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import Connection, insert

from server.store import schema as s
from server.store.transaction import Store
from tests.small_floor import PICKER, furnish
from tests.web_house import PATIENCE_S

HANDHELD = {"width": 360, "height": 640}
DESKTOP = {"width": 1440, "height": 900}
SUPERVISOR = "S-1"
# resolves once the page, all it has fetched of its build, and files with the given parts in their names are kept
ALL_IS_KEPT = """async (parts) => {
  for (;;) {
    const shelves = await Promise.all((await caches.keys()).map((name) => caches.open(name)));
    const kept = (await Promise.all(shelves.map((shelf) => shelf.keys()))).flat().map(({ url }) => url);
    const fetched = performance.getEntriesByType("resource").map(({ name }) => name);
    const wanted = [location.href, ...fetched.filter((name) => name.includes("/assets/"))];
    const named = parts.every((part) => kept.some((url) => url.includes(part)));
    if (named && wanted.every((url) => kept.includes(url))) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}"""
ENGLISH = json.loads((Path(__file__).parent.parent / "handheld_ui/src/words/en.json").read_text(encoding="utf-8"))
expect.set_options(timeout=PATIENCE_S * 1000)


def furnish_with_supervisor(store: Store) -> None:
    """The small floor, and someone to watch it."""
    furnish(store)
    person = {"badge": SUPERVISOR, "name": "Sue", "role": "supervisor"}
    store.write(lambda tx: tx.connection.execute(insert(s.people), person).rowcount)


def device(browser: Browser, viewport: dict[str, int], locale: str = "en-GB") -> BrowserContext:
    """A device of its own: it shares nothing with any other."""
    return browser.new_context(viewport=viewport, locale=locale)  # type: ignore[arg-type]


def open_page(browser: Browser, url: str, viewport: dict[str, int]) -> Page:
    """A page of a device of its own, in English."""
    page = device(browser, viewport).new_page()
    page.goto(url)
    return page


def wedge(page: Page, label: str, suffix: str = "Enter") -> None:
    """What a scanner does: the label's characters as keys, then its suffix."""
    page.keyboard.type(label)
    if suffix:
        page.keyboard.press(suffix)


def scan(page: Page, label: str, step: str) -> None:
    """Scan, and wait until the page asks for the next `step`."""
    wedge(page, label)
    stands_at(page, step)


def stands_at(page: Page, step: str) -> None:
    """Wait until the page asks for `step`."""
    expect(page.locator("main.work")).to_have_attribute("data-step", step)


def log_in(page: Page, badge: str, step: str) -> None:
    """Scan the badge; the page shows its first step."""
    expect(page.get_by_role("heading", name="Scan your badge")).to_be_visible()
    wedge(page, badge)
    stands_at(page, step)


def on_the_way(browser: Browser, url: str) -> Page:
    """A picker on the way to the first shelf of the tour."""
    picker = open_page(browser, f"{url}/", HANDHELD)
    log_in(picker, PICKER, "cart")
    scan(picker, "CART-1", "location")
    return picker


def taps(page: Page, *words: str) -> int:
    """Tap the buttons that say these words of the page's table (or a figure), one after the other; returns how many."""
    for word in words:
        button = page.get_by_role("button", name=ENGLISH.get(word, word), exact=True)
        expect(button).to_be_visible()
        button.click()
    return len(words)


def expect_stored(url: str, question: Callable[[Connection], object], answer: object) -> None:
    """Wait until the server has stored what the page said at once: the last scans may still be on their way."""
    store = Store(url)
    until = time.monotonic() + PATIENCE_S
    while (found := store.read(question)) != answer and time.monotonic() < until:
        time.sleep(0.05)
    store.close()
    assert found == answer


def expect_kept(page: Page, *parts: str) -> None:
    """Wait until the page can start without a network, with files of these parts of names; the timeout ends it."""
    page.evaluate(ALL_IS_KEPT, parts)

"""A whole order, from the badge to the parcel, by keystrokes in real pages; the board is watched meanwhile."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import insert, select

from server.floor import audit
from server.store import schema as s
from server.store.transaction import Store
from tests.small_floor import CUP_CASE, EAN, FIRST, PACKER, PICKER, SECOND, THIRD, furnish
from tests.web_house import Served, served, staffed

HANDHELD = {"width": 360, "height": 640}
DESKTOP = {"width": 1440, "height": 900}
SUPERVISOR = "S-1"
expect.set_options(timeout=15_000)  # a busy machine is no failure


def furnish_with_supervisor(store: Store) -> None:
    """The small floor, and someone to watch it."""
    furnish(store)
    person = {"badge": SUPERVISOR, "name": "Sue", "role": "supervisor"}
    store.write(lambda tx: tx.connection.execute(insert(s.people), person).rowcount)


@pytest.fixture
def floor_url(migrated_sqlite: Path, tmp_path: Path) -> str:
    """The address of the small floor's database."""
    return staffed(migrated_sqlite, tmp_path, furnish_with_supervisor)


@pytest.fixture
def server(floor_url: str, tmp_path: Path) -> Iterator[Served]:
    """The production server on the small floor."""
    with served(floor_url, tmp_path) as running:
        yield running


def open_page(browser: Browser, url: str, viewport: dict[str, int]) -> Page:
    """A page of a device of its own, in English."""
    context = browser.new_context(viewport=viewport, locale="en-GB")  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(url)
    return page


def wedge(page: Page, label: str) -> None:
    """What a scanner does: the label's characters as keys, then Enter."""
    page.keyboard.type(label)
    page.keyboard.press("Enter")


def scan(page: Page, label: str, step: str) -> None:
    """Scan, and wait until the page asks for the next `step`."""
    wedge(page, label)
    expect(page.locator("main.work")).to_have_attribute("data-step", step)


def log_in(page: Page, badge: str, step: str) -> None:
    """Scan the badge; the page shows its first step."""
    expect(page.get_by_role("heading", name="Scan your badge")).to_be_visible()
    wedge(page, badge)
    expect(page.locator("main.work")).to_have_attribute("data-step", step)


def counted(board: Page, name: str) -> str:
    """The selector of one count of the board."""
    expect(board.locator(f'[data-count="{name}"] dd')).to_be_visible()
    return f'[data-count="{name}"] dd'


def test_a_batch_is_picked_and_packed_by_keystrokes_while_the_board_follows(
    browser: Browser, server: Served, floor_url: str
) -> None:
    """Every unit that was ordered ends shipped, and every page showed what was true."""
    board = open_page(browser, f"{server.url}/board", DESKTOP)
    expect(board.get_by_role("heading", name="Scan your badge")).to_be_visible()
    wedge(board, SUPERVISOR)
    expect(board.locator("main.board")).to_be_visible()

    pick_the_batch(open_page(browser, f"{server.url}/", HANDHELD), board)
    expect(board.locator(counted(board, "picked"))).to_have_text("2")

    pack_the_first_order(open_page(browser, f"{server.url}/pack", DESKTOP))
    expect(board.locator(counted(board, "done"))).to_have_text("1")

    store = Store(floor_url)
    assert store.read(audit.violations) == []
    shipped = store.read(lambda c: c.execute(select(s.orders.c.state).where(s.orders.c.order_ref == "O1")).scalar())
    store.close()
    assert shipped == "shipped"


def pick_the_batch(picker: Page, board: Page) -> None:
    """From the badge to the station, with one scan of a wrong shelf on the way."""
    log_in(picker, PICKER, "cart")
    scan(picker, "CART-1", "location")
    expect(picker.get_by_label("Shelf").first).to_contain_text(FIRST)
    wedge(picker, SECOND)
    expect(picker.locator("main.work")).to_have_attribute("data-tone", "bad")
    for label, step in (
        (FIRST, "item"),
        (EAN["PEN"], "item"),
        (EAN["PEN"], "tote"),
        ("TOTE-1", "location"),
        (SECOND, "item"),
        (EAN["MUG"], "tote"),
        ("TOTE-1", "item"),
        (CUP_CASE, "item"),
        (CUP_CASE, "tote"),
        ("TOTE-2", "station"),
    ):
        scan(picker, label, step)
    expect(board.locator(".person", has_text=f"Name of {PICKER}")).to_contain_text(SECOND)
    scan(picker, "PACK-1", "waiting")


def pack_the_first_order(packer: Page) -> None:
    """From the badge to the closed carton, with one wrong item on the way."""
    log_in(packer, PACKER, "tote")
    scan(packer, "TOTE-1", "carton")
    scan(packer, "BOX-M", "item")
    scan(packer, EAN["PEN"], "item")
    wedge(packer, EAN["CUP"])
    expect(packer.locator("main.work")).to_have_attribute("data-tone", "bad")
    scan(packer, EAN["PEN"], "item")
    scan(packer, EAN["MUG"], "close")
    packer.keyboard.press("F2")
    expect(packer.locator("main.work")).to_have_attribute("data-step", "tote")


def test_a_picker_goes_on_without_the_network_and_nothing_is_lost_or_doubled(
    browser: Browser, server: Served, floor_url: str
) -> None:
    """Aisle 14: the scans queue up, a reload keeps them, and they are taken once when the network is back."""
    picker = open_page(browser, f"{server.url}/", HANDHELD)
    log_in(picker, PICKER, "cart")
    scan(picker, "CART-1", "location")
    picker.context.set_offline(True)
    for label, step in ((FIRST, "item"), (EAN["PEN"], "item"), (EAN["PEN"], "tote"), ("TOTE-1", "location")):
        scan(picker, label, step)
    expect(picker.get_by_text("queued")).to_be_visible()
    picker.context.set_offline(False)
    expect(picker.get_by_text("queued")).to_be_hidden(timeout=20_000)
    store = Store(floor_url)
    kinds = store.read(lambda c: c.execute(select(s.events.c.kind).order_by(s.events.c.id)).scalars().all())
    store.close()
    assert [kind for kind in kinds if kind in ("count", "put")] == ["count", "count", "put"]


@pytest.mark.parametrize("width", [320, 360, 412])
def test_the_pick_page_fits_and_its_targets_can_be_hit_with_gloves(
    browser: Browser, server: Served, width: int
) -> None:
    """No sideways scroll; the location code at least 56 px high; every button at least 48 px."""
    picker = open_page(browser, f"{server.url}/", {"width": width, "height": 640})
    log_in(picker, PICKER, "cart")
    scan(picker, "CART-1", "location")
    assert picker.evaluate("document.documentElement.scrollWidth") <= width
    code = picker.locator(".place-code").first.bounding_box()
    assert code is not None
    assert code["height"] >= 56
    boxes = [button.bounding_box() for button in picker.get_by_role("button").all() if button.is_visible()]
    assert boxes
    assert all(box is not None and box["height"] >= 48 for box in boxes)


def test_a_short_is_reported_in_two_taps_and_the_new_place_is_shown(browser: Browser, server: Served) -> None:
    """The pens are not there: the tour leads to the third location at once."""
    picker = open_page(browser, f"{server.url}/", HANDHELD)
    log_in(picker, PICKER, "cart")
    scan(picker, "CART-1", "location")
    scan(picker, FIRST, "item")
    picker.locator("nav.bar button").first.click()
    picker.get_by_role("button", name="Not on the shelf").click()
    expect(picker.get_by_label("Shelf").first).not_to_contain_text(FIRST)
    for label in (SECOND, EAN["MUG"], "TOTE-1", CUP_CASE, CUP_CASE, "TOTE-2"):
        wedge(picker, label)
    expect(picker.get_by_label("Shelf").first).to_contain_text(THIRD)

"""A whole order, from the badge to the parcel, by keystrokes in real pages; the board is watched meanwhile."""

from playwright.sync_api import Browser, Page, expect
from sqlalchemy import Connection, select

from server.floor import audit
from server.store import schema as s
from server.store.transaction import Store
from tests.browser_hands import (
    DESKTOP,
    HANDHELD,
    SUPERVISOR,
    expect_stored,
    log_in,
    on_the_way,
    open_page,
    scan,
    stands_at,
    wedge,
)
from tests.small_floor import CUP_CASE, EAN, FIRST, PACKER, PICKER, SECOND
from tests.web_house import Served


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

    packer = open_page(browser, f"{server.url}/pack", DESKTOP)
    pack_the_first_order(packer)
    expect(board.locator(counted(board, "done"))).to_have_text("1")
    print_its_label_again(packer, floor_url)

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
    person = board.locator(".person", has_text=f"Name of {PICKER}")
    scans(picker, (FIRST, "item"), (EAN["PEN"], "item"), (EAN["PEN"], "tote"), ("TOTE-1", "location"), (SECOND, "item"))
    expect(person).to_contain_text(SECOND)
    scans(picker, (EAN["MUG"], "tote"), ("TOTE-1", "item"), (CUP_CASE, "item"), (CUP_CASE, "tote"))
    scan(picker, "TOTE-2", "station")
    expect(person).to_contain_text("to the station")
    scan(picker, "PACK-1", "waiting")


def scans(page: Page, *labels_and_steps: tuple[str, str]) -> None:
    """One scan after the other, each taken before the next."""
    for label, step in labels_and_steps:
        scan(page, label, step)


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


def print_its_label_again(packer: Page, floor_url: str) -> None:
    """The printer jammed as the parcel left: F8 at the empty bench, after a reload, and in a dead spot; or the card."""
    press_for_the_label(packer)
    expect_stored(floor_url, printed, ["O1"])
    packer.reload()
    stands_at(packer, "tote")
    expect(packer.get_by_role("button", name="Print label")).to_be_enabled()
    packer.context.set_offline(True)
    expect(packer.get_by_text("Offline")).to_be_visible()
    press_for_the_label(packer)
    wedge(packer, "LABEL")
    expect(packer.locator(".queue")).to_be_visible()
    packer.context.set_offline(False)
    expect_stored(floor_url, printed, ["O1"] * 3)
    scan(packer, "TOTE-2", "carton")


def press_for_the_label(packer: Page) -> None:
    """F8; the page says whose label is printing."""
    packer.keyboard.press("F8")
    expect(packer.get_by_text("Label of O1 is printing")).to_be_visible()


def printed(connection: Connection) -> list[str]:
    """The order of every label that the server has printed, in order."""
    asked = select(s.tasks.c.order_ref).join(s.events, s.events.c.task_id == s.tasks.c.id)
    return list(connection.execute(asked.where(s.events.c.kind == "print").order_by(s.events.c.id)).scalars())


def test_a_picker_goes_on_without_the_network_and_nothing_is_lost_or_doubled(
    browser: Browser, server: Served, floor_url: str
) -> None:
    """Aisle 14: the scans queue up, a reload keeps them, and they are taken once when the network is back."""
    picker = on_the_way(browser, server.url)
    picker.context.set_offline(True)
    scans(picker, (FIRST, "item"), (EAN["PEN"], "item"), (EAN["PEN"], "tote"), ("TOTE-1", "location"))
    expect(picker.get_by_text("queued")).to_be_visible()
    picker.context.set_offline(False)
    expect(picker.get_by_text("queued")).to_be_hidden()
    expect_stored(floor_url, moved, ["count", "count", "put"])


def moved(connection: Connection) -> list[str]:
    """What the server took of units counted and put down, in order."""
    asked = select(s.events.c.kind).where(s.events.c.kind.in_(("count", "put"))).order_by(s.events.c.id)
    return list(connection.execute(asked).scalars())

"""A blocked aisle, from the picker's two taps to the supervisor's board and back, in real pages."""

from playwright.sync_api import Browser, expect

from tests.browser_hands import DESKTOP, HANDHELD, SUPERVISOR, log_in, open_page, scan, stands_at, taps, wedge
from tests.small_floor import EAN, FIRST, PICKER
from tests.web_house import Served


def test_a_picker_closes_an_aisle_by_two_taps_and_the_supervisor_opens_it_again(
    browser: Browser, server: Served
) -> None:
    """Both are told at once: what cannot be reached, who closed it, and that it is open again."""
    board = open_page(browser, f"{server.url}/board", DESKTOP)
    expect(board.get_by_role("heading", name="Scan your badge")).to_be_visible()
    wedge(board, SUPERVISOR)
    expect(board.locator("main.board")).to_be_visible()
    picker = open_page(browser, f"{server.url}/", HANDHELD)
    log_in(picker, PICKER, "cart")
    for label, step in (("CART-1", "location"), (FIRST, "item"), (EAN["PEN"], "item"), (EAN["PEN"], "tote")):
        scan(picker, label, step)
    scan(picker, "TOTE-1", "location")

    assert taps(picker, "short", "way_blocked") <= 2
    expect(picker.locator(".cut-off")).to_have_text("Stops out of reach now: 1")
    stands_at(picker, "station")
    closure = board.locator(".closure")
    expect(closure).to_contain_text(f"Name of {PICKER}: reported as blocked")
    expect(board.locator(".batch .lost")).to_have_text("2 out of reach")
    closure.get_by_role("button", name="Open again").click()
    expect(closure).to_have_count(0)
    stands_at(picker, "location")
    expect(picker.locator(".cut-off")).to_have_count(0)

    board.get_by_role("button", name="Close a way").click()
    board.get_by_label("Aisle, or tap it on the drawing").fill("A01")
    board.get_by_label("Why").fill("spill")
    board.get_by_role("dialog").get_by_role("button", name="Close a way").click()
    expect(closure).to_contain_text("Sue: spill")
    stands_at(picker, "station")

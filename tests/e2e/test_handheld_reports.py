"""What a picker does beside picking: reports, a break, a hand-over, typed entry; every report is two taps."""

from playwright.sync_api import Browser, Page, expect
from sqlalchemy import Connection, select

from server.store import schema as s
from server.store.transaction import Store
from tests.browser_hands import HANDHELD, expect_stored, log_in, on_the_way, open_page, scan, stands_at, taps, wedge
from tests.small_floor import EAN, FIRST, OTHER, PICKER, SECOND
from tests.web_house import Served


def reported(connection: Connection) -> list[str]:
    """What the server answered to all that was no scan, in order."""
    asked = select(s.events.c.code).where(s.events.c.act.not_in(("", "scan"))).order_by(s.events.c.id)
    return list(connection.execute(asked).scalars())


def test_every_report_is_two_taps(browser: Browser, server: Served, floor_url: str) -> None:
    """A blocked way, a damage, a full tote, a short; each is noted, and the tour goes on."""
    picker = on_the_way(browser, server.url)
    shelf = picker.get_by_label("Shelf").first
    scan(picker, FIRST, "item")
    scan(picker, EAN["PEN"], "item")
    assert taps(picker, "short", "reason_damaged") <= 2
    stands_at(picker, "tote")
    scan(picker, "TOTE-1", "location")
    expect(shelf).to_contain_text(SECOND)
    assert taps(picker, "full_tote", "full_yes") <= 2
    expect(picker.get_by_role("dialog")).to_be_hidden()
    assert taps(picker, "short", "reason_blocked") <= 2
    expect(picker.get_by_label("Item").first).to_contain_text("CUP")
    scan(picker, SECOND, "item")
    assert taps(picker, "short", "reason_not_found") <= 2
    expect(shelf).not_to_contain_text(SECOND)
    expect_stored(floor_url, reported, ["short_kept", "tote_full_noted", "short_noted", "short_noted"])


def test_digits_are_keyed_in_a_break_is_taken_and_the_batch_handed_over(
    browser: Browser, server: Served, floor_url: str
) -> None:
    """Typed digits are logged as typed; a break survives a reload; a colleague's badge takes the batch."""
    picker = on_the_way(browser, server.url)
    taps(picker, "more", "pause")
    stands_at(picker, "paused")
    picker.reload()
    stands_at(picker, "paused")
    resume = picker.get_by_role("button", name="Go on").bounding_box()
    assert resume is not None
    assert resume["height"] >= 64
    taps(picker, "resume")
    stands_at(picker, "location")

    digits = digits_of(floor_url, FIRST)
    key_in(picker, "".join(str((int(digit) + 1) % 10) for digit in digits))
    expect(picker.locator("main.work")).to_have_attribute("data-tone", "bad")
    key_in(picker, digits)
    stands_at(picker, "item")

    colleague = open_page(browser, f"{server.url}/", HANDHELD)
    log_in(colleague, OTHER, "cart")
    taps(picker, "more", "hand_over")
    expect(picker.get_by_role("dialog")).to_contain_text("Scan the other person's badge")
    wedge(picker, FIRST)
    expect(picker.get_by_role("dialog").get_by_role("alert")).to_contain_text("badge")
    wedge(picker, OTHER)
    expect(colleague.get_by_label("Shelf").first).to_contain_text(FIRST)
    expect(picker.get_by_label("Shelf").first).to_be_hidden()
    told = ["paused", "resumed", "wrong_digits", "location_ok", "not_a_badge", "handed_over"]
    expect_stored(floor_url, reported, told)


def digits_of(floor_url: str, location_code: str) -> str:
    """What is printed small on the shelf's label."""
    store = Store(floor_url)
    asked = select(s.locations.c.check_digits).where(s.locations.c.location_code == location_code)
    digits: str = store.read(lambda c: c.execute(asked).scalar_one())
    store.close()
    return digits


def key_in(picker: Page, digits: str) -> None:
    """The shelf's check digits on the pad of the sheet."""
    taps(picker, "more", "type_code", *digits)


def test_nobody_logs_out_while_scans_are_queued(browser: Browser, server: Served) -> None:
    """The page says how many, and lets go when they are sent."""
    picker = on_the_way(browser, server.url)
    picker.get_by_role("button", name="More").click()
    log_out = picker.get_by_role("button", name=f"Log out · Name of {PICKER}")
    expect(log_out).to_be_visible()
    picker.context.set_offline(True)
    wedge(picker, FIRST)
    stands_at(picker, "item")
    log_out.click()
    refused = picker.get_by_role("alert").filter(has_text="Scans in the queue")
    expect(refused).to_be_visible()
    picker.context.set_offline(False)
    expect(refused).to_be_hidden()
    log_out.click()
    expect(picker.get_by_role("heading", name="Scan your badge")).to_be_visible()

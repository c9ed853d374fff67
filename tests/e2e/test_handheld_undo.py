"""A short by mistake, taken back on the handheld: after the tour was turned for it, and where no network is."""

from playwright.sync_api import Browser, expect
from sqlalchemy import Connection, select

from server.floor import audit
from server.store import schema as s
from server.store.transaction import Store
from tests.browser_hands import expect_stored, on_the_way, scan, stands_at, taps
from tests.small_floor import EAN, FIRST, SECOND, THIRD, on_hand
from tests.web_house import Served


def added(connection: Connection) -> list[str]:
    """What has become of the stops at the third location, where nobody was sent as planned."""
    line = s.pick_lines.c
    return list(connection.execute(select(line.state).where(line.location_code == THIRD).order_by(line.id)).scalars())


def test_a_short_by_mistake_is_taken_back_with_and_without_a_network(
    browser: Browser, server: Served, floor_url: str
) -> None:
    """The pens were to be had elsewhere; then they lie there after all, twice, and go into their tote."""
    picker = on_the_way(browser, server.url)
    scan(picker, FIRST, "item")
    taps(picker, "short", "reason_not_found")
    stands_at(picker, "location")
    expect_stored(floor_url, added, ["open"])
    taps(picker, "undo")
    stands_at(picker, "item")
    expect(picker.get_by_label("Shelf").first).to_contain_text(FIRST)
    expect_stored(floor_url, added, ["cancelled"])
    expect(picker.get_by_label("Item").first).to_contain_text("0 / 2")  # the whole task is there
    scan(picker, EAN["PEN"], "item")
    picker.context.set_offline(True)
    taps(picker, "short", "reason_damaged")
    stands_at(picker, "tote")
    taps(picker, "undo")
    stands_at(picker, "item")
    scan(picker, EAN["PEN"], "tote")
    scan(picker, "TOTE-1", "location")
    picker.context.set_offline(False)
    expect_stored(floor_url, added, ["cancelled", "cancelled"])
    scan(picker, SECOND, "item")
    store = Store(floor_url)
    expect_stored(floor_url, lambda _: on_hand(store).get(("tote:TOTE-1", "PEN")), 2)
    assert store.read(audit.violations) == []
    store.close()

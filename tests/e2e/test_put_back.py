"""Goods that are put back, by keystrokes on the handheld: asked for over the socket, in a dead spot too."""

import json
from typing import Any
from urllib.request import Request, urlopen

from playwright.sync_api import Browser, Page, expect

from server.store.transaction import Store
from tests.browser_hands import HANDHELD, SUPERVISOR, on_the_way, scan, stands_at, wedge
from tests.small_floor import CUP_CASE, EAN, FIRST, SECOND, on_hand
from tests.web_house import Served

SMALL = {"width": 320, "height": 568}


def cancel_order(url: str, order_ref: str) -> None:
    """A supervisor takes the order back, over REST."""
    token = call(f"{url}/api/v1/login", {"badge": SUPERVISOR, "device": "desk-1"})["token"]
    assert call(f"{url}/api/v1/orders/{order_ref}/cancel", {"why": "customer"}, token) == {"ok": True}


def call(url: str, body: dict[str, str], token: str = "") -> dict[str, Any]:
    """POST; the answer's JSON."""
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
    answer: dict[str, Any] = json.loads(urlopen(Request(url, json.dumps(body).encode(), headers)).read())
    return answer


def picked(browser: Browser, url: str) -> Page:
    """A picker who has brought the whole batch to the station, and waits."""
    page = on_the_way(browser, url)
    labels = [FIRST, EAN["PEN"], EAN["PEN"], "TOTE-1", SECOND, EAN["MUG"], "TOTE-1", CUP_CASE, CUP_CASE, "TOTE-2"]
    for label in labels:
        wedge(page, label)
    stands_at(page, "station")
    scan(page, "PACK-1", "waiting")
    return page


def test_a_picker_who_waits_is_asked_to_put_a_cancelled_orders_goods_back(
    browser: Browser, server: Served, floor_url: str
) -> None:
    """Tote, item, shelf; the second half of it in a dead spot, sent when the network is back."""
    page = picked(browser, server.url)
    cancel_order(server.url, "O2")
    stands_at(page, "tote")
    expect(page.locator('[data-lit="true"] .place-code')).to_contain_text("TOTE")
    wedge(page, "TOTE-1")
    for size in (HANDHELD, SMALL):  # whatever the room, it is said what is wrong, and what all of it is about
        page.set_viewport_size(size)  # type: ignore[arg-type]
        expect(page.get_by_role("alert")).to_be_visible()
        expect(page.get_by_text("Put back", exact=True)).to_be_visible()
    scan(page, "TOTE-2", "item")
    page.context.set_offline(True)
    wedge(page, CUP_CASE)
    scan(page, CUP_CASE, "location")
    expect(page.locator(".place-code")).to_contain_text(SECOND)
    scan(page, SECOND, "done")
    page.context.set_offline(False)
    stands_at(page, "waiting")
    store = Store(floor_url)
    assert on_hand(store)[(f"location:{SECOND}", "CUP")] == 20
    store.close()


def test_what_nobody_wants_to_put_back_now_waits_on_the_screen(browser: Browser, server: Served) -> None:
    """Somebody else shall do it; then it is asked for again by a tap."""
    page = picked(browser, server.url)
    cancel_order(server.url, "O2")
    stands_at(page, "tote")
    page.get_by_role("button", name="Not me").click()
    stands_at(page, "waiting")
    page.get_by_role("button", name="Put goods back (1)").click()
    stands_at(page, "tote")

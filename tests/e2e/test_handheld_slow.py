"""Wi-Fi that is there but slow is as good as none, until it is quick again."""

from playwright.sync_api import Browser, WebSocketRoute, expect

from tests.browser_hands import HANDHELD, device, log_in, scan
from tests.small_floor import EAN, FIRST, PICKER
from tests.web_house import Served


class Line:
    """The page's socket through a line that may be slow: what the server says then arrives when it is quick again."""

    def __init__(self) -> None:
        self.slow = False
        self.late: list[tuple[WebSocketRoute, str | bytes]] = []

    def lay(self, page: WebSocketRoute) -> None:
        """Between the page and its server."""
        server = page.connect_to_server()
        server.on_message(lambda said: self.late.append((page, said)) if self.slow else page.send(said))

    def quicken(self) -> None:
        """What was on its way arrives."""
        self.slow = False
        for page, said in self.late:
            page.send(said)


def test_a_network_that_is_slow_is_treated_as_none_and_believed_again_when_it_is_quick(
    browser: Browser, server: Served
) -> None:
    """Scans are answered at once meanwhile; the strip says why they wait, and when they have gone."""
    line = Line()
    picker = device(browser, HANDHELD).new_page()
    picker.route_web_socket("**/socket.io/**", line.lay)
    picker.goto(f"{server.url}/")
    log_in(picker, PICKER, "cart")
    scan(picker, "CART-1", "location")
    line.slow = True
    scan(picker, FIRST, "item")
    expect(picker.locator('.strip[data-wire="slow"]')).to_be_visible()
    scan(picker, EAN["PEN"], "item")
    scan(picker, EAN["PEN"], "tote")
    expect(picker.locator(".queue")).to_be_visible()
    line.quicken()
    expect(picker.locator('.strip[data-wire="connected"]')).to_be_visible()
    expect(picker.locator(".queue")).to_be_hidden()
    scan(picker, "TOTE-1", "location")

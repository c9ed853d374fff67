"""What a picker sees, held to the goals on small screens: sizes, contrast, nothing cut off, in any direction and look.

GANGWAY_SHOTS=folder keeps the pictures there: language-width-look-screen.png.
"""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser_hands import expect_kept, log_in, scan, stands_at, wedge
from tests.small_floor import EAN, FIRST, PICKER, SECOND
from tests.web_house import Served

LANGUAGES = ("en", "zh-Hans", "de", "es", "pl")
HEIGHTS = {320: 568, 360: 640}
CODE_LEAST_PX = 56
TARGET_LEAST_PX = 48
PRIMARY_LEAST_PX = 64
CONTRAST_LEAST = 7.0
# Every text that is drawn, as its ratio to what is drawn behind it (WCAG 2); only the worst is told.
WORST_CONTRAST = """() => {
  const linear = (part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
  const numbers = (css) => (css.match(/[\\d.]+/g) ?? []).map(Number);
  const luminance = ([r, g, b]) => 0.2126 * linear(r / 255) + 0.7152 * linear(g / 255) + 0.0722 * linear(b / 255);
  const ground = (element) => {
    for (let at = element; at !== null; at = at.parentElement) {
      const [r, g, b, alpha = 1] = numbers(getComputedStyle(at).backgroundColor);
      if (alpha > 0.9) return [r, g, b];
    }
    return [255, 255, 255];
  };
  const words = document.createTreeWalker(document.getElementById("page"), NodeFilter.SHOW_TEXT);
  const found = [];
  while (words.nextNode()) {
    const element = words.currentNode.parentElement;
    const said = words.currentNode.textContent.trim();
    if (said === "" || !element.checkVisibility({ opacityProperty: true })) continue;
    const colours = [numbers(getComputedStyle(element).color), ground(element)];
    const [one, other] = colours.map(luminance).sort((a, b) => b - a);
    found.push([(one + 0.05) / (other + 0.05), said]);
  }
  return found.sort((a, b) => a[0] - b[0])[0];
}"""
# Words that are cut off: wider than their box, where it hides what is over, or beyond the screen.
CUT_OFF = """() => [...document.querySelectorAll("#page button, #page h1, #page h2, #page p, #page span, #page output")]
  .filter((one) => one.checkVisibility() && !one.closest(".who, .map"))
  .filter((one) => {
    const box = one.getBoundingClientRect();
    const sideways = one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).display !== "inline";
    return sideways || box.left < -1 || box.right > innerWidth + 1;
  })
  .map((one) => `${one.className}: ${one.textContent}`)"""
# Buttons that a thumb would miss: beyond the screen, or with something else lying over them.
OUT_OF_REACH = """() => [...(document.querySelector(".veil") ?? document).querySelectorAll("button")]
  .filter((one) => {
    const { x, y, width, height } = one.getBoundingClientRect();
    return [0.1, 0.5, 0.9].some((part) => !one.contains(document.elementFromPoint(x + width / 2, y + height * part)));
  })
  .map((one) => one.textContent)"""
Shoot = Callable[[Page, str], None]


def shooter(name: str) -> Shoot:
    """Keeps a picture of each screen where pictures are asked for."""
    folder = os.environ.get("GANGWAY_SHOTS", "")

    def shoot(page: Page, screen: str) -> None:
        if folder:
            Path(folder).mkdir(parents=True, exist_ok=True)
            page.screenshot(path=f"{folder}/{name}-{screen}.png")

    return shoot


def check(page: Page, width: int, screen: str) -> None:
    """The goals that every screen is held to."""
    assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{screen} scrolls sideways"
    assert page.evaluate(CUT_OFF) == [], f"{screen}: cut off"
    assert page.evaluate(OUT_OF_REACH) == [], f"{screen}: out of reach"
    ratio, said = page.evaluate(WORST_CONTRAST)
    assert ratio >= CONTRAST_LEAST, f"{screen}: {said!r} stands at {ratio:.1f}:1"
    for button in page.get_by_role("button").all():
        box = button.bounding_box()
        assert box is not None
        least = PRIMARY_LEAST_PX if "primary" in (button.get_attribute("class") or "") else TARGET_LEAST_PX
        assert min(box["width"], box["height"]) >= least, f"{screen}: {button.inner_text()!r} is {box}"


def logins(page: Page, seen: Callable[[str], None]) -> None:
    """The login, with a badge that nobody has and a camera that is not there."""
    expect(page.locator("#badge")).to_be_visible()
    seen("login")
    wedge(page, "NOBODY-1")
    expect(page.get_by_role("alert")).to_be_visible()
    seen("login-refused")
    page.locator("form + button").click()
    expect(page.locator(".camera .notice")).to_be_visible()
    seen("login-camera")


def screens(page: Page, seen: Callable[[str], None]) -> None:
    """From the login to the menu, with wrong scans, a dead spot and a number too large on the way."""
    logins(page, seen)
    wedge(page, PICKER)
    stands_at(page, "cart")
    seen("cart")
    scan(page, "CART-1", "location")
    expect(page.locator(".map .target").first).to_be_attached()
    code = page.locator(".place-code").bounding_box()
    assert code is not None
    assert code["height"] >= CODE_LEAST_PX
    seen("location")
    wedge(page, SECOND)
    expect(page.locator("main.work")).to_have_attribute("data-tone", "bad")
    seen("wrong")
    scan(page, FIRST, "item")
    seen("item")
    page.context.set_offline(True)
    expect(page.locator('.strip[data-wire="offline"]')).to_be_visible()
    scan(page, EAN["PEN"], "item")
    scan(page, EAN["PEN"], "tote")
    expect(page.locator(".queue")).to_be_visible()
    seen("tote-offline")
    page.context.set_offline(False)
    expect(page.locator(".queue")).to_be_hidden()
    scan(page, "TOTE-1", "location")
    for label in (SECOND, EAN["MUG"], "TOTE-1", EAN["CUP"]):
        wedge(page, label)
    stands_at(page, "quantity")
    seen("quantity")
    wedge(page, "0")
    expect(page.locator("main.work")).to_have_attribute("data-tone", "bad")
    seen("quantity-refused")
    page.locator(".bar button").last.click()
    expect(page.get_by_role("dialog").get_by_role("button")).not_to_have_count(1)
    seen("more")


def from_right_to_left(route: Route) -> None:
    """The words of a language that runs from right to left, as far as a layout can tell."""
    words = route.fetch().json()
    route.fulfill(json={key: f"عربي {sentence}" for key, sentence in words.items()})


@pytest.mark.parametrize(
    ("language", "width", "look"), [("en-GB", 320, "light"), ("de-DE", 320, "dark"), ("zh-CN", 360, "contrast")]
)
def test_every_screen_meets_the_goals(browser: Browser, server: Served, language: str, width: int, look: str) -> None:
    """Targets, all in reach, contrast, the shelf's code, no sideways scroll, nothing cut off."""
    context = browser.new_context(viewport={"width": width, "height": HEIGHTS[width]}, locale=language)
    context.add_init_script(f"localStorage.setItem('gangway.look', '{look}')")
    page = context.new_page()
    page.goto(f"{server.url}/")
    shoot = shooter(f"{language}-{width}-{look}")

    def seen(screen: str) -> None:
        page.wait_for_timeout(350 if os.environ.get("GANGWAY_SHOTS") else 0)  # a picture waits for what still moves
        shoot(page, screen)
        check(page, width, screen)

    screens(page, seen)


def test_no_language_is_cut_off_on_the_narrowest_screen(browser: Browser, server: Served) -> None:
    """The words of the bar, of a wrong scan and of both sheets, one language after the other."""
    page = browser.new_context(viewport={"width": 320, "height": 640}, locale="en-GB").new_page()
    page.goto(f"{server.url}/")
    log_in(page, PICKER, "cart")
    scan(page, "CART-1", "location")
    for language in LANGUAGES:
        page.evaluate("name => localStorage.setItem('gangway.language', name)", language)
        page.reload()
        expect(page.locator(f'html[lang="{language}"] main.work[data-step="location"]')).to_be_visible()
        wedge(page, SECOND)
        expect(page.locator("main.work")).to_have_attribute("data-tone", "bad")
        check(page, 320, f"{language}, wrong")
        for sheet in (0, 3):
            page.locator(".bar button").nth(sheet).click()
            expect(page.get_by_role("dialog").get_by_role("button")).not_to_have_count(1)
            check(page, 320, f"{language}, sheet {sheet}")
            page.locator("button.back").click()


def test_a_language_from_right_to_left_fits_as_well_and_leaves_labels_as_they_are(
    browser: Browser, server: Served
) -> None:
    """The page is mirrored; what stands on a label is not."""
    width = 412
    page = browser.new_context(viewport={"width": width, "height": 640}, locale="en-GB").new_page()
    page.route("**/assets/en-*.json", from_right_to_left)
    page.goto(f"{server.url}/")
    shoot = shooter(f"rtl-{width}-light")

    def seen(screen: str) -> None:
        page.evaluate("document.documentElement.dir = 'rtl'")
        shoot(page, screen)
        check(page, width, screen)

    expect(page.locator("#badge")).to_be_visible()
    seen("login")
    scan(page, PICKER, "cart")
    scan(page, "CART-1", "location")
    seen("location")
    assert page.evaluate("getComputedStyle(document.querySelector('.place-code')).direction") == "ltr"
    undo, more = (page.locator(".bar button").nth(at).bounding_box() for at in (2, 3))
    assert undo is not None
    assert more is not None
    assert more["x"] < undo["x"]
    wedge(page, SECOND)
    expect(page.locator("main.work")).to_have_attribute("data-tone", "bad")
    assert page.evaluate("getComputedStyle(document.querySelector('.scanned bdi')).direction") == "ltr"
    seen("wrong")


def test_who_is_led_by_voice_has_the_digits_and_the_bar_in_reach(browser: Browser, server: Served) -> None:
    """The pad of the check digits stands beside the shelf's code, also beside what was wrong with a scan."""
    context = browser.new_context(viewport={"width": 320, "height": HEIGHTS[320]}, locale="de-DE")
    context.add_init_script("localStorage.setItem('gangway.voice', 'on')")
    page = context.new_page()
    page.goto(f"{server.url}/")
    scan(page, PICKER, "cart")
    scan(page, "CART-1", "location")
    expect(page.locator(".digits button").first).to_be_visible()
    check(page, 320, "led")
    wedge(page, SECOND)
    expect(page.locator("main.work")).to_have_attribute("data-tone", "bad")
    check(page, 320, "led, wrong")


def test_a_language_that_is_chosen_in_a_dead_spot_is_there_and_stays_there(browser: Browser, server: Served) -> None:
    """Every table was kept on the device with the page: without one a reload would show a page without words."""
    page = browser.new_context(viewport={"width": 360, "height": 640}, locale="en-GB").new_page()
    page.goto(f"{server.url}/")
    log_in(page, PICKER, "cart")
    expect_kept(page, *(f"/assets/{language}-" for language in LANGUAGES))
    page.context.set_offline(True)
    page.evaluate("localStorage.setItem('gangway.language', 'pl')")
    page.reload()
    expect(page.get_by_text("Zeskanuj wózek")).to_be_visible()

"""Scanners that type otherwise, and the camera with and without a network."""

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from playwright.sync_api import Browser, expect

from server.core.consensus import Symbology
from server.core.wedge import ScannerProfile, Suffix
from server.web.camera.trials import draw_label
from tests.browser_hands import (
    HANDHELD,
    SUPERVISOR,
    device,
    expect_kept,
    log_in,
    open_page,
    scan,
    stands_at,
    taps,
    wedge,
)
from tests.small_floor import FIRST, PACKER, PICKER
from tests.web_house import Served


def test_a_scanner_is_set_by_a_label_before_anybody_is_logged_in(browser: Browser, server: Served) -> None:
    """The label comes with a suffix that the page does not know yet; a bad one changes nothing; a reload neither."""
    page = open_page(browser, f"{server.url}/", HANDHELD)
    expect(page.get_by_role("heading", name="Scan your badge")).to_be_visible()
    wedge(page, "GANGWAY-SCANNER?suffix=space;")
    expect(page.get_by_role("alert")).to_contain_text("suffix=space")
    wedge(page, f"~{ScannerProfile(Suffix.TAB, '~').label()}", suffix="Tab")
    expect(page.get_by_role("alert")).to_contain_text("The scanner is set")
    page.reload()
    expect(page.get_by_role("heading", name="Scan your badge")).to_be_visible()
    wedge(page, f"~{PICKER}", suffix="Tab")
    stands_at(page, "cart")
    wedge(page, "~CART-1", suffix="Tab")
    stands_at(page, "location")
    wedge(page, f"~{ScannerProfile().label()}", suffix="Tab")
    expect(page.get_by_text("The scanner is set")).to_be_visible()
    scan(page, FIRST, "item")


def film(folder: Path, label: str) -> Path:
    """A fake camera's pictures: a label that is held still."""
    desk = np.full((720, 1280), 140, np.uint8)
    drawn = draw_label(label, Symbology.CODE_128, 4)
    top, left = (720 - drawn.shape[0]) // 2, (1280 - drawn.shape[1]) // 2
    desk[top : top + drawn.shape[0], left : left + drawn.shape[1]] = drawn
    file = folder / "camera.mjpeg"
    file.write_bytes(cv2.imencode(".jpg", cv2.cvtColor(desk, cv2.COLOR_GRAY2BGR))[1].tobytes() * 5)
    return file


def filming(launch_browser: Callable[..., Browser], film: Path) -> Browser:
    """A browser that may use its camera, which shows the film."""
    fake = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
    return launch_browser(*fake, f"--use-file-for-fake-video-capture={film}")


@pytest.mark.parametrize(
    ("path", "badge", "begun"),
    [
        ("/", PICKER, 'main.work[data-step="cart"]'),
        ("/pack", PACKER, 'main.work[data-step="tote"]'),
        ("/board", SUPERVISOR, "main.board"),
    ],
)
def test_a_badge_before_the_camera_logs_in_and_closes_it(
    launch_browser: Callable[..., Browser], server: Served, tmp_path: Path, path: str, badge: str, begun: str
) -> None:
    """The page reads the badge itself: the server reads no pictures for whoever is not logged in."""
    browser = filming(launch_browser, film(tmp_path, badge))
    page = open_page(browser, f"{server.url}{path}", HANDHELD)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    taps(page, "camera_on")
    expect(page.locator(begun)).to_be_visible()
    expect(page.locator(".camera")).to_have_count(0)
    assert [url for url in asked if "decode" in url] == []
    assert any(url.endswith(".wasm") for url in asked)
    browser.close()


def test_the_camera_reads_in_a_dead_spot_and_asks_the_server_when_it_can(
    launch_browser: Callable[..., Browser], server: Served, tmp_path: Path
) -> None:
    """What the dead spot needs was fetched while there was a network; the picture says who reads."""
    browser = filming(launch_browser, film(tmp_path, FIRST))
    context = device(browser, HANDHELD)
    context.grant_permissions(["camera"])
    page = context.new_page()
    page.goto(f"{server.url}/")
    log_in(page, PICKER, "cart")
    scan(page, "CART-1", "location")
    expect_kept(page, ".wasm", "/layout/plan")
    context.set_offline(True)
    page.reload()
    stands_at(page, "location")
    expect(page.locator(".map .rack").first).to_be_attached()
    taps(page, "more", "camera_on")
    stands_at(page, "item")
    expect(page.locator(".camera")).to_have_attribute("data-route", "page")
    with page.expect_response("**/api/v1/decode") as answered:
        context.set_offline(False)
    assert [code["text"] for code in answered.value.json()["codes"]] == [FIRST]
    expect(page.get_by_text("Read by the server")).to_be_visible()
    browser.close()

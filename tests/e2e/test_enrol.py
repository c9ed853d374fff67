"""A device is let in: from the QR code's address over plain http to a bound page over https that starts offline."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect

from tests.browser_hands import expect_kept
from tests.conftest import CHROMIUM_ARGUMENTS
from tests.web_house import served, staffed

GANGWAY = str(Path(sys.executable).with_name("gangway"))
HANDHELD = {"width": 360, "height": 740}


@contextmanager
def phone(driver: Playwright, chromium: str, home: Path) -> Iterator[BrowserContext]:
    """A browser of a person of its own: what they trust and what is kept lies in `home`."""
    context = driver.chromium.launch_persistent_context(
        str(home / "profile"),
        executable_path=chromium,
        args=list(CHROMIUM_ARGUMENTS),
        env={**os.environ, "HOME": str(home)},
        viewport=HANDHELD,  # type: ignore[arg-type]
        locale="en-GB",
    )
    yield context
    context.close()


def trust(home: Path, authority: Path) -> None:
    """What a person does in the settings of a device."""
    if shutil.which("certutil") is None:
        pytest.fail("certutil is missing: run  sudo apt-get install libnss3-tools")
    store = home / ".pki" / "nssdb"
    store.mkdir(parents=True)
    for step in (["-N", "--empty-password"], ["-A", "-n", "gangway", "-t", "C,,", "-i", str(authority)]):
        subprocess.run(["certutil", *step, "-d", f"sql:{store}"], check=True, capture_output=True)


def invite(url: str, name: str) -> str:
    """The address that `gangway device add` gives."""
    command = [GANGWAY, "device", "add", "--name", name, "--database-url", url, "--json"]
    ended = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60)
    address: str = json.loads(ended.stdout)["url"]
    return address


def bind(page: Page, address: str) -> None:
    """The three steps, of which the first two are done."""
    page.goto(address)
    expect(page.get_by_role("link", name="Load certificate")).to_have_attribute("href", "/gangway-ca.crt")
    page.get_by_role("link", name="Go on, securely").click()
    expect(page).to_have_url(re.compile("^https:"))
    page.get_by_role("button", name="Bind this device").click()


def test_an_enrolled_phone_logs_in_over_https_and_starts_without_a_network(
    browser: Browser, browser_driver: Playwright, chromium: str, migrated_sqlite: Path, tmp_path: Path
) -> None:
    """With nothing but our authority in its store: camera, worker and socket are there. A second device is refused."""
    url = staffed(migrated_sqlite, tmp_path)
    options = ("--tls", "auto", "--plain-port", "0", "--devices", "enrolled")
    with served(url, tmp_path, *options) as server:
        address = invite(url, "Scanner 7")
        with browser.new_context(locale="en-GB") as strange:
            page = strange.new_page()
            page.goto(address)
            expect(page.get_by_text("does not trust the server yet")).to_be_visible()
            expect(page.get_by_role("link", name="Go on, securely")).to_have_count(0)
        trust(tmp_path / "home", tmp_path / "tls" / "ca.crt")
        with phone(browser_driver, chromium, tmp_path / "home") as trusting:
            page = trusting.new_page()
            bind(page, address)
            expect(page.get_by_text("This device is now Scanner 7.")).to_be_visible()
            page.get_by_role("link", name="Start").click()
            expect(page.get_by_role("heading", name="Scan your badge")).to_be_visible()
            assert page.evaluate("navigator.serviceWorker.ready.then(({active}) => active.scriptURL)").endswith(
                "/sw.js"
            )
            assert page.evaluate("isSecureContext && 'mediaDevices' in navigator && 'wakeLock' in navigator")
            page.keyboard.type("P-1\n")
            expect(page.locator("main.work")).to_be_visible()
            expect(page.locator(".strip")).to_have_attribute("data-wire", "connected")
            expect_kept(page)
            trusting.set_offline(True)
            page.reload()
            expect(page.locator("main.work")).to_be_visible()
            trusting.set_offline(False)
            twice = trusting.new_page()
            twice.goto(server.url + "/enrol#" + address.partition("#")[2])
            twice.evaluate("localStorage.clear()")
            twice.get_by_role("button", name="Bind this device").click()
            expect(twice.get_by_role("alert")).to_contain_text("This code has been used")


def test_a_phone_that_is_not_enrolled_is_told_what_to_do(
    browser: Browser, migrated_sqlite: Path, tmp_path: Path
) -> None:
    """In its own words, at the badge."""
    with (
        served(staffed(migrated_sqlite, tmp_path), tmp_path, "--devices", "enrolled") as server,
        browser.new_context(locale="en-GB") as strange,
    ):
        page = strange.new_page()
        page.goto(server.url)
        expect(page.get_by_role("heading", name="Scan your badge")).to_be_visible()
        page.keyboard.type("P-1\n")
        expect(page.get_by_role("alert")).to_contain_text("This device is not enrolled")

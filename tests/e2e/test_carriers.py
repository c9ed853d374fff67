"""A carrier that does not answer: from the supervisor's tap to the bench and to another board, in real pages."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import insert, update

from server.store import schema as s
from server.store.transaction import Store, Transaction
from tests.browser_hands import (
    DESKTOP,
    ENGLISH,
    SUPERVISOR,
    furnish_with_supervisor,
    log_in,
    open_page,
    scan,
    stands_at,
    taps,
    wedge,
)
from tests.small_floor import CUP_CASE, EAN, FIRST, PACKER, SECOND, Hand
from tests.web_house import Served, staffed

PICKED = (FIRST, EAN["PEN"], EAN["PEN"], "TOTE-1", SECOND, EAN["MUG"], "TOTE-1", CUP_CASE, CUP_CASE, "TOTE-2", "PACK-1")


@pytest.fixture
def floor_url(migrated_sqlite: Path, tmp_path: Path) -> str:
    """The small floor with everything picked; both orders go by DHL, which takes BOX-M and no BOX-L."""
    return staffed(migrated_sqlite, tmp_path, _picked)


def _picked(store: Store) -> None:
    furnish_with_supervisor(store)
    picker = Hand(store)
    picker.begin()
    for label in ("CART-1", *PICKED):
        picker.scan(label)
    store.write(_by_dhl)


def _by_dhl(tx: Transaction) -> None:
    tx.connection.execute(insert(s.cartons), {"carton": "BOX-L", "name": "Large", "volume_ml": 1})
    tx.connection.execute(insert(s.labels), {"label": "BOX-L", "kind": "carton", "ref": "BOX-L"})
    tx.connection.execute(insert(s.carriers), {"carrier": "DHL", "name": "DHL Parcel"})
    tx.connection.execute(insert(s.carrier_cartons), {"carrier": "DHL", "carton": "BOX-M"})
    tx.connection.execute(update(s.orders).values(carrier="DHL"))


def a_board(browser: Browser, server: Served) -> Page:
    """A supervisor's board of its own."""
    board = open_page(browser, f"{server.url}/board", DESKTOP)
    expect(board.get_by_role("heading", name="Scan your badge")).to_be_visible()
    wedge(board, SUPERVISOR)
    expect(board.locator("main.board")).to_be_visible()
    return board


def test_a_carrier_is_set_down_by_a_tap_and_no_parcel_is_closed_until_it_is_open_again(
    browser: Browser, server: Served
) -> None:
    """Bench and boards are told at once; the carton that the carrier does not take cannot be tapped."""
    board, other = a_board(browser, server), a_board(browser, server)
    packer = open_page(browser, f"{server.url}/pack", DESKTOP)
    log_in(packer, PACKER, "tote")
    scan(packer, "TOTE-1", "carton")
    expect(packer.get_by_role("button", name="Large")).to_be_disabled()
    for label, step in (("BOX-M", "item"), (EAN["PEN"], "item"), (EAN["PEN"], "item"), (EAN["MUG"], "close")):
        scan(packer, label, step)

    assert taps(board, "more", "carriers", "set_down") == 3
    for page in (board.locator(".board-side"), other.locator(".board-side")):
        expect(page.locator(".closure")).to_contain_text(f"DHL Parcel{ENGLISH['carrier_down']}")
    expect(packer.locator(".facts")).to_contain_text(f"DHL Parcel: {ENGLISH['carrier_down']}")
    packer.keyboard.press("F2")
    expect(packer.get_by_role("alert")).to_contain_text("DHL Parcel does not answer. Nothing was booked")
    stands_at(packer, "close")

    other.locator(".board-side").get_by_role("button", name="Open again").click()
    expect(board.locator(".board-side .closure")).to_have_count(0)
    expect(packer.locator(".facts")).not_to_contain_text(ENGLISH["carrier_down"])
    packer.keyboard.press("F2")
    stands_at(packer, "tote")
    expect(other.locator('[data-count="done"] dd')).to_have_text("1")

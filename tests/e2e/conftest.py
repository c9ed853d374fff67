"""The production server on the small floor, for every browser test."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser_hands import furnish_with_supervisor
from tests.web_house import Served, served, staffed


@pytest.fixture
def floor_url(migrated_sqlite: Path, tmp_path: Path) -> str:
    """The address of the small floor's database."""
    return staffed(migrated_sqlite, tmp_path, furnish_with_supervisor)


@pytest.fixture
def server(floor_url: str, tmp_path: Path, browser: Browser) -> Iterator[Served]:
    """The production server on the small floor; the test's devices leave before it stops, or it would wait for them."""
    with served(floor_url, tmp_path) as running:
        yield running
        for context in browser.contexts:
            context.close()

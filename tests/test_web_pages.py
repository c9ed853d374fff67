"""The built pages as a browser gets them."""

import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.web_house import in_process, staffed


@pytest.fixture
def app(migrated_sqlite: Path, tmp_path: Path) -> Iterator[Flask]:
    """The app with a page of three files and one script."""
    page = tmp_path / "page"
    (page / "assets").mkdir(parents=True)
    for name in ("index.html", "pack.html", "board.html", "icon.svg", ".secret"):
        (page / name).write_text(f"<p>{name}</p>")
    (page / "assets" / "main-1a2b.js").write_text("run()")
    (page / "assets" / "main-1a2b.js.gz").write_bytes(gzip.compress(b"run()"))
    with in_process(staffed(migrated_sqlite, tmp_path), tmp_path, page) as made:
        yield made


def get(app: Flask, path: str, headers: dict[str, str] | None = None) -> TestResponse:
    """The whole answer; its file is closed."""
    return app.test_client().get(path, headers=headers, buffered=True)


@pytest.mark.parametrize(
    ("path", "file"), [("/", "index.html"), ("/pack", "pack.html"), ("/board", "board.html"), ("/icon.svg", "icon.svg")]
)
def test_each_page_is_served_at_its_address_and_asked_for_anew(app: Flask, path: str, file: str) -> None:
    """A new build must reach every device at its next load."""
    answer = get(app, path)
    assert answer.get_data(as_text=True) == f"<p>{file}</p>"
    assert answer.headers["Cache-Control"] == "no-cache"


def test_a_hashed_file_is_kept_for_ever_and_packed_when_the_browser_likes(app: Flask) -> None:
    """Its name changes with its content."""
    plain = get(app, "/assets/main-1a2b.js")
    packed = get(app, "/assets/main-1a2b.js", {"Accept-Encoding": "gzip, br"})
    assert plain.get_data() == b"run()" == gzip.decompress(packed.get_data())
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "immutable" in packed.headers["Cache-Control"]
    assert packed.headers["Content-Type"].startswith("text/javascript")


def test_what_the_build_left_unpacked_is_packed_here(app: Flask, tmp_path: Path) -> None:
    """A handheld in a corner with little network gets a third of the bytes; what changed on disk is packed anew."""
    file = tmp_path / "page" / "assets" / "large-3c4d.js"
    for content in (b"one();" * 400, b"two();" * 500):
        file.write_bytes(content)
        packed = get(app, "/assets/large-3c4d.js", {"Accept-Encoding": "gzip"})
        assert packed.headers["Content-Encoding"] == "gzip"
        assert int(packed.headers["Content-Length"]) == len(packed.get_data()) < 200
        assert gzip.decompress(packed.get_data()) == content
    assert get(app, "/assets/large-3c4d.js").get_data() == content
    again = get(app, "/assets/large-3c4d.js", {"Accept-Encoding": "gzip", "If-None-Match": packed.headers["ETag"]})
    assert (again.status_code, again.get_data()) == (304, b"")


def test_a_page_may_load_nothing_from_elsewhere_and_be_framed_by_nobody(app: Flask) -> None:
    """What a stranger's script or frame would need is switched off."""
    headers = get(app, "/").headers
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert "unsafe-inline" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("path", ["/.secret", "/assets/../.secret", "/assets/..%2f.secret", "/assets/none.js", "/none"])
def test_nothing_else_of_the_disk_is_served(app: Flask, path: str) -> None:
    """Only what the build put there for browsers."""
    answer = get(app, path)
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (404, "not_found")


def test_a_page_that_is_not_built_says_which_command_builds_it(migrated_sqlite: Path, tmp_path: Path) -> None:
    """The API goes on without it."""
    with in_process(staffed(migrated_sqlite, tmp_path), tmp_path, tmp_path / "none") as app:
        answer = get(app, "/")
        assert (answer.status_code, answer.get_json()["error"]["code"]) == (503, "page_not_built")
        assert "make page" in answer.get_json()["error"]["message"]
        assert get(app, "/healthz").get_json()["ok"] is True

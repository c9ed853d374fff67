"""The built pages and what they load: hashed files for ever, the pages themselves asked for anew each time."""

from functools import partial
from pathlib import Path

from flask import Flask, Response

from server.core.errors import NotFound, NotReady
from server.web.http.answers import POLICY
from server.web.http.files import send

ENROL = "enrol.html"
PAGES = (("/", "index.html"), ("/pack", "pack.html"), ("/board", "board.html"), ("/enrol", ENROL))
A_YEAR_S = 365 * 24 * 3600


def serve_pages(app: Flask, folder: Path) -> None:
    """Serve what stands in `folder`: the four pages, /assets/… and the files beside the pages."""
    for address, file in PAGES:
        app.add_url_rule(address, f"page {file}", partial(_page, folder, file))
    app.add_url_rule("/assets/<path:file>", "asset", partial(_asset, folder))
    app.add_url_rule("/<file>", "file", partial(_beside, folder))


def _page(folder: Path, file: str) -> Response:
    if not (folder / file).is_file():
        raise NotReady("page_not_built", "the pages are not built yet; run: make page")
    answer = send(folder, file, _type(file), "no-cache")
    if file == ENROL:  # the page asks https beside it whether this browser trusts the certificate
        answer.headers["Content-Security-Policy"] = POLICY.replace("connect-src 'self'", "connect-src 'self' https:")
    return answer


def _asset(folder: Path, file: str) -> Response:
    return send(
        folder / "assets", file, _type(file), f"public, max-age={A_YEAR_S}, immutable"
    )  # the name has the content's hash


def _beside(folder: Path, file: str) -> Response:
    if file.startswith(".") or file.endswith(".html"):
        raise NotFound("not_found", f"there is no file {file[:64]}")
    return send(folder, file, _type(file), "no-cache")


def _type(file: str) -> str:
    """The type of a built file; not left to the machine, whose own table may be empty."""
    return {
        ".html": "text/html",
        ".js": "text/javascript",
        ".css": "text/css",
        ".svg": "image/svg+xml",
        ".json": "application/json",
        ".webmanifest": "application/manifest+json",
        ".wasm": "application/wasm",
        ".png": "image/png",
    }.get(Path(file).suffix, "application/octet-stream")

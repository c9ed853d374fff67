"""The built pages and what they load: hashed files for ever, the pages themselves asked for anew each time."""

from functools import partial
from pathlib import Path

from flask import Flask, Response, request, send_from_directory

from server.core.errors import NotFound, NotReady

PAGES = (("/", "index.html"), ("/pack", "pack.html"), ("/board", "board.html"))
A_YEAR_S = 365 * 24 * 3600
PACKED = (("br", ".br"), ("gzip", ".gz"))


def serve_pages(app: Flask, folder: Path) -> None:
    """Serve what stands in `folder`: the three pages, /assets/… and the files beside the pages."""
    for address, file in PAGES:
        app.add_url_rule(address, f"page {file}", partial(_page, folder, file))
    app.add_url_rule("/assets/<path:file>", "asset", partial(_asset, folder))
    app.add_url_rule("/<file>", "file", partial(_beside, folder))


def _page(folder: Path, file: str) -> Response:
    if not (folder / file).is_file():
        raise NotReady("page_not_built", "the pages are not built yet; run: make page")
    return _send(folder, file, "no-cache")


def _asset(folder: Path, file: str) -> Response:
    return _send(folder / "assets", file, f"public, max-age={A_YEAR_S}, immutable")  # the name has the content's hash


def _beside(folder: Path, file: str) -> Response:
    if file.startswith(".") or file.endswith(".html"):
        raise NotFound("not_found", f"there is no file {file[:64]}")
    return _send(folder, file, "no-cache")


def _send(folder: Path, file: str, caching: str) -> Response:
    """The file, packed as the browser likes it when the build has packed it."""
    plain = folder / file
    for coding, ending in PACKED:
        packed = plain.with_name(plain.name + ending)
        if request.accept_encodings[coding] and packed.is_file():
            answer = send_from_directory(folder.resolve(), file + ending, mimetype=_type(plain))
            answer.headers["Content-Encoding"] = coding
            break
    else:
        answer = send_from_directory(folder.resolve(), file, mimetype=_type(plain))
    answer.headers["Cache-Control"] = caching
    answer.headers["Vary"] = "Accept-Encoding"
    return answer


def _type(file: Path) -> str:
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
    }.get(file.suffix, "application/octet-stream")

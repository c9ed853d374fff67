"""How every answer leaves: errors in one shape, never a page or a trace, and the headers that keep browsers safe."""

from types import MappingProxyType
from uuid import uuid4

import structlog
from flask import Flask, Response, jsonify, request
from werkzeug.exceptions import HTTPException

from server.core.errors import BadLayout, BadRows, FloorError

log = structlog.get_logger(__name__)

# codes whose meaning HTTP has a number of its own for; every other error has its class's
HTTP_CODES = MappingProxyType(
    {
        "token_missing": 401,
        "token_wrong": 401,
        "token_expired": 401,
        "logged_out": 401,
        "taken_over": 401,
        "too_many_guesses": 429,
        "bad_json": 400,
    }
)

# pages are built from files alone; wasm is the camera decoder; sockets are the server's own
POLICY = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; "
    "img-src 'self' data: blob:; media-src 'self' blob:; font-src 'self'; connect-src 'self' ws: wss:; "
    "worker-src 'self' blob:; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)

SAFE = MappingProxyType(
    {
        "Content-Security-Policy": POLICY,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(self), microphone=(), geolocation=(), payment=()",
    }
)

WORDS = MappingProxyType(
    {
        400: ("bad_request", "the request cannot be read"),
        404: ("not_found", "there is nothing at this address; docs/rest.md lists what there is"),
        405: ("method_not_allowed", "this address does not take this method; docs/rest.md lists which it takes"),
        413: ("too_large", "the body is larger than this address takes; docs/rest.md says how large it may be"),
        415: ("wrong_media_type", "the body is of a type that this address does not take"),
    }
)


def dress(app: Flask) -> None:
    """Make every answer of `app` leave in this shape."""
    app.register_error_handler(FloorError, _expected)
    app.register_error_handler(HTTPException, _from_http)
    app.register_error_handler(Exception, _unexpected)
    app.after_request(_safe)


def error_answer(code: str, message: str, number: int, details: object = None) -> tuple[Response, int]:
    """The one shape of an error; docs/protocol.md."""
    error: dict[str, object] = {"code": code, "message": message}
    if details is not None:
        error["details"] = details
    return jsonify({"error": error}), number


def _expected(error: FloorError) -> tuple[Response, int]:
    details: list[dict[str, object]] | None = None
    if isinstance(error, BadRows):
        details = [{"row": row, "wrong": wrong} for row, wrong in error.rows]
    if isinstance(error, BadLayout):
        details = [{"place": place, "wrong": wrong} for place, wrong in error.problems]
    return error_answer(error.code, error.message, HTTP_CODES.get(error.code, error.http_code), details)


def _from_http(error: HTTPException) -> Response | tuple[Response, int]:
    number = error.code or 500
    if number < 400:
        return Response(status=number, headers=error.get_headers())
    code, message = WORDS.get(number, (error.name.lower().replace(" ", "_"), error.description or error.name))
    answer, _ = error_answer(code, message, number)
    for name, value in error.get_headers():
        if name in ("Allow", "Retry-After"):
            answer.headers[name] = value
    return answer, number


def _unexpected(error: Exception) -> tuple[Response, int]:
    mark = uuid4().hex[:8]
    log.error("unexpected", mark=mark, method=request.method, path=request.path, exc_info=error)
    return error_answer("internal", f"the server made a mistake; its log says more under {mark}", 500)


def _safe(answer: Response) -> Response:
    for name, value in SAFE.items():
        answer.headers.setdefault(name, value)
    if request.path.startswith("/api/"):
        answer.headers.setdefault("Cache-Control", "no-store")
    return answer

"""Every route of the REST API, and how one is answered: who asks, may they, then its one function."""

import time
from functools import partial

import structlog
from flask import Flask, Response, jsonify, request

from server.core.errors import NotAllowed
from server.floor import login
from server.floor.login import Person
from server.web.http import carriers, enrolling, photos, session, warehouse, watching, work
from server.web.http.desk import Asked, Desk, Route

log = structlog.get_logger(__name__)

ROUTES: tuple[Route, ...] = (
    *session.ROUTES,
    *warehouse.ROUTES,
    *work.ROUTES,
    *carriers.ROUTES,
    *watching.ROUTES,
    *photos.ROUTES,
    *enrolling.ROUTES,
)


def serve_routes(app: Flask, desk: Desk) -> None:
    """Serve every route of the table."""
    for route in ROUTES:
        name = f"{route.method.value} {route.path}".replace(".", "_")
        app.add_url_rule(route.path, name, partial(_answer, desk, route), methods=[route.method.value])


def _answer(desk: Desk, route: Route, **path: str) -> Response | tuple[Response, int]:
    began = time.monotonic()
    request.max_content_length = route.most_bytes
    asked = Asked(desk, request, None, path)
    if route.roles is not None:
        asked = Asked(desk, request, _asker(asked, route), path)
    answer = route.answer(asked)
    took_ms = round((time.monotonic() - began) * 1000, 1)
    if request.path != "/healthz":
        log.info("answered", method=request.method, path=request.path, badge=asked.badge, took_ms=took_ms)
    if isinstance(answer, Response):
        return answer
    body, number = answer if isinstance(answer, tuple) else (answer, 200)
    return jsonify(body), number


def _asker(asked: Asked, route: Route) -> Person:
    held = session.token_of(asked)
    person = asked.desk.store.read(lambda connection: login.logged_in(connection, held.badge, held.device))
    if route.roles is not None and person.role not in route.roles:
        roles = " or ".join(sorted(role.value for role in route.roles))
        raise NotAllowed("role_not_enough", f"this is for a {roles}, and {person.name} is a {person.role.value}")
    return person

"""Logging in and out, and whether the server is well."""

from server.core.errors import NotAllowed
from server.floor import enrol, login
from server.floor.login import Person
from server.store import board
from server.store.transaction import Transaction
from server.web import wire
from server.web.auth import Pass
from server.web.http.desk import Answer, Asked, Method, Route


def log_in(asked: Asked) -> Answer:
    """Seat a badge at a device and sign a token for it."""
    desk = asked.desk
    address = asked.request.remote_addr or ""
    desk.guesses.check(address)
    body = wire.read_log_in(asked.json())
    badge, device = body["badge"].strip(), body["device"]

    def enter(tx: Transaction) -> Person:
        only = desk.entrance.enrolled_only
        enrolment = enrol.admitted(tx.connection, body.get("credential", ""), enrolled_only=only)
        return login.log_in(tx, badge, device, enrolment)

    try:
        person = desk.store.write(enter)
    except NotAllowed as error:
        if error.code == "unknown_badge":
            desk.guesses.wrong(address)
        raise
    return {"token": desk.seal.token(Pass(badge, device)), "person": wire.person_document(person)}


def log_out(asked: Asked) -> Answer:
    """Leave the device; its sockets are closed."""
    held = token_of(asked)
    asked.desk.store.write(lambda tx: login.log_out(tx, held.badge, held.device))
    return {"ok": True}


def me(asked: Asked) -> Answer:
    """Who the token belongs to."""
    assert asked.person is not None
    return {"person": wire.person_document(asked.person)}


def healthz(asked: Asked) -> Answer:
    """Whether the store answers, with the revision it stands at."""
    return {"ok": True, "revision": asked.desk.store.read(board.revision)}


def token_of(asked: Asked) -> Pass:
    """What the request's token says. Raises NotAllowed when there is none to trust."""
    kind, _, token = asked.request.headers.get("Authorization", "").partition(" ")
    return asked.desk.seal.read(token.strip() if kind.lower() == "bearer" else "")


ROUTES = (
    Route(Method.POST, "/api/v1/login", log_in, roles=None),
    Route(Method.POST, "/api/v1/logout", log_out),
    Route(Method.GET, "/api/v1/me", me),
    Route(Method.GET, "/healthz", healthz, roles=None),
)

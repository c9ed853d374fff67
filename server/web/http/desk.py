"""What a REST route is, what it may use, and what it is asked."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

from flask import Request, Response

from server.core.errors import BadInput
from server.core.terms import Role
from server.floor.guide import Guide
from server.floor.login import Person
from server.floor.planner import Planner
from server.store.transaction import Store
from server.web.auth import Guesses, Seal
from server.web.camera import Camera

KB = 1024
MB = 1024 * KB

ANYONE: frozenset[Role] = frozenset(Role)
LEADS = frozenset({Role.SUPERVISOR, Role.ADMIN})
ADMINS = frozenset({Role.ADMIN})


@dataclass(frozen=True, slots=True)
class Entrance:
    """How devices come in: the ports of https and of http beside it (0: there is no https), our authority (DER; b"":
    none) with its SHA-256 as people read it, and whether only enrolled devices may log in.
    """

    secure_port: int = 0
    plain_port: int = 0
    authority: bytes = b""
    fingerprint: str = ""
    enrolled_only: bool = False


@dataclass(frozen=True, slots=True)
class Desk:
    """What the routes of one server share."""

    store: Store
    seal: Seal
    guesses: Guesses
    planner: Planner
    guide: Guide
    instance: Path
    camera: Camera
    entrance: Entrance


@dataclass(frozen=True, slots=True)
class Asked:
    """One request: who asks (None on an open route), and how to read what came with it."""

    desk: Desk
    request: Request
    person: Person | None
    path: Mapping[str, str]

    @property
    def badge(self) -> str:
        """Who asks, "" on an open route."""
        return self.person.badge if self.person else ""

    def json(self) -> Any:
        """The body as JSON. Raises BadInput when it is none."""
        try:
            return json.loads(self.request.get_data())
        except (ValueError, RecursionError) as error:
            raise BadInput("bad_json", f"the body is not JSON: {error}") from None

    def fields(self, *known: str) -> dict[str, Any]:
        """The body as a JSON object with no other fields than `known`. Raises BadInput."""
        body = self.json()
        if not isinstance(body, dict):
            raise BadInput("bad_json", "the body is to be a JSON object")
        for name in body:
            if name not in known:
                raise BadInput("unknown_field", f"there is no field {name[:64]!r}; known: {', '.join(known) or 'none'}")
        return body

    def text(self, body: Mapping[str, Any], name: str, *, default: str | None = None, longest: int = 200) -> str:
        """Field `name` of `body` as text. Raises BadInput when it is missing, no text or too long."""
        value = body.get(name, default)
        if not isinstance(value, str) or len(value) > longest:
            raise BadInput("bad_field", f"{name}: text of at most {longest} characters is wanted")
        return value

    def query(self, name: str, default: str = "") -> str:
        """A parameter of the address."""
        return self.request.args.get(name, default)

    def query_number(self, name: str, default: int, least: int, most: int) -> int:
        """A parameter of the address as a number. Raises BadInput when it is none or out of its range."""
        text = self.query(name, str(default))
        if text.isascii() and text.isdigit() and len(text) < 12 and least <= int(text) <= most:
            return int(text)
        raise BadInput("bad_field", f"{name}: a whole number from {least} to {most} is wanted, not {text[:64]!r}")


class Method(Enum):
    """The methods in use."""

    GET = "GET"
    POST = "POST"
    PUT = "PUT"
    DELETE = "DELETE"


Answer = Mapping[str, Any] | tuple[Mapping[str, Any], int] | Response


@dataclass(frozen=True, slots=True)
class Route:
    """One route under /api/v1: who may ask (None: whoever), how large a body may be, and what answers."""

    method: Method
    path: str
    answer: Callable[[Asked], Answer]
    roles: frozenset[Role] | None = ANYONE
    most_bytes: int = 64 * KB

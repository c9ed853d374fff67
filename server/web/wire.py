"""The shapes of docs/protocol.md: what comes in is decoded here, strictly; what a frame has wrong is named."""

from collections.abc import Mapping
from typing import Annotated, Any, NotRequired

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError, with_config
from typing_extensions import TypedDict

from server.core.errors import BadInput
from server.core.terms import Act, Intent, Tone
from server.floor.login import Person

MOST_FRAME_BYTES = 64 * 1024
MOST_INTENTS_A_FRAME = 64  # as many as the store takes into one commit
VERSION = 1

STRICT = ConfigDict(strict=True, extra="forbid")

# SQLite keeps 64 bits, PostgreSQL's integer 32, the page's numbers 53: what passes here fits all three
Whole = Annotated[int, Field(ge=-(2**31), lt=2**31)]
Name = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[\x21-\x7e]+$")]


@with_config(STRICT)
class ScanFrame(TypedDict):
    """A `scan` as it travels. Labels are let through as they are, up to a frame's size: the rules refuse them."""

    op_id: Annotated[str, Field(min_length=8, max_length=64, pattern=r"^[\x21-\x7e]+$")]
    device: Name
    seq: Annotated[int, Field(ge=0, lt=2**31)]
    task: Annotated[str, Field(max_length=32)]
    version: Whole
    label: Annotated[str, Field(max_length=MOST_FRAME_BYTES)]
    at: Annotated[str, Field(max_length=40)]
    act: NotRequired[Annotated[Act, Field(strict=False)]]
    qty: NotRequired[Whole | None]
    reason: NotRequired[Annotated[str, Field(max_length=500)]]
    line: NotRequired[Whole]


@with_config(STRICT)
class Hello(TypedDict):
    """The `auth` of a connecting socket."""

    token: Annotated[str, Field(max_length=1024)]
    device: Name
    page: Annotated[str, Field(pattern="^(pick|pack|board)$")]
    v: int


@with_config(STRICT)
class LogIn(TypedDict):
    """The body of POST /api/v1/login. `credential` is what an enrolled device got."""

    badge: Annotated[str, Field(min_length=1, max_length=200)]
    device: Name
    credential: NotRequired[Annotated[str, Field(max_length=200)]]


SCAN_FRAME = TypeAdapter(ScanFrame)
HELLO = TypeAdapter(Hello)
LOG_IN = TypeAdapter(LogIn)


def read_intent(frame: object, device: str) -> Intent:
    """The intent in a `scan` frame sent by `device`. Raises BadInput: unknown_field, bad_intent or foreign_device."""
    read: ScanFrame = _read(SCAN_FRAME, frame, "bad_intent")
    if read["device"] != device:
        raise BadInput("foreign_device", f"this socket belongs to {device}, not to {read['device']}")
    return Intent(**read)


def read_hello(auth: object) -> Hello:
    """What a connecting socket says of itself. Raises BadInput when it is unreadable or of another version."""
    hello: Hello = _read(HELLO, auth, "bad_hello")
    if hello["v"] != VERSION:
        raise BadInput("version_unknown", f"this server speaks protocol version {VERSION}, not {hello['v']}; reload")
    return hello


def read_log_in(body: object) -> LogIn:
    """The badge and device that ask to log in. Raises BadInput."""
    read: LogIn = _read(LOG_IN, body, "bad_login")
    return read


def refusal(code: str, frame: object, message: str) -> dict[str, Any]:
    """A reply to a frame that never became an intent: no effect, and not stored, so a resend is answered anew."""
    fields = frame if isinstance(frame, Mapping) else {}
    return {
        "op_id": _text(fields.get("op_id"), 64),
        "code": code,
        "tone": Tone.BAD.value,
        "scanned": _text(fields.get("label"), 64),
        "wanted": "",
        "action": "",
        "args": {"detail": message},
        "about": None,
        "task": None,
        "replay": False,
    }


def person_document(person: Person) -> dict[str, str]:
    """A person as the wire shows them."""
    return {"badge": person.badge, "name": person.name, "role": person.role.value}


def _text(value: object, most: int) -> str:
    return value[:most].encode("utf-8", "replace").decode() if isinstance(value, str) else ""


def _read(shape: TypeAdapter[Any], found: object, code: str) -> Any:
    try:
        return shape.validate_python(found)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        where = ".".join(str(step) for step in first["loc"]) or "the message"
        unknown = first["type"] == "extra_forbidden"
        raise BadInput("unknown_field" if unknown else code, f"{where}: {first['msg']}") from None

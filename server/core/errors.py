"""The error tree. Everything that a person or another program can do wrong ends in one of these.

FloorError                code · who can mend it · worth retrying
├── BadInput              a file, a field or a label is wrong            the sender      no
│   ├── BadRows           a file with bad rows: every one is named       the sender      no
│   └── BadLayout         a layout file breaks its rules                 the sender      no
├── NotFound              the thing named does not exist                 the sender      no
├── NotAllowed            this person or device may not do this          a supervisor    no
├── Conflict              the world has moved on since you looked        the sender      after looking again
├── Short                 there is not enough stock for it               a supervisor    after a receipt
├── NotReady              the installation is not complete               the admin       after mending
└── Unavailable           the store or a worker cannot be reached        the admin       yes

A refused scan is not an error: it is a reply (core/flow).
"""

from collections.abc import Sequence
from enum import StrEnum


class Mender(StrEnum):
    """Who can mend an error."""

    SENDER = "sender"
    SUPERVISOR = "supervisor"
    ADMIN = "admin"


class FloorError(Exception):
    """Base of all errors that are answered, not raised to the top.

    `code` is stable and machine-readable; `message` says what, where and how to mend it.
    """

    mender: Mender = Mender.SENDER
    retry: bool = False
    http_code: int = 400

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message

    def __reduce__(self) -> tuple[object, ...]:
        """Travel between processes whole: pickle's own way would call the class with the message alone."""
        return _rebuild, (type(self), self.message, vars(self))


def _rebuild(kind: type[FloorError], message: str, fields: dict[str, object]) -> FloorError:
    error = kind.__new__(kind, message)
    vars(error).update(fields)
    return error


class BadInput(FloorError):
    """A file, a field or a label that breaks its rules."""

    http_code = 422


class BadRows(BadInput):
    """A file with bad rows; nothing of it was taken. `rows` names each: (row number from 1, what is wrong)."""

    def __init__(self, code: str, message: str, rows: Sequence[tuple[int, str]]) -> None:
        super().__init__(code, message)
        self.rows = tuple(rows)


class BadLayout(BadInput):
    """A layout file that breaks its rules; `problems` names each: (place in the file, what is wrong)."""

    def __init__(self, code: str, message: str, problems: Sequence[tuple[str, str]]) -> None:
        super().__init__(code, message)
        self.problems = tuple(problems)


class NotFound(FloorError):
    """The thing named does not exist."""

    http_code = 404


class NotAllowed(FloorError):
    """This person or device may not do this."""

    mender = Mender.SUPERVISOR
    http_code = 403


class Conflict(FloorError):
    """The world has moved on since the sender looked."""

    retry = True
    http_code = 409


class Short(FloorError):
    """There is not enough stock."""

    mender = Mender.SUPERVISOR
    http_code = 409


class NotReady(FloorError):
    """The installation is not complete; the message says which command completes it."""

    mender = Mender.ADMIN
    http_code = 503


class Unavailable(FloorError):
    """The store or a worker cannot be reached now."""

    mender = Mender.ADMIN
    retry = True
    http_code = 503

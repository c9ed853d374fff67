"""The Socket.IO side of docs/protocol.md: who is connected, intents in, replies out. Pushes stand in `pushes`.

Handlers are registered on python-socketio's server beneath Flask-SocketIO: a scan needs no Flask request context, which
costs more than its decoding. A device may send ahead: its frames are answered one after the other, in their order.
"""

import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

import structlog
from socketio import Server
from socketio.exceptions import ConnectionRefusedError as Refused
from sqlalchemy import Connection

from server.core.errors import BadInput, FloorError, NotAllowed
from server.core.terms import Intent
from server.floor import login, scan
from server.floor.board import Watch
from server.floor.document import task_document
from server.floor.login import Person
from server.store import board
from server.store.transaction import Store
from server.web import wire
from server.web.auth import PAGES, Seal
from server.web.tries import Tries, Turn, fault_of

BOARD_PAGE = "board"  # also the room of everyone who watches it

log = structlog.get_logger(__name__)

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Seat:
    """One connected socket: who, on which device, with which page; and whose turn it is."""

    person: Person
    device: str
    page: str
    turn: Turn = field(default_factory=Turn, compare=False)


class Sockets:
    """Every connected socket of this process."""

    def __init__(self, server: Server, store: Store, seal: Seal, watch: Watch) -> None:
        """Take over the events of `server`."""
        self._server = server
        self._store = store
        self._seal = seal
        self._watch = watch
        self._seats: dict[str, Seat] = {}
        self._tries = Tries()
        self._telling = threading.Lock()  # a board gets its snapshot and every delta after it, none between
        for event, handler in self._handlers().items():
            server.on(event, handler)

    def _handlers(self) -> Mapping[str, Callable[..., object]]:
        return {
            "connect": self._connect,
            "disconnect": self._disconnect,
            "scan": self._scan,
            "sync": self._sync,
            "logout": self._logout,
            "*": self._unknown,
        }

    def seats(self) -> Mapping[str, Seat]:
        """The seats by socket id, as they are now."""
        return dict(self._seats)

    def tell_boards(self) -> None:
        """Tell every board what changed since it was last told."""
        with self._telling:
            change = self._watch.refresh()
            if change is not None:
                self._server.emit("delta", change, room=BOARD_PAGE)

    def dismiss(self, sid: str, error: FloorError) -> None:
        """Tell a socket why it is not wanted any more, and close it. What it still sends gets no ack, so it is kept."""
        if self._seats.pop(sid, None) is not None:
            self._server.emit(error.code, {"code": error.code, "message": error.message}, to=sid)
            self._server.disconnect(sid)

    def close(self) -> None:
        """Close every socket; devices come back by themselves."""
        for sid in list(self._seats):
            self._server.disconnect(sid)

    def _connect(self, sid: str, _environ: object, auth: object = None) -> None:
        try:
            seat = self._seat(auth)
        except FloorError as error:
            raise Refused(error.message, {"code": error.code, "message": error.message}) from None
        self._seats[sid] = seat
        self._server.start_background_task(self._greet, sid, seat)  # runs once the socket has been told it is in

    def _seat(self, auth: object) -> Seat:
        hello = wire.read_hello(auth)
        held = self._seal.read(hello["token"])
        if held.device != hello["device"]:
            raise NotAllowed("foreign_device", f"this token was given to {held.device}; log in on this device")
        person = self._store.read(lambda connection: login.logged_in(connection, held.badge, held.device))
        if hello["page"] not in PAGES[person.role]:
            raise NotAllowed("page_not_yours", f"a {person.role} has no {hello['page']} page; ask a supervisor")
        return Seat(person, held.device, hello["page"])

    def _greet(self, sid: str, seat: Seat) -> None:
        try:
            if seat.page == BOARD_PAGE:
                self._show_board(sid)
            else:
                self._server.enter_room(sid, room_of(seat.person.badge))
                self._server.emit("snapshot", self._standing(seat), to=sid)
        except Exception:
            log.exception("no snapshot", device=seat.device)
            self._server.disconnect(sid)  # the device comes back and asks again

    def _show_board(self, sid: str) -> None:
        self.tell_boards()
        with self._telling:
            self._server.enter_room(sid, BOARD_PAGE)
            self._server.emit("snapshot", self._watch.snapshot(), to=sid)

    def _standing(self, seat: Seat) -> Document:
        """Where a picker or packer stands; a task is made when there is none."""
        task = self._store.write(lambda tx: scan.begin(tx, seat.person.badge, seat.person.role))

        def look(connection: Connection) -> Document:
            return {
                "revision": board.revision(connection),
                "person": wire.person_document(seat.person),
                "task": None if task is None else task_document(connection, task),
            }

        return self._store.read(look)

    def _disconnect(self, sid: str, _reason: object = None) -> None:
        self._seats.pop(sid, None)

    def _scan(self, sid: str, *sent: object) -> object:
        seat = self._seats.get(sid)
        if seat is None:
            return self._server.not_handled
        frame = sent[0] if len(sent) == 1 else None
        if isinstance(frame, list) and len(frame) <= wire.MOST_INTENTS_A_FRAME:
            queued = [self._queue(seat, part) for part in frame]  # all of them before the first is waited for
            replies = [self._acked("scan", answer) for answer in queued]
            return [None if reply is self._server.not_handled else reply for reply in replies]
        return self._acked("scan", self._queue(seat, frame))

    def _queue(self, seat: Seat, part: object) -> Callable[[], object]:
        """Queue an intent at the store; returns what waits for its reply."""
        try:
            intent = wire.read_intent(part, seat.device)
        except BadInput as error:
            log.warning("frame refused", code=error.code, wrong=error.message, device=seat.device)
            refusal = wire.refusal(error.code, part, error.message)
            return lambda: refusal
        badge = seat.person.badge
        answer = self._store.submit(lambda tx: seat.turn.take(intent.seq, lambda: scan.apply(tx, intent, badge)))
        return lambda: self._decided(answer, intent, seat)

    def _decided(self, answer: "Future[Document]", intent: Intent, seat: Seat) -> Document:
        """The rules' answer. What the server fails on again and again is set aside, so that its queue goes on."""
        try:
            return answer.result()
        except Exception as error:
            if not self._tries.is_hopeless(intent.op_id, error):
                raise
            log.exception("set aside", op_id=intent.op_id, device=intent.device)
            fault = fault_of(error)
            reply = self._store.write(lambda tx: scan.set_aside(tx, intent, seat.person.badge, fault))
            seat.turn.answered(intent.seq)
            return reply

    def _sync(self, sid: str, *_sent: object) -> object:
        seat = self._seats.get(sid)
        return self._server.not_handled if seat is None else self._acked("sync", lambda: self._snapshot(seat))

    def _snapshot(self, seat: Seat) -> Document:
        if seat.page != BOARD_PAGE:
            return self._standing(seat)
        self.tell_boards()
        return self._watch.snapshot()

    def _logout(self, sid: str, *_sent: object) -> object:
        seat = self._seats.get(sid)
        if seat is None:
            return self._server.not_handled
        return self._acked("logout", lambda: self._log_out(seat))

    def _log_out(self, seat: Seat) -> Document:
        self._store.write(lambda tx: login.log_out(tx, seat.person.badge, seat.device))
        return {"ok": True}

    def _unknown(self, event: str, _sid: str, *_sent: object) -> Document:
        return {"code": "unknown_event", "message": f"there is no event {event[:64]!r}; see docs/protocol.md"}

    def _acked(self, event: str, answer: Callable[[], object]) -> object:
        """What `answer` returns; when it fails, no ack at all: the device keeps what it sent, and sends it again."""
        try:
            return answer()
        except FloorError as error:  # says all there is to say
            log.warning("no ack", event_name=event, code=error.code, why=error.message)
        except Exception:
            log.exception("no ack", event_name=event)
        return self._server.not_handled


def room_of(badge: str) -> str:
    """The room of everything that shows this person's task."""
    return f"badge:{badge}"

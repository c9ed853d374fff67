"""What the server says without being asked, after the commit: tasks that changed, log-ins taken over, boards."""

import threading
import time
from collections.abc import Sequence
from functools import partial
from queue import Empty, SimpleQueue

import structlog
from socketio import Server

from server.core.errors import NotAllowed
from server.floor import login
from server.floor.document import task_document
from server.store.transaction import News, Store
from server.web.sockets import BOARD_PAGE, Sockets, room_of

LEAST_PAUSE_S = 0.25  # a board gets at most four deltas a second
MOST_SHARE = 0.05  # of the event loop that the board may take
UNTOLD_S = 5.0  # how long a change made by another process may stay unseen

log = structlog.get_logger(__name__)


class Pushes:
    """Listens to the store, and tells the sockets. Runs in two background threads, greenlets under gevent."""

    def __init__(self, server: Server, store: Store, sockets: Sockets) -> None:
        """Listen; nothing is told before `start`."""
        self._server = server
        self._store = store
        self._sockets = sockets
        self._heard: SimpleQueue[News | None] = SimpleQueue()
        self._floor_moved = threading.Event()
        self._ended = False
        store.listen(self._listen)

    def start(self) -> None:
        """Start telling."""
        for work in (self._tell_devices, self._tell_boards):
            threading.Thread(target=work, name=work.__name__, daemon=True).start()

    def stop(self) -> None:
        """Tell nothing more."""
        self._ended = True
        self._heard.put(None)
        self._floor_moved.set()

    def _listen(self, news: Sequence[News]) -> None:
        self._floor_moved.set()
        for item in news:
            if item.kind in ("task", "login"):
                self._heard.put(item)

    def _tell_devices(self) -> None:
        while not self._ended:
            for item in self._take():
                try:
                    self._tell(item)
                except Exception:
                    log.exception("not pushed", kind=item.kind, ref=item.ref)  # devices ask again by sync
                time.sleep(0)  # scans between two of many documents

    def _take(self) -> list[News]:
        """What was heard, each once: a task that changed twice is told as it is now."""
        heard = {self._heard.get(): None}
        while True:
            try:
                heard[self._heard.get_nowait()] = None
            except Empty:
                return [item for item in heard if item is not None]

    def _tell(self, item: News) -> None:
        if item.kind == "login":
            self._check_seats(item.badge)
        elif any(seat.person.badge == item.badge for seat in self._sockets.seats().values()):
            document = self._store.read(lambda connection: task_document(connection, item.ref))
            self._server.emit("task", document, room=room_of(item.badge))

    def _check_seats(self, badge: str) -> None:
        for sid, seat in self._sockets.seats().items():
            if seat.person.badge == badge:
                try:
                    self._store.read(partial(login.logged_in, badge=badge, device=seat.device))
                except NotAllowed as error:
                    self._sockets.dismiss(sid, error)

    def _tell_boards(self) -> None:
        while not self._ended:
            self._floor_moved.wait(UNTOLD_S)
            self._floor_moved.clear()
            began = time.monotonic()
            try:
                if any(seat.page == BOARD_PAGE for seat in self._sockets.seats().values()):
                    self._sockets.tell_boards()
            except Exception:
                log.exception("board not told")
            time.sleep(max(LEAST_PAUSE_S, (time.monotonic() - began) / MOST_SHARE))

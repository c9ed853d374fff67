"""Closes the sockets of devices that were removed, by whichever process removed them."""

import threading

import structlog

from server.core.errors import NotAllowed
from server.store import enrolments
from server.store.transaction import Store
from server.web.sockets import Sockets

LOOK_AGAIN_S = 2.0

log = structlog.get_logger(__name__)


class Removals:
    """Looks at the store now and then: `gangway device remove` runs beside the server and cannot tell it."""

    def __init__(self, store: Store, sockets: Sockets) -> None:
        """Nothing is looked at before `start`."""
        self._store = store
        self._sockets = sockets
        self._ended = threading.Event()

    def start(self) -> None:
        """Start looking."""
        threading.Thread(target=self._watch, name="removals", daemon=True).start()

    def stop(self) -> None:
        """Look no more."""
        self._ended.set()

    def _watch(self) -> None:
        while not self._ended.wait(LOOK_AGAIN_S):
            try:
                self._close_removed()
            except Exception:
                log.exception("removed devices not closed")

    def _close_removed(self) -> None:
        seats = self._sockets.seats()
        removed = self._store.read(enrolments.removed_devices) if seats else frozenset()
        for sid, seat in seats.items():
            if seat.device in removed:
                why = NotAllowed("device_removed", "this device was removed; to use it again: gangway device add")
                self._sockets.dismiss(sid, why)

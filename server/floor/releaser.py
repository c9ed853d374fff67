"""Releases what the house decides by itself: urgent orders join running batches, and without waves all that waits.

It hears of orders that come in and of people who wait, and looks again now and then: orders and choices may come in
through another process, which tells this one nothing. Plans are made in another process; nobody who scans waits.
"""

import threading
from collections.abc import Sequence
from queue import Empty, SimpleQueue

import structlog

from server.core.errors import NotReady
from server.floor.join import join_urgent
from server.floor.planner import Planner
from server.floor.release import Released
from server.floor.waveless import release_next
from server.store.transaction import News, Store

LOOK_EVERY_S = 15.0

logger = structlog.get_logger(__name__)


class Releaser:
    """Listens for those who wait and for orders that come in; one thread, a greenlet under gevent."""

    def __init__(self, store: Store, planner: Planner) -> None:
        """Listen; nothing is released before `start`."""
        self._store = store
        self._planner = planner
        self._heard: SimpleQueue[bool] = SimpleQueue()
        store.listen(self._listen)

    def start(self) -> None:
        """Start releasing."""
        threading.Thread(target=self._serve, name="releaser", daemon=True).start()

    def stop(self) -> None:
        """Release nothing more."""
        self._heard.put(False)

    def _listen(self, news: Sequence[News]) -> None:
        if any(item.kind in ("idle", "orders") for item in news):
            self._heard.put(True)

    def _serve(self) -> None:
        wait_s = 0.0
        while self._go_on(wait_s):
            wait_s = LOOK_EVERY_S
            try:
                join_urgent(self._store, self._planner)
                held = release_next(self._store, self._planner)
            except NotReady as error:
                logger.warning("nothing released", why=str(error))
            except Exception:
                logger.exception("nothing released")  # it is tried again soon, and waves can be released by hand
            else:
                if held is not None and not isinstance(held, Released):
                    logger.info("held back", why=held.reason, seconds=round(held.seconds))
                    wait_s = min(LOOK_EVERY_S, held.seconds)

    def _go_on(self, wait_s: float) -> bool:
        """Wait for news, so long at most; False when it is over. News that came together count once."""
        heard = []
        try:
            heard.append(self._heard.get(timeout=max(0.01, wait_s)))
            while True:
                heard.append(self._heard.get_nowait())
        except Empty:
            return all(heard)

"""Releases what the house decides by itself: urgent orders join running batches, and without waves all that waits.
Batches that another process made ready are given to those who wait.

It hears of orders that come in and of people who wait, and looks again now and then: orders and choices may come in
through another process, which tells this one nothing. Plans are made in another process; nobody who scans waits.
"""

import threading
from collections.abc import Callable, Sequence
from queue import Empty, SimpleQueue
from typing import TypeVar

import structlog

from server.core.errors import Conflict, NotReady
from server.floor.join import join_urgent
from server.floor.planner import Planner
from server.floor.release import Released
from server.floor.wave import hand_out
from server.floor.waveless import release_next
from server.store.transaction import News, Store

Found = TypeVar("Found")

LOOK_EVERY_S = 5.0

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
        if any(item.kind in ("idle", "orders", "opened") for item in news):
            self._heard.put(True)

    def _serve(self) -> None:
        wait_s = 0.0
        while self._go_on(wait_s):
            self._tried(_hand_out)
            self._tried(join_urgent)
            held = self._tried(release_next)  # whatever keeps urgent orders from joining, who waits gets work
            wait_s = LOOK_EVERY_S
            if held is not None and not isinstance(held, Released):
                logger.info("held back", why=held.reason, seconds=round(held.seconds))
                wait_s = min(LOOK_EVERY_S, held.seconds)

    def _tried(self, release: Callable[[Store, Planner], Found]) -> Found | None:
        """What it did; None when it failed: it is tried again soon, and waves can be released by hand."""
        try:
            return release(self._store, self._planner)
        except (NotReady, Conflict) as error:
            logger.warning("nothing released", by=release.__name__, why=str(error))
        except Exception:
            logger.exception("nothing released", by=release.__name__)
        return None

    def _go_on(self, wait_s: float) -> bool:
        """Wait for news, so long at most; False when it is over. News that came together count once."""
        heard = []
        try:
            heard.append(self._heard.get(timeout=max(0.01, wait_s)))
            while True:
                heard.append(self._heard.get_nowait())
        except Empty:
            return all(heard)


def _hand_out(store: Store, _planner: Planner) -> None:
    hand_out(store)

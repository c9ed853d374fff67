"""The proof that follows the answer: tours that came without one are bounded or shortened while nothing else waits."""

import threading
from collections.abc import Sequence
from functools import partial

import structlog

from server.floor.errand import Errand, Rest
from server.floor.guide import Guide
from server.floor.tour_left import errands_of
from server.floor.turn import take_rest
from server.store import lines, tours
from server.store.rows import AnyRow
from server.store.transaction import News, Store, Transaction

PROOF_S = 2.0  # for one tour; routes.md tells how many are proven within it
PATIENCE_S = 3.0  # most tours without a proof get it from the next solve, which follows a quick answer
NEW_TOURS = frozenset({"wave", "task"})

log = structlog.get_logger(__name__)


class Prover:
    """Proves what is walked, then what will be, one tour at a time; one thread, a greenlet under gevent."""

    def __init__(self, store: Store, guide: Guide) -> None:
        """Listen; nothing is proven before `start`."""
        self._store = store
        self._guide = guide
        self._stirred = threading.Event()
        self._tried: dict[int, tuple[float, float]] = {}  # by batch: its length and bound, in metres
        self._ended = threading.Event()
        store.listen(self._listen)

    def start(self) -> None:
        """Start proving what is there."""
        self._stirred.set()
        threading.Thread(target=self._serve, name="prover", daemon=True).start()

    def stop(self) -> None:
        """Prove nothing more."""
        self._ended.set()
        self._stirred.set()

    def _listen(self, news: Sequence[News]) -> None:
        if any(item.kind in NEW_TOURS for item in news):
            self._stirred.set()

    def _serve(self) -> None:
        while self._stirred.wait() and not self._ended.wait(PATIENCE_S):
            self._stirred.clear()
            try:
                while not self._ended.is_set() and (batch := self._next()) is not None:
                    prove(self._store, self._guide, batch.id)
            except Exception:
                log.exception("not proven")  # the tour stays as it is, with the bound that it has

    def _next(self) -> AnyRow | None:
        """The first unproven batch that was not tried as it is; it counts as tried from now on."""
        rows = self._store.read(tours.unproven)
        self._tried = {row.id: self._tried[row.id] for row in rows if row.id in self._tried}
        for row in rows:
            if self._tried.get(row.id) != (row.length_m, row.lower_bound_m):
                self._tried[row.id] = (row.length_m, row.lower_bound_m)
                return row
        return None


def prove(store: Store, guide: Guide, batch_id: int) -> bool:
    """Prove the rest of one batch's tour as far as time goes; False when there was nothing to prove or it changed."""
    for errand in store.read(partial(errands_of, batch_ids=(batch_id,))):
        rest = guide.proof(errand, PROOF_S)
        return store.write(partial(take_proof, errand=errand, rest=rest))
    return False


def take_proof(tx: Transaction, errand: Errand, rest: Rest) -> bool:
    """Take the tour when it still is as it was; when the picker only walked on along it, its bound."""
    if take_rest(tx, errand, rest):
        return True
    batch = tours.walked(tx.connection, errand.batch_id)
    if tuple((x, y) for x, y in batch.path) != errand.path or rest.path != errand.path:
        return False
    lines.walk(tx.connection, errand.batch_id, lower_bound_m=rest.lower_bound_m, optimal=int(rest.optimal))
    return True

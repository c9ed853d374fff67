"""The rest of running tours, solved anew from where each picker is: read, solve in another process, take if still true.

Whatever changes a tour is answered by one thread, which takes all that it has heard at once: a closing asks first for
the tours under way that it cuts. When they are many each gets a quick answer, within a budget for all of them, and is
solved whole after that; so are those that nobody walks yet. What was changed meanwhile decides: if the picker has
closed a line since, the answer is dropped and the question asked again.
"""

import json
import threading
from collections.abc import Collection, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from queue import Empty, SimpleQueue

import structlog
from sqlalchemy import Connection

from server.core.drawn import Segment, leads_along
from server.floor import closing
from server.floor.errand import Errand, Rest
from server.floor.guide import Guide
from server.floor.tour_left import errands_of
from server.floor.turn import take_rests
from server.store import building, listing, tours
from server.store.transaction import News, Store

MOST_TRIES = 5
AT_ONCE = 8  # tours asked for together: the first are told while the next are being solved
QUICK_S = 0.15  # for the quick answers to all tours that a closing cuts
MOST_S = 0.05  # of it for one tour
EXACT_S = 1.0  # for one tour, once every tour can be walked
READY_EVERY_S = 30.0  # oftener than the planning process ends for want of work
HEARD = frozenset({"reroute", "closed", "opened", "blocked"})

log = structlog.get_logger(__name__)


class Rerouter:
    """Listens for tours that must change, and changes them; one thread, a greenlet under gevent."""

    def __init__(self, store: Store, guide: Guide) -> None:
        """Listen; nothing is solved before `start`."""
        self._store = store
        self._guide = guide
        self._heard: SimpleQueue[News | None] = SimpleQueue()
        self._later: dict[int, None] = {}  # batches that can be walked, and may be walked shorter
        store.listen(self._listen)

    def start(self) -> None:
        """Start solving."""
        threading.Thread(target=self._serve, name="rerouter", daemon=True).start()

    def stop(self) -> None:
        """Solve nothing more."""
        self._heard.put(None)

    def _listen(self, news: Sequence[News]) -> None:
        for item in news:
            if item.kind in HEARD:
                self._heard.put(item)

    def _serve(self) -> None:
        heard = self._unplaced()
        while None not in heard:
            try:
                self._answer([item for item in heard if item is not None])
            except Exception:
                log.exception("not re-routed")  # tours stay as they are: longer, but walkable
            heard = self._take()

    def _unplaced(self) -> list[News | None]:
        """The reports that were not made out when the server last ended."""
        try:
            return [News("blocked", ref) for ref in self._store.read(building.unplaced_reports)]
        except Exception:
            log.exception("reports not read")  # they are read at the next start
            return []

    def _take(self) -> list[News | None]:
        """Everything that was heard; waits for it as long as nothing else is to be done."""
        heard: list[News | None] = []
        try:
            heard.append(self._heard.get(timeout=0.001 if self._later else READY_EVERY_S))
            while True:
                heard.append(self._heard.get_nowait())
        except Empty:
            return heard

    def _answer(self, heard: Sequence[News]) -> None:
        concerned = [self._concerned(item) for item in dict.fromkeys(heard)]
        turn = dict.fromkeys(batch_id for at_once, _ in concerned for batch_id in at_once)
        unproven = answer(self._store, self._guide, tuple(turn), QUICK_S) if turn else ()
        later = [batch_id for _, in_time in concerned for batch_id in in_time]
        self._later = dict.fromkeys((*unproven, *later, *self._later))
        if not heard:
            self._go_on()

    def _go_on(self) -> None:
        """One tour that can be shorter, whatever is heard meanwhile waits for it; or be ready for the next news."""
        if self._later:
            batch_id = next(iter(self._later))
            del self._later[batch_id]
            answer(self._store, self._guide, (batch_id,), EXACT_S)
            return
        revision, closed, walked = self._store.read(_walked_now)
        if walked:
            self._guide.ready(revision, closed)

    def _concerned(self, item: News) -> tuple[Iterable[int], Iterable[int]]:
        """The batches whose tours a piece of news changes: at once, and those that nobody walks yet or that may be
        walked shorter now. Both from one view of the floor: a batch that is given out in between is in one of them."""
        if item.kind == "reroute":
            return (item.ref,), ()
        if item.kind == "blocked":
            place_report(self._store, self._guide, item.ref)  # its closing is heard of next
            return (), ()
        if item.kind == "closed":
            return self._store.read(lambda c: (cut_by(c, item.ref, "picking"), cut_by(c, item.ref, "ready")))
        return self._store.read(
            lambda c: (tours.waylaid(c, "picking"), (*tours.waylaid(c, "ready"), *tours.open_batches(c)))
        )


def answer(store: Store, guide: Guide, batch_ids: Sequence[int], budget_s: float) -> tuple[int, ...]:
    """Solve the rest of these batches' tours and take it; returns those that could be shorter still."""
    share_s = min(MOST_S if len(batch_ids) > 1 else budget_s, budget_s / len(batch_ids))
    unproven: list[int] = []
    for _ in range(MOST_TRIES):
        changed: list[int] = []
        for solved in _solved(store, guide, batch_ids, share_s):
            taken = store.write(partial(take_rests, solved=solved))
            changed += [errand.batch_id for (errand, _), true in zip(solved, taken, strict=True) if not true]
            unproven += [
                errand.batch_id for (errand, rest), true in zip(solved, taken, strict=True) if true and not rest.optimal
            ]
        batch_ids = changed
        if not batch_ids:
            break
    return tuple(unproven)


def _solved(
    store: Store, guide: Guide, batch_ids: Sequence[int], share_s: float
) -> Iterator[Sequence[tuple[Errand, Rest]]]:
    """What is left of these tours with its solution, some at a time: the next are solved while the first are taken."""
    groups = [batch_ids[first : first + AT_ONCE] for first in range(0, len(batch_ids), AT_ONCE)]
    with ThreadPoolExecutor(1, "rerouter-ahead") as ahead:
        for asked in [ahead.submit(_solve, store, guide, group, share_s) for group in groups]:
            yield asked.result()


def _solve(store: Store, guide: Guide, batch_ids: Sequence[int], share_s: float) -> Sequence[tuple[Errand, Rest]]:
    errands = store.read(partial(errands_of, batch_ids=batch_ids))
    if not errands:
        return ()
    solved = []
    for errand, rest in zip(errands, guide.rests(errands[0].revision, errands, share_s * len(errands)), strict=True):
        if rest is None:
            log.warning("no walk over the rest of a tour", batch=errand.batch_id)
        else:
            solved.append((errand, rest))
    return solved


def place_report(store: Store, guide: Guide, number: int) -> None:
    """Make out which place a report of a blocked way is about, and close it."""
    row, revision, closed = store.read(
        lambda c: (listing.closure(c, number), building.active_revision(c), building.closed_places(c))
    )
    if row is None or row.opened_at or row.place:
        return
    found = guide.blocked_place(revision, closed, row.from_node, row.to_node)
    if found is not None:
        store.write(lambda tx: closing.settle(tx, number, *found))


def cut_by(connection: Connection, number: int, state: str) -> tuple[int, ...]:
    """The batches in a state (picking or ready) whose drawn tours lead through what this closure closed."""
    row = listing.closure(connection, number)
    if row is None or row.opened_at:
        return ()
    marks = _marks(row.segments)
    cut = (
        batch.id
        for batch in tours.paths(connection, state)
        if not row.segments or _is_cut(batch.path, row.segments, marks)
    )
    return tuple(dict.fromkeys(cut))


def _marks(segments: Sequence[Segment]) -> tuple[str, ...]:
    """Texts of which the JSON of every path along one of the segments holds one: most paths need not be decoded.

    Only of segments along the plan's axes: what leads along those turns, begins or ends on them. () when others are.
    """
    if any(x != u and y != v for x, y, u, v in segments):
        return ()
    upright, level = {x for x, _, u, _ in segments if x == u}, {y for _, y, _, v in segments if y == v}
    return (*(f"[{json.dumps(x)}," for x in upright), *(f" {json.dumps(y)}]" for y in level))


def _is_cut(path: str, segments: Sequence[Segment], marks: Collection[str]) -> bool:
    """Whether a drawn walk (JSON) leads along one of the segments; of a walk that nobody has drawn it is not known."""
    if path == "[]":
        return True
    return (not marks or any(mark in path for mark in marks)) and leads_along(json.loads(path), segments)


def _walked_now(connection: Connection) -> tuple[str, tuple[str, ...], bool]:
    """The layout's revision, what is closed, and whether anybody walks."""
    return building.active_revision(connection), building.closed_places(connection), tours.any_walked(connection)

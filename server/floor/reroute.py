"""The rest of running tours, solved anew from where each picker is: read, solve in another process, take if still true.

Whatever changes a tour is answered by one thread, which takes all that it has heard at once: a closing asks one
question for all tours that it cuts, those under way first. Each gets a quick answer first, within a budget for all of
them; whichever is not proven then is solved again at leisure. What was changed meanwhile decides: if the picker has
closed a line since, the answer is dropped and the question asked again.
"""

import json
import threading
from collections.abc import Collection, Iterable, Sequence
from functools import partial
from queue import Empty, SimpleQueue

import structlog
from sqlalchemy import Connection

from server.core.drawn import Segment, leads_along
from server.floor import closing, narrow
from server.floor.errand import Errand, Rest, Stop
from server.floor.guide import Guide
from server.floor.pick_task import announce, give_batch
from server.store import building, lines, listing, orders, tasks, tours
from server.store.log import record_event
from server.store.rows import AnyRow
from server.store.transaction import News, Store, Transaction

MOST_TRIES = 5
AT_ONCE = 8  # tours asked for together: the first are told while the next are being solved
QUICK_S = 0.15  # for the quick answers to all tours that a closing cuts
MOST_S = 0.05  # of it for one tour
EXACT_S = 1.0  # for one tour, once every tour can be walked
READY_EVERY_S = 30.0  # oftener than the planning process ends for want of work
HEARD = frozenset({"reroute", "closed", "opened", "blocked"})
KEPT_QUESTIONS = ("zero:", "pause")  # of the shelf just left, and of a picker at rest: a new route does not answer them

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
        heard: list[News | None] = [News("blocked", ref) for ref in self._store.read(building.unplaced_reports)]
        while None not in heard:
            try:
                self._answer([item for item in heard if item is not None])
            except Exception:
                log.exception("not re-routed")  # tours stay as they are: longer, but walkable
            heard = self._take()

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
        turn: dict[int, None] = {}
        for item in dict.fromkeys(heard):
            turn.update(dict.fromkeys(self._concerned(item)))
        if turn:
            self._later |= dict.fromkeys(answer(self._store, self._guide, tuple(turn), QUICK_S))
        elif self._later:
            batch_id = next(iter(self._later))
            del self._later[batch_id]
            answer(self._store, self._guide, (batch_id,), EXACT_S)
        else:
            revision, closed, walked = self._store.read(_walked_now)
            if walked:
                self._guide.ready(revision, closed)

    def _concerned(self, item: News) -> Iterable[int]:
        """The batches whose tours a piece of news changes at once, the most urgent first."""
        if item.kind == "reroute":
            return (item.ref,)
        if item.kind == "blocked":
            place_report(self._store, self._guide, item.ref)  # its closing is heard of next
            return ()
        if item.kind == "closed":
            return self._store.read(lambda connection: cut_by(connection, item.ref))
        if item.kind == "opened":
            self._later |= {row.id: None for row in self._store.read(tours.paths)}  # may be shorter: no hurry
            return self._store.read(lambda connection: tuple(tours.waylaid(connection)))
        return ()


def answer(store: Store, guide: Guide, batch_ids: Sequence[int], budget_s: float) -> tuple[int, ...]:
    """Solve the rest of these batches' tours and take it; returns those that could be shorter still."""
    share_s = min(MOST_S if len(batch_ids) > 1 else budget_s, budget_s / len(batch_ids))
    unproven: list[int] = []
    for first in range(0, len(batch_ids), AT_ONCE):
        left = list(batch_ids[first : first + AT_ONCE])
        for _ in range(MOST_TRIES):
            errands = store.read(partial(errands_of, batch_ids=left))
            if not errands:
                break
            found = zip(errands, guide.rests(errands[0].revision, errands, share_s * len(errands)), strict=True)
            left = []
            for errand, rest in found:
                if rest is None:
                    log.warning("no walk over the rest of a tour", batch=errand.batch_id)
                elif not store.write(partial(take_rest, errand=errand, rest=rest)):
                    left.append(errand.batch_id)
                elif not rest.optimal:
                    unproven.append(errand.batch_id)
    return tuple(unproven)


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


def cut_by(connection: Connection, number: int) -> tuple[int, ...]:
    """The batches whose drawn tours lead through what this closure closed, those under way first."""
    row = listing.closure(connection, number)
    if row is None or row.opened_at:
        return ()
    marks = _marks(row.segments)
    return tuple(
        batch.id
        for batch in tours.paths(connection)
        if not row.segments or _is_cut(batch.path, row.segments, marks)
    )


def errands_of(connection: Connection, batch_ids: Sequence[int]) -> list[Errand]:
    """What is left of the tours of those batches of which something is."""
    revision, closed = building.active_revision(connection), building.closed_places(connection)
    found = [errand_of(connection, batch_id, revision, closed) for batch_id in batch_ids]
    return [errand for errand in found if errand is not None]


def errand_of(connection: Connection, batch_id: int, revision: str, closed: tuple[str, ...]) -> Errand | None:
    """What is left of a batch's tour, or None when nothing is."""
    batch = tours.walked(connection, batch_id)
    rest = lines.open_lines(connection, batch_id) if batch.state in ("picking", "ready") and revision else ()
    if not rest:
        return None
    task = lines.walker(connection, batch_id)
    return Errand(
        batch_id=batch_id,
        task_id=0 if task is None else task.id,
        revision=revision,
        closed=closed,
        start="" if task is None else closing.where(connection, task),
        end=batch.station_node or "",
        at="" if task is None else task.at_location,
        first=() if task is None else _in_hand(task),
        stops=tuple(Stop(line.id, line.node, line.location_code, bool(line.cut_off)) for line in rest),
        path=tuple((x, y) for x, y in batch.path),
    )


def take_rest(tx: Transaction, errand: Errand, rest: Rest) -> bool:
    """Order the open lines as solved and push the task; False when the tour has changed since it was read."""
    now = errands_of(tx.connection, (errand.batch_id,))
    if now != [errand]:
        return False
    drawn = {"path": rest.path, "method": rest.method, "optimal": int(rest.optimal)}
    lines.walk(tx.connection, errand.batch_id, **drawn, length_m=rest.length_m, lower_bound_m=rest.lower_bound_m)
    order = (*rest.line_ids, *rest.cut_off)
    lost = {stop.line_id: stop.line_id in rest.cut_off for stop in errand.stops}
    moved = {stop.line_id: lost[stop.line_id] for stop in errand.stops if lost[stop.line_id] != stop.cut_off}
    reordered = order != tuple(stop.line_id for stop in errand.stops)
    if reordered:
        lines.reorder(tx.connection, order, lines.last_seq(tx.connection, errand.batch_id) + 1)
    tours.set_cut_off(tx.connection, moved)
    changed = moved or reordered or rest.path != errand.path
    if changed or rest.way is not None:
        tours.forget_ways(tx.connection, errand.batch_id)
        narrow.walk_anew(tx, errand.batch_id, rest.way)
    if changed:
        record_event(tx.connection, tx.now, "reroute", task_id=errand.task_id or None, label=f"B{errand.batch_id}")
        _tell(tx, errand, rest, reached=not all(moved.values()))
    return True


def _tell(tx: Transaction, errand: Errand, rest: Rest, *, reached: bool) -> None:
    """The picker sees the new tour; a batch that waited for a way is given to whoever waits for a batch."""
    task = lines.walker(tx.connection, errand.batch_id)
    if task is not None:
        _turn(tx, task, errand, rest)
    if reached or task is None:
        for waiting in orders.waiting_walkers(tx.connection):
            if not give_batch(tx, waiting):
                break


def _turn(tx: Transaction, task: AnyRow, errand: Errand, rest: Rest) -> None:
    kept = task.asked if task.asked.startswith(KEPT_QUESTIONS) else ""
    if errand.first:
        pass  # they finish what they have in hand
    elif rest.line_ids:
        here = next(stop for stop in errand.stops if stop.line_id == rest.line_ids[0])
        state = "item" if here.location_code == task.at_location else "location"
        asked = task.asked if task.line_id == here.line_id else kept
        tasks.save_task(tx.connection, task.id, line_id=here.line_id, state=state, asked=asked)
    elif tours.is_untouched(
        tx.connection, errand.batch_id
    ):  # nothing lies on the cart: another batch, while this waits
        lines.walk(tx.connection, errand.batch_id, state="ready")
        idle = {"batch_id": None, "line_id": None, "at_location": "", "memory": None}
        tasks.save_task(tx.connection, task.id, state="waiting", asked="", **idle)
        if give_batch(tx, task.id):
            return
    else:
        tasks.save_task(tx.connection, task.id, line_id=None, state="station", asked=kept)
    announce(tx, task.id)


def _in_hand(task: AnyRow) -> tuple[int, ...]:
    """The line that a picker is in the middle of, as a tuple of one; empty when there is none."""
    half_done = task.in_hand_each or task.state in ("quantity", "tote")
    return (task.line_id,) if half_done and task.line_id else ()


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

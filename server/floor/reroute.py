"""The rest of a running tour, solved anew from where the picker is: read, solve in another process, take if still true.

The solve runs beside the event loop. What was changed meanwhile decides: if the picker has closed a line or a second
change came in, the answer is dropped and the question asked again.
"""

import json
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from queue import SimpleQueue
from typing import TYPE_CHECKING

import structlog
from sqlalchemy import Connection

from server.floor.planner import Planner
from server.store import building, lines, tasks
from server.store.rows import AnyRow
from server.store.transaction import News, Store, Transaction

if TYPE_CHECKING:
    from server.core.route import Network

MOST_TRIES = 5

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Errand:
    """What is left of a batch's tour: open lines as (line id, node) in their present order, from `start` to `end`.

    `first` is the line in hand, which stays first. With an empty `start` or `end` the tour begins or ends where the
    layout lets it.
    """

    batch_id: int
    document: str
    closed: tuple[str, ...]
    start: str
    end: str
    first: tuple[int, ...]
    stops: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Floor:
    """A layout with its closures, ready to be walked: its network, where nodes lie, and where tours begin and end."""

    network: "Network"
    spots: Mapping[str, tuple[float, float]]
    start: str
    station: str


@dataclass(frozen=True, slots=True)
class Rest:
    """The answer: line ids in walking order, those out of reach apart, and the walk as coordinates."""

    line_ids: tuple[int, ...]
    unreachable: tuple[int, ...]
    method: str
    path: tuple[tuple[float, float], ...]


class Rerouter:
    """Listens for tours that must change, and changes them; one thread, a greenlet under gevent."""

    def __init__(self, store: Store, planner: Planner) -> None:
        """Listen; nothing is solved before `start`."""
        self._store = store
        self._planner = planner
        self._heard: SimpleQueue[int | None] = SimpleQueue()
        store.listen(self._listen)

    def start(self) -> None:
        """Start solving."""
        threading.Thread(target=self._serve, name="rerouter", daemon=True).start()

    def stop(self) -> None:
        """Solve nothing more."""
        self._heard.put(None)

    def _listen(self, news: Sequence[News]) -> None:
        for item in news:
            if item.kind == "reroute":
                self._heard.put(item.ref)

    def _serve(self) -> None:
        while (batch_id := self._heard.get()) is not None:
            try:
                reroute(self._store, self._planner, batch_id)
            except Exception:
                log.exception("not re-routed", batch=batch_id)  # the tour stays as it is: longer, but walkable


def reroute(store: Store, planner: Planner, batch_id: int) -> bool:
    """Solve the rest of a batch's tour and take it; False when there was nothing to improve."""
    for _ in range(MOST_TRIES):
        errand = store.read(lambda connection: errand_of(connection, batch_id))
        if errand is None:
            return False
        rest = planner.run(solve_rest, errand)
        if store.write(partial(take_rest, errand=errand, rest=rest)):
            return True
    return False


def errand_of(connection: Connection, batch_id: int) -> Errand | None:
    """What is left of a batch's tour, or None when nothing is or nobody walks it."""
    task = lines.walker(connection, batch_id)
    rest = lines.open_lines(connection, batch_id)
    layout = building.active_layout(connection)
    if task is None or not rest or layout is None:
        return None
    return Errand(
        batch_id=batch_id,
        document=layout[1],
        closed=building.closed_places(connection),
        start=lines.node_of(connection, task.at_location),
        end=lines.station_node(connection, batch_id),
        first=_in_hand(task),
        stops=tuple((line.id, line.node) for line in rest),
    )


@lru_cache(maxsize=2)  # of the planning process: as it was, and as it is since the last closure
def floor_of(document: str, closed: tuple[str, ...]) -> Floor:
    """The floor that a layout file (its text) describes, with these places closed as well."""
    from server.core.layout import StationKind, close, read_layout  # noqa: PLC0415 as below
    from server.core.route import Network  # noqa: PLC0415 as below

    layout = close(read_layout(json.loads(document)), closed)
    stations = [station.node for station in layout.stations if station.kind is not StationKind.DOCK]
    begin = (*layout.cart_parking, *layout.depots)[0].node  # where waves let their tours begin
    return Floor(Network(layout.graph), layout.graph.nodes, begin, stations[0] if stations else begin)


def solve_rest(errand: Errand) -> Rest:
    """The shortest walk over the rest of the tour; pure, for a planning process. Raises what core/route raises."""
    from server.core import route  # noqa: PLC0415 numpy and scipy stay out of the serving process

    floor = floor_of(errand.document, errand.closed)
    end = errand.end or floor.station
    nodes = {line_id: node for line_id, node in errand.stops if line_id not in errand.first}
    here = next((node for line_id, node in errand.stops if line_id in errand.first), errand.start) or floor.start
    reached, _ = route.reachable(floor.network, tuple(nodes.values()), here, end)
    if not reached and nodes:  # the picker stands where no way leads on: somebody lets them out, to where tours begin
        here = floor.start
        reached, _ = route.reachable(floor.network, tuple(nodes.values()), here, end)
    tour = route.solve(floor.network, reached, here, end)
    place = {node: n for n, node in enumerate(tour.stops)}
    ordered = sorted(
        (line for line, node in nodes.items() if node in place), key=lambda line: (place[nodes[line]], line)
    )
    return Rest(
        line_ids=(*errand.first, *ordered),
        unreachable=tuple(line for line, node in nodes.items() if node not in place),
        method=tour.method,
        path=tuple(floor.spots[node] for node in tour.path),
    )


def take_rest(tx: Transaction, errand: Errand, rest: Rest) -> bool:
    """Order the open lines as solved and push the task; False when the tour has changed since it was read."""
    now = errand_of(tx.connection, errand.batch_id)
    if now != errand:
        return False
    order = (*rest.line_ids, *rest.unreachable)
    if order == tuple(line for line, _ in errand.stops):
        return True
    lines.reorder(tx.connection, order, lines.last_seq(tx.connection, errand.batch_id) + 1)
    lines.walk(tx.connection, errand.batch_id, path=rest.path, method=rest.method)
    task = lines.walker(tx.connection, errand.batch_id)
    assert task is not None
    if not errand.first:
        here = lines.open_lines(tx.connection, errand.batch_id)[0]
        state = "item" if here.location_code == task.at_location else "location"
        tasks.save_task(tx.connection, task.id, line_id=here.id, state=state, asked="")
    tx.tell(News("task", task.id, tasks.next_version(tx.connection, task.id)))
    return True


def _in_hand(task: AnyRow) -> tuple[int, ...]:
    """The line that a picker is in the middle of, as a tuple of one; empty when there is none."""
    half_done = task.in_hand_each or task.state in ("quantity", "tote")
    return (task.line_id,) if half_done and task.line_id else ()

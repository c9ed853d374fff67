"""Asks the planning process about the floor as it is: by revision, with the layout's text only when it must."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from server.core.errors import NotFound
from server.floor.errand import Errand, Rest
from server.floor.planner import Planner
from server.store import building
from server.store.transaction import Store

if TYPE_CHECKING:
    from server.floor.hall import Hall

Answer = TypeVar("Answer")
Segment = tuple[float, float, float, float]


class Guide:
    """The planning process of those who walk."""

    def __init__(self, store: Store, planner: Planner) -> None:
        """Whoever shares `planner` waits for the answers asked for here, and these wait for theirs."""
        self._store = store
        self._planner = planner

    def ready(self, revision: str, closed: tuple[str, ...]) -> None:
        """Have the floor read and ready to be walked with these places closed; keeps the process alive, too."""
        self._ask(revision, partial(_ready, closed=closed))

    def closable(self, revision: str, closed: tuple[str, ...], place: str) -> tuple[Segment, ...]:
        """The edges that closing `place` beside `closed` would close, as lines on the plan (metres).

        Raises BadInput: there is no such place, or it would cut a station off.
        """
        return self._ask(revision, partial(_closable, closed=closed, place=place))

    def blocked_place(
        self, revision: str, closed: tuple[str, ...], here: str, there: str
    ) -> tuple[str, tuple[Segment, ...]] | None:
        """What to close, and its lines on the plan, for someone at node `here` who cannot get on to `there`."""
        return self._ask(revision, partial(_blocked_place, closed=closed, here=here, there=there))

    def rests(self, revision: str, errands: Sequence[Errand], budget_s: float) -> tuple[Rest | None, ...]:
        """The rest of each tour, solved within `budget_s` for all of them; None for one that cannot be walked."""
        return self._ask(revision, partial(_rests, errands=tuple(errands), budget_s=budget_s))

    def proof(self, errand: Errand, budget_s: float) -> Rest:
        """The rest of one tour, solved and proven as far as `budget_s` goes."""
        return self._ask(errand.revision, partial(_proof, errand=errand, budget_s=budget_s))

    def close(self) -> None:
        """End the process."""
        self._planner.close()

    def _ask(self, revision: str, work: Callable[["Hall"], Answer]) -> Answer:
        answer = self._planner.run(_in_hall, revision, "", work)
        if answer is None:
            text = self._store.read(lambda connection: building.document_of(connection, revision))
            answer = self._planner.run(_in_hall, revision, text, work) if text else None
        if answer is None:
            raise NotFound("no_layout", "no layout has been loaded yet; load one: gangway import layout FILE")
        return answer[0]


# What follows runs in the planning process; numpy and scipy stay out of the serving one.


def _in_hall(revision: str, document: str, work: Callable[["Hall"], Answer]) -> tuple[Answer] | None:
    """The answer; None when this process has not read the layout and was not given its text."""
    from server.floor.hall import hall_of  # noqa: PLC0415

    hall = hall_of(revision, document)
    return None if hall is None else (work(hall),)


def _ready(hall: "Hall", closed: tuple[str, ...]) -> None:
    hall.floor(closed)


def _closable(hall: "Hall", closed: tuple[str, ...], place: str) -> tuple[Segment, ...]:
    return hall.closable(closed, place)


def _blocked_place(
    hall: "Hall", closed: tuple[str, ...], here: str, there: str
) -> tuple[str, tuple[Segment, ...]] | None:
    return hall.blocked_place(closed, here, there)


def _rests(hall: "Hall", errands: tuple[Errand, ...], budget_s: float) -> tuple[Rest | None, ...]:
    from server.floor import rest  # noqa: PLC0415

    return rest.rests(hall, errands, budget_s)


def _proof(hall: "Hall", errand: Errand, budget_s: float) -> Rest:
    from server.floor import rest  # noqa: PLC0415

    return rest.proof(hall, errand, budget_s)

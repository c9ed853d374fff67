"""Asks the planning process about the floor as it is: by revision, with the layout's text only when it must."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from server.core.errors import NotFound
from server.floor import in_hall
from server.floor.errand import Errand, Rest, Segment
from server.floor.planner import Planner
from server.store import building
from server.store.transaction import Store

if TYPE_CHECKING:
    from server.floor.hall import Hall

Answer = TypeVar("Answer")


class Guide:
    """The planning process of those who walk."""

    def __init__(self, store: Store, planner: Planner) -> None:
        """Whoever shares `planner` waits for the answers asked for here, and these wait for theirs."""
        self._store = store
        self._planner = planner

    def ready(self, revision: str, closed: tuple[str, ...]) -> None:
        """Have the floor read and ready to be walked with these places closed; keeps the process alive, too."""
        self._ask(revision, partial(in_hall.ready, closed=closed))

    def closable(self, revision: str, closed: tuple[str, ...], place: str) -> tuple[Segment, ...]:
        """The edges that closing `place` beside `closed` would close, as lines on the plan (metres).

        Raises BadInput: there is no such place, or it would cut a station off.
        """
        return self._ask(revision, partial(in_hall.closable, closed=closed, place=place))

    def blocked_place(
        self, revision: str, closed: tuple[str, ...], here: str, there: str
    ) -> tuple[str, tuple[Segment, ...]] | None:
        """What to close, and its lines on the plan, for someone at node `here` who cannot get on to `there`."""
        return self._ask(revision, partial(in_hall.blocked_place, closed=closed, here=here, there=there))

    def rests(self, revision: str, errands: Sequence[Errand], budget_s: float) -> tuple[Rest | None, ...]:
        """The rest of each tour, solved within `budget_s` for all of them; None for one that cannot be walked."""
        return self._ask(revision, partial(in_hall.rests, errands=tuple(errands), budget_s=budget_s))

    def proof(self, errand: Errand, budget_s: float) -> Rest:
        """The rest of one tour, solved and proven as far as `budget_s` goes."""
        return self._ask(errand.revision, partial(in_hall.proof, errand=errand, budget_s=budget_s))

    def close(self) -> None:
        """End the process."""
        self._planner.close()

    def _ask(self, revision: str, work: Callable[["Hall"], Answer]) -> Answer:
        answer = self._planner.run(in_hall.answer, revision, "", work)
        if answer is None:
            text = self._store.read(lambda connection: building.document_of(connection, revision))
            answer = self._planner.run(in_hall.answer, revision, text, work) if text else None
        if answer is None:
            raise NotFound("no_layout", "no layout has been loaded yet; load one: gangway import layout FILE")
        return answer[0]

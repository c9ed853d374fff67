"""What a planning process is asked about a hall (floor/guide). It imports no database: that process has none.

Only what is asked brings numpy and scipy in, so that the serving process can name these functions without them.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from server.floor.errand import Errand, Rest, Segment

if TYPE_CHECKING:
    from server.floor.hall import Hall

Answer = TypeVar("Answer")


def answer(revision: str, document: str, work: "Callable[[Hall], Answer]") -> tuple[Answer] | None:
    """What `work` says of the hall; None when this process has not read the layout and was not given its text."""
    from server.floor.hall import hall_of  # noqa: PLC0415

    hall = hall_of(revision, document)
    return None if hall is None else (work(hall),)


def ready(hall: "Hall", closed: tuple[str, ...]) -> None:
    """Have the floor ready to be walked with these places closed."""
    hall.floor(closed)


def closable(hall: "Hall", closed: tuple[str, ...], place: str) -> tuple[Segment, ...]:
    """The edges that closing `place` beside `closed` would close (see Hall.closable)."""
    return hall.closable(closed, place)


def blocked_place(
    hall: "Hall", closed: tuple[str, ...], here: str, there: str
) -> tuple[str, tuple[Segment, ...]] | None:
    """What to close for someone at `here` who cannot get on to `there` (see Hall.blocked_place)."""
    return hall.blocked_place(closed, here, there)


def rests(hall: "Hall", errands: tuple[Errand, ...], budget_s: float) -> tuple[Rest | None, ...]:
    """The rest of each tour, within `budget_s` for all of them."""
    from server.floor import rest  # noqa: PLC0415

    return rest.rests(hall, errands, budget_s)


def proof(hall: "Hall", errand: Errand, budget_s: float) -> Rest:
    """The rest of one tour, solved and proven as far as `budget_s` goes."""
    from server.floor import rest  # noqa: PLC0415

    return rest.proof(hall, errand, budget_s)

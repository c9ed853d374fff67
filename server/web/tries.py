"""What the server fails on: nothing overtakes it, and after so many tries it is set aside and its queue goes on."""

import traceback
from collections import OrderedDict
from collections.abc import Callable
from typing import TypeVar

from server.core.errors import Unavailable

MOST_TRIES = 3  # a device sends again within seconds: long enough for what mends itself
MOST_KNOWN = 10_000

Answer = TypeVar("Answer")


class Tries:
    """The failures of this process by op_id, the last ones of them."""

    def __init__(self) -> None:
        """Nothing has failed yet."""
        self._failed: OrderedDict[str, int] = OrderedDict()

    def is_hopeless(self, op_id: str, error: Exception) -> bool:
        """Count a failure; True when the intent has failed often enough. A store out of reach is no fault of it."""
        if isinstance(error, Unavailable):
            return False
        failed = self._failed.pop(op_id, 0) + 1
        self._failed[op_id] = failed
        if len(self._failed) > MOST_KNOWN:
            self._failed.popitem(last=False)
        return failed >= MOST_TRIES


class Turn:
    """The order of one connection's intents. What was sent behind an intent that failed waits until that is answered.

    A device sends ahead, so the next intents are queued already when one fails: a tote scan decided before the item
    scan in front of it would be refused, and the goods in the tote would be nobody's.
    """

    def __init__(self) -> None:
        """Nothing has failed yet."""
        self._failed_seq: int | None = None

    def take(self, seq: int, decide: Callable[[], Answer]) -> Answer:
        """What `decide` returns. Raises what it raises, or Unavailable (out_of_turn) behind an intent that failed."""
        if self._failed_seq is not None and seq > self._failed_seq:
            raise Unavailable("out_of_turn", f"intent {self._failed_seq} has no answer yet, and comes before {seq}")
        try:
            answer = decide()
        except Exception:
            self._failed_seq = seq
            raise
        self.answered(seq)
        return answer

    def answered(self, seq: int) -> None:
        """The intent has its answer: what comes after it may be decided."""
        if seq == self._failed_seq:
            self._failed_seq = None


def fault_of(error: Exception) -> str:
    """What went wrong, for whoever mends it: the error first, then where it came from."""
    said = f"{type(error).__name__}: {error}"
    return f"{said}\n{''.join(traceback.format_tb(error.__traceback__))}"

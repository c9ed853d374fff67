"""How often the server failed on an intent: after so many tries it is set aside, and its device's queue goes on."""

import traceback
from collections import OrderedDict

from server.core.errors import Unavailable

MOST_TRIES = 3  # a device sends again within seconds: long enough for what mends itself
MOST_KNOWN = 10_000


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


def fault_of(error: Exception) -> str:
    """What went wrong, for whoever mends it: the error first, then where it came from."""
    said = f"{type(error).__name__}: {error}"
    return f"{said}\n{''.join(traceback.format_tb(error.__traceback__))}"

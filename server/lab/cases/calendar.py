"""The cases' days on today's calendar: a server has a real clock, by which it tells what has expired."""

import json
import re
from datetime import date, timedelta
from functools import partial
from typing import Any

from server.lab.cases.world import NOW

# a date as the vectors write it: 2026-12-31, (17)261231, or 17261231 behind a GTIN
_DATES = re.compile(r"20\d\d-\d\d-\d\d|(?<=\(17\))\d{6}|(?<=01\d{14}17)\d{6}")


def as_of(today: date, said: Any) -> Any:
    """A document of the vectors with every date in it as far from `today` as it was from the day of the cases."""
    later = today - date.fromisoformat(NOW[:10])
    return json.loads(_DATES.sub(partial(_moved, later), json.dumps(said)))


def _moved(later: timedelta, found: re.Match[str]) -> str:
    written = found[0]
    short = "-" not in written
    day = date.fromisoformat(f"20{written[:2]}-{written[2:4]}-{written[4:]}" if short else written) + later
    return f"{day:%y%m%d}" if short else day.isoformat()

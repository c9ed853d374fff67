"""Meters: a server process's CPU and memory as the kernel accounts them, percentiles, goals."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

TICKS_PER_S = 100  # USER_HZ, fixed by the Linux ABI


@dataclass(frozen=True, slots=True)
class Goal:
    """What was to be reached, and what was: all goals are upper limits."""

    name: str
    goal: float
    reached: float

    @property
    def met(self) -> bool:
        """Whether it was reached."""
        return self.reached <= self.goal


def cpu_s(pid: int) -> float:
    """CPU seconds (user and system) that a process and its children have used, those that have ended included."""
    return sum(_own_cpu_s(member) for member in family(pid))


def pss_mb(pid: int) -> float:
    """Proportional set size of a process and its living children, in MB of 10^6 bytes."""
    return sum(_own_pss_kb(member) for member in family(pid)) * 1024 / 1e6


def family(pid: int) -> tuple[int, ...]:
    """A process and all that descend from it and are alive."""
    members = [pid]
    for member in members:
        for children in Path(f"/proc/{member}/task").glob("*/children"):
            members.extend(int(child) for child in _read(children).split())
    return tuple(members)


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least `share` of `values` do not exceed; 0 for none (nearest-rank definition)."""
    if not values:
        return 0.0
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


def _own_cpu_s(pid: int) -> float:
    fields = _read(Path(f"/proc/{pid}/stat")).rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / TICKS_PER_S if fields else 0.0


def _own_pss_kb(pid: int) -> int:
    for line in _read(Path(f"/proc/{pid}/smaps_rollup")).splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1])
    return 0


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except (FileNotFoundError, ProcessLookupError, PermissionError):  # it has just ended
        return ""

"""Where long thinking happens: processes beside the server, so that no scan waits for a plan.

The pool is a `concurrent.futures.Executor`; a cluster's executor can take its place. Its processes start when they are
first asked and end after a while without work, so that the solvers' memory is held only while a plan is made.
"""

import os
import threading
import time
from collections.abc import Callable
from concurrent.futures import Executor, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from typing import ParamSpec, TypeVar

from server.core.errors import Unavailable

Given = ParamSpec("Given")
Plan = TypeVar("Plan")

IDLE_S = 60.0


class Planner:
    """Runs picklable functions in other processes; a caller waits for its own plan alone."""

    def __init__(self, processes: int = 1, idle_s: float = IDLE_S) -> None:
        """Start nothing yet. `processes` plans are made at once; the others queue up."""
        self._processes = processes
        self._idle_s = idle_s
        # no more is handed over than is worked on: a large plan left in the pool's pipe would block the event loop
        self._free = threading.BoundedSemaphore(processes)
        self._opening = threading.Lock()
        self._pool: Executor | None = None
        self._busy = 0
        self._timer: threading.Timer | None = None

    def run(self, work: Callable[Given, Plan], *args: Given.args, **kwargs: Given.kwargs) -> Plan:
        """What `work` returns in a process of its own. Raises what it raised, or Unavailable when the process died."""
        with self._free:
            pool = self._open()
            try:
                return pool.submit(work, *args, **kwargs).result()
            except BrokenProcessPool as error:
                self._drop()
                raise Unavailable("planner_died", "the planning process ended before its plan; try again") from error
            finally:
                self._rest()

    def close(self) -> None:
        """End the processes."""
        if self._timer is not None:
            self._timer.cancel()
        self._drop()

    def _open(self) -> Executor:
        with self._opening:
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None
            if self._pool is None:
                self._pool = ProcessPoolExecutor(
                    self._processes, get_context("spawn"), initializer=_follow, initargs=(os.getpid(),)
                )
                self._pool.submit(os.getpid).result()  # it reads from now on: what is handed over never waits in a pipe
            self._busy += 1
            return self._pool

    def _rest(self) -> None:
        with self._opening:
            self._busy -= 1
            if self._busy == 0 and self._pool is not None:
                self._timer = threading.Timer(self._idle_s, self._drop_if_idle)
                self._timer.daemon = True
                self._timer.start()

    def _drop_if_idle(self) -> None:
        with self._opening:
            idle = self._busy == 0
        if idle:
            self._drop()

    def _drop(self) -> None:
        pool, self._pool = self._pool, None
        if pool is not None:
            pool.shutdown(wait=False, cancel_futures=True)


def _follow(parent: int) -> None:
    """End with the server: a pool's process whose parent was killed would wait for work for ever."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1.0)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()

"""The camera: a few worker processes that read pictures, each replaced when it dies or dawdles.

Under gevent (monkey-patched) a waiting caller yields to the loop, since it waits on a socket and a queue; without
gevent it blocks its thread. A program that runs gevent unpatched calls `read` in gevent's thread pool. Make a camera
after forking, not before.
"""

import queue
import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import structlog

from server.core.consensus import PROFILES
from server.core.errors import BadInput, Unavailable
from server.web.camera.decoded import Decoded, from_json
from server.web.camera.header import measure
from server.web.camera.line import receive, send

START_S = 30.0
ANSWER_S = 5.0  # wall time: what a worker may take for a picture whose CPU deadline is far shorter
WAIT_S = 5.0

_log = structlog.get_logger(__name__)
_HOUSE = Path(__file__).resolve().parents[3]
_BEGIN = (  # a worker a core: no threads inside numpy, said before it is imported
    "import os, sys; os.environ.update(OPENBLAS_NUM_THREADS='1', OMP_NUM_THREADS='1');"
    "sys.path.insert(0, sys.argv.pop(1)); from server.web.camera.worker import main; main()"
)


@dataclass(frozen=True)
class _Worker:
    child: subprocess.Popen[bytes]
    line: socket.socket

    def end(self) -> None:
        self.line.close()
        self.child.kill()
        self.child.wait()


class Camera:
    """Reads pictures in `workers` processes, started when first needed. Safe to call from many threads or greenlets."""

    def __init__(self, workers: int = 2, answer_s: float = ANSWER_S, wait_s: float = WAIT_S) -> None:
        self._answer_s = answer_s
        self._wait_s = wait_s
        self._workers = workers
        self._told = False
        self._closed = False
        self._idle: queue.LifoQueue[_Worker | None] = queue.LifoQueue()
        for _ in range(workers):
            self._idle.put(None)  # a place whose worker is yet to be started

    def read(self, content: bytes, profile: str = "warehouse", deadline_s: float | None = None) -> Decoded:
        """The codes of a picture file that count.

        `deadline_s`: CPU seconds after which no further look is begun (None: 0.045 s for 640 × 480, more for larger).
        Raises BadInput for what is no picture, too large, or an unknown profile; Unavailable when all workers are busy
        for too long, when the picture took too long, or when a decoder ended the process: a new worker is then at hand.
        """
        if profile not in PROFILES:
            raise BadInput(
                "camera.unknown_profile", f"There is no profile {profile!r}; take one of {', '.join(PROFILES)}."
            )
        measure(content)
        worker = self._take()
        answered = False
        try:
            worker = worker or self._start()
            answer = self._ask(worker, {"profile": profile, "deadline_s": deadline_s}, content)
            answered = True
        finally:
            if worker is not None and (not answered or self._closed):
                worker.end()
            self._idle.put(worker if answered and not self._closed else None)
        if "error" in answer:
            raise BadInput(answer["error"]["code"], answer["error"]["message"])
        return from_json(answer)

    def close(self) -> None:
        """End all workers; one that is reading ends after its picture."""
        self._closed = True
        for _ in range(self._workers):
            try:
                worker = self._idle.get_nowait()
            except queue.Empty:
                return
            if worker is not None:
                worker.end()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _take(self) -> _Worker | None:
        try:
            if self._closed:
                raise Unavailable("camera.closed", "The camera is closed; the server is going down.")
            return self._idle.get(timeout=self._wait_s)
        except queue.Empty as error:
            raise Unavailable("camera.busy", "All decoders are busy; send the picture again in a second.") from error

    def _ask(self, worker: _Worker, head: dict[str, Any], content: bytes) -> dict[str, Any]:
        try:
            send(worker.line, head, content)
            return receive(worker.line, self._answer_s)[0]
        except TimeoutError as error:
            _log.warning("decoder_too_slow", answer_s=self._answer_s, size_bytes=len(content))
            raise Unavailable(
                "camera.too_slow", f"The picture took longer than {self._answer_s:g} s; take it again, closer."
            ) from error
        except (EOFError, OSError) as error:
            _log.error("decoder_ended", returncode=worker.child.wait(), size_bytes=len(content))
            raise Unavailable(
                "camera.decoder_ended", "A decoder ended while it read this picture; take the picture again."
            ) from error

    def _start(self) -> _Worker:
        ours, theirs = socket.socketpair()
        with theirs:
            child = subprocess.Popen(
                [sys.executable, "-c", _BEGIN, str(_HOUSE), str(theirs.fileno())],
                pass_fds=(theirs.fileno(),),
                stdin=subprocess.DEVNULL,
            )
        worker = _Worker(child, ours)
        try:
            hello, _ = receive(ours, START_S)
        except (EOFError, OSError) as error:  # TimeoutError is an OSError
            worker.end()
            raise Unavailable(
                "camera.no_worker", "No decoder could be started; the server's log says what Python could not import."
            ) from error
        self._tell(hello["missing"])
        return worker

    def _tell(self, missing: dict[str, str]) -> None:
        """Once: what is missing, and that reading goes on with what is there."""
        if missing and not self._told:
            self._told = True
            _log.warning("decoder_missing", missing=sorted(missing), install=list(missing.values()))

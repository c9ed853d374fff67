"""Servers of our own on loopback, for as long as a `with` lasts: the product's, and those it is measured against."""

import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from server.core.errors import Unavailable

START_WITHIN_S = 180.0  # who dies is seen at once; a machine that does much else starts slowly
STOP_WITHIN_S = 20.0


@dataclass(frozen=True, slots=True)
class Running:
    """A server that answers: where, and which process."""

    url: str
    pid: int


def free_port() -> int:
    """A loopback port that nobody listens on now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextmanager
def product(database_url: str, folder: Path, host: str = "127.0.0.1", port: int = 0) -> Iterator[Running]:
    """`gangway serve` on a database; its log and its key lie in `folder`."""
    port = port or free_port()
    command = [str(Path(sys.executable).parent / "gangway"), "serve"]
    command += ["--host", host, "--port", str(port), "--database-url", database_url, "--tls", "off", "--devices", "any"]
    with _running(command, port, "/healthz", folder) as server:
        yield server


@contextmanager
def baseline(factory: str, folder: Path) -> Iterator[Running]:
    """A baseline app (`echo()`, `naive('…')`) on the same gunicorn worker as the product's."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "--worker-class", "gevent", "--worker-connections", "4096"]
    command += ["--bind", f"127.0.0.1:{port}", "--log-level", "warning", f"server.lab.baselines:{factory}"]
    with _running(command, port, "/", folder) as server:
        yield server


@contextmanager
def _running(command: Sequence[str], port: int, path: str, folder: Path) -> Iterator[Running]:
    log = folder / "server.log"
    signal.signal(signal.SIGTERM, _leave)  # else whoever is told to stop would leave its server behind
    with log.open("ab") as lines:
        process = subprocess.Popen(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=lines, stderr=lines)
    try:
        _wait_until_answering(process, f"http://127.0.0.1:{port}{path}", log)
        yield Running(f"http://127.0.0.1:{port}", process.pid)
    finally:
        process.terminate()
        try:
            process.wait(STOP_WITHIN_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _leave(_number: int, _frame: object) -> None:
    sys.exit(143)  # the shell's way to say: ended by SIGTERM


def _wait_until_answering(process: "subprocess.Popen[bytes]", url: str, log: Path) -> None:
    """Return when the server answers anything at all; its log says why it does not."""
    deadline = time.monotonic() + START_WITHIN_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=2).close()
        except urllib.error.HTTPError as error:
            error.close()
            return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.05)
        else:
            return
    tail = "\n".join(log.read_text(errors="replace").splitlines()[-15:])
    raise Unavailable("server_not_started", f"the server did not start; its log ends with:\n{tail}")

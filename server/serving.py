"""gunicorn's configuration and what surrounds a worker, as `gangway serve` runs it: --config python:server.serving."""

import json
import socket
import sys
from pathlib import Path
from typing import Any

import gevent

from server.config import Settings
from server.logbook import logging_plan

SETTINGS = Settings.from_environment()

worker_class = "gevent"
workers = 1  # one process a site: the store has one writer, the sockets one house
worker_connections = SETTINGS.connections
keepalive = 75
timeout = 60  # a worker whose loop stands still for so long is replaced
graceful_timeout = 10
control_socket_disable = True
proc_name = "gangway"
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # the heartbeat must not wait for a disk
logconfig_dict = logging_plan(SETTINGS.log)


def app() -> Any:
    """The application; imported here, in the worker, after gevent has patched what it imports."""
    from server.app import create_app  # noqa: PLC0415 an import at the top would come before the patch

    return create_app(SETTINGS)


def post_worker_init(worker: Any) -> None:
    """Everything is loaded: settle the collector, watch for the end, and say that the server is ready."""
    from server.app import settle  # noqa: PLC0415

    gevent.spawn(_close_when_told, worker)
    settle()
    port = worker.sockets[0].getsockname()[1]
    print(announcement(SETTINGS, port), flush=True)  # noqa: T201 what stdout is for


def worker_exit(_arbiter: Any, worker: Any) -> None:
    """The worker ends: end what it has not ended yet."""
    _close(worker)


def announcement(settings: Settings, port: int) -> str:
    """The line or lines that say where the server answers."""
    hosts = [settings.host] if settings.host not in ("0.0.0.0", "::") else ["127.0.0.1", *_own_address()]
    urls = [f"http://{f'[{host}]' if ':' in host else host}:{port}" for host in hosts]
    if settings.ready == "json":
        return json.dumps({"ready": True, "url": urls[0], "urls": urls})
    lines = ["Gangway is ready"]
    for url in urls:
        lines += [f"  pick   {url}/", f"  pack   {url}/pack", f"  board  {url}/board"]
    return "\n".join(lines)


def _own_address() -> list[str]:
    """The address of this machine on its network, found without sending anything."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # TEST-NET-1: a datagram socket only picks its own address for it
        except OSError:
            return []
        return [str(probe.getsockname()[0])]


def _close_when_told(worker: Any) -> None:
    while worker.alive:
        gevent.sleep(0.1)
    _close(worker)  # gunicorn waits for open connections; sockets would stay open for the whole grace


def _close(worker: Any) -> None:
    application = getattr(worker, "wsgi", None)
    house = getattr(application, "extensions", {}).pop("gangway", None)
    if house is not None:
        house.close()
        sys.stdout.flush()

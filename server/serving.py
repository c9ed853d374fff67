"""gunicorn's configuration and what surrounds a worker, as `gangway serve` runs it: --config python:server.serving."""

import json
import sys
from pathlib import Path
from typing import Any

import gevent

from server import addresses
from server.config import Settings
from server.logbook import logging_plan

SETTINGS = Settings.from_environment()

worker_class = "gevent"
workers = 1  # one process a site: the store has one writer, the sockets one house
worker_connections = SETTINGS.connections
keepalive = 2  # an idle connection holds up the end of a worker for so long; scans travel by websocket
timeout = 60  # a worker whose loop stands still for so long is replaced
graceful_timeout = 10
control_socket_disable = True
proc_name = "gangway"
LAST_SECURE_REQUESTS_S = 3  # what is under way over https, once the plain side has ended
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # the heartbeat must not wait for a disk
logconfig_dict = logging_plan(SETTINGS.log)


def app() -> Any:
    """The application; imported here, in the worker, after gevent has patched what it imports."""
    # the sockets' library brings in its client too, and with it aiohttp: 8 MB that no server uses
    sys.modules.setdefault("aiohttp", None)  # type: ignore[arg-type]  # documented to make its import fail
    from server.app import create_app  # noqa: PLC0415 an import at the top would come before the patch

    made = create_app(SETTINGS)
    if SETTINGS.tls != "off":
        from server.secure_door import tell_scheme  # noqa: PLC0415

        made.wsgi_app = tell_scheme(made.wsgi_app, SETTINGS.port)  # type: ignore[assignment,method-assign]
    return made


def post_worker_init(worker: Any) -> None:
    """Everything is loaded: settle the collector, watch for the end, and say that the server is ready."""
    from server.app import settle  # noqa: PLC0415

    if SETTINGS.tls != "off":
        from server.secure_door import open_door  # noqa: PLC0415

        worker.secure_door = open_door(worker, worker.sockets.pop(0), SETTINGS)  # gunicorn serves the plain one
    gevent.spawn(_close_when_told, worker)
    settle()
    addresses.keep(SETTINGS)
    print(announcement(SETTINGS), flush=True)  # noqa: T201 what stdout is for


def worker_exit(_arbiter: Any, worker: Any) -> None:
    """The worker ends: end what it has not ended yet."""
    _close(worker)
    door = getattr(worker, "secure_door", None)
    if door is not None:
        door.pool.join(timeout=LAST_SECURE_REQUESTS_S)


def announcement(settings: Settings) -> str:
    """The line or lines that say where the server answers, and what its authority is known by."""
    places = addresses.places(settings)
    ca = _authority(settings)
    if settings.ready == "json":
        told = {"ready": True, "url": places.urls[0], "urls": places.urls, "enrol": places.enrol}
        return json.dumps(told | ({"plain": places.plain, "ca_sha256": ca} if settings.tls != "off" else {}))
    lines = ["Gangway is ready"]
    for url in places.urls:
        lines += [f"  pick   {url}/", f"  pack   {url}/pack", f"  board  {url}/board"]
    if settings.tls != "off":
        lines.append(f"  enrol  {places.enrol}/enrol" + (f"   authority SHA-256 {ca}" if ca else ""))
    return "\n".join(lines)


def _authority(settings: Settings) -> str:
    if settings.tls != "auto":
        return ""
    from server import certificates  # noqa: PLC0415 the master of gunicorn need not hold it

    return certificates.fingerprint(certificates.authority(settings.instance))


def _close_when_told(worker: Any) -> None:
    while worker.alive:
        gevent.sleep(0.1)
    _close(worker)  # gunicorn waits for open connections; sockets would stay open for the whole grace


def _close(worker: Any) -> None:
    door = getattr(worker, "secure_door", None)
    if door is not None and not door.closed:
        door.close()
    application = getattr(worker, "wsgi", None)
    house = getattr(application, "extensions", {}).pop("gangway", None)
    if house is not None:
        house.close()
        sys.stdout.flush()

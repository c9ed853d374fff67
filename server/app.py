"""Where the parts are joined, and the only place: settings in, a whole server out."""

import gc
import time
from dataclasses import dataclass
from functools import partial
from typing import Any

import gevent
from flask import Flask
from flask_socketio import SocketIO
from gevent import monkey
from sqlalchemy.engine import make_url
from werkzeug.middleware.proxy_fix import ProxyFix

from server.config import Settings
from server.floor import enrol
from server.floor.board import Watch
from server.floor.guide import Guide
from server.floor.planner import Planner
from server.floor.prove import Prover
from server.floor.releaser import Releaser
from server.floor.reroute import Rerouter
from server.logbook import route_structlog
from server.store.transaction import Store, utc_now
from server.web.auth import Guesses, Seal, own_key
from server.web.camera import Camera
from server.web.connection import PING_EVERY_S, PING_WAIT_S, bounded_websocket
from server.web.http.answers import dress
from server.web.http.desk import Desk, Entrance
from server.web.http.pages import serve_pages
from server.web.http.table import serve_routes
from server.web.packets import PlainJson, TextPacket
from server.web.pushes import Pushes
from server.web.removals import Removals
from server.web.sockets import Sockets
from server.web.wire import MOST_FRAME_BYTES


@dataclass(frozen=True, slots=True)
class House:
    """A running server's parts, for whoever has to end it."""

    store: Store
    planner: Planner
    guide: Guide
    camera: Camera
    sockets: Sockets
    pushes: Pushes
    rerouter: Rerouter
    prover: Prover
    releaser: Releaser
    removals: Removals

    def close(self) -> None:
        """End in order: sockets first, so that nothing new comes in; then what is queued is written."""
        self.rerouter.stop()
        self.prover.stop()
        self.releaser.stop()
        self.removals.stop()
        self.pushes.stop()
        self.sockets.close()
        self.camera.close()
        self.planner.close()
        self.guide.close()
        self.store.close()


def create_app(settings: Settings) -> Flask:
    """A server for `settings`. Its `House` stands in `app.extensions["gangway"]`.

    Raises NotReady when the database's migrations are not applied.
    """
    route_structlog()
    store = open_store(settings)
    planner, camera = Planner(settings.planners), Camera(settings.decoders)
    guide = Guide(store, Planner())  # a process of its own: nobody who walks waits for a wave
    seal = Seal(own_key(settings.instance))
    app = Flask("gangway", static_folder=None)
    app.json.sort_keys = False  # type: ignore[attr-defined]
    dress(app)
    entrance = open_entrance(store, settings)
    serve_routes(app, Desk(store, seal, Guesses(time.monotonic), planner, guide, settings.instance, camera, entrance))
    serve_pages(app, settings.page)
    server = socket_server(app)
    sockets = Sockets(server, store, seal, Watch(store, today))
    pushes, rerouter = Pushes(server, store, sockets), Rerouter(store, guide)
    prover = Prover(store, Guide(store, planner))  # beside waves: what proves may take seconds
    pushes.start()
    rerouter.start()
    prover.start()
    releaser = Releaser(store, planner)
    releaser.start()
    removals = Removals(store, sockets)
    removals.start()
    app.extensions["gangway"] = House(
        store, planner, guide, camera, sockets, pushes, rerouter, prover, releaser, removals
    )
    if settings.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies)  # type: ignore[method-assign]
    return app


def open_store(settings: Settings) -> Store:
    """The store of `settings`; under gevent its commits wait for the disk in a native thread."""
    url = make_url(settings.database_url)
    offload = _in_native_thread if monkey.is_module_patched("threading") else None
    return Store(url.render_as_string(hide_password=False), offload=offload)


def open_entrance(store: Store, settings: Settings) -> Entrance:
    """How devices come in. Where only enrolled ones may, others that are still logged in are logged out."""
    if settings.devices == "enrolled":
        store.write(enrol.turn_out_strangers)
    only = settings.devices == "enrolled"
    if settings.tls == "off":
        return Entrance(enrolled_only=only)
    if settings.tls == "own":
        return Entrance(settings.port, settings.plain_port, enrolled_only=only)
    from server import certificates  # noqa: PLC0415 8 MB that a server over http does without

    own = certificates.authority(settings.instance)
    return Entrance(settings.port, settings.plain_port, own, certificates.fingerprint(own), only)


def socket_server(app: Flask) -> Any:
    """python-socketio's server beneath Flask-SocketIO, over websockets alone, mounted on `app`.

    A device's frames are answered one after the other, where they are read: a greenlet for each would cost more than
    reading it.
    """
    socketio = SocketIO(
        app,
        async_mode="gevent",
        transports=["websocket"],
        max_http_buffer_size=MOST_FRAME_BYTES,
        ping_interval=PING_EVERY_S,
        ping_timeout=PING_WAIT_S,
        manage_session=False,
        async_handlers=False,
        serializer=TextPacket,
        json=PlainJson,
    )
    # the driver's table says which class takes over an upgraded connection; ours bounds and sends whole messages
    socketio.server.eio._async = socketio.server.eio._async | {"websocket": partial(bounded_websocket)}
    return socketio.server


def today() -> str:
    """The date in UTC."""
    return utc_now()[:10]


def settle() -> None:
    """Call once after start: what was loaded by now lives as long as the server, so the collector need not look at it.

    Collections were the tail of the latency: p99 at 1,000 scans/s fell from 58-189 ms to 4-41 ms (docs/operations.md).
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(3000, 20, 50)


def _in_native_thread(call: Any) -> None:
    gevent.get_hub().threadpool.apply(call)

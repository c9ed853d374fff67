"""https beside http in one gunicorn worker: its own listener, the same handling of requests, certificates kept current.

gunicorn wraps all its listeners or none, and this server wants one of each: so it serves the plain one itself, and is
handed the connections of the other once they are secure.
"""

import socket
import ssl
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import gevent
import structlog
from gevent.pool import Pool
from gevent.server import StreamServer

from server import addresses, certificates
from server.config import Settings
from server.core.errors import BadInput, FloorError

HANDSHAKE_WITHIN_S = 10.0
LOOK_AGAIN_S = 3600.0
FIRST_BYTE_OF_TLS = b"\x16"  # a handshake record; plain http begins with a letter

log = structlog.get_logger(__name__)

Wsgi = Callable[[dict[str, Any], Any], Iterable[bytes]]


def certified(settings: Settings) -> tuple[Path, Path]:
    """The certificate and its key as they are to be used now; made when they are to be ours, and it is time.

    Raises BadInput, NotReady, Unavailable.
    """
    if settings.tls == "own":
        return Path(settings.tls_certificate), Path(settings.tls_key)
    found = (*addresses.machine_names(), *addresses.lan_addresses(), "127.0.0.1", "::1")
    given = settings.tls_names + (() if settings.host in (*addresses.ANYWHERE, *found) else (settings.host,))
    return certificates.issue(settings.instance, certificates.Names(found, given))


def context_for(settings: Settings) -> ssl.SSLContext:
    """What connections are secured with. Raises BadInput when certificate and key cannot be used."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    certificate, key = certified(settings)
    try:
        context.load_cert_chain(certificate, key)
    except (OSError, ssl.SSLError) as error:
        raise BadInput("certificate_wrong", f"cannot use {certificate} with {key}: {error}") from error
    return context


def open_door(worker: Any, listener: Any, settings: Settings) -> StreamServer:
    """Serve `listener` over TLS by gunicorn's `worker`, and look each hour whether its certificate still fits."""
    context = context_for(settings)

    def take(client: Any, address: Any) -> None:
        secured = _secured(context, client)
        if secured is not None:
            worker.handle(listener, secured, address)

    door = StreamServer(listener, handle=take, spawn=Pool(worker.worker_connections))
    door.start()
    gevent.spawn(_keep_current, context, settings)
    return door


def tell_scheme(app: Wsgi, port: int) -> Wsgi:
    """Tell `app` which of its requests came over TLS; what comes plain to the secure `port` is sent on to https."""

    def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        line = environ.get("gunicorn.socket")
        if isinstance(line, ssl.SSLSocket):
            environ["wsgi.url_scheme"] = "https"
        elif line is not None and line.getsockname()[1] == port:
            there = f"https://{environ.get('HTTP_HOST', '')}{environ.get('RAW_URI', '/')}"
            start_response("308 Permanent Redirect", [("Location", there), ("Cache-Control", "no-store")])
            return [b""]
        return app(environ, start_response)

    return answer


def _secured(context: ssl.SSLContext, client: Any) -> Any:
    """The connection after its handshake, as it is when it does not ask for one; None when that comes to nothing."""
    try:
        client.settimeout(HANDSHAKE_WITHIN_S)
        first = client.recv(1, socket.MSG_PEEK)
        line = context.wrap_socket(client, server_side=True) if first == FIRST_BYTE_OF_TLS else client
    except OSError as error:  # most often a device that does not trust the authority yet
        log.debug("no handshake", why=str(error))
        client.close()
        return None
    line.settimeout(None)
    return line


def _keep_current(context: ssl.SSLContext, settings: Settings) -> None:
    """New connections get the new certificate; those that stand keep theirs."""
    while True:
        gevent.sleep(LOOK_AGAIN_S)
        try:
            context.load_cert_chain(*certified(settings))
        except (FloorError, OSError):
            log.exception("certificate not renewed")

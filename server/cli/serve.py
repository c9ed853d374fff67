"""`gangway serve`: the production server."""

import os
import socket
import sys
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context

import click

from server.config import Settings
from server.core.errors import BadInput, Conflict, NotReady, Unavailable

WAITING_CONNECTIONS = 2048


@click.command()
@click.option("--host", help="Address to listen on; 0.0.0.0 for every one.  [GANGWAY_HOST; default 127.0.0.1]")
@click.option("--port", type=click.IntRange(0, 65535), help="Port; 0 takes a free one.  [GANGWAY_PORT; default 8080]")
@click.option("--database-url", help="The database.  [GANGWAY_DATABASE_URL; default sqlite:///var/gangway.db]")
@click.option("--instance", type=click.Path(file_okay=False), help="Where the signing key is kept.  [GANGWAY_INSTANCE]")
@click.option(
    "--tls",
    type=click.Choice(["off", "auto", "own"]),
    help="https on the port. auto: by an authority that the server makes for itself; own: with the two options below.  "
    "[GANGWAY_TLS; default off]",
)
@click.option("--tls-certificate", metavar="FILE", help="PEM, with its chain.  [GANGWAY_TLS_CERTIFICATE]")
@click.option("--tls-key", metavar="FILE", help="PEM, without a passphrase.  [GANGWAY_TLS_KEY]")
@click.option(
    "--tls-name",
    "tls_names",
    multiple=True,
    help="A name or address of this machine, beside those it finds itself; may be repeated.  [GANGWAY_TLS_NAMES]",
)
@click.option(
    "--plain-port",
    type=click.IntRange(0, 65535),
    help="With --tls: http beside it, where devices are enrolled.  [GANGWAY_PLAIN_PORT; default 8081]",
)
@click.option(
    "--devices", type=click.Choice(["any", "enrolled"]), help="Which may log in.  [GANGWAY_DEVICES; default any]"
)
@click.option("--json", "as_json", is_flag=True, help="Say that the server is ready as one JSON line; log JSON lines.")
def serve(as_json: bool, **asked: object) -> None:
    """Serve the pages, the REST API and the sockets until told to stop (Ctrl-C or SIGTERM).

    Prints on stdout where it answers, once it does; logs to stderr. Refuses a database whose migrations are missing.
    """
    if as_json:
        asked |= {"log": "json", "ready": "json"}
    settings = Settings.from_environment(asked | {"tls_names": asked["tls_names"] or None})
    if settings.tls == "own" and not (settings.tls_certificate and settings.tls_key):
        raise BadInput("setting_wrong", "--tls own needs --tls-certificate and --tls-key")
    # in a process of its own: this one becomes gunicorn's master, and shall hold neither alembic nor a connection
    with ProcessPoolExecutor(1, get_context("fork")) as elsewhere:
        elsewhere.submit(check_database, settings.database_url).result()
        if settings.tls != "off":
            elsewhere.submit(check_certificate, settings).result()
    listeners = [listen(settings.host, settings.port, "--port")]
    if settings.tls != "off":
        listeners.append(listen(settings.host, settings.plain_port, "--plain-port"))
    ports = [listener.getsockname()[1] for listener in listeners]
    settings = replace(settings, port=ports[0], plain_port=ports[-1])
    gunicorn = [sys.executable, "-m", "gunicorn", "--config", "python:server.serving"]
    for listener in listeners:
        os.set_inheritable(listener.fileno(), True)
        gunicorn += ["--bind", f"fd://{listener.fileno()}"]
    os.execve(sys.executable, [*gunicorn, "server.serving:app()"], settings.environment())


def check_certificate(settings: Settings) -> None:
    """Make or find what `settings` serve https with. Raises BadInput, NotReady, Unavailable."""
    from server.secure_door import context_for

    context_for(settings)


def check_database(url: str) -> None:
    """Return when the database at `url` is there with every migration applied. Raises NotReady or Unavailable."""
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError, SQLAlchemyError

    from server.store.migrations import require_current
    from server.store.transaction import open_engine

    try:
        file = make_url(url).database
        if make_url(url).get_backend_name() == "sqlite" and not os.path.exists(file or ""):  # noqa: PTH110
            raise NotReady("database_missing", f"there is no database {file}; run: gangway db upgrade")
        engine = open_engine(url)
        require_current(engine)
        engine.dispose()
    except ArgumentError as error:
        raise NotReady("database_url_wrong", f"{url!r} is no database URL: {error}") from error
    except SQLAlchemyError as error:
        raise Unavailable("store_unavailable", f"the database does not answer: {error}") from error


def listen(host: str, port: int, option: str) -> socket.socket:
    """A socket that listens; bound here, so that a port in use is said before anything starts. Raises Conflict."""
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind)
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
            listener.listen(WAITING_CONNECTIONS)
        except OSError:
            listener.close()
            raise
    except PermissionError:
        raise Conflict("port_not_allowed", f"this user may not listen on port {port}; take one above 1023") from None
    except OSError as error:
        raise Conflict(
            "port_in_use", f"cannot listen on {host} port {port} ({error.strerror}); try {option} 0"
        ) from None
    return listener

"""What tests share: a database of each kind, new for every test, the small floor on it, and Debian's Chromium.

Nothing is skipped when a piece is missing: the test fails with the line that installs it.
"""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from itertools import count
from pathlib import Path

import psycopg
import pytest
from hypothesis import settings
from playwright.sync_api import Browser, Playwright, sync_playwright

from server.floor import audit
from server.store import migrations
from server.store.transaction import Store, open_engine
from tests.small_floor import Hand, furnish

# the same examples at every run: a check that fails now and then says nothing about the change it failed on
settings.register_profile("house", derandomize=True, deadline=None)
settings.load_profile("house")

POSTGRES_PROGRAMS = Path("/usr/lib/postgresql/15/bin")
PostgresDatabase = Callable[[str], AbstractContextManager[str]]
CHROMIUM_ARGUMENTS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def free_port() -> int:
    """A loopback port that nobody listens on at the moment."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def as_unprivileged() -> list[str]:
    """What to put before a command that refuses to run as root; it ends when the tests end, however they do."""
    leave = ["setpriv", "--pdeathsig", "TERM"]
    if os.geteuid() != 0:
        return leave
    return [*leave, "--reuid", "postgres", "--regid", "postgres", "--clear-groups"]


def connect(port: int) -> "psycopg.Connection[tuple[object, ...]]":
    """The running server's maintenance database."""
    return psycopg.connect(host="127.0.0.1", port=port, user="gangway", dbname="postgres", autocommit=True)


def wait_until_ready(server: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    """Returns when the server answers; its log tells why it does not."""
    for _ in range(300):
        try:
            connect(port).close()
        except psycopg.OperationalError:
            if server.poll() is not None:
                break
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"PostgreSQL did not start:\n{log.read_text()}")


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A PostgreSQL 15 of the tests' own, without its database's name: `postgresql+psycopg://gangway@127.0.0.1:PORT`.

    Its files are new and go with it; fsync is off, since nothing here is to survive a power cut.
    """
    if not (POSTGRES_PROGRAMS / "postgres").exists():
        pytest.fail("PostgreSQL 15 is missing: run  sudo apt-get install postgresql-15")
    home = Path(tempfile.mkdtemp(prefix="gangway-postgres-"))
    if os.geteuid() == 0:
        user = pwd.getpwnam("postgres")
        os.chown(home, user.pw_uid, user.pw_gid)
    files, log, port = home / "files", home / "log", free_port()
    initdb = [str(POSTGRES_PROGRAMS / "initdb"), "--pgdata", str(files), "--username", "gangway", "--auth", "trust"]
    initdb += ["--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync"]
    subprocess.run([*as_unprivileged(), *initdb], check=True, capture_output=True, cwd=home)
    settings = ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "listen_addresses=127.0.0.1"]
    settings += ["unix_socket_directories=", "max_connections=200"]
    postgres = [str(POSTGRES_PROGRAMS / "postgres"), "-D", str(files), "-p", str(port)]
    postgres += [part for setting in settings for part in ("-c", setting)]
    with (
        log.open("wb") as lines,
        subprocess.Popen([*as_unprivileged(), *postgres], stdout=lines, stderr=lines, cwd=home) as server,
    ):
        try:
            wait_until_ready(server, port, log)
            yield f"postgresql+psycopg://gangway@127.0.0.1:{port}"
        finally:
            server.send_signal(2)  # SIGINT: PostgreSQL's fast shutdown, which waits for no client
            server.wait()
            shutil.rmtree(home)


@pytest.fixture(scope="session")
def postgres_database(postgres_url: str) -> Iterator[PostgresDatabase]:
    """Makes a database as a copy of another, gives its address, and drops it at the end of the `with`."""
    numbers = count(1)
    with connect(int(postgres_url.rsplit(":", 1)[1])) as connection:

        @contextmanager
        def copy_of(template: str) -> Iterator[str]:
            name = f"gangway_{next(numbers)}"
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'.encode())
            yield f"{postgres_url}/{name}"
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())

        yield copy_of


def migrate(url: str) -> None:
    """Apply every migration to an empty database."""
    engine = open_engine(url)
    migrations.upgrade(engine)
    engine.dispose()


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with every migration applied, to be copied."""
    path = tmp_path_factory.mktemp("template") / "migrated.db"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def migrated_postgres(postgres_database: PostgresDatabase) -> Iterator[str]:
    """The address of a PostgreSQL database with every migration applied, emptied by each test that used it."""
    with postgres_database("template0") as url:
        migrate(url)
        empty_postgres(url)  # a migration that stores rows would show in the first test, not in the second
        yield url


OTHERS_OF_THIS_DATABASE = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"


def empty_postgres(url: str) -> None:
    """Leave a migrated database as its migrations made it: no rows, and every number begins at 1 again.

    A new database for each test would cost a second: it is some 300 files. Foreign keys are off meanwhile.
    """
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(f"SELECT pg_terminate_backend(pid) {OTHERS_OF_THIS_DATABASE}".encode())
        connection.execute("SET session_replication_role = replica")
        tables = connection.execute("SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public'")
        for (table,) in tables.fetchall():
            if table != "alembic_version":
                connection.execute(f"DELETE FROM {table}".encode())
        numbers = connection.execute("SELECT quote_ident(sequencename) FROM pg_sequences WHERE last_value IS NOT NULL")
        for (sequence,) in numbers.fetchall():
            connection.execute(f"ALTER SEQUENCE {sequence} RESTART".encode())


@pytest.fixture(params=["sqlite", "postgresql"])
def database_kind(request: pytest.FixtureRequest) -> str:
    """Each kind of database in turn."""
    kind: str = request.param
    return kind


@pytest.fixture
def database_url(database_kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of an empty database, once for each kind."""
    if database_kind == "sqlite":
        yield f"sqlite:///{tmp_path}/floor.db"
        return
    copy_of: PostgresDatabase = request.getfixturevalue("postgres_database")
    with copy_of("template0") as url:
        yield url


@pytest.fixture
def migrated_database_url(database_kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a database with every table and no row, once for each kind; far quicker than migrating anew."""
    if database_kind == "sqlite":
        shutil.copyfile(request.getfixturevalue("migrated_sqlite"), tmp_path / "floor.db")
        yield f"sqlite:///{tmp_path}/floor.db"
        return
    url: str = request.getfixturevalue("migrated_postgres")
    yield url
    empty_postgres(url)


@pytest.fixture
def store(migrated_database_url: str) -> Iterator[Store]:
    """The small floor on each kind of database, checked for broken invariants when the test is over."""
    opened = Store(migrated_database_url)
    furnish(opened)
    yield opened
    assert opened.read(audit.violations) == []
    opened.close()


@pytest.fixture
def picker(store: Store) -> Hand:
    """A picker who has taken the cart and holds the batch."""
    hand = Hand(store)
    hand.begin()
    assert hand.scan("CART-1") == "cart_taken"
    return hand


@pytest.fixture(scope="module")
def browser_driver() -> Iterator[Playwright]:
    """Playwright, which speaks to the browser. Its event loop runs as long as it does: other modules want their own."""
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of Debian's Chromium."""
    path = shutil.which("chromium")
    if path is None:
        pytest.fail("Chromium is missing: run  sudo apt-get install chromium")
    return path


@pytest.fixture(scope="module")
def launch_browser(browser_driver: Playwright, chromium: str) -> Callable[..., Browser]:
    """Starts a Chromium with more arguments than usual, such as a fake camera's; the caller closes it."""

    def launch(*arguments: str) -> Browser:
        return browser_driver.chromium.launch(executable_path=chromium, args=[*CHROMIUM_ARGUMENTS, *arguments])

    return launch


@pytest.fixture(scope="module")
def browser(launch_browser: Callable[..., Browser]) -> Iterator[Browser]:
    """One Chromium for a module: open a `new_context()` of your own, which shares nothing with the others."""
    browser = launch_browser()
    yield browser
    browser.close()

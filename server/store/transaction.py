"""The one way to change the store: one writer, one frozen now, group commit, news after the commit.

Jobs queue up; the writer takes what is there (at most 64), runs it in one transaction and answers after the
commit, so a durable commit is paid once for many scans. If one job of a group fails, the group is rolled back and
each job runs alone: only the one that is wrong fails. A job may therefore run twice, and must do nothing but read
and write through its transaction.

The writer is a `threading.Thread`: under gevent a greenlet of the event loop, elsewhere a real thread. Statements
are short and run where the writer runs; only the commit waits for the disk. While the disk is quick that wait is
shorter than handing it over; when it is slow, `offload` sends it to a native thread, so that the event loop goes on.
"""

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from queue import Empty, SimpleQueue
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from server.core.errors import FloorError, Unavailable

MOST_JOBS_A_COMMIT = 64
QUICK_COMMIT_S = 0.005  # handing over costs 0.4 ms of CPU, and up to 5 ms until the interpreter lock is had again
CACHE_KB = 2000  # SQLite's own standard
WRITER_CACHE_KB = 8000  # the rows that 500 scanners are at; with 2,000 a scan read 30 pages again, with this 5
COMMITS_REMEMBERED = 8  # how many commits it takes, about, until a change of the disk's pace is believed

Answer = TypeVar("Answer")
Clock = Callable[[], str]
Offload = Callable[[Callable[[], None]], None]


@dataclass(frozen=True, slots=True)
class News:
    """What listeners may want to know once it is committed: `ref` is the id of the row of `kind` that changed."""

    kind: str
    ref: int = 0
    badge: str = ""


@dataclass(slots=True)
class Transaction:
    """What a job may use: a connection inside the transaction, and its frozen `now` (ISO 8601, UTC)."""

    connection: Connection
    now: str
    news: list[News] = field(default_factory=list)

    def tell(self, news: News) -> None:
        """Hand `news` to the listeners after the commit; nothing is told of a transaction that is rolled back."""
        self.news.append(news)


Job = Callable[[Transaction], Answer]
Listener = Callable[[Sequence[News]], None]


@dataclass(slots=True)
class _Ticket(Generic[Answer]):
    """A job in the queue, and where its answer is waited for."""

    job: Job[Answer]
    answer: Future[Answer]


class Store:
    """A database of the house: `write` changes it, `read` asks it."""

    def __init__(self, url: str, *, clock: Clock | None = None, offload: Offload | None = None) -> None:
        """Open the database at `url`. `clock` gives now as text; `offload` runs a blocking call elsewhere."""
        self.url = url
        self.engine = open_engine(url)
        self._writing = open_engine(url, for_writer=True)
        self._clock = clock or utc_now
        self._offload = offload or _here
        self._commit_s = 0.0  # how long commits take, lately
        self._queue: SimpleQueue[_Ticket[Any] | None] = SimpleQueue()
        self._listeners: tuple[Listener, ...] = ()
        self._writer: threading.Thread | None = None
        self._starting = threading.Lock()

    def write(self, job: Job[Answer]) -> Answer:
        """Run `job` in a transaction and return its answer once it is committed.

        Raises whatever the job raised (nothing of it is stored then), or Unavailable when the database is out of reach.
        """
        return self.submit(job).result()

    def submit(self, job: Job[Answer]) -> Future[Answer]:
        """Queue `job`; jobs run in the order in which they were queued."""
        if self._writer is None:
            self._start()
        ticket = _Ticket(job, Future())
        self._queue.put(ticket)
        return ticket.answer

    def read(self, query: Callable[[Connection], Answer]) -> Answer:
        """Answer `query` from one consistent view of what is committed."""
        try:
            with self.engine.connect() as connection:
                return query(connection)
        except OperationalError as error:
            raise _unavailable(error) from error

    def listen(self, listener: Listener) -> None:
        """Call `listener` after each commit with its news, in commit order. It must return at once and never raise."""
        self._listeners = (*self._listeners, listener)

    def close(self) -> None:
        """Finish what is queued, then let go of the database."""
        if self._writer is not None:
            self._queue.put(None)
            self._writer.join()
            self._writer = None
        self._writing.dispose()
        self.engine.dispose()

    def _start(self) -> None:
        with self._starting:  # two first writers at once must not start two threads
            if self._writer is None:
                self._writer = threading.Thread(target=self._serve, name="store-writer", daemon=True)
                self._writer.start()

    def _serve(self) -> None:
        while True:
            tickets, go_on = self._take()
            if tickets:
                self._run(tickets)
            if not go_on:
                return

    def _take(self) -> tuple[list[_Ticket[Any]], bool]:
        """Everything that waits, at least one and at most MOST_JOBS_A_COMMIT; False when the store is closing."""
        tickets: list[_Ticket[Any]] = []
        waiting = self._queue.get()
        while True:
            if waiting is None:
                return tickets, False
            tickets.append(waiting)
            if len(tickets) == MOST_JOBS_A_COMMIT:
                return tickets, True
            try:
                waiting = self._queue.get_nowait()
            except Empty:
                return tickets, True

    def _run(self, tickets: Sequence[_Ticket[Any]]) -> None:
        try:
            answers, news = self._commit([ticket.job for ticket in tickets])
        except Exception as error:  # noqa: BLE001 whatever a job raises belongs to whoever queued it
            if len(tickets) > 1:
                for ticket in tickets:
                    self._run([ticket])
            else:
                wrong = _unavailable(error) if isinstance(error, OperationalError) else error
                tickets[0].answer.set_exception(wrong)
            return
        for ticket, answer in zip(tickets, answers, strict=True):
            ticket.answer.set_result(answer)
        if news:
            for listener in self._listeners:
                listener(news)

    def _commit(self, jobs: Sequence[Job[Any]]) -> tuple[list[Any], list[News]]:
        with (
            self._writing.connect().execution_options(gangway_writes=True) as connection,
            connection.begin() as transaction,
        ):
            work = Transaction(connection, self._clock())
            answers = [job(work) for job in jobs]
            driver = connection.connection.dbapi_connection
            assert driver is not None
            self._to_disk(driver.commit)
            transaction.commit()  # finds nothing left to do
        return answers, work.news

    def _to_disk(self, commit: Callable[[], None]) -> None:
        def timed() -> None:
            began = time.perf_counter()
            commit()
            self._commit_s += (time.perf_counter() - began - self._commit_s) / COMMITS_REMEMBERED

        if self._commit_s < QUICK_COMMIT_S:
            timed()
        else:
            self._offload(timed)


def open_engine(url: str, *, for_writer: bool = False) -> Engine:
    """An engine for `url`, set up for this house: SQLite in WAL mode with synchronous=FULL and foreign keys on.

    The writer has one connection and always the same: SQLite drops what a connection has cached as soon as another one
    has written.
    """
    pool: dict[str, Any] = {"pool_size": 1, "max_overflow": 0} if for_writer else {"pool_use_lifo": True}
    if make_url(url).get_backend_name() != "sqlite":
        return create_engine(url, pool_pre_ping=True, **pool)
    engine = create_engine(url, connect_args={"check_same_thread": False, "timeout": 10}, **pool)
    event.listen(engine, "connect", partial(_prepare_sqlite, cache_kb=WRITER_CACHE_KB if for_writer else CACHE_KB))
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def utc_now() -> str:
    """Now, as ISO 8601 in UTC with milliseconds, e.g. 2026-11-23T10:15:02.120Z."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _prepare_sqlite(driver: Any, _record: object, *, cache_kb: int) -> None:
    driver.isolation_level = (
        None  # the driver's own BEGIN would be deferred: a reader turned writer can find the database locked
    )
    cursor = driver.cursor()
    # FULL: an acked scan survives a power cut. NORMAL lost acked scans in 819 of 1,000 replayed crashes (design.md §7)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "temp_store=MEMORY"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.execute(f"PRAGMA cache_size=-{cache_kb}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("gangway_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _here(call: Callable[[], None]) -> None:
    call()


def _unavailable(error: SQLAlchemyError) -> FloorError:
    return Unavailable(
        "store_unavailable", f"the database did not answer ({error.__class__.__name__}: {error}); try again"
    )

"""The one writer: order, group commit, what fails alone, and news that waits for the commit."""

from collections.abc import Iterator, Sequence
from threading import Event

import pytest
from sqlalchemy import func, insert, select
from sqlalchemy.exc import IntegrityError

from server.core.errors import Unavailable
from server.store.schema import events
from server.store.transaction import Job, News, Store, Transaction


@pytest.fixture
def store(migrated_database_url: str) -> Iterator[Store]:
    """A store on each kind of database."""
    opened = Store(migrated_database_url)
    yield opened
    opened.close()


def event(op_id: str) -> Job[int]:
    """A job that stores one event and answers how many there are then."""

    def job(tx: Transaction) -> int:
        tx.connection.execute(insert(events), {"op_id": op_id, "at": tx.now, "kind": "test"})
        tx.tell(News(op_id))
        return int(tx.connection.execute(select(func.count()).select_from(events)).scalar_one())

    return job


def hold(store: Store, gate: Event) -> None:
    """Keep the writer busy until `gate` opens, so that what is queued meanwhile becomes one group."""
    busy = Event()

    def job(_tx: Transaction) -> bool:
        busy.set()
        return gate.wait(10)

    store.submit(job)
    busy.wait(10)


def stored(store: Store) -> list[str | None]:
    """The op_ids stored, in the order in which they were."""
    return store.read(lambda c: list(c.execute(select(events.c.op_id).order_by(events.c.id)).scalars()))


def test_jobs_run_in_the_order_in_which_they_were_queued(store: Store) -> None:
    """A device's scans must not overtake each other."""
    gate = Event()
    hold(store, gate)
    answers = [store.submit(event(f"op{n}")) for n in range(150)]
    gate.set()
    assert [answer.result(20) for answer in answers] == list(range(1, 151))
    assert stored(store) == [f"op{n}" for n in range(150)]


def test_one_wrong_job_fails_alone_and_its_neighbours_are_stored(store: Store) -> None:
    """The group is rolled back and each job runs by itself."""
    gate = Event()
    hold(store, gate)
    first, again, other = store.submit(event("a")), store.submit(event("a")), store.submit(event("b"))
    gate.set()
    assert first.result(20) == 1
    assert isinstance(again.exception(20), IntegrityError)
    assert other.result(20) == 2
    assert stored(store) == ["a", "b"]


def test_news_is_told_once_after_the_commit_and_never_of_what_was_rolled_back(store: Store) -> None:
    """A board must not hear of a scan that did not happen."""
    told: list[str] = []

    def listener(news: Sequence[News]) -> None:
        committed = set(stored(store))
        told.extend(item.kind for item in news if item.kind in committed)

    store.listen(listener)
    gate = Event()
    hold(store, gate)
    answers = [store.submit(event(op)) for op in ("a", "b", "a", "c")]
    gate.set()
    for answer in answers:
        answer.exception(20)
    store.write(event("last"))
    store.close()
    assert told == ["a", "b", "c", "last"]


def test_a_group_shares_one_frozen_now(migrated_database_url: str) -> None:
    """Time is asked for once a transaction, so that what belongs together has one time."""
    times = iter(f"2026-01-01T00:00:0{n}.000Z" for n in range(9))
    store = Store(migrated_database_url, clock=lambda: next(times))
    gate = Event()
    hold(store, gate)
    answers = [store.submit(lambda tx: tx.now) for _ in range(5)]
    gate.set()
    assert {answer.result(20) for answer in answers} == {"2026-01-01T00:00:01.000Z"}
    store.close()


def test_closing_finishes_what_is_queued(store: Store) -> None:
    """A graceful stop loses no scan."""
    answers = [store.submit(event(f"op{n}")) for n in range(100)]
    store.close()
    assert all(answer.done() for answer in answers)
    assert answers[-1].result() == 100


def test_a_database_out_of_reach_is_unavailable_and_worth_retrying(tmp_path: object) -> None:
    """The intent stays in the outbox of whoever sent it."""
    store = Store(f"sqlite:///{tmp_path}/no-such-folder/gangway.db")
    with pytest.raises(Unavailable) as refused:
        store.write(event("a"))
    assert refused.value.retry
    store.close()

"""The migrations lead to exactly the tables that the program is written for, on both databases."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, create_engine, inspect, text
from sqlalchemy.exc import IntegrityError

from server.core.errors import NotReady
from server.store import migrations
from server.store.schema import metadata
from server.store.transaction import open_engine


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """An engine on an empty database."""
    engine = open_engine(database_url)
    yield engine
    engine.dispose()


def fine_print(engine: Engine) -> dict[str, list[str]]:
    """What alembic's comparison passes over, as the database has it: each table's defaults and CHECKs."""
    inspector = inspect(engine)
    lines = {}
    for table in set(inspector.get_table_names()) - {"alembic_version"}:
        conditions = {check["name"]: str(check["sqltext"]) for check in inspector.get_check_constraints(table)}
        defaults = [f"{column['name']} = {column['default']}" for column in inspector.get_columns(table)]
        lines[table] = defaults + sorted(f"{name}: {re.sub('[ ()]', '', sql)}" for name, sql in conditions.items())
    return lines


@pytest.mark.filterwarnings(
    "ignore:.*expression-based index .*ix_batches_in_turn"
)  # SQLite's reflection passes over it
def test_an_upgraded_database_has_the_tables_of_the_schema(engine: Engine) -> None:
    """Columns, types, keys and indexes agree, as alembic compares them."""
    migrations.upgrade(engine)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_an_upgraded_database_has_the_defaults_and_checks_of_the_schema(engine: Engine) -> None:
    """The CHECKs are what keeps stock true."""
    migrations.upgrade(engine)
    found = fine_print(engine)
    with engine.connect().execution_options(gangway_writes=True) as connection, connection.begin():
        metadata.drop_all(connection)
        metadata.create_all(connection)
    assert found == fine_print(engine)
    assert "ck_stock_reserved_within_on_hand: reserved_each<=on_hand_each" in found["stock"]


def test_upgrading_twice_changes_nothing(engine: Engine) -> None:
    """The second run finds nothing to do."""
    first = migrations.upgrade(engine)
    assert first.current
    assert migrations.upgrade(engine) == first


def test_orders_from_before_there_were_carriers_name_none(engine: Engine) -> None:
    """They stay as they are; from then on an order can name only a carrier that is there."""
    entered = "INSERT INTO orders (order_ref, ordered_at{}) VALUES ('{}', '2026-11-23'{})"
    migrations.upgrade(engine, "0001")
    with engine.connect().execution_options(gangway_writes=True) as connection, connection.begin():
        connection.execute(text(entered.format("", "O1", "")))
    migrations.upgrade(engine)
    with engine.connect().execution_options(gangway_writes=True) as connection, connection.begin():
        assert connection.execute(text("SELECT order_ref, carrier FROM orders")).one() == ("O1", None)
        with pytest.raises(IntegrityError):
            connection.execute(text(entered.format(", carrier", "O2", ", 'NOBODY'")))


def test_an_empty_database_is_refused_with_the_command_that_mends_it(engine: Engine) -> None:
    """The server must not start on tables that are not there."""
    with pytest.raises(NotReady, match="run: gangway db upgrade"):
        migrations.require_current(engine)


def test_a_database_of_a_newer_version_is_refused(engine: Engine) -> None:
    """An upgrade cannot mend it: another version must be installed."""
    migrations.upgrade(engine)
    with engine.connect().execution_options(gangway_writes=True) as connection, connection.begin():
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(NotReady, match="install the version") as caught:
        migrations.require_current(engine)
    assert caught.value.code == "database_newer"


def test_a_migration_that_fails_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite would commit each CREATE TABLE by itself, if its transaction were not begun by hand."""
    engine = open_engine(f"sqlite:///{tmp_path}/half.db")

    def run_and_fail(*_: object) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr("alembic.runtime.migration.HeadMaintainer.update_to_step", run_and_fail)
    with pytest.raises(RuntimeError):
        migrations.upgrade(engine)
    engine.dispose()
    fresh = create_engine(f"sqlite:///{tmp_path}/half.db")
    assert inspect(fresh).get_table_names() == []
    fresh.dispose()

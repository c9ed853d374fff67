"""`gangway db`: the database's tables, and whether what is in them holds together."""

import json
import sys
from dataclasses import asdict
from pathlib import Path

import click

from server.cli.database import DATABASE, opened, url_of
from server.core.errors import NotReady, Unavailable


@click.group()
def db() -> None:
    """Make, check and describe the database."""


@db.command()
@DATABASE
def upgrade(database_url: str | None) -> None:
    """Make the tables, or bring those of an older version up to date. All or nothing."""
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError, SQLAlchemyError

    from server.store import migrations
    from server.store.transaction import open_engine

    url = url_of(database_url)
    try:
        file = make_url(url).database
        if make_url(url).get_backend_name() == "sqlite" and file:
            Path(file).parent.mkdir(parents=True, exist_ok=True)
        engine = open_engine(url)
        before = migrations.revisions(engine)
        after = migrations.upgrade(engine)
        engine.dispose()
    except ArgumentError as error:
        raise NotReady("database_url_wrong", f"{url!r} is no database URL: {error}") from error
    except SQLAlchemyError as error:
        raise Unavailable("store_unavailable", f"the database does not answer: {error}") from error
    done = "is current already" if before.current else f"is upgraded from {before.applied or 'nothing'}"
    click.echo(f"the database {done}, at revision {after.applied}")


@db.command()
@DATABASE
@click.option("--json", "as_json", is_flag=True, help="One JSON object, for programs.")
def check(database_url: str | None, as_json: bool) -> None:
    """Check every invariant of stock, orders and tasks. Exit code 1 when one is broken; each is named."""
    from server.floor import audit

    with opened(database_url) as store:
        found = store.read(audit.violations)
    if as_json:
        told = {"ok": not found, "rules": len(audit.rules()), "violations": [asdict(one) for one in found]}
        click.echo(json.dumps(told, ensure_ascii=False, indent=1))
    else:
        for one in found:
            click.echo(f"{one.rule}: broken by {one.what}")
        click.echo(f"{len(audit.rules())} rules checked, {len(found)} violations")
    if found:
        sys.exit(1)


@db.command()
@DATABASE
@click.option("--json", "as_json", is_flag=True, help="One JSON object, for programs.")
def state(database_url: str | None, as_json: bool) -> None:
    """Say which revision the database is at and how many rows each table has."""
    from server.store.migrations import revisions
    from server.store.size import row_counts

    with opened(database_url) as store:
        rows = store.read(row_counts)
        found = revisions(store.engine)
    if as_json:
        click.echo(json.dumps({"revision": found.applied, "rows": rows}, indent=1))
        return
    click.echo(f"revision {found.applied}")
    for table, count in rows.items():
        click.echo(f"{table:<14} {count:>10}")

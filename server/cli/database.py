"""How commands reach the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from server.config import Settings

if TYPE_CHECKING:
    from server.store.transaction import Store

DATABASE = click.option(
    "--database-url", help="The database.  [GANGWAY_DATABASE_URL; default sqlite:///var/gangway.db]"
)


def url_of(database_url: str | None) -> str:
    """The database that is meant: the option's, else the environment's, else the standard one."""
    return Settings.from_environment({"database_url": database_url}).database_url


@contextmanager
def opened(database_url: str | None) -> Iterator["Store"]:
    """A store on a database with every migration applied. Raises NotReady, Unavailable."""
    from server.cli.serve import check_database
    from server.store.transaction import Store

    url = url_of(database_url)
    check_database(url)
    store = Store(url)
    try:
        yield store
    finally:
        store.close()

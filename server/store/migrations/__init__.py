"""The schema's history, and the three things one does with it: upgrade, ask where a database stands, insist on now.

A migration runs in one transaction on SQLite and on PostgreSQL: it is applied whole or not at all. After a change of
`store/schema` a new file in `versions/` says how to get there; tests/test_store_migrations.py fails until it does.
"""

from dataclasses import dataclass

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from server.core.errors import NotReady


@dataclass(frozen=True, slots=True)
class Revisions:
    """Where a database stands: `applied` is "" for an empty one, `newest` is what this program was written for."""

    applied: str
    newest: str

    @property
    def current(self) -> bool:
        """True when nothing is to be applied."""
        return self.applied == self.newest


def upgrade(engine: Engine, to: str = "head") -> Revisions:
    """Apply every migration that is missing, up to revision `to`; a database that is current stays as it is."""
    with engine.connect().execution_options(gangway_writes=True) as connection, connection.begin():
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, to)
    return revisions(engine)


def revisions(engine: Engine) -> Revisions:
    """The revision of the database at `engine`, beside the newest there is."""
    with engine.connect() as connection:
        applied = MigrationContext.configure(connection).get_current_revision() or ""
    return Revisions(applied, _scripts().get_current_head() or "")


def require_current(engine: Engine) -> None:
    """Return when every migration is applied.

    Raises:
        NotReady: migrations are missing, or the database was made by a newer version of this program.

    """
    found = revisions(engine)
    if found.current:
        return
    if found.applied and found.applied not in {script.revision for script in _scripts().walk_revisions()}:
        raise NotReady(
            "database_newer",
            f"the database is at revision {found.applied}, which this version does not know (it knows up to "
            f"{found.newest}); install the version of Gangway that upgraded it",
        )
    stands = f"is at revision {found.applied}, not {found.newest}" if found.applied else "has no tables yet"
    raise NotReady("database_not_upgraded", f"the database {stands}; run: gangway db upgrade")


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", "server.store:migrations")
    config.set_main_option("path_separator", "os")
    return config


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())

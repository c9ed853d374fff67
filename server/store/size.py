"""How much the database holds."""

from sqlalchemy import Connection, func, select

from server.store.schema import metadata


def row_counts(connection: Connection) -> dict[str, int]:
    """The number of rows of each table, by name."""
    return {
        name: int(connection.execute(select(func.count()).select_from(table)).scalar_one())
        for name, table in sorted(metadata.tables.items())
    }

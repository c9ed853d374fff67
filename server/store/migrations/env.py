"""Run by alembic for each command; the connection comes from server.store.migrations, never from an ini file."""

from alembic import context

from server.store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,  # SQLite too: its transaction was begun by hand, so DDL is part of it
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()

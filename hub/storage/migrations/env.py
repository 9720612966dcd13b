"""Alembic's entry: migrates on the connection that the hub hands in."""

from alembic import context

from hub.storage.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,  # on SQLite too: the hub begins the transaction itself
)
with context.begin_transaction():
    context.run_migrations()

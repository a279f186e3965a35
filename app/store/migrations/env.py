"""What Alembic runs to migrate: on the connection it is given, inside the transaction that this connection is in."""

from alembic import context

from app.store.tables import metadata

# Batches: SQLite changes a column by copying its table.
context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, render_as_batch=True)
context.run_migrations()

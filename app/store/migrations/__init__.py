"""How a database of an older Livenet becomes one of this; Alembic reads this folder (see ``app/store/migrate.py``)."""

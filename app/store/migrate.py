"""Migrations: a database is brought to the newest schema when it is opened, in one transaction."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from app.store.errors import StoreError

SCRIPTS = Path(__file__).parent / "migrations"


def migrate(connection: Connection, scripts: Path = SCRIPTS, target: str = "head") -> None:
    """Bring the schema to the newest version, or to ``target``; StoreError if it is newer than this program knows."""
    config = Config()
    config.set_main_option("script_location", str(scripts).replace("%", "%%"))
    config.attributes["connection"] = connection
    known = ScriptDirectory.from_config(config)
    current = MigrationContext.configure(connection).get_current_revision()
    if current not in {None, *(script.revision for script in known.walk_revisions())}:
        raise StoreError(
            f"The database has schema version {current}, which is newer than this Livenet knows "
            f"({known.get_current_head()}): use the Livenet that made it, or a newer one."
        )
    if current != known.get_current_head():
        command.upgrade(config, target)

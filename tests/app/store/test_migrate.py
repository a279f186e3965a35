import shutil
import sqlite3
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine

from app.store.engines import make_engine, parse_url
from app.store.errors import StoreError
from app.store.migrate import SCRIPTS, migrate
from app.store.records import Record, Summary
from app.store.tables import metadata
from tests.app.store.keeping import opened, record, url_of

VERSION_1 = Path(__file__).parent.parent.parent / "fixtures" / "sessions_version_1.sql"
NEXT = """
import sqlalchemy as sa
from alembic import op

revision, down_revision = "next", "{newest}"


def upgrade():
    with op.batch_alter_table("sessions") as table:
        table.add_column(sa.Column("colour", sa.Text, nullable=False, server_default="blue"))
"""


def migrated(engine: Engine, scripts: Path = SCRIPTS) -> str | None:
    """The version after a migration."""
    with engine.connect().execution_options(writing=True) as connection, connection.begin():
        migrate(connection, scripts)
        return MigrationContext.configure(connection).get_current_revision()


@pytest.fixture
def engine(url):
    engine = make_engine(parse_url(url))
    yield engine
    engine.dispose()


@pytest.fixture
def newer_scripts(engine, tmp_path) -> Path:
    """The migrations, and one more."""
    scripts = tmp_path / "100 % newer"
    shutil.copytree(SCRIPTS, scripts)
    (scripts / "versions" / "version_next.py").write_text(NEXT.format(newest=migrated(engine)))
    return scripts


def test_all_steps_together_make_the_tables_as_they_are(engine):
    migrated(engine)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_a_database_of_the_first_version_opens_under_the_newest(tmp_path):
    path = tmp_path / "sessions.db"
    with sqlite3.connect(path) as connection:
        connection.executescript(VERSION_1.read_text())
    connection.close()
    with opened(url_of(path)) as store:
        assert store.find("kept") == Record(
            id="kept", kept=b"digest", title="Spirals", created=1.5, touched=2.5, epoch=3,
            document=b'{"phase": "playing"}', state=b"\x00state", run=1, chunks=2, room=b"{}", playing=True,
        )  # fmt: skip
        assert store.chunks("kept", 1, 2) == [b"\x01", b"\x02"]
        assert store.size() == (1, 30)


def test_a_step_more_keeps_what_is_there(url, engine, newer_scripts):
    with opened(url) as store:
        store.add(record())
    assert migrated(engine, newer_scripts) == "next"
    with engine.connect() as connection:
        row = connection.exec_driver_sql("SELECT id, title, colour FROM sessions").one()
    assert tuple(row) == ("a", "Spirals", "blue")


def test_a_newer_database_is_refused_and_left_alone(url, engine, newer_scripts):
    migrated(engine, newer_scripts)
    with pytest.raises(StoreError, match="schema version next, which is newer"), opened(url):
        pass
    assert migrated(engine, newer_scripts) == "next"


def test_a_step_that_fails_changes_nothing(engine, newer_scripts):
    broken = newer_scripts / "versions" / "version_next.py"
    broken.write_text(broken.read_text() + "    raise ZeroDivisionError\n")
    before = migrated(engine)
    with pytest.raises(ZeroDivisionError):
        migrated(engine, newer_scripts)
    assert migrated(engine) == before
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_a_summary_and_a_record_have_columns():
    assert {*Record.__dataclass_fields__, *Summary._fields} <= set(metadata.tables["sessions"].c.keys())

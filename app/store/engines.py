"""Connections to the database, and the claim that makes one server its only owner."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from fcntl import LOCK_EX, LOCK_NB, flock
from pathlib import Path
from sqlite3 import Connection as SQLiteConnection
from sqlite3 import Error as SQLiteError
from time import monotonic, sleep

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from app.store.errors import StoreError

PATIENCE = 2
"""Seconds to wait while another program, a backup or a server that is ending, holds the database."""
PAUSE = 0.05
"""Seconds between two attempts to be the only server that uses a PostgreSQL."""
MOST_PAGES = 16384
"""So much space of a file (64 MiB) is given back at a time, which takes a fraction of a second."""
CLAIM = 0x4C69_7665_6E65_74
"""The number by which servers that share a PostgreSQL know each other: "Livenet"."""
PRAGMAS = (
    "journal_mode = WAL",  # reading does not wait for writing, and what was written survives a killed process
    "synchronous = NORMAL",  # no waiting for the disk at each commit: only a power failure loses the last ones
    "foreign_keys = ON",
    "journal_size_limit = 16777216",
)


def parse_url(text: str) -> URL:
    """Return the address of a database; StoreError if it is none or cannot be used."""
    try:
        url = make_url(text)
        url.get_dialect()
    except (ArgumentError, NoSuchModuleError) as error:
        raise StoreError(f"This is no address of a database that can be used: {error}") from None
    if url.get_backend_name() == "sqlite" and (url.database or ":memory:").startswith((":", "file:")):
        raise StoreError("SQLite needs a plain file to keep sessions in, as in sqlite:////var/lib/livenet/sessions.db.")
    return url


def make_engine(url: URL) -> Engine:
    """Return what connects; nothing is opened yet. StoreError if the package that it needs is not installed."""
    if url.get_backend_name() != "sqlite":
        return _make_other_engine(url)
    engine = create_engine(url, connect_args={"timeout": PATIENCE})
    event.listen(engine, "connect", _set_up)
    event.listen(engine, "begin", _begin)
    return engine


def _make_other_engine(url: URL) -> Engine:
    try:
        return create_engine(url, pool_pre_ping=True)
    except ModuleNotFoundError as error:
        missing = f"The Python package {error.name} is not installed, which {url.drivername}:// needs."
        if url.get_backend_name() == "postgresql":
            missing += " Use postgresql+psycopg:// after: pip install 'livenet[postgresql]'"
        raise StoreError(missing) from None


def _set_up(connection: SQLiteConnection, _: object) -> None:
    connection.isolation_level = None  # transactions begin where SQLAlchemy says so, also for changes of the schema
    if connection.execute("PRAGMA page_count").fetchone() == (0,):
        connection.execute("PRAGMA auto_vacuum = INCREMENTAL")  # counts for a new file, and before the next ones only
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    writing = connection.get_execution_options().get("writing")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def give_back_space(connection: Connection) -> None:
    """Make SQLite's file smaller by what is free in it, after a transaction; other databases do that by themselves."""
    if connection.dialect.name == "sqlite":
        driver = connection.connection.driver_connection
        assert isinstance(driver, SQLiteConnection)
        with suppress(SQLiteError):  # it can wait
            driver.executescript(f"PRAGMA incremental_vacuum({MOST_PAGES})")  # any other way frees a single page


@contextmanager
def claimed(engine: Engine) -> Iterator[None]:
    """Be the only server that uses this database; StoreError if another does."""
    match engine.dialect.name:
        case "sqlite":
            with _claimed_file(Path(str(engine.url.database))):
                yield
        case "postgresql":
            with _claimed_server(engine):
                yield
        case _:
            yield


@contextmanager
def _claimed_file(database: Path) -> Iterator[None]:
    """Make folder and file, both private to this user, and lock them."""
    try:
        database.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(database, os.O_CREAT | os.O_RDWR, 0o600))
        lock = os.open(f"{database}.lock", os.O_CREAT | os.O_RDWR, 0o600)
    except OSError as error:
        raise StoreError(f"{error.filename} cannot be written: {error.strerror}.") from None
    try:
        flock(lock, LOCK_EX | LOCK_NB)  # ends with the process, however that ends
        yield
    except BlockingIOError:
        raise StoreError(f"{database} is in use by another Livenet.") from None
    finally:
        os.close(lock)


@contextmanager
def _claimed_server(engine: Engine) -> Iterator[None]:
    give_up = monotonic() + PATIENCE  # PostgreSQL takes a moment to see that a server has been killed
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        while not connection.scalar(text("SELECT pg_try_advisory_lock(:claim)"), {"claim": CLAIM}):
            if monotonic() > give_up:
                raise StoreError(f"{engine.url.render_as_string()} is in use by another Livenet.")
            sleep(PAUSE)
        yield

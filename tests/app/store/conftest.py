"""A store of a test's own: in SQLite always, and in PostgreSQL where LIVENET_TEST_POSTGRESQL names a server."""

import os
from collections.abc import Iterator

import pytest
from sqlalchemy import create_engine, text

from app.store.store import Store
from tests.app.store.keeping import opened, url_of

POSTGRESQL = os.environ.get("LIVENET_TEST_POSTGRESQL")


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, tmp_path) -> str:
    """The address of an empty database."""
    if request.param == "sqlite":
        return url_of(tmp_path / "sessions.db")
    if POSTGRESQL is None:
        pytest.skip("LIVENET_TEST_POSTGRESQL names no server")
    engine = create_engine(POSTGRESQL)
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    engine.dispose()
    return POSTGRESQL


@pytest.fixture
def store(url) -> Iterator[Store]:
    with opened(url) as store:
        yield store

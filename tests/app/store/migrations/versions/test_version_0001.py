import sqlite3

from app.store.engines import make_engine, parse_url
from app.store.migrate import migrate
from tests.app.store.keeping import url_of


def test_it_makes_the_tables_of_the_first_release(tmp_path):
    path = tmp_path / "sessions.db"
    engine = make_engine(parse_url(url_of(path)))
    with engine.connect().execution_options(writing=True) as connection, connection.begin():
        migrate(connection, target="0001")
    engine.dispose()
    with sqlite3.connect(path) as file:
        columns = {
            name: [row[1] for row in file.execute(f"PRAGMA table_info({name})")] for name in ("sessions", "chunks")
        }
        [link] = file.execute("PRAGMA foreign_key_list(chunks)")
    file.close()
    assert columns["chunks"] == ["session", "run", "number", "blob"]
    assert columns["sessions"] == [
        "id", "kept", "title", "created", "touched", "epoch", "playing", "run", "chunks", "bytes", "room",
        "document", "state",
    ]  # fmt: skip
    assert (link[2], link[3], link[6]) == ("sessions", "session", "CASCADE")

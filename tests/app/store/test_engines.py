import subprocess
import sys
from importlib.util import find_spec

import pytest

from app.store.engines import parse_url
from app.store.errors import StoreError
from app.store.store import Store
from tests.app.store.keeping import opened, url_of

HOLD = """
import sys
from app.store.store import Store
store = Store(sys.argv[1])
store.open()
print("open", flush=True)
sys.stdin.read()
"""


@pytest.mark.parametrize("text", ["", "sessions.db", "nosuchdatabase://here", "sqlite+nosuchdriver:///a.db"])
def test_what_is_no_address_of_a_database_is_refused(text):
    with pytest.raises(StoreError, match="no address of a database"):
        parse_url(text)


@pytest.mark.parametrize("text", ["sqlite://", "sqlite:///:memory:", "sqlite:///file:a.db?uri=true"])
def test_sqlite_needs_a_file(text):
    with pytest.raises(StoreError, match="plain file"):
        parse_url(text)


def test_a_second_server_is_refused_until_the_first_has_gone(url):
    with opened(url), pytest.raises(StoreError, match="in use by another Livenet"):
        Store(url).open()
    with opened(url) as store:
        assert store.ids() == []


def test_a_killed_server_holds_nothing(url):
    holder = subprocess.Popen([sys.executable, "-c", HOLD, url], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert holder.stdout.readline() == b"open\n"
    with pytest.raises(StoreError, match="in use"):
        Store(url).open()
    holder.kill()
    holder.communicate()
    with opened(url) as store:
        assert store.ids() == []


@pytest.mark.parametrize(
    ("drivername", "told"),
    [
        ("postgresql+pg8000", "pg8000 is not installed.*postgresql[+]psycopg://.*pip install 'livenet.postgresql.'"),
        ("mysql+cymysql", "cymysql is not installed[^']*$"),
    ],
)
def test_a_database_without_its_driver_is_refused_in_plain_words(drivername, told):
    with pytest.raises(StoreError, match=told):
        Store(f"{drivername}://127.0.0.1/livenet")


@pytest.mark.skipif(find_spec("psycopg") is not None, reason="psycopg is installed")
def test_postgresql_names_what_to_install():
    with pytest.raises(StoreError, match=r"psycopg is not installed.*pip install 'livenet.postgresql.'"):
        Store("postgresql+psycopg://127.0.0.1/livenet")


def test_passwords_are_not_told():
    with pytest.raises(StoreError) as refused:
        Store("postgresql+psycopg://teacher:secret@127.0.0.1:1/livenet").open()
    assert "secret" not in str(refused.value)


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match="file"):
        Store(url_of(tmp_path / "file" / "sessions.db")).open()

import resource
import sys

import pytest

from app.main import create_app
from app.network import origin_for_others
from app.server import (
    SPARE_FILES,
    address_of,
    announcement,
    connections_allowed,
    listen,
    raise_file_limit,
    server_config,
)
from app.settings import Settings


def test_a_port_that_is_taken_is_said_in_one_line():
    with listen(Settings(port=0)) as taken, pytest.raises(SystemExit, match="cannot listen"):
        listen(Settings(port=taken.getsockname()[1]))


def test_the_address_can_be_opened_on_this_machine():
    with listen(Settings(host="0.0.0.0", port=0)) as listener:
        assert address_of(listener) == f"http://127.0.0.1:{listener.getsockname()[1]}"


def test_there_are_fewer_connections_than_files():
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (1000, before[1]))
        assert connections_allowed() == 1000 - SPARE_FILES
        app = create_app(Settings())
        server_config(app, Settings(max_connections=5000))
        assert app.state.guard.most == 1000 - SPARE_FILES
        server_config(app, Settings(max_connections=50))
        assert app.state.guard.most == 50
        raise_file_limit()
        assert connections_allowed() in (before[1] - SPARE_FILES, sys.maxsize)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)


@pytest.mark.parametrize(
    ("host", "is_open"),
    [("127.0.0.1", False), ("::1", False), ("localhost", False), ("0.0.0.0", True), ("::", True), ("lab", True)],
)
def test_it_says_when_others_can_reach_it(host, is_open):
    said = announcement("http://127.0.0.1:8000", host, None)
    assert said.startswith("Livenet is at http://127.0.0.1:8000 ")
    assert ("not encrypted" in said) is is_open
    others = origin_for_others("http://127.0.0.1:8000", host)
    assert (f"Others open {others}" in said) is (others != "http://127.0.0.1:8000")
    assert "token" not in said


def test_a_token_that_was_made_is_said():
    assert announcement("http://x", "127.0.0.1", "secret").endswith("token is secret")

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
    for_others,
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
    assert "token" not in said


def test_it_says_what_others_open_and_where_it_listens():
    here = "http://127.0.0.1:8000"
    said = announcement(here, "0.0.0.0", None)
    assert "on all addresses of this machine (0.0.0.0)" in said
    others = origin_for_others(here, "0.0.0.0")
    known = f"Others in the network open {others}; the address above is for this machine."
    unknown = "Others open the address that this machine has in their network, with port 8000."
    assert (unknown if others == here else known) in said
    assert for_others(here, "127.0.0.1") == unknown
    named = announcement("http://10.0.0.5:8000", "10.0.0.5", None)
    assert "Others in the network open http://10.0.0.5:8000\nIt listens on 10.0.0.5: " in named


def test_a_token_that_was_made_is_said():
    assert announcement("http://x", "127.0.0.1", "secret").endswith("token is secret")

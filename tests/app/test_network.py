import socket

import pytest

from app.network import is_own, origin_for_others, own_address


def test_the_own_address_is_one_at_which_this_machine_listens():
    address = own_address()
    if address is None:
        pytest.skip("this machine has no network")
    with socket.create_server((address, 0)) as listener:
        assert listener.getsockname()[0] == address


@pytest.mark.parametrize(
    ("name", "expected"), [("localhost", True), ("127.0.0.1", True), ("127.9.9.9", True), ("::1", True),
                     ("192.168.1.20", False), ("lab.example.org", False), ("", False)]
)  # fmt: skip
def test_what_means_this_machine(name, expected):
    assert is_own(name) is expected


@pytest.mark.parametrize("listening", ["0.0.0.0", "::"])
@pytest.mark.parametrize("name", ["localhost", "127.0.0.1", "[::1]"])
def test_others_reach_what_listens_everywhere_at_the_own_address(name, listening):
    others = own_address() or name
    assert origin_for_others(f"http://{name}:8000", listening) == f"http://{others}:8000"


@pytest.mark.parametrize(
    ("origin", "listening"),
    [("http://127.0.0.1:8000", "127.0.0.1"), ("http://localhost:8000", "localhost"), ("https://lab.example.org", "::"),
     ("http://192.168.1.20:8000", "0.0.0.0")],
)  # fmt: skip
def test_an_address_that_works_or_cannot_is_left_as_it_is(origin, listening):
    assert origin_for_others(origin, listening) == origin

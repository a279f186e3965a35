import httpx
import pytest
from starlette.requests import Request

from app.api.access import credential_of, is_foreign, is_page
from app.settings import Settings
from tests.conftest import serving


def request(**headers: str) -> Request:
    raw = [(name.encode(), value.encode()) for name, value in {"host": "127.0.0.1:8000", **headers}.items()]
    return Request({"type": "http", "scheme": "http", "path": "/", "query_string": b"", "headers": raw})


@pytest.mark.parametrize(
    ("headers", "key"),
    [
        ({}, None),
        ({"authorization": "Bearer abc"}, "abc"),
        ({"authorization": "bearer  abc "}, "abc"),
        ({"authorization": "Bearer"}, None),
        ({"authorization": "Basic abc"}, None),
        ({"cookie": "livenet-s=abc"}, "abc"),
        ({"cookie": "livenet-other=abc"}, None),
        ({"authorization": "Bearer abc", "cookie": "livenet-s=def"}, "abc"),
    ],
)
def test_a_key_is_a_bearer_token_or_the_sessions_cookie(headers, key):
    assert credential_of(request(**headers), "s") == key


@pytest.mark.parametrize(
    ("origin", "foreign"),
    [
        ("http://127.0.0.1:8000", False),
        ("http://127.0.0.1:8001", True),
        ("https://127.0.0.1:8000", True),
        ("http://127.0.0.1:8000.evil.example", True),
        ("null", True),
    ],
)
def test_only_the_exact_origin_is_our_own(origin, foreign):
    assert is_foreign(request(origin=origin)) is foreign
    assert is_page(request(origin=origin)) is not foreign


def test_scripts_have_no_origin():
    assert not is_foreign(request())
    assert not is_page(request())


def test_a_request_that_is_too_large_is_413_and_says_the_limit():
    with serving(Settings(workers=1, max_body_bytes=1000)) as address:
        response = httpx.post(f"{address}/api/sessions", content=b" " * 1001)
        assert response.status_code == 413
        assert "1,000 bytes" in response.json()["detail"]
        assert httpx.post(f"{address}/api/sessions", content=b"{}".ljust(1000)).status_code == 201

import asyncio
import json

import httpx
import pytest
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.errors import answer_errors
from app.problems import Problem

NAMES = st.sampled_from(["experiment", "kind", "steps", "layers", "inputs"])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inside: (
        st.lists(inside, max_size=3)
        | st.dictionaries(
            st.text(max_size=6) | st.sampled_from(["experiment", "kind", "steps", "layers", "inputs"]), inside
        )
    ),
    max_leaves=20,
)
HOSTILE = st.binary(max_size=60) | JSON.map(lambda value: json.dumps(value).encode())
CALLS = [
    ("POST", "/api/sessions"), ("PATCH", "{}/experiment"), ("POST", "{}/play"), ("POST", "{}/step"),
    ("PUT", "{}/parameters"), ("POST", "{}/predict"),
]  # fmt: skip
BODIES = [
    b"\xff\xfe", b"[" * 100_000, b'{"experiment":' * 5000, b"NaN", b"1e999", b"9" * 10_000,
    b'{"experiment":{"seed":1e999}}',
    b'{"experiment":{"seed":' + b"9" * 400 + b"}}", b"null", b'"text"', b'{"title":"\\ud800"}', b'{"a":1',
    b'{"optimizer":{"learning_rate":-Infinity}}', b'{"layers":[{"name":[],"parameters":{}}]}',
    b'{"layers":[{"name":"dense_1","parameters":{"bias":' + b"[" * 150 + b"]" * 150 + b"}}]}",
    b'{"steps":9' + b"0" * 300 + b"}", b'{"epochs":1e308}', b'{"inputs":[[1e999,0]]}', b'{"inputs":[[[[[]]]]]}',
]  # fmt: skip


def assert_problem(response) -> None:
    assert 400 <= response.status_code < 500, response.text
    assert response.headers["content-type"] == "application/problem+json"
    document = response.json()
    assert document.keys() - {"errors"} == {"type", "title", "status", "detail"}
    assert document["status"] == response.status_code
    assert document["detail"]
    if response.status_code == 422:
        assert all(entry.keys() == {"field", "message"} for entry in document["errors"])


@pytest.mark.parametrize(("method", "path"), CALLS)
@pytest.mark.parametrize("body", BODIES, ids=range(len(BODIES)))
def test_bad_input_is_refused_in_one_shape_and_changes_nothing(client, session, method, path, body):
    before = session.get("/parameters")
    address = path.format(f"/api/sessions/{session.id}")
    headers = {"Authorization": f"Bearer {session.key}"}
    assert_problem(client.request(method, address, content=body, headers=headers))
    assert session.get("/parameters") == before


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(call=st.sampled_from(CALLS), body=HOSTILE)
def test_any_input_is_answered_or_refused(client, session, call, body):
    method, path = call
    headers = {"Authorization": f"Bearer {session.key}"}
    response = client.request(method, path.format(f"/api/sessions/{session.id}"), content=body, headers=headers)
    if response.is_success:
        json.loads(response.content)
        if response.status_code == 201:
            key = {"Authorization": f"Bearer {response.json()['key']}"}
            client.delete(response.headers["location"], headers=key)
    else:
        assert_problem(response)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nothing", 404), ("GET", "/api/nothing", 404), ("GET", "/static/nothing.js", 404),
        ("GET", "/static/%2e%2e/pyproject.toml", 404), ("GET", "/api/sessions/%ff%00", 404),
        ("PUT", "/api/health", 405),
        ("GET", "/api/sessions", 405),
    ],
)  # fmt: skip
def test_addresses_that_do_not_answer(client, method, path, status):
    response = client.request(method, path)
    assert response.status_code == status
    assert_problem(response)
    if status == 405:
        assert response.headers["allow"]


@pytest.fixture
def faulty():
    app = FastAPI()
    answer_errors(app)

    @app.get("/broken")
    async def broken():
        raise ZeroDivisionError("secret")

    @app.get("/locked")
    async def locked():
        raise Problem(401, "A key is needed.")

    @app.get("/number/{value}")
    async def number(value: int):
        return value

    def get(path: str) -> httpx.Response:
        async def ask():
            transport = httpx.ASGITransport(app, raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
                return await client.get(path)

        return asyncio.run(ask())

    return get


def test_our_mistakes_tell_nothing_of_the_inside(faulty):
    response = faulty("/broken")
    assert response.status_code == 500
    assert response.headers["content-type"] == "application/problem+json"
    assert "secret" not in response.text


def test_a_missing_key_says_how_to_bring_it(faulty):
    assert faulty("/locked").headers["www-authenticate"] == "Bearer"


def test_parameters_of_addresses_are_checked_too(faulty):
    response = faulty("/number/many")
    assert_problem(response)
    assert response.json()["errors"][0]["field"] == "value"

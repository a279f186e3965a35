import pytest

from app.main import create_app
from app.openapi import BODIES
from app.settings import Settings
from tests.app.watching import watching


@pytest.fixture(scope="module")
def description():
    return create_app(Settings()).openapi()


PREDICT, ASK = (f"/api/sessions/{{session_id}}/{name}" for name in ("predict", "room/requests"))


def references(value):
    if isinstance(value, dict):
        if "$ref" in value:
            yield value["$ref"]
        yield from (each for inside in value.values() for each in references(inside))
    elif isinstance(value, list):
        yield from (each for inside in value for each in references(inside))


def test_every_call_that_sends_something_says_what(description):
    for (path, method), (adapter, example) in BODIES.items():
        body = description["paths"][path][method]["requestBody"]["content"]["application/json"]
        assert body["example"] == example
        assert body["schema"]
        assert adapter is not None


def test_nothing_is_referred_to_that_is_not_there(description):
    names = {reference.rsplit("/", 1)[1] for reference in references(description)}
    assert names
    assert names <= description["components"]["schemas"].keys()


def test_every_call_describes_itself_and_its_refusals(description):
    for operations in description["paths"].values():
        for operation in operations.values():
            assert operation["description"].endswith(".")
            assert "application/problem+json" in operation["responses"]["default"]["content"]


def test_calls_that_control_need_the_key(description):
    for path, operations in description["paths"].items():
        for method, operation in operations.items():
            watches = (method == "get" and "operator" not in path) or path in ("/api/sessions", PREDICT, ASK)
            assert ("security" in operation) is not watches, (method, path)


def test_the_examples_are_right(client, session, description):
    for (path, method), (_, example) in BODIES.items():
        address = path.replace("{session_id}", session.id)
        session.ask("POST", "/pause")
        with watching(client, session.id) as viewer:
            token = viewer.event(lambda event: event["event"] == "welcome")["token"]
            headers = {"Authorization": f"Bearer {token if path == ASK else session.key}"}
            response = client.request(method, address, json=example, headers=headers)
        assert response.is_success, response.text
        session.ask("PATCH", "/room", json={"open": True})


def test_it_is_served(client, description):
    assert client.get("/openapi.json").json() == description

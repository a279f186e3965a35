"""A session on the shared server, as a script uses it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest


class Remote:
    """A session over REST, with or without its key."""

    def __init__(self, client: httpx.Client, document: dict[str, Any]) -> None:
        self.client, self.document = client, document
        self.id, self.key = document["id"], document["key"]

    def ask(self, method: str, path: str = "", key: str | None = "own", **request: Any) -> httpx.Response:
        token = self.key if key == "own" else key
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        headers |= request.pop("headers", {})
        return self.client.request(method, f"/api/sessions/{self.id}{path}", headers=headers, **request)

    def get(self, path: str = "", **request: Any) -> Any:
        response = self.ask("GET", path, **request)
        assert response.status_code == 200, response.text
        return response.json()

    def post(self, path: str, body: Any = None, status: int = 200) -> Any:
        response = self.ask("POST", path, json={} if body is None else body)
        assert response.status_code == status, response.text
        return response.json()

    def patch(self, body: Any, status: int = 200) -> Any:
        response = self.ask("PATCH", "/experiment", json=body)
        assert response.status_code == status, response.text
        return response.json()


@contextmanager
def open_session(client: httpx.Client, experiment: dict[str, Any]) -> Iterator[Remote]:
    """A session that ends with the block."""
    response = client.post("/api/sessions", json={"experiment": experiment})
    assert response.status_code == 201, response.text
    remote = Remote(client, response.json())
    yield remote
    remote.ask("DELETE")


@pytest.fixture(scope="session")
def client(base_url: str) -> Iterator[httpx.Client]:
    """Somebody who has no key."""
    with httpx.Client(base_url=base_url, timeout=60) as client:
        yield client


@pytest.fixture
def session(client: httpx.Client) -> Iterator[Remote]:
    """A session with the default experiment."""
    with open_session(client, {}) as remote:
        yield remote


@pytest.fixture
def make_session(client: httpx.Client):
    """Make sessions with other experiments; they end with the test."""
    opened = []

    def make(experiment: dict[str, Any]) -> Remote:
        manager = open_session(client, experiment)
        opened.append(manager)
        return manager.__enter__()

    yield make
    for manager in opened:
        manager.__exit__(None, None, None)

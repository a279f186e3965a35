"""Who may call what: every route, by everybody, from everywhere. A route without a rule fails."""

import importlib
import pkgutil
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product
from typing import NamedTuple

import pytest
from fastapi import APIRouter
from fastapi.routing import APIRoute, APIWebSocketRoute
from websockets.exceptions import ConnectionClosed, InvalidStatus

import app
from app.main import create_app
from app.settings import Settings
from tests.app.watching import watching

PUBLIC, WATCH, MEMBERS, CONTROL, OWNER, OPERATOR = "public", "watch", "members", "control", "owner", "operator"
STREAM = "WEBSOCKET"
SESSION = "/api/sessions/{session_id}"


class Rule(NamedTuple):
    """Who may, and what such a call sends that does not end the session."""

    right: str
    body: object = None


RULES = {
    ("GET", "/"): Rule(PUBLIC),
    ("GET", "/docs"): Rule(PUBLIC),
    ("GET", "/docs/stream"): Rule(PUBLIC),
    ("GET", "/docs/machines"): Rule(PUBLIC),
    ("GET", "/reference"): Rule(PUBLIC),
    ("GET", "/metrics"): Rule(PUBLIC),
    ("GET", "/api/health"): Rule(PUBLIC),
    ("GET", "/api/catalogue"): Rule(PUBLIC),
    ("POST", "/api/sessions"): Rule(PUBLIC, {"experiment": 1}),
    ("GET", SESSION): Rule(WATCH),
    ("GET", f"{SESSION}/metrics"): Rule(WATCH),
    ("GET", f"{SESSION}/parameters"): Rule(WATCH),
    ("GET", f"{SESSION}/gradients"): Rule(WATCH),
    ("GET", f"{SESSION}/data"): Rule(WATCH),
    ("GET", f"{SESSION}/probes/{{kind}}"): Rule(WATCH),
    ("GET", f"{SESSION}/room"): Rule(WATCH),
    ("GET", f"{SESSION}/qr.svg"): Rule(WATCH),
    ("POST", f"{SESSION}/predict"): Rule(WATCH, {"inputs": [[0, 0]]}),
    (STREAM, f"{SESSION}/stream"): Rule(WATCH),
    ("POST", f"{SESSION}/room/requests"): Rule(MEMBERS, {}),
    ("POST", f"{SESSION}/play"): Rule(CONTROL, {"steps_per_second": 0.5}),
    ("POST", f"{SESSION}/pause"): Rule(CONTROL, {}),
    ("POST", f"{SESSION}/step"): Rule(CONTROL, {"steps": 1}),
    ("POST", f"{SESSION}/reset"): Rule(CONTROL, {}),
    ("POST", f"{SESSION}/rewind"): Rule(CONTROL, {}),
    ("PATCH", f"{SESSION}/experiment"): Rule(CONTROL, {"batch_size": 9}),
    ("PUT", f"{SESSION}/parameters"): Rule(CONTROL, {"layers": []}),
    ("PATCH", f"{SESSION}/room"): Rule(OWNER, {}),
    ("POST", f"{SESSION}/room/grants"): Rule(OWNER, {"viewer": 999}),
    ("DELETE", f"{SESSION}/room/grants/{{grant_id}}"): Rule(OWNER),
    ("DELETE", f"{SESSION}/room/requests/{{viewer}}"): Rule(OWNER),
    ("DELETE", SESSION): Rule(OWNER),
    ("GET", "/api/operator/sessions"): Rule(OPERATOR),
    ("DELETE", "/api/operator/sessions/{session_id}"): Rule(OPERATOR),
}
OWNERS = ("owner", "owner's page")
INSIDE = (*OWNERS, "controller", "viewer")
ROLES = ("stranger", "wrong key", "another's key", "another's token", "former controller", *reversed(INSIDE))
OWN, FOREIGN = "own", "http://evil.example"
ORIGINS = (None, OWN, FOREIGN)


def routes() -> Iterator[tuple[str, str]]:
    """Method and path of every route of every router in the package."""
    for found in pkgutil.walk_packages(app.__path__, "app."):
        if ".migrations" in found.name or found.name.endswith("__main__"):
            continue
        module = importlib.import_module(found.name)
        prefix = "/api" if found.name.startswith("app.api.") and found.name != "app.api.metrics" else ""
        for router in {id(each): each for each in vars(module).values() if isinstance(each, APIRouter)}.values():
            for route in router.routes:
                assert isinstance(route, APIRoute | APIWebSocketRoute), route
                for method in route.methods if isinstance(route, APIRoute) else {STREAM}:
                    yield method, prefix + route.path


def test_every_route_has_a_rule():
    assert set(routes()) == set(RULES)


def test_every_route_that_is_described_is_among_them():
    described = create_app(Settings()).openapi()["paths"]
    assert {(method.upper(), path) for path, methods in described.items() for method in methods} <= set(RULES)


def is_allowed(right, role, origin, method, is_open):
    """What the rules say."""
    if origin == FOREIGN and method != "GET":
        return False
    match right:
        case "public":
            return True
        case "watch":
            return is_open or role in INSIDE
        case "members":
            return role == "viewer"
        case "control":
            return role in (*OWNERS, "controller")
        case "owner":
            return role in OWNERS
    return False  # none of them is the operator


@contextmanager
def visitor(client, session):
    """Somebody who is in, and their token. They read no more, so that what comes has to be kept for them."""
    with watching(client, session.id, max_queue=None) as watcher:
        yield watcher.event(lambda event: event["event"] == "welcome")["token"]


@contextmanager
def everybody(client, session, other):
    """The headers with which each role shows what it is."""
    grant, former = (session.ask("POST", "/room/grants", json={}).json() for _ in range(2))
    session.ask("DELETE", f"/room/grants/{former['id']}")
    with visitor(client, session) as token, visitor(client, other) as foreign_token:
        bearers = {
            "owner": session.key, "controller": grant["key"], "former controller": former["key"], "viewer": token,
            "wrong key": "wrong", "another's key": other.key, "another's token": foreign_token,
        }  # fmt: skip
        shown = {role: {"Authorization": f"Bearer {bearer}"} for role, bearer in bearers.items()}
        yield shown | {"stranger": {}, "owner's page": {"Cookie": f"livenet-{session.id}={session.key}"}}


def is_let_in(client, session, headers):
    """Whether a stream begins."""
    try:
        with watching(client, session.id, additional_headers=headers) as watcher:
            return watcher.event(lambda event: True)["event"] == "welcome"
    except (ConnectionClosed, InvalidStatus) as refused:
        return refusal_of(refused) not in (4403, 403)


def refusal_of(refused):
    """The close code, or the status."""
    return refused.rcvd.code if isinstance(refused, ConnectionClosed) else refused.response.status_code


def is_answered(client, session, method, path, body, headers):
    """Whether a call is not refused for want of a right."""
    if method == STREAM:
        return is_let_in(client, session, headers)
    address = path.format(session_id=session.id, kind="weights", grant_id="none", viewer=999)
    status = client.request(method, address, json=body, headers=headers).status_code
    assert status < 500
    return status not in (401, 403)


@pytest.mark.parametrize("is_open", [True, False], ids=["open", "closed"])
def test_nobody_may_do_more_or_less_than_the_rules_say(client, make_session, base_url, is_open):
    session, other = make_session({}), make_session({})

    def answered(allowed):
        """What is answered of that which is allowed, or of that which is not."""
        for ((method, path), rule), role, origin in product(RULES.items(), ROLES, ORIGINS):
            if is_allowed(rule.right, role, origin, method, is_open) is not allowed:
                continue
            if allowed and (method, path) == ("DELETE", SESSION):
                continue  # the next test
            headers = shown[role] | ({} if origin is None else {"Origin": base_url if origin == OWN else origin})
            yield (method, path, role, origin), is_answered(client, session, method, path, rule.body, headers)

    with everybody(client, session, other) as shown:
        assert session.ask("PATCH", "/room", json={"open": is_open}).status_code == 200
        before = session.get(), session.get("/room")
        assert [call for call, done in answered(False) if done] == []
        compute = {"compute": before[0]["compute"]}  # being asked takes some
        assert (session.get() | compute, session.get("/room")) == before
        assert [call for call, done in answered(True) if not done] == []


@pytest.mark.parametrize("shows", ["key", "cookie"])
def test_the_owner_ends_the_session(client, make_session, base_url, shows):
    session = make_session({})
    key, cookie = {"Authorization": f"Bearer {session.key}"}, {"Cookie": f"livenet-{session.id}={session.key}"}
    headers = (key if shows == "key" else cookie) | {"Origin": base_url}
    assert client.delete(f"/api/sessions/{session.id}", headers=headers).status_code == 204
    assert client.get(f"/api/sessions/{session.id}").status_code == 404

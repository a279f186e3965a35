import json

import httpx
import pytest
from websockets.exceptions import InvalidStatus

from app.gate import Hosts, host_name, own_names
from app.problems import MEDIA_TYPE, Problem
from app.settings import Settings
from tests.app import raw
from tests.app.watching import watching
from tests.conftest import serving


def problem(response: httpx.Response) -> dict:
    assert response.headers["content-type"] == MEDIA_TYPE
    assert response.headers["x-content-type-options"] == "nosniff"
    return response.json()


@pytest.mark.parametrize(
    ("listening", "name", "allowed"),
    [
        ("127.0.0.1", "localhost", True),
        ("127.0.0.1", "127.0.0.1", True),
        ("127.0.0.1", "::1", True),
        ("127.0.0.1", "192.168.1.5", True),
        ("127.0.0.1", "evil.example", False),
        ("127.0.0.1", "localhost.evil.example", False),
        ("127.0.0.1", "127.0.0.1.evil.example", False),
        ("127.0.0.1", "room.example.org", True),
        ("127.0.0.1", "a.school.example", True),
        ("127.0.0.1", "school.example", False),
        ("127.0.0.1", "aschool.example", False),
        ("Lab-7", "lab-7", True),
    ],
)
def test_only_names_that_are_ours_are_answered(listening, name, allowed):
    assert Hosts(listening, ["room.Example.org", "*.school.example"]).allows(name) is allowed


def test_a_server_for_others_answers_to_the_machines_name():
    assert own_names()
    for name in own_names() - {"localhost"}:
        assert Hosts("0.0.0.0", ()).allows(name)
        assert not Hosts("127.0.0.1", ()).allows(name)


@pytest.mark.parametrize(
    ("header", "name"),
    [("LocalHost:8000", "localhost"), ("localhost.", "localhost"), ("[::1]:80", "::1"), ("10.0.0.1", "10.0.0.1")],
)
def test_the_name_is_read_without_port_and_capitals(header, name):
    assert host_name([header]) == name


@pytest.mark.parametrize(
    "headers", [[], ["a", "b"], [""], ["a b"], ["a:b"], ["a@b"], ["a/b"], ["a:123456"], ["[::1"], ["a" * 300], ["ä"]]
)
def test_what_is_no_host_is_refused(headers):
    with pytest.raises(Problem) as refused:
        host_name(headers)
    assert refused.value.status == 400


def test_other_hosts_are_misdirected(client):
    response = client.get("/api/health", headers={"host": "evil.example"})
    assert response.status_code == 421
    assert "evil.example" in problem(response)["detail"]
    assert client.get("/", headers={"host": "evil.example"}).status_code == 421


def test_a_request_without_host_is_refused(base_url):
    status, body = raw.ask(base_url, raw.head(base_url, "GET /api/health HTTP/1.0", Host=None))
    assert status == 400
    assert json.loads(body)["status"] == 400


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "https://127.0.0.1", ""])
def test_pages_of_others_may_change_nothing_though_they_had_the_key(session, origin):
    for method, path in [("POST", "/play"), ("POST", "/predict"), ("PATCH", "/experiment"), ("DELETE", "")]:
        response = session.ask(method, path, json={}, headers={"origin": origin})
        assert response.status_code == 403, (method, path)
        assert "origin" in problem(response)["detail"]
    assert session.get()["phase"] == "paused"


def test_pages_of_others_may_make_no_session(client):
    assert client.post("/api/sessions", headers={"origin": "http://evil.example"}).status_code == 403


@pytest.mark.parametrize(
    ("headers", "status"),
    [({"Origin": "http://evil.example"}, 403), ({"Origin": "null"}, 403), ({"Host": "evil.example"}, 421)],
)
def test_pages_of_others_may_not_watch(base_url, session, headers, status):
    found, body = raw.ask(base_url, raw.handshake(base_url, session.id, **headers))
    assert found == status
    assert json.loads(body)["status"] == status


@pytest.mark.parametrize(("proxies", "status"), [("", 403), ("10.0.0.0/8", 403), ("10.0.0.1, 127.0.0.0/8", 201)])
def test_forwarded_headers_count_only_from_trusted_proxies(proxies, status):
    with serving(Settings(workers=1, trusted_proxies=proxies)) as address:
        forwarded = {"X-Forwarded-Proto": "https", "Origin": address.replace("http", "https")}
        assert httpx.post(f"{address}/api/sessions", headers=forwarded).status_code == status


def test_behind_a_trusted_proxy_the_origin_is_what_the_browser_sees():
    with serving(Settings(workers=1, trusted_proxies="127.0.0.1")) as address, httpx.Client(base_url=address) as client:
        ours, https = address.replace("http", "https"), {"X-Forwarded-Proto": "https"}
        made = client.post("/api/sessions", headers={**https, "Origin": ours})
        assert "; Secure" in made.headers["set-cookie"]
        name = made.json()["id"]
        with watching(client, name, origin=ours, additional_headers=https) as viewer:
            assert viewer.event()["event"] == "session"
        with (
            pytest.raises(InvalidStatus, match="403"),
            watching(client, name, origin=address, additional_headers=https),
        ):
            pass

import time

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import HTTPConnection
from websockets.exceptions import InvalidStatus

from app.gate import BURST, cost_of
from app.limits import CALL, FILE, FIRST_CLEANING, HANDSHAKE, Bucket, Budgets, party, too_fast
from app.pages import HOME
from app.settings import Settings
from tests.app.watching import watching
from tests.conftest import serving


def test_a_bucket_gives_its_burst_at_once_and_then_its_rate():
    bucket = Bucket(rate=2, burst=4)
    assert [bucket.spend(1, 10.0) for _ in range(4)] == [0, 0, 0, 0]
    assert bucket.spend(1, 10.0) == pytest.approx(0.5)
    assert bucket.spend(1, 10.25) == pytest.approx(0.25)
    assert bucket.spend(1, 10.5) == 0
    assert not bucket.is_full(12.4)
    assert bucket.is_full(12.5)


def test_looking_at_a_budget_spends_nothing():
    now = 0.0
    budgets = Budgets(rate=1, burst=2, clock=lambda: now)
    assert budgets.wait("10.0.0.1") == 0
    assert [budgets.spend("10.0.0.1") for _ in range(2)] == [0, 0]
    assert [budgets.wait("10.0.0.1") for _ in range(2)] == [1, 1]
    assert budgets.wait("10.0.0.2") == 0
    now = 1.0
    assert [budgets.wait("10.0.0.1") for _ in range(2)] == [0, 0]
    assert len(budgets) == 1


def test_a_bucket_never_gives_more_than_its_burst():
    bucket = Bucket(rate=2, burst=4)
    bucket.spend(4, 0)
    assert bucket.spend(4, 1000.0) == 0
    assert bucket.spend(0.5, 1000.0) > 0
    assert Bucket(rate=2, burst=4).spend(4.5, 0) == pytest.approx(0.25)


@given(st.floats(0.5, 100), st.floats(1, 100), st.lists(st.tuples(st.floats(0, 3), st.floats(0.1, 5)), min_size=1))
def test_what_is_spent_is_never_more_than_the_burst_and_what_came_back(rate, burst, wishes):
    bucket, now, spent = Bucket(rate, burst), 0.0, 0.0
    for pause, cost in wishes:
        now += pause
        wait = bucket.spend(cost, now)
        spent += 0 if wait else cost
        assert spent <= burst + rate * (now + 1e-5)
        if wait and cost <= burst:  # true to its word: what it says is long enough
            now += wait
            assert bucket.spend(cost, now) == 0
            spent += cost


def test_each_address_has_its_own_budget():
    budgets = Budgets(1, 1, clock=lambda: 0.0)
    assert budgets.spend("10.0.0.1") == 0
    assert budgets.spend("10.0.0.1") > 0
    assert budgets.spend("10.0.0.2") == 0


def test_addresses_that_ask_for_nothing_are_forgotten():
    now = 0.0
    budgets = Budgets(1, 1, clock=lambda: now)
    for number in range(10 * FIRST_CLEANING):
        now += 0.1
        budgets.spend(f"10.0.{number // 256}.{number % 256}")
    assert len(budgets) <= FIRST_CLEANING


def test_addresses_that_go_on_asking_are_remembered_however_many_they_are():
    budgets = Budgets(1, 1, clock=lambda: 0.0)
    names = [f"10.0.{number // 256}.{number % 256}" for number in range(3 * FIRST_CLEANING)]
    assert all(budgets.spend(name) == 0 for name in names)
    assert all(budgets.spend(name) > 0 for name in names)


@pytest.mark.parametrize(
    ("address", "same"),
    [
        ("2001:db8::1", "2001:db8::ffff:1"),
        ("::ffff:10.0.0.1", "10.0.0.1"),
        ("2001:db8::1", "2001:0db8:0:0:1234::"),
    ],
)
def test_a_network_of_version_6_is_one_party(address, same):
    assert party(address) == party(same)


@pytest.mark.parametrize(
    ("address", "other"), [("10.0.0.1", "10.0.0.2"), ("2001:db8::1", "2001:db8:0:1::1"), ("", "unix")]
)
def test_others_are_other_parties(address, other):
    assert party(address) != party(other)


def test_a_refusal_says_when_to_come_back():
    problem = too_fast("So many a second.", 0.2)
    assert (problem.status, problem.headers) == (429, {"Retry-After": "1"})
    assert problem.detail == "So many a second. Try again in 1 s."


def test_too_many_calls_are_429_for_that_address_only():
    settings = Settings(workers=1, calls_per_second=1, trusted_proxies="127.0.0.1")
    with serving(settings) as address, httpx.Client(base_url=address) as client:
        first, second = {"X-Forwarded-For": "10.0.0.1"}, {"X-Forwarded-For": "10.0.0.2"}
        answers = [client.get("/api/health", headers=first) for _ in range(15)]
        assert [answer.status_code for answer in answers[:10]] == [200] * 10
        assert answers[-1].status_code == 429
        assert int(answers[-1].headers["retry-after"]) >= 1
        assert "1 calls a second" in answers[-1].json()["detail"]
        assert client.get("/api/health", headers=second).status_code == 200


def test_a_stream_costs_more_than_a_call():
    with serving(Settings(workers=1, calls_per_second=1)) as address, httpx.Client(base_url=address) as client:
        name = client.post("/api/sessions").json()["id"]
        assert 10 - CALL - HANDSHAKE < HANDSHAKE
        with watching(client, name), pytest.raises(InvalidStatus, match="429"), watching(client, name):
            pass


def test_too_many_new_sessions_are_429_and_say_the_limit():
    with serving(Settings(workers=1, new_sessions_per_minute=2)) as address:
        assert [httpx.post(f"{address}/api/sessions").status_code for _ in range(3)] == [201, 201, 429]
        refused = httpx.post(f"{address}/api/sessions")
        assert "2 sessions a minute" in refused.json()["detail"]
        assert 1 <= int(refused.headers["retry-after"]) <= 31


def test_too_many_streams_are_429_until_one_ends():
    settings = Settings(workers=1, max_connections_per_address=2, trusted_proxies="127.0.0.1")
    with serving(settings) as address, httpx.Client(base_url=address) as client:
        name = client.post("/api/sessions").json()["id"]
        with watching(client, name) as first, watching(client, name):
            with pytest.raises(InvalidStatus, match="429"), watching(client, name):
                pass
            other = {"X-Forwarded-For": "10.0.0.1"}
            with watching(client, name, additional_headers=other) as viewer:
                assert viewer.event()
            first.socket.close()
            wait_until_admitted(client, name)


def wait_until_admitted(client, name):
    """Watch as soon as that is allowed: the server notes the end of a stream a moment after its client."""
    deadline = time.monotonic() + 30
    while True:
        try:
            with watching(client, name) as viewer:
                assert viewer.event()
                return
        except InvalidStatus:
            assert time.monotonic() < deadline


def test_a_class_behind_one_address_is_not_hit_by_the_defaults():
    """300 pages of all their files, some calls and a stream, a session each, all in the same moment."""
    settings, people = Settings(), 300
    calls = Budgets(settings.calls_per_second, BURST * settings.calls_per_second, clock=lambda: 0.0)
    files = sum(path.suffix in (".js", ".css", ".svg", ".woff2") for path in (HOME / "static").rglob("*"))
    assert 140 <= files <= 250
    for _ in range(people):
        assert calls.spend("10.0.0.1", 140 * FILE + 6 * CALL + HANDSHAKE) == 0
    assert settings.new_sessions_per_minute >= people
    assert settings.max_sessions >= people
    assert settings.max_connections_per_address >= people * 7
    assert settings.max_connections >= 2 * settings.max_connections_per_address
    assert settings.max_viewers >= 1000


def test_files_cost_less_than_calls_and_nothing_else_does():
    def cost(path, method="GET", kind="http"):
        return cost_of(HTTPConnection({"type": kind, "path": path, "method": method, "headers": []}))

    assert cost("/static/main.js") == FILE
    assert [cost("/api/sessions"), cost("/"), cost("/static/main.js", "POST")] == [CALL] * 3
    assert cost("/static/", kind="websocket") == HANDSHAKE
